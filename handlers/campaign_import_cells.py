"""Cells of an imported campaign: what they say, or why they cannot be taken."""

import re
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import TypeVar

from content import campaign, campaign_days, campaign_shift
from content.campaign import AREA_TYPES, BadTarget
from content.campaign_shift import BadShift
from content.fold import fold, words
from content.i18n import DEFAULT, N_, translate
from content.mask import mask
from content.vocabulary import ORGS, WORDS
from handlers import settings
from handlers.campaign_fields import LONGEST, LONGEST_MODEL, LONGEST_NAME, minutes_of
from store.campaigns import NewCampaign
from store.wards import AreaRow

T = TypeVar("T")

LACKING = N_("it is empty")
FORMULA = N_("it begins with = + - or @")
PERSONAL = N_("it holds a personal number")
NAME = N_("a name has 3 to 80 letters")
NAME_TAKEN = N_("the ward already has a campaign of that name")
MODEL = N_("at most 60 letters")
CHOICE = N_("“{said}” is not known; possible are: {known}")
DAY = N_("“{said}” is no day; write it like 21/11/2026")
LAST = N_("the last day is before the first, or more than 366 days away")
AREA = N_("the ward has no area “{said}”")
TARGET = N_("“{said}” is no goal with a number")
HOUR = N_("“{said}” is no hour; write it like 7h30")
CUTOFF = N_("“{said}” is no hour from 8 to 23:59")
COUNT = N_("“{said}” is no number of people")
LEADER = N_("nobody called “{said}” may lead campaigns")
NO_LEADER = N_("name somebody who may lead campaigns")
YES_NO = {"co": True, "yes": True, "true": True, "khong": False, "no": False, "false": False}
_TIME = re.compile(r"(\d{1,2})(?: ?[h:g] ?(\d{2})?| ?gio ?(\d{2})?)?(?::00)?")


class Wrong(Exception):
    """Why a cell cannot be taken."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message, self.values = message, values


def cleaned(said: str) -> str:
    if said[:1] in ("=", "+", "-", "@"):
        raise Wrong(FORMULA)
    if mask(said).found:
        raise Wrong(PERSONAL)
    return said


def as_cell(read: Callable[[str], T]) -> Callable[[str], T]:
    """A reader of shifts whose complaints are Wrong."""

    def reading(said: str) -> T:
        try:
            return read(said)
        except BadShift as bad:
            raise Wrong(str(bad)) from None

    return reading


def name(said: str) -> str:
    if not 3 <= len(said) <= LONGEST_NAME or not words(said):
        raise Wrong(NAME)
    return said


def model(said: str) -> str:
    if len(said) > LONGEST_MODEL:
        raise Wrong(MODEL)
    return said


def _one_of(said: str, known: dict[str, str]) -> str:
    """The code of a word, whichever case and accents it has; `known`: code → word."""
    found = [code for code, word in known.items() if words(said) in (words(word), code)]
    if not found:
        raise Wrong(CHOICE, said=said[:40], known=", ".join(known.values()))
    return found[0]


def organiser(said: str) -> str:
    """By the word of reports ("ĐTN"), or the whole name."""
    whole = [code for code, name in ORGS.items() if words(translate(DEFAULT, name)) == words(said)]
    return whole[0] if whole else _one_of(said, WORDS["org"])


def kind_of_area(said: str) -> str:
    return _one_of(said, {code: translate(DEFAULT, name) for code, name in AREA_TYPES.items()})


def yes_or_no(said: str) -> bool:
    if words(said) not in YES_NO:
        raise Wrong(CHOICE, said=said[:40], known="có, không")
    return YES_NO[words(said)]


def day_of(said: str, today: date) -> date:
    """A day with its year; or the nearest one that is meant."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        meant = campaign_days.said(said, today)
        day = campaign_days.nearest(meant, today) if meant else None
    if day is None:
        raise Wrong(DAY, said=said[:40])
    return day


def last_day(said: str, first: date | None, today: date) -> date:
    day = day_of(said, first or today)
    if first and not first <= day < first + LONGEST:
        raise Wrong(LAST)
    return day


def shift_day(said: str, told: NewCampaign | None, today: date) -> date:
    day = day_of(said, told.first if told else today)
    if told and not told.first <= day <= told.last:
        raise Wrong(campaign_shift.OUTSIDE)
    return day


def hour(said: str) -> time:
    found = _TIME.fullmatch(fold(said))
    try:
        return time(int(found[1]), int(found[2] or found[3] or 0)) if found else time(24)
    except ValueError:
        raise Wrong(HOUR, said=said[:40]) from None


def cutoff_of(said: str) -> int:
    minutes = minutes_of(said.removesuffix(":00") if said.count(":") > 1 else said)
    if minutes is None:
        raise Wrong(CUTOFF, said=said[:40])
    return minutes


def people_needed(said: str) -> int:
    if not said.isascii() or not said.isdecimal() or len(said) > 6:
        raise Wrong(COUNT, said=said[:40])
    return as_cell(lambda _: campaign_shift.number_of_people(int(said)))("")


def targets_named(said: str) -> dict[str, int]:
    try:
        return campaign.read_targets(said)
    except BadTarget as bad:
        raise Wrong(TARGET, said=str(bad)[:40]) from None


def areas_named(known: Sequence[AreaRow], said: str) -> tuple[int, ...]:
    found = []
    for name in filter(str.strip, re.split(r"[,;]", said)):
        area = settings.area_meant(known, name)
        if area is None:
            raise Wrong(AREA, said=name.strip()[:40])
        found.append(area.id)
    return tuple(dict.fromkeys(found))
