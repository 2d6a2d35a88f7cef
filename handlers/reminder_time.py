"""Times of reminders, typed or chosen, as answers of a form and parts of a choice."""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from content import reminder, when
from content.i18n import N_
from content.when import FAR, FARTHEST, PAST, UNKNOWN, NoTime, When
from handlers.forms import Answers, Invalid
from handlers.turn import WARD_ZONE, Option, Turn

USUAL = {
    "chieu nay": N_("This afternoon"),
    "sang mai": N_("Tomorrow morning"),
    "sang thu hai": N_("Monday morning"),
    "cuoi tuan": N_("At the weekend"),
}
"""Times to choose from, as content/when.py reads them."""
WRONG = {
    PAST: N_("That time has passed."),
    FAR: N_("That is more than a year away. Please choose an earlier day."),
    UNKNOWN: N_("I do not understand that time. For example: 8 giờ sáng mai, thứ hai, 15/12."),
}
MOVED = "-moved"
_STAMP = re.compile(rf"[0-9]{{12}}(?:{MOVED})?")
_MINUTE = "%Y%m%d%H%M"


def local(turn: Turn) -> datetime:
    return turn.now.astimezone(WARD_ZONE)


def stamp(time: When) -> str:
    """A time as an answer of a form or a part of a choice."""
    return f"{time.at:{_MINUTE}}{MOVED if time.moved else ''}"


def stamped(turn: Turn, text: str) -> When:
    """The time of a stamp, as long as it lies ahead. NoTime."""
    if not _STAMP.fullmatch(text):
        raise NoTime(UNKNOWN)
    try:
        at = datetime.strptime(text[:12], _MINUTE).replace(tzinfo=WARD_ZONE)
    except ValueError:
        raise NoTime(UNKNOWN) from None
    if not turn.now < at <= turn.now + FARTHEST + timedelta(days=1):  # it may have been moved
        raise NoTime(PAST if at <= turn.now else FAR)
    return When(at, text.endswith(MOVED))


def read(turn: Turn, typed: str) -> str:
    """The stamp of a time as typed, or pressed. NoTime."""
    if _STAMP.fullmatch(typed):
        return stamp(stamped(turn, typed))
    opened = when.opening(typed)
    time = reminder.split(typed if opened is None else opened, local(turn))[1]
    if isinstance(time, str):
        raise NoTime(time)
    return stamp(time)


async def usual(turn: Turn, answers: Answers) -> Sequence[Option]:
    """Those still to come; two names of one time are one choice."""
    times: dict[str, str] = {}
    for name, label in USUAL.items():
        with suppress(NoTime):
            times.setdefault(stamp(when.read(name, local(turn))), label)
    return [turn.option(label, at) for at, label in times.items()]


async def typed(turn: Turn, answers: Answers, text: str) -> str:
    try:
        return read(turn, text)
    except NoTime as none:
        raise Invalid(turn.tr(WRONG[none.reason])) from None
