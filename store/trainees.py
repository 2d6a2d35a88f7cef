"""The lists of union core members and officials, and whom of them classes trained (K14, K16)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import distinct, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.class_models import Attendance, Trainee, TrainingClass
from store.classes import HELD
from store.log_models import SupportSession

UNION_CORE, OFFICIAL = "union_core", "official"


@dataclass(frozen=True)
class TraineeRow:
    id: int
    kind: str
    name: str
    org: str
    unit: str


@dataclass(frozen=True)
class TrainedRow:
    """A class behind the figure: how many of one organisation it trained."""

    class_id: int
    title: str
    date: date
    org: str
    """Of those who were trained."""
    number: int


async def of_ward(db: AsyncSession, ward_id: str, day: date) -> list[TraineeRow]:
    """Who is on the lists on that day, in order of name."""
    query = select(Trainee.id, Trainee.kind, Trainee.name, Trainee.org, Trainee.unit).where(
        Trainee.ward_id == ward_id, or_(Trainee.until.is_(None), Trainee.until >= day)
    )
    rows = await db.execute(query.order_by(Trainee.name, Trainee.unit, Trainee.id))
    return [TraineeRow(*row) for row in rows]


async def trained(
    db: AsyncSession, ward_id: str, first: date, last: date, kind: str, orgs: Sequence[str] = ()
) -> int:
    """How many different people of a list came to classes held on these days; no `orgs`: of all."""
    counted = select(func.count(distinct(Attendance.trainee_id)))
    found = await db.scalar(_ticks(counted, ward_id, first, last, kind, orgs))
    return int(found or 0)


async def trained_rows(
    db: AsyncSession, ward_id: str, first: date, last: date, kind: str, orgs: Sequence[str] = ()
) -> list[TrainedRow]:
    """The classes behind it, in order of day. Who came to two is in both."""
    columns = (TrainingClass.id, TrainingClass.title, SupportSession.date, Trainee.org)
    query = _ticks(
        select(*columns, func.count(Attendance.id)), ward_id, first, last, kind, orgs
    ).group_by(*columns)
    order = SupportSession.date, TrainingClass.id, Trainee.org
    return [TrainedRow(*row) for row in await db.execute(query.order_by(*order))]


def _ticks(
    query: Any, ward_id: str, first: date, last: date, kind: str, orgs: Sequence[str]
) -> Any:
    """Names ticked in classes that are in the log on these days."""
    narrowed = [Trainee.org.in_(orgs)] if orgs else []
    return (
        query.select_from(Attendance)
        .join(TrainingClass, TrainingClass.id == Attendance.class_id)
        .join(SupportSession, SupportSession.id == TrainingClass.session_id)
        .join(Trainee, Trainee.id == Attendance.trainee_id)
        .where(
            TrainingClass.ward_id == ward_id,
            TrainingClass.state == HELD,
            SupportSession.voided.is_(False),
            SupportSession.date.between(first, last),
            Trainee.kind == kind,
            *narrowed,
        )
    )
