"""Everything the bot can say, loaded and checked once."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from content import sentence
from content.guide import GUIDES, Guide, linked, load_guides
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

    @cached_property
    def finder(self) -> Finder:
        """The search index; built when first asked for."""
        return Finder(self.guides.values())

    def warm(self) -> None:
        """Build now what the first question and the first log sentence would otherwise wait for."""
        assert self.finder
        sentence.read("giúp", datetime(2026, 1, 1))

    @cached_property
    def titles(self) -> dict[str, str]:
        return {guide.id: guide.title for guide in self.guides.values()}

    @cached_property
    def lessons(self) -> dict[str, Lesson]:
        """The lessons of all courses by id, in their order."""
        return {lesson.id: lesson for course in self.courses.values() for lesson in course.lessons}

    def shown(self, text: str) -> str:
        """A line of a guide or a lesson as residents see it."""
        return linked(text, self.titles)


def load(
    guides: Path = GUIDES, wards: Path = WARDS, plans: Path = INDICATORS, lessons: Path = LESSONS
) -> Library:
    """Load all content. ContentError when any of it must not be shown."""
    known, by_id = load_plans(plans), load_guides(guides)
    places = load_wards(wards, frozenset(known))
    return Library(by_id, places, known, load_lessons(by_id, lessons))
