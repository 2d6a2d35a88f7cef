"""What people type in their own words: classes to be opened, codes, shifts, ages, and yes or no."""

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from content import campaign_shift, free_hours
from content.campaign_shift import BadShift
from content.library import Library
from handlers import choosing, class_times
from handlers.campaign_fields import minutes_of
from handlers.turn import WARD_ZONE
from store import campaigns as store
from store.campaign_models import Volunteer
from store.class_models import Attendance, TrainingClass
from store.log_models import SupportSession
from tests import campaigns
from tests.conftest import run
from tests.staff import WARD, Office, Somebody, office
from tests.test_campaigns import FIRST, LAST, TODAY
from tests.test_classes import opened

NOON = date(2026, 11, 20)


async def rows(world: Office, table: Any) -> list[Any]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(table))).all()

    return list(await world.app.store.read(read))


# Classes


@pytest.mark.parametrize(
    ("said", "title", "starts", "day", "place", "expected"),
    [
        ("mở lớp vneid 14h chiều nay ở nvh, 30 người", "vneid", time(14), NOON, "nvh", 30),
        ("mở lớp vneid chiều nay 30 người ở nvh tdp 1", "vneid", None, NOON, "nvh tdp 1", 30),
        ("mở lớp lừa đảo 2h chiều nay tại nvh tdp1 30ng", "lừa đảo", time(14), NOON, "nvh tdp1", 30),
        ("mo lop vneid toi nay 7 ruoi o cho", "vneid", time(19, 30), NOON, "cho", None),
        ("mở lớp vneid tối nay 8h", "vneid", time(20), NOON, "", None),
        ("mở lớp vneid 14h 30 người sáng mai", "vneid", time(14), date(2026, 11, 21), "", 30),
        ("mở lớp học vneid cho các cụ lúc 14h", "vneid cho các cụ", time(14), None, "", None),
        ("mở lớp AI", "AI", None, None, "", None),
        ("tạo lớp vneid", "vneid", None, None, "", None),
        ("tôi mở lớp vneid 9h mai", "vneid", time(9), date(2026, 11, 21), "", None),
    ],
)  # fmt: skip
def test_what_opens_a_class(
    said: str, title: str, starts: time | None, day: date | None, place: str, expected: int | None
) -> None:
    told = class_times.told(said, NOON)
    assert told
    assert (told.title, told.starts, told.day, told.place, told.expected, told.hours) == (
        title, starts, day, place, expected, None,
    )  # fmt: skip


def test_the_part_of_a_day_tells_the_hours() -> None:
    told = class_times.told("mở lớp vneid tối nay 7h-9h", NOON)
    assert told
    assert told.hours == (time(19), time(21))


@pytest.mark.parametrize(
    "said",
    ["mở lớp vneid được không?", "mở lớp AI lúc nào", "tôi mở lớp vneid cho 12 bác", "mở lớp chưa"],
)
def test_a_question_opens_no_class(said: str) -> None:
    assert class_times.told(said, NOON) is None


def test_a_class_to_come_is_no_log(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await world.team("Tổ 1", "Tổ dân phố 1")
            lan = await world.staff("member", "Chị Lan", "Tổ 1")
            asked = await lan.say("mở lớp lừa đảo 2h chiều nay tại nvh tdp1 30ng")
            assert "Từ mấy giờ đến mấy giờ" in asked.text
            assert "14:00–16:00" in lan.labels
            assert "sau giờ bắt đầu" in (await lan.say("13h")).text
            await lan.say("đến 4h")
            await lan.press("Lưu")
            (row,) = await rows(world, TrainingClass)
            assert (row.title, row.area_id, row.expected) == ("Lừa đảo", 1, 30)
            hours = [one.astimezone(WARD_ZONE) for one in (row.starts_at, row.ends_at)]
            assert [f"{one:%d/%m %H:%M}" for one in hours] == ["20/11 14:00", "20/11 16:00"]
            assert "Lớp dạy về gì" in (await lan.say("mở lớp AI")).text
            assert await rows(world, SupportSession) == []

    run(scenario())


@pytest.mark.parametrize(
    "said", ["sáng nay mở lớp vneid ở nvh, 30 người", "vừa mở lớp vneid cho 30 bác ở nvh",
             "hôm qua mở lớp vneid 30 người"],
)  # fmt: skip
def test_a_class_that_was_is_a_log(said: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            assert "Lớp" in (await lan.say(said)).text
            assert "30" in lan.last.text
            assert await states(lan) == "session"

    async def states(lan: Somebody) -> str:
        from store.models import Chat

        async def read(db: Any) -> Any:
            return (await db.scalars(select(Chat.state).where(Chat.address == lan.address))).one()

        state = await lan.app.store.read(read)
        return str(state["form"]["name"])

    run(scenario())


def test_a_class_to_come_does_not_join_an_open_log(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            await lan.say("giúp 2 cụ cài vneid ở nvh")
            again = await lan.say("mở lớp vneid chiều nay 30 người ở nvh tdp 1")
            assert "hỏi" not in again.text
            await lan.press("Lưu")
            assert [one.people for one in await rows(world, SupportSession)] == [2]

    run(scenario())


@pytest.mark.parametrize(
    "typed",
    ["lop 34 71", "lop 3 4 7 1", "lop 3471 cảm ơn", "loop 3471", "tôi muốn đi học lớp 3471",
     "dạ em chào, lớp 3471 ạ"],
)  # fmt: skip
def test_a_code_among_words(typed: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, code = await opened(world)
            meant = typed
            for digit, drawn in zip("3471", code, strict=True):
                meant = meant.replace(digit, f"<{drawn}>", 1)
            tu = world.somebody("tu")
            said = meant.replace("<", "").replace(">", "")
            assert "Bác đã điểm danh lớp" in (await tu.say(said)).text
            assert len(await rows(world, Attendance)) == 1

    run(scenario())


def test_a_code_that_is_not_clear_is_asked_for(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, code = await opened(world)
            tu = world.somebody("tu")
            for typed in ("lớp", "lop 48", "lop 34711", "mã lớp"):
                assert "4 số trên bảng" in (await tu.say(typed)).text, typed
                assert tu.labels
            assert "Chờ chốt" in (await lan.say("lớp")).text
            assert "4 số" not in (await tu.say("lớp học")).text
            for _ in range(5):
                assert "không thấy lớp" in (await tu.say("cho tôi vào lớp 1000")).text
            assert "sai" in (await tu.say(f"cho tôi vào lớp {code}")).text
            assert await rows(world, Attendance) == []

    run(scenario())


def test_sessions_and_classes_are_told_apart(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            await lan.say("vừa mở lớp vneid cho 10 bác ở nvh")
            first = (await lan.press("Lưu")).text
            assert "Tháng này bác đã ghi 1 lớp, 10 lượt người học." in first
            assert "buổi, " not in first
            await lan.say("giúp 2 cụ cài vneid")
            assert (await lan.press("Lưu")).text.endswith(
                "Tháng này bác đã ghi 1 buổi, 2 lượt người.\n"
                "Tháng này bác đã ghi 1 lớp, 10 lượt người học."
            )

    run(scenario())


# Lines of shifts


@pytest.mark.parametrize(
    ("line", "place", "day", "starts", "ends"),
    [
        ("chợ: 22/11 7h-9h 2 bạn", "Chợ", 22, time(7), time(9)),
        ("chợ: ngày 22/11, 7h-9h, 2 bạn", "Chợ", 22, time(7), time(9)),
        ("chợ, 22/11, 7h-9h, 2 bạn", "Chợ", 22, time(7), time(9)),
        ("chợ 22/11 7h-9h 2 bạn", "Chợ", 22, time(7), time(9)),
        ("nvh tdp 2, thứ 7 21/11, 7h-9h, 2 bạn", "Nvh tdp 2", 21, time(7), time(9)),
        ("chợ: sáng mai 7h-9h 2 bạn", "Chợ", 21, time(7), time(9)),
        ("chợ: chiều 22/11 2h-4h 2 bạn", "Chợ", 22, time(14), time(16)),
        ("chợ: 22/11 5h-7h tối 2 bạn", "Chợ", 22, time(17), time(19)),
        ("chợ: 7h-9h sáng 22/11, 2 bạn", "Chợ", 22, time(7), time(9)),
        ("chợ: 2h chiều đến 4 rưỡi chiều 22/11, 2 bạn", "Chợ", 22, time(14), time(16, 30)),
        ("chợ: 2h rưỡi-4h chiều 22/11, 2 bạn", "Chợ", 22, time(14, 30), time(16)),
        ("chợ: 7h30'-9h30' 22/11, 2 bạn", "Chợ", 22, time(7, 30), time(9, 30)),
        ("chợ: 8:30am-10:30am 22/11, 2 bạn", "Chợ", 22, time(8, 30), time(10, 30)),
        ("chợ: 1pm-3pm 22/11, 2 bạn", "Chợ", 22, time(13), time(15)),
    ],
)  # fmt: skip
def test_a_line_in_its_own_order(line: str, place: str, day: int, starts: time, ends: time) -> None:
    told = campaign_shift.read(line, FIRST, LAST, TODAY)
    assert (told.place, told.day, told.starts, told.ends, told.places) == (
        place, date(2026, 11, day), starts, ends, 2,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("chợ: 22/11 7h-9h, 14h-16h 2 bạn", campaign_shift.ONE),
        ("chợ: 7h-9h 2 bạn 22/11, nvh: 14h-16h 22/11 2 bạn", campaign_shift.ONE),
        ("chợ: sáng thứ 7, 2 bạn", campaign_shift.PART_ONLY),
        ("sáng thứ 7", campaign_shift.PART_ONLY),
        ("22/11 7h-9h 2 bạn", campaign_shift.PLACE),
        ("đường 30-4: 7h-9h, 2 bạn", campaign_shift.DAY),
        ("chợ: hôm nọ 7h-9h, 2 bạn", campaign_shift.DAY),
        ("chợ: 2h-4h 22/11, 2 bạn", campaign_shift.NIGHT),
        ("chợ: 1/12 7h-9h, 2 bạn", campaign_shift.OUTSIDE),
    ],
)
def test_what_is_wrong_with_a_line(line: str, why: str) -> None:
    with pytest.raises(BadShift) as refused:
        campaign_shift.read(line, FIRST, LAST, TODAY)
    assert str(refused.value) == why


def test_shift_lines_are_quoted_and_left(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            leader = await world.staff("youth_leader", "Chị Hoa")
            number = await campaigns.campaign(world, "Chị Hoa")
            await leader.choose(f"addshift:{number}")
            place = "nhà văn hóa của tổ dân phố số một gần chợ Mẫu"
            wrong = await leader.say(f"{place}: 7h-9h, 14h-16h thứ bảy 21/11, 2 bạn")
            assert f"“{place}: 7h-9h, 14h-1…”" in wrong.text
            assert "mỗi dòng một ca" in wrong.text
            assert "Đã thêm" in (await leader.say("chợ: 22/11 7h-9h 2 bạn")).text
            page = await leader.press("Quay lại")
            assert "Đã dừng" not in page.text
            assert "Thêm ca" in leader.labels
            assert "Chưa lưu" not in (await leader.say("xin chào")).text

    run(scenario())


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("8h tối", 20 * 60), ("8 giờ tối ạ", 20 * 60), ("7h30 tối", 19 * 60 + 30), ("lúc 20h", 20 * 60),
     ("5h chiều", 17 * 60), ("8 rưỡi tối", 20 * 60 + 30), ("9h sáng", 9 * 60), ("tối", None)],
)  # fmt: skip
def test_the_hour_of_the_report_in_words(typed: str, minutes: int | None) -> None:
    assert minutes_of(typed) == minutes


# Yes, no, and whatever


@pytest.mark.parametrize(
    "typed",
    ["có", "có ạ", "co a", "dạ có ạ", "Dạ vâng", "vâng ạ", "vâng", "dạ đồng ý", "đồng ý ạ", "rồi ạ",
     "rồi", "được ạ", "ok", "OK em", "tôi đồng ý", "tôi cam kết ạ", "có cô ơi", "ừ", "da vang a"],
)  # fmt: skip
def test_a_yes(typed: str) -> None:
    assert choosing.yes_or_no(typed) is True


@pytest.mark.parametrize(
    "typed",
    ["không", "ko", "không ạ", "dạ không", "k", "chưa ạ", "tôi không đồng ý", "dạ thưa không ạ",
     "ko đồng ý", "không được"],
)  # fmt: skip
def test_a_no(typed: str) -> None:
    assert choosing.yes_or_no(typed) is False


@pytest.mark.parametrize(
    "typed",
    ["", "ạ", "cô ơi", "cô ạ", "co oi", "đừng", "dung", "có không", "đồng ý không", "chưa hiểu",
     "không hiểu", "không vấn đề gì", "không sao", "có nhưng không lưu dữ liệu", "đồng ý cái gì",
     "vắng", "chào bác", "không biết", "có và không", "?"],
)  # fmt: skip
def test_neither_yes_nor_no(typed: str) -> None:
    assert choosing.yes_or_no(typed) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("gì cũng được", True), ("tất cả các việc", True), ("việc gì cũng làm ạ", True), ("tất cả", True),
     ("cả phường", True), ("đâu cũng được", True), ("khu nào cũng dc", True), ("gì cũng không", False),
     ("mới", False), ("vneid", False), ("tất cả trừ vneid", False)],
)  # fmt: skip
def test_whatever_is_meant(typed: str, meant: bool) -> None:
    assert choosing.whatever(typed) is meant


def test_any_time_in_short() -> None:
    assert free_hours.hours_in("lúc nào cũng dc ạ") == free_hours.ALWAYS


async def signing(world: Office, year: str = "2004") -> Somebody:
    """Somebody at the questions, with name, branch, and a year as they type it."""
    await world.staff("youth_leader", "Chị Hoa")
    number = await campaigns.campaign(world, "Chị Hoa")
    lan = world.somebody("lan")
    await lan.choose(f"volunteer:{number}")
    for said in (year, "Lê Thị Lan", "Chi đoàn 5", "gì cũng được", "lúc nào cũng dc", "cả phường"):
        await lan.say(said)
    await lan.press("Đúng rồi, tiếp tục")
    return lan


@pytest.mark.parametrize(
    ("pledge", "consent"), [("có ạ", "dạ đồng ý"), ("rồi ạ", "vâng"), ("vâng", "rồi ạ")]
)
def test_the_ticks_take_everyday_words(
    pledge: str, consent: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await signing(world)
            asked = lan.last.text
            again = (await lan.say("để tôi xem đã")).text
            assert "“có” hoặc “không”" in again
            assert len(again) < len(asked) / 2
            assert lan.labels[0] == "Tôi cam kết"
            asked = (await lan.say(pledge)).text
            again = (await lan.say("không hiểu")).text
            assert len(again) < len(asked) / 2
            assert await rows(world, Volunteer) == []
            await lan.say(consent)
            (kept,) = await rows(world, Volunteer)
            assert "12 tháng" in kept.texts["consent"]  # what was asked, not the short words

    run(scenario())


@pytest.mark.parametrize("yes", ["dạ vâng", "rồi", "bố mẹ em biết rồi", "mẹ em đồng ý ạ"])
def test_a_guardian_not_asked_yet_loses_nothing(
    yes: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await signing(world, "sinh năm 2009")
            await lan.say("có ạ")
            await lan.say("có ạ")
            assert "chưa đủ 18" in lan.last.text
            for no in ("chưa", "bố mẹ em chưa biết", "không ạ"):
                told = (await lan.say(no)).text
                assert "vẫn còn đây" in told
                assert "Quay lại" in lan.labels
            assert "vẫn còn đây" in (await lan.press("Chưa hỏi")).text
            assert await rows(world, Volunteer) == []
            await lan.say(yes)
            (kept,) = await rows(world, Volunteer)
            assert kept.guardian_at
            assert kept.birth_year == 2009

    run(scenario())


@pytest.mark.parametrize(
    ("typed", "year"),
    [("sn 2010", 2010), ("sinh năm 2006", 2006), ("2006 ạ", 2006), ("20 tuổi", 2006),
     ("em 17 tuổi ạ", 2009), ("em sinh 20/5/2006", 2006)],
)  # fmt: skip
def test_a_year_of_birth_in_words(typed: str, year: int, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await signing(world, typed)
            for _ in range(3):
                await lan.say("có ạ") if "chưa đủ 18" not in lan.last.text else await lan.say("rồi")
            (kept,) = await rows(world, Volunteer)
            assert kept.birth_year == year

    run(scenario())


def test_fifteen_years_are_too_few(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("youth_leader", "Chị Hoa")
            number = await campaigns.campaign(world, "Chị Hoa")
            lan = world.somebody("lan")
            await lan.choose(f"volunteer:{number}")
            assert "từ 16 tuổi" in (await lan.say("15 tuổi")).text

    run(scenario())


def test_a_campaign_in_everyday_words(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            leader = await world.staff("youth_leader", "Chị Hoa")
            await leader.choose("newcampaign")
            for said in ("Hè số 2026", "Chợ số", "doan tn", "20/11", "30/11", "tất cả", "Phường", "ko ạ",
                         "vneid 700", "8h tối", "HESO26"):  # fmt: skip
                await leader.say(said)
            await leader.press("Lưu")
            (row,) = await world.app.store.read(lambda db: store.all_of(db, WARD))
            told = (row.organiser, row.skills, row.cutoff, len(row.areas))
            assert told == ("youth", False, 1200, 0)

    run(scenario())
