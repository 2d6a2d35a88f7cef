"""A campaign's day in words: for who leads it, for the group, and as bars of letters."""

from collections.abc import Sequence
from datetime import datetime

from content.campaign import SHORT, SKILLS, Goal
from handlers.campaign_totals import Day, GoalLine
from handlers.campaign_words import clock
from handlers.notices import Tr
from handlers.numbers import share, shown
from handlers.shift_words import place_words
from handlers.turn import WARD_ZONE
from store.campaign_reports import Came, ShiftLine

FULL, EMPTY, CELLS = "█", "░", 10
NAMES_SHOWN = 20


def today(tr: Tr, day: Day, now: datetime) -> str:
    """The shifts of a day and who is there, then how far the goals are."""
    head = tr("{campaign}, today {day}", campaign=day.campaign.name, day=f"{day.day:%d/%m}")
    shifts = [_shift(tr, day, shift, now) for shift in day.shifts]
    none = [] if shifts else [tr("No shift today.")]
    return "\n".join([head, *shifts, *none, "", *(bar(tr, line) for line in day.goals)])


def daily(tr: Tr, day: Day, now: datetime) -> str:
    """The report of a day, ready to be pasted into the volunteers' group."""
    head = tr("{campaign}: report of {day}", campaign=day.campaign.name, day=f"{day.day:%d/%m/%Y}")
    held = tr(
        "Shifts held: {n}; volunteers present: {people}",
        n=len(day.begun(now)) - len(day.empty(now)),
        people=day.people,
    )
    shifts = [held] if day.shifts else []
    goals = (_goal(tr, line) for line in day.goals)
    return "\n".join([head, *goals, *shifts, *missing(tr, day, now)])


def missing(tr: Tr, day: Day, now: datetime) -> list[str]:
    """Shifts to which nobody came, and who was there and logged nothing. Empty: nothing is missing."""
    lines = []
    if empty := day.empty(now):
        where = "; ".join(_hours_place(shift) for shift in empty)
        lines.append(tr("Nobody checked in: {shifts}", shifts=where))
    if day.silent:
        names = names_of(tr, day.silent)
        lines.append(tr("Present, but nothing logged yet: {names}", names=names))
    return lines


def names_of(tr: Tr, names: Sequence[str]) -> str:
    """Some names, and how many more there are."""
    said = ", ".join(names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return tr("{names} and {n} more", names=said, n=more) if more > 0 else said


def bar(tr: Tr, line: GoalLine) -> str:
    """ "VNeID ██████░░░░ 60% (420/700), hôm nay 7"."""
    now = tr("today {n}", n=shown(line.today))
    if line.percent is None or line.target is None:
        return f"{label(line.goal)}: {shown(line.so_far)}, {now}"
    cells = min(CELLS, int(line.percent * CELLS / 100))
    drawn = FULL * cells + EMPTY * (CELLS - cells)
    part = f"{share(line.percent)}% ({shown(line.so_far)}/{shown(line.target)})"
    return f"{label(line.goal)} {drawn} {part}, {now}"


def reached(tr: Tr, line: GoalLine) -> str:
    """ "• Lượt làm được VNeID: 420/700 (60%)"."""
    said = f"• {capital(line.goal.name)}: {shown(line.so_far)}"
    if line.percent is None or line.target is None:
        return said + tr(" (no target)")
    return f"{said}/{shown(line.target)} ({share(line.percent)}%)"


def label(goal: Goal) -> str:
    """As short as a bar needs it."""
    return capital(goal.name if goal.code == SKILLS else SHORT.get(goal.code, goal.name))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def reminder(tr: Tr, day: Day, now: datetime) -> str:
    """That the day's report is due, and what it still lacks."""
    head = tr(
        "The day’s report of {campaign} is due at {time}.",
        campaign=day.campaign.name,
        time=clock(day.campaign.cutoff),
    )
    return "\n".join([head, *missing(tr, day, now)])


def _goal(tr: Tr, line: GoalLine) -> str:
    said = tr(
        "• {goal}: {n} this day, {ever} since the beginning",
        goal=capital(line.goal.name),
        n=shown(line.today),
        ever=shown(line.so_far),
    )
    if line.percent is None or line.target is None:
        return said
    part = share(line.percent)
    return said + tr(", target {target} ({share}%)", target=shown(line.target), share=part)


def _shift(tr: Tr, day: Day, shift: ShiftLine, now: datetime) -> str:
    """One shift: who is there while it runs, who took it before, who came once it is over."""
    there = [one for one in day.came if one.shift_id == shift.id]
    return f"• {_hours_place(shift)}: {'; '.join(_state(tr, shift, there, now))}"


def _state(tr: Tr, shift: ShiftLine, there: Sequence[Came], now: datetime) -> list[str]:
    if shift.ends_at <= now:
        return [tr("over, {n} people came", n=len(there)) if there else tr("over, nobody came")]
    free = [tr("{n} places still free", n=shift.free)] if shift.free else []
    if shift.starts_at > now and not there:
        taken = tr("not begun, {n} people took it", n=shift.taken)
        return [taken if shift.taken else tr("not begun, nobody took it yet"), *free]
    inside = [one.name for one in there if one.inside]
    if not inside:
        return [tr("nobody is in now"), *free]
    return [tr("in now: {names}", names=names_of(tr, inside)), *free]


def _hours_place(shift: ShiftLine) -> str:
    start, end = (at.astimezone(WARD_ZONE) for at in (shift.starts_at, shift.ends_at))
    return f"{start:%H:%M}–{end:%H:%M}, {place_words(shift.place, shift.area)}"
