"""Joining a course and choosing its days: which course, which days, which hour, and a yes to what comes."""

from collections.abc import Sequence

from content import timetable
from content.fold import words
from content.i18n import N_
from content.lesson import Course
from content.timetable import EVERY_DAY, WEEKEND
from handlers import forms, lesson_words, menu
from handlers.checks import one_of_these
from handlers.forms import Answers, Field, Form, Invalid
from handlers.lesson_state import Taken, awake, taken
from handlers.turn import Option, Reply, Turn
from store import consents, enrolments
from store.enrolments import PAUSED, STOPPED

TEAM = "team"
"""The course for people with a role."""
DAYS = {
    EVERY_DAY: N_("Every day"),
    0b0010101: N_("Three days: Monday, Wednesday, Friday"),
    0b0101010: N_("Three days: Tuesday, Thursday, Saturday"),
    WEEKEND: N_("Weekend: Saturday and Sunday"),
}
HOURS = (7, 9, 12, 17, 19, 20)
NO = frozenset("khong,khong can,ko,thoi,no,khoan,de sau".split(","))
"""Folded words that are a no to the consent."""


def open_to(turn: Turn) -> list[Course]:
    """The courses a person may take."""
    courses = turn.library.courses.values()
    return [one for one in courses if one.lessons and (one.id != TEAM or turn.talk.role)]


async def begin(turn: Turn, course: Course) -> Reply:
    """Ask for days and hour; where nothing can be sent, say so."""
    if not turn.can.push:
        text = turn.tr(
            "On this app I cannot write to you first, so lessons cannot come here by themselves. "
            "You can take them on the ward's web page or on Telegram."
        )
        return Reply(text, menu.choices(turn))
    return await forms.begin(turn, JOIN, {"course": course.id})


async def change(turn: Turn, course: Taken) -> Reply:
    """Other days, another hour."""
    return await forms.begin(turn, CHANGE, {"enrolment": str(course.row.id)})


async def _courses(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [turn.option(course.title, course.id) for course in open_to(turn)]


async def _day_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [turn.option(label, str(mask)) for mask, label in DAYS.items()]


async def _days(turn: Turn, answers: Answers, typed: str) -> str:
    mask = timetable.days_in(typed)
    if not mask:
        raise Invalid(turn.tr("I did not understand the days. For example: thứ 2, thứ 5."))
    return str(mask)


async def _hour_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(lesson_words.hour(turn.talk.lang, hour), str(hour)) for hour in HOURS]


async def _hour(turn: Turn, answers: Answers, typed: str) -> str:
    hour = timetable.hour_in(typed)
    if hour is None:
        raise Invalid(turn.tr("Please name a full hour from 7 to 20, for example 8 giờ."))
    return str(hour)


async def _consent(turn: Turn, answers: Answers) -> str:
    course, (days, hour) = turn.library.courses[answers["course"]], _chosen(answers)
    ward = turn.ward.name if turn.ward else None
    return lesson_words.consent(turn.talk.lang, course, days, hour, ward)


def _chosen(answers: Answers) -> tuple[int, int]:
    return int(answers["days"]), int(answers["hour"])


async def _joined(turn: Turn, answers: Answers) -> Reply:
    """The yes: recorded as it was asked; the first lesson is offered, now or at its time."""
    course = turn.library.courses.get(answers["course"])
    if course is None or course not in open_to(turn):
        return await menu.lapsed(turn)
    talk = turn.talk
    said = await _consent(turn, answers)
    await consents.give(turn.db, talk.chat_id, consents.LESSONS, said, turn.now)
    days, hour = _chosen(answers)
    number = await enrolments.join(
        turn.db, talk.chat_id, talk.ward_id, course.id, days, hour, turn.today
    )
    joined = await scheduled(turn, number)
    when = lesson_words.onward(talk.lang, joined, turn.now)
    options = (
        turn.option("Begin now", f"lesson:next:{number}"),
        turn.option("At the time I chose", f"lesson:done:{number}"),
    )
    return Reply(turn.tr("Noted. {next}.", next=when), options)


async def _changed(turn: Turn, answers: Answers) -> Reply:
    number, (days, hour) = int(answers["enrolment"]), _chosen(answers)
    row = await enrolments.hold(turn.db, number)
    if row is None or row.chat_id != turn.talk.chat_id or row.state == STOPPED:
        return await menu.lapsed(turn)
    await enrolments.change(turn.db, number, days=days, hour=hour)
    course = await taken(turn.db, turn.library, await enrolments.get(turn.db, number))
    if course and row.state != PAUSED:
        course = await scheduled(turn, number)
    when = lesson_words.onward(turn.talk.lang, course, turn.now) if course else ""
    options = (turn.option("My lessons", "learn"), turn.option("Main menu", "menu"))
    return Reply(turn.tr("Noted. {next}.", next=when), options)


async def scheduled(turn: Turn, number: int) -> Taken:
    """Let a course go on from now, and how it stands then."""
    course = await taken(turn.db, turn.library, await enrolments.get(turn.db, number))
    assert course, "a course that was just found"
    await enrolments.change(turn.db, number, **awake(course, turn.library, turn.now))
    after = await taken(turn.db, turn.library, await enrolments.get(turn.db, number))
    assert after
    return after


async def _no(turn: Turn, answers: Answers) -> Reply:
    text = turn.tr("Fine, nothing was noted. To learn later, type “học” any time.")
    return Reply(text, menu.choices(turn))


async def _said_no(turn: Turn, answers: Answers, typed: str) -> Reply | None:
    if words(typed) not in NO:
        return None
    turn.talk.state.pop("form", None)
    return await _no(turn, answers)


_FIELDS = (
    Field(
        "days",
        N_("On which days? Choose, or type the days, for example: thứ 2, thứ 5."),
        _day_options,
        _days,
        label=N_("The days"),
    ),
    Field(
        "hour",
        N_("At what time? Choose, or type an hour from 7 to 20."),
        _hour_options,
        _hour,
        label=N_("The hour"),
        numbers=True,
    ),
)
JOIN = forms.register(
    Form(
        "learn",
        (
            Field(
                "course",
                N_("Which course do you want to take?"),
                _courses,
                one_of_these,
                label=N_("The course"),
            ),
            *_FIELDS,
        ),
        _joined,
        _consent,
        send=N_("Yes, start"),
        drop=_no,
        told=_said_no,
    )
)
CHANGE = forms.register(Form("lessondays", _FIELDS, _changed))
