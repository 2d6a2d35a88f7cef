"""Everything the bot can say, loaded and checked once."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from content import sentence
from content.answer import Answers
from content.card import CARDS, Card, load_cards
from content.english import load_english
from content.fact import FACTS, Fact, Filled, load_facts
from content.guide import GUIDES, REDIRECTS, Guide, linked, load_guides, load_redirects
from content.i18n import DEFAULT
from content.indicator import INDICATORS, Plan, load_plans
from content.lesson import LESSONS, Course, Lesson, load_lessons
from content.search import Finder
from content.ward import WARDS, Ward, load_wards


@dataclass(frozen=True)
class Library:
    guides: dict[str, Guide]
    wards: dict[str, Ward]
    plans: dict[str, Plan]
    courses: dict[str, Course]
    facts: dict[str, Fact] = field(default_factory=dict)
    cards: dict[str, Card] = field(default_factory=dict)
    english: dict[str, Guide] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)

    @cached_property
    def finder(self) -> Finder:
        """The search index; built when first asked for."""
        return Finder(self.guides.values(), self.cards.values(), self.english.values())

    @cached_property
    def answers(self) -> Answers:
        """What free text is answered with; built on the search index."""
        return Answers(self.finder, self.guides, self.cards.values())

    def warm(self) -> None:
        """Build now what the first question and the first log sentence would otherwise wait for."""
        assert self.answers
        sentence.read("giúp", datetime(2026, 1, 1))

    def guide(self, name: str, lang: str = DEFAULT) -> Guide | None:
        """A guide by its id or an older one, in a language it has; None when there is none."""
        name = self.redirects.get(name, name)
        english = self.english.get(name) if lang == "en" else None
        return english or self.guides.get(name)

    @cached_property
    def titles(self) -> dict[str, str]:
        return {guide.id: guide.title for guide in self.guides.values()}

    @cached_property
    def _titles_in_english(self) -> dict[str, str]:
        return self.titles | {guide.id: guide.title for guide in self.english.values()}

    def titles_in(self, lang: str) -> dict[str, str]:
        return self._titles_in_english if lang == "en" else self.titles

    @cached_property
    def lessons(self) -> dict[str, Lesson]:
        """The lessons of all courses by id, in their order."""
        return {lesson.id: lesson for course in self.courses.values() for lesson in course.lessons}

    def shown(self, text: str, today: date, lang: str = DEFAULT) -> str:
        """A line of a guide, a card or a lesson as residents see it on a day."""
        return linked(Filled(self.facts, today, lang)(text), self.titles_in(lang))


def load(
    guides: Path = GUIDES,
    wards: Path = WARDS,
    plans: Path = INDICATORS,
    lessons: Path = LESSONS,
    facts: Path = FACTS,
    cards: Path = CARDS,
    redirects: Path = REDIRECTS,
) -> Library:
    """Load all content. ContentError when any of it must not be shown."""
    known, named = load_plans(plans), load_facts(facts)
    by_id = load_guides(named, guides)
    return Library(
        by_id,
        load_wards(wards, frozenset(known)),
        known,
        load_lessons(by_id, named, lessons),
        named,
        load_cards(named, by_id, cards),
        load_english(by_id, named, guides),
        load_redirects(by_id, redirects),
    )
