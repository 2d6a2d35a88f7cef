"""Shifts of campaigns, and who took a place in them. Nobody has two that overlap; none is overfull."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import wards
from store.campaign_models import Campaign, Cover, Shift, Signup
from store.dialect import upsert
from store.models import Area
from store.team_models import Member

SELF, COVER, ROSTER = "self", "cover", "roster"
"""How somebody came by a place."""
GONE, OVER, ALREADY, FULL, CLASH = "gone", "over", "already", "full", "clash"
"""Why a place is refused: cancelled or unknown, ended, theirs already, no place left, another shift then."""


@dataclass(frozen=True)
class ShiftRow:
    id: int
    campaign_id: int
    ward_id: str
    campaign: str
    """The campaign's name."""
    leader_id: int
    """The member who leads the campaign; may have left."""
    place: str
    place_code: str
    area_id: int | None
    area: str | None
    starts_at: datetime
    ends_at: datetime
    places: int
    topics: int
    """Bits; 0 where none is named."""
    taken: int
    """Places that somebody has."""
    cancelled: bool
    """It, or its whole campaign."""

    @property
    def left(self) -> int:
        """Places still open."""
        return max(0, self.places - self.taken)


@dataclass(frozen=True)
class Refusal:
    """Why somebody cannot have a place; `other`: the shift that clashes."""

    reason: str
    other: ShiftRow | None = None


_LIVE = Signup.ended_at.is_(None)
_THERE = Shift.cancelled_at.is_(None) & Campaign.cancelled_at.is_(None)
_TAKEN = select(func.count()).where(Signup.shift_id == Shift.id, _LIVE).scalar_subquery()
_ROWS = (
    select(
        Shift.id, Shift.campaign_id, Campaign.ward_id, Campaign.name.label("campaign"),
        Campaign.member_id.label("leader_id"), Shift.place, Shift.place_code, Shift.area_id,
        Area.name.label("area"), Shift.starts_at, Shift.ends_at, Shift.places, Shift.topics,
        _TAKEN.label("taken"), (~_THERE).label("cancelled"),
    )
    .join(Campaign, Campaign.id == Shift.campaign_id)
    .outerjoin(Area, Area.id == Shift.area_id)
    .order_by(Shift.starts_at, Shift.id)
)  # fmt: skip


async def get(db: AsyncSession, shift_id: int) -> ShiftRow | None:
    """One shift, a cancelled one too."""
    found = await _rows(db, Shift.id == shift_id)
    return found[0] if found else None


async def of_campaign(
    db: AsyncSession, campaign_id: int, since: datetime | None = None
) -> list[ShiftRow]:
    """The shifts of a campaign that are not cancelled and end after that time, the next one first."""
    conditions = [Shift.campaign_id == campaign_id, _THERE]
    return await _rows(db, *conditions, *([Shift.ends_at > since] if since else []))


async def of_member(
    db: AsyncSession, member_id: int, since: datetime, until: datetime | None = None
) -> list[ShiftRow]:
    """The shifts somebody has a place in that go on after `since`, and begin before `until`."""
    mine = select(Signup.shift_id).where(Signup.member_id == member_id, _LIVE)
    conditions = [Shift.id.in_(mine), _THERE, Shift.ends_at > since]
    return await _rows(db, *conditions, *([Shift.starts_at < until] if until else []))


async def starting(db: AsyncSession, since: datetime, until: datetime) -> list[ShiftRow]:
    """The shifts of all wards that begin after `since` and not after `until`."""
    return await _rows(db, _THERE, Shift.starts_at > since, Shift.starts_at <= until)


async def with_shifts(db: AsyncSession, ward_id: str, since: datetime) -> list[tuple[int, str]]:
    """The campaigns of a ward that have shifts to come: number and name."""
    coming = select(Shift.campaign_id).where(Shift.cancelled_at.is_(None), Shift.starts_at > since)
    query = select(Campaign.id, Campaign.name).where(
        Campaign.ward_id == ward_id, Campaign.cancelled_at.is_(None), Campaign.id.in_(coming)
    )
    return [(row.id, row.name) for row in await db.execute(query.order_by(Campaign.id))]


async def signed_up(db: AsyncSession, shift_id: int) -> list[tuple[int, str]]:
    """Who has a place in a shift: number and name of each member."""
    query = select(Member.id, Member.name).join(Signup, Signup.member_id == Member.id)
    rows = await db.execute(query.where(Signup.shift_id == shift_id, _LIVE).order_by(Member.name))
    return [(row.id, row.name) for row in rows]


async def signup_of(db: AsyncSession, shift_id: int, member_id: int) -> int | None:
    """The number of somebody's place in a shift, while they have it."""
    query = select(Signup.id).where(Signup.shift_id == shift_id, Signup.member_id == member_id)
    return await db.scalar(query.where(_LIVE))


async def clash(db: AsyncSession, shift: ShiftRow, member_id: int) -> ShiftRow | None:
    """Another shift somebody has that overlaps with this one."""
    at_that_time = await of_member(db, member_id, shift.starts_at, shift.ends_at)
    return next((one for one in at_that_time if one.id != shift.id), None)


async def add_signup(
    db: AsyncSession, shift_id: int, member_id: int, how: str, now: datetime
) -> Refusal | None:
    """Give somebody a place; None when they have it now. Whether they may is the caller's to know.

    Holds the ward, so that two at once never overfill a shift nor get one person into two.
    """
    shift = await held(db, shift_id)
    if refused := await why_not(db, shift, member_id, now):
        return refused
    if shift and not shift.left:
        return Refusal(FULL)
    await give(db, shift_id, member_id, how, now)
    return None


async def held(db: AsyncSession, shift_id: int) -> ShiftRow | None:
    """A shift as it stands once nobody else can take or leave a place in that ward."""
    shift = await get(db, shift_id)
    if shift is None:
        return None
    await wards.hold(db, shift.ward_id, alone=True)
    return await get(db, shift_id)


async def why_not(
    db: AsyncSession, shift: ShiftRow | None, member_id: int, now: datetime
) -> Refusal | None:
    """What speaks against somebody in a shift, but for its places."""
    if shift is None or shift.cancelled:
        return Refusal(GONE)
    if shift.ends_at <= now:
        return Refusal(OVER)
    if await signup_of(db, shift.id, member_id):
        return Refusal(ALREADY)
    other = await clash(db, shift, member_id)
    return Refusal(CLASH, other) if other else None


async def give(db: AsyncSession, shift_id: int, member_id: int, how: str, now: datetime) -> None:
    """A place without any check: the caller holds the ward and asked `why_not`."""
    row = dict(how=how, at=now, ended_at=None)
    put = upsert(db, Signup).values(shift_id=shift_id, member_id=member_id, **row)
    await db.execute(
        put.on_conflict_do_update(index_elements=["shift_id", "member_id"], set_=row),
        execution_options={"synchronize_session": False},
    )


async def end_signup(db: AsyncSession, shift_id: int, member_id: int, now: datetime) -> bool:
    """Somebody leaves a shift, and looks for no cover any more. False: they had no place."""
    mine = Signup.shift_id == shift_id, Signup.member_id == member_id
    return bool(await _end(db, mine, now))


async def end_coming(
    db: AsyncSession, member_ids: Collection[int], now: datetime
) -> list[tuple[int, ShiftRow]]:
    """End all places in shifts that have not begun: the number of each member, and the shift."""
    coming = select(Shift.id).where(Shift.starts_at > now)
    ended = await _end(db, (Signup.member_id.in_(member_ids), Signup.shift_id.in_(coming)), now)
    rows = {row.id: row for row in await _rows(db, Shift.id.in_([shift for shift, _ in ended]))}
    return sorted(
        ((member, rows[shift]) for shift, member in ended), key=lambda one: one[1].starts_at
    )


async def left_behind(db: AsyncSession, now: datetime) -> list[int]:
    """Members whose role has ended, and who still have places in shifts to come."""
    query = (
        select(Signup.member_id)
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Member, Member.id == Signup.member_id)
        .where(Shift.starts_at > now, _LIVE, Member.until.is_not(None))
    )
    return list(await db.scalars(query.distinct()))


async def end_of_shifts(
    db: AsyncSession, shift_ids: Collection[int], now: datetime
) -> list[tuple[int, int]]:
    """End all places in some shifts: the number of each shift and member, to tell them."""
    return await _end(db, (Signup.shift_id.in_(shift_ids),), now)


async def hand_over(db: AsyncSession, old: Sequence[int], new: int, now: datetime) -> None:
    """Places somebody has as an earlier member are theirs as the new one; those of the past stay."""
    for _, shift in await end_coming(db, old, now):
        await give(db, shift.id, new, SELF, now)


async def _end(
    db: AsyncSession, which: tuple[ColumnElement[bool], ...], now: datetime
) -> list[tuple[int, int]]:
    """End signups with their open covers; shift and member of each."""
    rows = await db.execute(
        update(Signup)
        .where(*which, _LIVE)
        .values(ended_at=now)
        .returning(Signup.id, Signup.shift_id, Signup.member_id)
        .execution_options(synchronize_session=False)
    )
    ended = rows.all()
    await db.execute(
        update(Cover)
        .where(Cover.signup_id.in_([row.id for row in ended]), Cover.ended_at.is_(None))
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )
    return [(row.shift_id, row.member_id) for row in ended]


async def _rows(db: AsyncSession, *conditions: ColumnElement[bool]) -> list[ShiftRow]:
    rows = await db.execute(_ROWS.where(*conditions))
    return [ShiftRow(**row) for row in rows.mappings()]
