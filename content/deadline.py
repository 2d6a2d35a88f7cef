"""The next days on which a ward's reports are due (facts/indicators.md, section 4)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from content import calendar
from content.indicator import Deadline, Plan
from content.period import Period, period
from content.ward import Ward

REMINDED = (10, 5, 2)
"""Days before the one before which a report is due."""


@dataclass(frozen=True)
class Due:
    """One report: "before day D" is read as D-1 at the latest."""

    plan: Plan
    deadline: Deadline
    before: date
    covers: Period

    @property
    def last_safe(self) -> date:
        return self.before - timedelta(days=1)

    def work_towards(self, ward: Ward | None) -> date:
        """The last working day that is not after the last safe one."""
        return calendar.last_working(self.last_safe, ward)


def upcoming(plans: Iterable[Plan], cut: str, today: date, days: int = 400) -> list[Due]:
    """The reports whose last safe day is today or later, within so many days, the next one first."""
    until = today + timedelta(days=days)
    due = [
        Due(plan, deadline, before, _covered(deadline, before, cut))
        for plan in plans
        for deadline in plan.deadlines
        for before in _days(deadline, today, until)
    ]
    return sorted(due, key=lambda one: (one.before, one.plan.id))


def reminder_days(due: Due, ward: Ward | None) -> dict[date, str | int]:
    """The days on which people are reminded: 10, 5 or 2 days before D, "towards", "last".

    "towards" stands where the last safe day is off, in place of a number on the same day.
    """
    days: dict[date, str | int] = {due.before - timedelta(days=n): n for n in REMINDED}
    days[due.work_towards(ward)] = "towards"
    days[due.last_safe] = "last"
    return dict(sorted(days.items()))


def _days(deadline: Deadline, today: date, until: date) -> Iterator[date]:
    for year in range(today.year, until.year + 1):
        if deadline.until_year is not None and year > deadline.until_year:
            return
        months = [deadline.before_month] if deadline.before_month else range(1, 13)
        for month in months:
            before = date(year, month, deadline.before_day)
            if today < before <= until:
                yield before


def _covered(deadline: Deadline, before: date, cut: str) -> Period:
    """The period a report speaks of: a month of the 15-14 cut ends the day before, a calendar one earlier."""
    if deadline.covers == "year":
        return period(str(before.year), cut)
    if deadline.covers == "half":
        return period(f"{before.year}-H{1 if before.month <= 6 else 2}", cut)
    month = before if cut == "15-14" else before.replace(day=1) - timedelta(days=1)
    return period(f"{month.year}-{month.month:02}", cut)
