"""How much of a question each guide speaks of at all, in any of its texts."""

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np

from content.features import Vector


class Coverage:
    """The words of each guide, and of what is elsewhere, by their numbers."""

    def __init__(
        self,
        texts: Iterable[tuple[int, list[str]]],
        classes: int,
        little: Collection[str],
        rarity: Callable[[str], float],
    ) -> None:
        """`little`: words that say nothing of what a text is about."""
        self._said: list[set[str]] = [set() for _ in range(classes)]
        for owner, words in texts:
            self._said[owner].update(words)
        self._ours = set().union(*self._said[:-1])
        self._little, self._rarity = little, rarity

    def of(self, words: list[str], guides: Sequence[int]) -> Vector:
        """The share of the question, rare words weighing more, that these guides speak of."""
        weights, whole = self._weights(words)
        shares = [
            sum(weight for word, weight in weights if word in self._said[guide]) / whole
            for guide in guides
        ]
        return np.array(shares, np.float32)

    def any(self, words: list[str]) -> float:
        """The share that guides speak of at all."""
        weights, whole = self._weights(words)
        return sum(weight for word, weight in weights if word in self._ours) / whole

    def weight(self, words: list[str]) -> float:
        """How much a question says."""
        return sum(weight for _, weight in self._weights(words)[0])

    def _weights(self, words: list[str]) -> tuple[list[tuple[str, float]], float]:
        said = [(word, self._rarity(word)) for word in words if word not in self._little]
        return said, sum(weight for _, weight in said) or 1.0
