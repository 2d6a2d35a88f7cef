"""What residents told the ward, as a workbook: no names, text that stays text."""

from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook

from bot.report.sheets import COUNT, DAY, Column, Row, fill
from store.counts import Told

KINDS = {"difficulty": "Khó khăn", "proposal": "Kiến nghị", "scam": "Lừa đảo"}
STATES = {"new": "Mới", "forwarded": "Đã chuyển", "answered": "Đã trả lời"}
COLUMNS = (
    Column("Số", 7, COUNT),
    Column("Ngày", 12, DAY),
    Column("Loại", 14),
    Column("Địa bàn", 22),
    Column("Nội dung", 90),
    Column("Tình trạng", 14),
)


def write(told: Iterable[Told], path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Góp ý"
    fill(sheet, "Góp ý, phản ánh của người dân", COLUMNS, map(_row, told))
    book.save(path)


def _row(one: Told) -> Row:
    return Row((one.id, one.date, KINDS[one.kind], one.area, one.text, STATES[one.status]))
