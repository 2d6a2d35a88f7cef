"""The answer window: how fast a channel may be used without ever breaking its sliding limits.

A place is taken when a request starts and given back a second (or what the limit says) after its
*answer* came. The platform counted the request before it answered, so no stretch of that length can
hold more than the limit, whatever the network does (facts/platform.md, "Sending under limits").
"""

import asyncio
from collections import deque
from dataclasses import dataclass

from content.limits import Limits, Rate


class Gate:
    """One rate: so many places, each free again that long after its answer."""

    def __init__(self, rate: Rate) -> None:
        self.places, self.seconds = rate
        self.busy = 0


@dataclass(frozen=True)
class Waiter:
    address: str
    go: asyncio.Future[None]


class Window:
    """The places of one channel. Who answers somebody goes before who only tells something."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._all = Gate(limits.rate) if limits.rate else None
        self._chats: dict[str, Gate] = {}
        self._first: deque[Waiter] = deque()
        self._others: deque[Waiter] = deque()

    def share(self, processes: int) -> None:
        """So many processes use the account: each keeps to its part of the overall rate."""
        if self._all and self._limits.rate:
            self._all.places = max(1, self._limits.rate[0] // max(1, processes))
            self._call()

    async def enter(self, address: str, first: bool) -> None:
        """Wait for a place. Who got one gives it back with `leave` or `release`."""
        waiter = Waiter(address, asyncio.get_running_loop().create_future())
        (self._first if first else self._others).append(waiter)
        self._call()
        try:
            await waiter.go
        except asyncio.CancelledError:
            if not waiter.go.cancelled():  # let in at that very moment
                self.release(address)
            raise

    def leave(self, address: str) -> None:
        """The answer came: the places are free again when their time has passed."""
        loop = asyncio.get_running_loop()
        if self._all:
            loop.call_later(self._all.seconds, self._free, self._all)
        if chat := self._chats.get(address):
            loop.call_later(chat.seconds, self._free_chat, address, chat)

    def release(self, address: str) -> None:
        """Nothing was asked after all: the places are free at once."""
        if self._all:
            self._free(self._all)
        if chat := self._chats.get(address):
            self._free_chat(address, chat)

    def _call(self) -> None:
        """Let in who may go now, in order."""
        for queue in (self._first, self._others):
            for waiter in list(queue):
                if waiter.go.done():  # cancelled meanwhile
                    queue.remove(waiter)
                elif self._full():
                    return
                elif self._enter(waiter.address):
                    queue.remove(waiter)
                    waiter.go.set_result(None)

    def _full(self) -> bool:
        return self._all is not None and self._all.busy >= self._all.places

    def _enter(self, address: str) -> bool:
        rate = self._limits.per(address)
        if rate:
            chat = self._chats.setdefault(address, Gate(rate))
            if chat.busy >= chat.places:
                return False
            chat.busy += 1
        if self._all:
            self._all.busy += 1
        return True

    def _free(self, gate: Gate) -> None:
        gate.busy -= 1
        self._call()

    def _free_chat(self, address: str, gate: Gate) -> None:
        gate.busy -= 1
        if not gate.busy:
            self._chats.pop(address, None)
        self._call()
