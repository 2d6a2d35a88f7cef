"""Covers: somebody who has a place in a shift looks for another to stand in. One at a time, taken once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import shifts
from store.campaign_models import Campaign, Cover, Shift, Signup
from store.shifts import COVER, OVER, Refusal

TAKEN = "taken"
"""Somebody else was faster, or it is not looked for any more."""


@dataclass(frozen=True)
class CoverRow:
    id: int
    shift_id: int
    seeker_id: int
    """The member who looks for somebody."""
    open: bool


_ROWS = select(
    Cover.id, Signup.shift_id, Signup.member_id.label("seeker_id"), Cover.ended_at.is_(None).label("open"),
).join(Signup, Signup.id == Cover.signup_id)  # fmt: skip


async def get(db: AsyncSession, cover_id: int) -> CoverRow | None:
    row = (await db.execute(_ROWS.where(Cover.id == cover_id))).mappings().first()
    return CoverRow(**row) if row else None


async def of_signup(db: AsyncSession, signup_id: int) -> int | None:
    """The open cover of a place in a shift."""
    query = select(Cover.id).where(Cover.signup_id == signup_id, Cover.ended_at.is_(None))
    return await db.scalar(query)


async def ask(db: AsyncSession, signup_id: int, now: datetime) -> int:
    """Open a cover, or the one given up before again: who was asked can still accept that one.

    The caller holds the ward and saw that none is open.
    """
    again = await db.scalar(
        update(Cover)
        .where(Cover.signup_id == signup_id, Cover.taken_by.is_(None))
        .values(at=now, ended_at=None)
        .returning(Cover.id)
        .execution_options(synchronize_session=False)
    )
    if again is not None:
        return again
    made = await db.execute(insert(Cover).returning(Cover.id), dict(signup_id=signup_id, at=now))
    return made.scalar_one()


async def stop(db: AsyncSession, signup_id: int, now: datetime) -> bool:
    """Look for nobody any more. False: there was no open cover."""
    ended = await db.execute(
        update(Cover)
        .where(Cover.signup_id == signup_id, Cover.ended_at.is_(None))
        .values(ended_at=now)
        .returning(Cover.id)
        .execution_options(synchronize_session=False)
    )
    return ended.first() is not None


async def accept(
    db: AsyncSession, cover: CoverRow, member_id: int, now: datetime
) -> Refusal | None:
    """Take somebody's place in a shift that has not begun. None: it is this member's now."""
    shift = await shifts.held(db, cover.shift_id)
    if shift and shift.starts_at <= now:
        return Refusal(OVER)
    if refused := await shifts.why_not(db, shift, member_id, now):
        return refused
    taken = await db.execute(
        update(Cover)
        .where(Cover.id == cover.id, Cover.ended_at.is_(None), Cover.taken_by.is_(None))
        .values(taken_by=member_id, ended_at=now)
        .returning(Cover.id)
        .execution_options(synchronize_session=False)
    )
    if taken.first() is None:
        return Refusal(TAKEN)
    await shifts.end_signup(db, cover.shift_id, cover.seeker_id, now)
    await shifts.give(db, cover.shift_id, member_id, COVER, now)
    return None


async def busy(db: AsyncSession, ward_id: str, starts_at: datetime, ends_at: datetime) -> set[int]:
    """The members of a ward who have a shift then."""
    query = (
        select(Signup.member_id)
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Campaign, Campaign.id == Shift.campaign_id)
        .where(
            Campaign.ward_id == ward_id, Campaign.cancelled_at.is_(None), Shift.cancelled_at.is_(None),
            Signup.ended_at.is_(None), Shift.starts_at < ends_at, Shift.ends_at > starts_at,
        )
    )  # fmt: skip
    return set(await db.scalars(query))
