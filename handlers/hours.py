"""When a ward's people work. A ward that has not said so is taken as always open, and nothing is promised."""

from datetime import datetime, timedelta

from content.ward import Ward
from handlers.turn import WARD_ZONE


def open_at(ward: Ward, now: datetime) -> bool:
    hours = ward.working_hours
    if hours is None:
        return True
    here = now.astimezone(WARD_ZONE)
    return here.isoweekday() in hours.days and hours.start <= here.time() < hours.end


def opening(ward: Ward, now: datetime) -> datetime:
    """Now, or when work begins next."""
    hours = ward.working_hours
    if hours is None or open_at(ward, now):
        return now
    here = now.astimezone(WARD_ZONE)
    days = [here.date() + timedelta(days=ahead) for ahead in range(8)]
    starts = (datetime.combine(day, hours.start, WARD_ZONE) for day in days)
    return next(s for s in starts if s > here and s.isoweekday() in hours.days)


def within(ward: Ward, now: datetime) -> datetime:
    """The end of the time a request may wait, counted from when somebody works."""
    return opening(ward, now) + timedelta(minutes=ward.request_minutes)
