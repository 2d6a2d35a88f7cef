"""Evening out who has how much: a shift goes to somebody who has less, as long as that helps."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from content.roster import Able, Pair, Shift, Volunteer, engaged, near


def evened(
    volunteers: Sequence[Volunteer], shifts: Sequence[Shift], able: Able, pairs: Iterable[Pair]
) -> list[Pair]:
    """The same places filled, with as many guides and preferred areas, and no move left that helps."""
    given = Given(volunteers, shifts, pairs)
    while sum([given.eased(shift, able[shift.id]) for shift in shifts]):
        pass
    return sorted((shift, who) for shift, there in given.of_shift.items() for who in there)


class Given:
    """Who has which of the proposed shifts, and how many minutes in all."""

    def __init__(
        self, volunteers: Sequence[Volunteer], shifts: Sequence[Shift], pairs: Iterable[Pair]
    ) -> None:
        self.people = {who.id: who for who in volunteers}
        self.loads = {who.id: who.load for who in volunteers}
        self.of_shift: dict[int, set[int]] = {shift.id: set() for shift in shifts}
        self.of_person: dict[int, set[Shift]] = defaultdict(set)
        known = {shift.id: shift for shift in shifts}
        for shift, who in pairs:
            self.put(known[shift], who)

    def put(self, shift: Shift, who: int) -> None:
        self.of_shift[shift.id].add(who)
        self.of_person[who].add(shift)
        self.loads[who] += shift.minutes

    def drop(self, shift: Shift, who: int) -> None:
        self.of_shift[shift.id].remove(who)
        self.of_person[who].remove(shift)
        self.loads[who] -= shift.minutes

    def eased(self, shift: Shift, able: Sequence[Volunteer]) -> int:
        """How many places of a shift went to somebody who has less even with it."""
        moved = 0
        for who in sorted(self.of_shift[shift.id], key=lambda who: (-self.loads[who], who)):
            better = [other for other in able if self._better(shift, self.people[who], other)]
            for other in sorted(better, key=lambda other: (self.loads[other.id], other.id)):
                if not engaged(other, shift, self.of_person[other.id]):
                    self.drop(shift, who)
                    self.put(shift, other.id)
                    moved += 1
                    break
        return moved

    def _better(self, shift: Shift, who: Volunteer, other: Volunteer) -> bool:
        """Whether the other would have less than they have, and nothing is lost."""
        if self.loads[other.id] + shift.minutes >= self.loads[who.id]:
            return False
        there = self.of_shift[shift.id]
        guides = shift.guided or any(self.people[one].experienced for one in there - {who.id})
        close = near(other, shift) or not near(who, shift)
        return other.id not in there and close and (guides or other.experienced >= who.experienced)


def unfair(
    volunteers: Sequence[Volunteer], shifts: Sequence[Shift], pairs: Iterable[Pair]
) -> tuple[int, int]:
    """The highest load, then the sum of the squares of all: less is fairer."""
    loads = Given(volunteers, shifts, pairs).loads.values()
    return max(loads), sum(load * load for load in loads)
