"""What channels share that are told of messages by webhooks: reading a post, and work in the background."""

import asyncio
from collections.abc import Awaitable

from starlette.requests import Request

MAX_BODY = 1024 * 1024


async def posted(request: Request) -> bytes | None:
    """What was posted; None when it is larger than MAX_BODY, and then no more of it is kept."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


class Background:
    """Work nobody waits for, until it is stopped."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Future[None]] = set()

    def do(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
