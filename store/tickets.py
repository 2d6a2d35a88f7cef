"""Six-digit codes typed once, and how often people guessed wrong."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import attendance
from store.models import Chat, Person
from store.team_models import Guess, Member, Ticket


@dataclass(frozen=True)
class Found:
    member_id: int | None
    person_id: int | None


async def taken(db: AsyncSession, code: str) -> bool:
    return await db.scalar(select(Ticket.code).where(Ticket.code == code)) is not None


async def make(
    db: AsyncSession, code: str, member_id: int | None, person_id: int | None, until: datetime
) -> None:
    """Keep a code for a member or a person; one they had before is void."""
    owner = Ticket.member_id == member_id if member_id else Ticket.person_id == person_id
    await db.execute(delete(Ticket).where(owner))
    await db.execute(
        insert(Ticket),
        dict(code=code, member_id=member_id, person_id=person_id, expires_at=until),
    )


async def peek(db: AsyncSession, code: str, now: datetime) -> Found | None:
    """Whose a valid code is, without using it."""
    query = select(Ticket.member_id, Ticket.person_id)
    found = await db.execute(query.where(Ticket.code == code, Ticket.expires_at > now))
    row = found.first()
    return Found(*row) if row else None


async def use(db: AsyncSession, code: str, now: datetime) -> Found | None:
    """Take a valid code out, so that nobody uses it twice. None for a wrong or an old one."""
    used = await db.execute(
        delete(Ticket)
        .where(Ticket.code == code, Ticket.expires_at > now)
        .returning(Ticket.member_id, Ticket.person_id)
    )
    row = used.first()
    return Found(*row) if row else None


async def wrong(db: AsyncSession, chat_id: int, kind: str, now: datetime) -> None:
    await db.execute(insert(Guess), dict(chat_id=chat_id, kind=kind, at=now))


async def guesses(db: AsyncSession, kind: str, since: datetime, chat_id: int | None = None) -> int:
    """Wrong codes since then, of one chat or of all."""
    query = select(func.count()).select_from(Guess).where(Guess.kind == kind, Guess.at > since)
    if chat_id is not None:
        query = query.where(Guess.chat_id == chat_id)
    return await db.scalar(query) or 0


async def has_role(db: AsyncSession, person_id: int) -> bool:
    found = select(Member.id).where(Member.person_id == person_id, Member.until.is_(None)).limit(1)
    return await db.scalar(found) is not None


async def join(db: AsyncSession, person_id: int, other: int) -> None:
    """All chats of another person are this person's from now on, and what the other did; the other goes."""
    await db.execute(update(Chat).where(Chat.person_id == other).values(person_id=person_id))
    await db.execute(update(Member).where(Member.person_id == other).values(person_id=person_id))
    await attendance.join(db, person_id, other)
    await db.execute(delete(Person).where(Person.id == other))


async def prune(db: AsyncSession, now: datetime, guessed_before: datetime) -> None:
    await db.execute(delete(Ticket).where(Ticket.expires_at < now))
    await db.execute(delete(Guess).where(Guess.at < guessed_before))
