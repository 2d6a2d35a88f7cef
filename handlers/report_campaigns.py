"""Classes and campaigns in a report, beyond the log: people trained by name, volunteers' days and hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from content import hours as union
from content.indicator import Count, Where
from content.library import Library
from handlers import measures
from handlers.measures import Value
from handlers.report_tables import Days
from handlers.turn import WARD_ZONE
from store import campaigns, check_ins, classes, report_queries
from store.check_ins import Presence
from store.classes import ClassRow
from store.figures import Span
from store.report_queries import Campaign

_YOUTH = Where(org=("youth",))
COUNTS = {
    "core": Count(count="core_trained"),
    "officials": Count(count="officials_trained"),
    "drives": Count(count="drives"),
    "days": Count(count="volunteer_days"),
    "youth_days": Count(count="volunteer_days", where=_YOUTH),
    "hours": Count(count="volunteer_hours"),
    "youth_hours": Count(count="volunteer_hours", where=_YOUTH),
}


@dataclass(frozen=True)
class Counted:
    """In the period, and in the year so far."""

    now: Value
    so_far: Value


@dataclass(frozen=True)
class CampaignLine:
    """A campaign in the period, whether it was entered or only named in the log."""

    name: str
    logged: Campaign | None
    """None: the log knows nothing yet."""
    days: tuple[date, date] | None
    """Its own first and last day. None: it was never entered."""
    members: int
    member_days: int
    hours: float | None
    """From check-ins. None: nobody checked in."""
    cancelled: bool
    """It was stopped, after some work was done."""


@dataclass(frozen=True)
class Campaigns:
    counts: Mapping[str, Counted]
    """By the names of COUNTS."""
    lines: tuple[CampaignLine, ...]
    unclosed: tuple[ClassRow, ...]
    """Classes of the period that are over and that nobody closed: no figure has them yet."""


async def collect(db: AsyncSession, library: Library, days: Days, today: date) -> Campaigns:
    wanted = COUNTS.values()
    now = await measures.measure(db, library, days.now, wanted, today)
    so_far = await measures.measure(db, library, days.so_far, wanted, today)
    counts = {name: Counted(now[count], so_far[count]) for name, count in COUNTS.items()}
    return Campaigns(counts, await _lines(db, days), await _unclosed(db, days.now, today))


async def _lines(db: AsyncSession, days: Days) -> tuple[CampaignLine, ...]:
    """Those that ran in the period, and others the log names, by name. A cancelled one if there was work."""
    span = days.now
    logged = {one.name: one for one in await report_queries.campaigns(db, span)}
    helped = await report_queries.campaign_days(db, span)
    entered = {
        one.name: one
        for one in await campaigns.all_of(db, span.ward_id)
        if one.first <= span.last and one.last >= span.first
    }
    lines = []
    for name in sorted({*logged, *entered}):
        own = entered.get(name)
        present = [
            one
            for one in (await check_ins.of_campaign(db, own.id) if own else [])
            if span.first <= one.date <= span.last
        ]
        cancelled = own is not None and own.cancelled_at is not None
        if cancelled and not present and name not in logged:
            continue
        there = helped.get(name, set()) | {(one.member_id, one.date) for one in present}
        lines.append(
            CampaignLine(
                name,
                None if days.silent else logged.get(name, Campaign(name, 0, 0, 0)),
                (own.first, own.last) if own else None,
                len({member for member, _ in there}),
                len(there),
                _hours(present),
                cancelled,
            )
        )
    return tuple(lines)


def _hours(present: Sequence[Presence]) -> float | None:
    """Each member's union, added up."""
    theirs: dict[int, list[Presence]] = {}
    for one in present:
        theirs.setdefault(one.member_id, []).append(one)
    minutes = (union.minutes((one.span for one in own), WARD_ZONE) for own in theirs.values())
    return measures.hours(sum(minutes)) if present else None


async def _unclosed(db: AsyncSession, span: Span, today: date) -> tuple[ClassRow, ...]:
    ended = await classes.unclosed(db, span.ward_id, datetime.combine(today, time(), WARD_ZONE))
    return tuple(row for row in ended if span.first <= day_of(row) <= span.last)


def day_of(row: ClassRow) -> date:
    return row.plan.starts_at.astimezone(WARD_ZONE).date()
