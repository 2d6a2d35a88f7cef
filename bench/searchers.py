"""Ways to find a guide: ours, and three simple ones over the same texts."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
from rank_bm25 import BM25Okapi

from content.fact import without
from content.fold import words
from content.guide import Guide
from content.library import Library

Ask = Callable[[str], tuple[str | None, list[str]]]
"""A question → what is opened by itself, and what is shown, best first."""

Texts = dict[str, str]
"""All that is known of each guide, by id."""

RUN = 3
"""Letters in a run."""


def ours(known: Library) -> Ask:
    answers = known.answers

    def ask(question: str) -> tuple[str | None, list[str]]:
        found = answers.answer(question)
        opened = found.guides[0] if found.kind in ("opens", "tells") else None
        return opened, list(found.guides)

    return ask


def texts_of(known: Library) -> Texts:
    texts = {guide.id: [_text(guide)] for guide in known.guides.values()}
    for guide in known.english.values():
        texts[guide.id].append(_text(guide))
    for card in known.cards.values():
        texts[card.guide] += card.asks
    return {name: "\n".join(parts) for name, parts in texts.items()}


def _text(guide: Guide) -> str:
    problems = (f"{problem.title} {problem.answer.text}" for problem in guide.problems)
    lines = [guide.title, *guide.aliases, *(step.text for step in guide.steps), *problems]
    return without("\n".join(lines))


def fts5(texts: Texts) -> Ask:
    """SQLite's full-text index, diacritics removed, best three of any word."""
    db = sqlite3.connect(":memory:")
    plain = "tokenize='unicode61 remove_diacritics 2'"
    db.execute(f"CREATE VIRTUAL TABLE guide USING fts5(id UNINDEXED, text, {plain})")
    db.executemany("INSERT INTO guide VALUES (?, ?)", texts.items())

    def ask(question: str) -> tuple[str | None, list[str]]:
        query = " OR ".join(f'"{word}"' for word in question.replace('"', " ").split())
        rows = db.execute("SELECT id FROM guide WHERE text MATCH ? ORDER BY rank LIMIT 3", [query])
        return _best(row[0] for row in rows)

    return ask


def bm25(texts: Texts) -> Ask:
    """rank-bm25 over folded words."""
    names = list(texts)
    index = BM25Okapi([words(text).split() for text in texts.values()])

    def ask(question: str) -> tuple[str | None, list[str]]:
        scores = index.get_scores(words(question).split())
        return _best(names[number] for number in scores.argsort()[::-1][:3])

    return ask


def letters(texts: Texts) -> Ask:
    """Cosine of runs of letters in folded text, rare runs weighing more."""
    names, counts = list(texts), [_runs(text) for text in texts.values()]
    often = Counter(run for count in counts for run in count)
    place = {run: number for number, run in enumerate(often)}
    rare = np.array([np.log(len(texts) / times) for times in often.values()])
    matrix = np.zeros((len(names), len(place)), np.float32)
    for row, count in enumerate(counts):
        for run, times in count.items():
            matrix[row, place[run]] = (1 + np.log(times)) * rare[place[run]]
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)

    def ask(question: str) -> tuple[str | None, list[str]]:
        asked = np.zeros(len(place), np.float32)
        for run, times in _runs(question).items():
            if run in place:
                asked[place[run]] = (1 + np.log(times)) * rare[place[run]]
        return _best(names[number] for number in (matrix @ asked).argsort()[::-1][:3])

    return ask


def _runs(text: str) -> Counter[str]:
    plain = f" {words(text)} "
    return Counter(plain[at : at + RUN] for at in range(len(plain) - RUN + 1))


def _best(names: Iterable[str]) -> tuple[str | None, list[str]]:
    """Simple ways open the first of what they find: they cannot tell when they do not know."""
    ids = list(names)
    return (ids[0] if ids else None), ids
