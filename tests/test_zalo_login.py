"""Authorising the program for the Official Account: in a browser, and at the command line."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from bot import zalo_login
from bot.vault import Vault
from bot.zalo_login import Login, returned_to
from bot.zalo_tokens import Tokens
from content.i18n import translate
from store import zalo_tokens
from store.db import Store
from store.migrate import migrate
from store.zalo_tokens import Pair
from tests.conftest import run
from tests.fakes.serving import serve
from tests.fakes.zalo_oa import FakeZaloOA
from tests.people import Clock, Door, settings

APP, OA, OTHER_OA = "4012345678901234567", "1646843870823900002", "1646843870823900003"
APP_SECRET = "AppSecretInvented01"
CALL = "/v4/oa/access_token"
ROOT = Path(__file__).parent.parent
PROGRAM = "from bot.cli_zalo import app; app()"


@dataclass
class Desk:
    """A program with its pages, and a browser that goes where it is sent only when told."""

    login: Login
    fake: FakeZaloOA
    clock: Clock
    browser: httpx.AsyncClient
    store: Store

    async def consented(self, link: str) -> str:
        """Where Zalo sends the browser after the administrator agreed on its page."""
        asked = await self.browser.get(link)
        assert asked.status_code == 303, asked.text
        return await self.agreed(asked.headers["location"])

    async def agreed(self, permission: str) -> str:
        return str((await self.browser.get(permission)).headers["location"])

    async def kept(self) -> Pair | None:
        return await self.store.read(lambda db: zalo_tokens.get(db, APP))

    async def shows(self, address: str, status: int, message: str) -> None:
        """A page of ours that says this, and nothing was stored."""
        page = await self.browser.get(address)
        assert page.status_code == status
        assert escape(translate("vi", message)) in page.text
        assert page.headers["cache-control"] == "no-store"
        assert await self.kept() is None


@asynccontextmanager
async def office(
    url: str, options: dict[str, Any] | None = None, **given: Any
) -> AsyncIterator[Desk]:
    clock, door, store = Clock(), Door(), Store(url)
    fake = FakeZaloOA(APP, APP_SECRET, "unused", OA, clock, **(options or {}))
    await _tables(store)
    async with serve(fake.app) as api, serve(door) as base:
        own = {"zalo_oa_id": OA, "zalo_oa_app_id": APP, "zalo_oauth_url": api, "public_url": base}
        made = settings(url, **(own | given))
        client = httpx.AsyncClient(trust_env=False)
        secret = made.zalo_oa_app_secret
        shown = secret.get_secret_value() if secret else APP_SECRET
        oauth = str(made.zalo_oauth_url)
        tokens = Tokens(store, Vault("k", clock), clock, client, APP, shown, oauth, _alarm)
        login = Login(made, tokens)
        door.app = Starlette(routes=login.routes)
        async with httpx.AsyncClient(trust_env=False) as browser:
            yield Desk(login, fake, clock, browser, store)
        await tokens.close()
    await store.close()


async def _tables(store: Store) -> None:
    await migrate(store.engine)


async def _alarm(channel: str, code: str) -> None:
    raise AssertionError(code)


def test_a_link_an_agreement_and_it_is_done(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with office(sqlite_url) as desk:
            link = desk.login.invitation()
            back = await desk.consented(link)
            asked = dict(desk.fake.called("/v4/oa/permission")[0])
            assert asked["redirect_uri"] == back.partition("?")[0]
            assert len(asked["code_challenge"]) == 43
            page = await desk.browser.get(back)
            assert page.status_code == 200
            done = translate("vi", zalo_login.DONE, until="18/02/2027")
            assert escape(done) in page.text
            assert "fake" not in page.text
            assert (await desk.login.tokens.access()).startswith("AT-")
            (exchanged,) = desk.fake.called(CALL)
            assert len(exchanged["code_verifier"]) == 43
            assert exchanged["code_verifier"] not in link + back

    run(scenario())


def test_a_code_is_good_for_one_answer(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with office(sqlite_url) as desk:
            back = await desk.consented(desk.login.invitation())
            await desk.browser.get(back)
            before = await desk.kept()
            again = await desk.browser.get(back)
            assert again.status_code == 400
            assert escape(translate("vi", zalo_login.WRONG_CODE)) in again.text
            assert await desk.kept() == before

    run(scenario())


@pytest.mark.parametrize("key", ["", "forged", "đường", "too old", "of a file"])
def test_only_an_invitation_opens_the_login(key: str, sqlite_url: str) -> None:
    async def scenario() -> None:
        async with office(sqlite_url) as desk:
            link = desk.login.invitation()
            if key == "too old":
                desk.clock.forward(minutes=15, seconds=1)
            else:
                given = desk.login.tokens.vault.seal("report/1") if key == "of a file" else key
                link = f"{link.partition('?')[0]}?{urlencode({'key': given})}"
            await desk.shows(link, 404, zalo_login.NO_INVITATION)
            assert desk.fake.calls == []

    run(scenario())


@pytest.mark.parametrize("minutes", [10, 11])
def test_an_answer_must_come_in_time(minutes: int, sqlite_url: str) -> None:
    async def scenario() -> None:
        async with office(sqlite_url) as desk:
            state = parse(await desk.consented(desk.login.invitation()))["state"]
            desk.clock.forward(minutes=minutes)
            back = f"{desk.login.settings.public_url}zalo/oa/callback"
            answer = f"{back}?{urlencode({'code': 'C', 'oa_id': OA, 'state': state})}"
            expected = zalo_login.OTHER_STATE if minutes > 10 else zalo_login.WRONG_CODE
            await desk.shows(answer, 400, expected)
            assert bool(desk.fake.called(CALL)) == (minutes == 10)

    run(scenario())


@pytest.mark.parametrize("state", ["", "forged", "đường", "an invitation"])
def test_only_our_own_state_is_taken(state: str, sqlite_url: str) -> None:
    async def scenario() -> None:
        async with office(sqlite_url) as desk:
            back = await desk.consented(desk.login.invitation())
            other = parse(desk.login.invitation())["key"] if state == "an invitation" else state
            changed = urlencode(parse(back) | {"state": other})
            await desk.shows(f"{back.partition('?')[0]}?{changed}", 400, zalo_login.OTHER_STATE)
            assert desk.fake.called(CALL) == []

    run(scenario())


def parse(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))


@pytest.mark.parametrize("how", ["another account", "no account", "no code"])
def test_another_account_or_a_refusal_changes_nothing(how: str, sqlite_url: str) -> None:
    options = {"consents_as": OTHER_OA} if how == "another account" else {}

    async def scenario() -> None:
        async with office(sqlite_url, options) as desk:
            back = await desk.consented(desk.login.invitation())
            left_out = {"no account": "oa_id", "no code": "code"}.get(how)
            query = urlencode({name: v for name, v in parse(back).items() if name != left_out})
            expected = zalo_login.NO_CODE if how == "no code" else zalo_login.OTHER_OA
            await desk.shows(f"{back.partition('?')[0]}?{query}", 400, expected)
            assert desk.fake.called(CALL) == []

    run(scenario())


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"zalo_oa_app_secret": "another"}, zalo_login.REFUSED_APP),
        ({"zalo_oa_app_secret": APP_SECRET}, zalo_login.UNREACHABLE),
    ],
)
def test_what_goes_wrong_at_zalo_is_said(
    given: dict[str, str], expected: str, sqlite_url: str
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, **given) as desk:
            back = await desk.consented(desk.login.invitation())
            if expected == zalo_login.UNREACHABLE:
                desk.fake.cut(CALL)
            await desk.shows(back, 400, expected)

    run(scenario())


@pytest.mark.parametrize("address", ["", "nonsense", "http://[", "https://a.vn/?code=&state"])
def test_any_pasted_text_can_be_read(address: str) -> None:
    assert returned_to(address) == zalo_login.Returned("", "", "")


# --- the command line ----------------------------------------------------------------------------


@asynccontextmanager
async def command(desk: Desk, folder: Path, *args: str, **env: str) -> AsyncIterator[Any]:
    """`toso zalo-login` as a process of its own."""
    own = {
        "DATABASE_URL": f"sqlite:///{folder}/toso.db", "SECRET_KEY": "k", "ZALO_OA_ID": OA,
        "ZALO_OA_APP_ID": APP, "ZALO_OA_APP_SECRET": APP_SECRET, "PUBLIC_URL": "https://a.vn",
        "ZALO_OAUTH_URL": str(desk.login.settings.zalo_oauth_url), "PYTHONPATH": str(ROOT),
        "NO_PROXY": "*",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, "zalo-login", *args, cwd=folder, env=os.environ | own | env,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def link_of(process: Any) -> str:
    while not (line := (await process.stdout.readline()).decode()).startswith("http"):
        assert line, (await process.stderr.read()).decode()
    return str(line.strip())


PASTED: dict[str, tuple[dict[str, str], str]] = {
    # what is changed in the address → what the command then says
    "done": ({}, ""),
    "other state": ({"state": "another"}, zalo_login.OTHER_STATE),
    "other account": ({"oa_id": OTHER_OA}, zalo_login.OTHER_OA),
    "wrong code": ({"code": "CODE-9999-fake"}, zalo_login.WRONG_CODE),
}


@pytest.mark.parametrize("case", PASTED)
def test_the_operator_pastes_the_address(case: str, tmp_path: Path) -> None:
    changes, complaint = PASTED[case]

    async def scenario() -> None:
        async with office(f"sqlite:///{tmp_path}/toso.db") as desk:
            async with command(desk, tmp_path) as process:
                back = await desk.agreed(await link_of(process))
                assert back.startswith("https://a.vn/zalo/oa/callback?")
                pasted = f"{back.partition('?')[0]}?{urlencode(parse(back) | changes)}\n"
                out, err = await process.communicate(pasted.encode())
                said = (out + err).decode()
            assert process.returncode == (1 if complaint else 0), said
            assert (complaint or zalo_login.DONE.partition("{")[0]) in said
            assert "AT-" not in said
            assert bool(await desk.kept()) == (not complaint)

    run(scenario())


def test_the_command_can_also_print_a_link(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with office(f"sqlite:///{tmp_path}/toso.db") as desk:
            async with command(desk, tmp_path, "--web") as process:
                out, _ = await process.communicate()
            assert process.returncode == 0
            link = out.decode().split()[-1]
            assert link.startswith("https://a.vn/zalo/oa/login?key=")

    run(scenario())


def test_missing_settings_are_named(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with office(f"sqlite:///{tmp_path}/toso.db") as desk:
            lacking = {"ZALO_OA_APP_SECRET": "", "PUBLIC_URL": ""}
            async with command(desk, tmp_path, **lacking) as process:
                _, err = await process.communicate()
            assert process.returncode == 1
            assert err.decode().strip() == "Please set ZALO_OA_APP_SECRET, PUBLIC_URL first."

    run(scenario())
