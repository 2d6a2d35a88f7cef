"""Where a message goes: code → command → choice → open step → log sentence → search."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from content.fold import words
from content.period import NoPeriod, spoken
from handlers import (
    ask,
    campaigns,
    check_ins,
    class_attending,
    class_check,
    class_times,
    classes,
    codes,
    confirming,
    figures,
    forms,
    groups,
    joining,
    menu,
    open_question,
    payload,
    reminders,
    sessions,
    shifts,
    small_talk,
    unsupported,
)
from handlers.choices import CHOICES, Choice
from handlers.commands import COMMANDS
from handlers.turn import Handler, Reply, Turn

STEPS: Mapping[str, Handler] = {
    "form": forms.typed,
}

SPOKEN_IN_FORMS = frozenset({"next", "today"})
"""Commands whose words ("vâng", "xong", "hôm nay") answer a form's question while one is open."""

OFFER_LASTS = timedelta(hours=24)
"""How long options may be answered by number, and an open form by text, after they were shown."""

CLOCKS_DIFFER = timedelta(seconds=20)
"""A platform's clock and ours; less than the 30 s after which Zalo delivers again."""

_WORDS = {
    words(word): name for name, command in COMMANDS.items() for word in (name, *command.words)
}


_SPELT = frozenset(word for name, command in COMMANDS.items() for word in (name, *command.words))
"""With their accents: "Dũng" and "Huy" are names, "dừng" and "hủy" are not."""


async def answer(turn: Turn) -> Reply | None:
    """The reply to anything at all; None where it was said already and nothing can be added."""
    if not _fresh(turn):
        _leave(turn)
    if _late(turn) and ("form" in turn.talk.state or resolve(turn) is not turn):
        return await menu.came_late(turn)
    said = codes.typed(turn.incoming.text)
    if said and turn.can.group:
        return await groups.privately(turn)
    if reply := await class_attending.heard(turn) or await check_ins.bare(turn):
        return reply
    if said and (said.named or "form" not in turn.talk.state):
        return await (confirming.begin if said.kind == codes.CONFIRM else joining.take)(
            turn, said.code
        )
    turn = resolve(turn)
    if _out_of_range(turn):
        return await menu.which(turn)
    alarming = open_question.alarms(turn)
    reply = await _route(turn)
    return warned(turn, reply) if reply and alarming else reply


def _out_of_range(turn: Turn) -> bool:
    """A number alone that is none of those offered, where numbers choose."""
    typed = words(turn.text)
    number = typed.isdecimal() and len(typed) < 3 and not turn.incoming.chosen
    return bool(number and turn.talk.offer and _fresh(turn) and open_question.takes_numbers(turn))


async def _route(turn: Turn) -> Reply | None:
    """Somebody being robbed goes first, then: command → choice → open form → search."""
    chosen, name, argument = turn.incoming.chosen, *_command(turn)
    if turn.can.group and not groups.fits(turn, name):
        return await groups.privately(turn)
    if not chosen and not name and not open_question.listens(turn) and ask.urgent(turn):
        _leave(turn)
        return await ask.search(turn)
    if name and not chosen and not ("form" in turn.talk.state and name in SPOKEN_IN_FORMS):
        return await _command_reply(turn, name, argument)
    if chosen:
        return await _choice_reply(turn, chosen)
    if turn.incoming.kind != "text":
        return await (menu.too_long if turn.incoming.kind == "long" else unsupported.answer)(turn)
    if reply := (
        await check_ins.heard(turn) or await shifts.heard(turn) or await sessions.led(turn)
    ):
        return reply
    for state, step in STEPS.items():
        if state in turn.talk.state:
            return await step(turn)
    if reply := await small_talk.heard(turn):
        return reply
    wish = await (_privately if turn.can.group else _opens)(turn)
    return wish or await sessions.heard(turn) or await ask.search(turn)


async def _opens(turn: Turn) -> Reply | None:
    """What opens something by its own word: a code, a campaign, a wish to be reminded."""
    opened = await payload.heard(turn) or await campaigns.heard(turn)
    opened = opened or await classes.told(turn)
    return opened or await reminders.heard(turn)


async def _privately(turn: Turn) -> Reply | None:
    """A class to come is opened where others do not read along; it is no log there either."""
    opens = turn.may("classes") and class_times.told(turn.text, turn.today)
    return await groups.privately(turn) if opens else None


async def _command_reply(turn: Turn, name: str, argument: str) -> Reply:
    if name != "back":
        _leave(turn)
    # "/hoc" is what a QR code on a wall says
    command = COMMANDS.get(name) or COMMANDS.get(_WORDS.get(words(name), ""))
    if command is None:
        return await menu.unknown_command(turn)
    if not turn.may(command.action):
        return await menu.not_allowed(turn)
    return await command.answer(replace(turn, argument=argument))


async def _choice_reply(turn: Turn, chosen: str) -> Reply:
    name, _, argument = chosen.partition(":")
    if name != "form":
        turn.talk.state.pop("form", None)
    if name not in class_check.OWN:
        turn.talk.state.pop("check", None)
    choice = CHOICES.get(name, Choice(menu.lapsed))
    if not turn.may(choice.action):
        return await menu.not_allowed(turn)
    return await choice.answer(replace(turn, argument=argument))


def _leave(turn: Turn) -> None:
    """What was begun and not finished is not kept beside the person."""
    for unfinished in ("form", "check"):
        turn.talk.state.pop(unfinished, None)


def resolve(turn: Turn) -> Turn:
    """Turn a typed number or label of the last offer into the choice it stands for."""
    typed = words(turn.text)
    if turn.incoming.chosen or turn.text.startswith("/") or not _fresh(turn):
        return turn
    if typed.isdecimal() and not open_question.takes_numbers(turn):
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


def _late(turn: Turn) -> bool:
    """Whether this was written before what stands there now was offered: a number would mean another."""
    sent, offered = turn.incoming.sent_at, turn.talk.offered_at
    return sent is not None and offered is not None and sent + CLOCKS_DIFFER < offered


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
    spoken_name = _WORDS.get(words(text), "")
    if spoken_name and turn.may(COMMANDS[spoken_name].action):
        named = open_question.takes_names(turn) and text.casefold() not in _SPELT
        return ("", "") if named else (spoken_name, "")
    return _with_period(turn, text)


def _with_period(turn: Turn, text: str) -> tuple[str, str]:
    """A command in words with a period or an indicator's code behind it: "báo cáo tháng 11"."""
    said = text.split()
    for name, command in COMMANDS.items():
        for opening in command.before:
            length = len(opening.split())
            rest = " ".join(said[length:])
            begun = words(" ".join(said[:length])) == words(opening)
            if begun and turn.may(command.action) and _names(turn, rest):
                return name, rest
    return "", ""


def _names(turn: Turn, text: str) -> bool:
    """Whether this is a period, or an indicator of the ward's plans."""
    if turn.ward and figures.find(turn.library, turn.ward, text):
        return True
    try:
        spoken(text, turn.today)
    except NoPeriod:
        return False
    return True
