"""Free text: find what somebody means, and answer it."""

import re
from dataclasses import replace
from datetime import timedelta

from content import gaps
from content.answer import Answer
from content.fold import words
from content.mask import MARK
from handlers import guides, menu, person, quick, ward_cards
from handlers.turn import Option, Reply, Turn
from store import counts

MAX_GAP = 200
EMERGENCY = frozenset({"113", "114", "115"})
TALKED_OF = timedelta(hours=1)
"""How long a guide stays what "thế mất bao nhiêu tiền?" is about."""
_OF_THE_WARD = re.compile(
    r"^(?:(?:cho hoi|xin|hoi) )?(?:"
    r"(?:dia chi|so dien thoai|sdt|gio lam viec|lich lam viec)(?: cua| cho)?"
    r" (?:phuong|cong an phuong|uy ban|trung tam)"
    r"|(?:phuong|cong an phuong|uy ban|uy ban phuong|mot cua)(?: minh)?"
    r" (?:o dau|lam viec (?:may gio|gio nao|luc nao|den may gio)))\b"
)
"""Where the ward's offices are and when they are open: its contact card knows."""
_LONG_NUMBER = re.compile(r"\d{4,}")


def urgent(turn: Turn) -> bool:
    """Whether somebody says that they are being robbed."""
    return turn.library.finder.urgent(turn.text)


async def search(turn: Turn) -> Reply:
    """The guide, one fact of it, a question back, or at most three to choose from; never a guess.

    Where nothing is found it says so, and counts the gap.
    """
    typed = words(turn.text)
    if not typed:
        return await menu.no_words(turn)
    if typed in EMERGENCY:
        return Reply(
            turn.tr("In an emergency call at once: 113 police, 114 fire, 115 ambulance."),
            menu.choices(turn),
        )
    if typed.isdecimal():
        return await menu.lapsed(turn)
    if _OF_THE_WARD.search(typed):
        return await person.card(replace(turn, argument=""))
    found = turn.library.answers.answer(turn.text, _in_hand(turn))
    if found.kind == "opens":
        return await guides.found(turn, found.guides[0], list(found.guides[1:]))
    if found.kind == "tells":
        return await quick.tell(turn, found)
    return await ward_cards.local_answer(turn, turn.text) or await _unsure(turn, found)


async def _unsure(turn: Turn, found: Answer) -> Reply:
    if found.back:
        return _choose(turn, found.back.ask[turn.talk.lang], found.guides)
    if found.kind == "wishes":
        return _two(turn, found.guides)
    if found.kind == "offers":
        return _choose(
            turn, turn.tr("I am not sure which one you mean. Is it one of these?"), found.guides
        )
    unnamed = gaps.without_people(" ".join(turn.text.split()))
    asked = _LONG_NUMBER.sub(MARK, unnamed).lower()
    await counts.count_gap(turn.db, turn.talk.ward_id, asked[:MAX_GAP], turn.today)
    return Reply(
        turn.tr(
            "I have no guide for that, and I do not want to guess. Please say it in other words, "
            "choose below, or ask a person."
        ),
        menu.choices(turn),
    )


async def other(turn: Turn) -> Reply:
    """The guide that was opened is not what the person meant: the runners-up, named in the value."""
    meant = [guide for guide in turn.argument.split(":") if guide in turn.library.guides]
    if meant:
        return _choose(
            turn, turn.tr("I am not sure which one you mean. Is it one of these?"), tuple(meant)
        )
    return Reply(
        turn.tr("Sorry. Please say it in other words, choose below, or ask a person."),
        menu.choices(turn),
    )


async def wish(turn: Turn) -> Reply:
    """`<first>:<second>`: one of two wishes is chosen, the other is kept for afterwards."""
    first, _, second = turn.argument.partition(":")
    turn.talk.state["later"] = second
    return await guides.chosen(replace(turn, argument=first))


def _in_hand(turn: Turn) -> str:
    """The guide a follow-up would be about."""
    known, offered = turn.talk.state.get("guide"), turn.talk.offered_at
    fresh = offered is not None and turn.now - offered < TALKED_OF
    return str(known["id"]) if known and fresh else ""


def _two(turn: Turn, ids: tuple[str, ...]) -> Reply:
    """Both wishes, to be taken one after the other."""
    options = [
        Option(turn.titles[one], f"wish:{one}:{next(other for other in ids if other != one)}")
        for one in ids
    ]
    options.append(turn.option("None of these, talk to a person", "person"))
    text = turn.tr(
        "You ask about more than one thing. Which one first? I keep the other for later."
    )
    return Reply(text, tuple(options))


def _choose(turn: Turn, text: str, ids: tuple[str, ...]) -> Reply:
    options = [Option(turn.titles[guide], f"guide:{guide}") for guide in ids]
    options.append(turn.option("None of these, talk to a person", "person"))
    return Reply(text, tuple(options))
