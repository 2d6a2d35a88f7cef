"""The ward reads what residents told it, and says what became of it."""

from content.i18n import N_
from handlers import menu
from handlers.feedback import KINDS
from handlers.office import given
from handlers.turn import Option, Reply, Turn
from store import counts
from store.counts import Told

PAGE = 5
STATES = {
    "new": N_("new"),
    "forwarded": N_("passed on"),
    "answered": N_("answered"),
}


async def inbox(turn: Turn) -> Reply:
    """What is new, the oldest first."""
    waiting = await counts.feedback_with(turn.db, turn.talk.ward_id or "", "new", PAGE)
    if not waiting:
        text = turn.tr("Nothing new from residents.")
        return Reply(text, (turn.option("All as a file", "told"), turn.option("Main menu", "menu")))
    lines = [_line(turn, one) for one in waiting]
    options = [
        option
        for one in waiting
        for option in (
            Option(turn.tr("#{n}: answered", n=one.id), f"inboxed:{one.id}:answered"),
            Option(turn.tr("#{n}: passed on", n=one.id), f"inboxed:{one.id}:forwarded"),
        )
    ]
    options += [turn.option("All as a file", "told"), turn.option("Main menu", "menu")]
    return Reply("\n\n".join([turn.tr("New from residents:"), *lines]), tuple(options))


async def set_state(turn: Turn) -> Reply:
    """`<number>:<state>`: what became of one."""
    number, _, state = turn.argument.partition(":")
    known = number.isdecimal() and len(number) < 16 and state in STATES
    if not known or not await counts.set_feedback(
        turn.db, turn.talk.ward_id or "", int(number), state
    ):
        return await menu.lapsed(turn)
    return await inbox(turn)


async def as_file(turn: Turn) -> Reply:
    """Everything residents told, as a workbook."""
    name = f"feedback/{turn.talk.member_id}/{turn.talk.ward_id}/gop-y.xlsx"
    text = turn.tr("All feedback of the ward, without names.")
    return given(turn, text, name, (turn.option("Main menu", "menu"),))


def _line(turn: Turn, one: Told) -> str:
    day = one.date.strftime("%d/%m/%Y")
    area = f", {one.area}" if one.area else ""
    return f"#{one.id} {turn.tr(KINDS[one.kind])}, {day}{area}\n{one.text}"
