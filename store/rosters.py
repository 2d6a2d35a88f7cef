"""What a roster is made from: the volunteers of a ward, who has experience, and what they have already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.campaign_models import Campaign, CheckIn, Shift, Signup, Volunteer
from store.team_models import Member
from store.volunteers import CONFIRMED

SEASONED = 3
"""Shifts somebody was at, from which on they can guide others."""
OF_TEAMS = ("member", "lead")


@dataclass(frozen=True)
class Helper:
    """A confirmed volunteer. `topics` and `hours` are bits."""

    id: int
    name: str
    person_id: int | None
    topics: int
    hours: int
    area_id: int | None


@dataclass(frozen=True)
class Place:
    """A place somebody has in a shift."""

    member_id: int
    shift_id: int
    campaign_id: int
    starts_at: datetime
    ends_at: datetime
    area_id: int | None


async def helpers(db: AsyncSession, ward_id: str, roles: Sequence[str]) -> list[Helper]:
    """The confirmed volunteers of a ward who have one of these roles."""
    query = (
        select(
            Member.id, Member.name, Member.person_id, Volunteer.topics, Volunteer.hours,
            Volunteer.area_id,
        )
        .join(Volunteer, Volunteer.member_id == Member.id)
        .where(
            Member.ward_id == ward_id, Member.until.is_(None), Member.role.in_(roles),
            Volunteer.state == CONFIRMED,
        )
        .order_by(Member.id)
    )  # fmt: skip
    return [Helper(*row) for row in await db.execute(query)]


async def experienced(db: AsyncSession, ward_id: str) -> frozenset[int]:
    """Members of teams, who was trained, and who was at some shifts before."""
    trained = Member.trained_on.is_not(None) | Member.role.in_(OF_TEAMS)
    seasoned = (
        select(CheckIn.member_id)
        .where(CheckIn.ward_id == ward_id, CheckIn.voided.is_(False))
        .group_by(CheckIn.member_id)
        .having(func.count(CheckIn.shift_id.distinct()) >= SEASONED)
    )
    query = select(Member.id).where(Member.ward_id == ward_id, Member.until.is_(None))
    return frozenset(await db.scalars(query.where(trained | Member.id.in_(seasoned))))


async def places(db: AsyncSession, ward_id: str, campaign_id: int, since: datetime) -> list[Place]:
    """The places people have: all those of this campaign, and of others what goes on after `since`."""
    query = (
        select(
            Signup.member_id, Signup.shift_id, Shift.campaign_id, Shift.starts_at, Shift.ends_at,
            Shift.area_id,
        )
        .join(Shift, Shift.id == Signup.shift_id)
        .join(Campaign, Campaign.id == Shift.campaign_id)
        .where(
            Campaign.ward_id == ward_id, Campaign.cancelled_at.is_(None),
            Shift.cancelled_at.is_(None), Signup.ended_at.is_(None),
            (Shift.campaign_id == campaign_id) | (Shift.ends_at > since),
        )
        .order_by(Shift.starts_at, Signup.id)
    )  # fmt: skip
    return [Place(*row) for row in await db.execute(query)]
