"""Where somebody stands in a course, and what follows from an answer. Nothing here writes."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from content import calendar, repetition
from content.lesson import Course, Lesson
from content.library import Library
from content.streak import Streak, answered, refreshed
from content.timetable import Off, is_chosen, next_day
from handlers.turn import WARD_ZONE
from store import enrolments
from store.enrolments import ACTIVE, FINISHED, EnrolmentRow, Repeat

MOST_SENDS = 3
"""How often lessons come by themselves before somebody answers; then they rest."""


@dataclass(frozen=True)
class Taken:
    """A course somebody takes."""

    row: EnrolmentRow
    course: Course
    repeats: tuple[Repeat, ...]
    """What comes back, the earliest first; without lessons that are gone."""

    @property
    def new(self) -> Lesson | None:
        """The next lesson that was not learned; None after the last one."""
        lessons = self.course.lessons
        return lessons[self.row.position] if self.row.position < len(lessons) else None

    @property
    def streak(self) -> Streak:
        return Streak(self.row.streak, self.row.unanswered, self.row.answered_on)

    @property
    def rests(self) -> bool:
        """Nothing comes by itself until somebody asks for it or answers."""
        return self.row.state in (ACTIVE, FINISHED) and self.row.due_on is None

    def repeat(self, lesson_id: str) -> Repeat | None:
        return next((one for one in self.repeats if one.lesson == lesson_id), None)

    def lesson(self, today: date) -> Lesson | None:
        """What is to be learned now: what comes back, else the next new one."""
        back = next((one.lesson for one in self.repeats if one.due_on <= today), None)
        return next((one for one in self.course.lessons if one.id == back), self.new)

    def asks(self, lesson: Lesson, today: date) -> bool:
        """Whether its question was not answered yet, or not since it came back."""
        if back := self.repeat(lesson.id):
            return back.due_on <= today or self.row.waiting == lesson.id
        return lesson == self.new


async def taken(db: AsyncSession, library: Library, row: EnrolmentRow | None) -> Taken | None:
    """None: there is no such course, or not any more."""
    course = library.courses.get(row.course) if row else None
    if row is None or course is None:
        return None
    known = {lesson.id for lesson in course.lessons}
    repeats = await enrolments.repeats(db, row.id)
    return Taken(row, course, tuple(one for one in repeats if one.lesson in known))


def offs(library: Library, ward_id: str | None) -> Off:
    """The days on which no lesson comes in a ward: public holidays."""
    return partial(_off, library, ward_id)


def _off(library: Library, ward_id: str | None, day: date) -> bool:
    return bool(calendar.off(day, library.wards.get(ward_id or "")))


def next_due(course: Taken, library: Library, now: datetime) -> date | None:
    """The chosen day whose hour comes next, and on which there is something to learn."""
    local, row = now.astimezone(WARD_ZONE), course.row
    after = local.date() - timedelta(days=local.hour < row.hour)
    if course.new is None:
        if not course.repeats:
            return None
        after = max(after, course.repeats[0].due_on - timedelta(days=1))
    return next_day(row.days, after, offs(library, row.ward_id))


def awake(course: Taken, library: Library, now: datetime) -> dict[str, Any]:
    """The columns of a course that goes on, after a rest, a pause, or with other days."""
    fresh = refreshed(course.streak)
    state = ACTIVE if course.new else FINISHED
    due_on = next_due(course, library, now)
    return dict(state=state, due_on=due_on, streak=fresh.days, unanswered=fresh.open)


def repeated(course: Taken, lesson: Lesson, right: bool, today: date) -> Repeat | None:
    """When a lesson comes back after this answer; None: it does not."""
    back = course.repeat(lesson.id)
    if right and back is None:
        return None
    card = back.card if back else None
    after = repetition.right(card or {}, today) if right else repetition.wrong(card, today)
    return Repeat(lesson.id, after[1], after[0]) if after else None


def after_answer(course: Taken, lesson: Lesson, back: Repeat | None, now: datetime) -> Taken:
    """The course with this answer: its place, streak and what comes back. Its next day is not set."""
    row, today = course.row, now.astimezone(WARD_ZONE).date()
    is_new = course.repeat(lesson.id) is None
    streak = answered(course.streak, today, is_chosen(row.days, today))
    others = [one for one in course.repeats if one.lesson != lesson.id]
    repeats = sorted([*others, back] if back else others, key=lambda one: (one.due_on, one.lesson))
    moved = replace(
        row, position=row.position + is_new, waiting=None, answered_on=today,
        streak=streak.days, unanswered=streak.open,
    )  # fmt: skip
    return replace(course, row=moved, repeats=tuple(repeats))
