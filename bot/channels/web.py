"""The web page's side of the conversation: messages in by POST, pushed ones out by server-sent events."""

import asyncio
import json
import mimetypes
import secrets
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, Protocol

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.channel import Again, SendError
from bot.channels.web_request import (
    COOKIE,
    HEADER,
    Refused,
    address_of,
    body_of,
    incoming_of,
    lang_of,
    number_of,
    session_of,
)
from bot.files import Files, Gone, Made
from bot.secrets import Show
from content.i18n import translate
from handlers.packing import unpack
from handlers.turn import Can, Incoming, Reply
from store.outbox import Parcel

HEARTBEAT_SECONDS = 25
STREAMS = 5
"""Open pages of one visitor that hear pushed messages."""
VISITORS = 2000
"""Visitors with an open page; later ones still chat, and hear pushed messages when they come back."""
PER_ADDRESS = 20
"""How many visitors' worth of messages one network address may send: a ward office shares one."""

Listener = asyncio.Queue[tuple[int, Reply] | None]


class Desk(Protocol):
    """What the web channel needs of the program behind it."""

    async def answer(self, incoming: Incoming) -> Parcel | None:
        """The planned reply to a message, the same one when it comes again."""

    async def back(self, address: str, after: int) -> list[Parcel]:
        """Somebody opened the page: what waited for them is due; what they got after a number."""

    async def parcel(self, number: int) -> Parcel | None:
        """One parcel by its id."""


class Web:
    name = "web"
    can = Can(buttons=True, files=True, push=True, text_limit=100_000)

    def __init__(self, desk: Desk, files: Files, show: Show, rate: str, secure: bool) -> None:
        """`rate` limits one visitor, as "60/minute"; `secure` keeps the cookie to https."""
        self._desk = desk
        self._files = files
        self._show = show
        self._secure = secure
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = parse(rate)
        self._shared_rate = type(self._rate)(self._rate.amount * PER_ADDRESS, self._rate.multiples)
        self._open: dict[str, set[Listener]] = defaultdict(set)
        self.routes = [
            Route("/api/chat", self._chat, methods=["POST"]),
            Route("/api/events", self._events, methods=["GET"]),
            Route("/api/attachment/{parcel}", self._attachment, methods=["GET"]),
        ]

    async def send(self, parcel: Parcel, reply: Reply, again: Again) -> int:
        """Hand a pushed message to the open pages; with none open it waits for the next one."""
        if not self._open.get(parcel.address):
            raise SendError("no page open", permanent=False, away=True)
        for queue in self._open[parcel.address]:
            queue.put_nowait((parcel.id, reply))
        return 1

    def stop(self) -> None:
        """End every open stream, so that a stop need not wait for pages to be closed."""
        for queues in self._open.values():
            for queue in queues:
                queue.put_nowait(None)

    async def _chat(self, request: Request) -> Response:
        try:
            session = session_of(request) or secrets.token_urlsafe(24)
            self._limit(request, session)
            parcel = await self._desk.answer(
                incoming_of(session, lang_of(request), await body_of(request))
            )
        except Refused as error:
            return _refusal(request, error)
        messages = [shown(parcel.id, await self._show(parcel.payload))] if parcel else []
        response = JSONResponse({"messages": messages})
        if HEADER in request.headers:  # the page's own scripts need not know the session
            return response
        response.set_cookie(
            COOKIE, session, max_age=365 * 86400, httponly=True, samesite="lax", secure=self._secure
        )
        return response

    async def _events(self, request: Request) -> Response:
        try:
            session = session_of(request)
            if session is None:
                raise Refused(400, "Please write a message first.")
            if (
                len(self._open.get(address_of(session), ())) >= STREAMS
                or len(self._open) >= VISITORS
            ):
                raise Refused(429, "Too many pages are open. Please close one and try again.")
        except Refused as error:
            return _refusal(request, error)
        last = number_of(request.headers.get("Last-Event-ID", ""))
        stream = self._stream(address_of(session), last)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    async def _attachment(self, request: Request) -> Response:
        """A file of this visitor's own talk."""
        parcel = await self._desk.parcel(number_of(request.path_params["parcel"]))
        try:
            session = session_of(request)
        except Refused as error:
            return _refusal(request, error)
        file = parcel and unpack(parcel.payload).attachment
        if not parcel or not file or not session or parcel.address != address_of(session):
            return _refusal(request, Refused(404, "That file is not here."))
        try:
            made = await self._files.make(file.name)
        except Gone:
            return _refusal(request, Refused(404, "That file is not here."))
        return download(made)

    async def _stream(self, address: str, last: int) -> AsyncIterator[str]:
        queue: Listener = asyncio.Queue()
        self._open[address].add(queue)
        try:
            yield ": open\n\n"
            for parcel in await self._desk.back(address, last):
                yield _event(parcel.id, await self._show(parcel.payload))
            while True:
                try:
                    pushed = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if pushed is None:
                    return
                yield _event(*pushed)
        finally:
            self._open[address].discard(queue)
            if not self._open[address]:
                del self._open[address]

    def _limit(self, request: Request, session: str) -> None:
        host = request.client.host if request.client else ""
        if not (
            self._limiter.hit(self._rate, "visitor", session)
            and self._limiter.hit(self._shared_rate, "address", host)
        ):
            raise Refused(429, "You are writing very fast. Please wait a minute, then go on.")


def shown(number: int, reply: Reply) -> dict[str, Any]:
    """A reply as the page reads it."""
    options = [{"label": option.label, "value": option.value} for option in reply.options]
    message: dict[str, Any] = {"text": reply.text, "options": options}
    if file := reply.attachment:
        url = f"/api/attachment/{number}"
        message["attachment"] = {
            "kind": file.kind,
            "name": file.name.rpartition("/")[2],
            "url": url,
        }
    return message


def download(made: Made) -> Response:
    """A file as the browser saves it, or shows it when it is a picture."""
    kind = mimetypes.guess_type(made.filename)[0] or "application/octet-stream"
    shown = "inline" if kind.startswith("image/") else "attachment"
    headers = {
        "Content-Disposition": f'{shown}; filename="{made.filename}"',
        "Cache-Control": "no-store",
    }
    return Response(made.data, media_type=kind, headers=headers)


def _event(number: int, reply: Reply) -> str:
    data = json.dumps(shown(number, reply), ensure_ascii=False)
    return f"event: message\nid: {number}\ndata: {data}\n\n"


def _refusal(request: Request, error: Refused) -> Response:
    return JSONResponse({"error": translate(lang_of(request), error.message)}, error.status)
