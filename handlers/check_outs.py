"""Checking out of a shift with the code shown at the place: "ra ca 4821"."""

import re

from content import hours
from content.fold import words
from content.i18n import N_
from handlers import forms
from handlers.forms import Answers, Field, Form
from handlers.hours_words import clock, lasting
from handlers.shift_code import SAY, meant, place, ways
from handlers.turn import WARD_ZONE, Reply, Turn
from store import check_ins as store
from store.check_ins import LATE, Presence, Refused


async def check_out(turn: Turn) -> Reply:
    """`checkout` asks for the code at the place; `checkout:<shift>:<code>` has it already."""
    _, _, code = turn.argument.partition(":")
    return await (leave(turn, code) if code else ask(turn))


async def ask(turn: Turn) -> Reply:
    """Ask for the code, when there is anything to check out of."""
    if await _open(turn) is None:
        return await _nowhere(turn)
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
    return await leave(turn, said[0])


async def leave(turn: Turn, code: str) -> Reply:
    """Check out with a code, or say why not."""
    found = await meant(turn, code)
    if isinstance(found, Reply):
        forgot = await forgotten(turn)
        return counted(turn, forgot) if forgot else found
    there = await _open(turn)
    here = [one for one in found if there and one.id == there.shift_id]
    shift = (here or found)[0]
    left = await store.leave(turn.db, shift.id, turn.talk.member_id or 0, turn.now)
    return await _not_out(turn, left, there) if isinstance(left, Refused) else _farewell(turn, left)


def _farewell(turn: Turn, left: Presence) -> Reply:
    minutes = hours.minutes([left.span], WARD_ZONE)
    text = turn.tr(
        "You left at {time}. You were there for {long}. Thank you!",
        time=clock(turn.now),
        long=lasting(turn.tr, minutes),
    )
    options = turn.option("My hours", "myhours"), turn.option("Log help I gave", "log")
    return Reply(text, (*options, turn.option("Main menu", "menu")))


async def _not_out(turn: Turn, refused: Refused, there: Presence | None) -> Reply:
    if refused.reason == store.OUT and there:
        text = turn.tr(
            "That is the code of another shift. You are here: {other}. Type the code shown there.",
            other=place(turn, there),
        )
        return Reply(text, (turn.option("Check out", "checkout"), *ways(turn)))
    if refused.reason == store.OUT:
        return await _nowhere(turn)
    text = turn.tr(
        "That shift is over: your hours count to its end. If that is wrong, tell the campaign’s leader."
    )
    return Reply(text, ways(turn))


async def _nowhere(turn: Turn) -> Reply:
    if forgot := await forgotten(turn):
        return counted(turn, forgot)
    nowhere = turn.tr("You are in no shift now.")
    return Reply(f"{nowhere} {turn.tr(SAY)}", ways(turn))


async def forgotten(turn: Turn) -> Presence | None:
    """Where somebody was last, when that shift ended today and they did not check out."""
    there = await store.of_members(turn.db, [turn.talk.member_id or 0])
    last = there[-1] if there else None
    if last is None or not last.forgotten or last.ends_at > turn.now:
        return None
    return last if last.ends_at.astimezone(WARD_ZONE).date() == turn.today else None


def counted(turn: Turn, there: Presence) -> Reply:
    """What a shift counts for that somebody did not check out of."""
    text = turn.tr(
        "Your shift ended at {ends}, I counted your hours up to then. If that is wrong, tell the "
        "campaign’s leader.",
        ends=clock(there.ends_at),
    )
    return Reply(text, ways(turn))


CHECK_OUT = forms.register(
    Form(
        "checkout",
        (Field("code", N_("Type the 4 digits shown at the place now."), numbers=True),),
        _typed_out,
        action="shifts",
    )
)
