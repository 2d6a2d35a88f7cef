"""The tokens of the Official Account: one refresh for all, none lost, a dead one said and healed."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import SendError
from bot.log import configure
from bot.vault import Vault
from bot.zalo_login import challenge, new_verifier
from bot.zalo_tokens import Refused, Tokens
from store import zalo_tokens as rows
from store.db import Store
from store.zalo_tokens import Pair
from tests.conftest import run
from tests.fakes.serving import serve
from tests.fakes.zalo_oa import FakeZaloOA
from tests.people import NOON, Clock

APP, SECRET, OA = "4012345678901234567", "AppSecretInvented01", "1646843870823900002"
CALL = "/v4/oa/access_token"
DAY = 25 * 3600


@dataclass
class Place:
    """One database, one Zalo, one clock; processes come and go."""

    url: str
    base: str
    fake: FakeZaloOA
    clock: Clock
    alarms: list[str] = field(default_factory=list)
    stores: list[Store] = field(default_factory=list)

    def tokens(self, store: Store | None = None, **given: Any) -> Tokens:
        """A process as it starts."""
        store = store or Store(self.url)
        self.stores.append(store)
        client = given.pop("client", None) or httpx.AsyncClient(trust_env=False)
        given = {"app_secret": SECRET, "pause": self.passes, "key": "k", "base": self.base} | given
        return Tokens(
            store, Vault(given["key"], self.clock), self.clock, client, APP, given["app_secret"],
            given["base"], self.alarm, given["pause"],
        )  # fmt: skip

    async def alarm(self, channel: str, code: str) -> None:
        assert channel == "zalo_oa"
        self.alarms.append(code)

    async def passes(self, seconds: float) -> None:
        self.clock.forward(seconds=seconds)

    async def authorised(self, tokens: Tokens) -> None:
        """The pair of an administrator who consented just now."""
        access, refresh = map(tokens.vault.seal, self.fake.grant())
        now = self.clock()
        self.clock.forward(seconds=DAY)
        pair = Pair(access, refresh, self.clock(), now)
        self.clock.now = now
        await self.stores[0].write(lambda db: rows.put(db, APP, pair))

    async def consent(self, verifier: str) -> str:
        query = {"app_id": APP, "redirect_uri": "https://a.vn", "state": "s"}
        query["code_challenge"] = challenge(verifier)
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"{self.base}/v4/oa/permission", params=query)
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    async def row(self) -> dict[str, Any]:
        found = await self.stores[0].read(
            lambda db: db.execute(text("SELECT * FROM zalo_token WHERE app_id = :a"), {"a": APP})
        )
        return dict(found.mappings().first() or {})

    @property
    def asked(self) -> int:
        return len(self.fake.called(CALL))


@asynccontextmanager
async def place(url: str, **options: Any) -> AsyncIterator[Place]:
    clock = Clock()
    fake = FakeZaloOA(APP, SECRET, "unused", OA, clock, **options)
    async with serve(fake.app) as base:
        made = Place(url, base, fake, clock)
        first = Store(url)
        made.stores.append(first)
        yield made
        for store in made.stores:
            await store.close()


async def refusal(work: Awaitable[Any]) -> tuple[str, bool, float | None]:
    with pytest.raises(SendError) as caught:
        await work
    return caught.value.code, caught.value.permanent, caught.value.retry_after


def test_an_exchange_is_kept_sealed_and_used(database_url: str) -> None:
    async def scenario() -> None:
        async with place(database_url) as here:
            tokens, verifier = here.tokens(), new_verifier()
            assert len(verifier) == 43
            until = await tokens.exchange(await here.consent(verifier), verifier)
            assert (until - here.clock()).days == 90
            access = await tokens.access()
            assert access.startswith("AT-")
            assert await here.tokens().access() == access
            row = await here.row()
            assert "AT-" not in str(row)
            assert "RT-" not in str(row)
            assert here.alarms == []

    run(scenario())


@pytest.mark.parametrize(
    ("code", "verifier", "secret", "expected"),
    [
        ("CODE-9999-fake", None, SECRET, "-14012"),
        (None, "another verifier of forty-three characters.", SECRET, "-14012"),
        (None, None, "another secret", "-14004"),
    ],
)
def test_a_refused_exchange_changes_nothing(
    code: str | None, verifier: str | None, secret: str, expected: str, sqlite_url: str
) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            tokens, own = here.tokens(app_secret=secret), new_verifier()
            given = code or await here.consent(own)
            with pytest.raises(Refused) as caught:
                await tokens.exchange(given, verifier or own)
            assert caught.value.code == expected
            assert await here.row() == {}

    run(scenario())


def test_never_authorised_is_said_and_nothing_is_lost(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            tokens = here.tokens()
            expected = ("not authorised", False, 60)
            assert await refusal(tokens.access()) == expected
            assert await refusal(tokens.renew("AT")) == expected
            await tokens.check()
            assert set(here.alarms) == {"login"}
            assert here.asked == 0

    run(scenario())


def test_tokens_sealed_with_a_lost_key_are_none(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            await here.authorised(here.tokens())
            other = here.tokens(key="another")
            assert await refusal(other.access()) == ("not authorised", False, 60)
            assert here.alarms == ["login"]

    run(scenario())


def test_a_token_is_refreshed_in_its_last_hour_and_not_before(database_url: str) -> None:
    async def scenario() -> None:
        async with place(database_url) as here:
            tokens = here.tokens()
            await here.authorised(tokens)
            here.clock.forward(hours=23, minutes=59)
            assert await tokens.access() == "AT-0001-fake"
            assert here.asked == 0
            here.clock.forward(minutes=2)
            assert await tokens.access() == "AT-0002-fake"
            assert await tokens.access() == "AT-0002-fake"
            (asked,) = here.fake.called(CALL)
            assert asked == {
                "refresh_token": "RT-0001-fake", "grant_type": "refresh_token", "app_id": APP,
            }  # fmt: skip
            here.clock.forward(hours=24, minutes=1)
            await here.tokens().check()
            assert await tokens.access() == "AT-0003-fake"
            assert here.alarms == []

    run(scenario())


def test_all_who_ask_at_once_share_one_refresh(database_url: str) -> None:
    async def scenario() -> None:
        async with place(database_url) as here:
            answered = asyncio.Event()
            waited = 0

            async def pause(_seconds: float) -> None:
                nonlocal waited
                waited += 1
                if waited == 3:
                    answered.set()
                await asyncio.sleep(0)

            processes = [here.tokens(pause=pause) for _ in range(2)]
            await here.authorised(processes[0])
            here.clock.forward(hours=24, minutes=30)
            here.fake.slow(CALL, answered)
            asking = [one.access() for one in processes for _ in range(5)]
            asking += [one.renew("AT-0001-fake") for one in processes for _ in range(5)]
            assert set(await asyncio.gather(*asking)) == {"AT-0002-fake"}
            assert here.fake.refreshed == here.asked == 1
            assert waited >= 3

    run(scenario())


def test_a_refused_token_is_renewed_once(database_url: str) -> None:
    async def scenario() -> None:
        async with place(database_url) as here:
            one, two = here.tokens(), here.tokens()
            await here.authorised(one)
            assert await one.renew("AT-0001-fake") == "AT-0002-fake"
            assert await two.renew("AT-0001-fake") == "AT-0002-fake"
            assert here.asked == 1
            assert await two.renew("AT-0002-fake") == "AT-0003-fake"
            assert here.clock() == NOON

    run(scenario())


class Crash(BaseException):
    """The process ends here."""


class Dying(Store):
    """A database that the process uses until it dies, before, during or after the n-th commit."""

    def __init__(self, url: str, number: int, when: str) -> None:
        super().__init__(url)
        self._left, self._when = number, when

    async def write(self, job: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        self._left -= 1
        if self._left:
            return await super().write(job)
        if self._when == "before":
            raise Crash
        if self._when == "during":
            async with AsyncSession(self.engine) as db, db.begin():
                await job(db)
                raise Crash
        await super().write(job)
        raise Crash


LEASE, KEEP = 1, 2
CRASHES = {
    # where → the commit, when, whether the new pair is lost, and seconds until the lease is over
    "before the lease": (LEASE, "before", False, 0),
    "while taking the lease": (LEASE, "during", False, 0),
    "after the lease": (LEASE, "after", False, 30),
    "after the call": (KEEP, "before", True, 30),
    "during the commit": (KEEP, "during", True, 30),
    "after the commit": (KEEP, "after", False, 0),
}


@pytest.mark.parametrize("case", CRASHES)
def test_a_crash_anywhere_is_healed_or_said(case: str, database_url: str) -> None:
    number, when, lost, seconds = CRASHES[case]

    async def scenario() -> None:
        async with place(database_url) as here:
            dying = here.tokens(Dying(here.url, number, when))
            await here.authorised(dying)
            here.clock.forward(hours=24, minutes=30)
            with pytest.raises(Crash):
                await dying.access()
            crashed_at, fresh = here.clock(), here.tokens()
            access = await fresh.access()
            assert (here.clock() - crashed_at).total_seconds() == seconds
            assert here.fake.refreshed == 1
            if lost:
                await _healed_by_hand(here, fresh)
            else:
                assert access == "AT-0002-fake"
                assert here.alarms == []

    run(scenario())


async def _healed_by_hand(here: Place, tokens: Tokens) -> None:
    """The one case in which the new pair is gone: said at once, and over after a new consent."""
    old = "AT-0001-fake"
    assert await tokens.access() == old
    assert here.alarms == ["-14020"]
    asked = here.asked
    assert await tokens.access() == old
    assert here.asked == asked
    assert await refusal(tokens.renew(old)) == ("-14020", False, 60)
    here.clock.forward(hours=1)
    assert await refusal(tokens.access()) == ("-14020", False, 60)
    await tokens.check()
    assert set(here.alarms) == {"-14020"}
    assert here.asked == asked
    verifier = new_verifier()
    await tokens.exchange(await here.consent(verifier), verifier)
    renewed = await here.tokens().access()
    assert renewed not in ("", old)
    here.clock.forward(hours=24, minutes=30)
    assert await tokens.access() not in ("", old, renewed)


@pytest.mark.parametrize("after_accepting", [False, True])
def test_a_lost_answer(after_accepting: bool, sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            tokens = here.tokens()
            await here.authorised(tokens)
            here.clock.forward(hours=24, minutes=10)
            here.fake.cut(CALL, after_accepting=after_accepting)
            assert await tokens.access() == "AT-0001-fake"
            assert await tokens.access() == "AT-0001-fake"
            assert here.asked == 1
            here.clock.forward(seconds=31)
            if after_accepting:
                await _healed_by_hand(here, tokens)
            else:
                assert await tokens.access() == "AT-0002-fake"
                assert here.alarms == []

    run(scenario())


BROKEN: dict[str, Callable[[FakeZaloOA], None]] = {
    "no connection": lambda fake: fake.cut(CALL, times=2),
    "server error": lambda fake: fake.fail(CALL, status=502, times=2),
}


@pytest.mark.parametrize("case", BROKEN)
def test_without_zalo_an_expired_token_waits(case: str, sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            tokens = here.tokens()
            await here.authorised(tokens)
            here.clock.forward(hours=26)
            BROKEN[case](here.fake)
            for _ in range(2):
                assert await refusal(tokens.access()) == ("no answer", False, 60)
            assert await tokens.access() == "AT-0002-fake"
            assert here.alarms == []

    run(scenario())


def test_an_address_nobody_answers_at(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            tokens = here.tokens(base="http://127.0.0.1:9")
            await here.authorised(tokens)
            assert await refusal(tokens.renew("AT-0001-fake")) == ("no answer", False, 60)
            assert await here.tokens().renew("AT-0001-fake") == "AT-0002-fake"

    run(scenario())


def test_a_wrong_app_secret_is_said_and_uses_nothing_up(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            wrong = here.tokens(app_secret="another")
            await here.authorised(wrong)
            assert await refusal(wrong.renew("AT-0001-fake")) == ("-14004", False, 60)
            assert here.alarms == ["-14004"]
            assert await here.tokens().renew("AT-0001-fake") == "AT-0002-fake"

    run(scenario())


def test_a_lease_of_a_clock_that_was_set_back_is_over(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            here.clock.forward(days=1)
            dying = here.tokens(Dying(here.url, LEASE, "after"))
            await here.authorised(dying)
            with pytest.raises(Crash):
                await dying.renew("AT-0001-fake")
            here.clock.now = NOON
            assert await here.tokens().renew("AT-0001-fake") == "AT-0002-fake"
            assert here.clock() == NOON

    run(scenario())


def test_a_process_slower_than_its_lease_still_keeps_its_pair(database_url: str) -> None:
    async def scenario() -> None:
        async with place(database_url) as here:
            answered = asyncio.Event()
            slow, quick = here.tokens(), here.tokens()
            await here.authorised(slow)
            here.fake.slow(CALL, answered)
            waiting = asyncio.create_task(slow.renew("AT-0001-fake"))
            await here.fake.until(lambda: here.fake.refreshed)
            here.clock.forward(seconds=31)
            assert await refusal(quick.renew("AT-0001-fake")) == ("-14020", False, 60)
            answered.set()
            assert await waiting == "AT-0002-fake"
            assert await quick.access() == "AT-0002-fake"
            assert (await here.row())["dead_at"] is None

    run(scenario())


def test_who_asked_and_left_does_not_end_the_refresh(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            answered = asyncio.Event()
            tokens = here.tokens()
            await here.authorised(tokens)
            here.fake.slow(CALL, answered)
            asking = asyncio.create_task(tokens.renew("AT-0001-fake"))
            await here.fake.until(lambda: here.fake.refreshed)
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            answered.set()
            await tokens.close()
            assert await here.tokens().access() == "AT-0002-fake"

    run(scenario())


class Failing(Store):
    """A database that fails twice when a new pair is to be kept."""

    failures = 0

    async def write(self, job: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        self.failures += 1
        if self.failures in (2, 3):
            raise OSError
        return await super().write(job)


def test_a_pair_is_kept_although_the_database_fails_for_a_moment(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            tokens = here.tokens(Failing(sqlite_url))
            await here.authorised(tokens)
            assert await tokens.renew("AT-0001-fake") == "AT-0002-fake"
            assert await here.tokens().access() == "AT-0002-fake"

    run(scenario())


def test_the_alarm_of_an_old_refresh(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            tokens = here.tokens()
            await here.authorised(tokens)
            for hours, alarms in ((47, []), (2, ["token-old"])):
                here.clock.forward(hours=hours)
                here.fake.cut(CALL)
                await tokens.check()
                assert here.alarms == alarms
            await tokens.check()
            assert here.alarms == ["token-old"]

    run(scenario())


ANSWERS: list[tuple[dict[str, Any], float]] = [
    # what Zalo says of the life, and the hours after which a refresh is due
    ({"expires_in": "90000"}, 24),
    ({"expires_in": 90000}, 24),
    ({}, 24),
    ({"expires_in": "soon"}, 24),
    ({"expires_in": "3600"}, 0.5),
]


@pytest.mark.parametrize(("said", "hours"), ANSWERS)
def test_lives_as_number_or_text(said: dict[str, Any], hours: float, sqlite_url: str) -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"access_token": "A", "refresh_token": "R", **said})

    async def scenario() -> None:
        async with place(sqlite_url) as here:
            tokens = here.tokens(client=httpx.AsyncClient(transport=httpx.MockTransport(answer)))
            await tokens.exchange("code", "verifier")
            here.clock.forward(hours=hours, seconds=-1)
            await tokens.access()
            assert len(asked) == 1
            here.clock.forward(seconds=2)
            await tokens.access()
            assert len(asked) == 2

    run(scenario())


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"error": "-14020", "error_name": "Invalid refresh token"}, "-14020"),
        ({"error_name": "Invalid"}, "Invalid"),
        ({"access_token": "A"}, "no tokens"),
        ({"access_token": "", "refresh_token": ""}, "no tokens"),
        ([], "no answer"),
    ],
)
def test_whatever_lacks_a_token_is_a_refusal(said: Any, code: str, sqlite_url: str) -> None:
    async def scenario() -> None:
        async with place(sqlite_url) as here:
            transport = httpx.MockTransport(lambda request: httpx.Response(200, json=said))
            tokens = here.tokens(client=httpx.AsyncClient(transport=transport))
            with pytest.raises(Refused) as caught:
                await tokens.exchange("code", "verifier")
            assert caught.value.code == code

    run(scenario())


def test_no_secret_is_logged_or_in_an_error(
    sqlite_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("DEBUG")
    secrets = ["AT-0001", "RT-0001", "AT-0002", "RT-0002", SECRET, "another secret"]

    async def scenario() -> None:
        async with place(sqlite_url) as here:
            wrong = here.tokens(app_secret="another secret")
            await here.authorised(wrong)
            for tokens in (wrong, here.tokens(base="http://127.0.0.1:9")):
                with pytest.raises(SendError) as caught:
                    await tokens.renew("AT-0001-fake")
                assert not any(secret in repr(caught.value) for secret in secrets)
            await here.tokens(Failing(sqlite_url)).renew("AT-0001-fake")

    run(scenario())
    said = capsys.readouterr()
    assert "token not refreshed" in said.err
    assert "tokens not kept" in said.err
    assert not any(secret in said.err + said.out for secret in secrets)
