"""Classes: planned, held, and what became of them; who came is in store/attendance.py."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.campaign_models import Campaign
from store.class_models import TrainingClass

OPEN, HELD, CANCELLED = "open", "held", "cancelled"
OPENS = timedelta(minutes=60)
"""How long before a class its code may be typed."""
LASTS = timedelta(hours=2)
"""How long after its end, while it is not closed."""
CODE_KEPT = timedelta(days=2)
"""How long after its end a code is not given to another class."""


@dataclass(frozen=True)
class Plan:
    """What is said of a class before it is held; all of it may be edited. `topics` are bits."""

    kind: str
    title: str
    lesson: str | None
    topics: int
    audience: str
    organiser: str
    area_id: int | None
    place: str
    place_code: str
    starts_at: datetime
    ends_at: datetime
    expected: int | None
    campaign: str | None


@dataclass(frozen=True)
class ClassRow:
    id: int
    ward_id: str
    code: str
    team_id: int | None
    member_id: int
    """Who leads it."""
    state: str
    counted: int | None
    passed: int | None
    reason: str | None
    session_id: int | None
    plan: Plan

    def takes_code(self, now: datetime) -> bool:
        """Whether somebody may say now that they are there."""
        plan = self.plan
        return self.state == OPEN and plan.starts_at - OPENS <= now <= plan.ends_at + LASTS


_PLAN = tuple(Plan.__dataclass_fields__)
_OWN = tuple(name for name in ClassRow.__dataclass_fields__ if name != "plan")
_ROWS = select(*(getattr(TrainingClass, name) for name in (*_OWN, *_PLAN)))


async def add(
    db: AsyncSession,
    ward_id: str,
    member_id: int,
    team_id: int | None,
    plan: Plan,
    code: str,
    now: datetime,
) -> int:
    row = dict(
        **vars(plan), ward_id=ward_id, member_id=member_id, team_id=team_id, code=code, state=OPEN,
        created_at=now,
    )  # fmt: skip
    made = await db.execute(insert(TrainingClass).returning(TrainingClass.id), row)
    return made.scalar_one()


async def get(db: AsyncSession, class_id: int) -> ClassRow | None:
    found = await _rows(db, _ROWS.where(TrainingClass.id == class_id))
    return found[0] if found else None


async def hold(db: AsyncSession, class_id: int) -> ClassRow | None:
    """The class, which nobody else changes, attends or closes until this transaction ends."""
    query = _ROWS.where(TrainingClass.id == class_id).with_for_update()
    found = await _rows(db, query)
    return found[0] if found else None


async def of_ward(db: AsyncSession, ward_id: str, since: datetime) -> list[ClassRow]:
    """Those that are not closed, whenever they were, and the others that began since then."""
    recent = (TrainingClass.state == OPEN) | (TrainingClass.starts_at >= since)
    return await _of(db, TrainingClass.ward_id == ward_id, recent)


async def unclosed(db: AsyncSession, ward_id: str, before: datetime) -> list[ClassRow]:
    """Classes that ended before then and nobody closed: they are in no figure yet."""
    return await _of(
        db,
        TrainingClass.ward_id == ward_id,
        TrainingClass.state == OPEN,
        TrainingClass.ends_at <= before,
    )


async def ended(db: AsyncSession, first: datetime, last: datetime) -> list[ClassRow]:
    """Classes of all wards that ended between these times and are not closed."""
    return await _of(db, TrainingClass.state == OPEN, TrainingClass.ends_at.between(first, last))


async def by_code(
    db: AsyncSession, ward_id: str | None, code: str, since: datetime
) -> list[ClassRow]:
    """The classes a code stood for that ended since then or did not end, the latest first.

    Those of one ward, or of all where the ward of who asks is unknown.
    """
    conditions = [TrainingClass.code == code, TrainingClass.ends_at >= since]
    if ward_id is not None:
        conditions.append(TrainingClass.ward_id == ward_id)
    return (await _of(db, *conditions))[::-1]


async def live_codes(
    db: AsyncSession, ward_id: str, codes: Sequence[str], now: datetime
) -> set[str]:
    """Which of these codes belong to classes to come, running, or over not long ago."""
    query = select(TrainingClass.code).where(
        TrainingClass.ward_id == ward_id,
        TrainingClass.code.in_(codes),
        TrainingClass.ends_at >= now - CODE_KEPT,
    )
    return set(await db.scalars(query))


async def edit(db: AsyncSession, class_id: int, plan: Plan) -> None:
    await _set(db, class_id, **asdict(plan))


async def end_now(db: AsyncSession, class_id: int, now: datetime) -> None:
    """It was over sooner than planned."""
    await _set(db, class_id, ends_at=now)


async def count(db: AsyncSession, class_id: int, counted: int | None, passed: int | None) -> None:
    """Heads in the room, and how many passed a check on paper."""
    await _set(db, class_id, counted=counted, passed=passed)


async def close(db: AsyncSession, class_id: int, session_id: int) -> None:
    """It was held, and is in the log as this session."""
    await _set(db, class_id, state=HELD, session_id=session_id)


async def cancel(db: AsyncSession, class_id: int, reason: str) -> None:
    await _set(db, class_id, state=CANCELLED, reason=reason)


async def of_session(db: AsyncSession, session_id: int) -> int | None:
    """The class that became this session; None: the session was logged by itself."""
    query = select(TrainingClass.id).where(TrainingClass.session_id == session_id)
    return await db.scalar(query)


async def campaigns_on(db: AsyncSession, ward_id: str, day: date) -> dict[int, str]:
    """The campaigns that run on a day, by number."""
    query = select(Campaign.id, Campaign.name).where(
        Campaign.ward_id == ward_id,
        Campaign.first <= day,
        Campaign.last >= day,
        Campaign.cancelled_at.is_(None),
    )
    rows = await db.execute(query.order_by(Campaign.name))
    return {number: name for number, name in rows}


async def _set(db: AsyncSession, class_id: int, **columns: Any) -> None:
    await db.execute(update(TrainingClass).where(TrainingClass.id == class_id).values(**columns))


async def _of(db: AsyncSession, *conditions: ColumnElement[bool]) -> list[ClassRow]:
    """In order of time."""
    order = TrainingClass.starts_at, TrainingClass.id
    return await _rows(db, _ROWS.where(*conditions).order_by(*order))


async def _rows(db: AsyncSession, query: Any) -> list[ClassRow]:
    return [_row(dict(row)) for row in (await db.execute(query)).mappings()]


def _row(row: dict[str, Any]) -> ClassRow:
    plan = Plan(**{name: row.pop(name) for name in _PLAN})
    return ClassRow(**row, plan=plan)
