"""Volunteers: what they told of themselves, who waits to be confirmed, and how it all goes again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import requests, shifts
from store.campaign_models import Campaign, CheckIn, Shift, Signup, Volunteer
from store.dialect import upsert
from store.log_models import SupportSession
from store.send_counts import WARD_ZONE
from store.team_models import Member

WAITING, CONFIRMED = "waiting", "confirmed"
ROLE = "volunteer"
"""The role that somebody has as a volunteer only."""
NAMELESS = "(đã xóa)"
"""What a list of the ward shows in place of a name that was deleted."""


@dataclass(frozen=True)
class Told:
    """What a volunteer tells. `topics` are bits of topics, `hours` those of content/free_hours.py."""

    birth_year: int
    branch: str
    topics: int
    hours: int
    area_id: int | None


@dataclass(frozen=True)
class VolunteerRow:
    member_id: int
    name: str
    role: str
    ward_id: str
    person_id: int | None
    state: str
    pledged_at: datetime
    consented_at: datetime
    guardian_at: datetime | None
    texts: dict[str, str]
    """What they read before each tick."""
    told: Told


_TOLD = [getattr(Volunteer, name) for name in Told.__dataclass_fields__]
_ROWS = select(
    Volunteer.member_id, Member.name, Member.role, Member.ward_id, Member.person_id, Volunteer.state,
    Volunteer.pledged_at, Volunteer.consented_at, Volunteer.guardian_at,
    Volunteer.texts, *_TOLD,
).join(Member, Member.id == Volunteer.member_id)  # fmt: skip


async def role_in(db: AsyncSession, person_id: int, ward_id: str) -> int | None:
    """The member somebody is in a ward now, also while they are at home in another one."""
    query = select(Member.id).where(
        Member.person_id == person_id, Member.ward_id == ward_id, Member.until.is_(None)
    )
    return await db.scalar(query)


async def get(db: AsyncSession, member_id: int | None) -> VolunteerRow | None:
    """What a member told as a volunteer, in whatever state."""
    found = await _rows(db, Volunteer.member_id == member_id) if member_id else []
    return found[0] if found else None


async def waiting(db: AsyncSession, ward_id: str) -> list[VolunteerRow]:
    """Who waits to be confirmed in a ward, by name."""
    return await _rows(
        db, Member.ward_id == ward_id, Member.until.is_(None), Volunteer.state == WAITING
    )


async def able(db: AsyncSession, ward_id: str, roles: Sequence[str]) -> list[VolunteerRow]:
    """The confirmed volunteers of a ward who can be asked: with one of these roles, and a chat."""
    return await _rows(
        db, Member.ward_id == ward_id, Member.until.is_(None), Member.role.in_(roles),
        Member.person_id.is_not(None), Volunteer.state == CONFIRMED,
    )  # fmt: skip


async def confirmed(db: AsyncSession, ward_id: str) -> list[VolunteerRow]:
    """The volunteers of a ward, by name."""
    return await _rows(
        db, Member.ward_id == ward_id, Member.until.is_(None), Volunteer.state == CONFIRMED
    )


async def coming(db: AsyncSession, member_ids: Sequence[int], now: datetime) -> dict[int, int]:
    """How many shifts that are not over each of them has a place in; who has none is left out."""
    query = (
        select(Signup.member_id, func.count().label("n"))
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Campaign, Campaign.id == Shift.campaign_id)
        .where(
            Signup.member_id.in_(member_ids), Signup.ended_at.is_(None), Shift.ends_at > now,
            Shift.cancelled_at.is_(None), Campaign.cancelled_at.is_(None),
        )
    )  # fmt: skip
    rows = await db.execute(query.group_by(Signup.member_id))
    return {row.member_id: row.n for row in rows}


async def put(
    db: AsyncSession,
    member_id: int,
    told: Told,
    texts: Mapping[str, str],
    state: str,
    now: datetime,
) -> None:
    """Keep what somebody told and agreed to, in place of what they told before."""
    row = dict(
        **vars(told), texts=dict(texts), state=state, pledged_at=now, consented_at=now,
        guardian_at=now if "guardian" in texts else None,
    )  # fmt: skip
    write = upsert(db, Volunteer).values(member_id=member_id, **row)
    await db.execute(
        write.on_conflict_do_update(index_elements=["member_id"], set_=row),
        execution_options={"synchronize_session": False},
    )


async def confirm(db: AsyncSession, member_id: int, role: str, by: int, now: datetime) -> bool:
    """Make somebody who waits a volunteer. False: somebody else decided already."""
    decided = await db.execute(
        update(Volunteer)
        .where(Volunteer.member_id == member_id, Volunteer.state == WAITING)
        .values(state=CONFIRMED, decided_by=by, decided_at=now)
        .returning(Volunteer.member_id)
        .execution_options(synchronize_session=False)
    )
    if decided.first() is None:
        return False
    await db.execute(update(Member).where(Member.id == member_id).values(role=role))
    return True


async def decline(db: AsyncSession, member_id: int) -> bool:
    """Delete what somebody told who waits, and their row. False: somebody else decided already."""
    gone = await db.execute(
        delete(Volunteer)
        .where(Volunteer.member_id == member_id, Volunteer.state == WAITING)
        .returning(Volunteer.member_id)
    )
    if gone.first() is None:
        return False
    await db.execute(delete(Member).where(Member.id == member_id))
    return True


async def forget(db: AsyncSession, member_ids: Sequence[int], now: datetime) -> None:
    """Delete what volunteers told. Who only waited leaves no row at all; a volunteer's role ends, and
    their name stays only where the ward's reports have work of theirs.
    """
    told = Volunteer.member_id.in_(member_ids)
    gone = await db.execute(
        delete(Volunteer).where(told).returning(Volunteer.member_id, Volunteer.state)
    )
    states = {row.member_id: row.state for row in gone}
    waited = [member_id for member_id, state in states.items() if state == WAITING]
    await db.execute(delete(Member).where(Member.id.in_(waited)))
    ended = await db.scalars(
        update(Member)
        .where(Member.id.in_(states), Member.role == ROLE, Member.until.is_(None))
        .values(until=now.astimezone(WARD_ZONE).date())
        .returning(Member.id)
        .execution_options(synchronize_session=False)
    )
    over = ended.all()
    await requests.release(db, over)
    await _unname(db, over)


async def _unname(db: AsyncSession, member_ids: Sequence[int]) -> None:
    """Take the names of those away of whom no work is kept."""
    logged = select(SupportSession.id).where(SupportSession.member_id == Member.id)
    there = select(CheckIn.id).where(CheckIn.member_id == Member.id)
    await db.execute(
        update(Member)
        .where(Member.id.in_(member_ids), ~logged.exists(), ~there.exists())
        .values(name=NAMELESS)
        .execution_options(synchronize_session=False)
    )


async def hand_over(
    db: AsyncSession, person_id: int, ward_id: str, new: int, now: datetime
) -> None:
    """Somebody takes up another role: what they told and the places they have go with them.

    A role given by the ward is its yes to who only waited.
    """
    query = select(Member.id).where(
        Member.person_id == person_id, Member.ward_id == ward_id, Member.until.is_(None),
        Member.id != new,
    )  # fmt: skip
    old = list(await db.scalars(query))
    await shifts.hand_over(db, old, new, now)
    if await get(db, new) is None:
        await db.execute(
            update(Volunteer)
            .where(Volunteer.member_id.in_(old))
            .values(member_id=new, state=CONFIRMED)
            .execution_options(synchronize_session=False)
        )


async def prune(db: AsyncSession, now: datetime, before: datetime) -> None:
    """Forget those who told it, took a shift, were there and logged help last before that time."""
    active = select(Signup.member_id).join(Shift, Shift.id == Signup.shift_id)
    there = select(CheckIn.member_id).where(CheckIn.in_at >= before)
    day = before.astimezone(WARD_ZONE).date()
    logged = select(SupportSession.member_id).where(SupportSession.date >= day)
    idle = select(Volunteer.member_id).where(
        Volunteer.consented_at < before,
        Volunteer.member_id.not_in(active.where(Shift.ends_at >= before)),
        Volunteer.member_id.not_in(there),
        Volunteer.member_id.not_in(logged),
    )
    await forget(db, list(await db.scalars(idle)), now)


async def _rows(db: AsyncSession, *conditions: ColumnElement[bool]) -> list[VolunteerRow]:
    rows = await db.execute(_ROWS.where(*conditions).order_by(Member.name, Member.id))
    return [_row(dict(row)) for row in rows.mappings()]


def _row(row: dict[str, Any]) -> VolunteerRow:
    told = Told(**{name: row.pop(name) for name in Told.__dataclass_fields__})
    return VolunteerRow(**row, told=told)
