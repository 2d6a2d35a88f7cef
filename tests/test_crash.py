"""What a killed program leaves behind: `make crash` in small, and the instrument it measures with."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bench.crash import Plan, measure
from bench.crash_account import account
from bench.crash_match import Row, match
from bench.crash_people import Said
from bench.crash_programs import Life
from bench.crash_telegram import Arrival, CrashTelegram
from bot.delivery import SLIPPED, Delivery
from content.library import Library
from handlers.packing import pack, unpack
from handlers.turn import Can, Reply
from store import chats, claims, outbox
from store.db import Store
from store.kinds import LESSON, NEWS, PUSHED, REPLY
from store.migrate import migrate
from store.models import Outbox
from store.outbox import AMBIGUOUS, PENDING, SENT, SKIPPED, Parcel
from tests.conftest import run
from tests.people import UNHURRIED, Clock


def test_nothing_is_lost_when_the_program_is_killed(library: Library, tmp_path: Path) -> None:
    """The real program, a process of its own, killed some times while people write and lessons leave."""
    plan = Plan(
        kills=4, learners=40, residents=8, pause=0.7, talk_pause=0.3, ahead=25, cold=False
    )  # fmt: skip
    url = f"sqlite:///{tmp_path}/toso.db"
    found = asyncio.run(measure(url, 1, plan, Random().randrange(1000), library, tmp_path))
    figures = {one.name: one.shown for one in found}
    assert [one for one in found if one.cases] == []
    assert figures["kills / while it was up / of starts by exec"].startswith("4 / ")
    assert figures["answers that never came"] == "0"


# --- the instrument ---


def row(text: str, state: str = SENT, kind: str = REPLY, doubts: int = 0, key: str = "k") -> Row:
    return Row("1", kind, key, text, state, None, doubts, None)


def came(*texts: str) -> list[Arrival]:
    return [Arrival("1", text, float(at), 1) for at, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("planned", "arrived", "over"),
    [
        ([row("a"), row("b")], ["a", "b"], []),
        ([row("a"), row("b")], ["a", "a", "b"], ["a"]),
        ([row("a", doubts=1), row("b")], ["a", "a", "b"], []),
        ([row("a"), row("b")], ["b", "a"], ["a"]),
        ([row("a", SKIPPED)], ["a"], ["a"]),
        ([row("a", AMBIGUOUS, LESSON)], ["a", "a"], ["a"]),
        ([row("lesson", SENT, LESSON), row("a")], ["a", "lesson"], []),
        ([row("a"), row("b"), row("a")], ["a", "b", "a"], []),
        ([row("a", doubts=1), row("a")], ["a", "a"], []),
        ([row("a", doubts=1), row("a")], ["a"] * 4, ["a"]),
    ],
)
def test_what_came_once_too_often_is_left_over(
    planned: list[Row], arrived: list[str], over: list[str]
) -> None:
    assert [one.text for one in match(planned, came(*arrived))] == over


def broken(
    planned: list[Row], said: list[Said], *texts: str, counted: int = 0, kept: int = 0
) -> list[str]:
    telegram = CrashTelegram(Random(0), 1, 1)
    telegram.arrivals = came(*texts)
    ends = Counter({SENT: counted}), Counter({SENT: kept})
    lives = [Life(1, 1, 1, False, 0.0, 1.0, killed=True)]
    found = account(planned, {("1", "u1")}, ends, said, lives, telegram)
    return [one.name for one in found if one.cases]


def answer() -> Row:
    return row("a", key="reply:1:u1")


def lesson(state: str = SENT) -> Row:
    return row("x", state, LESSON)


def test_the_account_names_what_must_not_happen() -> None:
    first, second = Said(1, "1", 0.0, 0.1), Said(2, "1", 0.0, 0.1)
    assert broken([answer(), lesson()], [first], "a", "x", counted=1, kept=1) == []
    assert broken([answer()], [first, second], "a") == ["! messages taken and lost"]
    assert broken([answer()], [Said(2, "1", 0.0)], "a") == []
    assert broken([answer()], [first]) == ["! sent by the record, and never came"]
    assert broken([answer()], [first], "a", "a") == ["! answers that came twice without a doubt"]
    once = {"counted": 1, "kept": 1}
    assert broken([lesson()], [], "x", "x", **once) == ["! lessons that came twice"]
    assert broken([lesson()], [], "x", kept=1) == ["! lessons counted otherwise than recorded"]
    assert broken([lesson()], [], "x", counted=1) == ["! lessons kept otherwise than recorded"]
    assert broken([lesson(PENDING)], []) == ["! planned sends without an outcome"]


# --- what was found with it ---


class Ear:
    """A channel that remembers what it was told to send."""

    name = "web"
    can = Can(buttons=True, files=True, push=True, text_limit=4096)

    def __init__(self) -> None:
        self.heard: list[str] = []

    async def send(self, parcel: Parcel, reply: Reply, again: Any) -> int:
        self.heard.append(reply.text)
        return 1


class Sending:
    """A delivery with one channel, on a database with one chat."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self.store, self.clock, self.ear = store, clock, Ear()
        self.ended: list[str] = []
        self.delivery = Delivery(
            store, [self.ear], UNHURRIED, self._compose, self._ended, self._show, clock
        )

    async def planned(self, kind: str, sender: int | None = None) -> int:
        now, text = self.clock(), pack(Reply("hello"))

        async def plan(db: AsyncSession) -> int:
            chat = await chats.chat_id(db, "web", "1")
            assert chat
            if sender is None:
                return await outbox.put(db, chat, kind, text, "k", now)
            return await outbox.put_reply(db, chat, text, "k", now, sender)

        return await self.store.write(plan)

    async def row(self) -> Outbox:
        found = await self.store.read(lambda db: db.scalar(select(Outbox)))
        assert found
        return found

    async def swept(self) -> None:
        await self.delivery.sweep()
        await self.delivery.settled()

    async def _compose(self, db: AsyncSession, parcel: Parcel, now: Any) -> Reply:
        return unpack(parcel.payload)

    async def _ended(self, db: AsyncSession, parcel: Parcel, state: str, now: Any) -> None:
        self.ended.append(state)

    async def _show(self, payload: dict[str, Any]) -> Reply:
        return unpack(payload)


@asynccontextmanager
async def sending(url: str) -> AsyncIterator[Sending]:
    clock, store = Clock(), Store(url)
    await migrate(store.engine)
    await store.write(lambda db: chats.create(db, "web", "1", None, "vi", clock()))
    made = Sending(store, clock)
    await made.delivery.arrive()
    yield made
    await store.close()


def test_every_sign_of_life_settles_what_a_dead_process_held(database_url: str) -> None:
    """Not only the beginning of a sweep, which may then go on for hours."""

    async def scenario() -> None:
        async with sending(database_url) as one:
            await one.planned(REPLY, sender=99)
            await one.delivery.beat()
            row = await one.row()
            assert (row.sender_id, row.begun_at, row.doubts) == (None, None, 1)

    run(scenario())


def test_who_lost_a_row_to_another_process_decides_nothing_about_it(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with sending(sqlite_url) as one:
            await one.planned(NEWS)
            me, now = one.delivery.sender_id, one.clock()
            claim = claims.claim
            (parcel,) = await one.store.write(lambda db: claim(db, me, now, {"web": PUSHED}, 9))
            await one.store.write(lambda db: db.execute(update(Outbox).values(sender_id=77)))
            one.clock.forward(days=3)  # it would be skipped as late
            await one.delivery._handover.work(parcel)
            assert (one.ended, (await one.row()).state) == ([], PENDING)

    run(scenario())


@pytest.mark.parametrize(("kind", "times", "state"), [(LESSON, 1, AMBIGUOUS), (REPLY, 2, SENT)])
def test_a_send_whose_outcome_the_database_did_not_take_is_settled_later(
    database_url: str, monkeypatch: pytest.MonkeyPatch, kind: str, times: int, state: str
) -> None:
    """As if the process had died just then: never simply sent again."""

    async def away(*_: object) -> bool:
        raise OSError("the database is away")

    async def scenario() -> None:
        async with sending(database_url) as one:
            await one.planned(kind)
            with monkeypatch.context() as patch:
                patch.setattr("bot.handover.claims.finish", away)
                await one.swept()
            await one.delivery.beat()
            one.clock.forward(seconds=SLIPPED.total_seconds() + 1)
            await one.swept()
            one.clock.forward(minutes=2)
            await one.swept()
            row = await one.row()
            assert (one.ear.heard, row.state) == (["hello"] * times, state)
            assert row.doubts == times - 1

    run(scenario())


def test_an_answer_that_nobody_began_to_send_leaves_after_a_while(sqlite_url: str) -> None:
    """The database confirmed the turn's commit to nobody, and Telegram posted the message again."""

    async def scenario() -> None:
        async with sending(sqlite_url) as one:
            await one.planned(REPLY, sender=one.delivery.sender_id)
            await one.swept()
            assert one.ear.heard == []  # it may still be about to be sent
            one.clock.forward(seconds=SLIPPED.total_seconds())
            await one.swept()
            assert one.ear.heard == ["hello"]

    run(scenario())
