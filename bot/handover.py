"""One row on its way out: what it says now, the asking of the platform, and the outcome."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot import leave
from bot.channel import Channel, SendError
from bot.log import log
from bot.secrets import Show
from bot.window import Window
from content.limits import TEMPLATE, Limits
from handlers.packing import offered, pack, unpack
from handlers.pushes import Compose, Ended
from handlers.turn import Reply, Skip
from store import chats, claims, outbox
from store.db import Store
from store.kinds import KINDS, REPLY
from store.outbox import AMBIGUOUS, AWAY, REFUSED, SENT, SKIPPED, Parcel

KEPT = timedelta(days=7)
"""How long a message waits for somebody who is away."""
SLOWEST = 6
"""The power of two of the longest wait between tries, in seconds."""
BROKEN = timedelta(minutes=1)
"""How long a row rests that our own code could not handle."""


class Handover:
    """Carries single rows. Whatever goes wrong with one concerns no other."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        limits: Mapping[str, Limits],
        windows: Mapping[str, Window],
        compose: Compose,
        ended: Ended,
        show: Show,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._channels = channels
        self._limits = limits
        self._windows = windows
        self._compose = compose
        self._ended = ended
        self._show = show
        self._now = now
        self._parked: dict[int, datetime] = {}
        self.asked: set[int] = set()
        """Rows the platform was asked to send, whose outcome is not recorded yet."""

    async def answer(self, parcel: Parcel) -> None:
        """Send an answer whose row was begun in the commit that made it."""
        until = self._parked.get(parcel.chat_id)
        if until and until > self._now():
            await self._store.write(
                lambda db: outbox.later(db, parcel.id, until, None, parcel.sender_id)
            )
            return
        reply = unpack(parcel.payload)
        await self._windows[parcel.channel].enter(parcel.address, first=True)
        await self._hand_over(parcel, reply)

    async def work(self, parcel: Parcel) -> None:
        """Send a row that was taken from the queue, when a place is free."""
        try:
            begun = await self._begun(parcel)
        except Exception as error:
            log.error("send broke", parcel=parcel.id, kind=parcel.kind, error=type(error).__name__)
            until, me = self._now() + BROKEN, parcel.sender_id
            await self._store.write(lambda db: outbox.later(db, parcel.id, until, "broken", me))
        else:
            if begun:
                await self._hand_over(*begun)

    async def allowed(self, db: AsyncSession, channel: str, now: datetime) -> list[str]:
        """The kinds a channel may send now, beside answers."""
        return await leave.allowed(db, channel, self._limits[channel], now)

    async def _begun(self, parcel: Parcel) -> tuple[Parcel, Reply] | None:
        """A row with its fare, and what it says, when it has a place; None, and the place is free again,
        when it says nothing."""
        window = self._windows[parcel.channel]
        await window.enter(parcel.address, first=parcel.kind == REPLY)
        begun = None
        try:
            begun = await self._store.write(partial(self._begin, parcel))
        finally:
            if begun is None:
                window.release(parcel.address)
        return begun

    async def _begin(self, parcel: Parcel, db: AsyncSession) -> tuple[Parcel, Reply] | None:
        """What a row says now, marked as about to be sent; None when it is not to be sent now."""
        now, limits = self._now(), self._limits[parcel.channel]
        parked = self._parked.get(parcel.chat_id)
        until = parked if parked and parked > now else None
        if until := until or await leave.kept_back(db, parcel, limits, now):
            await outbox.later(db, parcel.id, until, None, parcel.sender_id)
            return None
        paid = await leave.obstacle(db, parcel, now) or await leave.fare(db, parcel, limits, now)
        if paid is None:
            await outbox.later(db, parcel.id, now + KEPT, AWAY, parcel.sender_id)
            return None
        made = await self._made(db, paid, now) if isinstance(paid, Parcel) else paid
        if isinstance(paid, Parcel) and isinstance(made, Reply):
            return (paid, made) if await claims.begin(db, paid, pack(made), now) else None
        assert isinstance(made, Skip), "only a row that may leave says something"
        if await claims.finish(db, parcel, SKIPPED, now, made.code):
            await self._ended(db, parcel, SKIPPED, now)
        return None

    async def _made(self, db: AsyncSession, parcel: Parcel, now: datetime) -> Reply | Skip:
        try:
            return await self._compose(db, parcel, now)
        except (KeyError, TypeError, ValueError):  # it would not get better by trying again
            log.error("unreadable", parcel=parcel.id, kind=parcel.kind)
            return Skip("unreadable")

    async def _hand_over(self, parcel: Parcel, reply: Reply) -> None:
        """Ask the platform to send, and record what came of it."""
        self.asked.add(parcel.id)
        try:
            await self._asked(parcel, reply)
        finally:
            self.asked.discard(parcel.id)

    async def _asked(self, parcel: Parcel, reply: Reply) -> None:
        at = self._now()
        try:
            number = await self._ask(parcel, reply)
        except SendError as error:
            await self._failed(parcel, reply, error)
        except Exception as error:  # nobody knows how far it came
            log.error("send failed", parcel=parcel.id, error=type(error).__name__)
            code = type(error).__name__
            await self._failed(parcel, reply, SendError(code, permanent=False, ambiguous=True))
        else:
            self._parked.pop(parcel.chat_id, None)
            await self._finish(parcel, SENT, reply, at, number=number)

    async def _ask(self, parcel: Parcel, reply: Reply) -> int:
        """Ask the platform to send; as how many messages it left.

        Its place is given back with the answer, before that is recorded.
        """
        try:
            shown = await self._show(pack(reply))
            again = partial(self._next_request, parcel)
            return await self._channels[parcel.channel].send(parcel, shown, again)
        finally:
            self._windows[parcel.channel].leave(parcel.address)

    async def _next_request(self, parcel: Parcel) -> None:
        """Take another place in the window, for one message may need several requests."""
        window = self._windows[parcel.channel]
        window.leave(parcel.address)
        await window.enter(parcel.address, first=True)

    async def _failed(self, parcel: Parcel, reply: Reply, error: SendError) -> None:
        now = self._now()
        repeats = KINDS[parcel.kind].repeats and not parcel.price  # nothing is paid for twice
        if error.away and not self._waits(parcel):
            await self._finish(parcel, SKIPPED, reply, now, "window")
        elif error.away:
            until, me = now + KEPT, parcel.sender_id
            await self._store.write(lambda db: outbox.later(db, parcel.id, until, AWAY, me))
        elif error.permanent:
            await self._refused(parcel, reply, error)
        elif error.ambiguous and not repeats:
            log.warning("ambiguous", parcel=parcel.id, channel=parcel.channel, code=error.code)
            await self._finish(parcel, AMBIGUOUS, reply, now, error.code)
        else:
            wait = error.retry_after or 2.0 ** min(parcel.attempts, SLOWEST)
            until = self._parked[parcel.chat_id] = now + timedelta(seconds=wait)
            await self._store.write(
                lambda db: claims.retry(db, parcel, until, error.code, error.ambiguous)
            )

    def _waits(self, parcel: Parcel) -> bool:
        """Whether somebody who cannot be reached now gets it later: on a page, whatever it is."""
        return KINDS[parcel.kind].held or self._limits[parcel.channel].open_hours is None

    async def _refused(self, parcel: Parcel, reply: Reply, error: SendError) -> None:
        log.info("refused", parcel=parcel.id, channel=parcel.channel, code=error.code)
        self._parked.pop(parcel.chat_id, None)
        await self._finish(parcel, REFUSED, reply, self._now(), error.code)
        if error.blocked:
            await self._store.write(lambda db: chats.block(db, parcel.chat_id, self._now()))

    async def _finish(
        self,
        parcel: Parcel,
        state: str,
        reply: Reply,
        at: datetime,
        code: str | None = None,
        number: int = 1,
    ) -> None:
        """Record an outcome and what follows from it, in one commit."""
        wanted = parcel.kind != REPLY or self._limits[parcel.channel].monthly is not None
        counted = number if wanted else 0

        async def finish(db: AsyncSession) -> None:
            if not await claims.finish(db, parcel, state, at, code, counted):
                return
            seen = state in (SENT, AMBIGUOUS) and parcel.fare != TEMPLATE
            if seen and parcel.kind != REPLY and reply.options:
                await chats.offer(db, parcel.chat_id, offered(reply), at)
            await self._ended(db, parcel, state, at)

        try:
            await self._store.write(finish)
        except Exception as error:  # it has left: nothing that follows may make it leave again
            log.error("ending broke", parcel=parcel.id, error=type(error).__name__)
            await self._store.write(lambda db: claims.finish(db, parcel, state, at, code, counted))
