"""Updates on their way to the bot: one queue, emptied by long polling or by a webhook."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import count, islice

import httpx

from .telegram_http import ApiError, Fields, Json, Params, Reply, bind, decode

Execute = Callable[[str, Params], Awaitable[Reply]]


@dataclass(frozen=True)
class Update:
    update_id: int
    chat_id: int
    body: bytes


@dataclass(frozen=True)
class Delivery:
    """One POST to the webhook and its outcome; status 0 when no answer came."""

    update_id: int
    status: int
    body: bytes


def conflict(problem: str) -> ApiError:
    return ApiError(409, f"Conflict: {problem}")


@dataclass
class Webhook:
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    error: Json = field(default_factory=dict)


class Queue:
    """Updates not yet acknowledged, oldest first, and who takes them: a poll or the webhook."""

    def __init__(self) -> None:
        self.webhook = Webhook()
        self.pending: dict[int, Update] = {}
        self.allowed: list[str] = []
        self._ids = count(731_000_001)
        self._poll: asyncio.Future[None] | None = None

    def add(self, kind: str, chat_id: int, content: Json) -> int:
        update_id = next(self._ids)
        # a type the bot did not ask for is never queued, though it takes a number here
        if not self.allowed or kind in self.allowed:
            body = json.dumps({"update_id": update_id, kind: content}, ensure_ascii=False)
            self.pending[update_id] = Update(update_id, chat_id, body.encode())
            self.wake()
        return update_id

    @property
    def polled(self) -> bool:
        return self._poll is not None and not self._poll.done()

    async def get(self, offset: int, limit: int, wait: bool) -> list[Json]:
        self._acknowledge(offset)
        if wait and not self.pending:
            await self._arrival()
        return [json.loads(update.body) for update in islice(self.pending.values(), limit)]

    def wake(self) -> None:
        if self._poll and self.polled:
            self._poll.set_result(None)

    def abort(self, reason: str) -> None:
        if self._poll and self.polled:
            self._poll.set_exception(conflict(f"terminated by {reason}"))

    def _acknowledge(self, offset: int) -> None:
        oldest = sorted(self.pending)[offset] if -len(self.pending) <= offset < 0 else offset
        self.pending = {i: update for i, update in self.pending.items() if i >= oldest}

    async def _arrival(self) -> None:
        # time never passes here, so an empty poll ends by an update, by a rival or by wake()
        self.abort("other getUpdates request; make sure that only one bot instance is running")
        self._poll = asyncio.get_running_loop().create_future()
        await self._poll


class Courier:
    """Posts queued updates to the webhook, those of one chat in order and one at a time."""

    def __init__(self, queue: Queue, clock: Callable[[], int], execute: Execute) -> None:
        self.posts: list[Delivery] = []
        self._queue = queue
        self._clock = clock
        self._execute = execute
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def deliver(self, chat_id: int, repeat: int) -> None:
        async with self._turns[chat_id]:
            waiting = [u for u in self._queue.pending.values() if u.chat_id == chat_id]
            for update in waiting:
                if not (self._queue.webhook.url and await self._delivered(update, repeat)):
                    break

    async def _delivered(self, update: Update, repeat: int) -> bool:
        posts = [await self._post(update) for _ in range(repeat)]
        taken = any(200 <= post.status <= 299 for post in posts)
        if taken:
            self._queue.pending.pop(update.update_id, None)
        return taken

    async def _post(self, update: Update) -> Delivery:
        try:
            response = await self._request(update.body)
        except httpx.HTTPError as error:
            delivery = Delivery(update.update_id, 0, b"")
            self._fail(str(error) or "Webhook connection closed")
        else:
            delivery = Delivery(update.update_id, response.status_code, response.content)
            await self._take(response)
        self.posts.append(delivery)
        return delivery

    async def _request(self, body: bytes) -> httpx.Response:
        headers = {"Content-Type": "application/json"}
        webhook = self._queue.webhook
        if webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = webhook.secret
        # loopback only: no certificates to load, no proxy to ask, and no clock to time it out
        async with httpx.AsyncClient(verify=False, trust_env=False, timeout=None) as client:
            return await client.post(webhook.url, content=body, headers=headers)

    async def _take(self, response: httpx.Response) -> None:
        if response.is_success:
            await self._obey(_answer(response))
        else:
            status = f"{response.status_code} {response.reason_phrase}"
            self._fail(f"Wrong response from the webhook: {status}")

    async def _obey(self, answer: Fields) -> None:
        method = str(answer.pop("method", "")).lower()
        if method and method not in UNANSWERABLE and not method.startswith("get"):
            await self._execute(method, bind(answer))

    def _fail(self, problem: str) -> None:
        self._queue.webhook.error = {
            "last_error_date": self._clock(),
            "last_error_message": problem,
        }


def _answer(response: httpx.Response) -> Fields:
    try:
        return decode(response.headers.get("content-type", ""), response.content)
    except ApiError:
        return {}


# what the real server ignores in a webhook's answer, with every get… method
UNANSWERABLE = {"setwebhook", "deletewebhook", "close", "logout"}
