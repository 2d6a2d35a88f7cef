"""What leaves and what does not: every fault of a platform, the night, quotas, clocks that jump.

The real program sends to the fake Telegram over HTTP; its jobs do not run: a test sweeps when it wants.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import schedule
from bot.app import App
from bot.channels.telegram import Telegram
from bot.channels.web import address_of
from content.library import Library
from content.limits import Limits
from handlers import pushes
from handlers.packing import pack, unpack
from handlers.turn import Incoming, Reply, Skip
from store import chats, claims, outbox, send_counts, senders, sqlite
from store.kinds import KINDS, REPLY
from store.models import Outbox, Sender
from store.outbox import AMBIGUOUS, REFUSED, SENT, SKIPPED, Parcel
from tests.conftest import run
from tests.fakes.postgres import Postgres
from tests.fakes.serving import serve
from tests.fakes.telegram import FakeTelegram
from tests.people import TOKEN, UNHURRIED, Clock, settings, swept
from tests.test_web import SESSION, events, first_message
from tests.test_window import most

LAN, HOA = 1001, 1002
NO_ANSWER, GARBLED, BLOCKED = (
    "no answer",
    "ClientDecodeError",
    "Forbidden: bot was blocked by the user",
)
NOT_FOUND = "Bad Request: chat not found"
PENDING = "pending"


@pytest.fixture(autouse=True)
def nothing_but_the_payload(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows say what was packed into them: what each kind says is tested where it is made."""
    monkeypatch.setattr(pushes, "COMPOSERS", {})
    monkeypatch.setattr(pushes, "ENDINGS", {})
    # nobody pulls the plug here, so that nothing has to wait for the disk
    unhurried = [pragma.replace("=FULL", "=OFF") for pragma in sqlite.PRAGMAS]
    monkeypatch.setattr(sqlite, "PRAGMAS", unhurried)


@dataclass
class Post:
    """A program that sends on Telegram, and the people there."""

    fake: FakeTelegram
    app: App
    clock: Clock

    async def meet(self, who: int = LAN) -> int:
        """Somebody who wrote once. The chat."""
        known = await self.app.store.read(lambda db: chats.chat_id(db, "telegram", str(who)))
        if known:
            return known
        await self.fake.text(who, "chào")
        return await self.app.store.write(lambda db: met(db, str(who), self.clock()))

    async def ask(self, text: str = "/language", who: int = LAN) -> None:
        """Somebody writes and the answer leaves, as far as it can."""
        number = await self.fake.text(who, text)
        incoming = Incoming("telegram", str(who), f"u{number}", text=text)
        answered = await self.app.conversation.converse(incoming, Telegram.can)
        assert answered
        self.app.delivery.soon(answered.parcel)
        await self.app.delivery.settled()

    async def plan(
        self, kind: str, key: str, who: int = LAN, due: datetime | None = None, text: str = ""
    ) -> None:
        """A row named by its key, for somebody; its text is the key."""
        chat_id, now = await self.meet(who), self.clock()
        payload = pack(Reply(text or key))
        await self.app.store.write(
            lambda db: outbox.put(db, chat_id, kind, payload, key, now, due or now)
        )

    async def send(self, kind: str, key: str, who: int = LAN, text: str = "") -> None:
        """Plan something and send it: an answer at once, the rest by a sweep."""
        if kind != REPLY:
            await self.plan(kind, key, who, text=text)
            return await swept(self.app)
        chat_id, now, me = await self.meet(who), self.clock(), self.app.delivery.sender_id
        payload = pack(Reply(text or key))
        number = await self.app.store.write(
            lambda db: outbox.put_reply(db, chat_id, payload, key, now, me)
        )
        parcel = await self.app.parcel(number)
        assert parcel
        self.app.delivery.soon(parcel)
        return await self.app.delivery.settled()

    async def sweep(self, **forward: float) -> None:
        """Some time passes, and what is due by then is sent."""
        self.clock.forward(**forward)
        await swept(self.app)

    def got(self, who: int = LAN) -> list[str]:
        return [shown.text for shown in self.fake.seen(who)]

    async def rows(self) -> dict[str, Outbox]:
        """Every row by its key."""
        found = await self.app.store.read(lambda db: db.scalars(select(Outbox)))
        return {row.dedupe_key: row for row in found}

    async def ends(self) -> dict[str, tuple[str, str | None]]:
        return {key: (row.state, row.code) for key, row in (await self.rows()).items()}


async def met(db: AsyncSession, address: str, now: datetime) -> int:
    await chats.create(db, "telegram", address, None, "vi", now)
    made = await chats.chat_id(db, "telegram", address)
    assert made
    return made


def limited(**changed: Any) -> dict[str, Limits]:
    """The shipped limits with those of Telegram changed; nobody waits for a second to pass."""
    return {**UNHURRIED, "telegram": UNHURRIED["telegram"].model_copy(update=changed)}


@asynccontextmanager
async def started(
    url: str, library: Library, clock: Clock, limits: Mapping[str, Limits] = UNHURRIED, **given: Any
) -> AsyncIterator[App]:
    """A program without its jobs."""
    app = App(settings(url, **given), library, clock, limits=limits)
    await app.prepare()
    try:
        yield app
    finally:
        await app.stop()


@asynccontextmanager
async def post(
    url: str, library: Library, limits: Mapping[str, Limits] = UNHURRIED, clock: Clock | None = None
) -> AsyncIterator[Post]:
    fake, clock = FakeTelegram(TOKEN), clock or Clock()
    async with serve(fake.app) as api:
        given = {"telegram_token": TOKEN, "telegram_api_url": api}
        async with started(url, library, clock, limits, **given) as app:
            yield Post(fake, app, clock)


def ward_time(hour: int, minute: int = 0, day: int = 20) -> Clock:
    """A clock that shows this time of the ward's day, in November."""
    return Clock(datetime(2026, 11, day, hour, minute, tzinfo=send_counts.WARD_ZONE))


# --- the fault table --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """What is ordered of the fake, and by kind: state, code and doubts at once; then, and times got."""

    order: Callable[[FakeTelegram], object]
    reply: tuple[str, str | None, int]
    lesson: tuple[str, str | None, int]
    got: tuple[int, int]
    """How often the reply's and the lesson's text (or its first part) came in the end."""
    text: str = ""

    def at_once(self, kind: str) -> tuple[str, str | None, int]:
        return self.reply if KINDS[kind].repeats else self.lesson

    def in_the_end(self, kind: str) -> tuple[str, str | None, int]:
        state, code, doubts = self.at_once(kind)
        return (SENT, None, doubts) if state == PENDING else (state, code, doubts)


HEAD = "ĐẦU"
LONG = "\n\n".join([HEAD + " chữ" * 500, "chữ " * 500, "chữ " * 500])
"""Two messages on Telegram."""


def second_part(order: Callable[[FakeTelegram], object]) -> Callable[[FakeTelegram], object]:
    """The first call goes well, and the next one not."""
    well = asyncio.Event()
    well.set()

    def both(fake: FakeTelegram) -> None:
        fake.slow("sendMessage", well)
        order(fake)

    return both


def fails(status: int, description: str | None = None) -> Callable[[FakeTelegram], object]:
    return lambda fake: fake.fail("sendMessage", status, 3, description)


def cut(after: bool) -> Callable[[FakeTelegram], object]:
    return lambda fake: fake.cut("sendMessage", after_accepting=after)


AGAIN_429, AGAIN_5XX = (PENDING, "429", 0), (PENDING, "5xx", 0)
MAYBE, LOST = (PENDING, NO_ANSWER, 1), (AMBIGUOUS, NO_ANSWER, 0)
FAULTS = {
    "429": Fault(fails(429), AGAIN_429, AGAIN_429, (1, 1)),
    "500": Fault(fails(500), AGAIN_5XX, AGAIN_5XX, (1, 1)),
    "502": Fault(fails(502), AGAIN_5XX, AGAIN_5XX, (1, 1)),
    "cut before it was taken": Fault(cut(after=False), MAYBE, LOST, (1, 0)),
    "cut after it was taken": Fault(cut(after=True), MAYBE, LOST, (2, 1)),
    "answer that is no JSON": Fault(
        lambda fake: fake.garble("sendMessage"), (PENDING, GARBLED, 1), (AMBIGUOUS, GARBLED, 0), (2, 1)
    ),
    "blocked": Fault(
        fails(403, BLOCKED), (REFUSED, BLOCKED, 0), (REFUSED, BLOCKED, 0), (0, 0)
    ),
    "no such chat": Fault(
        fails(400, NOT_FOUND), (REFUSED, NOT_FOUND, 0), (REFUSED, NOT_FOUND, 0), (0, 0)
    ),
    "second part cut": Fault(second_part(cut(after=False)), MAYBE, LOST, (2, 1), LONG),
    "second part 429": Fault(
        second_part(fails(429)), (PENDING, "429", 1), (AMBIGUOUS, "429", 0), (2, 1), LONG
    ),
    "second part 502": Fault(
        second_part(fails(502)), (PENDING, "5xx", 1), (AMBIGUOUS, "5xx", 0), (2, 1), LONG
    ),
    "second part blocked": Fault(
        second_part(fails(403, BLOCKED)), (REFUSED, BLOCKED, 0), (REFUSED, BLOCKED, 0), (1, 1), LONG
    ),
}  # fmt: skip
TABLE = {kind: who for who, kind in enumerate(("reply", "request", "notice", "lesson"), start=LAN)}
"""One person for each kind. The first two are repeated when they may have arrived."""


@pytest.mark.parametrize("case", FAULTS)
def test_every_fault_has_its_outcome(case: str, sqlite_url: str, library: Library) -> None:
    fault = FAULTS[case]

    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            for kind, who in TABLE.items():
                fault.order(here.fake)
                await here.send(kind, kind, who, fault.text)
            await comes_true(here, fault)

    run(scenario())


async def comes_true(here: Post, fault: Fault) -> None:
    """Everything is as the table says at once, and after the next sweeps."""
    await agree(here, fault.at_once)
    for _ in range(4):
        await here.sweep(seconds=4)
    await agree(here, fault.in_the_end)
    got = {
        kind: sum(text.startswith(HEAD if fault.text else kind) for text in here.got(who))
        for kind, who in TABLE.items()
    }
    often, once = fault.got
    assert got == {"reply": often, "request": often, "notice": once, "lesson": once}


async def agree(here: Post, expected: Callable[[str], tuple[str, str | None, int]]) -> None:
    found = {key: (row.state, row.code, row.doubts) for key, row in (await here.rows()).items()}
    assert found == {kind: expected(kind) for kind in TABLE}


def test_an_answer_that_comes_too_late_may_hide_an_arrival(
    sqlite_url: str, library: Library
) -> None:
    fault = Fault(lambda fake: fake.slow("sendMessage", asyncio.Event()), MAYBE, LOST, (2, 1))

    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            (telegram,) = here.app.messengers
            assert isinstance(telegram, Telegram)
            session = telegram._bot.session
            patience, session.timeout = session.timeout, 0.1  # seconds, and nobody sleeps for more
            for kind, who in TABLE.items():
                fault.order(here.fake)
                await here.send(kind, kind, who)
            session.timeout = patience
            await comes_true(here, fault)

    run(scenario())


class Cable:
    """A line to a server that can be pulled out and put in again."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.port = 0
        self._server: asyncio.Server | None = None

    async def plug(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def pull(self) -> None:
        assert self._server
        self._server.close()
        await self._server.wait_closed()

    async def _carry(self, near: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        far, question = await asyncio.open_connection("127.0.0.1", self._target)
        await asyncio.gather(_pour(near, question), _pour(far, answer))


async def _pour(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        sink.write(data)
    sink.close()


def test_without_a_connection_nothing_is_in_doubt(sqlite_url: str, library: Library) -> None:
    unheard = (PENDING, NO_ANSWER, 0)
    fault = Fault(lambda _: None, unheard, unheard, (1, 1))

    async def scenario() -> None:
        fake, clock = FakeTelegram(TOKEN), Clock()
        async with serve(fake.app) as api:
            cable = Cable(int(api.rpartition(":")[2]))
            await cable.plug()
            await cable.pull()
            given = {
                "telegram_token": TOKEN,
                "telegram_api_url": f"http://127.0.0.1:{cable.port}",
            }
            async with started(sqlite_url, library, clock, **given) as app:
                here = Post(fake, app, clock)
                for kind, who in TABLE.items():
                    await here.send(kind, kind, who)
                await cable.plug()
                await comes_true(here, fault)
            await cable.pull()

    run(scenario())


def test_tries_come_further_and_further_apart(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            here.fake.fail("sendMessage", status=502, times=9)
            await here.plan("notice", "k")
            waits = []
            for _ in range(9):
                await swept(here.app)
                row = (await here.rows())["k"]
                waits.append((row.not_before - here.clock()).total_seconds())
                here.clock.now = row.not_before
            assert waits == [1, 2, 4, 8, 16, 32, 64, 64, 64]
            await swept(here.app)
            assert here.got() == ["k"]
            assert (await here.rows())["k"].attempts == 10

    run(scenario())


# --- one chat and the others -------------------------------------------------------------------------


def test_a_chat_that_must_rest_gets_nothing_and_others_everything(
    sqlite_url: str, library: Library
) -> None:
    """Not even what was taken from the queue before the platform asked for rest."""

    async def scenario() -> None:
        async with post(sqlite_url, library, limited(rate=(1, 0.01))) as here:
            slow = asyncio.Event()
            here.fake.slow("sendMessage", slow)
            await here.plan("news", "first", HOA)
            await here.plan("news", "in hand")
            sweeping = asyncio.create_task(here.app.delivery.sweep())
            await here.fake.until(lambda: here.got(HOA))
            here.fake.fail("sendMessage", 429, 30, chat_id=LAN, times=2)
            asking = asyncio.create_task(here.ask())
            await here.plan("news", "second", HOA)
            slow.set()
            await asyncio.gather(sweeping, asking)
            assert here.got(HOA) == ["first", "second"]
            assert calls(here, LAN) == 1
            await here.sweep(seconds=29)
            assert calls(here, LAN) == 1
            here.fake._ordered.clear()
            await here.sweep(seconds=2)
            assert sorted(here.got(LAN)) == ["Chọn ngôn ngữ. / Choose a language.", "in hand"]

    run(scenario())


def calls(here: Post, who: int) -> int:
    return sum(call["chat_id"] == who for call in here.fake.called("sendMessage"))


def test_a_chat_that_blocked_us_is_asked_nothing_more(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            here.fake.fail("sendMessage", 403, description=BLOCKED)
            await here.send("news", "first")
            await here.send("news", "second")
            await here.send("news", "other", HOA)
            assert await here.ends() == {
                "first": (REFUSED, BLOCKED),
                "second": (SKIPPED, "blocked"),
                "other": (SENT, None),
            }
            assert calls(here, LAN) == 1

    run(scenario())


def test_who_asked_to_be_forgotten_still_gets_that_answer(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            await here.ask("/mydata")
            here.fake.fail("sendMessage", status=502)
            number = await here.fake.press_data(LAN, "forget:yes")
            incoming = Incoming("telegram", str(LAN), f"u{number}", chosen="forget:yes")
            answered = await here.app.conversation.converse(incoming, Telegram.can)
            assert answered
            here.app.delivery.soon(answered.parcel)
            await here.app.delivery.settled()
            assert len(here.got()) == 1
            await here.sweep(seconds=2)
            assert here.got()[1:] == [unpack(answered.parcel.payload).text]

    run(scenario())


def test_somebody_silent_too_long_for_the_platform_is_not_written_to(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library, limited(open_hours=168)) as here:
            await here.meet(LAN)
            await here.sweep(hours=168)
            await here.send("notice", "within")
            await here.sweep(seconds=1)
            await here.send("lesson", "lesson")
            await here.send("notice", "notice")
            ends = {"within": (SENT, None), "lesson": (SKIPPED, "window")}
            assert await here.ends() == ends | {"notice": (PENDING, "away")}
            await here.ask()  # who writes again gets what waited
            await here.sweep(seconds=1)
            assert (await here.ends())["notice"] == (SENT, None)

    run(scenario())


# --- the night, and what is too late -----------------------------------------------------------------


def test_a_lesson_of_the_evening_is_not_sent_at_night_and_too_late_in_the_morning(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library, clock=ward_time(20, 58)) as here:
            at = ward_time(20, 59)()
            await here.plan("lesson", "lesson", due=at)
            await swept(here.app)
            for _ in range(10):
                await here.sweep(hours=1)
                assert await here.ends() == {"lesson": (PENDING, None)}
            assert here.clock() == ward_time(6, 58, day=21)()
            await here.sweep(minutes=1, seconds=59)
            assert await here.ends() == {"lesson": (PENDING, None)}
            await here.sweep(seconds=1)
            assert await here.ends() == {"lesson": (SKIPPED, "late")}
            assert here.got() == []

    run(scenario())


def test_a_message_just_before_night_still_leaves(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library, clock=ward_time(20, 59)) as here:
            await here.sweep(seconds=59)
            await here.send("lesson", "lesson")
            assert here.got() == ["lesson"]

    run(scenario())


def test_help_asked_for_at_night_is_told_in_the_morning_and_answers_leave_at_once(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library, clock=ward_time(23)) as here:
            await here.send("request", "help", HOA)
            await here.ask()
            assert (len(here.got(LAN)), here.got(HOA)) == (1, [])
            # also an answer that needs a second try
            here.fake.fail("sendMessage", status=502)
            await here.ask("/menu")
            await here.sweep(seconds=2)
            assert (len(here.got(LAN)), here.got(HOA)) == (2, [])
            await here.sweep(hours=7, minutes=59)
            assert here.got(HOA) == []
            await here.sweep(minutes=1)
            assert here.got(HOA) == ["help"]

    run(scenario())


LATE_AFTER = {
    "reply": timedelta(minutes=5),
    "request": timedelta(hours=36),
    "notice": timedelta(hours=36),
    "lesson": timedelta(hours=4),
    "reminder": timedelta(hours=24),
    "deadline": timedelta(hours=24),
    "logging": timedelta(hours=2),
    "news": timedelta(hours=24),
    "shift": timedelta(hours=2),
}
"""docs/delivery.md, "When"."""


def test_each_kind_has_its_own_late(sqlite_url: str, library: Library) -> None:
    assert set(LATE_AFTER) == set(KINDS)

    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            for who, (kind, late) in enumerate(LATE_AFTER.items(), start=LAN):
                await here.plan(kind, f"{kind} just", who, here.clock() - late)
                too_late = here.clock() - late - timedelta(seconds=1)
                await here.plan(kind, f"{kind} late", who + 100, too_late)
            await swept(here.app)
            assert await here.ends() == {
                **{f"{kind} just": (SENT, None) for kind in LATE_AFTER},
                **{f"{kind} late": (SKIPPED, "late") for kind in LATE_AFTER},
                # the answer nobody got, when nothing was said since
                "reply late": (SENT, None),
            }

    run(scenario())


@pytest.mark.parametrize(
    ("late", "doubts", "newer", "hour", "end"),
    [
        (timedelta(hours=2), 0, False, 12, (SENT, None)),
        (timedelta(hours=24), 0, False, 12, (SENT, None)),
        (timedelta(hours=24, seconds=1), 0, False, 12, (SKIPPED, "late")),
        (timedelta(minutes=6), 1, False, 12, (SKIPPED, "late")),
        (timedelta(hours=2), 0, True, 12, (SKIPPED, "late")),
        (timedelta(hours=2), 0, False, 23, (PENDING, None)),
        (timedelta(minutes=4), 0, False, 23, (SENT, None)),
    ],
    ids=["two hours", "a day", "too late", "may have come", "another since", "night", "fresh"],
)
def test_an_answer_comes_late_only_where_it_still_makes_sense(
    late: timedelta, doubts: int, newer: bool, hour: int, end: Any, sqlite_url: str,
    library: Library,
) -> None:  # fmt: skip
    async def scenario() -> None:
        async with post(sqlite_url, library, clock=ward_time(hour)) as here:
            await here.plan("reply", "answer", LAN, here.clock() - late)
            if newer:
                await here.plan("reply", "newer", LAN, here.clock())
            await here.app.store.write(
                lambda db: db.execute(
                    update(Outbox).where(Outbox.dedupe_key == "answer").values(doubts=doubts)
                )
            )
            await swept(here.app)
            assert (await here.ends())["answer"] == end
            if end[0] == SENT:
                said = here.fake.seen(LAN)[0].text
                assert said.startswith("Xin lỗi") == (late > timedelta(minutes=5))

    run(scenario())


# --- clocks that jump ---------------------------------------------------------------------------------


def test_after_two_days_asleep_only_what_is_still_fresh_leaves(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            now = here.clock()
            await here.plan("notice", "of before", LAN, now)
            for day in range(3):
                due = now + timedelta(days=day, hours=-3)
                await here.plan("lesson", f"lesson {day}", HOA, due)
            before = here.app.delivery.sender_id
            await here.sweep(days=2)
            assert await here.ends() == {
                "of before": (SKIPPED, "late"),
                "lesson 0": (SKIPPED, "late"),
                "lesson 1": (SKIPPED, "late"),
                "lesson 2": (SENT, None),
            }
            assert here.app.delivery.sender_id == before

    run(scenario())


@pytest.mark.parametrize("pruned", [False, True], ids=["at once", "after pruning"])
@pytest.mark.parametrize("kind", ["reply", "lesson"])
def test_what_was_under_way_when_the_machine_fell_asleep_is_sent_once(
    kind: str, pruned: bool, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            slow = asyncio.Event()
            here.fake.slow("sendMessage", slow)
            sending = asyncio.create_task(here.send(kind, "slow", LAN))
            await here.fake.until(lambda: here.got(LAN))
            here.clock.forward(days=2)
            if pruned:
                await here.app.store.write(lambda db: schedule.prune(db, here.clock()))
            await here.plan("notice", "next", HOA)
            await here.app.delivery.sweep() if kind == REPLY else await here.app.delivery.beat()
            slow.set()
            await sending
            for _ in range(2):
                await here.sweep(seconds=30)
            assert (here.got(LAN), here.got(HOA)) == (["slow"], ["next"])
            assert (await here.ends())["next"] == (SENT, None)
            states = {SENT} if not pruned else {SKIPPED, AMBIGUOUS, SENT}
            assert (await here.ends())["slow"][0] in states

    run(scenario())


def test_a_clock_set_back_delays_and_repeats_nothing(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            await here.send("news", "before", HOA)
            await here.plan("news", "waits", HOA)
            await left_by_a_crash(here, "notice", "of a dead one", 1003, here.clock())
            here.clock.forward(hours=-1)
            await here.ask()
            assert len(here.got(LAN)) == 1
            await swept(here.app)
            assert here.got(HOA) == ["before"]
            assert (await here.ends())["of a dead one"] == (AMBIGUOUS, "crash")
            await here.send("news", "now", 1004)
            await here.sweep(hours=1)
            assert (here.got(HOA), here.got(1004)) == (["before", "waits"], ["now"])
            assert len(here.got(LAN)) == 1

    run(scenario())


async def left_by_a_crash(here: Post, kind: str, key: str, who: int, at: datetime) -> None:
    """A row that a process had begun when it died."""
    await here.plan(kind, key, who, at)

    async def die(db: AsyncSession) -> None:
        sender = await senders.arrive(db, at)
        row = (await db.scalars(select(Outbox).where(Outbox.dedupe_key == key))).one()
        row.sender_id, row.begun_at = sender, at

    await here.app.store.write(die)


def test_what_a_dead_process_had_begun_is_repeated_or_told_as_ambiguous(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = recording(monkeypatch, "lesson", "reply", "request")

    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            for who, kind in enumerate(("lesson", "reply", "request"), start=LAN):
                await left_by_a_crash(here, kind, kind, who, here.clock())
            await here.sweep(seconds=19)
            assert ended == []
            await here.sweep(seconds=2)
            await here.sweep(minutes=1)
            found = {k: (r.state, r.code, r.doubts) for k, r in (await here.rows()).items()}
            assert found == {
                "lesson": (AMBIGUOUS, "crash", 0),
                "reply": (SENT, None, 1),
                "request": (SENT, None, 1),
            }
            assert [here.got(who) for who in range(LAN, LAN + 3)] == [[], ["reply"], ["request"]]
            assert sorted(ended) == [
                ("lesson", AMBIGUOUS),
                ("reply", SENT),
                ("request", SENT),
            ]

    run(scenario())


def recording(monkeypatch: pytest.MonkeyPatch, *kinds: str) -> list[tuple[str, str]]:
    """What follows from outcomes is noted here: the row's text and how it ended."""
    ended: list[tuple[str, str]] = []

    async def end(db: Any, library: Any, parcel: Parcel, state: str, now: datetime) -> None:
        ended.append((parcel.payload["text"], state))

    monkeypatch.setattr(pushes, "ENDINGS", dict.fromkeys(kinds, end))
    return ended


# --- what costs ---------------------------------------------------------------------------------------


def test_near_the_end_of_the_quota_only_urgent_kinds_leave_until_next_month(
    sqlite_url: str, library: Library
) -> None:
    limits = limited(monthly=100, quiet=None)

    async def scenario() -> None:
        clock = ward_time(23, 30, day=30)
        async with post(sqlite_url, library, limits, clock) as here:
            await spent(here, 93)
            await here.send("lesson", "the 94th")
            # the end of a lesson that may have arrived counts as well
            here.fake.cut("sendMessage")
            await here.send("lesson", "the 95th", HOA)
            await here.plan("news", "news", 1003)
            await here.send("lesson", "lesson", 1004)
            await here.send("notice", "notice", 1005)
            await here.send("request", "request", 1006)
            await here.ask(who=1007)
            assert {key: end[0] for key, end in (await here.ends()).items() if ":" not in key} == {
                "the 94th": SENT,
                "the 95th": AMBIGUOUS,
                "news": PENDING,
                "lesson": PENDING,
                "notice": SENT,
                "request": SENT,
            }
            assert len(here.got(1007)) == 1
            assert await used(here) == 98
            await here.sweep(minutes=30)
            assert (here.got(1003), here.got(1004)) == (["news"], ["lesson"])

    run(scenario())


def test_many_lessons_at_once_do_not_break_the_quota(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library, limited(monthly=100)) as here:
            await spent(here, 88)
            for number in range(20):
                await here.plan("lesson", f"k{number}", LAN + number)
            await swept(here.app)
            assert Counter(end for end, _ in (await here.ends()).values()) == {SENT: 7, PENDING: 13}
            await here.send("notice", "notice", HOA + 100)
            assert await used(here) == 96

    run(scenario())


async def spent(here: Post, number: int) -> None:
    await here.app.store.write(
        lambda db: send_counts.add(db, None, "telegram", "news", SENT, here.clock(), number)
    )


async def used(here: Post) -> int:
    today = here.clock().astimezone(send_counts.WARD_ZONE).date()
    return await here.app.store.read(lambda db: send_counts.in_month(db, "telegram", today))


# --- several processes --------------------------------------------------------------------------------


def test_two_processes_share_the_work_and_the_rate(
    postgres: Postgres, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres.new_database()
    monkeypatch.setattr("bot.delivery.IN_HAND", 4)  # else one of them has it all at once
    fake, clock, times = FakeTelegram(TOKEN), Clock(), []

    async def timed(scope: Any, receive: Any, send: Any) -> None:
        if scope["path"].endswith("sendMessage"):
            times.append(time.monotonic())
        await fake.app(scope, receive, send)

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            api = await stack.enter_async_context(serve(timed))
            given = {"telegram_token": TOKEN, "telegram_api_url": api}
            limits = limited(rate=(6, 0.2))
            apps = [
                await stack.enter_async_context(started(url, library, clock, limits, **given))
                for _ in range(2)
            ]
            one = Post(fake, apps[0], clock)
            people = range(LAN, LAN + 40)
            for who in people:
                await one.plan("lesson", f"k{who}", who)
            workers = {app.delivery.sender_id: 0 for app in apps}
            monkeypatch.setattr(claims, "begin", noting(workers))
            await asyncio.gather(*(app.delivery.beat() for app in apps))
            await asyncio.gather(*(swept(app) for app in apps))
            assert [one.got(who) for who in people] == [[f"k{who}"] for who in people]
            assert {end for end, _ in (await one.ends()).values()} == {SENT}
            assert min(workers.values()) > 5

    run(scenario())
    assert most(times, 0.2) <= 6


def noting(workers: dict[int, int]) -> Callable[..., Any]:
    """`claims.begin`, which also counts who begins how many rows."""
    begin = claims.begin

    async def begins(db: AsyncSession, parcel: Parcel, *others: Any) -> bool:
        workers[parcel.sender_id or 0] += 1
        return await begin(db, parcel, *others)

    return begins


# --- poison ---------------------------------------------------------------------------------------------


def test_a_row_that_cannot_be_read_is_skipped(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            await here.plan("notice", "poison")
            await here.app.store.write(
                lambda db: db.execute(update(Outbox).values(payload={"odd": 1}))
            )
            await here.send("notice", "next")
            assert await here.ends() == {"poison": (SKIPPED, "unreadable"), "next": (SENT, None)}

    run(scenario())


def test_a_row_that_breaks_its_maker_rests_and_concerns_no_other(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: set[datetime] = set()

    async def breaks(db: Any, library: Any, parcel: Parcel, now: datetime) -> Reply | Skip:
        tries.add(now)
        raise AttributeError("on purpose")

    async def scenario() -> None:
        monkeypatch.setattr(pushes, "COMPOSERS", {"lesson": breaks})
        async with post(sqlite_url, library) as here:
            await here.plan("lesson", "poison")
            await here.plan("notice", "after it")
            await here.plan("notice", "other", HOA)
            await swept(here.app)
            assert (here.got(LAN), here.got(HOA)) == (["after it"], ["other"])
            assert (await here.ends())["poison"] == (PENDING, "broken")
            await here.sweep(seconds=59)
            assert len(tries) == 1
            await here.sweep(seconds=2)
            assert len(tries) == 2
            await here.sweep(hours=4)
            assert (await here.ends())["poison"] == (SKIPPED, "late")

    run(scenario())


def test_what_was_sent_is_not_sent_again_because_something_breaks_afterwards(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(db: Any, library: Any, parcel: Parcel, state: str, now: datetime) -> None:
        raise AttributeError("on purpose")

    async def scenario() -> None:
        monkeypatch.setattr(pushes, "ENDINGS", {"lesson": breaks, "request": breaks})
        async with post(sqlite_url, library) as here:
            await here.send("lesson", "lesson")
            await here.send("request", "request", HOA)
            for _ in range(3):
                await here.sweep(minutes=1)
            assert (here.got(LAN), here.got(HOA)) == (["lesson"], ["request"])
            assert await here.ends() == {"lesson": (SENT, None), "request": (SENT, None)}

    run(scenario())


def test_what_breaks_after_a_crash_stops_nobody_else(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(db: Any, library: Any, parcel: Parcel, state: str, now: datetime) -> None:
        raise AttributeError("on purpose")

    async def scenario() -> None:
        monkeypatch.setattr(pushes, "ENDINGS", {"lesson": breaks})
        async with post(sqlite_url, library) as here:
            await left_by_a_crash(here, "lesson", "poison", LAN, here.clock())
            await here.plan("notice", "next", HOA)
            await here.sweep(seconds=21)
            assert await here.ends() == {"poison": (AMBIGUOUS, "crash"), "next": (SENT, None)}

    run(scenario())


def test_what_follows_an_outcome_follows_once(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = recording(monkeypatch, "lesson")

    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            for key in ("sent", "refused", "ambiguous", "again"):
                if key == "refused":
                    here.fake.fail("sendMessage", 400, description=NOT_FOUND)
                elif key == "ambiguous":
                    here.fake.cut("sendMessage")
                elif key == "again":
                    here.fake.fail("sendMessage", 502)
                await here.send("lesson", key)
            await here.plan("lesson", "late", due=here.clock() - timedelta(hours=5))
            for _ in range(2):
                await here.sweep(minutes=1)
            assert sorted(ended) == [
                ("again", SENT),
                ("ambiguous", AMBIGUOUS),
                ("late", SKIPPED),
                ("refused", REFUSED),
                ("sent", SENT),
            ]

    run(scenario())


def test_nothing_follows_what_was_stopped_while_it_was_in_hand(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stop has ended the row: neither is it sent, nor does it end again."""
    ended = recording(monkeypatch, "lesson", "news")

    async def scenario() -> None:
        async with post(sqlite_url, library, limited(rate=(1, 0.01))) as here:
            slow = asyncio.Event()
            here.fake.slow("sendMessage", slow)
            await here.plan("notice", "first", HOA)
            await here.plan("lesson", "fresh")
            await here.plan("news", "stale", 1003, here.clock() - timedelta(days=2))
            sweeping = asyncio.create_task(swept(here.app))
            await here.fake.until(lambda: here.got(HOA))
            await here.app.store.write(
                lambda db: outbox.skip(db, Outbox.kind != "notice", "stopped", here.clock())
            )
            slow.set()
            await sweeping
            assert await here.ends() == {
                "first": (SENT, None),
                "fresh": (SKIPPED, "stopped"),
                "stale": (SKIPPED, "stopped"),
            }
            assert ended == []
            assert here.got() == []

    run(scenario())


# --- the database fails ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["reply", "lesson"])
def test_a_database_that_fails_for_a_moment_loses_and_doubles_nothing(
    kind: str, sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            whole = claims.finish
            monkeypatch.setattr(claims, "finish", failing)
            await here.send(kind, "k")
            assert here.got() == ["k"]
            monkeypatch.setattr(claims, "finish", whole)
            for _ in range(6):
                await here.sweep(seconds=10)
            row = (await here.rows())["k"]
            assert row.state in (SENT, AMBIGUOUS)
            assert len(here.got()) == 1 + row.doubts
            # and the chat is not mute
            await here.ask()
            assert len(here.got()) == 2 + row.doubts

    async def failing(*_: Any) -> bool:
        raise OSError("the disk is full")

    run(scenario())


# --- the end of a process -------------------------------------------------------------------------------


def test_a_stop_in_the_middle_ends_what_was_begun_and_frees_the_rest(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        fake, clock = FakeTelegram(TOKEN), Clock()
        async with serve(fake.app) as api:
            given = {"telegram_token": TOKEN, "telegram_api_url": api}
            people, slow = range(LAN, LAN + 30), asyncio.Event()
            async with started(sqlite_url, library, clock, **given) as app:
                here = Post(fake, app, clock)
                for who in people:
                    await here.plan("lesson", f"k{who}", who)
                fake.slow("sendMessage", slow, times=30)
                sweeping = asyncio.create_task(app.delivery.sweep())
                await fake.until(lambda: len(fake.called("sendMessage")) == 10)
                stopping = asyncio.create_task(app.delivery.stop())
                await asyncio.sleep(0)
                slow.set()
                await asyncio.gather(stopping, sweeping)
                left = [key for key, end in (await here.ends()).items() if end[0] == PENDING]
                assert len(left) == 20
            async with started(sqlite_url, library, clock, **given) as app:
                here = Post(fake, app, clock)
                await swept(app)  # at once: nobody waits for the old process to be taken for dead
                assert [here.got(who) for who in people] == [[f"k{who}"] for who in people]
                assert {end for end, _ in (await here.ends()).values()} == {SENT}
                alive = await app.store.read(lambda db: db.scalars(select(Sender.id)))
                assert list(alive) == [app.delivery.sender_id]

    run(scenario())


def test_rows_of_a_channel_that_was_switched_off_wait_and_end_as_stale(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            await here.plan("notice", "waits")
            await left_by_a_crash(here, "lesson", "begun", HOA, here.clock())
            clock = here.clock
        async with started(sqlite_url, library, clock) as app:
            without = Post(here.fake, app, clock)
            for _ in range(3):
                await without.sweep(days=2)
            assert await without.ends() == {
                "waits": (PENDING, None),
                "begun": (AMBIGUOUS, "crash"),
            }
            clock.forward(days=2)
            await app.store.write(lambda db: schedule.prune(db, clock()))
            assert (await without.ends())["waits"] == (SKIPPED, "stale")
            assert here.got(LAN) == here.got(HOA) == []

    run(scenario())


# --- the page -------------------------------------------------------------------------------------------


def test_the_page_gets_what_waited_once_and_for_a_week(sqlite_url: str, library: Library) -> None:
    async def plan(app: App, key: str, clock: Clock) -> None:
        chat = await app.store.read(lambda db: chats.chat_id(db, "web", address_of(SESSION)))
        assert chat
        payload = pack(Reply(key))
        await app.store.write(lambda db: outbox.put(db, chat, "lesson", payload, key, clock()))
        await swept(app)

    async def scenario() -> None:
        clock = ward_time(22)  # nothing rings on the page: it knows no night
        app = App(settings(sqlite_url), library, clock, limits=UNHURRIED)
        async with serve(app.asgi()) as base, httpx.AsyncClient(base_url=base) as client:
            here = Post(FakeTelegram(TOKEN), app, clock)
            await first_message(client)
            await plan(app, "too old", clock)
            assert (await here.ends())["too old"] == (PENDING, "away")
            await here.sweep(days=7, seconds=1)
            assert (await here.ends())["too old"] == (SKIPPED, "late")
            await plan(app, "held", clock)
            await here.sweep(days=6)
            assert (await here.ends())["held"] == (PENDING, "away")
            await app.store.write(lambda db: schedule.prune(db, clock()))
            (first,) = await events(client, 1)
            await app.delivery.settled()
            # opened again, by a page that heard nothing and by one that heard it
            opened = asyncio.Event()
            reading = asyncio.create_task(events(client, 1, opened, after=first["id"]))
            await opened.wait()
            await app.delivery.settled()
            await plan(app, "new", clock)
            assert [first["text"], *(m["text"] for m in await reading)] == ["held", "new"]
            assert (await here.ends())["held"] == (SENT, None)

    run(scenario())
