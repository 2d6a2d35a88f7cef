"""Checks of answers that several forms share."""

from datetime import date

from content import sentence_parts
from content.fold import words
from content.vocabulary import ORGS, WORDS
from handlers.choosing import core, yes_or_no
from handlers.forms import Answers, Invalid
from handlers.turn import WARD_ZONE, Turn

YES, NO = "yes", "no"
SHORT_ORGS = {
    "doan tn": "youth", "doan": "youth", "doan phuong": "youth", "thanh nien": "youth",
    "to cong nghe": "team", "to cong nghe so": "team", "to cnscd": "team", "hoi phu nu": "women",
    "phu nu": "women", "hoi nong dan": "farmers", "nong dan": "farmers", "hoi ccb": "veterans",
    "cuu chien binh": "veterans", "hoi cuu chien binh": "veterans", "cong an phuong": "police",
}  # fmt: skip
"""How organisations are called, besides their names and the words of reports."""


async def one_of_these(turn: Turn, answers: Answers, typed: str) -> str:
    """Nothing but the choices is taken."""
    raise Invalid(turn.tr("Please choose one of these."))


async def yes_no(turn: Turn, answers: Answers, typed: str) -> str:
    """A clear yes or no in any words; nothing else is taken."""
    said = yes_or_no(typed)
    if said is None:
        raise Invalid(turn.tr("Please answer “yes” or “no”."))
    return YES if said else NO


async def organiser(turn: Turn, answers: Answers, typed: str) -> str:
    """An organisation by a short name: "Đoàn TN", "HPN"."""
    said = core(typed)
    reported = {words(short): code for code, short in WORDS["org"].items()}
    code = (reported | SHORT_ORGS).get(said, "")
    return code if code in ORGS else await one_of_these(turn, answers, typed)


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
