"""Telling somebody something they did not just ask for, on the chat they used last."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import DEFAULT, translate
from handlers.packing import pack
from handlers.turn import Reply
from store import chats, outbox, people

Tr = Callable[..., str]
"""A message of the catalogs in the language of who is told."""


async def tell(
    db: AsyncSession, person_id: int, reply: Reply, kind: str, key: str, now: datetime
) -> bool:
    """Plan a message to a person; `key` names it, so that it is planned once.

    False: they have no chat that takes messages. The sweep sends it after the commit; what it offers
    can be answered by number from then on.
    """
    chat_id = await chats.reachable(db, person_id)
    if chat_id is None:
        return False
    await tell_chat(db, chat_id, reply, kind, key, now)
    return True


async def tell_chat(
    db: AsyncSession, chat_id: int, reply: Reply, kind: str, key: str, now: datetime
) -> None:
    """Plan a message to one chat, whoever it belongs to."""
    if await outbox.find(db, key) is None:
        await outbox.put(db, chat_id, kind, pack(reply), key, now)


async def speaking_to(db: AsyncSession, person_id: int) -> Tr:
    return partial(translate, await people.lang_of(db, person_id) or DEFAULT)


async def speaking_to_chat(db: AsyncSession, chat_id: int) -> Tr:
    return partial(translate, await people.lang_of_chat(db, chat_id) or DEFAULT)
