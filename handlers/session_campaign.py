"""The campaign a session belongs to: the one that was named, or the one the member is at just now."""

import re
from collections.abc import Sequence
from datetime import date

from content.fold import words
from handlers.forms import Answers
from handlers.turn import Option, Turn
from store import campaigns, check_ins, shifts
from store.campaigns import CampaignRow
from store.shifts import ShiftRow

_APART = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])")
_CALLED = ("chien dich ", "dot ra quan ", "dot ")
"""What may stand before its name."""


async def at_now(turn: Turn) -> ShiftRow | None:
    """The shift the member is checked in at."""
    there = await check_ins.present(turn.db, turn.talk.member_id or 0, turn.now)
    return await shifts.get(turn.db, there.shift_id) if there else None


async def defaults(turn: Turn) -> Answers:
    """What a session of just now says by itself, where the member is checked in."""
    shift = await at_now(turn)
    if shift is None:
        return {}
    given = {"campaign": shift.campaign, "place": shift.place_code}
    return given | ({"area": str(shift.area_id)} if shift.area_id else {})


async def named(turn: Turn, said: str | None, day: date) -> str:
    """The name of the only campaign of that day that is meant; else what was said, "" for nothing.

    It is meant by its word, name or model. Its word and its name stand for it anywhere in the message.
    """
    there = await campaigns.live(turn.db, turn.talk.ward_id or "", day)
    if said:
        found = [one for one in there if _bare(said) in _names(one)]
    else:
        text = f" {_plain(turn.text)} "
        found = [one for one in there if any(f" {name} " in text for name in _telling(one))]
    return found[0].name if len(found) == 1 else said or ""


def _plain(text: str) -> str:
    """Folded words, with numbers apart: "HE2026" is typed "he 2026" too."""
    return _APART.sub(" ", words(text))


def _bare(said: str) -> str:
    name = _plain(said)
    opening = next((one for one in _CALLED if name.startswith(one)), "")
    return name.removeprefix(opening)


def _names(campaign: CampaignRow) -> list[str]:
    return [_bare(name) for name in (campaign.code, campaign.name, campaign.model)]


def _telling(campaign: CampaignRow) -> list[str]:
    """Its word and name, but for a single word of letters: "cho" is said of many things."""
    return [name for name in (_bare(campaign.code), _bare(campaign.name)) if " " in name]


async def options(turn: Turn, answers: Answers) -> Sequence[Option]:
    """The campaigns of the session's day, and none of them."""
    day = date.fromisoformat(answers["date"]) if "date" in answers else turn.today
    there = await campaigns.live(turn.db, turn.talk.ward_id or "", day)
    return [Option(one.name, str(one.id)) for one in there]


async def chosen(turn: Turn, answers: Answers, number: str) -> str:
    """The name of a campaign that was offered: its number fits into a choice, a name may not."""
    found = await campaigns.get(turn.db, int(number))
    return found.name if found and found.ward_id == turn.talk.ward_id else ""


async def known(turn: Turn, answers: Answers) -> bool:
    """Whether there is a campaign to choose, or to take away; asked for once it is to be changed."""
    return answers.get("campaign") != "" or bool(await options(turn, answers))
