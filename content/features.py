"""Words as numbers: what two texts must share to be about the same thing.

A text is its folded words, its pairs of neighbouring words, the runs of three letters in its words
(which survive typing slips), and its words as they were typed where they bear marks: an accent that
was typed tells "bạc" from "bác", one that was not is not missed. Features get numbers by hashing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]

SIZE = 2048
"""Length of a vector; features share its places. Half as many find less, more find no more."""
BUCKETS = 1 << 18
"""Where features are counted; so many that hardly two share one."""
LETTERS = 3
WORD, PAIR, RUN, MARKED = 1.0, 0.7, 0.5, 0.5
"""How much a word, a pair, a run of letters and a word with its marks weigh."""


@dataclass(frozen=True)
class Said:
    """A text as it was understood: its folded words, and those that bear marks as they were typed."""

    words: list[str]
    marked: list[str]


@dataclass(frozen=True)
class Features:
    """The features of some texts: the place of their text, the feature's number, what it is worth.

    The worths of a text are those of a vector of length one; rare features are worth more.
    """

    texts: Numbers
    numbers: Numbers
    worth: Vector
    count: int


class Weigher:
    """Knows how rare a feature is, and so what it is worth."""

    def __init__(self, texts: Sequence[Said]) -> None:
        self._runs: dict[str, Numbers] = {}
        owners, numbers, weights = self._found(texts)
        counts = np.bincount(numbers % BUCKETS, minlength=BUCKETS)
        self._rarity = np.log(len(texts) / np.maximum(counts, 1)).astype(np.float32) + 0.3
        self.examples = self._weighed(owners, numbers, weights, len(texts))
        """The features of the texts it was made from."""

    def rarity(self, word: str) -> float:
        """How much a word says: the rarer in all texts, the more."""
        return float(self._rarity[_number("w" + word) % BUCKETS])

    def features(self, texts: Sequence[Said]) -> Features:
        """All features of these texts, each as often as it stands there."""
        return self._weighed(*self._found(texts), len(texts))

    def _weighed(self, owners: Numbers, numbers: Numbers, weights: Vector, count: int) -> Features:
        worth = weights * self._rarity[numbers % BUCKETS]
        lengths = np.sqrt(np.bincount(owners, worth * worth, count))
        worth /= np.maximum(lengths, 1e-6).astype(np.float32)[owners]
        return Features(owners, numbers, worth, count)

    def _found(self, texts: Sequence[Said]) -> tuple[Numbers, Numbers, Vector]:
        """The text, number and weight of every feature."""
        owners, words = _numbered([text.words for text in texts], "w")
        marked_owners, marked = _numbered([text.marked for text in texts], "m")
        beside = owners[1:] == owners[:-1]
        pairs = ((words[:-1] * 31 + words[1:]) % 2**32)[beside]
        runs = [self._runs_of(word) for text in texts for word in text.words]
        lengths = [len(run) for run in runs]
        groups = [words, pairs, np.concatenate(runs) if runs else words, marked]
        sizes = [len(group) for group in groups]
        return (
            np.concatenate([owners, owners[1:][beside], np.repeat(owners, lengths), marked_owners]),
            np.concatenate(groups),
            np.repeat(np.array([WORD, PAIR, RUN, MARKED], np.float32), sizes),
        )

    def _runs_of(self, word: str) -> Numbers:
        known = self._runs.get(word)
        if known is None:
            padded = f" {word} "
            starts = range(len(padded) - LETTERS + 1)
            known = np.array([_number("l" + padded[at : at + LETTERS]) for at in starts], np.int64)
            if len(self._runs) < BUCKETS:  # what people type must not fill the memory
                self._runs[word] = known
        return known


def dense(found: Features) -> Vector:
    """One row a text."""
    places = found.texts * SIZE + found.numbers % SIZE
    rows = np.bincount(places, signed(found), found.count * SIZE)
    return rows.reshape(found.count, SIZE).astype(np.float32)


def signed(found: Features) -> Vector:
    """The worths, half of them negative, so that features in one place do not add up."""
    return np.where(found.numbers >> 31, found.worth, -found.worth)


def some(found: Features, chosen: Numbers) -> Features:
    """The features of some of the texts."""
    place = np.full(found.count, -1)
    place[chosen] = np.arange(len(chosen))
    texts = place[found.texts]
    kept = texts >= 0
    return Features(texts[kept], found.numbers[kept], found.worth[kept], len(chosen))


def _numbered(texts: Sequence[list[str]], kind: str) -> tuple[Numbers, Numbers]:
    """The text and the number of every word."""
    owners = np.repeat(np.arange(len(texts)), [len(words) for words in texts])
    known: dict[str, int] = {}
    for words in texts:
        for word in words:
            if word not in known:
                known[word] = _number(kind + word)
    return owners, np.array([known[word] for words in texts for word in words], np.int64)


def _number(feature: str) -> int:
    return crc32(feature.encode())
