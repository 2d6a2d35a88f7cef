"""The shifts of a campaign: typed one a line, and cancelled one at a time."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from content import campaign_shift
from content.campaign_shift import BadShift, Line
from content.fold import words
from content.i18n import N_
from content.topics import bits
from handlers import campaigns, forms, menu
from handlers.campaign_words import CANCELLED, ENDED, state
from handlers.forms import Answers, Field, Form, Invalid
from handlers.shift_words import in_a_line
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import campaigns as store
from store import members, shifts, wards
from store.campaigns import CampaignRow, NewShift
from store.shifts import ShiftRow
from store.wards import AreaRow

DONE = "done"
MOST = 400
"""Shifts of one campaign."""
MOST_LINES = 40
"""In one message."""
QUOTED = 60
"""Letters of a line that are said again."""
EXAMPLE = "nhà văn hóa TDP 1: 7h30-11h thứ 7 21/11, 4 người, vneid dvc"
FULL = N_("A campaign has at most {n} shifts.")
UNKNOWN_AREA = N_("the ward has no such area: “{place}”")
NOT_THERE = N_("{area} is not among the campaign’s areas")
TWICE = N_("that shift is there already")
PASSED = N_("that time has passed")
_SHORT = re.compile(r"\b(?:tdp|to dan pho|to)(?: so)? (?=\d)")
_AREA = re.compile(r"\b(?:to dan pho|thon|khu pho|xom|ap) (\w+)")


class NoShift(Exception):
    """Why a line cannot be taken: a message of the catalogs, and its values."""

    def __init__(self, message: str, **values: object) -> None:
        super().__init__(message)
        self.message, self.values = message, values


async def begin(turn: Turn) -> Reply:
    """`addshift:<campaign>`."""
    found = await campaigns.numbered(turn, turn.argument)
    if found is None or state(found, turn.today) in (ENDED, CANCELLED):
        return await menu.lapsed(turn)
    return await forms.begin(turn, SHIFTS, {"campaign": str(found.id)})


async def ask(turn: Turn, campaign_id: int, text: str) -> Reply:
    """Ask for shifts, with something said before."""
    return above(text, await forms.begin(turn, SHIFTS, {"campaign": str(campaign_id)}))


def above(text: str, asked: Reply) -> Reply:
    return replace(asked, text=f"{text}\n\n{asked.text}")


async def _finish(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [turn.option("Done", DONE)]


async def _lines(turn: Turn, answers: Answers, typed: str) -> str:
    """The lines, once all of them can be taken; what cannot be is named line by line."""
    if words(typed) in forms.YES:
        return DONE
    found = await campaigns.numbered(turn, answers["campaign"])
    if found is None:
        raise Invalid(turn.tr("This campaign is gone."))
    if turn.masked.found:
        raise Invalid(turn.tr("Please write no phone numbers and no other personal numbers."))
    await read(turn, found, typed)
    return typed


async def read(turn: Turn, campaign: CampaignRow, typed: str) -> list[NewShift]:
    """The shifts of some lines. Invalid names every line that is none."""
    lines = [line.strip() for line in re.split(r"[\n;]", typed) if line.strip()]
    known = await wards.areas_of(turn.db, campaign.ward_id)
    good: list[NewShift] = []
    bad = []
    for number, line in enumerate(lines[:MOST_LINES], 1):
        try:
            shift = meant(turn, campaign, known, line)
            if shift in good or await store.same_shift(turn.db, campaign.id, shift):
                raise NoShift(TWICE)
            good.append(shift)
        except NoShift as refused:
            why = turn.tr(refused.message, **refused.values)
            quoted = line if len(line) <= QUOTED else f"{line[: QUOTED - 1].rstrip()}…"
            bad.append(turn.tr("Line {n}, “{line}”: {why}.", n=number, line=quoted, why=why))
    if len(lines) > MOST_LINES:
        bad.append(turn.tr("At most {n} lines in one message.", n=MOST_LINES))
    if bad:
        none = [turn.tr("Nothing of this is saved yet.")] if len(lines) > 1 else []
        raise Invalid("\n".join([*bad, *none]))
    return good


def meant(turn: Turn, campaign: CampaignRow, known: Sequence[AreaRow], line: str) -> NewShift:
    """The shift a line tells. NoShift."""
    try:
        said = campaign_shift.read(line, campaign.first, campaign.last, turn.today)
    except BadShift as bad:
        raise NoShift(str(bad)) from None
    area = area_in(campaign.areas, known, said.place)
    shift = as_stored(said, area)
    if shift.ends_at <= turn.now:
        raise NoShift(PASSED)
    return shift


def as_stored(said: Line, area_id: int | None) -> NewShift:
    starts_at, ends_at = (
        datetime.combine(said.day, time, WARD_ZONE) for time in (said.starts, said.ends)
    )
    kind = campaign_shift.kind_of_place(said.place)
    return NewShift(said.place, kind, area_id, starts_at, ends_at, said.places, bits(said.topics))


def area_in(areas: Sequence[int], known: Sequence[AreaRow], place: str) -> int | None:
    """The area that a place names; None when it names none. NoShift: none of the campaign's."""
    said = f" {_SHORT.sub('to dan pho ', words(place))} "
    names = {one: _SHORT.sub("to dan pho ", words(one.name)) for one in known}
    found = [one for one, name in names.items() if f" {name} " in said]
    if not found:
        if _AREA.search(said):
            raise NoShift(UNKNOWN_AREA, place=place)
        return areas[0] if len(areas) == 1 else None
    area = max(found, key=lambda one: len(one.name))
    if areas and area.id not in areas:
        raise NoShift(NOT_THERE, area=area.name)
    return area.id


async def _saved(turn: Turn, answers: Answers) -> Reply:
    """Add what was typed and ask for more; at the end the campaign's page."""
    await wards.hold(
        turn.db, turn.talk.ward_id or "", alone=True
    )  # its days may be changed just now
    found = await campaigns.numbered(turn, answers["campaign"])
    if found is None or found.cancelled_at:
        return await menu.lapsed(turn)
    if answers["lines"] == DONE:
        return await campaigns.page(turn, found)
    try:
        new = await read(turn, found, answers["lines"])
    except Invalid as problem:
        return await ask(turn, found.id, str(problem))
    there = await shifts.of_campaign(turn.db, found.id)
    if len(there) + len(new) > MOST:
        return await campaigns.of_page(turn, found.id, turn.tr(FULL, n=MOST))
    await store.add_shifts(turn.db, found.id, new)
    await members.note(turn.db, found.ward_id, turn.talk.member_id, "shifts", found.id, turn.now)
    numbers = {(one.starts_at, one.ends_at, one.place) for one in new}
    rows = [
        one
        for one in await shifts.of_campaign(turn.db, found.id)
        if (one.starts_at, one.ends_at, one.place) in numbers
    ]
    added = [f"• {_full(turn, one)}" for one in rows]
    asked = await ask(turn, found.id, "")
    more = turn.tr("Type the next shift, or “xong”.")
    return replace(asked, text="\n".join([turn.tr("Added:"), *added, "", more]))


async def _page(turn: Turn, answers: Answers) -> Reply:
    """Back from the lines: the campaign and its shifts are saved, nothing is stopped."""
    found = await campaigns.numbered(turn, answers["campaign"])
    return await campaigns.page(turn, found) if found else await menu.lapsed(turn)


def _full(turn: Turn, shift: ShiftRow) -> str:
    return turn.tr("{shift}, {n} people", shift=in_a_line(turn.tr, shift), n=shift.places)


SHIFTS = forms.register(
    Form(
        "shiftlines",
        (
            Field(
                "lines",
                N_(
                    "Type a shift, one a line: place: hours and day, how many people, what is helped "
                    "with. For example:\nnhà văn hóa TDP 1: 7h30-11h thứ 7 21/11, 4 người, vneid dvc\n"
                    "When there are no more, type “xong”."
                ),
                _finish,
                _lines,
                free=True,
            ),
        ),
        _saved,
        action="campaigns",
        out=_page,
    )
)
