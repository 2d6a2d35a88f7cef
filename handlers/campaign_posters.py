"""Asking for a campaign's posters: one for residents, one for volunteers (bot/posters.py draws them)."""

from content.i18n import N_
from handlers import campaigns, menu
from handlers.campaign_words import CANCELLED, ENDED, state
from handlers.office import given
from handlers.turn import Reply, Turn

RESIDENTS, VOLUNTEERS = "residents", "volunteers"
KINDS = {RESIDENTS: N_("Poster for residents"), VOLUNTEERS: N_("Poster for volunteers")}
NAMES = {RESIDENTS: "nguoi-dan", VOLUNTEERS: "tinh-nguyen-vien"}


async def posters(turn: Turn) -> Reply:
    """`posters:<campaign>` asks for whom; `posters:<campaign>:residents` is the file."""
    number, _, who = turn.argument.partition(":")
    found = await campaigns.numbered(turn, number)
    if found is None or who not in ("", *KINDS) or state(found, turn.today) in (ENDED, CANCELLED):
        return await menu.lapsed(turn)
    kinds = [
        turn.option(label, f"posters:{found.id}:{kind}")
        for kind, label in KINDS.items()
        if kind != who
    ]
    ways = (*kinds, turn.option("To the campaign", f"campaign:{found.id}"))
    if not who:
        return Reply(turn.tr("Posters to print on A4 paper. For whom?"), ways)
    name = f"ap-phich-{found.code.lower()}-{NAMES[who]}.pdf"
    made = f"poster/{turn.talk.member_id}/{found.ward_id}/{found.id}/{who}/{name}"
    text = turn.tr("The poster, to print on A4. It names the shifts as they stand now.")
    return given(turn, text, made, ways)
