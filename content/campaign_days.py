"""Days of a campaign as people type them: "21/11", "thứ bảy 21/11/2026", "ngày 21", "mai", "chủ nhật"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from content.when_words import WEEKDAYS, plain

LONGEST = 60
"""Letters: a longer text says more than a day."""
_AHEAD = {"today": 0, "tomorrow": 1, "+2 days": 2}
_WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_DAY = r"(?:ngay )?(?P<day>\d{1,2}) / (?P<month>\d{1,2})(?: / (?P<year>\d{4}))?"
_SAID = re.compile(rf"(?:{_WEEKDAY} )?{_DAY}|{_WEEKDAY.replace('weekday', 'only')}(?: this week)?"
                   r"|(?:(?P<of>\w+day) )?ngay (?P<alone>\d{1,2})")  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What was said of a day; None: not said."""

    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None

    def fits(self, day: date) -> bool:
        said = (self.weekday, self.day, self.month, self.year)
        known = (day.weekday(), day.day, day.month, day.year)
        return all(one is None or one == other for one, other in zip(said, known, strict=True))


def said(text: str, today: date) -> Said | None:
    """What a text says of a day. None: it is none."""
    words = plain(text) if len(text) <= LONGEST else ""
    if words in _AHEAD:
        day = today + timedelta(days=_AHEAD[words])
        return Said(None, day.day, day.month, day.year)
    found = _SAID.fullmatch(words)
    if not found:
        return None
    weekday = found["weekday"] or found["only"] or found["of"]
    if weekday and weekday not in WEEKDAYS:
        return None
    numbers = (found["day"] or found["alone"], found["month"], found["year"])
    day_of_month, month, year = (int(one) if one else None for one in numbers)
    return Said(WEEKDAYS.index(weekday) if weekday else None, day_of_month, month, year)


def within(said: Said, first: date, last: date) -> list[date]:
    """The days from `first` to `last` that may be meant."""
    return [day for day in _days(first, last) if said.fits(day)]


def nearest(said: Said, today: date) -> date | None:
    """The day that is meant by itself: a date is the one nearest to today, anything less the next one."""
    year = timedelta(days=366)
    ahead = within(said, today, today + 2 * year)
    if said.month is None:
        return ahead[0] if ahead else None
    every = [*within(said, today - year, today), *ahead]
    return min(every, key=lambda day: abs(day - today), default=None)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
