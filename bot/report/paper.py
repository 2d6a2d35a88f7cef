"""What sections write on: headings, sentences, notes, tables, and gaps for the person who signs."""

from collections.abc import Iterable, Sequence

from docx.document import Document as Word
from docx.shared import Pt

from bot.report import page, tables
from bot.report.page import BODY, CAPTION, ITEM, NOTE, SECTION
from bot.report.tables import Column, Row


class Paper:
    def __init__(self, document: Word) -> None:
        self.document = document
        self._tables = 0

    def write(self, text: str, style: str = BODY) -> None:
        self.document.add_paragraph(page.clean(text), style)

    def section(self, text: str) -> None:
        self.write(text, SECTION)

    def item(self, text: str) -> None:
        self.write(text, ITEM)

    def note(self, text: str) -> None:
        self.write(text, NOTE)

    def ask(self, what: str) -> None:
        """A gap only a person can fill."""
        page.draft(self.document.add_paragraph(f"[Cán bộ bổ sung: {what}]", BODY))
        self.write("…")

    def fact(self, text: str) -> None:
        """Something that helps to fill it; to be used, then taken out."""
        page.draft(self.document.add_paragraph(page.clean(f"[Tham khảo: {text}]"), BODY))

    def table(self, caption: str, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        """A numbered table, and the space after it."""
        self._tables += 1
        self.write(f"Bảng {self._tables}. {caption}", CAPTION)
        self.plain_table(columns, rows)

    def plain_table(self, columns: Sequence[Column], rows: Iterable[Row]) -> None:
        tables.table(self.document, columns, rows)
        after = self.document.add_paragraph("", NOTE).paragraph_format
        after.space_after, after.line_spacing = Pt(0), Pt(6)
