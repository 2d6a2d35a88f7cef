"""Events of platforms that want an answer within seconds: kept first, handled soon after.

A row lives from the commit before the platform is told 200 until it was handled. What it holds is sealed:
people write numbers that no table may hold.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Executable, delete, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from store import senders
from store.channel_models import Inbound
from store.dialect import locks_rows

TRIES = 5
"""How often an event is handled that ends in an error: then it is given up, and said in the log."""


@dataclass(frozen=True)
class Arrived:
    """An event on its way in: `key` names it, `body` is sealed."""

    channel: str
    key: str
    address: str
    body: str


@dataclass(frozen=True)
class Event(Arrived):
    id: int


_FIELDS = (Inbound.channel, Inbound.key, Inbound.address, Inbound.body, Inbound.id)


async def keep(
    db: AsyncSession, arrived: Sequence[Arrived], sender_id: int | None, now: datetime
) -> list[Event]:
    """Keep what is not there yet, in order; what was kept by this."""
    rows = [{**vars(one), "tries": 0, "sender_id": sender_id, "at": now} for one in arrived]
    made = await db.execute(_keeping(locks_rows(db)), rows)
    return sorted((Event(*row) for row in made), key=lambda event: event.id)


@cache  # building a statement for so many rows takes longer than running it
def _keeping(postgres: bool) -> Executable:
    """By way of the table, not of its class: the rows are not to become objects."""
    insert = postgresql.insert if postgres else sqlite.insert
    return insert(Inbound.__table__).on_conflict_do_nothing().returning(*_FIELDS)  # type: ignore[arg-type]


async def done(db: AsyncSession, ids: Collection[int]) -> None:
    await db.execute(delete(Inbound).where(Inbound.id.in_(ids)))


async def failed(db: AsyncSession, ids: Collection[int]) -> None:
    """Let anybody handle these again, a little later."""
    await db.execute(
        update(Inbound).where(Inbound.id.in_(ids)).values(sender_id=None, tries=Inbound.tries + 1)
    )


async def free(db: AsyncSession, sender_id: int, arrived: Collection[Arrived]) -> None:
    """Let anybody handle these, should this process have kept them."""
    keys = [one.key for one in arrived]
    mine = (Inbound.sender_id == sender_id, Inbound.key.in_(keys))
    await db.execute(update(Inbound).where(*mine).values(sender_id=None))


async def waits(db: AsyncSession, now: datetime) -> bool:
    """Whether there is anything to adopt: cheap, so that idle processes write nothing."""
    return bool(await db.scalar(select(exists().where(_free(now)))))


async def adopt(db: AsyncSession, sender_id: int, now: datetime, limit: int) -> list[Event]:
    """Take what nobody alive will handle, the oldest first."""
    free = (
        select(Inbound.id)
        .where(_free(now))
        .order_by(Inbound.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = await db.execute(
        update(Inbound)
        .where(Inbound.id.in_(free))
        .values(sender_id=sender_id)
        .returning(*_FIELDS)
        .execution_options(synchronize_session=False)
    )
    return sorted((Event(*row) for row in taken), key=lambda event: event.id)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Inbound.sender_id.is_(None), senders.dead(Inbound, now))


async def given_up(db: AsyncSession) -> list[int]:
    """End what failed too often; the ids."""
    gone = await db.execute(delete(Inbound).where(Inbound.tries >= TRIES).returning(Inbound.id))
    return list(gone.scalars())
