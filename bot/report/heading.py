"""How a report begins and ends: who issues it, its name, who gets it and who signs it."""

from datetime import date

from docx.document import Document as Word
from docx.shared import Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from bot.report import page
from bot.report.page import CENTRE, OFFICE, RECIPIENT, TEXT_WIDTH
from bot.report.tables import frame
from content.ward import Letterhead, Signature, Ward

STATE = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
COMMITTEE = "ỦY BAN NHÂN DÂN"
SUBJECT = "Kết quả hoạt động hỗ trợ chuyển đổi số cộng đồng"
TRIAL = "BẢN THỬ: phường không có thật"
BLANK = " " * 6
"""For the number and the day, which are given when it is signed."""
HALVES = (64.0, TEXT_WIDTH - 64.0)
MOTTO_WIDTH = 63.3
"""Of the motto in Times New Roman 14 bold: the line below is as long."""

LETTER = 3.2
"""About the width of a bold capital of size 13: the line below the body is 1/3 to 1/2 of its text."""
SUBJECT_LINE = 50.0
"""Between 1/3 and 1/2 of SUBJECT, which is 115 wide."""


def letterhead_of(ward: Ward) -> Letterhead:
    """The ward's letterhead, or one of its name with gaps to fill."""
    return ward.letterhead or Letterhead(
        body=f"{COMMITTEE} {ward.name.upper()}",
        place=ward.name.partition(" ")[2] or ward.name,
        recipients=["[Cán bộ bổ sung: nơi nhận]", "Lưu: VT"],
        signature=Signature(lines=["[Cán bộ bổ sung: quyền hạn, chức vụ người ký]"]),
    )


def heading(document: Word, ward: Ward, today: date, subject: str, of: str) -> None:
    """The block at the top and the title: its subject, and below it of which period or campaign."""
    head = letterhead_of(ward)
    if ward.invented:
        page.draft(document.add_paragraph(TRIAL, CENTRE))
    block = frame(document, HALVES)
    left, right = _cells(block)
    _issuer(left, head)
    _state(right)
    left, right = _cells(block)
    number = _write(left, f"Số:{BLANK}/{head.symbol}", OFFICE)
    text = f"{head.place}, ngày{BLANK}tháng{BLANK}năm {today.year}"
    day = _write(right, text, OFFICE, size=14)
    day.runs[0].italic = True
    number.paragraph_format.space_before = day.paragraph_format.space_before = Pt(6)
    _title(document, subject, of)


def _issuer(cell: _Cell, head: Letterhead) -> None:
    if head.superior:
        _write(cell, head.superior, OFFICE)
    lines = _lines(head.body)
    for line in lines:
        _write(cell, line, OFFICE).runs[0].bold = True
    length = min(LETTER * len(lines[-1]), HALVES[0]) * 0.42
    page.rule(cell.add_paragraph("", OFFICE), HALVES[0], length)


def _lines(body: str) -> list[str]:
    """ "ỦY BAN NHÂN DÂN" stands on a line of its own, as on the wards' own plans."""
    name = body.removeprefix(f"{COMMITTEE} ")
    return [COMMITTEE, name] if name != body else [body]


def _state(cell: _Cell) -> None:
    _write(cell, STATE, OFFICE).runs[0].bold = True
    _write(cell, MOTTO, OFFICE, size=14).runs[0].bold = True
    page.rule(cell.add_paragraph("", OFFICE), HALVES[1], MOTTO_WIDTH)


def _title(document: Word, subject: str, of: str) -> None:
    space = document.add_paragraph("", CENTRE)
    space.paragraph_format.line_spacing = Pt(10)
    document.add_paragraph("BÁO CÁO", CENTRE)
    title = document.add_paragraph(subject, CENTRE)
    title.add_run().add_break()
    title.add_run(page.clean(of))
    line = document.add_paragraph("", CENTRE)
    page.rule(line, TEXT_WIDTH, SUBJECT_LINE)
    line.paragraph_format.space_after = Pt(10)


def ending(document: Word, ward: Ward) -> None:
    """Nơi nhận to the left, the signature to the right; kept on one page."""
    head = letterhead_of(ward)
    left, right = _cells(frame(document, (TEXT_WIDTH / 2, TEXT_WIDTH / 2)))
    name = _write(left, "Nơi nhận:", RECIPIENT, size=12)
    name.runs[0].bold = name.runs[0].italic = True
    *others, last = [line.strip(" .;-") for line in head.recipients]
    for line in others:
        _write(left, f"- {line};", RECIPIENT)
    _write(left, f"- {last}.", RECIPIENT)
    for line in head.signature.lines:
        _write(right, line, CENTRE)
    signed = _write(right, head.signature.name, CENTRE)
    signed.paragraph_format.space_before = Pt(80)


def _cells(table: Table) -> tuple[_Cell, _Cell]:
    """The two cells of a new row that stays on one page."""
    row = table.add_row()  # type: ignore[no-untyped-call]
    row._tr.get_or_add_trPr().append(page.element("w:cantSplit"))
    left, right = row.cells
    return left, right


def _write(cell: _Cell, text: str, style: str, size: float | None = None) -> Paragraph:
    """A paragraph in a cell; the empty one every new cell has is used first."""
    first = cell.paragraphs[0]
    fresh = len(cell.paragraphs) == 1 and first.style and first.style.name == "Normal"
    paragraph: Paragraph = first if fresh else cell.add_paragraph()
    paragraph.style = style
    run = paragraph.add_run(page.clean(text))
    if size:
        run.font.size = Pt(size)
    return paragraph
