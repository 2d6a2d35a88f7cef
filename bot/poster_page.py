"""Drawing a poster of one A4 page: what does not fit gets smaller, then is cut and said to be more."""

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from fpdf import FPDF
from fpdf.enums import MethodReturnValue

from bot.pdf import FONT, page

WIDTH, HEIGHT, EDGE = 210.0, 297.0, 14.0
INNER = WIDTH - 2 * EDGE
POINT = 25.4 / 72
"""Millimetres of a point."""
BLUE, RED, INK, PALE = (11, 62, 122), (183, 28, 28), (20, 24, 32), (234, 241, 250)
WHITE = (255, 255, 255)
BAND = 210.0
"""Where the ways to the assistant begin, from the top."""
LEAST = 18
"""Points: smaller letters cannot be read from three metres."""
TIMES = 3
"""Hours named for one place."""


@dataclass(frozen=True)
class Poster:
    """What stands on it."""

    over: str
    title: str
    headline: str
    opening: str
    places: tuple[tuple[str, tuple[str, ...]], ...]
    """Place, and the hours there."""
    none: str
    """Said where there are no places."""
    address: str
    """What the QR code leads to; "" for no code."""
    scan: str
    type: str
    word: str
    foot: str
    more: str
    colour: tuple[int, int, int]


def draw(poster: Poster) -> bytes:
    """The poster as a PDF of one page."""
    pdf = page()
    pdf.set_auto_page_break(False)
    pdf.set_margins(0, 0, 0)
    pdf.c_margin = 0
    _head(pdf, poster)
    top = _text(pdf, poster.headline, 70, INNER, 44, poster.colour, room=54) + 5
    _where(pdf, poster, top, BAND - 6)
    _way(pdf, poster)
    return bytes(pdf.output())


def _head(pdf: FPDF, poster: Poster) -> None:
    pdf.set_fill_color(*poster.colour)
    pdf.rect(0, 0, WIDTH, 62, style="F")
    _text(pdf, poster.over, 10, INNER, 20, WHITE, room=9)
    size = _fitting(pdf, poster.title, INNER, 48, 36)
    pdf.set_font(FONT, "B", size)
    height = len(_wrapped(pdf, poster.title, INNER)) * _line(size)
    _text(pdf, poster.title, 21 + (36 - height) / 2, INNER, size, WHITE, room=36)


def _where(pdf: FPDF, poster: Poster, top: float, bottom: float) -> None:
    """Places and hours, as large as they fit; what does not fit is said to be more."""
    if not poster.places:
        _text(pdf, poster.none, top, INNER, 30, INK, room=bottom - top, bold=False)
        return
    top = _text(pdf, poster.opening, top, INNER, 26, INK, room=12, bold=False) + 3
    for size in range(30, LEAST - 1, -1):
        blocks = [_block(pdf, place, hours, size) for place, hours in poster.places]
        if sum(blocks) <= bottom - top:
            break
    left = bottom - top - (0 if sum(blocks) <= bottom - top else _line(size))
    for (place, hours), height in zip(poster.places, blocks, strict=True):
        if height > left:
            _text(
                pdf, poster.more, min(top, bottom - _line(size)), INNER, size, INK, room=_line(size)
            )
            return
        top, left = _placed(pdf, place, hours, size, top), left - height


def _block(pdf: FPDF, place: str, hours: Sequence[str], size: int) -> float:
    """Millimetres that a place and its hours take."""
    pdf.set_font(FONT, "B", size)
    lines = _wrapped(pdf, place, INNER)
    pdf.set_font(FONT, "", size)
    return (len(lines) + len(_wrapped(pdf, _times(hours), INNER))) * _line(size) + 3


def _times(hours: Sequence[str]) -> str:
    return "; ".join(hours[:TIMES]) + ("; …" if len(hours) > TIMES else "")


def _placed(pdf: FPDF, place: str, hours: Sequence[str], size: int, top: float) -> float:
    for text, style in ((place, "B"), (_times(hours), "")):
        pdf.set_font(FONT, style, size)
        pdf.set_text_color(*INK)
        pdf.set_xy(EDGE, top)
        pdf.multi_cell(INNER, _line(size), text, align="L")
        top = pdf.get_y()
    return top + 3


def _way(pdf: FPDF, poster: Poster) -> None:
    """How to reach the assistant: the code, and the word for who cannot scan."""
    pdf.set_fill_color(*PALE)
    pdf.rect(0, BAND, WIDTH, HEIGHT - BAND, style="F")
    side = 66.0 if poster.address else 0.0
    if poster.address:
        _code(pdf, poster.address, EDGE, 215, side)
    left = EDGE + (side + 8 if side else 0)
    width = WIDTH - EDGE - left
    top = 217.0
    if poster.address:
        top = _text(pdf, poster.scan, top, width, 26, INK, room=12, left=left) + 2
    top = _text(pdf, poster.type, top, width, 24, INK, room=22, left=left, bold=False) + 3
    _boxed(pdf, poster.word, left, top, width, 279 - top, poster.colour)
    if poster.foot:
        _text(pdf, poster.foot, 286, INNER, 11, INK, room=6, bold=False)


def _boxed(
    pdf: FPDF, word: str, left: float, top: float, width: float, height: float,
    colour: tuple[int, int, int],
) -> None:  # fmt: skip
    pdf.set_fill_color(*colour)
    height = min(height, 45)
    pdf.rect(left, top, width, height, style="F", round_corners=True, corner_radius=3)
    size = _fitting(pdf, word, width - 8, 72, height - 6)
    pdf.set_font(FONT, "B", size)
    lines = len(_wrapped(pdf, word, width - 8))
    middle = top + (height - lines * _line(size)) / 2
    _text(pdf, word, middle, width - 8, size, WHITE, room=height, left=left + 4, align="C")


def _code(pdf: FPDF, address: str, left: float, top: float, side: float) -> None:
    """A QR code with its quiet zone, square by square: it stays sharp at any size."""
    matrix = segno.make(address, error="m").matrix_iter(border=4)
    rows = [list(row) for row in matrix]
    unit = side / len(rows)
    pdf.set_fill_color(*WHITE)
    pdf.rect(left, top, side, side, style="F")
    pdf.set_fill_color(0, 0, 0)
    for number, row in enumerate(rows):
        for start, length in _runs(row):
            pdf.rect(left + start * unit, top + number * unit, length * unit, unit, style="F")


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Where dark squares begin in a row, and how many follow: no hair lines between them."""
    starts = [at for at, dark in enumerate(row) if dark and (at == 0 or not row[at - 1])]
    ends = [at for at, dark in enumerate(row) if dark and (at + 1 == len(row) or not row[at + 1])]
    return [(start, end - start + 1) for start, end in zip(starts, ends, strict=True)]


def _text(
    pdf: FPDF, text: str, top: float, width: float, size: int, colour: tuple[int, int, int],
    *, room: float, left: float = EDGE, bold: bool = True, align: str = "L",
) -> float:  # fmt: skip
    """Words at most that large that fit into the room below `top`; where they end."""
    style = "B" if bold else ""
    size = _fitting(pdf, text, width, size, room, style)
    pdf.set_font(FONT, style, size)
    pdf.set_text_color(*colour)
    lines = _wrapped(pdf, text, width)
    for line in lines[: max(1, int(room / _line(size) + 0.01))]:
        pdf.set_xy(left, top)
        pdf.cell(width, _line(size), line.strip(), align=align)
        top += _line(size)
    return top


def _fitting(pdf: FPDF, text: str, width: float, size: int, room: float, style: str = "B") -> int:
    """The largest size from `size` down at which a text fits, and no word is broken."""
    for one in range(size, 7, -1):
        pdf.set_font(FONT, style, one)
        widest = max((pdf.get_string_width(word) for word in text.split()), default=0)
        if widest <= width and len(_wrapped(pdf, text, width)) * _line(one) <= room + 0.01:
            return one
    return 8


def _wrapped(pdf: FPDF, text: str, width: float) -> list[str]:
    lines = pdf.multi_cell(width, 1, text, dry_run=True, output=MethodReturnValue.LINES)
    assert isinstance(lines, list)
    return lines


def _line(size: float) -> float:
    """Millimetres from line to line."""
    return size * POINT * 1.2
