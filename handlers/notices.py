"""Telling somebody something they did not just ask for, on the chat they used last."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers.packing import pack
from handlers.turn import Reply
from store import chats, outbox


async def tell(
    db: AsyncSession, person_id: int, reply: Reply, kind: str, key: str, now: datetime
) -> bool:
    """Plan a message to a person; `key` names it, so that it is planned once.

    False: they have no chat that takes messages. The sweep sends it after the commit.
    """
    place = await chats.reachable(db, person_id)
    if place is None:
        return False
    if await outbox.find(db, key) is None:
        await outbox.put(db, place.chat_id, kind, pack(reply), key, now, now)
        if reply.options and not place.in_form:  # an open question keeps its numbers
            offer = [[option.label, option.value] for option in reply.options]
            await chats.offer(db, place.chat_id, offer, now)
    return True


async def tell_chat(
    db: AsyncSession, chat_id: int, reply: Reply, kind: str, key: str, now: datetime
) -> None:
    """Plan a message to one chat, whoever it belongs to."""
    if await outbox.find(db, key) is None:
        await outbox.put(db, chat_id, kind, pack(reply), key, now, now)
