"""How long it took: "20p", "1h30", "tiếng rưỡi", "từ 8h đến 10h". A clock time is no length."""

from collections.abc import Callable

from content.sentence_spans import Span

HALF_DAY = 12 * 60
LONGEST_BARE = 4
"""Hours: "2h" is a length, "8h" a clock time, unless "mất 8h" is said."""
LASTING = frozenset("mat het trong lau ton keo dai suot khoang gan hon".split())
"""Words before a length."""

_LENGTHS: dict[str, Callable[..., int]] = {
    "minutes": lambda minutes: minutes,
    "hours": lambda hours: hours * 60,
    "clock_or_hours": lambda hours: hours * 60,
    "clock_or_both": lambda hours, minutes: hours * 60 + minutes,
    "both": lambda hours, minutes: hours * 60 + minutes,
    "half": lambda: 30,
    "hour": lambda: 60,
    "hour_half": lambda: 90,
    "hours_half": lambda hours: hours * 60 + 30,
    "from_to_hh": lambda start, end: (end - start) * 60,
    "from_to_hmh": lambda start, minutes, end: (end - start) * 60 - minutes,
    "from_to_hhm": lambda start, end, minutes: (end - start) * 60 + minutes,
    "from_to_hmhm": lambda start, first, end, second: (end - start) * 60 + second - first,
    "from_to_half": lambda start, end: (end - start) * 60 + 30,
}


def lengths(spans: list[Span]) -> set[int]:
    """Every length said, in minutes."""
    said = set()
    for span in spans:
        code = span.code("minutes")
        if code in _LENGTHS and not _is_clock(span, code):
            said.add(_minutes(code, span.numbers))
    return {minutes for minutes in said if 0 < minutes <= HALF_DAY}


def _minutes(code: str, numbers: tuple[int, ...]) -> int:
    minutes = _LENGTHS[code](*numbers)
    over_noon = code.startswith("from_to") and minutes < 0
    return minutes + HALF_DAY if over_noon else minutes


def _is_clock(span: Span, code: str) -> bool:
    if not code.startswith("clock") or span.numbers[0] <= LONGEST_BARE:
        return False
    return span.before not in LASTING
