"""The whole bot on one screen: command → choice → open step → search."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from content.fold import words
from content.i18n import N_
from handlers import ask, feedback, forms, guides, menu, mydata, outcomes, person, settings
from handlers.turn import Handler, Reply, Turn


@dataclass(frozen=True)
class Command:
    """`/name`, or any of its words typed alone; `help` is shown in the list of commands."""

    answer: Handler
    help: str
    words: tuple[str, ...] = ()


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
}

CHOICES: Mapping[str, Handler] = {
    "menu": menu.menu,
    "help": menu.help,
    "stop": menu.stop,
    "category": menu.category,
    "guide": guides.chosen,
    "problems": guides.problems,
    "problem": guides.problem,
    "sources": guides.sources,
    "done": outcomes.done,
    "stuck": outcomes.stuck,
    "rate": outcomes.rate,
    "other": ask.other,
    "person": person.card,
    "ward": settings.ward,
    "lang": settings.set_language,
    "feedback": feedback.begin,
    "form": forms.chosen,
    "forget": mydata.forget,
}

STEPS: Mapping[str, Handler] = {
    "form": forms.typed,
}

SPOKEN_IN_FORMS = frozenset({"next"})
"""Commands whose words ("vâng", "ok", "xong") answer a form's question while one is open."""

OFFER_LASTS = timedelta(hours=24)
"""How long options may be answered by number, and an open form by text, after they were shown."""

_WORDS = {
    words(word): name for name, command in COMMANDS.items() for word in (name, *command.words)
}


async def answer(turn: Turn) -> Reply:
    """The reply to anything at all."""
    if not _fresh(turn):
        turn.talk.state.pop("form", None)
    turn = resolve(turn)
    reply = await _route(turn)
    return warned(turn, reply) if turn.masked.alarming else reply


async def _route(turn: Turn) -> Reply:
    """Somebody being robbed goes first, then: command → choice → open form → search."""
    chosen, name, argument = turn.incoming.chosen, *_command(turn)
    if not chosen and not name and not forms.listens(turn) and ask.urgent(turn):
        turn.talk.state.pop("form", None)
        return await ask.search(turn)
    if name and not chosen and not ("form" in turn.talk.state and name in SPOKEN_IN_FORMS):
        return await _command_reply(turn, name, argument)
    if chosen:
        return await _choice_reply(turn, chosen)
    if turn.incoming.kind != "text":
        return await (menu.too_long if turn.incoming.kind == "long" else menu.only_text)(turn)
    for state, step in STEPS.items():
        if state in turn.talk.state:
            return await step(turn)
    return await ask.search(turn)


async def _command_reply(turn: Turn, name: str, argument: str) -> Reply:
    if name != "back":
        turn.talk.state.pop("form", None)
    command = COMMANDS.get(name)
    answer = command.answer if command else menu.unknown_command
    return await answer(replace(turn, argument=argument))


async def _choice_reply(turn: Turn, chosen: str) -> Reply:
    name, _, argument = chosen.partition(":")
    if name != "form":
        turn.talk.state.pop("form", None)
    return await CHOICES.get(name, menu.lapsed)(replace(turn, argument=argument))


def resolve(turn: Turn) -> Turn:
    """Turn a typed number or label of the last offer into the choice it stands for."""
    typed = words(turn.text)
    if turn.incoming.chosen or turn.text.startswith("/") or not _fresh(turn):
        return turn
    if typed.isdecimal() and not forms.takes_numbers(turn):
        return turn
    value = _meant(typed, turn.talk.offer)
    return replace(turn, incoming=replace(turn.incoming, chosen=value)) if value else turn


def _meant(typed: str, offer: list[list[str]]) -> str | None:
    """By number, by the whole label, or by its first words when only one label begins with them."""
    labels = [(words(label), value) for label, value in offer]
    for number, (label, value) in enumerate(labels, start=1):
        if typed and typed in (str(number), label):
            return value
    begun = [value for label, value in labels if len(typed) > 2 and label.startswith(f"{typed} ")]
    return begun[0] if len(begun) == 1 else None


def remember(turn: Turn, reply: Reply) -> None:
    """Keep what was offered, so that a number or a label typed next is understood."""
    turn.talk.offer = [[option.label, option.value] for option in reply.options]
    turn.talk.offered_at = turn.now


def warned(turn: Turn, reply: Reply) -> Reply:
    """The reply with a warning before it: somebody typed what nobody should know."""
    warning = turn.tr(
        "Careful: your message held a personal number or a password. I did not keep it. "
        "Please delete that message, and never send an OTP, password, card or citizen number "
        "to anybody, not even to an official."
    )
    return replace(reply, text=f"{warning}\n\n{reply.text}")


def _fresh(turn: Turn) -> bool:
    """Whether the last offer may still be answered by number, and an open form by text."""
    offered = turn.talk.offered_at
    return offered is not None and turn.now - offered < OFFER_LASTS


def _command(turn: Turn) -> tuple[str, str]:
    """The command typed, by name or by one of its words, and what follows it. ("", "") for none."""
    text = turn.text.strip()
    if text.startswith("/"):
        name, _, argument = text[1:].partition(" ")
        return name.partition("@")[0].casefold() or "/", argument.strip()
    return _WORDS.get(words(text), ""), ""
