"""Classes: opened, attended by code, checked, counted, closed into the log, corrected and cancelled."""

import asyncio
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select, update

from bot.schedule import ATTENDED_KEPT, prune
from content.library import Library
from content.topics import bits
from handlers import class_check, class_reminders, class_times, nearing, payload
from handlers.class_times import ENDS, HOURS, TOO_LONG, BadHours
from handlers.turn import Skip
from store import attendance, classes, outbox
from store.class_models import Attendance, ClassCheck, Trainee, TrainingClass
from store.figure_models import ClosedPeriod
from store.kinds import SHIFT
from store.log_models import SessionChange, SupportSession
from store.models import Chat, Outbox, Rating
from store.team_models import Member
from tests.conftest import run
from tests.staff import WARD, Office, Somebody, office

SAID = "mở lớp an toàn mạng 13h-15h hôm nay ở nhà văn hóa TDP 1, 30 người"


async def rows(world: Office, table: Any) -> list[Any]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(table).order_by(table.id))).all()

    return list(await world.app.store.read(read))


async def opened(world: Office, said: str = SAID) -> tuple[Somebody, str]:
    """A member of a team who opened a class from 13 to 15 o'clock; it is 12 now. And its code."""
    await world.team("Tổ 1", "Tổ dân phố 1")
    lan = await world.staff("member", "Chị Lan", "Tổ 1")
    await lan.say(said)
    reply = await lan.press("Lưu")
    assert "Đã mở lớp" in reply.text, reply.text
    return lan, reply.text.rpartition("LOP ")[2][:4]


async def came(world: Office, code: str, *names: str) -> list[Somebody]:
    people = [world.somebody(name) for name in names]
    for one in people:
        assert "Bác đã điểm danh lớp" in (await one.say(f"LOP {code}")).text
    return people


async def closed(lan: Somebody, people: int | None, number: int = 1) -> str:
    """Close a class with so many people in the room."""
    if people is not None:
        await lan.choose(f"classcount:{number}")
        await lan.say(str(people))
    await lan.choose(f"classclose:{number}")
    if people is None:
        await lan.press("Bỏ qua")
    await lan.press("Bỏ qua")
    return (await lan.press("Lưu")).text


async def changed(lan: Somebody, label: str, said: str, number: int = 1) -> None:
    """Change one thing of a class in the log."""
    await lan.choose(f"classedit:{number}")
    await lan.press(label)
    for text in (said, "ghi nhầm"):
        await lan.say(text)
    await lan.press("Lưu")


async def lists(world: Office, *names: str) -> None:
    async def write(db: Any) -> None:
        for name in names:
            db.add(Trainee(ward_id=WARD, kind="union_core", name=name, org="women",
                           unit="Chi hội 1", since=date(2026, 1, 1)))  # fmt: skip

    await world.app.store.write(write)


def test_one_message_opens_a_class(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, code = await opened(world)
            (row,) = await rows(world, TrainingClass)
            assert (row.title, row.place, row.place_code, row.expected, row.area_id, row.code) == (
                "An toàn mạng", "Nhà văn hóa TDP 1", "culture_house", 30, 1, code,
            )  # fmt: skip
            assert (row.starts_at, row.ends_at) == (
                datetime(2026, 11, 20, 6, tzinfo=UTC), datetime(2026, 11, 20, 8, tzinfo=UTC),
            )  # fmt: skip
            assert (row.organiser, row.audience, row.state) == ("team", "citizen", "open")

    run(scenario())


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("8h-10h", (8, 0, 10, 0)),
        ("7h30-11h", (7, 30, 11, 0)),
        ("8:00-10:30", (8, 0, 10, 30)),
        ("2h-4h", (14, 0, 16, 0)),
        ("2h-4h chiều", (14, 0, 16, 0)),
        ("19h-21h", (19, 0, 21, 0)),
    ],
)
def test_hours_are_read(typed: str, hours: tuple[int, int, int, int]) -> None:
    starts, ends = class_times.hours_meant(typed)
    assert (starts, ends) == (time(*hours[:2]), time(*hours[2:]))


@pytest.mark.parametrize(
    ("typed", "why"), [("10h-8h", ENDS), ("7h-18h", TOO_LONG), ("sáng", HOURS), ("25h-26h", HOURS)]
)
def test_hours_that_are_none(typed: str, why: str) -> None:
    with pytest.raises(BadHours, match=why):
        class_times.hours_meant(typed)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("hôm nay", date(2026, 11, 20)),
        ("hôm qua", date(2026, 11, 19)),
        ("thứ 7", date(2026, 11, 21)),
        ("thứ sáu", date(2026, 11, 20)),
        ("15/11", date(2026, 11, 15)),
        ("5/1", date(2027, 1, 5)),
        ("21/11/2026", date(2026, 11, 21)),
        ("chào", None),
    ],
)
def test_days_are_read(typed: str, day: date | None) -> None:
    assert class_times.day_meant(typed, date(2026, 11, 20)) == day


@pytest.mark.parametrize(
    "said", ["lớp này hay quá", "mở lớp", "mở cửa hàng 8h-10h", "mở lớp ở đâu", "mở lớp thế nào"]
)
def test_what_opens_no_class(said: str) -> None:
    assert class_times.told(said, date(2026, 11, 20)) is None


@pytest.mark.parametrize(
    ("said", "title", "place", "expected"),
    [
        ("mo lop an toan mang 8h-10h thu 7 o cho, 30 nguoi", "an toan mang", "cho", 30),
        ("Mở lớp dùng Zalo tại chợ Mẫu 14h - 16h 25/11", "dùng Zalo", "chợ Mẫu", None),
        ("mở lớp tập huấn VNeID sáng mai", "VNeID", "", None),
        ("mở lớp học AI ngày 28/11 8h-11h ở trường khoảng 40 người", "AI", "trường", 40),
    ],
)
def test_what_one_message_says(said: str, title: str, place: str, expected: int | None) -> None:
    told = class_times.told(said, date(2026, 11, 20))
    assert told
    assert (told.title, told.place, told.expected) == (title, place, expected)
    assert told.day
    assert told.day > date(2026, 11, 20)


def test_a_day_long_past_and_one_far_away(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            await lan.say("mở lớp an toàn mạng 8h-10h ở chợ")
            for typed, why in (
                ("01/10/2026", "đã qua hơn 31 ngày"),
                ("20/12/2027", "còn hơn một năm"),
                ("lung tung", "chưa hiểu ngày"),
            ):
                assert why in (await lan.say(typed)).text
            assert await rows(world, TrainingClass) == []

    run(scenario())


def test_a_lesson_gives_title_and_topics(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            await lan.choose("newclass")
            for label in ("Sinh hoạt chuyên đề", "Theo một bài học có sẵn"):
                await lan.press(label)
            await lan.press(lan.labels[0])
            lesson = library.courses["residents"].lessons[3]
            await lan.press(lesson.title)
            for said in ("mai", "8h-10h", "sân chợ Mẫu", "2"):
                await lan.say(said)
            await lan.press("Người dân")
            await lan.press("Bỏ qua")
            await lan.press("Lưu")
            (row,) = await rows(world, TrainingClass)
            assert (row.kind, row.title, row.lesson) == ("talk", lesson.title, lesson.id)
            assert (row.place_code, row.area_id) == ("market", 2)

    run(scenario())


@pytest.mark.parametrize(
    "typed", ["LOP {}", "lớp {}", "Lop{}", "mã lớp {}", "  LỚP: {} ", "{}", "lop_{}"]
)
def test_the_code_is_typed_in_many_ways(typed: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, code = await opened(world)
            tu = world.somebody("tu")
            await tu.say("xin chào")
            assert "Bác đã điểm danh lớp" in (await tu.say(typed.format(code))).text
            assert "đã điểm danh rồi" in (await tu.say(f"lop {code}")).text
            assert len(await rows(world, Attendance)) == 1

    run(scenario())


def test_too_early_over_cancelled_and_unknown(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, code = await opened(world, SAID.replace("13h-15h", "14h-15h"))
            tu = world.somebody("tu")
            assert "Chưa đến giờ" in (await tu.say(f"lop {code}")).text
            world.clock.forward(hours=1)
            assert "đã điểm danh" in (await tu.say(f"lop {code}")).text
            sau = world.somebody("sau")
            world.clock.forward(hours=4, minutes=1)
            assert "đã kết thúc" in (await sau.say(f"lop {code}")).text
            await lan.choose("classdrop:1")
            assert "Đã hủy lớp" in (await lan.say("mất điện")).text
            assert [(who, "mất điện" in reply.text) for who, reply in await world.notices()] == [
                ("tu", True)
            ]
            for one in (tu, sau):
                assert "Lớp này đã hủy" in (await one.say(f"lop {code}")).text
            wrong = "1111" if code != "1111" else "2222"
            for _ in range(5):
                assert "không thấy lớp" in (await sau.say(f"lop {wrong}")).text
            assert "chờ 15 phút" in (await sau.say(f"lop {code}")).text
            world.clock.forward(minutes=16)
            assert "Lớp này đã hủy" in (await sau.say(f"lop {code}")).text

    run(scenario())


def test_who_came_hears_in_their_language_that_it_is_cancelled(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, code = await opened(world)
            ann = world.somebody("ann")
            await ann.say("/language")
            await ann.press("English")
            await ann.say(f"lop {code}")
            await lan.choose("classdrop:1")
            await lan.say("mất điện")
            ((who, told),) = await world.notices()
            assert (who, told.text) == (
                "ann",
                "Class cancelled: 13:00–15:00 Friday 20/11: An toàn mạng. Reason: mất điện",
            )
            assert [option.label for option in told.options] == ["Main menu"]

    run(scenario())


def test_linked_chats_count_once_and_leaders_not_at_all(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, code = await opened(world)
            assert "không tính" in (await lan.say(f"lop {code}")).text
            first, second = world.somebody("phone"), world.somebody("tablet")
            link = (await first.say("/link")).text
            digits = "".join(sign for sign in link if sign.isdigit())[:6]
            await second.say(digits)
            await first.say(f"lop {code}")
            assert "đã điểm danh rồi" in (await second.say(f"lop {code}")).text
            assert len(await rows(world, Attendance)) == 1

    run(scenario())


def test_two_persons_who_are_one_count_once(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            _, code = await opened(world)
            first, second = await came(world, code, "a", "b")
            one, _ = [row.person_id for row in await rows(world, Attendance)]
            link = (await first.say("/link")).text
            await second.say("".join(sign for sign in link if sign.isdigit())[:6])
            assert [row.person_id for row in await rows(world, Attendance)] == [one]

    run(scenario())


def test_everybody_at_once_counts_once(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            _, code = await opened(world)
            people = [world.somebody(f"p{number % 6}") for number in range(12)]
            for number, one in enumerate(people):
                one.numbers = iter(range(100 * number, 100 * number + 100))
            await asyncio.gather(*(one.say(f"lop {code}") for one in people))
            assert len(await rows(world, Attendance)) == 6

    run(scenario())


async def answer_all(one: Somebody, library: Library, row: Any, right: bool) -> str:
    for lesson in class_check.questions(library, row):
        place = lesson.right if right else (lesson.right + 1) % len(lesson.choices)
        await one.press(lesson.choices[place].label)
    return one.last.text


def test_checks_are_anonymous_and_stars_come_once(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, code = await opened(world)
            (tu,) = await came(world, code, "tu")
            row = await world.app.store.read(lambda db: classes.get(db, 1))
            assert row
            asked = len(class_check.questions(library, row))
            await tu.press("Trả lời câu hỏi")
            assert f"Bác đúng 0/{asked}" in await answer_all(tu, library, row, right=False)
            assert "Chấm sao cho lớp" not in tu.labels
            world.clock.forward(hours=2)
            await lan.choose("class:1")
            await lan.press("Học xong rồi")
            await tu.say(f"lop {code}")
            await tu.press("Trả lời câu hỏi")
            assert "tính chung" in await answer_all(tu, library, row, right=True)
            assert "Trả lời câu hỏi" not in tu.labels
            await tu.choose("classcheck:1")
            assert "không tính" in await answer_all(tu, library, row, right=True)
            await tu.choose("classstars:1:5")
            assert "chấm sao lớp này rồi" in (await tu.choose("classstars:1:1")).text
            checks = [(one.stage, one.right, one.asked) for one in await rows(world, ClassCheck)]
            assert checks == [("before", 0, asked), ("after", asked, asked)]
            assert [(one.about, one.ref, one.score) for one in await rows(world, Rating)] == [
                ("class", code, 5)
            ]
            assert not {"person_id", "member_id"} & set(ClassCheck.__table__.columns.keys())

    run(scenario())


async def begun(world: Office, library: Library) -> tuple[Somebody, Any]:
    """Somebody at a class who answered the first of its questions, and the class."""
    _, code = await opened(world)
    (tu,) = await came(world, code, "tu")
    row = await world.app.store.read(lambda db: classes.get(db, 1))
    await tu.press("Trả lời câu hỏi")
    await tu.choose("classquiz:1:0:0")
    return tu, row


async def state_of(world: Office, one: Somebody) -> dict[str, Any]:
    (chat,) = [chat for chat in await rows(world, Chat) if chat.address == one.address]
    return dict(chat.state)


def test_questions_begun_go_on_where_they_stopped(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            tu, row = await begun(world, library)
            first, second, *_ = class_check.questions(library, row)
            await tu.say(f"lop {row.code}")
            text = (await tu.press("Trả lời câu hỏi")).text
            assert first.question not in text
            assert second.question in text
            fewer = {"class": 1, "stage": "before", "at": 9, "right": 0}
            await world.app.store.write(
                lambda db: db.execute(update(Chat).values(state={"check": fewer}))
            )
            assert first.question in (await tu.choose("classcheck:1")).text

    run(scenario())


@pytest.mark.parametrize("left", ["menu", "category:vneid", "ward", "/help", "nhắc tôi"])
def test_who_leaves_the_questions_leaves_no_answers_and_has_no_second_try(
    left: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            tu, row = await begun(world, library)
            await (tu.say(left) if left in ("/help", "nhắc tôi") else tu.choose(left))
            assert "check" not in await state_of(world, tu)
            assert "không còn dùng" in (await tu.choose("classquiz:1:1:0")).text
            await tu.say(f"lop {row.code}")
            assert "Trả lời câu hỏi" not in tu.labels
            await tu.choose("classcheck:1")
            assert "không tính" in await answer_all(tu, library, row, right=True)
            assert await rows(world, ClassCheck) == []

    run(scenario())


def test_answers_of_who_fell_silent_are_forgotten(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            tu, _ = await begun(world, library)
            world.clock.forward(hours=25)
            await world.app.store.write(lambda db: prune(db, world.clock()))
            assert await state_of(world, tu) == {}

    run(scenario())


def test_old_and_invented_answers_change_nothing(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, code = await opened(world)
            stranger = world.somebody("x")
            for value in ("classcheck:1", "classquiz:1:0:0", "classstars:1:5", "classquiz:9:x:y"):
                assert "không còn dùng" in (await stranger.choose(value)).text
            (tu,) = await came(world, code, "tu")
            await tu.press("Trả lời câu hỏi")
            await tu.choose("classquiz:1:0:0")
            for value in ("classquiz:1:0:0", "classquiz:1:1:99", "classquiz:1:²:0"):
                assert "không còn dùng" in (await tu.choose(value)).text
            assert await rows(world, ClassCheck) == []

    run(scenario())


def test_the_questions_are_the_same_for_all_and_about_the_class(library: Library) -> None:
    def row(number: int, lesson: str | None, topics: int, audience: str = "citizen") -> Any:
        at = datetime(2026, 11, 20, tzinfo=UTC)
        plan = classes.Plan("class", "x", lesson, topics, audience, "team", None, "x", "other",
                            at, at, None, None)  # fmt: skip
        return classes.ClassRow(number, WARD, "1234", None, 1, "open", None, None, None, None, plan)

    basic = library.courses["residents"].lessons
    with_lesson = class_check.questions(library, row(1, basic[3].id, 0))
    assert with_lesson == class_check.questions(library, row(1, basic[3].id, 0))
    assert (with_lesson[0], len(set(with_lesson))) == (basic[3], 5)
    scams = class_check.questions(library, row(1, None, bits(["antoan_luadao"])))
    assert [one.topic for one in scams[:3]] == ["antoan_luadao"] * 3
    assert [one.id for one in scams[3:]] == ["passwords-otp", basic[0].id]
    without_any = class_check.questions(library, row(1, None, 0))
    assert len(without_any) == 5
    assert set(without_any) <= set(basic)
    assert {tuple(class_check.questions(library, row(n, None, 0))) for n in range(9)} != {
        tuple(without_any)
    }


def test_a_closed_class_is_a_session(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, code = await opened(world)
            await came(world, code, "a", "b", "c")
            world.clock.forward(hours=1)
            text = await closed(lan, 8)
            assert "8 người: 3 gõ mã, 5 không gõ mã" in text
            (session,) = await rows(world, SupportSession)
            (row,) = await rows(world, TrainingClass)
            assert (session.kind, session.people, session.passed, session.minutes) == (
                "class", 8, None, 120,
            )  # fmt: skip
            assert (session.place, session.area_id, session.org, session.audience) == (
                "culture_house", 1, "team", "citizen",
            )  # fmt: skip
            assert (row.state, row.session_id) == ("held", session.id)
            assert "đã kết thúc" in (await world.somebody("d").say(f"lop {code}")).text
            await lan.choose("classclose:1")
            assert len(await rows(world, SupportSession)) == 1

    run(scenario())


def test_numbers_that_do_not_fit_are_refused(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, code = await opened(world)
            assert "chưa bắt đầu" in (await lan.choose("classclose:1")).text
            world.clock.forward(hours=1)
            await lists(world, "Bà A", "Bà B")
            await lan.choose("classclose:1")
            await lan.press("Bỏ qua")
            await lan.press("Bỏ qua")
            assert "không có ai đến" in (await lan.press("Lưu")).text
            await came(world, code, "a")
            await lan.choose("classcount:1")
            assert "ít nhất" in (await lan.say("0")).text
            assert "từ 0 đến 500" in (await lan.say("501")).text
            await lan.say("1")
            for trainee in (1, 2):
                await lan.choose(f"tick:1:{trainee}:0")
            await lan.choose("classclose:1")
            assert "từ 0 đến 1" in (await lan.say("2")).text
            await lan.press("Bỏ qua")
            assert "Đã chọn 2 tên, mà chỉ có 1 người" in (await lan.press("Lưu")).text
            assert await rows(world, SupportSession) == []
            await lan.choose("tick:1:2:0")
            await lan.choose("classclose:1")
            await lan.say("1")
            text = (await lan.press("Lưu")).text
            assert "1 người có tên trong danh sách; 1 người đạt" in text

    run(scenario())


def test_a_correction_changes_class_and_session(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await opened(world)
            world.clock.forward(hours=1)
            await closed(lan, 8)
            await lan.choose("classclose:1")
            await lan.press("Số người đến")
            await lan.say("9")
            await lan.say("đếm lại")
            await lan.press("Lưu")
            await lan.choose("classedit:1")
            await lan.press("Địa điểm")
            await lan.say("chợ Mẫu")
            await lan.say("2")
            await lan.say("ghi nhầm nơi")
            await lan.press("Lưu")
            (session,) = await rows(world, SupportSession)
            (row,) = await rows(world, TrainingClass)
            assert (session.people, session.place, session.area_id) == (9, "market", 2)
            assert (row.counted, row.place, row.area_id) == (9, "Chợ Mẫu", 2)
            changes = [
                (one.reason, one.before["people"]) for one in await rows(world, SessionChange)
            ]
            assert changes == [("đếm lại", 8), ("ghi nhầm nơi", 9)]
            await lan.choose("classdrop:1")
            await lan.say("nhầm lớp")
            (session,) = await rows(world, SupportSession)
            assert session.voided

    run(scenario())


def test_another_organiser_is_that_of_the_session_too(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await opened(world)
            world.clock.forward(hours=1)
            await closed(lan, 8)
            await changed(lan, "Đơn vị mở lớp", "Hội Phụ nữ")
            (session,) = await rows(world, SupportSession)
            assert session.org == "women"
            (change,) = await rows(world, SessionChange)
            assert (change.before["org"], change.before["people"]) == ("team", 8)

    run(scenario())


@pytest.mark.parametrize("choice", ["change", "void"])
def test_a_class_in_the_log_is_changed_as_a_class(
    choice: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await opened(world)
            world.clock.forward(hours=1)
            await closed(lan, 8)
            await lan.choose(f"{choice}:1")
            assert "Số người đến: 8" not in lan.last.text
            await lan.press("Xem lớp")
            (session,) = await rows(world, SupportSession)
            assert not session.voided

    run(scenario())


def test_a_closed_period_stays_as_it_is(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await opened(world)
            world.clock.forward(hours=1)
            await closed(lan, 8)

            async def close(db: Any) -> None:
                db.add(ClosedPeriod(ward_id=WARD, period="2026-11", cut="calendar",
                                    first=date(2026, 11, 1), last=date(2026, 11, 30),
                                    closed_at=world.clock(), member_id=1, figures={}))  # fmt: skip

            await world.app.store.write(close)
            for value in ("classclose:1", "names:1"):
                assert "đã chốt" in (await lan.choose(value)).text
            await lan.choose("classdrop:1")
            assert "đã chốt" in (await lan.say("nhầm")).text
            (session,) = await rows(world, SupportSession)
            assert not session.voided

    run(scenario())


def test_others_look_and_officers_manage(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await opened(world)
            nam = await world.staff("lead", "Ông Nam", "Tổ 1")
            hoa = await world.staff("officer", "Bà Hoa")
            resident = world.somebody("x")
            world.clock.forward(hours=1)
            assert "An toàn mạng" in (await nam.choose("class:1")).text
            assert "Chốt lớp" not in nam.labels
            for value in ("classclose:1", "classcount:1", "classedit:1", "classdrop:1", "names:1"):
                assert "không còn dùng" in (await nam.choose(value)).text
            await hoa.choose("class:1")
            assert "Chốt lớp" in hoa.labels
            for value in ("class:1", "classes", "newclass", "classqr:1"):
                assert "An toàn mạng" not in (await resident.choose(value)).text

    run(scenario())


def test_members_of_teams_are_trained_by_it(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, code = await opened(world)
            nam = await world.staff("lead", "Ông Nam", "Tổ 1")
            hoa = await world.staff("officer", "Bà Hoa")
            for one in (nam, hoa):
                await one.say(f"lop {code}")
            world.clock.forward(hours=1)
            await closed(lan, None)
            trained = {one.name: one.trained_on for one in await rows(world, Member)}
            assert trained == {"Chị Lan": None, "Ông Nam": date(2026, 11, 20), "Bà Hoa": None}

    run(scenario())


def test_training_goes_where_its_class_goes(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, code = await opened(world)
            nam = await world.staff("lead", "Ông Nam", "Tổ 1")

            async def trained() -> date | None:
                found = {one.name: one.trained_on for one in await rows(world, Member)}
                assert found["Chị Lan"] is None
                return found["Ông Nam"]

            await nam.say(f"lop {code}")
            world.clock.forward(hours=1)
            await closed(lan, None)
            await changed(lan, "Ngày", "19/11")
            assert await trained() == date(2026, 11, 19)
            await lan.say(SAID.replace("13h-15h", "14h-15h"))
            code = (await lan.press("Lưu")).text.rpartition("LOP ")[2][:4]
            await nam.say(f"lop {code}")
            world.clock.forward(hours=1)
            await closed(lan, None, 2)
            assert await trained() == date(2026, 11, 19)
            for number, day in ((1, date(2026, 11, 20)), (2, None)):
                await lan.choose(f"classdrop:{number}")
                await lan.say("nhầm lớp")
                assert await trained() == day

    run(scenario())


def test_names_are_found_by_a_part_and_ticked(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, _ = await opened(world)
            assert "chưa bắt đầu" in (await lan.choose("names:1")).text
            world.clock.forward(hours=1)
            assert "chưa có danh sách" in (await lan.choose("names:1")).text
            await lists(world, *(f"Bà {letter}" for letter in "ABCDEFGHIK"), "Trần Thị Thử")
            await lan.choose("names:1")
            assert "Xem thêm" in lan.labels
            await lan.say("thử")
            await lan.press("Trần Thị Thử (Chi hội 1)")
            assert "Đã chọn: Trần Thị Thử" in lan.last.text
            assert "không" in (await lan.say("Nguyễn")).text
            await lan.choose("names:1:1")
            assert "Trần Thị Thử (Chi hội 1) ✓" in lan.labels
            assert "LOP" in (await lan.say("xong")).text
            came = await world.app.store.read(lambda db: attendance.came(db, 1))
            assert (came.named, came.people(None)) == (1, 0)

    run(scenario())


def test_whoever_leads_it_is_asked_to_close_it_twice(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, _ = await opened(world)
            store = world.app.store

            async def planned() -> list[Any]:
                for _ in range(2):
                    await store.write(lambda db: class_reminders.due(db, world.clock()))
                return [one for one in await rows(world, Outbox) if one.kind == SHIFT]

            assert await planned() == []
            world.clock.forward(hours=3)
            assert [one.about for one in await planned()] == ["class:1"]
            world.clock.forward(hours=17)
            assert len(await planned()) == 2
            number = (await planned())[1].id
            parcel = await store.read(lambda db: outbox.get(db, number))
            assert parcel
            said = await store.read(lambda db: nearing.compose(db, library, parcel, world.clock()))
            assert "Lớp đã hết giờ" in said.text  # type: ignore[union-attr]
            waiting = await store.read(lambda db: classes.unclosed(db, WARD, world.clock()))
            assert [one.id for one in waiting] == [1]
            await closed(lan, 5)
            skipped = await store.read(
                lambda db: nearing.compose(db, library, parcel, world.clock())
            )
            assert skipped == Skip("closed")
            assert await store.read(lambda db: classes.unclosed(db, WARD, world.clock())) == []

    run(scenario())


def test_who_came_is_forgotten_after_a_week(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, code = await opened(world)
            await came(world, code, "a", "b")
            world.clock.forward(hours=1)
            await closed(lan, None)
            for days, kept in ((6, 2), (2, 0)):
                world.clock.forward(days=days)
                before = world.clock() - ATTENDED_KEPT
                await world.app.store.write(lambda db: attendance.forget(db, before))  # noqa: B023
                known = [one for one in await rows(world, Attendance) if one.person_id]
                assert len(known) == kept
            found = await world.app.store.read(lambda db: attendance.came(db, 1))
            assert found.codes == 2

    run(scenario())


def test_of_a_member_too_it_is_forgotten_which_class_they_came_to(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan, code = await opened(world)
            nam = await world.staff("lead", "Ông Nam", "Tổ 1")
            said = (await nam.say(f"lop {code}")).text
            assert "Không ghi tên" not in said.partition("Bác trả lời")[0]
            assert "sổ của phường" in said
            kept = "Các lớp bác đã đến: 1."
            assert kept in (await nam.say("/mydata")).text

            async def known() -> list[tuple[int | None, int | None]]:
                await world.app.store.write(lambda db: prune(db, world.clock()))
                return [(one.person_id, one.member_id) for one in await rows(world, Attendance)]

            world.clock.forward(days=8)  # it is not closed: who is trained by it must be known
            ((person, member),) = await known()
            assert (person, bool(member)) == (None, True)
            assert kept in (await nam.say("/mydata")).text
            await closed(lan, None)
            trained = {one.name: one.trained_on for one in await rows(world, Member)}
            assert trained["Ông Nam"] == date(2026, 11, 20)
            world.clock.forward(days=8)
            assert await known() == [(None, None)]
            assert "Các lớp bác đã đến" not in (await nam.say("/mydata")).text

    run(scenario())


def test_who_asks_to_be_forgotten_is_of_no_class(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, code = await opened(world)
            (tu,) = await came(world, code, "tu")
            assert "Các lớp bác đã đến: 1." in (await tu.say("/mydata")).text
            await tu.choose("forget:yes")
            assert "Các lớp bác đã đến" not in (await tu.say("/mydata")).text
            assert [(one.how, one.person_id) for one in await rows(world, Attendance)] == [
                ("code", None)
            ]

    run(scenario())


def test_two_who_close_at_once_log_it_once(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan, code = await opened(world)
            hoa = await world.staff("officer", "Bà Hoa")
            await came(world, code, "a")
            world.clock.forward(hours=1)
            for one in (lan, hoa):
                await one.choose("classclose:1")
                await one.press("Bỏ qua")
                await one.press("Bỏ qua")
            await asyncio.gather(lan.press("Lưu"), hoa.press("Lưu"))
            assert len(await rows(world, SupportSession)) == 1

    run(scenario())


def test_the_landing_page_says_what_to_type(library: Library) -> None:
    found = payload.named(library, "lop_4821", "vi")
    assert found
    assert found.word == "LOP 4821"
    assert payload.named(library, "lop_48210", "vi") is None


def test_the_qr_code_leads_to_the_class(sqlite_url: str, library: Library, tmp_path: Path) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library, public_url="https://to.example") as world:
            _, code = await opened(world)
            made = await world.app.files.make(f"qr/lop_{code}/lop.png")
            path = tmp_path / made.filename
            path.write_bytes(made.data)
            (found,) = zxingcpp.read_barcodes(Image.open(path).convert("L"))
            assert found.text == f"https://to.example/q/lop_{code}"

    run(scenario())
