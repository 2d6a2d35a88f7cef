"""Checking in and out of a shift with the code shown at the place: "ca 4821", "ra ca 4821"."""

import re
from datetime import datetime, timedelta

from content import hours
from content.fold import words
from content.i18n import N_
from handlers import forms, groups, menu, shift_words
from handlers.codes import Limit, too_many, wrong
from handlers.forms import Answers, Field, Form
from handlers.hours_words import clock, lasting
from handlers.rights import APPLICANT
from handlers.shift_words import hours_words
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import check_ins as store
from store import shifts
from store.check_ins import CODE, EARLY, LATE, Entered, Presence, Refused
from store.shifts import ShiftRow

GUESSES = Limit("shift", per_chat=5, in_all=500, within=timedelta(minutes=15))
AHEAD = timedelta(hours=24)
"""How far ahead a shift's code is known, to say that it is too early."""
AGAIN = timedelta(minutes=15)
"""So soon after checking in the same code is a repetition; later it may mean leaving."""
_SAID = re.compile(r"(?:(vao|ra) )?(?:ma )?ca(?: (?:la )?)?(\d{4})|(vao|ra) ca")
SAY = N_("To check in, type the code shown at the place, like «ca 1234».")


async def heard(turn: Turn) -> Reply | None:
    """Check in or out by what was typed. None: it is nothing of that kind, or not by a volunteer."""
    said = _SAID.fullmatch(words(turn.text))
    if not said or not (turn.may("shifts") or turn.talk.role == APPLICANT):
        return None
    if turn.can.group:
        return await groups.privately(turn)
    turn.talk.state.pop("form", None)
    if turn.talk.role == APPLICANT:
        text = turn.tr("You can check in once the campaign’s leader has confirmed you.")
        return Reply(text, menu.choices(turn))
    code, leaving = said[2] or "", "ra" in (said[1], said[3])
    if not code:
        return await _ask_out(turn) if leaving else Reply(turn.tr(SAY), ways(turn))
    return await (_out if leaving else _in)(turn, code)


async def check_out(turn: Turn) -> Reply:
    """`checkout` asks for the code at the place; `checkout:<shift>:<code>` has it already."""
    _, _, code = turn.argument.partition(":")
    return await (_out(turn, code) if code else _ask_out(turn))


def ways(turn: Turn) -> tuple[Option, ...]:
    """The way on of who takes shifts."""
    own = turn.option("My shifts", "myshifts"), turn.option("My hours", "myhours")
    return (*own, turn.option("Main menu", "menu"))


async def _in(turn: Turn, code: str) -> Reply:
    found = await _meant(turn, code)
    if isinstance(found, Reply):
        return found
    mine = [one for one in found if await _has_place(turn, one)]
    shift = (mine or found)[0]
    talk = turn.talk
    entered = await store.enter(
        turn.db, shift.id, talk.member_id or 0, talk.org, CODE, None, turn.now
    )
    if isinstance(entered, Refused):
        return _not_in(turn, shift, entered, code)
    return _welcome(turn, shift, entered)


def _welcome(turn: Turn, shift: ShiftRow, entered: Entered) -> Reply:
    lines = [
        turn.tr("You are in since {time}.", time=clock(turn.now)),
        shift_words.in_a_line(turn.tr, shift),
    ]
    if entered.new:
        lines.append(turn.tr("You had not signed up; I put you on the list of this shift."))
    elif not entered.placed:
        lines.append(
            turn.tr("You had not signed up and the shift is full; your hours count all the same.")
        )
    lines.append(turn.tr("When you leave, type «ra ca» and the code shown then."))
    options = turn.option("Check out", "checkout"), turn.option("Log help I gave", "log")
    return Reply("\n".join(lines), (*options, *ways(turn)))


_WHY_NOT = {
    shifts.GONE: N_("That shift was cancelled. Please ask the campaign’s leader."),
    store.TOO_EARLY: N_("It is too early: this shift opens at {opens}. Type the code then."),
    store.ENDED: N_(
        "This shift ended at {ends}. If you were there, ask the campaign’s leader to enter your hours."
    ),
    store.ELSEWHERE: N_(
        "You are checked in elsewhere until you leave: {other}. Check out there first, with the code "
        "shown there; or ask the campaign’s leader to check you out."
    ),
    shifts.CLASH: N_(
        "You signed up for another shift at that time: {clash}. Leave that one first, or ask the "
        "campaign’s leader to check you in here."
    ),
}


def _not_in(turn: Turn, shift: ShiftRow, refused: Refused, code: str) -> Reply:
    if refused.reason == store.IN and refused.other:
        return _already(turn, shift, refused.other, code)
    text = turn.tr(
        _WHY_NOT[refused.reason],
        opens=clock(shift.starts_at - EARLY),
        ends=clock(shift.ends_at),
        other=place(turn, refused.other),
        clash=shift_words.in_a_line(turn.tr, refused.shift) if refused.shift else "",
    )
    options: tuple[Option, ...] = ()
    if refused.reason == store.ELSEWHERE:
        options = (turn.option("Check out", "checkout"),)
    elif refused.shift:
        options = (Option(turn.tr("See that shift"), f"shift:{refused.shift.id}"),)
    return Reply(text, (*options, *ways(turn)))


def _already(turn: Turn, shift: ShiftRow, there: Presence, code: str) -> Reply:
    since = turn.tr("You are in this shift since {time} already.", time=clock(there.in_at))
    if turn.now - there.in_at < AGAIN:
        return Reply(since, ways(turn))
    leave = Option(turn.tr("Yes, check out"), f"checkout:{shift.id}:{code}")
    question = turn.tr("Do you want to leave now?")
    return Reply(f"{since} {question}", (leave, turn.option("No, I stay", "myshifts")))


async def _ask_out(turn: Turn) -> Reply:
    """Ask for the code, when there is anything to check out of."""
    if await _open(turn) is None:
        return _nowhere(turn)
    return await forms.begin(turn, CHECK_OUT)


async def _open(turn: Turn) -> Presence | None:
    """Where somebody is in, a little beyond the shift's end too."""
    there = await store.of_members(turn.db, [turn.talk.member_id or 0])
    still = [one for one in there if one.forgotten and turn.now < one.ends_at + LATE]
    return still[-1] if still else None


async def _typed_out(turn: Turn, answers: Answers) -> Reply:
    said = re.search(r"\d{4}", words(answers["code"]))
    if not said:
        return Reply(turn.tr("The code has 4 digits, like «ra ca 1234»."), ways(turn))
    return await _out(turn, said[0])


async def _out(turn: Turn, code: str) -> Reply:
    found = await _meant(turn, code)
    if isinstance(found, Reply):
        return found
    there = await _open(turn)
    here = [one for one in found if there and one.id == there.shift_id]
    shift = (here or found)[0]
    left = await store.leave(turn.db, shift.id, turn.talk.member_id or 0, turn.now)
    return _not_out(turn, left, there) if isinstance(left, Refused) else _farewell(turn, left)


def _farewell(turn: Turn, left: Presence) -> Reply:
    minutes = hours.minutes([left.span], WARD_ZONE)
    text = turn.tr(
        "You left at {time}. You were there for {long}. Thank you!",
        time=clock(turn.now),
        long=lasting(turn.tr, minutes),
    )
    options = turn.option("My hours", "myhours"), turn.option("Log help I gave", "log")
    return Reply(text, (*options, turn.option("Main menu", "menu")))


def _not_out(turn: Turn, refused: Refused, there: Presence | None) -> Reply:
    if refused.reason == store.OUT and there:
        text = turn.tr(
            "That is the code of another shift. You are here: {other}. Type the code shown there.",
            other=place(turn, there),
        )
        return Reply(text, (turn.option("Check out", "checkout"), *ways(turn)))
    if refused.reason == store.OUT:
        return _nowhere(turn)
    text = turn.tr(
        "That shift is over: your hours count to its end. If that is wrong, tell the campaign’s leader."
    )
    return Reply(text, ways(turn))


def _nowhere(turn: Turn) -> Reply:
    nowhere = turn.tr("You are in no shift now.")
    return Reply(f"{nowhere} {turn.tr(SAY)}", ways(turn))


async def _meant(turn: Turn, code: str) -> list[ShiftRow] | Reply:
    """The shifts of the ward whose code this is, those that go on first; or that there is none."""
    if await too_many(turn, GUESSES):
        text = turn.tr(
            "Too many wrong codes. Please wait 15 minutes, or ask the campaign’s leader."
        )
        return Reply(text, ways(turn))
    ward, now = turn.talk.ward_id or "", turn.now
    known = await store.around(turn.db, ward, now - LATE, now + AHEAD)
    fits = [one for one in known if code in turn.tools.codes(f"shift/{one[0]}")]
    fits.sort(key=lambda one: (not _goes_on(one[1], one[2], now), one[1]))
    found = [await shifts.get(turn.db, number) for number, _, _ in fits]
    if there := [one for one in found if one]:
        return there
    await wrong(turn, GUESSES)
    text = turn.tr(
        "No shift has the code {code} now. It changes every 5 minutes: please look at the place again "
        "and type the new one, or ask the campaign’s leader.",
        code=code,
    )
    return Reply(text, ways(turn))


def _goes_on(starts: datetime, ends: datetime, now: datetime) -> bool:
    return starts - EARLY <= now < ends


async def _has_place(turn: Turn, shift: ShiftRow) -> bool:
    member = turn.talk.member_id or 0
    going = _goes_on(shift.starts_at, shift.ends_at, turn.now)
    return going and await shifts.signup_of(turn.db, shift.id, member) is not None


def place(turn: Turn, there: Presence | None) -> str:
    """When and where a check-in is, in a line."""
    if there is None:
        return ""
    return f"{hours_words(turn.tr, there.starts_at, there.ends_at)}, {there.place}"


CHECK_OUT = forms.register(
    Form(
        "checkout",
        (Field("code", N_("Type the 4 digits shown at the place now."), numbers=True),),
        _typed_out,
        action="shifts",
    )
)
