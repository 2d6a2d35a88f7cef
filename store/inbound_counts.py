"""What comes in, counted: messages by kind, and from how many. For a plan's quotas and the officers."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.channel_models import InboundCount
from store.dialect import upsert
from store.models import Chat, Person
from store.send_counts import WARD_ZONE

ANY = "any"
"""Stands for every message, whatever it was: counted where a plan may count them too."""
HIDDEN = "unsupported"
"""What the platform does not pass on: protected accounts, links, files (facts/zalo.md, 1.6)."""


async def add(
    db: AsyncSession, ward_id: str | None, channel: str, kind: str, now: datetime, number: int = 1
) -> None:
    """Count messages on the ward's day."""
    day = now.astimezone(WARD_ZONE).date()
    key = dict(date=day, ward_id=ward_id or "", channel=channel, kind=kind)
    more = InboundCount.number + number
    await db.execute(
        upsert(db, InboundCount)
        .values(**key, number=number)
        .on_conflict_do_update(index_elements=list(key), set_={"number": more})
    )


async def in_month(db: AsyncSession, channel: str, day: date) -> int:
    """How many messages of any kind came in on a channel in the month of a day, up to it."""
    total = await db.scalar(
        select(func.sum(InboundCount.number)).where(
            InboundCount.channel == channel,
            InboundCount.kind == ANY,
            InboundCount.date.between(day.replace(day=1), day),
        )
    )
    return total or 0


async def totals(
    db: AsyncSession, first: date, last: date, ward_id: str | None = None
) -> dict[str, int]:
    """What nobody could read on these days, by kind."""
    query = (
        select(InboundCount.kind, func.sum(InboundCount.number))
        .where(InboundCount.date.between(first, last), InboundCount.kind != ANY)
        .group_by(InboundCount.kind)
    )
    if ward_id is not None:
        query = query.where(InboundCount.ward_id == ward_id)
    return {kind: number for kind, number in await db.execute(query)}


async def people(db: AsyncSession, since: date, ward_id: str) -> int:
    """How many people sent something nobody could read since the beginning of a day of the ward."""
    begin = datetime.combine(since, time(), WARD_ZONE)
    found = await db.scalar(
        select(func.count(Person.id.distinct()))
        .join(Chat, Chat.person_id == Person.id)
        .where(Chat.unread_at >= begin, Person.ward_id == ward_id)
    )
    return found or 0


async def known(db: AsyncSession, channel: str, before: datetime) -> tuple[int, int]:
    """How many people, and how many groups, a channel has of those who came before a moment.

    In a group each who speaks has a chat of their own, `<group>/<person>`.
    """
    found = await db.scalars(
        select(Chat.address)
        .join(Person, Person.id == Chat.person_id)
        .where(Chat.channel == channel, Person.created_at < before)
    )
    addresses = found.all()
    groups = {address.partition("/")[0] for address in addresses if "/" in address}
    return sum("/" not in address for address in addresses), len(groups)


async def mark_unread(db: AsyncSession, chat_id: int, now: datetime, within: timedelta) -> bool:
    """Something came that cannot be read. False: so it did already within that time."""
    marked = await db.execute(
        update(Chat)
        .where(Chat.id == chat_id, Chat.unread_at.is_(None) | (Chat.unread_at <= now - within))
        .values(unread_at=now)
        .returning(Chat.id)
    )
    return marked.first() is not None
