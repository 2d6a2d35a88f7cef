"""Where each conversation stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    String,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from store import outbox
from store.dialect import locks_rows, upsert
from store.models import Chat, Outbox, Person, Seen
from store.team_models import Member


@dataclass
class Talk:
    """A chat and its person, as one turn finds and leaves them."""

    chat_id: int
    person_id: int
    ward_id: str | None
    area_id: int | None
    lang: str
    state: dict[str, Any]
    offer: list[list[str]]
    offered_at: datetime | None
    seen: bool
    """This turn's message was answered before."""
    member_id: int | None = None
    role: str | None = None
    """The person's role in their ward now; None: a resident."""
    team_id: int | None = None
    org: str = ""
    """The organisation under which this member's help is counted."""
    unsent: bool = False
    """An earlier answer has not left yet, and this turn's has to wait for it."""
    held: bool = False
    """Something waits for this person to write."""
    paused_until: datetime | None = None
    """Somebody of the ward answers here by hand so long."""
    forget_at: datetime | None = None
    """Set by the turn in which the person asked to be forgotten."""


_TALK = (
    select(
        Chat.id.label("chat_id"),
        Chat.person_id,
        Person.ward_id,
        Person.area_id,
        Person.lang,
        Chat.state,
        Chat.offer,
        Chat.offered_at,
        exists()
        .where(Seen.chat_id == Chat.id, Seen.message_id == bindparam("message_id"))
        .label("seen"),
        Member.id.label("member_id"),
        Member.role,
        Member.team_id,
        func.coalesce(Member.org, "").label("org"),
        exists().where(Outbox.chat_id == Chat.id, outbox.UNSENT_REPLY).label("unsent"),
        exists().where(Outbox.chat_id == Chat.id, outbox.IS_HELD).label("held"),
        Chat.paused_until,
    )
    .join(Person, Person.id == Chat.person_id)
    .outerjoin(
        Member,
        and_(
            Member.person_id == Person.id,
            Member.ward_id == Person.ward_id,
            Member.until.is_(None),
        ),
    )
    .where(Chat.channel == bindparam("channel"), Chat.address == bindparam("address"))
)
_LOCK = (
    select(Chat.id)
    .where(Chat.channel == bindparam("channel"), Chat.address == bindparam("address"))
    .with_for_update(key_share=True)  # planning a message to a chat does not wait for its turn
)
_SAVE = (
    update(Chat)
    .where(Chat.id == bindparam("chat_id"))
    .values(
        state=bindparam("new_state"),
        offer=bindparam("new_offer"),
        offered_at=bindparam("new_offered_at"),
        # told late: the platform counts from when it was written
        last_in_at=case(
            (Chat.last_in_at > bindparam("wrote"), Chat.last_in_at), else_=bindparam("wrote")
        ),
        blocked_at=None,
        forget_at=bindparam("forget_at"),
    )
)


_STATE = cast(Chat.state, String)
_HALF_FILLED = or_(_STATE.contains('"form"'), _STATE.contains('"check"'))
"""A form, or the questions of a class (handlers/class_check.py)."""
_SEEN = insert(Seen.__table__)  # type: ignore[arg-type]


async def load(db: AsyncSession, channel: str, address: str, message_id: str) -> Talk | None:
    """The talk at an address, locked for this transaction. None when nobody ever wrote from there."""
    place = {"channel": channel, "address": address}
    if locks_rows(db):  # first, so that what is read next includes what others just committed
        await db.execute(_LOCK, place)
    found = await db.execute(_TALK, {**place, "message_id": message_id})
    row = found.mappings().first()
    return Talk(**row) if row else None


async def create(
    db: AsyncSession,
    channel: str,
    address: str,
    ward_id: str | None,
    lang: str,
    now: datetime,
    in_group: bool = False,
) -> None:
    """A new chat with a new person. Nothing happens when another process made it first."""
    person = await db.scalar(
        insert(Person).values(ward_id=ward_id, lang=lang, created_at=now).returning(Person.id)
    )
    row: dict[str, Any] = dict(
        person_id=person, channel=channel, address=address, state={}, offer=[]
    )
    made = await db.execute(
        upsert(db, Chat)
        .values(**row, last_in_at=now, in_group=in_group)
        .on_conflict_do_nothing()
        .returning(Chat.id)
    )
    if made.first() is None:
        await db.execute(delete(Person).where(Person.id == person))


async def save(
    db: AsyncSession, talk: Talk, message_id: str, now: datetime, wrote: datetime | None = None
) -> None:
    """Keep what the turn left: state, offer, and that this message, written then, was answered."""
    await db.execute(_SEEN, dict(chat_id=talk.chat_id, message_id=message_id, at=now))
    await db.execute(
        _SAVE,
        dict(
            chat_id=talk.chat_id,
            new_state=talk.state,
            new_offer=talk.offer,
            new_offered_at=talk.offered_at,
            forget_at=talk.forget_at,
            wrote=min(now, wrote or now),
        ),
        execution_options={"synchronize_session": False},
    )


async def chat_id(db: AsyncSession, channel: str, address: str) -> int | None:
    return await db.scalar(select(Chat.id).where(Chat.channel == channel, Chat.address == address))


async def reachable(db: AsyncSession, person_id: int) -> int | None:
    """The chat a person used last, of those that take messages."""
    return await db.scalar(
        select(Chat.id)
        .where(
            Chat.person_id == person_id,
            Chat.blocked_at.is_(None),
            Chat.forget_at.is_(None),
            ~Chat.in_group,
        )
        .order_by(Chat.last_in_at.desc(), Chat.id.desc())
        .limit(1)
    )


async def offer(db: AsyncSession, chat_id: int, offered: list[list[str]], shown: datetime) -> None:
    """Remember what a message shown unasked offered, so that a number typed next is understood.

    An open question keeps its numbers, and so does what was answered since.
    """
    await db.execute(
        update(Chat)
        .where(Chat.id == chat_id, Chat.last_in_at <= shown, ~_HALF_FILLED)
        .values(offer=offered, offered_at=shown)
    )


async def block(db: AsyncSession, chat_id: int, now: datetime) -> None:
    """This chat takes no more messages (the person blocked the bot). Lifted when they write again."""
    await db.execute(update(Chat).where(Chat.id == chat_id).values(blocked_at=now))


async def close_forms(db: AsyncSession, before: datetime) -> None:
    """Forget what chats that were silent since then left half-filled: it holds what people said."""
    await db.execute(
        update(Chat).where(Chat.last_in_at < before, _HALF_FILLED).values(state={}, offer=[])
    )


async def prune(
    db: AsyncSession, seen_before: datetime, forget_before: datetime, idle_before: datetime
) -> None:
    """Delete old marks of answered messages, chats to be forgotten, and chats silent for very long."""
    await db.execute(delete(Seen).where(Seen.at < seen_before))
    gone = (Chat.forget_at < forget_before) | (Chat.last_in_at < idle_before)
    people = list(await db.scalars(select(Chat.person_id).where(gone)))
    await db.execute(delete(Chat).where(gone))
    left = select(Chat.person_id)
    await db.execute(delete(Person).where(Person.id.in_(people), Person.id.not_in(left)))
