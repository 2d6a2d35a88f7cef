"""What a ward's report asks of the log beyond its figures: campaigns, reasons, stars of teams."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, String, and_, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.figures import Span
from store.log_models import SupportSession as S
from store.models import Rating
from store.team_models import Team


@dataclass(frozen=True)
class Campaign:
    """What was logged under the name of one campaign."""

    name: str
    sessions: int
    classes: int
    people: int


async def campaigns(db: AsyncSession, span: Span) -> list[Campaign]:
    """The campaigns that have rows, by name."""
    query = (
        select(
            S.campaign,
            func.sum(case((S.kind == "help", 1), else_=0)),
            func.sum(case((S.kind == "class", 1), else_=0)),
            func.sum(S.people),
        )
        .where(_within(span), S.campaign.is_not(None))
        .group_by(S.campaign)
        .order_by(S.campaign)
    )
    return [Campaign(str(row[0]), *map(int, row[1:])) for row in await db.execute(query)]


async def campaign_days(db: AsyncSession, span: Span) -> dict[str, set[tuple[int, date]]]:
    """Who logged something under the name of each campaign, and on which days."""
    query = select(S.campaign, S.member_id, S.date).where(_within(span), S.campaign.is_not(None))
    days: dict[str, set[tuple[int, date]]] = {}
    for name, member, day in await db.execute(query.distinct()):
        days.setdefault(str(name), set()).add((member, day))
    return days


@dataclass(frozen=True)
class Reason:
    """Why it did not work, as it was written down (masked), and in how many sessions of a team."""

    team_id: int | None
    text: str
    sessions: int


async def reasons(db: AsyncSession, span: Span) -> list[Reason]:
    query = (
        select(S.team_id, S.reason, func.count())
        .where(_within(span), S.reason.is_not(None), S.reason != "")
        .group_by(S.team_id, S.reason)
        .order_by(func.count().desc(), S.reason, S.team_id)
    )
    return [Reason(team, text or "", number) for team, text, number in await db.execute(query)]


async def stars_by_team(db: AsyncSession, span: Span) -> dict[int | None, float]:
    """The mean of the ratings of each team's sessions; a rating refers to a session by its number."""
    query = (
        select(S.team_id, func.avg(Rating.score))
        .join(Rating, and_(Rating.about == "session", Rating.ref == cast(S.id, String)))
        .where(_within(span), Rating.ward_id == span.ward_id)
        .group_by(S.team_id)
    )
    return {team: float(mean) for team, mean in await db.execute(query)}


async def team_names(db: AsyncSession, ward_id: str) -> dict[int, str]:
    """All teams there ever were: a session may belong to one that has ended."""
    query = select(Team.id, Team.name).where(Team.ward_id == ward_id)
    return {team: name for team, name in await db.execute(query)}


def _within(span: Span) -> ColumnElement[bool]:
    return and_(
        S.ward_id == span.ward_id, S.date.between(span.first, span.last), S.voided.is_(False)
    )
