"""The annexes of a report: indicators against the plans, the core set, and what is missing."""

from collections.abc import Iterable, Sequence

from bot.report import words
from bot.report.heading import BLANK, letterhead_of
from bot.report.numbers import DASH, day, days, number, target
from bot.report.page import CENTRE, ITEM, REFERENCE, annex_section
from bot.report.paper import Paper
from bot.report.tables import Column, Row
from handlers.figures import CORE
from handlers.report import Report
from handlers.report_lines import Line

INDICATORS = (
    Column("TT", 12),
    Column("Chỉ tiêu", 69, "l"),
    Column("ĐVT", 18),
    Column("Kế hoạch năm", 28),
    Column("Thực hiện kỳ", 18),
    Column("Lũy kế", 18),
    Column("Ước cả năm", 18),
    Column("So kế hoạch", 22),
    Column("Nguồn", 24, "l"),
    Column("Ghi chú", 25, "l"),
)
ESTIMATE = 6
"""The column of estimates, printed only while the year is not over."""


def annexes(paper: Paper, report: Report) -> None:
    _begin(paper, report, "I", "CHỈ TIÊU SO VỚI KẾ HOẠCH")
    paper.note(
        "Tỷ lệ chính thức lấy từ nguồn ghi trong bảng; số hỗ trợ đếm từ sổ, in nghiêng, chỉ để tham khảo. "
        "Năm trong ngoặc là mốc của mục tiêu khi khác năm báo cáo."
    )
    for place, plan in enumerate(report.plans, 1):
        paper.write(f"{place}. {plan.title}", ITEM)
        _indicators(paper, report, report.lines_of(plan.id))
    if not report.plans:
        paper.write("Chưa có kế hoạch nào của phường trong danh mục chỉ tiêu.")
    _begin(paper, report, "II", "BỘ CHỈ TIÊU CHUNG")
    _indicators(paper, report, report.lines_of(CORE))
    _begin(paper, report, "III", "SỐ LIỆU CÒN THIẾU VÀ ĐƠN VỊ CUNG CẤP")
    _missing(paper, report)


def _begin(paper: Paper, report: Report, place: str, title: str) -> None:
    annex_section(paper.document, landscape=True)
    paper.write(f"Phụ lục {place}", CENTRE)
    paper.write(title, CENTRE)
    symbol = letterhead_of(report.ward).symbol
    paper.write(
        f"(Kèm theo Báo cáo số{BLANK}/{symbol} ngày{BLANK}tháng{BLANK}năm {report.today.year} của "
        f"{words.committee(report.ward)})",
        REFERENCE,
    )


def _indicators(paper: Paper, report: Report, lines: Sequence[Line]) -> None:
    columns = list(INDICATORS)
    if not report.estimates:
        spare = columns.pop(ESTIMATE).width
        columns[1] = Column(columns[1].head, columns[1].width + spare, "l")
    paper.plain_table(columns, _rows(lines, report))


def _rows(lines: Iterable[Line], report: Report) -> Iterable[Row]:
    place = 0
    for line in lines:
        main = line.kind == "main"
        place += main
        cells = _main(line, place, report.period.year) if main else _beside(line)
        if not report.estimates:
            del cells[ESTIMATE]
        yield Row(cells, italic=line.kind == "side")


def _main(line: Line, place: int, year: int) -> list[str]:
    indicator, estimate = line.row.indicator, line.row.estimate
    said = line.entered.text if line.entered and line.entered.text else None
    expected = (estimate.text if estimate else None) or number(line.estimate.value, line.percent)
    return [
        str(place),
        f"{indicator.name} ({indicator.id})",
        line.unit,
        _aim(line, year),
        number(line.now.value, line.percent),
        said or number(line.so_far.value, line.percent),
        expected,
        compared(line),
        _source(line),
        _remark(line),
    ]


def _beside(line: Line) -> list[str]:
    values = (number(line.now.value, line.percent), number(line.so_far.value, line.percent))
    return [
        "",
        f"- {words.name_of(line)}",
        line.unit,
        "",
        *values,
        "",
        "",
        _source(line),
        _remark(line),
    ]


def compared(line: Line) -> str:
    """ "đạt (102,4%)", and with an estimate what it would come to; "—" without numbers.

    No "chưa đạt (100,0%)": at "trên 95" 95 is not enough.
    """
    if line.met is None and line.estimate_met is None:
        return DASH
    short = line.ratio is not None and (line.met or line.ratio < 100)
    share = f" ({number(line.ratio, percent=True)}%)" if short else ""
    now = [f"{words.judged(line.met)}{share}"] if line.met is not None else []
    expected = [f"ước {words.judged(line.estimate_met)}"] if line.estimate_met is not None else []
    return "; ".join(now + expected)


def _source(line: Line) -> str:
    source = words.source_of(line)
    return f"{source}, {day(line.entered.source_on)}" if source and line.entered else source


def _remark(line: Line) -> str:
    """Why there is no value, or the days a typed one speaks for."""
    if line.missing:
        return words.reason(line.reason)
    return f"số liệu {days(line.entered.first, line.entered.last)}" if line.entered else ""


def _aim(line: Line, year: int) -> str:
    """The target, with its year when that is not this one (facts/indicators.md, section 1, rule 8)."""
    aim = line.row.target
    return f"{target(aim)} ({aim.year})" if aim and aim.year not in (None, year) else target(aim)


MISSING = (
    Column("TT", 12),
    Column("Đơn vị cung cấp", 38, "l"),
    Column("Mã", 42, "l"),
    Column("Số liệu còn thiếu", 118, "l"),
    Column("Lý do", 42, "l"),
)


def _missing(paper: Paper, report: Report) -> None:
    """Sorted by who owes it, so that each can be handed their own."""
    if not report.missing:
        paper.write("Không có số liệu nào còn thiếu.")
        return
    owners = list(dict.fromkeys(gap.owner for gap in report.missing))
    gaps = sorted(report.missing, key=lambda gap: (not gap.owner, owners.index(gap.owner)))
    rows = (
        Row((str(place), gap.owner or words.NO_OWNER, gap.id, gap.name, words.why(gap)))
        for place, gap in enumerate(gaps, 1)
    )
    paper.plain_table(MISSING, rows)
