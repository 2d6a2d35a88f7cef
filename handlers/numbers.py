"""Numbers as Vietnamese officers write and read them (facts/programme.md, d.3)."""

import re
from decimal import ROUND_HALF_UP, Decimal

from content.indicator import Target

DASH = "—"
MOST = 1e15
"""Beyond it a number is no figure of a ward, and floats lose whole ones."""
_NUMBER = re.compile(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?|-?\d+(?:[.,]\d+)?")


def shown(value: float | None, unit: str = "") -> str:
    """ "1.234", "85,5%", or "—". Percentages have one decimal."""
    if value is None:
        return DASH
    places = Decimal("0.1") if unit == "%" or value != int(value) else Decimal("1")
    exact = Decimal(str(value)).quantize(places, ROUND_HALF_UP)
    text = f"{exact:,}".translate(str.maketrans(",.", ".,"))
    return f"{text}%" if unit == "%" else text


def share(percent: float) -> str:
    """A percentage that grows: "0,6" and "9,5" below ten, then whole ones, never more than is reached."""
    return shown(percent if percent < 10 else int(percent))


def read(typed: str) -> float | None:
    """ "1.234,5", "85,5%", "85.5". None for what is no number, or one beyond MOST."""
    text = typed.strip().removesuffix("%").strip()
    if not _NUMBER.fullmatch(text):
        return None
    if re.fullmatch(r"-?\d{1,3}(?:\.\d{3})+(?:,\d+)?", text):
        text = text.replace(".", "")
    number = float(text.replace(",", "."))
    return number if abs(number) <= MOST else None


SIGNS = {">=": "≥ ", ">": "trên ", "=": "", "<=": "≤ "}


def aim(target: Target, unit: str) -> str:
    """A target as a plan says it: "≥ 80%", "trên 95%", "1–2 lớp", or its words."""
    if target.value is None:
        return target.text
    upto = f"–{shown(target.upto)}" if target.upto is not None else ""
    number = f"{SIGNS[target.op]}{shown(target.value)}{upto}"
    return f"{number}%" if unit == "%" else f"{number} {unit}"
