"""Rows of official values and base figures, compared with the newest that were typed in."""

import re
from collections.abc import Hashable, Mapping, Sequence
from datetime import date

from content.bases import BASES
from content.fold import words
from content.i18n import N_
from content.indicator import Indicator
from content.library import Library
from content.period import NoPeriod, Period, period, spoken
from content.ward import Ward
from handlers.figures import find
from handlers.importing_cells import Line, Number, choice, day, number, once, shown, text, whole
from handlers.importing_outcome import Change, Compared, change
from handlers.importing_sheets import YES_NO
from handlers.importing_teams import AGAIN
from store.roster import BaseKey, ValueKey
from store.values import ACTUAL, ESTIMATE, Base, Entered

_VALUE = Compared({name: name for name in ("value", "num", "den", "text", "source", "source_on")})
_BASE = Compared({name: name for name in ("value", "source", "source_on")})
_BASES = {label: code for code, label in BASES.items()}


def values(
    lines: Sequence[Line], library: Library, ward: Ward, known: Mapping[ValueKey, Entered]
) -> list[Change]:
    seen: dict[Hashable, Line] = {}
    changes = []
    for line in lines:
        entry = _value(line, library, ward)
        if entry is None or line.problems:
            continue
        key = entry.indicator, entry.first, entry.last, entry.kind
        once(line, "indicator", key, seen, AGAIN)
        if not line.problems:
            label = f"{entry.indicator}, {shown(entry.first)}–{shown(entry.last)}"
            changes.append(change(line, label, entry, known.get(key), _VALUE))
    return changes


def _value(line: Line, library: Library, ward: Ward) -> Entered | None:
    """The value of a row; None, or one that must not be used, when the row has problems."""
    indicator = _indicator(line, library, ward)
    days = _period(line, ward)
    estimate = bool(choice(line, "estimate", YES_NO))
    value, num, den = (number(line, code) for code in ("value", "num", "den"))
    said = text(line, "text")
    source, source_on = text(line, "source"), day(line, "source_on")
    if line.problems or not (indicator and days and source and source_on):
        return None
    _complete(line, value, num, den, said)
    _fits(line, indicator, value, num, den)
    _spans(line, indicator, days, estimate)
    return Entered(
        indicator.id, days.first, days.last, ESTIMATE if estimate else ACTUAL,
        _plain(value), _plain(num), _plain(den), said, source, source_on,
    )  # fmt: skip


def _plain(found: Number | None) -> float | None:
    return None if found is None else found.value


def _indicator(line: Line, library: Library, ward: Ward) -> Indicator | None:
    said = text(line, "indicator")
    found = find(library, ward, said) if said else None
    if said and not found:
        line.wrong("indicator", N_("No plan of this ward has an indicator with this code."))
    return found[1] if found else None


def _period(line: Line, ward: Ward) -> Period | None:
    cell = line.cell("period")
    if cell is None:
        return None
    try:
        days = _days(cell, line.today, ward.cut)
    except NoPeriod:
        line.wrong(
            "period",
            N_(
                "Write a period such as “tháng 11/2026”, “quý IV/2026”, “6 tháng đầu năm 2026” or “2026”."
            ),
        )
        return None
    if days.first > line.today:
        line.wrong("period", N_("This period has not begun yet."))
    return days


def _days(cell: object, today: date, cut: str) -> Period:
    """The period of a cell. A spreadsheet makes the first of a month of "11/2026"."""
    if isinstance(cell, date):
        if cell.day != 1:
            raise NoPeriod(str(cell))
        return period(f"{cell:%Y-%m}", cut)
    said = shown(cell)
    days = spoken(said, today, cut)
    numbers = re.findall(r"\d+", words(said))
    years = [number for number in numbers if re.fullmatch(r"20\d\d", number)]
    most = 0 if days.kind == "year" else 1
    if days.kind != "free" and (len(years) > 1 or len(numbers) - len(years) > most):
        raise NoPeriod(said)  # "tháng 13 năm 2026" is no year, and "2021-2025" is not 2021
    return days


def _complete(
    line: Line, value: Number | None, num: Number | None, den: Number | None, said: str | None
) -> None:
    """A value, or numerator and perhaps denominator, or a text: one of the three."""
    if den and not num:
        line.wrong("num", N_("A denominator needs its numerator."))
    elif sum(part is not None for part in (value, num, said)) != 1:
        line.wrong("value", N_("Fill in one of these: the value, the numerator, or the text."))
    if den and not den.value:
        line.wrong("den", N_("A denominator must be above 0."))
    for code, part in (("num", num), ("den", den)):
        if part and part.percent:
            line.wrong(code, N_("Write a number without a percent sign."))


def _fits(
    line: Line, indicator: Indicator, value: Number | None, num: Number | None, den: Number | None
) -> None:
    """A percentage is between 0 and 100, and made of a part and its whole."""
    if indicator.unit != "%":
        if value and value.percent:
            line.wrong("value", N_("This indicator is counted in: {unit}."), unit=indicator.unit)
        return
    if value and value.value > 100:
        line.wrong("value", N_("A percentage is between 0 and 100."))
    if num and den and num.value > den.value:
        line.wrong("num", N_("The numerator is above the denominator."))
    if num and not den and not (indicator.official and indicator.official.base):
        line.wrong("den", N_("This percentage needs its denominator."))


def _spans(line: Line, indicator: Indicator, days: Period, estimate: bool) -> None:
    if estimate and days.kind != "year":
        line.wrong("period", N_("An estimate is for a whole year; write the year as period."))
    if not estimate and indicator.official is None:
        line.wrong("indicator", N_("This indicator is counted from the log; no value is entered."))


def bases(lines: Sequence[Line], known: Mapping[BaseKey, Base]) -> list[Change]:
    seen: dict[Hashable, Line] = {}
    changes = []
    for line in lines:
        entry = _base(line)
        if entry is None:
            continue
        once(line, "base", (entry.base, entry.year), seen, AGAIN)
        if not line.problems:
            old = known.get((entry.base, entry.year))
            changes.append(change(line, f"{BASES[entry.base]}, {entry.year}", entry, old, _BASE))
    return changes


def _base(line: Line) -> Base | None:
    base = choice(line, "base", _BASES | dict(zip(BASES, BASES, strict=True)))
    year, value = whole(line, "year"), whole(line, "value")
    source, source_on = text(line, "source"), day(line, "source_on")
    if year is not None and not 2000 <= year <= line.today.year:
        line.wrong("year", N_("Write a year from 2000 to {year}."), year=line.today.year)
    if line.problems or base is None or year is None or value is None:
        return None
    return Base(base, year, value, source or "", source_on or line.today)
