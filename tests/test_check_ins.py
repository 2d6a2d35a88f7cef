"""Checking in with the code at the place: early, late, twice, elsewhere, guessed; and the leader's list."""

import asyncio
from datetime import date
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from content.library import Library
from handlers.turn import Incoming
from store import wards
from store.campaign_models import CheckIn, Signup
from store.log_models import SupportSession
from store.team_models import Member
from tests import campaigns
from tests.campaigns import NAME, at
from tests.conftest import run
from tests.staff import WARD, Office, Somebody, office
from tests.test_hours import rows

PLACE = "Nhà văn hóa TDP 1"


def code(world: Office, shift: int) -> str:
    return world.app.vault.codes(f"shift/{shift}")[0]


async def set_up(world: Office, **changed: Any) -> tuple[Somebody, int, int]:
    """A volunteer, a campaign, and a shift from 12:30 to 15:00, half an hour from now."""
    await world.staff("youth_leader", "Chị Mai")
    lan = await world.staff("volunteer", "Lan")
    campaign = await campaigns.campaign(world, "Chị Mai")
    return (
        lan,
        campaign,
        await campaigns.shift(world, campaign, at(20, 12, 30), at(20, 15), **changed),
    )


def played(scenario: Any, url: str, library: Library) -> None:
    async def whole() -> None:
        async with office(url, library) as world:
            await scenario(world)

    run(whole())


@pytest.mark.parametrize("typed", ["ca {}", "Vào ca {}", "MÃ CA {}", "vao ca {}", "mã ca là {}"])
def test_the_code_checks_in(typed: str, sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world)
        await campaigns.signup(world, shift, "Lan")
        reply = await lan.say(typed.format(code(world, shift)))
        assert reply.text.startswith("Bác đã vào ca lúc 12:00."), reply.text
        (row,) = await rows(world, CheckIn)
        assert (row.shift_id, row.in_at, row.out_at, row.how) == (
            shift,
            world.clock(),
            None,
            "code",
        )
        assert row.org == "youth"

    played(scenario, sqlite_url, library)


def test_the_code_of_five_minutes_ago_counts_and_an_older_one_does_not(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world)
        old = code(world, shift)
        world.clock.forward(minutes=10)
        assert f"không có ca nào mang mã {old}" in (await lan.say(f"ca {old}")).text
        before = code(world, shift)
        world.clock.forward(minutes=5)
        assert before != code(world, shift)
        assert "đã vào ca lúc 12:15" in (await lan.say(f"ca {before}")).text

    played(scenario, sqlite_url, library)


def test_the_code_of_another_shift_checks_out_of_nothing(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, campaign, shift = await set_up(world)
        market = await campaigns.shift(world, campaign, at(20, 12), at(20, 15), place="Chợ")
        await lan.say(f"ca {code(world, shift)}")
        text = (await lan.say(f"ra ca {code(world, market)}")).text
        assert "mã của ca khác" in text
        assert PLACE in text
        assert (await rows(world, CheckIn))[0].out_at is None

    played(scenario, sqlite_url, library)


def test_too_early_after_the_end_and_cancelled(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, campaign, shift = await set_up(world)
        later = await campaigns.shift(world, campaign, at(20, 18), at(20, 20))
        off = await campaigns.shift(
            world, campaign, at(20, 12), at(20, 15), cancelled_at=world.clock()
        )
        assert "cho vào từ 17:00" in (await lan.say(f"ca {code(world, later)}")).text
        assert "không có ca nào" in (await lan.say(f"ca {code(world, off)}")).text
        world.clock.forward(hours=3)
        assert "đã hết lúc 15:00" in (await lan.say(f"ca {code(world, shift)}")).text
        assert not await rows(world, CheckIn)

    played(scenario, sqlite_url, library)


def test_the_sixth_wrong_code_is_not_tried(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world)
        right = code(world, shift)
        wrong = [f"{number:04}" for number in range(10) if f"{number:04}" != right][:5]
        for number in wrong:
            assert "không có ca nào" in (await lan.say(f"ca {number}")).text
        assert "chờ 15 phút" in (await lan.say(f"ca {right}")).text
        world.clock.forward(minutes=16)
        assert "đã vào ca" in (await lan.say(f"ca {code(world, shift)}")).text

    played(scenario, sqlite_url, library)


def test_twice_is_a_repetition_at_first_and_later_a_question(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world)
        await lan.say(f"ca {code(world, shift)}")
        world.clock.forward(minutes=10)
        again = await lan.say(f"ca {code(world, shift)}")
        assert again.text == "Bác đã vào ca này từ 12:00 rồi."
        world.clock.forward(minutes=80)
        asked = await lan.say(f"ca {code(world, shift)}")
        assert "muốn ra ca không" in asked.text
        left = await lan.press("Ra ca")
        assert left.text == "Bác đã ra ca lúc 13:30. Ca này bác làm 1 giờ 30 phút. Cảm ơn bác!"
        (row,) = await rows(world, CheckIn)
        assert row.out_at == at(20, 13, 30)

    played(scenario, sqlite_url, library)


def test_a_button_without_the_code_of_now_checks_nobody_out(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world)
        await lan.say(f"ca {code(world, shift)}")
        old = code(world, shift)
        world.clock.forward(minutes=20)
        assert "không có ca nào" in (await lan.choose(f"checkout:{shift}:{old}")).text
        await lan.choose("checkout")
        assert "đã ra ca lúc 12:20" in (await lan.say(code(world, shift))).text

    played(scenario, sqlite_url, library)


def test_out_goes_until_an_hour_after_the_shift(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, campaign, shift = await set_up(world)
        await campaigns.shift(world, campaign, at(19, 8), at(19, 11))
        await lan.say(f"ca {code(world, shift)}")
        world.clock.forward(hours=3, minutes=20)
        assert "3 giờ 20 phút" in (await lan.say(f"ra ca {code(world, shift)}")).text
        assert "không ở trong ca nào" in (await lan.say("ra ca")).text

    played(scenario, sqlite_url, library)


def test_who_had_not_signed_up_takes_a_free_place(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world, places=1)
        hoa = await world.staff("member", "Hoa")
        first = await lan.say(f"ca {code(world, shift)}")
        assert "đã ghi thêm tên bác" in first.text
        second = await hoa.say(f"ca {code(world, shift)}")
        assert "đã đủ người, nhưng giờ của bác vẫn được tính" in second.text
        assert [one.how for one in await rows(world, Signup)] == ["self"]
        assert len(await rows(world, CheckIn)) == 2

    played(scenario, database_url, library)


def test_two_who_walk_in_at_once_share_one_place(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world, places=1)
        hoa = await world.staff("member", "Hoa")
        said = f"ca {code(world, shift)}"
        await asyncio.gather(lan.say(said), hoa.say(said))
        assert len(await rows(world, Signup)) == 1
        assert len(await rows(world, CheckIn)) == 2

    played(scenario, database_url, library)


def test_who_signed_up_elsewhere_at_that_time_is_sent_there(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, campaign, shift = await set_up(world)
        market = await campaigns.shift(world, campaign, at(20, 12), at(20, 15), place="Chợ")
        await campaigns.signup(world, market, "Lan")
        reply = await lan.say(f"ca {code(world, shift)}")
        assert "đã đăng ký ca khác" in reply.text
        assert "Chợ" in reply.text
        assert "Xem ca đó" in lan.labels
        assert not await rows(world, CheckIn)

    played(scenario, sqlite_url, library)


def test_nobody_is_in_two_shifts_at_once(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, campaign, shift = await set_up(world)
        market = await campaigns.shift(world, campaign, at(20, 12), at(20, 15), place="Chợ")
        address = lan.address
        said = [f"ca {code(world, one)}" for one in (shift, market)]
        other = world.somebody(address)
        other.numbers = iter(range(1000, 2000))
        await asyncio.gather(lan.say(said[0]), other.say(said[1]))
        assert len(await rows(world, CheckIn)) == 1
        assert sum("ca khác" in one.last.text for one in (lan, other)) == 1

    played(scenario, database_url, library)


def test_residents_and_who_waits_cannot_check_in(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        _, _, shift = await set_up(world)
        somebody = world.somebody("resident")
        await somebody.say("/start area_mau_to-dan-pho-1")
        reply = await somebody.say(f"ca {code(world, shift)}")
        assert "chưa có hướng dẫn" in reply.text
        assert "Ca của tôi" not in somebody.labels
        waiting = await world.staff("volunteer", "Tâm")

        async def wait(db: Any) -> None:
            (await db.scalars(select(Member).where(Member.name == "Tâm"))).one().role = "applicant"

        await world.app.store.write(wait)
        assert "chưa duyệt" in (await waiting.say(f"ca {code(world, shift)}")).text
        assert not await rows(world, CheckIn)

    played(scenario, sqlite_url, library)


def test_the_leader_checks_people_in_and_out_by_name(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        _, _, shift = await set_up(world)
        mai = world.somebody("Chị-Mai")
        mai.numbers = iter(range(100, 200))
        await world.staff("member", "Hoa")
        await campaigns.signup(world, shift, "Lan")
        listed = await mai.choose(f"roll:{shift}")
        assert "• Lan: chưa đến" in listed.text
        done = await mai.press("Vào ca: Lan")
        assert done.text.startswith("Lan đã vào ca lúc 12:00.")
        assert "• Lan: đang có mặt, vào 12:00" in done.text
        await mai.press("Người khác")
        assert "Hoa đã vào ca" in (await mai.say("hoa")).text
        world.clock.forward(hours=1)
        await mai.choose(f"roll:{shift}")
        assert "• Lan: vào 12:00, ra 13:00" in (await mai.press("Ra ca: Lan")).text
        found = await rows(world, CheckIn)
        assert [one.how for one in found] == ["leader", "leader"]
        assert all(one.by_member_id for one in found)

    played(scenario, database_url, library)


def test_where_somebody_is_in_another_ward_is_not_told(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        _, campaign, shift = await set_up(world)
        market = await campaigns.shift(world, campaign, at(20, 11), at(20, 15), place="Chợ")
        await campaigns.check_in(world, market, "Lan", at(20, 11), None)
        mai = world.somebody("Chị-Mai")
        mai.numbers = iter(range(100, 200))
        await mai.choose(f"roll:{shift}")
        assert "Chợ" in (await mai.choose(f"rollin:{shift}:2")).text

        async def elsewhere(db: Any) -> None:
            (await db.scalars(select(CheckIn))).one().ward_id = "hung-dao"

        await world.app.store.write(elsewhere)
        said = await mai.choose(f"rollin:{shift}:2")
        assert "phường khác" in said.text
        assert "Chợ" not in said.text

    played(scenario, sqlite_url, library)


def test_the_list_shows_eight_at_a_time(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        _, _, shift = await set_up(world, places=20)
        for number in range(10):
            await world.staff("volunteer", f"Bạn {chr(65 + number)}")
            await campaigns.signup(world, shift, f"Bạn {chr(65 + number)}")
        mai = world.somebody("Chị-Mai")
        mai.numbers = iter(range(100, 200))
        first = await mai.choose(f"roll:{shift}")
        assert first.text.count("•") == 8
        assert "Bạn H" in first.text
        second = await mai.choose(f"roll:{shift}:1")
        assert second.text.count("•") == 2
        assert "Bạn J" in second.text

    played(scenario, sqlite_url, library)


def test_volunteers_see_neither_code_nor_list(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world)
        for choice in ("shiftcode", "roll", "rollin", "rolladd"):
            reply = await lan.choose(f"{choice}:{shift}")
            assert code(world, shift) not in reply.text
            assert "•" not in reply.text

    played(scenario, sqlite_url, library)


def test_the_page_at_the_place_renews_itself_and_ends(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        _, _, shift = await set_up(world)
        mai = world.somebody("Chị-Mai")
        mai.numbers = iter(range(100, 200))
        link = (await mai.choose(f"shiftcode:{shift}:page")).text.rsplit(" ", 1)[1]
        async with _browser(world) as browser:
            path = httpx.URL(link).path
            page = (await browser.get(path)).text
            assert f"ca {code(world, shift)}</p>" in page
            assert 'content="301; url=/l/' in page
            world.clock.forward(seconds=301)
            path = page.split("url=")[1].split('"')[0]
            page = (await browser.get(path)).text
            assert f"ca {code(world, shift)}</p>" in page
            token = world.app.vault.seal("shift/0/0")
            assert (await browser.get(f"/l/{token}")).status_code == 404
            world.clock.forward(hours=4)
            assert (await browser.get(path)).status_code == 404
            fresh = (await mai.choose(f"shiftcode:{shift}:page")).text
            assert "/l/" not in fresh

    played(scenario, sqlite_url, library)


def _browser(world: Office) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=world.app.asgi())
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def logged(world: Office) -> SupportSession:
    found: SupportSession = (await rows(world, SupportSession))[-1]
    return found


async def area_named(world: Office, name: str) -> int:
    there = await world.app.store.read(lambda db: wards.areas_of(db, WARD))
    return next(one.id for one in there if one.name == name)


def test_a_session_told_during_a_shift_belongs_to_it(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        there = await area_named(world, "Tổ dân phố 3")
        lan, _, shift = await set_up(world, area_id=there)
        await lan.say(f"ca {code(world, shift)}")
        shown = await lan.say("giúp 3 cụ cài VNeID")
        assert f"• Chiến dịch: {NAME}" in shown.text
        assert "Tổ dân phố 3" in shown.text
        await lan.press("Lưu")
        row = await logged(world)
        assert (row.campaign, row.place, row.area_id) == (NAME, "culture_house", there)
        await lan.say("giúp 2 cụ cài VNeID ở chợ tổ dân phố 2")
        await lan.press("Lưu")
        row = await logged(world)
        elsewhere = await area_named(world, "Tổ dân phố 2")
        assert (row.campaign, row.place, row.area_id) == (NAME, "market", elsewhere)
        yesterday = await lan.say("hôm qua giúp 4 cụ cài VNeID")
        assert "Chiến dịch" not in yesterday.text
        assert "Tổ dân phố 3" not in yesterday.text
        world.clock.forward(hours=4)
        after = await lan.say("giúp 5 cụ cài VNeID")
        assert "Chiến dịch" not in after.text

    played(scenario, database_url, library)


def test_the_questions_know_the_shift_too_and_the_campaign_can_be_taken_away(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world, area_id=await area_named(world, "Thôn Đông"))
        await lan.say(f"ca {code(world, shift)}")
        await lan.choose("askme")
        await lan.press("Cài VNeID")
        await lan.say("2")
        await lan.press("Hôm nay")
        await lan.press("Người dân")
        await lan.press("Làm được có hỗ trợ")
        shown = lan.last
        assert f"• Chiến dịch: {NAME}" in shown.text
        assert "Thôn Đông" in shown.text
        await lan.press("Sửa")
        await lan.press("Chiến dịch")
        assert NAME in lan.labels
        assert "Chiến dịch" not in (await lan.press("Bỏ qua")).text
        await lan.press("Lưu")
        assert (await logged(world)).campaign is None

    played(scenario, sqlite_url, library)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("giúp 3 cụ cài VNeID, chiến dịch mùa hè xanh", NAME),
        ("giup 3 cu cai vneid chien dich he2026", NAME),
        ("giúp 3 cụ cài VNeID đợt HE2026", NAME),
        ("giúp 3 cụ cài VNeID ở chợ he 2026", NAME),
        ("giúp 3 cụ cài VNeID chiến dịch khác hẳn", "chiến dịch khác hẳn"),
        ("giúp 3 cụ cài VNeID", None),
    ],
)
def test_a_campaign_is_written_by_its_name(
    said: str, kept: str | None, sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, _, _ = await set_up(world)
        await lan.say(said)
        await lan.press("Lưu")
        assert (await logged(world)).campaign == kept

    played(scenario, sqlite_url, library)


def test_two_campaigns_of_one_model_are_not_told_apart(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, _, _ = await set_up(world)
        await campaigns.campaign(world, "Chị Mai", code="HE2", name="Mùa hè xanh đợt 2")
        await lan.say("giúp 3 cụ cài VNeID, chiến dịch mùa hè xanh")
        await lan.press("Lưu")
        assert (await logged(world)).campaign == "Mùa hè xanh"

    played(scenario, sqlite_url, library)


def test_in_a_group_nobody_checks_in(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world)
        group = world.app.web.can.__class__(**{**vars(world.app.web.can), "group": True})
        incoming = Incoming("web", lan.address, "g1", text=f"ca {code(world, shift)}")
        await world.app.conversation.converse(incoming, group, handed_over=True)
        assert not await rows(world, CheckIn)

    played(scenario, sqlite_url, library)


def test_times_are_the_wards(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, campaign, _ = await set_up(world)
        late = await campaigns.shift(world, campaign, at(21, 0, 10), at(21, 3))
        world.clock.forward(hours=12)
        await lan.say(f"ca {code(world, late)}")
        (row,) = await rows(world, CheckIn)
        assert row.date == date(2026, 11, 21)

    played(scenario, sqlite_url, library)
