"""What search learns from: every way of asking, and what is asked elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from content.card import Card
from content.fact import without
from content.guide import Guide

ELSEWHERE = Path(__file__).parent / "elsewhere.txt"


@dataclass(frozen=True)
class Example:
    """A text and the number of its guide; one more than the last guide means: no guide."""

    text: str
    guide: int
    weight: float = 1.0


def examples_of(
    guides: list[Guide], cards: Iterable[Card], english: Iterable[Guide]
) -> list[Example]:
    """Ours first, then what is elsewhere."""
    place = {guide.id: number for number, guide in enumerate(guides)}
    known = (*guides, *(guide for guide in english if guide.id in place))
    ours = [example for guide in known for example in _of(guide, place[guide.id])]
    asked = ((ask, card.guide) for card in cards for ask in card.asks)
    ours += [Example(ask, place[guide]) for ask, guide in asked if guide in place]
    ours.sort(key=lambda example: example.guide)
    lines = ELSEWHERE.read_text(encoding="utf-8").splitlines()
    return ours + [
        Example(line, len(guides)) for line in lines if line and not line.startswith("#")
    ]


def _of(guide: Guide, number: int) -> list[Example]:
    return [
        *(Example(text, number) for text in (guide.title, *guide.aliases)),
        *(Example(problem.title, number, 0.7) for problem in guide.problems),
        *(Example(without(step.text), number, 0.4) for step in guide.steps),
    ]
