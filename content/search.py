"""Find the guide somebody means from what they typed, and know when there is none.

Every way of asking (aliases, titles, problems, steps, what fact cards are asked by) is an example of its
guide; `elsewhere.txt` holds examples of what no guide answers. Two measures are added: a ridge
regression that learns which words tell guides apart, and the nearest single examples. Two logistic
estimates over a few plain features then say how surely the question is ours, and how surely the first
guide is right; their constants (`decision.json`) are fitted on the tuning half of tests/questions by
`python -m bench.fit`.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from content.card import Card
from content.coverage import Coverage
from content.examples import examples_of
from content.features import SIZE, Features, Said, Vector, Weigher, dense, signed, some
from content.fold import words as plain
from content.guide import Guide
from content.nearest import Nearest
from content.typing import Typing, marked
from content.urgent import SUSPECT_GUIDE, URGENT_GUIDE, is_suspicious, is_urgent

FOLDER = Path(__file__).parent
RIDGE = 1.0
NEAREST = 1.2
"""How much the nearest examples count beside the regression."""
EVEN = 40.0
"""What all examples of a guide weigh together, however many they are."""
EVEN_ELSEWHERE = 200.0
LEARNED_FROM = 9_000
"""So many examples show which features go together; more take longer and show nothing new."""
DOUBTED = 0.6
"""What a doubted official adds to the guide about them."""
COVERED = 0.2
"""What is added to a guide that speaks of all of the question; it decides between near ones."""
CLOSE = 10
"""So many guides are looked at that closely."""
LEAST_TOTAL = 0.42
LEAST_COVERED = 0.5
"""Of 200 right answers of the tuning half hardly one lies below either."""
SHOWN = 3
LONG = 12
"""Words; a longer question is not judged differently."""
CHUNK = 1024


@dataclass(frozen=True)
class Candidate:
    id: str
    score: float


@dataclass(frozen=True)
class Found:
    """What to do: open `answer`; or offer `candidates`; or, with neither, say there is nothing.

    Candidates come best first, at most three; an answer is the first of them.
    """

    answer: str | None
    candidates: tuple[Candidate, ...]
    sure: float = 0.0
    """How surely the first candidate is right, from 0 to 1."""


@dataclass(frozen=True)
class Scores:
    """How well a question fits each guide and, as the last number, no guide.

    `best`: the CLOSE best guides. `covered`: the shares of the question that these, in that order, and at
    last "elsewhere", speak of.
    """

    words: list[str]
    learned: Vector
    nearest: Vector
    total: Vector
    best: npt.NDArray[np.intp]
    covered: Vector


class Finder:
    """The index over all guides."""

    def __init__(
        self, guides: Iterable[Guide], cards: Iterable[Card] = (), english: Iterable[Guide] = ()
    ) -> None:
        """`english`: the guides that have an English version too, in that version."""
        guides = list(guides)
        self._ids = [guide.id for guide in guides]
        examples = examples_of(guides, cards, english)
        ours = [example.text for example in examples if example.guide < len(guides)]
        self._typing = Typing(set(plain(" ".join(ours)).split()))
        self._polite, self.little = _word_list("polite_words.txt"), _word_list("empty_words.txt")
        texts = [self._said(example.text) for example in examples]
        self._weigher = Weigher(texts)
        owners = np.array([example.guide for example in examples])
        weights = np.array([example.weight for example in examples], np.float32)
        self._learned = _learn(self._weigher.examples, owners, weights, len(guides) + 1)
        self._nearest = Nearest(self._weigher.examples, owners, len(guides) + 1)
        said = ((owner, text.words) for owner, text in zip(owners, texts, strict=True))
        rarity = self._weigher.rarity
        self._coverage = Coverage(said, len(guides) + 1, self.little, rarity)
        del self._weigher.examples  # what is needed of them stands in the index now
        self._decision = json.loads((FOLDER / "decision.json").read_text(encoding="utf-8"))

    def find(self, question: str) -> Found:
        """What the bot should do with a question."""
        scores = self.scores(question)
        ranked = self._shown(scores)
        if is_urgent(scores.words) and URGENT_GUIDE in self._ids:
            return Found(URGENT_GUIDE, _first(URGENT_GUIDE, ranked), 1.0)
        least = scores.total[scores.best[0]] < LEAST_TOTAL
        if least or self._coverage.any(scores.words) < LEAST_COVERED:
            return Found(None, ())  # hardly a word in common: the estimates know no such question
        facts = self.facts(scores)
        if self._sure("ours", facts) < self._decision["ours"]["least"]:
            return Found(None, ())
        sure = self._sure("right", facts)
        right = sure >= self._decision["right"]["least"]
        return Found(ranked[0].id if right else None, ranked, sure)

    def urgent(self, text: str) -> bool:
        """Whether a text says that somebody is being robbed; False where no guide is for that."""
        return URGENT_GUIDE in self._ids and is_urgent(self.words(text))

    def scores(self, question: str) -> Scores:
        said = self._said(question)
        found = self._weigher.features([said])
        learned = dense(found)[0] @ self._learned
        nearest = self._nearest.scores(found)
        if is_suspicious(said.words) and SUSPECT_GUIDE in self._ids:
            learned[self._ids.index(SUSPECT_GUIDE)] += DOUBTED
        total = learned + np.float32(NEAREST) * nearest
        close = np.argsort(-total[:-1])[:CLOSE]
        covered = self._coverage.of(said.words, [*close, len(self._ids)])
        total[close] += np.float32(COVERED) * covered[:-1]
        order = np.argsort(-total[close])
        best, covered = close[order], np.append(covered[:-1][order], covered[-1])
        return Scores(said.words, learned, nearest, total, best, covered)

    def facts(self, scores: Scores) -> list[float]:
        """What the decision rests on, in the order of decision.json."""
        first, second, third = scores.best[:3]
        total, learned, nearest = scores.total, scores.learned, scores.nearest
        said = sum(word not in self.little for word in scores.words)
        found = [
            total[first], total[first] - total[second], total[-1], total[third],
            nearest[first], nearest[-1], nearest[first] - nearest[-1],
            learned[first], learned[-1], learned[-1] - learned[first],
            scores.covered[0], scores.covered[1], scores.covered[-1],
            total[first] * scores.covered[0], self._coverage.any(scores.words),
            min(said, LONG) / LONG, np.log1p(self._coverage.weight(scores.words)),
        ]  # fmt: skip
        return [float(fact) for fact in found]

    def ranked(self, question: str) -> tuple[Candidate, ...]:
        """The best guides for a question, whether or not it is sure of any."""
        return self._shown(self.scores(question))

    def _shown(self, scores: Scores) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(self._ids[number], float(scores.total[number]))
            for number in scores.best[:SHOWN]
        )

    def best(self, scores: Scores) -> str:
        return self._ids[int(scores.best[0])]

    def typed(self, text: str) -> list[str]:
        """The folded words of a text, abbreviations and slips mended."""
        return self._typing.words(text)

    def words(self, text: str) -> list[str]:
        """The words of a text without greetings and forms of address, unless there are no others."""
        words = self._typing.words(text)
        return [word for word in words if word not in self._polite] or words

    def _said(self, text: str) -> Said:
        return Said(self.words(text), marked(text))

    def covers(self, text: str, words: list[str]) -> float:
        """How much of these words a text speaks of, from 0 to 1, rare words weighing more."""
        there = set(self.typed(text))
        whole = sum(map(self._weigher.rarity, words))
        return sum(self._weigher.rarity(word) for word in words if word in there) / whole

    def alike(self, one: frozenset[str], other: frozenset[str]) -> float:
        """How much two sets of words have in common, from 0 to 1, rare words weighing more."""
        both = one & other
        if not both:
            return 0.0
        whole = sum(map(self._weigher.rarity, [*one, *other]))
        return 2 * sum(map(self._weigher.rarity, both)) / whole

    def _sure(self, what: str, facts: list[float]) -> float:
        fitted = self._decision[what]
        return float(1 / (1 + np.exp(-(np.dot(fitted["weights"], facts) + fitted["constant"]))))


def _word_list(name: str) -> frozenset[str]:
    return frozenset((FOLDER / name).read_text(encoding="utf-8").split())


def _first(guide: str, ranked: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The ranking with this guide before all others."""
    top = max(one.score for one in ranked)
    others = [one for one in ranked if one.id != guide]
    return (Candidate(guide, top), *others)[:SHOWN]


def _learn(found: Features, owners: npt.NDArray[np.intp], weights: Vector, classes: int) -> Vector:
    """Ridge regression from vectors to guides; all guides weigh the same together."""
    even = np.full(classes, EVEN)
    even[-1] = EVEN_ELSEWHERE
    even /= np.maximum(np.bincount(owners, minlength=classes), 1)
    counts = (weights * even[owners]).astype(np.float32)
    every = max(1, round(len(owners) / LEARNED_FROM))
    square = RIDGE * np.eye(SIZE, dtype=np.float32)
    for start in range(0, len(owners), CHUNK * every):  # all at once would take much memory
        chosen = np.arange(start, min(start + CHUNK * every, len(owners)), every)
        rows = dense(some(found, chosen))
        square += rows.T @ (rows * (counts[chosen] * every)[:, None])
    places = found.numbers % SIZE * classes + owners[found.texts]
    wanted = np.bincount(places, signed(found) * counts[found.texts], SIZE * classes)
    learned = np.linalg.solve(square, wanted.reshape(SIZE, classes).astype(np.float32))
    return np.asarray(learned, np.float32)
