"""What volunteers do and type around a shift: being there, leaving it, codes as typed, its words."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from content.library import Library
from store.campaign_models import CheckIn, Cover
from store.class_models import TrainingClass
from store.log_models import SupportSession
from store.team_models import Guess, Member
from tests import campaigns
from tests.campaigns import at
from tests.staff import Office, Somebody
from tests.test_check_ins import code, played, set_up
from tests.test_classes import SAID as CLASS
from tests.test_hours import rows
from tests.test_shifts import helpers, live, saturday

HERE = "Bác đang ở ca này; muốn về thì ra ca."


async def two_at_noon(world: Office) -> tuple[Somebody, Somebody, int]:
    """Lan has the only place of a shift from 12:30 to 15:00, Nam could stand in; it is noon."""
    lan, _, shift = await set_up(world, places=1)
    await campaigns.volunteer(world, "Lan")
    (nam,) = await helpers(world, "Nam")
    await lan.choose(f"takeshift:{shift}")
    return lan, nam, shift


async def change(world: Office, table: Any, **values: Any) -> None:
    await world.app.store.write(lambda db: db.execute(update(table).values(**values)))


async def checked_in(world: Office) -> list[int]:
    return [one.shift_id for one in await rows(world, CheckIn)]


# Who is there keeps the shift


@pytest.mark.parametrize("choice", ["cover", "leaveshift", "cantcome"])
def test_who_is_checked_in_looks_for_nobody(choice: str, sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await two_at_noon(world)
        await lan.say(f"ca {code(world, shift)}")
        reply = await lan.choose(f"{choice}:{shift}")
        assert reply.text == HERE
        assert "Ra ca" in lan.labels
        assert await live(world) == [(shift, 2)]
        assert not await rows(world, Cover)
        assert not await world.notices()
        page = await lan.choose(f"shift:{shift}")
        assert HERE in page.text
        values = [option.value for option in page.options]
        assert values[0] == "checkout"
        assert not any(value.startswith(("cover:", "leaveshift:", "cantcome:")) for value in values)

    played(scenario, sqlite_url, library)


def test_who_went_again_before_the_shift_may_look_for_somebody(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await two_at_noon(world)
        await lan.say(f"ca {code(world, shift)}")
        world.clock.forward(minutes=5)
        await lan.say(f"ra ca {code(world, shift)}")
        assert "đã hỏi 1 tình nguyện viên" in (await lan.choose(f"cover:{shift}")).text

    played(scenario, sqlite_url, library)


@pytest.mark.parametrize("by_the_leader", [False, True])
def test_a_cover_ends_when_who_asked_checks_in(
    by_the_leader: bool, database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, nam, shift = await two_at_noon(world)
        await lan.choose(f"cover:{shift}")
        if by_the_leader:
            mai = Somebody(world.app, "Chị-Mai", iter(range(100, 200)))
            await mai.choose(f"rollin:{shift}:2")
        else:
            await lan.say(f"ca {code(world, shift)}")
        assert "không cần người thay" in (await nam.choose("covers:1")).text
        assert await live(world) == [(shift, 2)]
        (cover,) = await rows(world, Cover)
        assert (cover.taken_by, cover.ended_at) == (None, world.clock())

    played(scenario, database_url, library)


def test_checking_in_and_standing_in_at_once_leave_one_of_them(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, nam, shift = await two_at_noon(world)
        await lan.choose(f"cover:{shift}")
        await asyncio.gather(lan.say(f"ca {code(world, shift)}"), nam.choose("covers:1"))
        ((_, member),) = await live(world)
        (cover,) = await rows(world, Cover)
        assert cover.ended_at is not None
        assert (cover.taken_by is None) == (member == 2)

    played(scenario, database_url, library)


# Codes as they are typed


async def with_place(world: Office) -> tuple[Somebody, int]:
    lan, _, shift = await set_up(world)
    await campaigns.signup(world, shift, "Lan")
    return lan, shift


@pytest.mark.parametrize(
    "typed",
    [
        "{}",
        "em vào ca {}",
        "ca: {0[0]}{0[1]} {0[2]}{0[3]}",
        "điểm danh {}",
        "diem danh ca {}",
        "Em điểm danh ca {} ạ",
        "vào ca mã {}",
    ],
)
def test_the_code_is_understood_as_it_is_typed(
    typed: str, sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, shift = await with_place(world)
        reply = await lan.say(typed.format(code(world, shift)))
        assert reply.text.startswith("Bác đã vào ca lúc 12:00."), reply.text
        assert await checked_in(world) == [shift]

    played(scenario, sqlite_url, library)


async def a_session(world: Office, number: str) -> None:
    """A session anybody may confirm with this code."""
    nam = await world.staff("member", "Anh Nam")
    await nam.say("giúp 3 cụ cài VNeID")
    await nam.press("Lưu")
    await change(world, SupportSession, code=number)


async def a_class(world: Office, number: str) -> None:
    """A class that is on, with this code."""
    nam = await world.staff("member", "Anh Nam")
    await nam.say(CLASS)
    await nam.press("Bỏ qua")
    await nam.press("Lưu")
    await change(world, TrainingClass, code=number)


@pytest.mark.parametrize("other", ["session", "class", "no place", "not begun", "resident"])
def test_digits_alone_are_no_shift_where_they_may_mean_something_else(
    other: str, sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, _, shift = await set_up(world)
        if other != "no place":
            await campaigns.signup(world, shift, "Lan")
        if other in ("session", "class"):
            await (a_session if other == "session" else a_class)(world, code(world, shift))
        if other == "not begun":
            world.clock.now = at(20, 11)
        if other == "resident":
            await change(world, Member, role="applicant")
        reply = await lan.say(code(world, shift))
        assert "vào ca" not in reply.text, reply.text
        assert not await checked_in(world)

    played(scenario, sqlite_url, library)


def test_digits_alone_check_in_whoever_is_at_a_full_shift_only_once(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, shift = await with_place(world)
        await lan.say(code(world, shift))
        assert (await lan.say(code(world, shift))).text == "Bác đã vào ca này từ 12:00 rồi."
        world.clock.forward(hours=1)
        await lan.say(code(world, shift))
        assert "đã ra ca lúc 13:00" in (await lan.press("Ra ca")).text

    played(scenario, sqlite_url, library)


def test_digits_alone_are_guessed_as_rarely_as_the_code_of_a_shift(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, shift = await with_place(world)
        right = code(world, shift)
        for number in [f"{number}" for number in range(1000, 1010) if f"{number}" != right][:5]:
            await lan.say(number)
        kinds = [one.kind for one in await rows(world, Guess)]
        assert kinds.count("shift") == 5
        await lan.say(right)
        assert "chờ 15 phút" in (await lan.say(f"ca {right}")).text
        assert not await checked_in(world)

    played(scenario, sqlite_url, library)


# Out, and in again


def test_who_left_is_asked_before_going_in_again(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, shift = await with_place(world)
        await lan.say(f"ca {code(world, shift)}")
        world.clock.forward(minutes=80)
        await lan.say(f"ra ca {code(world, shift)}")
        asked = await lan.say(f"ca {code(world, shift)}")
        assert asked.text == "Bác vừa ra ca lúc 13:20, vào lại không?"
        assert len(await checked_in(world)) == 1
        assert "đã vào ca lúc 13:20" in (await lan.press("Vào lại")).text
        assert len(await checked_in(world)) == 2

    played(scenario, sqlite_url, library)


def test_going_in_again_needs_the_code_of_now(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan, shift = await with_place(world)
        await lan.say(f"ca {code(world, shift)}")
        await lan.say(f"ra ca {code(world, shift)}")
        await lan.say(f"ca {code(world, shift)}")
        world.clock.forward(minutes=20)
        assert "không có ca nào mang mã" in (await lan.press("Vào lại")).text
        for bad in ("checkin", "checkin:", "checkin:x", "checkin:0000:1", f"checkin:{'1' * 40}"):
            assert (await lan.choose(bad)).options
        assert len(await checked_in(world)) == 1

    played(scenario, sqlite_url, library)


@pytest.mark.parametrize("hours", [3.5, 6])
@pytest.mark.parametrize("typed", ["ra ca 0000", "ra ca {}", "ra ca", "checkout"])
def test_who_forgot_to_check_out_hears_what_counts(
    typed: str, hours: float, sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, shift = await with_place(world)
        await lan.say(f"ca {code(world, shift)}")
        world.clock.forward(hours=hours)
        known = hours < 4 and typed != "ra ca 0000"  # the code of the place still checks out
        if typed == "checkout":
            reply = await lan.choose(typed)
        else:
            reply = await lan.say(typed.format(code(world, shift)))
        counted = "Ca của bác hết lúc 15:00, tôi đã tính đến đó; chưa đúng thì báo người phụ trách."
        assert (reply.text == counted) == (not known), reply.text
        if not known:
            assert "Giờ công của tôi" in lan.labels

    played(scenario, sqlite_url, library)


def test_the_code_of_the_shift_typed_too_late_says_so_too(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        lan, shift = await with_place(world)
        await lan.say(f"ca {code(world, shift)}")
        world.clock.forward(hours=3, minutes=30)
        assert "hết lúc 15:00, tôi đã tính" in (await lan.say(f"ca {code(world, shift)}")).text
        world.clock.forward(days=1)
        assert "không ở trong ca nào" in (await lan.say("ra ca")).text

    played(scenario, sqlite_url, library)


# The words of shifts


OPEN = [
    "chọn ca",
    "ca còn chỗ",
    "đăng ký ca",
    "dang ky ca thu 7",
    "nhận ca",
    "Đăng ký ca chiều mai",
]


@pytest.mark.parametrize("said", OPEN)
def test_volunteers_ask_for_open_shifts_in_words(
    said: str, sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await saturday(world)
        (lan,) = await helpers(world, "Lan")
        reply = await lan.say(said)
        assert reply.options[0].label.startswith("08:00–11:00 thứ Bảy 21/11"), reply.text
        second = await campaigns.campaign(world, "Chị Hoa", name="Chợ số", code="CHO")
        await campaigns.shift(world, second, at(22, 8), at(22, 11))
        reply = await lan.say(said)
        assert reply.text == "Bác muốn xem ca của chiến dịch nào?"
        assert lan.labels[:2] == ["Mùa hè xanh 2026", "Chợ số"]
        assert "Chợ số: bác muốn xem ca nào?" in (await lan.press("Chợ số")).text

    played(scenario, sqlite_url, library)


def test_without_a_campaign_there_are_no_open_shifts(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        (lan,) = await helpers(world, "Lan")
        reply = await lan.say("đăng ký ca")
        assert "chưa có chiến dịch nào" in reply.text
        assert reply.options

    played(scenario, sqlite_url, library)


def test_whoever_waits_hears_so(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await saturday(world)
        (lan,) = await helpers(world, "Lan", state="waiting")

        async def wait(db: Any) -> None:
            (await db.scalars(select(Member).where(Member.name == "Lan"))).one().role = "applicant"

        await world.app.store.write(wait)
        for said in ("ca của tôi", "ca trực", "lich truc", *OPEN):
            reply = await lan.say(said)
            assert "Người phụ trách chưa xác nhận" in reply.text, said
            assert reply.options

    played(scenario, sqlite_url, library)


@pytest.mark.parametrize("said", ["ca của tôi", "nhận ca", "đăng ký ca", "ca còn chỗ"])
def test_residents_are_answered_as_before(said: str, sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await saturday(world)
        somebody = world.somebody("resident")
        await somebody.say("/start area_mau_to-dan-pho-1")
        reply = await somebody.say(said)
        assert "shift" not in str(reply.options)
        assert "08:00" not in str(reply.options)

    played(scenario, sqlite_url, library)


@pytest.mark.parametrize("said", ["đăng ký ca sĩ", "đăng ký cả nhà", "ca nhiễm mới", "nhận cả hai"])
def test_volunteers_ask_other_things_too(said: str, sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await saturday(world)
        (lan,) = await helpers(world, "Lan")
        assert "08:00" not in str((await lan.say(said)).options)

    played(scenario, sqlite_url, library)


# Who volunteers, and how to check in


def test_the_leader_sees_who_volunteers(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        shift = await saturday(world, places=9)
        names = [f"Bạn {letter}" for letter in "ABCDEFGHI"]
        await helpers(world, *names)
        await campaigns.signup(world, shift, "Bạn A")
        past = await campaigns.shift(world, 1, at(19, 8), at(19, 11))
        await campaigns.signup(world, past, "Bạn B")
        hoa = Somebody(world.app, "Chị-Hoa", iter(range(100, 200)))
        reply = await hoa.choose("volunteers:1")
        assert reply.text.startswith("Tình nguyện viên đã xác nhận: 9. Đang chờ xác nhận: 0.")
        assert "• Bạn A, Chi đoàn TDP 1: 1 ca sắp tới\n" in reply.text
        assert "• Bạn B, Chi đoàn TDP 1: 0 ca sắp tới\n" in reply.text
        assert reply.text.count("•") == 8
        second = await hoa.press("Xem thêm")
        assert second.text.count("•") == 1
        assert "Bạn I" in second.text
        assert "Về chiến dịch" in hoa.labels
        for bad in ("volunteers:x", "volunteers:1:x", "volunteers:1:all:x", "volunteers:1:all:99"):
            assert (await hoa.choose(bad)).options

    played(scenario, sqlite_url, library)


def test_who_waits_comes_first_and_the_others_are_a_press_away(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await saturday(world)
        await helpers(world, "Lan")
        await helpers(world, "Nam", state="waiting")
        stranger = await world.staff("youth_leader", "Anh Xa", ward="hai-duong")
        hoa = Somebody(world.app, "Chị-Hoa", iter(range(100, 200)))
        first = await hoa.choose("volunteers:1")
        assert "Nam" in first.text
        assert "Lan" not in first.text
        assert "• Lan, Chi đoàn TDP 1: 0 ca" in (await hoa.press("Những người đã xác nhận")).text
        assert "Lan" not in (await stranger.choose("volunteers:1:all")).text

    played(scenario, sqlite_url, library)


def test_taking_a_shift_says_how_to_check_in(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        shift = await saturday(world, places=1)
        lan, nam = await helpers(world, "Lan", "Nam")
        how = "Đến nơi bác gõ: ca và 4 số ở chỗ trực."
        assert how in (await lan.choose(f"takeshift:{shift}")).text.splitlines()
        await lan.choose(f"cover:{shift}")
        assert how in (await nam.choose("covers:1")).text.splitlines()

    played(scenario, sqlite_url, library)
