"""Chosen days of the week and an hour: how people type them, and which day comes next."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from content.fold import fold, words

Off = Callable[[date], bool]
"""Whether nothing comes on that day (content/calendar.py)."""

EVERY_DAY, WEEKDAYS, WEEKEND = 0b1111111, 0b0011111, 0b1100000
"""Masks: one bit for each day of the week, Monday the lowest."""
EARLIEST, LATEST = 7, 20
"""Hours that can be chosen: outside of the quiet ones of content/limits.yaml."""
FARTHEST = 60
"""Days looked through for one that is not off: longer than any holiday."""

_PHRASES = {
    EVERY_DAY: "moi ngay|hang ngay|hom nao cung duoc|ngay nao cung duoc|ca tuan|tat ca|every day|daily",
    WEEKDAYS: "ngay thuong|trong tuan|ngay trong tuan|weekdays",
    WEEKEND: "cuoi tuan|weekend|weekends",
}
_NAMES = {
    name: 1 << place
    for place, names in enumerate(
        (
            "2 hai t2 thu2 monday mon",
            "3 ba t3 thu3 tuesday tue",
            "4 tu t4 thu4 wednesday wed",
            "5 nam t5 thu5 thursday thu",
            "6 sau t6 thu6 friday fri",
            "7 bay t7 thu7 saturday sat",
            "cn chunhat sunday sun",
        )
    )
    for name in names.split()
}
_FILLERS = frozenset("t va voi and on cac ngay vao moi hang tuan buoi".split())
_ORDINAL = re.compile(r"\bthu (?=[2-7]|(?:hai|ba|tu|nam|sau|bay)\b)")
"""Before a number "thu" is no Thursday."""
_FROM_TO = re.compile(r"(?:tu )?(.+?)\s*(?:-|–|\bden\b|\btoi\b)\s*(.+)")
_HOUR = re.compile(
    r"(?:(?:luc|khoang|vao|at) )?(\d{1,2})( ?(?:h|g|gio|:|o clock) ?(?:00|dung)?)? ?"
    r"(sang|trua|chieu|toi|am|pm)?"
)


def days_in(text: str) -> int:
    """The days meant by "2 4 6", "thứ 2, thứ 5", "t7 cn", "thứ hai đến thứ sáu"; 0 when not understood."""
    said = words(text)
    for mask, phrases in _PHRASES.items():
        if said in phrases.split("|"):
            return mask
    between = _FROM_TO.fullmatch(" ".join(fold(text).split()))
    return (between and _range(between[1], between[2])) or _listed(said)


def _range(first: str, last: str) -> int:
    """From one day to a later one; 0 when either end is not one day."""
    begin, end = _listed(words(first)), _listed(words(last))
    single = begin.bit_count() == end.bit_count() == 1
    return (end << 1) - begin if single and begin < end else 0


def _listed(said: str) -> int:
    mask = 0
    for word in _ORDINAL.sub("", said).replace("chu nhat", "chunhat").split():
        if word.isdecimal():
            found = [_NAMES.get(digit, 0) for digit in word]
        elif word in _FILLERS:
            continue
        else:
            found = [_NAMES.get(word, 0)]
        if not all(found):
            return 0
        mask |= sum(set(found))
    return mask


def hour_in(text: str) -> int | None:
    """The full hour meant by "8", "8h", "19 giờ", "7 giờ tối"; None: not understood, or too early or late."""
    found = _HOUR.fullmatch(" ".join(fold(text).split()))
    if not found:
        return None
    hour, part = int(found[1]), found[3] or ""
    late = part in ("chieu", "toi", "pm") or (hour < EARLIEST and (part == "trua" or not part))
    said = found[2] or part  # a bare "1" may be meant as a choice
    if late and said and 0 < hour < 12:  # "5 giờ" is in the afternoon: at 5 nothing comes
        hour += 12
    return hour if EARLIEST <= hour <= LATEST else None


def is_chosen(mask: int, day: date) -> bool:
    return bool(mask >> day.weekday() & 1)


def next_day(mask: int, after: date, off: Off) -> date:
    """The first chosen day after one, days off left out. ValueError: no day is chosen."""
    chosen = _chosen(mask, after, +1)
    return next((day for day in chosen if not off(day)), chosen[0])


def latest_day(mask: int, first: date, last: date, off: Off) -> date | None:
    """The last chosen day from `first` to `last`, days off left out."""
    back = _chosen(mask, last + timedelta(days=1), -1)
    return next((day for day in back if day >= first and not off(day)), None)


def _chosen(mask: int, start: date, step: int) -> list[date]:
    """The chosen days of some weeks after or before a day, the nearest first."""
    if not 0 < mask <= EVERY_DAY:
        raise ValueError(f"no days of the week: {mask}")
    days = [start + timedelta(days=step * ahead) for ahead in range(1, FARTHEST + 1)]
    return [day for day in days if is_chosen(mask, day)]
