"""Who was at a shift, from when to when. Nobody is at two shifts at once; corrections keep what was."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store import covers, shifts
from store.campaign_models import Campaign, CheckIn, CheckInChange, Shift
from store.send_counts import WARD_ZONE
from store.shifts import CLASH, GONE, SELF, ShiftRow
from store.team_models import Member

Span = tuple[datetime, datetime]
EARLY = timedelta(minutes=60)
"""How long before a shift its code opens."""
LATE = timedelta(minutes=60)
"""How long after a shift one may still check out; later it counts to the shift's end."""
CODE, LEADER = "code", "leader"
"""How somebody was checked in: with the code of the place, or from the leader's list."""
TOO_EARLY, ENDED, IN, ELSEWHERE, OUT = "too_early", "ended", "in", "elsewhere", "out"
"""Why nobody is checked in or out: the shift opens later, is over, they are in, at another shift, out."""


@dataclass(frozen=True)
class Presence:
    """Somebody's check-in."""

    id: int
    ward_id: str
    shift_id: int
    campaign_id: int
    place: str
    starts_at: datetime
    ends_at: datetime
    """Of the shift."""
    member_id: int
    person_id: int | None
    name: str
    org: str
    date: date
    in_at: datetime
    out_at: datetime | None
    how: str
    voided: bool
    corrected: bool
    """A leader changed it, or added it later."""

    @property
    def span(self) -> Span:
        """What it counts for: without a check-out it is the shift's end."""
        return self.in_at, self.out_at or max(self.in_at, self.ends_at)

    @property
    def who(self) -> int:
        """The same for all roles of one person."""
        return self.member_id if self.person_id is None else -self.person_id

    @property
    def forgotten(self) -> bool:
        """Without a check-out."""
        return self.out_at is None

    def open_at(self, now: datetime) -> bool:
        """Whether they are there now."""
        return self.out_at is None and now < self.ends_at and not self.voided


@dataclass(frozen=True)
class Refused:
    """Why somebody is not checked in; `other`: where they are, `shift`: another they have a place in."""

    reason: str
    other: Presence | None = None
    shift: ShiftRow | None = None


@dataclass(frozen=True)
class Entered:
    """Checked in; `placed`: they have a place in the shift, `new`: they have it only now."""

    placed: bool
    new: bool


_CHANGED = select(CheckInChange.id).where(CheckInChange.check_in_id == CheckIn.id).exists()
_ROWS = (
    select(
        CheckIn.id, CheckIn.ward_id, CheckIn.shift_id, Shift.campaign_id, Shift.place, Shift.starts_at,
        Shift.ends_at, CheckIn.member_id, Member.person_id, Member.name, CheckIn.org, CheckIn.date,
        CheckIn.in_at, CheckIn.out_at, CheckIn.how, CheckIn.voided, _CHANGED.label("corrected"),
    )
    .join(Shift, Shift.id == CheckIn.shift_id)
    .join(Member, Member.id == CheckIn.member_id)
    .order_by(CheckIn.in_at, CheckIn.id)
)  # fmt: skip
_COUNTS = CheckIn.voided.is_(False)
_END = func.coalesce(CheckIn.out_at, Shift.ends_at)


async def get(db: AsyncSession, check_in_id: int) -> Presence | None:
    """One check-in, a void one too."""
    found = await _rows(db, CheckIn.id == check_in_id)
    return found[0] if found else None


async def of_shift(db: AsyncSession, shift_id: int) -> list[Presence]:
    """The check-ins of a shift that count, in order of time."""
    return await _rows(db, CheckIn.shift_id == shift_id, _COUNTS)


async def of_campaign(
    db: AsyncSession, campaign_id: int, member_id: int | None = None
) -> list[Presence]:
    """The check-ins of a campaign that count; those of one person in all their roles."""
    whose = [] if member_id is None else [_theirs(member_id)]
    return await _rows(db, Shift.campaign_id == campaign_id, _COUNTS, *whose)


async def of_members(db: AsyncSession, member_ids: Sequence[int]) -> list[Presence]:
    """All that counts of somebody, in all the roles they had."""
    return await _rows(db, CheckIn.member_id.in_(member_ids), _COUNTS)


async def present(db: AsyncSession, member_id: int, now: datetime) -> Presence | None:
    """Where somebody is now: in, not out, and the shift goes on."""
    still = CheckIn.out_at.is_(None), Shift.ends_at > now
    found = await _rows(db, CheckIn.member_id == member_id, _COUNTS, *still)
    return found[-1] if found else None


async def around(
    db: AsyncSession, ward_id: str, since: datetime, until: datetime
) -> list[tuple[int, datetime, datetime]]:
    """Number, beginning and end of the shifts of a ward that end after `since` and begin before `until`."""
    query = (
        select(Shift.id, Shift.starts_at, Shift.ends_at)
        .join(Campaign, Campaign.id == Shift.campaign_id)
        .where(
            Campaign.ward_id == ward_id, Campaign.cancelled_at.is_(None), Shift.cancelled_at.is_(None),
            Shift.ends_at > since, Shift.starts_at < until,
        )
        .order_by(Shift.starts_at, Shift.id)
    )  # fmt: skip
    return [(row.id, row.starts_at, row.ends_at) for row in await db.execute(query)]


async def enter(
    db: AsyncSession, shift_id: int, member_id: int, org: str, how: str, by: int | None, now: datetime,
) -> Entered | Refused:  # fmt: skip
    """Check a member in, with a place where one is left; a cover of theirs ends. The caller knows who may."""
    shift = await shifts.held(db, shift_id)
    if shift is None or shift.cancelled:
        return Refused(GONE)
    if refused := await _not_now(db, shift, member_id, now):
        return refused
    no_place = await shifts.why_not(db, shift, member_id, now)
    if no_place and no_place.reason == CLASH and how == CODE:
        return Refused(CLASH, shift=no_place.other)
    new = no_place is None and shift.left > 0
    if new:
        await shifts.give(db, shift_id, member_id, SELF, now)
    row = dict(shift_id=shift_id, member_id=member_id, org=org, how=how, by_member_id=by)
    await insert_row(db, shift.ward_id, row, now, None)
    await covers.stop(db, await shifts.signup_of(db, shift_id, member_id) or 0, now)
    placed = new or (no_place is not None and no_place.reason == shifts.ALREADY)
    return Entered(placed, new)


async def _not_now(
    db: AsyncSession, shift: ShiftRow, member_id: int, now: datetime
) -> Refused | None:
    if now < shift.starts_at - EARLY:
        return Refused(TOO_EARLY)
    if now >= shift.ends_at:
        return Refused(ENDED)
    there = await _of_person(db, member_id, CheckIn.in_at <= now, now < _END)
    here = [one for one in there if one.shift_id == shift.id and one.out_at is None]
    if here:
        return Refused(IN, here[-1])
    elsewhere = [one for one in there if one.shift_id != shift.id]
    return Refused(ELSEWHERE, elsewhere[-1]) if elsewhere else None


async def leave(
    db: AsyncSession, shift_id: int, member_id: int, now: datetime
) -> Presence | Refused:
    """Check a member out; what they were there for. Later than LATE after the shift nobody is checked out."""
    shift = await shifts.held(db, shift_id)
    open_ones = await _of_person(db, member_id, CheckIn.shift_id == shift_id)
    here = [one for one in open_ones if one.out_at is None]
    if shift is None or not here:
        return Refused(OUT)
    if now >= shift.ends_at + LATE:
        return Refused(ENDED, here[-1])
    last = here[-1]
    if other := await overlapping(db, shift_id, last.member_id, last.in_at, now):
        return Refused(ELSEWHERE, other)
    await out(db, CheckIn.id == last.id, now)
    return replace(last, out_at=now)


async def out(db: AsyncSession, which: ColumnElement[bool], now: datetime) -> None:
    """Check out whoever is still in; what they were there for until now counts."""
    write = update(CheckIn).where(which, CheckIn.out_at.is_(None)).values(out_at=now)
    await db.execute(write.execution_options(synchronize_session=False))


async def overlapping(
    db: AsyncSession, shift_id: int, member_id: int, start: datetime, end: datetime
) -> Presence | None:
    """A check-in of the same person at another shift within that time."""
    found = await _of_person(
        db, member_id, CheckIn.shift_id != shift_id, CheckIn.in_at < end, start < _END
    )
    return found[0] if found else None


async def insert_row(
    db: AsyncSession, ward_id: str, row: dict[str, Any], in_at: datetime, out_at: datetime | None
) -> int:
    day = in_at.astimezone(WARD_ZONE).date()
    values = dict(**row, ward_id=ward_id, date=day, in_at=in_at, out_at=out_at, voided=False)
    return (await db.execute(insert(CheckIn).returning(CheckIn.id), values)).scalar_one()


async def _of_person(
    db: AsyncSession, member_id: int, *conditions: ColumnElement[bool]
) -> list[Presence]:
    """The check-ins that count of whoever this member is, in the other roles they had too."""
    return await _rows(db, _theirs(member_id), _COUNTS, *conditions)


def _theirs(member_id: int) -> ColumnElement[bool]:
    own = aliased(Member)
    same = select(Member.id).join(own, own.person_id == Member.person_id)
    return (CheckIn.member_id == member_id) | CheckIn.member_id.in_(same.where(own.id == member_id))


async def _rows(db: AsyncSession, *conditions: ColumnElement[bool]) -> list[Presence]:
    rows = await db.execute(_ROWS.where(*conditions))
    return [Presence(**row) for row in rows.mappings()]
