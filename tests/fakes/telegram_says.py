"""What users send: the contents of messages and the changes of the bot's own membership."""

import re

from .telegram_html import units
from .telegram_http import Json

COMMAND = re.compile(r"(?<!\S)/[A-Za-z0-9_]{1,64}(?:@\w+)?")


def text(words: str) -> Json:
    commands = [_command(words, found) for found in COMMAND.finditer(words)]
    return {"text": words} | ({"entities": commands} if commands else {})


def _command(words: str, found: re.Match[str]) -> Json:
    offset = units(words[: found.start()])
    return {"type": "bot_command", "offset": offset, "length": units(found[0])}


def _file(name: str) -> Json:
    return {"file_id": f"{name}-file", "file_unique_id": name, "file_size": 1024}


def photo() -> Json:
    sizes = [(90, 67), (320, 240), (800, 600)]
    return {"photo": [_file(f"photo{w}") | {"width": w, "height": h} for w, h in sizes]}


def sticker() -> Json:
    look = {"type": "regular", "is_animated": False, "is_video": False, "emoji": "👍"}
    return {"sticker": _file("sticker") | {"width": 512, "height": 512} | look}


def voice() -> Json:
    return {"voice": _file("voice") | {"duration": 3, "mime_type": "audio/ogg"}}


def location() -> Json:
    return {"location": {"latitude": 10.7769, "longitude": 106.7009}}


def contact(user: Json) -> Json:
    card = {"phone_number": "+84900000000", "first_name": user["first_name"]}
    return {"contact": card | {"user_id": user["id"]}}


def membership(me: Json, chat: Json, user: Json, date: int, change: tuple[str, str]) -> Json:
    old, new = ({"user": me, "status": status} | UNTIL.get(status, {}) for status in change)
    changed = {"old_chat_member": old, "new_chat_member": new}
    return {"chat": chat, "from": user, "date": date} | changed


UNTIL: dict[str, Json] = {"kicked": {"until_date": 0}}
