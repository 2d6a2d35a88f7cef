"""The whole bot on one screen: every command, and the permission it needs (choices: handlers/choices.py)."""

from collections.abc import Mapping
from dataclasses import dataclass

from content.i18n import N_
from handlers import (
    bases,
    broadcasts,
    campaign_reports,
    campaigns,
    classes,
    closing,
    confirming,
    feedback,
    forms,
    gaps,
    hours_work,
    inbox,
    indicators,
    joining,
    lesson_steps,
    lessons,
    menu,
    mine,
    mydata,
    news,
    office,
    people,
    person,
    reminders,
    request_work,
    requests,
    sessions,
    settings,
    shifts,
    staff_reminders,
    stopping,
    team,
    values,
    volunteers,
    ward_lines,
)
from handlers.turn import Handler, Reply, Turn


@dataclass(frozen=True)
class Command:
    """`/name`, or any of its words typed alone; `help` is shown in the list of commands."""

    answer: Handler
    help: str
    words: tuple[str, ...] = ()
    action: str = ""
    """The permission it needs (handlers/rights.py); the list shows it only to those who have it."""
    before: tuple[str, ...] = ()
    """Words that may stand before a period or an indicator's code: "báo cáo tháng 11"."""


async def back(turn: Turn) -> Reply:
    """One question back in a form, one step back in a guide or a lesson."""
    return await (forms.back if "form" in turn.talk.state else lesson_steps.back)(turn)


COMMANDS: Mapping[str, Command] = {
    "start": Command(
        menu.start,
        N_("Start from the beginning"),
        ("bắt đầu", "xin chào", "chào", "chào bạn", "hello", "hi", "alo", "a lô"),
    ),
    "menu": Command(menu.menu, N_("The main choices"), ("thực đơn", "danh mục", "menu chính")),
    "help": Command(
        menu.help, N_("What this assistant does"), ("trợ giúp", "giúp", "giúp tôi", "hướng dẫn")
    ),
    "person": Command(
        person.card,
        N_("Talk to a person"),
        ("gặp người", "gặp cán bộ", "gặp nhân viên", "gọi người", "liên hệ", "cho tôi gặp người"),
    ),
    "back": Command(
        back,
        N_("One step back"),
        ("quay lại", "lùi lại", "trở lại", "lùi", "bước trước", "lùi một bước"),
    ),
    "next": Command(
        lesson_steps.forward,
        N_("The next step"),
        (
            "tiếp tục",
            "tiếp",
            "tiếp theo",
            "bước tiếp",
            "bước tiếp theo",
            "bước sau",
            "bước kế tiếp",
            "sang bước sau",
            "làm xong rồi",
            "xong rồi",
            "xong",
            "ok",
            "oke",
            "được rồi",
            "rồi",
            "vâng",
            "dạ",
        ),
    ),
    "again": Command(lesson_steps.again, N_("Say it again"), ("nhắc lại", "đọc lại", "nói lại")),
    "stop": Command(
        stopping.stop,
        N_("Stop what we are doing, or what comes by itself"),
        ("dừng", "dừng lại", "thôi", "hủy", "thoát", "kết thúc", *stopping.SAID),
    ),
    "learn": Command(
        lessons.learn, N_("Short lessons on the days you choose"), ("học", "bài học", "lớp học")
    ),
    "news": Command(
        news.news, N_("The ward's news, here"), ("nhận tin", "tin phường", "tin của phường")
    ),
    "reminders": Command(
        reminders.listed,
        N_("Reminders, to see and cancel"),
        ("nhắc việc", "lịch nhắc", "lịch nhắc của tôi", "my reminders"),
    ),
    "ward": Command(
        settings.ward,
        N_("Choose your ward and area"),
        ("chọn phường", "đổi phường", "phường của tôi"),
    ),
    "language": Command(
        settings.language,
        N_("Tiếng Việt / English"),
        ("ngôn ngữ", "đổi ngôn ngữ", "tiếng anh", "tiếng việt", "english"),
    ),
    "mydata": Command(
        mydata.view,
        N_("What is kept about you, and deleting it"),
        ("dữ liệu của tôi", "xóa dữ liệu", "xóa dữ liệu của tôi", "my data"),
    ),
    "feedback": Command(
        feedback.begin,
        N_("Tell the ward about a difficulty or a scam"),
        ("góp ý", "phản ánh", "kiến nghị"),
    ),
    "campaigns": Command(
        campaigns.listed,
        N_("The ward’s campaigns"),
        campaigns.SAID,
    ),
    "request": Command(
        requests.ask,
        N_("Ask for a person to help you"),
        ("nhờ giúp", "nhờ người giúp", "cần người giúp", "xin giúp đỡ"),
    ),
    "confirm": Command(
        confirming.command, N_("Confirm the help you got"), ("xác nhận", "xác nhận giúp đỡ")
    ),
    "join": Command(joining.join, N_("Use the code of an invitation"), ("mã mời", "tham gia")),
    "link": Command(
        joining.link, N_("Use this assistant on another app too"), ("liên kết", "nối tài khoản")
    ),
    "volunteer": Command(
        volunteers.volunteer,
        N_("Help as a volunteer"),
        ("tình nguyện", "đăng ký tình nguyện", "làm tình nguyện", "tình nguyện viên"),
    ),
    "shifts": Command(
        shifts.mine,
        N_("My shifts"),
        shifts.SAID,
        "shifts",
    ),
    "hours": Command(
        hours_work.own,
        N_("My hours in campaigns"),
        ("giờ công", "giờ của tôi", "giờ công của tôi", "giờ tình nguyện"),
        "shifts",
    ),
    "log": Command(
        sessions.log, N_("Log help I gave"), ("ghi sổ", "ghi buổi hỗ trợ", "nhật ký"), "log"
    ),
    "logging": Command(
        staff_reminders.logging, N_("A weekly reminder to log"), ("nhắc ghi sổ",), "log"
    ),
    "mine": Command(
        mine.mine,
        N_("What I logged, to see and change"),
        ("sổ của tôi", "tôi đã giúp", "tháng này tôi đã giúp", "của tôi"),
        "log",
    ),
    "today": Command(
        campaign_reports.today,
        N_("A campaign today: shifts, who is there, targets"),
        ("hôm nay", "ca hôm nay"),
        "campaigns",
    ),
    "classes": Command(
        classes.listed,
        N_("Classes: open one, close it"),
        ("lớp", "các lớp", "lớp của tôi", "mở lớp", "mở lớp mới", "mở lớp học", "tạo lớp"),
        "classes",
    ),
    "requests": Command(
        request_work.listed, N_("Help requests"), ("yêu cầu", "yêu cầu giúp đỡ"), "requests"
    ),
    "team": Command(
        team.team,
        N_("The numbers of the team"),
        ("tổ của tôi", "số liệu tổ"),
        "team",
        ("số liệu tổ",),
    ),
    "office": Command(
        office.office, N_("What officers do"), ("cán bộ", "việc của cán bộ"), "figures"
    ),
    "report": Command(
        office.report, N_("The report of a period"), ("báo cáo",), "figures", ("báo cáo", "report")
    ),
    "figures": Command(
        indicators.figures, N_("Indicators"), ("chỉ tiêu",), "figures", ("chỉ tiêu", "mở chỉ tiêu")
    ),
    "value": Command(values.begin, N_("Enter an official value"), ("nhập số liệu",), "values"),
    "base": Command(bases.begin, N_("Enter a base figure"), ("nhập mẫu số",), "values"),
    "close": Command(
        closing.begin, N_("Close a period"), ("chốt kỳ", "chốt số liệu"), "close", ("chốt",)
    ),
    "periods": Command(closing.listed, N_("Closed periods"), ("kỳ đã chốt", "mở lại kỳ"), "close"),
    "deadlines": Command(office.deadlines, N_("When reports are due"), ("hạn báo cáo",), "figures"),
    "broadcast": Command(
        broadcasts.begin,
        N_("Send a message to many"),
        ("gửi tin", "soạn tin", "tin đã gửi"),
        "broadcast",
    ),
    "wardlines": Command(ward_lines.lines, N_("The ward’s lines"), ward_lines.SAID, "lines"),
    "gaps": Command(gaps.gaps, N_("Questions without an answer"), gaps.SAID, "answers"),
    "inbox": Command(
        inbox.inbox, N_("What residents told the ward"), ("hộp thư", "góp ý của dân"), "feedback"
    ),
    "invite": Command(
        people.invite, N_("Invite somebody to a role"), ("mời", "mời người"), "people"
    ),
    "leave": Command(people.leave, N_("End somebody’s role"), ("cho thôi",), "people"),
    "import": Command(
        people.lists, N_("Import areas, teams, members, values"), ("nhập danh sách",), "people"
    ),
}
