"""The whole bot on one screen: every command and every choice, and the permission each needs."""

from collections.abc import Mapping
from dataclasses import dataclass

from content.i18n import N_
from handlers import (
    ask,
    bases,
    closing,
    confirming,
    feedback,
    forms,
    guides,
    inbox,
    indicators,
    joining,
    menu,
    mine,
    mydata,
    office,
    outcomes,
    people,
    person,
    request_work,
    requests,
    sessions,
    settings,
    team,
    values,
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


@dataclass(frozen=True)
class Choice:
    """What a pressed option does; `action` is the permission it needs."""

    answer: Handler
    action: str = ""


async def back(turn: Turn) -> Reply:
    """One question back in a form, one step back in a guide."""
    return await (forms.back if "form" in turn.talk.state else guides.back)(turn)


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
    "back": Command(back, N_("One step back"), ("quay lại", "lùi lại", "trở lại", "lùi")),
    "next": Command(
        guides.forward,
        N_("The next step"),
        (
            "tiếp tục",
            "tiếp",
            "tiếp theo",
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
    "again": Command(guides.again, N_("Say it again"), ("nhắc lại", "đọc lại", "nói lại")),
    "stop": Command(
        menu.stop,
        N_("Stop what we are doing"),
        ("dừng", "dừng lại", "thôi", "hủy", "thoát", "kết thúc"),
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
    "log": Command(
        sessions.log, N_("Log help I gave"), ("ghi sổ", "ghi buổi hỗ trợ", "nhật ký"), "log"
    ),
    "mine": Command(
        mine.mine,
        N_("What I logged, to see and change"),
        ("sổ của tôi", "tôi đã giúp", "tháng này tôi đã giúp", "của tôi"),
        "log",
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

CHOICES: Mapping[str, Choice] = {
    "menu": Choice(menu.menu),
    "help": Choice(menu.help),
    "stop": Choice(menu.stop),
    "category": Choice(menu.category),
    "guide": Choice(guides.chosen),
    "problems": Choice(guides.problems),
    "problem": Choice(guides.problem),
    "sources": Choice(guides.sources),
    "done": Choice(outcomes.done),
    "stuck": Choice(outcomes.stuck),
    "rate": Choice(outcomes.rate),
    "other": Choice(ask.other),
    "person": Choice(person.card),
    "ward": Choice(settings.ward),
    "lang": Choice(settings.set_language),
    "feedback": Choice(feedback.begin),
    "form": Choice(forms.chosen),
    "forget": Choice(mydata.forget),
    "confirm": Choice(confirming.command),
    "stars": Choice(confirming.stars),
    "request": Choice(requests.ask),
    "unask": Choice(requests.unask),
    "log": Choice(sessions.log, "log"),
    "askme": Choice(sessions.ask_me, "log"),
    "mine": Choice(mine.mine, "log"),
    "session": Choice(mine.session, "log"),
    "change": Choice(mine.change, "log"),
    "void": Choice(mine.void, "log"),
    "requests": Choice(request_work.listed, "requests"),
    "take": Choice(request_work.take, "requests"),
    "giveback": Choice(request_work.give_back, "requests"),
    "finish": Choice(request_work.close, "requests"),
    "helped": Choice(request_work.helped, "requests"),
    "dropped": Choice(request_work.dropped, "requests"),
    "team": Choice(team.team, "team"),
    "office": Choice(office.office, "figures"),
    "report": Choice(office.report, "figures"),
    "file": Choice(office.file, "figures"),
    "figures": Choice(indicators.figures, "figures"),
    "ind": Choice(indicators.indicator, "figures"),
    "behind": Choice(indicators.behind, "figures"),
    "deadlines": Choice(office.deadlines, "figures"),
    "value": Choice(values.begin, "values"),
    "base": Choice(bases.begin, "values"),
    "close": Choice(closing.begin, "close"),
    "reopen": Choice(closing.reopen, "close"),
    "periods": Choice(closing.listed, "close"),
    "frozen": Choice(closing.frozen, "close"),
    "inbox": Choice(inbox.inbox, "feedback"),
    "inboxed": Choice(inbox.set_state, "feedback"),
    "told": Choice(inbox.as_file, "feedback"),
    "invite": Choice(people.invite, "people"),
    "leave": Choice(people.leave, "people"),
    "import": Choice(people.lists, "people"),
}
