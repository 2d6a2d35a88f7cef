"""Help requests: told, taken by one, put further when nobody takes them, closed into the log."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from content.library import Library
from content.ward import WorkingHours
from handlers import hours, request_notices
from store.log_models import HelpRequest, RequestPhone, SupportSession
from tests.conftest import run
from tests.staff import Office, Somebody, office, with_ward

OPEN_HOURS = WorkingHours(days=[1, 2, 3, 4, 5], start=time(7, 30), end=time(17))
FRIDAY_NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)


async def asking(world: Office, address: str = "resident") -> Somebody:
    """A resident of area 1 who asked for help."""
    person = world.somebody(address)
    await person.say("/start area_mau_to-dan-pho-1")
    await person.say("/request")
    await person.press("Cài VNeID")
    await person.press("Buổi sáng")
    await person.press("Bỏ qua")
    await person.say("0912345678")
    await person.press("Gửi")
    return person


async def rows(world: Office, table: Any) -> list[Any]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(table))).all()

    return list(await world.app.store.read(read))


async def escalate(world: Office) -> None:
    library = world.app.library
    await world.app.store.write(lambda db: request_notices.escalate(db, library, world.clock()))


async def told(world: Office) -> list[str]:
    return [address for address, _ in await world.notices()]


async def team_of_two(world: Office) -> tuple[Somebody, Somebody]:
    await world.team("Tổ 1", "Tổ dân phố 1")
    await world.team("Tổ 2", "Tổ dân phố 2")
    lan = await world.staff("member", "Chị Lan", "Tổ 1")
    nam = await world.staff("lead", "Ông Nam", "Tổ 1")
    await world.staff("member", "Anh Xa", "Tổ 2")
    return lan, nam


def test_the_team_of_the_area_is_told_and_nobody_else(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await team_of_two(world)
            await asking(world)
            assert sorted(await told(world)) == ["Chị-Lan", "Ông-Nam"]
            assert all("0912" not in reply.text for _, reply in await world.notices())

    run(scenario())


def test_one_takes_it_and_the_others_see_who(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, nam = await team_of_two(world)
            await asking(world)
            assert "0912345678" in (await nam.choose("take:1")).text
            late = await lan.choose("take:1")
            assert "Ông Nam đã nhận rồi" in late.text
            assert "0912345678" not in late.text
            assert "0912345678" not in (await lan.say("/requests")).text
            for value in ("finish:1", "helped:1", "dropped:1"):
                assert "không còn dùng" in (await lan.choose(value)).text
            assert (await told(world))[-1] == "resident"

    run(scenario())


def test_closing_logs_it_and_forgets_who_asked(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, _ = await team_of_two(world)
            resident = await asking(world)
            await lan.choose("take:1")
            await lan.press("Hôm nay tôi gọi")
            await lan.choose("finish:1")
            await lan.press("Đã giúp: ghi sổ")
            await lan.press("Lưu")
            (request,) = await rows(world, HelpRequest)
            (session,) = await rows(world, SupportSession)
            assert (request.state, request.session_id, request.chat_id) == (
                "done",
                session.id,
                None,
            )
            assert (request.note, await rows(world, RequestPhone)) == ("", [])
            assert (session.people, session.area_id, session.member_id) == (1, 1, 1)
            address, last = (await world.notices())[-1]
            assert address == "resident"
            code = last.text.rpartition(" ")[2]
            assert "Bác đã xác nhận" in (await resident.say(code)).text

    run(scenario())


def test_nobody_takes_it_so_the_lead_and_then_the_officers_hear(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await team_of_two(world)
            await world.staff("officer", "Bà Hoa")
            await asking(world)
            before = len(await told(world))
            await escalate(world)
            assert len(await told(world)) == before  # not yet
            world.clock.forward(minutes=61)
            await escalate(world)
            assert (await told(world))[before:] == ["Ông-Nam"]
            await escalate(world)
            assert len(await told(world)) == before + 1  # running twice changes nothing
            world.clock.forward(minutes=61)
            await escalate(world)
            assert (await told(world))[before + 1 :] == ["Bà-Hoa"]
            world.clock.forward(minutes=600)
            await escalate(world)
            assert len(await told(world)) == before + 2

    run(scenario())


def test_a_taken_request_goes_no_further(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await team_of_two(world)
            await asking(world)
            await lan.choose("take:1")
            count = len(await told(world))
            world.clock.forward(minutes=200)
            await escalate(world)
            assert len(await told(world)) == count

    run(scenario())


def test_an_area_without_a_team_goes_to_the_officers_at_once(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Bà Hoa")
            await asking(world)
            assert await told(world) == ["Bà-Hoa"]

    run(scenario())


def test_with_nobody_there_nothing_is_promised(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            person = await asking(world)
            assert "chưa có ai" in person.last.text

    run(scenario())


def test_outside_working_hours_the_answer_says_when(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, with_ward(library, working_hours=OPEN_HOURS)) as world:
            await team_of_two(world)
            world.clock.forward(hours=7)  # Friday 19:00
            person = await asking(world)
            assert "07:30" in person.last.text
            assert "23/11" in person.last.text
            world.clock.forward(hours=36)  # Sunday: nobody is chased
            count = len(await told(world))
            await escalate(world)
            assert len(await told(world)) == count
            world.clock.now = datetime(2026, 11, 23, 2, tzinfo=UTC)  # Monday 9:00
            await escalate(world)
            assert len(await told(world)) == count + 1

    run(scenario())


def test_nobody_is_chased_after_work(sqlite_url: str, library: Library) -> None:
    """Asked at 16:30, due at 17:30, half an hour after the end of work: it goes on in the morning."""

    async def scenario() -> None:
        async with office(sqlite_url, with_ward(library, working_hours=OPEN_HOURS)) as world:
            await team_of_two(world)
            world.clock.forward(hours=4, minutes=30)
            await asking(world)
            count = len(await told(world))
            world.clock.forward(hours=2)
            await escalate(world)
            assert len(await told(world)) == count
            world.clock.now = datetime(2026, 11, 23, 0, 31, tzinfo=UTC)
            await escalate(world)
            assert len(await told(world)) == count + 1

    run(scenario())


def test_a_ward_that_said_no_hours_promises_none(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, with_ward(library, working_hours=None)) as world:
            await team_of_two(world)
            world.clock.forward(hours=10)
            person = await asking(world)
            assert "giờ làm việc" not in person.last.text

    run(scenario())


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        (FRIDAY_NOON, FRIDAY_NOON),
        (FRIDAY_NOON + timedelta(hours=6), datetime(2026, 11, 23, 0, 30, tzinfo=UTC)),
        (FRIDAY_NOON - timedelta(hours=7), datetime(2026, 11, 20, 0, 30, tzinfo=UTC)),
        (FRIDAY_NOON + timedelta(days=1), datetime(2026, 11, 23, 0, 30, tzinfo=UTC)),
    ],
)
def test_when_work_begins_next(moment: datetime, opening: datetime, library: Library) -> None:
    ward = with_ward(library, working_hours=OPEN_HOURS).wards["mau"]
    assert hours.opening(ward, moment) == opening
    assert hours.within(ward, moment) == opening + timedelta(minutes=60)


def test_the_helper_hears_that_it_is_no_longer_needed(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await team_of_two(world)
            resident = await asking(world)
            await lan.choose("take:1")
            await resident.choose("unask:1")
            assert (await told(world))[-1] == "Chị-Lan"
            (request,) = await rows(world, HelpRequest)
            assert (request.state, request.chat_id) == ("dropped", None)
            assert await rows(world, RequestPhone) == []

    run(scenario())


def test_nobody_withdraws_what_others_asked(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await asking(world)
            stranger = world.somebody("stranger")
            assert "không còn dùng" in (await stranger.choose("unask:1")).text
            assert (await rows(world, HelpRequest))[0].state == "open"

    run(scenario())


def test_members_of_another_ward_cannot_take_it(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await asking(world)
            foreign = await world.staff("member", "Anh Ba", ward="hai-duong")
            assert "không còn dùng" in (await foreign.choose("take:1")).text
            assert (await rows(world, HelpRequest))[0].taken_by is None

    run(scenario())


def test_numbers_in_the_note_are_masked(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            person = world.somebody("r")
            await person.say("/start area_mau_to-dan-pho-1")
            await person.say("/request")
            await person.press("Cài VNeID")
            await person.press("Buổi sáng")
            await person.say("căn cước 031234567890, gọi 0912345678")
            await person.press("Bỏ qua")
            await person.press("Gửi")
            (request,) = await rows(world, HelpRequest)
            assert not any(sign.isdigit() for sign in request.note)

    run(scenario())


def test_a_closed_request_is_not_taken_again_and_a_lost_key_shows_no_number(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, nam = await team_of_two(world)
            await asking(world)
            world.app.vault.__init__("another key", world.clock)  # type: ignore[misc]
            assert "***" in (await lan.choose("take:1")).text
            await lan.choose("dropped:1")
            assert "đã đóng" in (await nam.choose("take:1")).text

    run(scenario())
