"""Counting who is in the room, closing a class into the log, correcting its numbers.

A class that is closed is a session of kind `class`; whatever is changed later is changed in both, and the
session keeps what it said before.
"""

from dataclasses import replace

from content.i18n import N_
from content.sentence_parts import number_in
from handlers import class_form, class_log, forms, session_form
from handlers.class_words import in_a_line, numbers, passed_by
from handlers.classes import page
from handlers.forms import Answers, Field, Form, Invalid
from handlers.turn import Option, Reply, Turn
from store import attendance, classes, sessions
from store.attendance import Came
from store.classes import HELD, OPEN, ClassRow
from store.sessions import By


async def count(turn: Turn) -> Reply:
    """How many people are in the room altogether."""
    row = await class_log.running(turn, turn.argument)
    if isinstance(row, Reply):
        return row
    came = await attendance.came(turn.db, row.id)
    asked = await forms.begin(turn, COUNT, {"id": str(row.id)})
    head = turn.tr("{n} people have typed the code so far.", n=came.codes)
    return replace(asked, text=f"{head}\n\n{asked.text}")


async def close(turn: Turn) -> Reply:
    """Ask what is not known yet, show the numbers, then log it. Of a class in the log: correct them."""
    row = await class_log.ready(turn, turn.argument)
    if isinstance(row, Reply):
        return row
    came = await attendance.came(turn.db, row.id)
    if row.state == HELD:
        answers = {**_numbers(row), "id": str(row.id), class_form.HELD: "1"}
        return await forms.choose(turn, CLOSE, answers)
    answers = {"id": str(row.id)}
    if row.counted is not None:
        answers["counted"] = str(row.counted)
        if not came.people(row.counted):
            return _nobody(turn, row)
    return await forms.begin(turn, CLOSE, answers)


def _nobody(turn: Turn, row: ClassRow) -> Reply:
    text = turn.tr("Nobody came to this class, so there is nothing to log. Cancel it?")
    options = (
        Option(turn.tr("Cancel the class"), f"classdrop:{row.id}"),
        Option(turn.tr("Enter the number of people"), f"classcount:{row.id}"),
        Option(turn.tr("See the class"), f"class:{row.id}"),
    )
    return Reply(text, options)


def _numbers(row: ClassRow) -> Answers:
    return {
        "counted": "" if row.counted is None else str(row.counted),
        "passed": "" if row.passed is None else str(row.passed),
    }


async def _heads(turn: Turn, answers: Answers, typed: str) -> str:
    """Everybody in the room: not fewer than typed the code."""
    counted = None if typed.startswith("-") else number_in(typed)
    if counted is None or counted > session_form.MOST_PEOPLE:
        most = session_form.MOST_PEOPLE
        raise Invalid(turn.tr("Please type a number from 0 to {most}.", most=most))
    came = await attendance.came(turn.db, int(answers["id"]))
    if counted < came.codes:
        raise Invalid(
            turn.tr(
                "{n} people have typed the code already, so at least so many are there. Count them too.",
                n=came.codes,
            )
        )
    return str(counted)


async def _on_paper(turn: Turn, answers: Answers, typed: str) -> str:
    """Who passed on paper, besides those who passed on a phone."""
    passed = None if typed.startswith("-") else number_in(typed)
    came = await attendance.came(turn.db, int(answers["id"]))
    most = came.people(_given(answers, "counted")) - came.passed
    if passed is None or passed > most:
        raise Invalid(turn.tr("Please type a number from 0 to {most}.", most=max(most, 0)))
    return str(passed)


def _given(answers: Answers, name: str) -> int | None:
    return int(answers[name]) if answers.get(name) else None


async def _counted(turn: Turn, answers: Answers) -> Reply:
    row = await class_log.running(turn, answers["id"])
    if isinstance(row, Reply):
        return row
    await classes.count(turn.db, row.id, int(answers["counted"]), row.passed)
    return await page(turn, replace(row, counted=int(answers["counted"])), turn.tr("Noted."))


async def _summary(turn: Turn, answers: Answers) -> str:
    row = await classes.get(turn.db, int(answers["id"]))
    if row is None:
        return ""
    row = _with(row, answers)
    said = numbers(turn.tr, row, await attendance.came(turn.db, row.id))
    note = turn.tr("Who still answers the questions is no longer counted once it is closed.")
    lines = [in_a_line(turn.tr, row.plan), said, *([note] if row.state == OPEN else [])]
    return "\n".join(lines)


def _with(row: ClassRow, answers: Answers) -> ClassRow:
    return replace(row, counted=_given(answers, "counted"), passed=_given(answers, "passed"))


async def _saved(turn: Turn, answers: Answers) -> Reply:
    """Log the class, or correct its numbers, when they fit together."""
    row = await class_log.ready(turn, answers["id"])
    if isinstance(row, Reply):
        return row
    row, came = _with(row, answers), await attendance.came(turn.db, row.id)
    if refused := _unfit(turn, row, came):
        return refused
    await classes.count(turn.db, row.id, row.counted, row.passed)
    if row.state == HELD:
        return await class_log.changed(turn, row, answers.get("why", ""))
    told = class_log.told(row, came)
    by = By(row.member_id, row.ward_id, row.team_id, row.plan.organiser, turn.incoming.channel)
    session = await sessions.add(turn.db, by, told, row.code, turn.now, turn.now)
    await classes.close(turn.db, row.id, session)
    await attendance.train(turn.db, row.id, told.date)
    after = await classes.get(turn.db, row.id)
    return await page(turn, after or row, turn.tr("Closed. Thank you!"))


def _unfit(turn: Turn, row: ClassRow, came: Came) -> Reply | None:
    """Why these numbers cannot be logged, with a way to mend them."""
    people = came.people(row.counted)
    if not people:
        return _nobody(turn, row)
    if came.named > people:
        text = turn.tr(
            "{named} names are ticked, but only {people} people were there. Please count again, or take "
            "ticks away.",
            named=came.named,
            people=people,
        )
    elif (passed_by(row, came) or 0) > people:
        text = turn.tr("More people passed than were there. Please look at the numbers again.")
    else:
        return None
    ways = ((N_("Enter the numbers again"), "classcount"), (N_("Tick names on the list"), "names"))
    if row.state == HELD:
        ways = ((N_("Correct the numbers"), "classclose"), ways[1])
    options = [turn.option(label, f"{name}:{row.id}") for label, name in ways]
    return Reply(text, (*options, Option(turn.tr("See the class"), f"class:{row.id}")))


async def _correcting(turn: Turn, answers: Answers) -> bool:
    return class_form.HELD in answers


ROOM = N_(
    "How many people are in the room altogether, with and without a phone? Who typed the code is one of "
    "them."
)
PAPER = N_("Besides those who answered on their phones: how many passed a check on paper?")
_HEADS = Field("counted", ROOM, check=_heads, numbers=True)
COUNT = forms.register(Form("classcount", (_HEADS,), _counted, action="classes"))
CLOSE = forms.register(
    Form(
        "classclose",
        (
            replace(_HEADS, label=N_("How many came"), optional=True),
            Field("passed", PAPER,
                  check=_on_paper, numbers=True, optional=True, label=N_("How many passed")),
            Field("why", N_("Why do you change it? A few words."), check=session_form.reason,
                  applies=_correcting, free=True),
        ),
        _saved,
        _summary,
        action="classes",
        send=N_("Save"),
    )
)  # fmt: skip
