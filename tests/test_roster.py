"""Who takes which shift: the rules hold for any people and shifts, and nothing is worse than by hand."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, combinations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.free_hours import touched
from content.roster import (
    BUSY,
    DAY,
    HOURS,
    THERE,
    TOPIC,
    Pair,
    Shift,
    Stretch,
    Volunteer,
    able,
    account,
    greedy,
    obstacle,
)
from content.roster_model import Model
from content.roster_solver import propose
from handlers.turn import WARD_ZONE

FRIDAY = datetime(2026, 11, 20, tzinfo=WARD_ZONE)
ALWAYS = 2**21 - 1
SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def at(hour: float, day: int = 0) -> datetime:
    return FRIDAY + timedelta(days=day, hours=hour)


def shift(number: int, start: float, end: float, day: int = 0, **changed: object) -> Shift:
    plain = Shift(number, at(start, day), at(end, day), 1, "Nhà văn hóa", 0, 1)
    return replace(plain, **changed)  # type: ignore[arg-type]


def volunteer(number: int, **changed: object) -> Volunteer:
    return replace(Volunteer(number, f"v{number}", 1, ALWAYS, 1), **changed)  # type: ignore[arg-type]


@st.composite
def shifts(draw: st.DrawFn, number: int) -> Shift:
    start, length = draw(st.integers(0, 46)) / 2, draw(st.integers(1, 12)) / 2
    taken = draw(st.sets(st.integers(1, 8), max_size=2))
    return shift(
        number, start, start + length, draw(st.integers(0, 2)),
        area=draw(st.sampled_from((None, 1, 2))), topics=draw(st.integers(0, 3)),
        places=draw(st.integers(1, 3)), taken=tuple(taken), guided=draw(st.booleans()),
    )  # fmt: skip


@st.composite
def volunteers(draw: st.DrawFn, number: int) -> Volunteer:
    start = draw(st.integers(0, 60))
    busy = Stretch(at(start), at(start + 2), draw(st.sampled_from((1, 2))))
    return volunteer(
        number, topics=draw(st.integers(0, 3)),
        hours=draw(st.one_of(st.just(ALWAYS), st.integers(0, ALWAYS))),
        area=draw(st.sampled_from((None, 1, 2))), experienced=draw(st.booleans()),
        busy=draw(st.sampled_from(((), (), (busy,)))), load=draw(st.sampled_from((0, 0, 120))),
    )  # fmt: skip


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[Volunteer], list[Shift]]:
    people = [draw(volunteers(number)) for number in range(1, 1 + draw(st.integers(0, 8)))]
    return people, [draw(shifts(number)) for number in range(1, 1 + draw(st.integers(0, 7)))]


def broken(people: list[Volunteer], coming: list[Shift], pairs: tuple[Pair, ...]) -> list[str]:
    """The rules that pairs break, found without the code under test."""
    known, folk = {one.id: one for one in coming}, {who.id: who for who in people}
    mine = defaultdict(list)
    for number, who in pairs:
        mine[who].append(known[number])
    wrong = [
        f"{number}, {who}: unfit" for number, who in pairs if not fit(folk[who], known[number])
    ]
    for number, count in Counter(number for number, _ in pairs).items():
        if count + len(known[number].taken) > known[number].places:
            wrong.append(f"{number}: overfull")
    for who, own in mine.items():
        wrong += [f"{who}: {what}" for what in too_much(folk[who], own)]
    return wrong


def fit(who: Volunteer, one: Shift) -> bool:
    """Minute by minute within their hours, with a topic, and not in it before."""
    minutes = int((one.ends_at - one.starts_at).total_seconds()) // 60
    moments = [one.starts_at + timedelta(minutes=number) for number in range(minutes)]
    bits = [3 * at.weekday() + (at.hour > 11) + (at.hour > 17) for at in moments]
    knows = not one.topics or one.topics & who.topics
    return bool(knows) and who.id not in one.taken and all(who.hours >> bit & 1 for bit in bits)


def too_much(who: Volunteer, own: list[Shift]) -> list[str]:
    wrong = []
    for one, other in chain(combinations(own, 2), product(own, who.busy)):
        gap = timedelta(minutes=30 if one.area != other.area else 0)
        first, then = sorted((one, other), key=lambda it: (it.starts_at, it.ends_at))
        if then.starts_at < first.ends_at + gap:
            wrong.append("clash")
    for day in {one.starts_at.date() for one in own}:
        those = [one for one in (*own, *who.busy) if one.starts_at.date() == day]
        length = sum((one.ends_at - one.starts_at for one in those), timedelta())
        if len(those) > 2 or length > timedelta(hours=10):
            wrong.append("a long day")
    return wrong


@given(problems())
@SOME
def test_no_rule_is_broken_and_no_place_lost(problem: tuple[list[Volunteer], list[Shift]]) -> None:
    people, coming = problem
    roster = propose(people, coming)
    by_hand = greedy(coming, able(people, coming), {who.id: who.load for who in people})
    assert not broken(people, coming, roster.pairs)
    assert not broken(people, coming, tuple(by_hand))
    assert len(roster.pairs) >= len(by_hand)
    assert roster.best


@given(problems())
@SOME
def test_nothing_is_lost_by_going_day_by_day(problem: tuple[list[Volunteer], list[Shift]]) -> None:
    """As many places, guides and areas as with all days and people in one model."""
    people, coming = problem
    coming.sort(key=lambda one: (one.starts_at, one.id))
    choice, loads = able(people, coming), {who.id: who.load for who in people}
    whole = account(people, coming, Model(coming, choice, loads).solved(10).pairs, True)
    roster = propose(people, coming)
    assert len(roster.pairs) == len(whole.pairs)
    assert len(roster.unguided) == len(whole.unguided)
    assert roster.in_area == whole.in_area


@given(problems())
@SOME
def test_what_is_explained_adds_up(problem: tuple[list[Volunteer], list[Shift]]) -> None:
    people, coming = problem
    roster = propose(people, coming)
    assert len(roster.pairs) + sum(one.missing for one in roster.short) == roster.wanted
    for one in roster.short:
        new = sum(number == one.shift.id for number, _ in roster.pairs)
        had = sum(who.id in one.shift.taken for who in people)
        assert new + had + one.unskilled + one.away + one.engaged == len(people)
        assert one.missing == one.shift.open - new


@given(problems(), st.randoms(use_true_random=False))
@SOME
def test_the_order_they_come_in_changes_nothing(
    problem: tuple[list[Volunteer], list[Shift]], draw: object
) -> None:
    people, coming = problem
    first = propose(people, coming).pairs
    draw.shuffle(people)  # type: ignore[attr-defined]
    draw.shuffle(coming)  # type: ignore[attr-defined]
    assert propose(people, coming).pairs == first


def test_a_place_is_filled_that_a_hand_leaves_empty() -> None:
    """Each shift has two who can come; by hand the one who is needed twice is given away."""
    coming = [shift(1, 8, 10, topics=1), shift(2, 8, 10, topics=2), shift(3, 8, 10, topics=4)]
    people = [
        volunteer(1, topics=3), volunteer(2, topics=1, area=2), volunteer(3, topics=6, area=2),
        volunteer(4, topics=2, area=2, hours=0),
    ]  # fmt: skip
    assert set(propose(people, coming).pairs) == {(1, 2), (2, 1), (3, 3)}


def test_what_matters_more_goes_first() -> None:
    """A filled place before a guide, a guide before an area, an area before fairness."""
    both = [shift(1, 8, 10), shift(2, 8, 10, topics=2)]
    people = [volunteer(1, topics=3, experienced=True), volunteer(2, topics=1)]
    assert set(propose(people, both).pairs) == {(1, 2), (2, 1)}
    guide = [volunteer(1, experienced=True, area=2, load=600), volunteer(2)]
    assert propose(guide, [shift(1, 8, 10)]).pairs == ((1, 1),)
    assert propose(guide, [shift(1, 8, 10, guided=True)]).pairs == ((1, 2),)
    close = [volunteer(1, area=2), volunteer(2, load=600)]
    assert propose(close, [shift(1, 8, 10)]).pairs == ((1, 2),)
    assert propose(close, [shift(1, 8, 10, area=None)]).pairs == ((1, 1),)


def test_loads_are_fair() -> None:
    """Four mornings for two people, one of whom had two before: three for the other."""
    coming = [shift(number, 8, 10, day=number) for number in range(4)]
    roster = propose([volunteer(1, load=240), volunteer(2)], coming)
    assert Counter(who for _, who in roster.pairs) == {2: 3, 1: 1}
    assert (roster.lowest, roster.highest, roster.idle) == (360, 360, 0)


def test_every_part_of_a_day_counts() -> None:
    assert touched(at(8), at(12)) == 1 << 12
    assert touched(at(11), at(12.5)) == 0b11 << 12
    assert touched(at(8), at(20)) == 0b111 << 12
    assert touched(at(22, 2), at(26, 2)) == 1 << 20 | 1
    assert touched(at(0, 3), at(24 * 7, 3)) == ALWAYS


def test_why_somebody_cannot_come() -> None:
    one = shift(1, 8, 10, topics=2)
    had = Stretch(at(10.25), at(11), 2)
    long = Stretch(at(11), at(19.5), 1)
    assert obstacle(volunteer(1, topics=2), one) == ""
    assert obstacle(volunteer(1), one) == TOPIC
    assert obstacle(volunteer(1, topics=2, hours=ALWAYS ^ 1 << 12), one) == HOURS
    assert obstacle(volunteer(1, topics=2, busy=(had,)), one) == BUSY
    assert obstacle(volunteer(1, topics=2, busy=(replace(had, area=1),)), one) == ""
    assert obstacle(volunteer(1, topics=2, busy=(long,)), one) == DAY
    assert obstacle(volunteer(1, topics=2), one, [shift(2, 12, 13), shift(3, 14, 15)]) == DAY
    assert obstacle(volunteer(1, topics=2), one, [one]) == THERE


def test_nobody_has_too_long_a_day() -> None:
    """Two shifts at the most, and ten hours, with those they have."""
    people = [volunteer(1)]
    three = [shift(1, 7, 8), shift(2, 9, 10), shift(3, 11, 12)]
    assert len(propose(people, three).pairs) == 2
    long = [shift(1, 6, 12), shift(2, 13, 18)]
    assert len(propose(people, long).pairs) == 1
    had = volunteer(1, busy=(Stretch(at(18), at(20), 1),))
    assert len(propose([had], three).pairs) == 1
    assert len(propose([had], [shift(1, 6, 14.5)]).pairs) == 0


def test_the_night_ties_two_days_together() -> None:
    """Who watches until two in the morning is not sent elsewhere at a quarter past two."""
    late, early = shift(1, 20, 26, area=1), shift(2, 2.25, 5, day=1, area=2)
    roster = propose([volunteer(1)], [late, early])
    assert len(roster.pairs) == 1
    assert [one.engaged for one in roster.short] == [1]


def test_out_of_time_it_is_as_good_as_by_hand() -> None:
    people = [volunteer(number, topics=number % 4) for number in range(1, 31)]
    coming = [shift(number, 8, 10, topics=number % 4, places=2) for number in range(1, 16)]
    by_hand = greedy(coming, able(people, coming), {who.id: 0 for who in people})
    roster = propose(people, coming, seconds=1e-9)
    assert len(roster.pairs) >= len(by_hand)
    assert not broken(people, coming, roster.pairs)
