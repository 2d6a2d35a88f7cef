"""Does search find what people mean? Both halves, beside FTS5, a BM25 library and runs of letters.

`python -m bench.search` prints the tables; `python -m bench.search tuning` that half alone, with every
question that went wrong.
"""

import statistics
import sys
import time
import tracemalloc
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from bench.questions import STYLES, Question, load
from bench.searchers import Ask, bm25, fts5, letters, ours, texts_of
from content import library
from content.answer import Answers
from content.fold import words
from content.library import Library
from content.search import Finder

Asked = tuple[str | None, str | None, list[str]]
"""The guide that is meant, the one opened, those shown."""

MOST_CONFUSED = 20
BUILDS = 3


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


def measure(ask: Ask, questions: list[Question], style: str) -> Row:
    inside: list[Asked] = []
    outside: list[Asked] = []
    took = []
    for question in questions:
        text = getattr(question, style)
        began = time.perf_counter()
        opened, shown = ask(text)
        took.append((time.perf_counter() - began) * 1000)
        (inside if question.guide else outside).append((question.guide, opened, shown))
    return Row(
        first=share(shown[:1] == [guide] for guide, _, shown in inside),
        three=share(guide in shown[:3] for guide, _, shown in inside),
        opened=share(guide == opened for guide, opened, _ in inside),
        wrong=share(opened not in (None, guide) for guide, opened, _ in inside),
        declined=share(not opened and not shown for _, opened, shown in outside),
        unopened=share(not opened for _, opened, _ in outside),
        p50=statistics.median(took),
        p99=statistics.quantiles(took, n=100)[98],
    )


def share(found: Iterable[bool]) -> float:
    return statistics.fmean(found) * 100


def report(half: str, known: Library) -> None:
    questions = load(half)
    inside = [question for question in questions if question.guide]
    guides = {question.guide for question in inside}
    print(
        f"\nSearch, {half} half: {len(inside)} questions in scope about {len(guides)} guides, "
        f"{len(questions) - len(inside)} out of scope"
    )
    aliases = {words(alias) for guide in known.guides.values() for alias in guide.aliases}
    same = share(words(question.accented) in aliases for question in inside)
    print(f"({same:.0f} % of the questions in scope are an alias word for word)")
    heads = ("first", "in 3", "opened", "wrong", "decl.", "unop.", "p50 ms", "p99 ms")
    print(f"{'':26}" + "".join(f"{head:>8}" for head in heads))
    texts = texts_of(known)
    for name, ask in (
        ("ours", ours(known)),
        ("SQLite FTS5", fts5(texts)),
        ("rank-bm25", bm25(texts)),
        ("runs of letters", letters(texts)),
    ):
        for style in STYLES:
            row = measure(ask, questions, style)
            print(
                f"{name:16}{style:10}{row.first:8.1f}{row.three:8.1f}{row.opened:8.1f}{row.wrong:8.1f}"
                f"{row.declined:8.1f}{row.unopened:8.1f}{row.p50:8.2f}{row.p99:8.2f}"
            )
    print("first, in 3: % of in-scope questions whose guide is named first, among three;")
    print("opened: opened by itself and right; wrong: opened by itself and not right;")
    print("decl.: % of out-of-scope questions to which nothing is opened or offered;")
    print("unop.: nothing opened")
    by_category(known, inside)


def by_category(known: Library, questions: list[Question]) -> None:
    """First answer right by the folder of the guide, and which guides are taken for which."""
    ask = ours(known)
    right: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    confused: Counter[tuple[str, str]] = Counter()
    for question in questions:
        assert question.guide
        category = known.guides[question.guide].category
        for style in STYLES:
            shown = ask(getattr(question, style))[1]
            right[category][style].append(shown[:1] == [question.guide])
            if shown and shown[0] != question.guide:
                confused[question.guide, shown[0]] += 1
    print(
        f"\n{'first right by topic':25}" + "".join(f"{style:>12}" for style in STYLES) + "   asked"
    )
    for category, styles in sorted(right.items()):
        shares = "".join(f"{share(styles[style]):12.1f}" for style in STYLES)
        print(f"{category:25}{shares}{len(styles[STYLES[0]]):8}")
    print(f"\nmost confused, of {3 * len(questions)} askings:")
    for (asked, got), times in confused.most_common(MOST_CONFUSED):
        print(f"  {asked} taken for {got}: {times}")


def index(known: Library) -> None:
    """What the index costs: seconds to build, memory it keeps."""
    took = []
    for _ in range(BUILDS):
        began = time.perf_counter()
        built(known)
        took.append(time.perf_counter() - began)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = built(known)
    memory = (tracemalloc.get_traced_memory()[0] - before) / 1e6
    tracemalloc.stop()
    assert kept
    aliases = sum(len(guide.aliases) for guide in known.guides.values())
    print(
        f"\nIndex over {len(known.guides)} guides, {aliases} aliases, {len(known.cards)} cards: "
        f"built in {statistics.median(took):.2f} s (median of {BUILDS}), {memory:.0f} MB"
    )


def built(known: Library) -> Answers:
    finder = Finder(known.guides.values(), known.cards.values(), known.english.values())
    return Answers(finder, known.guides, known.cards.values())


def wrong(known: Library, half: str) -> None:
    """Every question of a half that does not find its guide first."""
    ask = ours(known)
    for question in load(half):
        for style in STYLES:
            opened, shown = ask(getattr(question, style))
            if question.guide and shown[:1] != [question.guide]:
                print(
                    f"{question.guide} ← {shown} {'OPENED ' if opened else ''}{getattr(question, style)}"
                )
            if not question.guide and shown:
                print(f"nothing ← {shown} {'OPENED ' if opened else ''}{getattr(question, style)}")


def main() -> None:
    known = library.load()
    if sys.argv[1:] == ["tuning"]:
        wrong(known, "tuning")
        report("tuning", known)
        return
    index(known)
    report("tuning", known)
    report("measured", known)


if __name__ == "__main__":
    main()
