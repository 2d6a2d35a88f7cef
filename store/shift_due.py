"""Reminders of shifts: who has none yet, and whether one still holds when it leaves."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, exists, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.campaign_models import Signup
from store.models import Chat, Outbox, Person
from store.outbox import Parcel
from store.team_models import Member


@dataclass(frozen=True)
class Unreminded:
    signup_id: int
    person_id: int
    lang: str


async def unreminded(
    db: AsyncSession, shift_id: int, key: str, before: datetime
) -> list[Unreminded]:
    """Who took a place in a shift before that time, and has no row `<key>:<signup>`."""
    planned = exists().where(Outbox.dedupe_key == literal(f"{key}:") + cast(Signup.id, String))
    query = (
        select(Signup.id, Person.id, Person.lang)
        .join(Member, Member.id == Signup.member_id)
        .join(Person, Person.id == Member.person_id)
        .where(
            Signup.shift_id == shift_id,
            Signup.ended_at.is_(None),
            Signup.at <= before,
            Member.until.is_(None),
            ~planned,
        )
    )
    return [Unreminded(*row) for row in await db.execute(query.order_by(Signup.id))]


async def still_has(db: AsyncSession, shift_id: int, chat_id: int) -> bool:
    """Whether the person of a chat has a place in a shift."""
    query = (
        select(Signup.id)
        .join(Member, Member.id == Signup.member_id)
        .join(Chat, Chat.person_id == Member.person_id)
        .where(
            Signup.shift_id == shift_id,
            Signup.ended_at.is_(None),
            Member.until.is_(None),
            Chat.id == chat_id,
        )
    )
    return await db.scalar(query.limit(1)) is not None


async def overtaken(db: AsyncSession, parcel: Parcel) -> bool:
    """Whether the same chat was reminded of the same shift later: the first waited for it to open."""
    later = exists().where(
        Outbox.chat_id == parcel.chat_id, Outbox.about == parcel.about, Outbox.id > parcel.id
    )
    return bool(await db.scalar(select(later)))
