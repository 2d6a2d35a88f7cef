"""Hours: no minute counts twice, corrections keep what was, and what is shown of them."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import combinations, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content import hours
from content.hours import clocks
from content.library import Library
from handlers.turn import WARD_ZONE
from store import campaign_figures, check_in_changes, check_ins, shifts, wards
from store import campaigns as campaign_store
from store.base import Base
from store.campaign_models import CheckIn, CheckInChange
from store.campaigns import NewCampaign, NewShift
from store.db import Store
from store.figure_models import ClosedPeriod
from store.figures import Span
from store.team_models import Member
from tests import campaigns
from tests.campaigns import at
from tests.conftest import run
from tests.staff import WARD, Office, Somebody, office

START = datetime(2026, 11, 20, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SPANS = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(-30, 300)).map(
        lambda one: (START + one[0] * MINUTE, START + (one[0] + one[1]) * MINUTE)
    ),
    max_size=8,
)


def naive(spans: list[hours.Span]) -> dict[date, int]:
    """Every minute of every span, once, on its day."""
    there = {
        start + number * MINUTE
        for start, end in spans
        for number in range(max(0, (end - start) // MINUTE))
    }
    days = [minute.astimezone(WARD_ZONE).date() for minute in there]
    return {day: days.count(day) for day in set(days)}


@hypothesis_settings(max_examples=50, deadline=None)
@given(SPANS)
def test_hours_are_the_measure_of_the_union(spans: list[hours.Span]) -> None:
    counted = naive(spans)
    assert hours.by_day(spans, WARD_ZONE) == counted
    assert hours.minutes(spans, WARD_ZONE) == sum(counted.values())
    joined = hours.union(spans)
    assert all(one[1] < next[0] for one, next in pairwise(joined))


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("7h35 11h", time(7, 35), time(11)),
        ("7:35-11:00", time(7, 35), time(11)),
        ("từ 7 giờ 35 đến 11 giờ", time(7, 35), time(11)),
        ("7h 11h", time(7), time(11)),
        ("1h đến 4h30 chiều", time(13), time(16, 30)),
        ("2h chiều 5h chiều", time(14), time(17)),
        ("9h đến 2h chiều", time(9), time(14)),
        ("14h 12h", time(14), time(12)),
    ],
)
def test_two_times_as_people_type_them(text: str, first: time, last: time) -> None:
    assert clocks(text) == (first, last)


@pytest.mark.parametrize("text", ["7h35", "sáng", "25h 26h", "7h70 8h", "7h 8h 9h", "35 11"])
def test_what_is_not_two_times(text: str) -> None:
    assert clocks(text) is None


async def shift_with(world: Office, *names: str) -> tuple[Somebody, int, int]:
    """A leader, a campaign, and a shift of this morning where these people were from 8 to 10."""
    mai = await world.staff("youth_leader", "Chị Mai")
    campaign = await campaigns.campaign(world, "Chị Mai")
    shift = await campaigns.shift(world, campaign, at(20, 8), at(20, 11))
    for name in names:
        await world.staff("volunteer", name)
        await campaigns.check_in(world, shift, name, at(20, 8), at(20, 10))
    return mai, campaign, shift


async def rows(world: Office, table: Any) -> list[Any]:
    async def read(db: Any) -> list[Any]:
        return list(await db.scalars(select(table).order_by(table.id)))

    return list(await world.app.store.read(read))


async def correct(mai: Somebody, campaign: int, *typed: str) -> str:
    """Through the form; what is no option is typed."""
    await mai.choose(f"fixhours:{campaign}")
    for one in typed:
        await (mai.press(one) if one in mai.labels else mai.say(one))
    return mai.last.text


LAN = "08:00–10:00 thứ Sáu 20/11, Nhà văn hóa TDP 1"
OTHER = "Sửa giờ vào, giờ ra"


def test_a_correction_keeps_what_was_there_and_the_reason(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            mai, campaign, _ = await shift_with(world, "Lan")
            text = await correct(
                mai, campaign, "Lan", LAN, OTHER, "7h35 11h", "Đến sớm mở cửa", "Lưu"
            )
            assert text.startswith("Đã sửa"), text
            (row,), (change,) = await rows(world, CheckIn), await rows(world, CheckInChange)
            assert (row.in_at, row.out_at, row.voided) == (at(20, 7, 35), at(20, 11), False)
            assert change.before == {
                "in_at": at(20, 8).isoformat(),
                "out_at": at(20, 10).isoformat(),
                "voided": False,
            }
            assert (change.check_in_id, change.reason) == (row.id, "Đến sớm mở cửa")
            shown = await mai.choose(f"hours:{campaign}")
            assert "• Lan: 3 giờ 25 phút, 1 ngày; 1 lần sửa giờ" in shown.text

    run(scenario())


HOURS = ((8, 11), (10, 12), (11, 14), (20, 22))
"""Of the shifts 1 to 4: some overlap, some only touch."""


@asynccontextmanager
async def bare() -> AsyncIterator[Store]:
    """Nothing but tables: members 1 and 2 (a leader), a campaign, and four shifts of 20/11."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/toso.db")
        async with store.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        await store.write(_people)
        yield store
        await store.close()


async def _people(db: AsyncSession) -> None:
    await wards.sync(db, WARD, "Mẫu", {})
    for number in (1, 2):
        since = date(2026, 1, 1)
        row = dict(ward_id=WARD, role="volunteer", name=f"Bạn {number}", org="youth", since=since)
        db.add(Member(id=number, **row))
    await db.flush()
    new = NewCampaign(
        WARD,
        "HE",
        "Hè",
        "",
        "youth",
        True,
        "ward",
        date(2026, 11, 1),
        date(2026, 11, 30),
        1200,
        {},
        2,
    )
    made = [
        NewShift("Chợ", "market", None, at(20, start), at(20, end), 1, 0) for start, end in HOURS
    ]
    await campaign_store.create(db, new, [], made, START)


@hypothesis_settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 200)), min_size=1, max_size=5))
def test_every_correction_keeps_the_one_before(said: list[tuple[int, int]]) -> None:
    spans = [(at(20, 0) + start * MINUTE, at(20, 0) + (start + n) * MINUTE) for start, n in said]

    async def correct(db: AsyncSession, span: hours.Span) -> Any:
        old = await check_ins.get(db, 1)
        assert old
        return await check_in_changes.correct(db, old, span, 2, "x", START)

    async def scenario() -> None:
        async with bare() as store:
            entered = at(20, 8)
            await store.write(
                lambda db: check_ins.enter(db, 1, 1, "youth", check_ins.CODE, None, entered)
            )
            for span in spans:
                assert await store.write(partial(correct, span=span)) is None
            kept = await store.read(lambda db: check_in_changes.history(db, 1))
            before = [(one.before["in_at"], one.before["out_at"]) for one in kept]
            shown = [(start.isoformat(), end.isoformat()) for start, end in spans[:-1]]
            assert before == [(entered.isoformat(), None), *shown]
            now = await store.read(lambda db: check_ins.get(db, 1))
            assert now
            assert (now.in_at, now.out_at, now.corrected) == (*spans[-1], True)

    run(scenario())


ACTS = st.lists(
    st.tuples(st.sampled_from(["in", "out", "add", "correct"]), st.integers(1, 4), st.integers(0, 90)),
    min_size=2,
    max_size=16,
)  # fmt: skip


@hypothesis_settings(max_examples=40, deadline=None)
@given(ACTS)
def test_nobody_is_in_two_places_at_once(acts: list[tuple[str, int, int]]) -> None:
    async def do(db: AsyncSession, what: str, number: int, now: datetime) -> None:
        if what == "in":
            await check_ins.enter(db, number, 1, "youth", check_ins.LEADER, 2, now)
        elif what == "out":
            await check_ins.leave(db, number, 1, now)
        elif what == "add" and (shift := await shifts.get(db, number)):
            span = now - 50 * MINUTE, now
            await check_in_changes.add(db, shift, 1, "youth", span, 2, "x", now)
        elif what == "correct" and (old := await check_ins.get(db, number)):
            await check_in_changes.correct(db, old, (now - 80 * MINUTE, now), 2, "x", now)

    async def scenario() -> None:
        async with bare() as store:
            now = at(20, 7)
            for what, number, minutes in acts:
                now += minutes * MINUTE
                await store.write(partial(do, what=what, number=number, now=now))
            there = await store.read(lambda db: check_ins.of_campaign(db, 1))
            for one, other in combinations(there, 2):
                apart = one.span[1] <= other.span[0] or other.span[1] <= one.span[0]
                assert apart or one.shift_id == other.shift_id, (one, other)

    run(scenario())


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("11h 8h", "Giờ ra phải sau giờ vào"),
        ("8h 8h", "Giờ ra phải sau giờ vào"),
        ("8h 13h", "Chưa đến 13:00"),
        ("8h", "Bác gõ giờ vào và giờ ra"),
    ],
)
def test_impossible_times_are_refused(
    typed: str, refused: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            mai, campaign, _ = await shift_with(world, "Lan")
            assert refused in await correct(mai, campaign, "Lan", LAN, OTHER, typed)
            assert not await rows(world, CheckInChange)

    run(scenario())


def test_more_than_16_hours_is_refused(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            mai, campaign, _ = await shift_with(world, "Lan")
            world.clock.forward(hours=11.9)
            text = await correct(mai, campaign, "Lan", LAN, OTHER, "0h10 23h")
            assert "dài hơn 16 giờ" in text

    run(scenario())


def test_hours_at_two_shifts_at_once_are_refused_and_name_the_other(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            mai, campaign, _ = await shift_with(world, "Lan")
            await campaigns.shift(world, campaign, at(20, 9), at(20, 11), place="Chợ")
            market = "09:00–11:00 thứ Sáu 20/11, Chợ"
            text = await correct(mai, campaign, "Lan", "Ca khác, chưa có ở đây", market, "9h30 11h")
            assert "đang ở ca khác: 08:00–10:00" in text
            assert len(await rows(world, CheckIn)) == 1

    run(scenario())


def test_a_check_in_can_be_added_and_another_one_void(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            mai, campaign, _ = await shift_with(world, "Lan")
            await campaigns.shift(world, campaign, at(19, 8), at(19, 11), place="Chợ")
            await correct(
                mai,
                campaign,
                "Lan",
                "Ca khác, chưa có ở đây",
                "19/11",
                "8h 10h15",
                "Hết pin",
                "Lưu",
            )
            await correct(mai, campaign, "Lan", LAN, "Bỏ, không tính lần này", "Ghi nhầm", "Lưu")
            first, added = await rows(world, CheckIn)
            assert (first.voided, added.how, added.date) == (True, "leader", date(2026, 11, 19))
            shown = await mai.choose(f"hours:{campaign}")
            assert "• Lan: 2 giờ 15 phút, 1 ngày" in shown.text
            assert next(one.before for one in await rows(world, CheckInChange)) == {}

    run(scenario())


def test_a_day_with_several_shifts_offers_these(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            mai, campaign, _ = await shift_with(world, "Lan")
            for hour in (8, 14):
                await campaigns.shift(world, campaign, at(19, hour), at(19, hour + 3), place="Chợ")
            another = "Ca khác, chưa có ở đây"
            text = await correct(mai, campaign, "Lan", another, "19/11")
            assert "Ngày đó có mấy ca" in text
            offered = [label for label in mai.labels if "Chợ" in label or "Nhà" in label]
            assert offered == ["14:00–17:00 thứ Năm 19/11, Chợ", "08:00–11:00 thứ Năm 19/11, Chợ"]
            await mai.press(offered[0])
            for typed in ("14h 16h", "Hết pin"):
                await mai.say(typed)
            await mai.press("Lưu")
            added = (await rows(world, CheckIn))[-1]
            assert (added.in_at, added.out_at) == (at(19, 14), at(19, 16))

    run(scenario())


def test_an_old_check_in_is_found_by_its_day(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            mai, campaign, shift = await shift_with(world, "Lan")
            for day in range(2, 13):
                await campaigns.check_in(world, shift, "Lan", at(day, 8), at(day, 10))
            await campaigns.check_in(world, shift, "Lan", at(2, 14), at(2, 15))
            await correct(mai, campaign, "Lan")
            assert not [label for label in mai.labels if "3/11" in label.split("/11")[0][-2:]]
            assert "ngày" in (await mai.say("không nhớ")).text
            await mai.say("2/11")
            offered = [label for label in mai.labels if "–" in label]
            assert len(offered) == 2
            assert all("2/11" in label for label in offered)
            await mai.say("3/11")
            for one in ("Sửa giờ vào, giờ ra", "7h 11h", "Đến sớm", "Lưu"):
                await (mai.press(one) if one in mai.labels else mai.say(one))
            assert [one.in_at for one in await rows(world, CheckIn) if one.in_at == at(3, 7)]

    run(scenario())


def test_who_has_left_can_be_named_among_many(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            names = [f"Bạn {chr(65 + n)}" for n in range(9)]
            mai, campaign, _ = await shift_with(world, *names, "Lan")

            async def leave(db: Any) -> None:
                one = (await db.scalars(select(Member).where(Member.name == "Lan"))).one()
                one.until = date(2026, 11, 20)

            await world.app.store.write(leave)
            await correct(mai, campaign, "lan")
            assert LAN in mai.labels
            same = dict(
                ward_id=WARD, name="Lan", role="volunteer", org="youth", since=date(2026, 11, 20)
            )

            async def come(db: Any) -> None:
                db.add(Member(**same))

            await world.app.store.write(come)
            text = await correct(mai, campaign, "lan")
            assert "Lan; Lan (đã nghỉ)" in text
            await mai.say("Lan đã nghỉ")
            assert LAN in mai.labels
            assert "không có ai tên này" in await correct(mai, campaign, "Hùng")

    run(scenario())


@pytest.mark.parametrize("what", ["shift", "campaign"])
def test_what_is_cancelled_counts_until_then(
    database_url: str, library: Library, what: str
) -> None:
    """Nobody stays checked in at what was cancelled: the time before counts, and no more."""

    async def scenario() -> None:
        async with office(database_url, library) as world:
            mai = await world.staff("youth_leader", "Chị Mai")
            lan = await world.staff("volunteer", "Lan")
            gone = await campaigns.campaign(world, "Chị Mai")
            goes_on = await campaigns.campaign(world, "Chị Mai", code="CHO26", name="Chợ số")
            early = await campaigns.shift(world, gone, at(20, 12, 30), at(20, 15))
            other = await campaigns.shift(world, goes_on, at(20, 12), at(20, 15), place="Chợ")
            await lan.say(f"ca {world.app.vault.codes(f'shift/{early}')[0]}")
            world.clock.forward(minutes=20 if what == "shift" else 60)
            minutes = 20 if what == "shift" else 60
            await mai.choose(f"cancel{what}:{early if what == 'shift' else gone}")
            await mai.say("Mưa")
            await mai.press("Hủy ca này" if what == "shift" else "Hủy chiến dịch")
            assert [name for name, _ in await world.notices()] == ["Lan"]
            (there,) = await rows(world, CheckIn)
            span = Span(WARD, date(2026, 11, 1), date(2026, 11, 30))
            assert there.out_at == at(20, 12) + minutes * MINUTE
            facts = await world.app.store.read(
                lambda db: campaign_figures.facts(db, span, campaign_figures.HOURS)
            )
            assert [one.number for one in facts] == [minutes]
            world.clock.forward(minutes=5)
            shown = await mai.choose(f"hours:{gone}")
            assert "không ghi giờ ra" not in shown.text
            assert "không ở trong ca nào" in (await lan.say("ra ca")).text
            entered = await lan.say(f"ca {world.app.vault.codes(f'shift/{other}')[0]}")
            assert "Chợ" in entered.text
            assert len(await rows(world, CheckIn)) == 2

    run(scenario())


def test_hours_of_a_closed_period_stay(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            mai, campaign, _ = await shift_with(world, "Lan")

            async def close(db: Any) -> None:
                member = await campaigns.member(db, "Chị Mai")
                db.add(
                    ClosedPeriod(
                        ward_id=WARD, period="2026-11", cut="calendar", first=date(2026, 11, 1),
                        last=date(2026, 11, 30), member_id=member, closed_at=START, figures={},
                    )
                )  # fmt: skip

            await world.app.store.write(close)
            text = await correct(mai, campaign, "Lan", LAN, OTHER, "8h 9h", "x", "Lưu")
            assert "đã chốt" in text
            assert not await rows(world, CheckInChange)

    run(scenario())


def test_only_who_leads_sees_and_corrects_the_hours_of_others(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, campaign, _ = await shift_with(world, "Hoa")
            lan = await world.staff("volunteer", "Lan")
            for choice in ("hours", "fixhours", "timesheet"):
                reply = await lan.choose(f"{choice}:{campaign}")
                assert "Hoa" not in reply.text
                assert not reply.attachment
            (row,) = await rows(world, CheckIn)
            reply = await lan.choose(f"certificate:{campaign}:{row.member_id}")
            assert reply.attachment is None
            assert "/l/" not in reply.text

    run(scenario())


def test_a_forgotten_check_out_counts_to_the_end_and_says_so(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            mai, campaign, shift = await shift_with(world)
            hung = await world.staff("volunteer", "Hùng")
            await campaigns.check_in(world, shift, "Hùng", at(20, 7, 35), None)
            shown = await mai.choose(f"hours:{campaign}")
            assert "• Hùng: 3 giờ 25 phút, 1 ngày; 1 lần không ghi giờ ra" in shown.text
            own = await hung.say("giờ công")
            assert "07:35–11:00 thứ Sáu 20/11, Nhà văn hóa TDP 1 (không ghi giờ ra" in own.text

    run(scenario())
