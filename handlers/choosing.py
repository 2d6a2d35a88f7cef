"""Choices among rows: numbers in their values, and labels that differ."""

from collections import Counter
from collections.abc import Iterable

from handlers.turn import Option


def numbered(argument: str) -> int | None:
    """The number of a row in a chosen value, which anybody may have made up."""
    known = argument.isascii() and argument.isdecimal() and len(argument) < 10
    return int(argument) if known else None


def distinct(options: Iterable[Option]) -> tuple[Option, ...]:
    """Two that read the same are told apart: a typed label means one of them."""
    seen: Counter[str] = Counter()
    different = []
    for option in options:
        seen[option.label] += 1
        n = seen[option.label]
        label = f"{option.label} ({n})" if n > 1 else option.label
        different.append(Option(label, option.value))
    return tuple(different)
