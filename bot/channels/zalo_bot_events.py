"""Events of the Zalo Bot Platform, read with care (facts/zalo.md, 1.5 to 1.7)."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from unicodedata import normalize

from handlers.turn import Incoming

KINDS = {
    "message.text.received": "text",
    "message.image.received": "photo",
    "message.sticker.received": "sticker",
    "message.voice.received": "voice",
    "message.unsupported.received": "unsupported",
}

Json = dict[str, Any]

_ID = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CAPITAL = "".join(filter(str.isupper, map(chr, range(0x1F00))))
_MENTION = re.compile(rf"(?<!\w)(?i:@bot)(?:\.\w+)*\b(?:[^\S\n]+[{_CAPITAL}]\w*)*\s*")
"""The name of every bot begins with "Bot"; where it ends is a guess (1.1, 1.6)."""


def read(body: bytes) -> Json | None:
    """A JSON object; None for anything else."""
    try:
        data = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def inside(data: Json, key: str) -> Json:
    """An object in an object; empty where there is none."""
    value = data.get(key)
    return value if isinstance(value, dict) else {}


def understood(event: Json, bot_name: str) -> Incoming | None:
    """What an event says to the bot; None for bots, unknown events and those without usable ids.

    It may come wrapped or bare, its numbers as text (1.5, 5.6).
    """
    event = inside(event, "result") or event
    message = inside(event, "message")
    sender, chat = inside(message, "from"), inside(message, "chat")
    user, place, message_id = _id(sender, "id"), _id(chat, "id"), _id(message, "message_id")
    kind = KINDS.get(_text(event, "event_name"))
    from_bot = _text(sender, "is_bot").lower() == "true"
    if not (kind and user and place and message_id) or from_bot:
        return None
    chat_type = _text(chat, "chat_type").upper()
    group = chat_type == "GROUP" or (chat_type != "PRIVATE" and place != user)
    text = _text(message, "caption" if kind == "photo" else "text").strip()
    text = _without_mention(text, bot_name) if group else text
    return Incoming(
        "zalo_bot",
        f"{place}/{user}" if group else place,
        message_id,
        text=text if kind in ("text", "photo") else "",
        kind="text" if kind == "photo" and text else kind,
        sent_at=_moment(message.get("date")),
        own_address=user if group else "",
    )


def _text(data: Json, key: str) -> str:
    value = data.get(key)
    return str(value) if isinstance(value, str | int | float) else ""


def _id(data: Json, key: str) -> str:
    value = _text(data, key)
    return value if _ID.fullmatch(value) else ""


def number(value: object) -> int | None:
    try:
        return int(value) if isinstance(value, str | int | float) else None
    except (ValueError, OverflowError):
        return None


def _moment(milliseconds: object) -> datetime | None:
    since = number(milliseconds)
    try:
        return None if since is None else _EPOCH + timedelta(milliseconds=since)
    except OverflowError:
        return None


def _without_mention(text: str, bot_name: str) -> str:
    """What is said to the bot. Zalo marks no mentions, so an unknown name ends at a small letter (1.6)."""
    words = [re.escape(word) for word in normalize("NFC", bot_name).lstrip("@").split()]
    name = r"\s+".join(words)
    exact = re.compile(rf"(?<!\w)@{name}(?!\w)\s*", re.IGNORECASE)
    mention = exact if name else _MENTION
    return mention.sub("", normalize("NFC", text)).lstrip(",:; \n").rstrip()
