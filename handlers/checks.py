"""Checks of answers that several forms share."""

from datetime import date

from content import sentence_parts
from handlers.forms import Answers, Invalid
from handlers.turn import WARD_ZONE, Turn


async def one_of_these(turn: Turn, answers: Answers, typed: str) -> str:
    """Nothing but the choices is taken."""
    raise Invalid(turn.tr("Please choose one of these."))


async def day_so_far(turn: Turn, answers: Answers, typed: str) -> str:
    """A day as typed: today, yesterday, thứ 7, 15/11. Never one to come."""
    try:
        when = date.fromisoformat(typed)
    except ValueError:
        said = sentence_parts.day_in(typed, turn.now.astimezone(WARD_ZONE))
        if said is None:
            raise Invalid(turn.tr("Which day? For example: today, yesterday, 15/11.")) from None
        when = said
    if when > turn.today:
        raise Invalid(turn.tr("{day} has not come yet.", day=when.strftime("%d/%m/%Y")))
    return when.isoformat()
