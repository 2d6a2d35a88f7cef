"""What the assistant sent, as figures: lessons, messages, broadcasts; frozen, traced, and never made up."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import printing
from content.indicator import Count, Share, Where
from content.library import Library
from content.measure import KINDS
from content.period import Period, period
from content.topics import bits
from handlers import closing
from handlers.figures import CORE, find
from handlers.measures import SENT, counts_of, measure, taken
from handlers.report import collect
from store import periods, send_counts, sent
from store.db import Store
from store.figures import Span
from store.learning_models import Broadcast, LessonDelivery
from store.models import SendCount
from tests.conftest import run
from tests.staff import office
from tests.test_figures import opened

NOVEMBER = period("2026-11")
NOW = datetime(2026, 12, 3, 2, tzinfo=UTC)
SAFE = Where(topics=("antoan_luadao", "antoan_matkhau"))


def day(text: str) -> date:
    return date.fromisoformat(text)


def noon(text: str) -> datetime:
    return datetime.combine(day(text), time(5), UTC)


def lesson(on: str, topic: str = "antoan_luadao", **said: Any) -> LessonDelivery:
    row: dict[str, Any] = dict(
        ward_id="mau", course="residents", lesson="bai-thu", topics=bits([topic]), channel="web",
        date=day(on), outcome="sent", passed=None,
    )  # fmt: skip
    answered = said.get("passed") is not None
    return LessonDelivery(**({"answered_on": day(on) if answered else None} | row | said))


def message(on: str, kind: str, number: int, **said: Any) -> SendCount:
    row: dict[str, Any] = dict(date=day(on), ward_id="mau", channel="web", kind=kind, number=number)
    return SendCount(**({"outcome": "sent"} | row | said))


def broadcast(ended: datetime | None, state: str = "done", **said: Any) -> Broadcast:
    row: dict[str, Any] = dict(
        ward_id="mau", author_id=1, text="Tin thử", audience={}, state=state, recipients=9,
        send_at=NOW, planned_to=0, created_at=NOW, ended_at=ended, account={},
    )  # fmt: skip
    return Broadcast(**(row | said))


async def put(store: Store, *rows: Any) -> None:
    async def add(db: AsyncSession) -> None:
        db.add_all(rows)

    await store.write(add)


async def counted(
    store: Store, library: Library, wanted: Sequence[Count], days: Period = NOVEMBER, **of: Any
) -> list[tuple[float | None, str]]:
    span = Span("mau", days.first, days.last, **of)
    got = await store.read(lambda db: measure(db, library, span, wanted, span.last))
    return [(got[count].value, got[count].reason) for count in wanted]


SENDS = (
    lambda: lesson("2026-11-01", passed=True),
    lambda: lesson("2026-11-30", "antoan_matkhau", passed=False, course="team", channel="telegram"),
    lambda: lesson("2026-11-30", "kyso", passed=True, outcome="asked", course="traders"),
    lambda: lesson("2026-11-30", passed=True, outcome="ambiguous"),
    lambda: lesson("2026-12-01", passed=True),
    lambda: lesson("2026-10-20", "kyso", outcome="asked"),
    lambda: lesson("2026-10-31", "kyso", passed=True, answered_on=day("2026-11-02")),
    lambda: lesson("2026-11-05", ward_id="hai-duong"),
    lambda: lesson("2026-11-05", ward_id=None),
    lambda: message("2026-11-02", "news", 40),
    lambda: message("2026-11-02", "news", 3, outcome="refused"),
    lambda: message("2026-11-02", "news", 2, outcome="ambiguous"),
    lambda: message("2026-11-02", "news", 7, ward_id="hai-duong"),
    lambda: message("2026-11-02", "news", 70, ward_id=""),
    lambda: message("2026-11-03", "news", 5, channel="telegram"),
    lambda: message("2026-11-03", "lesson", 11),
    lambda: message("2026-11-03", "reminder", 13),
    lambda: message("2026-11-03", "deadline", 17),
    lambda: message("2026-11-03", "logging", 19),
    lambda: message("2026-11-03", "request", 100),
    lambda: message("2026-11-03", "notice", 100),
    lambda: message("2026-11-03", "reply", 100),
    lambda: message("2026-10-15", "news", 1000),
)
"""In October and November; 1 December is no day of either."""
COUNTS: dict[Count, tuple[int, int]] = {
    Count(count="lessons"): (3, 3),
    Count(count="lessons", where=SAFE): (2, 1),
    Count(count="lessons", where=Where(course=("traders", "team"))): (2, 0),
    Count(count="lessons", where=Where(course=("residents",), topics=("kyso",))): (0, 2),
    Count(count="lessons_passed"): (4, 2),
    Count(count="lessons_passed", where=SAFE): (2, 1),
    Count(count="lessons_passed", where=Where(course=("traders",))): (1, 0),
    Count(count="messages"): (105, 1105),
    Count(count="messages", where=Where(kind=("news",))): (45, 1045),
    Count(count="messages", where=Where(kind=("deadline", "logging"))): (36, 36),
    Count(count="messages", where=Where(kind=("lesson",))): (11, 11),
    Count(count="messages", where=Where(kind=("reminder",))): (13, 13),
}
"""In the calendar's November, and in the one from 15 October to 14 November."""


def test_sends_are_counted_by_day_outcome_and_kind(database_url: str, library: Library) -> None:
    wanted = list(COUNTS)

    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, *(one() for one in SENDS))
            for place, cut in enumerate(("calendar", "15-14")):
                got = await counted(store, library, wanted, period("2026-11", cut))
                want = [(number[place], "") for number in COUNTS.values()]
                assert got == want, cut

    run(scenario())


def test_a_broadcast_counts_on_the_wards_day_it_was_done(
    database_url: str, library: Library
) -> None:
    ends = {
        datetime(2026, 10, 31, 16, 59, tzinfo=UTC): 0,
        datetime(2026, 10, 31, 17, 0, tzinfo=UTC): 1,
        datetime(2026, 11, 30, 16, 59, 59, tzinfo=UTC): 1,
        datetime(2026, 11, 30, 17, 0, tzinfo=UTC): 0,
    }

    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, *(broadcast(end) for end in ends))
            others = [broadcast(noon("2026-11-05"), state) for state in ("stopped", "running")]
            await put(store, *others, broadcast(None, "planned"))
            await put(store, broadcast(noon("2026-11-05"), ward_id="hai-duong", author_id=5))
            assert await counted(store, library, [Count(count="broadcasts")]) == [(2, "")]
            rows = await store.read(
                lambda db: sent.sends(db, "mau", NOVEMBER.first, NOVEMBER.last, traced=True)
            )
            assert [row.day for row in rows] == [day("2026-11-01"), day("2026-11-30")]

    run(scenario())


def test_before_anything_was_sent_nothing_is_known(database_url: str, library: Library) -> None:
    wanted = [Count(count=name) for name in ("lessons", "messages", "broadcasts")]
    unknown, zero = [(None, "no_sends")] * 3, [(0, "")] * 3

    async def scenario() -> None:
        async with opened(database_url) as store:
            assert await counted(store, library, wanted) == unknown
            await put(store, message("2026-11-30", "request", 1))
            assert await counted(store, library, wanted, period("2026-12")) == zero
            assert await counted(store, library, wanted, period("2026-10")) == unknown

    run(scenario())


@pytest.mark.parametrize("first", ["lesson", "broadcast"])
def test_any_of_the_three_says_when_it_began(first: str, sqlite_url: str, library: Library) -> None:
    rows = {"lesson": lesson("2026-11-30"), "broadcast": broadcast(noon("2026-11-30"), "stopped")}
    wanted = [Count(count="messages")]

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await put(store, rows[first])
            assert await counted(store, library, wanted) == [(0, "")]
            assert await counted(store, library, wanted, period("2026-10")) == [(None, "no_sends")]

    run(scenario())


def test_nobody_knows_in_which_area_something_was_read(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await put(store, lesson("2026-11-03"))
            got = await counted(store, library, [Count(count="lessons")], area_id=1)
            assert got == [(None, "not_collected")]

    run(scenario())


# The rows behind


def test_the_traced_sends_add_up_to_every_figure(database_url: str, library: Library) -> None:
    plans = library.plans.values()
    named = {one for plan in plans for row in plan.indicators for one in counts_of(row)}
    counts = [count for count in {*named, *COUNTS} if count.count in SENT]
    days = (NOVEMBER.first, NOVEMBER.last)

    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, *(one() for one in SENDS), broadcast(noon("2026-11-05")))
            rows = await store.read(lambda db: sent.sends(db, "mau", *days, traced=True))
            assert all(row.day for row in rows)
            got = await counted(store, library, counts)
            assert got == [(taken(rows, count), "") for count in counts]

    run(scenario())


def test_the_trace_of_k18_lists_days_kinds_and_numbers(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await put(store, *(one() for one in SENDS), broadcast(noon("2026-11-05")))
            ward = library.wards["mau"]
            traced = await printing.traced(store, library, ward, NOVEMBER, NOVEMBER.last, "K18")
            assert traced
            for figure in traced:
                assert figure["sessions"] is None
                numbers = [one["number"] for one in figure["sends"]]
                assert figure["value"] == sum(numbers) > 0
            text = printing.listed(traced)
            assert "  2026-11-05 #1 done: 1\n" in text
            assert "  2026-11-03 telegram news sent: 5\n" in text
            assert "  2026-11-30 web traders bai-thu asked: 1" in text
            assert "ambiguous" not in text
            assert "not counted" not in text

    run(scenario())


# Closing


async def close(store: Store, library: Library, now: datetime, without: str = "") -> None:
    """Close November; `without` leaves out an indicator, as if the catalogue had not had it."""
    ward, span = library.wards["mau"], (NOVEMBER.first, NOVEMBER.last)
    closed_on = now.astimezone(send_counts.WARD_ZONE).date()

    async def freeze(db: AsyncSession) -> None:
        kept = await closing.snapshot(db, library, ward, NOVEMBER, closed_on)
        figures = {name: numbers for name, numbers in kept.items() if name != without}
        await periods.close(db, "mau", NOVEMBER.id, NOVEMBER.cut, span, figures, None, now)

    await store.write(freeze)


async def differences(store: Store, library: Library) -> set[tuple[str, int, int]]:
    _, different = await store.read(lambda db: closing.recount(db, library))
    return {(one.indicator, one.frozen, one.now) for one in different}


def test_what_was_sent_is_frozen_and_held_against_its_rows(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await put(store, *(one() for one in SENDS), broadcast(noon("2026-11-05")))
            await close(store, library, NOW)
            (closed,) = await store.read(periods.closed)
            assert closed.figures["K18"] == [1, 105, 45, 11, 13, 36, 3]
            assert closed.figures["K13"] == [0, 0, 0, 0, 3, 4, 0]
            assert closed.figures["K17"] == [0, 0, 0, 2, 1, 0]
            assert await differences(store, library) == set()
            gone = delete(LessonDelivery).where(LessonDelivery.date == day("2026-11-01"))
            await store.write(lambda db: db.execute(gone))
            found = await differences(store, library)
            assert {("K13", 3, 2), ("K13", 4, 3), ("K17", 2, 1), ("K18", 3, 2)} <= found

    run(scenario())


def test_an_answer_after_the_end_changes_no_closed_figure(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await put(store, *(one() for one in SENDS))
            await close(store, library, NOW)
            later = [lesson("2026-12-03"), message("2026-12-03", "news", 5), broadcast(NOW)]
            await put(store, *later)
            open_still = update(LessonDelivery).where(LessonDelivery.passed.is_(None))
            answered = open_still.values(passed=True, answered_on=day("2026-12-01"))
            await store.write(lambda db: db.execute(answered))
            assert await differences(store, library) == set()

    run(scenario())


def test_a_period_closed_early_freezes_the_days_before(sqlite_url: str, library: Library) -> None:
    """Nobody can forbid that more is sent on the rest of its days, as sessions can be forbidden."""
    early = datetime(2026, 11, 20, 1, tzinfo=UTC)

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await put(store, lesson("2026-11-19"), lesson("2026-11-20", passed=True))
            await close(store, library, early)
            (closed,) = await store.read(periods.closed)
            assert closed.figures["K13"][4:6] == [1, 0]
            later = [lesson("2026-11-20", passed=True), message("2026-11-25", "news", 5)]
            await put(store, *later, broadcast(noon("2026-11-25")))
            assert await differences(store, library) == set()

    run(scenario())


def test_a_figure_that_was_not_frozen_then_is_not_missed_now(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await put(store, *(one() for one in SENDS))
            await close(store, library, NOW, without="K18")
            assert await differences(store, library) == set()

    run(scenario())


# The catalogue and the report


@pytest.mark.parametrize(
    ("count", "where", "advice"),
    [
        ("messages", Where(topics=("kyso",)), "'messages' cannot be narrowed by: topics"),
        ("broadcasts", Where(kind=("news",)), "'broadcasts' cannot be narrowed by: kind"),
        ("lessons", Where(audience=("citizen",)), "'lessons' cannot be narrowed by: audience"),
        ("messages", Where(kind=("scam",)), "no such code: scam"),
        ("feedback", Where(kind=("news",)), "no such code: news"),
    ],
)
def test_a_filter_that_could_find_nothing_is_refused(count: Any, where: Where, advice: str) -> None:
    for made in (Count, Share):
        with pytest.raises(ValidationError, match=advice):
            made(count=count, where=where)
    with pytest.raises(ValidationError, match="no such code: elders"):
        Where(course=("elders",))


def test_the_catalogue_knows_the_kinds_that_are_counted() -> None:
    assert set(KINDS["messages"]) == set(sent.KINDS)


def test_lessons_stand_apart_from_classes(library: Library) -> None:
    """Never added together, and a right answer is no "đạt" (facts/programme.md, b.3)."""
    row = next(one for one in library.plans[CORE].indicators if one.id == "K13")
    names = {figure.count: figure.name for figure in row.figures}
    assert names["lessons"] == "Lượt bài học gửi/mở trên trợ lý"
    assert "đạt" not in names["lessons_passed"]
    notes = [note for one in library.plans[CORE].indicators for note in one.notes]
    assert not [note for note in notes if "Tin nhắn gửi đi" in note]


def test_products_of_other_channels_are_still_typed_in(sqlite_url: str, library: Library) -> None:
    found = find(library, library.wards["mau"], "k18")
    assert found
    assert found[1].klass == "measured"
    assert found[1].official

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("/value K18")
            kinds = [one.value for one in hoa.last.options if one.value.endswith(":actual")]
            assert kinds
            said = (await hoa.say("/figures K18 tháng 11")).text
            assert "Lượt bài học gửi/mở trên trợ lý: —" in said

    run(scenario())


def test_what_was_not_sent_is_nobodys_debt(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            ward = library.wards["mau"]
            report = await store.read(lambda db: collect(db, library, ward, NOVEMBER, NOW.date()))
            reasons = {(gap.id, gap.reason) for gap in report.missing}
            assert ("K18", "no_value") in reasons
            assert "no_sends" not in {reason for _, reason in reasons}
            assert report.facts.unsure == 0
            await put(store, *(one() for one in SENDS))
            report = await store.read(lambda db: collect(db, library, ward, NOVEMBER, NOW.date()))
            assert report.facts.unsure == 2

    run(scenario())
