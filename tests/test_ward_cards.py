"""Questions nobody answered, and the ward's answers to them: two officers, in use, withdrawn."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import translate
from content.library import Library
from content.mask import mask
from handlers import gaps_telling
from handlers.turn import Incoming, Reply, Turn
from handlers.ward_cards import local_answer
from store import chats, counts, gaps, ward_cards
from store.db import Store
from store.figure_models import Audit
from store.models import QuestionGap, Ward
from store.ward_models import GapGroup
from tests.conftest import run
from tests.staff import Office, Somebody, office, unsure

ASKED = "mấy giờ đổ rác ở ngõ 5"
ANSWER, SOURCE = "Xe rác đến ngõ 5 lúc 17 giờ.", "Thông báo 12/TB-UBND"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Nine in the morning there."""


async def ask(world: Office, *texts: str, ward: str = "mau") -> None:
    """What residents asked in vain."""
    day = date(2026, 11, 20)
    for text in texts:
        await world.app.store.write(lambda db, text=text: counts.count_gap(db, ward, text, day))  # type: ignore[misc]


async def write(person: Somebody, question: str = ASKED) -> Reply:
    """Answer the group of that question, as far as sending it on."""
    await person.say("/gaps")
    await person.press(next(label for label in person.labels if label.endswith(question)))
    await person.press("Trả lời")
    for said in (ANSWER, SOURCE, "bỏ qua"):
        await person.say(said)
    return await person.press("Gửi người khác xem lại")


async def open_card(person: Somebody) -> Reply:
    await person.say("/gaps")
    await person.press(f"Chờ xem lại: {ASKED}")
    return person.last


async def state(world: Office, number: int = 1) -> str:
    one = await world.app.store.read(lambda db: ward_cards.get(db, number))
    assert one
    return one.state


def test_two_officers_make_an_answer(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            first = await world.staff("officer", "Bà Hoa")
            second = await world.staff("administrator", "Ông Nam")
            await ask(world, ASKED, ASKED, "may gio do rac ngo 5 vay")
            assert "Đã báo: 1 người" in (await write(first)).text
            ((address, notice),) = await world.notices()
            assert address == "Ông-Nam"
            assert ANSWER in notice.text
            await open_card(first)
            assert "Duyệt" not in first.labels
            assert "chính bác viết" in first.last.text
            refused = await first.choose("wardcards:approve:1")
            assert "chính bác viết" in refused.text
            assert await state(world) == "asked"
            await second.choose(notice.options[0].value)
            assert await state(world) == "approved"
            again = await second.choose(notice.options[0].value)
            assert "đã có người quyết định" in again.text
            told = [reply.text for address, reply in await world.notices() if address == "Bà-Hoa"]
            assert told == ["Ông Nam đã duyệt câu trả lời của bác. Từ giờ câu này được dùng."]
            card = await world.app.store.read(lambda db: ward_cards.get(db, 1))
            assert card
            assert (card.author_role, card.decider_role) == ("officer", "administrator")
            assert card.questions == [ASKED, "may gio do rac ngo 5 vay"]

    run(scenario())


def test_alone_one_approves_on_a_later_day(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            only = await world.staff("officer", "Bà Hoa")
            await ask(world, ASKED)
            assert "tự duyệt" in (await write(only)).text
            assert "Mai bác đọc lại" in (await only.choose("wardcards:approve:1")).text
            assert "Mai bác đọc lại" in (await open_card(only)).text
            world.clock.forward(hours=24)
            await open_card(only)
            await only.press("Duyệt")
            assert await state(world) == "approved"

    run(scenario())


def test_refused_or_withdrawn_its_questions_are_open_again(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            first = await world.staff("officer", "Bà Hoa")
            second = await world.staff("officer", "Ông Nam")
            await ask(world, ASKED)
            await write(first)
            await open_card(second)
            await second.press("Không duyệt")
            assert await state(world) == "refused"
            await write(second)
            await open_card(first)
            await first.press("Duyệt")
            await first.press("Xem tình trạng")
            await first.press("Rút lại")
            assert "đã có người quyết định" in (await second.choose("wardcards:withdraw:2")).text
            assert await state(world, 2) == "withdrawn"
            assert f"1 × {ASKED}" in (await first.say("/gaps")).text + " ".join(first.labels)
            shown = await first.choose("wardcards:show:2")
            assert "không được duyệt" in shown.text
            assert "Rút lại: Bà Hoa" in shown.text
            noted = await world.app.store.read(lambda db: db.scalars(select(Audit.action)))
            assert {"answer written", "answer approved", "answer refused", "answer withdrawn"} <= {
                *noted
            }

    run(scenario())


def test_two_officers_answering_at_once_make_one_answer(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            people = [await world.staff("officer", name) for name in ("Bà Hoa", "Ông Nam")]
            await ask(world, ASKED)
            for person in people:
                await person.say("/gaps")
                await person.press(f"1 × {ASKED}")
                await person.press("Trả lời")
                for said in (ANSWER, SOURCE, "bỏ qua"):
                    await person.say(said)
            replies = await asyncio.gather(
                *(person.press("Gửi người khác xem lại") for person in people)
            )
            assert sorted("có người làm trước" in reply.text for reply in replies) == [False, True]

    run(scenario())


def test_approving_at_once_happens_once(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            writer = await world.staff("officer", "Bà Hoa")
            others = [await world.staff("officer", name) for name in ("Ông Nam", "Cô Mai")]
            await ask(world, ASKED)
            await write(writer)
            replies = await asyncio.gather(
                others[0].choose("wardcards:approve:1"), others[1].choose("wardcards:refuse:1")
            )
            late = ["đã có người quyết định" in reply.text for reply in replies]
            assert sorted(late) == [False, True]
            assert await state(world) == ("approved" if late[1] else "refused")

    run(scenario())


def test_what_nobody_may_tell_or_is_too_long_is_refused(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await ask(world, ASKED)
            await officer.choose("gaps")
            await officer.press(f"1 × {ASKED}")
            await officer.press("Trả lời")
            for said, why in (
                ("Gọi 030185012345", "số căn cước"),
                ("Bác đọc mã OTP cho cán bộ", "mã OTP"),
                ("a" * 301, "Dài quá 1 chữ"),
                ("Một. Hai. Ba. Bốn", "nhiều nhất 3 câu"),
            ):
                assert why in (await officer.say(said)).text
            assert "Lấy từ đâu" in (await officer.say("Một. Hai! Gọi 0220 3852 123.")).text
            assert "Dài quá" in (await officer.say("theo " * 30)).text

    run(scenario())


def test_a_group_put_aside_stays_so_until_it_is_taken_up(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await ask(world, ASKED)
            await officer.say("/gaps")
            await officer.press(f"1 × {ASKED}")
            drop = "Không phải việc của phường"
            value = {option.label: option.value for option in officer.last.options}[drop]
            for _ in range(2):  # pressed twice
                assert "đã bỏ qua" in (await officer.choose(value)).text
            await ask(world, "may gio do rac ngo 5 vay")
            assert "Không có câu nào" in (await officer.say("/gaps")).text
            await officer.choose("gaps:open:1")
            await officer.press("Xem xét lại")
            assert "2 × hỏi" in (await officer.say("/gaps")).text
            noted = await world.app.store.read(lambda db: db.scalars(select(Audit.action)))
            assert [*noted].count("questions put aside") == 1

    run(scenario())


def test_another_ward_sees_nothing_of_it(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            other = await world.staff("officer", "Ông Nam", ward="hai-duong")
            await ask(world, ASKED)
            await write(officer)
            assert "Không có câu nào" in (await other.say("/gaps")).text
            lapsed = translate("vi", "That choice is no longer open. Please choose again.")
            for value in ("gaps:open:1", "gaps:drop:1", "gaps:answer:1", "wardcards:show:1"):
                assert (await other.choose(value)).text == lapsed
            assert (await other.choose("wardcards:approve:1")).text == lapsed
            assert await state(world) == "asked"

    run(scenario())


def test_nights_group_once_and_on_both_databases(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await ask(world, ASKED, "may gio do rac ngo 5 vay", "chợ phiên họp ngày nào")
            await ask(world, ASKED, ward="hai-duong")
            await ask(world, ASKED, ward="")
            for _ in range(2):
                await world.app.store.write(lambda db: gaps_telling.group(db, library))
            there = await world.app.store.read(lambda db: gaps.unanswered(db, "mau", 10))
            assert [(one.text, one.times) for one in there] == [
                (ASKED, 2),
                ("chợ phiên họp ngày nào", 1),
            ]
            assert await world.app.store.read(_number_of_groups) == 3

    run(scenario())


async def _number_of_groups(db: AsyncSession) -> int:
    return await db.scalar(select(func.count()).select_from(GapGroup)) or 0


def test_two_machines_group_at_once(database_url: str) -> None:
    async def scenario() -> None:
        store = Store(database_url)
        await store.write(_two_gaps)
        await asyncio.gather(
            *(store.write(lambda db: gaps.keep(db, "mau", {"a b": [1], "c d": [2]})) for _ in "12")
        )
        assert await store.read(_number_of_groups) == 2
        assert [
            one.times for one in await store.read(lambda db: gaps.unanswered(db, "mau", 9))
        ] == [
            2,
            1,
        ]
        await store.close()

    run(scenario())


async def _two_gaps(db: AsyncSession) -> None:
    db.add(Ward(id="mau", name="phường Mẫu"))
    await db.flush()
    day = date(2026, 11, 20)
    for number, text in enumerate(("a b", "c d"), start=1):
        db.add(
            QuestionGap(
                id=number, ward_id="mau", text=text, times=3 - number, first_on=day, last_on=day
            )
        )


def test_officers_get_the_list_on_monday_morning_once(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Bà Hoa")
            await world.staff("member", "Chị Lan")
            store = world.app.store
            for now in (MONDAY, MONDAY):
                await store.write(lambda db, now=now: gaps_telling.weekly(db, library, now))  # type: ignore[misc]
            assert await world.notices() == []  # nothing to tell
            await ask(world, ASKED, "may gio do rac ngo 5 vay")
            await store.write(lambda db: gaps_telling.group(db, library))
            early, late = MONDAY.replace(hour=0), MONDAY.replace(hour=5)
            tuesday = MONDAY.replace(day=24)
            for now in (early, late, tuesday):
                await store.write(lambda db, now=now: gaps_telling.weekly(db, library, now))  # type: ignore[misc]
            assert await world.notices() == []
            for now in (MONDAY, MONDAY.replace(minute=30)):
                await store.write(lambda db, now=now: gaps_telling.weekly(db, library, now))  # type: ignore[misc]
            ((address, notice),) = await world.notices()
            assert address == "Bà-Hoa"
            assert f"2 × hỏi: {ASKED}" in notice.text

    run(scenario())


def test_after_a_day_off_the_list_comes_on_the_next_day(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await world.staff("officer", "Bà Hoa")
            await ask(world, ASKED)
            store = world.app.store
            await store.write(lambda db: gaps_telling.group(db, library))
            reunification = datetime(2029, 4, 30, 2, 0, tzinfo=UTC)  # a Monday
            for now in (reunification, reunification.replace(month=5, day=1)):
                await store.write(lambda db, now=now: gaps_telling.weekly(db, library, now))  # type: ignore[misc]
            assert await world.notices() == []
            wednesday = reunification.replace(month=5, day=2)
            await store.write(lambda db: gaps_telling.weekly(db, library, wednesday))
            assert len(await world.notices()) == 1

    run(scenario())


@pytest.mark.parametrize("text", ["câu chưa trả lời", "cau chua tra loi", "/gaps"])
def test_the_list_is_shown_at_any_time(text: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await ask(world, *(f"câu hỏi lạ {word}" for word in "a b c d e f g h i k l m".split()))
            reply = await officer.say(text)
            assert reply.text.count("\n• ") <= 10

    run(scenario())


async def told(
    world: Office, text: str, ward: str | None = "mau", lang: str = "vi"
) -> Reply | None:
    """What the ward itself answers to somebody of that ward."""
    app, address = world.app, f"web {ward} {lang}"

    async def answered(db: AsyncSession) -> Reply | None:
        if await chats.load(db, "web", address, "m") is None:
            await chats.create(db, "web", address, ward, lang, world.clock())
        talk = await chats.load(db, "web", address, "m")
        assert talk
        incoming = Incoming("web", address, "m", text=text)
        library, tools = app.library, app.conversation._tools
        turn = Turn(incoming, mask(text), app.web.can, world.clock(), db, talk, library, tools)
        return await local_answer(turn, text)

    return await app.store.write(answered)


def test_residents_of_the_ward_get_the_answer_while_it_is_in_use(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            first = await world.staff("officer", "Bà Hoa")
            second = await world.staff("officer", "Ông Nam")
            await ask(world, ASKED, "may gio do rac ngo 5 vay")
            await first.say("/gaps")
            await first.press(f"2 × {ASKED}")
            await first.press("Trả lời")
            title = library.guides["residence-temporary"].title
            for said in (ANSWER, SOURCE, title):
                await first.say(said)
            assert f"Nút mở hướng dẫn: {title}" in first.last.text
            await first.press("Gửi người khác xem lại")
            assert await told(world, ASKED) is None
            await second.choose("wardcards:approve:1")
            reply = await told(world, "Rác ở ngõ 5 đổ mấy giờ hả cháu?")
            assert reply
            assert reply.text == (f"{ANSWER}\n\nTrả lời của phường Mẫu, 20/11/2026. Theo: {SOURCE}")
            values = [option.value for option in reply.options]
            assert values[0] == "guide:residence-temporary"
            assert values[-1] == "person"
            assert await told(world, "hôm nay ăn gì") is None
            assert await told(world, ASKED, ward="hai-duong") is None
            assert await told(world, ASKED, ward=None) is None
            english = await told(world, ASKED, lang="en")
            assert english
            assert "Answer of phường Mẫu" in english.text
            await second.choose("wardcards:withdraw:1")
            assert await told(world, ASKED) is None

    run(scenario())


def test_another_guide_is_named_when_an_answer_is_looked_at(
    sqlite_url: str, library: Library
) -> None:
    """Changing the guide leaves nothing of the one chosen before."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await ask(world, ASKED)
            await officer.say("/gaps")
            await officer.press(f"1 × {ASKED}")
            await officer.press("Trả lời")
            for said in (ANSWER, SOURCE, unsure(library)):
                await officer.say(said)
            title = officer.labels[1]
            await officer.press(title)
            assert f"Nút mở hướng dẫn: {title}" in officer.last.text
            other = next(one.title for one in library.guides.values() if one.title != title)
            for change, shown in ((other, True), ("bỏ qua", False)):
                await officer.press("Sửa")
                await officer.press("Hướng dẫn đi kèm")
                await officer.say(change)
                assert f"Nút mở hướng dẫn: {title}" not in officer.last.text
                assert (f"Nút mở hướng dẫn: {other}" in officer.last.text) is shown

    run(scenario())


def test_back_from_the_first_question_leads_to_the_questions(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Bà Hoa")
            await ask(world, ASKED)
            await officer.say("/gaps")
            await officer.press(f"1 × {ASKED}")
            await officer.press("Trả lời")
            assert "Đã hỏi 1 lần" in (await officer.press("Quay lại")).text

    run(scenario())
