"""Periods an officer closed, with the figures as they were then."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.figure_models import ClosedPeriod


@dataclass(frozen=True)
class Closed:
    id: int
    ward_id: str
    period: str
    cut: str
    first: date
    last: date
    figures: dict[str, Any]
    closed_at: datetime


_ROWS = select(*(getattr(ClosedPeriod, name) for name in Closed.__dataclass_fields__)).where(
    ClosedPeriod.reopened_at.is_(None)
)


async def close(
    db: AsyncSession,
    ward_id: str,
    period: str,
    cut: str,
    days: tuple[date, date],
    figures: dict[str, Any],
    member_id: int | None,
    now: datetime,
) -> int:
    made = await db.execute(
        insert(ClosedPeriod).returning(ClosedPeriod.id),
        dict(
            ward_id=ward_id, period=period, cut=cut, first=days[0], last=days[1],
            figures=figures, member_id=member_id, closed_at=now,
        ),
    )  # fmt: skip
    return made.scalar_one()


async def closed(db: AsyncSession, ward_id: str | None = None) -> list[Closed]:
    """The closed periods of a ward, or of all, in order of their days."""
    query = _ROWS.order_by(ClosedPeriod.ward_id, ClosedPeriod.first, ClosedPeriod.id)
    if ward_id is not None:
        query = query.where(ClosedPeriod.ward_id == ward_id)
    return [Closed(**row) for row in (await db.execute(query)).mappings()]


async def reopen(db: AsyncSession, closed_id: int, now: datetime) -> None:
    """Let members change its sessions again; the figures of then stay for audit."""
    await db.execute(
        update(ClosedPeriod).where(ClosedPeriod.id == closed_id).values(reopened_at=now)
    )
