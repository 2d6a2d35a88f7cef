"""What every channel is to the rest of the program, and how it says that a send failed."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from starlette.routing import Route

from handlers.turn import Can, Incoming, Reply
from store.outbox import Parcel

Again = Callable[[], Awaitable[None]]
"""To be awaited before each request to the platform but the first: a message may need several of them."""


class SendError(Exception):
    """A channel could not send. `code` is the platform's own; `retry_after` its wish, in seconds."""

    def __init__(
        self,
        code: str,
        *,
        permanent: bool,
        retry_after: float | None = None,
        blocked: bool = False,
        ambiguous: bool = False,
        away: bool = False,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent
        self.retry_after = retry_after
        self.blocked = blocked
        """The person wants no messages here: a fact about the chat, not a fault."""
        self.ambiguous = ambiguous
        """It may have arrived all the same."""
        self.away = away
        """Nobody is there; it waits until they come back."""


class Channel(Protocol):
    name: str
    can: Can

    async def send(self, parcel: Parcel, reply: Reply, again: Again) -> int:
        """Hand what a row says to the platform, or raise SendError. As how many messages it left."""


class Messenger(Channel, Protocol):
    """A channel that another company runs: it is started, and tells of messages by a webhook."""

    routes: list[Route]

    def address(self, code: str) -> str:
        """Where people open it, quoted for a link, with a code where it carries one; empty: unknown."""

    async def handle(self, body: str) -> None:
        """Act on an event that the desk kept."""

    async def upkeep(self) -> None:
        """What has to be seen to every minute."""

    def start(self, public_url: str | None) -> None:
        """Begin to receive, in the background: nothing waits for a platform that cannot be reached."""

    async def stop_receiving(self) -> None: ...

    async def close(self) -> None: ...


class Desk(Protocol):
    """What the Zalo channels need of the program. Addresses are of the channel named."""

    def now(self) -> datetime: ...

    async def accept(self, channel: str, key: str, address: str, body: str) -> bool:
        """Keep an event durably, to be handled soon after by the channel's `handle`, in order for each
        address. `key` names the event: one that waits already is kept once. False: too much waits, and the
        platform shall deliver it again later."""

    async def receive(self, can: Can, incoming: Incoming) -> None:
        """Answer a message. One that was answered before is not answered again."""

    async def interacted(self, channel: str, address: str, at: datetime) -> None:
        """Somebody did what opens the answer window anew, without a message."""

    async def left(self, channel: str, address: str, at: datetime) -> None:
        """Somebody wants no more messages there since then, until they write again."""

    async def staff_wrote(self, channel: str, address: str, text: str, at: datetime) -> None:
        """The platform tells of a text sent to somebody in our name: by this program, or by staff by hand."""

    async def gave_phone(self, channel: str, address: str, phone: str) -> None:
        """Somebody left their number on the platform's own form."""

    async def phone(self, channel: str, address: str) -> str | None:
        """The number somebody left so."""

    async def alarm(self, channel: str, code: str) -> None:
        """Tell the administrators what only they can mend, at most once a day for each code."""
