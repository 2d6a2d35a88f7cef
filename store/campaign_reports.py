"""What a campaign's reports ask of shifts, check-ins, classes and the log beyond its figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Integer, and_, cast, distinct, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store.campaign_models import CheckIn, Shift, Signup
from store.campaigns import CampaignRow
from store.class_models import TrainingClass
from store.log_models import SupportSession as S
from store.models import Area
from store.team_models import Member

_COUNTS = CheckIn.voided.is_(False)


@dataclass(frozen=True)
class ShiftLine:
    """A shift that was not cancelled, and how many took it and came to it."""

    id: int
    place: str
    area: str | None
    starts_at: datetime
    ends_at: datetime
    places: int
    taken: int
    came: int

    @property
    def free(self) -> int:
        """Places nobody took."""
        return max(0, self.places - self.taken)


@dataclass(frozen=True)
class Came:
    """Somebody who checked in at a shift; `inside`: and did not check out."""

    shift_id: int
    member_id: int
    name: str
    inside: bool


@dataclass(frozen=True)
class Lesson:
    """A class of a campaign in the log. `title` is None where it was logged by itself."""

    date: date
    title: str | None
    organiser: str
    people: int
    passed: int | None


async def shifts(
    db: AsyncSession, campaign_id: int, since: datetime, until: datetime
) -> list[ShiftLine]:
    """The shifts that begin within that time, in its order."""
    taken = select(func.count()).where(Signup.shift_id == Shift.id, Signup.ended_at.is_(None))
    came = select(func.count(distinct(CheckIn.member_id))).where(
        CheckIn.shift_id == Shift.id, _COUNTS
    )
    query = (
        select(
            Shift.id, Shift.place, Area.name, Shift.starts_at, Shift.ends_at, Shift.places,
            taken.scalar_subquery(), came.scalar_subquery(),
        )
        .outerjoin(Area, Area.id == Shift.area_id)
        .where(
            Shift.campaign_id == campaign_id,
            Shift.cancelled_at.is_(None),
            Shift.starts_at >= since,
            Shift.starts_at < until,
        )
        .order_by(Shift.starts_at, Shift.id)
    )  # fmt: skip
    return [ShiftLine(*row) for row in await db.execute(query)]


async def came(db: AsyncSession, shift_ids: Sequence[int]) -> list[Came]:
    """Who was at some shifts, once for each shift, by name."""
    inside = func.max(cast(CheckIn.out_at.is_(None), Integer))
    query = (
        select(CheckIn.shift_id, Member.id, Member.name, inside)
        .join(Member, Member.id == CheckIn.member_id)
        .where(CheckIn.shift_id.in_(shift_ids), _COUNTS)
        .group_by(CheckIn.shift_id, Member.id, Member.name)
        .order_by(Member.name, Member.id)
    )
    return [
        Came(shift, number, name, bool(still))
        for shift, number, name, still in await db.execute(query)
    ]


async def silent(db: AsyncSession, campaign_id: int, day: date) -> list[str]:
    """The names of those who checked in on a day and logged nothing of that day, in any of their roles."""
    role = aliased(Member)
    theirs = or_(
        S.member_id == Member.id,
        S.member_id.in_(
            select(role.id).where(role.person_id == Member.person_id).correlate(Member)
        ),
    )
    logged = exists().where(S.date == day, S.voided.is_(False), theirs)
    here = (
        select(CheckIn.member_id)
        .join(Shift, Shift.id == CheckIn.shift_id)
        .where(Shift.campaign_id == campaign_id, CheckIn.date == day, _COUNTS)
    )
    query = select(Member.name).where(Member.id.in_(here), ~logged)
    return list(await db.scalars(query.order_by(Member.name, Member.id)))


async def is_at_work(
    db: AsyncSession, campaign: CampaignRow, day: date, since: datetime, until: datetime
) -> bool:
    """Whether the campaign has a shift or a session on that day; `since`, `until`: its midnights."""
    shift = exists().where(
        Shift.campaign_id == campaign.id,
        Shift.cancelled_at.is_(None),
        Shift.starts_at >= since,
        Shift.starts_at < until,
    )
    logged = exists().where(_of(campaign), S.date == day)
    return bool(await db.scalar(select(or_(shift, logged))))


async def lessons(db: AsyncSession, campaign: CampaignRow) -> list[Lesson]:
    """The classes of a campaign, in order of day."""
    query = (
        select(S.date, TrainingClass.title, S.org, S.people, S.passed)
        .outerjoin(TrainingClass, TrainingClass.session_id == S.id)
        .where(_of(campaign), _within(campaign), S.kind == "class")
        .order_by(S.date, S.id)
    )
    return [Lesson(*row) for row in await db.execute(query)]


async def outside(db: AsyncSession, campaign: CampaignRow) -> int:
    """Sessions under its name on days that are not its own: no figure of it counts them."""
    query = select(func.count()).where(_of(campaign), ~_within(campaign))
    return await db.scalar(query) or 0


def _of(campaign: CampaignRow) -> ColumnElement[bool]:
    return and_(S.ward_id == campaign.ward_id, S.campaign == campaign.name, S.voided.is_(False))


def _within(campaign: CampaignRow) -> ColumnElement[bool]:
    return S.date.between(campaign.first, campaign.last)
