"""Courses of short lessons: what there is, how one's own stands, and what its buttons do."""

from content.fold import words
from content.i18n import N_
from content.lesson import Course, Lesson
from content.topics import bits
from handlers import lesson_form, lesson_words, menu
from handlers.guides import counted
from handlers.lesson_form import open_to, scheduled
from handlers.lesson_state import Taken, awake, taken
from handlers.turn import Option, Reply, Turn
from store import consents, enrolments
from store.enrolments import ASKED, FINISHED, PAUSED, STOPPED

SHORT = {
    "residents": ("moi nguoi", "nguoi dan", "co ban", "binh dan hoc vu so"),
    "traders": ("tieu thuong", "buon ban", "ban hang", "ho kinh doanh", "kinh doanh"),
    "team": ("to", "to so", "to cong nghe so", "thanh vien"),
}
"""What people call the courses, folded: "/learn tiểu thương"."""
LARGEST = 2**31 - 1
"""Of numbers the database takes."""


async def learn(turn: Turn) -> Reply:
    """How one's courses stand; for who takes none, what there is. A course may be named."""
    if course := _named(turn):
        return await _course(turn, course)
    running = [one for one in await _taken(turn) if one.row.state != STOPPED]
    if len(running) == 1:
        return _standing(turn, running[0])
    if not running:
        return _offer(turn, open_to(turn))
    text = "\n\n".join(lesson_words.standing(turn.talk.lang, one, turn.now) for one in running)
    options = [_option(turn, one.course) for one in running]
    return Reply(text, (*options, turn.option("Another course", "course")))


async def course(turn: Turn) -> Reply:
    """`<id>`: one course; without one, those that could be joined."""
    if chosen := _named(turn):
        return await _course(turn, chosen)
    running = {one.course.id for one in await _taken(turn) if one.row.state != STOPPED}
    others = [one for one in open_to(turn) if one.id not in running]
    if others:
        return _offer(turn, others)
    text = turn.tr("You take all the courses there are for you.")
    return Reply(text, (turn.option("My lessons", "learn"), turn.option("Main menu", "menu")))


async def chosen(turn: Turn) -> Reply:
    """`<what>:<enrolment>`: a button of a course this chat takes."""
    what, _, rest = turn.argument.partition(":")
    number, _, rest = rest.partition(":")
    mine = await own(turn, number)
    if mine is None:
        return await menu.lapsed(turn)
    if what == "part":
        return await _part(turn, mine, rest)
    if mine.row.state == STOPPED:
        return await _course(turn, mine.course)
    answer = {
        "next": following, "done": _done, "change": lesson_form.change, "pause": _pause,
        "resume": _resume, "stop": _stop,
    }.get(what)  # fmt: skip
    return await (answer(turn, mine) if answer else menu.lapsed(turn))


async def own(turn: Turn, number: str) -> Taken | None:
    """The enrolment of this chat with that number, which nobody else changes meanwhile."""
    if not number.isdecimal() or len(number) > 10 or int(number) > LARGEST:
        return None
    row = await enrolments.hold(turn.db, int(number))
    mine = row and row.chat_id == turn.talk.chat_id
    return await taken(turn.db, turn.library, row) if mine else None


async def following(turn: Turn, mine: Taken) -> Reply:
    """The lesson that is next, from its beginning."""
    lesson = mine.lesson(turn.today)
    if lesson is None:
        return _nothing_left(turn, mine)
    shown: dict[str, object] = {"waiting": lesson.id, "shown_on": turn.today}
    if mine.rests:
        shown |= awake(mine, turn.library, turn.now)
    await enrolments.change(turn.db, mine.row.id, **shown)
    await delivered(turn, mine, lesson)
    back = mine.repeat(lesson.id)
    intro = turn.tr(lesson_words.AGAIN) if back else ""
    return lesson_words.message(
        turn.talk.lang, turn.library, mine.row.id, lesson, 1, turn.today, intro
    )


async def delivered(turn: Turn, mine: Taken, lesson: Lesson) -> int:
    """Count a lesson that was fetched, unless it came before; its row."""
    return await enrolments.deliver(
        turn.db, mine.row, turn.talk.ward_id, lesson.id, bits([lesson.topic]),
        turn.incoming.channel, turn.today, ASKED,
    )  # fmt: skip


async def _part(turn: Turn, mine: Taken, rest: str) -> Reply:
    name, _, place = rest.partition(":")
    lesson = turn.library.lessons.get(name)
    number = counted(place, len(lesson.parts) + 1) if lesson else 0
    if lesson is None or not number:
        return await menu.lapsed(turn)
    return lesson_words.message(
        turn.talk.lang, turn.library, mine.row.id, lesson, number, turn.today
    )


async def _course(turn: Turn, course: Course) -> Reply:
    """How a course stands for who takes it; else the way to join it."""
    mine = next((one for one in await _taken(turn) if one.course.id == course.id), None)
    if mine and mine.row.state != STOPPED:
        return _standing(turn, mine)
    return await lesson_form.begin(turn, course)


def _standing(turn: Turn, mine: Taken) -> Reply:
    number, state = mine.row.id, mine.row.state
    actions = [("next", N_("Next lesson now"))] if mine.lesson(turn.today) else []
    if state == PAUSED:
        actions.append(("resume", N_("Go on learning")))
    if state != FINISHED or mine.repeats:
        actions.append(("change", N_("Other days or another hour")))
    if mine.row.due_on:
        actions.append(("pause", N_("Pause the lessons")))
    if state != FINISHED or mine.repeats:
        actions.append(("stop", N_("Stop this course")))
    options = [turn.option(label, f"lesson:{what}:{number}") for what, label in actions]
    text = lesson_words.standing(turn.talk.lang, mine, turn.now)
    return Reply(text, (*options, turn.option("Another course", "course"), _menu(turn)))


def _offer(turn: Turn, courses: list[Course]) -> Reply:
    lines = [f"• {turn.tr(one.title)}: {turn.tr(one.about)}" for one in courses]
    head = turn.tr("Short lessons, on the days you choose. Which course?")
    return Reply("\n".join([head, *lines]), (*(_option(turn, one) for one in courses), _menu(turn)))


def _option(turn: Turn, course: Course) -> Option:
    return turn.option(course.title, f"course:{course.id}")


def _menu(turn: Turn) -> Option:
    return turn.option("Main menu", "menu")


def _nothing_left(turn: Turn, mine: Taken) -> Reply:
    when = lesson_words.onward(turn.talk.lang, mine, turn.now)
    text = turn.tr("Nothing is left to learn here today. {next}.", next=when)
    return Reply(text, (turn.option("Another course", "course"), _menu(turn)))


async def _done(turn: Turn, mine: Taken) -> Reply:
    when = lesson_words.onward(turn.talk.lang, mine, turn.now)
    return Reply(turn.tr("Good. {next}.", next=when), menu.choices(turn))


async def _pause(turn: Turn, mine: Taken) -> Reply:
    await enrolments.change(turn.db, mine.row.id, state=PAUSED, due_on=None)
    text = turn.tr("Paused: nothing comes until you go on. To go on, type “học” any time.")
    return Reply(text, (turn.option("Go on learning", f"lesson:resume:{mine.row.id}"), _menu(turn)))


async def _resume(turn: Turn, mine: Taken) -> Reply:
    return await _done(turn, await scheduled(turn, mine.row.id))


async def _stop(turn: Turn, mine: Taken) -> Reply:
    """Stop one course; with the last one the yes to lessons ends."""
    await enrolments.change(turn.db, mine.row.id, state=STOPPED, due_on=None)
    if all(one.row.state == STOPPED for one in await _taken(turn)):
        await consents.withdraw(turn.db, turn.talk.chat_id, consents.LESSONS, turn.now)
    text = turn.tr("Stopped: no more lessons of this course come. Your place is kept.")
    return Reply(text, menu.choices(turn))


async def _taken(turn: Turn) -> list[Taken]:
    rows = await enrolments.of_chat(turn.db, turn.talk.chat_id)
    found = [await taken(turn.db, turn.library, row) for row in rows]
    return [one for one in found if one]


def _named(turn: Turn) -> Course | None:
    said = words(turn.argument)
    return next(
        (one for one in open_to(turn) if said and said in (one.id, *SHORT.get(one.id, ()))), None
    )
