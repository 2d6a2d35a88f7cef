"""What officers type in: official values and bases. A new row replaces an older one; none is changed."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.figure_models import BaseFigure, ExternalValue
from store.team_models import Member

ACTUAL, ESTIMATE = "actual", "estimate"
DAYS_OF_A_MONTH = 30.44


@dataclass(frozen=True)
class Entered:
    """An official value: as it is, or as numerator and denominator, or as text."""

    indicator: str
    first: date
    last: date
    kind: str
    value: float | None
    num: float | None
    den: float | None
    text: str | None
    source: str
    source_on: date
    by: str | None = None
    entered_at: datetime | None = None


@dataclass(frozen=True)
class Base:
    base: str
    year: int
    value: int
    source: str
    source_on: date


async def enter(
    db: AsyncSession, ward_id: str, entered: Entered, member_id: int | None, now: datetime
) -> None:
    await db.execute(
        insert(ExternalValue),
        dict(
            ward_id=ward_id, indicator=entered.indicator, first=entered.first, last=entered.last,
            kind=entered.kind, value=entered.value, num=entered.num, den=entered.den,
            text=entered.text, source=entered.source, source_on=entered.source_on,
            member_id=member_id, entered_at=now,
        ),
    )  # fmt: skip


async def entered_in(
    db: AsyncSession, ward_id: str, first: date, last: date
) -> dict[tuple[str, str], Entered]:
    """By indicator and kind, the newest value of exactly these days, and the estimate of their year."""
    exact = (ExternalValue.first == first) & (ExternalValue.last == last)
    around = (ExternalValue.last >= first) & (ExternalValue.first <= last)
    spoken = (exact & (ExternalValue.kind == ACTUAL)) | (around & (ExternalValue.kind == ESTIMATE))
    return {(row.indicator, row.kind): row for row in await _rows(db, ward_id, spoken)}


async def latest_in(
    db: AsyncSession, ward_id: str, since: date, first: date, last: date
) -> dict[str, Entered]:
    """By indicator, the value that ended last from `since` to `last`, of no more months than these days."""
    ended = (ExternalValue.kind == ACTUAL) & ExternalValue.last.between(since, last)
    most = _months(first, last)
    rows = await _rows(db, ward_id, ended)
    return {row.indicator: row for row in rows if _months(row.first, row.last) <= most}


def _months(first: date, last: date) -> int:
    """How many months some days are: October is no longer than November."""
    return round(((last - first).days + 1) / DAYS_OF_A_MONTH)


async def _rows(db: AsyncSession, ward_id: str, condition: ColumnElement[bool]) -> list[Entered]:
    """In order of their last day, then as they were entered."""
    query = (
        select(
            ExternalValue.indicator, ExternalValue.first, ExternalValue.last, ExternalValue.kind,
            ExternalValue.value, ExternalValue.num, ExternalValue.den, ExternalValue.text,
            ExternalValue.source, ExternalValue.source_on, Member.name.label("by"), ExternalValue.entered_at,
        )
        .outerjoin(Member, Member.id == ExternalValue.member_id)
        .where(ExternalValue.ward_id == ward_id, condition)
        .order_by(ExternalValue.last, ExternalValue.id)
    )  # fmt: skip
    return [Entered(**row) for row in (await db.execute(query)).mappings()]


async def enter_base(
    db: AsyncSession, ward_id: str, base: Base, member_id: int | None, now: datetime
) -> None:
    await db.execute(
        insert(BaseFigure),
        dict(
            ward_id=ward_id, base=base.base, year=base.year, value=base.value,
            source=base.source, source_on=base.source_on, member_id=member_id, entered_at=now,
        ),
    )  # fmt: skip


async def bases(db: AsyncSession, ward_id: str, year: int) -> dict[str, Base]:
    """The bases typed in for a year. Those of another year are not used in its place."""
    query = (
        select(
            BaseFigure.base, BaseFigure.year, BaseFigure.value, BaseFigure.source,
            BaseFigure.source_on,
        )
        .where(BaseFigure.ward_id == ward_id, BaseFigure.year == year)
        .order_by(BaseFigure.id)
    )  # fmt: skip
    return {row.base: Base(*row) for row in await db.execute(query)}
