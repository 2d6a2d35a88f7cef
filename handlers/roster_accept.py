"""Accepting a proposed roster: places are given as far as they still fit, and everybody is told."""

from collections import Counter
from collections.abc import Mapping, Sequence

from content.i18n import N_
from content.roster import FULL, Shift, obstacle
from handlers import notices, roster_draft
from handlers.roster_draft import Draft
from handlers.roster_words import GONE, left_out, ways
from handlers.shift_words import in_a_line
from handlers.turn import Option, Reply, Turn
from store import members, shifts, wards
from store.campaigns import CampaignRow
from store.kinds import NOTICE
from store.shifts import ROSTER

LISTED = 10


async def accept(turn: Turn, campaign: CampaignRow, _: list[int]) -> Reply:
    """Nobody else takes or leaves a place meanwhile, so what fits now stays so."""
    await wards.hold(turn.db, campaign.ward_id, alone=True)
    draft = await roster_draft.as_it_stands(turn, campaign)
    given, left = await _given(turn, draft)
    silent = [draft.people[who].name for who in given if not await _told(turn, draft, who, given)]
    roster_draft.drop(turn)
    by = turn.talk.member_id
    await members.note(turn.db, campaign.ward_id, by, "roster", campaign.id, turn.now)
    places, told = sum(map(len, given.values())), len(given) - len(silent)
    parts = [turn.tr("Done. Places given: {n}, people told: {told}.", n=places, told=told)]
    if silent:
        here = N_("They have no chat with me, so please tell them yourself: {names}")
        parts.append(turn.tr(here, names=", ".join(silent)))
    if left:
        more = [turn.tr("• and {n} more", n=len(left) - LISTED)] if len(left) > LISTED else []
        head = turn.tr("Left out, as things have changed:")
        parts.append("\n".join([head, *left[:LISTED], *more]))
    seen = turn.option("Open shifts", f"shifts:{campaign.id}")
    return Reply("\n\n".join(parts), (seen, *ways(turn, campaign)))


async def _given(turn: Turn, draft: Draft) -> tuple[dict[int, list[Shift]], list[str]]:
    """Give the places that still fit: the new shifts of each person, and what was left out."""
    given: dict[int, list[Shift]] = {}
    left, taken = [], Counter[int]()
    for number, who in sorted(roster_draft.kept(turn)):
        if why := _hindered(draft, number, who, given.get(who, []), taken[number]):
            name = await members.name_of(turn.db, who)
            left.append(left_out(turn.tr, name, draft.rows.get(number), why))
            continue
        await shifts.give(turn.db, number, who, ROSTER, turn.now)
        taken[number] += 1
        given.setdefault(who, []).append(draft.by_number[number])
    return given, left


def _hindered(draft: Draft, number: int, who: int, given: list[Shift], taken: int) -> str:
    """Why a pair no longer fits: a key of WHY, or ""."""
    shift, person = draft.by_number.get(number), draft.people.get(who)
    if shift is None or person is None:
        return GONE
    return obstacle(person, shift, given) or (FULL if shift.open <= taken else "")


async def _told(turn: Turn, draft: Draft, who: int, given: Mapping[int, Sequence[Shift]]) -> bool:
    """Tell somebody all their new shifts at once. False: there is no chat to write to."""
    person = draft.person_of[who]
    if person is None:
        return False
    tr = await notices.speaking_to(turn.db, person)
    coming = sorted(given[who], key=lambda shift: shift.starts_at)
    lines = [f"• {in_a_line(tr, draft.rows[shift.id])}" for shift in coming]
    head = tr("You are planned for these shifts of {campaign}:", campaign=draft.campaign.name)
    last = tr(
        "If you cannot come, open “My shifts” and give the shift up, so that others can take it."
    )
    options = (Option(tr("My shifts"), "myshifts"), Option(tr("Main menu"), "menu"))
    key = f"roster:{draft.campaign.id}:{who}:{turn.talk.chat_id}:{turn.incoming.message_id}"
    return await turn.notify(
        person, Reply("\n".join([head, *lines, "", last]), options), NOTICE, key
    )
