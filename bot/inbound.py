"""What platforms tell by webhooks: kept durably, answered 200 at once, handled after that in order."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.log import log
from bot.vault import Vault
from store import inbound
from store.db import Store
from store.inbound import Arrived, Event

Place = tuple[str, str]
"""A channel and an address."""
Handle = Callable[[str], Awaitable[None]]
"""What a channel does with the body of one event."""

WORKERS = 2
"""Events handled at once: few, so that keeping new ones never waits long behind them."""
BUSY = 0.01
"""Seconds: a loop that takes longer for one round is late for who waits to be told 200."""
IN_HAND = 5_000
"""Events this process remembers; what comes beyond that is only in the database until there is room."""
AT_ONCE = 200
"""Events kept with one commit."""
MOST = 400
"""Events that may wait for their commit: more would not get their answer in time."""


class Inbound:
    """Handles each address's events one after another, and forgets none it said yes to."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        handlers: Mapping[str, Handle],
        me: Callable[[], int],
        now: Callable[[], datetime],
    ) -> None:
        """`handlers` by channel; `me`: this process, as the outbox knows it."""
        self._store = store
        self._vault = vault
        self._handlers = handlers
        self._me = me
        self._now = now
        self._new: list[tuple[Arrived, asyncio.Future[None]]] = []
        self._done: list[int] = []
        self._failed: list[int] = []
        self._doubtful: list[Arrived] = []
        """Of these nobody heard whether they were kept."""
        self._keeping: asyncio.Task[None] | None = None
        self._lines: dict[Place, deque[Event]] = {}
        self._turns: deque[Place] = deque()
        self._working: set[asyncio.Task[None]] = set()
        self._in_hand = 0
        self._order = asyncio.Lock()
        """Events are put in line in the order in which they were kept."""
        self._behind = False
        """There is more in the database than in hand: new events have to wait there too."""
        self._stopping = False

    async def accept(self, channel: str, key: str, address: str, body: str) -> bool:
        """Keep an event; True when it is safe on disk. False: too many wait for that."""
        if len(self._new) >= MOST or self._stopping:
            return False
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._new.append((Arrived(channel, key, address, self._vault.seal(body)), kept))
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep())
        await kept
        return True

    async def refill(self) -> None:
        """Take over what nobody else will handle, as much as there is room for."""
        await self._tidy()
        await self._free_doubtful()
        async with self._order:
            room = IN_HAND - self._in_hand
            if not self._stopping and room >= IN_HAND // 2:
                await self._adopt(room)

    async def _adopt(self, room: int) -> None:
        if not await self._store.read(lambda db: inbound.waits(db, self._now())):
            self._behind = False
            return
        for number in await self._store.write(inbound.given_up):
            log.error("event given up", row=number)
        found = await self._store.write(lambda db: inbound.adopt(db, self._me(), self._now(), room))
        self._behind = len(found) == room
        for event in found:
            self._hand(event)

    async def _free_doubtful(self) -> None:
        """What was kept though its commit seemed to fail is in nobody's hand: whoever comes may take it."""
        doubtful, self._doubtful = self._doubtful, []
        if not doubtful:
            return
        try:
            await self._store.write(lambda db: inbound.free(db, self._me(), doubtful))
        except Exception:
            self._doubtful += doubtful
            raise

    async def settled(self) -> None:
        """Wait until everything in hand was handled."""
        while self._working:
            await asyncio.gather(*self._working, return_exceptions=True)

    async def stop(self) -> None:
        """Finish what is being handled, and leave the rest to others."""
        self._stopping = True
        await self.settled()
        if self._keeping:
            await self._keeping
        await self._tidy()

    async def _keep(self) -> None:
        """Keep what arrived, so many with one commit, until nothing is left to keep."""
        while self._new:
            group, self._new = self._new[:AT_ONCE], self._new[AT_ONCE:]
            async with self._order:
                await self._keep_group(group)

    async def _keep_group(self, group: list[tuple[Arrived, asyncio.Future[None]]]) -> None:
        full = self._behind or self._in_hand >= IN_HAND
        try:
            events = await self._store.write(partial(self._kept, group, full), first=True)
        except Exception as error:
            log.error("events not kept", number=len(group), error=type(error).__name__)
            self._doubtful += [one for one, _ in group]
            for _, kept in group:
                if not kept.cancelled():
                    kept.set_exception(error)
            return
        self._behind = full
        for _, kept in group:
            if not kept.cancelled():
                kept.set_result(None)
        for event in [] if full else events:
            self._hand(event)

    async def _kept(
        self, group: list[tuple[Arrived, asyncio.Future[None]]], full: bool, db: AsyncSession
    ) -> list[Event]:
        owner = None if full else self._me()
        return await inbound.keep(db, [one for one, _ in group], owner, self._now())

    def _hand(self, event: Event) -> None:
        """Put an event in the line of its address, and let somebody begin when nobody works on it."""
        place = (event.channel, event.address)
        self._in_hand += 1
        if place in self._lines:
            self._lines[place].append(event)
            return
        self._lines[place] = deque([event])
        self._turns.append(place)
        self._begin()

    def _begin(self) -> None:
        if len(self._working) < WORKERS and self._turns and not self._stopping:
            task = asyncio.create_task(self._work())
            self._working.add(task)
            task.add_done_callback(self._worked)

    def _worked(self, task: asyncio.Task[None]) -> None:
        """Somebody stopped working: whoever came while they were about to is not left waiting."""
        self._working.discard(task)
        if error := None if task.cancelled() else task.exception():
            log.error("worker broke", error=type(error).__name__)
        self._begin()

    async def _work(self) -> None:
        """One event of each address after another, until nobody waits."""
        while self._turns and not self._stopping:
            place = self._turns.popleft()
            line = self._lines[place]
            await self._handle(line.popleft())
            if line:
                self._turns.append(place)
            else:
                del self._lines[place]
            self._in_hand -= 1
            if len(self._done) + len(self._failed) >= AT_ONCE:
                await self._tidy()
            await _give_way()
        await self._tidy()
        if self._behind:
            await self.refill()

    async def _handle(self, event: Event) -> None:
        body = self._vault.unseal(event.body)
        try:
            await self._handlers[event.channel](body)
        except Exception as error:
            name = type(error).__name__
            log.error("event failed", channel=event.channel, row=event.id, error=name)
            self._failed.append(event.id)
        else:
            self._done.append(event.id)

    async def _tidy(self) -> None:
        """Delete what was handled, and free what failed. Done late: to handle twice does no harm."""
        done, self._done, failed, self._failed = self._done, [], self._failed, []
        try:
            if done:
                await self._store.write(lambda db: inbound.done(db, done))
            if failed:
                await self._store.write(lambda db: inbound.failed(db, failed))
        except Exception as error:
            log.error("events not tidied", error=type(error).__name__)
            self._done += done
            self._failed += failed


async def _give_way() -> None:
    """Let who waits for a 200 go first: that has a time limit, and handling has none."""
    began = time.perf_counter()
    await asyncio.sleep(0)
    lag = time.perf_counter() - began
    if lag > BUSY:
        await asyncio.sleep(2 * lag)
