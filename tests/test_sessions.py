"""Logging sessions: what is kept is what was shown, and nothing is half-saved."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from content.library import Library
from content.topics import bits, codes_of
from store.log_models import SessionChange, SupportSession
from store.models import Chat
from tests.conftest import run
from tests.staff import Office, Somebody, office, with_ward

TODAY = date(2026, 11, 20)


async def kept(world: Office) -> list[SupportSession]:
    return list(await world.app.store.read(_sessions))


async def _sessions(db: Any) -> Any:
    return (await db.scalars(select(SupportSession).order_by(SupportSession.id))).all()


async def lan_of(world: Office) -> Somebody:
    await world.team("Tổ 1", "Tổ dân phố 1")
    return await world.staff("member", "Chị Lan", "Tổ 1")


async def told(person: Somebody, sentence: str) -> str:
    """The reply to a sentence that is then saved."""
    reply = await person.say(sentence)
    await person.press("Lưu")
    return reply.text


def test_a_usual_session_is_one_message_and_one_tap(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan = await lan_of(world)
            await told(
                lan,
                "vừa giúp 3 cụ cài VNeID ở nhà văn hoá TDP 2 chiều qua, 1 cụ chưa xong",
            )
            (row,) = await kept(world)
            assert (row.ward_id, row.org, row.team_id, row.channel) == ("mau", "team", 1, "web")
            assert (row.people, row.unfinished, row.households) == (3, 1, 0)
            assert codes_of(row.topics) == ("vneid_tao",)
            assert (row.date, row.place, row.outcome) == (
                TODAY - timedelta(days=1), "culture_house", "helped",
            )  # fmt: skip
            assert (row.audience, row.priority, row.area_id) == ("citizen", 1, 2)
            assert (row.kind, row.voided, row.confirmed) == ("help", False, 0)

    run(scenario())


def test_a_class_of_25_is_at_most_three_messages(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await told(lan, "log lớp tập huấn 25 người dân về phòng tránh lừa đảo ở nvh tối qua")
            (row,) = await kept(world)
            assert (row.kind, row.people, codes_of(row.topics)) == (
                "class", 25, ("antoan_luadao",),
            )  # fmt: skip

    run(scenario())


def test_households_without_people_are_shown_as_what_is_counted(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            shown = await told(lan, "hd 2 hộ kd tạo mã qr ngoài chợ")
            assert "2 lượt người, 2 hộ" in shown
            (row,) = await kept(world)
            assert (row.people, row.households, row.audience, row.place) == (
                2, 2, "business", "market",
            )  # fmt: skip

    run(scenario())


def test_names_and_numbers_of_residents_are_kept_nowhere(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan = await lan_of(world)
            said = "log giúp bà Thoa 0912345678 cài vneid hôm qua, cccd 031234567890"
            shown = await told(lan, said)
            assert "Tên của người dân không được lưu" in shown
            dump = await world.app.store.read(_everything)
            for secret in ("Thoa", "0912345678", "031234567890"):
                assert secret not in dump

    run(scenario())


async def _everything(db: Any) -> str:
    """Every row of every table as text."""
    from store.base import Base

    rows = [(await db.execute(table.select())).all() for table in Base.metadata.sorted_tables]
    return str(rows)


@pytest.mark.parametrize(
    ("sentence", "answers", "hint"),
    [
        ("log giúp 0 người cài vneid", ["3"], "Bao nhiêu người"),
        ("log giúp 5000 người cài vneid", ["50"], "Tối đa 500"),
        ("log giúp 2 cụ cài vneid ngày 25/12/2026", ["hôm qua"], "chưa tới"),
        ("log giúp 2 cụ cài vneid ngày 1/2/2024", ["hôm qua"], "quá một năm"),
        ("log giúp 2 cụ cài vneid ngày 31/2", ["hôm qua"], "Không có ngày đó"),
        ("log giúp 2 cụ cài vneid ở tdp 99", ["2"], "Tôi không thấy địa bàn"),
        ("log giúp 2 cụ ở chợ", ["vneid"], "việc gì"),
        ("log hôm nay giúp mấy cụ cài vneid", ["3"], "Bao nhiêu người"),
    ],
)
def test_what_cannot_be_is_said_and_asked_for(
    sentence: str, answers: list[str], hint: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            reply = await lan.say(sentence)
            assert hint in reply.text
            assert await kept(world) == []
            for answer in answers:
                await lan.say(answer)
            await lan.press("Lưu")
            assert len(await kept(world)) == 1

    run(scenario())


@pytest.mark.parametrize(
    "text",
    [
        "làm sao giúp cụ cài vneid",
        "mai đi giúp 3 cụ cài vneid",
        "tổ 3 hôm qua giúp được 5 cụ cài vneid",
        "giúp tôi cài vneid với",
        "chào cả nhà",
        "tôi vừa cài vneid xong",
    ],
)
def test_what_is_no_log_opens_no_form(text: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await lan.say(text)
            assert "Lưu" not in lan.labels
            assert await kept(world) == []

    run(scenario())


def test_a_resident_telling_the_same_is_not_logging(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            person = world.somebody("resident")
            await person.say("vừa giúp 3 cụ cài VNeID ở nhà văn hoá")
            assert "Lưu" not in person.labels

    run(scenario())


def test_the_same_twice_is_asked_about(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await told(lan, "log giúp 2 cụ cài vneid hôm qua")
            world.clock.forward(minutes=5)
            reply = (await lan.say("log giúp 2 cụ cài vneid hôm qua"), await lan.press("Lưu"))[1]
            assert "12:00" in reply.text
            assert len(await kept(world)) == 1
            await lan.press("Ghi thêm lần nữa")
            assert len(await kept(world)) == 2
            await told(lan, "log giúp 2 cụ cài vneid hôm nay")  # another day: no double
            assert len(await kept(world)) == 3

    run(scenario())


def test_a_leading_word_logs_also_while_a_question_is_open(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await lan.say("/ward")
            await told(lan, "log giúp 2 cụ cài vneid")
            assert len(await kept(world)) == 1

    run(scenario())


def test_changing_keeps_what_it_said_and_why(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan = await lan_of(world)
            await told(lan, "log giúp 3 cụ cài vneid hôm qua, 1 cụ chưa xong")
            await lan.choose("change:1")
            await lan.press("Việc gì")
            await lan.say("ký số, sổ sức khỏe")
            await lan.say("ghi nhầm việc")
            await lan.press("Lưu")
            (row,) = await kept(world)
            assert row.topics == bits(["kyso", "ssk"])
            assert row.unfinished == 1
            (change,) = await world.app.store.read(_changes)
            assert change.before["topics"] == bits(["vneid_tao"])
            assert change.reason == "ghi nhầm việc"

    run(scenario())


async def _changes(db: Any) -> Any:
    return (await db.scalars(select(SessionChange))).all()


def test_nobody_else_changes_a_session_but_the_office(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await told(lan, "log giúp 3 cụ cài vneid")
            other = await world.staff("lead", "Ông Nam", "Tổ 1")
            for value in ("session:1", "change:1", "void:1"):
                assert "không còn dùng" in (await other.choose(value)).text
            foreign = await world.staff("officer", "Bà Xa", ward="hai-duong")
            assert "không còn dùng" in (await foreign.choose("void:1")).text
            officer = await world.staff("officer", "Bà Hoa")
            await officer.choose("void:1")
            await officer.say("ghi sai tổ")
            assert [row.voided for row in await kept(world)] == [True]

    run(scenario())


def test_after_closing_changes_go_through_the_officer(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await told(lan, "log giúp 3 cụ cài vneid hôm qua")
            waiting = await lan.say("log giúp 9 cụ cài vneid hôm qua")  # open while it is closed
            assert "Lưu" in [option.label for option in waiting.options]
            officer = await world.staff("officer", "Bà Hoa")
            await officer.say("chốt tháng 11")
            await officer.press("Chốt")
            assert "đã chốt" in (await lan.press("Lưu")).text
            for value in ("change:1", "void:1"):
                assert "đã chốt" in (await lan.choose(value)).text
            assert "đã chốt" in (await lan.say("log giúp 2 cụ cài vneid")).text
            assert len(await kept(world)) == 1
            await officer.choose("void:1")
            await officer.say("người dân báo sai")
            assert (await kept(world))[0].voided

    run(scenario())


def test_half_filled_sessions_go_with_the_day(sqlite_url: str, library: Library) -> None:
    from bot.schedule import prune

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await lan.say("log giúp 3 cụ cài vneid hôm qua")
            later = world.clock() + timedelta(hours=25)
            await world.app.store.write(lambda db: prune(db, later))
            states = await world.app.store.read(_states)
            assert all("form" not in state for state in states)

    run(scenario())


async def _states(db: Any) -> Any:
    return (await db.scalars(select(Chat.state))).all()


def test_the_lead_sees_the_team_and_who_has_not_logged(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            lead = await world.staff("lead", "Ông Nam", "Tổ 1")
            await world.team("Tổ 2", "Tổ dân phố 2")
            other = await world.staff("member", "Anh Ba", "Tổ 2")
            await told(lan, "log giúp 3 cụ cài vneid hôm qua")
            await told(other, "log giúp 7 cụ cài vneid hôm qua")
            text = (await lead.say("/team")).text
            assert "Chị Lan: 1 buổi, 0 lớp, 3 lượt người" in text
            assert "Ông Nam" in text.splitlines()[-1]
            assert "Anh Ba" not in text
            assert "Chị Lan" not in (await lead.say("/team tháng 10")).text.splitlines()[1][:9]
            officer = await world.staff("officer", "Bà Hoa")
            text = (await officer.say("số liệu tổ tháng 11")).text
            assert "Tổ 1: 1 buổi" in text
            assert "Tổ 2: 1 buổi" in text

    run(scenario())


def test_a_ward_without_areas_can_log(sqlite_url: str, library: Library) -> None:
    """The three real wards have not said their areas yet."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan", ward="hai-duong")
            shown = await lan.say("log giúp 3 cụ cài vneid ở tdp 5 hôm qua")
            assert "Lưu" in lan.labels, shown.text
            await lan.press("Lưu")
            (row,) = await kept(world)
            assert row.area_id is None

    run(scenario())


def test_the_reply_with_a_phone_number_keeps_it_sealed(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            resident = world.somebody("resident")
            await resident.say("/start area_mau_to-dan-pho-1")
            await resident.say("/request")
            await resident.press("Cài VNeID")
            await resident.press("Buổi sáng")
            await resident.press("Bỏ qua")
            await resident.say("84 912.345.678")
            await resident.press("Gửi")
            assert "0912345678" not in await world.app.store.read(_everything)
            assert "84912345678" not in await world.app.store.read(_everything)
            taken = await lan.choose("take:1")
            assert "84912345678" in taken.text
            assert "912345678" not in await world.app.store.read(_everything)

    run(scenario())


def test_a_typed_number_is_the_areas_own_number(sqlite_url: str, library: Library) -> None:
    """The member's own area is offered first; "1" still means tổ dân phố 1."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await world.team("Tổ 3", "Tổ dân phố 3")
            lan = await world.staff("member", "Chị Lan", "Tổ 3")
            await lan.say("log giúp 3 cụ cài vneid")
            await lan.press("Sửa")
            await lan.press("Tổ dân phố")
            assert lan.labels[0] == "Tổ dân phố 3"
            await lan.say("1")
            await lan.press("Lưu")
            (row,) = await kept(world)
            assert row.area_id == 1

    run(scenario())


@pytest.mark.parametrize(
    ("field", "typed"),
    [("Số hộ", "5000"), ("Số hộ", "-2"), ("Số lượt người", "-3"), ("Số người chưa được", "4")],
)
def test_numbers_that_cannot_be_are_refused(
    field: str, typed: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await lan.say("log giúp 3 cụ cài vneid")
            await lan.press("Sửa")
            await lan.press(field)
            await lan.say(typed)
            assert "Lưu" not in lan.labels
            assert "một số" in lan.last.text

    run(scenario())


def test_no_more_pass_a_class_than_came(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await lan.say("log lớp tập huấn 25 người dân về phòng tránh lừa đảo ở nvh tối qua")
            await lan.press("Sửa")
            await lan.press("Số người đạt")
            assert "0 đến 25" in (await lan.say("26")).text
            await lan.say("25")
            await lan.press("Lưu")
            assert (await kept(world))[0].passed == 25

    run(scenario())


def test_another_session_told_before_saving_comes_next(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await lan.say("vừa giúp 3 cụ cài vneid")
            reply = await lan.say("chiều nay hd 2 hộ kd tạo mã qr ngoài chợ")
            assert "hỏi ngay sau" in reply.text
            await lan.press("Lưu")
            await lan.press("Lưu")
            assert [row.households for row in await kept(world)] == [0, 2]

    run(scenario())


def test_leaving_one_session_out_keeps_the_other(sqlite_url: str, library: Library) -> None:
    both = "sáng nay giúp 2 cụ cài vneid, chiều hd 3 hộ kd tạo mã qr ngoài chợ"

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await lan.say(both)
            await lan.press("Thôi")
            await lan.press("Lưu")
            assert [row.households for row in await kept(world)] == [3]
            await lan.say(both)
            await lan.press("Lưu")
            assert "Ghi thêm lần nữa" in (await lan.press("Lưu"), lan.labels)[1]
            await lan.press("Thôi")
            assert len(await kept(world)) == 2

    run(scenario())


def test_what_is_wrong_with_the_second_session_is_said_too(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await lan.say("sáng nay giúp 2 cụ cài vneid, chiều hd 3 hộ kd tạo mã qr ở tdp 77")
            assert "TDP 77" in (await lan.press("Lưu")).text

    run(scenario())


def test_a_session_is_not_moved_into_a_closed_period(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await told(lan, "log giúp 3 cụ cài vneid hôm qua")
            await lan.choose("change:1")
            await lan.press("Ngày")
            await lan.say("15/10")
            await lan.say("ghi nhầm ngày")
            officer = await world.staff("officer", "Bà Hoa")
            await officer.say("chốt tháng 10")
            await officer.press("Chốt")
            assert "đã chốt" in (await lan.press("Lưu")).text
            assert (await kept(world))[0].date == TODAY - timedelta(days=1)

    run(scenario())


def test_a_changed_session_is_confirmed_anew(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await lan.say("log giúp 3 cụ cài vneid hôm qua")
            code = (await lan.press("Lưu")).text.partition("Mã xác nhận: ")[2][:4]
            resident = world.somebody("resident")
            await resident.say(code)
            assert (await kept(world))[0].confirmed == 1
            await lan.choose("change:1")
            await lan.press("Thời gian")
            await lan.say("30")
            await lan.say("quên ghi giờ")
            await lan.press("Lưu")
            assert (await kept(world))[0].confirmed == 1
            await lan.choose("change:1")
            await lan.press("Số lượt người")
            await lan.say("400")
            await lan.say("đếm lại")
            await lan.press("Lưu")
            assert (await kept(world))[0].confirmed == 0
            assert "Bác đã xác nhận" in (await resident.say(code)).text

    run(scenario())


def test_a_form_does_not_follow_its_member_to_another_ward(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await lan_of(world)
            await lan.say("log giúp 3 cụ cài vneid hôm qua")
            phone = world.somebody("phone")
            link = (await lan.say("/link")).text
            await phone.say(next(w for w in link.split() if w.isdecimal() and len(w) == 6))
            await lan.say("log giúp 3 cụ cài vneid hôm qua")
            from bot.invitations import invite

            ward = library.wards["hai-duong"]
            code, _ = await invite(
                world.app.store, ward, "lead", "Chị Lan", world.clock(), world.draw
            )
            await phone.say(code)
            assert "phường khác" in (await lan.press("Lưu")).text
            assert await kept(world) == []

    run(scenario())


def test_a_typed_number_is_no_row_of_the_database(sqlite_url: str, library: Library) -> None:
    """Areas entered in another order than their numbers."""
    areas = [f"Tổ dân phố {number}" for number in (3, 1, 2)]

    async def scenario() -> None:
        async with office(sqlite_url, with_ward(library, areas=areas)) as world:
            lan = await world.staff("member", "Chị Lan")
            await lan.say("log giúp 3 cụ cài vneid")
            await lan.press("Sửa")
            await lan.press("Tổ dân phố")
            shown = await lan.say("3")
            assert "• Tổ dân phố: Tổ dân phố 3" in shown.text

    run(scenario())
