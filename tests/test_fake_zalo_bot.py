"""The fake Zalo Bot platform keeps to the facts: every point, and every unknown both ways."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.conftest import run
from tests.fakes.zalo_bot import user
from tests.fakes.zalo_bot_contract import SECRET, TOKEN, Scenario, Stage, stage
from tests.fakes.zalo_bot_contract_admin import ADMIN
from tests.fakes.zalo_bot_contract_sending import SENDING
from tests.fakes.zalo_bot_contract_updates import LISTENING, opened
from tests.fakes.zalo_bot_contract_webhook import WEBHOOK
from tests.fakes.zalo_bot_samples import ANSWERS, shape

WRITTEN = SENDING + LISTENING + WEBHOOK + ADMIN
TU = user(1)
STATUS = ["same_as_code", "always_200"]


@pytest.mark.parametrize(
    ("scenario", "options"),
    [pytest.param(scenario, options, id=name) for name, scenario, options in WRITTEN],
)
def test_contract(scenario: Scenario, options: dict[str, Any]) -> None:
    async def play() -> None:
        async with stage(**options) as at:
            await scenario(at)

    run(play())


# --- the wire -----------------------------------------------------------------------------------


@pytest.mark.parametrize("http_status", STATUS)
@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        ("/", 404, "Not found"),
        (f"/bot{TOKEN}", 404, "Not found"),
        (f"/bot{TOKEN}/getMe/", 404, "Not found"),
        ("/bot1:wrong/getMe", 401, "Unauthorized"),
        ("/bot1:wrong/getLove", 401, "Unauthorized"),
        (f"/bot{TOKEN}/getLove", 400, "Bad request - invalid API name"),
        (f"/bot{TOKEN}/getme", 400, "Bad request - invalid API name"),
        (f"/bot{TOKEN}/sendMessage?chat_id={TU}&text=a", 400, "Bad request - invalid chat_id"),
    ],
)
def test_refusals(path: str, code: int, description: str, http_status: str) -> None:
    async def ask() -> None:
        async with stage(http_status=http_status) as at:
            answers = [await at.http.request(verb, at.base + path) for verb in ("GET", "POST")]
        for answer in answers:
            assert answer.status_code == (200 if http_status == "always_200" else code)
            assert answer.json() == {"ok": False, "error_code": code, "description": description}

    run(ask())


def test_refusals_look_as_published() -> None:
    async def ask() -> None:
        async with stage() as at:
            assert await at.call("getLove") == ANSWERS["400"]
            at.fake.reset_token()
            assert await at.call("getMe") == ANSWERS["401"]
            put = await at.http.put("getMe")
        assert put.status_code == 404

    run(ask())


def test_every_encoding_says_the_same() -> None:
    async def say() -> None:
        asked = {"chat_id": TU, "text": "7 & ạ"}
        parts: dict[str, Any] = {name: (None, value) for name, value in asked.items()}
        async with stage() as at:
            await at.fake.text(TU, "chào")
            await at.http.get("sendMessage", params=asked)
            await at.http.post("sendMessage", params=asked)
            await at.http.post("sendMessage", data=asked)
            await at.http.post("sendMessage", json=asked)
            await at.http.post("sendMessage", files=parts)
            await at.http.post("sendMessage", params={"chat_id": TU}, json={"text": "7 & ạ"})
        assert at.fake.calls == [("sendMessage", asked)] * 6
        assert [shown.text for shown in at.fake.seen(TU)] == ["7 & ạ"] * 6

    run(say())


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("application/json", b"[]"),
        ("application/json", b"{"),
        ("application/json", b"\xff"),
        ("multipart/form-data", b"x"),
        ("multipart/form-data; boundary=a", b"x"),
    ],
)
def test_broken_bodies(kind: str, content: bytes) -> None:
    async def ask() -> None:
        async with stage() as at:
            headers = {"Content-Type": kind}
            answer = await at.http.post("getMe", content=content, headers=headers)
        assert answer.json()["error_code"] == 400

    run(ask())


def test_pictures_are_not_uploaded() -> None:
    async def send() -> None:
        async with stage() as at:
            await at.fake.text(TU, "chào")
            files = {"photo": ("anh.jpg", b"anh")}
            answer = await at.http.post("sendPhoto", data={"chat_id": TU}, files=files)
        assert answer.json()["error_code"] == 400

    run(send())


# --- failures in order --------------------------------------------------------------------------


async def sent(at: Stage) -> httpx.Response:
    return await at.http.post("sendMessage", json={"chat_id": TU, "text": "chào"})


@pytest.mark.parametrize("http_status", STATUS)
def test_failures_end(http_status: str) -> None:
    async def fail() -> None:
        async with stage(http_status=http_status) as at:
            await at.fake.text(TU, "chào")
            at.fake.fail("sendMessage", 502, times=2)
            at.fake.fail("sendMessage", code=403)
            at.fake.fail("sendMessage", 200, 429, description="Hết lượt", chat_id=user(2))
            answers = [await sent(at) for _ in range(4)]
            other = await at.call("sendMessage", chat_id=user(2), text="chào")
        forbidden = 200 if http_status == "always_200" else 403
        assert [answer.status_code for answer in answers] == [502, 502, forbidden, 200]
        assert [answer.json().get("error_code") for answer in answers] == [502, 502, 403, None]
        assert (at.status, other["error_code"], other["description"]) == (200, 429, "Hết lượt")
        assert len(at.fake.seen(TU)) == 1

    run(fail())


def test_an_outage_of_everything() -> None:
    async def fail() -> None:
        async with stage() as at:
            at.fake.fail("*", 504, times=2)
            for method in ("getMe", "getUpdates", "getMe"):
                await at.call(method, timeout=0)
                assert at.status == (504 if len(at.fake.calls) < 3 else 200)

    run(fail())


@pytest.mark.parametrize("after_accepting", [False, True])
def test_cut_connections(after_accepting: bool) -> None:
    async def cut() -> None:
        async with stage() as at:
            await at.fake.text(TU, "chào")
            at.fake.cut("sendMessage", after_accepting=after_accepting)
            with pytest.raises(httpx.RemoteProtocolError):
                await sent(at)
            assert len(at.fake.seen(TU)) == after_accepting
            assert (await sent(at)).json()["ok"]

    run(cut())


def test_a_poll_cut_off_loses_its_message() -> None:
    async def cut() -> None:
        async with stage() as at:
            at.fake.cut("getUpdates", after_accepting=True)
            poll = await opened(at)
            await at.fake.text(TU, "chào")
            with pytest.raises(httpx.RemoteProtocolError):
                await poll
            assert (await at.call("getUpdates", timeout=0))["error_code"] == 408

    run(cut())


def test_slow_and_garbled_answers() -> None:
    async def wait() -> None:
        async with stage() as at:
            await at.fake.text(TU, "chào")
            go = asyncio.Event()
            at.fake.slow("sendMessage", go)
            sending = asyncio.create_task(sent(at))
            await at.fake.until(lambda: at.fake.seen(TU))
            await at.call("getMe")
            assert not sending.done()
            go.set()
            assert (await sending).json()["ok"]
            at.fake.garble("sendMessage")
            garbled = await sent(at)
        assert (garbled.status_code, garbled.headers["content-type"][:9]) == (200, "text/html")
        assert len(at.fake.seen(TU)) == 2

    run(wait())


# --- secrets ------------------------------------------------------------------------------------


def test_no_token_is_kept() -> None:
    async def ask() -> None:
        async with stage() as at:
            await at.fake.text(TU, "chào")
            await at.call("sendMessage", chat_id=TU, text=f"mã là {TOKEN}")
            await at.set_webhook()
            new = at.fake.reset_token()
            await at.call("getMe")
            await at.http.get(f"{at.base}/bot{new}/sendMessage", params={"text": new})
        kept = json.dumps([at.fake.log, at.fake.calls])
        assert TOKEN not in kept
        assert new not in kept
        assert SECRET not in json.dumps(at.fake.log)
        assert at.fake.called("setWebhook")[0]["secret_token"] == SECRET
        assert [entry["path"] for entry in at.fake.log] == [
            f"/bot<token>/{method}"
            for method in ("sendMessage", "setWebhook", "getMe", "sendMessage")
        ]

    run(ask())


def test_a_new_token_works() -> None:
    async def ask() -> None:
        async with stage() as at:
            new = at.fake.reset_token()
            answer = await at.http.get(f"{at.base}/bot{new}/getMe")
        assert shape(answer.json()) == shape(ANSWERS["getMe"])

    run(ask())
