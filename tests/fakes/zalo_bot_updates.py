"""Messages on their way to the bot: to the webhook, or to whichever poll is open just then."""

import asyncio
import ipaddress
import json
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import httpx

from .zalo_bot_world import Now, Options, Refused
from .zalo_faults import Json

KEPT = timedelta(minutes=1)
USER_AGENT = "Java/1.8.0_192"


@dataclass(frozen=True)
class Delivery:
    """One POST to the webhook and its outcome; status 0 when no answer came."""

    message_id: str
    status: int
    body: bytes
    error: str = ""

    @property
    def taken(self) -> bool:
        return 200 <= self.status <= 299


@dataclass(frozen=True)
class Webhook:
    url: str = ""
    secret: str = ""
    updated_at: int = 0


class Polls:
    """Open getUpdates; each is answered with one message at the most (facts/zalo.md, 1.4)."""

    def __init__(self, options: Options, now: Now) -> None:
        self._options = options
        self._now = now
        self._open: list[tuple[datetime, asyncio.Future[Json]]] = []
        self._kept: deque[tuple[datetime, Json]] = deque()

    @property
    def open(self) -> list[asyncio.Future[Json]]:
        return [poll for _, poll in self._open if not poll.done()]

    async def get(self, seconds: float) -> Json:
        if self._kept:
            return self._kept.popleft()[1]
        if seconds <= 0:
            raise timed_out()
        if self._options.second_poll == "conflict":
            self.end(Refused(409, "Conflict"))
        poll: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        waiting = (self._now() + timedelta(seconds=seconds), poll)
        self._open.append(waiting)
        try:
            return await poll
        finally:
            self._open.remove(waiting)

    def offer(self, event: Json) -> bool:
        """Whether somebody has the message now, or may still come for it."""
        if self.open:
            self.open[0].set_result(event)
        elif self._options.buffer == "short":
            self._kept.append((self._now() + KEPT, event))
        else:
            return False
        return True

    def end(self, reason: Refused) -> None:
        for poll in self.open:
            poll.set_exception(reason)

    def tick(self) -> int:
        """Ends what is due; returns how many messages nobody has come for."""
        for until, poll in self._open:
            if until <= self._now() and not poll.done():
                poll.set_exception(timed_out())
        waited = len(self._kept)
        self._kept = deque(kept for kept in self._kept if kept[0] > self._now())
        return waited - len(self._kept)


class Updates:
    def __init__(self, options: Options, now: Now) -> None:
        self.webhook = Webhook()
        self.polls = Polls(options, now)
        self.posts: list[Delivery] = []
        self.lost = 0
        self._options = options
        self._now = now
        self._again: list[tuple[datetime, int, Json]] = []

    async def offer(self, event: Json, attempt: int = 0) -> None:
        if not self.webhook.url:
            self.lost += not self.polls.offer(event)
        elif not await self._delivered(event):
            self._postpone(event, attempt)

    def _postpone(self, event: Json, attempt: int) -> None:
        if attempt == len(self._options.retries):
            self.lost += 1
            return
        due = self._now() + timedelta(seconds=self._options.retries[attempt])
        self._again.append((due, attempt + 1, event))

    async def tick(self) -> None:
        """Whatever is due by the clock: retries, polls which end, messages kept for too long."""
        self.lost += self.polls.tick()
        due = [waiting for waiting in self._again if waiting[0] <= self._now()]
        self._again = [waiting for waiting in self._again if waiting not in due]
        for _, attempt, event in due:
            await self.offer(event, attempt)

    async def _delivered(self, event: Json) -> bool:
        wrapped = {"ok": True, "result": event} if self._options.body == "wrapped" else event
        body = json.dumps(wrapped, ensure_ascii=False, separators=(",", ":")).encode()
        message_id = str(event["message"]["message_id"])
        posts = [await self._post(body, message_id) for _ in range(self._options.repeat)]
        return any(post.taken for post in posts)

    async def _post(self, body: bytes, message_id: str = "") -> Delivery:
        delivery = await posted(self.webhook, body, message_id)
        self.posts.append(delivery)
        return delivery

    async def probe(self) -> Json:
        """What the platform finds at the webhook's address (facts/zalo.md, 1.3, testWebhook)."""
        began = self._now()
        found = await self._post(b"")
        outcome = found.error or HTTP_OUTCOMES.get(found.status) or _outcome(found.status)
        latency = (self._now() - began) // timedelta(milliseconds=1)
        return verdict(self.webhook.url, outcome, found.status, latency)


async def posted(webhook: Webhook, body: bytes, message_id: str) -> Delivery:
    if not is_loopback(webhook.url):
        return Delivery(message_id, 0, b"", "webhook.err.dns")
    headers = {"User-Agent": USER_AGENT, "Content-Type": "application/json"}
    headers["X-Bot-Api-Secret-Token"] = webhook.secret
    try:
        # loopback only: no certificates to load, no proxy to ask, and no clock to time it out
        async with httpx.AsyncClient(verify=False, trust_env=False, timeout=None) as client:
            response = await client.post(webhook.url, content=body, headers=headers)
    except httpx.HTTPError as error:
        refused = isinstance(error, httpx.ConnectError)
        return Delivery(message_id, 0, b"", f"webhook.err.{'conn' if refused else 'other'}")
    return Delivery(message_id, response.status_code, response.content)


def verdict(url: str, outcome: str, status: int, latency: int = 0) -> Json:
    ok = outcome == "webhook.ok"
    found: Json = {"ok": ok, "url": url, "status_code": status, "outcome": outcome}
    return found | {"latency_ms": latency, "hint": "" if ok else HINTS.get(outcome, OTHER_HINT)}


def _outcome(status: int) -> str:
    if 200 <= status <= 299:
        return "webhook.ok"
    return "webhook.http.5xx" if status >= 500 else "webhook.http.other"


def is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == "localhost" or bool((address := as_address(host)) and address.is_loopback)


def as_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def timed_out() -> Refused:
    return Refused(408, "Request timeout")


HTTP_OUTCOMES = {403: "webhook.http.403", 404: "webhook.http.404"}
HINTS = {"webhook.http.403": "Endpoint refused the request"}
OTHER_HINT = "Check that the endpoint answers POST with 200"
