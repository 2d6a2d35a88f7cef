"""Figures counted from the log itself: plain SQL over one covering index, no roll-up tables.

(facts/platform.md measured both.) All counts of a ward and period that concern sessions are one SELECT of
conditional sums; the rows behind any of them are the same condition with other columns. So a printed figure
can always be led back to its rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    cast,
    distinct,
    func,
    select,
    true,
)
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
    """The days `first` to `last` of a ward, or of one of its areas, teams, members or campaigns."""

    ward_id: str
    first: date
    last: date
    area_id: int | None = None
    team_id: int | None = None
    member_id: int | None = None
    campaign: str | None = None
    """The name under which sessions were logged."""

    def up_to(self, day: date) -> "Span":
        """The same without the days after that one."""
        return replace(self, last=min(self.last, day))


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
    "member_days": (true(), cast(S.date, String) + "/" + cast(S.member_id, String)),
    "campaigns": (true(), S.campaign),
}
MEASURES = frozenset([*_SUMS, *_DISTINCT])
"""The measures that are counted from sessions."""

BY = {
    "area": S.area_id, "team": S.team_id, "org": S.org, "member": S.member_id, "place": S.place,
    "date": S.date,
}  # fmt: skip


async def count(db: AsyncSession, span: Span, tallies: Sequence[Tally]) -> list[int]:
    """One number for each tally."""
    if not tallies:
        return []
    query = _counting(tuple(tallies), None, _narrowed(span))
    row = (await db.execute(query, vars(span))).one()
    return [int(number or 0) for number in row]


async def count_by(
    db: AsyncSession, span: Span, tallies: Sequence[Tally], by: str
) -> dict[Any, list[int]]:
    """The same for each key of BY that has rows."""
    query = _counting(tuple(tallies), by, _narrowed(span))
    rows = await db.execute(query, vars(span))
    return {row[0]: [int(number or 0) for number in row[1:]] for row in rows}


@lru_cache(maxsize=64)
def _counting(tallies: tuple[Tally, ...], by: str | None, narrowed: tuple[str, ...]) -> Any:
    """The statement for some tallies, kept: building it takes longer than running it."""
    keys = [BY[by]] if by else []
    query = select(*keys, *map(_expression, tallies)).where(_within(narrowed))
    return query.group_by(*keys) if by else query


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
        .where(_within(_narrowed(span)), _condition(tally))
        .order_by(S.date, S.id)
    )  # fmt: skip
    return [Behind(**row) for row in (await db.execute(query, vars(span))).mappings()]


async def first_day(db: AsyncSession, ward_id: str) -> date | None:
    """The day of the first session ever logged: before it the log says nothing, not zero."""
    return await db.scalar(select(func.min(S.date)).where(S.ward_id == ward_id))


NARROWER = {
    "area_id": S.area_id, "team_id": S.team_id, "member_id": S.member_id, "campaign": S.campaign,
}  # fmt: skip


def _narrowed(span: Span) -> tuple[str, ...]:
    return tuple(name for name in NARROWER if getattr(span, name) is not None)


def _within(narrowed: tuple[str, ...]) -> ColumnElement[bool]:
    """The rows of a span, which gives its own fields as parameters."""
    days = S.date.between(bindparam("first"), bindparam("last"))
    narrower = (NARROWER[name] == bindparam(name) for name in narrowed)
    return and_(S.ward_id == bindparam("ward_id"), days, S.voided.is_(False), *narrower)


def _condition(tally: Tally) -> ColumnElement[bool]:
    """Which rows count; the tests of bits first: they are quick and rule most rows out."""
    kind, counted = _SUMS.get(tally.measure) or _DISTINCT[tally.measure]
    bits = ((S.topics, tally.topics), (S.priority, tally.priority))
    listed = ((S.audience, tally.audience), (S.org, tally.org), (S.place, tally.place))
    return and_(
        *(column.op("&")(wanted) != 0 for column, wanted in bits if wanted),
        *(column.in_(wanted) for column, wanted in listed if wanted),
        kind,
        *([counted.is_not(None)] if tally.measure in _DISTINCT else []),
    )


def _expression(tally: Tally) -> Any:
    if tally.measure in _DISTINCT:
        return func.count(distinct(_DISTINCT[tally.measure][1])).filter(_condition(tally))
    return func.sum(_SUMS[tally.measure][1]).filter(_condition(tally))
