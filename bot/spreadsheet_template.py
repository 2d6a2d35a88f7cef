"""The workbook people download, fill in and upload."""

import io
from collections.abc import Sequence
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from handlers.importing_sheets import EXAMPLE, KINDS, NOTES, RULES, Cell, Column, Kind

ROWS = 5000
"""How far down drop-down lists are offered."""
FONT = "Calibri"
LISTED = 300
"""How many areas or teams a drop-down list holds."""


def template() -> bytes:
    """A workbook to fill in: a sheet for each list, with an example, drop-down lists, and explanations."""
    book = Workbook()
    notes = book.worksheets[0]
    notes.title = NOTES
    for rule in RULES:
        notes.append([rule])
    notes.append([])
    notes.append(["Trang", "Cột", "Bắt buộc", "Ghi chú", "Chọn một trong"])
    for kind in KINDS.values():
        for column in kind.columns:
            needed = "bắt buộc" if column.required else ""
            notes.append([kind.title, column.label, needed, column.note, "; ".join(column.choices)])
    for kind in KINDS.values():
        _fill(book.create_sheet(kind.title), kind, notes)
    _dress(notes, len(RULES) + 2, (18, 24, 12, 75, 110))
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _fill(sheet: Worksheet, kind: Kind, notes: Worksheet) -> None:
    formats = {"text": "@", "date": "dd/mm/yyyy", "number": "General"}
    for at, column in enumerate(kind.columns, start=1):
        letter = get_column_letter(at)
        sheet.column_dimensions[letter].number_format = formats[column.form]
        sheet.cell(1, at, column.label + (" *" if column.required else ""))
        example = sheet.cell(2, at, _example(column, at == 1))
        example.number_format = formats[column.form]
        example.font = Font(FONT, italic=True, color="808080")
        if source := _choices(column, notes):
            offered = DataValidation("list", source, showErrorMessage=bool(column.choices))
            offered.add(f"{letter}2:{letter}{ROWS + 2}")
            sheet.add_data_validation(offered)
    _dress(sheet, 1, [max(16, len(column.label) + 4) for column in kind.columns])
    sheet.freeze_panes = "A2"


def _example(column: Column, first: bool) -> Cell:
    """The example as a spreadsheet holds it, so that people see days and numbers that count."""
    if first:
        return f"{EXAMPLE} {column.example}"
    if column.form == "date" and column.example:
        return datetime.strptime(column.example, "%d/%m/%Y").date()
    if column.form == "number" and column.example:
        return int(column.example.replace(".", ""))
    return column.example


def _choices(column: Column, notes: Worksheet) -> str:
    """Where the drop-down list of a column takes its words from: put there first, where they are fixed."""
    if column.listed_in:
        return f"'{KINDS[column.listed_in].title}'!$A$3:$A${LISTED}"
    if not column.choices:
        return ""
    at = notes.max_column + 1
    for row, word in enumerate(column.choices, start=1):
        notes.cell(row, at, word)
    letter = get_column_letter(at)
    notes.column_dimensions[letter].hidden = True
    return f"'{NOTES}'!${letter}$1:${letter}${len(column.choices)}"


def _dress(sheet: Worksheet, head: int, widths: Sequence[int]) -> None:
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    for cell in sheet[head]:
        cell.font = Font(FONT, bold=True)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    for row in sheet.iter_rows(min_row=head, max_col=len(widths)):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
