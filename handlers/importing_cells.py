"""Cells read as what they should be. What is wrong with one is told in a sentence, and reading goes on."""

import re
import unicodedata
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import TypeVar

from content.fold import words
from content.i18n import N_, translate
from content.mask import Secret, mask
from handlers.importing_sheets import KINDS, Cell, Row, Sheet

T = TypeVar("T")

LONGEST_TEXT = 200
EARLIEST = date(2000, 1, 1)
"""A day before this is a slip, or a number that a spreadsheet took for a date."""
LARGEST = 10**15
LARGEST_WHOLE = 2_000_000_000
"""What fits the column of a base figure."""

_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
_NUMBER = re.compile(r"((?:[1-9]\d{0,2}(?:\.\d{3})+|\d+)(?:,\d+)?)( ?%)?", re.ASCII)
_SHEET_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?")
_INVISIBLE = ("Cc", "Cf", "Co", "Cn", "Cs", "Zl", "Zp")
"""Categories of signs that nobody sees: controls, turns of direction, and what is no sign at all."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a cell, and where it is: to be mended in the file by who made it."""

    sheet: str
    row: int
    column: str
    message: str
    values: Mapping[str, object]

    def said(self, lang: str) -> str:
        return translate(lang, self.message, **self.values)


@dataclass(frozen=True)
class Line:
    """A row while it is read; its problems gather here."""

    sheet: Sheet
    row: Row
    today: date
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, code: str, message: str, **values: object) -> None:
        column = KINDS[self.sheet.kind].column(code).label
        self.problems.append(Problem(self.sheet.title, self.row.number, column, message, values))

    def cell(self, code: str) -> Cell | None:
        """The cell, its outer spaces taken off; None when it is empty or of a kind nobody may type."""
        cell = self.row.cells.get(code)
        if cell is None:
            if code in KINDS[self.sheet.kind].required:
                self.wrong(code, N_("This cell must not be empty."))
            return None
        if not isinstance(cell, str):
            return cell
        cell = unicodedata.normalize("NFC", cell.strip())
        if message := _unfit(cell):
            self.wrong(code, message, longest=LONGEST_TEXT)
            return None
        return cell


def _unfit(text: str) -> str:
    """Why a text cannot be taken, or nothing."""
    if text.startswith(("=", "+", "-", "@")):
        return N_("A cell may not begin with = + - or @.")
    if any(unicodedata.category(sign) in _INVISIBLE for sign in text):
        return N_("This cell holds line breaks or invisible signs; type it again in one line.")
    if _SHEET_ERROR.fullmatch(text):
        return N_("This cell shows an error of the spreadsheet instead of a value.")
    if len(text) > LONGEST_TEXT:
        return N_("This text is too long: at most {longest} letters.")
    return ""


def text(line: Line, code: str) -> str | None:
    """A text in one line, without personal numbers."""
    cell = line.cell(code)
    if cell is None:
        return None
    if isinstance(cell, date):
        line.wrong(code, N_("The spreadsheet took this for a date; format the cell as text."))
        return None
    said = " ".join(shown(cell).split())
    found = mask(said).found
    if message := _unfit(said):  # a number may be too long for a text, too
        line.wrong(code, message, longest=LONGEST_TEXT)
    elif Secret.PHONE in found:
        line.wrong(code, N_("This cell holds a phone number; such numbers are not kept."))
    elif Secret.CITIZEN_NUMBER in found:
        line.wrong(code, N_("This cell holds a citizen number; such numbers are not kept."))
    return said


def name(line: Line, code: str) -> str | None:
    """A text that something can be found by again."""
    said = text(line, code)
    if said and not words(said):
        line.wrong(code, N_("A name needs letters or digits."))
        return None
    return said


def day(line: Line, code: str) -> date | None:
    """A day that has come."""
    cell = line.cell(code)
    if cell is None:
        return None
    found = cell if isinstance(cell, date) else _typed_day(shown(cell))
    if found is None:
        line.wrong(code, N_("Write the day as dd/mm/yyyy, such as 05/11/2026."))
    elif found > line.today:
        line.wrong(code, N_("This day is in the future."))
    elif found < EARLIEST:
        line.wrong(
            code,
            N_(
                "This day is before {first}.",
            ),
            first=f"{EARLIEST:%d/%m/%Y}",
        )
    else:
        return found
    return None


def _typed_day(said: str) -> date | None:
    found = _DAY.fullmatch(said)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Number:
    value: float
    percent: bool
    """It was written with a percent sign."""


def number(line: Line, code: str) -> Number | None:
    """A number from 0: a real one, or typed with a decimal comma and thousands dots."""
    cell = line.cell(code)
    if cell is None:
        return None
    found = _typed_number(cell) if isinstance(cell, str) else _real_number(cell)
    if found is None:
        line.wrong(code, N_("Write a number, such as 1.234,5."))
    elif found.value < 0:
        line.wrong(code, N_("This number may not be below 0."))
    elif found.value > LARGEST:
        line.wrong(code, N_("This number is too large."))
    else:
        return found
    return None


def _typed_number(said: str) -> Number | None:
    found = _NUMBER.fullmatch(said)
    if not found:
        return None
    return Number(float(found[1].replace(".", "").replace(",", ".")), bool(found[2]))


def _real_number(cell: Cell) -> Number | None:
    if isinstance(cell, bool | date | str):
        return None
    if abs(cell) > LARGEST:  # a whole number may be too long for a float
        return Number(float("inf") if cell > 0 else -1.0, percent=False)
    return Number(float(cell), percent=False) if isfinite(cell) else None


def whole(line: Line, code: str) -> int | None:
    """A whole number without a percent sign."""
    found = number(line, code)
    if found is None:
        return None
    if found.percent or not found.value.is_integer():
        line.wrong(code, N_("Write a whole number, such as 1.234."))
        return None
    if found.value > LARGEST_WHOLE:
        line.wrong(code, N_("This number is too large."))
        return None
    return int(found.value)


def choice(line: Line, code: str, choices: Mapping[str, T]) -> T | None:
    """What one of the words means, however it is accented and spaced."""
    cell = line.cell(code)
    if cell is None:
        return None
    by_words = {words(word): meaning for word, meaning in choices.items()}
    said = words(shown(cell))
    if said not in by_words:
        line.wrong(code, N_("Use one of these words: {choices}."), choices="; ".join(choices))
    return by_words.get(said)


def once(line: Line, code: str, key: Hashable, seen: dict[Hashable, Line], message: str) -> None:
    """A problem when a row before this one has the same key."""
    other = seen.setdefault(key, line)
    if other is not line:
        line.wrong(code, message, sheet=other.sheet.title, row=other.row.number)


def shown(cell: object) -> str:
    """A value as people read it: days as dd/mm/yyyy, numbers with a decimal comma; nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "có" if cell else "không"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}".replace(".", ",")
    return str(cell)
