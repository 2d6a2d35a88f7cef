"""A session in words: its summary before it is saved, and one line of a list."""

from datetime import date

from content.period import CUTS, period
from content.topics import TOPIC_NAMES, codes_of
from content.vocabulary import AGE_BANDS, AUDIENCES, OUTCOMES, PLACES, PRIORITIES
from handlers.turn import Turn
from store import wards
from store.sessions import Told


def topics(turn: Turn, number: int) -> str:
    return ", ".join(turn.tr(TOPIC_NAMES[code]) for code in codes_of(number))


def day(turn: Turn, when: date) -> str:
    """ "hôm nay", "hôm qua", or the date."""
    back = (turn.today - when).days
    shown = when.strftime("%d/%m/%Y")
    named = {0: turn.tr("today"), 1: turn.tr("yesterday")}
    return f"{named[back]} ({shown})" if back in named else shown


def period_label(turn: Turn, name: str) -> str:
    """A period of the ward by its id, in words."""
    return period(name, turn.ward.cut if turn.ward else CUTS[0]).label(turn.talk.lang)


def who(turn: Turn, told: Told) -> str:
    """ "3 lượt người, 2 hộ"."""
    parts = [turn.tr("{n} people", n=told.people)]
    if told.households:
        parts.append(turn.tr("{n} households", n=told.households))
    return ", ".join(parts)


def in_a_line(turn: Turn, told: Told) -> str:
    """ "20/11/2026, 3 lượt người: Cài VNeID"."""
    return f"{told.date.strftime('%d/%m/%Y')}, {who(turn, told)}: {topics(turn, told.topics)}"


async def summary(turn: Turn, told: Told) -> str:
    """Every field that will be kept, one a line; nothing is saved that is not shown here."""
    kind = turn.tr("Class") if told.kind == "class" else turn.tr("Help given")
    lines = [
        f"{kind}: {who(turn, told)}",
        turn.tr("• About: {topics}", topics=topics(turn, told.topics)),
        turn.tr("• Day: {day}", day=day(turn, told.date)),
        turn.tr("• Area: {area}", area=await _area(turn, told)),
        turn.tr("• Who: {audience}", audience=_who(turn, told)),
        turn.tr("• Result: {outcome}", outcome=_outcome(turn, told)),
    ]
    if told.place:
        lines.insert(4, turn.tr("• Place: {place}", place=turn.tr(PLACES[told.place])))
    return "\n".join([*lines, *_extras(turn, told)])


async def _area(turn: Turn, told: Told) -> str:
    name = told.area_id and await wards.area_named(turn.db, told.area_id)
    return name or turn.tr("not said")


def _who(turn: Turn, told: Told) -> str:
    parts = [turn.tr(AUDIENCES[told.audience])]
    if told.age_band:
        parts.append(turn.tr(AGE_BANDS[told.age_band]))
    order = tuple(PRIORITIES)
    return ", ".join(parts + [turn.tr(PRIORITIES[code]) for code in codes_of(told.priority, order)])


def _outcome(turn: Turn, told: Told) -> str:
    label = turn.tr(OUTCOMES[told.outcome])
    if told.unfinished:
        done = told.people - told.unfinished
        label = turn.tr("{n} × {label}, {m} not done", n=done, label=label, m=told.unfinished)
    return f"{label} ({told.reason})" if told.reason else label


def _extras(turn: Turn, told: Told) -> list[str]:
    lines = []
    if told.passed is not None:
        lines.append(turn.tr("• Passed the check: {n}", n=told.passed))
    if told.minutes:
        lines.append(turn.tr("• Time: {n} minutes", n=told.minutes))
    if told.campaign:
        lines.append(turn.tr("• Campaign: {name}", name=told.campaign))
    if told.first_time:
        lines.append(turn.tr("• For the first time"))
    return lines
