"""Numbers, days and periods as Vietnamese documents write them (facts/programme.md, d.3)."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from content.indicator import Target
from content.period import ROMAN, Period

DASH = "—"
SIGNS = {">=": "≥ ", ">": "trên ", "=": "", "<=": "≤ "}


def number(value: float | None, percent: bool = False) -> str:
    """1.234.567; 12,5; a percentage always with one decimal: 85,0. "—" for None."""
    if value is None:
        return DASH
    return _rounded(value, "0.1") if percent else _short(_rounded(value, "0.01"))


def plain(value: float | None, percent: bool = False) -> str:
    """The same without the dots of thousands, for pasting into another program."""
    return number(value, percent).replace(".", "")


def _rounded(value: float, step: str) -> str:
    exact = Decimal(repr(value)).quantize(Decimal(step), ROUND_HALF_UP)
    return f"{exact:,}".translate(str.maketrans(",.", ".,"))


def _short(text: str) -> str:
    return text.rstrip("0").rstrip(",")


def day(when: date | None) -> str:
    return when.strftime("%d/%m/%Y") if when else DASH


def days(first: date, last: date) -> str:
    return f"từ {day(first)} đến {day(last)}"


def label(period: Period) -> str:
    """As it stands in a heading: "tháng 11 năm 2026", "quý IV năm 2026", "6 tháng đầu năm 2026"."""
    year, month = period.year, period.last.month
    return {
        "month": f"tháng {month:02} năm {year}" if month < 3 else f"tháng {month} năm {year}",
        "quarter": f"quý {ROMAN[(month - 1) // 3]} năm {year}",
        "half": f"6 tháng {'đầu' if month <= 6 else 'cuối'} năm {year}",
        "nine": f"9 tháng đầu năm {year}",
        "year": f"năm {year}",
        "free": days(period.first, period.last),
    }[period.kind]


def target(aim: Target | None) -> str:
    """What a plan asks: "≥ 80", "trên 95", "1 - 2", or its words."""
    if aim is None:
        return DASH
    if aim.value is None:
        return aim.text
    upto = f" - {number(aim.upto)}" if aim.upto is not None else ""
    return f"{SIGNS[aim.op]}{number(aim.value)}{upto}"
