"""Campaigns of a ward: found by number, word, name or day; made with their shifts; cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import check_ins
from store import shifts as shift_store
from store.campaign_models import Campaign, CampaignArea, CheckIn, Shift, Volunteer
from store.log_models import SupportSession


@dataclass(frozen=True)
class NewCampaign:
    """What a campaign is when it is made."""

    ward_id: str
    code: str
    name: str
    model: str
    organiser: str
    skills: bool
    area_type: str
    first: date
    last: date
    cutoff: int
    """Minutes of the ward's day."""
    targets: Mapping[str, int]
    member_id: int
    """Who leads it."""


@dataclass(frozen=True)
class CampaignRow(NewCampaign):
    id: int
    created_at: datetime
    cancelled_at: datetime | None
    reason: str | None
    areas: tuple[int, ...]
    """Without any it is the whole ward."""


@dataclass(frozen=True)
class NewShift:
    """Some hours at one place, as a campaign's maker says them. `topics`: bits."""

    place: str
    place_code: str
    area_id: int | None
    starts_at: datetime
    ends_at: datetime
    places: int
    topics: int


_FIELDS = [name for name in CampaignRow.__dataclass_fields__ if name != "areas"]
_FIXED = ("ward_id", "code", "name")
_ROWS = select(*(getattr(Campaign, name) for name in _FIELDS))


async def get(db: AsyncSession, campaign_id: int) -> CampaignRow | None:
    found = await _found(db, Campaign.id == campaign_id)
    return found[0] if found else None


async def by_code(db: AsyncSession, ward_id: str, code: str) -> CampaignRow | None:
    """The campaign of a ward that has this word, in any case; ended and cancelled ones too."""
    found = await _found(db, Campaign.ward_id == ward_id, Campaign.code == code.upper())
    return found[0] if found else None


async def coded(db: AsyncSession, code: str) -> list[CampaignRow]:
    """The campaigns of all wards that have this word."""
    return await _found(db, Campaign.code == code.upper())


async def by_name(db: AsyncSession, ward_id: str, name: str) -> CampaignRow | None:
    """The campaign of a ward that is called exactly this."""
    found = await _found(db, Campaign.ward_id == ward_id, Campaign.name == name)
    return found[0] if found else None


async def live(db: AsyncSession, ward_id: str, day: date) -> list[CampaignRow]:
    """Those that run on a day."""
    return await _found(db, *_going(ward_id, day), Campaign.first <= day)


async def coming(db: AsyncSession, ward_id: str, day: date) -> list[CampaignRow]:
    """Those that run on a day or later."""
    return await _found(db, *_going(ward_id, day))


async def all_of(db: AsyncSession, ward_id: str) -> list[CampaignRow]:
    """All of a ward, past and cancelled ones too, in order of their days."""
    return await _found(db, Campaign.ward_id == ward_id)


def _going(ward_id: str, day: date) -> list[ColumnElement[bool]]:
    return [Campaign.ward_id == ward_id, Campaign.cancelled_at.is_(None), Campaign.last >= day]


async def create(
    db: AsyncSession,
    told: NewCampaign,
    areas: Sequence[int],
    shifts: Sequence[NewShift],
    now: datetime,
) -> int:
    """A campaign with its areas and shifts. IntegrityError when the ward has that word or name already."""
    row = {**asdict(told), "targets": dict(told.targets), "created_at": now}
    made = await db.execute(insert(Campaign).returning(Campaign.id), row)
    number = made.scalar_one()
    await _add_areas(db, number, areas)
    await add_shifts(db, number, shifts)
    return number


async def change(
    db: AsyncSession, campaign_id: int, told: NewCampaign, areas: Sequence[int]
) -> None:
    """A campaign says this from now on; its ward, name and word stay, as sessions and posters carry them."""
    said = {**asdict(told), "targets": dict(told.targets)}
    values = {name: value for name, value in said.items() if name not in _FIXED}
    await db.execute(update(Campaign).where(Campaign.id == campaign_id).values(**values))
    await db.execute(delete(CampaignArea).where(CampaignArea.campaign_id == campaign_id))
    await _add_areas(db, campaign_id, areas)


async def _add_areas(db: AsyncSession, campaign_id: int, areas: Sequence[int]) -> None:
    if areas:
        rows = [dict(campaign_id=campaign_id, area_id=area) for area in dict.fromkeys(areas)]
        await db.execute(insert(CampaignArea), rows)


async def session_outside(
    db: AsyncSession, campaign: CampaignRow, first: date, last: date
) -> int | None:
    """The number of the first session that counts for a campaign, and on other days would not."""
    log = SupportSession
    query = select(log.id).where(
        log.ward_id == campaign.ward_id,
        log.campaign == campaign.name,
        log.voided.is_(False),
        log.date.between(campaign.first, campaign.last),
        ~log.date.between(first, last),
    )
    return await db.scalar(query.order_by(log.date, log.id).limit(1))


async def add_shifts(db: AsyncSession, campaign_id: int, shifts: Sequence[NewShift]) -> None:
    if shifts:
        await db.execute(
            insert(Shift), [{**asdict(one), "campaign_id": campaign_id} for one in shifts]
        )


async def same_shift(db: AsyncSession, campaign_id: int, shift: NewShift) -> bool:
    """Whether the campaign has a shift at that place and time already."""
    there = select(Shift.id).where(
        Shift.campaign_id == campaign_id,
        Shift.place == shift.place,
        Shift.starts_at == shift.starts_at,
        Shift.ends_at == shift.ends_at,
        Shift.cancelled_at.is_(None),
    )
    return await db.scalar(there.limit(1)) is not None


async def cancel(
    db: AsyncSession, campaign_id: int, reason: str, now: datetime
) -> list[int] | None:
    """End a campaign with its shifts that go on or are to come; the members who had taken one of these.

    None when somebody was faster. Sessions, hours and what is past stay.
    """
    done = await db.execute(
        update(Campaign)
        .where(Campaign.id == campaign_id, Campaign.cancelled_at.is_(None))
        .values(cancelled_at=now, reason=reason)
        .returning(Campaign.id)
    )
    if done.scalar() is None:
        return None
    coming = await _end_shifts(db, now, Shift.campaign_id == campaign_id)
    return [*dict.fromkeys([*coming, *await _end_running(db, now, campaign_id)])]


async def cancel_shift(db: AsyncSession, shift_id: int, now: datetime) -> list[int] | None:
    """End one shift that has not begun; the members who had taken it. None: it has begun, or ended before."""
    there = await db.scalar(
        select(Shift.id).where(
            Shift.id == shift_id, Shift.cancelled_at.is_(None), Shift.starts_at > now
        )
    )
    return await _end_shifts(db, now, Shift.id == shift_id) if there else None


async def _end_shifts(db: AsyncSession, now: datetime, which: ColumnElement[bool]) -> list[int]:
    ended = await db.scalars(
        update(Shift)
        .where(which, Shift.cancelled_at.is_(None), Shift.starts_at > now)
        .values(cancelled_at=now)
        .returning(Shift.id)
    )
    numbers = ended.all()
    await check_ins.out(db, CheckIn.shift_id.in_(numbers), now)
    left = await shift_store.end_of_shifts(db, numbers, now)
    return [*dict.fromkeys(member for _, member in left)]


async def _end_running(db: AsyncSession, now: datetime, campaign_id: int) -> list[int]:
    """Shifts that go on took place until now: they end earlier. The members who have a place there."""
    ended = await db.scalars(
        update(Shift)
        .where(Shift.campaign_id == campaign_id, Shift.cancelled_at.is_(None),
               Shift.starts_at <= now, Shift.ends_at > now)
        .values(ends_at=now)
        .returning(Shift.id)
    )  # fmt: skip
    numbers = ended.all()
    await check_ins.out(db, CheckIn.shift_id.in_(numbers), now)
    return [member for one in numbers for member, _ in await shift_store.signed_up(db, one)]


async def volunteers(db: AsyncSession, member_id: int) -> bool:
    """Whether a member has signed up as a volunteer, confirmed or not."""
    found = select(Volunteer.member_id).where(Volunteer.member_id == member_id)
    return await db.scalar(found) is not None


async def _found(db: AsyncSession, *conditions: ColumnElement[bool]) -> list[CampaignRow]:
    rows = await db.execute(_ROWS.where(*conditions).order_by(Campaign.first, Campaign.id))
    found = [dict(row) for row in rows.mappings()]
    areas = await _areas(db, [row["id"] for row in found])
    return [CampaignRow(**row, areas=areas.get(row["id"], ())) for row in found]


async def _areas(db: AsyncSession, numbers: Sequence[int]) -> dict[int, tuple[int, ...]]:
    query = select(CampaignArea.campaign_id, CampaignArea.area_id).where(
        CampaignArea.campaign_id.in_(numbers)
    )
    areas: dict[int, tuple[int, ...]] = {}
    for campaign_id, area_id in await db.execute(query.order_by(CampaignArea.area_id)):
        areas[campaign_id] = (*areas.get(campaign_id, ()), area_id)
    return areas
