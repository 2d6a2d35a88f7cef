"""Broadcasts of a ward: what is sent to whom, who approved it, and where it stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import outbox
from store.audience import Audience, kept_audience
from store.learning_models import Broadcast
from store.models import Outbox
from store.outbox import IS_PENDING, PAUSED, PENDING

ASKED, PLANNED, RUNNING = "asked", "planned", "running"
"""Waits for a second officer; not everybody has their row in the outbox yet; everybody has."""
STOPPED, REFUSED, DONE = "stopped", "refused", "done"

Account = dict[str, int]
"""How many sends ended how, by "state" or "state:code"."""


@dataclass(frozen=True)
class BroadcastRow:
    """As the table has it (store/learning_models.py)."""

    id: int
    ward_id: str
    author_id: int
    approver_id: int | None
    text: str
    audience: Audience
    state: str
    recipients: int
    send_at: datetime
    planned_to: int | None
    planned: int
    told_at: datetime | None
    ended_at: datetime | None
    account: Account

    @property
    def about(self) -> str:
        """How the outbox names it."""
        return f"broadcast:{self.id}"


def number_of(about: str | None) -> int:
    return int((about or "").removeprefix("broadcast:"))


ROWS = select(
    Broadcast.id, Broadcast.ward_id, Broadcast.author_id, Broadcast.approver_id, Broadcast.text,
    Broadcast.audience, Broadcast.state, Broadcast.recipients, Broadcast.send_at,
    Broadcast.planned_to, Broadcast.planned, Broadcast.told_at, Broadcast.ended_at,
    Broadcast.account,
)  # fmt: skip


def row_of(found: Any) -> BroadcastRow:
    return BroadcastRow(**{**found, "audience": kept_audience(found["audience"])})


async def get(db: AsyncSession, number: int, alone: bool = False) -> BroadcastRow | None:
    """`alone`: nobody else changes it until this transaction ends."""
    query = ROWS.where(Broadcast.id == number)
    found = await db.execute(query.with_for_update() if alone else query)
    row = found.mappings().first()
    return row_of(row) if row else None


async def last(db: AsyncSession, ward_id: str, most: int) -> list[BroadcastRow]:
    """The newest ones of a ward, the newest first."""
    query = ROWS.where(Broadcast.ward_id == ward_id).order_by(Broadcast.id.desc()).limit(most)
    return [row_of(found) for found in (await db.execute(query)).mappings()]


async def unended(db: AsyncSession) -> list[BroadcastRow]:
    """Those whose rows may still have to be paused, ended or counted."""
    sent = Broadcast.state.in_([PLANNED, RUNNING, PAUSED, STOPPED]) & Broadcast.ended_at.is_(None)
    query = ROWS.where(sent).order_by(Broadcast.id)
    return [row_of(found) for found in (await db.execute(query)).mappings()]


async def add(
    db: AsyncSession,
    ward_id: str,
    author_id: int,
    text: str,
    audience: Audience,
    state: str,
    people: int,
    send_at: datetime,
    now: datetime,
) -> int:
    """A new one for so many people, ASKED or PLANNED."""
    made = await db.execute(
        insert(Broadcast).returning(Broadcast.id),
        dict(
            ward_id=ward_id, author_id=author_id, text=text, audience=audience.kept, state=state,
            recipients=people, send_at=send_at, planned_to=0, planned=0, created_at=now, account={},
        ),
    )  # fmt: skip
    return made.scalar_one()


async def move(
    db: AsyncSession, number: int, before: Collection[str], to: str, **values: Any
) -> bool:
    """Bring it from one of these states to another. False: it is in none of them (any more)."""
    done = await db.execute(
        update(Broadcast)
        .where(Broadcast.id == number, Broadcast.state.in_(before))
        .values(state=to, **values)
        .returning(Broadcast.id)
    )
    return done.first() is not None


async def pause(db: AsyncSession, one: BroadcastRow) -> bool:
    """Hold what has not left. False: there is nothing to pause."""
    if not await move(db, one.id, (PLANNED, RUNNING), PAUSED):
        return False
    await hold(db, one)
    return True


async def hold(db: AsyncSession, one: BroadcastRow) -> None:
    """Let no row leave that is not on its way; one that was may have come back since."""
    await db.execute(
        update(Outbox)
        .where(_rows(one, IS_PENDING), Outbox.begun_at.is_(None))
        .values(state=PAUSED, sender_id=None)
    )


async def resume(db: AsyncSession, one: BroadcastRow, now: datetime) -> bool:
    """Go on, as fresh as if it had been meant for now. False: it does not pause."""
    to = RUNNING if one.planned_to is None else PLANNED
    if not await move(db, one.id, (PAUSED,), to, send_at=max(one.send_at, now)):
        return False
    await db.execute(update(Outbox).where(_rows(one, PAUSED)).values(state=PENDING, due_at=now))
    return True


async def stop(db: AsyncSession, one: BroadcastRow, now: datetime) -> bool:
    """End it for good: what is not on its way stays. False: it had ended."""
    if not await move(db, one.id, (ASKED, PLANNED, RUNNING, PAUSED), STOPPED):
        return False
    await drop(db, one, now)
    return True


async def drop(db: AsyncSession, one: BroadcastRow, now: datetime) -> None:
    """End the rows that are not on their way."""
    await outbox.skip(db, Outbox.about == one.about, STOPPED, now)


def _rows(one: BroadcastRow, state: str | ColumnElement[str]) -> ColumnElement[bool]:
    return (Outbox.about == one.about) & (Outbox.state == state)
