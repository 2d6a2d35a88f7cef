"""Posters of a campaign, A4: for residents where help is, for volunteers where hands are needed.

Read from three metres by old eyes: few words, as large as they fit, always one page.
"""

import asyncio
from collections.abc import Sequence
from functools import partial

from bot.files import Files, Gone, Made
from bot.poster_page import BLUE, RED, Poster, draw
from content.i18n import DEFAULT, translate
from content.topics import TOPIC_NAMES, codes_of
from content.ward import Ward
from handlers import ward_lines_shown
from handlers.campaign_posters import KINDS, VOLUNTEERS
from handlers.notices import Tr
from handlers.shift_words import hours_words, place_words
from store import campaigns, shifts
from store.campaigns import CampaignRow
from store.shifts import ShiftRow

TOPICS = 3
"""Named in the headline."""
UNBROKEN = "\N{NO-BREAK SPACE}"


async def made(files: Files, parts: list[str]) -> Made:
    """`<member>/<ward>/<campaign>/<who>/<name>.pdf` for who leads campaigns. Gone."""
    member, ward_id, number, who, filename = parts
    await files.allowed(member, ward_id, "campaigns")
    one = await files.store.read(lambda db: campaigns.get(db, int(number)))
    if one is None or one.ward_id != ward_id or one.cancelled_at or who not in KINDS:
        raise Gone(number)
    coming = await files.store.read(lambda db: shifts.of_campaign(db, one.id, files.now()))
    filed = files.library.wards[ward_id]
    ward = await files.store.read(lambda db: ward_lines_shown.now(db, filed))
    poster = content(one, ward, coming, who, files.address)
    return Made(filename, await asyncio.to_thread(draw, poster))


def content(
    campaign: CampaignRow, ward: Ward, coming: Sequence[ShiftRow], who: str, address: str
) -> Poster:
    """The words of a poster; they are Vietnamese whoever asks for it."""
    tr = partial(translate, DEFAULT)
    joins = who == VOLUNTEERS
    if joins:
        coming = [one for one in coming if one.left]
    payload = f"{'vol' if joins else 'camp'}_{ward.id}_{campaign.code}"
    return Poster(
        over=ward.name.upper(),
        title=campaign.name,
        headline=tr("Be a volunteer!") if joins else _asked(tr, coming),
        opening=tr("Hands are needed here:") if joins else tr("Come to:"),
        places=_places(tr, coming),
        none=_when(tr, campaign),
        address=f"{address}/q/{payload}" if address else "",
        scan=tr("Scan this code"),
        type=tr("or open Tổ Số and type:") if address else tr("Open Tổ Số and type:"),
        word=f"tình nguyện {campaign.code}" if joins else campaign.code,
        foot=_foot(tr, ward),
        more=tr("… and other places"),
        colour=RED if joins else BLUE,
    )


def _asked(tr: Tr, coming: Sequence[ShiftRow]) -> str:
    counted: dict[str, int] = {}
    for one in coming:
        for code in codes_of(one.topics):
            counted[code] = counted.get(code, 0) + 1
    codes = sorted(counted, key=lambda code: -counted[code])[:TOPICS]
    names = ", ".join(_within(tr(TOPIC_NAMES[code])) for code in codes)
    return tr("Need help: {topics}?", topics=names) if names else tr("Need help with your phone?")


def _within(name: str) -> str:
    """A name as it is written inside a sentence: "nộp hồ sơ", but "VNeID"."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]


def _places(tr: Tr, coming: Sequence[ShiftRow]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    hours: dict[str, list[str]] = {}
    for one in coming:
        place = place_words(one.place, one.area)
        time = hours_words(tr, one.starts_at, one.ends_at).replace(" ", UNBROKEN)
        hours.setdefault(place, []).append(time)
    return tuple((place, tuple(dict.fromkeys(times))) for place, times in hours.items())


def _when(tr: Tr, campaign: CampaignRow) -> str:
    first, last = f"{campaign.first:%d/%m/%Y}", f"{campaign.last:%d/%m/%Y}"
    return tr("From {first} to {last}. Places and hours: ask with the word below.",
              first=first, last=last)  # fmt: skip


def _foot(tr: Tr, ward: Ward) -> str:
    contact = next((one for one in ward.contacts if one.phone), None)
    parts = [f"{contact.name}: {contact.phone}"] if contact else []
    if ward.invented:
        parts.append(tr("This is a trial: the ward is invented."))
    return " · ".join(parts)
