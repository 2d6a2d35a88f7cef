"""Parts II.6 to V of a report: what people say, the plan, and what the person who signs must write."""

from collections.abc import Iterable

from bot.report import words
from bot.report.numbers import DASH, day, label, number
from bot.report.paper import Paper
from bot.report.tables import Column, Row
from content import calendar
from content.deadline import Due
from content.indicator import Plan
from content.ward import Ward
from handlers.report import Report
from handlers.report_facts import Feedback, Ratings

RATINGS = (
    Column("Đánh giá về", 65, "l"),
    Column("Số lượt đánh giá", 30),
    Column("Điểm trung bình (1-5)", 35),
    Column("Tỷ lệ 4-5 điểm (%)", 35),
)
FEEDBACK = (
    Column("Ý kiến của người dân", 65, "l"),
    Column("Tiếp nhận trong kỳ", 25),
    Column("Đã chuyển", 25),
    Column("Đã trả lời", 25),
    Column("Còn chờ xử lý", 25),
)


def opinions(paper: Paper, report: Report) -> None:
    paper.item("6. Mức độ hài lòng, phản ánh")
    paper.write(
        f"Số buổi hỗ trợ được người dân xác nhận: {number(report.confirmed)} trên tổng số "
        f"{number(report.total.sessions)} buổi."
    )
    paper.table("Đánh giá của người dân", RATINGS, map(_rating, report.facts.ratings))
    paper.table("Phản ánh, kiến nghị", FEEDBACK, map(_feedback, report.facts.feedback))
    paper.note("Cột “Còn chờ xử lý” tính mọi ý kiến đã nhận đến hết kỳ.")


def _rating(found: Ratings) -> Row:
    rest = (number(found.mean, percent=True), number(found.good, percent=True))
    return Row((words.ABOUT[found.about], number(found.number), *rest))


def _feedback(found: Feedback) -> Row:
    counts = (found.received, found.forwarded, found.answered, found.open)
    return Row((words.FEEDBACK[found.kind], *map(number, counts)))


PLANS = (
    Column("Kế hoạch", 75, "l"),
    Column("Số chỉ tiêu", 18),
    Column("Có số liệu", 18),
    Column("Đạt", 18),
    Column("Chưa đạt", 18),
    Column("Chưa có số liệu", 18),
)


def against_plans(paper: Paper, report: Report) -> None:
    paper.item("7. Kết quả thực hiện chỉ tiêu so với kế hoạch")
    if not report.plans:
        paper.write("Chưa có kế hoạch nào của phường trong danh mục chỉ tiêu.")
        return
    paper.write(
        "Chi tiết từng chỉ tiêu tại Phụ lục I, bộ chỉ tiêu chung tại Phụ lục II, số liệu còn thiếu và đơn "
        "vị cung cấp tại Phụ lục III."
    )
    rows = [_plan(report, plan) for plan in report.plans]
    paper.table("Tổng hợp theo kế hoạch", PLANS, rows)
    paper.note("Chỉ xếp “đạt”, “chưa đạt” khi cả kế hoạch và kết quả là số.")


def _plan(report: Report, plan: Plan) -> Row:
    main = [line for line in report.lines_of(plan.id) if line.kind == "main"]
    known = sum(not line.missing for line in main)
    met = sum(line.met is True for line in main)
    unmet = sum(line.met is False for line in main)
    counts = (len(main), known, met, unmet, len(main) - known)
    return Row((plan.title, *(number(count) if count else DASH for count in counts)))


def assessment(paper: Paper, report: Report) -> None:
    facts, idle = report.facts, report.idle_teams
    paper.section("III. ĐÁNH GIÁ CHUNG")
    if facts.reasons:
        said = "; ".join(f"“{text}” ({number(times)} buổi)" for text, times in facts.reasons)
        paper.fact(f"lý do chưa làm được thường gặp: {said}")
    if unfinished := _unfinished(report):
        paper.fact(f"lượt chưa làm được theo nội dung: {unfinished}")
    for step in facts.stuck:
        what = f" “{_short(step.text)}”" if step.text else ""
        paper.fact(
            f"hướng dẫn “{step.guide}”, bước {step.step}{what}: {number(step.times)} lần vướng lại"
        )
    if idle:
        paper.fact(f"{number(len(idle))} tổ không có buổi nào trong kỳ: {', '.join(idle)}")
    paper.ask("ưu điểm; tồn tại, hạn chế; nguyên nhân")


def _unfinished(report: Report) -> str:
    found = [(line.unfinished or 0, words.GROUPS[line.group]) for line in report.topics]
    most = sorted(((times, name) for times, name in found if times), reverse=True)
    return "; ".join(f"{name} ({number(times)} lượt)" for times, name in most)


def _short(text: str, most: int = 90) -> str:
    """The beginning of a step, to its last whole word."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rsplit(' ', 1)[0]}…"


def tasks(paper: Paper, report: Report) -> None:
    paper.section("IV. NHIỆM VỤ KỲ TỚI")
    for due in report.facts.due:
        paper.fact(_due(due, report.ward))
    paper.ask("nhiệm vụ, giải pháp trọng tâm kỳ tới")


def _due(due: Due, ward: Ward) -> str:
    """Where the last safe day is off, the working day before it is named as well."""
    towards = due.work_towards(ward)
    why = calendar.off(due.last_safe, ward) or "cuối tuần"
    sooner = "" if towards == due.last_safe else f" ({why}; nên xong từ ngày {day(towards)})"
    return (
        f"{due.deadline.name} theo {due.plan.code}, kỳ {label(due.covers)}: nộp trước ngày "
        f"{day(due.before)}, chậm nhất ngày {day(due.last_safe)}{sooner}"
    )


def proposals(paper: Paper, report: Report) -> None:
    paper.section("V. KIẾN NGHỊ, ĐỀ XUẤT")
    if waiting := _waiting(report.facts.feedback):
        paper.fact(f"ý kiến của người dân còn chờ xử lý: {waiting}")
    if report.missing:
        paper.fact(f"{number(len(report.missing))} số liệu còn thiếu, xem Phụ lục III")
    paper.ask("kiến nghị, đề xuất với cấp trên")
    paper.write(
        "Trên đây là báo cáo kết quả hoạt động hỗ trợ chuyển đổi số cộng đồng của "
        f"{words.committee(report.ward)}./."
    )


def _waiting(feedback: Iterable[Feedback]) -> str:
    kinds = ((words.FEEDBACK[found.kind], found.open) for found in feedback)
    return "; ".join(f"{name} ({number(times)})" for name, times in kinds if times)
