"""What came of it: the rows of the database beside what people wrote and what came to them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bench.crash_match import Row, match, story
from bench.crash_people import Said
from bench.crash_programs import Life
from bench.crash_telegram import Arrival, CrashTelegram
from bot.delivery import SENDERS
from store.enrolments import ARRIVED
from store.kinds import LESSON, REPLY
from store.outbox import AMBIGUOUS, FINAL

LATE = 300
"""Seconds after which an answer is late."""
CRASH = "crash"
"""The code of a row that a dead sender left begun."""


@dataclass(frozen=True)
class Figure:
    """One line of the table; `broken`: it must be zero and is not."""

    name: str
    shown: str
    cases: tuple[str, ...] = ()
    """What must not have happened."""


def figure(name: str, *values: object) -> Figure:
    return Figure(name, " / ".join(map(str, values)))


def must(name: str, cases: Iterable[object]) -> Figure:
    """What must not happen, not once."""
    told = tuple(map(str, cases))
    return Figure(f"! {name}", str(len(told)), told)


def account(
    planned: list[Row],
    known: set[tuple[str, str]],
    counted: tuple[Counter[str], Counter[str]],
    said: list[Said],
    lives: list[Life],
    telegram: CrashTelegram,
) -> list[Figure]:
    """`known`: the messages that have a mark; `counted`: lessons by outcome, as the program did."""
    left_over = match(planned, telegram.arrivals)
    return [
        *_of_processes(lives, telegram),
        *_of_messages(planned, known, said),
        *_of_sends(planned, left_over, counted, telegram.arrivals),
        *_of_doubts(planned, lives, telegram.asked),
        figure("refused by Telegram with 429 / otherwise", *_refused(telegram)),
    ]


def _of_processes(lives: list[Life], telegram: CrashTelegram) -> list[Figure]:
    killed = [life for life in lives if life.killed]
    up = [life for life in killed if life.number in telegram.first_call]
    return [
        figure("kills / while it was up / of starts by exec", len(killed), len(up), _cold(killed)),
        must("programs that ended by themselves", [life for life in lives if life.broke]),
        *(
            figure(
                f"longest from start by {how}, s: to first call / to first send",
                _longest(cold, lives, telegram.first_call),
                _longest(cold, lives, telegram.first_send),
            )
            for how, cold in (("fork", False), ("exec", True))
        ),
    ]


def _cold(lives: list[Life]) -> int:
    return sum(life.cold for life in lives)


def _longest(cold: bool, lives: list[Life], first: dict[int, float]) -> str:
    waits = [
        first[one.number] - one.began for one in lives if one.cold is cold and one.number in first
    ]
    return f"{max(waits):.1f}" if waits else "-"


def _of_messages(planned: list[Row], known: set[tuple[str, str]], said: list[Said]) -> list[Figure]:
    taken = [one for one in said if one.taken]
    answers = {
        (row.address, row.key.rpartition(":")[2]): row for row in planned if row.kind == REPLY
    }
    lost = [one for one in taken if one.mark not in known or one.mark not in answers]
    waits = sorted(
        answers[one.mark].came[0] - one.at
        for one in taken
        if one.mark in answers and answers[one.mark].came
    )
    return [
        figure("messages written / taken", len(said), len(taken)),
        must("messages taken and lost", lost),
        figure("answers that came after more than 5 minutes", sum(wait > LATE for wait in waits)),
        figure("answers that never came", len(taken) - len(waits)),
        figure("seconds to the answer: median / longest", *_middle_and_last(waits)),
    ]


def _middle_and_last(waits: list[float]) -> tuple[str, str]:
    return (f"{waits[len(waits) // 2]:.1f}", f"{waits[-1]:.1f}") if waits else ("-", "-")


def _of_sends(
    planned: list[Row],
    left_over: list[Arrival],
    counted: tuple[Counter[str], Counter[str]],
    arrivals: list[Arrival],
) -> list[Figure]:
    lessons = [row for row in planned if row.kind == LESSON]
    texts = {(row.address, row.text) for row in lessons}
    twice = [one for one in left_over if (one.address, one.text) in texts]
    others = [one for one in left_over if (one.address, one.text) not in texts]
    ended = Counter(row.state for row in lessons)

    def told(found: Iterable[Row | Arrival]) -> list[str]:
        return [story(one.address, planned, arrivals) for one in found]

    return [
        must("planned sends without an outcome", [r for r in planned if r.state not in FINAL]),
        must("lessons that came twice", told(twice)),
        must("answers that came twice without a doubt", told(others)),
        must("sent by the record, and never came", told(row for row in planned if row.silent)),
        must("lessons counted otherwise than recorded", _apart(ended, counted[0], FINAL)),
        must("lessons kept otherwise than recorded", _apart(ended, counted[1], ARRIVED)),
        figure("lessons: " + " / ".join(FINAL), *(ended[state] for state in FINAL)),
    ]


def _apart(ended: Counter[str], counted: Counter[str], states: Iterable[str]) -> list[str]:
    return [
        f"{state}: {ended[state]} recorded, {counted[state]} found"
        for state in states
        if ended[state] != counted[state]
    ]


def _of_doubts(
    planned: list[Row], lives: list[Life], asked: dict[tuple[str, str], int]
) -> list[Figure]:
    doubtful = [row for row in planned if row.state == AMBIGUOUS]
    by_kill = Counter(_killer(row, lives, asked) for row in doubtful if row.code == CRASH)
    kills = sum(life.killed for life in lives)
    repeated = [row for row in planned if row.doubts]
    return [
        figure("ambiguous of them: arrived / for another reason than a crash",
               sum(bool(row.came) for row in doubtful), len(doubtful) - by_kill.total()),
        figure(f"ambiguous at one kill: mean / most (SENDERS: {SENDERS})",
               f"{by_kill.total() / max(kills, 1):.2f}", max(by_kill.values(), default=0)),
        figure("answers repeated in doubt / that came twice",
               len(repeated), sum(len(row.came) > 1 for row in repeated)),
    ]  # fmt: skip


def _killer(row: Row, lives: list[Life], asked: dict[tuple[str, str], int]) -> int:
    """The start of a program whose kill left a row begun.

    Telegram knows who asked. Where it was asked nothing, it was the first kill after that: from the
    commit to the asking it takes no tenth of a second.
    """
    if life := asked.get((row.address, row.text)):
        return life
    begun = row.begun_at.timestamp() if row.begun_at else 0.0
    after = [life for life in lives if life.ended and life.began <= begun <= life.ended]
    return min(after, key=lambda life: life.ended or 0.0).number if after else 0


def _refused(telegram: CrashTelegram) -> tuple[int, int]:
    return telegram.refused[429], telegram.refused.total() - telegram.refused[429]
