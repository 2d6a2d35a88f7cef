"""The answer window never breaks a sliding limit, whatever the network does, and wastes next to nothing.

All on virtual time: hours pass in milliseconds, and every run is the same.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.window import Window
from content.limits import Limits, Rate
from tests.virtual import Stuck, run_virtually

TINY = 1e-6
"""Seconds that are no time at all: less than any clock of a platform shows."""
CHECKED = {"checked_on": date(2026, 11, 20), "source": "the tests"}
TELEGRAM = Limits(rate=(30, 1), per_chat=(1, 1), per_group=(20, 60), group_prefix="-", **CHECKED)


def only(rate: int, seconds: float = 1) -> Limits:
    """A channel with nothing but an overall rate."""
    return Limits(rate=(rate, seconds), **CHECKED)


class Platform:
    """Counts each request at some moment between its start and its answer."""

    def __init__(self) -> None:
        self.counted: list[tuple[float, str]] = []

    async def ask(self, address: str, there: float = 0.0, back: float = 0.0) -> None:
        await asyncio.sleep(there)
        self.counted.append((now(), address))
        await asyncio.sleep(back)

    def times(self, address: str | None = None) -> list[float]:
        return [at for at, whose in self.counted if address in (None, whose)]


def now() -> float:
    return asyncio.get_running_loop().time()


def most(times: Iterable[float], seconds: float) -> int:
    """How many fall at most into one stretch of that length."""
    held: list[float] = []
    highest = 0
    for at in sorted(times):
        held = [earlier for earlier in held if earlier + seconds - TINY > at] + [at]
        highest = max(highest, len(held))
    return highest


async def send(
    window: Window,
    platform: Platform,
    address: str,
    first: bool = False,
    latency: tuple[float, float] = (0.0, 0.0),
) -> None:
    await window.enter(address, first)
    try:
        await platform.ask(address, *latency)
    finally:
        window.leave(address)


async def all_free(window: Window, rate: Rate) -> bool:
    """Whether every place can be taken at this very moment, and not one more."""
    places = [asyncio.ensure_future(window.enter(f"new {n}", False)) for n in range(rate[0] + 1)]
    await asyncio.sleep(TINY)
    taken = [place.done() for place in places]
    for place in places:
        place.cancel()
    return taken == [True] * rate[0] + [False]


def test_time_jumps_to_the_next_timer_and_a_scenario_that_is_stuck_says_so() -> None:
    async def sleeps() -> float:
        await asyncio.gather(asyncio.sleep(3600), asyncio.sleep(7200))
        return now()

    async def waits_for_nobody() -> None:
        await asyncio.get_running_loop().create_future()

    assert run_virtually(sleeps()) == pytest.approx(7200)
    with pytest.raises(Stuck):
        run_virtually(waits_for_nobody())


REQUESTS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "3", "-7"]),
        st.booleans(),
        st.floats(0, 3),  # when it comes
        st.floats(0, 2),  # until the platform counts it
        st.floats(0, 2),  # until its answer is back
    ),
    max_size=60,
)


@settings(max_examples=100, deadline=None)
@given(requests=REQUESTS, rate=st.integers(1, 6))
def test_no_stretch_holds_more_than_the_limit_whatever_the_latencies(
    requests: list[tuple[str, bool, float, float, float]], rate: int
) -> None:
    limits = Limits(
        rate=(rate, 1), per_chat=(1, 1.5), per_group=(2, 6), group_prefix="-", **CHECKED
    )
    platform = Platform()

    async def scenario() -> None:
        window = Window(limits)

        async def one(address: str, first: bool, at: float, there: float, back: float) -> None:
            await asyncio.sleep(at)
            await send(window, platform, address, first, (there, back))

        await asyncio.gather(*(one(*request) for request in requests))

    run_virtually(scenario())
    assert len(platform.counted) == len(requests)
    assert most(platform.times(), 1) <= rate
    assert max((most(platform.times(chat), 1.5) for chat in "123"), default=0) <= 1
    assert most(platform.times("-7"), 6) <= 2


@pytest.mark.parametrize("seed", range(3))
def test_a_crowd_keeps_the_limits_of_telegram(seed: int) -> None:
    chance, platform = random.Random(seed), Platform()

    async def scenario() -> float:
        window = Window(TELEGRAM)
        people = ["-100"] * 45 + [str(chance.randrange(400)) for _ in range(900)]

        async def one(who: str) -> None:
            latency = (chance.expovariate(20), chance.expovariate(20))
            await send(window, platform, who, chance.random() < 0.1, latency)

        await asyncio.gather(*(one(who) for who in people))
        return now()

    # the last of 45 in one group has to wait for two whole minutes
    assert 120 <= run_virtually(scenario()) <= 122
    assert most(platform.times(), 1) <= 30
    by_chat = defaultdict(list)
    for at, who in platform.counted:
        by_chat[who].append(at)
    assert most(by_chat.pop("-100"), 60) == 20
    assert {most(times, 1) for times in by_chat.values()} == {1}


def test_a_broadcast_without_latency_takes_hardly_more_than_the_limit_itself() -> None:
    async def scenario() -> float:
        window, platform = Window(TELEGRAM), Platform()
        await asyncio.gather(*(send(window, platform, str(n)) for n in range(3000)))
        return now()

    assert run_virtually(scenario()) <= 1.02 * (3000 - 30) / 30


def test_answers_go_before_what_nobody_waits_for() -> None:
    platform = Platform()

    async def scenario() -> None:
        window = Window(only(1))
        pushes = [asyncio.ensure_future(send(window, platform, f"push {n}")) for n in range(4)]
        await asyncio.sleep(1.5)
        await send(window, platform, "answer", first=True)
        await asyncio.gather(*pushes)

    run_virtually(scenario())
    assert [who for _, who in platform.counted] == [
        "push 0",
        "push 1",
        "answer",
        "push 2",
        "push 3",
    ]


def test_a_chat_or_group_that_has_to_wait_holds_up_nobody_else() -> None:
    platform = Platform()

    async def scenario() -> None:
        window = Window(TELEGRAM)
        crowded = ["1"] * 3 + ["-5"] * 21
        others = [str(n) for n in range(10, 15)]
        await asyncio.gather(*(send(window, platform, who) for who in crowded + others))

    run_virtually(scenario())
    at = {who: [round(t) for t in platform.times(who)] for who in ("1", "-5", "14")}
    assert at == {"1": [0, 1, 2], "-5": [0] * 20 + [60], "14": [0]}


def test_a_request_without_an_answer_holds_its_place_as_long_as_it_lasts() -> None:
    platform = Platform()

    async def scenario() -> None:
        window = Window(only(1))
        await asyncio.gather(
            send(window, platform, "slow", latency=(0, 20)), send(window, platform, "next")
        )

    run_virtually(scenario())
    assert platform.times("next") == pytest.approx([21])


def test_who_is_cancelled_while_waiting_loses_no_place() -> None:
    async def scenario() -> None:
        window = Window(only(2))
        tasks = [asyncio.ensure_future(window.enter(str(n), n % 2 == 0)) for n in range(6)]
        await asyncio.sleep(TINY)
        for task in tasks:
            task.cancel()
        for task in tasks[:2]:  # these were in
            assert not task.cancelled()
            window.leave("")
        await asyncio.sleep(2)
        assert await all_free(window, (2, 1))

    run_virtually(scenario())


def test_who_is_cancelled_at_the_very_moment_of_being_let_in_loses_no_place() -> None:
    async def scenario() -> None:
        window = Window(TELEGRAM)
        await window.enter("1", False)
        second = asyncio.ensure_future(window.enter("1", False))
        await asyncio.sleep(0)  # it waits for the place of its chat
        window.leave("1")
        # in the turn of the loop that lets it in, and before it knows
        asyncio.get_running_loop().call_later(1 + TINY / 10_000, second.cancel)
        with suppress(asyncio.CancelledError):
            await second
        await asyncio.sleep(2)
        await asyncio.wait_for(window.enter("1", False), TINY)
        window.leave("1")
        await asyncio.sleep(2)
        assert await all_free(window, (30, 1))

    run_virtually(scenario())


def test_all_places_come_back_and_no_chat_is_remembered() -> None:
    async def scenario() -> None:
        window, platform = Window(TELEGRAM), Platform()
        chance = random.Random(7)
        for _ in range(3):
            people = [str(chance.randrange(-3, 50)) for _ in range(100)]
            tasks = [asyncio.ensure_future(send(window, platform, who)) for who in people]
            await asyncio.sleep(chance.random())
            for task in chance.sample(tasks, 30):
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(61)
        assert window._chats == {}
        assert await all_free(window, (30, 1))

    run_virtually(scenario())


def test_two_processes_share_the_rate_and_one_left_alone_has_it_all() -> None:
    platform = Platform()

    async def scenario() -> float:
        windows = [Window(TELEGRAM), Window(TELEGRAM)]
        for window in windows:
            window.share(2)
        sends = [send(windows[n % 2], platform, str(n), latency=(0.2, 0.1)) for n in range(200)]
        await asyncio.gather(*sends)
        await asyncio.sleep(2)
        both = now()
        windows[0].share(1)
        await asyncio.gather(*(send(windows[0], platform, f"later {n}") for n in range(60)))
        return now() - both

    # 30 at once and 30 a second later
    assert run_virtually(scenario()) == pytest.approx(1)
    assert most(platform.times(), 1) == 30


def test_a_second_process_that_comes_while_sending_makes_room_as_answers_come() -> None:
    platform = Platform()

    async def scenario() -> None:
        window = Window(only(30))
        sends = [asyncio.ensure_future(send(window, platform, str(n))) for n in range(90)]
        await asyncio.sleep(0.5)
        window.share(2)
        await asyncio.gather(*sends)

    run_virtually(scenario())
    times = platform.times()
    assert (most(times, 1), most(times[30:], 1)) == (30, 15)


def test_more_processes_than_places_still_send() -> None:
    async def scenario() -> float:
        window, platform = Window(only(2)), Platform()
        window.share(5)
        await asyncio.gather(*(send(window, platform, str(n)) for n in range(3)))
        return now()

    assert run_virtually(scenario()) == pytest.approx(2)


def test_a_process_that_is_left_alone_lets_in_at_once_who_waited() -> None:
    async def scenario() -> float:
        window, platform = Window(only(4, 10)), Platform()
        window.share(4)
        sends = asyncio.gather(*(send(window, platform, str(n)) for n in range(4)))
        await asyncio.sleep(1)
        window.share(1)
        await sends
        return now()

    assert run_virtually(scenario()) == pytest.approx(1)


def test_a_channel_without_limits_keeps_nobody_waiting() -> None:
    async def scenario() -> float:
        window, platform = Window(Limits(**CHECKED)), Platform()
        await asyncio.gather(*(send(window, platform, "1") for _ in range(1000)))
        return now()

    assert run_virtually(scenario()) == 0
