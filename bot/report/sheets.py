"""Writing a sheet of the working book: columns, numbers as numbers, and text that stays text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.report import numbers, words
from bot.report.numbers import DASH
from bot.report.page import FONT, clean
from content.ward import Ward

Value = str | float | date | None
COUNT, PERCENT, ANY, DAY, TEXT = "#,##0", "0.0", "#,##0.##", "dd/mm/yyyy", "@"
STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What makes a spreadsheet take a text for a formula (OWASP, CSV injection)."""
LONGEST = 32_000
"""Letters a cell may hold, a little below Excel's own limit."""

_HEAD = Font(name=FONT, size=11, bold=True)
_BODY = Font(name=FONT, size=11)
_SHADE = PatternFill("solid", fgColor="FFE7EDF5")
_SIDE = Side("thin", color="FF9AA5B1")
_LINES = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_WRAP = Alignment(wrap_text=True, vertical="top")
_NONE = Alignment(horizontal="right", vertical="top")
_MIDDLE = Alignment(wrap_text=True, vertical="center", horizontal="center")
_HEIGHT = 15
"""Points for a line of text. Heights are set here: not every program fits rows to wrapped text."""
_LOOSE = 1.15
"""Words do not fill a line to its end."""
_WIDE = 220
"""Letters that can still be read on the width of a printed page."""
_FIRST = 3
"""The row of the first values: above it the sheet's title and the columns' heads."""


@dataclass(frozen=True)
class Column:
    head: str
    width: float
    """In letters."""
    format: str = TEXT


@dataclass(frozen=True)
class Row:
    values: Sequence[Value]
    bold: bool = False
    percent: bool = False
    """Whether the numbers of its ANY columns are percentages."""


def titled(ward: Ward, what: str, first: date, last: date, until: date | None) -> str:
    """Ward, what the book is about and its days; `until`: where the numbers end before the days do."""
    trial = "BẢN THỬ: phường không có thật. " if ward.invented else ""
    end = f"; số liệu tính đến {numbers.day(until)}" if until else ""
    return f"{trial}{words.committee(ward)}, {what} ({numbers.days(first, last)}{end})"


def save(
    path: Path,
    ward: Ward,
    title: str,
    sheets: Iterable[tuple[str, Sequence[Column], Iterable[Row]]],
) -> None:
    """A book of some sheets, each with its name and the title at its head."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.title = words.committee(ward), title
    for name, columns, rows in sheets:
        fill(book.create_sheet(name), f"{name} - {title}", columns, rows)
    book.save(path)


def fill(sheet: Worksheet, title: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
    """Title, heads and rows; heads stay in view and are printed on every page."""
    put(sheet, 1, 1, title, TEXT, _HEAD).alignment = Alignment(vertical="center")
    for place, column in enumerate(columns, 1):
        head = put(sheet, 2, place, column.head, TEXT, _HEAD)
        head.alignment, head.fill, head.border = _MIDDLE, _SHADE, _LINES
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    tallest = max(_lines(column.head, column) for column in columns)
    sheet.row_dimensions[2].height = tallest * _HEIGHT
    for number, row in enumerate(rows, _FIRST):
        _row(sheet, number, columns, row)
    _print_setup(sheet, columns)


def _row(sheet: Worksheet, number: int, columns: Sequence[Column], row: Row) -> None:
    font, lines = _HEAD if row.bold else _BODY, 1
    for place, (column, value) in enumerate(zip(columns, row.values, strict=True), 1):
        form = PERCENT if row.percent and column.format == ANY else column.format
        cell = put(sheet, number, place, value, form, font)
        cell.alignment, cell.border = _NONE if value == DASH else _WRAP, _LINES
        lines = max(lines, _lines(value, column))
    sheet.row_dimensions[number].height = lines * _HEIGHT


def _lines(value: Value, column: Column) -> int:
    """How many lines a value takes in its column, more rather than less."""
    return ceil(len(value) * _LOOSE / column.width) if isinstance(value, str) else 1


def known(*values: Value) -> tuple[Value, ...]:
    """Values as cells show them: "—" where there is none (facts/indicators.md, section 1, rule 3)."""
    return tuple(DASH if value is None else value for value in values)


def put(sheet: Worksheet, row: int, column: int, value: Value, form: str, font: Font) -> Cell:
    """Write one cell. Text is never a formula, whatever it begins with."""
    made = sheet.cell(row, column)
    assert isinstance(made, Cell)
    made.font = font
    if isinstance(value, str):
        made.value = clean(value)[:LONGEST]
        made.data_type, made.number_format = "s", TEXT
        made.quotePrefix = value.startswith(STARTS)
    elif value is not None:
        made.value, made.number_format = value, form
    return made


def _print_setup(sheet: Worksheet, columns: Sequence[Column]) -> None:
    """Landscape A4, as few pages wide as can be read; the first two columns on each."""
    sheet.freeze_panes = f"C{_FIRST}"
    sheet.auto_filter.ref = f"A2:{get_column_letter(len(columns))}{max(sheet.max_row, _FIRST)}"
    sheet.print_title_rows, sheet.print_title_cols = "2:2", "A:B"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = int(sheet.PAPERSIZE_A4)
    pages = ceil(sum(column.width for column in columns) / _WIDE)
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top, margins.bottom, margins.footer = 0.6, 0.75, 0.3
    assert sheet.oddFooter is not None
    sheet.oddFooter.center.text = "&A, trang &P/&N"
