"""Checking in at a shift with the code shown at the place: "ca 4821", "em vào ca: 48 21", "4821"."""

import re
from datetime import timedelta

from content.fold import words
from content.i18n import N_
from handlers import check_outs, groups, menu, shift_words
from handlers.hours_words import clock
from handlers.rights import APPLICANT
from handlers.shift_code import SAY, alone, goes_on, meant, place, ways
from handlers.turn import Option, Reply, Turn
from store import check_ins as store
from store import shifts
from store.check_ins import CODE, EARLY, Entered, Presence, Refused
from store.shifts import ShiftRow

AGAIN = timedelta(minutes=15)
"""So soon after checking in the same code is a repetition; later it may mean leaving."""
_CODE = r"(?P<{}>\d(?: ?\d){{3}})(?: a| nhe| nha)?"
_SAID = re.compile(
    r"(?:(?:em|toi|minh|con|chau|bac|anh|chi|co|chu) )?(?:xin )?(?:"
    r"(?:(?P<way>vao|ra) )?(?:diem danh )?(?:ma )?ca(?: ma)?(?: la)? ?" + _CODE.format("code")
    + r"|diem danh(?: ma)?(?: la)? ?" + _CODE.format("present")
    + r"|(?P<alone>vao|ra) ca(?: a)?)"
)  # fmt: skip
_DIGITS = re.compile(r"\d{2} ?\d{2}")
_TIME = re.compile(r"\d[^\d\s]+\d")
"""A day or an hour, "ca 20/11", "ca 07:30", is no code."""


async def heard(turn: Turn) -> Reply | None:
    """Check in or out by what was typed. None: it is nothing of that kind, or not by a volunteer."""
    said = None if _TIME.search(turn.text) else _SAID.fullmatch(words(turn.text))
    if not said or not (turn.may("shifts") or turn.talk.role == APPLICANT):
        return None
    if turn.can.group:
        return await groups.privately(turn)
    turn.talk.state.pop("form", None)
    if turn.talk.role == APPLICANT:
        text = turn.tr("You can check in once the campaign’s leader has confirmed you.")
        return Reply(text, menu.choices(turn))
    code = (said["code"] or said["present"] or "").replace(" ", "")
    leaving = "ra" in (said["way"], said["alone"])
    if not code:
        return await check_outs.ask(turn) if leaving else Reply(turn.tr(SAY), ways(turn))
    return await (check_outs.leave if leaving else _in)(turn, code)


async def bare(turn: Turn) -> Reply | None:
    """The digits alone. None: they are not the code of a shift of theirs, or of something else too."""
    asked = turn.incoming.chosen or turn.can.group or "form" in turn.talk.state
    if asked or not turn.may("shifts") or not _DIGITS.fullmatch(turn.text.strip()):
        return None
    code = turn.text.replace(" ", "")
    return await _in(turn, code) if await alone(turn, code) else None


async def check_in(turn: Turn) -> Reply:
    """`checkin:<code>`: in again, after being asked."""
    return await _in(turn, turn.argument, again=True)


async def _in(turn: Turn, code: str, again: bool = False) -> Reply:
    found = await meant(turn, code)
    if isinstance(found, Reply):
        return found
    mine = [one for one in found if await _has_place(turn, one)]
    shift = (mine or found)[0]
    if not again and (left := await _left(turn, shift)):
        return _back(turn, left, code)
    talk = turn.talk
    entered = await store.enter(
        turn.db, shift.id, talk.member_id or 0, talk.org, CODE, None, turn.now
    )
    if isinstance(entered, Entered):
        return _welcome(turn, shift, entered)
    forgot = await check_outs.forgotten(turn) if entered.reason == store.ENDED else None
    if forgot and forgot.shift_id == shift.id:
        return check_outs.counted(turn, forgot)
    return _not_in(turn, shift, entered, code)


async def _left(turn: Turn, shift: ShiftRow) -> Presence | None:
    """The last time somebody was at a shift that still goes on, when they have left it."""
    there = await store.of_members(turn.db, [turn.talk.member_id or 0])
    here = [one for one in there if one.shift_id == shift.id]
    going = goes_on(shift.starts_at, shift.ends_at, turn.now)
    return here[-1] if going and here and not here[-1].forgotten else None


def _back(turn: Turn, left: Presence, code: str) -> Reply:
    time = clock(left.out_at or turn.now)
    text = turn.tr("You left this shift at {time}. Do you want to go in again?", time=time)
    again = Option(turn.tr("Go in again"), f"checkin:{code}")
    return Reply(text, (again, turn.option("No", "myshifts"), *ways(turn)[1:]))


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


async def _has_place(turn: Turn, shift: ShiftRow) -> bool:
    member = turn.talk.member_id or 0
    going = goes_on(shift.starts_at, shift.ends_at, turn.now)
    return going and await shifts.signup_of(turn.db, shift.id, member) is not None
