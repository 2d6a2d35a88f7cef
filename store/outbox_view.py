"""The outbox as the operator sees it: counts, and rows without their text."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.models import Chat, Outbox
from store.outbox import AMBIGUOUS, PAUSED, PENDING


@dataclass(frozen=True)
class Line:
    """A row as the operator sees it: neither whom it went to nor what it said."""

    id: int
    at: datetime | None
    channel: str
    kind: str
    code: str | None


async def waiting(db: AsyncSession) -> dict[tuple[str, str, str], int]:
    """Rows without an outcome, by channel, kind and what they wait for."""
    reason = func.coalesce(Outbox.code, Outbox.state)
    query = (
        select(Chat.channel, Outbox.kind, reason, func.count())
        .join(Chat, Chat.id == Outbox.chat_id)
        .where(Outbox.state.in_([PENDING, PAUSED]))
        .group_by(Chat.channel, Outbox.kind, reason)
    )
    return {(channel, kind, why): n for channel, kind, why, n in await db.execute(query)}


async def latest(db: AsyncSession, state: str, limit: int = 50) -> list[Line]:
    """The last rows that ended so, the newest first; "ambiguous" includes what was sent again."""
    doubtful = (Outbox.state == AMBIGUOUS) | (Outbox.doubts > 0)
    wanted = doubtful if state == AMBIGUOUS else Outbox.state == state
    query = (
        select(Outbox.id, Outbox.ended_at, Chat.channel, Outbox.kind, Outbox.code)
        .join(Chat, Chat.id == Outbox.chat_id)
        .where(wanted)
        .order_by(Outbox.id.desc())
        .limit(limit)
    )
    return [Line(*row) for row in await db.execute(query)]
