"""What to answer to free text: a guide, one fact of it, a question back, two wishes, or nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from content import asking
from content.asking import AskBack
from content.card import Card
from content.fact import without
from content.fold import words as plain
from content.guide import Guide, Line
from content.search import Finder, Found

Kind = Literal["opens", "tells", "asks", "wishes", "offers", "nothing"]

NEAR_CARD = 0.6
"""How much of a question and of a form of a card of the found guide must be the same, by weight."""
SAME_CARD = 0.85
"""How much, where the guide is not sure or another part of it is asked for."""
NEAR_LINE = 0.75
"""How much of a follow-up a line of the guide in hand must speak of."""
SURE_OF_PART = 0.9
"""How sure each part must be when only a small word stands between two wishes."""


@dataclass(frozen=True)
class Answer:
    """`kind` says which of the others count.

    opens: the first of `guides`, the rest are runners-up · tells: `card`, `aspects` or `line` of it ·
    asks: `back`, a question with `guides` · wishes: each of `guides` · offers: perhaps one of `guides`.
    """

    kind: Kind
    guides: tuple[str, ...] = ()
    card: Card | None = None
    aspects: tuple[str, ...] = ()
    line: Line | None = None
    back: AskBack | None = None


class Answers:
    """Answers over all guides and cards."""

    def __init__(self, finder: Finder, guides: dict[str, Guide], cards: Iterable[Card]) -> None:
        self._finder = finder
        self._guides = guides
        cards = [card for card in cards if card.guide in guides]
        self._cards = [(card, self._core(ask)) for card in cards for ask in card.asks]
        self._names = {
            plain(name): guide.id
            for guide in guides.values()
            for name in (guide.title, guide.aliases[0])
        }
        self._backs = {
            self._asked(form): back
            for back in asking.ask_backs()
            if set(back.guides) <= set(guides)
            for form in back.forms
        }

    def answer(self, text: str, in_hand: str = "") -> Answer:
        """What to do with a text; `in_hand` is the guide somebody is looking at."""
        if self._finder.urgent(text):
            return self._opened(self._finder.find(text))
        if name := self._names.get(plain(text)):
            return Answer("opens", (name,))
        if in_hand in self._guides and (told := self._follow_up(text, self._guides[in_hand])):
            return told
        if back := self._backs.get(self._asked(text)):
            return Answer("asks", back.guides, back=back)
        if card := self._card(self._core(text), SAME_CARD):
            return Answer("tells", (card.guide,), card=card)
        found = self._finder.find(text)
        if wishes := self._wishes(text):
            return Answer("wishes", wishes)
        if found.answer:
            return self._told(text, found.answer, found) or self._opened(found)
        shown = tuple(one.id for one in found.candidates)
        return Answer("offers", shown) if shown else Answer("nothing")

    def _opened(self, found: Found) -> Answer:
        return Answer("opens", tuple(one.id for one in found.candidates))

    def _told(self, text: str, guide: str, found: Found) -> Answer | None:
        """The one fact of a guide that somebody asks for; None when they want all of it."""
        ids = tuple(one.id for one in found.candidates)
        words = self._finder.typed(text)
        told = tuple(name for name in asking.aspects_of(words)[0] if name in asking.TOLD)
        if told and not asking.asks_how(words):
            return Answer("tells", ids, aspects=told)
        card = self._card(self._core(text), NEAR_CARD, guide)
        return Answer("tells", ids, card=card) if card else None

    def _card(self, core: frozenset[str], least: float, guide: str = "") -> Card | None:
        """The card, of this guide or of any, whose question is nearest; None when none is near."""
        near = [
            (self._finder.alike(core, ask), card)
            for card, ask in self._cards
            if not guide or card.guide == guide
        ]
        best = max(near, key=lambda pair: pair[0], default=None)
        return best[1] if best and best[0] >= least else None

    def _follow_up(self, text: str, guide: Guide) -> Answer | None:
        """What the guide in hand says to "thế mất bao nhiêu tiền?", "còn online thì sao?"."""
        words = self._finder.typed(text)
        aspects, rest = asking.aspects_of(words)
        left = asking.bare(rest, self._finder.little)
        if aspects and not left:
            return self._part(guide, aspects)
        if not left or not asking.follows(words):
            return None
        if self._finder.find(text).answer not in (None, guide.id):
            return None  # something else is meant
        line = self._line(guide, left)
        return Answer("tells", (guide.id,), line=line) if line else None

    def _part(self, guide: Guide, aspects: tuple[str, ...]) -> Answer | None:
        told = tuple(name for name in aspects if name in asking.TOLD)
        if told:
            return Answer("tells", (guide.id,), aspects=told)
        line = self._speaking_of(guide, asking.phrases().lines[aspects[0]])
        return Answer("tells", (guide.id,), line=line) if line else None

    def _speaking_of(self, guide: Guide, phrases: list[str]) -> Line | None:
        """The line with most of these phrases, a step before anything else."""
        lines = (*guide.steps, *(problem.answer for problem in guide.problems), *guide.lines)
        said = [f" {' '.join(self._finder.typed(without(line.text)))} " for line in lines]
        counts = [sum(f" {phrase} " in text for phrase in phrases) for text in said]
        most = max(counts)
        return lines[counts.index(most)] if most else None

    def _line(self, guide: Guide, words: list[str]) -> Line | None:
        lines = [
            *(
                (f"{problem.title} {problem.answer.text}", problem.answer)
                for problem in guide.problems
            ),
            *((line.text, line) for line in guide.lines),
        ]
        near = [(self._finder.covers(text, words), line) for text, line in lines]
        best = max(near, key=lambda pair: pair[0])
        return best[1] if best[0] >= NEAR_LINE else None

    def _wishes(self, text: str) -> tuple[str, ...]:
        """The guides of two wishes in one message; () where it is one."""
        parts, strong = asking.parts(text)
        if not 2 <= len(parts) <= 3:
            return ()
        found = [self._finder.find(part) for part in parts]
        bar = 0.0 if strong else SURE_OF_PART
        sure = [one.answer for one in found if one.answer and one.sure >= bar]
        several = tuple(dict.fromkeys(sure))
        return several if len(sure) == len(parts) and len(several) > 1 else ()

    def _asked(self, text: str) -> tuple[str, ...]:
        """What a bare question says. A single word counts where it stands alone: "cài zalo" says more."""
        core = self._core(text)
        return tuple(sorted(core)) if len(core) > 1 else tuple(self._finder.words(text))

    def _core(self, text: str) -> frozenset[str]:
        return frozenset(
            word for word in self._finder.words(text) if word not in self._finder.little
        )
