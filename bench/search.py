"""Does search find what people mean? The measured half, beside SQLite FTS5 and a plain BM25 library."""

import sqlite3
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rank_bm25 import BM25Okapi

from bench.questions import STYLES, Question, load
from content import library
from content.fold import words
from content.guide import Guide
from content.search import Finder, Found

Ask = Callable[[str], tuple[str | None, list[str]]]
"""A question → what is opened by itself, and what is shown, best first."""


@dataclass(frozen=True)
class Row:
    """Shares of the questions of one style, and milliseconds."""

    first: float
    three: float
    opened: float
    wrong: float
    declined: float
    unopened: float
    p50: float
    p99: float


def ours(finder: Finder) -> Ask:
    def ask(question: str) -> tuple[str | None, list[str]]:
        found: Found = finder.find(question)
        return found.answer, [candidate.id for candidate in found.candidates]

    return ask


def fts5(guides: Iterable[Guide]) -> Ask:
    """SQLite's full-text index over the same texts, diacritics removed, best three of any word."""
    db = sqlite3.connect(":memory:")
    plain = "tokenize='unicode61 remove_diacritics 2'"
    db.execute(f"CREATE VIRTUAL TABLE guide USING fts5(id UNINDEXED, text, {plain})")
    db.executemany(
        "INSERT INTO guide VALUES (?, ?)", ((guide.id, text_of(guide)) for guide in guides)
    )

    def ask(question: str) -> tuple[str | None, list[str]]:
        query = " OR ".join(f'"{word}"' for word in question.replace('"', " ").split())
        rows = db.execute("SELECT id FROM guide WHERE text MATCH ? ORDER BY rank LIMIT 3", [query])
        ids = [row[0] for row in rows]
        return (ids[0] if ids else None), ids

    return ask


def bm25(guides: Iterable[Guide]) -> Ask:
    """rank-bm25 over folded words of the same texts."""
    guides = list(guides)
    index = BM25Okapi([words(text_of(guide)).split() for guide in guides])

    def ask(question: str) -> tuple[str | None, list[str]]:
        scores = index.get_scores(words(question).split())
        ids = [guides[number].id for number in scores.argsort()[::-1][:3]]
        return ids[0], ids

    return ask


def text_of(guide: Guide) -> str:
    problems = (f"{problem.title} {problem.answer.text}" for problem in guide.problems)
    return "\n".join([guide.title, *guide.aliases, *(step.text for step in guide.steps), *problems])


def measure(ask: Ask, questions: list[Question], style: str) -> Row:
    inside, outside, took = [], [], []
    for question in questions:
        text = getattr(question, style)
        began = time.perf_counter()
        opened, shown = ask(text)
        took.append((time.perf_counter() - began) * 1000)
        (inside if question.guide else outside).append((question.guide, opened, shown))
    return Row(
        first=share(shown[:1] == [guide] for guide, _, shown in inside),
        three=share(guide in shown for guide, _, shown in inside),
        opened=share(guide == opened for guide, opened, _ in inside),
        wrong=share(opened not in (None, guide) for guide, opened, _ in inside),
        declined=share(not opened and not shown for _, opened, shown in outside),
        unopened=share(not opened for _, opened, _ in outside),
        p50=statistics.median(took),
        p99=statistics.quantiles(took, n=100)[98],
    )


def share(found: Iterable[bool]) -> float:
    return statistics.fmean(found) * 100


def report(half: str) -> None:
    guides = list(library.load().guides.values())
    began = time.perf_counter()
    finder = Finder(guides)
    built = time.perf_counter() - began
    questions = load(half)
    inside = sum(1 for question in questions if question.guide)
    print(
        f"\nSearch, {half} half: {inside} questions in scope, {len(questions) - inside} out of scope"
    )
    aliases = [words(alias) for guide in guides for alias in guide.aliases]
    known = set(aliases)
    same = share(words(question.accented) in known for question in questions if question.guide)
    print(f"(index over {len(guides)} guides and {len(aliases)} aliases built in {built:.1f} s;")
    print(f" {same:.0f} % of the questions in scope are an alias word for word)")
    heads = ("first", "in 3", "opened", "wrong", "decl.", "unop.", "p50 ms", "p99 ms")
    print(f"{'':24}" + "".join(f"{head:>8}" for head in heads))
    for name, ask in (
        ("ours", ours(finder)),
        ("SQLite FTS5", fts5(guides)),
        ("rank-bm25", bm25(guides)),
    ):
        for style in STYLES:
            row = measure(ask, questions, style)
            print(
                f"{name:13}{style:11}{row.first:8.1f}{row.three:8.1f}{row.opened:8.1f}{row.wrong:8.1f}"
                f"{row.declined:8.1f}{row.unopened:8.1f}{row.p50:8.2f}{row.p99:8.2f}"
            )
    print("first, in 3: % of in-scope questions whose guide is named first, among three;")
    print("opened: opened by itself and right; wrong: opened by itself and not right;")
    print(
        "decl.: % of out-of-scope questions to which nothing is opened or offered; unop.: nothing opened"
    )


def main() -> None:
    report("tuning")
    report("measured")


if __name__ == "__main__":
    main()
