"""The wire of the Bot API: requests in any of its encodings, answers sound and broken."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

Json: TypeAlias = dict[str, Any]
Params: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Upload:
    """A file sent by the bot, as found in the parameters of a recorded call."""

    filename: str
    data: bytes


Fields: TypeAlias = dict[str, str | Upload]


class ApiError(Exception):
    """A refusal the Bot API answers with."""

    def __init__(self, code: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad(problem: str) -> ApiError:
    return ApiError(400, f"Bad Request: {problem}")


def too_many(retry_after: int) -> ApiError:
    return ApiError(429, f"Too Many Requests: retry after {retry_after}", retry_after)


@dataclass(frozen=True)
class Reply:
    """What goes back to the bot; a `cut` one is a connection closed before the answer ends."""

    status: int
    body: bytes
    retry_after: int | None = None
    cut: bool = False


CUT = Reply(200, b"{}", cut=True)
GARBLED = Reply(200, b"<html><body>502 Bad Gateway</body></html>")


def accepted(result: Any) -> Reply:
    return Reply(200, _dump({"ok": True, "result": result}))


def refused(error: ApiError) -> Reply:
    answer: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.retry_after is not None:
        answer["parameters"] = {"retry_after": error.retry_after}
    return Reply(error.code, _dump(answer), error.retry_after)


def _dump(answer: Json) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass")


# --- reading requests ---------------------------------------------------------------------------


def decode(content_type: str, body: bytes) -> Fields:
    """The fields of a body in any encoding the Bot API takes; an unknown one holds none."""
    header = Message()
    header["content-type"] = content_type or "none/none"
    decoder = DECODERS.get(header.get_content_type())
    return decoder(body, str(header.get_param("boundary", ""))) if decoder and body else {}


def _decode_form(body: bytes, _boundary: str) -> Fields:
    return dict(parse_qsl(body.decode(), keep_blank_values=True))


def _decode_json(body: bytes, _boundary: str) -> Fields:
    try:
        given = json.loads(body)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise bad("JSON object expected")
    # the real server keeps every value as text and reads it again, so null becomes "null" there
    return {k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()}


def _decode_multipart(body: bytes, boundary: str) -> Fields:
    if not boundary:
        raise bad("boundary not found")
    parts = (b"\r\n" + body).split(b"\r\n--" + boundary.encode())
    return dict(_part(part.removeprefix(b"\r\n")) for part in parts[1:-1])


def _part(part: bytes) -> tuple[str, str | Upload]:
    head, _, content = part.partition(b"\r\n\r\n")
    headers = message_from_string(head.decode())
    name = headers.get_param("name", header="content-disposition")
    if name is None:
        raise bad("field name in multipart/form-data not found")
    filename = headers.get_filename()
    return str(name), content.decode() if filename is None else Upload(filename, content)


DECODERS: dict[str, Callable[[bytes, str], Fields]] = {
    "application/x-www-form-urlencoded": _decode_form,
    "application/json": _decode_json,
    "multipart/form-data": _decode_multipart,
}


def bind(fields: Fields) -> Params:
    """Typed parameters, the same for every encoding; attached files replace their references."""
    attached = {
        name: value.removeprefix("attach://")
        for name, value in fields.items()
        if name in FILES and isinstance(value, str) and value.startswith("attach://")
    }
    named = {k: _typed(k, v) for k, v in fields.items() if k not in attached.values()}
    return named | {name: fields.get(part) for name, part in attached.items()}


def _typed(name: str, value: str | Upload) -> Any:
    reader = READERS.get(name)
    return reader(value) if reader and isinstance(value, str) else value


def _integer(text: str) -> int | str:
    return int(text) if re.fullmatch(r"[+-]?\d+", text) else text


def _structure(text: str) -> Any:
    # left as text when it is no JSON: the method then refuses it in its own words
    try:
        return json.loads(text)
    except ValueError:
        return text


def _truth(text: str) -> bool:
    return text.lower() in {"true", "yes", "1"}


FILES = {"document", "photo"}
INTEGERS = ["chat_id", "message_id", "message_thread_id", "offset", "limit", "timeout"]
INTEGERS += ["max_connections", "cache_time"]
STRUCTURES = ["reply_markup", "allowed_updates", "commands", "scope", "entities"]
STRUCTURES += ["caption_entities", "link_preview_options", "reply_parameters"]
TRUTHS = ["drop_pending_updates", "show_alert", "disable_notification", "protect_content"]
TRUTHS += ["disable_content_type_detection", "has_spoiler", "show_caption_above_media"]
READERS: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(INTEGERS, _integer),
    **dict.fromkeys(STRUCTURES, _structure),
    **dict.fromkeys(TRUTHS, _truth),
}


# --- serving ------------------------------------------------------------------------------------

Perform: TypeAlias = Callable[[str, str, Params], Awaitable[Reply]]
PATH = re.compile(r"/bot([^/]+)/([^/]+)")


def endpoint(perform: Perform) -> ASGIApp:
    """The ASGI application which answers `/bot<token>/<method>` with what `perform` replies."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "the Bot API speaks HTTP only"
        request = Request(scope, receive)
        body = await request.body()
        answering = asyncio.ensure_future(_answer(perform, request, body))
        leaving = asyncio.ensure_future(receive())
        try:
            # an answer may wait for long, but never for a client which has left
            await asyncio.wait({answering, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                await _send(answering.result(), scope, receive, send)
        finally:
            answering.cancel()
            leaving.cancel()

    return app


async def _answer(perform: Perform, request: Request, body: bytes) -> Reply:
    path = PATH.fullmatch(request.url.path)
    try:
        if path is None or request.method not in {"GET", "POST"}:
            raise ApiError(404, "Not Found")
        sent = decode(request.headers.get("content-type", ""), body)
        return await perform(path[1], path[2], bind({**request.query_params, **sent}))
    except ApiError as error:
        return refused(error)


async def _send(reply: Reply, scope: Scope, receive: Receive, send: Send) -> None:
    if reply.cut:
        # a body promised and never sent leaves the server no choice but to drop the connection
        length = (b"content-length", str(len(reply.body)).encode())
        await send({"type": "http.response.start", "status": reply.status, "headers": [length]})
        return
    headers = {} if reply.retry_after is None else {"Retry-After": str(reply.retry_after)}
    response = Response(reply.body, reply.status, headers, media_type="application/json")
    await response(scope, receive, send)
