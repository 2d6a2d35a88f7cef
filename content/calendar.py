"""The working days of Vietnam: public holidays, swapped days, and what the ward's file adds to them."""

from datetime import date, timedelta
from functools import cache

from content.ward import Ward

SATURDAY = 5


def off(day: date, ward: Ward | None) -> str:
    """The name of the public holiday on that day, "" when there is none. The ward's file comes first."""
    own = {one.date: one.name for one in ward.days_off} if ward else {}
    if day in own:
        return own[day]
    if ward and day in ward.working_days:
        return ""
    return _holidays(day.year)[0].get(day, "")


def works(day: date, ward: Ward | None) -> bool:
    """Whether the office is open on that day by the calendar; its hours are another matter."""
    if off(day, ward):
        return False
    if day.weekday() < SATURDAY:
        return True
    return day in _holidays(day.year)[1] or (ward is not None and day in ward.working_days)


def last_working(day: date, ward: Ward | None) -> date:
    """That day, or the nearest working day before it."""
    while not works(day, ward):
        day -= timedelta(days=1)
    return day


@cache
def _holidays(year: int) -> tuple[dict[date, str], frozenset[date]]:
    """A year's days off by name, lunar Tết and days in lieu included, and its swapped-in Saturdays."""
    import holidays  # with every country of the world: 0.3 s and 18 MB, only for who asks about a day

    known = holidays.country_holidays("VN", years=year, language="vi")
    return dict(known), frozenset(known.weekend_workdays)
