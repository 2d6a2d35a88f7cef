"""How many lessons somebody answered one after another, on the days they chose. It forgives.

A chosen day counts once a lesson came on it, until the next one comes: answering the morning after is in
time. One day without an answer is forgiven, two in a row end the streak, and nobody is told so.
"""

from dataclasses import dataclass, replace
from datetime import date

FORGIVEN = 1
"""Chosen days in a row without an answer that end nothing."""


@dataclass(frozen=True)
class Streak:
    days: int = 0
    """Chosen days with an answer."""
    open: int = 0
    """Lessons that came since the last answer; the newest of them can still be answered in time."""
    last: date | None = None
    """The day of the last answer."""

    @property
    def length(self) -> int:
        """As it is shown: 0 when it ended."""
        return self.days if self.open <= FORGIVEN + 1 else 0


def refreshed(streak: Streak) -> Streak:
    """After a rest or a pause: what came during it counts as one that can still be answered."""
    return replace(streak, days=streak.length, open=min(streak.open, 1))


def came(streak: Streak) -> Streak:
    """A lesson came on a chosen day."""
    return replace(streak, open=streak.open + 1)


def answered(streak: Streak, today: date, chosen: bool) -> Streak:
    """A question was answered. `chosen`: today is a day on which lessons come.

    It counts for the lesson that came last, or for a chosen day whose lesson was fetched before it came;
    more answers for the same day count nothing.
    """
    counts = streak.open > 0 or (chosen and streak.last != today)
    return Streak(streak.length + counts, 0, today)
