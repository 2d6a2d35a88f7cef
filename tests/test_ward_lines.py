"""Lines of the ward: corrected in the chat, seen at once, taken back, and never by two unawares."""

import asyncio
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import translate
from content.library import Library
from handlers import ward_lines_shown
from handlers.turn import Incoming
from store import ward_lines
from store.db import Store
from store.figure_models import Audit
from store.models import Ward
from store.team_models import Member
from tests.conftest import run
from tests.people import NOON
from tests.staff import Office, Somebody, office, unsure

KEY = ("contact:cong an phuong mau", "phone")
POLICE = "Công an phường Mẫu"
SAVED = "Đã lưu"
LAPSED = translate("vi", "That choice is no longer open. Please choose again.")
NUMBERS = count(1)


async def correct(person: Somebody, text: str, part: str = "Điện thoại") -> None:
    await person.say("/wardlines")
    await person.press(POLICE)
    await person.press(part)
    await person.say(text)


async def card(world: Office) -> str:
    """What somebody new reads."""
    person = world.somebody(f"resident {next(NUMBERS)}")
    await person.say("/start ward_mau")
    return (await person.say("gặp người")).text


def test_every_chat_sees_it_at_once(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            officer, other = await world.staff("officer", "Bà Hoa"), world.somebody("other")
            await other.say("/start ward_mau")
            assert "0220" not in (await other.say("gặp người")).text
            await correct(officer, "0220 3852 123")
            assert "0220" not in (await other.say("gặp người")).text
            assert SAVED in (await officer.press("Lưu")).text
            assert "Điện thoại: 0220 3852 123" in (await other.say("gặp người")).text
            assert "Điện thoại: 0220 3852 123" in await card(world)

    run(scenario())


def test_another_ward_does_not_see_it(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await correct(officer, "0220 3852 123")
            await officer.press("Lưu")
            other = await world.staff("officer", "Ông Nam", ward="hai-duong")
            assert "0220 3852 123" not in (await other.say("gặp người")).text
            number = await world.app.store.read(lambda db: ward_lines.one(db, "mau", KEY))
            assert number
            for what in ("past", "undo"):
                reply = await other.choose(f"wardlines:{what}:{number.id}")
                assert reply.text == LAPSED
            assert "0220 3852 123" in await card(world)

    run(scenario())


def test_a_number_nobody_may_tell_is_not_kept(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await correct(officer, "cccd 030185012345")
            assert "số căn cước" in officer.last.text
            assert "Lưu" not in officer.labels
            reply = await officer.say("0220 3852 123")
            assert "Cẩn thận" not in reply.text
            assert "Lưu" in officer.labels

    run(scenario())


@pytest.mark.parametrize(
    ("part", "text", "most"), [("Điện thoại", "a" * 61, 60), ("Địa chỉ", "a" * 151, 150)]
)
def test_a_long_text_says_how_much_too_long(
    part: str, text: str, most: int, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await correct(officer, text, part)
            assert f"nhiều nhất {most} chữ" in officer.last.text

    run(scenario())


def test_a_line_is_hidden_and_goes_back_to_the_file(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await correct(officer, "xoa", "Địa chỉ")
            await officer.press("Lưu")
            assert "Số 2 đường Thử Nghiệm" not in await card(world)
            await officer.say("/wardlines")
            await officer.press(POLICE)
            await officer.press("Địa chỉ")
            await officer.press("Dùng lại dòng trong tệp của phường")
            await officer.press("Lưu")
            assert "Số 2 đường Thử Nghiệm" in await card(world)

    run(scenario())


def test_undo_twice_goes_back_two_changes(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            for text in ("111", "222"):
                await correct(officer, text)
                await officer.press("Lưu")
            pressed = dict((o.label, o.value) for o in officer.last.options)["Bỏ lần sửa này"]
            await officer.choose(pressed)
            assert "Điện thoại: 111" in await card(world)
            reply = await officer.choose(pressed)  # the same button once more
            assert "không bỏ gì cả" in reply.text
            assert "Điện thoại: 111" in await card(world)
            await officer.press("Bỏ lần sửa này")
            assert "Điện thoại" not in await card(world)
            assert "Bỏ lần sửa này" not in officer.labels
            await correct(officer, "333")
            await officer.press("Lưu")
            await officer.press("Bỏ lần sửa này")
            assert "Điện thoại" not in await card(world)
            rows = await world.app.store.read(lambda db: ward_lines.history(db, "mau", KEY, 99))
            assert [row.number for row in rows] == [6, 5, 4, 3, 2, 1]
            noted = await world.app.store.read(lambda db: db.scalars(select(Audit.action)))
            assert sorted(noted.all()).count("ward line undone") == 3

    run(scenario())


def test_two_officers_at_once_see_each_other(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            first = await world.staff("officer", "Bà Hoa")
            second = await world.staff("administrator", "Ông Nam")
            await correct(first, "111")
            await correct(second, "222")
            replies = await asyncio.gather(first.press("Lưu"), second.press("Lưu"))
            saved = [SAVED in reply.text for reply in replies]
            assert sorted(saved) == [False, True]
            late = first if saved[1] else second
            assert "đã có người sửa" in late.last.text
            assert SAVED in (await late.press("Lưu")).text
            shown = await card(world)
            assert ("111" if late is first else "222") in shown

    run(scenario())


def test_save_pressed_twice_changes_once(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await correct(officer, "111")
            save = officer.last.options[0].value
            await officer.choose(save)
            await officer.choose(save)
            rows = await world.app.store.read(lambda db: ward_lines.history(db, "mau", KEY, 9))
            assert len(rows) == 1

    run(scenario())


def test_a_note_stands_in_the_guide_of_that_ward(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            title = library.guides["residence-temporary"].title
            await officer.say("/wardlines")
            await officer.press("Ghi chú cho hướng dẫn khác")
            assert "không tìm thấy" in (await officer.say("asdf qwer zxcv")).text
            await officer.say(title)
            assert "Dài quá 1 chữ" in (await officer.say("đến quầy hai " * 23 + "xx")).text
            await officer.say("Nộp ở quầy số 2.")
            await officer.press("Lưu")
            resident = world.somebody("resident")
            opened = await resident.say("/start guide_residence-temporary")
            assert "Ở phường" not in opened.text
            await resident.say("/start ward_mau")
            opened = await resident.say("/start guide_residence-temporary")
            assert "Ở phường Mẫu: Nộp ở quầy số 2." in opened.text
            await officer.say("/wardlines")
            await officer.press(f"Ghi chú: {title}")
            await officer.press("Không hiện gì")
            await officer.press("Lưu")
            opened = await resident.say("/start guide_residence-temporary")
            assert "Ở phường" not in opened.text

    run(scenario())


def test_at_most_three_guides_are_offered_for_a_note(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            known = {guide.title for guide in library.guides.values()}
            await officer.choose("wardlines:note")
            await officer.say(unsure(library))
            offered = [label for label in officer.labels if label in known]
            assert 1 < len(offered) <= 3
            assert "chọn một trong các mục này" in (await officer.say("cái khác")).text
            await officer.press(offered[1])
            await officer.say("Nộp ở quầy số 2.")
            assert offered[1] in officer.last.text

    run(scenario())


def test_who_cannot_be_read_gets_the_corrected_number(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await correct(officer, "0220 3852 123")
            await officer.press("Lưu")
            person, app = world.somebody("resident"), world.app
            await person.say("/start ward_mau")
            photo = Incoming("web", "resident", "photo", kind="photo")
            answered = await app.conversation.converse(photo, app.web.can, handed_over=True)
            assert answered
            shown = await app.show(answered.parcel.payload)
            assert "Công an phường Mẫu: 0220 3852 123" in shown.text

    run(scenario())


def test_the_ward_of_a_poster_is_the_corrected_one(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await correct(officer, "0220 3852 123")
            await officer.press("Lưu")
            filed = library.wards["mau"]
            ward = await world.app.store.read(lambda db: ward_lines_shown.now(db, filed))
            assert [one.phone for one in ward.contacts] == [None, "0220 3852 123"]
            assert [one.phone for one in filed.contacts] == [None, None]

    run(scenario())


def test_the_store_takes_a_change_once_on_each_number(database_url: str) -> None:
    async def scenario() -> None:
        store = Store(database_url)
        await store.write(_ward)

        async def add(after: int, text: str | None, ward: str = "mau") -> int | None:
            return await store.write(
                lambda db: ward_lines.add(db, ward, KEY, after, text, 1, "officer", NOON)
            )

        taken = await asyncio.gather(*(add(0, str(n)) for n in range(5)))
        assert sum(one is not None for one in taken) == 1
        assert await add(1, None)
        standing = await store.read(lambda db: ward_lines.standing(db, "mau"))
        assert {key: (line.number, line.text) for key, line in standing.items()} == {KEY: (2, None)}
        assert await store.read(lambda db: ward_lines.standing(db, "hai-duong")) == {}
        for after in range(3):  # changed more often elsewhere
            assert await add(after, "222", "hai-duong")
        assert await store.read(lambda db: ward_lines.standing(db, "mau")) == standing
        await store.close()

    run(scenario())


async def _ward(db: AsyncSession) -> None:
    db.add_all(Ward(id=name, name=name) for name in ("mau", "hai-duong"))
    await db.flush()
    db.add(Member(id=1, ward_id="mau", name="Bà Hoa", role="officer", org="", since=NOON.date()))
