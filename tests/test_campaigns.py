"""Campaigns: their lines and words, making and cancelling them, finding them, and importing them whole."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import select
from typer.testing import CliRunner

from bot.campaign_files import CampaignImport, in_words, template
from bot.cli import app as cli
from bot.files import Gone
from content import campaign, campaign_days, campaign_shift
from content.campaign import BadTarget
from content.campaign_shift import BadShift
from content.i18n import translate
from content.library import Library
from content.topics import TOPIC_NAMES
from handlers import campaign_code
from handlers.campaign_fields import minutes_of
from handlers.importing_files import BadFile
from store import campaigns as store
from store.campaign_models import Campaign, Shift, Signup
from tests.campaigns import CODE, NAME, at, shift, signup, volunteer
from tests.campaigns import campaign as made
from tests.conftest import run
from tests.staff import WARD, Office, Somebody, office

FIRST, LAST, TODAY = date(2026, 11, 16), date(2026, 11, 30), date(2026, 11, 20)
LINE = "nhà văn hóa TDP 1: 7h30-11h thứ 7 21/11, 4 người, vneid dvc"

NOT_ALLOWED = (
    "That is for the people who do this work in the ward. If the ward invited you, type the "
    "6-digit code you were given."
)


async def rows(world: Office, table: Any) -> list[Any]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(table).order_by(table.id))).all()

    return list(await world.app.store.read(read))


async def asked(person: Somebody, name: str = "Chợ số 2026", code: str = "CHO26") -> None:
    """All questions of the form answered, up to its summary."""
    await person.choose("newcampaign")
    for said in (name, "Chợ số", "Đoàn Thanh niên", "20/11", "30/11", "Cả phường", "Phường", "Có",
                 "vneid 700", "20h", code):  # fmt: skip
        await person.say(said)
    assert "Lưu" in person.labels, person.last.text


# A shift in one line


@pytest.mark.parametrize(
    ("line", "place", "day", "starts", "ends", "people"),
    [
        (LINE, "Nhà văn hóa TDP 1", 21, time(7, 30), time(11), 4),
        ("Chợ Đông, 7:30 – 11:00 ngày 21, 2 tnv", "Chợ Đông", 21, time(7, 30), time(11), 2),
        ("nvh: 2h-5h chiều mai 1 nguoi", "Nvh", 21, time(14), time(17), 1),
        ("chợ: 8-11h 28/11/2026, 4 người", "Chợ", 28, time(8), time(11), 4),
        ("đường 30-4: 13h30-17h cn 22/11, 3 bạn", "Đường 30-4", 22, time(13, 30), time(17), 3),
        ("NVH: 7h sáng-5h chiều 21.11, 3 người", "NVH", 21, time(7), time(17), 3),
        ("NVH: từ 7 giờ 30 đến 11 giờ 15 ngày 21/11, 3 người", "NVH", 21, time(7, 30), time(11, 15), 3),
    ],
)  # fmt: skip
def test_a_line_is_a_shift(
    line: str, place: str, day: int, starts: time, ends: time, people: int
) -> None:
    told = campaign_shift.read(line, FIRST, LAST, TODAY)
    assert (told.place, told.day, told.starts, told.ends) == (
        place, date(2026, 11, day), starts, ends,
    )  # fmt: skip
    assert told.places == people


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("7h-11h 21/11, 3 người", campaign_shift.PLACE),
        (f"{'x' * 81}: 7h-11h 21/11, 3 người", campaign_shift.LONG_PLACE),
        ("NVH: 21/11, 3 người", campaign_shift.HOURS),
        ("NVH: 7h70-11h 21/11, 3 người", campaign_shift.HOURS),
        ("NVH: 11h-7h 21/11, 3 người", campaign_shift.ENDS),
        ("NVH: 7h-7h 21/11, 3 người", campaign_shift.ENDS),
        ("NVH: 7h-21h01 21/11, 3 người", campaign_shift.TOO_LONG),
        ("NVH: 7h-11h hôm nọ, 3 người", campaign_shift.DAY),
        ("NVH: 7h-11h thứ 7, 3 người", campaign_shift.WHICH),
        ("NVH: 7h-11h thứ 7 22/11, 3 người", campaign_shift.WEEKDAY),
        ("NVH: 7h-11h 1/12, 3 người", campaign_shift.OUTSIDE),
        ("NVH: 7h-11h 30/2, 3 người", campaign_shift.OUTSIDE),
        ("NVH: 7h-11h 21/11", campaign_shift.PEOPLE),
        ("NVH: 7h-11h 21/11, 0 người", campaign_shift.NOBODY),
        ("NVH: 7h-11h 21/11, -3 người", campaign_shift.NOBODY),
        ("NVH: 7h-11h 21/11, 201 người", campaign_shift.TOO_MANY),
        ("NVH: 7h-11h 21/11, 3 người, blah", campaign_shift.TOPICS),
    ],
)
def test_a_line_that_is_no_shift_says_why(line: str, why: str) -> None:
    with pytest.raises(BadShift) as refused:
        campaign_shift.read(line, FIRST, LAST, TODAY)
    assert str(refused.value) == why


def test_fourteen_hours_are_a_shift_and_not_a_minute_more() -> None:
    assert campaign_shift.read("NVH: 7h-21h 21/11, 1 người", FIRST, LAST, TODAY).ends == time(21)


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=120))
def test_any_line_is_a_shift_or_refused(line: str) -> None:
    try:
        told = campaign_shift.read(line, FIRST, LAST, TODAY)
    except BadShift:
        return
    assert FIRST <= told.day <= LAST
    assert told.starts < told.ends
    assert 1 <= told.places <= campaign_shift.MOST_PEOPLE


@settings(max_examples=50)
@given(st.integers(0, 14), st.booleans())
def test_a_day_is_read_as_it_is_written(ahead: int, weekday: bool) -> None:
    day = FIRST + timedelta(days=ahead)
    name = ["thứ 2", "thứ ba", "thứ tư", "thứ 5", "thứ sáu", "T7", "chủ nhật"][day.weekday()]
    said = campaign_days.said(f"{name} {day:%d/%m}" if weekday else f"{day:%d/%m/%Y}", TODAY)
    assert said
    assert campaign_days.within(said, FIRST, LAST) == [day]


def test_a_first_day_is_the_nearest_one() -> None:
    def nearest(text: str) -> date | None:
        said = campaign_days.said(text, TODAY)
        return said and campaign_days.nearest(said, TODAY)

    assert nearest("16/11") == FIRST
    assert nearest("1/2") == date(2027, 2, 1)
    assert nearest("chủ nhật") == date(2026, 11, 22)
    assert nearest("ngày 5") == date(2026, 12, 5)
    assert nearest("hôm nay") == TODAY
    assert nearest("29/2/2027") is None
    assert nearest("hôm nọ") is None


# Targets


def test_targets_are_typed_in_one_line() -> None:
    said = campaign.read_targets("lượt 1.500, VNeID: 700; 160 hộ KD QR và ttkdtm_vi 30")
    assert said == {"skills": 1500, "vneid": 700, "qr": 160, "ttkdtm_vi": 30}
    assert [goal.code for goal, _ in campaign.goals(said)] == ["skills", "vneid", "qr", "ttkdtm_vi"]


@pytest.mark.parametrize("text", ["lượt nhiều", "vneid", "vneid 0", "1000001 qr", "blah 7"])
def test_what_is_no_target_is_refused(text: str) -> None:
    with pytest.raises(BadTarget):
        campaign.read_targets(text)


def test_the_suggestion_is_read_back_as_it_is_shown() -> None:
    for targets in campaign.SUGGESTED.values():
        assert campaign.read_targets(campaign.in_words(targets)) == targets


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*campaign.GOALS, *TOPIC_NAMES]), st.integers(1, campaign.LARGEST)
    )
)
def test_targets_kept_are_targets_read(targets: dict[str, int]) -> None:
    assert campaign.read_targets(campaign.as_typed(targets)) == targets


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("20h", 1200), ("19:30", 1170), ("20", 1200), ("8 giờ", 480), ("7h59", None), ("24h", None),
     ("20h75", None), ("tối", None)],
)  # fmt: skip
def test_the_hour_of_the_report(typed: str, minutes: int | None) -> None:
    assert minutes_of(typed) == minutes


# Making one


def test_a_campaign_is_stored_as_it_was_told(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("youth_leader", "Chị Lan")
            await asked(lan)
            await lan.press("Lưu")
            await lan.say(LINE)
            await lan.say("xong")
            (one,) = await rows(world, Campaign)
            assert (one.name, one.code, one.model, one.organiser, one.skills, one.cutoff) == (
                "Chợ số 2026", "CHO26", "Chợ số", "youth", True, 1200,
            )  # fmt: skip
            assert (one.first, one.last, one.targets) == (TODAY, LAST, {"vneid": 700})
            (only,) = await rows(world, Shift)
            assert (only.starts_at, only.ends_at, only.places) == (at(21, 7, 30), at(21, 11), 4)
            assert only.place_code == "culture_house"
            assert only.area_id is not None

    run(told())


def test_a_first_day_changed_to_after_the_last_is_not_saved(
    sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("youth_leader", "Chị Lan")
            await asked(lan)
            await lan.press("Sửa")
            await lan.press("Ngày đầu")
            await lan.say("05/12/2026")
            assert "Ngày cuối?" in (await lan.press("Lưu")).text
            assert await rows(world, Campaign) == []
            await lan.say("6/12")
            await lan.press("Lưu")
            (one,) = await rows(world, Campaign)
            assert (one.first, one.last) == (date(2026, 12, 5), date(2026, 12, 6))

    run(told())


def test_a_suggestion_is_taken_only_by_pressing_it(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("youth_leader", "Chị Lan")
            await asked(lan)
            await lan.press("Sửa")
            await lan.press("Chỉ tiêu")
            (suggested,) = [label for label in lan.labels if "Đắk Lắk" in label]
            await lan.press(suggested)
            await lan.press("Lưu")
            (one,) = await rows(world, Campaign)
            assert one.targets == campaign.SUGGESTED["ward"]

    run(told())


def test_one_wrong_line_leaves_all_of_them_out(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await made(world, "Chị Lan")
            await lan.choose(f"addshift:{number}")
            reply = await lan.say(f"{LINE}\nnhà văn hóa TDP 9: 7h-9h 22/11, 2 người\n{LINE}")
            assert "Dòng 2" in reply.text
            assert "Dòng 3" in reply.text
            assert "Dòng 1" not in reply.text
            assert await rows(world, Shift) == []
            await lan.say(LINE)
            assert "đã có rồi" in (await lan.say(LINE)).text
            assert "đã qua" in (await lan.say("chợ: 8h-9h 20/11, 2 người")).text
            assert "số cá nhân" in (await lan.say(f"{LINE} gọi 0912345678")).text
            assert len(await rows(world, Shift)) == 1

    run(told())


def test_a_shift_outside_the_campaigns_areas_is_refused(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("youth_leader", "Chị Lan")
            await lan.choose("newcampaign")
            for said in ("Chợ số 2026", "Chợ số", "Đoàn Thanh niên", "20/11", "30/11", "2, Thôn Đông",
                         "Phường", "Có", "Bỏ qua", "20h", "CHO26"):  # fmt: skip
                await lan.say(said)
            await lan.press("Lưu")
            assert "Tổ dân phố 1" in (await lan.say(LINE)).text
            assert await rows(world, Shift) == []
            await lan.say(LINE.replace("TDP 1", "TDP 2"))
            (only,) = await rows(world, Shift)
            assert only.area_id

    run(told())


@pytest.mark.parametrize(
    "word", ["xong", "menu", "vneid", "mau", "12345", "AB", "A" * 13, "hoc", "K01", "mùa hè xanh 2026",
             "lop", CODE.lower()]
)  # fmt: skip
def test_a_word_that_means_something_else_is_refused(
    word: str, sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            await made(world, "Chị Lan")
            await asked_until_code(lan)
            await lan.say(word)
            assert "Lưu" not in lan.labels

    run(told())


async def asked_until_code(person: Somebody) -> None:
    await person.choose("newcampaign")
    for said in ("Chợ số 2026", "Chợ số", "Đoàn Thanh niên", "20/11", "30/11", "Cả phường", "Phường",
                 "Có", "Bỏ qua", "20h"):  # fmt: skip
        await person.say(said)


def test_the_name_proposes_a_word_that_is_free(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            await made(world, "Chị Lan", code="CS2026")
            await asked_until_code(lan)
            assert "CS2026B" in lan.labels

    run(told())


def test_two_make_the_same_at_once_and_one_is_asked_again(
    database_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(database_url, library) as world:
            both = [await world.staff("officer", name) for name in ("Chị Lan", "Anh Tú")]
            for one, code in zip(both, ("CHO26", "CHO27"), strict=True):
                await asked(one, code=code)
            replies = await asyncio.gather(*(one.press("Lưu") for one in both))
            assert len(await rows(world, Campaign)) == 1
            again = [reply for reply in replies if "đã có chiến dịch" in reply.text]
            assert len(again) == 1

    run(told())


def test_who_may_not_lead_makes_and_cancels_nothing(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            number = await made(world, "Chị Lan")
            shift_id = await shift(world, number, at(21, 8), at(21, 11))
            helper = await world.staff("volunteer", "Em Bé")
            resident = world.somebody("resident")
            await resident.say("/start ward_mau")
            names = ["newcampaign", "campaignfile", f"cancelcampaign:{number}", f"addshift:{number}",
                     f"dropshift:{number}", f"cancelshift:{shift_id}", f"posters:{number}"]  # fmt: skip
            for person in (helper, resident):
                for name in names:
                    reply = await person.choose(name)
                    assert reply.text == translate("vi", NOT_ALLOWED), name
            (one,) = await rows(world, Campaign)
            assert one.cancelled_at is None

    run(told())


def test_another_wards_campaign_is_nobodys_to_lead(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            other = await world.staff("officer", "Chị Hoa", ward="hai-duong")
            number = await made(world, "Chị Lan")
            shift_id = await shift(world, number, at(21, 8), at(21, 11))
            for name in (f"campaign:{number}", f"cancelcampaign:{number}", f"addshift:{number}",
                         f"cancelshift:{shift_id}", f"posters:{number}"):  # fmt: skip
                assert NAME not in (await other.choose(name)).text
            reply = await other.say(CODE)
            assert NAME in reply.text
            assert "Hủy chiến dịch" not in other.labels
            assert not await store_of(world, lambda db: store.live(db, "hai-duong", TODAY))

    run(told())


async def store_of(world: Office, job: Callable[[Any], Any]) -> Any:
    return await world.app.store.read(job)


# Finding one


@pytest.mark.parametrize(
    "typed", [CODE, "he2026", "HE 2026", "chiến dịch HE2026", "chien dich he2026", f"camp_mau_{CODE}",
              f"/start camp_mau_{CODE}"]
)  # fmt: skip
def test_a_resident_finds_it_by_its_word(typed: str, sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            number = await made(world, "Chị Lan")
            await shift(world, number, at(21, 8), at(21, 11))
            resident = world.somebody("resident")
            reply = await resident.say(typed)
            assert NAME in reply.text
            assert "08:00–11:00 thứ Bảy 21/11, Nhà văn hóa TDP 1" in reply.text
            assert {"Đăng ký tình nguyện", "Nhờ người giúp"} <= set(resident.labels)

    run(told())


@pytest.mark.parametrize("typed", [f"tình nguyện {CODE}", f"/start vol_mau_{CODE}"])
def test_who_wants_to_help_is_asked_at_once(typed: str, sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            await made(world, "Chị Lan")
            helper = world.somebody("resident")
            await helper.say(typed)
            assert "Thôi" in helper.labels

    run(told())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (dict(cancelled_at=at(19, 8), reason="Mưa bão"), "Mưa bão"),
        (dict(last=date(2026, 11, 19)), "đã xong"),
    ],
)
def test_the_word_of_one_that_is_over_says_so(
    changed: dict[str, Any], said: str, sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            await made(world, "Chị Lan", **changed)
            resident = world.somebody("resident")
            await resident.say("/start ward_mau")
            for typed in (CODE, f"tình nguyện {CODE}"):
                reply = await resident.say(typed)
                assert said in reply.text
                assert "Đăng ký tình nguyện" not in resident.labels
                assert "Nhờ người giúp" in resident.labels
            await resident.say("chiến dịch")
            assert not any(NAME in label for label in resident.labels)

    run(told())


def test_the_days_of_campaigns(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            await made(world, "Chị Lan")

            async def names(job: Callable[[Any], Any]) -> list[str]:
                return [one.code for one in await store_of(world, job)]

            for day, runs in ((15, False), (16, True), (30, True)):
                known = await names(lambda db, day=day: store.live(db, WARD, date(2026, 11, day)))
                assert known == ([CODE] if runs else [])
            assert await names(lambda db: store.coming(db, WARD, date(2026, 11, 1))) == [CODE]
            assert await names(lambda db: store.coming(db, WARD, date(2026, 12, 1))) == []
            assert await names(lambda db: store.all_of(db, WARD)) == [CODE]
            found = await store_of(world, lambda db: store.by_name(db, WARD, NAME))
            assert found.code == CODE

    run(told())


# Cancelling


def test_who_took_a_shift_is_told_when_the_campaign_is_cancelled(
    sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            await world.staff("volunteer", "Em Bé")
            await volunteer(world, "Em Bé")
            number = await made(world, "Chị Lan")
            past = await shift(world, number, at(19, 8), at(19, 11))
            for shift_id in (past, await shift(world, number, at(21, 8), at(21, 11)),
                             await shift(world, number, at(22, 8), at(22, 11))):  # fmt: skip
                await signup(world, shift_id, "Em Bé")
            await lan.choose(f"cancelcampaign:{number}")
            await lan.say("Mưa bão")
            assert not [row for row in await rows(world, Campaign) if row.cancelled_at]
            reply = await lan.press("Hủy chiến dịch")
            assert "Đã báo cho 1 người" in reply.text
            notices = [(who, said.text) for who, said in await world.notices() if who == "Em-Bé"]
            assert len(notices) == 1
            assert "Mưa bão" in notices[0][1]
            ended = {row.shift_id: row.ended_at is not None for row in await rows(world, Signup)}
            assert ended.pop(past) is False
            assert all(ended.values())
            assert "không còn" in (await lan.choose(f"cancelcampaign:{number}")).text

    run(told())


def test_one_shift_is_cancelled_and_the_campaign_goes_on(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            await world.staff("volunteer", "Em Bé")
            number = await made(world, "Chị Lan")
            running = await shift(world, number, at(20, 11), at(20, 14))
            coming = await shift(world, number, at(21, 8), at(21, 11))
            await signup(world, coming, "Em Bé")
            await lan.choose(f"cancelshift:{running}")
            await lan.say("Mưa")
            await lan.choose(f"cancelshift:{coming}")
            await lan.say("Mưa")
            await lan.press("Hủy ca này")
            cancelled = {row.id: row.cancelled_at is not None for row in await rows(world, Shift)}
            assert cancelled == {running: False, coming: True}
            assert [who for who, _ in await world.notices() if who == "Em-Bé"] == ["Em-Bé"]
            (one,) = await rows(world, Campaign)
            assert one.cancelled_at is None

    run(told())


def test_many_shifts_and_campaigns_come_in_pages(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            numbers = [
                await made(world, "Chị Lan", code=f"HE{n}A", name=f"Đợt {n}") for n in range(13)
            ]
            shifts = [await shift(world, numbers[0], at(21, 8), at(21, 11)) for _ in range(13)]
            for start, value, wanted in (
                (f"dropshift:{numbers[0]}", "cancelshift", shifts),
                ("campaigns", "campaign", numbers),
            ):
                page = await lan.choose(start)
                seen = [one.value for one in page.options]
                while "Xem thêm" in lan.labels:
                    seen += [one.value for one in (await lan.press("Xem thêm")).options]
                found = [one for one in seen if one.startswith(f"{value}:")]
                if value == "cancelshift":
                    assert found == [f"{value}:{one}" for one in wanted]
                assert {f"{value}:{one}" for one in wanted} <= set(found)
                assert len({option.label for option in page.options}) == len(page.options)

    run(told())


# From a file

YAML = """
name: Mùa hè xanh 2027
code: MHX2027
model: Mùa hè xanh
organiser: ĐTN
first: 01/06/2027
last: 2027-08-31
areas: [1, Thôn Đông]
area_type: phường
skills: có
targets: {lượt: 1500, vneid: 700}
cutoff: 20:00
leader: Chị Lan
shifts:
  - {place: Nhà văn hóa TDP 1, day: 05/06/2027, from: 7:30, to: 11h, people: 4, topics: "vneid, dvc"}
  - {place: Chợ, area: Thôn Đông, day: 06/06/2027, from: 13h30, to: "17:00", people: 2}
"""


async def checked(world: Office, data: bytes, name: str = "x.yaml") -> tuple[CampaignImport, Any]:
    ward = world.app.library.wards[WARD]
    work = CampaignImport(world.app.store, world.app.library, ward, None, world.clock())
    return work, await work.check(name, data)


def test_a_campaign_in_a_file_is_shown_and_made_whole(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("youth_leader", "Chị Lan")
            work, outcome = await checked(world, YAML.encode())
            assert outcome.problems == ()
            assert any("07:30–11:00 thứ Bảy 05/06" in line for line in in_words(outcome, "vi"))
            assert await rows(world, Campaign) == []
            await work.apply(outcome)
            (one,) = await rows(world, Campaign)
            assert (one.code, one.cutoff, one.targets) == (
                "MHX2027", 1200, {"skills": 1500, "vneid": 700},
            )  # fmt: skip
            found = await store_of(world, lambda db: store.get(db, one.id))
            assert len(found.areas) == 2
            assert [row.places for row in await rows(world, Shift)] == [4, 2]
            _, again = await checked(world, YAML.encode())
            assert {problem.column for problem in again.problems} == {"Tên", "Mã"}

    run(told())


@pytest.mark.parametrize(
    ("old", "new", "column", "row"),
    [
        ("name: Mùa hè xanh 2027", "name: =1+1", "Tên", None),
        ("name: Mùa hè xanh 2027", "name: Gọi 0912345678", "Tên", None),
        ("code: MHX2027", "code: menu", "Mã", None),
        ("organiser: ĐTN", "organiser: Blah", "Ai tổ chức", None),
        ("last: 2027-08-31", "last: 2027-05-31", "Ngày cuối", None),
        ("last: 2027-08-31", "last: 2028-06-01", "Ngày cuối", None),
        ("areas: [1, Thôn Đông]", "areas: [1, 99]", "Địa bàn", None),
        ("skills: có", "skills: perhaps", "Kỹ năng số cho dân", None),
        ("lượt: 1500", "blah: 1500", "Chỉ tiêu", None),
        ("leader: Chị Lan", "leader: Nobody", "Người phụ trách", None),
        ("leader: Chị Lan", "", "Người phụ trách", None),
        ("cutoff: 20:00", "cutoff: 3h", "Giờ báo cáo ngày", None),
        ("to: 11h", "to: 7h", "Đến giờ", 1),
        ("from: 7:30", "from: sáng", "Từ giờ", 1),
        ("from: 7:30, ", "", "Từ giờ", 1),
        ("people: 4", "people: 0", "Số người", 1),
        ("people: 4", "people: nhiều", "Số người", 1),
        ("day: 05/06/2027", "day: 05/09/2027", "Ngày", 1),
        ("area: Thôn Đông", "area: Thôn Tây", "Tổ dân phố/thôn", 2),
        ("area: Thôn Đông", "area: 2", "Tổ dân phố/thôn", 2),
        ("Nhà văn hóa TDP 1", "Nhà văn hóa TDP 9", "Chỗ", 1),
    ],
)
def test_what_is_wrong_in_a_file_is_named_and_nothing_is_made(
    old: str, new: str, column: str, row: int | None, sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("youth_leader", "Chị Lan")
            assert old in YAML
            _, outcome = await checked(world, YAML.replace(old, new).encode())
            assert (column, row) in {(one.column, one.row) for one in outcome.problems}
            assert not outcome.allowed

    run(told())


@pytest.mark.parametrize(
    "data",
    [b"", b"- 1", b"name: [", b"\xff\xfe\x00",
     b"name: &x Cho so\nmodel: *x", b"blah: 1", b"shifts: 3", b"name: {a: {b: c}}", b"[" * 100_000,
     b"name: " + b"x" * 300_000],
)  # fmt: skip
def test_a_file_that_is_no_campaign_is_refused(
    data: bytes, sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            with pytest.raises(BadFile):
                await checked(world, data)

    run(told())


def filled() -> bytes:
    """The template with a campaign and two shifts, one of them wrong."""
    book = load_workbook(BytesIO(template()))
    book["Đợt"].append(["Chợ số 2027", "CHO27", "Chợ số", "Đoàn Thanh niên", date(2027, 6, 1),
                        "30/06/2027", "", "phường", "không", "", "20h", "Chị Lan"])  # fmt: skip
    book["Ca"].append(["Chợ Con", "1", date(2027, 6, 5), time(7, 30), "11h", 4, "mã QR"])
    book["Ca"].append(["Chợ Con", "1", "06/06/2027", "11h", "7h30", 4, ""])
    saved = BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_the_template_is_read_back_row_by_row(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("youth_leader", "Chị Lan")
            _, outcome = await checked(world, filled(), "x.xlsx")
            (problem,) = outcome.problems
            assert (problem.sheet, problem.row, problem.column) == ("Ca", 4, "Đến giờ")
            assert outcome.campaign.name == "Chợ số 2027"
            assert len(outcome.shifts) == 1
            with pytest.raises(BadFile):
                await checked(world, template(), "x.xlsx")

    run(told())


def test_the_page_of_the_link_makes_a_campaign(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("youth_leader", "Chị Lan")
            link = (await lan.choose("campaignfile")).text.split()[-1]
            transport = httpx.ASGITransport(app=world.app.asgi())
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                path = link[link.index("/l/") :]
                page = await client.get(path)
                template_path = page.text.partition('<a href="')[2].partition('"')[0]
                assert (await client.get(template_path)).content[:2] == b"PK"
                shown = await client.post(path, files={"file": ("x.yaml", YAML.encode())})
                assert "Mùa hè xanh 2027" in shown.text
                data = shown.text.partition('name="data" value="')[2].partition('"')[0]
                await client.post(path, files={}, data={"name": "x.yaml", "data": data})
            assert [one.code for one in await rows(world, Campaign)] == ["MHX2027"]

    run(told())


def test_the_command_shows_first_and_makes_with_apply(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/toso.db")
    monkeypatch.setenv("SECRET_KEY", "a key of nobody")
    file = tmp_path / "x.yaml"
    file.write_text(YAML, encoding="utf-8")
    shown = CliRunner().invoke(cli, ["campaign-import", str(file), "--ward", WARD])
    assert shown.exit_code == 1
    assert "Người phụ trách" in shown.output
    wrote = CliRunner().invoke(cli, ["campaign-template", str(tmp_path / "x.xlsx")])
    assert wrote.exit_code == 0


def test_a_file_of_another_kind_of_person_is_gone(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("member", "Anh Tú")
            with pytest.raises(Gone):
                await world.app.files.make(f"poster/1/{WARD}/1/residents/x.pdf")

    run(told())


def test_a_goal_counts_what_the_form_counts() -> None:
    measures = {code: one.measure for code, one in campaign.GOALS.items()}
    assert measures == {
        "skills": "reached",
        "vneid": "successes",
        "dvc": "successes",
        "qr": "households",
    }
    assert campaign.goal("kyso") == replace(campaign.GOALS["dvc"], code="kyso", name="Chữ ký số", topics=("kyso",))  # fmt: skip  # noqa: E501


@pytest.mark.parametrize(
    "typed", ["mùa hè xanh", "mua he xanh", "chiến dịch mùa hè xanh", "Mùa hè xanh 2026",
              "ở đâu có người giúp"]
)  # fmt: skip
def test_a_resident_of_the_ward_finds_it_by_its_name(
    typed: str, sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            await made(world, "Chị Lan")
            resident = world.somebody("resident")
            await resident.say("/start ward_mau")
            reply = await resident.say(typed)
            assert NAME in reply.text + " ".join(resident.labels)

    run(told())


@pytest.mark.parametrize("word", ["LUADAO", "BAOHIEM", "HEXANH"])
def test_a_word_without_a_digit_is_refused(word: str, sqlite_url: str, library: Library) -> None:
    """What somebody asks in danger must never open a campaign."""

    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            read = world.app.store.read
            why = await read(
                lambda db: campaign_code.why_not(db, library, library.wards[WARD], word)
            )
            assert "ít nhất một chữ cái và một số" in translate("vi", why)

    run(told())
