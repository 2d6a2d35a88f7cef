"""The workbook of a campaign's final report: the same figures, by day, and everybody's hours."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.campaign_summary import place_name, unit
from bot.report import words
from bot.report.numbers import DASH
from bot.report.sheets import COUNT, DAY, PERCENT, Column, Row, Value, known, save, titled
from handlers.campaign_report_words import capital
from handlers.campaign_summary import Helper, Summary
from handlers.campaign_totals import GoalLine, PartLine
from handlers.measures import hours
from handlers.turn import WARD_ZONE
from store.campaign_reports import Lesson, ShiftLine

TIME = "hh:mm"


def write(summary: Summary, path: Path) -> None:
    save(path, summary.ward, _title(summary), _sheets(summary))


def _title(summary: Summary) -> str:
    campaign, until = summary.campaign, summary.today if summary.unfinished else None
    return titled(summary.ward, f"chiến dịch {campaign.name}", campaign.first, campaign.last, until)


def _sheets(summary: Summary) -> Iterator[tuple[str, tuple[Column, ...], Iterable[Row]]]:
    yield "Chỉ tiêu", GOALS, (_goal(summary, line) for line in summary.goals)
    yield "Theo ngày", _part_columns(summary, "Ngày", DAY), _parts(summary, summary.by_day)
    areas = ((line.name or words.NO_AREA, line) for line in summary.by_area)
    yield "Địa bàn", _part_columns(summary, "Địa bàn"), _named(summary, areas)
    places = ((place_name(line), line) for line in summary.by_place)
    yield "Địa điểm", _part_columns(summary, "Địa điểm"), _named(summary, places)
    yield "Ca trực", SHIFTS, map(_shift, summary.shifts)
    yield "Tình nguyện viên", PEOPLE, _people(summary)
    yield "Lớp", LESSONS, map(_lesson, summary.lessons)


GOALS = (
    Column("Mã", 14),
    Column("Nội dung", 40),
    Column("ĐVT", 10),
    Column("Chỉ tiêu", 12, COUNT),
    Column("Kết quả", 12, COUNT),
    Column("Tỷ lệ (%)", 12, PERCENT),
)


def _goal(summary: Summary, line: GoalLine) -> Row:
    reached = (line.so_far, line.percent) if summary.known else (None, None)
    start = (line.goal.code, capital(line.goal.name), unit(line.goal))
    return Row((*start, *known(line.target, *reached)))


def _part_columns(summary: Summary, head: str, form: str = "@") -> tuple[Column, ...]:
    goals = [line.goal for line in summary.goals]
    named = (Column(f"{capital(goal.name)} ({unit(goal)})", 16, COUNT) for goal in goals)
    return (Column("TT", 5, COUNT), Column(head, 28, form), *named)


def _parts(summary: Summary, lines: Iterable[PartLine]) -> Iterator[Row]:
    return _named(summary, ((line.name, line) for line in lines))


def _named(summary: Summary, lines: Iterable[tuple[Value, PartLine]]) -> Iterator[Row]:
    for place, (name, line) in enumerate(lines, 1):
        yield Row((place, name, *line.numbers))
    whole: tuple[Value, ...] = tuple(
        line.so_far if summary.known else DASH for line in summary.goals
    )
    yield Row((None, "Tổng cộng", *whole), bold=True)


SHIFTS = (
    Column("Ngày", 12, DAY),
    Column("Từ", 8),
    Column("Đến", 8),
    Column("Địa điểm", 36),
    Column("Địa bàn", 22),
    Column("Số chỗ", 8, COUNT),
    Column("Đăng ký", 9, COUNT),
    Column("Có mặt", 9, COUNT),
)


def _shift(shift: ShiftLine) -> Row:
    start, end = (at.astimezone(WARD_ZONE) for at in (shift.starts_at, shift.ends_at))
    when = (start.date(), f"{start:%H:%M}", f"{end:%H:%M}")
    return Row((*when, shift.place, shift.area, shift.places, shift.taken, shift.came))


PEOPLE = (
    Column("TT", 5, COUNT),
    Column("Họ tên", 30),
    Column("Đơn vị", 30),
    Column("Số ca", 9, COUNT),
    Column("Ngày công", 10, COUNT),
    Column("Giờ công", 10, PERCENT),
    Column("Ghi chú", 36),
)


def _people(summary: Summary) -> Iterator[Row]:
    for place, one in enumerate(summary.helpers, 1):
        yield Row((place, one.name, words.ORGS[one.org], *_worked([one]), _note(one)))
    yield Row((None, "Tổng cộng", None, *_worked(summary.helpers), None), bold=True)


def _worked(helpers: Iterable[Helper]) -> tuple[Value, ...]:
    listed = list(helpers)
    lasted = hours(sum(one.minutes for one in listed))
    return (sum(one.shifts for one in listed), sum(one.days for one in listed), lasted)


def _note(one: Helper) -> str | None:
    return f"{one.forgotten} lần không ghi giờ ra: tính đến hết ca" if one.forgotten else None


LESSONS = (
    Column("Ngày", 12, DAY),
    Column("Lớp", 44),
    Column("Đơn vị tổ chức", 28),
    Column("Lượt người học", 12, COUNT),
    Column("Đạt bài kiểm tra", 12, COUNT),
)


def _lesson(one: Lesson) -> Row:
    title = one.title or "Lớp ghi sổ"
    return Row((one.date, title, words.ORGS[one.organiser], *known(one.people, one.passed)))
