"""Some days' shifts as a model of CP-SAT: a yes or no for each pair, the rules, and what is wanted."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Any

from content.roster import (
    LONGEST_DAY,
    MOST_A_DAY,
    Able,
    Pair,
    Shift,
    Volunteer,
    clash,
    greedy,
    near,
)

STEP = 30
"""Minutes: the unit in which fairness is weighed."""


@dataclass(frozen=True)
class Found:
    pairs: list[Pair]
    best: bool
    """It is proven that no other pairs fill more places, guide more shifts, or suit more areas."""
    used: float
    """Of CP-SAT's clock."""


class Model:
    """The model of some shifts and of the people who are looked at for them."""

    def __init__(self, shifts: Sequence[Shift], able: Able, loads: Mapping[int, int]) -> None:
        from ortools.sat.python import cp_model  # a second and 85 MB, for those who plan shifts

        self.cp, self.model, self.solver = cp_model, cp_model.CpModel(), cp_model.CpSolver()
        self.solver.parameters.num_workers = 1  # several would not find the same every time
        self.shifts, self.able, self.loads = shifts, able, loads
        self.takes: dict[Pair, Any] = {}
        self.theirs: dict[int, list[Shift]] = defaultdict(list)
        self.people: dict[int, Volunteer] = {}
        for shift in shifts:
            for who in able[shift.id]:
                self.takes[shift.id, who.id] = self.model.new_bool_var("")
                self.theirs[who.id].append(shift)
                self.people[who.id] = who
        self._rules()

    def solved(self, seconds: float) -> Found:
        """Places first, then guides, then areas."""
        pairs = greedy(self.shifts, self.able, self.loads)
        if not pairs:  # nobody can take anything
            return Found([], True, 0.0)
        found, best = self._maximum(_in_order(self._goods()), pairs, seconds)
        return Found(pairs if found is None else found, best, self.solver.deterministic_time)

    def fairest(self, pairs: Sequence[Pair], seconds: float) -> list[Pair]:
        """Fair loads, with as much of everything else as these pairs reach."""
        for (good, _), reached in zip(self._goods(), self._reached(pairs), strict=True):
            self.model.add(good >= reached)
        found, _ = self._maximum(-self._unfair(), pairs, seconds)
        return [*pairs] if found is None else found

    def _rules(self) -> None:
        ways = {
            (one.id, other.id) for one, other in combinations(self.shifts, 2) if clash(one, other)
        }
        for shift in self.shifts:
            self.model.add(self._sum(shift, self.able[shift.id]) <= shift.open)
        for number, mine in self.theirs.items():
            for clique in _cliques(mine, ways):
                self.model.add_at_most_one([self.takes[one.id, number] for one in clique])
            days: dict[date, list[Shift]] = defaultdict(list)
            for shift in mine:
                days[shift.starts_at.date()].append(shift)
            for day, those in days.items():
                self._one_day(self.people[number], day, those)

    def _one_day(self, who: Volunteer, day: date, those: Sequence[Shift]) -> None:
        """Not more shifts than a day takes, nor longer ones, with those they have."""
        had = [one for one in who.busy if one.starts_at.date() == day]
        most = MOST_A_DAY - len(had)
        rest = LONGEST_DAY - sum((one.ends_at - one.starts_at for one in had), timedelta())
        longest = int(rest.total_seconds()) // 60
        takes = [self.takes[one.id, who.id] for one in those]
        minutes = [one.minutes for one in those]
        if len(those) > most:
            self.model.add(self._total(takes) <= most)
        if sum(minutes) > longest:
            self.model.add(self.cp.LinearExpr.weighted_sum(takes, minutes) <= longest)

    def _goods(self) -> list[tuple[Any, int]]:
        """What is wanted, the most important first, and the most there can be of each."""
        guides = []
        for shift in self.shifts:
            able = [who for who in self.able[shift.id] if who.experienced]
            if able and not shift.guided:
                guides.append(self.model.new_bool_var(""))
                self.model.add(guides[-1] <= self._sum(shift, able))
        close = [
            self.takes[shift.id, who.id]
            for shift in self.shifts
            for who in self.able[shift.id]
            if near(who, shift)
        ]
        places = sum(shift.open for shift in self.shifts)
        filled = self._total([*self.takes.values()])
        return [(filled, places), (self._total(guides), len(guides)), (self._total(close), places)]

    def _reached(self, pairs: Sequence[Pair]) -> list[int]:
        """How much of each of these some pairs have."""
        known = {shift.id: shift for shift in self.shifts}
        taken = [(known[shift], self.people[who]) for shift, who in pairs]
        guided = {shift.id for shift, who in taken if who.experienced and not shift.guided}
        return [len(taken), len(guided), sum(near(who, shift) for shift, who in taken)]

    def _unfair(self) -> Any:
        """The highest load, then about the sum of the squares of all loads, in steps."""
        top = self.model.new_int_var(0, 10**6, "")
        costs, most = [], 0
        for number, mine in self.theirs.items():
            load = self.loads[number] // STEP
            steps = [max(1, shift.minutes // STEP) for shift in mine]
            takes = [self.takes[shift.id, number] for shift in mine]
            self.model.add(top >= self.cp.LinearExpr.weighted_sum(takes, steps) + load)
            # a shift adds this to the square of what they had; a second one, twice their product more
            squares = [2 * load * step + step * step for step in steps]
            costs.append(self.cp.LinearExpr.weighted_sum(takes, squares))
            most += sum(squares)
            for beyond in range(1, min(len(mine), 4)):
                more = self.model.new_int_var(0, len(mine), "")
                self.model.add(more >= self._total(takes) - beyond)
                costs.append(2 * (sum(steps) // len(steps)) ** 2 * more)
                most += 2 * (sum(steps) // len(steps)) ** 2 * len(mine)
        return (most + 1) * top + self._total(costs)

    def _maximum(
        self, good: Any, start: Sequence[Pair], seconds: float
    ) -> tuple[list[Pair] | None, bool]:
        """The pairs of the best that is found in that time; whether there is none better."""
        self.model.maximize(good)
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        known = set(start)
        for pair, takes in self.takes.items():
            self.model.add_hint(takes, pair in known)
        self.solver.parameters.max_deterministic_time = max(seconds, 0.01)
        state = self.solver.solve(self.model)
        if state not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
            return None, False
        found = [pair for pair, takes in self.takes.items() if self.solver.value(takes)]
        return found, state == self.cp.OPTIMAL

    def _sum(self, shift: Shift, people: Sequence[Volunteer]) -> Any:
        return self._total([self.takes[shift.id, who.id] for who in people])

    def _total(self, terms: Sequence[Any]) -> Any:
        return self.cp.LinearExpr.sum(terms)


def _in_order(goods: Sequence[tuple[Any, int]]) -> Any:
    """One sum in which no amount of the later outweighs one of the earlier."""
    total, worth = 0, 1
    for good, most in reversed(goods):
        total, worth = total + worth * good, worth * (most + 1)
    return total


def _cliques(mine: Sequence[Shift], ways: set[tuple[int, int]]) -> Iterator[list[Shift]]:
    """Of shifts by their start: sets of which nobody can have two, so that every clash is in one."""
    for number, shift in enumerate(mine):
        before = [one for one in mine[:number] if (one.id, shift.id) in ways]
        going_on = [one for one in before if one.ends_at > shift.starts_at]
        if going_on:
            yield [*going_on, shift]
        for one in before:
            if one.ends_at <= shift.starts_at:
                yield [one, shift]
