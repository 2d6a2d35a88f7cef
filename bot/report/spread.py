"""Part II.5 of a report: what the assistant sent, and what officers say was spread elsewhere."""

from bot.report import words
from bot.report.numbers import DASH, day, number
from bot.report.paper import Paper
from bot.report.tables import Column, Row
from handlers.figures import CORE
from handlers.report import Report
from handlers.report_lines import Line

SPREAD = "K18"
"""The row of the core set for messages and other products that were spread."""
WHAT = "Tin nhắn, bài học gửi trên trợ lý số"
COLUMNS = (
    Column("Nội dung", 85, "l"),
    Column("ĐVT", 20),
    Column("Trong kỳ", 30),
    Column("Lũy kế năm", 30),
)


def spread(paper: Paper, report: Report) -> None:
    lines = [line for line in report.lines_of(CORE) if line.row.indicator.id == SPREAD]
    rows = [_row(line) for line in lines if not line.missing and line.figure]
    paper.item("5. Tuyên truyền, nhắc lịch")
    if rows:
        paper.table(WHAT, COLUMNS, rows)
        paper.note(_limits(report.facts.unsure))
    else:
        paper.write(f"{WHAT}: {DASH} ({words.reason('no_sends')}).")
    for line in lines:
        if line.kind == "official" and line.entered:
            said = line.entered.text or number(line.latest.value)
            source = f"{line.entered.source}, ngày {day(line.entered.source_on)}"
            paper.write(f"{words.name_of(line)}: {said} (nguồn: {source}).")
    paper.ask("tin, bài, phát thanh, hội nghị tuyên truyền nếu có")


def _row(line: Line) -> Row:
    assert line.figure
    counts = map(number, (line.now.value, line.so_far.value))
    return Row((line.figure.name, line.figure.unit, *counts))


def _limits(unsure: int) -> str:
    """What the figures leave out, and what they do not mean."""
    apart = f" Không tính {number(unsure)} tin không rõ đã đến hay chưa." if unsure else ""
    return (
        "Một tin gửi tới một người là một lượt. Bài học trên trợ lý số không phải là lớp, không cộng vào "
        "mục 3; lượt bài học gồm cả bài người học tự mở nên không cộng với lượt tin nhắn." + apart
    )
