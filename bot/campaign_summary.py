"""The Word file of a campaign's final report, in the form of Nghị định 30/2020: a draft to finish and sign.

Results stand in the order of the one daily form that was found (facts/programme.md, c.3).
"""

from collections.abc import Sequence
from pathlib import Path

from bot.report import heading, page, words
from bot.report.numbers import DASH, day, days, number
from bot.report.paper import Paper
from bot.report.tables import Column, Row
from content.campaign import DVC, QR, SKILLS, VNEID, Goal
from content.measure import UNITS
from content.vocabulary import WORDS
from handlers.campaign_report_words import capital
from handlers.campaign_summary import Helper, Summary
from handlers.campaign_totals import GoalLine, PartLine
from handlers.measures import hours
from handlers.turn import WARD_ZONE

SUBJECT = "Kết quả chiến dịch"
ORDER = (SKILLS, QR, VNEID, DVC)
"""The form's own order."""
WENT_OUT = "Đội hình ra quân (ca trực có người điểm danh)"
NO_PLACE = "Không ghi địa điểm"


def write(summary: Summary, path: Path) -> None:
    campaign, ward = summary.campaign, summary.ward
    title = f"Báo cáo kết quả chiến dịch {campaign.name}"
    document = page.new(page.clean(title), words.committee(ward), summary.today)
    paper = Paper(document)
    heading.heading(document, ward, summary.today, SUBJECT, campaign.name)
    _lead(paper, summary)
    _organised(paper, summary)
    paper.section("II. KẾT QUẢ THỰC HIỆN")
    _results(paper, summary)
    _targets(paper, summary)
    _parts(paper, summary)
    _people(paper, summary)
    _lessons(paper, summary)
    _assessed(paper, summary)
    heading.ending(document, ward)
    document.save(str(path))


def _lead(paper: Paper, summary: Summary) -> None:
    campaign = summary.campaign
    paper.write(
        f"Ủy ban nhân dân {summary.ward.name} báo cáo kết quả chiến dịch {campaign.name}, mô hình "
        f"{campaign.model}, do {words.ORGS[campaign.organiser]} tổ chức, "
        f"{days(campaign.first, campaign.last)}, như sau:"
    )
    if campaign.cancelled_at:
        on = day(campaign.cancelled_at.astimezone(WARD_ZONE).date())
        paper.write(f"Chiến dịch dừng ngày {on}; lý do: {campaign.reason or DASH}.")
    if summary.unfinished:
        paper.write(f"Số liệu tính đến ngày {day(summary.today)}.")
    if not summary.known:
        paper.write("Sổ hỗ trợ chưa ghi buổi nào trong thời gian này; các số đo từ sổ ghi “—”.")


def _organised(paper: Paper, summary: Summary) -> None:
    where = ", ".join(summary.areas) or f"toàn {summary.ward.name}"
    places = sum(shift.places for shift in summary.shifts)
    paper.section("I. CÔNG TÁC CHỈ ĐẠO, TỔ CHỨC")
    paper.write(
        f"Địa bàn: {where}. Số ca trực đã bố trí: {number(len(summary.shifts))} ca với {number(places)} chỗ; "
        f"{number(summary.held)} ca có người điểm danh."
    )
    paper.ask("văn bản chỉ đạo, kế hoạch, phân công, phối hợp")


RESULTS = (
    Column("TT", 12),
    Column("Nội dung", 93, "l"),
    Column("ĐVT", 25),
    Column("Kết quả", 35),
)


def _results(paper: Paper, summary: Summary) -> None:
    paper.item("1. Kết quả chính")
    by_code = {line.goal.code: line for line in summary.goals}
    counted = [by_code[code] for code in ORDER]
    rows = [
        Row((str(place), capital(line.goal.name), unit(line.goal), _known(summary, line.so_far)))
        for place, line in enumerate(counted, 1)
    ]
    went_out = number(summary.held) if summary.shifts else DASH
    rows.append(Row((str(len(rows) + 1), WENT_OUT, "ca", went_out)))
    paper.table("Kết quả theo nội dung", RESULTS, rows)
    paper.note(
        "Lượt người: một người được hỗ trợ nhiều lần tính nhiều lượt. Chỉ tính buổi ghi tên chiến dịch "
        f"trong thời gian của chiến dịch. Dấu “—”: không có số liệu.{_outside(summary)}"
    )


def _outside(summary: Summary) -> str:
    if not summary.outside:
        return ""
    return f" {number(summary.outside)} buổi ghi tên chiến dịch ở ngày khác không được tính."


TARGETS = (
    Column("TT", 12),
    Column("Chỉ tiêu", 73, "l"),
    Column("ĐVT", 20),
    Column("Chỉ tiêu đặt ra", 20),
    Column("Kết quả", 20),
    Column("Tỷ lệ (%)", 20),
)


def _targets(paper: Paper, summary: Summary) -> None:
    paper.item("2. So với chỉ tiêu")
    aimed = [line for line in summary.goals if line.target]
    if not aimed:
        paper.write("Chiến dịch không đặt chỉ tiêu bằng số.")
        return
    rows = [_target(summary, str(place), line) for place, line in enumerate(aimed, 1)]
    paper.table("Kết quả so với chỉ tiêu", TARGETS, rows)


def _target(summary: Summary, place: str, line: GoalLine) -> Row:
    share = number(line.percent, percent=True) if summary.known else DASH
    reached = _known(summary, line.so_far)
    return Row(
        (place, capital(line.goal.name), unit(line.goal), number(line.target), reached, share)
    )


def unit(goal: Goal) -> str:
    return UNITS[goal.measure]


def _known(summary: Summary, value: int) -> str:
    return number(value) if summary.known else DASH


def _parts(paper: Paper, summary: Summary) -> None:
    paper.item("3. Kết quả theo địa bàn, địa điểm")
    areas = [(line.name or words.NO_AREA, line) for line in summary.by_area]
    places = [(place_name(line), line) for line in summary.by_place]
    _part(paper, summary, "Địa bàn", areas)
    _part(paper, summary, "Địa điểm", places)


def _part(paper: Paper, summary: Summary, head: str, named: Sequence[tuple[str, PartLine]]) -> None:
    if not named:
        paper.write(f"{head}: {DASH} (chưa có buổi nào).")
        return
    goals = [line.goal for line in summary.goals]
    width = 105 / len(goals)
    columns = [
        Column(head, 60, "l"),
        *(Column(f"{capital(goal.name)} ({unit(goal)})", width) for goal in goals),
    ]
    rows = [Row((name, *(_known(summary, n) for n in line.numbers))) for name, line in named]
    paper.table(f"Kết quả theo {head.lower()}", columns, rows)


def place_name(line: PartLine) -> str:
    return capital(WORDS["place"][line.name]) if line.name else NO_PLACE


PEOPLE = (
    Column("Lực lượng", 75, "l"),
    Column("Số người", 30),
    Column("Ngày công", 30),
    Column("Giờ công", 30),
)


def _people(paper: Paper, summary: Summary) -> None:
    paper.item("4. Tình nguyện viên và giờ công")
    if not summary.helpers:
        paper.write(f"Người điểm danh ở ca trực: {DASH} (chưa có ai điểm danh).")
        return
    rows = [_force(words.ORGS[org], summary.of_org(org)) for org in summary.orgs]
    whole = _force("Tổng cộng", summary.helpers)
    paper.table("Lực lượng tham gia", PEOPLE, [*rows, Row(whole.cells, bold=True)])
    forgotten = sum(one.forgotten for one in summary.helpers)
    late = f" {number(forgotten)} lượt không ghi giờ ra được tính đến hết ca." if forgotten else ""
    paper.note(
        f"Tính từ điểm danh ở ca trực; danh sách từng người ở bảng tính kèm theo (.xlsx).{late}"
    )


def _force(name: str, helpers: Sequence[Helper]) -> Row:
    lasted = hours(sum(one.minutes for one in helpers))
    counts = (len(helpers), sum(one.days for one in helpers), lasted)
    return Row((name, *map(number, counts)))


LESSONS = (
    Column("Ngày", 28),
    Column("Lớp", 77, "l"),
    Column("Lượt người học", 30),
    Column("Đạt bài kiểm tra", 30),
)


def _lessons(paper: Paper, summary: Summary) -> None:
    paper.item("5. Lớp trong chiến dịch")
    if not summary.lessons:
        none = "không có lớp nào được ghi sổ" if summary.known else DASH
        paper.write(f"Lớp: {none}.")
        return
    rows = [
        Row((day(one.date), one.title or "Lớp ghi sổ", number(one.people), number(one.passed)))
        for one in summary.lessons
    ]
    paper.table("Các lớp", LESSONS, rows)


def _assessed(paper: Paper, summary: Summary) -> None:
    paper.section("III. ĐÁNH GIÁ")
    if empty := len(summary.shifts) - summary.held:
        paper.fact(f"{number(empty)} ca trực không có ai điểm danh")
    paper.ask("ưu điểm; tồn tại, hạn chế; nguyên nhân; tập thể, cá nhân tiêu biểu")
    paper.section("IV. KIẾN NGHỊ, ĐỀ XUẤT")
    paper.ask("kiến nghị, đề xuất")
    paper.write(
        f"Trên đây là báo cáo kết quả chiến dịch {summary.campaign.name} của "
        f"{words.committee(summary.ward)}./."
    )
