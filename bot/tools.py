"""What handlers may use of the running program (handlers.turn.Tools)."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.vault import Vault


@dataclass(frozen=True)
class ProgramTools:
    vault: Vault
    address: str
    """Under which people reach the web side, without a slash at the end."""
    drawn: Callable[[int], int]

    def draw(self, below: int) -> int:
        return self.drawn(below)

    def link(self, name: str) -> str:
        return f"{self.address}/l/{self.vault.seal(name)}"

    def seal(self, text: str) -> str:
        return self.vault.seal(text)
