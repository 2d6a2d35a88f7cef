"""How answers of a ward read: to residents, and to who writes and approves them."""

from datetime import date, datetime

from content.i18n import N_
from handlers.rights import ROLE_NAMES
from handlers.turn import WARD_ZONE, Turn
from store import members
from store.ward_cards import APPROVED, ASKED, CHANGED, REFUSED, WITHDRAWN, CardRow

STATES = {
    ASKED: N_("waits for a second look"),
    APPROVED: N_("in use"),
    REFUSED: N_("refused"),
    CHANGED: N_("changed before it was used"),
    WITHDRAWN: N_("withdrawn"),
}


def said(turn: Turn, answer: str, source: str, on: date) -> str:
    """What residents read."""
    assert turn.ward, "a ward says it"
    of_ward = turn.tr(
        "Answer of {ward}, {day}. From: {source}",
        ward=turn.ward.name,
        day=on.strftime("%d/%m/%Y"),
        source=source,
    )
    return f"{answer}\n\n{of_ward}"


def shown_of(turn: Turn, one: CardRow) -> str:
    return said(turn, one.answer, one.source, day_of(one.decided_at or one.written_at))


def guide_line(turn: Turn, guide: str | None) -> list[str]:
    known = turn.guide(guide or "")
    return [turn.tr("Button to the guide: {title}", title=known.title)] if known else []


async def account(turn: Turn, one: CardRow) -> list[str]:
    """Who wrote it, who decided, who withdrew it, and when."""
    lines = [await _done(turn, N_("Written"), one.author_id, one.author_role, one.written_at)]
    if one.decider_id is not None and one.decider_role and one.decided_at:
        decided = N_("Approved") if one.state in (APPROVED, WITHDRAWN) else N_("Decided")
        lines.append(await _done(turn, decided, one.decider_id, one.decider_role, one.decided_at))
    if one.ended_by_id is not None and one.ended_at:
        lines.append(await _done(turn, N_("Withdrawn"), one.ended_by_id, "", one.ended_at))
    return lines


def day_of(moment: datetime) -> date:
    """The ward's day."""
    return moment.astimezone(WARD_ZONE).date()


async def _done(turn: Turn, what: str, member: int, role: str, at: datetime) -> str:
    when = at.astimezone(WARD_ZONE).strftime("%H:%M %d/%m/%Y")
    name = await members.name_of(turn.db, member)
    as_role = f" ({turn.tr(ROLE_NAMES[role])})" if role else ""
    return f"• {turn.tr(what)}: {name}{as_role}, {when}"
