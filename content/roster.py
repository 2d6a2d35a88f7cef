"""Who takes which shift of a campaign: the rules, a proposal by greedy hand, and what it amounts to.

The search for the best proposal is content/roster_solver.py's.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.free_hours import touched

TRAVEL = timedelta(minutes=30)
"""From one area to another."""
MOST_A_DAY, LONGEST_DAY = 2, timedelta(hours=10)
TOPIC, HOURS, BUSY, DAY, THERE, FULL = "topic", "hours", "busy", "day", "there", "full"
"""Why somebody cannot take a shift: none of its topics, not their hours, another shift at that time, enough
for that day, in it already, no place left."""


@dataclass(frozen=True)
class Stretch:
    """Some time at a place."""

    starts_at: datetime
    ends_at: datetime
    area: int | None


@dataclass(frozen=True)
class Volunteer:
    """Somebody who may be given shifts."""

    id: int
    name: str
    topics: int
    """Bits of what they can help with."""
    hours: int
    """The bits of content/free_hours.py."""
    area: int | None = None
    """Where they would rather help."""
    experienced: bool = False
    busy: tuple[Stretch, ...] = ()
    """Shifts they have, of any campaign."""
    load: int = 0
    """Minutes of the shifts they have or had."""


@dataclass(frozen=True)
class Shift:
    """A shift in ward time. `topics` are bits, none of them: anybody can help there."""

    id: int
    starts_at: datetime
    ends_at: datetime
    area: int | None
    place: str
    topics: int
    places: int
    taken: tuple[int, ...] = ()
    """Who has signed up."""
    guided: bool = False
    """Somebody experienced is among them."""

    @property
    def open(self) -> int:
        return max(0, self.places - len(self.taken))

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


Pair = tuple[int, int]
"""The number of a shift and of a volunteer."""
Able = dict[int, list[Volunteer]]
"""Of each shift: who may be given it."""


@dataclass(frozen=True)
class Short:
    """A shift with empty places. Everybody who is not in it is counted once, by what hinders them first."""

    shift: Shift
    missing: int
    unskilled: int
    """They know none of its topics."""
    away: int
    """They know one, but it is not at their hours."""
    engaged: int
    """They could, but have other shifts then, or enough of them that day."""


@dataclass(frozen=True)
class Roster:
    """A proposal, and what it amounts to with the shifts people have already."""

    pairs: tuple[Pair, ...]
    wanted: int
    """Places that were open; `len(pairs)` of them get somebody."""
    short: tuple[Short, ...]
    unguided: tuple[Shift, ...]
    """Shifts in which nobody is experienced."""
    in_area: int
    """Of the pairs: where they would rather help."""
    lowest: int
    highest: int
    """Minutes of those who have the least and the most, among all who have something."""
    idle: int
    """People without any shift."""
    best: bool
    """No other proposal fills more places, guides more shifts, or sends more people where they would be."""


def clash(one: Stretch | Shift, other: Stretch | Shift) -> bool:
    """Whether nobody can be at both: they overlap, or one cannot get from one area to the other."""
    gap = TRAVEL if one.area != other.area else timedelta()
    return one.starts_at < other.ends_at + gap and other.starts_at < one.ends_at + gap


def obstacle(who: Volunteer, shift: Shift, given: Iterable[Shift] = ()) -> str:
    """Why somebody cannot take a shift besides those they have and were given; "" when they can."""
    given = list(given)
    if who.id in shift.taken or shift in given:
        return THERE
    if shift.topics and not who.topics & shift.topics:
        return TOPIC
    need = touched(shift.starts_at, shift.ends_at)
    return HOURS if who.hours & need != need else engaged(who, shift, given)


def engaged(who: Volunteer, shift: Shift, given: Iterable[Shift] = ()) -> str:
    """Whether other shifts hinder somebody: BUSY, DAY or ""."""
    others: list[Stretch | Shift] = [*who.busy, *given]
    if any(clash(shift, other) for other in others):
        return BUSY
    same_day = [one for one in others if one.starts_at.date() == shift.starts_at.date()]
    length = sum((one.ends_at - one.starts_at for one in same_day), shift.ends_at - shift.starts_at)
    return DAY if len(same_day) >= MOST_A_DAY or length > LONGEST_DAY else ""


def near(who: Volunteer, shift: Shift) -> bool:
    """Whether it is where they would rather help."""
    return who.area == shift.area is not None


def able(volunteers: Sequence[Volunteer], shifts: Sequence[Shift]) -> Able:
    """Of each shift: who could take it, were it the only one proposed to them."""
    found = {}
    for shift in shifts:
        need, topics = touched(shift.starts_at, shift.ends_at), shift.topics
        there = set(shift.taken)
        known = [
            who
            for who in volunteers
            if who.hours & need == need and (not topics or who.topics & topics)
        ]
        found[shift.id] = [who for who in known if who.id not in there and not engaged(who, shift)]
    return found


def greedy(shifts: Sequence[Shift], able: Able, loads: Mapping[int, int]) -> list[Pair]:
    """Shift by shift, the one with the fewest to choose from first: an experienced one, then whoever would
    rather be there, then whoever has the least."""
    given: dict[int, list[Shift]] = defaultdict(list)
    loads, pairs = dict(loads), []
    for shift in sorted(shifts, key=lambda one: (len(able[one.id]) - one.open, one.id)):
        ranked = sorted(able[shift.id], key=lambda who: _rank(who, shift, loads))
        free = [who for who in ranked if not engaged(who, shift, given[who.id])]
        guides = [who for who in free if who.experienced and not shift.guided][:1]
        for who in list(dict.fromkeys([*guides, *free]))[: shift.open]:
            given[who.id].append(shift)
            loads[who.id] += shift.minutes
            pairs.append((shift.id, who.id))
    return pairs


def _rank(who: Volunteer, shift: Shift, loads: Mapping[int, int]) -> tuple[bool, int, int]:
    return (not near(who, shift), loads[who.id], who.id)


def account(
    volunteers: Sequence[Volunteer], shifts: Sequence[Shift], pairs: Iterable[Pair], best: bool
) -> Roster:
    """What a proposal amounts to."""
    people, known = {who.id: who for who in volunteers}, {shift.id: shift for shift in shifts}
    pairs = tuple(sorted(pairs))
    of_shift, of_person = defaultdict(set), defaultdict(list)
    for shift_id, who in pairs:
        of_shift[shift_id].add(who)
        of_person[who].append(known[shift_id])
    loads = [who.load + sum(one.minutes for one in of_person[who.id]) for who in volunteers]
    busy = [load for load in loads if load]
    return Roster(
        pairs,
        sum(shift.open for shift in shifts),
        tuple(
            _short(shift, of_shift[shift.id], of_person, volunteers)
            for shift in shifts
            if shift.open > len(of_shift[shift.id])
        ),
        tuple(
            shift
            for shift in shifts
            if not shift.guided and not any(people[who].experienced for who in of_shift[shift.id])
        ),
        sum(near(people[who], known[shift]) for shift, who in pairs),
        min(busy, default=0),
        max(busy, default=0),
        len(loads) - len(busy),
        best,
    )


def _short(
    shift: Shift,
    there: set[int],
    given: dict[int, list[Shift]],
    volunteers: Sequence[Volunteer],
) -> Short:
    """Why nobody else comes."""
    others = [who for who in volunteers if who.id not in there]
    why = Counter(obstacle(who, shift, given[who.id]) for who in others)
    return Short(
        shift, shift.open - len(there), why[TOPIC], why[HOURS], why[BUSY] + why[DAY] + why[""]
    )
