"""Pages and paragraphs of a Word file in the form of Nghị định 30/2020 (facts/programme.md, d.1)."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
SHORT, LONG = Mm(210), Mm(297)
TOP, BOTTOM, LEFT, RIGHT = Mm(20), Mm(20), Mm(30), Mm(15)
TEXT_WIDTH = 165.0
"""Between the margins of an upright page, in millimetres; on its side 252."""
INDENT = Mm(12.7)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Style:
    """Sizes and spaces in points."""

    size: float
    bold: bool = False
    italic: bool = False
    align: ALIGN = ALIGN.JUSTIFY
    indent: bool = False
    after: float = 6
    keep: bool = False
    level: int | None = None
    """The level in Word's outline."""


BODY, SECTION, ITEM, NOTE = "BC noi dung", "BC muc I", "BC muc 1", "BC ghi chu"
CAPTION, CENTRE, REFERENCE = "BC ten bang", "BC giua", "BC kem theo"
OFFICE, RECIPIENT, CELL = "BC co quan", "BC noi nhan", "BC o bang"
STYLES = {
    BODY: Style(14, indent=True),
    SECTION: Style(14, bold=True, indent=True, keep=True, level=0),
    ITEM: Style(14, bold=True, indent=True, keep=True, level=1),
    NOTE: Style(12, italic=True),
    CAPTION: Style(13, bold=True, align=ALIGN.CENTER, after=3, keep=True),
    CENTRE: Style(14, bold=True, align=ALIGN.CENTER, after=0),
    REFERENCE: Style(14, italic=True, align=ALIGN.CENTER, after=12),
    OFFICE: Style(13, align=ALIGN.CENTER, after=0),
    RECIPIENT: Style(11, align=ALIGN.LEFT, after=0),
    CELL: Style(11, align=ALIGN.LEFT, after=0),
}


def clean(text: str) -> str:
    """Without the control signs that no file of Office may hold."""
    return _CONTROL.sub("", text)


def new(title: str, author: str, today: date) -> Word:
    """An empty document with these styles, its first page without a number."""
    document = Document()
    _base(document)
    for name, style in STYLES.items():
        _add_style(document, name, style)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, author, ""
    properties.created = properties.modified = datetime(today.year, today.month, today.day)
    set_page(document.sections[0], landscape=False)
    number_pages(document.sections[0])
    return document


def element(tag: str, **attributes: str) -> BaseOxmlElement:
    """`element("w:lang", val="vi-VN")`: an element of Word's own namespace."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def _base(document: Word) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = FONT, Pt(14)
    normal.font.color.rgb = RGBColor(0, 0, 0)
    form = normal.element.get_or_add_rPr()
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        form.rFonts.set(qn(script), FONT)
    form.append(element("w:lang", val="vi-VN"))


def _add_style(document: Word, name: str, style: Style) -> None:
    made = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    made.base_style = document.styles["Normal"]
    made.font.size, made.font.bold, made.font.italic = Pt(style.size), style.bold, style.italic
    form = made.paragraph_format
    form.alignment, form.keep_with_next = style.align, style.keep
    form.space_before, form.space_after, form.line_spacing = Pt(0), Pt(style.after), 1.0
    form.first_line_indent = INDENT if style.indent else Mm(0)
    if style.level is not None:
        made.element.get_or_add_pPr().append(element("w:outlineLvl", val=str(style.level)))


def set_page(section: Section, landscape: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (LONG, SHORT) if landscape else (SHORT, LONG)
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.header_distance = section.footer_distance = Mm(10)


def number_pages(section: Section) -> None:
    """Arabic numbers, size 14, centred in the top margin, none on the first page."""
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = ALIGN.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    field, run, shown = element("w:fldSimple", instr="PAGE"), element("w:r"), element("w:t")
    shown.text = "2"
    run.append(shown)
    field.append(run)
    paragraph._p.append(field)


def annex_section(document: Word, landscape: bool) -> None:
    """A new section for an annex; its pages are counted for themselves."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    set_page(section, landscape)
    properties = section._sectPr
    for old in properties.findall(qn("w:pgNumType")):
        properties.remove(old)
    start = element("w:pgNumType", start="1")
    properties.insert_element_before(start, "w:cols", "w:titlePg", "w:docGrid")


def draft(paragraph: Paragraph) -> None:
    """Mark what somebody must still write, or take out, before it is signed."""
    for run in paragraph.runs:
        run.italic, run.font.highlight_color = True, WD_COLOR_INDEX.YELLOW


def rule(paragraph: Paragraph, within: float, width: float) -> None:
    """Make an empty paragraph a line of `width` in the middle of `within`, in millimetres."""
    form = paragraph.paragraph_format
    side = Mm((within - width) / 2)
    form.left_indent, form.right_indent, form.first_line_indent = side, side, Length(0)
    form.line_spacing, form.space_before, form.space_after = Pt(4), Pt(2), Pt(0)
    borders = element("w:pBdr")
    borders.append(element("w:top", val="single", sz="6", space="0", color="000000"))
    before = ("w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *before)
