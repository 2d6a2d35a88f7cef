"""The questions before and after a class, and stars for it. No result stands beside a person."""

import random
from dataclasses import dataclass

from content.i18n import N_
from content.lesson import Lesson
from content.library import Library
from content.topics import codes_of
from handlers import lesson_words, menu
from handlers.confirming import STARS
from handlers.turn import Option, Reply, Turn
from store import attendance, classes, counts
from store.attendance import AFTER, BEFORE, ENOUGH
from store.classes import CANCELLED, OPEN, ClassRow

ASKED = 5
COURSE_OF = {"business": "traders", "coop": "traders", "team": "team"}
"""Whose course the questions come from where it is not the basic one."""
BASIC = "residents"
"""The course whose questions are asked where no lesson is about the class's topics."""
OWN = frozenset({"classcheck", "classquiz"})
"""The choices that belong to the questions; any other leaves them."""
ABOUT = "class"
"""Of the stars."""
State = dict[str, int | str]
"""Where somebody is in the questions, as their chat keeps it until they are done, leave or fall silent."""
HEADS = {
    BEFORE: N_("Question {n} of {count}, before the class"),
    AFTER: N_("Question {n} of {count}, after the class"),
}


def questions(library: Library, row: ClassRow) -> list[Lesson]:
    """The same for everybody at a class, before it and after it.

    First the lesson the class is about, then others of its topics, those meant for such people before the
    rest; then of kindred topics, and at last the beginning of the course, so that there are five.
    """
    lesson = library.lessons.get(row.plan.lesson or "")
    course = lesson.course if lesson else COURSE_OF.get(row.plan.audience, BASIC)
    topics = codes_of(row.plan.topics)
    near = [one for one in library.lessons.values() if one.topic in topics]
    fitting = [one for one in near if one.course in (course, BASIC)]
    kinds = {topic.partition("_")[0] for topic in topics}
    basic = library.courses[course if lesson else BASIC].lessons
    kindred = [one for one in basic if one.topic.partition("_")[0] in kinds]
    pools = ([lesson] if lesson else [], fitting, near, kindred, basic)
    draw, chosen = random.Random(row.id), list[Lesson]()
    for pool in pools:
        fresh = [one for one in pool if one not in chosen]
        if (
            pool is not basic or not chosen
        ):  # beside questions of its topics: what comes first is for all
            draw.shuffle(fresh)
        chosen += fresh[: ASKED - len(chosen)]
    return chosen


def stage_of(turn: Turn, row: ClassRow) -> str:
    return BEFORE if turn.now < row.plan.ends_at else AFTER


async def offered(turn: Turn, row: ClassRow, text: str) -> Reply:
    """The text, and what somebody who came may do now: the questions, then stars."""
    done = await attendance.mine(turn.db, row.id, turn.talk.person_id)
    stage = stage_of(turn, row)
    options, lines = [], [text]
    asked = done is None or (done.before if stage == BEFORE else done.after)
    if row.state == OPEN and (not asked or _open(turn, row)):
        lines.append(
            turn.tr(
                "{n} quick questions help the ward see what the class brings. No names. Shall we?",
                n=len(questions(turn.library, row)),
            )
        )
        options.append(turn.option("Answer the questions", f"classcheck:{row.id}"))
    if done and not done.rated and stage == AFTER:
        options.append(turn.option("Give stars for the class", f"classstars:{row.id}"))
    if stage == BEFORE:
        lines.append(turn.tr("At the end, please type the code once more."))
    return Reply("\n\n".join(lines), (*options, turn.option("Main menu", "menu")))


async def begin(turn: Turn) -> Reply:
    """`<class>`: the first question, or the one at which they stopped."""
    row = await _attended(turn, turn.argument)
    if row is None:
        return await menu.lapsed(turn)
    if row.state != OPEN:
        text = turn.tr("This class is closed, so its questions are over. Thank you for coming.")
        return await offered(turn, row, text)
    fresh: State = {"class": row.id, "stage": stage_of(turn, row), "at": 0, "right": 0}
    return _asked(turn, row, _open(turn, row) or fresh, "")


def _open(turn: Turn, row: ClassRow) -> State | None:
    """The questions of a class that somebody is in the middle of."""
    state: State = turn.talk.state.get("check", {})
    same = (state.get("class"), state.get("stage")) == (row.id, stage_of(turn, row))
    # another lesson may have fewer questions
    return state if same and int(state["at"]) < len(questions(turn.library, row)) else None


@dataclass(frozen=True)
class _Picked:
    row: ClassRow
    lesson: Lesson
    place: int
    state: State


async def answered(turn: Turn) -> Reply:
    """`<class>:<question>:<place of the choice>`: explained at once; then comes the next question."""
    picked = await _picked(turn)
    if picked is None:
        return await menu.lapsed(turn)
    said = lesson_words.feedback(
        turn.talk.lang, turn.library, picked.lesson, picked.place, turn.today
    )
    right = int(picked.state["right"]) + (picked.place == picked.lesson.right)
    at = int(picked.state["at"]) + 1
    state = {**picked.state, "at": at, "right": right}
    if at == 1:
        person, stage = turn.talk.person_id, str(state["stage"])
        state["counts"] = await attendance.began(turn.db, picked.row.id, person, stage)
    if at < len(questions(turn.library, picked.row)):
        return _asked(turn, picked.row, state, said)
    return await _finished(turn, picked.row, state, said)


async def _picked(turn: Turn) -> _Picked | None:
    """The choice of the question that is open. None: it is open no more."""
    number, _, rest = turn.argument.partition(":")
    at, _, place = rest.partition(":")
    state, row = turn.talk.state.get("check"), await _attended(turn, number)
    if not state or row is None or (str(state["class"]), str(state["at"])) != (number, at):
        return None
    asked = questions(turn.library, row)
    lesson = asked[int(at)] if int(at) < len(asked) else None
    known = [str(one) for one in range(len(lesson.choices))] if lesson else []
    return _Picked(row, lesson, int(place), state) if lesson and place in known else None


def _asked(turn: Turn, row: ClassRow, state: State, before: str) -> Reply:
    turn.talk.state = {**turn.talk.state, "check": state}
    at, asked = int(state["at"]), questions(turn.library, row)
    head = turn.tr(HEADS[str(state["stage"])], n=at + 1, count=len(asked))
    options = [
        Option(choice.label, f"classquiz:{row.id}:{at}:{place}")
        for place, choice in enumerate(asked[at].choices)
    ]
    text = "\n\n".join(filter(None, [before, head, asked[at].question]))
    return Reply(text, (*options, turn.option("Stop the questions", "menu")))


async def _finished(turn: Turn, row: ClassRow, state: State, said: str) -> Reply:
    turn.talk.state = {key: value for key, value in turn.talk.state.items() if key != "check"}
    right, stage = int(state["right"]), str(state["stage"])
    asked, held = len(questions(turn.library, row)), await classes.hold(turn.db, row.id)
    result = turn.tr("Right: {right} of {asked}.", right=right, asked=asked)
    if right * 100 >= asked * ENOUGH:
        result = turn.tr("{result} Well done!", result=result)
    kept = held is not None and held.state == OPEN and bool(state["counts"])
    if kept:
        await attendance.checked(turn.db, row.id, stage, right, asked)
    note = (
        turn.tr("The result is counted without your name.")
        if kept
        else turn.tr("(This time was for practice; it is not counted.)")
    )
    text = f"{said}\n\n{result} {note}"
    if stage == BEFORE:
        text += "\n\n" + turn.tr("Enjoy the class.")
    return await offered(turn, held or row, text)


async def stars(turn: Turn) -> Reply:
    """`<class>[:<stars>]`: ask for stars, or keep them, once for each person."""
    number, _, given = turn.argument.partition(":")
    row = await _attended(turn, number)
    if row is None:
        return await menu.lapsed(turn)
    if not given:
        options = [Option(turn.tr(label), f"classstars:{row.id}:{n}") for n, label in STARS.items()]
        text = turn.tr("How good was the class? Your name is not kept.")
        return Reply(text, (*options, turn.option("Skip", "menu")))
    score = int(given) if given.isdecimal() and len(given) < 3 else 0
    if score not in STARS:
        return await menu.lapsed(turn)
    if not await attendance.rated(turn.db, row.id, turn.talk.person_id):
        return Reply(
            turn.tr("You gave stars for this class already. Thank you."), menu.choices(turn)
        )
    await counts.add_rating(turn.db, ABOUT, row.code, score, row.ward_id, turn.today)
    return Reply(turn.tr("Thank you. What else can I help you with?"), menu.choices(turn))


async def _attended(turn: Turn, number: str) -> ClassRow | None:
    """A class this person came to."""
    if not number.isdecimal() or len(number) > 15:
        return None
    row = await classes.get(turn.db, int(number))
    if row is None or row.state == CANCELLED:
        return None
    return row if await attendance.mine(turn.db, row.id, turn.talk.person_id) else None
