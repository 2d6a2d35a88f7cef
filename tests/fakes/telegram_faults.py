"""What can go wrong on purpose: ordered failures, and the rate limits of the Bot API."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus

from .telegram_http import CUT, GARBLED, ApiError, Reply, refused, too_many

Spoil = Callable[[Reply], Awaitable[Reply]]


async def _unspoiled(reply: Reply) -> Reply:
    return reply


@dataclass
class Fault:
    """`instead` is answered without performing the call; `spoil` changes the answer to it."""

    method: str
    times: int
    chat_id: int | None = None
    instead: Reply | None = None
    spoil: Spoil = _unspoiled


SOUND = Fault(method="", times=0)


class Faults:
    """The part of the fake by which a test orders failures; each ends after `times` calls."""

    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def fail(
        self,
        method: str,
        status: int = 429,
        retry_after: int = 3,
        description: str | None = None,
        times: int = 1,
        chat_id: int | None = None,
    ) -> None:
        """The call is refused and does nothing; `retry_after` counts for 429 only."""
        reply = _failure(status, retry_after, description)
        self._ordered.append(Fault(method, times, chat_id, instead=reply))

    def cut(self, method: str, times: int = 1, after_accepting: bool = False) -> None:
        """The connection closes before an answer, the call performed or not."""
        instead = None if after_accepting else CUT
        self._ordered.append(Fault(method, times, instead=instead, spoil=_cut))

    def slow(self, method: str, event: asyncio.Event, times: int = 1) -> None:
        """The call is performed at once, its answer waits for the event."""
        self._ordered.append(Fault(method, times, spoil=_waiting(event)))

    def garble(self, method: str, times: int = 1) -> None:
        """The call is performed, its answer is 200 and not JSON."""
        self._ordered.append(Fault(method, times, spoil=_garbled))

    def _fault(self, method: str, chat_id: object) -> Fault:
        for fault in self._ordered:
            if fault.method.lower() == method.lower() and fault.chat_id in (None, chat_id):
                fault.times -= 1
                self._ordered = [ordered for ordered in self._ordered if ordered.times]
                return fault
        return SOUND


def _failure(status: int, retry_after: int, description: str | None) -> Reply:
    error = too_many(retry_after)
    if status != 429:
        error = ApiError(status, HTTPStatus(status).phrase)
    return refused(ApiError(status, description or error.description, error.retry_after))


async def _cut(_reply: Reply) -> Reply:
    return CUT


async def _garbled(_reply: Reply) -> Reply:
    return GARBLED


def _waiting(event: asyncio.Event) -> Spoil:
    async def wait(reply: Reply) -> Reply:
        await event.wait()
        return reply

    return wait


class Limits:
    """At most so many messages in any one second: to everybody, and to each chat."""

    def __init__(self, overall: int, per_chat: int, clock: Callable[[], int]) -> None:
        self._overall = overall
        self._per_chat = per_chat
        self._clock = clock
        self._sent: defaultdict[object, deque[int]] = defaultdict(deque)

    def spend(self, chat_id: object) -> None:
        now = self._clock()
        windows = [
            (self._window("everybody", now), self._overall),
            (self._window(chat_id, now), self._per_chat),
        ]
        for window, limit in windows:
            if len(window) >= limit:
                raise too_many(window[0] + 1 - now)
        for window, _ in windows:
            window.append(now)

    def _window(self, whose: object, now: int) -> deque[int]:
        sent = self._sent[whose]
        while sent and sent[0] <= now - 1:
            sent.popleft()
        return sent
