"""Shifts: taking, leaving, finding somebody to stand in, and being reminded."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.schedule import plan
from content.free_hours import ALWAYS
from content.library import Library
from content.topics import bits
from handlers import pushes, shift_reminders
from handlers.turn import Reply, Skip
from store import outbox, shifts
from store.campaign_models import Cover, Shift, Signup
from store.models import Chat, Outbox
from store.outbox import Parcel
from store.team_models import Member
from tests import campaigns
from tests.campaigns import at
from tests.conftest import run
from tests.staff import Office, Somebody, office


async def rows(world: Office, table: Any) -> list[Any]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(table).order_by(table.id))).all()

    return list(await world.app.store.read(read))


async def live(world: Office) -> list[tuple[int, int]]:
    """Shift and member of each place that is taken."""
    return [
        (one.shift_id, one.member_id) for one in await rows(world, Signup) if one.ended_at is None
    ]


async def helpers(world: Office, *names: str, **told: Any) -> list[Somebody]:
    """A campaign led by Chị Hoa, and confirmed volunteers."""
    there = [await world.staff("volunteer", name) for name in names]
    for name in names:
        await campaigns.volunteer(world, name, **told)
    return there


async def saturday(world: Office, **changed: Any) -> int:
    """The only shift of a campaign: Saturday morning, when the clock stands at noon on Friday."""
    await world.staff("youth_leader", "Chị Hoa")
    campaign = await campaigns.campaign(world, "Chị Hoa")
    return await campaigns.shift(world, campaign, at(21, 8), at(21, 11), **changed)


async def told(world: Office, address: str) -> list[str]:
    return [reply.text for name, reply in await world.notices() if name == address]


def test_taking_and_leaving_a_shift(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            shift = await saturday(world, places=1)
            lan, nam = await helpers(world, "Lan", "Nam")
            listed = await lan.choose("shifts:1")
            assert listed.options[0].label == (
                "08:00–11:00 thứ Bảy 21/11, Nhà văn hóa TDP 1 (còn 1 chỗ)"
            )
            page = await lan.press(listed.options[0].label)
            assert "cần 1" in page.text
            assert "Ca này là của bác" in (await lan.press("Nhận ca này")).text
            assert "(ca của bác)" in (await lan.choose("shifts:1")).options[0].label
            assert "hiện không còn ca nào" in (await nam.choose("shifts:1")).text
            assert "đủ người" in (await nam.choose(f"takeshift:{shift}")).text
            assert "đã nhận ca này rồi" in (await lan.choose(f"takeshift:{shift}")).text
            assert "1 ca sắp tới" in (await lan.say("ca của tôi")).text
            await lan.choose(f"shift:{shift}")
            assert "đã trả ca này" in (await lan.press("Trả ca này")).text
            assert "không còn ca này" in (await lan.choose(f"leaveshift:{shift}")).text
            assert "Ca này là của bác" in (await nam.choose(f"takeshift:{shift}")).text
            assert await live(world) == [(shift, 3)]
            await nam.choose(f"leaveshift:{shift}")
            await lan.choose(f"takeshift:{shift}")  # the same place once more
            assert await live(world) == [(shift, 2)]

    run(scenario())


def test_two_at_once_never_overfill(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            shift = await saturday(world, places=2)
            names = [f"Bạn {letter}" for letter in "ABCDEF"]
            there = await helpers(world, *names)
            said = await asyncio.gather(*(one.choose(f"takeshift:{shift}") for one in there))
            assert sum("Ca này là của bác" in reply.text for reply in said) == 2
            assert sum("đủ người" in reply.text for reply in said) == 4
            assert len(await live(world)) == 2

    run(scenario())


def test_one_person_at_once_in_one_of_two_overlapping_shifts(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            first = await saturday(world)
            await helpers(world, "Lan")
            second = await campaigns.shift(world, 1, at(21, 10), at(21, 12))
            store, now = world.app.store, world.clock()

            async def take(number: int) -> Any:
                return await store.write(lambda db: shifts.add_signup(db, number, 2, "self", now))

            outcomes = await asyncio.gather(take(first), take(second))
            assert [one.reason for one in outcomes if one] == ["clash"]
            assert len(await live(world)) == 1

    run(scenario())


def test_a_clash_names_the_other_shift(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            first = await saturday(world)
            (lan,) = await helpers(world, "Lan")
            other = await campaigns.campaign(world, "Chị Hoa", code="CHO", name="Chợ số")
            second = await campaigns.shift(world, other, at(21, 10), at(21, 12), place="Chợ")
            after = await campaigns.shift(world, other, at(21, 11), at(21, 12), place="Chợ")
            await lan.choose(f"takeshift:{first}")
            refused = await lan.choose(f"takeshift:{second}")
            assert "trùng giờ: 08:00–11:00 thứ Bảy 21/11, Nhà văn hóa TDP 1" in refused.text
            assert refused.options[0].value == f"shift:{first}"
            assert "là của bác" in (await lan.choose(f"takeshift:{after}")).text

    run(scenario())


def test_when_it_is_too_late_to_take_or_leave(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world)
            lan, nam, binh = await helpers(world, "Lan", "Nam", "Bình")
            world.clock.now = at(20, 19, 59)
            await lan.choose(f"takeshift:{shift}")
            await nam.choose(f"takeshift:{shift}")
            await nam.choose(f"leaveshift:{shift}")
            assert await told(world, "Chị-Hoa") == []  # more than 12 hours before
            await nam.choose(f"takeshift:{shift}")
            world.clock.now = at(20, 20, 1)
            await nam.choose(f"leaveshift:{shift}")
            assert "Nam đã trả ca này" in (await told(world, "Chị-Hoa"))[0]
            world.clock.now = at(21, 7, 56)
            refused = await lan.choose(f"leaveshift:{shift}")
            assert "chưa đầy 5 phút" in refused.text
            assert "Tìm người thay" in lan.labels
            await lan.press("Báo phụ trách: tôi không đến được")
            assert "Lan báo không đến được" in (await told(world, "Chị-Hoa"))[1]
            world.clock.now = at(21, 8, 15)
            assert "Ca này là của bác" in (await nam.choose(f"takeshift:{shift}")).text
            assert "đã bắt đầu" in (await nam.choose(f"leaveshift:{shift}")).text
            assert "Tìm người thay" not in nam.labels
            world.clock.now = at(21, 8, 16)
            assert "hơn 15 phút" in (await binh.choose(f"takeshift:{shift}")).text
            world.clock.now = at(21, 11)
            assert "không còn ca này" in (await lan.choose(f"leaveshift:{shift}")).text
            assert len(await live(world)) == 2

    run(scenario())


def test_cancelled_shifts_and_campaigns_take_nobody(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world)
            (lan,) = await helpers(world, "Lan")
            await world.app.store.write(
                lambda db: db.execute(update(Shift).values(cancelled_at=world.clock()))
            )
            assert "đã hủy" in (await lan.choose(f"takeshift:{shift}")).text
            assert "không còn ca nào" in (await lan.choose("shifts:1")).text
            for value in (
                "shift:99",
                "takeshift:x",
                "cover:²",
                "covers:",
                "shifts:9",
                "shift:" + "9" * 50,
            ):
                assert (await lan.choose(value)).options
            assert await live(world) == []

    run(scenario())


def test_who_has_not_pledged_is_asked_first(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world)
            nam = await world.staff("member", "Anh Nam")
            assert "cam kết giữ kín" in (await nam.choose(f"takeshift:{shift}")).text
            assert nam.last.options[0].value == "volunteer:1"
            stranger = world.somebody("x")
            assert "phường giao việc" in (await stranger.choose(f"takeshift:{shift}")).text
            assert await live(world) == []

    run(scenario())


def test_shifts_of_another_ward_are_nobodys(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world)
            await helpers(world, "Lan")
            await campaigns.signup(world, shift, "Lan")
            other = next(name for name in library.wards if name != "mau")
            far = await world.staff("officer", "Bà Xa", ward=other)
            await campaigns.volunteer(world, "Bà Xa")
            for name in ("shift", "takeshift", "leaveshift", "cantcome", "cover", "uncover"):
                assert "không còn dùng" in (await far.choose(f"{name}:{shift}")).text
            assert "không còn dùng" in (await far.choose("shifts:1")).text
            assert len(await live(world)) == 1

    run(scenario())


def test_the_first_who_accepts_stands_in(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            shift = await saturday(world, places=1)
            lan, nam, binh = await helpers(world, "Lan", "Nam", "Bình")
            await lan.choose(f"takeshift:{shift}")
            asked = await lan.choose(f"cover:{shift}")
            assert "đã hỏi 2 tình nguyện viên" in asked.text
            assert "đã hỏi rồi" in (await lan.choose(f"cover:{shift}")).text
            (text,) = await told(world, "Nam")
            assert "cần người thay" in text
            assert "Lan" not in text
            said = await asyncio.gather(nam.choose("covers:1"), binh.choose("covers:1"))
            assert sorted("là của bác" in reply.text for reply in said) == [False, True]
            assert sorted("Đã có người nhận" in reply.text for reply in said) == [False, True]
            (cover,) = await rows(world, Cover)
            assert await live(world) == [(shift, cover.taken_by)]
            assert "nhận thay bác" in (await told(world, "Lan"))[0]
            assert "nhận thay Lan" in (await told(world, "Chị-Hoa"))[0]

    run(scenario())


def test_who_fits_best_is_asked_first_and_at_most_twenty(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world, places=9)
            (lan,) = await helpers(world, "Lan")
            names = [f"Bạn {chr(65 + n)}" for n in range(24)]
            await helpers(world, *names[:12], topics=bits(["ai_coban"]), hours=1)
            await helpers(world, *names[12:18], hours=1)
            await helpers(world, *names[18:])
            busy = await campaigns.shift(world, 1, at(21, 10), at(21, 12))
            await campaigns.signup(world, busy, names[23])
            await lan.choose(f"takeshift:{shift}")
            await lan.choose(f"cover:{shift}")
            heard = [address.replace("-", " ") for address, _ in await world.notices()]
            assert heard == [*names[18:23], *names[12:18], *names[:9]]

    run(scenario())


def test_a_cover_ends_with_leaving_taking_it_back_or_the_beginning(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world)
            lan, nam = await helpers(world, "Lan", "Nam")
            await lan.choose(f"takeshift:{shift}")
            await lan.choose(f"cover:{shift}")
            await lan.press("Không tìm người thay nữa")
            assert "không cần người thay" in (await nam.choose("covers:1")).text
            await lan.choose(f"cover:{shift}")
            await lan.choose(f"leaveshift:{shift}")
            assert "không cần người thay" in (await nam.choose("covers:1")).text
            await lan.choose(f"takeshift:{shift}")
            await lan.choose(f"cover:{shift}")
            world.clock.now = at(21, 8)
            assert "đã bắt đầu" in (await nam.choose("covers:1")).text
            assert await live(world) == [(shift, 2)]

    run(scenario())


def test_the_same_is_told_once_however_often_somebody_does_it(
    sqlite_url: str, library: Library
) -> None:
    """Those who were asked are not asked again, and can still accept what they were asked first."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world, places=1)
            lan, nam = await helpers(world, "Lan", "Nam")
            await lan.choose(f"takeshift:{shift}")
            for _ in range(3):
                await lan.choose(f"cover:{shift}")
                await lan.choose(f"uncover:{shift}")
                await lan.choose(f"cantcome:{shift}")
                assert "đã được báo" in lan.last.text or "Đã báo" in lan.last.text
                world.clock.forward(minutes=10)
            assert len(await told(world, "Nam")) == 1
            assert len(await told(world, "Chị-Hoa")) == 1
            world.clock.now = at(20, 22)
            for _ in range(3):
                await lan.choose(f"leaveshift:{shift}")
                await lan.choose(f"takeshift:{shift}")
                world.clock.forward(minutes=10)
            assert len(await told(world, "Chị-Hoa")) == 2
            await lan.choose(f"cover:{shift}")
            _, asked = next(one for one in await world.notices() if one[0] == "Nam")
            assert "là của bác" in (await nam.choose(asked.options[0].value)).text

    run(scenario())


def test_who_goes_again_and_again_is_told_once_a_day(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world)
            lead = await world.staff("lead", "Nam")
            for _ in range(3):
                await campaigns.volunteer(world, "Nam")
                await lead.choose(f"takeshift:{shift}")
                await lead.choose("unvolunteer:yes")
                world.clock.forward(minutes=10)
            assert len(await told(world, "Chị-Hoa")) == 1

    run(scenario())


def test_when_nobody_can_be_reached_no_cover_stays_open(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world)
            lan, _ = await helpers(world, "Lan", "Nam")
            await lan.choose(f"takeshift:{shift}")

            async def close(db: Any) -> None:
                await db.execute(
                    update(Chat).where(Chat.address == "Nam").values(blocked_at=at(20, 12))
                )

            await world.app.store.write(close)
            asked = await lan.choose(f"cover:{shift}")
            assert "không còn tình nguyện viên nào rảnh" in asked.text
            assert f"leaveshift:{shift}" in [option.value for option in asked.options]
            assert [one.ended_at is None for one in await rows(world, Cover)] in ([], [False])
            see = await lan.choose(f"shift:{shift}")
            assert f"cover:{shift}" in [option.value for option in see.options]

    run(scenario())


def test_nobody_stands_in_who_is_elsewhere_then(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world, places=1)
            lan, nam = await helpers(world, "Lan", "Nam")
            await lan.choose(f"takeshift:{shift}")
            await lan.choose(f"cover:{shift}")
            second = await campaigns.shift(world, 1, at(21, 10), at(21, 12))
            await nam.choose(f"takeshift:{second}")
            assert "trùng giờ" in (await nam.choose("covers:1")).text
            assert "đã nhận ca này rồi" in (await lan.choose("covers:1")).text
            assert sorted(await live(world)) == [(shift, 2), (second, 3)]
            (cover,) = await rows(world, Cover)
            assert cover.ended_at is None
            assert "chưa" not in (await lan.choose(f"shift:{shift}")).text
            await lan.choose(f"uncover:{shift}")
            assert (
                "không còn tình nguyện viên nào rảnh" in (await lan.choose(f"cover:{shift}")).text
            )

    run(scenario())


async def planned(world: Office) -> list[Parcel]:
    await plan(world.app.store, world.app.library, {}, world.clock)
    return await shown(world)


async def shown(world: Office) -> list[Parcel]:
    async def read(db: Any) -> list[Parcel]:
        return await outbox.parcels(db, Outbox.kind == "shift")

    return list(await world.app.store.read(read))


async def said(world: Office, parcel: Parcel) -> Reply | Skip:
    compose = pushes.composing(world.app.library)
    return await world.app.store.read(lambda db: compose(db, parcel, world.clock()))


def test_reminders_the_evening_before_and_two_hours_before(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            shift = await saturday(world)
            lan, nam = await helpers(world, "Lan", "Nam")
            late = await campaigns.shift(world, 1, at(21, 10), at(21, 12))
            await lan.choose(f"takeshift:{late}")
            world.clock.now = at(20, 18, 59)
            assert await planned(world) == []
            world.clock.now = at(20, 19, 0)
            (evening,) = await planned(world)
            assert evening.about == f"shift:{late}"
            assert await planned(world) == [evening]
            reply = await said(world, evening)
            assert isinstance(reply, Reply)
            for part in ("Ngày mai", "10:00–12:00 thứ Bảy 21/11", "Nhà văn hóa TDP 1", "ca 1234"):
                assert part in reply.text
            world.clock.now = at(20, 19, 30)
            await nam.choose(f"takeshift:{shift}")  # has just read of it
            assert len(await planned(world)) == 1
            world.clock.now = at(21, 6)
            assert len(await planned(world)) == 1  # at night only the evening before
            world.clock.now = at(21, 8)
            near = (await planned(world))[1]
            reply = await said(world, near)
            assert isinstance(reply, Reply)
            assert "Hôm nay" in reply.text
            assert await said(world, evening) == Skip("overtaken")
            await lan.choose(f"leaveshift:{late}")
            assert await said(world, near) == Skip("left")

    run(scenario())


def test_a_reminder_of_what_changed_is_not_sent(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world)
            (lan,) = await helpers(world, "Lan")
            await lan.choose(f"takeshift:{shift}")
            world.clock.now = at(20, 19)
            (evening,) = await planned(world)

            async def changed(**row: Any) -> Reply | Skip:
                await world.app.store.write(lambda db: db.execute(update(Shift).values(**row)))
                return await said(world, evening)

            assert await changed(starts_at=at(21, 9)) == Skip("moved")
            assert await changed(starts_at=at(21, 8), cancelled_at=world.clock()) == Skip(
                "cancelled"
            )
            assert isinstance(await changed(cancelled_at=None), Reply)
            world.clock.now = at(21, 8)
            assert await said(world, evening) == Skip("late")

    run(scenario())


@pytest.mark.parametrize("how", ["role", "list", "forgotten", "moved"])
def test_who_goes_leaves_the_shifts_to_come(sqlite_url: str, library: Library, how: str) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world)
            hoa = world.somebody("Chị-Hoa")
            officer = await world.staff("officer", "Bà Tâm")
            (lan,) = await helpers(world, "Lan")
            past = await campaigns.shift(world, 1, at(19, 8), at(19, 11))
            await campaigns.signup(world, past, "Lan")
            await lan.choose(f"takeshift:{shift}")
            if how == "role":
                await officer.say("/leave")
                await officer.say("Lan")
                await officer.press(
                    "Đúng, cho thôi" if "Đúng, cho thôi" in officer.labels else officer.labels[0]
                )
            elif how == "list":
                gone = update(Member).where(Member.name == "Lan").values(until=date(2026, 11, 20))
                await world.app.store.write(lambda db: db.execute(gone))
                await planned(world)
            elif how == "forgotten":
                await lan.choose("forget:yes")
            else:
                other = next(ward for ward in library.wards.values() if ward.id == "hai-duong")
                await lan.choose("ward")
                await lan.press(other.name)
                await lan.press(lan.labels[0])
            assert await live(world) == [(past, 3)]
            assert hoa
            assert "Lan không đến các ca này nữa" in (await told(world, "Chị-Hoa"))[-1]

    run(scenario())


def test_leaders_see_all_shifts_and_the_way_to_their_lists(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world, places=1)
            (lan,) = await helpers(world, "Lan")
            await lan.choose(f"takeshift:{shift}")
            hoa = Somebody(world.app, "Chị-Hoa", iter(range(100, 200)))
            assert "(đủ người)" in (await hoa.choose("shifts:1")).options[0].label
            values = [option.value for option in (await hoa.choose(f"shift:{shift}")).options]
            assert f"shiftcode:{shift}" in values
            assert f"roll:{shift}" in values
            assert "Lan" not in hoa.last.text
            assert f"cancelshift:{shift}" in values
            seen = str((await lan.choose(f"shift:{shift}")).options)
            assert f"roll:{shift}" not in seen
            assert "cancelshift" not in seen
            world.clock.now = at(21, 8)
            assert "cancelshift" not in str((await hoa.choose(f"shift:{shift}")).options)

    run(scenario())


def test_many_shifts_come_in_pages(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await saturday(world)
            (lan,) = await helpers(world, "Lan")
            for _ in range(9):
                await campaigns.shift(world, 1, at(22, 8), at(22, 11))
            page = await lan.choose("shifts:1")
            assert len({option.label for option in page.options}) == len(page.options) == 11
            second = await lan.press("Xem thêm")
            assert len([one for one in second.options if one.value.startswith("shift:")]) == 2

    run(scenario())


def test_reminders_do_not_wait_for_a_beat(sqlite_url: str, library: Library) -> None:
    """Whatever minute the job runs, a shift is reminded of once, and never after it began."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            shift = await saturday(world)
            await helpers(world, "Lan", hours=ALWAYS)
            await campaigns.signup(world, shift, "Lan")
            moment: datetime = at(20, 17)
            while moment < at(21, 12):
                world.clock.now = moment
                await world.app.store.write(lambda db: shift_reminders.due(db, world.clock()))
                moment += timedelta(minutes=7)
            assert [one.due_at for one in await shown(world)] == [at(20, 19)]

    run(scenario())
