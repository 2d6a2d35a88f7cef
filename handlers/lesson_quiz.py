"""The question of a lesson: an answer is explained, counted once, and moves the course on."""

from dataclasses import asdict, replace

from content.lesson import Lesson
from handlers import lesson_words, menu
from handlers.lesson_state import Taken, after_answer, next_due, repeated
from handlers.lesson_words import ONWARD
from handlers.lessons import delivered, own
from handlers.turn import Option, Reply, Turn
from store import enrolments
from store.enrolments import ACTIVE, FINISHED, STOPPED, Repeat

CHANGED = ("position", "waiting", "answered_on", "streak", "unanswered", "state", "due_on")
"""The columns an answer changes."""


async def answered(turn: Turn) -> Reply:
    """`<enrolment>:<lesson>:<place of the choice>`. One that was answered before is only explained."""
    number, _, rest = turn.argument.partition(":")
    name, _, place = rest.partition(":")
    mine, lesson = await own(turn, number), turn.library.lessons.get(name)
    picked = _picked(lesson, place) if lesson else None
    if mine is None or lesson is None or picked is None:
        return await menu.lapsed(turn)
    said = lesson_words.feedback(turn.talk.lang, turn.library, lesson, picked, turn.today)
    if mine.row.state != STOPPED and mine.asks(lesson, turn.today):
        return await _counted(turn, mine, lesson, said, right=picked == lesson.right)
    note = turn.tr("(Only the first answer to a question counts; this one was for practice.)")
    return Reply(f"{said}\n\n{note}", _ways_on(turn, mine, lesson))


def _picked(lesson: Lesson, place: str) -> int | None:
    known = [str(number) for number in range(len(lesson.choices))]
    return known.index(place) if place in known else None


async def _counted(turn: Turn, mine: Taken, lesson: Lesson, said: str, right: bool) -> Reply:
    back = repeated(mine, lesson, right, turn.today)
    after = _planned(turn, after_answer(mine, lesson, back, turn.now))
    await _store(turn, after, lesson, back, right)
    lines = [said]
    if not right:
        lines.append(turn.tr("This lesson comes back another day, so that it stays in mind."))
    if row_of := lesson_words.streak(turn.talk.lang, after):
        lines.append(f"({row_of})")
    if mine.new and after.new is None:
        first = await enrolments.first_answers(turn.db, mine.row.id)
        lines.append(lesson_words.summary(turn.talk.lang, after, sum(first.values())))
    return Reply("\n\n".join(lines), _ways_on(turn, after, lesson))


def _planned(turn: Turn, after: Taken) -> Taken:
    """The course with its state and the day of its next lesson."""
    row = after.row
    if row.state not in (ACTIVE, FINISHED):
        return after
    due_on = row.due_on if after.new and row.due_on else next_due(after, turn.library, turn.now)
    state = ACTIVE if after.new else FINISHED
    return replace(after, row=replace(row, state=state, due_on=due_on))


async def _store(
    turn: Turn, after: Taken, lesson: Lesson, back: Repeat | None, right: bool
) -> None:
    number, columns = after.row.id, asdict(after.row)
    await enrolments.change(turn.db, number, **{name: columns[name] for name in CHANGED})
    if back:
        await enrolments.repeat(turn.db, number, back)
    else:
        await enrolments.learned(turn.db, number, lesson.id)
    delivery = await delivered(turn, after, lesson)
    await enrolments.answered(turn.db, delivery, right, turn.today)


def _ways_on(turn: Turn, mine: Taken, lesson: Lesson) -> tuple[Option, ...]:
    """The guide the lesson leads to, the next lesson, enough for today."""
    number, guide = mine.row.id, turn.library.guides[lesson.guide]
    options = [Option(turn.tr("See: {title}", title=guide.title), f"guide:{guide.id}")]
    platform = turn.library.lessons.get(ONWARD)
    if mine.new is None and platform and platform != lesson:
        label = turn.tr("Read: {title}", title=platform.title)
        options.append(Option(label, f"lesson:part:{number}:{platform.id}:1"))
    if mine.lesson(turn.today):
        options.append(turn.option("Another lesson now", f"lesson:next:{number}"))
    return (*options, turn.option("Enough for today", f"lesson:done:{number}"))
