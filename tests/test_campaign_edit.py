"""Changing a campaign: what may change, what must stay in it, who may, and two at once."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from content.i18n import translate
from content.library import Library
from handlers import campaign_totals
from store import campaigns as store
from store.campaign_models import Campaign
from store.campaigns import CampaignRow
from store.figure_models import Audit
from store.models import Area
from store.team_models import Member
from tests.campaigns import CODE, NAME, at, campaign, shift
from tests.conftest import run
from tests.staff import WARD, Office, Somebody, office
from tests.test_campaign_reports import PLAIN, log

TARGETS = {"skills": 20, "vneid": 10}
SAVE = "Lưu"


async def row_of(world: Office, number: int) -> CampaignRow:
    found = await world.app.store.read(lambda db: store.get(db, number))
    assert found
    return found


async def noted(world: Office) -> list[str]:
    """What the audit says of campaigns."""

    async def read(db: Any) -> Any:
        query = select(Audit.ref).where(Audit.action == "campaign").order_by(Audit.id)
        return (await db.scalars(query)).all()

    return list(await world.app.store.read(read))


async def area(world: Office, name: str) -> int:
    query = select(Area.id).where(Area.ward_id == WARD, Area.name == name)
    found = await world.app.store.read(lambda db: db.scalar(query))
    assert found
    return found


async def asked(person: Somebody, number: int, label: str) -> None:
    """One answer of a campaign asked for again."""
    await person.choose(f"editcampaign:{number}")
    await person.press(label)


async def changed(person: Somebody, number: int, label: str, said: str) -> str:
    await asked(person, number, label)
    await person.say(said)
    return (await person.press(SAVE)).text


@pytest.mark.parametrize(
    ("label", "said", "name", "value"),
    [
        ("Chỉ tiêu", "lượt 30, qr 5", "targets", {"skills": 30, "qr": 5}),
        ("Chỉ tiêu", "Không đặt chỉ tiêu", "targets", {}),
        ("Ngày đầu", "18/11", "first", date(2026, 11, 18)),
        ("Ngày cuối", "5/12", "last", date(2026, 12, 5)),
        ("Loại địa bàn", "Nông thôn", "area_type", "rural"),
        ("Giờ báo cáo", "19h30", "cutoff", 19 * 60 + 30),
        ("Kỹ năng số", "Không", "skills", False),
        ("Ai tổ chức", "Hội Phụ nữ", "organiser", "women"),
        ("Mô hình", "Chợ số", "model", "Chợ số"),
    ],
)
def test_one_answer_is_changed_and_all_else_stays(
    label: str, said: str, name: str, value: Any, sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("youth_leader", "Chị Lan")
            number = await campaign(world, "Chị Lan", targets=TARGETS)
            before = await row_of(world, number)
            assert "Đã sửa." in await changed(lan, number, label, said)
            assert await row_of(world, number) == replace(before, **{name: value})
            assert await noted(world) == [f"{number}:{name}"]

    run(told())


def test_areas_are_changed_and_taken_away(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            await changed(lan, number, "Tổ dân phố", "1, Thôn Đông")
            both = {await area(world, "Tổ dân phố 1"), await area(world, "Thôn Đông")}
            assert set((await row_of(world, number)).areas) == both
            await changed(lan, number, "Tổ dân phố", "Cả phường")
            assert (await row_of(world, number)).areas == ()

    run(told())


def test_the_name_and_the_word_are_not_offered(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            await lan.choose(f"campaign:{number}")
            reply = await lan.press("Sửa")
            assert f"tên và mã {CODE} giữ nguyên" in reply.text
            assert not {"Tên", "Mã ngắn"} & set(lan.labels)
            assert {"Chỉ tiêu", "Người phụ trách"} <= set(lan.labels)

    run(told())


def test_saving_without_a_change_notes_nothing(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan", targets=TARGETS)
            before = await row_of(world, number)
            assert "chưa sửa gì" in await changed(lan, number, "Giờ báo cáo", "20h")
            assert await row_of(world, number) == before
            assert await noted(world) == []

    run(told())


# What the reports say


def test_new_targets_are_used_at_once_and_what_was_counted_stays(
    sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("youth_leader", "Chị Lan")
            number = await campaign(world, "Chị Lan", targets=TARGETS)
            await log(world, PLAIN, "Chị Lan")
            await log(world, replace(PLAIN, date=date(2026, 11, 17), people=4), "Chị Lan")
            before = await goals(world, number)
            assert before["skills"] == (3, 7, 20)
            await changed(lan, number, "Chỉ tiêu", "lượt 14, vneid 28, qr 5")
            after = await goals(world, number)
            assert after == {
                "skills": (3, 7, 14), "vneid": (*before["vneid"][:2], 28), "qr": (0, 0, 5),
            }  # fmt: skip
            for name in ("today", "daily", "summary"):
                text = (await lan.choose(f"{name}:{number}")).text
                lines = [line for line in text.splitlines() if "hướng dẫn" in line]
                assert any("7" in line and "14" in line for line in lines), text
                assert not any("20" in line for line in lines), text

    run(told())


async def goals(world: Office, number: int) -> dict[str, tuple[int, int, int | None]]:
    """Each goal: of the day, so far, target."""
    found = await row_of(world, number)
    day = date(2026, 11, 20)
    lines = await world.app.store.read(lambda db: campaign_totals.lines(db, found, day))
    return {one.goal.code: (one.today, one.so_far, one.target) for one in lines}


# What must stay within


@pytest.mark.parametrize(
    ("label", "said", "days"),
    [("Ngày đầu", "22/11", (21, 22)), ("Ngày cuối", "20/11", (21, 22))],
)
def test_a_day_that_leaves_out_a_shift_is_refused(
    label: str, said: str, days: tuple[int, int], sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            await shift(world, number, at(19, 8), at(19, 11), cancelled_at=at(18, 8))
            for day in days:
                await shift(world, number, at(day, 8), at(day, 11))
            await asked(lan, number, label)
            reply = await lan.say(said)
            assert "ca 08:00–11:00 thứ Bảy 21/11" in reply.text
            assert "hủy ca đó trước" in reply.text
            assert SAVE not in lan.labels
            assert (await lan.say("21/11" if label == "Ngày đầu" else "22/11")).text
            await lan.press(SAVE)
            found = await row_of(world, number)
            assert date(2026, 11, 21 if label == "Ngày đầu" else 22) in (found.first, found.last)

    run(told())


def test_a_day_that_leaves_out_what_was_logged_is_refused(
    sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            await shift(world, number, at(18, 8), at(18, 11))
            await log(world, replace(PLAIN, date=date(2026, 11, 2)), "Chị Lan")
            await log(world, replace(PLAIN, date=date(2026, 11, 16), campaign="Chợ số"), "Chị Lan")
            await log(world, replace(PLAIN, date=date(2026, 11, 17)), "Chị Lan")
            await asked(lan, number, "Ngày đầu")
            reply = await lan.say("19/11")
            assert "17/11/2026, 3 lượt người" in reply.text
            assert "hủy ca" not in reply.text
            reply = await lan.say("18/11")
            assert "17/11/2026" in reply.text
            await lan.say("17/11")
            await lan.press(SAVE)
            assert (await row_of(world, number)).first == date(2026, 11, 17)

    run(told())


def test_a_shift_that_has_begun_is_named_without_cancelling_it(
    sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            await shift(world, number, at(18, 8), at(18, 11))
            await asked(lan, number, "Ngày đầu")
            reply = await lan.press("Hôm nay")
            assert "thứ Tư 18/11" in reply.text
            assert "hủy ca" not in reply.text

    run(told())


def test_what_came_in_while_the_form_was_open_is_kept_too(
    sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            await asked(lan, number, "Ngày cuối")
            await lan.say("22/11")
            await shift(world, number, at(23, 8), at(23, 11))
            reply = await lan.press(SAVE)
            assert "thứ Hai 23/11" in reply.text
            assert "Ngày cuối?" in reply.text
            assert (await row_of(world, number)).last == date(2026, 11, 30)

    run(told())


def test_a_first_day_after_the_last_asks_for_another(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            assert "Ngày cuối không được trước" in await changed(lan, number, "Ngày đầu", "5/12")
            assert (await row_of(world, number)).first == date(2026, 11, 16)

    run(told())


def test_an_area_with_a_shift_to_come_stays(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            first, second = [await area(world, f"Tổ dân phố {n}") for n in (1, 2)]
            await shift(world, number, at(18, 8), at(18, 11), area_id=second)
            await shift(world, number, at(21, 8), at(21, 11), area_id=first)
            await asked(lan, number, "Tổ dân phố")
            reply = await lan.say("3")
            assert "thứ Bảy 21/11" in reply.text
            assert "chọn thêm Tổ dân phố 1" in reply.text
            await lan.say("1, 3")
            await lan.press(SAVE)
            assert first in (await row_of(world, number)).areas

    run(told())


# Who leads it


def test_a_new_leader_is_told_each_time(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            await world.staff("youth_leader", "Anh Tú")
            await world.staff("volunteer", "Em Bé")
            await world.staff("officer", "Chị Hoa", ward="hai-duong")
            number = await campaign(world, "Chị Lan")
            await asked(lan, number, "Người phụ trách")
            assert {"Chị Lan", "Anh Tú"} <= set(lan.labels)
            assert not {"Em Bé", "Chị Hoa"} & set(lan.labels)
            assert "chọn một" in (await lan.say("Em Bé")).text
            await lan.press("Anh Tú")
            reply = await lan.press(SAVE)
            assert "Người phụ trách: Anh Tú" in reply.text
            assert "không nhắn được" not in reply.text
            ((who, notice),) = await world.notices()
            assert who == "Anh-Tú"
            assert NAME in notice.text
            assert notice.options[0].value == f"campaign:{number}"
            await changed(lan, number, "Người phụ trách", "Chị Lan")
            assert len(await world.notices()) == 1  # who does it knows
            world.clock.forward(minutes=5)
            await changed(lan, number, "Người phụ trách", "Anh Tú")
            assert len(await world.notices()) == 2

    run(told())


def test_who_lost_the_role_meanwhile_does_not_come_to_lead(
    sqlite_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            await world.staff("youth_leader", "Anh Tú")
            number = await campaign(world, "Chị Lan")
            before = await row_of(world, number)
            await asked(lan, number, "Người phụ trách")
            await lan.press("Anh Tú")
            await world.app.store.write(_ended)
            reply = await lan.press(SAVE)
            assert "Từ nay ai phụ trách?" in reply.text
            assert "Anh Tú" not in lan.labels
            assert await row_of(world, number) == before

    async def _ended(db: Any) -> None:
        member = (await db.scalars(select(Member).where(Member.name == "Anh Tú"))).one()
        member.until = date(2026, 11, 20)

    run(told())


# Who may, and two at once


def test_two_leaders_change_different_things_and_both_stay(
    database_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(database_url, library) as world:
            lan, tu = [await world.staff("officer", name) for name in ("Chị Lan", "Anh Tú")]
            number = await campaign(world, "Chị Lan", targets=TARGETS)
            for one, label, said in (
                (lan, "Chỉ tiêu", "lượt 99"), (tu, "Giờ báo cáo", "19h"),
            ):  # fmt: skip
                await asked(one, number, label)
                await one.say(said)
            await asyncio.gather(lan.press(SAVE), tu.press(SAVE))
            found = await row_of(world, number)
            assert (found.targets, found.cutoff) == ({"skills": 99}, 19 * 60)

    run(told())


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        (("Chỉ tiêu", "Chỉ tiêu"), ("lượt 99", "lượt 88")),
        (("Ngày đầu", "Ngày cuối"), ("25/11", "24/11")),
    ],
)
def test_two_leaders_change_the_same_and_the_second_is_told(
    labels: tuple[str, str], said: tuple[str, str], database_url: str, library: Library
) -> None:
    async def told() -> None:
        async with office(database_url, library) as world:
            both = [await world.staff("officer", name) for name in ("Chị Lan", "Anh Tú")]
            number = await campaign(world, "Chị Lan", targets=TARGETS)
            for one, label, answer in zip(both, labels, said, strict=True):
                await asked(one, number, label)
                await one.say(answer)
            replies = await asyncio.gather(*(one.press(SAVE) for one in both))
            assert sorted("Có người vừa sửa" in reply.text for reply in replies) == [False, True]
            assert len(await noted(world)) == 1
            found = await row_of(world, number)
            assert found.first <= found.last

    run(told())


def test_who_may_not_lead_changes_nothing(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            refused = translate(
                "vi",
                "That is for the people who do this work in the ward. If the ward invited you, type the "
                "6-digit code you were given.",
            )
            helper = await world.staff("volunteer", "Em Bé")
            assert (await helper.choose(f"editcampaign:{number}")).text == refused
            await helper.choose(f"campaign:{number}")
            assert "Sửa" not in helper.labels
            await asked(lan, number, "Giờ báo cáo")
            await lan.say("19h")
            await world.app.store.write(_volunteer)
            await lan.press(SAVE)
            assert (await row_of(world, number)).cutoff == 20 * 60

    async def _volunteer(db: Any) -> None:
        (await db.scalars(select(Member).where(Member.name == "Chị Lan"))).one().role = "volunteer"

    run(told())


def test_another_ward_changes_nothing(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Chị Lan")
            other = await world.staff("officer", "Chị Hoa", ward="hai-duong")
            number = await campaign(world, "Chị Lan")
            assert NAME not in (await other.choose(f"editcampaign:{number}")).text
            await other.say(CODE)
            assert "Sửa" not in other.labels

    run(told())


def test_a_cancelled_campaign_is_not_changed(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan")
            await asked(lan, number, "Giờ báo cáo")
            await lan.say("19h")
            await world.app.store.write(_cancelled)
            assert "đã hủy thì không sửa" in (await lan.press(SAVE)).text
            assert "Sửa" not in lan.labels
            assert "đã hủy thì không sửa" in (await lan.choose(f"editcampaign:{number}")).text
            assert (await row_of(world, number)).cutoff == 20 * 60

    async def _cancelled(db: Any) -> None:
        await store.cancel(db, (await db.scalars(select(Campaign.id))).one(), "Mưa", at(20, 8))

    run(told())


def test_one_that_is_over_may_go_on_longer(sqlite_url: str, library: Library) -> None:
    async def told() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("officer", "Chị Lan")
            number = await campaign(world, "Chị Lan", last=date(2026, 11, 19))
            await lan.choose(f"campaign:{number}")
            assert "Sửa" in lan.labels
            await changed(lan, number, "Ngày cuối", "30/11")
            assert (await row_of(world, number)).last == date(2026, 11, 30)

    run(told())
