"""Figures that no session tells alone: campaigns, days and hours of volunteers, people trained by name.

A figure is the sum of the rows that a trace lists, but for the days: they are many, and one SELECT counts
them from the same rows. A day is a member's with a session or a check-in that is not void; hours are the
union of check-ins; somebody is trained once, by the first class that was held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import CompoundSelect, String, case, cast, distinct, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from store.campaign_models import Campaign, CheckIn, Shift
from store.class_models import Attendance, Trainee, TrainingClass
from store.classes import HELD
from store.figures import Span
from store.log_models import SupportSession as S
from store.send_counts import WARD_ZONE
from store.team_models import Member
from store.trainees import OFFICIAL, UNION_CORE

DRIVES, DAYS, HOURS = "drives", "volunteer_days", "volunteer_hours"
TRAINED = {"core_trained": UNION_CORE, "officials_trained": OFFICIAL}
"""The measure, and the kind of trainee it counts."""
MEASURES = frozenset((DRIVES, DAYS, HOURS, *TRAINED))
Asked = tuple[str, tuple[str, ...]]
"""A measure, and the organisations it is narrowed to; none: all."""


@dataclass(frozen=True)
class Fact:
    """A row behind a figure: a campaign, somebody's day, or people of one organisation in a class."""

    day: date
    org: str
    number: int
    """Campaigns, days, minutes or people."""
    name: str
    """The campaign, the member, or the class."""


async def count(db: AsyncSession, span: Span, asked: Sequence[Asked]) -> list[int]:
    """One number for each; of hours the minutes."""
    by_day = [orgs for measure, orgs in asked if measure == DAYS]
    days = dict(zip(by_day, await _days(db, span, by_day), strict=True))
    found = {name: await facts(db, span, name) for name in {name for name, _ in asked} - {DAYS}}
    return [
        days[orgs] if measure == DAYS else sum(one.number for one in of(found[measure], orgs))
        for measure, orgs in asked
    ]


async def facts(db: AsyncSession, span: Span, measure: str, orgs: Sequence[str] = ()) -> list[Fact]:
    """What a figure counts, in order of day."""
    if measure == DAYS:
        return await _day_facts(db, span, orgs)
    if measure == DRIVES:
        found = await _drives(db, span)
    elif measure == HOURS:
        found = await _hours(db, span)
    else:
        found = await _trained(db, span, TRAINED[measure])
    return of(found, orgs)


def of(found: Sequence[Fact], orgs: Sequence[str]) -> list[Fact]:
    """Those of some organisations; of all when none is named."""
    return [one for one in found if not orgs or one.org in orgs]


async def first_days(db: AsyncSession, ward_id: str) -> dict[str, date | None]:
    """For each measure the first day anything is known of it: before it nothing is, not zero."""
    logged = await db.scalar(select(func.min(S.date)).where(S.ward_id == ward_id))
    checked = await db.scalar(select(func.min(CheckIn.date)).where(CheckIn.ward_id == ward_id))
    first, made = (
        await db.execute(
            select(func.min(Campaign.first), func.min(Campaign.created_at)).where(
                Campaign.ward_id == ward_id
            )
        )
    ).one()
    listed = select(Trainee.kind, func.min(Trainee.since)).where(Trainee.ward_id == ward_id)
    since = {kind: day for kind, day in await db.execute(listed.group_by(Trainee.kind))}
    ticked = _ticked(select(Trainee.kind, func.min(S.date)), ward_id).group_by(Trainee.kind)
    for kind, day in await db.execute(ticked):  # a list may be entered after its first class
        since[kind] = min(since[kind], day)
    return {
        DRIVES: min(first, _day(made)) if made else None,
        DAYS: min((day for day in (logged, checked) if day), default=None),
        HOURS: checked,
        **{measure: since.get(kind) for measure, kind in TRAINED.items()},
    }


def _there(span: Span, orgs: Sequence[str] = ()) -> CompoundSelect[Any]:
    """Member, day and organisation of every session and check-in, with repetitions."""
    logged = select(S.member_id, S.date, S.org).where(
        S.ward_id == span.ward_id, S.date.between(span.first, span.last), S.voided.is_(False)
    )
    checked = select(CheckIn.member_id, CheckIn.date, CheckIn.org).where(
        CheckIn.ward_id == span.ward_id,
        CheckIn.date.between(span.first, span.last),
        CheckIn.voided.is_(False),
    )
    if orgs:
        logged, checked = logged.where(S.org.in_(orgs)), checked.where(CheckIn.org.in_(orgs))
    if span.area_id is not None:
        logged = logged.where(S.area_id == span.area_id)
        checked = checked.join(Shift, Shift.id == CheckIn.shift_id)
        checked = checked.where(Shift.area_id == span.area_id)
    return union_all(logged, checked)


async def _days(db: AsyncSession, span: Span, asked: Sequence[tuple[str, ...]]) -> list[int]:
    if not asked:
        return []
    there = _there(span).subquery()
    day = cast(there.c.date, String) + "/" + cast(there.c.member_id, String)
    numbers = [
        func.count(distinct(case((there.c.org.in_(orgs), day)) if orgs else day)) for orgs in asked
    ]
    return list((await db.execute(select(*numbers))).one())


async def _day_facts(db: AsyncSession, span: Span, orgs: Sequence[str]) -> list[Fact]:
    there = _there(span, orgs).subquery()
    query = (
        select(there.c.date, there.c.member_id, func.min(there.c.org), Member.name)
        .join(Member, Member.id == there.c.member_id)
        .group_by(there.c.date, there.c.member_id, Member.name)
        .order_by(there.c.date, there.c.member_id)
    )
    return [Fact(day, org, 1, name) for day, _, org, name in await db.execute(query)]


async def _drives(db: AsyncSession, span: Span) -> list[Fact]:
    """Campaigns of digital skills for residents that began on these days (HG178-c5a).

    A span that reaches into the future takes in those that are only planned.
    """
    query = select(Campaign.first, Campaign.organiser, Campaign.name).where(
        Campaign.ward_id == span.ward_id,
        Campaign.first.between(span.first, span.last),
        Campaign.skills,
        Campaign.cancelled_at.is_(None),
    )
    rows = await db.execute(query.order_by(Campaign.first, Campaign.id))
    return [Fact(day, org, 1, name) for day, org, name in rows]


async def _hours(db: AsyncSession, span: Span) -> list[Fact]:
    """The minutes of each member and day."""
    query = (
        select(
            CheckIn.date, CheckIn.member_id, CheckIn.org, Member.name, CheckIn.in_at,
            func.coalesce(CheckIn.out_at, Shift.ends_at),
        )
        .join(Shift, Shift.id == CheckIn.shift_id)
        .join(Member, Member.id == CheckIn.member_id)
        .where(
            CheckIn.ward_id == span.ward_id,
            CheckIn.date.between(span.first, span.last),
            CheckIn.voided.is_(False),
        )
        .order_by(CheckIn.date, CheckIn.member_id, CheckIn.org)
    )  # fmt: skip
    there: dict[tuple[date, int, str, str], list[tuple[datetime, datetime]]] = {}
    for day, member, org, name, start, end in await db.execute(query):
        there.setdefault((day, member, org, name), []).append((start, end))
    return [Fact(day, org, _minutes(spans), name) for (day, _, org, name), spans in there.items()]


async def _trained(db: AsyncSession, span: Span, kind: str) -> list[Fact]:
    """How many of each organisation were ticked in a class in the log, each by their first one."""
    columns = (Trainee.id, Trainee.org, S.date, TrainingClass.code, TrainingClass.title)
    query = (
        _ticked(select(*columns), span.ward_id)
        .where(Trainee.kind == kind, S.date.between(span.first, span.last))
        .order_by(S.date, TrainingClass.id, Trainee.org)
    )
    seen: set[int] = set()
    people: dict[tuple[date, str, str], int] = {}
    for number, org, day, code, title in await db.execute(query):
        key = day, org, f"LOP {code} {title}"
        people[key] = people.get(key, 0) + (number not in seen)
        seen.add(number)
    return [Fact(day, org, n, name) for (day, org, name), n in people.items() if n]


def _ticked(query: Any, ward_id: str) -> Any:
    """Names ticked in classes that are in the log."""
    return (
        query.select_from(Trainee)
        .join(Attendance, Attendance.trainee_id == Trainee.id)
        .join(TrainingClass, TrainingClass.id == Attendance.class_id)
        .join(S, S.id == TrainingClass.session_id)
        .where(
            TrainingClass.ward_id == ward_id,
            TrainingClass.state == HELD,
            S.voided.is_(False),
        )
    )


def _minutes(spans: Sequence[tuple[datetime, datetime]]) -> int:
    """How long the union of some spans lasts, in whole minutes."""
    total, reached = timedelta(), min(start for start, _ in spans)
    for start, end in sorted(spans):
        total += max(timedelta(), end - max(start, reached))
        reached = max(reached, end)
    return int(total.total_seconds() // 60)


def _day(moment: datetime) -> date:
    return moment.astimezone(WARD_ZONE).date()
