"""What every channel is to the rest of the program, and how it says that a send failed."""

from typing import Protocol

from handlers.turn import Can, Reply


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

    async def send(self, address: str, reply: Reply, parcel_id: int) -> None:
        """Hand a reply to the platform, or raise SendError."""
