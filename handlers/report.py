"""A report of a ward and period: everything the Word file and the workbook print, as plain data."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from content.indicator import Plan
from content.library import Library
from content.period import Period, period
from content.ward import Ward
from handlers import figures, report_campaigns, report_facts, report_lines, report_tables
from handlers.figures import CORE, Row
from handlers.report_campaigns import Campaigns
from handlers.report_facts import Facts
from handlers.report_lines import Line
from handlers.report_missing import Gap, gaps, unclosed
from handlers.report_tables import Days, Helped, TeamLine, TopicLine
from store import figures as log
from store import register
from store.figures import Span, Tally


class NotBegun(ValueError):
    """A period of which no day has come yet: a zero would be no zero."""


@dataclass(frozen=True)
class Register:
    """Teams and members on the period's days, and those trained in its year. None: none entered by then."""

    teams: int | None
    members: int | None
    trained: int | None


@dataclass(frozen=True)
class Classes:
    """Classes in the period and in the year so far. `passed` counts each class's own check."""

    classes: int | None = None
    attended: int | None = None
    passed: int | None = None


@dataclass(frozen=True)
class Before:
    """The same days a year ago. The counts are None when the log does not cover them all."""

    first: date
    last: date
    sessions: int | None = None
    people: int | None = None
    classes: int | None = None


@dataclass(frozen=True)
class Report:
    ward: Ward
    period: Period
    today: date
    began: date | None
    """The first day of the log."""
    plans: tuple[Plan, ...]
    """Those of the ward, without the core set."""
    rows: tuple[Row, ...]
    register: Register
    total: Helped
    so_far: Helped
    """The year up to the period's end."""
    classes: Classes
    classes_so_far: Classes
    confirmed: int | None
    """Sessions that residents confirmed."""
    campaigns: Campaigns
    before: Before | None
    """Only for six months and for a year."""
    topics: tuple[TopicLine, ...]
    teams: tuple[TeamLine, ...]
    areas: tuple[report_tables.Line, ...]
    orgs: tuple[report_tables.Line, ...]
    facts: Facts

    @property
    def silent(self) -> bool:
        """The log has nothing up to the period's end."""
        return self.began is None or self.began > self.period.last

    @property
    def unfinished(self) -> bool:
        return self.today < self.period.last

    @property
    def estimates(self) -> bool:
        """Whether the year's end is estimated: before it, in annual reports or when one was entered."""
        annual = self.period.kind == "year" or any(row.estimate for row in self.rows)
        return annual and self.today <= self.period.whole_year.last

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(report_lines.lines(self.rows, self.period))

    def lines_of(self, plan_id: str) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.row.plan.id == plan_id)

    @property
    def missing(self) -> tuple[Gap, ...]:
        return (*gaps(self.lines, self.estimates), *map(unclosed, self.campaigns.unclosed))

    @property
    def idle_teams(self) -> tuple[str, ...]:
        return tuple(team.name or "" for team in self.teams if team.idle)


async def collect(
    db: AsyncSession, library: Library, ward: Ward, period: Period, today: date
) -> Report:
    """Everything a report prints. NotBegun when no day of the period has come."""
    if today < period.first:
        raise NotBegun(period.id)
    began = await log.first_day(db, ward.id)
    days = _days(ward, period, began)
    plans = tuple(plan for plan in figures.plans_of(library, ward) if plan.id != CORE)
    classes, confirmed = await _more(db, days.now, days.silent)
    return Report(
        ward=ward,
        period=period,
        today=today,
        began=began,
        plans=plans,
        rows=tuple(await figures.table(db, library, ward, period, today)),
        register=await _register(db, days.now),
        total=await report_tables.total(db, days),
        so_far=await report_tables.total(db, replace(days, now=days.so_far)),
        classes=classes,
        classes_so_far=(await _more(db, days.so_far, days.silent))[0],
        confirmed=confirmed,
        campaigns=await report_campaigns.collect(db, library, days, today),
        before=await _before(db, ward, period, today, began),
        topics=await report_tables.topics(db, days),
        teams=await report_tables.teams(db, days),
        areas=await report_tables.areas(db, days),
        orgs=await report_tables.orgs(db, days),
        facts=await report_facts.facts(db, library, days, plans, period.cut, today),
    )


def _days(ward: Ward, period: Period, began: date | None) -> Days:
    year = period.so_far
    return Days(
        Span(ward.id, period.first, period.last),
        Span(ward.id, year.first, year.last),
        began is None or began > period.last,
    )


async def _register(db: AsyncSession, span: Span) -> Register:
    found = await register.counts(db, span.ward_id, span.first, span.last)
    unknown = await register.unknown(db, span.ward_id, span.last) if found["teams"] else found
    known = {name: None if name in unknown else number for name, number in found.items()}
    return Register(**known)


async def _more(db: AsyncSession, span: Span, silent: bool) -> tuple[Classes, int | None]:
    """Classes, and confirmed sessions."""
    if silent:
        return Classes(), None
    asked = [Tally(name) for name in ("classes", "attended", "passed", "confirmed")]
    *three, confirmed = await log.count(db, span, asked)
    return Classes(*three), confirmed


async def _before(
    db: AsyncSession, ward: Ward, now: Period, today: date, began: date | None
) -> Before | None:
    """The period a year ago, no further than today's day of that year."""
    if now.kind not in ("half", "year"):
        return None
    then = period(f"{now.year - 1}{now.id[4:]}", now.cut)
    last = min(then.last, _year_ago(today)) if today < now.last else then.last
    if began is None or began > then.first:
        return Before(then.first, last)
    asked = [Tally(name) for name in ("sessions", "people", "classes")]
    return Before(then.first, last, *await log.count(db, Span(ward.id, then.first, last), asked))


def _year_ago(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day - timedelta(days=366)
