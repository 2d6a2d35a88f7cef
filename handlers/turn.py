"""The whole vocabulary between channels and handlers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import translate
from content.library import Library
from content.mask import Masked
from content.ward import Ward
from store.chats import Talk

WARD_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True)
class Can:
    """What a channel is able to do."""

    buttons: bool
    files: bool
    push: bool
    text_limit: int
    """Characters in one message, counted as the platform counts."""


@dataclass(frozen=True)
class Incoming:
    """One message from a person, as any channel hands it over."""

    channel: str
    address: str
    message_id: str
    text: str = ""
    chosen: str = ""
    """The value of a pressed button."""
    lang: str = ""
    """The language somebody chose outside the talk; counts when the talk is new."""
    kind: str = "text"
    """`text`, or what came instead: photo, voice, sticker, location, file, contact, other."""


@dataclass(frozen=True)
class Option:
    """Something to press or to answer with its number. `value` is at most 64 bytes, never a permission."""

    label: str
    value: str


@dataclass(frozen=True)
class Attachment:
    kind: str
    """`image` or `file`."""
    path: Path


@dataclass(frozen=True)
class Reply:
    text: str
    options: tuple[Option, ...] = ()
    attachment: Attachment | None = None


@dataclass(frozen=True)
class Turn:
    """One message to answer, and all a handler may use for it."""

    incoming: Incoming
    masked: Masked
    """The text, with personal numbers already gone. Handlers use this, never `incoming.text`."""
    can: Can
    now: datetime
    db: AsyncSession
    talk: Talk
    library: Library
    argument: str = field(default="")
    """What follows a command, or the part of a chosen value after its name."""

    @property
    def text(self) -> str:
        return self.masked.text

    @property
    def today(self) -> date:
        """The ward's day."""
        return self.now.astimezone(WARD_ZONE).date()

    @property
    def ward(self) -> Ward | None:
        return self.library.wards.get(self.talk.ward_id or "")

    def tr(self, message: str, **values: object) -> str:
        """A message of the catalogs in the person's language."""
        return translate(self.talk.lang, message, **values)

    def option(self, label: str, value: str) -> Option:
        """An option whose label is a message of the catalogs."""
        return Option(self.tr(label), value)


Handler = Callable[[Turn], Awaitable[Reply]]
