"""Volunteers: the form keeps nothing before the last tick, a leader confirms, and all of it can go again."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.schedule import prune
from content.fold import fold
from content.free_hours import ALWAYS, DAYS, PARTS, grouped, hours_in, touched
from content.i18n import translate
from content.library import Library
from content.topics import bits
from handlers import volunteer_words
from store.campaign_models import Campaign, Signup, Volunteer
from store.team_models import Member
from tests import campaigns
from tests.campaigns import at
from tests.conftest import run
from tests.people import NOON
from tests.staff import Office, Somebody, office

MORNING, AFTERNOON, EVENING = 1, 2, 4
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def week(*parts: tuple[int, int]) -> int:
    """The bits of days with their parts."""
    return sum(part << PARTS * day for day, part in parts)


EVERY_EVENING = week(*((day, EVENING) for day in range(DAYS)))
SAID = {
    "sáng thứ 7, chiều CN": week((SAT, MORNING), (SUN, AFTERNOON)),
    "buổi tối": EVERY_EVENING,
    "tôi rảnh buổi tối": EVERY_EVENING,
    "lúc nào cũng được": ALWAYS,
    "mọi ngày": ALWAYS,
    "sáng, chiều, tối": ALWAYS,
    "cuối tuần": week((SAT, 7), (SUN, 7)),
    "t7 cn": week((SAT, 7), (SUN, 7)),
    "tối thứ 2, 4, 6": week((MON, EVENING), (WED, EVENING), (FRI, EVENING)),
    "tối 2 4 6": week((MON, EVENING), (WED, EVENING), (FRI, EVENING)),
    "thứ 2 đến thứ 6 buổi sáng": week(*((day, MORNING) for day in range(5))),
    "t2-t6 tối": week(*((day, EVENING) for day in range(5))),
    "từ thứ 5 tới chủ nhật": week((THU, 7), (FRI, 7), (SAT, 7), (SUN, 7)),
    "giờ hành chính": week(*((day, 3) for day in range(5))),
    "thứ 7, chiều cn": week((SAT, 7), (SUN, AFTERNOON)),
    "thứ 7, chủ nhật buổi sáng": week((SAT, MORNING), (SUN, MORNING)),
    "sáng và chiều thứ bảy": week((SAT, 3)),
    "sáng thứ 7, tối": week((SAT, MORNING | EVENING)),
    "Tối T3, T5; sáng CN": week((TUE, EVENING), (THU, EVENING), (SUN, MORNING)),
    "các buổi tối trừ thứ 4": EVERY_EVENING & ~week((WED, 7)),
    "lúc nào cũng được, trừ chủ nhật": ALWAYS & ~week((SUN, 7)),
    "tối các ngày trong tuần": week(*((day, EVENING) for day in range(5))),
    "cả ngày chủ nhật": week((SUN, 7)),
    "chiều thứ 7 hàng tuần": week((SAT, AFTERNOON)),
    "saturday mornings": week((SAT, MORNING)),
}


@pytest.mark.parametrize("text", SAID)
def test_hours_are_understood_with_and_without_accents(text: str) -> None:
    assert hours_in(text) == SAID[text]
    if "tới" not in text:
        assert hours_in(fold(text)) == SAID[text]


@pytest.mark.parametrize(
    "text", ["", "không biết", "8h-11h thứ 7", "thứ 8", "trừ", "thứ 6 đến thứ 2", "x" * 500]
)
def test_what_is_no_time_is_not_guessed(text: str) -> None:
    assert hours_in(text) == 0


@given(st.integers(1, ALWAYS))
@hypothesis_settings(max_examples=50, deadline=None)
def test_hours_in_words_are_understood_again(free: int) -> None:
    """What the summary says is what was meant; and the groups cover it."""
    said = volunteer_words.hours(lambda message, **values: translate("vi", message, **values), free)
    assert hours_in(said) == free
    assert (
        week(*((day, 1 << part) for days, parts in grouped(free) for day in days for part in parts))
        == free
    )


def test_a_shift_touches_the_parts_of_its_day() -> None:
    from handlers.turn import WARD_ZONE

    saturday = at(21, 8).astimezone(WARD_ZONE)
    assert touched(saturday, saturday + timedelta(hours=3)) == week((SAT, MORNING))
    assert touched(saturday, saturday + timedelta(hours=4)) == week((SAT, MORNING))
    assert touched(saturday, saturday + timedelta(hours=4, minutes=1)) == week((SAT, 3))
    assert touched(saturday, saturday + timedelta(hours=20)) == week((SAT, 7), (SUN, MORNING))


async def rows(world: Office, table: Any) -> list[Any]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(table))).all()

    return list(await world.app.store.read(read))


async def led(world: Office) -> tuple[Somebody, int]:
    """A campaign with its leader."""
    leader = await world.staff("youth_leader", "Chị Hoa")
    return leader, await campaigns.campaign(world, "Chị Hoa")


async def filled(
    person: Somebody, campaign: int, year: str = "2004", name: str = "Lê Thị Lan"
) -> None:
    """Everything that is asked, up to the first tick."""
    await person.choose(f"volunteer:{campaign}")
    await person.say(year)
    await person.say(name)
    await person.say("Chi đoàn TDP 5")
    await person.say("vneid, mã qr")
    await person.say("sáng thứ 7, chiều CN")
    await person.press("Bỏ qua")
    await person.press("Đúng rồi, tiếp tục")


async def signed_up(world: Office, campaign: int, name: str = "Lê Thị Lan") -> Somebody:
    person = world.somebody(name)
    await filled(person, campaign, name=name)
    await person.press("Tôi cam kết")
    await person.press("Tôi đồng ý")
    return person


def test_signing_up_confirming_and_the_way_to_shifts(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            leader, campaign = await led(world)
            await campaigns.shift(world, campaign, at(21, 8), at(21, 11))
            lan = await signed_up(world, campaign)
            assert "Người phụ trách sẽ xem" in lan.last.text
            (kept,) = await rows(world, Volunteer)
            assert (kept.birth_year, kept.branch, kept.state) == (2004, "Chi đoàn TDP 5", "waiting")
            assert kept.topics == bits(["vneid_tao", "ttkdtm_qr"])
            assert kept.hours == SAID["sáng thứ 7, chiều CN"]
            assert set(kept.texts) == {"pledge", "consent"}
            assert kept.guardian_at is None
            assert "không kể với ai" in kept.texts["pledge"]
            ((address, notice),) = await world.notices()
            assert address == "Chị-Hoa"
            assert "Lê Thị Lan đăng ký tình nguyện" in notice.text
            assert "người được phường giao việc" in (await lan.choose("takeshift:1")).text
            assert (await lan.say("tình nguyện")).text.startswith("Bác đã đăng ký.")
            done = await leader.choose(notice.options[0].value)
            assert "đã là tình nguyện viên" in done.text
            assert "không còn chờ nữa" in (await leader.choose(notice.options[0].value)).text
            assert "không còn chờ nữa" in (await leader.choose(notice.options[1].value)).text
            address, told = (await world.notices())[-1]
            assert (address, told.options[0].value) == ("Lê Thị Lan", f"shifts:{campaign}")
            assert (
                "08:00–11:00 thứ Bảy 21/11"
                in (await lan.choose(f"shifts:{campaign}")).options[0].label
            )
            (kept,) = await rows(world, Volunteer)
            assert (kept.state, kept.decided_by) == ("confirmed", 1)

    run(scenario())


def test_signing_up_again_tells_the_leader_once_a_day(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            _, campaign = await led(world)
            await signed_up(world, campaign, "Trần Văn Nam")
            lan = world.somebody("lan")
            for day in range(2):
                world.clock.forward(days=day)
                for _ in range(2):
                    await filled(lan, campaign)
                    await lan.press("Tôi cam kết")
                    await lan.press("Tôi đồng ý")
                    await lan.choose("unvolunteer:yes")
                    assert "không còn là tình nguyện viên" in lan.last.text
            heard = [said.text for _, said in await world.notices() if "Lê Thị Lan" in said.text]
            assert len(heard) == 2

    run(scenario())


@pytest.mark.parametrize("refusing", ["Tôi cam kết", "Tôi đồng ý"])
def test_a_no_to_a_tick_keeps_nothing(sqlite_url: str, library: Library, refusing: str) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, campaign = await led(world)
            lan = world.somebody("lan")
            await filled(lan, campaign)
            assert lan.labels[0] == "Tôi cam kết"
            if refusing == "Tôi đồng ý":
                await lan.press("Tôi cam kết")
                assert "UBND phường" in lan.last.text
                assert "12 tháng" in lan.last.text
            assert "không lưu gì" in (await lan.press("Không")).text
            assert await rows(world, Volunteer) == []
            assert [one.name for one in await rows(world, Member)] == ["Chị Hoa"]
            assert await world.notices() == []
            assert "Lê Thị Lan" not in str(await states(world))

    run(scenario())


async def states(world: Office) -> list[Any]:
    from store.models import Chat

    return await rows(world, Chat.state)


@pytest.mark.parametrize(
    ("year", "ticks"), [("2009", 3), ("2010", 3), ("2008", 2), ("1950", 2), ("2011", 0)]
)
def test_age_decides_by_the_year(sqlite_url: str, library: Library, year: str, ticks: int) -> None:
    """The clock stands in 2026: from 16 on, and up to 17 with a guardian's yes."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, campaign = await led(world)
            lan = world.somebody("lan")
            await lan.choose(f"volunteer:{campaign}")
            if not ticks:
                assert "từ 16 tuổi" in (await lan.say(year)).text
                assert "năm nào" not in (await lan.say("1990")).text
                return
            await filled(lan, campaign, year)
            await lan.press("Tôi cam kết")
            await lan.press("Tôi đồng ý")
            assert ("chưa đủ 18" in lan.last.text) == (ticks == 3)
            assert len(await rows(world, Volunteer)) == (ticks == 2)
            if ticks == 3:
                await lan.press("Có, đã đồng ý")
                (kept,) = await rows(world, Volunteer)
                assert kept.guardian_at
                assert "giám hộ" in kept.texts["guardian"]

    run(scenario())


def test_the_year_cannot_be_made_younger_afterwards(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, campaign = await led(world)
            lan = world.somebody("lan")
            await lan.choose(f"volunteer:{campaign}")
            for wrong in ("04", "20044", "ba mươi", "3004", "1800", "²⁰⁰⁴"):
                assert "bốn số" in (await lan.say(wrong)).text
            await lan.say("2004")
            for wrong in ("L", "Lan 2", "?!", "x" * 61):
                assert "chỉ có chữ" in (await lan.say(wrong)).text
            await lan.press("Quay lại")
            assert "phải từ 16 tuổi" in (await lan.say("2015")).text

    run(scenario())


def test_declined_is_told_kindly_and_nothing_is_left(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            leader, campaign = await led(world)
            lan = await signed_up(world, campaign)
            page = await leader.choose(f"volunteers:{campaign}")
            assert "Đang chờ xác nhận: 1" in page.text
            await leader.press("Từ chối Lê Thị Lan")
            assert [one.name for one in await rows(world, Member)] == ["Chị Hoa"]
            assert await rows(world, Volunteer) == []
            address, told = (await world.notices())[-1]
            assert (address, "đã xóa" in told.text) == ("Lê Thị Lan", True)
            await filled(lan, campaign)  # a resident again, who may sign up once more

    run(scenario())


def test_who_has_a_role_is_a_volunteer_at_once(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, campaign = await led(world)
            await world.team("Tổ 1", "Tổ dân phố 1")
            nam = await world.staff("member", "Anh Nam", "Tổ 1")
            await nam.choose(f"volunteer:{campaign}")
            assert "chi đoàn" in (await nam.say("1980")).text  # the name is known
            await nam.say("Tổ 1")
            await nam.press("Việc nào cũng được")
            await nam.press("Lúc nào cũng được")
            await nam.press("Bỏ qua")
            await nam.press("Đúng rồi, tiếp tục")
            await nam.press("Tôi cam kết")
            assert "nhận ca được rồi" in (await nam.press("Tôi đồng ý")).text
            (kept,) = await rows(world, Volunteer)
            assert (kept.state, kept.hours) == ("confirmed", ALWAYS)
            assert (await world.notices()) == []

    run(scenario())


def test_when_the_leader_left_all_who_lead_are_told(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, campaign = await led(world)
            await world.staff("officer", "Bà Tâm")
            await world.staff("member", "Anh Nam")
            await world.app.store.write(
                lambda db: db.execute(
                    update(Member).where(Member.name == "Chị Hoa").values(until=date(2026, 11, 20))
                )
            )
            await signed_up(world, campaign)
            assert [address for address, _ in await world.notices()] == ["Bà-Tâm"]

    run(scenario())


def test_nobody_decides_about_another_ward(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, campaign = await led(world)
            other = next(name for name in library.wards if name != "mau")
            stranger = await world.staff("youth_leader", "Anh Xa", ward=other)
            await signed_up(world, campaign)
            waiting = (await rows(world, Volunteer))[0].member_id
            await stranger.choose(f"confirmvol:{waiting}")
            await stranger.choose(f"declinevol:{waiting}")
            assert (await rows(world, Volunteer))[0].state == "waiting"
            assert "Lê Thị Lan" not in (await stranger.choose(f"volunteers:{campaign}")).text
            assert (
                "Bác chọn phường đó trước" in (await stranger.choose(f"volunteer:{campaign}")).text
            )

    run(scenario())


def test_mydata_shows_it_and_stopping_takes_it_back(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            leader, campaign = await led(world)
            shift = await campaigns.shift(world, campaign, at(21, 8), at(21, 11))
            lan = await signed_up(world, campaign)
            await leader.choose(f"confirmvol:{(await rows(world, Volunteer))[0].member_id}")
            await lan.choose(f"takeshift:{shift}")
            seen = (await lan.say("/mydata")).text
            for told in (
                "2004",
                "Chi đoàn TDP 5",
                "sáng thứ Bảy; chiều Chủ nhật",
                "không kể với ai",
            ):
                assert told in seen
            await lan.press("Thôi tình nguyện")
            await lan.press("Đúng, tôi thôi")
            assert await rows(world, Volunteer) == []
            (signup,) = await rows(world, Signup)
            assert signup.ended_at
            address, told = (await world.notices())[-1]
            assert address == "Chị-Hoa"
            assert "Lê Thị Lan không đến các ca này nữa" in told.text
            assert "người được phường giao việc" in (await lan.choose(f"takeshift:{shift}")).text

    run(scenario())


def test_forgetting_somebody_who_waits_leaves_no_row(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            leader, campaign = await led(world)
            lan = await signed_up(world, campaign)
            await lan.choose("forget:yes")
            assert [one.name for one in await rows(world, Member)] == ["Chị Hoa"]
            assert "Đang chờ xác nhận: 0" in (await leader.choose(f"volunteers:{campaign}")).text

    run(scenario())


@pytest.mark.parametrize("end", ["forgotten", "idle"])
@pytest.mark.parametrize("worked", ["", "shift", "session"])
def test_a_volunteer_who_goes_leaves_no_role_and_no_name_but_of_work(
    end: str, worked: str, database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            leader, campaign = await led(world)
            lan = await signed_up(world, campaign)
            await leader.choose("confirmvol:2")
            if worked == "session":
                await lan.say("log giúp 2 cụ cài vneid")
                await lan.press("Lưu")
            if worked == "shift":
                shift = await campaigns.shift(world, campaign, at(20, 8), at(20, 11))
                await campaigns.check_in(world, shift, "Lê Thị Lan", at(20, 8), at(20, 11))
            if end == "forgotten":
                await lan.say("/mydata")
                await lan.press("Xóa hết")
                await lan.press("Có, xóa đi")
            else:
                world.clock.forward(days=400)
                await world.app.store.write(lambda db: prune(db, world.clock()))
            gone = next(row for row in await rows(world, Member) if row.id == 2)
            assert gone.until == world.clock().date()
            assert gone.name == ("Lê Thị Lan" if worked else "(đã xóa)")
            assert await rows(world, Volunteer) == []
            officer = await world.staff("officer", "Bà Tâm")
            await officer.say("/invite")
            assert not {gone.name, "(đã xóa)"} & set(officer.labels)

    run(scenario())


def test_who_logs_help_is_no_idle_volunteer(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await led(world)
            nam = await world.staff("volunteer", "Anh Nam")
            await campaigns.volunteer(world, "Anh Nam")
            world.clock.forward(days=300)
            await nam.say("log giúp 2 cụ cài vneid")
            await nam.press("Lưu")
            world.clock.forward(days=100)
            await world.app.store.write(lambda db: prune(db, world.clock()))
            assert [one.member_id for one in await rows(world, Volunteer)] == [2]
            world.clock.forward(days=300)
            await world.app.store.write(lambda db: prune(db, world.clock()))
            assert await rows(world, Volunteer) == []

    run(scenario())


def test_two_chats_of_one_person_at_once_make_one_applicant(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            _, campaign = await led(world)
            for name in ("An", "Bình", "Cúc", "Dung"):
                chats = world.somebody(name), world.somebody(f"{name} 2")
                link = (await chats[0].say("/link")).text
                await chats[1].say(next(w for w in link.split() if w.isdecimal() and len(w) == 6))
                for chat in chats:
                    await filled(chat, campaign, name=f"Lê Thị {name}")
                    await chat.press("Tôi cam kết")
                said = await asyncio.gather(*(chat.press("Tôi đồng ý") for chat in chats))
                assert "Có lỗi" not in "".join(reply.text for reply in said)
            people = [row.name for row in await rows(world, Member)]
            assert len(people) == len(set(people)) == 5
            assert len(await rows(world, Volunteer)) == len(await world.notices()) == 4

    run(scenario())


def test_the_leader_reads_of_an_applicant_in_their_own_language(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            leader, campaign = await led(world)
            await leader.choose("lang:en")
            await signed_up(world, campaign)
            ((_, notice),) = await world.notices()
            assert "• Year of birth: 2004" in notice.text
            assert "sinh" not in notice.text

    run(scenario())


def test_an_invitation_takes_the_shifts_along(sqlite_url: str, library: Library) -> None:
    """Who waits and is invited to a role need not wait; who has shifts keeps them in the new role."""

    async def scenario() -> None:
        from bot.invitations import invite

        async with office(sqlite_url, library) as world:
            _, campaign = await led(world)
            shift = await campaigns.shift(world, campaign, at(21, 8), at(21, 11))
            lan = await signed_up(world, campaign)
            for role in ("volunteer", "member"):
                ward = library.wards["mau"]
                code, _ = await invite(
                    world.app.store, ward, role, f"Lan {role}", world.clock(), world.draw
                )
                await lan.say(code)
                await lan.choose(f"takeshift:{shift}")
            (kept,) = await rows(world, Volunteer)
            live = [one for one in await rows(world, Signup) if one.ended_at is None]
            assert kept.state == "confirmed"
            assert [one.member_id for one in live] == [kept.member_id]
            assert "Bác đã nhận ca này" in (await lan.choose(f"shift:{shift}")).text

    run(scenario())


def test_what_was_told_goes_a_year_after_the_last_shift(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, campaign = await led(world)
            await signed_up(world, campaign)
            await world.staff("volunteer", "Anh Nam")
            await campaigns.volunteer(world, "Anh Nam")
            shift = await campaigns.shift(world, campaign, at(28, 8), at(28, 11))
            await campaigns.signup(world, shift, "Anh Nam")
            world.clock.forward(days=366)
            await world.app.store.write(lambda db: prune(db, world.clock()))
            assert [one.member_id for one in await rows(world, Volunteer)] == [3]
            assert "Lê Thị Lan" not in [one.name for one in await rows(world, Member)]
            world.clock.forward(days=8)
            await world.app.store.write(lambda db: prune(db, world.clock()))
            assert await rows(world, Volunteer) == []
            assert [one.name for one in await rows(world, Member)] == ["Chị Hoa", "(đã xóa)"]

    run(scenario())


def test_what_was_told_can_be_changed_in_the_same_form(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, campaign = await led(world)
            lan = await signed_up(world, campaign)
            await lan.say("tình nguyện")
            await lan.press("Sửa thông tin tình nguyện")
            await lan.press("Sửa")
            await lan.press("Lúc rảnh")
            await lan.say("buổi tối")
            await lan.press("Đúng rồi, tiếp tục")
            await lan.press("Tôi cam kết")
            await lan.press("Tôi đồng ý")
            (kept,) = await rows(world, Volunteer)
            assert (kept.hours, kept.state) == (EVERY_EVENING, "waiting")
            assert len(await world.notices()) == 1  # the leader knows already

    run(scenario())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"cancelled_at": NOON, "reason": "mưa bão"}, "mưa bão"),
        ({"first": date(2026, 11, 1), "last": date(2026, 11, 19)}, "đã xong"),
    ],
)
def test_a_campaign_that_is_over_or_cancelled_takes_nobody(
    changed: dict[str, Any], said: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("youth_leader", "Chị Hoa")
            number = await campaigns.campaign(world, "Chị Hoa", **changed)
            reply = await world.somebody("lan").choose(f"volunteer:{number}")
            assert said in reply.text
            assert "sinh năm" not in reply.text
            assert [option.value for option in reply.options][-1] == "menu"

    run(scenario())


def test_a_campaign_that_is_cancelled_takes_nobody(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, campaign = await led(world)
            lan = world.somebody("lan")
            await filled(lan, campaign)
            await world.app.store.write(
                lambda db: db.execute(update(Campaign).values(cancelled_at=world.clock()))
            )
            assert "đã hủy" in (await lan.choose(f"volunteer:{campaign}")).text
            assert "không còn dùng" in (await lan.choose("volunteer:999")).text
            await lan.say("/start ward_mau")
            for value in ("volunteer:²", "volunteer:" + "9" * 40):
                assert "chưa có chiến dịch" in (await lan.choose(value)).text

    run(scenario())


@pytest.mark.parametrize("end", ["declined", "withdrawn", "forgotten", "idle"])
def test_whoever_waits_and_came_to_a_class_can_go_again(
    end: str, database_url: str, library: Library
) -> None:
    """What a class keeps of them must not hold their row."""

    async def scenario() -> None:
        async with office(database_url, library) as world:
            leader, campaign = await led(world)
            await leader.say("mở lớp vneid 13h-15h hôm nay ở nhà văn hóa TDP 2, 30 người")
            await leader.press("Bỏ qua")
            code = (await leader.press("Lưu")).text.rpartition("LOP ")[2][:4]
            lan = await signed_up(world, campaign)
            assert "điểm danh" in (await lan.say(f"lop {code}")).text
            if end == "declined":
                await leader.choose("declinevol:2")
            elif end == "withdrawn":
                await lan.choose("unvolunteer:yes")
            elif end == "forgotten":
                await lan.say("/mydata")
                await lan.press("Xóa hết")
                await lan.press("Có, xóa đi")
            else:
                world.clock.forward(days=400)
                await world.app.store.write(lambda db: prune(db, world.clock()))
            assert [row.name for row in await rows(world, Member)] == ["Chị Hoa"]

    run(scenario())


@pytest.mark.parametrize("name", ["Dũng", "Huy", "dung", "huy"])
def test_a_name_that_sounds_like_a_command_is_a_name(
    name: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            leader, _ = await led(world)
            person = world.somebody("one")
            await person.choose("volunteer:1")
            await person.say("2004")
            assert "chi đoàn" in (await person.say(name)).text.casefold()
            await leader.choose("rolladd:1")
            await person.say("thôi")
            assert "Đã dừng" in person.last.text

    run(scenario())


def test_the_wish_goes_on_once_the_ward_is_known(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await led(world)
            person = world.somebody("new")
            await person.say("tình nguyện")
            await person.say("mẫu")
            reply = await person.say("2")
            assert reply.text.startswith("Đã ghi: Tổ dân phố 2, phường Mẫu.")
            assert "sinh năm" in reply.text

    run(scenario())
