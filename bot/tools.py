"""What handlers may use of the running program (handlers.turn.Tools)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.channel import Channel
from bot.channels.text import as_shown
from bot.vault import Vault
from handlers.turn import Reply


@dataclass(frozen=True)
class ProgramTools:
    vault: Vault
    address: str
    """Under which people reach the web side, without a slash at the end."""
    drawn: Callable[[int], int]
    channels: Mapping[str, Channel]

    def draw(self, below: int) -> int:
        return self.drawn(below)

    def link(self, name: str) -> str:
        return f"{self.address}/l/{self.vault.seal(name)}"

    def codes(self, name: str) -> tuple[str, str]:
        return self.vault.codes(name)

    def seal(self, text: str) -> str:
        return self.vault.seal(text)

    def preview(self, channel: str, reply: Reply) -> list[str]:
        return as_shown(self.channels[channel].can, reply)
