"""What platforms tell of a chat besides its messages: contact, silence, a phone number, whose it is."""

from datetime import datetime

from sqlalchemy import Update, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import Chat, Person


async def follow(db: AsyncSession, channel: str, address: str, own_address: str) -> None:
    """What somebody says in a group belongs to the person of their own chat, where they have one."""
    person = (
        select(Chat.person_id)
        .where(Chat.channel == channel, Chat.address == own_address)
        .scalar_subquery()
    )
    here = (Chat.channel == channel, Chat.address == address)
    before = await db.scalar(select(Chat.person_id).where(*here, Chat.person_id != person))
    if before is None:
        return
    await db.execute(
        update(Chat)
        .where(*here)
        .values(person_id=person)
        .execution_options(synchronize_session=False)
    )
    left = select(Chat.person_id)
    await db.execute(delete(Person).where(Person.id == before, Person.id.not_in(left)))


async def pause(db: AsyncSession, channel: str, address: str, until: datetime) -> None:
    """Somebody of the ward answers here by hand: keep silent until then, or longer as told before."""
    shorter = Chat.paused_until.is_(None) | (Chat.paused_until < until)
    await db.execute(_at(channel, address).where(shorter).values(paused_until=until))


async def interacted(db: AsyncSession, channel: str, address: str, at: datetime) -> None:
    """The person did something on the platform that counts as contact."""
    await db.execute(_at(channel, address).where(Chat.last_in_at < at).values(last_in_at=at))


async def left(db: AsyncSession, channel: str, address: str, at: datetime) -> None:
    """This person wants no messages there since then; told late, they may have written again."""
    await db.execute(_at(channel, address).where(Chat.last_in_at <= at).values(blocked_at=at))


async def keep_phone(db: AsyncSession, channel: str, address: str, sealed: str) -> None:
    await db.execute(_at(channel, address).where(Chat.forget_at.is_(None)).values(phone=sealed))


async def phone(db: AsyncSession, channel: str, address: str) -> str | None:
    """The sealed number somebody left on the platform's form."""
    return await db.scalar(
        select(Chat.phone).where(Chat.channel == channel, Chat.address == address)
    )


def _at(channel: str, address: str) -> Update:
    return update(Chat).where(Chat.channel == channel, Chat.address == address)
