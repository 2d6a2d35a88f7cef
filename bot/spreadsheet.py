"""Uploaded lists, .xlsx or .csv, read into sheets; and the template people fill in.

Whatever is uploaded is taken for hostile: sizes are checked before anything is unpacked, formulas are never
evaluated (the result the spreadsheet stored is read), and macros, links and drawings are not looked at.
"""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from bot.spreadsheet_archive import TOO_MANY_COLUMNS, TOO_MANY_ROWS, Limits, unpacked
from bot.spreadsheet_template import template
from content.fold import words
from content.i18n import N_
from handlers.importing_cells import shown
from handlers.importing_files import EMPTY, BadFile, Grid, sheet_of
from handlers.importing_sheets import NOTES, Cell, Sheet

__all__ = ["BadFile", "read", "template"]

LARGEST = 2 * 2**20
"""Bytes."""
LONGEST_CELL = 32_767
"""Letters; Excel's own limit."""
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 5000, 40, 20

NOT_A_LIST = N_("Only .xlsx and .csv files are read. In Excel: Save as, Excel Workbook (.xlsx).")
BROKEN = N_("This file cannot be read. Open it in Excel, save it again as .xlsx, and send that.")
NOT_UTF8 = N_(
    "The letters of this file cannot be read. In Excel: Save as, CSV UTF-8; or send .xlsx."
)
TOO_LARGE = N_("This file is too large: at most {megabytes} MB. Split it into several files.")
LONG_ROW = N_("Row {row} has more cells than the headings: put cells with a comma in quotes.")

_QUOTED = re.compile(r'"[^"]*"|\\.')
"""Signs in a number format that are only shown."""


def read(data: bytes, name: str) -> list[Sheet]:
    """The sheets of an uploaded file. Takes seconds at worst: call it in a thread. BadFile: why not."""
    ending = name.rpartition(".")[2].lower()
    if ending not in ("xlsx", "csv"):
        raise BadFile(NOT_A_LIST)
    _sized(data)
    try:
        grids = _workbook(data) if ending == "xlsx" else iter([(name, _csv(data))])
        sheets = [sheet for title, grid in grids if (sheet := sheet_of(title, grid))]
    except BadFile:
        raise
    except Exception as error:  # a broken file makes openpyxl raise whatever it stumbles over
        raise BadFile(BROKEN) from error
    rows = sum(len(sheet.rows) for sheet in sheets)
    if rows > MOST_ROWS:
        raise BadFile(TOO_MANY_ROWS, most=MOST_ROWS)
    if not rows:
        raise BadFile(EMPTY)
    return sheets


def grids(data: bytes) -> list[tuple[str, list[tuple[int, Sequence[Cell | None]]]]]:
    """The rows of every sheet of a workbook by its title. Takes seconds at worst, as `read`. BadFile."""
    _sized(data)
    try:
        return [(title, list(grid)) for title, grid in _workbook(data)]
    except BadFile:
        raise
    except Exception as error:  # a broken file makes openpyxl raise whatever it stumbles over
        raise BadFile(BROKEN) from error


def _sized(data: bytes) -> None:
    if len(data) > LARGEST:
        raise BadFile(TOO_LARGE, megabytes=LARGEST // 2**20)
    if not data.strip():
        raise BadFile(EMPTY)


def _workbook(data: bytes) -> Iterator[tuple[str, Grid]]:
    archive = unpacked(data, Limits(MOST_ROWS, MOST_COLUMNS, MOST_SHEETS))
    book = load_workbook(archive, read_only=True, data_only=True, keep_links=False)
    sheets: list[Any] = list(book.worksheets)
    if len({sheet._worksheet_path for sheet in sheets}) < len(sheets):
        raise BadFile(BROKEN)  # sheets that are one and the same would be read over and over
    for sheet in sheets:
        if words(sheet.title) != words(NOTES):
            yield sheet.title, _cells(sheet)


def _cells(sheet: Any) -> Grid:
    sheet.reset_dimensions()  # what a sheet says of its size need not be true
    for number, row in enumerate(sheet.rows, start=1):
        _bound(number, [cell.value for cell in row[MOST_COLUMNS:]], len(row) > 2 * MOST_COLUMNS)
        yield number, [_cell(cell) for cell in row]


def _cell(cell: Any) -> Cell | None:
    value = cell.value
    if isinstance(value, datetime):
        return value.date()
    if value is None or isinstance(value, bool | date):
        return value
    if isinstance(value, int | float):
        percent = "%" in _QUOTED.sub("", cell.number_format)
        return f"{shown(round(value * 100.0, 10))}%" if percent else value
    if len(str(value)) > LONGEST_CELL:
        raise BadFile(BROKEN)
    return str(value) if str(value).strip() else None


def _csv(data: bytes) -> Grid:
    """Rows with commas, semicolons or tabs between cells, whichever the headings have most of."""
    if data.startswith(b"PK"):
        raise BadFile(NOT_A_LIST)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadFile(NOT_UTF8) from None
    mark = max(",;\t", key=text.lstrip().partition("\n")[0].count)
    width = 0
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    for number, row in enumerate(rows, start=1):
        cells = [cell if cell.strip() else None for cell in row]
        _bound(number, cells[MOST_COLUMNS:])
        width = width or (len(cells) if any(cells) else 0)
        if any(cells[width:]):
            raise BadFile(LONG_ROW, row=number)
        yield number, cells


def _bound(number: int, beyond: Sequence[object], far: bool = False) -> None:
    """Stop at a row too many, or one with cells too many; `far`: so wide that nobody looks what is in it."""
    if number > 2 * MOST_ROWS:
        raise BadFile(TOO_MANY_ROWS, most=MOST_ROWS)
    if far or any(value is not None for value in beyond):
        raise BadFile(TOO_MANY_COLUMNS, most=MOST_COLUMNS)
