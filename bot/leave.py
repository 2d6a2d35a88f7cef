"""Whether a row may leave now, and at whose cost: the rules between its turn and the platform."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from content.limits import COUNTED, STOP, Limits
from handlers.turn import WARD_ZONE, Skip
from store import inbound_counts, outbox, used
from store.kinds import AT_NIGHT, KINDS, PUSHED, REPLY, URGENT
from store.outbox import Parcel

LATEST = timedelta(hours=24)
"""How long an answer still makes sense that certainly did not arrive, when nothing was said since."""


async def allowed(db: AsyncSession, channel: str, limits: Limits, now: datetime) -> list[str]:
    """The kinds a channel may send now, beside answers."""
    local = now.astimezone(WARD_ZONE)
    if limits.is_quiet(local):
        return AT_NIGHT
    if limits.monthly:
        sent = (await used.in_month(db, channel, local.date())).number
        if limits.counts_inbound:
            sent += await inbound_counts.in_month(db, channel, local.date())
        if limits.used(sent) >= STOP:
            return URGENT
    return PUSHED


async def kept_back(
    db: AsyncSession, parcel: Parcel, limits: Limits, now: datetime
) -> datetime | None:
    """Until when a row has to wait, though it could leave when it was taken from the queue."""
    if parcel.paused_until and parcel.paused_until > now and parcel.kind != REPLY:
        return parcel.paused_until
    if parcel.kind == REPLY:
        asleep = late(parcel, now) and limits.is_quiet(now.astimezone(WARD_ZONE))
        return next_hour(now) if asleep else None
    may = parcel.kind in await allowed(db, parcel.channel, limits, now)
    return None if may else next_hour(now)


def late(parcel: Parcel, now: datetime) -> bool:
    return now - parcel.due_at > KINDS[parcel.kind].fresh


async def obstacle(db: AsyncSession, parcel: Parcel, now: datetime) -> Skip | None:
    """Why a row is not to be sent, whatever it says. An answer goes to who just wrote, in any case."""
    if parcel.blocked and parcel.kind != REPLY:
        return Skip("blocked")
    if not late(parcel, now):
        return None
    certain = parcel.kind == REPLY and not parcel.doubts and now - parcel.due_at <= LATEST
    still = certain and await outbox.is_last_reply(db, parcel)
    return None if still else Skip("late")


async def fare(
    db: AsyncSession, parcel: Parcel, limits: Limits, now: datetime
) -> Parcel | Skip | None:
    """The row with what it costs. None: it has to wait until the person writes again."""
    if limits.open_hours is None or parcel.last_in_at is None:
        return parcel
    if now - parcel.last_in_at > timedelta(hours=limits.free_hours or 0):
        await used.one_at_a_time(db, parcel.channel)
    spent = await used.in_month(db, parcel.channel, now.astimezone(WARD_ZONE).date())
    counted = spent.sends.get(COUNTED, 0)
    found = limits.fare(parcel.kind, parcel.last_in_at, now, counted)
    if found and (not found[1] or spent.cost + found[1] <= limits.budget):
        return replace(parcel, fare=found[0], price=found[1])
    if KINDS[parcel.kind].held:
        return None
    return Skip("budget" if found else "window")


def next_hour(now: datetime) -> datetime:
    """When what may not leave now is looked at again: nights and months end at full hours."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
