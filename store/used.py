"""How much of a month's messages and money a channel has used."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from store.dialect import locks_rows
from store.models import Chat, Outbox, SendCount
from store.outbox import AMBIGUOUS, IS_PENDING, SENT


@dataclass(frozen=True)
class Used:
    """Of the month of a day, up to it, with what is under way: how many sends by fare, and đồng."""

    sends: dict[str, int]
    cost: int

    @property
    def number(self) -> int:
        return sum(self.sends.values())


async def one_at_a_time(db: AsyncSession, channel: str) -> None:
    """Until this transaction ends nobody else decides what a message of the channel costs.

    SQLite has one writer anyway.
    """
    if locks_rows(db):
        await db.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"fares:{channel}"))))


async def in_month(db: AsyncSession, channel: str, day: date) -> Used:
    """What ended and may have arrived, and what was begun and has no outcome yet."""
    ended = select(SendCount.fare, SendCount.number, SendCount.cost).where(
        SendCount.channel == channel,
        SendCount.date.between(day.replace(day=1), day),
        SendCount.outcome.in_((SENT, AMBIGUOUS)),
    )
    begun = (
        select(Outbox.fare, literal(1), Outbox.price)
        .join(Chat, Chat.id == Outbox.chat_id)
        .where(
            Outbox.state == IS_PENDING,
            Outbox.sender_id.is_not(None),
            Outbox.begun_at.is_not(None),
            Chat.channel == channel,
        )
    )
    both = union_all(ended, begun).subquery()
    number, cost = func.sum(both.c.number), func.sum(both.c.cost)
    rows = (await db.execute(select(both.c.fare, number, cost).group_by(both.c.fare))).all()
    return Used({fare: int(n) for fare, n, _ in rows}, sum(int(dong) for *_, dong in rows))
