"""Words as numbers: what two texts must share to be about the same thing."""

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]

SIZE = 3072
"""Length of a vector. Features share places by hashing; half as many find less, more find no more."""
LETTERS = 3
WEIGHTS = {"word": 1.0, "pair": 0.7, "letters": 0.5}


def features(words: list[str]) -> list[tuple[str, str]]:
    """Words, pairs of neighbours, and runs of letters (which survive typing slips)."""
    found = [("word", word) for word in words]
    found += [("pair", f"{first} {second}") for first, second in pairwise(words)]
    for word in words:
        padded = f" {word} "
        found += [("letters", padded[at : at + LETTERS]) for at in range(len(padded) - LETTERS + 1)]
    return found


class Weigher:
    """Turns words into a vector of length one, in which rare features weigh more."""

    def __init__(self, texts: Iterable[list[str]]) -> None:
        counts: Counter[tuple[str, str]] = Counter()
        self._total = 0
        for words in texts:
            counts.update(set(features(words)))
            self._total += 1
        self._rarity = {feature: self._log(count) for feature, count in counts.items()}
        self._unseen = self._log(1)

    def rarity(self, word: str) -> float:
        """How much a word says: the rarer in all texts, the more."""
        return self._rarity.get(("word", word), self._unseen)

    def vector(self, words: list[str]) -> Vector:
        vector = np.zeros(SIZE, np.float32)
        for feature, count in Counter(features(words)).items():
            place, sign = _place(feature)
            weight = WEIGHTS[feature[0]] * self._rarity.get(feature, self._unseen)
            vector[place] += sign * weight * (1 + np.log(count))
        length = float(np.linalg.norm(vector))
        return vector / length if length else vector

    def _log(self, count: int) -> float:
        return float(np.log(self._total / count)) + 0.3


@lru_cache(maxsize=200_000)
def _place(feature: tuple[str, str]) -> tuple[int, int]:
    number = crc32("".join((feature[0][0], feature[1])).encode())
    return number % SIZE, 1 if number >> 31 else -1
