"""A roster in words: what it amounts to, where it falls short and why, and who goes where."""

from collections.abc import Sequence

from content.i18n import N_
from content.roster import BUSY, DAY, FULL, HOURS, THERE, TOPIC, Roster, Shift, Short
from handlers.notices import Tr
from handlers.numbers import shown
from handlers.roster_draft import Draft
from handlers.shift_words import in_a_line
from handlers.turn import Option, Turn
from store import shifts
from store.campaigns import CampaignRow
from store.shifts import ShiftRow

LISTED, PAGE = 5, 6
GONE = "gone"
WHY = {
    TOPIC: N_("knows none of the topics of that shift"),
    HOURS: N_("is not free at those hours"),
    BUSY: N_("has another shift then, or too near to it to get there"),
    DAY: N_("has enough that day: 2 shifts or 10 hours at the most"),
    THERE: N_("is in that shift already"),
    FULL: N_("the shift is full"),
    GONE: N_("the shift or the person is no longer there"),
}
"""Why somebody is not in a shift (content/roster.py)."""


def summed_up(tr: Tr, draft: Draft) -> str:
    """What the proposal amounts to."""
    roster = draft.roster
    lines = [
        tr("Proposed shifts: {campaign}", campaign=draft.campaign.name),
        tr("• Places filled: {n} of {all} open ones", n=len(roster.pairs), all=roster.wanted),
        _loads(tr, roster),
    ]
    if roster.idle:
        lines.append(tr("• People without any shift: {n}", n=roster.idle))
    if draft.beyond:
        lines.append(tr("• Later shifts, for another time: {n}", n=draft.beyond))
    return "\n".join([*lines, *_short(tr, draft), *_unguided(tr, draft)])


def _loads(tr: Tr, roster: Roster) -> str:
    """Hours of those who have the least and the most."""
    low, high = shown(roster.lowest / 60), shown(roster.highest / 60)
    if low == high:
        return tr("• Hours of each person, with the shifts they have: {n}", n=low)
    some = N_("• Hours of each person, with the shifts they have: from {low} to {high}")
    return tr(some, low=low, high=high)


def _short(tr: Tr, draft: Draft) -> list[str]:
    """Shifts with empty places, and why nobody else comes."""
    short = draft.roster.short
    if not short:
        return []
    lines = [
        f"• {in_a_line(tr, draft.rows[one.shift.id])}: "
        + tr("{n} missing, {why}", n=one.missing, why=tr(why_short(one)))
        for one in short[:LISTED]
    ]
    return ["", tr("Shifts that stay short: {n}", n=len(short)), *lines, *_more(tr, len(short))]


def why_short(one: Short) -> str:
    """What hinders those who are not in it."""
    if one.engaged:
        return N_("who could come has other shifts")
    if one.away and one.shift.topics:
        return N_("nobody who knows its topics is free then")
    if one.away:
        return N_("nobody else is free then")
    if one.unskilled:
        return N_("nobody knows its topics")
    return N_("everybody is in it already")


def _unguided(tr: Tr, draft: Draft) -> list[str]:
    """Shifts with nobody experienced, of those where somebody goes."""
    there = [one for one in draft.roster.unguided if one.taken or one.id in draft.of_shift]
    if not there:
        return []
    lines = [f"• {in_a_line(tr, draft.rows[one.id])}" for one in there[:LISTED]]
    head = tr("Shifts where nobody is experienced: {n}", n=len(there))
    return ["", head, *lines, *_more(tr, len(there))]


def _more(tr: Tr, n: int) -> list[str]:
    return [tr("• and {n} more", n=n - LISTED)] if n > LISTED else []


async def with_names(turn: Turn, draft: Draft, shift: Shift) -> str:
    """One shift: who has it, who is proposed, what is missing."""
    lines = [in_a_line(turn.tr, draft.rows[shift.id])]
    if signed := [name for _, name in await shifts.signed_up(turn.db, shift.id)]:
        lines.append(turn.tr("• Signed up: {names}", names=", ".join(signed)))
    if proposed := [who.name for who in draft.of_shift.get(shift.id, ())]:
        lines.append(turn.tr("• Proposed: {names}", names=", ".join(proposed)))
    if draft.left(shift):
        lines.append(turn.tr("• Empty places: {n}", n=draft.left(shift)))
    return "\n".join(lines)


def paged(
    turn: Turn, draft: Draft, what: str, numbers: Sequence[int]
) -> tuple[list[Shift], list[Option]]:
    """Some of the shifts, and the ways to the others; `numbers` may hold the page that is asked for."""
    page = numbers[0] if numbers else 0
    first = PAGE * page if PAGE * page < len(draft.shifts) else 0
    at = f"roster:{draft.campaign.id}:{what}"
    more = []
    if len(draft.shifts) > first + PAGE:
        more.append(turn.option("More", f"{at}:{first // PAGE + 1}"))
    if first:
        more.append(turn.option("Back", f"{at}:{first // PAGE - 1}"))
    return draft.shifts[first : first + PAGE], more


def ways(turn: Turn, campaign: CampaignRow) -> tuple[Option, ...]:
    """On from a plan that is accepted or dropped."""
    back = turn.option("To the campaign", f"campaign:{campaign.id}")
    return (back, turn.option("Main menu", "menu"))


def left_out(tr: Tr, name: str, row: ShiftRow | None, why: str) -> str:
    """A pair that no longer fits."""
    if row is None:
        return tr("• {name}: {why}", name=name, why=tr(WHY[why]))
    return tr("• {name}, {shift}: {why}", name=name, shift=in_a_line(tr, row), why=tr(WHY[why]))
