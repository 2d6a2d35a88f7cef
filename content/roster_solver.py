"""The best proposal of who takes which shift, found by OR-Tools' CP-SAT.

Day by day: nothing but fairness ties one day to another. Of the people who could take a shift, only so many
are looked at as there are places on that day, of each sort: were another one needed, one of these would be
without a shift that day and could stand in. So neither costs a place, a guide or a preferred area. Fairness
comes last: shifts go from those who have much to those who have less; in small wards it is weighed exactly.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from content.roster import TRAVEL, Able, Pair, Roster, Shift, Volunteer, able, account, greedy, near
from content.roster_fair import evened, unfair
from content.roster_model import Model

EXACT = 500
"""Pairs of a shift and a person for whom fairness is weighed exactly."""
FAIR, SECONDS = 0.5, 3.0
"""Of CP-SAT's own clock, which counts work and is the same on every machine; about as long as a second:
for that, and for all."""


def propose(
    volunteers: Sequence[Volunteer], shifts: Sequence[Shift], seconds: float = SECONDS
) -> Roster:
    """Places filled first, then somebody experienced in each shift, then preferred areas, then fair loads.

    The same proposal for the same people and shifts, in whatever order they come.
    """
    people = sorted(volunteers, key=lambda who: who.id)
    coming = sorted(shifts, key=lambda one: (one.starts_at, one.id))
    choice = able(people, coming)
    loads = {who.id: who.load for who in people}
    by_hand = greedy(coming, choice, loads)
    pairs, left = _day_by_day(coming, choice, loads, seconds)
    best = left > 0
    if len(pairs) < len(by_hand):
        pairs = by_hand
    pairs = evened(people, coming, choice, pairs)
    if best and pairs and sum(map(len, choice.values())) <= EXACT:
        exact = Model(coming, choice, loads).fairest(pairs, min(left, FAIR))
        pairs = min(pairs, exact, key=lambda some: unfair(people, coming, some))
    return account(people, coming, pairs, best)


def _day_by_day(
    coming: Sequence[Shift], choice: Able, loads: Mapping[int, int], seconds: float
) -> tuple[list[Pair], float]:
    """The pairs, and the time that is left; none: they may not be the best."""
    pairs: list[Pair] = []
    loads, minutes = dict(loads), {shift.id: shift.minutes for shift in coming}
    todo, proven = len(coming), True
    for day in _days(coming):
        found = Model(day, _enough(day, choice, loads), loads).solved(seconds * len(day) / todo)
        todo, seconds, proven = todo - len(day), seconds - found.used, proven and found.best
        pairs += found.pairs
        for shift, who in found.pairs:
            loads[who] += minutes[shift]
    return pairs, seconds if proven else 0


def _days(coming: Sequence[Shift]) -> Iterator[list[Shift]]:
    """Shifts in the order of time, cut where nobody's day or way goes on."""
    day: list[Shift] = []
    for shift in coming:
        if day and shift.starts_at.date() > max(one.ends_at + TRAVEL for one in day).date():
            yield day
            day = []
        day.append(shift)
    if day:
        yield day


def _enough(day: Sequence[Shift], choice: Able, loads: Mapping[int, int]) -> Able:
    """Of each sort of people as many as the day has places, those with the least first."""
    most = sum(shift.open for shift in day)
    enough: Able = {}
    for shift in day:
        sorts: dict[tuple[bool, bool], list[Volunteer]] = defaultdict(list)
        for who in sorted(choice[shift.id], key=lambda who: (loads[who.id], who.id)):
            sorts[who.experienced, near(who, shift)].append(who)
        enough[shift.id] = list(chain.from_iterable(some[:most] for some in sorts.values()))
    return enough
