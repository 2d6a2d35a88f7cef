"""The working book of a report: every figure with its class and source, and what is missing."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.report import numbers, words
from bot.report.indicator_sheet import INDICATORS, MONTH, indicators, month
from bot.report.sheets import COUNT, PERCENT, Column, Row, Value, known, save, titled
from handlers.figures import CORE
from handlers.report import Report
from handlers.report_tables import GROUPS, Helped, TeamLine, TopicLine
from handlers.report_tables import Line as Place


def write(report: Report, path: Path) -> None:
    save(path, report.ward, _title(report), _sheets(report))


def _title(report: Report) -> str:
    """Ward, period and its days, as every sheet says them at its head."""
    period, until = report.period, report.today if report.unfinished else None
    return titled(report.ward, numbers.label(period), period.first, period.last, until)


def _sheets(report: Report) -> Iterator[tuple[str, tuple[Column, ...], Iterable[Row]]]:
    own = [line for line in report.lines if line.row.plan.id != CORE]
    core = report.lines_of(CORE)
    yield "Chỉ tiêu", INDICATORS, indicators(own)
    yield "Chỉ tiêu chung", INDICATORS, indicators(core)
    yield "Tổ CNSCĐ", TEAMS, _teams(report)
    yield "Nội dung", TOPICS, map(_topic, report.topics)
    yield "Địa bàn", PLACES, _places(report.areas, report.total, words.NO_AREA)
    yield "Đơn vị", PLACES, _places(report.orgs, report.total, "")
    yield "Còn thiếu", MISSING, _missing(report)
    yield "Bảng tháng", MONTH, month([*own, *core])


_TOPIC_COLUMNS = tuple(Column(words.GROUPS[group], 11, COUNT) for group in GROUPS)
TEAMS = (
    Column("TT", 5, COUNT),
    Column("Tổ (TDP/thôn)", 30),
    Column("Địa bàn", 20),
    Column("Số thành viên", 10, COUNT),
    Column("Thành viên có hoạt động", 10, COUNT),
    Column("Số buổi hỗ trợ", 10, COUNT),
    Column("Lượt người được hỗ trợ trong kỳ", 11, COUNT),
    Column("Lượt người lũy kế năm", 11, COUNT),
    *_TOPIC_COLUMNS,
    Column("Người cao tuổi, yếu thế (lượt)", 11, COUNT),
    Column("Hộ KD (lượt)", 10, COUNT),
    Column("Tỷ lệ thành công (%)", 10, PERCENT),
    Column("Điểm hài lòng", 10, PERCENT),
    Column("Khó khăn, kiến nghị", 40),
    Column("Ghi chú", 25),
)


def _teams(report: Report) -> Iterator[Row]:
    for place, team in enumerate(report.teams, 1):
        yield Row(_team(place, team))
    start = (None, "Tổng cộng", None, *known(report.register.members))
    yield Row((*start, *_helped(report.total), None, None, None), bold=True)


def _team(place: int, team: TeamLine) -> tuple[Value, ...]:
    row = team.row
    why = "; ".join(f"{text} ({times} buổi)" for text, times in team.difficulties)
    note = "không có buổi nào trong kỳ" if team.idle else None
    area, members = (row.area, row.members) if row else (None, None)
    start = (place, team.name or words.NO_TEAM, area, *known(members))
    return (*start, *_helped(team.helped), *known(team.stars), why or None, note)


def _helped(helped: Helped) -> tuple[Value, ...]:
    counts = (helped.active_members, helped.sessions, helped.people, helped.so_far)
    return known(*counts, *helped.topics, helped.vulnerable, helped.businesses, helped.rate)


TOPICS = (
    Column("Mã", 12),
    Column("Nội dung", 34),
    Column("Số buổi", 10, COUNT),
    Column("Lượt người trong kỳ", 12, COUNT),
    Column("Lượt thành công", 12, COUNT),
    Column("Tỷ lệ thành công (%)", 12, PERCENT),
    Column("Lượt chưa làm được", 12, COUNT),
    Column("Lượt người lũy kế năm", 12, COUNT),
)


def _topic(line: TopicLine) -> Row:
    name = words.GROUPS[line.group]
    counts = (line.sessions, line.people, line.successes, line.rate, line.unfinished, line.so_far)
    return Row((line.group, name, *known(*counts)))


PLACES = (
    Column("TT", 5, COUNT),
    Column("Tên", 34),
    Column("Người có hoạt động", 11, COUNT),
    Column("Số buổi hỗ trợ", 11, COUNT),
    Column("Lượt người trong kỳ", 11, COUNT),
    Column("Lượt người lũy kế năm", 11, COUNT),
    *_TOPIC_COLUMNS,
    Column("Người cao tuổi, yếu thế (lượt)", 11, COUNT),
    Column("Hộ KD (lượt)", 10, COUNT),
    Column("Tỷ lệ thành công (%)", 10, PERCENT),
    Column("Lượt thành công", 11, COUNT),
    Column("Số lớp", 10, COUNT),
    Column("Lượt người học", 11, COUNT),
    Column("Ngày công", 10, COUNT),
)


def _places(lines: Iterable[Place], total: Helped, unnamed: str) -> Iterator[Row]:
    for place, line in enumerate(lines, 1):
        name = words.ORGS.get(line.name or "", line.name or unnamed)
        yield Row((place, name, *_helped(line.helped), *_more(line.helped)))
    yield Row((None, "Tổng cộng", *_helped(total), *_more(total)), bold=True)


def _more(helped: Helped) -> tuple[Value, ...]:
    return known(helped.successes, helped.classes, helped.attended, helped.days)


MISSING = (
    Column("TT", 5, COUNT),
    Column("Mã", 18),
    Column("Số liệu còn thiếu", 60),
    Column("Lý do", 40),
    Column("Đơn vị cung cấp", 30),
)


def _missing(report: Report) -> Iterator[Row]:
    for place, gap in enumerate(report.missing, 1):
        owner = gap.owner or words.NO_OWNER
        yield Row((place, gap.id, gap.name, words.why(gap), owner))
