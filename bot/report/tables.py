"""Tables of a Word file. Built element by element: a report has thousands of cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from docx.document import Document as Word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Mm
from docx.table import Table

from bot.report.page import CELL, clean, element

_JC = {"l": "left", "c": "center", "r": "right"}


@dataclass(frozen=True)
class Column:
    """`width` in millimetres; `align`: l, c or r."""

    head: str
    width: float
    align: str = "c"


@dataclass(frozen=True)
class Row:
    cells: Sequence[str]
    bold: bool = False
    italic: bool = False


def table(document: Word, columns: Sequence[Column], rows: Iterable[Row]) -> Table:
    """A table with lines, its head on every page, no row torn in two."""
    made = _blank(document, [column.width for column in columns], "Table Grid")
    style = document.styles[CELL].style_id
    heads = [Column(column.head, column.width) for column in columns]
    head = _row(heads, Row([column.head for column in columns], bold=True), style)
    head[0].append(element("w:tblHeader"))
    made._tbl.append(head)
    for row in rows:
        made._tbl.append(_row(columns, row, style))
    return made


def frame(document: Word, widths: Sequence[float]) -> Table:
    """A table without lines or margins, to set texts side by side; no rows yet."""
    made = _blank(document, widths, None)
    margins = element("w:tblCellMar")
    margins.extend(element(f"w:{side}", w="0", type="dxa") for side in ("left", "right"))
    made._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    return made


def _blank(document: Word, widths: Sequence[float], style: str | None) -> Table:
    """A table of fixed widths without rows yet."""
    made: Table = document.add_table(0, len(widths), style)
    made.autofit, made.alignment = False, WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(made._tbl.tblGrid.gridCol_lst, widths, strict=True):
        column.w = Mm(width)
    return made


def _row(columns: Sequence[Column], row: Row, style: str) -> BaseOxmlElement:
    made, properties = element("w:tr"), element("w:trPr")
    properties.append(element("w:cantSplit"))
    made.append(properties)
    for column, text in zip(columns, row.cells, strict=True):
        made.append(_cell(column, clean(text), row, style))
    return made


def _cell(column: Column, text: str, row: Row, style: str) -> BaseOxmlElement:
    made, properties = element("w:tc"), element("w:tcPr")
    twentieths = round(column.width / 25.4 * 1440)
    properties.append(element("w:tcW", w=str(twentieths), type="dxa"))
    properties.append(element("w:vAlign", val="center"))
    paragraph, form = element("w:p"), element("w:pPr")
    form.append(element("w:pStyle", val=style))
    form.append(element("w:jc", val=_JC[column.align]))
    paragraph.append(form)
    paragraph.append(_run(text, row))
    made.extend([properties, paragraph])
    return made


def _run(text: str, row: Row) -> BaseOxmlElement:
    made, form, shown = element("w:r"), element("w:rPr"), element("w:t")
    if row.bold:
        form.append(element("w:b"))
    if row.italic:
        form.append(element("w:i"))
    shown.text = " ".join(text.split())
    made.extend([form, shown])
    return made
