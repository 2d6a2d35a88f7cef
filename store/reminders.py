"""Reminders in the outbox, and whom the scheduler has not reminded yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, String, cast, exists, literal, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store import consents, outbox
from store.dialect import upsert
from store.kinds import REMINDER
from store.log_models import SupportSession
from store.models import Chat, Outbox, Person
from store.outbox import PENDING, Parcel
from store.team_models import Member


@dataclass(frozen=True)
class Reached:
    """A member, and the chat on which they are told."""

    member_id: int
    role: str
    lang: str
    chat_id: int


_REACHED = (
    select(Member.id, Member.role, Person.lang, Chat.id)
    .select_from(Member)
    .join(Person, Person.id == Member.person_id)
    .join(Chat, Chat.person_id == Person.id)
    .where(
        Member.until.is_(None), Chat.blocked_at.is_(None), Chat.forget_at.is_(None), ~Chat.in_group
    )
    .order_by(Member.id, Chat.id)
)


async def of_chat(db: AsyncSession, chat_id: int) -> list[Parcel]:
    """What a chat is still to be reminded of, the next one first."""
    there = await outbox.parcels(db, _open(chat_id))
    return sorted(there, key=lambda one: (one.due_at, one.id))


async def cancel(db: AsyncSession, chat_id: int, number: int, now: datetime) -> bool:
    """Whether this chat had such a reminder; it is not sent."""
    mine = _open(chat_id) & (Outbox.id == number)
    return await outbox.skip(db, mine, "cancelled", now) > 0


async def to_tell(
    db: AsyncSession, wards: Collection[str], roles: Collection[str], key: str, avoid: str = ""
) -> list[Reached]:
    """Those with one of these roles, on the chat they used last, who have no row `<key>:<member>`.

    `avoid`: a channel on which they are told only when they have no chat elsewhere.
    """
    return await _reached(db, _last_used(wards, roles, key, avoid))


async def to_tell_of_deadline(
    db: AsyncSession, ward_id: str, roles: Collection[str], key: str
) -> list[Reached]:
    """The same of one ward, without those who want to hear of no deadline there."""
    no = consents.says_no(consents.DEADLINES)
    return await _reached(db, _last_used([ward_id], roles, key).where(~no))


async def to_tell_to_log(
    db: AsyncSession, wards: Collection[str], first: date, last: date, key: str
) -> list[Reached]:
    """Who wants to be reminded, logged nothing on these days, and has no row `<key>:<chat>`."""
    silent = _silent(first, last).where(Member.ward_id.in_(wards))
    return await _reached(db, silent.where(~_planned(key, Chat.id)))


async def is_silent(db: AsyncSession, chat_id: int, first: date, last: date) -> bool:
    """Whether somebody on this chat still wants to be reminded, and still logged nothing."""
    return bool(await _reached(db, _silent(first, last).where(Chat.id == chat_id)))


async def overtaken(db: AsyncSession, parcel: Parcel) -> bool:
    """Whether something about the same was planned later."""
    later = exists().where(Outbox.about == parcel.about, Outbox.id > parcel.id)
    return bool(await db.scalar(select(later)))


async def plan(
    db: AsyncSession,
    chat_id: int,
    kind: str,
    payload: dict[str, Any],
    key: str,
    now: datetime,
    due_at: datetime,
    about: str | None = None,
) -> None:
    """Plan a send that another process may be planning at this moment too: it is planned once."""
    await db.execute(
        upsert(db, Outbox)
        .values(
            chat_id=chat_id, kind=kind, about=about, payload=payload, dedupe_key=key, created_at=now,
            due_at=due_at, not_before=due_at, state=PENDING, attempts=0, doubts=0,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def _open(chat_id: int) -> ColumnElement[bool]:
    mine = (Outbox.chat_id == chat_id) & (Outbox.kind == REMINDER)
    return mine & (Outbox.state == outbox.IS_PENDING)


async def _reached(db: AsyncSession, asked: Select[int, str, str, int]) -> list[Reached]:
    return [Reached(*row) for row in await db.execute(asked)]


def _last_used(
    wards: Collection[str], roles: Collection[str], key: str, avoid: str = ""
) -> Select[int, str, str, int]:
    return _REACHED.where(
        Member.ward_id.in_(wards),
        Member.role.in_(roles),
        Chat.id == _last_chat(avoid),
        ~_planned(key, Member.id),
    )


def _last_chat(avoid: str) -> ScalarSelect[int]:
    """As store.chats.reachable has it."""
    chat = aliased(Chat)
    return (
        select(chat.id)
        .where(
            chat.person_id == Person.id,
            chat.blocked_at.is_(None),
            chat.forget_at.is_(None),
            ~chat.in_group,
        )
        .order_by(chat.channel == avoid, chat.last_in_at.desc(), chat.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def _planned(key: str, of: Any) -> ColumnElement[bool]:
    return exists().where(Outbox.dedupe_key == literal(f"{key}:") + cast(of, String))


def _silent(first: date, last: date) -> Select[int, str, str, int]:
    """Whoever wants to be reminded to log, and in none of their roles logged anything on these days."""
    role = aliased(Member)
    logged = (
        exists()
        .where(
            SupportSession.member_id == role.id,
            role.person_id == Person.id,
            SupportSession.date.between(first, last),
            SupportSession.voided.is_(False),
        )
        .correlate(Person)
    )
    yes = consents.says_yes(consents.LOGGING)
    return _REACHED.where(Member.ward_id == Person.ward_id, yes, ~logged)
