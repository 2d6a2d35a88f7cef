"""What the form that corrects hours offers, and how a name or a day typed instead is understood."""

from collections.abc import Sequence
from datetime import date, datetime

from content import sentence_parts
from handlers.forms import Answers, Invalid
from handlers.hours_words import in_a_line
from handlers.hours_work import Worked, worked
from handlers.shift_people import SHOWN, Known, able, by_name, known
from handlers.shift_words import in_a_line as shift_line
from handlers.turn import WARD_ZONE, Option, Turn
from store import check_ins as store
from store import shifts
from store.check_ins import Presence
from store.members import MemberRow
from store.shifts import ShiftRow

ADD = "add"
"""Chosen in place of a check-in: one that was never made."""
DAY = "day"
"""The answer that keeps a day on which several were, so that these are offered."""


async def people(turn: Turn, answers: Answers) -> Sequence[Option]:
    """Who has hours in the campaign, when they are few enough to choose from."""
    there = await _workers(turn, answers)
    shown = there if len(there) <= SHOWN else []
    return [Option(one.name, str(one.member_id)) for one in shown]


async def who(turn: Turn, answers: Answers, typed: str) -> str:
    """One who may be in a shift now, or has hours in the campaign though their role ended. Invalid."""
    now = await able(turn)
    there = {_person(one) for one in now}
    left = [one for one in await _workers(turn, answers) if one.there[0].who not in there]
    gone = [Known(one.member_id, one.name, turn.tr("no longer on the list")) for one in left]
    return by_name(turn, typed, [*map(known, now), *gone])


def _person(member: MemberRow) -> int:
    """As `Presence.who`: the same for all roles of one person."""
    return member.id if member.person_id is None else -member.person_id


async def _workers(turn: Turn, answers: Answers) -> list[Worked]:
    return worked(await store.of_campaign(turn.db, int(answers["campaign"])))


async def check_ins(turn: Turn, answers: Answers) -> Sequence[Option]:
    """The check-ins of that person, the newest or those of a day, and one that was never made."""
    there = await _check_ins(turn, answers)
    shown = [one for one in there if _is_on(one.in_at, answers.get(DAY))] or there[-SHOWN:]
    options = [Option(in_a_line(turn.tr, one), str(one.id)) for one in shown[::-1]]
    return [*options, turn.option("Another shift, not on this list", ADD)]


async def check_in_on(turn: Turn, answers: Answers, typed: str) -> str:
    """A check-in of that person by its day. Invalid."""
    there = await _check_ins(turn, answers)
    return _on_day(turn, answers, typed, [(one.in_at, one.id) for one in there])


async def _check_ins(turn: Turn, answers: Answers) -> list[Presence]:
    return await store.of_campaign(turn.db, int(answers["campaign"]), int(answers["who"]))


async def begun(turn: Turn, answers: Answers) -> Sequence[Option]:
    """Shifts that have begun: those the person took first, the newest first; or those of a day."""
    there = (await _begun(turn, answers))[::-1]
    own = [one for one in there if await shifts.signup_of(turn.db, one.id, int(answers["who"]))]
    every = [*own, *(one for one in there if one not in own)]
    shown = [one for one in every if _is_on(one.starts_at, answers.get(DAY))] or every[:SHOWN]
    return [Option(shift_line(turn.tr, one), str(one.id)) for one in shown]


async def shift_on(turn: Turn, answers: Answers, typed: str) -> str:
    """A shift by its day. Invalid."""
    there = await _begun(turn, answers)
    return _on_day(turn, answers, typed, [(one.starts_at, one.id) for one in there])


async def _begun(turn: Turn, answers: Answers) -> list[ShiftRow]:
    every = await shifts.of_campaign(turn.db, int(answers["campaign"]))
    return [one for one in every if one.starts_at <= turn.now]


def _on_day(turn: Turn, answers: Answers, typed: str, there: Sequence[tuple[datetime, int]]) -> str:
    """The only one on the day that was typed. Invalid: none, or several, which are offered from now on."""
    day = sentence_parts.day_in(typed, turn.now.astimezone(WARD_ZONE))
    found = [number for at, number in there if day and _is_on(at, day.isoformat())]
    if len(found) == 1:
        return str(found[0])
    if day and found:
        answers[DAY] = day.isoformat()  # the form asks again with these answers
        raise Invalid(turn.tr("There were several on that day. Please choose one."))
    raise Invalid(turn.tr("Please choose one of these, or type the day of a shift, like 21/11."))


def _is_on(moment: datetime, day: str | None) -> bool:
    return bool(day) and moment.astimezone(WARD_ZONE).date() == date.fromisoformat(day or "")
