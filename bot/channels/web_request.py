"""What a request to the web channel says: its session, its language, its message."""

import hashlib
import json
import re
from typing import Any
from uuid import uuid4

from starlette.requests import Request

from handlers.turn import Incoming

COOKIE = "toso"
HEADER = "X-Chat-Session"
MAX_BODY = 256 * 1024

_SESSION = re.compile(r"[A-Za-z0-9_-]{32}")
_CHOSEN_SESSION = re.compile(r"[A-Za-z0-9_.:-]{1,128}")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Refused(Exception):
    """A request that gets no answer of the bot, but a status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def address_of(session: str) -> str:
    """The chat's address: not the session itself, so that the database opens no talk."""
    return hashlib.sha256(session.encode()).hexdigest()[:32]


def session_of(request: Request) -> str | None:
    """The session of the header, or of the cookie; somebody else's cookie of that name is none."""
    given = request.headers.get(HEADER)
    if given and not _CHOSEN_SESSION.fullmatch(given):
        raise Refused(400, "This page's session is not valid. Please open the page again.")
    kept = request.cookies.get(COOKIE, "")
    return given or (kept if _SESSION.fullmatch(kept) else None)


def number_of(text: str) -> int:
    """A row's number as a page sends it; 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 15 else 0


async def body_of(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise Refused(415, "Please send JSON.")
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise Refused(413, "That message is too long for me. Please say it in a few sentences.")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(400, "I could not read that message. Please try again.") from None
    if not isinstance(data, dict):
        raise Refused(400, "I could not read that message. Please try again.")
    return data


def incoming_of(session: str, lang: str, data: dict[str, Any]) -> Incoming:
    text, chosen = data.get("text"), data.get("choose")
    message_id = data.get("id", uuid4().hex)
    one = (isinstance(text, str) and chosen is None) or (isinstance(chosen, str) and text is None)
    if not one or not isinstance(message_id, str) or not _MESSAGE_ID.fullmatch(message_id):
        raise Refused(400, "I could not read that message. Please try again.")
    return Incoming(
        "web", address_of(session), message_id, text=text or "", chosen=chosen or "", lang=lang
    )


def lang_of(request: Request) -> str:
    """The language of the page, as its address says."""
    return request.query_params.get("lang", "")
