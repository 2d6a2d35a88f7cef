"""Sending what the outbox holds: at once after the commit, and later what a crash or a refusal left."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation import HELD
from bot.log import log
from bot.secrets import Show
from handlers.packing import pack
from handlers.turn import Can, Reply
from store import chats, outbox
from store.db import Store
from store.outbox import REFUSED, REPLY, SENT, SKIPPED, Parcel

FRESH = {REPLY: timedelta(minutes=5)}
"""How long after its planning a send still makes sense, by kind."""
KEPT = timedelta(days=7)
"""The same for kinds that are not named."""
BATCH = 50
"""Parcels one sweep takes: as many as are surely sent while they are held."""
SLOWEST = 6
"""The power of two of the longest wait between tries, in seconds."""


class SendError(Exception):
    """A channel could not send. `code` is the platform's own; `retry_after` its wish, in seconds."""

    def __init__(
        self, code: str, *, permanent: bool, retry_after: float | None = None, blocked: bool = False
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.blocked = blocked
        """The person wants no messages here: a fact about the chat, not a fault."""


class Channel(Protocol):
    name: str
    can: Can

    async def send(self, address: str, reply: Reply, parcel_id: int) -> None:
        """Hand a reply to the platform, or raise SendError."""


class Delivery:
    """The only place that sends. Within this process it keeps the order of each chat."""

    def __init__(
        self,
        store: Store,
        channels: Iterable[Channel],
        show: Show,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._channels = {channel.name: channel for channel in channels}
        self._show = show
        self._now = now
        self._parked: dict[int, datetime] = {}
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()

    def soon(self, parcel: Parcel) -> None:
        """Send without making the caller wait."""
        task = asyncio.create_task(self.send(parcel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def settled(self) -> None:
        """Wait until everything handed to `soon` has its outcome."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def push(self, chat_id: int, reply: Reply, kind: str, dedupe_key: str) -> None:
        """Send something nobody asked for just now. A key that was planned before changes nothing."""
        planned = await self._store.write(partial(self._plan, chat_id, reply, kind, dedupe_key))
        if planned:
            await self.send(planned)

    async def send(self, parcel: Parcel) -> None:
        """Send one parcel and record the outcome, after what was sent to this chat before."""
        async with self._locks.setdefault(parcel.chat_id, asyncio.Lock()):
            await self._send(parcel)

    async def sweep(self) -> None:
        """Send what is due and held by nobody; close what is too old to make sense."""
        now = self._now()
        names = list(self._channels)
        parcels = await self._store.write(
            lambda db: outbox.claim(db, now, now + HELD, names, BATCH)
        )
        await asyncio.gather(*(self._swept(parcel, now) for parcel in parcels))

    async def _swept(self, parcel: Parcel, now: datetime) -> None:
        try:
            if now - parcel.created_at > FRESH.get(parcel.kind, KEPT):
                await self._finish(parcel, SKIPPED, "stale")
            else:
                await self.send(parcel)
        except Exception as error:  # one bad row must not stop the others
            log.error("sweep failed", parcel=parcel.id, error=type(error).__name__)

    async def _send(self, parcel: Parcel) -> None:
        until = self._parked.get(parcel.chat_id)
        if until and until > self._now():
            await self._store.write(lambda db: outbox.postpone(db, parcel.id, until))
            return
        try:
            reply = await self._show(parcel.payload)
        except (KeyError, TypeError, ValueError):  # it would not get better by trying again
            await self._finish(parcel, REFUSED, "unreadable")
            return
        at = self._now()
        try:
            await self._channels[parcel.channel].send(parcel.address, reply, parcel.id)
        except SendError as error:
            await self._failed(parcel, error)
        except Exception as error:
            log.error("send failed", parcel=parcel.id, error=type(error).__name__)
            await self._failed(parcel, SendError(type(error).__name__, permanent=False))
        else:
            self._parked.pop(parcel.chat_id, None)
            await self._store.write(lambda db: handed_over(db, parcel, at))

    async def _plan(
        self, chat_id: int, reply: Reply, kind: str, dedupe_key: str, db: AsyncSession
    ) -> Parcel | None:
        if await outbox.find(db, dedupe_key):
            return None
        now = self._now()
        await outbox.put(db, chat_id, kind, pack(reply), dedupe_key, now, now + HELD)
        return await outbox.find(db, dedupe_key)

    async def _failed(self, parcel: Parcel, error: SendError) -> None:
        if not error.permanent:
            wait = error.retry_after or 2.0 ** min(parcel.attempts, SLOWEST)
            until = self._parked[parcel.chat_id] = self._now() + timedelta(seconds=wait)
            await self._store.write(lambda db: outbox.retry(db, parcel.id, until))
            return
        log.info("refused", parcel=parcel.id, channel=parcel.channel, code=error.code)
        await self._finish(parcel, REFUSED, error.code)
        if error.blocked:
            await self._store.write(lambda db: chats.block(db, parcel.chat_id, self._now()))

    async def _finish(self, parcel: Parcel, state: str, code: str | None = None) -> None:
        self._parked.pop(parcel.chat_id, None)
        await self._store.write(lambda db: outbox.finish(db, parcel.id, state, code))


async def handed_over(db: AsyncSession, parcel: Parcel, at: datetime) -> None:
    """Record that a parcel was sent; what came unasked may be answered by its numbers from now on."""
    await outbox.finish(db, parcel.id, SENT)
    if parcel.kind != REPLY and (offered := parcel.payload["options"]):
        await chats.offer(db, parcel.chat_id, offered, at)
