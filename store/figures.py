"""Figures counted from the log itself: plain SQL over one covering index, no roll-up tables.

(facts/platform.md measured both.) All counts of a ward and period that concern sessions are one SELECT of
conditional sums; the rows behind any of them are the same condition with other columns. So a printed figure
can always be led back to its rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, distinct, func, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from store.log_models import SupportSession as S
from store.models import Area
from store.team_models import Member, Team

SUCCESS = ("self", "helped")


@dataclass(frozen=True)
class Tally:
    """What to count: a measure, and which rows; an empty condition takes all. `topics`, `priority`: bits."""

    measure: str
    topics: int = 0
    priority: int = 0
    audience: tuple[str, ...] = ()
    org: tuple[str, ...] = ()
    place: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """The days `first` to `last` of a ward, or of one of its areas, teams or members."""

    ward_id: str
    first: date
    last: date
    area_id: int | None = None
    team_id: int | None = None
    member_id: int | None = None


HELP, CLASS = S.kind == "help", S.kind == "class"
_SUMS: dict[str, tuple[ColumnElement[bool], Any]] = {
    "sessions": (HELP, 1),
    "people": (HELP, S.people),
    "successes": (and_(HELP, S.outcome.in_(SUCCESS)), S.people - S.unfinished),
    "households": (HELP, S.households),
    "confirmed": (and_(HELP, S.confirmed > 0), 1),
    "classes": (CLASS, 1),
    "attended": (CLASS, S.people),
    "passed": (CLASS, func.coalesce(S.passed, 0)),
    "reached": (true(), S.people),
}
_DISTINCT: dict[str, tuple[ColumnElement[bool], Any]] = {
    "active_teams": (HELP, S.team_id),
    "active_members": (HELP, S.member_id),
    "member_days": (true(), cast(S.member_id, String) + "/" + cast(S.date, String)),
    "campaigns": (true(), S.campaign),
}
MEASURES = frozenset([*_SUMS, *_DISTINCT])
"""The measures that are counted from sessions."""

BY = {"area": S.area_id, "team": S.team_id, "org": S.org, "member": S.member_id}


async def count(db: AsyncSession, span: Span, tallies: Sequence[Tally]) -> list[int]:
    """One number for each tally."""
    if not tallies:
        return []
    row = (await db.execute(select(*map(_expression, tallies)).where(_within(span)))).one()
    return [int(number or 0) for number in row]


async def count_by(
    db: AsyncSession, span: Span, tallies: Sequence[Tally], by: str
) -> dict[Any, list[int]]:
    """The same for each area, team or organisation that has rows."""
    key = BY[by]
    query = select(key, *map(_expression, tallies)).where(_within(span)).group_by(key)
    return {row[0]: [int(number or 0) for number in row[1:]] for row in await db.execute(query)}


@dataclass(frozen=True)
class Behind:
    """One session behind a figure."""

    id: int
    date: date
    kind: str
    area: str | None
    team: str | None
    member: str
    people: int
    households: int
    unfinished: int
    passed: int | None
    topics: int
    audience: str
    outcome: str
    place: str | None


async def behind(db: AsyncSession, span: Span, tally: Tally) -> list[Behind]:
    """The sessions a tally counts, in order of day."""
    query = (
        select(
            S.id, S.date, S.kind, Area.name.label("area"), Team.name.label("team"),
            Member.name.label("member"), S.people, S.households,
            S.unfinished, S.passed, S.topics, S.audience, S.outcome, S.place,
        )
        .outerjoin(Area, Area.id == S.area_id)
        .outerjoin(Team, Team.id == S.team_id)
        .join(Member, Member.id == S.member_id)
        .where(_within(span), _condition(tally))
        .order_by(S.date, S.id)
    )  # fmt: skip
    return [Behind(**row) for row in (await db.execute(query)).mappings()]


async def first_day(db: AsyncSession, ward_id: str) -> date | None:
    """The day of the first session ever logged: before it the log says nothing, not zero."""
    return await db.scalar(select(func.min(S.date)).where(S.ward_id == ward_id))


def _within(span: Span) -> ColumnElement[bool]:
    parts = [S.ward_id == span.ward_id, S.date.between(span.first, span.last), S.voided.is_(False)]
    narrower = ((S.area_id, span.area_id), (S.team_id, span.team_id), (S.member_id, span.member_id))
    return and_(*parts, *(column == wanted for column, wanted in narrower if wanted is not None))


def _condition(tally: Tally) -> ColumnElement[bool]:
    kind, counted = _SUMS.get(tally.measure) or _DISTINCT[tally.measure]
    parts = [kind]
    if tally.measure in _DISTINCT:
        parts.append(counted.is_not(None))
    if tally.topics:
        parts.append(S.topics.op("&")(tally.topics) != 0)
    if tally.priority:
        parts.append(S.priority.op("&")(tally.priority) != 0)
    listed = ((S.audience, tally.audience), (S.org, tally.org), (S.place, tally.place))
    return and_(*parts, *(column.in_(wanted) for column, wanted in listed if wanted))


def _expression(tally: Tally) -> Any:
    condition = _condition(tally)
    if tally.measure in _DISTINCT:
        return func.count(distinct(case((condition, _DISTINCT[tally.measure][1]))))
    return func.sum(case((condition, _SUMS[tally.measure][1]), else_=0))
