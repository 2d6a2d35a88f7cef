"""What both fakes of Zalo send back, sound and broken, and the failures a test orders."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What goes back to the program; a `cut` one is a connection closed before the answer ends."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    cut: bool = False


CUT = Reply(200, b"{}", cut=True)
GARBLED = Reply(200, b"<html><body>502 Bad Gateway</body></html>", "text/html")


def answer(content: Any, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Reply:
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return Reply(status, body, headers=headers)


# --- failures in order --------------------------------------------------------------------------

Refusal: TypeAlias = Callable[[int | None, int | None, str | None], Reply]
Spoil: TypeAlias = Callable[[Reply], Awaitable[Reply]]
ANY = "*"


async def _unspoiled(reply: Reply) -> Reply:
    return reply


@dataclass
class Fault:
    """`instead` is answered without performing the call; `spoil` changes the answer to it."""

    method: str
    times: int
    chat_id: str | None = None
    instead: Reply | None = None
    spoil: Spoil = _unspoiled


SOUND = Fault(method="", times=0)


class Faults:
    """The part of a fake by which a test orders failures; each ends after `times` calls.

    A method is a name of the Bot platform or a path of the Official Account; "*" is any of them.
    `refusal(status, code, description)` writes a refusal in the words of the platform.
    """

    def __init__(self, refusal: Refusal) -> None:
        self._ordered: list[Fault] = []
        self._refusal = refusal

    def fail(
        self,
        method: str,
        status: int | None = None,
        code: int | None = None,
        *,
        description: str | None = None,
        times: int = 1,
        chat_id: str | None = None,
    ) -> None:
        """The call is refused and does nothing.

        `status` is that of HTTP, `code` the one in the body; the platform decides one not given.
        """
        reply = self._refusal(status, code, description)
        self._ordered.append(Fault(method, times, chat_id, instead=reply))

    def cut(self, method: str, times: int = 1, after_accepting: bool = False) -> None:
        """The connection closes before an answer, the call performed or not."""
        instead = None if after_accepting else CUT
        self._ordered.append(Fault(method, times, instead=instead, spoil=_cut))

    def slow(self, method: str, event: asyncio.Event, times: int = 1) -> None:
        """The call is performed at once, its answer waits for the event."""
        self._ordered.append(Fault(method, times, spoil=_waiting(event)))

    def garble(self, method: str, times: int = 1) -> None:
        """The call is performed, its answer is 200 and a page of HTML instead of JSON."""
        self._ordered.append(Fault(method, times, spoil=_garbled))

    async def _spoiled(
        self, method: str, chat_id: object, perform: Callable[[], Awaitable[Reply]]
    ) -> Reply:
        """The answer to a call, changed by the oldest failure ordered for it."""
        fault = self._fault(method, chat_id)
        return fault.instead or await fault.spoil(await perform())

    def _fault(self, method: str, chat_id: object) -> Fault:
        for fault in self._ordered:
            if fault.method in (method, ANY) and fault.chat_id in (None, chat_id):
                fault.times -= 1
                self._ordered = [ordered for ordered in self._ordered if ordered.times]
                return fault
        return SOUND


async def _cut(_reply: Reply) -> Reply:
    return CUT


async def _garbled(_reply: Reply) -> Reply:
    return GARBLED


def _waiting(event: asyncio.Event) -> Spoil:
    async def wait(reply: Reply) -> Reply:
        await event.wait()
        return reply

    return wait


# --- serving ------------------------------------------------------------------------------------


def answering(perform: Callable[[Request], Awaitable[Reply]]) -> ASGIApp:
    """The ASGI application which answers every request, its body already read, by `perform`."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "Zalo speaks HTTP only"
        request = Request(scope, receive)
        await request.body()
        work = asyncio.ensure_future(perform(request))
        leaving = asyncio.ensure_future(receive())
        try:
            # an answer may wait for long, but never for a client which has left
            await asyncio.wait({work, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if work.done():
                await _send(work.result(), scope, receive, send)
        finally:
            work.cancel()
            leaving.cancel()

    return app


async def _send(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    if reply.cut:
        # a body promised and never sent leaves the server no choice but to drop the connection
        length = (b"content-length", str(len(reply.body)).encode())
        await send({"type": "http.response.start", "status": reply.status, "headers": [length]})
        return
    headers = dict(reply.headers)
    response = Response(reply.body, reply.status, headers, media_type=reply.media_type)
    await response(scope, receive, send)
