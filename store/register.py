"""The register of teams and members of a ward."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import Area
from store.team_models import Member, Team

IN_TEAMS = ("member", "lead")
"""The roles that make somebody a member of a team."""


@dataclass(frozen=True)
class TeamRow:
    """A team as a report lists it; `members` are those of the period's days, None before the first one."""

    id: int
    name: str
    area: str | None
    decision_no: str | None
    decision_on: date | None
    leader: str | None
    members: int | None


async def counts(
    db: AsyncSession, ward_id: str, first: date, last: date, area_id: int | None = None
) -> dict[str, int]:
    """Teams and members there were on those days, and members trained in the year of the last one."""
    there = _there(Team, ward_id, first, last)
    if area_id is not None:
        there = and_(there, Team.area_id == area_id)
    in_teams = and_(_there(Member, ward_id, first, last), Member.role.in_(IN_TEAMS))
    trained = and_(in_teams, Member.trained_on.between(date(last.year, 1, 1), last))
    teams = select(func.count()).where(there).scalar_subquery()
    people = [
        select(func.count(Member.id)).join(Team, Team.id == Member.team_id).where(there, those)
        for those in (in_teams, trained)
    ]
    row = await db.execute(select(teams, *(query.scalar_subquery() for query in people)))
    return dict(zip(("teams", "members", "trained"), row.one(), strict=True))


async def unknown(db: AsyncSession, ward_id: str, last: date) -> frozenset[str]:
    """Which of these counts the register does not know: up to that day nothing was entered in it."""
    team, member = await _first_days(db, ward_id)
    names = () if team and team <= last else ("teams",)
    others = () if member and member <= last else ("members", "trained")
    return frozenset((*names, *others))


async def _first_days(db: AsyncSession, ward_id: str) -> tuple[date | None, date | None]:
    """The first day of any team, and of any member of one."""
    team = select(func.min(Team.since)).where(Team.ward_id == ward_id)
    member = select(func.min(Member.since)).where(
        Member.ward_id == ward_id, Member.role.in_(IN_TEAMS)
    )
    row = await db.execute(select(team.scalar_subquery(), member.scalar_subquery()))
    first_team, first_member = row.one()
    return first_team, first_member


async def teams(db: AsyncSession, ward_id: str, first: date, last: date) -> list[TeamRow]:
    """The teams there were on those days, in order of area."""
    in_team = and_(
        Member.team_id == Team.id,
        Member.role.in_(IN_TEAMS),
        _there(Member, ward_id, first, last),
    )
    leader = select(func.min(Member.name)).where(in_team, Member.role == "lead")
    query = (
        select(
            Team.id, Team.name, Area.name, Team.decision_no, Team.decision_on,
            leader.scalar_subquery(), select(func.count()).where(in_team).scalar_subquery(),
        )
        .outerjoin(Area, Area.id == Team.area_id)
        .where(_there(Team, ward_id, first, last))
        .order_by(Area.id, Team.id)
    )  # fmt: skip
    rows = [TeamRow(*row) for row in await db.execute(query)]
    known = "members" not in await unknown(db, ward_id, last)
    return rows if known else [replace(row, members=None) for row in rows]


def _there(
    table: type[Team] | type[Member], ward_id: str, first: date, last: date
) -> ColumnElement[bool]:
    return and_(
        table.ward_id == ward_id,
        table.since <= last,
        (table.until.is_(None)) | (table.until >= first),
    )
