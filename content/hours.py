"""Hours of volunteers: the union of the spans they were there, so that no minute counts twice."""

import re
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from content.fold import fold

Span = tuple[datetime, datetime]
"""From when to when. One that ends before it begins lasts no time."""
MINUTE = timedelta(minutes=1)
_CLOCK = re.compile(
    r"(\d{1,2})(?:\s*(?:gio|g|h|:)\s*(\d{2}(?!\d|\s*(?:gio|g|h|:)))?)(?:\s*(sang|trua|chieu|toi))?"
)
_LATE = ("chieu", "toi")


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as spans that neither touch nor overlap, in order."""
    joined: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def by_day(spans: Iterable[Span], zone: tzinfo) -> dict[date, int]:
    """Whole minutes on each day of that zone, days without any left out."""
    lasted: dict[date, timedelta] = {}
    for span in union(spans):
        for day, part in _days(span, zone):
            lasted[day] = lasted.get(day, timedelta()) + part
    minutes = {day: total // MINUTE for day, total in lasted.items()}
    return {day: number for day, number in minutes.items() if number}


def minutes(spans: Iterable[Span], zone: tzinfo) -> int:
    """What all days have together."""
    return sum(by_day(spans, zone).values())


def _days(span: Span, zone: tzinfo) -> Iterator[tuple[date, timedelta]]:
    """A span cut at midnight."""
    start, end = (moment.astimezone(zone) for moment in span)
    while start < end:
        midnight = datetime.combine(start.date() + timedelta(days=1), time(), zone)
        yield start.date(), min(end, midnight) - start
        start = midnight


def clocks(text: str) -> tuple[time, time] | None:
    """Two times of a day, as "7h35 11h", "7:35-11:00", "từ 1h đến 4h30 chiều". None: they are not two."""
    found = _CLOCK.findall(fold(text))
    if len(found) != 2:
        return None
    (hour, minute, part), (last_hour, last_minute, last_part) = found
    first, last = _minutes(hour, minute, part), _minutes(last_hour, last_minute, last_part)
    if not part and last_part in _LATE and int(hour) < 12 and first + 12 * 60 < last:
        first += 12 * 60  # "1h đến 4h chiều"
    if max(first, last) >= 24 * 60:
        return None
    return time(*divmod(first, 60)), time(*divmod(last, 60))


def _minutes(hour: str, minute: str, part: str) -> int:
    """Of the day; more than a day has where there is no such time."""
    late = 12 if part in _LATE and int(hour) < 12 else 0
    past = int(minute or 0)
    return (int(hour) + late) * 60 + past if past < 60 else 24 * 60
