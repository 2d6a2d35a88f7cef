"""Whatever learners do and however time passes: one outcome for each lesson, and none is skipped."""

import asyncio
import io
import tempfile
from collections import Counter
from collections.abc import Coroutine
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
)
from sqlalchemy import select

from content import calendar
from content import library as content_library
from handlers.packing import unpack
from handlers.turn import Incoming, Reply
from store.learning_models import Enrolment, LessonDelivery, Repetition
from store.models import Outbox
from store.outbox import FINAL
from tests.conftest import sqlite_in
from tests.learners import YES, ZONE, plan, short
from tests.people import Clock, app_with, settings, swept

LIBRARY = short(content_library.load(), 4)
LESSONS = LIBRARY.courses["residents"].lessons
DAYS = ["hằng ngày", "2 4 6", "cuối tuần", "thứ 3"]


def works(mask: int, day: date) -> bool:
    return bool(mask >> day.weekday() & 1) and not calendar.off(day, None)


class Learning(RuleBasedStateMachine):
    """One person, one course of four lessons, in the terminal."""

    questions: Bundle[str] = Bundle("questions")

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.url = sqlite_in(self.folder.name)
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.number = 0
        self.known = 0
        self.open()

    def open(self) -> None:
        self.app = app_with(settings(self.url), LIBRARY, self.clock)
        self.app.terminal._out = io.StringIO()
        self.run(self.app.prepare())

    def teardown(self) -> None:
        self.run(self.app.stop())
        self.loop.close()
        self.folder.cleanup()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def rows(self, table: Any) -> list[Any]:
        async def read(db: Any) -> Any:
            return (await db.scalars(select(table).order_by(*table.__table__.primary_key))).all()

        return list(self.run(self.app.store.read(read)))

    def lessons(self) -> list[Any]:
        return [row for row in self.rows(Outbox) if row.kind == "lesson"]

    @property
    def mine(self) -> Any:
        return next(iter(self.rows(Enrolment)), None)

    @property
    def local(self) -> datetime:
        return self.clock.now.astimezone(ZONE)

    def say(self, text: str = "", chosen: str = "") -> Reply:
        self.number += 1
        incoming = Incoming("terminal", "here", f"m{self.number}", text, chosen)
        can = self.app.terminal.can
        answered = self.run(self.app.conversation.converse(incoming, can, handed_over=True))
        return unpack(answered.parcel.payload)

    # What the learner does

    @rule(days=st.sampled_from(DAYS), hour=st.integers(7, 20))
    def joins(self, days: str, hour: int) -> None:
        if self.mine and self.mine.state != "stopped":
            return
        before = self.mine.position if self.mine else 0
        self.say(chosen="course:residents")
        self.say(days)
        self.say(f"{hour} giờ")
        self.say(chosen=YES)
        assert (self.mine.state in ("active", "finished"), self.mine.position) == (True, before)

    @precondition(lambda self: self.mine)
    @rule(target=questions)
    def fetches(self) -> Any:
        shown = self.say(chosen=f"lesson:next:{self.mine.id}")
        return multiple(*self.asked(shown))

    def asked(self, shown: Reply) -> list[str]:
        """The question a lesson leads to, without the place of an answer."""
        values = [option.value for option in shown.options]
        parts = [value.split(":") for value in values if value.startswith("lesson:part:")]
        return [f"quiz:{number}:{lesson}" for _, _, number, lesson, _ in parts[:1]]

    @precondition(lambda self: self.mine and self.mine.waiting)
    @rule(right=st.booleans())
    def answers_what_waits(self, right: bool) -> None:
        self.answer(f"quiz:{self.mine.id}:{self.mine.waiting}", right)

    @rule(question=questions, right=st.booleans())
    def answers_any_question_ever_seen(self, question: str, right: bool) -> None:
        self.answer(question, right)

    def answer(self, question: str, right: bool) -> None:
        """The place moves on by the next new lesson alone, and only while the course goes on."""
        before = self.mine
        lesson = LIBRARY.lessons[question.split(":")[2]]
        place = lesson.right if right else (lesson.right + 1) % len(lesson.choices)
        self.say(chosen=f"{question}:{place}")
        new = before.position < len(LESSONS) and LESSONS[before.position] is lesson
        moved = new and before.state != "stopped"
        assert self.mine.position == before.position + moved

    @precondition(lambda self: self.mine)
    @rule(what=st.sampled_from(["pause", "resume", "stop", "done", "change"]))
    def uses_a_button(self, what: str) -> None:
        before = self.mine
        self.say(chosen=f"lesson:{what}:{before.id}")
        if what == "change" and before.state != "stopped":
            self.say(chosen="form:lessondays:days:127")
            self.say("9h")
        assert self.mine.position == before.position

    @rule(word=st.sampled_from(["dừng học", "dừng hết"]))
    def says_stop(self, word: str) -> None:
        self.say(word)
        assert self.mine is None or self.mine.state == "stopped"

    # What time does

    @rule(target=questions, hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> Any:
        """Hour by hour, the machine awake."""
        seen, row = [], self.mine
        for _ in range(hours):
            self.clock.now += timedelta(hours=1)
            if (
                row
                and row.due_on
                and (row.due_on, row.hour) <= (self.local.date(), self.local.hour)
            ):
                seen += self.works_through()
                row = self.mine
        return multiple(*seen, *self.works_through())

    @rule(target=questions, hours=st.integers(1, 400), minutes=st.integers(0, 59))
    def the_machine_sleeps(self, hours: int, minutes: int) -> Any:
        self.clock.now += timedelta(hours=hours, minutes=minutes)
        return multiple(*self.works_through())

    @rule(target=questions, minutes=st.integers(1, 600))
    def the_clock_is_set_back(self, minutes: int) -> Any:
        self.clock.now -= timedelta(minutes=minutes)
        return multiple(*self.works_through())

    @rule()
    def restarts(self) -> None:
        self.run(self.app.stop())
        self.open()

    def works_through(self) -> list[str]:
        """Plan twice, as two machines do, and send; at most one lesson is planned: the last that is due."""
        before = self.mine
        self.run(plan(self.app))
        self.run(plan(self.app))
        due = self.expected(before)
        new = self.lessons()[self.known :]
        assert [row.due_at.astimezone(ZONE) for row in new] == due
        self.run(swept(self.app))
        self.known += len(new)
        new = self.lessons()[self.known - len(new) :]
        sent = [row for row in new if row.state == "sent"]
        return [value for row in sent for value in self.asked(unpack(row.payload))]

    def expected(self, row: Any) -> list[datetime]:
        """The time of the last chosen day since the one that was due, if it has come."""
        if row is None or row.due_on is None:
            return []
        planned = {one.dedupe_key for one in self.lessons()[: self.known]}
        day = self.local.date()
        while day >= row.due_on:
            at = datetime(day.year, day.month, day.day, row.hour, tzinfo=ZONE)
            if works(row.days, day) and at <= self.local:
                return [at] if f"lesson:{row.id}:{day}" not in planned else []
            day -= timedelta(days=1)
        return []

    # What always holds

    @invariant()
    def every_planned_lesson_has_one_outcome(self) -> None:
        rows = self.lessons()
        assert all(row.state in FINAL for row in rows)
        days = Counter(row.ended_at.astimezone(ZONE).date() for row in rows if row.state == "sent")
        assert all(number == 1 for number in days.values()), days

    @invariant()
    def no_lesson_is_skipped(self) -> None:
        row = self.mine
        if row is None:
            return
        got = self.rows(LessonDelivery)
        learned = {one.lesson for one in got if one.passed is not None}
        assert learned == {lesson.id for lesson in LESSONS[: row.position]}
        open_ = [one.lesson for one in got if one.passed is None]
        assert len(open_) == len(set(open_))
        wrong = {one.lesson for one in self.rows(Repetition)}
        assert wrong <= learned

    @invariant()
    def nothing_piles_up_and_nothing_is_forgotten(self) -> None:
        row = self.mine
        if row is None:
            return
        assert 0 <= row.unanswered <= 3
        over = row.position == len(LESSONS) and not self.rows(Repetition)
        idle = row.state in ("paused", "stopped") or row.unanswered == 3 or over
        assert (row.due_on is None) == idle, (row.state, row.unanswered, over, row.due_on)
        assert row.due_on is None or works(row.days, row.due_on)
        assert (row.state == "finished") <= (row.position == len(LESSONS))

    @invariant()
    def the_streak_counts_days_with_an_answer(self) -> None:
        days = {one.answered_on for one in self.rows(LessonDelivery) if one.answered_on}
        row = self.mine
        assert row is None or row.streak <= len(days)


TestLearning = Learning.TestCase
TestLearning.settings = hypothesis_settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
