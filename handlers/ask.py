"""Free text: find the guide somebody means."""

import re

from content.fold import words
from content.mask import MARK
from handlers import guides, menu
from handlers.turn import Option, Reply, Turn
from store import counts

MAX_GAP = 200
EMERGENCY = frozenset({"113", "114", "115"})
_LONG_NUMBER = re.compile(r"\d{4,}")


def urgent(turn: Turn) -> bool:
    """Whether somebody says that they are being robbed."""
    return turn.library.finder.urgent(turn.text)


async def search(turn: Turn) -> Reply:
    """Sure: the guide. Unsure: at most three to choose from. Otherwise: says so, and counts the gap."""
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
    found = turn.library.finder.find(turn.text)
    if found.answer:
        others = [candidate.id for candidate in found.candidates[1:]]
        return await guides.found(turn, turn.library.guides[found.answer], others)
    if found.candidates:
        return _choose(turn, [candidate.id for candidate in found.candidates])
    asked = _LONG_NUMBER.sub(MARK, " ".join(turn.text.lower().split()))
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
        return _choose(turn, meant)
    return Reply(
        turn.tr("Sorry. Please say it in other words, choose below, or ask a person."),
        menu.choices(turn),
    )


def _choose(turn: Turn, ids: list[str]) -> Reply:
    options = [Option(turn.library.titles[guide], f"guide:{guide}") for guide in ids]
    options.append(turn.option("None of these, talk to a person", "person"))
    return Reply(turn.tr("I am not sure which one you mean. Is it one of these?"), tuple(options))
