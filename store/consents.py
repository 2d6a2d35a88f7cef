"""Who said yes to which messages, on which chat (facts/programme.md, e.2)."""

from datetime import datetime

from sqlalchemy import ColumnElement, Exists, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.learning_models import Consent
from store.models import Chat

LESSONS, REMINDERS, NEWS = "lessons", "reminders", "news"
LOGGING, DEADLINES = "logging", "deadlines"


async def give(db: AsyncSession, chat_id: int, purpose: str, text: str, now: datetime) -> None:
    """Record a yes to `text`. A yes that holds already stays as it was given."""
    if not await active(db, chat_id, purpose):
        await db.execute(
            insert(Consent).values(chat_id=chat_id, purpose=purpose, text=text, given_at=now)
        )


async def withdraw(db: AsyncSession, chat_id: int, purpose: str, now: datetime) -> None:
    """End a yes; where none was needed, because the messages belong to somebody's work, record a no."""
    ended = await db.execute(
        update(Consent)
        .where(Consent.chat_id == chat_id, Consent.purpose == purpose, _holds())
        .values(withdrawn_at=now)
        .returning(Consent.id)
    )
    if ended.first() is None and not await refused(db, chat_id, purpose):
        await db.execute(
            insert(Consent).values(chat_id=chat_id, purpose=purpose, text="", withdrawn_at=now)
        )


async def active(db: AsyncSession, chat_id: int, purpose: str) -> bool:
    """Whether there is a yes that holds."""
    return bool(await db.scalar(select(_yes(purpose).where(Consent.chat_id == chat_id))))


async def refused(db: AsyncSession, chat_id: int, purpose: str) -> bool:
    """Whether there was a no, and no yes since."""
    said_no = exists().where(
        Consent.chat_id == chat_id, Consent.purpose == purpose, Consent.withdrawn_at.is_not(None)
    )
    yes = _yes(purpose).where(Consent.chat_id == chat_id)
    return bool(await db.scalar(select(said_no & ~yes)))


async def of_chat(db: AsyncSession, chat_id: int) -> list[Consent]:
    """All that was said on a chat, in order."""
    found = await db.scalars(select(Consent).where(Consent.chat_id == chat_id).order_by(Consent.id))
    return list(found)


async def forget(db: AsyncSession, chat_id: int) -> None:
    """Delete what was said on a chat; nothing comes there any more."""
    await db.execute(delete(Consent).where(Consent.chat_id == chat_id))


def says_yes(purpose: str) -> ColumnElement[bool]:
    """For queries over chats: those where a yes holds."""
    return _yes(purpose).where(Consent.chat_id == Chat.id).correlate(Chat)


def says_no(purpose: str) -> ColumnElement[bool]:
    """For queries over chats: those where there was a no, and no yes since."""
    said_no = (
        exists()
        .where(
            Consent.chat_id == Chat.id,
            Consent.purpose == purpose,
            Consent.withdrawn_at.is_not(None),
        )
        .correlate(Chat)
    )
    return said_no & ~says_yes(purpose)


def _yes(purpose: str) -> Exists:
    return exists().where(Consent.purpose == purpose, _holds())


def _holds() -> ColumnElement[bool]:
    return Consent.given_at.is_not(None) & Consent.withdrawn_at.is_(None)
