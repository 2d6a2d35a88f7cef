"""A shift in one line: "nhà văn hóa TDP 1: 7h30-11h thứ 7 21/11, 4 người, vneid dvc"."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time

from content.campaign_days import Said, said, within
from content.fold import fold, words
from content.i18n import N_
from content.sentence_parts import topics_in

LONGEST_PLACE = 80
MOST_PEOPLE = 200
LONGEST = 14 * 60
"""Minutes of one shift."""
DAWN = 5
"""No shift begins earlier: "2h" alone is the afternoon, and has to say so."""
KINDS_OF_PLACE = {
    "nha van hoa": "culture_house", "nvh": "culture_house", "cho": "market", "truong": "school",
    "phuc vu hanh chinh cong": "service_centre", "pvhcc": "service_centre", "mot cua": "service_centre",
    "ubnd": "service_centre",
}  # fmt: skip

PLACE = N_("say the place first, then “:”")
LONG_PLACE = N_("the place is longer than 80 letters")
HOURS = N_("say from when to when, like 7h30-11h")
PART_ONLY = N_("morning or afternoon is not enough: say from when to when, like 7h30-11h")
ONE = N_("it tells more than one shift: one shift a line, please")
ENDS = N_("it ends before it starts")
NIGHT = N_("that would be at night: write 14h, or 2h chiều")
TOO_LONG = N_("it is longer than 14 hours")
DAY = N_("say the day, like 21/11")
WHICH = N_("several days may be meant; write the date, like 21/11")
OUTSIDE = N_("that day is not among the campaign's days")
WEEKDAY = N_("that date is another day of the week")
PEOPLE = N_("say how many people are needed, like 4 người")
NOBODY = N_("at least 1 person is needed")
TOO_MANY = N_("at most 200 people fit into one shift")
TOPICS = N_("I do not know what is helped with there: write words like VNeID, DVC, mã QR")

_CLOCK = r"(\d{1,2})(?!\d)(?::(\d{2})|\s*[hg](?!i)(\d{2})?|\s*gi[ờo](?:\s*(\d{2}))?)?(?!\d|\s*/)"
_PART = r"(?:\s*(sáng|trưa|chiều|tối|sang|trua|chieu|toi)\b)?"
_HOURS = re.compile(
    rf"(?<![\d/])(?:(?:từ|tu|lúc|luc)\s+)?{_CLOCK}{_PART}\s*(?:[-–—]|đến|den|tới|toi)\s*{_CLOCK}{_PART}",
    re.IGNORECASE,
)
_IS_CLOCK = re.compile(r"\d\s*[hg]|:\d", re.IGNORECASE)
"""Without any of these two numbers are rather the name of a street: "đường 30-4"."""
_HALF = re.compile(r"(\d{1,2})\s*(?:h|g|gi[ờo])?\s*(?:rưỡi|ruoi)\b", re.IGNORECASE)
_MINUTES = re.compile(r"((?:[hg:]|gi[ờo])\s*\d\d)\s*(?:['’′]|ph[úu]t\b)", re.IGNORECASE)
_ENGLISH = re.compile(r"(:\d\d|h\d{0,2}|\d{1,2})\s*([ap])m\b", re.IGNORECASE)
_PART_OF_DAY = re.compile(
    r"\b(?:buổi |buoi )?(sáng|trưa|chiều|tối|sang|trua|chieu|toi)\b", re.IGNORECASE
)
_DAY_BEGINS = re.compile(r"(?:(?:buoi|sang|trua|chieu|toi|thu|t|cn|chu|ngay|hom|mai)\b|t?\d)")
""" "Chợ" or "nhà" before a date would be read as words that say nothing."""
_PEOPLE = re.compile(r"(?<![\w/])(-?\d{1,6})\s*(?:người|nguoi|tnv|bạn|ban|em|ng)\b", re.IGNORECASE)
_LATE = ("chieu", "toi")
_EDGE = " ,;:.-–\t"


class BadShift(ValueError):
    """Why a line is no shift: a msgid."""


@dataclass(frozen=True)
class Line:
    """What a line says; hours are the ward's."""

    place: str
    day: date
    starts: time
    ends: time
    places: int
    topics: tuple[str, ...]


def read(line: str, first: date, last: date, today: date) -> Line:
    """The shift of a campaign that a line tells. BadShift."""
    line = _spelt_out(line)
    hours = _only_hours(line)
    rest = line[hours.end() :]
    people = _PEOPLE.search(rest)
    place = line[: hours.start()]
    told = (rest[: people.start()] if people else rest).strip(_EDGE)
    if not told:
        place, told = _place_and_day(place, today)
    day, part = _without_part(told)
    starts, ends = clock_times(hours, part)
    if starts.hour < DAWN and not (part or hours.groups()[4] or hours.groups()[-1]):
        raise BadShift(NIGHT)
    place = place_named(place)
    if not people:
        raise BadShift(PEOPLE)
    when = day_named(day, first, last, today)
    places = number_of_people(int(people[1]))
    return Line(place, when, starts, ends, places, topics_named(rest[people.end() :]))


def _spelt_out(text: str) -> str:
    """ "4 rưỡi" as "4h30", "7h30'" as "7h30", "8:30am" as "8:30 sáng"."""
    text = _MINUTES.sub(r"\1", _HALF.sub(r"\1h30", text))
    return _ENGLISH.sub(_part_spelt_out, text)


def _part_spelt_out(found: re.Match[str]) -> str:
    hour = "h" if found[1].isdecimal() else ""
    return f"{found[1]}{hour} {'sáng' if found[2] in 'aA' else 'chiều'}"


def _only_hours(line: str) -> re.Match[str]:
    """Where a line says from when to when. BadShift: nowhere, or more than once."""
    found = [one for one in _HOURS.finditer(line) if _IS_CLOCK.search(one[0])]
    if not found:
        raise BadShift(PART_ONLY if _PART_OF_DAY.search(line) else HOURS)
    if len(found) > 1:
        raise BadShift(ONE)
    return found[0]


def _place_and_day(before: str, today: date) -> tuple[str, str]:
    """What stands before the hours: "chợ: sáng 22/11," is a place and a day; "đường 30-4:" a place."""
    text = before.strip(_EDGE)
    if before.rstrip().endswith(":"):
        return text, ""
    starts = [0, *(found.end() for found in re.finditer(r"[\s:,;]+", text))]
    for start in starts:
        tail = text[start:]
        if _DAY_BEGINS.match(words(tail)) and said(_without_part(tail)[0], today):
            return text[:start], tail
    return text, ""


def _without_part(day: str) -> tuple[str, str]:
    """ "Sáng thứ 7" as the day, and the part of it."""
    found = _PART_OF_DAY.search(day)
    if not found:
        return day, ""
    return f"{day[: found.start()]} {day[found.end() :]}".strip(_EDGE), found[1]


def hours_named(text: str) -> tuple[time, time]:
    """ "7h30-11h". BadShift."""
    found = _HOURS.fullmatch(_spelt_out(text.strip()))
    if not found:
        raise BadShift(HOURS)
    return clock_times(found)


def clock_times(found: re.Match[str], of_day: str = "") -> tuple[time, time]:
    """From when to when; "2h-5h chiều" is 14 to 17. `of_day`: the part of it said elsewhere. BadShift."""
    hour, *minutes, part = found.groups()[:5]
    last_hour, *last_minutes, last_part = found.groups()[5:]
    last_part = last_part or of_day
    first = _minutes(hour, minutes, part or "")
    last = _minutes(last_hour, last_minutes, last_part or "")
    if not part and first + 12 * 60 < last and fold(last_part or "") in _LATE:
        first += 12 * 60
    try:
        starts, ends = time(*divmod(first, 60)), time(*divmod(last, 60))
    except ValueError:
        raise BadShift(HOURS) from None
    return checked_hours(starts, ends)


def _minutes(hour: str, minutes: Iterable[str | None], part: str) -> int:
    """Of the day; "5h chiều" is 17. Minutes from 60 on give an hour there is not."""
    late = 12 if fold(part) in _LATE and int(hour) < 12 else 0
    past = next((int(one) for one in minutes if one), 0)
    return (int(hour) + late) * 60 + past if past < 60 else 24 * 60


def checked_hours(starts: time, ends: time) -> tuple[time, time]:
    """The same, when it is a shift of at most LONGEST. BadShift."""
    minutes = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    if minutes <= 0:
        raise BadShift(ENDS)
    if minutes > LONGEST:
        raise BadShift(TOO_LONG)
    return starts, ends


def place_named(text: str) -> str:
    place = " ".join(text.strip(_EDGE).split())
    if not words(place):
        raise BadShift(PLACE)
    if len(place) > LONGEST_PLACE:
        raise BadShift(LONG_PLACE)
    return place[0].upper() + place[1:]


def kind_of_place(place: str) -> str:
    """A code of PLACES."""
    text = f" {words(place)} "
    return next((code for name, code in KINDS_OF_PLACE.items() if f" {name} " in text), "other")


def day_named(text: str, first: date, last: date, today: date) -> date:
    """The one day of the campaign that is meant. BadShift."""
    meant = said(text, today)
    if meant is None:
        raise BadShift(DAY)
    days = within(meant, first, last)
    if len(days) > 1:
        raise BadShift(WHICH)
    if not days:
        raise BadShift(_why_not(meant, first, last))
    return days[0]


def _why_not(meant: Said, first: date, last: date) -> str:
    """A date of the campaign with the wrong day of the week, or no day of it."""
    dated = meant.weekday is not None and meant.day is not None
    return WEEKDAY if dated and within(replace(meant, weekday=None), first, last) else OUTSIDE


def number_of_people(number: int) -> int:
    if number < 1:
        raise BadShift(NOBODY)
    if number > MOST_PEOPLE:
        raise BadShift(TOO_MANY)
    return number


def topics_named(text: str) -> tuple[str, ...]:
    """The topics of a text, none of an empty one. BadShift."""
    found = tuple(topics_in(text)) if words(text) else ()
    if words(text) and not found:
        raise BadShift(TOPICS)
    return found
