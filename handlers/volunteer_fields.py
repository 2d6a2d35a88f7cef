"""The questions to who wants to be a volunteer, and the checks of their answers (facts/programme.md, c.2).

Neither a phone nor a citizen number is asked for.
"""

import re
from collections.abc import Sequence

from content import free_hours
from content.fold import words
from content.i18n import N_
from content.topics import TOPIC_NAMES
from handlers import session_form, settings
from handlers.choosing import whatever
from handlers.forms import Answers, Field, Invalid
from handlers.turn import Option, Turn
from store import wards

YOUNGEST, OLDEST = 16, 100
"""Ages by the year of birth alone."""
ANY = "any"
"""Stands for the usual topics."""
_YEAR = re.compile(r"[^0-9]*(?:[0-9]{1,2} ){0,2}([0-9]{4})(?: [^0-9]*)?")
_AGE = re.compile(r"[^0-9]*\b([0-9]{1,2}) ?(?:tuoi|t)\b[^0-9]*")
""" "Sinh năm 2006", "sn 20/5/2006", "em 17 tuổi ạ"."""
USUAL_HOURS = (
    (N_("At the weekend"), "cuối tuần"),
    (N_("In an evening"), "buổi tối"),
)


def age(turn: Turn, answers: Answers) -> int:
    """By the year alone: what somebody is at the end of this year."""
    return turn.today.year - int(answers["year"])


async def known_year(turn: Turn, answers: Answers, typed: str) -> str:
    said = words(typed)
    year = int(found[1]) if (found := _YEAR.fullmatch(said)) else 0
    if found := _AGE.fullmatch(said):
        year = turn.today.year - int(found[1])
    if not 0 <= turn.today.year - year <= OLDEST:
        raise Invalid(turn.tr("Please type the year with four digits, for example 2004."))
    return str(year)


async def _adult_year(turn: Turn, answers: Answers, typed: str) -> str:
    year = await known_year(turn, answers, typed)
    if turn.today.year - int(year) < YOUNGEST:
        raise Invalid(turn.tr("Volunteers are 16 or older."))
    return year


async def _has_no_role(turn: Turn, answers: Answers) -> bool:
    return turn.talk.member_id is None


async def _name(turn: Turn, answers: Answers, typed: str) -> str:
    letters = sum(sign.isalpha() for sign in typed)
    if not 2 <= letters <= len(typed) <= 60 or any(sign.isdigit() for sign in typed):
        raise Invalid(turn.tr("Please type your full name, letters only."))
    return typed


async def _branch(turn: Turn, answers: Answers, typed: str) -> str:
    if not 2 <= len(typed) <= 80 or not any(sign.isalpha() for sign in typed):
        raise Invalid(turn.tr("Please write a few words, for example: Chi đoàn TDP 5."))
    return typed


async def _topics(turn: Turn, answers: Answers) -> Sequence[Option]:
    names = [Option(turn.tr(TOPIC_NAMES[code]), code) for code in session_form.USUAL_TOPICS]
    return [turn.option("Any of these", ANY), *names]


async def _topics_typed(turn: Turn, answers: Answers, typed: str) -> str:
    return ANY if whatever(typed) else await session_form.topics(turn, answers, typed)


async def _hours(turn: Turn, answers: Answers) -> Sequence[Option]:
    always = turn.option("Any time", str(free_hours.ALWAYS))
    usual = [turn.option(label, str(free_hours.hours_in(said))) for label, said in USUAL_HOURS]
    return [always, *usual]


async def _hours_typed(turn: Turn, answers: Answers, typed: str) -> str:
    free = free_hours.hours_in(typed) if len(typed) <= 200 else 0
    if not free:
        raise Invalid(
            turn.tr("I did not understand when. For example: sáng thứ 7, chiều CN; or: buổi tối.")
        )
    return str(free)


async def _areas(turn: Turn, answers: Answers) -> Sequence[Option]:
    there = await wards.areas_of(turn.db, answers["ward"])
    few = there if len(there) <= settings.MAX_AREA_BUTTONS else []
    return [Option(one.name, str(one.id)) for one in few]


async def _area_typed(turn: Turn, answers: Answers, typed: str) -> str:
    if whatever(typed):
        return ""
    area = settings.area_meant(await wards.areas_of(turn.db, answers["ward"]), typed)
    if area is None:
        raise Invalid(
            turn.tr("I do not know that area. Please type its number or name, for example: 5.")
        )
    return str(area.id)


async def _has_areas(turn: Turn, answers: Answers) -> bool:
    return bool(await wards.areas_of(turn.db, answers["ward"]))


YEAR = N_("In which year were you born? It is only to check your age.")
QUESTIONS = (
    Field("year", YEAR, check=_adult_year, numbers=True, label=N_("Year of birth")),
    Field("name", N_("What is your full name?"), check=_name, applies=_has_no_role, free=True, names=True,
          label=N_("Name")),
    Field("branch", N_("Which union branch, school or company are you from?"), check=_branch, free=True,
          label=N_("Branch, school, company")),
    Field("topics", N_("What can you help people with? You can type several."), _topics,
          _topics_typed, label=N_("What you can help with")),
    Field("hours", N_("When are you free? For example: sáng thứ 7, chiều CN."), _hours, _hours_typed,
          label=N_("When you are free")),
    Field("area", N_("Where would you rather help? You can type the number of the area."), _areas,
          _area_typed, _has_areas, optional=True, numbers=True, label=N_("Area")),
)  # fmt: skip
