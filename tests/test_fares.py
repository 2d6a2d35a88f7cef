"""What a message on the Official Account costs, and what may not leave for that (facts/zalo.md, 2.10)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import leave
from content.limits import COUNTED, FREE, PAID, TEMPLATE, Limits
from handlers.turn import Skip
from store import chats, claims, outbox, send_counts, senders, used
from store.db import Store
from store.kinds import NEWS, NOTICE, REPLY
from store.migrate import migrate
from store.models import SendCount
from store.outbox import AMBIGUOUS, REFUSED, SENT, Parcel
from tests.conftest import run
from tests.fakes.postgres import Postgres
from tests.people import NOON, Clock

OA = "zalo_oa"
HOURS = timedelta(hours=1)
TWO_DAYS, WEEK = 48 * HOURS, 168 * HOURS
A_LITTLE = timedelta(seconds=1)


def plan(**given: Any) -> Limits:
    asked = {"free_hours": 48, "open_hours": 168, "counted": 2, "price": 55}
    return Limits(checked_on=NOON.date(), source="a test", **{**asked, **given})


@dataclass
class Till:
    """Rows that leave, without a platform."""

    store: Store
    clock: Clock
    sender: int
    _keys: int = 0

    async def row(self, silent: timedelta, kind: str = NOTICE) -> Parcel:
        """A row for somebody new who wrote so long ago, taken by this process."""
        self._keys += 1
        address, now = f"p{self._keys}", self.clock()

        async def put(db: AsyncSession) -> Parcel:
            await chats.create(db, OA, address, None, "vi", now - silent)
            chat_id = await chats.chat_id(db, OA, address)
            assert chat_id
            number = await outbox.put(db, chat_id, kind, {"text": "x"}, address, now)
            taken = await claims.take(db, self.sender, number, now)
            assert taken
            return taken

        return await self.store.write(put)

    async def begin(self, parcel: Parcel, limits: Limits) -> Parcel | Skip | None:
        """As the program does it: the fare, and the mark that it leaves, in one transaction."""
        now = self.clock()

        async def both(db: AsyncSession) -> Parcel | Skip | None:
            paid = await leave.fare(db, parcel, limits, now)
            if isinstance(paid, Parcel):
                assert await claims.begin(db, paid, paid.payload, now)
            return paid

        return await self.store.write(both)

    async def sent(self, silent: timedelta, limits: Limits, end: str = SENT) -> tuple[str, int]:
        paid = await self.begin(await self.row(silent), limits)
        assert isinstance(paid, Parcel), paid
        await self.store.write(lambda db: claims.finish(db, paid, end, self.clock()))
        return paid.fare, paid.price

    async def counts(self) -> dict[tuple[str, str], tuple[int, int]]:
        """Number and cost by outcome and fare."""

        async def read(db: AsyncSession) -> list[SendCount]:
            return list(await db.scalars(select(SendCount)))

        rows = await self.store.read(read)
        return {(row.outcome, row.fare): (row.number, row.cost) for row in rows}


@asynccontextmanager
async def till(url: str) -> AsyncIterator[Till]:
    store, clock = Store(url), Clock()
    await migrate(store.engine)
    yield Till(store, clock, await store.write(lambda db: senders.arrive(db, clock())))
    await store.close()


@pytest.mark.parametrize(
    ("silent", "counted", "fare"),
    [
        (timedelta(), 9, (FREE, 0)),
        (TWO_DAYS, 9, (FREE, 0)),
        (TWO_DAYS + A_LITTLE, 1, (COUNTED, 0)),
        (TWO_DAYS + A_LITTLE, 2, (PAID, 55)),
        (WEEK, 1, (COUNTED, 0)),
        (WEEK + A_LITTLE, 0, None),
    ],
)
def test_how_long_somebody_was_silent_makes_the_fare(
    silent: timedelta, counted: int, fare: tuple[str, int] | None
) -> None:
    assert plan().fare(NOTICE, NOON - silent, NOON, counted) == fare


def test_a_template_is_only_for_its_kind_and_only_when_the_window_is_closed() -> None:
    limits = plan(templates={NOTICE: 200})
    assert limits.fare(NOTICE, NOON - WEEK - A_LITTLE, NOON, 0) == (TEMPLATE, 200)
    assert limits.fare(NOTICE, NOON - WEEK, NOON, 0) == (COUNTED, 0)
    assert limits.fare(NEWS, NOON - WEEK - A_LITTLE, NOON, 0) is None


def test_a_package_without_an_end_costs_nothing() -> None:
    assert plan(counted=None).fare(NEWS, NOON - WEEK, NOON, 10**6) == (COUNTED, 0)


def test_the_package_first_then_the_budget_then_waiting(database_url: str) -> None:
    async def scenario() -> None:
        async with till(database_url) as desk:
            limits = plan(budget=110)
            fares = [await desk.sent(3 * TWO_DAYS, limits) for _ in range(4)]
            assert fares == [(COUNTED, 0), (COUNTED, 0), (PAID, 55), (PAID, 55)]
            assert await desk.begin(await desk.row(3 * TWO_DAYS), limits) is None
            assert await desk.begin(await desk.row(3 * TWO_DAYS, NEWS), limits) == Skip("budget")
            assert await desk.begin(await desk.row(2 * WEEK, NEWS), limits) == Skip("window")
            assert await desk.sent(HOURS, limits) == (FREE, 0)
            assert await desk.counts() == {
                (SENT, COUNTED): (2, 0), (SENT, PAID): (2, 110), (SENT, FREE): (1, 0),
            }  # fmt: skip

    run(scenario())


def test_a_template_is_paid_of_the_same_budget(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with till(sqlite_url) as desk:
            limits = plan(budget=254, templates={NOTICE: 200}, counted=0)
            assert await desk.sent(2 * WEEK, limits) == (TEMPLATE, 200)
            assert await desk.begin(await desk.row(2 * WEEK), limits) is None
            assert await desk.begin(await desk.row(TWO_DAYS + HOURS), limits) is None
            limits = plan(budget=255, templates={NOTICE: 200}, counted=0)
            assert await desk.sent(TWO_DAYS + HOURS, limits) == (PAID, 55)

    run(scenario())


@pytest.mark.parametrize(
    ("end", "cost"), [(SENT, 55), (AMBIGUOUS, 55), (REFUSED, 0)]
)  # fmt: skip
def test_what_may_have_arrived_is_paid_and_what_was_refused_is_not(
    end: str, cost: int, database_url: str
) -> None:
    async def scenario() -> None:
        async with till(database_url) as desk:
            limits = plan(counted=0, budget=55)
            assert await desk.sent(3 * TWO_DAYS, limits, end) == (PAID, 55)
            assert await desk.counts() == {(end, PAID if cost else ""): (1, cost)}
            again = await desk.begin(await desk.row(3 * TWO_DAYS), limits)
            assert (again is None) is (cost == 55)

    run(scenario())


def test_what_is_under_way_counts_and_a_crash_counts_as_paid(database_url: str) -> None:
    async def scenario() -> None:
        async with till(database_url) as desk:
            limits = plan(counted=1, budget=0)
            first = await desk.begin(await desk.row(3 * TWO_DAYS), limits)
            assert isinstance(first, Parcel)
            assert await desk.begin(await desk.row(3 * TWO_DAYS), limits) is None
            desk.clock.forward(minutes=1)
            await desk.store.write(lambda db: claims.recover(db, desk.clock()))
            assert await desk.counts() == {(AMBIGUOUS, COUNTED): (1, 0)}
            spent = await desk.store.read(lambda db: used.in_month(db, OA, NOON.date()))
            assert (spent.sends, spent.cost) == ({COUNTED: 1}, 0)

    run(scenario())


def test_the_month_turns_at_the_wards_midnight(database_url: str) -> None:
    async def scenario() -> None:
        async with till(database_url) as desk:
            limits = plan(counted=1, budget=0)
            desk.clock.now = datetime(2026, 11, 30, 16, 59, tzinfo=UTC)
            assert await desk.sent(3 * TWO_DAYS, limits) == (COUNTED, 0)
            assert await desk.begin(await desk.row(3 * TWO_DAYS), limits) is None
            desk.clock.forward(minutes=1)
            assert await desk.sent(3 * TWO_DAYS, limits) == (COUNTED, 0)
            assert await desk.begin(await desk.row(3 * TWO_DAYS), limits) is None

    run(scenario())


def test_other_channels_and_answers_use_up_nothing(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with till(sqlite_url) as desk:
            now = desk.clock()
            for channel in ("zalo_bot", "telegram"):
                await desk.store.write(
                    lambda db, on=channel: send_counts.add(db, None, on, NOTICE, SENT, now, 99)
                )
            await desk.store.write(lambda db: send_counts.add(db, None, OA, REPLY, SENT, now, 99))
            assert await desk.sent(3 * TWO_DAYS, plan()) == (COUNTED, 0)

    run(scenario())


async def edge(url: str, limits: Limits) -> tuple[int, int]:
    """Ten at once where the package or the money is enough for one: how many left, for how much."""
    async with till(url) as desk:
        rows = [await desk.row(3 * TWO_DAYS) for _ in range(10)]
        begun = await asyncio.gather(*(desk.begin(row, limits) for row in rows))
        left = [one for one in begun if isinstance(one, Parcel)]
        return len(left), sum(one.price for one in left)


def test_ten_at_once_on_sqlite_keep_to_the_package_and_the_budget(sqlite_url: str) -> None:
    assert run(edge(sqlite_url, plan(counted=1, budget=55))) == (2, 55)


def test_ten_at_once_on_postgresql_keep_to_the_package_and_the_budget(postgres: Postgres) -> None:
    assert run(edge(postgres.new_database(), plan(counted=1, budget=55))) == (2, 55)
