"""The areas, teams, members and trainees of a ward as lists name them, and the newest figures typed in."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.class_models import Trainee
from store.figure_models import BaseFigure, ExternalValue
from store.models import Area, Ward
from store.team_models import Member, Team
from store.values import Base, Entered

ValueKey = tuple[str, date, date, str]
"""Indicator, first and last day, `actual` or `estimate`."""
BaseKey = tuple[str, int]
"""Base and year."""


@dataclass(frozen=True)
class AreaEntry:
    code: str
    name: str


@dataclass(frozen=True)
class TeamEntry:
    """`area` is the code of one."""

    name: str
    area: str | None
    decision_no: str | None
    decision_on: date | None
    since: date
    until: date | None = None


@dataclass(frozen=True)
class MemberEntry:
    """`team` is the name of one; None for those who belong to none."""

    name: str
    team: str | None
    role: str
    org: str
    trained_on: date | None
    since: date
    until: date | None


@dataclass(frozen=True)
class TraineeEntry:
    """Somebody whose training is counted by head; `unit` tells two of the same name apart."""

    kind: str
    name: str
    org: str
    unit: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Roster:
    """All rows of a ward by their numbers, also those that ended."""

    areas: dict[int, AreaEntry]
    teams: dict[int, TeamEntry]
    members: dict[int, MemberEntry]
    trainees: dict[int, TraineeEntry] = field(default_factory=dict)


async def load(db: AsyncSession, ward_id: str) -> Roster:
    areas = select(Area.id, Area.code, Area.name).where(Area.ward_id == ward_id)
    teams = (
        select(
            Team.id, Team.name, Area.code, Team.decision_no, Team.decision_on, Team.since, Team.until
        )
        .outerjoin(Area, Area.id == Team.area_id)
        .where(Team.ward_id == ward_id)
    )  # fmt: skip
    members = (
        select(
            Member.id, Member.name, Team.name, Member.role, Member.org, Member.trained_on,
            Member.since, Member.until,
        )
        .outerjoin(Team, Team.id == Member.team_id)
        .where(Member.ward_id == ward_id)
    )  # fmt: skip
    trainees = select(
        Trainee.id, Trainee.kind, Trainee.name, Trainee.org, Trainee.unit, Trainee.since, Trainee.until
    ).where(Trainee.ward_id == ward_id)  # fmt: skip
    return Roster(
        {row[0]: AreaEntry(*row[1:]) for row in await db.execute(areas.order_by(Area.id))},
        {row[0]: TeamEntry(*row[1:]) for row in await db.execute(teams.order_by(Team.id))},
        {row[0]: MemberEntry(*row[1:]) for row in await db.execute(members.order_by(Member.id))},
        {row[0]: TraineeEntry(*row[1:]) for row in await db.execute(trainees.order_by(Trainee.id))},
    )


async def hold(db: AsyncSession, ward_id: str) -> None:
    """Let nobody else who asks for it write this ward's lists until the transaction ends."""
    row = select(Ward.id).where(Ward.id == ward_id)
    await db.execute(row.with_for_update(key_share=True))


async def add_areas(db: AsyncSession, ward_id: str, areas: Sequence[AreaEntry]) -> None:
    if areas:
        await db.execute(insert(Area), [{"ward_id": ward_id, **asdict(area)} for area in areas])


async def change_areas(db: AsyncSession, areas: dict[int, AreaEntry]) -> None:
    for area_id, area in areas.items():
        await db.execute(update(Area).where(Area.id == area_id).values(name=area.name))


async def add_teams(db: AsyncSession, ward_id: str, teams: Sequence[TeamEntry]) -> None:
    """Their areas must be there."""
    ids = await _area_ids(db, ward_id)
    if teams:
        await db.execute(
            insert(Team), [{"ward_id": ward_id, **_team_columns(team, ids)} for team in teams]
        )


async def change_teams(db: AsyncSession, ward_id: str, teams: dict[int, TeamEntry]) -> None:
    ids = await _area_ids(db, ward_id)
    for team_id, team in teams.items():
        await db.execute(update(Team).where(Team.id == team_id).values(_team_columns(team, ids)))


async def add_members(db: AsyncSession, ward_id: str, members: Sequence[MemberEntry]) -> None:
    """Their teams must be there. Nobody is linked to a person yet: that takes an invitation."""
    ids = await _team_ids(db, ward_id)
    if members:
        await db.execute(
            insert(Member),
            [
                {"ward_id": ward_id, "team_id": ids[member.team], **_member_columns(member)}
                for member in members
            ],
        )


async def change_members(db: AsyncSession, members: dict[int, MemberEntry]) -> None:
    """Teams stay. Whoever a row is linked to stays linked, without rights where `until` is filled."""
    for member_id, member in members.items():
        columns = _member_columns(member)
        await db.execute(update(Member).where(Member.id == member_id).values(columns))


async def add_trainees(db: AsyncSession, ward_id: str, trainees: Sequence[TraineeEntry]) -> None:
    if trainees:
        rows = [{"ward_id": ward_id, **asdict(trainee)} for trainee in trainees]
        await db.execute(insert(Trainee), rows)


async def change_trainees(db: AsyncSession, trainees: dict[int, TraineeEntry]) -> None:
    for number, trainee in trainees.items():
        await db.execute(update(Trainee).where(Trainee.id == number).values(asdict(trainee)))


async def newest_values(db: AsyncSession, ward_id: str) -> dict[ValueKey, Entered]:
    """The value that counts for each indicator, period and kind."""
    query = (
        select(
            ExternalValue.indicator, ExternalValue.first, ExternalValue.last, ExternalValue.kind,
            ExternalValue.value, ExternalValue.num, ExternalValue.den, ExternalValue.text,
            ExternalValue.source, ExternalValue.source_on,
        )
        .where(ExternalValue.ward_id == ward_id)
        .order_by(ExternalValue.id)
    )  # fmt: skip
    rows = [Entered(*row) for row in await db.execute(query)]
    return {(row.indicator, row.first, row.last, row.kind): row for row in rows}


async def newest_bases(db: AsyncSession, ward_id: str) -> dict[BaseKey, Base]:
    """The figure that counts for each base and year."""
    query = (
        select(
            BaseFigure.base, BaseFigure.year, BaseFigure.value, BaseFigure.source,
            BaseFigure.source_on,
        )
        .where(BaseFigure.ward_id == ward_id)
        .order_by(BaseFigure.id)
    )  # fmt: skip
    return {(row.base, row.year): Base(*row) for row in await db.execute(query)}


def _team_columns(team: TeamEntry, area_ids: dict[str | None, int | None]) -> dict[str, object]:
    columns = asdict(team)
    columns["area_id"] = area_ids[columns.pop("area")]
    return columns


def _member_columns(member: MemberEntry) -> dict[str, object]:
    columns = asdict(member)
    del columns["team"]
    return columns


async def _area_ids(db: AsyncSession, ward_id: str) -> dict[str | None, int | None]:
    rows = await db.execute(select(Area.code, Area.id).where(Area.ward_id == ward_id))
    return {None: None, **{name: number for name, number in rows}}


async def _team_ids(db: AsyncSession, ward_id: str) -> dict[str | None, int | None]:
    rows = await db.execute(select(Team.name, Team.id).where(Team.ward_id == ward_id))
    return {None: None, **{name: number for name, number in rows}}
