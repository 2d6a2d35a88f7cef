"""One message, one reply, one transaction: whatever comes in, however often, whatever breaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select

from bot.app import App
from bot.conversation import Answered
from bot.schedule import prune
from content.library import Library
from handlers import router
from handlers.packing import pack, unpack
from handlers.turn import Attachment, Incoming, Option, Reply, Turn
from store.base import Base
from store.models import Chat, Feedback, GuideRun, Outbox, Person, QuestionGap, Rating, Seen
from tests.conftest import run
from tests.people import Clock, app_with, settings

Row = TypeVar("Row", bound=Base)


@asynccontextmanager
async def talking(url: str, library: Library) -> AsyncIterator[App]:
    app = app_with(settings(url), library, Clock())
    await app.prepare()
    yield app
    await app.stop()


async def send(app: App, message: str, address: str = "a", **content: Any) -> Answered:
    incoming = Incoming("web", address, message, **content)
    answered = await app.conversation.converse(incoming, app.web.can, handed_over=True)
    assert answered
    return answered


async def count(app: App, table: type[Base]) -> int:
    return await app.store.write(lambda db: db.scalar(select(func.count()).select_from(table))) or 0


async def only(app: App, table: type[Row]) -> Row:
    return (await app.store.write(lambda db: db.scalars(select(table)))).one()


def test_the_same_message_again_changes_nothing(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(database_url, library) as app:
            first = await send(app, "m1", text="/start guide_vneid-install")
            await send(app, "m2", chosen="guide:vneid-install:1")
            again = await send(app, "m2", chosen="guide:vneid-install:1")
            assert again.repeated
            assert (await send(app, "m1", text="/start guide_vneid-install")).parcel == first.parcel
            assert await count(app, GuideRun) == 1
            assert await count(app, Outbox) == 2

    run(scenario())


def test_one_message_delivered_many_times_at_once_is_answered_once(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with talking(database_url, library) as app:
            answers = await asyncio.gather(*(send(app, "m1", text="/start") for _ in range(10)))
            assert sum(not answer.repeated for answer in answers) == 1
            assert len({answer.parcel.id for answer in answers}) == 1
            assert await count(app, Chat) == await count(app, Person) == await count(app, Seen) == 1

    run(scenario())


def test_two_processes_answer_one_message_once(
    postgres: Any, library: Library, capfd: pytest.CaptureFixture[str]
) -> None:
    url = postgres.new_database()

    async def scenario() -> None:
        async with talking(url, library) as one, talking(url, library) as other:
            await send(one, "m0", text="/start")
            answers = await asyncio.gather(
                *(send(app, f"m{n}", text="/menu") for n in range(1, 20) for app in (one, other)),
                return_exceptions=True,
            )
            assert not [answer for answer in answers if isinstance(answer, BaseException)]
            assert await count(one, Outbox) == 20

    run(scenario())
    assert "turn failed" not in "".join(capfd.readouterr())


def test_many_people_at_once(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(database_url, library) as app:
            await asyncio.gather(*(send(app, "m1", f"p{n}", text="cài vneid") for n in range(60)))
            assert await count(app, Chat) == await count(app, Outbox) == 60

    run(scenario())


def test_a_broken_handler_apologises_and_is_undone(
    database_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def breaks(turn: Turn) -> Reply:
        turn.talk.state = {"guide": "half"}
        turn.db.add(Rating(about="guide", ref="x", score=5, ward_id=None, date=turn.today))
        raise RuntimeError(turn.text)

    broken = replace(router.COMMANDS["help"], answer=breaks)
    monkeypatch.setattr(router, "COMMANDS", {**router.COMMANDS, "help": broken})

    async def scenario() -> None:
        async with talking(database_url, library) as app:
            others = [send(app, "m1", f"p{n}", text="/menu") for n in range(5)]
            *fine, sorry = await asyncio.gather(*others, send(app, "m1", text="/help"))
            assert sorry.parcel.payload["text"].startswith("Xin lỗi, máy bên tôi vừa gặp lỗi")
            assert sorry.parcel.payload["options"]
            assert all("Bác muốn làm gì" in answer.parcel.payload["text"] for answer in fine)
            assert await count(app, Rating) == 0

    run(scenario())


def test_nothing_people_write_reaches_the_log(
    sqlite_url: str,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    async def breaks(turn: Turn) -> Reply:
        raise RuntimeError(turn.incoming.text)

    monkeypatch.setattr(router, "answer", breaks)

    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            await send(app, "m1", text="chuyện riêng 031203004567")

    run(scenario())
    logged = "".join(capfd.readouterr())
    assert "turn failed" in logged
    assert "RuntimeError" in logged
    assert "riêng" not in logged
    assert "031203004567" not in logged


ODD_TEXTS = {
    "empty": "",
    "blank": "  \n ",
    "nul": "cài\x00vneid",
    "half a sign": "\ud800 xin chào",
    "emoji": "👍🏽❤️",
    "right to left": "\u202eabc\u202c שלום",
    "sql": "'; DROP TABLE chat; --",
    "html": "<script>alert(1)</script>",
    "huge": "a" * 100_000,
    "huge digits": "1" * 100_000,
    "control signs": "".join(map(chr, range(32))),
    "percent and braces": "%s {0} {text} %(x)s",
}


@pytest.mark.parametrize("case", ODD_TEXTS)
def test_odd_texts_are_answered_with_a_way_on(
    case: str, database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with talking(database_url, library) as app:
            reply = unpack((await send(app, "m1", text=ODD_TEXTS[case])).parcel.payload)
            assert reply.text
            assert not reply.text.startswith("Xin lỗi, máy bên tôi")
            assert case.startswith("huge") or reply.options

    run(scenario())


ODD_CHOICES = [
    "nothing", "guide:", "guide:gone", "guide:gone:3", "guide:vneid-install:0", "guide:vneid-install:99",
    "guide:vneid-install:-1", "guide:vneid-install:x:y", "category:", "category:vneid:999",
    "category:vneid:-1", "problem:vneid-install:99", "problem:gone:1", "problems:gone",
    "sources:gone", "done:gone", "stuck:gone:1", "stuck:vneid-install:99", "rate:gone:5",
    "rate:vneid-install:9", "person:gone:1", "person:vneid-install:99", "lang:xx", "form:x:y:z",
    "form:feedback:kind:scam", "other:gone:gone", "form:", ":", "a" * 65, "guide:\x00", "lựa chọn",
    "guide:vneid-install:１", "forget:no", "/start", "'; DROP TABLE chat; --",
]  # fmt: skip


@pytest.mark.parametrize("value", ODD_CHOICES)
def test_unknown_choices_explain_themselves(value: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            reply = unpack((await send(app, "m1", chosen=value)).parcel.payload)
            assert not reply.text.startswith("Xin lỗi, máy bên tôi")
            assert reply.options
            assert await count(app, Rating) == 0

    run(scenario())


def test_a_choice_of_a_guide_that_is_gone_leads_on(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            await send(app, "m1", chosen="guide:vneid-install:2")
        left = {id: guide for id, guide in library.guides.items() if id != "vneid-install"}
        async with talking(sqlite_url, replace(library, guides=left)) as app:
            pressed = unpack((await send(app, "m2", chosen="guide:vneid-install:3")).parcel.payload)
            assert pressed.text.startswith("Hướng dẫn này không còn nữa")
            typed = unpack((await send(app, "m3", text="tiếp")).parcel.payload)
            assert typed.text.startswith("Bác muốn làm gì")

    run(scenario())


def test_back_from_the_overview_stays_there(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            shown = unpack((await send(app, "m1", chosen="guide:vneid-install")).parcel.payload)
            again = unpack((await send(app, "m2", text="quay lại")).parcel.payload)
            assert again.text == shown.text

    run(scenario())


def test_questions_about_the_ward_itself_get_its_card(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            await send(app, "m1", text="/start ward_mau")
            for text in ("phường làm việc mấy giờ", "địa chỉ công an phường"):
                said = unpack((await send(app, text, text=text)).parcel.payload).text
                assert "Trung tâm Phục vụ hành chính công phường Mẫu" in said

    run(scenario())


def test_a_form_that_is_gone_leads_on(sqlite_url: str, library: Library) -> None:
    from handlers import forms

    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            await send(app, "m1", text="/feedback")
            known = forms.FORMS.pop("feedback")
            try:
                reply = unpack((await send(app, "m2", text="gì đó")).parcel.payload)
                assert reply.text.startswith("Lựa chọn này không còn dùng được")
            finally:
                forms.FORMS["feedback"] = known

    run(scenario())


@pytest.mark.parametrize("content", [{"text": "dài " * 1000}, {"kind": "photo"}])
def test_what_cannot_be_read_leaves_a_form_open(
    content: dict[str, str], sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            asked = unpack((await send(app, "m1", text="/feedback")).parcel.payload)
            unread = unpack((await send(app, "m2", **content)).parcel.payload)
            assert unread.options == asked.options
            taken = unpack((await send(app, "m3", text="1")).parcel.payload)
            assert taken.text.startswith("Bác kể trong vài câu")

    run(scenario())


def test_the_language_of_the_page_counts_for_a_new_talk_only(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            heads = [
                (await send(app, message, address, text="/start", lang=lang)).parcel.payload[
                    "text"
                ][:5]
                for message, address, lang in [
                    ("m1", "a", "en"),
                    ("m2", "a", "vi"),
                    ("m1", "b", "xx"),
                    ("m2", "b", "en"),
                ]
            ]
            assert heads == ["Hello", "Hello", "Chào ", "Chào "]

    run(scenario())


def test_questions_without_answer_are_kept_masked_and_counted(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with talking(database_url, library) as app:
            for message in ("m1", "m2"):
                await send(app, message, text="Giá vàng  hôm nay gọi 0912345678 à?")
            gap = await only(app, QuestionGap)
            assert (gap.text, gap.times) == ("giá vàng hôm nay gọi *** à?", 2)

    run(scenario())


def test_feedback_is_kept_masked_and_without_a_person(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(database_url, library) as app:
            await send(app, "m1", text="/feedback")
            await send(app, "m2", chosen="form:feedback:kind:scam")
            await send(app, "m3", text="số 0912345678 bảo đọc mã otp 123456")
            await send(app, "m4", text="gửi")
            row = await only(app, Feedback)
            assert row.text == "số *** bảo đọc mã otp ***"
            assert (row.kind, row.status, row.channel) == ("scam", "new", "web")
            assert not {"person_id", "chat_id"} & set(Feedback.__table__.columns.keys())

    run(scenario())


def test_a_rating_counts_once_for_each_finished_guide(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(database_url, library) as app:
            await send(app, "m1", chosen="rate:vneid-install:1")
            assert await count(app, Rating) == 0
            await send(app, "m2", chosen="guide:vneid-install:1")
            await send(app, "m3", chosen="done:vneid-install")
            for message in ("m4", "m5"):
                await send(app, message, chosen="rate:vneid-install:5")
            assert (await only(app, Rating)).score == 5
            assert (await only(app, GuideRun)).outcome == "done"

    run(scenario())


def test_going_back_and_forth_is_one_run(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(database_url, library) as app:
            for number, step in enumerate(["1", "2", "1", "2", "3", "end"]):
                await send(app, f"m{number}", chosen=f"guide:vneid-install:{step}")
            assert await count(app, GuideRun) == 1
            await send(app, "m9", chosen="guide:vneid-activate:1")
            assert await count(app, GuideRun) == 2

    run(scenario())


def test_where_people_get_stuck_is_counted(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(database_url, library) as app:
            await send(app, "m1", chosen="guide:vneid-install:1")
            await send(app, "m2", chosen="person:vneid-install:3")
            row = await only(app, GuideRun)
            assert (row.outcome, row.step) == ("stuck", 3)

    run(scenario())


def test_a_stale_guide_says_so(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        app = app_with(settings(sqlite_url), library, clock := Clock())
        await app.prepare()
        clock.forward(days=400)
        reply = unpack((await send(app, "m1", chosen="guide:vneid-install")).parcel.payload)
        assert "Kiểm tra lần cuối: 20/11/2026. Từ đó đến nay có thể đã thay đổi" in reply.text
        await app.stop()

    run(scenario())


def test_replies_survive_packing() -> None:

    reply = Reply("x", (Option("A", "a"),), Attachment("image", "x/y.png"))
    assert unpack(pack(reply)) == reply
    assert unpack(pack(Reply("x"))) == Reply("x")


async def head(app: App, message: str, **content: Any) -> str:
    return str((await send(app, message, **content)).parcel.payload["text"])


@pytest.mark.parametrize("yes", ["ok", "vâng", "dạ", "đồng ý", "gửi đi", "xong rồi"])
def test_a_summary_is_confirmed_in_any_words(yes: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            await send(app, "m1", text="/feedback")
            await send(app, "m2", text="1")
            await send(app, "m3", text="Máy ở phường hay treo")
            await send(app, "m4", text=yes)
            assert await count(app, Feedback) == 1

    run(scenario())


def of_fourteen_areas(library: Library) -> Library:
    areas = [f"Tổ dân phố {number}" for number in range(1, 15)]
    ward = library.wards["mau"].model_copy(update={"areas": areas})
    return replace(library, wards={**library.wards, "mau": ward})


def test_where_areas_are_many_a_number_is_the_area(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, of_fourteen_areas(library)) as app:
            for number in ("1", "2", "14"):
                await send(app, f"a{number}", text="/ward")
                await send(app, f"b{number}", text="mẫu")
                noted = await head(app, f"c{number}", text=number)
                assert noted.startswith(f"Đã ghi: Tổ dân phố {number}, phường Mẫu")

    run(scenario())


@pytest.mark.parametrize("opened", ["/ward", "/feedback"])
def test_somebody_being_robbed_is_heard_inside_a_form(
    opened: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            await send(app, "m1", text=opened)
            text = await head(app, "m2", text="tôi vừa bị lừa chuyển khoản mất hết tiền")
            assert text.startswith(library.titles["scammed-what-to-do"])

    run(scenario())


def test_a_scam_told_as_feedback_is_kept_and_helped(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            await send(app, "m1", text="/feedback")
            await send(app, "m2", text="1")
            summary = await head(app, "m3", text="hôm qua tôi bị lừa mất 5 triệu")
            assert "hôm qua tôi bị lừa mất 5 triệu" in summary
            kept = unpack((await send(app, "m4", text="gửi")).parcel.payload)
            assert kept.options[0].value == "guide:scammed-what-to-do"
            assert await count(app, Feedback) == 1

    run(scenario())


def test_a_form_left_open_lapses_and_is_forgotten(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        app = app_with(settings(database_url), library, clock := Clock())
        await app.prepare()
        await send(app, "m1", text="/feedback")
        await send(app, "m2", text="1")
        await send(app, "m3", text="chuyện riêng của tôi")
        clock.forward(hours=25)
        await app.store.write(lambda db: prune(db, clock()))
        assert (await only(app, Chat)).state == {}
        await send(app, "m4", text="/feedback")
        clock.forward(hours=25)
        text = await head(app, "m5", text="cài vneid")
        assert text.startswith(library.titles["vneid-install"])
        await app.stop()

    run(scenario())


def test_a_forged_answer_does_not_skip_the_checks(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            await send(app, "m1", text="/feedback")
            await send(app, "m2", text="1")
            await send(app, "m3", chosen="form:feedback:text:079099001234")
            await send(app, "m4", chosen="form:feedback:~summary:~save")
            assert await count(app, Feedback) == 0

    run(scenario())


def test_a_slash_is_a_command_even_when_a_label_begins_alike(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            await send(app, "m1", chosen="lang:en")
            await send(app, "m2", chosen="guide:vneid-install")
            assert (await head(app, "m3", text="/start")).startswith("Hello")

    run(scenario())


def test_a_typed_emergency_number_is_answered(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with talking(sqlite_url, library) as app:
            assert (await head(app, "m1", text="113")).startswith("Nguy cấp thì gọi ngay: 113")

    run(scenario())


def test_chats_silent_for_very_long_are_deleted(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        app = app_with(settings(database_url), library, clock := Clock())
        await app.prepare()
        await send(app, "m1", text="/start")
        clock.forward(days=366)
        await app.store.write(lambda db: prune(db, clock()))
        assert await count(app, Chat) == await count(app, Person) == await count(app, Outbox) == 0
        await app.stop()

    run(scenario())


def test_replicas_that_start_together_on_an_empty_database(postgres: Any, library: Library) -> None:
    url = postgres.new_database()

    async def scenario() -> None:
        apps = [app_with(settings(url), library, Clock()) for _ in range(4)]
        await asyncio.gather(*(app.prepare() for app in apps))
        for app in apps:
            await app.stop()

    run(scenario())
