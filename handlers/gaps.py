"""Questions nobody answered: what the ward's people ask, in groups, and what becomes of each."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from content import gaps as grouping
from content.gaps import Asked
from content.i18n import N_
from handlers import menu, ward_cards_form
from handlers.choosing import distinct, numbered
from handlers.notices import Tr
from handlers.numbers import shown
from handlers.turn import Option, Reply, Turn
from store import gaps as store
from store import members, ward_cards
from store.gaps import DISMISSED, OPEN, GroupRow
from store.ward_cards import CardRow

SAID = ("câu chưa trả lời", "câu hỏi chưa trả lời", "câu chưa có trả lời")
LISTED = 10
"""Groups at a time."""
QUESTIONS = 12
"""Of a group, as they were asked."""
LABEL = 36
"""Characters of a question on a button."""
STATES = {
    store.OPEN: N_("nobody has answered it yet"),
    store.ASKED: N_("an answer waits for a second look"),
    store.ANSWERED: N_("answered"),
    store.DISMISSED: N_("put aside: not for us"),
}


async def gaps(turn: Turn) -> Reply:
    """`/gaps`; chosen: one of ACTS with the number of a group."""
    what, _, rest = turn.argument.partition(":")
    if what not in ACTS:
        return await listed(turn)
    number = numbered(rest)
    group = await store.group(turn.db, number) if number is not None else None
    if group is None or group.ward_id != turn.talk.ward_id:
        return await menu.lapsed(turn)
    return await ACTS[what](turn, group)


async def regroup(db: AsyncSession, ward_id: str) -> None:
    """Put what was asked since into groups, which keep their identity."""
    fresh = await store.ungrouped(db, ward_id)
    if not fresh:
        return
    ids = {text: number for number, text, _ in fresh}
    known = await store.first_texts(db, ward_id)
    found = grouping.grouped([Asked(text, times) for _, text, times in fresh], known)
    joined = {group.text: [ids[text] for text in group.texts] for group in found}
    await store.keep(db, ward_id, joined)


async def listed(turn: Turn) -> Reply:
    """What is asked most, of which nobody has done anything about; and answers that wait."""
    ward_id = turn.talk.ward_id or ""
    await regroup(turn.db, ward_id)
    there = await store.unanswered(turn.db, ward_id, LISTED)
    waiting = await ward_cards.with_state(turn.db, ward_id, ward_cards.ASKED, LISTED)
    said = overview(turn.tr, there)
    look = [Option(_waits(turn, one), f"wardcards:show:{one.id}") for one in waiting]
    options = (
        *said.options,
        *look,
        turn.option("The ward’s answers", "wardcards"),
        turn.option("Main menu", "menu"),
    )
    return replace(said, options=distinct(options))


def overview(tr: Tr, groups: list[GroupRow]) -> Reply:
    """The list, as it also comes by itself."""
    if not groups:
        return Reply(tr("No question waits for an answer."))
    lines = [tr("{n} × asked: {text}", n=shown(one.times), text=one.text) for one in groups]
    head = tr("Questions without an answer, most asked first:")
    options = [
        Option(f"{shown(one.times)} × {_short(one.text)}", f"gaps:open:{one.id}") for one in groups
    ]
    return Reply("\n".join([head, *(f"• {line}" for line in lines)]), tuple(options))


async def opened(turn: Turn, group: GroupRow) -> Reply:
    """One group: its questions as they were asked, and what may be done."""
    asked = await store.texts(turn.db, group.id, QUESTIONS)
    head = turn.tr("Asked {n} times from {first} to {last}:", n=shown(group.times),
                   first=_day(group.since), last=_day(group.last))  # fmt: skip
    lines = [f"• {shown(one.times)} × {one.text}" for one in asked]
    state = turn.tr("State: {state}", state=turn.tr(STATES[group.state]))
    return Reply("\n".join([head, *lines, "", state]), (*await _ways(turn, group), *_last(turn)))


async def _ways(turn: Turn, group: GroupRow) -> list[Option]:
    """What may be done with it as it stands."""
    if group.state == OPEN:
        return [
            turn.option("Answer", f"gaps:answer:{group.id}"),
            turn.option("Not for us", f"gaps:drop:{group.id}"),
        ]
    if group.state == DISMISSED:
        return [turn.option("Take it up again", f"gaps:again:{group.id}")]
    cards = await ward_cards.of_group(turn.db, group.id, 1)
    return [turn.option("The answer", f"wardcards:show:{one.id}") for one in cards]


async def answer(turn: Turn, group: GroupRow) -> Reply:
    """Write an answer, unless somebody else did."""
    if group.state != OPEN:
        return await opened(turn, group)
    return await ward_cards_form.begin(turn, group)


async def drop(turn: Turn, group: GroupRow) -> Reply:
    """Not for this ward: it does not come back, but it may be taken up again."""
    return await _moved(turn, group, "questions put aside", (OPEN,), DISMISSED)


async def again(turn: Turn, group: GroupRow) -> Reply:
    return await _moved(turn, group, "questions taken up again", (DISMISSED,), OPEN)


async def _moved(
    turn: Turn, group: GroupRow, action: str, before: tuple[str, ...], to: str
) -> Reply:
    """How it stands now; written down when this turn changed it."""
    if await store.move(turn.db, group.id, before, to):
        await members.note(turn.db, group.ward_id, turn.talk.member_id, action, group.id, turn.now)
    return await opened(turn, await store.group(turn.db, group.id) or group)


def _last(turn: Turn) -> tuple[Option, ...]:
    return (
        turn.option("Questions without an answer", "gaps"),
        turn.option("Main menu", "menu"),
    )


def _waits(turn: Turn, one: CardRow) -> str:
    return turn.tr("Waits for a second look: {text}", text=_short(one.questions[0]))


def _short(text: str) -> str:
    return text if len(text) <= LABEL else f"{text[:LABEL].rstrip()}…"


def _day(day: date) -> str:
    return day.strftime("%d/%m/%Y")


ACTS: dict[str, Callable[[Turn, GroupRow], Awaitable[Reply]]] = {
    "open": opened,
    "answer": answer,
    "drop": drop,
    "again": again,
}
