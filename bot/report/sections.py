"""Parts I and II.1-II.5 of a report: who did it, and what was done."""

from collections.abc import Iterator

from bot.report import words
from bot.report.numbers import DASH, day, days, label, number
from bot.report.paper import Paper
from bot.report.spread import spread
from bot.report.tables import Column, Row
from handlers.report import Report
from handlers.report_campaigns import CampaignLine, Campaigns
from handlers.report_tables import Helped, TeamLine, TopicLine


def lead(paper: Paper, report: Report) -> None:
    """On what it rests, which days it covers, and what the figures do not know."""
    period = report.period
    cut = f" ({words.CUTS[period.cut]})" if period.kind != "free" else ""
    base = "; ".join(plan.title for plan in report.plans) or "nhiệm vụ được giao"
    paper.write(
        f"Thực hiện {base}, Ủy ban nhân dân {report.ward.name} báo cáo kết quả hoạt động hỗ trợ chuyển đổi "
        f"số cộng đồng {label(period)}, {days(period.first, period.last)}{cut}, như sau:"
    )
    if report.unfinished:
        paper.write(f"Số liệu tính đến ngày {day(report.today)}.")
    if report.silent or report.began is None:
        paper.write("Sổ hỗ trợ chưa ghi buổi nào đến hết kỳ báo cáo; các số đo từ sổ được ghi “—”.")
    elif report.began > period.first:
        paper.write(
            f"Sổ hỗ trợ bắt đầu ghi từ ngày {day(report.began)}; trước đó không có số liệu."
        )
    elif report.began > period.so_far.first:
        paper.write(f"Sổ hỗ trợ bắt đầu ghi từ ngày {day(report.began)}; lũy kế tính từ ngày đó.")


def leadership(paper: Paper, report: Report) -> None:
    known = report.register
    paper.section("I. CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH")
    paper.item("1. Văn bản chỉ đạo, điều hành")
    paper.ask("văn bản đã ban hành, hội nghị, kiểm tra, đôn đốc trong kỳ")
    paper.item("2. Tổ công nghệ số cộng đồng")
    if known.teams is None:
        paper.write("Số tổ: —; số thành viên: — (chưa nhập danh sách tổ).")
    else:
        active = [team for team in report.teams if team.row and not team.idle]
        busy = sum(team.helped.active_members or 0 for team in active)
        paper.write(
            f"Toàn {report.ward.name} có {number(known.teams)} Tổ công nghệ số cộng đồng với "
            f"{number(known.members)} thành viên. Trong kỳ có "
            f"{DASH if report.silent else number(len(active))} tổ và "
            f"{DASH if report.silent else number(busy)} thành viên có hoạt động được ghi sổ. Số thành viên "
            f"đã được tập huấn trong năm {report.period.year}: {number(known.trained)} người."
        )
    paper.ask("thay đổi về tổ, thành viên; quyết định kiện toàn")


def results(paper: Paper, report: Report) -> None:
    paper.section("II. KẾT QUẢ THỰC HIỆN")
    _teams(paper, report)
    _before(paper, report)
    _topics(paper, report)
    _classes(paper, report)
    _campaigns(paper, report)
    spread(paper, report)


TEAMS = (
    Column("TT", 9),
    Column("Tổ (TDP/thôn)", 43, "l"),
    Column("Số thành viên", 16),
    Column("Thành viên có hoạt động", 18),
    Column("Số buổi hỗ trợ", 15),
    Column("Lượt người trong kỳ", 17),
    Column("Lượt người lũy kế năm", 17),
    Column("Tỷ lệ thành công (%)", 15),
    Column("Điểm hài lòng", 15),
)


def _teams(paper: Paper, report: Report) -> None:
    total, so_far = report.total, report.so_far
    paper.item("1. Hoạt động của Tổ công nghệ số cộng đồng và lực lượng tham gia")
    paper.write(
        f"Trong kỳ đã thực hiện {number(total.sessions)} buổi hỗ trợ với {number(total.people)} lượt người "
        f"được hỗ trợ (lũy kế từ đầu năm: {number(so_far.sessions)} buổi, {number(so_far.people)} lượt); "
        f"{number(total.successes)} lượt thành công, đạt {_percent(total.rate)}. Trong đó có "
        f"{number(total.vulnerable)} lượt người cao tuổi, yếu thế và {number(total.businesses)} lượt hộ "
        "kinh doanh."
    )
    rows = [_team(str(place), team) for place, team in enumerate(report.teams, 1)]
    whole = ("", "Tổng cộng", number(report.register.members), *_helped(total), DASH)
    paper.table("Kết quả hoạt động theo tổ", TEAMS, [*rows, Row(whole, bold=True)])
    paper.note(
        "Lượt người là tổng số người của các buổi: một người được hỗ trợ nhiều lần tính nhiều lượt. Lượt "
        "thành công: tự làm được hoặc làm được có hỗ trợ. Dấu “—”: không có số liệu."
    )


def _team(place: str, team: TeamLine) -> Row:
    members = number(team.row.members) if team.row else DASH
    name = team.name or words.NO_TEAM
    return Row((place, name, members, *_helped(team.helped), number(team.stars, percent=True)))


def _helped(helped: Helped) -> tuple[str, ...]:
    counts = (helped.active_members, helped.sessions, helped.people, helped.so_far)
    return (*map(number, counts), number(helped.rate, percent=True))


def _percent(value: float | None) -> str:
    return DASH if value is None else f"{number(value, percent=True)}%"


COMPARED = (
    Column("Nội dung", 75, "l"),
    Column("Kỳ này", 30),
    Column("Cùng kỳ năm trước", 30),
    Column("So sánh (%)", 30),
)


def _before(paper: Paper, report: Report) -> None:
    then, now = report.before, report.total
    if then is None:
        return
    pairs = (
        ("Buổi hỗ trợ", now.sessions, then.sessions),
        ("Lượt người được hỗ trợ", now.people, then.people),
        ("Lớp", report.classes.classes, then.classes),
    )
    paper.table(
        f"So với cùng kỳ năm trước ({days(then.first, then.last)})",
        COMPARED,
        [Row((name, number(a), number(b), _change(a, b))) for name, a, b in pairs],
    )
    if then.sessions is None:
        paper.note("Sổ hỗ trợ chưa ghi đủ cùng kỳ năm trước nên không so sánh.")


def _change(now: int | None, then: int | None) -> str:
    if now is None or not then:
        return DASH
    change = 100 * (now - then) / then
    return f"{'giảm' if change < 0 else 'tăng'} {number(abs(change), percent=True)}"


TOPICS = (
    Column("Nội dung", 65, "l"),
    Column("Số buổi", 20),
    Column("Lượt người trong kỳ", 20),
    Column("Lượt thành công", 20),
    Column("Tỷ lệ thành công (%)", 20),
    Column("Lượt người lũy kế năm", 20),
)


def _topics(paper: Paper, report: Report) -> None:
    paper.item("2. Kết quả hỗ trợ theo nội dung")
    paper.table("Kết quả hỗ trợ theo nội dung", TOPICS, map(_topic, report.topics))
    paper.note(
        "Một buổi có nhiều nội dung được tính ở từng nội dung, nên cộng các dòng có thể lớn hơn số chung."
    )


def _topic(line: TopicLine) -> Row:
    counts = map(number, (line.sessions, line.people, line.successes))
    rate = number(line.rate, percent=True)
    return Row((words.GROUPS[line.group], *counts, rate, number(line.so_far)))


CLASSES = (Column("Nội dung", 95, "l"), Column("Trong kỳ", 35), Column("Lũy kế năm", 35))


def _classes(paper: Paper, report: Report) -> None:
    now, so_far = report.classes, report.classes_so_far
    paper.item("3. Bình dân học vụ số")
    rows = (
        ("Số lớp", now.classes, so_far.classes),
        ("Lượt người học", now.attended, so_far.attended),
        ("Lượt người đạt bài kiểm tra cuối lớp", now.passed, so_far.passed),
        *_trained(report.campaigns),
    )
    paper.table("Lớp kỹ năng số", CLASSES, [Row((a, number(b), number(c))) for a, b, c in rows])
    paper.note(
        "Kết quả bài kiểm tra cuối lớp không phải là xác nhận phổ cập kỹ năng số theo Quyết định số "
        "757/QĐ-BKHCN."
    )
    if waiting := report.campaigns.unclosed:
        paper.fact(
            f"{number(len(waiting))} lớp đã qua nhưng chưa kết thúc trên trợ lý nên chưa tính"
        )


TRAINED = {
    "core": "Người nòng cốt đoàn thể đã tập huấn (theo danh sách)",
    "officials": "Cán bộ, công chức, viên chức đã học (theo danh sách)",
}


def _trained(found: Campaigns) -> Iterator[tuple[str, float | None, float | None]]:
    """People told apart by name, where the ward keeps such a list."""
    for name, said in TRAINED.items():
        counted = found.counts[name]
        if counted.so_far.value is not None:
            yield said, counted.now.value, counted.so_far.value


CAMPAIGNS = (
    Column("Đợt ra quân", 57, "l"),
    Column("Số buổi", 16),
    Column("Số lớp", 16),
    Column("Lượt người", 19),
    Column("Người tham gia", 19),
    Column("Ngày công", 19),
    Column("Giờ công", 19),
)


def _campaigns(paper: Paper, report: Report) -> None:
    found = report.campaigns
    known = {name: number(counted.now.value) for name, counted in found.counts.items()}
    paper.item("4. Chiến dịch tình nguyện")
    paper.write(
        f"Ngày công của Đoàn Thanh niên: {known['youth_days']}; ngày công của mọi lực lượng: "
        f"{known['days']} (một người tham gia một ngày tính một ngày công)."
    )
    if found.counts["hours"].now.value is not None:
        paper.write(
            f"Giờ công theo điểm danh ở ca trực: Đoàn Thanh niên {known['youth_hours']} giờ; mọi lực lượng "
            f"{known['hours']} giờ."
        )
    if found.counts["drives"].so_far.value is not None:
        so_far = number(found.counts["drives"].so_far.value)
        paper.write(
            f"Đợt kỹ năng số cho người dân bắt đầu trong kỳ: {known['drives']}; lũy kế năm: {so_far}."
        )
    if found.lines:
        paper.table("Kết quả theo đợt ra quân", CAMPAIGNS, map(_campaign, found.lines))
    else:
        paper.write(f"Đợt ra quân: {DASH if report.silent else 'không có đợt nào được ghi sổ'}.")


def _campaign(found: CampaignLine) -> Row:
    when = f" ({days(*found.days)})" if found.days else ""
    when += ", đã hủy" if found.cancelled else ""
    one = found.logged
    logged = (one.sessions, one.classes, one.people) if one else (None, None, None)
    counts = (*logged, found.members, found.member_days, found.hours)
    return Row((f"{found.name}{when}", *map(number, counts)))
