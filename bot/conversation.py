"""One message in, one reply out, in one transaction."""

import asyncio
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from bot.log import log
from content.i18n import DEFAULT, LANGUAGES
from content.library import Library
from content.mask import mask
from handlers import menu, router
from handlers.packing import pack
from handlers.turn import SECRET, Can, Handler, Incoming, Tools, Turn
from store import chats, outbox
from store.chats import Talk
from store.db import Store
from store.outbox import Parcel

MAX_TEXT = 2000
"""Characters of a message that are read. Longer ones are asked to be shortened, never cut in silence."""
VALUE = re.compile(r"[\w:~.-]{1,64}")
"""What an option's value looks like. Anything else comes from nobody's button."""
HELD = timedelta(seconds=30)
"""How long the process that wrote a reply has for sending it before another may."""


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
    ) -> None:
        self._store = store
        self._library = library
        self._tools = tools
        self._now = now
        self._ward_id = ward_id
        self._locks: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    async def converse(
        self, incoming: Incoming, can: Can, state: str = outbox.PENDING
    ) -> Answered | None:
        """Answer a message and plan the reply's send in the same commit.

        `state` is SENT for a channel that hands the reply over itself. None when the message was
        answered so long ago that its reply is no longer kept. Never raises on account of a handler:
        the person then gets an apology and a way on, and what the handler did is undone.
        """
        incoming = clean(incoming)
        lock = self._locks.setdefault((incoming.channel, incoming.address), asyncio.Lock())
        async with lock:
            try:
                answered = await self._answer(incoming, can, state, router.answer)
            except Exception as error:
                log.error("turn failed", channel=incoming.channel, error=type(error).__name__)
                answered = await self._answer(incoming, can, state, menu.failed)
        if answered:
            parcel = answered.parcel
            log.info("answered", channel=parcel.channel, chat=parcel.chat_id, parcel=parcel.id)
        return answered

    async def _answer(
        self, incoming: Incoming, can: Can, state: str, answer: Handler
    ) -> Answered | None:
        return await self._store.write(partial(self._turn, incoming, can, state, answer))

    async def _turn(
        self,
        incoming: Incoming,
        can: Can,
        state: str,
        answer: Handler,
        db: AsyncSession,
    ) -> Answered | None:
        now = self._now()
        talk = await self._talk(db, incoming, now)
        key = f"reply:{talk.chat_id}:{incoming.message_id}"
        if talk.seen:
            parcel = await outbox.find(db, key)
            return Answered(parcel, repeated=True) if parcel else None
        masked = mask(incoming.text)
        turn = Turn(incoming, masked, can, now, db, talk, self._library, self._tools)
        reply = await answer(turn)
        router.remember(turn, reply)
        payload = pack(reply)
        parcel_id = await outbox.put(
            db, talk.chat_id, "reply", payload, key, now, now + HELD, state
        )
        await chats.save(db, talk, incoming.message_id, now)
        parcel = Parcel(
            parcel_id, talk.chat_id, incoming.channel, incoming.address, "reply", payload, now, 0
        )
        return Answered(parcel, repeated=False)

    async def _talk(self, db: AsyncSession, incoming: Incoming, now: datetime) -> Talk:
        place = (incoming.channel, incoming.address)
        talk = await chats.load(db, *place, incoming.message_id)
        if talk is None:
            lang = incoming.lang if incoming.lang in LANGUAGES else DEFAULT
            await chats.create(db, *place, self._ward_id, lang, now)
            talk = await chats.load(db, *place, incoming.message_id)
        assert talk is not None, "a chat that was just made"
        return talk


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
