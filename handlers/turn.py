"""The whole vocabulary between channels and handlers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from content.guide import Guide
from content.i18n import translate
from content.library import Library
from content.mask import Masked
from content.ward import Ward
from handlers import rights
from store.chats import Talk

WARD_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

SECRET = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Where the secret of a reply stands in its text. Nobody can type it: bot.conversation.clean drops it."""


@dataclass(frozen=True)
class Can:
    """What a channel is able to do."""

    buttons: bool
    files: bool
    push: bool
    text_limit: int
    """Characters in one message, counted as the platform counts."""
    group: bool = False
    """Others read along: nothing personal is asked or shown."""


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
    """`text`, or what came instead: photo, voice, sticker, location, file, contact, other; `unsupported`
    when the platform hides what it was."""
    sent_at: datetime | None = None
    """When the platform got it, where that may be long before it got here."""
    own_address: str = ""
    """In a group: the address of the sender's own chat with the bot."""


@dataclass(frozen=True)
class Option:
    """Something to press or to answer with its number. `value` is at most 64 bytes, never a permission."""

    label: str
    value: str


@dataclass(frozen=True)
class Attachment:
    """A file to be made when it is sent, so that no turn waits for it."""

    kind: str
    """`image` or `file`."""
    name: str
    """What to make (bot/files.py); its last part is the name under which it is saved."""


@dataclass(frozen=True)
class Reply:
    text: str
    options: tuple[Option, ...] = ()
    attachment: Attachment | None = None
    worded: bool = False
    """Its options are typed as words where there are no buttons: a number would be an answer."""
    phone_of: int | None = None
    """A help request: its phone number takes the place of SECRET in the text whenever that is shown."""


@dataclass(frozen=True)
class Skip:
    """A message that is not to be sent after all, and why: a short code for the outbox."""

    code: str


class Tools(Protocol):
    """What a handler needs of the running program besides the database."""

    def draw(self, below: int) -> int:
        """A random number from 0, for codes nobody can guess."""

    def link(self, name: str) -> str:
        """A short-lived address of a file or page, for who holds it."""

    def codes(self, name: str) -> tuple[str, str]:
        """The four digits that stand for something now, and those of the five minutes before."""

    def seal(self, text: str) -> str:
        """Text that only this program can read again."""

    def preview(self, channel: str, reply: "Reply") -> list[str]:
        """The messages as which a channel shows a reply. KeyError: that channel is not set up."""


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
    tools: Tools
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

    def guide(self, name: str) -> Guide | None:
        """A guide by its id, in the person's language where there is such a version."""
        return self.library.guide(name, self.talk.lang)

    @property
    def titles(self) -> dict[str, str]:
        """The guides' titles by id, in the person's language where they have one."""
        return self.library.titles_in(self.talk.lang)

    def shown(self, text: str, lang: str) -> str:
        """A line that is written in a language, as it is seen today."""
        return self.library.shown(text, self.today, lang)

    def shown_of(self, guide: Guide, text: str) -> str:
        """A line of a guide: facts in the language the guide is read in."""
        english = self.talk.lang == "en" and guide.id in self.library.english
        return self.shown(text, "en" if english else "vi")

    def may(self, action: str) -> bool:
        """Whether the person's role allows it (handlers/rights.py)."""
        return rights.allowed(self.talk.role, action)

    async def notify(self, person_id: int, reply: Reply, kind: str, key: str) -> bool:
        """Tell another person something: planned in this transaction, sent after its commit.

        `key` names this very message: it is planned once. False: they have no chat to write to.
        """
        from handlers import notices  # which speaks of replies, as this module does

        return await notices.tell(self.db, person_id, reply, kind, key, self.now)

    def tr(self, message: str, **values: object) -> str:
        """A message of the catalogs in the person's language."""
        return translate(self.talk.lang, message, **values)

    def option(self, label: str, value: str) -> Option:
        """An option whose label is a message of the catalogs."""
        return Option(self.tr(label), value)


Handler = Callable[[Turn], Awaitable[Reply]]
