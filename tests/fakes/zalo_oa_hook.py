"""Events on their way to the program: signed, repeated, given up (facts/zalo.md, 2.9)."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import httpx

from .zalo_faults import Json
from .zalo_oa_options import Options
from .zalo_oa_wire import signature, spelled

ANSWER_WITHIN = 2.0
"""Seconds of real time."""
PAUSES = [timedelta(seconds=s) for s in (30, 300, 900, 1_800, 3_600)]
"""After each failure, until the next try."""


@dataclass(frozen=True)
class Delivery:
    """One POST to the webhook and its outcome; status 0 when no answer came in time."""

    event: str
    status: int
    seconds: float
    num_retry: int
    body: bytes


@dataclass(frozen=True)
class Post:
    """An event to be posted: what it says, and which retry this is."""

    event: str
    body: bytes
    timestamp: str
    num_retry: int = 0


class Courier:
    def __init__(
        self, app_id: str, oa_secret: str, options: Options, now: Callable[[], datetime]
    ) -> None:
        self.url: str | None = None
        self.off = False
        self.lost = 0
        """Events nobody will be told of any more."""
        self.posts: list[Delivery] = []
        self.held: list[Post] | None = None
        """Events of a batch under way."""
        self.planned: list[tuple[datetime, Post]] = []
        self._app_id = app_id
        self._oa_secret = oa_secret
        self._options = options
        self._now = now

    async def tell(self, event: Json) -> None:
        """Delivers an event now. Never raises: a failure is planned to be tried again."""
        post = self._post(event)
        if self.held is None:
            await self._deliver(post)
        else:
            self.held.append(post)

    async def release(self) -> None:
        """Delivers what was held back."""
        held, self.held = self.held or [], None
        for post in reversed(held) if self._options.shuffled else held:
            await self._deliver(post)

    def later(self, event: Json, seconds: float) -> None:
        self.planned.append((self._now() + timedelta(seconds=seconds), self._post(event)))

    async def tick(self) -> None:
        """Delivers what is due by the clock."""
        due = sorted((p for p in self.planned if p[0] <= self._now()), key=lambda p: p[0])
        self.planned = [p for p in self.planned if p not in due]
        for _, post in due:
            await self._deliver(post)

    def _post(self, event: Json) -> Post:
        return Post(event["event_name"], spelled(event), str(event["timestamp"]))

    async def _deliver(self, post: Post) -> None:
        if self.off or self.url is None:
            self.lost += 1
            return
        times = self._options.repeat
        outcomes = [await self._try(self.url, post) for _ in range(times)]
        if 200 not in outcomes:
            self._failed(post)

    def _failed(self, post: Post) -> None:
        if post.num_retry < len(PAUSES):
            due = self._now() + PAUSES[post.num_retry]
            self.planned.append((due, replace(post, num_retry=post.num_retry + 1)))
            return
        self.off = True
        self.lost += 1 + len(self.planned)
        self.planned = []

    async def _try(self, url: str, post: Post) -> int:
        began = time.monotonic()
        try:
            status = await asyncio.wait_for(self._send(url, post), ANSWER_WITHIN)
        except (httpx.HTTPError, TimeoutError):
            status = 0
        seconds = time.monotonic() - began
        self.posts.append(Delivery(post.event, status, seconds, post.num_retry, post.body))
        return status

    async def _send(self, url: str, post: Post) -> int:
        async with httpx.AsyncClient(trust_env=False, verify=False, timeout=None) as client:
            answer = await client.post(url, content=post.body, headers=self._headers(post))
            return answer.status_code

    def _headers(self, post: Post) -> dict[str, str]:
        signed = signature(self._app_id, post.body, post.timestamp, self._oa_secret)
        signed = self._options.prefix + (signed.upper() if self._options.upper else signed)
        headers = {"Content-Type": "application/json", "X-ZEvent-Signature": signed}
        return headers | ({"num_retry": str(post.num_retry)} if post.num_retry else {})
