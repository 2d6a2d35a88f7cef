"""What kinds of messages leave, and by which rules (design.md, section 4)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Kind:
    """How messages of one kind are treated."""

    fresh: timedelta
    """How long after the time it was meant for it still makes sense; later it is skipped."""
    repeats: bool = False
    """Sent again when it may have arrived: worse to be missed than to be read twice."""
    at_night: bool = False
    """Sent in the quiet hours too: somebody waits for it."""
    urgent: bool = False
    """Sent although the month's quota runs out."""
    held: bool = False
    """Waits until the person writes again where nobody may be written to now; else it is skipped."""


REPLY, REQUEST, NOTICE = "reply", "request", "notice"
LESSON, REMINDER, DEADLINE, LOGGING, NEWS = "lesson", "reminder", "deadline", "logging", "news"
SHIFT = "shift"

KINDS = {
    REPLY: Kind(timedelta(minutes=5), repeats=True, at_night=True, urgent=True),
    REQUEST: Kind(timedelta(hours=36), repeats=True, urgent=True, held=True),
    NOTICE: Kind(timedelta(hours=36), urgent=True, held=True),
    LESSON: Kind(timedelta(hours=4)),
    REMINDER: Kind(timedelta(hours=24), held=True),
    DEADLINE: Kind(timedelta(hours=24), held=True),
    LOGGING: Kind(timedelta(hours=2)),
    NEWS: Kind(timedelta(hours=24)),
    SHIFT: Kind(timedelta(hours=2), urgent=True, held=True),
}
"""reply: answers · request, notice: help requests, roles · lesson: courses · reminder: asked for by a
person · deadline, logging: of reports and of the log · news: broadcasts · shift: shifts, classes and day
reports that are near."""

PUSHED = [name for name in KINDS if name != REPLY]
AT_NIGHT = [name for name in PUSHED if KINDS[name].at_night]
URGENT = [name for name in PUSHED if KINDS[name].urgent]
REPEATED = [name for name, kind in KINDS.items() if kind.repeats]
