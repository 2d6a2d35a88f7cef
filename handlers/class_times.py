"""Days and hours of classes as people type them, and a class told in one message."""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from content import campaign_days, campaign_shift
from content.campaign_shift import BadShift
from content.fold import fold, words
from content.sentence_clauses import clauses
from content.sentence_numbers import merge
from content.sentence_parts import topics_in
from content.sentence_places import areas
from content.sentence_spans import scan
from content.sentence_words import read as tokens
from handlers.turn import WARD_ZONE

LONGEST = timedelta(hours=10)
AFTERNOON = 5
""" "2h-4h" is in the afternoon: no class begins before this hour."""
WINDOW = 7
"""Words of a time in a message."""
OPENING = re.compile(
    r"(?:toi )?(?:mo|len lich|tao) (?:lop|buoi|sinh hoat)\b ?(?:hoc |moi |tap huan |ve )*"
)
SURELY = re.compile(r"(?:mo|len lich|tao) lop\b")
"""What begins so opens a class, whatever else it says; "tôi mở lớp" may tell of one that was."""
ASKING = re.compile(r"\b(?:the nao|o dau|khi nao|bao gio|luc nao|lam sao|khong|chua|gi|khong vay)$")
PEOPLE = re.compile(
    r"(\d{1,3}) ?(?:nguoi|ng|hoc vien|hoc sinh|hoi vien|doan vien|ba con|bac|cu|dan|em|ban)"
)
TODAY = re.compile(r"\b(sáng|trưa|chiều|tối|sang|trua|chieu|toi) nay\b", re.IGNORECASE)
HOUR = re.compile(
    r"(?:(?:tu|den|toi|luc|vao|khoang) )*(\d{1,2})"
    r"(?: ?(?:h|g|gio)(?: ?(\d{2}))?|:(\d{2})|(?= ?ruoi))( ?ruoi)?(?: (sang|trua|chieu|toi))?"
)
PARTS = ("sang", "trua", "chieu", "toi")
LATE = ("chieu", "toi")
LOOSE = frozenset("sang trua chieu toi khoang tam chung co luc vao ngay hom".split())
T = TypeVar("T")

HOURS, ENDS, TOO_LONG = "hours", "ends", "too long"


class BadHours(ValueError):
    """Why a text gives no hours of a class: HOURS, ENDS or TOO_LONG."""


def day_meant(text: str, today: date) -> date | None:
    """A day to come or gone: "thứ 7" is the next one, "21/11" the nearest."""
    if words(text) in ("hom qua", "qua"):
        return today - timedelta(days=1)
    with suppress(ValueError):
        return date.fromisoformat(text)
    said = campaign_days.said(text, today)
    return campaign_days.nearest(said, today) if said else None


def hours_meant(text: str) -> tuple[time, time]:
    """ "8h-10h", "7h30 đến 11h", "2h-4h chiều", "14:00-16:00". BadHours."""
    try:
        starts, ends = campaign_shift.hours_named(text)
    except BadShift as bad:
        known = {campaign_shift.ENDS: ENDS, campaign_shift.TOO_LONG: TOO_LONG}
        raise BadHours(known.get(str(bad), HOURS)) from None
    if starts.hour < AFTERNOON:
        starts, ends = _later(starts, ends)
    if datetime.combine(date.min, ends) - datetime.combine(date.min, starts) > LONGEST:
        raise BadHours(TOO_LONG)
    return starts, ends


def _later(starts: time, ends: time) -> tuple[time, time]:
    """The same hours of the afternoon or the evening."""
    if ends.hour >= 12:
        return starts, ends
    return starts.replace(hour=starts.hour + 12), ends.replace(hour=ends.hour + 12)


def hour_meant(text: str, part: str = "") -> time | None:
    """ "14h", "lúc 2h chiều", "7 rưỡi tối", as it is said of when a class begins; a part of the day apart."""
    found = HOUR.fullmatch(fold(text))
    if not found:
        return None
    hour, minute = int(found[1]), 30 if found[4] else int(found[2] or found[3] or 0)
    if hour < 12 and ((found[5] or part) in LATE or hour < AFTERNOON):
        hour += 12
    return time(hour, minute) if hour < 24 and minute < 60 else None


def ends_meant(starts: time, text: str) -> tuple[time, time] | None:
    """From a known hour until that one: "đến 4h" after 14:00 is 16. BadHours; None: it is no hour."""
    ends = hour_meant(text)
    if ends is None:
        return None
    if ends <= starts and ends.hour < 12:
        ends = ends.replace(hour=ends.hour + 12)
    return hours_meant(f"{starts:%H:%M}-{ends:%H:%M}")


def at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, WARD_ZONE)


def area_said(place: str) -> str:
    """ "TDP 2" of "nhà văn hóa TDP 2"; "" when there is none, or several."""
    found = areas(clauses(scan(merge(tokens(place)))))
    return found[0] if len(found) == 1 else ""


@dataclass(frozen=True)
class Told:
    """What one message says of a class; None or empty: not said."""

    title: str
    topics: tuple[str, ...]
    day: date | None
    hours: tuple[time, time] | None
    starts: time | None
    """When no more than that is said of the hours."""
    place: str
    expected: int | None


def told(text: str, today: date) -> Told | None:
    """ "mở lớp an toàn mạng 8h-10h thứ 7 ở nhà văn hóa TDP 2, 30 người". None: it opens no class."""
    said = TODAY.sub(r"\1 hôm nay", text).replace(",", " , ").split()
    begun = next((n for n in range(min(5, len(said)), 1, -1) if _opens(said[:n])), 0)
    if not begun or len(said) == begun:
        return None
    expected, rest = _cut(said[begun:], _people)
    hours, rest = _cut(rest, _hours)
    starts, rest = (None, rest) if hours else _cut(rest, hour_meant)
    (part, day), rest = _cut_day(rest, today)
    if not (hours or starts or day) and (ASKING.search(words(text)) or not _surely(text)):
        return None
    if part in LATE:
        hours = _later(*hours) if hours else None
        starts = starts and hour_meant(f"{starts:%H:%M}", part)
    title, place = map(_trimmed, _title_and_place(rest))
    return Told(title, tuple(topics_in(title)), day, hours, starts, place, expected)


def _surely(text: str) -> bool:
    return SURELY.match(words(text)) is not None


def _opens(said: list[str]) -> bool:
    return OPENING.fullmatch(words(" ".join(said)) + " ") is not None


def _cut(said: list[str], read: Callable[[str], T | None]) -> tuple[T | None, list[str]]:
    """What the longest row of words says, and the others."""
    for length in range(min(WINDOW, len(said)), 0, -1):
        for first in range(len(said) - length + 1):
            found = read(" ".join(said[first : first + length]))
            if found is not None:
                return found, [*said[:first], ",", *said[first + length :]]
    return None, said


def _hours(text: str) -> tuple[time, time] | None:
    with suppress(BadHours):
        return hours_meant(text)
    return None


def _cut_day(said: list[str], today: date) -> tuple[tuple[str, date | None], list[str]]:
    """The part of a day and the day, "" and None where they are not said, and the other words."""
    found, rest = _cut(said, lambda one: _day(one, today))
    return found or ("", None), rest


def _day(text: str, today: date) -> tuple[str, date] | None:
    """ "chiều mai", "thứ 7"; with the part of the day, folded."""
    if text.strip(",").isdecimal():
        return None
    first, _, rest = text.partition(" ")
    part = fold(first) if rest and fold(first) in PARTS else ""
    day = day_meant(rest if part else text, today)
    return (part, day) if day else None


def _people(text: str) -> int | None:
    found = PEOPLE.fullmatch(words(text))
    return int(found[1]) if found else None


def _trimmed(text: str) -> str:
    """Without what belongs to a time or a number that was cut out behind it."""
    said = text.split()
    while said and words(said[-1]) in LOOSE:
        said.pop()
    return " ".join(said)


def _title_and_place(said: list[str]) -> tuple[str, str]:
    """What stands before "ở" or "tại", and behind it."""
    parts = " ".join(said).split(" , ")
    text = " , ".join(part.strip(" ,") for part in parts if part.strip(" ,"))
    found = re.search(r"(?:^|[\s,])(?:ở|tại|o|tai)\s", text, re.IGNORECASE)
    if not found:
        return text.strip(" ,"), ""
    place = text[found.end() :].split(",")[0]
    return text[: found.start()].strip(" ,"), place.strip()
