"""Planned sends. A row is written in the transaction that decided to send, and ends in one final state.

pending → claimed by a sender → begun (from here on it may have arrived) → sent, refused, skipped or
ambiguous; or back to pending, to be tried later.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from store import send_counts
from store.kinds import REPLY
from store.models import Chat, Outbox, Person

PENDING, PAUSED = "pending", "paused"
SENT, REFUSED, SKIPPED, AMBIGUOUS = "sent", "refused", "skipped", "ambiguous"
FINAL = (SENT, REFUSED, SKIPPED, AMBIGUOUS)
AWAY = "away"
"""The code of a row that waits until the person opens the page again."""

# written out, not bound: only so do both databases see that the partial indexes serve
IS_PENDING: ColumnElement[str] = literal_column("'pending'")
IS_REPLY: ColumnElement[str] = literal_column("'reply'")
IS_HELD = (Outbox.state == IS_PENDING) & (Outbox.code == AWAY)
UNSENT_REPLY = (Outbox.state == IS_PENDING) & (Outbox.kind == IS_REPLY)


@dataclass(frozen=True)
class Parcel:
    """One planned send with the address it goes to."""

    id: int
    chat_id: int
    channel: str
    address: str
    kind: str
    about: str | None
    payload: dict[str, Any]
    created_at: datetime
    due_at: datetime
    attempts: int
    sender_id: int | None
    ward_id: str | None = field(default=None, compare=False)
    last_in_at: datetime | None = field(default=None, compare=False)
    blocked: bool = field(default=False, compare=False)
    """The person wants no messages on this channel, or asked to be forgotten."""
    doubts: int = field(default=0, compare=False)
    """How often it was tried although it may have arrived before."""
    paused_until: datetime | None = field(default=None, compare=False)
    """Somebody of the ward answers by hand so long."""
    fare: str = field(default="", compare=False)
    """How this send is paid for: one of content.limits' fares; empty where nothing is."""
    price: int = field(default=0, compare=False)
    """Đồng."""
    key: str = field(default="", compare=False)

    @property
    def answers(self) -> str:
        """The platform's id of the message that this answers; empty for what nobody asked for."""
        return self.key.split(":", 2)[2] if self.kind == REPLY and self.key.count(":") > 1 else ""


_PUT = insert(Outbox.__table__).returning(Outbox.id)  # type: ignore[arg-type]


async def put(
    db: AsyncSession,
    chat_id: int,
    kind: str,
    payload: dict[str, Any],
    dedupe_key: str,
    now: datetime,
    due_at: datetime | None = None,
    about: str | None = None,
) -> int:
    """Plan a send, for `due_at` or for now. IntegrityError: this key was planned."""
    due = due_at or now
    return await _put(
        db,
        dict(
            chat_id=chat_id, kind=kind, about=about, payload=payload, dedupe_key=dedupe_key,
            created_at=now, due_at=due, not_before=due, state=PENDING, attempts=0, doubts=0,
        ),
    )  # fmt: skip


async def put_reply(
    db: AsyncSession,
    chat_id: int,
    payload: dict[str, Any],
    dedupe_key: str,
    now: datetime,
    sender_id: int | None,
) -> int:
    """Plan an answer that `sender_id` sends as soon as this commits; None: that was handed over so."""
    state = PENDING if sender_id else SENT
    return await _put(
        db,
        dict(
            chat_id=chat_id, kind=REPLY, payload=payload, dedupe_key=dedupe_key, created_at=now,
            due_at=now, not_before=now, state=state, attempts=0, doubts=0, sender_id=sender_id,
            begun_at=now if sender_id else None, ended_at=None if sender_id else now,
        ),
    )  # fmt: skip


async def put_reply_behind(
    db: AsyncSession, chat_id: int, payload: dict[str, Any], dedupe_key: str, now: datetime
) -> int:
    """Plan an answer whose turn comes after the unsent ones of its chat."""
    number = await put(db, chat_id, REPLY, payload, dedupe_key, now)
    last = select(func.max(Outbox.not_before)).where(Outbox.chat_id == chat_id, UNSENT_REPLY)
    free = await db.scalar(last)
    await later(db, number, free or now)
    return number


async def _put(db: AsyncSession, row: dict[str, Any]) -> int:
    made = await db.execute(_PUT, row)
    return made.scalar_one()


async def get(db: AsyncSession, parcel_id: int) -> Parcel | None:
    return await _first(db, Outbox.id == parcel_id)


async def find(db: AsyncSession, dedupe_key: str) -> Parcel | None:
    return await _first(db, Outbox.dedupe_key == dedupe_key)


async def later(
    db: AsyncSession,
    parcel_id: int,
    until: datetime,
    code: str | None = None,
    holder: int | None = None,
) -> None:
    """Let this one wait for its turn, untried; `holder`: who has it, or else it is another's by now."""
    await db.execute(
        update(Outbox)
        .where(Outbox.id == parcel_id, Outbox.state == IS_PENDING, Outbox.sender_id == holder)
        .values(not_before=until, sender_id=None, begun_at=None, code=code)
    )


async def wake(db: AsyncSession, chat_id: int, now: datetime) -> None:
    """The person is back: what waited for them is due now."""
    await db.execute(
        update(Outbox)
        .where(Outbox.chat_id == chat_id, Outbox.state == IS_PENDING, Outbox.code == AWAY)
        .values(due_at=now, not_before=now, code=None)
    )


async def skip(db: AsyncSession, condition: ColumnElement[bool], code: str, now: datetime) -> int:
    """End many unsent rows that nobody is sending, and count them. How many."""
    unsent = (condition, Outbox.state.in_([PENDING, PAUSED]), Outbox.begun_at.is_(None))
    counted = await db.execute(
        select(Person.ward_id, Chat.channel, Outbox.kind, func.count())
        .join(Chat, Chat.id == Outbox.chat_id)
        .join(Person, Person.id == Chat.person_id)
        .where(*unsent)
        .group_by(Person.ward_id, Chat.channel, Outbox.kind)
    )
    groups = counted.all()
    await db.execute(
        update(Outbox).where(*unsent).values(state=SKIPPED, code=code, ended_at=now, sender_id=None)
    )
    for ward_id, channel, kind, number in groups:
        await send_counts.add(db, ward_id, channel, kind, SKIPPED, now, number)
    return sum(group[3] for group in groups)


async def cancel(db: AsyncSession, chat_id: int, kind: str, now: datetime) -> None:
    """Nothing of this kind is wanted on this chat any more."""
    await skip(db, (Outbox.chat_id == chat_id) & (Outbox.kind == kind), "stopped", now)


async def begun_since(db: AsyncSession, chat_id: int, since: datetime) -> list[dict[str, Any]]:
    """What began to leave to a chat since then."""
    rows = await db.scalars(
        select(Outbox.payload).where(
            Outbox.chat_id == chat_id,
            # what may have arrived and waits for its next try has begun too
            (Outbox.begun_at >= since) | ((Outbox.state == IS_PENDING) & (Outbox.doubts > 0)),
        )
    )
    return list(rows)


async def is_last_reply(db: AsyncSession, parcel: Parcel) -> bool:
    """Whether nothing was answered in the chat after this."""
    newer = (Outbox.chat_id == parcel.chat_id) & (Outbox.kind == IS_REPLY)
    return not await db.scalar(select(exists().where(newer, Outbox.id > parcel.id)))


async def pushed(db: AsyncSession, chat_id: int, after: int) -> list[Parcel]:
    """What was sent to a chat unasked since that row."""
    shown = (Outbox.chat_id == chat_id) & (Outbox.kind != IS_REPLY) & (Outbox.state == SENT)
    return await parcels(db, shown & (Outbox.id > after))


async def prune(
    db: AsyncSession, now: datetime, ended_before: datetime, due_before: datetime
) -> None:
    """Delete rows that ended long ago; end what waited so long that nobody will send it."""
    await skip(db, Outbox.due_at < due_before, "stale", now)
    await db.execute(delete(Outbox).where(Outbox.ended_at < ended_before))


async def _first(db: AsyncSession, condition: ColumnElement[bool]) -> Parcel | None:
    found = await parcels(db, condition)
    return found[0] if found else None


async def parcels(db: AsyncSession, condition: ColumnElement[bool]) -> list[Parcel]:
    rows = await db.execute(
        select(
            Outbox.id, Outbox.chat_id, Chat.channel, Chat.address, Outbox.kind, Outbox.about,
            Outbox.payload, Outbox.created_at, Outbox.due_at, Outbox.attempts, Outbox.sender_id,
            Person.ward_id, Chat.last_in_at,
            or_(Chat.blocked_at.is_not(None), Chat.forget_at.is_not(None)),
            Outbox.doubts, Chat.paused_until, Outbox.fare, Outbox.price,
            Outbox.dedupe_key,
        )
        .join(Chat, Chat.id == Outbox.chat_id)
        .join(Person, Person.id == Chat.person_id)
        .where(condition)
        .order_by(Outbox.id)
    )  # fmt: skip
    return [Parcel(*row) for row in rows]
