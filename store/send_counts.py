"""How many sends ended how: for monthly quotas, the report and the operator. Without any person."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.dialect import upsert
from store.models import SendCount

WARD_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


async def add(
    db: AsyncSession,
    ward_id: str | None,
    channel: str,
    kind: str,
    outcome: str,
    now: datetime,
    number: int = 1,
    fare: str = "",
    price: int = 0,
) -> None:
    """Count sends on the ward's day, and what they cost: `price` đồng each."""
    day = now.astimezone(WARD_ZONE).date()
    key = dict(
        date=day, ward_id=ward_id or "", channel=channel, kind=kind, outcome=outcome, fare=fare
    )
    more = {"number": number, "cost": number * price}
    await db.execute(
        upsert(db, SendCount)
        .values(**key, **more)
        .on_conflict_do_update(
            index_elements=list(key),
            set_={name: getattr(SendCount, name) + value for name, value in more.items()},
        )
    )


async def in_month(
    db: AsyncSession, channel: str, day: date, outcomes: Collection[str] = ("sent", "ambiguous")
) -> int:
    """How many sends of a channel ended so in the month of a day, up to it."""
    total = await db.scalar(
        select(func.sum(SendCount.number)).where(
            SendCount.channel == channel,
            SendCount.date.between(day.replace(day=1), day),
            SendCount.outcome.in_(outcomes),
        )
    )
    return total or 0


async def totals(
    db: AsyncSession, first: date, last: date, ward_id: str | None = None
) -> dict[tuple[str, str, str], int]:
    """By channel, kind and outcome."""
    query = (
        select(SendCount.channel, SendCount.kind, SendCount.outcome, func.sum(SendCount.number))
        .where(SendCount.date.between(first, last))
        .group_by(SendCount.channel, SendCount.kind, SendCount.outcome)
    )
    if ward_id is not None:
        query = query.where(SendCount.ward_id == ward_id)
    return {(channel, kind, end): n for channel, kind, end, n in await db.execute(query)}
