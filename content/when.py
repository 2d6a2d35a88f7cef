"""When somebody asks to be reminded: "8 giờ sáng thứ hai", "sau 2 tieng", "tomorrow at 3 pm"."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from content.i18n import N_, translate
from content.when_words import WEEKDAYS, plain

PAST, FAR, UNKNOWN = "past", "far", "unknown"
LONGEST = 100
"""Letters: a longer text says more than a time."""
FARTHEST = timedelta(days=366)
WAKES, SLEEPS = time(7), time(21)
"""From SLEEPS to WAKES nobody is written to."""
USUAL = timedelta(hours=8)
"""The time of day where none is said."""
DAYTIME = {
    "morning": (USUAL, 0, 11),
    "noon": (timedelta(hours=11, minutes=30), 10, 14),
    "afternoon": (timedelta(hours=15), 12, 18),
    "evening": (timedelta(hours=19), 17, 24),
    "night": (timedelta(hours=19), 18, 29),
    "pm": (timedelta(hours=15), 12, 23),
}
"""A part of the day: its usual time, its first and its last hour; from 24 on they are the next day's."""
NAMES = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"),
    N_("Sunday"),
)  # fmt: skip
SPOKEN = {
    11: N_("{time} am"), 13: N_("{time} at midday"), 18: N_("{time} pm"), 24: N_("{time} in the evening"),
}  # fmt: skip
"""How an hour before this one is said."""
ON_A_DAY = N_("{weekday} {date}, {time}")
SOON = {0: N_("today, {weekday} {date}, {time}"), 1: N_("tomorrow, {weekday} {date}, {time}")}
"""Days ahead that have a name."""

_HOUR = re.compile(r"\b(\d{1,2}) h\b(?: (\d{1,2})\b(?! /))?")
_PART = re.compile(rf"\b(?:{'|'.join(DAYTIME)})\b")
_DURATION = re.compile(r"\+(\d+ (?:hours|minutes)(?: \d+ minutes)?)")
_WEEKDAY = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_NGAY = rf"(?:{_WEEKDAY} )?ngay {_DAY}"
_DATE = rf"(?:{_WEEKDAY} )?(?:ngay )?{_DAY} / (?P<month>0?[1-9]|1[0-2])"
_DAYS: tuple[tuple[str, str, str], ...] = (
    (r"", "today", "day1 day2"),
    (r"today", "today", "day1"),
    (r"tomorrow", "tomorrow", "day1"),
    (r"\+(?P<time>\d+ (?:days|weeks|months))", "in {time}", "day1"),
    (r"next (?P<time>week|month)", "in 1 {time}", "day1"),
    (r"week after", "in 2 weeks", "day1"),
    (_WEEKDAY, "{weekday}", "day0 day1"),
    (rf"{_WEEKDAY} this week", "{weekday}", "week0"),
    (rf"{_WEEKDAY} next week", "{weekday}", "week1"),
    (rf"{_WEEKDAY} week after", "{weekday}", "week2"),
    (_DATE, "{day}/{month}", "day0"),
    (rf"{_DATE} / (?P<year>20\d\d)", "{day}/{month}/{year}", "day0"),
    (rf"{_DATE} this year", "{day}/{month}/{first:%Y}", "year0"),
    (rf"{_DATE} next year", "{day}/{month}/{first:%Y}", "year1"),
    (_NGAY, "{day}/{first:%m/%Y}", "month0 month1 month2"),
    (rf"{_NGAY} this month", "{day}/{first:%m/%Y}", "month0"),
    (rf"{_NGAY} next month", "{day}/{first:%m/%Y}", "month1"),
    (r"end this month", "today", "month1"),
    (r"end next month", "today", "month2"),
)
"""What is said, what dateparser is asked, and after which days; `first` is the day after such a one."""

_OPENING = re.compile(
    r"\s*(?:(?:hay|hãy|nho|nhớ|nhờ|lam on|làm ơn|xin|vui long|vui lòng|please) )?"
    r"(?:remind me(?: again)?|nh[aăắ]c (?:(?:lai|lại|giup|giúp|gium|giùm|dum|dùm|ho|hộ|cho) )*"
    r"(?:toi|tôi|tui|em|con|chau|cháu|minh|mình|bac|bác|co|cô|chu|chú|ong|ông|ba|bà|anh|chi|chị)"
    r"(?: (?:lai|lại))?(?: (?:vao|vào))?)(?!\w)[\s,:]*(.*)".replace(" ", r"\s+"),
    re.IGNORECASE | re.DOTALL,
)
"""Only with its own accents or none: "nhạc" is music, "tối" the evening."""


class NoTime(ValueError):
    """Text that names no time anybody can be reminded at: `reason` is PAST, FAR or UNKNOWN."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class When:
    """A time to come at which people may be written to."""

    at: datetime
    moved: bool
    """Said for the quiet hours; moved to the end of them."""


def read(text: str, now: datetime) -> When:
    """The time somebody means; `now` in the ward's zone, as the result is.

    A time that comes again (a weekday, a day of the month, an hour) is the next such one. NoTime else.
    """
    said = plain(text) if len(text) <= LONGEST else ""
    if not said:
        raise NoTime(UNKNOWN)
    if lasting := _DURATION.fullmatch(said):
        at = _asked(f"in {lasting[1]}", now)
    else:
        time_of_day, day = _time_of_day(said)
        times = [midnight + time_of_day for midnight in _midnights(day, now)]
        at = next((one for one in times if one > now), times[0] if times else None)
    if at is None:
        raise NoTime(UNKNOWN)
    if not now < at <= now + FARTHEST:
        raise NoTime(PAST if at <= now else FAR)
    awake = _awake(at)
    return When(awake, moved=awake != at)


def _time_of_day(said: str) -> tuple[timedelta, str]:
    """How long after midnight, and what is left: the day."""
    parts = set(_PART.findall(said))
    part = next(iter(parts - {"pm"} or parts), "")
    hours = _HOUR.findall(said)
    if len(parts - {"pm"}) > 1 or len(hours) > 1:
        raise NoTime(UNKNOWN)
    day = " ".join(_HOUR.sub(" ", _PART.sub(" ", said)).split())
    if not hours:
        return (DAYTIME[part][0] if part else USUAL), day
    minutes = int(hours[0][1] or 0)
    if minutes > 59:
        raise NoTime(UNKNOWN)
    return timedelta(hours=_hour(hours[0][0], part), minutes=minutes), day


def _hour(typed: str, part: str) -> int:
    """The hour of the day. Alone "3 giờ" is 15, for at 3 nobody is written to; "03:00" is 3."""
    hour = int(typed)
    first, last = DAYTIME[part][1:] if part else (0, 23)
    if part:
        hours = [hour % 12 + half for half in (0, 12, 24)] if hour <= 12 else [hour]
    else:
        hours = [hour + 12 if 0 < hour < WAKES.hour and typed[0] != "0" else hour]
    possible = [one for one in hours if first <= one <= last and hour <= 24]
    if not possible:
        raise NoTime(UNKNOWN)
    return possible[0]


def _midnights(day: str, now: datetime) -> Iterator[datetime]:
    """The beginnings of the days somebody may mean, the next one first; none when it is no day."""
    for pattern, phrase, bases in _DAYS:
        if found := re.fullmatch(pattern, day):
            for base in (_base(name, now.date()) for name in bases.split()):
                said, first = found.groupdict(), base + timedelta(days=1)
                after = datetime.combine(base, time(), now.tzinfo)
                at = _asked(phrase.format(**said, first=first), after)
                if at and said.get("weekday") in (None, WEEKDAYS[at.weekday()]):
                    yield datetime.combine(at.date(), time(), now.tzinfo)


def _base(name: str, today: date) -> date:
    """The day before a day, week, month or year begins: 0 is yesterday or the one that ended last."""
    unit, number = name[:-1], int(name[-1])
    if unit == "day":
        return today + timedelta(days=number - 1)
    if unit == "week":
        return today + timedelta(days=7 * number - today.weekday() - 1)
    if unit == "year":
        return date(today.year + number - 1, 12, 31)
    months = 12 * today.year + today.month - 1 + number
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def _asked(phrase: str, base: datetime) -> datetime | None:
    """The first time after `base` that dateparser understands. It is given nothing but known forms, for it
    finds a day in nearly anything: "15/13" is one in 2113.
    """
    import dateparser  # 0.2 s and 23 MB, only for who asks to be reminded

    settings = {
        "PREFER_DATES_FROM": "future",
        "DATE_ORDER": "DMY",
        "RELATIVE_BASE": base.replace(tzinfo=None),
    }
    found: datetime | None = dateparser.parse(phrase, languages=["en"], settings=settings)
    return found and found.replace(tzinfo=base.tzinfo)


def _awake(at: datetime) -> datetime:
    """That time, or the end of the quiet hours it falls in."""
    if WAKES <= at.time() < SLEEPS:
        return at
    day = at.date() + timedelta(days=at.time() >= SLEEPS)
    return datetime.combine(day, WAKES, at.tzinfo)


def in_words(at: datetime, now: datetime, lang: str) -> str:
    """Said back: "8 giờ sáng mai, thứ Bảy 21/11"; `now` in the ward's zone."""
    at = at.astimezone(now.tzinfo)
    ahead = (at.date() - now.date()).days
    return translate(
        lang,
        SOON.get(ahead, ON_A_DAY),
        weekday=translate(lang, NAMES[at.weekday()]),
        date=at.strftime("%d/%m" if ahead in SOON else "%d/%m/%Y"),
        time=_clock(at, lang),
    )


def _clock(at: datetime, lang: str) -> str:
    """ "8 giờ sáng", "11 giờ 30 trưa"."""
    message = N_("{hour}:{minute}") if at.minute else N_("{hour}:00")
    shown = translate(lang, message, hour=at.hour % 12 or 12, minute=f"{at.minute:02}")
    part = next(message for before, message in SPOKEN.items() if at.hour < before)
    return translate(lang, part, time=shown)


def opening(text: str) -> str | None:
    """What follows "nhắc tôi", "nhac lai cho em vao", "remind me"; None for a message that begins else."""
    found = _OPENING.match(unicodedata.normalize("NFC", text))
    return found[1].strip() if found else None
