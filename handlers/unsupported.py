"""What cannot be read: voice, pictures, stickers, and what the platform hides (facts/zalo.md, 1.6 and 5.7).

Who is hidden may be an elderly or disabled person who only ever appears like this.
"""

from datetime import timedelta

from content.i18n import DEFAULT, N_, translate
from handlers import menu, requests, ward_lines_shown
from handlers.turn import Option, Reply, Turn
from store import inbound_counts
from store import requests as asked
from store.inbound_counts import HIDDEN
from store.requests import Wanted

HOUR = timedelta(hours=1)
QUIET = frozenset({HIDDEN, "sticker"})
"""Kinds that may come again and again, and be an answer to ours: a second one within the hour gets none."""
UNSEEN = N_("I cannot see what you just sent. Please type a few words, or choose below.")
CALL = N_("If typing is hard, please call {name}: {phone}.")
ASK = N_("If typing is hard, please ask somebody of your area's team, or of the ward, to help you.")
NOTE = N_("Sent something the assistant cannot read; may need a call.")


async def answer(turn: Turn) -> Reply | None:
    """The way to a person; once an hour the team is told too. None: nothing is to be said again."""
    kind = turn.incoming.kind
    await inbound_counts.add(turn.db, turn.talk.ward_id, turn.incoming.channel, kind, turn.now)
    first = await inbound_counts.mark_unread(turn.db, turn.talk.chat_id, turn.now, HOUR)
    if not first:
        return None if kind in QUIET else await menu.only_text(turn)
    if "form" in turn.talk.state:
        return Reply(await _said(turn), menu.as_before(turn))
    promise, options = await _told(turn)
    return Reply("\n\n".join([await _said(turn), *promise]), (*options, *menu.choices(turn)))


async def _said(turn: Turn) -> str:
    """That it was not read, and who can be reached otherwise: only what the ward has told us."""
    hidden = turn.incoming.kind == HIDDEN
    first = turn.tr(UNSEEN) if hidden else turn.tr(menu.ONLY_TEXT)
    ward = turn.ward and await ward_lines_shown.now(turn.db, turn.ward)
    contacts = ward.contacts if ward else []
    found = next((one for one in contacts if one.phone), None)
    person = turn.tr(CALL, name=found.name, phone=found.phone) if found else turn.tr(ASK)
    return f"{first}\n\n{person}"


async def _told(turn: Turn) -> tuple[list[str], list[Option]]:
    """Ask the team to look after who is known, unless they do already: what is promised, and a way back."""
    known = turn.ward and turn.talk.area_id  # the area has a team: else nobody could act on it
    if turn.ward is None or not known or turn.talk.role or turn.can.group:
        return [], []
    if await asked.of_person(turn.db, turn.talk.person_id):
        return [], []
    note = translate(DEFAULT, NOTE)
    wanted = Wanted(turn.ward.id, turn.talk.area_id, "khac", None, None, note, "now")
    number, promise = await requests.put(turn, turn.ward, wanted)
    return [promise], [requests.unwanted(turn, number)]
