"""Taking, leaving, looking for somebody, accepting, cancelling, in any order: what always holds."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import covers, shifts, wards
from store.base import Base
from store.campaign_models import Campaign, Cover, Shift, Signup
from store.db import Store
from store.team_models import Member
from tests.people import NOON

HOURS = [(0, 3), (2, 4), (3, 5), (3, 6), (8, 9)]
"""Of each shift, after the beginning of the day; some overlap, some only touch."""
PLACES = [1, 2, 1, 2, 3]
PEOPLE = 4

members = st.integers(1, PEOPLE)
numbers = st.integers(1, len(HOURS))
picks = st.integers(0, 11)


async def ids(db: AsyncSession, column: Any, condition: Any) -> list[int]:
    return list(await db.scalars(select(column).where(condition).order_by(column)))


class Planning(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.store = Store(f"sqlite:///{self.folder.name}/toso.db")
        self.now = NOON
        self.loop.run_until_complete(self._build())

    async def _build(self) -> None:
        async with self.store.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await self.store.write(self._people)

    async def _people(self, db: AsyncSession) -> None:
        await wards.sync(db, "mau", "Mẫu", {})
        for number in range(1, PEOPLE + 1):
            db.add(
                Member(
                    id=number, ward_id="mau", role="volunteer", name=f"Bạn {number}", org="youth",
                    since=date(2026, 1, 1),
                )
            )  # fmt: skip
        await db.flush()
        db.add(
            Campaign(
                id=1, ward_id="mau", code="HE", name="Hè", model="", organiser="youth", skills=True,
                area_type="ward", first=date(2026, 11, 1), last=date(2026, 11, 30), cutoff=1200,
                targets={}, member_id=1, created_at=NOON,
            )
        )  # fmt: skip
        await db.flush()
        for number, ((start, end), places) in enumerate(zip(HOURS, PLACES, strict=True), 1):
            begins = NOON + timedelta(days=1)
            db.add(
                Shift(
                    id=number, campaign_id=1, place="Chợ", place_code="market", places=places,
                    starts_at=begins + timedelta(hours=start), ends_at=begins + timedelta(hours=end),
                    topics=0,
                )
            )  # fmt: skip

    def teardown(self) -> None:
        self.loop.run_until_complete(self.store.close())
        self.loop.close()
        self.folder.cleanup()

    def does(self, job: Callable[[AsyncSession], Awaitable[Any]]) -> Any:
        return self.loop.run_until_complete(self.store.write(job))

    def both(self, *jobs: Callable[[AsyncSession], Awaitable[Any]]) -> list[Any]:
        async def at_once() -> list[Any]:
            return await asyncio.gather(*(self.store.write(job) for job in jobs))

        return self.loop.run_until_complete(at_once())

    @rule(shift=numbers, member=members)
    def takes(self, shift: int, member: int) -> None:
        self.does(lambda db: shifts.add_signup(db, shift, member, "self", self.now))

    @rule(shift=numbers, one=members, other=members)
    def two_take_at_once(self, shift: int, one: int, other: int) -> None:
        self.both(
            lambda db: shifts.add_signup(db, shift, one, "self", self.now),
            lambda db: shifts.add_signup(db, shift, other, "roster", self.now),
        )

    @rule(pick=picks)
    def leaves(self, pick: int) -> None:
        async def leave(db: AsyncSession) -> None:
            signups = await ids(db, Signup.id, Signup.ended_at.is_(None))
            signup = await db.get(Signup, signups[pick % len(signups)]) if signups else None
            if signup:
                assert await shifts.end_signup(db, signup.shift_id, signup.member_id, self.now)

        self.does(leave)

    @rule(pick=picks)
    def looks_for_somebody(self, pick: int) -> None:
        async def ask(db: AsyncSession) -> None:
            signups = await ids(db, Signup.id, Signup.ended_at.is_(None))
            signup = signups[pick % len(signups)] if signups else 0
            if signup and not await covers.of_signup(db, signup):
                await covers.ask(db, signup, self.now)

        self.does(ask)

    @rule(pick=picks)
    def looks_no_more(self, pick: int) -> None:
        async def stop(db: AsyncSession) -> None:
            signups = await ids(db, Signup.id, Signup.ended_at.is_(None))
            if signups:
                await covers.stop(db, signups[pick % len(signups)], self.now)

        self.does(stop)

    @rule(pick=picks, one=members, other=members)
    def two_accept_at_once(self, pick: int, one: int, other: int) -> None:
        there = self.does(lambda db: ids(db, Cover.id, Cover.id > 0))
        number = there[pick % len(there)] if there else 0

        async def accept(db: AsyncSession, member: int) -> Any:
            cover = await covers.get(db, number)
            assert cover
            return await covers.accept(db, cover, member, self.now)

        if number:
            before = self.does(lambda db: covers.get(db, number))
            refused = self.both(lambda db: accept(db, one), lambda db: accept(db, other))
            assert refused.count(None) <= before.open

    @rule(shift=numbers)
    def is_cancelled(self, shift: int) -> None:
        async def cancel(db: AsyncSession) -> None:
            await db.execute(update(Shift).where(Shift.id == shift).values(cancelled_at=self.now))
            await shifts.end_of_shifts(db, [shift], self.now)

        self.does(cancel)

    @rule(member=members)
    def goes(self, member: int) -> None:
        self.does(lambda db: shifts.end_coming(db, [member], self.now))

    @invariant()
    def holds(self) -> None:
        if hasattr(self, "store"):
            self.loop.run_until_complete(self.store.read(self._checked))

    async def _checked(self, db: AsyncSession) -> None:
        live = Signup.ended_at.is_(None)
        for member in range(1, PEOPLE + 1):
            own = await shifts.of_member(db, member, NOON)
            for one, other in combinations(own, 2):
                assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at
        for number, places in enumerate(PLACES, 1):
            shift = await shifts.get(db, number)
            taken = await db.scalar(select(func.count()).where(live, Signup.shift_id == number))
            assert shift
            assert taken == shift.taken == len(await shifts.signed_up(db, number)) <= places
            assert not (shift.cancelled and taken)
        open_covers = Cover.ended_at.is_(None)
        orphans = select(Cover.id).join(Signup, Signup.id == Cover.signup_id)
        assert await db.scalar(orphans.where(open_covers, ~live)) is None
        taken_twice = await db.scalars(select(Cover.taken_by).where(open_covers))
        assert all(member is None for member in taken_twice)


TestPlanning = Planning.TestCase
TestPlanning.settings = hypothesis_settings(
    max_examples=30,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
