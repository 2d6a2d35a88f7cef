"""What the events of the Official Account say to the bot (facts/zalo.md, 2.9)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.conversation import VALUE
from handlers.turn import Incoming

CHANNEL = "zalo_oa"
GROUP = "group:"
"""Before the address of somebody in a group: `group:<group>/<user>`."""
PRESSED = "#"
"""Before the payload of our buttons, which comes back as a typed text (2.4)."""
CALLS = frozenset({"ghi", "log", "báo", "bao"})
"""First words by which a message in a group speaks to the bot."""
KINDS = {
    "user_send_text": "text",
    "user_send_link": "text",
    "user_send_image": "photo",
    "user_send_location": "location",
    "user_send_sticker": "sticker",
    "user_send_audio": "voice",
    "user_send_file": "file",
    "user_send_video": "other",
    "user_send_gif": "other",
    "user_send_business_card": "other",
}
TO_USERS = ("oa_", "user_received_", "user_seen_")
"""Events in which the Official Account is the sender and the person the recipient."""
MESSAGE, LEFT, STAFF, PHONE, OTHER = "message", "left", "staff", "phone", "other"

Json = dict[str, Any]
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_KEY = re.compile(r"[!-~]{1,200}")


@dataclass(frozen=True)
class Event:
    """Something the bot may have to do about. `text`: what staff wrote, or the number somebody left."""

    name: str
    what: str
    """One of MESSAGE, LEFT, STAFF, PHONE; OTHER: somebody did something, and that is all."""
    key: str
    """Names this very event, also when it is delivered again."""
    address: str
    at: datetime | None = None
    text: str = ""
    message: Incoming | None = None


def understood(event: Json) -> Event | None:
    """None for what names nobody, is not meant for the bot, or is no event at all."""
    name = _words(event.get("event_name"))
    if name == "user_send_group_text":
        return _in_group(event)
    user = _user(name, event)
    if not user or name.startswith(("anonymous_", "user_send_group_")):
        return None
    if name in KINDS:
        message = _message(KINDS[name], user, event)
        return _event(MESSAGE, user, event, message=message) if message else None
    if name == "unfollow":
        return _event(LEFT, user, event)
    if name == "oa_send_text":
        return _event(STAFF, user, event, _words(_at(event, "message", "text")))
    if name == "user_submit_info" and (phone := _phone(event)):
        return _event(PHONE, user, event, phone)
    return _event(OTHER, user, event)


def of_another(event: Json, oa_id: str) -> bool:
    """Whether an event is about an Official Account that is not `oa_id`; empty: any is ours."""
    if not oa_id:
        return False
    if given := _id(event.get("oa_id")):
        return given != oa_id
    sides = {_id(_at(event, side, "id")) for side in ("sender", "recipient")} - {""}
    grouped = "group" in _words(event.get("event_name"))  # there the recipient is the group
    return bool(sides) and not grouped and oa_id not in sides


def _event(
    what: str, address: str, event: Json, text: str = "", message: Incoming | None = None
) -> Event:
    name = _words(event.get("event_name"))
    told = _key(_at(event, "message", "msg_id"))
    key = f"{name}:{told}" if told else f"{name}:{address}:{_words(event.get('timestamp'))}"
    return Event(name, what, key, address, _time(event), text, message)


def _message(kind: str, user: str, event: Json) -> Incoming | None:
    """A private message; None when it cannot be told from another one."""
    message_id = _key(_at(event, "message", "msg_id"))
    text = _words(_at(event, "message", "text"))
    if kind == "text":
        text = text or _url(event)
    elif kind == "photo" and text:
        kind = "text"
    elif kind != "photo":
        text = ""
    if not message_id:
        return None
    chosen = text.removeprefix(PRESSED)
    if chosen != text and VALUE.fullmatch(chosen):
        return Incoming(CHANNEL, user, message_id, chosen=chosen, sent_at=_time(event))
    return Incoming(CHANNEL, user, message_id, text=text, kind=kind, sent_at=_time(event))


def _in_group(event: Json) -> Event | None:
    """A message in a group of the Official Account, when it speaks to the bot."""
    group, user = (_id(_at(event, side, "id")) for side in ("recipient", "sender"))
    message_id = _key(_at(event, "message", "msg_id"))
    text = unicodedata.normalize("NFC", _words(_at(event, "message", "text"))).strip()
    first, *rest = text.split(maxsplit=1) or [""]
    called = text.startswith(("@", "/")) or first.strip(":,.!").casefold() in CALLS
    if not (group and user and message_id and called):
        return None
    address = f"{GROUP}{group}/{user}"
    text = "".join(rest) if first.startswith("@") else text
    message = Incoming(
        CHANNEL, address, message_id, text=text, sent_at=_time(event), own_address=user
    )
    return _event(MESSAGE, address, event, message=message)


def _user(name: str, event: Json) -> str:
    """Whom an event is about; empty: it does not say."""
    side = "recipient" if name.startswith(TO_USERS) else "sender"
    said = (_at(event, "follower", "id"), event.get("user_id"), _at(event, side, "id"))
    return next(filter(None, map(_id, said)), "")


def _phone(event: Json) -> str:
    """The number of a filled-in form, digits only; a name or address beside it is not read."""
    said = _words(_at(event, "info", "phone")) or _words(_at(event, "message", "info", "phone"))
    digits = re.sub(r"\D", "", said)
    return digits if 8 <= len(digits) <= 15 else ""


def _url(event: Json) -> str:
    """The address of a link without words."""
    attached = _at(event, "message", "attachments")
    first = attached[0] if isinstance(attached, list) and attached else {}
    return _words(_at(first, "payload", "url")) or _words(_at(event, "message", "url"))


def _time(event: Json) -> datetime | None:
    """Zalo's time stamp: milliseconds, as a number or a string."""
    try:
        return datetime.fromtimestamp(int(_words(event.get("timestamp"))) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _at(value: Any, *path: str) -> Any:
    """What stands there; None where anything on the way is missing or something else."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _words(value: Any) -> str:
    """A text, or a number where a text is usual; empty for anything else."""
    usable = isinstance(value, (str, int)) and not isinstance(value, bool)
    return str(value) if usable else ""


def _id(value: Any) -> str:
    text = _words(value)
    return text if _ID.fullmatch(text) else ""


def _key(value: Any) -> str:
    text = _words(value)
    return text if _KEY.fullmatch(text) else ""
