"""Find the guide somebody means from what they typed."""

from collections.abc import Iterable
from dataclasses import dataclass

from content.fold import words
from content.guide import Guide


@dataclass(frozen=True)
class Candidate:
    id: str
    score: float


@dataclass(frozen=True)
class Found:
    """`answer` is opened; otherwise `candidates` are offered; with neither there is nothing to say."""

    answer: str | None
    candidates: tuple[Candidate, ...]


class Finder:
    """A placeholder index: exact folded aliases only."""

    def __init__(self, guides: Iterable[Guide]) -> None:
        self._aliases = {words(alias): guide.id for guide in guides for alias in guide.aliases}

    def find(self, question: str) -> Found:
        guide = self._aliases.get(words(question))
        return Found(guide, ())
