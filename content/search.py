"""Find the guide somebody means from what they typed, and know when there is none.

Every way of asking (aliases, titles, problems, steps) is an example of its guide; `elsewhere.txt` holds
examples of what no guide answers. Two measures are added: a ridge regression that learns which words
tell guides apart, and BM25 (bm25s) for the nearest single example. Two logistic estimates over a few
plain features then say how surely the question is ours, and how surely the first guide is right; their
constants (`decision.json`) are fitted on the tuning half of tests/questions by `python -m bench.fit`.
"""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from content.features import SIZE, Vector, Weigher
from content.fold import words as plain
from content.guide import Guide
from content.typing import Typing
from content.urgent import SUSPECT_GUIDE, URGENT_GUIDE, is_suspicious, is_urgent

logging.getLogger("bm25s").setLevel(logging.WARNING)  # importing it asks for DEBUG

FOLDER = Path(__file__).parent
RIDGE = 1.0
NEAREST = 1.2
"""How much the nearest example counts beside the regression."""
DOUBTED = 0.6
"""What a doubted official adds to the guide about them."""
LEAST_TOTAL = 0.35
LEAST_COVERED = 0.5
"""Of 1,000 right answers of the tuning half fewer than four lie below either."""
COVERED = 7
"""The place of the covered share among the facts."""
SHOWN = 3
CHUNK = 512


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


@dataclass(frozen=True)
class Example:
    """A text and the number of its guide; one more than the last guide means: no guide."""

    text: str
    guide: int
    weight: float = 1.0


@dataclass(frozen=True)
class Scores:
    """How well a question fits each guide and, as the last number, no guide."""

    words: list[str]
    learned: Vector
    nearest: Vector
    best: npt.NDArray[np.intp]

    @property
    def total(self) -> Vector:
        return self.learned + np.float32(NEAREST) * self.nearest


class Finder:
    """The index over all guides."""

    def __init__(self, guides: Iterable[Guide]) -> None:
        guides = list(guides)
        self._ids = [guide.id for guide in guides]
        examples = _examples(guides)
        ours = [example.text for example in examples if example.guide < len(guides)]
        self._typing = Typing(set(plain(" ".join(ours)).split()))
        self._polite, self._empty = _word_list("polite_words.txt"), _word_list("empty_words.txt")
        texts = [self._said(example.text) for example in examples]
        self._known = {word for text in texts[: len(ours)] for word in text}
        self._owners = np.array([example.guide for example in examples])
        self._weigher = Weigher(texts)
        self._learned = _learn(self._weigher, texts, examples, len(guides) + 1)
        self._nearest = bm25s.BM25(method="lucene", k1=0.8, b=0.5)
        self._nearest.index([_terms(text) for text in texts], show_progress=False)
        self._decision = json.loads((FOLDER / "decision.json").read_text(encoding="utf-8"))

    def find(self, question: str) -> Found:
        """What the bot should do with a question."""
        scores = self.scores(question)
        ranked = tuple(
            Candidate(self._ids[number], float(scores.total[number]))
            for number in scores.best[:SHOWN]
        )
        if is_urgent(scores.words) and URGENT_GUIDE in self._ids:
            return Found(URGENT_GUIDE, _first(URGENT_GUIDE, ranked))
        facts = self.facts(scores)
        if facts[0] < LEAST_TOTAL or facts[COVERED] < LEAST_COVERED:
            return Found(None, ())  # hardly a word in common: the estimates know no such question
        if self._sure("ours", facts) < self._decision["ours"]["least"]:
            return Found(None, ())
        right = self._sure("right", facts) >= self._decision["right"]["least"]
        return Found(ranked[0].id if right else None, ranked)

    def urgent(self, text: str) -> bool:
        """Whether a text says that somebody is being robbed; False where no guide is for that."""
        return URGENT_GUIDE in self._ids and is_urgent(self._said(text))

    def scores(self, question: str) -> Scores:
        words = self._said(question)
        learned = self._weigher.vector(words) @ self._learned
        nearest = np.zeros(len(self._ids) + 1, np.float32)
        terms = [term for term in _terms(words) if term in self._nearest.vocab_dict]
        if terms:
            weight = sum(self._weigher.rarity(word) for word in words) * 2
            np.maximum.at(nearest, self._owners, self._nearest.get_scores(terms) / weight)
        if is_suspicious(words) and SUSPECT_GUIDE in self._ids:
            learned[self._ids.index(SUSPECT_GUIDE)] += DOUBTED
        total = learned + np.float32(NEAREST) * nearest
        return Scores(words, learned, nearest, np.argsort(-total[:-1]))

    def facts(self, scores: Scores) -> list[float]:
        """What the decision rests on, in the order of decision.json."""
        first, second = scores.best[:2]
        total = scores.total
        return [
            float(total[first]),
            float(total[first] - total[second]),
            float(total[-1]),
            float(scores.nearest[first]),
            float(scores.nearest[-1]),
            float(scores.learned[first]),
            float(scores.learned[-1]),
            self._covered(scores.words),
        ]

    def best(self, scores: Scores) -> str:
        return self._ids[int(scores.best[0])]

    def _said(self, text: str) -> list[str]:
        """The words of a text without greetings and forms of address, unless there are no others."""
        words = self._typing.words(text)
        return [word for word in words if word not in self._polite] or words

    def _covered(self, words: list[str]) -> float:
        """The share of what the question says that guides speak of at all."""
        said = [(self._weigher.rarity(w), w in self._known) for w in words if w not in self._empty]
        whole = sum(weight for weight, _ in said)
        return sum(weight for weight, known in said if known) / whole if whole else 0.0

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


def _examples(guides: list[Guide]) -> list[Example]:
    """Ours first, then what is elsewhere."""
    ours = [example for number, guide in enumerate(guides) for example in _of(guide, number)]
    lines = (FOLDER / "elsewhere.txt").read_text(encoding="utf-8").splitlines()
    return ours + [
        Example(line, len(guides)) for line in lines if line and not line.startswith("#")
    ]


def _of(guide: Guide, number: int) -> list[Example]:
    return [
        *(Example(text, number) for text in (guide.title, *guide.aliases)),
        *(Example(problem.title, number, 0.7) for problem in guide.problems),
        *(Example(step.text, number, 0.4) for step in guide.steps),
    ]


def _terms(words: list[str]) -> list[str]:
    return [*words, *(f"{first} {second}" for first, second in pairwise(words))]


def _learn(
    weigher: Weigher, texts: list[list[str]], examples: list[Example], classes: int
) -> Vector:
    """Ridge regression from vectors to guides, each example counting by its weight."""
    square = RIDGE * np.eye(SIZE, dtype=np.float32)
    wanted = np.zeros((SIZE, classes), np.float32)
    for start in range(0, len(examples), CHUNK):  # all vectors at once would take much memory
        chunk = examples[start : start + CHUNK]
        weights = np.array([example.weight for example in chunk], np.float32)[:, None]
        vectors = np.stack([weigher.vector(text) for text in texts[start : start + CHUNK]])
        owners = np.eye(classes, dtype=np.float32)[[example.guide for example in chunk]]
        square += vectors.T @ (vectors * weights)
        wanted += vectors.T @ (owners * weights)
    return np.asarray(np.linalg.solve(square, wanted), np.float32)
