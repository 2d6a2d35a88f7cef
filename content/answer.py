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

NEAR_CARD = 0.8
"""How much of a question and of a form of a card must be the same, by weight."""
NEAR_LINE = 0.75
"""How much of a follow-up a line of the guide in hand must speak of."""
LIKELY_PART = 0.4
"""How sure each part must be, one of them being sure, when sentences or strong words part them."""
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
        self._cards = [(card, self._all(ask)) for card in cards for ask in card.asks]
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
        found = self._finder.find(text)
        if wishes := self._wishes(text):
            return Answer("wishes", wishes)
        if found.answer:
            return self._told(text, found.answer, found) or self._opened(found)
        return self._unsure(text, found)

    def _unsure(self, text: str, found: Found) -> Answer:
        """A card whose very question it is; a question back; the guides it may be; or nothing."""
        aspects, rest = asking.aspects_of(self._finder.typed(text))
        for one in self._finder.ranked(text):
            card = None if aspects else self._card(self._all(text), one.id)
            if card:
                return Answer("tells", (one.id,), card=card)
        if aspects and (back := self._backs.get(self._asked(" ".join(rest)))):
            return Answer("asks", back.guides, back=back)
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
        card = self._card(self._all(text), guide)
        return Answer("tells", ids, card=card) if card else None

    def _card(self, said: frozenset[str], guide: str) -> Card | None:
        """The card of a guide whose question this is; None when it is none of theirs."""
        near = [
            (self._finder.alike(said, ask), card)
            for card, ask in self._cards
            if card.guide == guide and len(ask) > 1
        ]
        best = max(near, key=lambda pair: pair[0], default=None)
        return best[1] if best and best[0] >= NEAR_CARD else None

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
        """The step with most of these phrases; without one a problem, then anything else."""
        problems = tuple(problem.answer for problem in guide.problems)
        for lines in (guide.steps, problems, guide.lines):
            said = [f" {' '.join(self._finder.typed(without(line.text)))} " for line in lines]
            counts = [sum(f" {phrase} " in text for phrase in phrases) for text in said]
            if any(counts):
                return lines[counts.index(max(counts))]
        return None

    def _line(self, guide: Guide, words: list[str]) -> Line | None:
        lines = [
            *(
                (f"{problem.title} {without(problem.answer.text)}", problem.answer)
                for problem in guide.problems
            ),
            *((without(line.text), line) for line in guide.lines),
        ]
        near = [(self._finder.covers(text, words), line) for text, line in lines]
        best = max(near, key=lambda pair: pair[0])
        return best[1] if best[0] >= NEAR_LINE else None

    def _wishes(self, text: str) -> tuple[str, ...]:
        """The guides of two wishes in one message; () where it is one."""
        parts, strong = asking.parts(text)
        if len(parts) != 2:
            return ()  # of three, one would be lost
        found = [self._finder.find(part) for part in parts]
        if not any(one.answer for one in found):
            return ()
        bar = LIKELY_PART if strong else SURE_OF_PART
        likely = [one.candidates[0].id for one in found if one.candidates and one.sure >= bar]
        several = tuple(dict.fromkeys(likely))
        return several if len(likely) == len(parts) and len(several) > 1 else ()

    def _asked(self, text: str) -> tuple[str, ...]:
        """What a bare question says. A single word counts where it stands alone: "cài zalo" says more."""
        core = self._core(text)
        return tuple(sorted(core)) if len(core) > 1 else tuple(self._finder.words(text))

    def _all(self, text: str) -> frozenset[str]:
        """The words of a text, little ones too: "mất thẻ" is not "mất thẻ hết bao nhiêu"."""
        return frozenset(self._finder.words(text))

    def _core(self, text: str) -> frozenset[str]:
        return frozenset(
            word for word in self._finder.words(text) if word not in self._finder.little
        )
