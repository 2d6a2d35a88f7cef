"""The working book's indicator sheets, and the month table to copy into a system without an interface."""

from collections.abc import Iterable, Iterator

from bot.report import words
from bot.report.numbers import DASH, SIGNS, plain
from bot.report.sheets import ANY, COUNT, DAY, Column, Row, Value, known
from content.indicator import Target
from handlers.report_lines import Line
from store.values import Entered

KINDS = {
    "main": "chỉ tiêu",
    "figure": "số đo thêm",
    "side": "số hỗ trợ",
    "official": "số nhập thêm",
}
INDENT = "– "
"""Not a hyphen: that begins a formula where the text is pasted."""
INDICATORS = (
    Column("Mã", 16),
    Column("Nội dung", 50),
    Column("Dòng", 11),
    Column("Kế hoạch", 11),
    Column("Loại", 11),
    Column("ĐVT", 11),
    Column("Điều kiện", 9),
    Column("Kế hoạch giao", 12, ANY),
    Column("Mốc năm", 8, "0"),
    Column("Thực hiện kỳ", 12, ANY),
    Column("Lũy kế", 12, ANY),
    Column("Ước cả năm", 12, ANY),
    Column("So kế hoạch", 11),
    Column("So kế hoạch (%)", 10, "0.0"),
    Column("Tử số", 11, COUNT),
    Column("Mẫu số", 11, COUNT),
    Column("Nguồn", 28),
    Column("Ngày của nguồn", 12, DAY),
    Column("Số liệu từ ngày", 12, DAY),
    Column("Đến ngày", 12, DAY),
    Column("Người nhập", 18),
    Column("Đơn vị chủ trì", 18),
    Column("Lý do thiếu", 30),
    Column("Ghi chú", 70),
)


def indicators(lines: Iterable[Line]) -> Iterator[Row]:
    for line in lines:
        yield Row(
            [*_what(line), *_aim(line), *_values(line), *_origin(line), *_remarks(line)],
            bold=line.kind == "main",
            percent=line.percent,
        )


def _what(line: Line) -> list[Value]:
    row = line.row
    kinds = (KINDS[line.kind], row.plan.code, _klass(line), line.unit or None)
    return [row.indicator.id, words.name_of(line), *kinds]


def _klass(line: Line) -> str:
    """A side count is measured, whatever the class of its row; so is each figure by itself."""
    if line.kind == "main":
        return words.klass_of(line.row)
    return words.KLASSES["measured" if line.measured else "entered"]


def _aim(line: Line) -> list[Value]:
    aim = line.row.target if line.kind == "main" else None
    if aim is None:
        return [None, None, None]
    return [_sign(aim), aim.text if aim.value is None else aim.value, aim.year]


def _sign(aim: Target) -> str | None:
    return SIGNS[aim.op].strip() or "bằng" if aim.value is not None else None


def _values(line: Line) -> list[Value]:
    expected = line.row.estimate if line.kind == "main" else None
    so_far = line.so_far.value if line.so_far.value is not None else _said(line.entered)
    return [
        *known(line.now.value, so_far),
        line.estimate.value if line.estimate.value is not None else _said(expected),
        words.judged(line.met) or None,
        line.ratio if line.met is not None else None,
        line.latest.num,
        line.latest.den,
    ]


def _said(entered: Entered | None) -> str | None:
    return entered.text if entered else None


def _origin(line: Line) -> list[Value]:
    source = words.source_of(line) or None
    typed = line.entered
    if typed is None:
        return [source, None, None, None, None]
    return [source, typed.source_on, typed.first, typed.last, typed.by]


def _remarks(line: Line) -> list[Value]:
    indicator = line.row.indicator
    notes = " ".join(indicator.notes) if line.kind == "main" else ""
    return [indicator.owner or None, words.reason(line.reason) or None, notes or None]


MONTH = (
    Column("Mã", 18),
    Column("Nội dung", 70),
    Column("ĐVT", 14),
    Column("Trong kỳ", 16),
    Column("Lũy kế", 16),
)


def month(lines: Iterable[Line]) -> Iterator[Row]:
    """One line each, plain text with a decimal comma. Side counts stay out: they are not asked for there."""
    for line in lines:
        if line.kind == "side":
            continue
        indicator = line.row.indicator
        name = words.name_of(line) if line.kind == "main" else f"{INDENT}{words.name_of(line)}"
        values = (plain(line.now.value, line.percent), plain(line.so_far.value, line.percent))
        so_far = _said(line.entered) if values[1] == DASH else None
        yield Row((indicator.id, name, line.unit, values[0], so_far or values[1]))
