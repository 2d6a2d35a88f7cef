"""A campaign's day, its totals whatever happens to the log, the hour of its report, and its final report."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache, partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import campaign_made
from bot import campaign_summary as document
from bot import campaign_summary_book as book
from bot.files import Gone
from bot.invitations import invite
from bot.report import words
from content import library as content_library
from content.campaign import GOALS
from content.i18n import translate
from content.library import Library
from content.topics import bits, codes_of
from content.vocabulary import ORGS, PLACES, WORDS
from handlers import campaign_report_words as say
from handlers import campaign_totals, cutoff, pushes
from handlers.campaign_summary import Helper, Summary, collect
from handlers.hours_work import worked
from handlers.turn import Reply, Skip
from store import campaigns, check_ins, outbox, sessions, wards
from store.campaigns import CampaignRow
from store.models import Chat, Outbox
from store.sessions import Told
from store.team_models import Member
from tests.campaigns import NAME, at, campaign, check_in, member, shift, signup
from tests.conftest import run, sqlite_in
from tests.people import NOON
from tests.staff import WARD, Office, Somebody, office
from tests.test_report import text_of

TARGETS = {"skills": 20, "vneid": 10, "qr": 4, "kyso": 3}
PLAIN = Told(
    date=date(2026, 11, 20), kind="help", area_id=None, people=3, households=0, unfinished=0,
    passed=None, topics=bits(["vneid_tao"]), priority=0, audience="citizen", outcome="helped",
    place="culture_house", campaign=NAME, age_band=None, minutes=None, first_time=False, reason=None,
)  # fmt: skip
SHOP = replace(
    PLAIN, audience="business", households=2, people=2, topics=bits(["ttkdtm_qr"]), place="market"
)


async def log(world: Office, told: Told, name: str = "An Nguyễn") -> int:
    async def write(db: AsyncSession) -> int:
        by = sessions.By(await member(db, name), WARD, None, "youth", "web")
        return await sessions.add(db, by, told, "0000", NOON, NOON)

    return int(await world.app.store.write(write))


async def staff(world: Office, **changed: Any) -> int:
    """A leader, two volunteers, and a campaign with some targets."""
    await world.staff("youth_leader", "Chị Lan")
    await world.staff("volunteer", "An Nguyễn")
    await world.staff("volunteer", "Bình Trần")
    return await campaign(world, "Chị Lan", **{"targets": TARGETS, **changed})


def back(world: Office, address: str) -> Somebody:
    """Somebody who was set up before: their messages have other numbers now."""
    return Somebody(world.app, address, count(100))


async def a_day(world: Office, number: int) -> list[int]:
    """Noon of 20/11: a shift is over, one runs, one nobody came to, one comes; Bình logged nothing."""
    morning = await shift(world, number, at(20, 8), at(20, 11), place="Chợ Mẫu")
    running = await shift(world, number, at(20, 11), at(20, 14), places=3)
    empty = await shift(world, number, at(20, 9), at(20, 11), place="Trường học")
    later = await shift(world, number, at(20, 17), at(20, 19), place="Sân bóng")
    for one, name in ((morning, "An Nguyễn"), (running, "An Nguyễn"), (running, "Bình Trần")):
        await signup(world, one, name)
    await check_in(world, morning, "An Nguyễn", at(20, 8), at(20, 11))
    await check_in(world, running, "Bình Trần", at(20, 11), None)
    await log(world, PLAIN)
    await log(world, SHOP)
    await log(world, replace(PLAIN, date=date(2026, 11, 17), people=4))
    await log(world, replace(PLAIN, date=date(2026, 11, 2)))  # before its first day
    await log(world, replace(PLAIN, campaign="Chợ số"))
    return [morning, running, empty, later]


async def row_of(world: Office, number: int) -> CampaignRow:
    found = await world.app.store.read(lambda db: campaigns.get(db, number))
    assert found
    return found


# Totals


@dataclass
class Logged:
    id: int
    told: Told
    voided: bool = False


@st.composite
def tellings(draw: st.DrawFn) -> Told:
    kind = draw(st.sampled_from(["help", "help", "class"]))
    people = draw(st.integers(0, 9))
    topics = draw(st.sets(st.sampled_from(["vneid_tao", "dvc_nop", "ttkdtm_qr", "kyso"])))
    return replace(
        PLAIN,
        kind=kind,
        people=people,
        date=date(2026, 11, draw(st.integers(14, 22))),
        topics=bits(topics),
        households=draw(st.integers(0, 3)),
        unfinished=draw(st.integers(0, people)),
        audience=draw(st.sampled_from(["citizen", "business"])),
        outcome=draw(st.sampled_from(["self", "helped", "failed"])),
        campaign=draw(st.sampled_from([NAME, NAME, "Chợ số", None])),
        area_id=draw(st.sampled_from([None, 1, 2])),
        place=draw(st.sampled_from(["market", None])),
    )


def naive(rows: list[Logged], first: date, last: date) -> list[int]:
    """The goals of TARGETS and the form's, counted session after session."""
    there = [
        one.told
        for one in rows
        if not one.voided and one.told.campaign == NAME and first <= one.told.date <= last
    ]
    helped = [one for one in there if one.kind == "help"]
    done = [one for one in helped if one.outcome in ("self", "helped")]

    def successes(opening: str) -> int:
        about = [one for one in done if any(c.startswith(opening) for c in codes_of(one.topics))]
        return sum(one.people - one.unfinished for one in about)

    shops = [
        one.households
        for one in helped
        if one.audience == "business" and one.topics & bits(["ttkdtm_qr"])
    ]
    everybody = sum(one.people for one in there)
    return [everybody, successes("vneid_"), successes("dvc_"), sum(shops), successes("kyso")]


STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "add", "change", "void"]), st.integers(0, 9), tellings()),
    max_size=12,
)
_library = cache(content_library.load)  # not a fixture: hypothesis would print it all


@settings(max_examples=12, deadline=None)
@given(steps=STEPS)
def test_totals_are_the_sum_of_the_log_whatever_happens_to_it(
    steps: list[tuple[str, int, Told]],
) -> None:
    async def scenario(url: str) -> None:
        async with office(url, _library()) as world:
            found = await row_of(world, await staff(world, last=date(2026, 11, 20)))
            rows = [row async for row in played(world, steps)]
            wanted = campaign_totals.every_goal(found)
            goals = [goal for goal, _ in wanted]
            read = world.app.store.read
            for day in (15, 16, 19, 22):
                when = date(2026, 11, day)
                got = await read(lambda db, w=when: campaign_totals.lines(db, found, w, wanted))
                today = max(when, found.first), min(when, found.last)
                assert [line.today for line in got] == naive(rows, *today)
                assert [line.so_far for line in got] == naive(rows, found.first, today[1])
            whole = naive(rows, found.first, found.last)
            for key in ("area", "place", "date"):
                parts = await read(lambda db, k=key: campaign_totals.by(db, found, k, goals))
                added = [
                    sum(column) for column in zip(*(part.numbers for part in parts), strict=True)
                ]
                assert (added or [0] * len(goals)) == whole, key

    with TemporaryDirectory() as folder:
        run(scenario(sqlite_in(folder)))


async def played(world: Office, steps: list[tuple[str, int, Told]]) -> Any:
    """The steps done to the log, then every session as it must stand."""
    store, rows = world.app.store, list[Logged]()
    for what, place, told in steps:
        live = [row for row in rows if not row.voided]
        if what == "add" or not live:
            rows.append(Logged(await log(world, told), told))
            continue
        row = live[place % len(live)]
        session = await store.read(lambda db, r=row: sessions.get(db, r.id))
        assert session
        if what == "void":
            await store.write(lambda db, s=session: sessions.void(db, s, 1, "sai", NOON))
            row.voided = True
        else:
            row.told = replace(told, kind=row.told.kind)
            await store.write(
                lambda db, s=session, t=row.told: sessions.change(db, s, t, 1, "sai", NOON)
            )
    for row in rows:
        yield row


# The day


def test_today_says_who_is_where_and_how_far_the_targets_are(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world)
            ids = await a_day(world, number)
            hoa = await world.staff("officer", "Bà Hoa")
            reply = await hoa.say("hôm nay")
            assert reply.text.splitlines() == [
                "Mùa hè xanh 2026, hôm nay 20/11",
                "• 08:00–11:00, Chợ Mẫu: đã xong, 1 người có mặt",
                "• 09:00–11:00, Trường học: đã xong, không có ai đến",
                "• 11:00–14:00, Nhà văn hóa TDP 1: đang có mặt: Bình Trần; còn trống 1 chỗ",
                "• 17:00–19:00, Sân bóng: chưa đến giờ, chưa có ai nhận ca; còn trống 2 chỗ",
                "",
                "Lượt hướng dẫn kỹ năng số ████░░░░░░ 45% (9/20), hôm nay 5",
                "VNeID ███████░░░ 70% (7/10), hôm nay 3",
                "QR █████░░░░░ 50% (2/4), hôm nay 2",
                "Chữ ký số ░░░░░░░░░░ 0% (0/3), hôm nay 0",
            ]
            values = [option.value for option in reply.options]
            assert values == [f"roll:{ids[1]}", f"daily:{number}", f"campaign:{number}", "menu"]
            assert reply.attachment
            made = await world.app.files.make(reply.attachment.name)
            assert made.filename == "bieu-do-he2026.png"
            assert made.data.startswith(b"\x89PNG")
            assert len(made.data) <= 60_000

    run(scenario())


def test_of_several_campaigns_one_is_asked_for(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            assert "không có chiến dịch nào" in (await hoa.say("hôm nay")).text
            assert "campaigns" in [option.value for option in hoa.last.options]
            await staff(world)
            await campaign(world, "Chị Lan", code="CHO", name="Chợ số", cancelled_at=NOON)
            assert (await hoa.say("hôm nay")).text.startswith("Mùa hè xanh 2026")
            await campaign(world, "Chị Lan", code="CHO2", name="Chợ số 2")
            await hoa.say("ca hôm nay")
            assert hoa.labels[:2] == ["Mùa hè xanh 2026", "Chợ số 2"]
            assert (await hoa.press("Chợ số 2")).text.startswith("Chợ số 2, hôm nay 20/11")
            assert "Hôm nay không có ca trực nào." in hoa.last.text

    run(scenario())


def test_only_who_leads_campaigns_of_that_ward_sees_a_day(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world)
            an = back(world, "An-Nguyễn")
            stranger = await world.staff("officer", "Bà Xa", ward="hai-duong")
            resident = world.somebody("dân")
            for name in ("today", "daily", "summary"):
                for who in (an, stranger, resident):
                    reply = await who.choose(f"{name}:{number}")
                    assert NAME not in reply.text, (name, who.address)
                    assert reply.options
            lan = back(world, "Chị-Lan")
            for bad in ("x", "", "999999", "1" * 40, f"{number}:nonsense"):
                reply = await lan.choose(f"daily:{bad}")
                assert "không còn" in reply.text or "Không" in reply.text

    run(scenario())


def test_a_day_is_ready_to_be_pasted_into_the_group(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world)
            await a_day(world, number)
            lan = back(world, "Chị-Lan")
            reply = await lan.choose(f"daily:{number}")
            assert reply.text.splitlines() == [
                "Mùa hè xanh 2026: báo cáo ngày 20/11/2026",
                "• Lượt hướng dẫn kỹ năng số: trong ngày 5, từ đầu đợt 9, chỉ tiêu 20 (đạt 45%)",
                "• Lượt làm được VNeID: trong ngày 3, từ đầu đợt 7, chỉ tiêu 10 (đạt 70%)",
                "• Hộ KD dùng mã QR: trong ngày 2, từ đầu đợt 2, chỉ tiêu 4 (đạt 50%)",
                "• Chữ ký số: trong ngày 0, từ đầu đợt 0, chỉ tiêu 3 (đạt 0%)",
                "Ca trực đã có người: 2; tình nguyện viên có mặt: 2",
                "Ca chưa có ai điểm danh: 09:00–11:00, Trường học",
                "Có mặt nhưng chưa ghi sổ: Bình Trần",
            ]
            assert reply.attachment is None  # a link below it would be copied along
            assert lan.labels == ["Báo cáo ngày 19/11", "Về chiến dịch", "Menu chính"]
            await lan.press("Báo cáo ngày 19/11")
            assert "từ đầu đợt 4, chỉ tiêu 20 (đạt 20%)" in lan.last.text
            assert "Bình" not in lan.last.text
            assert lan.labels[:2] == ["Báo cáo ngày 18/11", "Báo cáo ngày 20/11"]
            assert "20/11/2026" in (await lan.choose(f"daily:{number}:2030-01-01")).text
            assert "từ ngày 16/11" in (await lan.choose(f"daily:{number}:2026-11-01")).text

    run(scenario())


@pytest.mark.parametrize(
    ("so_far", "shown"),
    [
        (0, "░░░░░░░░░░ 0% (0/20)"),
        (1, "░░░░░░░░░░ 5% (1/20)"),
        (19, "█████████░ 95% (19/20)"),
        (20, "██████████ 100% (20/20)"),
        (3000, "██████████ 15.000% (3.000/20)"),
    ],
)
def test_a_bar_is_never_longer_than_its_frame(so_far: int, shown: str) -> None:
    tr = partial(translate, "vi")
    line = campaign_totals.GoalLine(GOALS["vneid"], 0, so_far, 20)
    assert say.bar(tr, line) == f"VNeID {shown}, hôm nay 0"


@pytest.mark.parametrize(
    ("so_far", "target", "shown"),
    [(3, 500, "0,6"), (19, 200, "9,5"), (0, 500, "0"), (50, 500, "10"), (199, 200, "99")],
)
def test_a_small_share_is_told_with_a_decimal(so_far: int, target: int, shown: str) -> None:
    tr = partial(translate, "vi")
    line = campaign_totals.GoalLine(GOALS["vneid"], 0, so_far, target)
    assert f" {shown}% ({so_far}/" in say.bar(tr, line)
    assert f"({shown}%)" in say.reached(tr, line)
    assert f"({shown}%)" in campaign_made.bar(line).said


def test_a_small_share_stands_in_the_day_s_report(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world, targets={"vneid": 500})
            await log(world, PLAIN)
            lan = back(world, "Chị-Lan")
            assert "0,6% (3/500)" in (await lan.choose(f"today:{number}")).text
            assert "chỉ tiêu 500 (đạt 0,6%)" in (await lan.choose(f"daily:{number}")).text

    run(scenario())


def test_without_targets_the_counts_of_the_form_are_told(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world, targets={})
            await log(world, PLAIN)
            lan = back(world, "Chị-Lan")
            text = (await lan.choose(f"today:{number}")).text
            assert "VNeID: 3, hôm nay 3" in text
            assert "%" not in text
            text = (await lan.choose(f"daily:{number}")).text
            assert "• Lượt làm được VNeID: trong ngày 3, từ đầu đợt 3\n" in text
            assert text.count("•") == len(GOALS)

    run(scenario())


def test_hom_nay_answers_a_question_that_is_open(sqlite_url: str, library: Library) -> None:
    """A form that asks for a day is not left for the command of that name."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await staff(world)
            hoa = await world.staff("officer", "Bà Hoa")
            opened = await hoa.say("/broadcast")
            assert (await hoa.say("hôm nay")).text != opened.text
            assert NAME not in hoa.last.text

    run(scenario())


# The hour of the report


async def near(world: Office) -> list[tuple[str, Any]]:
    """What is planned about hours of reports: to whom, and the row."""
    library = world.app.library
    await world.app.store.write(lambda db: cutoff.due(db, library, world.clock()))

    async def read(db: AsyncSession) -> list[Any]:
        query = select(Chat.address, Outbox).join(Chat, Chat.id == Outbox.chat_id)
        found = await db.execute(query.where(Outbox.kind == "shift").order_by(Outbox.id))
        return list(found.all())

    return [(address, row) for address, row in await world.app.store.read(read)]


async def composed(world: Office, row: Any) -> Reply | Skip:
    async def read(db: AsyncSession) -> Reply | Skip:
        parcel = await outbox.get(db, row.id)
        assert parcel
        return await pushes.composing(world.app.library)(db, parcel, world.clock())

    return await world.app.store.read(read)


def test_an_hour_before_the_leader_hears_who_has_not_reported(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            number = await staff(world)
            await a_day(world, number)
            world.clock.now = at(20, 18, 59)
            assert await near(world) == []
            world.clock.now = at(20, 19)
            await near(world)
            ((address, row),) = await near(world)  # run twice: planned once
            assert (address, row.about) == ("Chị-Lan", f"cutoff:{number}:2026-11-20")
            reply = await composed(world, row)
            assert isinstance(reply, Reply)
            assert reply.text.splitlines() == [
                "Báo cáo ngày của Mùa hè xanh 2026 phải xong lúc 20:00.",
                "Ca chưa có ai điểm danh: 09:00–11:00, Trường học; 17:00–19:00, Sân bóng",
                "Có mặt nhưng chưa ghi sổ: Bình Trần",
            ]
            assert [one.value for one in reply.options][:2] == [
                f"daily:{number}",
                f"today:{number}",
            ]
            world.clock.now = at(21, 7)
            assert await composed(world, row) == Skip("late")

    run(scenario())


def test_when_all_have_reported_nobody_is_reminded(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world)
            one = await shift(world, number, at(20, 8), at(20, 11))
            await check_in(world, one, "Bình Trần", at(20, 8), at(20, 11))
            world.clock.now = at(20, 19)
            ((_, row),) = await near(world)
            assert isinstance(await composed(world, row), Reply)
            await log(world, replace(PLAIN, campaign=None), "Bình Trần")
            assert await composed(world, row) == Skip("not needed")

    run(scenario())


def test_when_the_leader_has_left_all_who_lead_campaigns_are_told(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world)
            await shift(world, number, at(20, 8), at(20, 11))
            await world.staff("officer", "Bà Hoa")
            await world.staff("lead", "Ông Nam")
            await world.staff("youth_leader", "Anh Xa", ward="hai-duong")
            gone = update(Member).where(Member.name == "Chị Lan").values(until=date(2026, 11, 19))
            await world.app.store.write(lambda db: db.execute(gone))
            world.clock.now = at(20, 19, 30)
            assert [address for address, _ in await near(world)] == ["Bà-Hoa"]

    run(scenario())


@pytest.mark.parametrize(
    ("cutoff_at", "from_when"), [(20 * 60, (19, 0)), (23 * 60, (20, 30)), (12 * 60, (11, 0))]
)
def test_the_reminder_leaves_before_the_quiet_hours(
    cutoff_at: int, from_when: tuple[int, int], sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world, cutoff=cutoff_at)
            await shift(world, number, at(20, 8), at(20, 11))
            world.clock.now = at(20, *from_when)
            ((_, row),) = await near(world)
            assert row.due_at == at(20, *from_when)

    run(scenario())


def test_without_shift_and_session_no_report_is_due(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world)
            await shift(world, number, at(20, 8), at(20, 11), cancelled_at=NOON)
            await shift(world, number, at(21, 8), at(21, 11))
            world.clock.now = at(20, 19)
            assert await near(world) == []
            await log(world, PLAIN)
            assert len(await near(world)) == 1
            world.clock.now = at(21, 21)
            assert len(await near(world)) == 1  # too late for the next day's

    run(scenario())


# The final report


async def summed_up(world: Office, number: int, now: datetime = NOON) -> Summary:
    found = await row_of(world, number)
    return await world.app.store.read(lambda db: collect(db, world.app.library, found, now))


async def fetched(world: Office, lan: Somebody, number: int, folder: Path) -> None:
    """Both files of the summary, pressed for in the chat."""
    for label, kind in (("Văn bản (.docx)", "docx"), ("Bảng tính (.xlsx)", "xlsx")):
        await lan.choose(f"summary:{number}")
        assert label in lan.labels
        await lan.press(label)
        assert lan.last.attachment
        made = await world.app.files.make(lan.last.attachment.name)
        assert made.filename == f"tong-ket-he2026.{kind}"
        (folder / f"summary.{kind}").write_bytes(made.data)


LINES = (
    "Số liệu tính đến ngày 20/11/2026.",
    "1 | Lượt hướng dẫn kỹ năng số | lượt | 29",
    "2 | Hộ KD dùng mã QR | hộ | 2",
    "3 | Lượt làm được VNeID | lượt | 7",
    "4 | Lượt làm được DVC trực tuyến | lượt | 0",
    "5 | Đội hình ra quân (ca trực có người điểm danh) | ca | 2",
    "1 | Lượt hướng dẫn kỹ năng số | lượt | 20 | 29 | 145,0",
    "Đoàn Thanh niên | 2 | 2 | 6",
    "20/11/2026 | Lớp ghi sổ | 20 | 15",
)
LATE = "1 lần không ghi giờ ra: tính đến hết ca"
PEOPLE = [
    ("An Nguyễn", "Đoàn Thanh niên", 1, 1, 3, None),
    ("Bình Trần", "Đoàn Thanh niên", 1, 1, 3, LATE),
    ("Tổng cộng", None, 2, 2, 6, None),
]


def test_the_final_report_says_what_was_done(
    sqlite_url: str, library: Library, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world)
            await a_day(world, number)
            area = (await world.app.store.read(lambda db: wards.areas_of(db, WARD)))[0]
            lesson = replace(PLAIN, kind="class", people=20, passed=15, area_id=area.id)
            await log(world, lesson, "Chị Lan")
            lan = back(world, "Chị-Lan")
            reply = await lan.choose(f"summary:{number}")
            assert "• Lượt hướng dẫn kỹ năng số: 29/20 (145%)" in reply.text
            assert "đến hôm nay" in reply.text
            await fetched(world, lan, number, tmp_path)

    run(scenario())
    said = list(text_of(Document(str(tmp_path / "summary.docx"))))
    assert "BÁO CÁO" in said
    assert [line for line in LINES if line not in said] == []
    whole = "\n".join(said)
    assert "1 buổi ghi tên chiến dịch ở ngày khác không được tính" in whole
    assert "1 lượt không ghi giờ ra" in whole
    workbook = load_workbook(tmp_path / "summary.xlsx")
    people = workbook["Tình nguyện viên"].iter_rows(min_row=3, values_only=True)
    assert [row[1:7] for row in people] == PEOPLE
    days = workbook["Theo ngày"].iter_rows(min_row=3, values_only=True)
    assert [row[2:] for row in days] == [(4, 4, 0, 0, 0), (25, 3, 0, 2, 0), (29, 7, 0, 2, 0)]


def test_whose_role_changed_is_one_person(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world)
            morning = await shift(world, number, at(19, 8), at(19, 11))
            noon = await shift(world, number, at(19, 10), at(19, 12))
            await check_in(world, morning, "An Nguyễn", at(19, 8), at(19, 11))
            store, ward = world.app.store, library.wards[WARD]
            code, _ = await invite(store, ward, "member", "An (tổ 1)", world.clock(), world.draw)
            await back(world, "An-Nguyễn").say(code)
            await check_in(world, noon, "An (tổ 1)", at(19, 10), at(19, 12), org="team")
            row = await row_of(world, number)
            summary = await store.read(lambda db: collect(db, library, row, NOON))
            assert summary.helpers == (Helper("An (tổ 1)", "team", 2, 1, 240, 0),)
            there = worked(await store.read(lambda db: check_ins.of_campaign(db, number)))
            assert [(one.name, one.minutes) for one in there] == [("An (tổ 1)", 240)]

    run(scenario())


def test_without_any_log_a_dash_stands_for_zero(
    sqlite_url: str, library: Library, tmp_path: Path
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            summary = await summed_up(world, await staff(world))
            document.write(summary, tmp_path / "a.docx")
            book.write(summary, tmp_path / "a.xlsx")

    run(scenario())
    said = list(text_of(Document(str(tmp_path / "a.docx"))))
    assert "3 | Lượt làm được VNeID | lượt | —" in said
    assert "2 | Lượt làm được VNeID | lượt | 10 | — | —" in said
    assert "5 | Đội hình ra quân (ca trực có người điểm danh) | ca | —" in said
    assert "Người điểm danh ở ca trực: — (chưa có ai điểm danh)." in said
    assert not [line for line in said if line.endswith("| 0")]
    rows = load_workbook(tmp_path / "a.xlsx")["Chỉ tiêu"].iter_rows(min_row=3, values_only=True)
    assert {row[4:] for row in rows} == {("—", "—")}


def test_text_of_a_campaign_is_never_a_formula(
    sqlite_url: str, library: Library, tmp_path: Path
) -> None:
    bad = '=HYPERLINK("http://x")'

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("youth_leader", "Chị Lan")
            number = await campaign(world, "Chị Lan", name=bad, model="+1", reason="\x07@x")
            await world.staff("volunteer", "=1+1")
            one = await shift(world, number, at(20, 8), at(20, 11), place="-2+3")
            await check_in(world, one, "=1+1", at(20, 8), at(20, 9))
            await log(world, replace(PLAIN, campaign=bad), "Chị Lan")
            summary = await summed_up(world, number)
            document.write(summary, tmp_path / "a.docx")
            book.write(summary, tmp_path / "a.xlsx")

    run(scenario())
    workbook = load_workbook(tmp_path / "a.xlsx")
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert {"=1+1", "-2+3"} <= {cell.value for cell in cells}
    assert all(cell.quotePrefix for cell in cells if cell.value in ("=1+1", "-2+3"))
    assert bad in "\n".join(text_of(Document(str(tmp_path / "a.docx"))))


def test_a_file_is_refused_to_who_may_no_longer_have_it(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number = await staff(world)
            await world.staff("officer", "Bà Xa", ward="hai-duong")
            lan, an, xa = [
                await world.app.store.read(lambda db, n=name: member(db, n))
                for name in ("Chị Lan", "An Nguyễn", "Bà Xa")
            ]
            make = world.app.files.make
            names = [f"{number}/x.docx", f"{number}/x.xlsx"]
            assert [await make(f"campaign/{lan}/{WARD}/{name}") for name in names]
            for bad in (
                f"campaign/{an}/{WARD}/{number}/x.docx",
                f"campaign/{lan}/hai-duong/{number}/x.docx",
                f"campaign/{lan}/{WARD}/999/x.docx",
                f"campaign/{xa}/hai-duong/{number}/x.docx",
                f"chart/{an}/{WARD}/{number}/2026-11-20/x.png",
            ):
                with pytest.raises(Gone):
                    await make(bad)

    run(scenario())


def test_every_kind_of_place_and_organisation_has_its_words() -> None:
    assert set(PLACES) == set(WORDS["place"])
    assert set(ORGS) == set(words.ORGS)
