"""A campaign's roster for 2,000 volunteers and 400 shifts, beside a greedy hand."""

import random
import resource
import statistics
import time
from bisect import bisect
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

from content.roster import Roster, Shift, Volunteer, able, account, greedy
from content.roster_solver import propose
from content.topics import TOPIC_ORDER

PEOPLE, FEW, SHIFTS, WEEKS, AREAS = 2000, 250, 400, 6, 15
AIM_SECONDS = 10
FIRST = date(2026, 6, 1)
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
HOURS = (
    (7, 30, 11, 0),
    (14, 0, 17, 0),
    (18, 30, 20, 30),
    (8, 0, 10, 0),
    (13, 30, 16, 30),
    (16, 0, 18, 30),
)
WEEKDAY_SHARE = (0.08, 0.07, 0.13)
"""How many can come in the morning, afternoon and evening of a working day."""
WEEKEND_SHARE = (0.30, 0.25, 0.20)


def problem(people: int, seed: int = 1) -> tuple[list[Volunteer], list[Shift]]:
    """People who can come at a few hours and know a few topics; more shifts at weekends."""
    draw = random.Random(seed)
    days = [FIRST + timedelta(days=number) for number in range(7 * WEEKS)]
    weights = [3 if day.weekday() > 4 else 1 for day in days]
    shifts = [
        _shift(number, draw.choices(days, weights)[0], draw) for number in range(1, SHIFTS + 1)
    ]
    return [_volunteer(number, draw) for number in range(1, people + 1)], shifts


def _shift(number: int, day: date, draw: random.Random) -> Shift:
    h1, m1, h2, m2 = draw.choice(HOURS)
    start = datetime(day.year, day.month, day.day, h1, m1, tzinfo=ZONE)
    end = start.replace(hour=h2, minute=m2)
    topics = sum(
        1 << one for one in draw.sample(range(len(TOPIC_ORDER)), draw.choice((0, 1, 1, 2, 3)))
    )
    return Shift(
        number, start, end, draw.randrange(1, AREAS + 1), f"p{number}", topics, draw.randint(2, 8)
    )


def _volunteer(number: int, draw: random.Random) -> Volunteer:
    hours = 0
    for weekday in range(7):
        for part, share in enumerate(WEEKEND_SHARE if weekday > 4 else WEEKDAY_SHARE):
            hours |= (draw.random() < share) << (3 * weekday + part)
    known = draw.sample(range(len(TOPIC_ORDER)), draw.randint(1, 8))
    return Volunteer(
        number, f"v{number}", sum(1 << one for one in known), hours,
        draw.choice((None, *range(1, AREAS + 1))), draw.random() < 0.15,
    )  # fmt: skip


def clashes(people: list[Volunteer], shifts: list[Shift], roster: Roster) -> int:
    """Broken rules, counted by themselves: minutes in two places, hours, topics, places, long days."""
    known, folk = {shift.id: shift for shift in shifts}, {who.id: who for who in people}
    wrong, mine = 0, defaultdict(list)
    for number, who in roster.pairs:
        shift, person = known[number], folk[who]
        mine[who].append(shift)
        wrong += bool(shift.topics and not shift.topics & person.topics)
        for hour in range(shift.starts_at.hour, (shift.ends_at - timedelta(minutes=1)).hour + 1):
            part = 3 * shift.starts_at.weekday() + (hour >= 12) + (hour >= 18)
            wrong += not person.hours >> part & 1
    for own in mine.values():
        own.sort(key=lambda shift: shift.starts_at)
        for one, other in pairwise(own):
            way = timedelta(minutes=30 if one.area != other.area else 0)
            wrong += one.ends_at + way > other.starts_at
        days = Counter(shift.starts_at.date() for shift in own)
        wrong += sum(number > 2 for number in days.values())
    filled = Counter(number for number, _ in roster.pairs)
    return wrong + sum(number > known[one].places for one, number in filled.items())


def most(people: list[Volunteer], shifts: list[Shift]) -> int:
    """Places that can be filled at the most, were there no ways to go: the largest flow from people, two
    shifts a day each and one in each part of the day, to places."""
    from ortools.graph.python import max_flow

    flow, number = max_flow.SimpleMaxFlow(), count(2 + SHIFTS)
    nodes: dict[tuple[int, ...], int] = defaultdict(lambda: next(number))
    choice = able(people, shifts)
    for shift in shifts:
        flow.add_arc_with_capacity(shift.id + 1, 1, shift.places)
        day, part = shift.starts_at.toordinal(), _part(shift)
        for who in choice[shift.id]:
            if (who.id, day) not in nodes:
                flow.add_arc_with_capacity(0, nodes[who.id, day], 2)
            if (who.id, day, part) not in nodes:
                flow.add_arc_with_capacity(nodes[who.id, day], nodes[who.id, day, part], 1)
            flow.add_arc_with_capacity(nodes[who.id, day, part], shift.id + 1, 1)
    assert flow.solve(0, 1) == flow.OPTIMAL
    return int(flow.optimal_flow())


def _part(shift: Shift) -> int:
    """Shifts that begin in the same of these parts of a day overlap."""
    return bisect((12, 16, 18), shift.starts_at.hour)


def show(name: str, people: list[Volunteer], shifts: list[Shift], roster: Roster) -> None:
    minutes = {shift.id: shift.minutes for shift in shifts}
    loads: Counter[int] = Counter()
    for shift, who in roster.pairs:
        loads[who] += minutes[shift]
    spread = statistics.pstdev([loads[who.id] / 60 for who in people])
    print(
        f"  {name:10} {len(roster.pairs):6,} {SHIFTS - len(roster.unguided):9} {roster.in_area:9,}"
        f" {roster.highest / 60:9.1f} {spread:8.2f} {clashes(people, shifts, roster):8}"
    )


def compare(number: int) -> tuple[float, int, bool]:
    """Seconds, broken rules, and whether nothing is below the greedy hand's."""
    people, shifts = problem(number)
    took = []
    for _ in range(3):
        began = time.perf_counter()
        roster = propose(people, shifts)
        took.append(time.perf_counter() - began)
    hand = greedy(shifts, able(people, shifts), {who.id: who.load for who in people})
    by_hand = account(people, shifts, hand, best=False)
    print(f"\n  {number:,} people, {SHIFTS} shifts in {WEEKS} weeks with {roster.wanted:,} places,")
    print(
        f"  of which at the most {most(people, shifts):,} can be filled; {statistics.median(took):.1f} s"
    )
    print(f"  {'':10} filled with a guide  in area most hours spread h clashes")
    show("proposed", people, shifts, roster)
    show("greedy", people, shifts, by_hand)
    better = len(roster.pairs) >= len(hand)
    return statistics.median(took), clashes(people, shifts, roster), better


def main() -> None:
    print("\nA roster for a campaign (medians of 3)")
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    from ortools.sat.python import cp_model  # noqa: F401

    took, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  importing the solver: {took:.1f} s, {(after - before) / 1024:.0f} MB")
    found = [compare(number) for number in (PEOPLE, FEW)]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  peak memory: {peak / 1024:.0f} MB")
    aims = {
        f"<= {AIM_SECONDS} s": max(seconds for seconds, _, _ in found) <= AIM_SECONDS,
        "no clashes": not any(wrong for _, wrong, _ in found),
        "no place less than by hand": all(better for _, _, better in found),
    }
    print("\n".join(f"  {aim}: {'reached' if it else 'NOT reached'}" for aim, it in aims.items()))


if __name__ == "__main__":
    main()
