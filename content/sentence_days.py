"""Which day it was. What cannot be said surely is not guessed: a doubt says why."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from content.sentence_spans import Span

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AGO = {"today": 0, "yesterday": 1, "two_days": 2, "three_days": 3}
BEGINS = {"morning": 0, "noon": 10, "afternoon": 12, "evening": 17}
"""From which hour a part of the day may be spoken of as past."""
OLDEST = 365
"""Days: an older support is asked about."""
YEARS_BACK = 8
"""Far enough to find any day of the calendar, 29 February included."""
BEGUN = ("give", "day", "weekday", "self", "count")
"""What follows "sáng" at the beginning of a clause."""
POLITE = ("da", "vang", "a", "oi", "alo", "uh", "thi")
"""Words a message may begin with that say nothing."""
APPOINTED = 2
"""Words between "hẹn" and the day it is about."""

Day = date | str
"""A day, or the doubt for which there is none."""


def said_day(spans: list[Span], now: datetime) -> tuple[date | None, tuple[str, ...]]:
    """The day a session was on, None when none was said, and the doubts about it."""
    spans = list(_without_appointments(spans))
    found = list(dict.fromkeys(_days(spans, now.date())))
    days = [day for day in found if isinstance(day, date)]
    doubts = [doubt for doubt in found if isinstance(doubt, str)]
    if "vague_day" in doubts and days:
        doubts.remove("vague_day")  # "tuần trước, hôm 15": the exact one is meant
    if len(days) > 1:
        doubts.append("two_days")
    if doubts:
        return None, tuple(doubts)
    if days:
        return days[0], ()
    weak = any(_is_part(span, spans) or _is_just(span, spans) for span in spans)
    return (now.date() if weak else None), ()


def is_ahead(spans: Iterable[Span], now: datetime) -> bool:
    """Whether a part of this day is said that is still to come."""
    spans = list(spans)
    if any(span.code("week") == "this" and _is_future(span, now) for span in spans):
        return True
    if any(span.is_a("day", "weekday") and span.code("day") != "today" for span in spans):
        return False
    parts = [span.code("part") for span in spans if _is_part(span, spans)]
    return any(now.hour < BEGINS[part] for part in parts if part)


def _is_future(span: Span, now: datetime) -> bool:
    """ "thứ 7 này" on a Friday."""
    return span.is_a("weekday") and "future" in _weekday(span, now.date())


def _without_appointments(spans: list[Span]) -> Iterator[Span]:
    """Without the day of "hẹn thứ 7"."""
    ends = -APPOINTED - 1
    for span in spans:
        if span.code("outcome") == "again":
            ends = span.end
        elif not (span.is_a("day", "weekday", "part") and span.start - ends <= APPOINTED):
            yield span


def _is_part(span: Span, spans: list[Span]) -> bool:
    """ "toi" is rather "tôi" than "tối"; "sang" is "sáng" where a clause begins."""
    if not span.is_a("part") or span.is_a("self"):
        return False
    if [word.typed for word in span.words] != ["sang"] or not span.before[:1].isalnum():
        return True
    before = any(one.end == span.start and one.is_a("self", "person") for one in spans)
    return not before and any(one.start == span.end and one.is_a(*BEGUN) for one in spans)


def _is_just(span: Span, spans: list[Span]) -> bool:
    """ "em mới hd" is just now; "máy mới", "3 lần mới được" are not."""
    if span.code("just") != "new":
        return span.is_a("just")
    before = [one for one in spans if one.end == span.start]
    after = [one for one in spans if one.start == span.end]
    begins = (
        not span.before[:1].isalnum()
        or span.before in POLITE
        or any(one.is_a("self", "day", "person") for one in before)
    )
    return begins and any(one.is_a("give", "topic", "outcome") for one in after)


def _days(spans: list[Span], today: date) -> Iterator[Day]:
    for span in spans:
        if span.is_a("weekday"):
            yield from _weekday(span, today)
        elif span.is_a("day"):
            yield from _day(span, today)


def _weekday(span: Span, today: date) -> Iterator[Day]:
    number = WEEKDAYS.index(span.code("weekday") or "mon")
    monday = today - timedelta(days=today.weekday())
    if span.code("week") == "last":
        yield monday + timedelta(days=number - 7)
    elif span.code("week") == "this":
        day = monday + timedelta(days=number)
        yield day if day <= today else "future"
    else:
        yield today - timedelta(days=(today.weekday() - number) % 7)


def _day(span: Span, today: date) -> Iterator[Day]:
    code, numbers = span.code("day") or "", span.numbers
    if code in AGO:
        yield today - timedelta(days=AGO[code])
    elif code == "days_ago":
        yield _checked(today - timedelta(days=min(numbers[0], 2 * OLDEST)), today)
    elif code == "vague":
        yield "vague_day"
    elif code == "day":
        yield _latest((_month_day(today, back, numbers[0]) for back in range(12)), today)
    elif code == "day_month_year":
        yield _checked(_dated(numbers), today)
    elif code == "day_month" or _is_date(span):
        years = range(today.year, today.year - YEARS_BACK, -1)
        yield _latest((_valid(year, numbers[1], numbers[0]) for year in years), today)


def _is_date(span: Span) -> bool:
    """ "15-11" and "15.11" only without spaces and when the calendar has such a day."""
    close = all(word.close for word in span.words[-2:])
    return close and _valid(2024, span.numbers[1], span.numbers[0]) is not None


def _dated(numbers: tuple[int, ...]) -> date | None:
    day, month, year = numbers if numbers[0] <= 31 else numbers[::-1]
    return _valid(year + 2000 if year < 100 else year, month, day)


def _month_day(today: date, back: int, day: int) -> date | None:
    """A day of the month so many months ago."""
    months = today.year * 12 + today.month - 1 - back
    return _valid(months // 12, months % 12 + 1, day)


def _valid(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _latest(days: Iterable[date | None], today: date) -> Day:
    """The first of these that is not ahead."""
    past = next((day for day in days if day and day <= today), None)
    return _checked(past, today)


def _checked(day: date | None, today: date) -> Day:
    if day is None:
        return "impossible_day"
    if day > today:
        return "future"
    return day if (today - day).days <= OLDEST else "old"
