"""Planned sends. A row is written in the transaction that decided to send, and ends in one final state."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import Chat, Outbox

REPLY = "reply"
PENDING, SENT, REFUSED, SKIPPED = "pending", "sent", "refused", "skipped"


@dataclass(frozen=True)
class Parcel:
    """One planned send with the address it goes to."""

    id: int
    chat_id: int
    channel: str
    address: str
    kind: str
    payload: dict[str, Any]
    created_at: datetime
    attempts: int


_PUT = insert(Outbox.__table__).returning(Outbox.id)  # type: ignore[arg-type]


async def put(
    db: AsyncSession,
    chat_id: int,
    kind: str,
    payload: dict[str, Any],
    dedupe_key: str,
    now: datetime,
    claimed_until: datetime,
    state: str = PENDING,
) -> int:
    """Plan a send, claimed by this process until then. IntegrityError: this key was planned."""
    made = await db.execute(
        _PUT,
        dict(
            chat_id=chat_id, kind=kind, payload=payload, dedupe_key=dedupe_key, created_at=now,
            not_before=now, claimed_until=claimed_until, attempts=0, state=state,
        ),
    )  # fmt: skip
    return made.scalar_one()


async def get(db: AsyncSession, parcel_id: int) -> Parcel | None:
    return await _first(db, Outbox.id == parcel_id)


async def find(db: AsyncSession, dedupe_key: str) -> Parcel | None:
    return await _first(db, Outbox.dedupe_key == dedupe_key)


async def claim(
    db: AsyncSession, now: datetime, until: datetime, channels: list[str], limit: int
) -> list[Parcel]:
    """Take due rows nobody holds, oldest first."""
    due = (
        select(Outbox.id)
        .join(Chat, Chat.id == Outbox.chat_id)
        .where(
            Outbox.state == PENDING,
            Outbox.not_before <= now,
            (Outbox.claimed_until.is_(None)) | (Outbox.claimed_until < now),
            Chat.channel.in_(channels),
        )
        .order_by(Outbox.id)
        .limit(limit)
        .with_for_update(of=Outbox, skip_locked=True)
    )
    ids = list(await db.scalars(due))
    if not ids:
        return []
    await db.execute(update(Outbox).where(Outbox.id.in_(ids)).values(claimed_until=until))
    return await _parcels(db, Outbox.id.in_(ids))


async def pushed(db: AsyncSession, chat_id: int, after: int) -> list[Parcel]:
    """What was sent to a chat unasked, in order: unsent rows, or after a number all rows above it."""
    wanted = Outbox.state == PENDING
    if after:
        wanted = (Outbox.id > after) & Outbox.state.in_([PENDING, SENT])
    return await _parcels(db, (Outbox.chat_id == chat_id) & (Outbox.kind != REPLY) & wanted)


async def finish(db: AsyncSession, parcel_id: int, state: str, code: str | None = None) -> None:
    """Record the outcome. `code` is the platform's own."""
    await db.execute(
        update(Outbox)
        .where(Outbox.id == parcel_id)
        .values(state=state, code=code, attempts=Outbox.attempts + 1, claimed_until=None)
    )


async def retry(db: AsyncSession, parcel_id: int, until: datetime) -> None:
    """Try this one again then, as an attempt more."""
    await _later(db, parcel_id, until, 1)


async def postpone(db: AsyncSession, parcel_id: int, until: datetime) -> None:
    """Let this one wait for its turn, untried."""
    await _later(db, parcel_id, until, 0)


async def _later(db: AsyncSession, parcel_id: int, until: datetime, tried: int) -> None:
    await db.execute(
        update(Outbox)
        .where(Outbox.id == parcel_id)
        .values(not_before=until, claimed_until=None, attempts=Outbox.attempts + tried)
    )


async def prune(db: AsyncSession, finished_before: datetime, planned_before: datetime) -> None:
    """Delete old finished rows; close what waited so long that nobody will send it."""
    await db.execute(
        update(Outbox)
        .where(Outbox.state == PENDING, Outbox.created_at < planned_before)
        .values(state=SKIPPED, code="stale")
    )
    await db.execute(
        delete(Outbox).where(Outbox.state != PENDING, Outbox.created_at < finished_before)
    )


async def _first(db: AsyncSession, condition: Any) -> Parcel | None:
    found = await _parcels(db, condition)
    return found[0] if found else None


async def _parcels(db: AsyncSession, condition: Any) -> list[Parcel]:
    rows = await db.execute(
        select(
            Outbox.id, Outbox.chat_id, Chat.channel, Chat.address, Outbox.kind, Outbox.payload,
            Outbox.created_at, Outbox.attempts,
        )
        .join(Chat, Chat.id == Outbox.chat_id)
        .where(condition)
        .order_by(Outbox.id)
    )  # fmt: skip
    return [Parcel(*row) for row in rows]
