"""Reporting periods and their cuts (facts/programme.md, d.4)."""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from content.fold import words
from content.i18n import N_, translate

CUTS = ("calendar", "15-14")
"""A calendar month, or the 15th of the month before to the 14th (Nghị định 09/2019/NĐ-CP)."""

_KINDS = {
    "month": (N_("month {n}/{year}"), 1),
    "quarter": (N_("quarter {n}/{year}"), 3),
    "half": (N_("the first six months of {year}"), 6),
    "nine": (N_("nine months of {year}"), 9),
    "year": (N_("year {year}"), 12),
    "free": (N_("{first} to {last}"), 0),
}
_SECOND_HALF = N_("the last six months of {year}")
_ID = re.compile(r"(20\d\d)(?:-(?:(Q)([1-4])|(H)([12])|(9M)|(0[1-9]|1[0-2])))?")
_FREE = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")
ROMAN = ("I", "II", "III", "IV")


class NoPeriod(ValueError):
    """Text that names no period; the message says which forms are understood."""


@dataclass(frozen=True)
class Period:
    """The days `first` to `last`, both within."""

    id: str
    """`2026-11`, `2026-Q4`, `2026-H2`, `2026-9M`, `2026`, or `2026-10-03..2026-11-09`."""
    cut: str
    kind: str
    year: int
    first: date
    last: date

    @property
    def so_far(self) -> "Period":
        """From the beginning of the year to the end of this period ("lũy kế")."""
        start = period(str(self.year), self.cut).first
        return Period(f"{start}..{self.last}", self.cut, "free", self.year, start, self.last)

    @property
    def whole_year(self) -> "Period":
        return period(str(self.year), self.cut)

    def label(self, lang: str) -> str:
        """As it stands in a heading: "tháng 11/2026", "quý IV/2026", "03/10/2026 đến 09/11/2026"."""
        number = _number(self)
        message = _SECOND_HALF if self.kind == "half" and number == 2 else _KINDS[self.kind][0]
        shown = ROMAN[number - 1] if self.kind == "quarter" else number
        first, last = (day.strftime("%d/%m/%Y") for day in (self.first, self.last))
        return translate(lang, message, n=shown, year=self.year, first=first, last=last)


def period(name: str, cut: str = "calendar") -> Period:
    """The period of an id. NoPeriod when there is none such."""
    if free := _FREE.fullmatch(name):
        return _free(name, cut, *free.groups())
    found = _ID.fullmatch(name)
    if not found or cut not in CUTS:
        raise NoPeriod(name)
    year = int(found[1])
    if found[7]:
        return _months("month", name, cut, year, int(found[7]), 1)
    if found[2]:
        return _months("quarter", name, cut, year, 3 * int(found[3]) - 2, 3)
    if found[4]:
        return _months("half", name, cut, year, 6 * int(found[5]) - 5, 6)
    return _months("nine" if found[6] else "year", name, cut, year, 1, 9 if found[6] else 12)


def month_of(day: date, cut: str = "calendar") -> Period:
    """The month a day falls in; in the 15–14 cut the 15th belongs to the next one."""
    month = day
    if cut == "15-14" and day.day >= 15:
        month = day.replace(day=28) + timedelta(days=4)
    return period(f"{month.year}-{month.month:02}", cut)


def spoken(text: str, today: date, cut: str = "calendar") -> Period:
    """The period somebody means: "tháng 11", "quý 3/2026", "6 tháng đầu năm", "năm 2025", "2026-11".

    Without a year the latest such period that has begun. NoPeriod when it is none of these.
    """
    if _ID.fullmatch(text.strip()) or _FREE.fullmatch(text.strip()):
        return period(text.strip(), cut)
    said = re.sub(r"(?<=.) nam nay$", f" nam {today.year}", words(text))
    years = re.findall(r"\b(20\d\d)\b", said)
    if len(years) > 1:
        raise NoPeriod(text)
    name = _spoken_name(re.sub(r"\b20\d\d\b", "", said).strip(), today)
    if name is None:
        raise NoPeriod(text)
    if years:
        return period(f"{years[0]}{name}", cut)
    ahead = today.year + 1 if name else today.year  # January of the 15-14 cut begins in December
    there = (period(f"{year}{name}", cut) for year in range(ahead, today.year - 2, -1))
    return next(found for found in there if found.first <= today)


_SPOKEN: tuple[tuple[str, Callable[[str], str]], ...] = (
    (r"(?:thang|t|month|ky) ?(1[0-2]|0?[1-9])", lambda n: f"-{int(n):02}"),
    (r"(?:quy|q|quarter) ?([1-4])", lambda n: f"-Q{n}"),
    (r"(?:quy|quarter) (i{1,3}|iv)", lambda n: f"-Q{ROMAN.index(n.upper()) + 1}"),
    (r"((?:6|sau) thang dau)", lambda _: "-H1"),
    (r"((?:6|sau) thang cuoi)", lambda _: "-H2"),
    (r"((?:9|chin) thang)(?: dau)?", lambda _: "-9M"),
    (r"(1[0-2]|0?[1-9])", lambda n: f"-{int(n):02}"),
)


def _spoken_name(said: str, today: date) -> str | None:
    if said in ("thang nay", "this month"):
        return f"-{today.month:02}"
    if said in ("thang truoc", "last month"):
        before = today.replace(day=1) - timedelta(days=1)
        return f"-{before.month:02}"
    for pattern, name in _SPOKEN:
        if found := re.fullmatch(rf"(?:bao cao )?{pattern}(?: nam)?", said):
            return name(found[1])
    return "" if re.fullmatch(r"(?:bao cao )?(?:ca )?(?:nam|year)(?: nay)?", said) else None


def _months(kind: str, name: str, cut: str, year: int, first_month: int, months: int) -> Period:
    last_month = first_month + months - 1
    if cut == "calendar":
        first = date(year, first_month, 1)
        last = date(year, last_month, monthrange(year, last_month)[1])
    else:
        first = date(year, first_month - 1, 15) if first_month > 1 else date(year - 1, 12, 15)
        last = date(year, last_month, 14)
    return Period(name, cut, kind, year, first, last)


def _free(name: str, cut: str, first: str, last: str) -> Period:
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise NoPeriod(name) from None
    if days[0] > days[1] or (days[1] - days[0]).days > 1100:
        raise NoPeriod(name)
    return Period(name, cut, "free", days[1].year, *days)


def _number(period: Period) -> int:
    """Which month, quarter or half of the year it is."""
    step = _KINDS[period.kind][1] or 12
    return (period.last.month + step - 1) // step
