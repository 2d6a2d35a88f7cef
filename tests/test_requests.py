"""Help requests: told, taken by one, put further when nobody takes them, closed into the log."""

import asyncio
import re
from collections import Counter
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from bot.invitations import invite
from content.library import Library
from content.ward import WorkingHours
from handlers import hours, request_notices, requests
from handlers.turn import Incoming
from store import chats, members
from store.log_models import HelpRequest, RequestPhone, SupportSession
from store.models import Ward
from store.team_models import Member, Ticket
from tests.conftest import run
from tests.people import swept
from tests.staff import Office, Somebody, office, with_ward

OPEN_HOURS = WorkingHours(days=[1, 2, 3, 4, 5], start=time(7, 30), end=time(17))
FRIDAY_NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)


async def asking(world: Office, address: str = "resident", phone: str = "0912345678") -> Somebody:
    """A resident of area 1 who asked for help."""
    person = world.somebody(address)
    await person.say("/start area_mau_to-dan-pho-1")
    await person.say("/request")
    await person.press("Cài VNeID")
    await person.press("Buổi sáng")
    await person.press("Bỏ qua")
    await person.say(phone)
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


# A taker who goes, or cannot do it


async def asked_and_taken(world: Office) -> tuple[Somebody, Somebody, Somebody]:
    """Member and lead of the team, and a resident whose request the member took."""
    lan, nam = await team_of_two(world)
    resident = await asking(world)
    await lan.choose("take:1")
    await lan.press("Hôm nay tôi gọi")
    return lan, nam, resident


async def only(world: Office) -> HelpRequest:
    (request,) = await rows(world, HelpRequest)
    assert isinstance(request, HelpRequest)
    return request


async def to(world: Office, address: str) -> list[str]:
    return [reply.text for name, reply in await world.notices() if name == address]


async def end_role(world: Office, name: str) -> None:
    async def job(db: Any) -> None:
        member = await db.scalar(select(Member.id).where(Member.name == name))
        await members.end(db, member, world.clock().date())

    await world.app.store.write(job)


def test_a_request_is_open_again_when_its_takers_role_ends(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            _, nam, _ = await asked_and_taken(world)
            await end_role(world, "Chị Lan")
            request = await only(world)
            assert (request.state, request.taken_by, request.asked) == ("open", None, 0)
            before = len(await to(world, "Ông-Nam"))
            await escalate(world)
            assert len(await to(world, "Ông-Nam")) == before + 1
            assert "0912345678" in (await nam.choose("take:1")).text

    run(scenario())


def test_the_lead_is_told_again_when_a_request_comes_back(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await team_of_two(world)
            await asking(world)
            world.clock.forward(minutes=61)
            await escalate(world)
            await lan.choose("take:1")
            before = len(await to(world, "Ông-Nam"))
            world.clock.forward(minutes=5)
            await lan.choose("giveback:1")
            await escalate(world)
            await escalate(world)
            assert len(await to(world, "Ông-Nam")) == before + 1

    run(scenario())


@pytest.mark.parametrize("column", ["until", "role", "person_id"])
def test_a_taker_who_is_gone_in_another_way_leaves_nothing_taken(
    database_url: str, column: str, library: Library
) -> None:
    """An imported list ends and changes roles by itself."""

    async def scenario() -> None:
        async with office(database_url, library) as world:
            await asked_and_taken(world)

            async def ended(db: Any) -> None:
                lan = (await db.scalars(select(Member).where(Member.name == "Chị Lan"))).one()
                gone = {"until": world.clock().date(), "role": "volunteer", "person_id": None}
                setattr(lan, column, gone[column])

            await world.app.store.write(ended)
            await escalate(world)
            assert (await only(world)).state == "open"
            assert "lại chờ người khác" in (await to(world, "resident"))[-1]

    run(scenario())


def test_a_member_who_deletes_their_data_leaves_nothing_taken(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, _, _ = await asked_and_taken(world)
            await lan.choose("forget:yes")
            assert (await only(world)).state == "open"
            assert "lại chờ người khác" in (await to(world, "resident"))[-1]

    run(scenario())


def test_requests_go_along_when_a_role_changes(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, _, _ = await asked_and_taken(world)
            ward = library.wards["mau"]
            code, _ = await invite(
                world.app.store, ward, "lead", "Chị Lan", world.clock(), world.draw
            )
            await lan.say(code)
            assert "Đóng yêu cầu 1" in [o.label for o in (await lan.say("/requests")).options]
            assert "0912345678" in (await lan.choose("finish:1")).text
            await lan.choose("dropped:1")
            assert (await only(world)).state == "dropped"

    run(scenario())


def test_who_cannot_do_it_gives_it_back(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, nam, _ = await asked_and_taken(world)
            assert "giveback:1" in [option.value for option in lan.last.options]
            assert "không còn dùng" in (await nam.choose("giveback:1")).text
            await lan.choose("finish:1")
            await lan.choose("giveback:1")
            request = await only(world)
            assert (request.state, request.taken_by) == ("open", None)
            last = (await to(world, "resident"))[-1]
            assert "đã xong" not in last
            assert "lại chờ người khác" in last
            assert "không còn dùng" in (await lan.choose("giveback:1")).text
            assert "0912345678" in (await nam.choose("take:1")).text

    run(scenario())


def test_officers_see_who_took_a_request_and_give_it_back(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            _, nam, _ = await asked_and_taken(world)
            listed = await hoa.say("/requests")
            assert "Người nhận: Chị Lan" in listed.text
            assert "giveback:1" in [option.value for option in listed.options]
            assert "Chị Lan" not in (await nam.say("/requests")).text
            await hoa.choose("giveback:1")
            assert (await only(world)).state == "open"
            assert "trả lại" in (await to(world, "Chị-Lan"))[-1]

    run(scenario())


# Deleting one's data


def test_deleting_ones_data_closes_ones_request(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            _, _, resident = await asked_and_taken(world)
            assert "Yêu cầu giúp đỡ" in (await resident.say("/mydata")).text
            await resident.choose("forget:yes")
            request = await only(world)
            kept = (request.state, request.chat_id, request.note, request.suits)
            assert kept == ("dropped", None, "", "")
            assert await rows(world, RequestPhone) == []
            assert "không cần nữa" in (await to(world, "Chị-Lan"))[-1]
            assert "• Yêu cầu giúp đỡ" not in (await resident.say("/mydata")).text

    run(scenario())


def test_deleting_ones_data_deletes_ones_codes(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await team_of_two(world)
            await lan.say("log giúp 2 cụ cài VNeID hôm nay")
            await lan.press("Lưu")
            (session,) = await rows(world, SupportSession)
            await lan.say("/link")
            assert len(await rows(world, Ticket)) == 1
            await lan.choose("forget:yes")
            assert await rows(world, Ticket) == []
            await lan.say(f"xác nhận {session.code}")
            (session,) = await rows(world, SupportSession)
            assert session.confirmed == 0

    run(scenario())


# The phone number


def test_the_number_is_nowhere_once_it_is_closed(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await team_of_two(world)
            await asking(world)
            taken = Incoming("web", "Chị-Lan", "m-take", chosen="take:1")
            first = await world.app.answer(taken)
            assert first
            assert set(first.payload) <= {"text", "options", "worded", "phone_of"}
            assert "0912345678" in (await world.app.show(first.payload)).text
            await lan.choose("dropped:1")
            again = await world.app.answer(taken)
            assert again
            assert "***" in (await world.app.show(again.payload)).text
            assert (await only(world)).suits == ""

    run(scenario())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912-345-678", "0912345678"),
        ("0912.345.678", "0912345678"),
        ("gọi 0912 345 678 nhé", "0912345678"),
        ("+84-912-345-678", "+84912345678"),
        ("031234567890", ""),
        ("0912-345", ""),
    ],
)
def test_phone_numbers_as_people_type_them(typed: str, kept: str) -> None:
    found = requests._PHONE.search(typed)
    assert (re.sub(r"[\s.-]", "", found[0]) if found else "") == kept


def test_a_number_with_dashes_is_taken(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await team_of_two(world)
            resident = await asking(world, phone="0912-345-678")
            assert "Tôi đã báo" in resident.last.text
            assert "0912345678" in (await lan.choose("take:1")).text

    run(scenario())


# Who may take it


def test_only_the_team_of_its_area_and_officers_may_take_it(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await team_of_two(world)
            elsewhere = await world.staff("member", "Cô Tư", "Tổ 2")
            teamless = await world.staff("lead", "Cô Năm")
            hoa = await world.staff("officer", "Bà Hoa")
            await asking(world)
            for somebody in (elsewhere, teamless):
                assert "Nhận yêu cầu 1" not in [
                    option.label for option in (await somebody.say("/requests")).options
                ]
                assert "0912345678" not in (await somebody.choose("take:1")).text
            assert (await only(world)).state == "open"
            assert "0912345678" in (await hoa.choose("take:1")).text

    run(scenario())


def test_a_request_without_an_area_is_for_everybody_with_the_right(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await team_of_two(world)
            person = world.somebody("resident")
            await person.say("/start ward_mau")
            await person.say("/request")
            for label in ("Cài VNeID", "Bỏ qua", "Buổi sáng", "Bỏ qua", "Bỏ qua", "Gửi"):
                await person.press(label)
            assert "take:1" in [option.value for option in (await lan.say("/requests")).options]
            assert "Bác đã nhận" in (await lan.choose("take:1")).text

    run(scenario())


# In whose language


def test_everybody_is_told_in_their_own_language(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await team_of_two(world)
            await lan.choose("lang:en")
            await asking(world)
            await lan.choose("take:1")
            await lan.press("I call today")
            await lan.choose("dropped:1")
            first, second, last = await to(world, "resident")
            assert "sẽ giúp bác" in first
            assert "Hôm nay tôi gọi" in second
            assert "đã đóng" in last
            other = await asking(world, "another resident")
            await lan.choose("take:2")
            await other.choose("unask:2")
            assert "no longer needed" in (await to(world, "Chị-Lan"))[-1]

    run(scenario())


# Who can be reached


async def block(world: Office, *addresses: str) -> None:
    async def job(db: Any) -> None:
        for address in addresses:
            number = await chats.chat_id(db, "web", address)
            assert number
            await chats.block(db, number, world.clock())

    await world.app.store.write(job)


def test_who_cannot_be_reached_is_not_asked(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await team_of_two(world)
            await world.staff("officer", "Bà Hoa")
            await block(world, "Chị-Lan", "Ông-Nam")
            await asking(world)
            assert await told(world) == ["Bà-Hoa"]
            assert (await only(world)).asked == 2

    run(scenario())


def test_a_lead_who_cannot_be_reached_is_passed_over(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await team_of_two(world)
            await world.staff("officer", "Bà Hoa")
            await block(world, "Ông-Nam")
            await asking(world)
            world.clock.forward(minutes=61)
            await escalate(world)
            assert await told(world) == ["Chị-Lan", "Bà-Hoa"]

    run(scenario())


def test_with_nobody_reachable_nothing_is_promised(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await team_of_two(world)
            await block(world, "Chị-Lan", "Ông-Nam")
            assert "chưa có ai" in (await asking(world)).last.text

    run(scenario())


# What a number means


async def handed_over(world: Office, address: str) -> None:
    """A page opens there and takes what waits."""
    page = world.app.web._stream(address, 0)
    await anext(page)
    await swept(world.app)
    await page.aclose()


def test_a_number_means_what_is_on_the_screen(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, _ = await team_of_two(world)
            await lan.say("/language")
            await asking(world)
            await lan.say("1")
            assert (await only(world)).state == "open"
            await handed_over(world, "Chị-Lan")
            assert "0912345678" in (await lan.say("1")).text

    run(scenario())


def test_a_sent_notice_is_answered_by_number(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await team_of_two(world)
            page = world.app.web._stream("Chị-Lan", 0)
            assert "open" in await anext(page)
            await asking(world)
            world.clock.forward(seconds=1)
            await swept(world.app)
            assert "Có người cần giúp" in await anext(page)
            assert "0912345678" in (await lan.say("1")).text
            await page.aclose()

    run(scenario())


def test_a_notice_leaves_an_open_question_its_numbers(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, _ = await team_of_two(world)
            await lan.say("/feedback")
            await asking(world)
            await handed_over(world, "Chị-Lan")
            await lan.say("1")
            assert (await only(world)).state == "open"

    run(scenario())


# At the same moment, on PostgreSQL


def test_the_slower_of_two_hears_who_took_it(postgres: Any, library: Library) -> None:
    async def scenario() -> None:
        async with office(postgres.new_database(), library) as world:
            lan, nam = await team_of_two(world)
            for number in range(1, 7):
                await asking(world, f"resident {number}")
                value = f"take:{number}"
                replies = await asyncio.gather(lan.choose(value), nam.choose(value))
                texts = [reply.text for reply in replies]
                assert sum("0912345678" in text for text in texts) == 1, texts
                assert sum("đã nhận rồi" in text for text in texts) == 1, texts

    run(scenario())


def test_withdrawing_while_it_is_closed(
    postgres: Any, library: Library, capfd: pytest.CaptureFixture[str]
) -> None:
    async def scenario() -> None:
        async with office(postgres.new_database(), library) as world:
            lan, _ = await team_of_two(world)
            for number in range(1, 7):
                resident = await asking(world, f"resident {number}")
                await lan.choose(f"take:{number}")
                await asyncio.gather(
                    resident.choose(f"unask:{number}"), lan.choose(f"dropped:{number}")
                )
            assert {one.state for one in await rows(world, HelpRequest)} == {"dropped"}

    run(scenario())
    assert "turn failed" not in "".join(capfd.readouterr())


def test_a_job_undone_by_a_deadlock_runs_again(postgres: Any, library: Library) -> None:
    async def scenario() -> None:
        async with office(postgres.new_database(), library) as world:
            meeting, tries = asyncio.Barrier(2), Counter[str]()

            async def job(first: str, second: str, db: Any) -> None:
                tries[first] += 1
                lock = select(Ward.id).with_for_update()
                await db.execute(lock.where(Ward.id == first))
                if tries[first] == 1:
                    await meeting.wait()
                await db.execute(lock.where(Ward.id == second))

            one, other = sorted(library.wards)[:2]
            write = world.app.store.write
            await asyncio.gather(write(partial(job, one, other)), write(partial(job, other, one)))
            assert tries.total() == 3

    run(scenario())
