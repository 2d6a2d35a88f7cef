"""One message in, one reply out, in one transaction."""

import asyncio
import re
import unicodedata
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from bot.log import log
from content.i18n import DEFAULT, LANGUAGES
from content.library import Library
from content.mask import mask
from handlers import menu, router
from handlers.packing import pack
from handlers.turn import SECRET, Can, Incoming, Reply, Tools, Turn
from store import chats, contacts, inbound_counts, outbox
from store.chats import Talk
from store.db import Store
from store.kinds import REPLY
from store.outbox import Parcel

MAX_TEXT = 2000
"""Characters of a message that are read. Longer ones are asked to be shortened, never cut in silence."""
Answer = Callable[[Turn], Awaitable[Reply | None]]
"""What to say, or None to keep silent."""
VALUE = re.compile(r"[\w:~.-]{1,64}")
"""What an option's value looks like. Anything else comes from nobody's button."""


@dataclass(frozen=True)
class Answered:
    """The planned send of the reply, and whether this message had been answered before."""

    parcel: Parcel
    repeated: bool


class Conversation:
    """Answers messages of any channel; each chat's messages strictly one after another."""

    def __init__(
        self,
        store: Store,
        library: Library,
        tools: Tools,
        now: Callable[[], datetime],
        ward_id: str | None,
        sender: Callable[[], int],
        counted: Collection[str] = (),
    ) -> None:
        """`sender` is this process as the outbox knows it: it sends the answers made here. `counted`:
        channels whose plan counts what people write."""
        self._counted = counted
        self._sender = sender
        self._store = store
        self._library = library
        self._tools = tools
        self._now = now
        self._ward_id = ward_id
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def converse(
        self, incoming: Incoming, can: Can, handed_over: bool = False
    ) -> Answered | None:
        """Answer a message and plan the reply's send in the same commit. None: nothing is to be said.

        `handed_over`: the channel shows the reply itself as soon as this returns. None when the message was
        answered so long ago that its reply is no longer kept. Never raises on account of a handler:
        the person then gets an apology and a way on, and what the handler did is undone.
        """
        incoming = clean(incoming)
        lock = self._locks.setdefault((incoming.channel, incoming.address), asyncio.Lock())
        async with lock:
            try:
                answered = await self._answer(incoming, can, handed_over, router.answer)
            except Exception as error:
                log.error("turn failed", channel=incoming.channel, error=type(error).__name__)
                answered = await self._answer(incoming, can, handed_over, menu.failed)
        if answered:
            parcel = answered.parcel
            log.info("answered", channel=parcel.channel, chat=parcel.chat_id, parcel=parcel.id)
        return answered

    async def _answer(
        self, incoming: Incoming, can: Can, handed_over: bool, answer: Answer
    ) -> Answered | None:
        return await self._store.write(partial(self._turn, incoming, can, handed_over, answer))

    async def _turn(
        self,
        incoming: Incoming,
        can: Can,
        handed_over: bool,
        answer: Answer,
        db: AsyncSession,
    ) -> Answered | None:
        now = self._now()
        talk = await self._talk(db, incoming, now)
        key = f"reply:{talk.chat_id}:{incoming.message_id}"
        if talk.seen:
            parcel = await outbox.find(db, key)
            return Answered(parcel, repeated=True) if parcel else None
        if incoming.channel in self._counted:
            await inbound_counts.add(db, talk.ward_id, incoming.channel, inbound_counts.ANY, now)
        if talk.held:
            await outbox.wake(db, talk.chat_id, now)
        masked = mask(incoming.text)
        turn = Turn(incoming, masked, can, now, db, talk, self._library, self._tools)
        silent = talk.paused_until and talk.paused_until > now
        reply = None if silent else await answer(turn)
        if reply:
            router.remember(turn, reply)
        await chats.save(db, talk, incoming.message_id, now, incoming.sent_at)
        if reply is None:
            return None
        parcel = await self._planned(db, incoming, talk, pack(reply), key, handed_over)
        return Answered(parcel, repeated=False)

    async def _planned(
        self,
        db: AsyncSession,
        incoming: Incoming,
        talk: Talk,
        payload: dict[str, Any],
        key: str,
        handed_over: bool,
    ) -> Parcel:
        """The row of a reply: shown already, sent by this process at once, or when its turn comes."""
        now, sender = self._now(), None if handed_over else self._sender()
        if talk.unsent and not handed_over:
            sender = None
            number = await outbox.put_reply_behind(db, talk.chat_id, payload, key, now)
        else:
            number = await outbox.put_reply(db, talk.chat_id, payload, key, now, sender)
        return Parcel(
            number, talk.chat_id, incoming.channel, incoming.address, REPLY, None, payload, now,
            now, 0, sender,
        )  # fmt: skip

    async def _talk(self, db: AsyncSession, incoming: Incoming, now: datetime) -> Talk:
        place = (incoming.channel, incoming.address)
        talk = await self._loaded(db, incoming)
        if talk is None:
            lang = incoming.lang if incoming.lang in LANGUAGES else DEFAULT
            in_group = bool(incoming.own_address)
            wrote = min(now, incoming.sent_at or now)
            await chats.create(db, *place, self._ward_id, lang, wrote, in_group)
            talk = await self._loaded(db, incoming)
        assert talk is not None, "a chat that was just made"
        return talk

    async def _loaded(self, db: AsyncSession, incoming: Incoming) -> Talk | None:
        if incoming.own_address:
            await contacts.follow(db, incoming.channel, incoming.address, incoming.own_address)
        return await chats.load(db, incoming.channel, incoming.address, incoming.message_id)


def clean(incoming: Incoming) -> Incoming:
    """Text as it can be stored anywhere: composed, without invisible signs or broken halves of signs."""
    if incoming.chosen and not VALUE.fullmatch(incoming.chosen):
        return replace(incoming, chosen="?")
    if len(incoming.text) > MAX_TEXT:
        return replace(incoming, text="", kind="long")
    whole = incoming.text.encode("utf-8", "ignore").decode("utf-8")
    spaced = whole.replace("\t", " ").replace(SECRET, "")
    kept = "".join(
        sign for sign in spaced if sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cf")
    )
    return replace(incoming, text=unicodedata.normalize("NFC", kept).strip())
