"""Rows of cells told apart by their headings, and the reasons why a file is not read at all."""

from collections.abc import Iterator, Sequence

from content.i18n import N_, translate
from handlers.importing_cells import shown
from handlers.importing_sheets import AREAS, EXAMPLE, KINDS, Cell, Column, Row, Sheet, folded

EMPTY = N_("There is nothing to import in this file. Rows that begin with “VD:” are examples.")
UNKNOWN = N_("“{sheet}” has none of the headings of the template. Mend it or leave it out.")
LACKS = N_("“{sheet}” lacks these columns: {columns}. Take the headings of the template.")
TWICE = N_("“{sheet}” has these columns twice: {columns}.")

Grid = Iterator[tuple[int, Sequence[Cell | None]]]
"""Rows with their numbers, counted from 1."""


class BadFile(Exception):
    """A file that is not read at all. `said` tells people why, and what to do."""

    def __init__(self, message: str, **values: object) -> None:
        self.message, self.values = message, values
        super().__init__(message)

    def said(self, lang: str) -> str:
        return translate(lang, self.message, **self.values)


def sheet_of(title: str, grid: Grid) -> Sheet | None:
    """The sheet that rows make; the first with anything in it holds the headings. None when all are empty."""
    filled = ((number, cells) for number, cells in grid if any(cell is not None for cell in cells))
    _, first = next(filled, (0, ()))
    if not first:
        return None
    headings = [folded(shown(cell)) for cell in first]
    kind = _kind(title, headings)
    codes = {folded(column.label): column.code for column in KINDS[kind].columns}
    places = {place: codes[said] for place, said in enumerate(headings) if said in codes}
    rows = (_row(number, cells, places) for number, cells in filled)
    ignored = [shown(first[at]) for at, said in enumerate(headings) if said and said not in codes]
    return Sheet(kind, title, tuple(row for row in rows if row.cells), tuple(ignored))


def _row(number: int, cells: Sequence[Cell | None], places: dict[int, str]) -> Row:
    """The cells below known headings; of an example none."""
    known = {code: cell for at, code in places.items() if (cell := _at(cells, at)) is not None}
    return Row(number, {} if shown(cells[0]).strip().startswith(EXAMPLE) else known)


def _at(cells: Sequence[Cell | None], place: int) -> Cell | None:
    return cells[place] if place < len(cells) else None


def _kind(title: str, headings: Sequence[str]) -> str:
    """The kind that shares most headings. BadFile when a column it needs is not there, or twice."""
    kind = max(KINDS, key=lambda name: _fit(name, headings))
    counted = [(column, headings.count(folded(column.label))) for column in KINDS[kind].columns]
    if not any(times for _, times in counted):
        raise BadFile(UNKNOWN, sheet=title)
    if lacking := [column for column, times in counted if column.required and not times]:
        raise BadFile(LACKS, sheet=title, columns=_labels(lacking))
    if twice := [column for column, times in counted if times > 1]:
        raise BadFile(TWICE, sheet=title, columns=_labels(twice))
    return kind


def _fit(name: str, headings: Sequence[str]) -> tuple[int, bool, int]:
    """How well headings fit a kind. "Tên" alone says little, so that any other kind goes before areas."""
    columns = KINDS[name].columns
    shared = [column for column in columns if folded(column.label) in headings]
    lacking = sum(column.required and column not in shared for column in columns)
    return len(shared), name != AREAS, -lacking


def _labels(columns: Sequence[Column]) -> str:
    return ", ".join(column.label for column in columns)
