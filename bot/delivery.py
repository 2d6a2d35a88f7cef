"""Sending what the outbox holds: answers at once after their commit, the rest when it is due."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from weakref import WeakValueDictionary

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import Channel
from bot.handover import Handover
from bot.leave import next_hour
from bot.log import log
from bot.secrets import Show
from bot.window import Window
from content.limits import Limits
from handlers.pushes import Compose, Ended
from store import claims, senders
from store.db import Store
from store.outbox import AMBIGUOUS, Parcel

IN_HAND = 100
"""Rows taken from the queue at once: some seconds of work, so that a crash leaves few to recover."""
SENDERS = 10
"""Sends at work at once in one channel: so many may be ambiguous after a crash, not more."""
SWEEP_SECONDS = 1
SLIPPED = timedelta(seconds=10)
"""After so long a row that is held and not worked on will not be: a commit is followed at once."""


class Delivery:
    """The only place that sends."""

    def __init__(
        self,
        store: Store,
        channels: Iterable[Channel],
        limits: Mapping[str, Limits],
        compose: Compose,
        ended: Ended,
        show: Show,
        now: Callable[[], datetime],
    ) -> None:
        """`compose` makes what a row says, `ended` keeps what follows from its outcome."""
        self._store = store
        self._channels = {channel.name: channel for channel in channels}
        self._limits = {name: limits[name] for name in self._channels}
        self._windows = {name: Window(limit) for name, limit in self._limits.items()}
        self._senders = {name: asyncio.Semaphore(SENDERS) for name in self._channels}
        self._ended = ended
        self._handover = Handover(
            store, self._channels, self._limits, self._windows, compose, ended, show, now
        )
        self._now = now
        self._me = 0
        self._stopping = False
        self._sweeping = self._wanted = False
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Future[None]] = set()
        self._pushes: set[asyncio.Future[None]] = set()
        self._hands: dict[asyncio.Future[None], int] = {}
        self._missed: dict[int, datetime] = {}

    @property
    def sender_id(self) -> int:
        """This process, as the outbox knows it."""
        return self._me

    async def arrive(self) -> None:
        self._me = await self._store.write(lambda db: senders.arrive(db, self._now()))
        self._share(await self._store.read(lambda db: senders.alive(db, self._now())))

    async def beat(self) -> None:
        """Show life, learn how many processes share the limits, and settle what dead ones held.

        A sweep may go on for hours, and an answer that a dead process held must not wait for its end.
        """

        async def sign(db: AsyncSession) -> tuple[bool, int]:
            known = await senders.beat(db, self._me, self._now())
            return known, await senders.alive(db, self._now())

        known, alive = await self._store.write(sign)
        if not known:
            await self.arrive()
        self._share(alive)
        await self._recover()

    def _share(self, alive: int) -> None:
        for window in self._windows.values():
            window.share(alive)

    async def stop(self) -> None:
        """Wait for the platforms' answers, and leave to others what was not asked for yet."""
        self._stopping = True
        left = {task: n for task, n in self._hands.items() if n not in self._handover.asked}
        for task in left:
            task.cancel()
        await self.settled()

        async def leave(db: AsyncSession) -> None:
            await claims.put_back(db, self._me, left.values())
            await senders.leave(db, self._me)

        await self._store.write(leave)

    def soon(self, parcel: Parcel) -> None:
        """Send an answer without making the caller wait."""
        self._carry(self._answer(parcel), parcel)

    def hurry(self) -> None:
        """Sweep now: somebody is there whom messages waited for."""
        self._start(self.sweep())

    async def settled(self) -> None:
        """Wait until everything in hand has its outcome."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def sweep(self) -> None:
        """Take what is due and send it, until nothing is left to take.

        One at a time: who comes meanwhile only makes the one at work look again.
        """
        self._wanted = True
        if self._sweeping:
            return
        self._sweeping = True
        try:
            while self._wanted:
                self._wanted = False
                await self._sweep()
        finally:
            self._sweeping = False

    async def _sweep(self) -> None:
        if self._stopping or not await self._store.read(lambda db: claims.is_due(db, self._now())):
            return
        await self.beat()
        while not self._stopping:
            for parcel in await self._claimed():
                self._pushing(parcel)
            if not self._pushes:
                return
            # a row that ended lets the next one of its chat go; a slow one holds up nobody
            await asyncio.wait(
                self._pushes, timeout=SWEEP_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )

    def _pushing(self, parcel: Parcel) -> None:
        task = self._carry(self._push(parcel), parcel)
        self._pushes.add(task)
        task.add_done_callback(self._pushes.discard)

    def _carry(self, work: Awaitable[None], parcel: Parcel) -> asyncio.Future[None]:
        task = self._start(work)
        self._hands[task] = parcel.id
        task.add_done_callback(self._let_go)
        return task

    def _let_go(self, task: asyncio.Future[None]) -> None:
        number = self._hands.pop(task)
        if error := None if task.cancelled() else task.exception():
            log.error("row slipped", parcel=number, error=type(error).__name__)

    def _start(self, work: Awaitable[None]) -> asyncio.Future[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _claimed(self) -> list[Parcel]:
        now, room = self._now(), IN_HAND - len(self._pushes)
        if room < IN_HAND // 2:
            return []

        async def claim(db: AsyncSession) -> tuple[list[Parcel], dict[str, list[str]]]:
            allowed = {name: await self._handover.allowed(db, name, now) for name in self._channels}
            return await claims.claim(db, self._me, now, allowed, room), allowed

        parcels, allowed = await self._store.write(claim)
        if len(parcels) < room:  # it looked through everything that is due
            await self._put_off(now, allowed)
        return parcels

    async def _put_off(self, now: datetime, allowed: dict[str, list[str]]) -> None:
        """What may not leave now waits for the next full hour, when that may have changed."""
        until = next_hour(now)
        while await self._store.write(lambda db: claims.put_off(db, now, allowed, until)):
            pass

    async def _recover(self) -> None:
        """Settle what processes held that are no more, and what slipped out of the own hands."""
        now, slipped = self._now(), await self._slipped()

        async def recover(db: AsyncSession) -> list[Parcel]:
            lost = await claims.recover(db, now, slipped)
            for parcel in lost:
                await self._follow(db, parcel, now)
            return lost

        for parcel in await self._store.write(recover):
            log.warning("ambiguous", parcel=parcel.id, channel=parcel.channel, code="crash")

    async def _follow(self, db: AsyncSession, parcel: Parcel, now: datetime) -> None:
        """What follows from a lost send. Should that break, nobody else may have to wait for it."""
        try:
            async with db.begin_nested():
                await self._ended(db, parcel, AMBIGUOUS, now)
        except Exception as error:
            log.error("ending broke", parcel=parcel.id, error=type(error).__name__)

    async def _slipped(self) -> set[int]:
        """Rows held in the name of this process that nothing here has worked on for a while.

        So it is when the database failed at the wrong moment: while it took a row, or an outcome.
        """
        now, held = self._now(), await self._store.read(lambda db: claims.held(db, self._me))
        missed = held.difference(self._hands.values())
        self._missed = {number: self._missed.get(number, now) for number in missed}
        return {number for number, since in self._missed.items() if now - since >= SLIPPED}

    async def _answer(self, parcel: Parcel) -> None:
        """Send a fresh answer, after what was answered in this chat before."""
        async with self._locks.setdefault(parcel.chat_id, asyncio.Lock()):
            if parcel.sender_id is not None:
                await self._handover.answer(parcel)
            elif taken := await self._store.write(partial(self._take, parcel.id)):
                await self._handover.work(taken)

    async def _take(self, parcel_id: int, db: AsyncSession) -> Parcel | None:
        return await claims.take(db, self._me, parcel_id, self._now())

    async def _push(self, parcel: Parcel) -> None:
        async with self._senders[parcel.channel]:
            if not self._stopping:
                await self._handover.work(parcel)
