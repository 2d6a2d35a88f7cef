"""Campaigns, volunteers' days and hours, people trained by name: figures, and the rows behind them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import printing
from content import library as content_library
from content.indicator import Count, Where
from content.library import Library
from content.period import period
from content.topics import bits
from handlers import closing, figures, hours_work
from handlers import report as reports
from handlers.measures import hours, measure
from store import campaign_figures, check_ins, periods, sessions
from store.base import Base as Table
from store.campaign_models import Campaign, CheckIn
from store.class_models import Attendance, Trainee, TrainingClass
from store.figures import Span
from store.log_models import SupportSession
from store.models import Area
from store.sessions import Told
from store.values import ACTUAL, Base, Entered, enter, enter_base
from tests.campaigns import NAME, at, campaign, check_in, member, shift
from tests.conftest import run, sqlite_in
from tests.people import NOON
from tests.staff import WARD, Office, office
from tests.test_report import joined, word

NOVEMBER = period("2026-11")
SPAN = Span(WARD, NOVEMBER.first, NOVEMBER.last)
END = NOVEMBER.last
PLAIN = Told(
    date=date(2026, 11, 18), kind="help", area_id=None, people=3, households=0, unfinished=0,
    passed=None, topics=bits(["vneid_tao"]), priority=0, audience="citizen", outcome="helped",
    place=None, campaign=None, age_band=None, minutes=None, first_time=False, reason=None,
)  # fmt: skip


async def put(world: Office, *rows: Table) -> list[int]:
    async def write(db: AsyncSession) -> list[int]:
        for row in rows:
            db.add(row)
            await db.flush()
        return [row.id for row in rows]  # type: ignore[attr-defined]

    return list(await world.app.store.write(write))


async def log_session(world: Office, name: str, told: Told = PLAIN) -> int:
    async def write(db: AsyncSession) -> int:
        by = sessions.By(await member(db, name), WARD, None, "youth", "web")
        return await sessions.add(db, by, told, "0000", NOON, NOON)

    return int(await world.app.store.write(write))


async def people(world: Office) -> None:
    await world.staff("youth_leader", "Chị Lan")
    await world.staff("volunteer", "An Nguyễn")
    await world.staff("volunteer", "Bình Trần")


async def some_campaigns(world: Office) -> int:
    """Three that count in November or not, and the one that does."""
    number = await campaign(world, "Chị Lan")
    more: list[dict[str, Any]] = [
        {"code": "DON", "name": "Dọn đường làng", "skills": False},
        {"code": "HUY", "name": "Chợ số", "cancelled_at": NOON, "reason": "mưa"},
        {"code": "XUAN", "name": "Tết số", "first": date(2026, 12, 1), "last": date(2026, 12, 9)},
        {"code": "PHUNU", "name": "Gia đình số", "organiser": "women"},
    ]
    for one in more:
        await campaign(world, "Chị Lan", **one)
    return number


async def some_hours(world: Office, campaign_id: int) -> None:
    """An is there for 3 h 30 min on two days, Bình for 2 h without having checked out."""
    first = await shift(world, campaign_id, at(17, 8), at(17, 11))
    second = await shift(world, campaign_id, at(18, 14), at(18, 16))
    await check_in(world, first, "An Nguyễn", at(17, 8), at(17, 10, 30))
    await check_in(world, second, "An Nguyễn", at(18, 14), at(18, 15))
    await check_in(world, second, "Bình Trần", at(18, 14), None)
    await check_in(world, first, "Bình Trần", at(17, 8), at(17, 11), voided=True)
    await log_session(world, "An Nguyễn")  # on the 18th, when An checked in too
    await log_session(world, "Bình Trần", replace(PLAIN, date=date(2026, 11, 19)))


async def some_classes(world: Office) -> None:
    """Of four core members and an official three and one come; one comes twice, one to a void class."""
    listed = [
        ("union_core", "women"), ("union_core", "women"), ("union_core", "youth"),
        ("union_core", "youth"), ("official", "other"),
    ]  # fmt: skip
    names = [
        Trainee(ward_id=WARD, kind=kind, name=f"Thị {n}", org=org, since=date(2026, 11, 1))
        for n, (kind, org) in enumerate(listed)
    ]
    a, b, c, d, officer = await put(world, *names)
    await _class(world, "4821", date(2026, 11, 12), [a, c, officer])
    await _class(world, "5930", date(2026, 11, 14), [a, b])
    await _class(world, "6041", date(2026, 11, 15), [d], voided=True)
    await _class(world, "7152", date(2026, 12, 2), [d])


async def _class(
    world: Office, code: str, day: date, ticked: Sequence[int], voided: bool = False
) -> None:
    held = replace(PLAIN, kind="class", people=20, passed=5, audience="union", date=day)
    session = await log_session(world, "Chị Lan", held)
    lan = await world.app.store.read(lambda db: member(db, "Chị Lan"))
    start = at(day.day, 8, month=day.month)
    made = TrainingClass(
        ward_id=WARD, code=code, kind="class", title="An toàn mạng", topics=1, audience="union",
        organiser="women", place="Nhà văn hóa", place_code="culture_house", starts_at=start,
        ends_at=start + timedelta(hours=2), member_id=lan, state="held", session_id=session,
        created_at=NOON,
    )  # fmt: skip
    (number,) = await put(world, made)
    ticks = [Attendance(class_id=number, how="name", trainee_id=one, at=NOON) for one in ticked]
    await put(world, *ticks)
    if voided:
        void = update(SupportSession).where(SupportSession.id == session).values(voided=True)
        await world.app.store.write(lambda db: db.execute(void))


async def values(world: Office, wanted: Sequence[Count], span: Span = SPAN) -> list[Any]:
    library = world.app.library
    got = await world.app.store.read(lambda db: measure(db, library, span, wanted, span.last))
    return [got[count].value for count in wanted]


def of(count: Any, *orgs: str) -> Count:
    return Count(count=count, where=Where(org=orgs))


def test_campaigns_days_hours_and_trained_people_are_counted(
    database_url: str, library: Library
) -> None:
    wanted = {
        of("drives"): 2,
        of("drives", "women"): 1,
        of("volunteer_days"): 6,  # four of volunteers, two of who held classes: a void one is none
        of("volunteer_days", "police"): 0,
        of("volunteer_hours"): 5.5,
        of("volunteer_hours", "women"): 0,
        of("core_trained"): 3,
        of("core_trained", "women"): 2,
        of("core_trained", "youth"): 1,
        of("officials_trained"): 1,
    }

    async def scenario() -> None:
        async with office(database_url, library) as world:
            await people(world)
            await some_hours(world, await some_campaigns(world))
            await some_classes(world)
            got = await values(world, list(wanted))
            assert dict(zip(wanted, got, strict=True)) == wanted

    run(scenario())


def test_the_rows_behind_each_figure_add_up_to_it(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await people(world)
            await some_hours(world, await some_campaigns(world))
            await some_classes(world)
            store, ward, seen = world.app.store, library.wards[WARD], set()
            for name in ("K13", "K14", "K16", "K21"):
                traced = await printing.traced(store, library, ward, NOVEMBER, END, name)
                for one in traced or []:
                    if one["facts"] is None:
                        continue
                    seen.add(one["count"])
                    total = sum(row["number"] for row in one["facts"])
                    want = one["num"] if one["unit"] == "%" else one["value"]
                    told = hours(total) if one["count"] == campaign_figures.HOURS else total
                    assert told == want, one["name"]
                    assert one["facts"]
            assert seen == campaign_figures.MEASURES
            traced = await printing.traced(store, library, ward, NOVEMBER, END, "K14")
            said = printing.listed(traced or [])
            assert "2026-11-12 women | LOP 4821 An toàn mạng | 1" in said
            assert "Thị" not in said

    run(scenario())


def test_the_chat_lists_the_rows(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await people(world)
            await some_hours(world, await some_campaigns(world))
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("/figures K21")
            await hoa.press("Giờ công của mọi lực lượng")
            assert "• 17/11 An Nguyễn (Đoàn Thanh niên): 150 phút" in hoa.last.text
            assert "• 18/11 Bình Trần (Đoàn Thanh niên): 120 phút" in hoa.last.text
            await hoa.say("/figures K13")
            await hoa.press("Đợt kỹ năng số cho người dân bắt đầu trong kỳ")
            assert "• 16/11 Mùa hè xanh 2026 (Đoàn Thanh niên): 1 đợt" in hoa.last.text
            assert "Chợ số" not in hoa.last.text

    run(scenario())


def test_a_campaign_that_is_only_planned_is_not_held_yet(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await people(world)
            await campaign(world, "Chị Lan", first=date(2026, 11, 21))
            lan = await world.staff("officer", "Bà Hoa")
            held = "Đợt kỹ năng số cho người dân bắt đầu trong kỳ"
            for days, said, behind in (
                (0, f"{held}: 0 đợt", "0 dòng"),
                (1, f"{held}: 1 đợt", NAME),
            ):
                world.clock.forward(days=days)
                assert said in (await lan.say("/figures K13")).text
                assert behind in (await lan.press(held)).text
            store, ward = world.app.store, library.wards[WARD]
            for day, number in ((20, 0), (21, 1)):
                today = date(2026, 11, day)
                traced = await printing.traced(store, library, ward, NOVEMBER, today, "K13")
                drives = next(one for one in traced or [] if one["count"] == "drives")
                assert (drives["value"], len(drives["facts"])) == (number, number)

    run(scenario())


def test_a_cancelled_campaign_keeps_the_work_that_was_done(
    sqlite_url: str, library: Library, tmp_path: Path
) -> None:
    """The lines of the report and K21 tell of the same days."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await people(world)
            await some_hours(world, await some_campaigns(world))
            await log_session(world, "Chị Lan", replace(PLAIN, campaign="Chợ số"))
            stopped = {"cancelled_at": NOON, "reason": "mưa"}
            await campaign(world, "Chị Lan", code="KHONG", name="Chưa ai làm", **stopped)
            day = await campaign(world, "Chị Lan", code="MUA", name="Mưa", **stopped)
            late = await shift(world, day, at(19, 8), at(19, 11))
            await check_in(world, late, "An Nguyễn", at(19, 8), at(19, 11))
            report = await world.app.store.read(
                lambda db: reports.collect(db, library, library.wards[WARD], NOVEMBER, END)
            )
            lines = {one.name: one for one in report.campaigns.lines}
            cancelled = {name: one.member_days for name, one in lines.items() if one.cancelled}
            assert cancelled == {"Chợ số": 1, "Mưa": 1}
            assert "Chưa ai làm" not in lines
            assert sum(one.member_days for one in lines.values()) == 5
            said = joined(word(report, tmp_path))
            assert "Mưa (từ 16/11/2026 đến 30/11/2026), đã hủy" in said

    run(scenario())


def test_where_nothing_was_entered_there_is_no_zero(sqlite_url: str, library: Library) -> None:
    wanted = [of(name) for name in sorted(campaign_figures.MEASURES)]

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            got = await world.app.store.read(
                lambda db: measure(db, library, SPAN, wanted, SPAN.last)
            )
            assert [got[count].value for count in wanted] == [None] * 5
            reasons = ["no_list", "no_campaign", "no_list", "no_log", "no_check_in"]
            assert [got[count].reason for count in wanted] == reasons
            await people(world)
            await some_hours(world, await some_campaigns(world))
            await some_classes(world)
            october = Span(WARD, date(2026, 10, 1), date(2026, 10, 31))
            assert await values(world, wanted, october) == [None] * 5
            december = Span(WARD, date(2026, 12, 1), date(2026, 12, 31))
            assert await values(world, wanted, december) == [1, 1, 0, 1, 0]

    run(scenario())


def test_who_was_trained_before_the_list_was_entered_counts(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await people(world)
            late = Trainee(
                ward_id=WARD, kind="union_core", name="Thị A", org="women", since=date(2026, 12, 5)
            )
            (number,) = await put(world, late)
            await _class(world, "4821", date(2026, 10, 12), [number], voided=True)
            assert await values(world, [of("core_trained")]) == [None]
            await _class(world, "5930", date(2026, 11, 14), [number])
            assert await values(world, [of("core_trained"), of("officials_trained")]) == [1, None]
            october = Span(WARD, date(2026, 10, 1), date(2026, 10, 31))
            assert await values(world, [of("core_trained")], october) == [None]

    run(scenario())


def test_an_area_has_days_and_no_invented_others(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await people(world)
            area = await world.app.store.read(
                lambda db: db.scalar(select(Area.id).where(Area.ward_id == WARD).limit(1))
            )
            number = await some_campaigns(world)
            there = await shift(world, number, at(17, 8), at(17, 11), area_id=area)
            elsewhere = await shift(world, number, at(18, 8), at(18, 11))
            await check_in(world, there, "An Nguyễn", at(17, 8), at(17, 11))
            await check_in(world, elsewhere, "Bình Trần", at(18, 8), at(18, 11))
            await log_session(
                world, "Bình Trần", replace(PLAIN, area_id=area, date=date(2026, 11, 2))
            )
            wanted = [of(name) for name in sorted(campaign_figures.MEASURES)]
            got = await values(world, wanted, replace(SPAN, area_id=area))
            assert got == [None, None, None, 2, None]

    run(scenario())


def test_a_share_of_core_members_is_held_against_its_target(
    sqlite_url: str, library: Library
) -> None:
    """HG178-c3a: 100 %, of the base the ward typed in."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await people(world)
            await some_classes(world)
            store = world.app.store
            base = Base("union_core", 2026, 4, "HPN", date(2026, 1, 5))
            await store.write(lambda db: enter_base(db, WARD, base, None, NOON))
            rows = await store.read(
                lambda db: figures.table(db, library, library.wards[WARD], NOVEMBER, END)
            )
            row = next(one for one in rows if one.indicator.id == "K14")
            assert row.decisive
            assert (row.decisive.value, row.decisive.num, row.decisive.den) == (75, 3, 4)

    run(scenario())


def test_without_a_list_of_trainees_the_typed_share_counts(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            store, ward = world.app.store, library.wards[WARD]
            days, source = (NOVEMBER.first, NOVEMBER.last), ("HPN", date(2026, 11, 5))
            typed = Entered("K14", *days, ACTUAL, 80.0, None, None, None, *source)
            await store.write(lambda db: enter(db, WARD, typed, None, NOON))

            async def k14() -> figures.Row:
                rows = await store.read(
                    lambda db: figures.table(db, library, ward, NOVEMBER, NOVEMBER.last)
                )
                return next(one for one in rows if one.indicator.id == "K14")

            row = await k14()
            assert not row.by_log
            assert row.decisive
            assert row.decisive.value == 80
            await people(world)
            await some_classes(world)
            base = Base("union_core", 2026, 4, "HPN", date(2026, 1, 5))
            await store.write(lambda db: enter_base(db, WARD, base, None, NOON))
            row = await k14()
            assert row.by_log
            assert row.decisive
            assert row.decisive.value == 75

    run(scenario())


def test_closed_figures_are_held_against_their_rows(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await people(world)
            number = await some_campaigns(world)
            await some_hours(world, number)
            await some_classes(world)
            ward, store = library.wards[WARD], world.app.store

            async def close(db: AsyncSession) -> None:
                frozen = await closing.snapshot(db, library, ward, NOVEMBER, date(2026, 11, 20))
                days = NOVEMBER.first, NOVEMBER.last
                await periods.close(db, WARD, NOVEMBER.id, "calendar", days, frozen, None, NOON)

            await store.write(close)
            (closed,) = await store.read(periods.closed)
            assert closed.figures["K21"] == [6, 6, 5.5, 5.5]
            assert closed.figures["K14"] == [40, 3, 3]  # what older closings know comes first
            late = await shift(world, number, at(25, 8), at(25, 11))
            await check_in(world, late, "An Nguyễn", at(25, 8), at(25, 11))
            compared, different = await store.read(lambda db: closing.recount(db, library))
            assert compared
            assert different == []
            await store.write(lambda db: db.execute(update(CheckIn).values(voided=True)))
            await store.write(lambda db: db.execute(update(Campaign).values(skills=False)))
            _, different = await store.read(lambda db: closing.recount(db, library))
            found = {(one.indicator, one.figure, one.frozen, one.now) for one in different}
            assert ("K21", "Giờ công của mọi lực lượng", 5.5, 0) in found
            assert ("K13", "Đợt kỹ năng số cho người dân bắt đầu trong kỳ", 2, 0) in found

    run(scenario())


# Days and hours, however people come and go

STAYS = st.lists(
    st.tuples(
        st.sampled_from(["An Nguyễn", "Bình Trần"]),
        st.integers(16, 19),
        st.integers(8 * 60, 12 * 60),
        st.integers(0, 120) | st.none(),
        st.booleans(),
    ),
    max_size=8,
)
_library = cache(content_library.load)  # not a fixture: hypothesis would print it all


@settings(max_examples=12, deadline=None)
@given(stays=STAYS, logged=st.sets(st.integers(15, 20)))
def test_days_and_hours_are_what_a_slow_count_gives(
    stays: list[tuple[str, int, int, int | None, bool]], logged: set[int]
) -> None:
    real = [stay for stay in stays if not stay[4]]
    days = {(name, day) for name, day, *_ in real} | {("An Nguyễn", day) for day in logged}
    minutes = {
        (name, day, minute)
        for name, day, start, stay, _ in real
        for minute in range(start, 13 * 60 if stay is None else start + stay)
    }

    async def scenario(url: str) -> None:
        async with office(url, _library()) as world:
            await people(world)
            number = await campaign(world, "Chị Lan")
            shifts = {
                day: await shift(world, number, at(day, 8), at(day, 13)) for day in range(16, 20)
            }
            for name, day, start, stay, voided in stays:
                began = at(day, start // 60, start % 60)
                until = None if stay is None else began + timedelta(minutes=stay)
                await check_in(world, shifts[day], name, began, until, voided=voided)
            for day in logged:
                told = replace(PLAIN, date=date(2026, 11, day))
                await log_session(world, "An Nguyễn", told)
            wanted = [of("volunteer_days"), of("volunteer_hours")]
            got = await values(world, wanted)
            if days:
                assert got[0] == len(days)
            if stays:
                assert got[1] == hours(len(minutes))

    with TemporaryDirectory() as folder:
        run(scenario(sqlite_in(folder)))


@settings(max_examples=12, deadline=None)
@given(
    stays=st.lists(
        st.tuples(
            st.sampled_from(["An Nguyễn", "Bình Trần"]),
            st.integers(16, 19),
            st.integers(0, 4 * 3600),
            st.integers(0, 7200) | st.none(),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_hours_of_figures_are_those_of_timesheets(
    stays: list[tuple[str, int, int, int | None]],
) -> None:
    """Two unions of check-ins, in store/campaign_figures.py and content/hours.py, to the second."""

    async def scenario(url: str) -> None:
        async with office(url, _library()) as world:
            await people(world)
            number = await campaign(world, "Chị Lan")
            shifts = {
                day: await shift(world, number, at(day, 8), at(day, 13)) for day in range(16, 20)
            }
            for name, day, start, stay in stays:
                began = at(day, 8) + timedelta(seconds=start)
                until = None if stay is None else began + timedelta(seconds=stay)
                await check_in(world, shifts[day], name, began, until)
            read = world.app.store.read
            facts = await read(lambda db: campaign_figures.facts(db, SPAN, campaign_figures.HOURS))
            present = await read(lambda db: check_ins.of_campaign(db, number))
            timesheet = {
                (day, one.name): minutes
                for one in hours_work.worked(present)
                for day, minutes in one.days.items()
            }
            assert {(one.day, one.name): one.number for one in facts if one.number} == timesheet

    with TemporaryDirectory() as folder:
        run(scenario(sqlite_in(folder)))
