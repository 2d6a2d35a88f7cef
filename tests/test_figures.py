"""Figures: the same as a slow and obvious count, whatever happened to the log."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from content import library as content_library
from content.indicator import Count, Figure, Indicator, Share, Target, Where
from content.library import Library
from content.period import period
from content.topics import TOPIC_ORDER, bits, codes_of
from content.vocabulary import AUDIENCES, OUTCOMES, PLACES, PRIORITIES
from handlers import closing, figures, numbers
from handlers.measures import counts_of, measure, tally_of
from store import figures as log
from store import members, register, sessions, values, wards
from store.db import Store
from store.figures import Span, Tally
from store.migrate import migrate
from store.models import Feedback, GuideRun, Rating
from store.sessions import Told
from store.team_models import Member, Team
from store.values import ACTUAL, ESTIMATE, Base, Entered
from tests.conftest import run
from tests.staff import office

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
NOVEMBER = period("2026-11")
PLAIN = Told(
    date=date(2026, 11, 10), kind="help", area_id=None, people=3, households=0, unfinished=0,
    passed=None, topics=bits(["vneid_tao"]), priority=0, audience="citizen", outcome="helped",
    place=None, campaign=None, age_band=None, minutes=None, first_time=False, reason=None,
)  # fmt: skip


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """A database with two wards, two teams and four members in each."""
    store = Store(url)
    await migrate(store.engine)
    await store.write(_people)
    yield store
    await store.close()


async def _people(db: AsyncSession) -> None:
    for ward in ("mau", "hai-duong"):
        await wards.sync(db, ward, ward, {"1": "TDP 1", "2": "TDP 2"})
        areas = await wards.areas_of(db, ward)
        for number, area in enumerate(areas):
            db.add(Team(ward_id=ward, area_id=area.id, name=f"T{number}", since=date(2025, 1, 1)))
        await db.flush()
    for ward, first_team in (("mau", 1), ("hai-duong", 3)):
        for number in range(4):
            db.add(
                Member(
                    ward_id=ward, team_id=first_team + number % 2, role="member", name=f"N{number}",
                    org="youth" if number == 3 else "team", since=date(2025, 1, 1),
                    trained_on=date(2026, 3, 1) if number == 0 else None,
                )
            )  # fmt: skip


async def add(db: AsyncSession, told: Told, member: int = 1) -> int:
    row = await members.get(db, member)
    assert row
    by = sessions.By(member, row.ward_id, row.team_id, row.org, "web")
    return await sessions.add(db, by, told, "0000", NOW, NOW)


# The slow reference


@dataclass
class Row:
    """One session as the reference knows it."""

    ward: str
    member: int
    told: Told
    voided: bool = False
    confirmed: int = 0


def reference(rows: Sequence[Row], count: Count, ward: str, first: date, last: date) -> int:
    """The count by hand, row after row, as facts/indicators.md section 1 says it."""
    there = [
        row
        for row in rows
        if row.ward == ward and not row.voided and first <= row.told.date <= last
        and fits(row, count.where)
    ]  # fmt: skip
    helped = [row for row in there if row.told.kind == "help"]
    taught = [row for row in there if row.told.kind == "class"]
    done = [row for row in helped if row.told.outcome in ("self", "helped")]
    return {
        "sessions": len(helped),
        "people": sum(row.told.people for row in helped),
        "successes": sum(row.told.people - row.told.unfinished for row in done),
        "households": sum(row.told.households for row in helped),
        "confirmed": len([row for row in helped if row.confirmed]),
        "classes": len(taught),
        "attended": sum(row.told.people for row in taught),
        "passed": sum(row.told.passed or 0 for row in taught),
        "reached": sum(row.told.people for row in there),
        "active_teams": len({team(row) for row in helped}),
        "active_members": len({row.member for row in helped}),
        "member_days": len({(row.member, row.told.date) for row in there}),
        "campaigns": len({row.told.campaign for row in there} - {None}),
    }[count.count]


def fits(row: Row, where: Where) -> bool:
    told = row.told
    said = {
        "topics": set(codes_of(told.topics)),
        "priority": set(codes_of(told.priority, tuple(PRIORITIES))),
        "audience": {told.audience},
        "place": {told.place},
        "org": {"youth" if (row.member - 1) % 4 == 3 else "team"},
    }
    return all(said[name] & set(wanted) for name in said if (wanted := getattr(where, name)))


def team(row: Row) -> int:
    """Members 1 to 4 are of teams 1 and 2, members 5 to 8 of teams 3 and 4."""
    return (row.member - 1) // 4 * 2 + (row.member - 1) % 2


def some(options: dict[str, str]) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(options))


@st.composite
def tellings(draw: st.DrawFn) -> Told:
    people = draw(st.integers(1, 40))
    kind = draw(st.sampled_from(["help", "help", "class"]))
    return Told(
        date=date(2026, 10, 28) + timedelta(days=draw(st.integers(0, 40))),
        kind=kind,
        area_id=None,
        people=people,
        households=draw(st.integers(0, 3)),
        unfinished=draw(st.integers(0, people)),
        passed=draw(st.none() | st.integers(0, people)) if kind == "class" else None,
        topics=bits(draw(st.lists(st.sampled_from(TOPIC_ORDER), min_size=1, max_size=3))),
        priority=draw(st.integers(0, 7)),
        audience=draw(some(AUDIENCES)),
        outcome=draw(some(OUTCOMES)),
        place=draw(st.none() | some(PLACES)),
        campaign=draw(st.none() | st.sampled_from(["Chợ số", "Mùa hè xanh"])),
        age_band=None,
        minutes=None,
        first_time=False,
        reason=None,
    )


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("log"), st.integers(1, 8), tellings()),
        st.tuples(st.just("edit"), st.integers(0, 20), tellings()),
        st.tuples(st.just("void"), st.integers(0, 20), st.none()),
        st.tuples(st.just("confirm"), st.integers(0, 20), st.none()),
        st.tuples(st.just("close"), st.integers(0, 1), st.none()),
    ),
    max_size=25,
)


async def play(store: Store, steps: Sequence[tuple[str, int, Any]], library: Library) -> list[Row]:
    rows: list[Row] = []
    for what, number, told in steps:
        if what == "log":
            await store.write(lambda db, t=told, n=number: add(db, t, n))
            rows.append(Row("mau" if number <= 4 else "hai-duong", number, told))
        elif what == "close":
            ward = library.wards["mau"]
            await store.write(
                lambda db, w=ward: closing.snapshot(db, library, w, NOVEMBER, NOW.date())
            )
        elif rows:
            at = number % len(rows)
            await store.write(lambda db, a=at, w=what, t=told: _change(db, a + 1, w, t))
            if what == "edit" and not rows[at].voided:
                rows[at].confirmed *= same_help(rows[at].told, told)
                rows[at].told = told
            elif what == "void":
                rows[at].voided = True
            elif what == "confirm":
                rows[at].confirmed += 1
    return rows


def same_help(old: Told, new: Told) -> bool:
    """Whether what residents confirmed is still what the session says."""
    kept = ("area_id", "passed", "priority", "audience", "place", "campaign", "age_band", "minutes")
    free: dict[str, Any] = dict.fromkeys((*kept, "first_time", "reason"))
    return replace(old, **free) == replace(new, **free)


async def _change(db: AsyncSession, number: int, what: str, told: Told | None) -> None:
    session = await sessions.get(db, number)
    assert session
    if what == "edit" and told and not session.voided:
        await sessions.change(db, session, told, 1, "sửa", NOW)
    elif what == "void" and not session.voided:
        await sessions.void(db, session, 1, "nhầm", NOW)
    elif what == "confirm":
        count = session.confirmed + 1
        await db.execute(
            text("UPDATE support_session SET confirmed=:c WHERE id=:i"), {"c": count, "i": number}
        )


_library = cache(content_library.load)  # not a fixture: hypothesis would print it all


@cache
def empty_database() -> bytes:
    """A migrated file with its people, copied for every example."""

    async def make(path: Path) -> None:
        async with opened(f"sqlite:///{path}") as store, store.engine.connect() as connection:
            await connection.exec_driver_sql("SELECT 1")

    with TemporaryDirectory() as folder:
        run(make(Path(folder) / "a.db"))
        return (Path(folder) / "a.db").read_bytes()


def all_counts(library: Library) -> list[Count]:
    """Every count any plan asks for, and some that none does."""
    wanted = {c for p in library.plans.values() for row in p.indicators for c in counts_of(row)}
    more = {
        Count(count="people", where=Where(priority=("disabled",), place=("market",))),
        Count(count="member_days", where=Where(org=("youth",))),
        Count(count="campaigns"),
        Count(count="active_members", where=Where(topics=("kyso", "ssk"))),
    }
    return sorted((c for c in wanted | more if c.count in log.MEASURES), key=str)


@settings(max_examples=40, deadline=None)
@given(steps=STEPS)
def test_figures_are_what_a_slow_count_gives(steps: list[tuple[str, int, Any]]) -> None:
    library = _library()
    counts = all_counts(library)

    async def scenario(path: Path) -> None:
        store = Store(f"sqlite:///{path}")
        rows = await play(store, steps, library)
        began = min((row.told.date for row in rows if row.ward == "mau"), default=None)
        for days in (NOVEMBER, period("2026-11", "15-14"), NOVEMBER.so_far):
            span = Span("mau", days.first, days.last)
            got = await store.read(lambda db, s=span: measure(db, library, s, counts, s.last))
            for count in counts:
                want = reference(rows, count, "mau", days.first, days.last)
                silent = began is None or began > days.last
                assert got[count].value == (None if silent else want), count
        await store.close()

    with TemporaryDirectory() as folder:
        path = Path(folder) / "b.db"
        path.write_bytes(empty_database())
        run(scenario(path))


def test_voided_sessions_still_say_when_the_log_began(sqlite_url: str, library: Library) -> None:
    """A ward that logged and voided has a log: its zero is a zero."""

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            number = await store.write(lambda db: add(db, PLAIN))
            await store.write(lambda db: _change(db, number, "void", None))
            span = Span("mau", NOVEMBER.first, NOVEMBER.last)
            wanted = [Count(count="people")]
            got = await store.read(lambda db: measure(db, library, span, wanted, span.last))
            assert got[wanted[0]].value == 0

    run(scenario())


def test_both_databases_count_alike(database_url: str, library: Library) -> None:
    told = [
        PLAIN,
        replace(PLAIN, kind="class", people=25, passed=20, topics=bits(["bdhvs_hoc", "kyso"])),
        replace(PLAIN, audience="business", households=2, place="market", people=2,
                topics=bits(["ttkdtm_qr"]), outcome="failed", reason="mất mạng"),
        replace(PLAIN, topics=bits(["khac"]), priority=5, unfinished=1, campaign="Chợ số"),
    ]  # fmt: skip
    rows = [Row("mau", number, one) for number, one in enumerate(told, 1)]

    async def scenario() -> None:
        async with opened(database_url) as store:
            for row in rows:
                await store.write(lambda db, r=row: add(db, r.told, r.member))
            span = Span("mau", NOVEMBER.first, NOVEMBER.last)
            counts = all_counts(library)
            got = await store.read(lambda db: measure(db, library, span, counts, span.last))
            for count in counts:
                days = NOVEMBER.first, NOVEMBER.last
                assert got[count].value == reference(rows, count, "mau", *days), count

    run(scenario())


def test_the_rows_behind_a_figure_add_up_to_it(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            for member in (1, 2, 5):
                await store.write(lambda db, m=member: add(db, PLAIN, m))
            await store.write(lambda db: add(db, replace(PLAIN, topics=bits(["kyso"]))))
            span, tally = Span("mau", NOVEMBER.first, NOVEMBER.last), Tally("people", topics=1)
            rows = await store.read(lambda db: log.behind(db, span, tally))
            assert [row.id for row in rows] == [1, 2]
            assert sum(row.people for row in rows) == 6
            assert (await store.read(lambda db: log.count(db, span, [tally]))) == [6]
            assert rows[0].member == "N0"
            assert rows[0].team == "T0"

    run(scenario())


def test_an_area_and_a_member_have_figures_of_their_own(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            area = (await store.read(lambda db: wards.areas_of(db, "mau")))[0].id
            await store.write(lambda db: add(db, replace(PLAIN, area_id=area)))
            await store.write(lambda db: add(db, PLAIN, 2))
            span = Span("mau", NOVEMBER.first, NOVEMBER.last)
            people = [Tally("people")]
            for narrower, want in (
                (replace(span, area_id=area), [3]),
                (replace(span, member_id=2), [3]),
                (replace(span, member_id=3), [0]),
                (span, [6]),
            ):
                assert await store.read(lambda db, s=narrower: log.count(db, s, people)) == want
            by = await store.read(lambda db: log.count_by(db, span, people, "member"))
            assert by == {1: [3], 2: [3]}

    run(scenario())


# Rules of the table


def figure(**said: Any) -> Figure:
    return Figure(name="x", **said)


@pytest.mark.parametrize(
    ("op", "value", "met"),
    [
        (">=", 80, True),
        (">=", 79.9, False),
        (">", 80, False),
        (">", 80.1, True),
        ("=", 80, True),
        ("=", 79, False),
        ("<=", 80, True),
        ("<=", 81, False),
    ],
)
def test_a_target_is_met_as_its_words_say(op: Any, value: float, met: bool) -> None:
    assert figures.meets(value, Target(op=op, value=80)) is met


def test_a_target_in_words_is_neither_met_nor_missed() -> None:
    assert figures.meets(5, Target(text="tham gia đầy đủ")) is None


def test_between_two_milestones_the_next_one_holds(library: Library) -> None:
    _, row = found(library, "phu-lien", "PL95-II-28")
    assert [(t.year, t.value) for t in row.targets][:2] == [(2025, 70), (2030, 85)]
    for year, wanted in ((2025, 70), (2026, 85), (2029, 85), (2031, 95)):
        target = row.target_for(year)
        assert target
        assert target.value == wanted
    assert row.target_for(2046) is None


def found(library: Library, ward: str, name: str) -> tuple[Any, Indicator]:
    row = figures.find(library, library.wards[ward], name)
    assert row
    return row


async def row_of(store: Store, library: Library, name: str, ward: str = "hai-duong") -> Any:
    rows = await store.read(
        lambda db: figures.table(db, library, library.wards[ward], NOVEMBER, NOVEMBER.last)
    )
    return next(row for row in rows if row.indicator.id == name)


def entered(**said: Any) -> Entered:
    given: dict[str, Any] = dict(
        indicator="HD24-A.V.2", first=NOVEMBER.first, last=NOVEMBER.last, kind=ACTUAL, value=None,
        num=None, den=None, text=None, source="một cửa", source_on=NOW.date(),
    )  # fmt: skip
    return Entered(**(given | said))


def test_an_empty_ward_prints_no_zero(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            ward = library.wards["phu-lien"]
            rows = await store.read(
                lambda db: figures.table(db, library, ward, NOVEMBER, NOVEMBER.last)
            )
            assert len(rows) > 140
            for row in rows:
                for one in row.figures:
                    assert one.now.value is None, row.indicator.id
                    assert one.now.reason
                assert row.official is None or row.official.value is None
                assert row.met is None

    run(scenario())


def test_an_official_value_is_divided_by_what_was_entered_with_it(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await store.write(
                lambda db: values.enter(db, "hai-duong", entered(num=850, den=1000), None, NOW)
            )
            row = await row_of(store, library, "HD24-A.V.2")
            assert (row.official.value, row.official.num, row.official.den) == (85, 850, 1000)
            assert row.met is True
            await store.write(
                lambda db: values.enter(db, "hai-duong", entered(value=84.9), None, NOW)
            )
            row = await row_of(store, library, "HD24-A.V.2")
            assert (row.official.value, row.met) == (84.9, False)

    run(scenario())


def test_a_value_of_another_year_or_to_come_does_not_speak(
    sqlite_url: str, library: Library
) -> None:
    last_year = dict(first=date(2025, 11, 1), last=date(2025, 11, 30), value=50)
    to_come = dict(first=date(2026, 12, 1), last=date(2026, 12, 31), value=60)

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            for said in (last_year, to_come):
                await store.write(
                    lambda db, s=said: values.enter(db, "hai-duong", entered(**s), None, NOW)
                )
            row = await row_of(store, library, "HD24-A.V.2")
            assert (row.official.value, row.official.reason) == (None, "no_value")
            year = dict(first=date(2026, 1, 1), last=date(2026, 12, 31), value=88.0, kind=ESTIMATE)
            await store.write(lambda db: values.enter(db, "hai-duong", entered(**year), None, NOW))
            row = await row_of(store, library, "HD24-A.V.2")
            assert row.estimate.value == 88
            assert row.official.value is None

    run(scenario())


async def officially(
    store: Store, library: Library, name: str, days: str
) -> tuple[float | None, tuple[date, date] | None]:
    """The official value for some days, and the days it was entered for."""
    ward, of = library.wards["hai-duong"], period(days)
    rows = await store.read(lambda db: figures.table(db, library, ward, of, of.last))
    row = next(row for row in rows if row.indicator.id == name)
    assert row.official
    assert (row.official.value is None) == (row.official.reason == "no_value")
    days_of = (row.entered.first, row.entered.last) if row.entered else None
    return row.official.value, days_of


async def enter(store: Store, indicator: str, days: str, value: float) -> None:
    of = period(days)
    said = entered(indicator=indicator, first=of.first, last=of.last, value=value)
    await store.write(lambda db: values.enter(db, "hai-duong", said, None, NOW))


def test_a_count_speaks_for_its_own_days_only(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await enter(store, "HD24-A.I.1", "2026-10", 40)
            for days in ("2026-11", "2026", "2026-Q4"):
                assert await officially(store, library, "HD24-A.I.1", days) == (None, None)
            await enter(store, "HD24-A.I.1", "2026", 500)
            await enter(store, "HD24-A.I.1", "2026-12", 7)
            await enter(store, "HD24-A.I.1", "2026-10", 41)
            for days, value in (("2026", 500), ("2026-12", 7), ("2026-10", 41), ("2026-11", None)):
                got, _ = await officially(store, library, "HD24-A.I.1", days)
                assert got == value, days

    run(scenario())


def test_a_share_speaks_until_a_newer_one_of_no_longer_days(
    database_url: str, library: Library
) -> None:
    october, november = period("2026-10"), period("2026-11")

    async def scenario() -> None:
        async with opened(database_url) as store:
            await enter(store, "HD24-A.V.2", "2026-9M", 60)
            await enter(store, "HD24-A.V.2", "2026-10", 80)
            for days in ("2026-10", "2026-11", "2026-12", "2026-Q4", "2026"):
                got = await officially(store, library, "HD24-A.V.2", days)
                assert got == (80, (october.first, october.last)), days
            assert await officially(store, library, "HD24-A.V.2", "2026-09") == (None, None)
            assert await officially(store, library, "HD24-A.V.2", "2027-01") == (None, None)
            await enter(store, "HD24-A.V.2", "2026", 88)
            await enter(store, "HD24-A.V.2", "2026-11", 81)
            assert (await officially(store, library, "HD24-A.V.2", "2026"))[0] == 88
            got = await officially(store, library, "HD24-A.V.2", "2026-12")
            assert got == (81, (november.first, november.last))

    run(scenario())


def test_an_opened_indicator_shows_the_days_of_its_value(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            for days, value in (("2026-10", 80.0), ("2026-9M", 60.0)):
                of = period(days)
                said = entered(first=of.first, last=of.last, value=value)
                await world.app.store.write(
                    lambda db, e=said: values.enter(db, "mau", e, None, NOW)
                )
            text = (await hoa.say("/figures HD24-A.V.2 tháng 11")).text
            assert "80,0% (01/10/2026 đến 31/10/2026)" in text
            assert "60,0%" not in text
            lines = (await hoa.say("/figures HD24-A.V.2 tháng 9")).text.splitlines()
            assert "— (chưa ai nhập số chính thức)" in lines[4]
            assert "60,0% (01/01/2026 đến 30/09/2026)" in lines[5]

    run(scenario())


@pytest.mark.parametrize(
    "typed", [".".join(["1", *["000"] * 120]), "9" * 400, "1.000.000.000.000.001"]
)  # fmt: skip
def test_a_number_beyond_all_use_is_asked_again(
    typed: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("/value HD24-A.I.1")
            await hoa.choose(next(o.value for o in hoa.last.options if o.value.endswith(":actual")))
            await hoa.say("tháng 10")
            assert "Gõ một số" in (await hoa.say(typed)).text

    run(scenario())


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1.000.000.000.000.000", 1e15),
        ("1.000.000.000.000.001", None),
        ("9" * 400, None),
        ("-" + "9" * 400, None),
        ("85,5%", 85.5),
        ("nan", None),
    ],
)
def test_numbers_have_an_end(typed: str, number: float | None) -> None:
    assert numbers.read(typed) == number


def test_a_missing_base_is_said_and_not_replaced_by_another_year(
    sqlite_url: str, library: Library
) -> None:
    said = entered(indicator="PL95-I-8", num=900)
    base = Base("population", 2025, 1000, "thống kê", date(2026, 1, 5))

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await store.write(lambda db: wards.sync(db, "phu-lien", "x", {}))
            await store.write(lambda db: values.enter(db, "phu-lien", said, None, NOW))
            await store.write(lambda db: values.enter_base(db, "phu-lien", base, None, NOW))
            row = await row_of(store, library, "PL95-I-8", "phu-lien")
            assert (row.official.value, row.official.reason) == (None, "no_base")
            now = replace(base, year=2026)
            await store.write(lambda db: values.enter_base(db, "phu-lien", now, None, NOW))
            row = await row_of(store, library, "PL95-I-8", "phu-lien")
            assert row.official.value == 90
            assert row.met is False  # at least 95 in 2030, the next milestone

    run(scenario())


def test_heads_are_not_held_against_a_percentage(sqlite_url: str, library: Library) -> None:
    """K10 asks for a share of enterprises; the log knows how often some were helped, not how many."""

    async def scenario() -> None:
        async with opened(sqlite_url) as store:

            async def helped(db: AsyncSession) -> None:
                await wards.sync(db, "hung-dao", "x", {})
                number = await members.add(db, "hung-dao", "officer", "x", "team", None, NOW.date())
                invoices = bits(["hoadon_dt"])
                told = replace(PLAIN, audience="business", households=150, topics=invoices)
                await add(db, told, number)

            await store.write(helped)
            row = await row_of(store, library, "K10", "hung-dao")
            assert row.figures[0].now.value == 150
            assert replace(row, target=Target(op=">=", value=80)).met is None

    run(scenario())


def test_guides_ratings_and_feedback_are_counted_by_day_and_kind(
    sqlite_url: str, library: Library
) -> None:
    day = date(2026, 11, 3)
    rows: list[Any] = [
        GuideRun(guide="vneid-install", ward_id="mau", channel="web", date=day, outcome="done"),
        GuideRun(guide="dvc-login", ward_id="mau", channel="web", date=day, outcome="open"),
        Rating(about="session", ref="1", score=5, ward_id="mau", date=day),
        Rating(about="session", ref="1", score=3, ward_id="mau", date=day),
        Rating(about="guide", ref="dvc-login", score=4, ward_id="mau", date=date(2026, 9, 1)),
        Feedback(kind="scam", text="x", ward_id="mau", channel="web", date=day, status="new"),
        Feedback(kind="proposal", text="x", ward_id="mau", channel="web", date=day,
                 status="answered"),
    ]  # fmt: skip
    wanted = {
        Count(count="guide_runs"): 2,
        Count(count="guide_runs", where=Where(topics=("dvc_taikhoan",))): 1,
        Count(count="guides_finished", where=Where(topics=("dvc_taikhoan",))): 0,
        Count(count="ratings"): 2,
        Count(count="good_ratings"): 1,
        Count(count="feedback", where=Where(kind=("scam",))): 1,
        Count(count="feedback_answered"): 1,
        Count(count="teams"): 2,
        Count(count="members"): 4,
        Count(count="trained"): 1,
        Count(count="ratings", where=Where(about=("dossier",))): None,
    }

    async def scenario() -> None:
        async with opened(sqlite_url) as store:

            async def fill(db: AsyncSession) -> None:
                db.add_all(rows)

            await store.write(fill)
            span = Span("mau", NOVEMBER.first, NOVEMBER.last)
            got = await store.read(lambda db: measure(db, library, span, wanted, span.last))
            assert {count: got[count].value for count in wanted} == wanted
            earlier = Span("mau", date(2026, 8, 1), date(2026, 8, 31))
            got = await store.read(lambda db: measure(db, library, earlier, wanted, earlier.last))
            assert got[Count(count="guide_runs")].reason == "no_use"

    run(scenario())


def test_a_team_that_ended_counts_for_the_days_it_was_there(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await store.write(
                lambda db: db.execute(text("UPDATE team SET until='2026-10-15' WHERE id=1"))
            )
            october = await store.read(
                lambda db: register.counts(db, "mau", date(2026, 10, 1), date(2026, 10, 31))
            )
            november = await store.read(
                lambda db: register.counts(db, "mau", NOVEMBER.first, NOVEMBER.last)
            )
            assert (october["teams"], november["teams"]) == (2, 1)

    run(scenario())


def test_the_register_says_nothing_before_its_first_day(
    database_url: str, library: Library
) -> None:
    october = Span("mau", date(2026, 10, 1), date(2026, 10, 31))
    wanted = [Count(count=name) for name in ("teams", "members", "trained")]

    async def said(store: Store, span: Span) -> list[tuple[float | None, str]]:
        got = await store.read(lambda db: measure(db, library, span, wanted, span.last))
        return [(got[count].value, got[count].reason) for count in wanted]

    async def scenario() -> None:
        async with opened(database_url) as store:
            assert await said(store, october) == [(2, ""), (4, ""), (1, "")]
            since = text("UPDATE member SET since='2026-11-20'")
            await store.write(lambda db: db.execute(since))
            assert await said(store, october) == [(2, ""), *[(None, "no_register")] * 2]
            span = replace(october, last=date(2026, 11, 30))
            assert await said(store, span) == [(2, ""), (4, ""), (1, "")]
            rows = await store.read(
                lambda db: register.teams(db, "mau", october.first, october.last)
            )
            assert [row.members for row in rows] == [None, None]
            since = text("UPDATE team SET since='2026-11-20'")
            await store.write(lambda db: db.execute(since))
            assert await said(store, october) == [(None, "no_register")] * 3

    run(scenario())


def test_the_numbers_of_a_team_name_its_classes(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await world.team("Tổ 1", "Tổ dân phố 1")
            lead = await world.staff("lead", "Ông Nam", "Tổ 1")
            lesson = replace(PLAIN, kind="class", people=36)
            await world.app.store.write(lambda db: add(db, lesson))
            await lead.choose("lang:en")
            said = (await lead.say("/team")).text
            assert "Ông Nam: 0 sessions, 1 classes, 36 people, 0 done" in said

    run(scenario())


def test_every_kept_field_can_be_edited_and_its_history_is_kept(database_url: str) -> None:
    other = replace(
        PLAIN, date=date(2026, 11, 9), kind="class", people=9, households=1, unfinished=2, passed=3,
        topics=bits(["kyso"]), priority=2, audience="union", outcome="failed", place="school",
        campaign="Chợ số", age_band="old", minutes=30, first_time=True, reason="mất mạng",
    )  # fmt: skip

    async def scenario() -> None:
        async with opened(database_url) as store:
            number = await store.write(lambda db: add(db, PLAIN))
            await store.write(lambda db: _change(db, number, "edit", other))
            now = await store.read(lambda db: sessions.get(db, number))
            assert now
            assert now.told == other
            (change,) = await store.read(lambda db: sessions.history(db, number))
            before = {**asdict(PLAIN), "date": "2026-11-10", "voided": False, "org": now.org}
            assert (change.before, change.reason) == (before, "sửa")

    run(scenario())


def test_a_share_names_one_divisor() -> None:
    with pytest.raises(ValueError, match="either a count or a base"):
        Share(count="teams", base="adults")
    with pytest.raises(ValueError, match="no such code"):
        Where(topics=("vneid",))
    assert tally_of(figure(count="people", where=Where(topics=("vneid_tao",)))).topics == 1


def test_the_index_alone_answers(sqlite_url: str) -> None:
    """The figures of a month are read from the covering index, without the rows of the table."""

    async def scenario() -> None:
        async with opened(sqlite_url) as store, store.engine.connect() as connection:
            query = (
                "EXPLAIN QUERY PLAN SELECT sum(people), count(DISTINCT team_id), sum(topics & 3) "
                "FROM support_session WHERE ward_id='mau' AND voided IS 0 "
                "AND date BETWEEN '2026-11-01' AND '2026-11-30'"
            )
            plan = (await connection.exec_driver_sql(query)).all()
            assert "USING COVERING INDEX ix_support_session_counted" in str(plan)

    run(scenario())
