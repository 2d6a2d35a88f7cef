"""A webhook for the live check list that keeps what comes, and refuses the first event of each kind once."""

import asyncio
import hashlib
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels import zalo_bot, zalo_oa
from bot.channels.webhooks import posted
from bot.channels.zalo_bot_events import Json, inside, read
from bot.zalo_check_words import KEY, Failed

MOST = 1000
"""Posts that are kept: enough for an operator who presses everything there is."""


@dataclass(frozen=True)
class Post:
    """Something that came. In memory only, and never shown: it holds what people wrote."""

    at: datetime
    headers: Mapping[str, str]
    raw: bytes
    said: Json
    """The body; empty when it is no JSON object."""
    refused: bool = False
    """Answered 500, so that a retry shows."""

    @property
    def event(self) -> Json:
        return inside(self.said, "result") or self.said

    @property
    def name(self) -> str:
        """Of the event; empty for a probe."""
        name = str(self.event.get("event_name") or "")
        return name if KEY.fullmatch(name) else ""

    @property
    def message(self) -> Json:
        return inside(self.event, "message")

    @property
    def key(self) -> str:
        """Names this very event, also when it comes again."""
        said = self.message.get("message_id") or self.message.get("msg_id")
        return str(said) if said else hashlib.sha256(self.raw).hexdigest()


class Ear:
    """`bot` and `oa` are what came, oldest first."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.bot: list[Post] = []
        self.oa: list[Post] = []
        self.now = now
        self.app = Starlette(
            routes=[
                Route(zalo_bot.PATH, self._to_bot, methods=["POST"]),
                Route(zalo_oa.PATH, self._to_oa, methods=["POST"]),
            ]
        )

    async def _to_bot(self, request: Request) -> Response:
        return await self._posted(request, self.bot)

    async def _to_oa(self, request: Request) -> Response:
        return await self._posted(request, self.oa)

    async def _posted(self, request: Request, posts: list[Post]) -> Response:
        raw = await posted(request)
        if raw is None:
            return Response(status_code=413)
        return Response(status_code=500 if self.heard(posts, raw, request.headers) else 200)

    def heard(self, posts: list[Post], raw: bytes, headers: Mapping[str, str]) -> bool:
        """Keep it; whether to refuse it, as the first event of its kind."""
        post = Post(self.now(), headers, raw, read(raw) or {})
        refused = bool(post.name) and post.name not in {known.name for known in posts}
        if len(posts) < MOST:
            posts.append(Post(post.at, headers, raw, post.said, refused))
        return refused


class Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Whoever waits for the end of the listening also minds Ctrl-C."""
        yield


async def serving(ear: Ear, host: str, port: int, work: Callable[[], Awaitable[None]]) -> None:
    """Work while the webhooks are open. Failed when something else has the address."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError:
        raise Failed(f"{host}:{port} is in use or not ours: stop the program first") from None
    config = uvicorn.Config(
        ear.app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1
    )
    server = Server(config)
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await work()
    finally:
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await running
