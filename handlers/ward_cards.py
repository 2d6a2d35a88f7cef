"""Answers of the ward: in use, waiting, withdrawn; and answering residents with them."""

from collections.abc import Awaitable, Callable

from content import gaps
from content.i18n import N_
from handlers import menu, ward_cards_approval, ward_cards_form
from handlers.choosing import distinct, numbered
from handlers.turn import Option, Reply, Turn
from handlers.ward_cards_approval import is_mine, not_yet
from handlers.ward_cards_words import STATES, account, guide_line, shown_of
from store import ward_cards
from store.ward_cards import APPROVED, ASKED, CardRow

LISTED = 20
LABEL = 40
EARLIER = 5


async def local_answer(turn: Turn, text: str) -> Reply | None:
    """What the ward itself answers to a question; None: nobody approved an answer to anything like it."""
    if turn.ward is None:
        return None
    cards = await ward_cards.with_state(turn.db, turn.ward.id, APPROVED)
    place = gaps.nearest(text, [card.questions for card in cards])
    if place is None:
        return None
    one = cards[place]
    return Reply(shown_of(turn, one), (*_opens(turn, one), *menu.choices(turn)))


def _opens(turn: Turn, one: CardRow) -> list[Option]:
    """The way to its guide, which may be gone."""
    guide = turn.guide(one.guide or "")
    if guide is None:
        return []
    return [Option(turn.tr("Open the guide: {title}", title=guide.title), f"guide:{guide.id}")]


async def chosen(turn: Turn) -> Reply:
    """`wardcards`, or one of ACTS with the number of an answer."""
    what, _, rest = turn.argument.partition(":")
    if what not in ACTS:
        return await listed(turn)
    number = numbered(rest)
    one = await ward_cards.get(turn.db, number) if number is not None else None
    if one is None or one.ward_id != turn.talk.ward_id:
        return await menu.lapsed(turn)
    return await ACTS[what](turn, one)


async def listed(turn: Turn) -> Reply:
    """Those in use, the newest first."""
    there = await ward_cards.with_state(turn.db, turn.talk.ward_id or "", APPROVED, LISTED)
    options = [Option(_short(one.questions[0]), f"wardcards:show:{one.id}") for one in there]
    text = (
        turn.tr("The ward’s answers, the newest first:")
        if there
        else turn.tr("The ward has no answers yet.")
    )
    back = turn.option("Questions without an answer", "gaps")
    return Reply(text, distinct((*options, back, turn.option("Main menu", "menu"))))


async def show(turn: Turn, one: CardRow) -> Reply:
    """One of them: what is asked, what residents read, who did what, and earlier ones."""
    parts = [
        "\n• ".join([turn.tr("Residents asked:"), *one.questions]),
        shown_of(turn, one),
        *guide_line(turn, one.guide),
        "\n".join([await _state(turn, one), *await account(turn, one)]),
        *await _earlier(turn, one),
    ]
    options = (
        *await _ways(turn, one),
        turn.option("Questions without an answer", "gaps"),
        turn.option("Main menu", "menu"),
    )
    return Reply("\n\n".join(parts), options)


async def _state(turn: Turn, one: CardRow) -> str:
    """How it stands, and why this person cannot approve it."""
    state = turn.tr("State: {state}", state=turn.tr(STATES[one.state]))
    reason = await not_yet(turn, one) if one.state == ASKED else ""
    return f"{state}\n{reason}".strip()


async def _earlier(turn: Turn, one: CardRow) -> list[str]:
    """What else was ever written to these questions."""
    others = [
        other
        for other in await ward_cards.of_group(turn.db, one.group_id, EARLIER + 1)
        if other.id != one.id
    ]
    lines = [f"• {turn.tr(STATES[other.state])}: {other.answer}" for other in others]
    return ["\n".join([turn.tr("Other answers to these questions:"), *lines])] if lines else []


async def _ways(turn: Turn, one: CardRow) -> list[Option]:
    """What this person may do with it as it stands."""
    ways = []
    if one.state == ASKED:
        mine = await is_mine(turn, one)
        ways += [] if await not_yet(turn, one) else [(N_("Approve"), "approve")]
        ways += [(N_("Change"), "change")]
        ways += [(N_("Withdraw"), "withdraw") if mine else (N_("Refuse"), "refuse")]
    if one.state == APPROVED:
        ways.append((N_("Withdraw"), "withdraw"))
    return [turn.option(label, f"wardcards:{what}:{one.id}") for label, what in ways]


async def change(turn: Turn, one: CardRow) -> Reply:
    """Another wording, which then waits for somebody else again."""
    if one.state != ASKED:
        return await ward_cards_approval.decided(turn, one)
    return await ward_cards_form.change(turn, one)


def _short(text: str) -> str:
    return text if len(text) <= LABEL else f"{text[:LABEL].rstrip()}…"


ACTS: dict[str, Callable[[Turn, CardRow], Awaitable[Reply]]] = {
    "show": show,
    "approve": ward_cards_approval.approve,
    "change": change,
    "refuse": ward_cards_approval.refuse,
    "withdraw": ward_cards_approval.withdraw,
}
