"""What the live check list says: one line for each thing that nobody could look up."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
KEY = re.compile(r"[A-Za-z][\w.]{0,60}", re.ASCII)
NOTHING = "nothing to set"


class Failed(Exception):
    """Why something could not be found out, in words for the operator: without any secret."""


class NotTried(Exception):
    """What is missing to find something out."""


@dataclass(frozen=True)
class Found:
    words: str
    do: str = NOTHING
    """The setting to change and its value, or what else follows."""


@dataclass(frozen=True)
class Item(Generic[T]):
    """Something unknown, and how to look."""

    title: str
    look: Callable[[T], Awaitable[Found]]


async def line(item: Item[T], context: T) -> str:
    """What came of an item. Never raises: the list goes on."""
    try:
        found = await item.look(context)
    except NotTried as missing:
        return f"[not tried] {item.title}: {missing}"
    except Failed as failure:
        return f"[failed] {item.title}: {failure}"
    except Exception as error:  # its words might hold a secret
        return f"[failed] {item.title}: {type(error).__name__}"
    return f"[found] {item.title}: {found.words} -> {found.do}"


def by_hand(title: str, step: str) -> str:
    return f"[by hand] {title}: still unknown: do this by hand: {step}"


def setting(name: str, value: str, now: object) -> str:
    """The advice to set something, or that it is right already."""
    shown = str(now).lower() if isinstance(now, bool) else str(now)
    if shown == value:
        return f"{name}={value} is right"
    return f"set {name}={value} (now: {shown or 'empty'})"


def tail(identifier: object) -> str:
    """An id by its last four characters, enough to compare."""
    text = printable(identifier)
    return f"...{text[-4:]}" if len(text) > 8 else "..."


def printable(value: object, longest: int = 80) -> str:
    """A word of Zalo's that cannot play tricks on the terminal."""
    text = str(value) if isinstance(value, str | int | float) else ""
    return "".join(sign for sign in text if sign.isprintable())[:longest]


def shape(value: Any, depth: int = 9) -> str:
    """Which fields something has and of which types, and none of what they hold."""
    if not depth:
        return "..."
    if isinstance(value, dict):
        fields = [
            f"{_name(key)}: {shape(each, depth - 1)}" for key, each in list(value.items())[:20]
        ]
        return f"{{{', '.join(fields)}}}"
    if isinstance(value, list):
        return f"list of {len(value)} {shape(value[0], depth - 1) if value else ''}".rstrip()
    return {str: "text", bool: "yes/no", type(None): "null"}.get(type(value), "number")


def _name(key: object) -> str:
    return str(key) if KEY.fullmatch(str(key)) else "?"
