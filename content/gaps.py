"""Which questions ask the same: words shared, each counting by how rare it is among questions.

How rare a word is, is learned from elsewhere.txt, which holds what no guide answers. So how near two
questions are depends on nothing but them, and a group is the same every night.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import log
from pathlib import Path

from content import fold
from content.mask import MARK
from content.typing import Typing

FOLDER = Path(__file__).parent
SAME = 0.6
"""From this share of what both say together on, two questions ask the same (`python -m bench.gaps`)."""
ROUNDING = 1e-9
"""By which sums in another order may differ."""


_PEOPLE = frozenset("tôi em cháu mình con bác cô chú anh chị ông bà tên là".split())
"""Words before which a capital letter begins somebody's name."""
_OFFICES = frozenset("Công Bộ Sở Ủy Phường Trung Cảnh".split())
_CALLED = re.compile(
    r"(\b(?:tôi|em|cháu|mình|con|bác|cô|chú|anh|chị|ông|bà)\s+tên(?: là)?|\btên là)((?:\s+\w+){1,4})",
    re.I,
)
_HOUSE = re.compile(
    r"\b(số nhà|ngõ|ngách|hẻm|kiệt|căn hộ)\s+\d[\w/]*(?:\s+(?:phố |đường )?\w+){0,3}", re.I
)


def without_people(text: str) -> str:
    """A question without the names and houses of persons in it; numbers are masked before."""
    said: list[str] = []
    for word in text.split():
        before = said[-1].casefold() if said else ""
        named = before in _PEOPLE or before == MARK
        if named and word[0].isupper() and word not in _OFFICES:
            said += [] if before == MARK else [MARK]
        else:
            said.append(word)
    return _HOUSE.sub(rf"\1 {MARK}", _CALLED.sub(rf"\1 {MARK}", " ".join(said)))


@dataclass(frozen=True)
class Asked:
    """A question as it was typed, and how often."""

    text: str
    times: int


@dataclass(frozen=True)
class Group:
    """Questions that ask the same; `text` is what it is known by."""

    text: str
    texts: tuple[str, ...]
    times: int


@dataclass(frozen=True)
class Said:
    """What the words of a question weigh that say something, the rarest first; and all together."""

    words: dict[str, float]
    weight: float

    def opening(self) -> Iterator[str]:
        """The words of which a question that asks the same has at least one: without all, it is too far."""
        left = self.weight
        for word, weight in self.words.items():
            if left < SAME * self.weight - ROUNDING:
                return
            yield word
            left -= weight


def grouped(asked: Iterable[Asked], first_texts: Iterable[str] = ()) -> list[Group]:
    """The questions in groups, most asked first, whatever order they come in.

    Each goes to the nearest group there is, those known by `first_texts` being there from the start;
    where none is near enough, it begins one. What is asked most begins, and what has accents before
    what has none.
    """
    known = list(dict.fromkeys(first_texts))
    index = _Index(known)
    joined: dict[str, list[Asked]] = defaultdict(list)
    for one in sorted(asked, key=lambda one: (-one.times, one.text.isascii(), one.text)):
        joined[index.nearest(one.text) or index.add(one.text)].append(one)
    groups = [
        Group(text, tuple(one.text for one in there), sum(one.times for one in there))
        for text, there in joined.items()
    ]
    return sorted(groups, key=lambda group: (-group.times, group.text))


def nearest(question: str, cards: Sequence[Iterable[str]]) -> int | None:
    """The place of the card one of whose questions asks the same; of several the nearest, then the first."""
    said = meant(question)
    found = [
        (-near, place)
        for place, texts in enumerate(cards)
        if (near := max((likeness(said, meant(text)) for text in texts), default=0.0)) >= SAME
    ]
    return min(found)[1] if found else None


def likeness(first: Said, second: Said) -> float:
    """From 0, nothing in common, to 1, the same words."""
    common = sum(weight for word, weight in first.words.items() if word in second.words)
    return _share(common, first.weight, second.weight)


def _share(common: float, first: float, second: float) -> float:
    """Of what two weigh together, what they have in common."""
    both = first + second - common
    return common / both if both else 0.0


@lru_cache(maxsize=50_000)
def meant(text: str) -> Said:
    """What a question says, without greetings and empty words, unless there are no others."""
    words = dict.fromkeys(_typing().words(text))
    for idle in (
        _words("polite_words.txt") | _words("empty_words.txt"),
        _words("polite_words.txt"),
    ):
        if telling := [word for word in words if word not in idle]:
            break
    kept = {word: rarity(word) for word in telling or words}
    in_order = dict(sorted(kept.items(), key=lambda one: (-one[1], one[0])))
    return Said(in_order, sum(in_order.values()))


def rarity(word: str) -> float:
    """How much a word says: the rarer in all questions, the more."""
    counts, total = _counted()
    return log(total / (counts.get(word, 0) + 1)) + 0.3


class _Index:
    """The groups there are, by the words of what they are known by."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known: list[tuple[Said, str]] = []
        self._places: dict[str, list[int]] = defaultdict(list)
        for text in texts:
            self.add(text)

    def add(self, text: str) -> str:
        said = meant(text)
        for word in said.words:
            self._places[word].append(len(self._known))
        self._known.append((said, text))
        return text

    def nearest(self, text: str) -> str | None:
        """The nearest group that is near enough; of several the one of the first text."""
        said = meant(text)
        least = SAME * said.weight - ROUNDING
        near = [
            (-_share(common, said.weight, self._known[place][0].weight), self._known[place][1])
            for place, common in self._common(said).items()
            if common >= least
        ]
        best = min(near, default=(0.0, ""))
        return best[1] if -best[0] >= SAME else None

    def _common(self, said: Said) -> dict[int, float]:
        """What a question has in common with every group that may be near enough."""
        opening, common = {*said.opening()}, dict[int, float]()
        for word, weight in said.words.items():
            places = self._places.get(word, ())
            if word in opening:
                for place in places:
                    common[place] = common.get(place, 0.0) + weight
            elif len(places) > len(common):  # an ordinary word: few of its groups are looked at
                for place in common:
                    if word in self._known[place][0].words:
                        common[place] += weight
            else:
                for place in places:
                    if place in common:
                        common[place] += weight
        return common


@lru_cache
def _words(name: str) -> frozenset[str]:
    return frozenset((FOLDER / name).read_text(encoding="utf-8").split())


def _questions() -> list[str]:
    lines = (FOLDER / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@lru_cache
def _typing() -> Typing:
    return Typing(set(fold.words(" ".join(_questions())).split()))


@lru_cache
def _counted() -> tuple[Counter[str], int]:
    counts: Counter[str] = Counter()
    for text in _questions():
        counts.update(set(_typing().words(text)))
    return counts, len(_questions())
