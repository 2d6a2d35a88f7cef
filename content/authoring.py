"""What authors ask of the content: what is out of date, what a fact is used in, how hard it reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean

from content import reading
from content.fact import FACTS, names_in, without
from content.guide import Guide
from content.lesson import Lesson
from content.library import Library
from content.topics import TOPICS

TEMPLATE = """\
---
id: {id}
title:
category: {category}
topic:            # {topics}
for_whom: "… [S1]"
needs:
  - "… [S1]"
fee: "… [S1]"
time: "… [S1]"
related: []
sources:
  - id: S1
    title:        # the document or the office, in short
    url:
    date:         # as 2026-07-15
    confidence:   # confirmed, single or unknown
checked_on: {today}
recheck_after:    # in three months, or sooner when a fact ends sooner
aliases:          # at least six ways people ask this, better forty
  -
---
## Các bước
1. … [S1]

## Lỗi thường gặp
- **…** … [tip]
"""


@dataclass(frozen=True)
class Old:
    """Something to check again, and since when."""

    path: Path
    name: str
    since: date
    what: str


@dataclass(frozen=True)
class Reading:
    """How long the sentences of a guide are, in syllables."""

    guide: str
    average: float
    longest: int


def stale(library: Library, today: date) -> list[Old]:
    """Facts that have run out, then guides and lessons whose day to be checked again is past."""
    ended = [
        Old(FACTS, name, fact.last, f"{fact.what}: {fact.value}")
        for name, fact in library.facts.items()
        if fact.last and fact.lapsed(today)
    ]
    dated: list[Guide | Lesson] = [*library.guides.values(), *library.lessons.values()]
    due = [Old(one.path, one.id, one.recheck_after, one.title) for one in dated if one.stale(today)]
    return [*ended, *sorted(due, key=lambda old: old.since)]


def impact(library: Library, fact: str) -> list[str]:
    """Every text that inserts a fact, as "guide residence-temporary: fee"."""
    texts = (*_of_guides(library), *_of_lessons(library), *_of_cards(library))
    return [place for place, text in texts if fact in names_in(text)]


def _of_guides(library: Library) -> Iterator[tuple[str, str]]:
    for kind, guides in (("guide", library.guides), ("English guide", library.english)):
        for guide in guides.values():
            head = f"{kind} {guide.id}"
            yield f"{head}: for_whom", guide.for_whom.text
            yield from ((f"{head}: needs {n}", line.text) for n, line in enumerate(guide.needs, 1))
            yield f"{head}: fee", guide.fee.text
            yield f"{head}: time", guide.time.text
            yield from ((f"{head}: step {n}", line.text) for n, line in enumerate(guide.steps, 1))
            for problem in guide.problems:
                yield f"{head}: problem “{problem.title}”", problem.answer.text


def _of_lessons(library: Library) -> Iterator[tuple[str, str]]:
    for lesson in library.lessons.values():
        for number, part in enumerate(lesson.parts, 1):
            yield from ((f"lesson {lesson.id}: part {number}", line.text) for line in part)
        for choice in lesson.choices:
            yield f"quiz of lesson {lesson.id}: “{choice.label}”", choice.feedback.text


def _of_cards(library: Library) -> Iterator[tuple[str, str]]:
    for card in library.cards.values():
        yield f"card {card.id}", f"{card.answer.text} {card.en}"


def unused(library: Library) -> list[str]:
    """Facts that no text inserts."""
    texts = (*_of_guides(library), *_of_lessons(library), *_of_cards(library))
    used = {name for _, text in texts for name in names_in(text)}
    return sorted(set(library.facts) - used)


def readings(library: Library) -> list[Reading]:
    """Every guide by how hard it reads, the hardest first."""
    found = []
    for guide in library.guides.values():
        lengths = reading.lengths([without(line.text) for line in guide.lines])
        found.append(Reading(guide.id, fmean(lengths), max(lengths)))
    return sorted(found, key=lambda one: (one.average, one.longest), reverse=True)


def template(name: str, category: str, today: date) -> str:
    """The file a new guide begins with."""
    codes = ", ".join(sorted(TOPICS))
    return TEMPLATE.format(id=name, category=category, topics=codes, today=today)
