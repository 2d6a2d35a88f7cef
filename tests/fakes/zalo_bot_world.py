"""What the fake Zalo Bot platform remembers: who wrote in, what was sent, the plan, the media."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any, Literal, TypeAlias

from .zalo_faults import Json

Params: TypeAlias = dict[str, Any]
Now: TypeAlias = Callable[[], datetime]
Kind = Literal["text", "photo", "sticker", "voice"]
VIETNAM = timezone(timedelta(hours=7))


@dataclass(frozen=True)
class Options:
    """What no source tells for certain, to be set either way (facts/zalo.md, 1 and 4.1)."""

    http_status: Literal["same_as_code", "always_200"] = "same_as_code"
    text_units: Literal["code_points", "utf16"] = "code_points"
    stranger: Literal[400, 403, 404] = 400
    """The code of a send to a chat which never wrote in, or has blocked the bot."""
    second_poll: Literal["conflict", "both"] = "conflict"
    buffer: Literal["none", "short"] = "none"
    """What becomes of a message no poll is open for: lost at once, or kept for a minute."""
    delete_without_webhook: Literal[400, "ok"] = 400
    body: Literal["wrapped", "bare"] = "wrapped"
    image_field: Literal["photo", "photo_url"] = "photo"
    probe: bool = True
    """Whether setWebhook verifies by a POST without a body; else it asks nobody and is content."""
    count_inbound: bool = True
    max_users: int = 50
    monthly: int = 3000
    max_groups: int = 3
    over_users: Literal["drop", "deliver"] = "drop"
    """Whether one user too many is heard; answers to them are refused with 429 if so."""
    media_life: int = 3600
    """Seconds after which the link to a picture or a voice is gone."""
    tests_a_day: int = 5
    allow_loopback: bool = True
    repeat: int = 1
    """How many times each event is posted to the webhook."""
    retries: tuple[int, ...] = ()
    """Seconds from each failed delivery to the next attempt."""
    name: str = "Bot Phường An Hòa"


class Refused(Exception):
    """A refusal the platform answers with."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


def bad(problem: str) -> Refused:
    return Refused(400, f"Bad request - {problem}")


@dataclass(frozen=True)
class Shown:
    """A message of the bot as it left; one not `delivered` was accepted and shown to nobody."""

    message_id: str
    kind: Kind
    text: str = ""
    photo: str = ""
    caption: str = ""
    sticker: str = ""
    voice_url: str = ""
    parse_mode: str | None = None
    styles: tuple[Json, ...] = ()
    delivered: bool = True


@dataclass(frozen=True)
class Media:
    data: bytes
    kind: str
    until: datetime


def user(number: int | str) -> str:
    """The id of a person: 20 hexadecimal characters; an id already made is left as it is."""
    return _hex(f"user {number}") if isinstance(number, int) else number


def group(number: int | str) -> str:
    """The id of a group, which begins with `zgr-`."""
    return f"zgr-{_hex(f'group {number}')}" if isinstance(number, int) else number


def in_group(chat_id: str) -> bool:
    return chat_id.startswith("zgr-")


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


class World:
    def __init__(self, options: Options, now: Now) -> None:
        self.options = options
        self.now = now
        self.sent: list[tuple[str, Shown]] = []
        self.dropped = 0
        self.media: dict[str, Media] = {}
        self._known: set[str] = set()
        self._members: dict[bool, set[str]] = {True: set(), False: set()}
        self._used: Counter[str] = Counter()
        self._ids = count(1)

    def new_id(self) -> str:
        return _hex(f"message {next(self._ids)}")

    def keep(self, suffix: str, kind: str, data: bytes) -> str:
        """Serves a file for a while; returns its name."""
        name = f"{_hex(f'media {len(self.media)}')}.{suffix}"
        life = timedelta(seconds=self.options.media_life)
        self.media[name] = Media(data, kind, self.now() + life)
        return name

    def found(self, name: str) -> Media | None:
        media = self.media.get(name)
        return media if media and self.now() < media.until else None

    # --- who may be heard, and written to ---

    def hears(self, chat_id: str, meant: bool) -> bool:
        """Whether a message in the chat reaches the bot; in a group it must be `meant` for it."""
        heard = meant and (self._joins(chat_id) or self._over_is_heard(chat_id))
        if heard:
            self._known.add(chat_id)
            self._used[self.month] += self.options.count_inbound
        else:
            self.dropped += 1
        return heard

    def _joins(self, chat_id: str) -> bool:
        members = self._members[in_group(chat_id)]
        limit = self.options.max_groups if in_group(chat_id) else self.options.max_users
        if len(members) < limit:
            members.add(chat_id)
        return chat_id in members

    def _over_is_heard(self, chat_id: str) -> bool:
        return self.options.over_users == "deliver" and not in_group(chat_id)

    def forget(self, chat_id: str) -> None:
        """The chat can be written to no more, until somebody writes in it again."""
        self._known.discard(chat_id)

    def writable(self, chat_id: str) -> None:
        if chat_id not in self._known:
            raise Refused(self.options.stranger, STRANGER[self.options.stranger])
        if chat_id not in self._members[in_group(chat_id)]:
            raise exceeded()

    # --- the plan ---

    @property
    def month(self) -> str:
        return f"{self.now().astimezone(VIETNAM):%Y-%m}"

    @property
    def counted(self) -> int:
        """Messages of this month of Vietnam which count towards the plan."""
        return self._used[self.month]

    def spend(self, what: str, limit: int) -> bool:
        """Uses one of so many; False when none is left."""
        allowed = self._used[what] < limit
        self._used[what] += allowed
        return allowed

    def send(self, chat_id: str, shown: Shown) -> Json:
        self.writable(chat_id)
        if not self.spend(self.month, self.options.monthly):
            raise exceeded()
        self.sent.append((chat_id, shown))
        return {"message_id": shown.message_id, "date": milliseconds(self.now())}


def exceeded() -> Refused:
    return Refused(429, "Quota exceeded")


STRANGER = {400: "Bad request - invalid chat_id", 403: "Forbidden", 404: "Not found"}
