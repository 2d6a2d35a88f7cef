"""Processes that send, and which of them show life."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import Sender

LIFE = timedelta(seconds=20)
"""How long a sign of life counts."""


async def arrive(db: AsyncSession, now: datetime) -> int:
    """A new process that sends."""
    made = await db.execute(insert(Sender).values(alive_until=now + LIFE).returning(Sender.id))
    return made.scalar_one()


async def beat(db: AsyncSession, sender_id: int, now: datetime) -> bool:
    """A sign of life. False: this sender was taken for dead and is no more."""
    done = await db.execute(
        update(Sender)
        .where(Sender.id == sender_id)
        .values(alive_until=now + LIFE)
        .returning(Sender.id)
    )
    return done.first() is not None


async def leave(db: AsyncSession, sender_id: int) -> None:
    """A process that ends in order: what it holds untried is free at once."""
    await db.execute(delete(Sender).where(Sender.id == sender_id))


async def alive(db: AsyncSession, now: datetime) -> int:
    """How many processes send, and so share the limits of a channel."""
    return await db.scalar(select(func.count()).where(_lives(now))) or 0


async def bury(db: AsyncSession, now: datetime) -> None:
    await db.execute(delete(Sender).where(~_lives(now)))


def dead(row: Any, now: datetime) -> ColumnElement[bool]:
    """Whether the sender of a table's row shows no life."""
    return ~exists().where(Sender.id == row.sender_id, _lives(now))


def _lives(now: datetime) -> Any:
    # a sign of life from the far future is of a clock that was set back since
    return Sender.alive_until.between(now, now + 2 * LIFE)
