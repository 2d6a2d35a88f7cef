"""Reminders residents ask for: what is meant, what is kept, and that each comes once and at its time."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from content import reminder
from content.i18n import translate
from content.library import Library
from content.when import PAST, UNKNOWN
from handlers import reminder_form, reminders
from handlers.packing import unpack
from handlers.reminder_form import MOST
from handlers.turn import Can, Incoming, Reply, Skip
from store import outbox
from store.base import Base
from store.learning_models import Consent
from store.models import Outbox
from tests.conftest import run
from tests.people import swept
from tests.staff import Office, Somebody, office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YES = "form:reminder:~summary:~save"
MONDAY_8 = datetime(2026, 11, 23, 8, tzinfo=ZONE)
TOMORROW_8 = datetime(2026, 11, 21, 8, tzinfo=ZONE)


def values(reply: Reply) -> list[str]:
    return [option.value for option in reply.options]


async def rows(world: Office, table: Any = Outbox) -> list[Any]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(table).order_by(table.id))).all()

    found = await world.app.store.read(read)
    return [row for row in found if table is not Outbox or row.kind == "reminder"]


async def planned(world: Office) -> list[tuple[str | None, datetime, str]]:
    return [(row.about, row.due_at, row.state) for row in await rows(world)]


async def everything(world: Office) -> str:
    """All that any table holds."""

    async def read(db: Any) -> str:
        tables = Base.metadata.sorted_tables
        found = [(await db.execute(select(table))).all() for table in tables]
        return json.dumps(found, default=str, ensure_ascii=False)

    return await world.app.store.read(read)


async def listening(world: Office, person: Somebody) -> Any:
    """An open page, on which what is pushed arrives."""
    page = world.app.web._stream(person.address, 0)
    assert "open" in await anext(page)
    return page


async def heard(page: Any) -> Reply:
    """What arrives next on a page."""
    data = (await anext(page)).partition("data: ")[2]
    shown = json.loads(data)
    return unpack({**shown, "options": [list(one.values()) for one in shown["options"]]})


def in_office(scenario: Any, url: str, library: Library) -> None:
    """Play a scenario with a world and one resident."""

    async def played() -> None:
        async with office(url, library) as world:
            await scenario(world, world.somebody("resident"))

    run(played())


def test_the_guide_in_hand_is_meant(database_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.choose("guide:pay-electricity:2")
        asked = await bac.say("nhắc tôi sáng thứ hai")
        assert library.titles["pay-electricity"] in asked.text
        assert values(asked) == [
            YES, "remind:pay-electricity", "remind:other:202611230800", "guide:pay-electricity:2"
        ]  # fmt: skip
        assert await planned(world) == []
        done = await bac.choose(YES)
        assert values(done) == ["reminders", "guide:pay-electricity:2", "menu"]
        assert await planned(world) == [("guide:pay-electricity", MONDAY_8, "pending")]
        (consent,) = await rows(world, Consent)
        assert (consent.purpose, consent.text) == ("reminders", asked.text)
        assert consent.given_at == world.clock()
        (row,) = await rows(world)
        assert values(unpack(row.payload)) == [
            "guide:pay-electricity", "remind:pay-electricity", "stop:reminders"
        ]  # fmt: skip

    in_office(scenario, database_url, library)


@pytest.mark.parametrize(
    "said",
    [
        "nhắc tôi nộp tiền điện sáng mai",
        "nhac toi sang mai nop tien dien",
        "nhắc bác mai nộp tiền điện lúc 8 giờ nhé",
        "remind me to pay the electricity bill: tiền điện tomorrow morning",
    ],
)
def test_a_guide_is_meant_by_words(sqlite_url: str, library: Library, said: str) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.choose("guide:vneid-install:1")
        await bac.say(said)
        await bac.choose(YES)
        assert await planned(world) == [("guide:pay-electricity", TOMORROW_8, "pending")]

    in_office(scenario, sqlite_url, library)


@pytest.mark.parametrize("said", ["nhắc tôi làm tiếp", "nhắc tôi việc này", "remind me of this"])
def test_words_for_the_guide_in_hand(sqlite_url: str, library: Library, said: str) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.choose("guide:vneid-install:1")
        await bac.say(f"{said} sáng mai")
        await bac.choose(YES)
        await bac.choose("remind")
        await bac.say("sáng thứ hai")
        await bac.choose(YES)
        assert await planned(world) == [
            ("guide:vneid-install", TOMORROW_8, "pending"),
            ("guide:vneid-install", MONDAY_8, "pending"),
        ]

    in_office(scenario, sqlite_url, library)


def test_a_guide_that_is_not_meant_is_left_out(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        asked = await bac.say("nhắc tôi nộp tiền điện sáng mai")
        bare = await bac.choose("remind:other:202611210800")
        assert bare.text != asked.text
        await bac.choose(YES)
        assert await planned(world) == [("reminder", TOMORROW_8, "pending")]

    in_office(scenario, sqlite_url, library)


def test_words_are_not_kept(database_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.say("nhắc tôi gọi cho cháu Tí ở Quảng Ninh sáng mai")
        assert "Quảng" not in await everything(world)
        await bac.choose(YES)
        await bac.say("nhắc tôi gọi cho cháu Tí ở Quảng Ninh")
        assert "Quảng" not in await everything(world)
        await bac.say("sáng thứ hai gọi cháu Tí ở Quảng Ninh")
        await bac.choose(YES)
        assert "Quảng" not in await everything(world)
        assert await planned(world) == [
            ("reminder", TOMORROW_8, "pending"),
            ("reminder", MONDAY_8, "pending"),
        ]

    in_office(scenario, database_url, library)


def test_guides_that_may_be_meant_are_offered(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        asked = await bac.say("nhắc tôi bảo hiểm sáng mai")
        offered = [value for value in values(asked) if value.count(":") == 2]
        guides = [value for value in offered if value.startswith("remind:")]
        assert guides
        assert all(value.endswith(":202611210800") for value in guides)
        await bac.choose(guides[0])
        await bac.choose(YES)
        name = guides[0].split(":")[1]
        assert await planned(world) == [(f"guide:{name}", TOMORROW_8, "pending")]

    in_office(scenario, sqlite_url, library)


def test_without_a_time_it_is_asked_for(database_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        asked = await bac.say("nhắc tôi")
        usual = [value.removeprefix("form:remind:at:") for value in values(asked)]
        assert usual[:3] == ["202611201500", "202611210800", "202611230800"]
        sorry = set()
        for said in ("để xem đã", "hôm nay lúc 7 giờ sáng", "15/12/2029"):
            reply = await bac.say(said)
            assert reply.text.endswith(asked.text)
            sorry.add(reply.text.removesuffix(asked.text))
        assert len(sorry - {""}) == 3
        await bac.say("nhac toi mai")  # not in the evening
        await bac.choose(YES)
        assert await planned(world) == [("reminder", TOMORROW_8, "pending")]

    in_office(scenario, database_url, library)


def test_a_time_that_cannot_be_is_said_at_once(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        asked = await bac.say("nhắc tôi")
        past = await bac.say("nhắc tôi nộp tiền điện hôm nay lúc 7 giờ sáng")
        assert past.text.endswith(asked.text)
        assert past.text != asked.text
        await bac.choose("menu")
        far = await bac.say("nhắc tôi ngày 1/1/2029 nộp tiền điện")
        assert far.text.endswith(asked.text)
        assert far.text not in (past.text, asked.text)
        await bac.say("sáng mai")
        await bac.choose(YES)
        assert await planned(world) == [("guide:pay-electricity", TOMORROW_8, "pending")]

    in_office(scenario, sqlite_url, library)


def test_usual_times_are_only_those_to_come(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        world.clock.now = datetime(2026, 11, 22, 16, tzinfo=ZONE)  # a Sunday afternoon
        asked = await bac.say("nhắc tôi")
        usual = [value for value in values(asked) if value.startswith("form:remind:at:2")]
        assert usual == ["form:remind:at:202611230800", "form:remind:at:202611280800"]
        await bac.choose(usual[0])
        world.clock.now = datetime(2026, 11, 23, 9, tzinfo=ZONE)
        late = await bac.choose(YES)  # it passed while the question was open
        assert await planned(world) == []
        assert "form:remind:at:202611231500" in values(late)

    in_office(scenario, sqlite_url, library)


def test_a_usual_time_that_passed_meanwhile_is_not_taken(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.say("nhắc tôi")
        world.clock.forward(hours=5)
        reply = await bac.choose("form:remind:at:202611201500")
        assert YES not in values(reply)
        assert "form:remind:at:202611210800" in values(reply)
        assert await bac.say("sáng nay lúc 7 giờ") == reply

    in_office(scenario, sqlite_url, library)


def test_quiet_hours_move_a_reminder_and_it_is_said(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        quiet = await bac.say("nhắc tôi 10 giờ tối mai")
        await bac.choose(YES)
        assert await planned(world) == [
            ("reminder", datetime(2026, 11, 22, 7, tzinfo=ZONE), "pending")
        ]
        (consent,) = await rows(world, Consent)
        assert consent.text == quiet.text
        usual = await bac.say("nhắc tôi 7 giờ sáng mai")
        assert len(usual.text.split("\n\n")) == len(quiet.text.split("\n\n")) - 2

    in_office(scenario, sqlite_url, library)


@pytest.mark.parametrize("said", ["ok", "vâng", "có", "dạ", "ừ", "đồng ý"])
def test_a_yes_in_words(sqlite_url: str, library: Library, said: str) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.say("nhắc tôi sáng mai")
        await bac.say(said)
        assert await planned(world) == [("reminder", TOMORROW_8, "pending")]

    in_office(scenario, sqlite_url, library)


def test_another_time_before_the_yes(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.choose("guide:pay-electricity:2")
        first = await bac.say("nhắc tôi sáng mai")
        unclear = await bac.say("tùy thôi")
        assert unclear.text.endswith(first.text)
        assert values(unclear) == values(first)
        await bac.say("9 giờ sáng thứ hai")
        asked = await bac.choose("remind:pay-electricity")
        assert "form:remind:at:202611210800" in values(asked)
        await bac.choose("form:remind:at:202611230800")
        await bac.choose(YES)
        assert await planned(world) == [("guide:pay-electricity", MONDAY_8, "pending")]

    in_office(scenario, sqlite_url, library)


def test_a_typed_time_changes_the_question(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.say("nhắc tôi sáng mai")
        await bac.say("thứ hai đi")
        await bac.say("ok")
        assert await planned(world) == [("reminder", MONDAY_8, "pending")]
        await bac.say("nhắc tôi sáng mai")
        world.clock.now = datetime(2026, 11, 21, 8, 30, tzinfo=ZONE)
        assert "form:remind:at:202611211500" in values(await bac.say("tùy thôi"))

    in_office(scenario, sqlite_url, library)


def test_no_leads_back_to_the_guide(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        step = await bac.choose("guide:pay-electricity:2")
        asked = await bac.say("nhắc tôi sáng mai")
        back = await bac.choose(values(asked)[-1])
        assert back.text == step.text
        assert await planned(world) == []
        assert await rows(world, Consent) == []

    in_office(scenario, sqlite_url, library)


def test_back_from_the_time_is_the_subject(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.choose("remind:pay-electricity")
        subject = await bac.say("quay lại")
        assert values(subject)[:2] == [
            "form:remind:guide:pay-electricity",
            "form:remind:guide:other",
        ]
        await bac.say("cài VNeID")
        await bac.say("sáng mai")
        await bac.choose(YES)
        assert await planned(world) == [("guide:vneid-install", TOMORROW_8, "pending")]

    in_office(scenario, sqlite_url, library)


def test_choices_that_make_no_sense_are_answered(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        gone = await bac.choose("remind:no-such-guide")
        assert values(gone)[-1] == "person"
        for value in (
            "remind",
            "remind:other",
            "remind:pay-electricity:",
            "remind:pay-electricity:202613450800",
            "remind:pay-electricity:202611190800",
            "remind:pay-electricity:209911190800",
            "remind:pay-electricity:tomorrow",
        ):
            asked = await bac.choose(value)
            assert "form:remind:at:202611210800" in values(asked), value
        assert (await bac.say("~edit")).text.endswith(asked.text)
        lapsed = await bac.choose("unremind:7")
        assert values(lapsed)[-1] == "person"
        for value in ("unremind", "unremind:x", "unremind:99999999999999999999"):
            assert await bac.choose(value) == lapsed, value

    in_office(scenario, sqlite_url, library)


def test_it_is_set_once(database_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        for _ in range(2):
            await bac.say("nhắc tôi nộp tiền điện sáng mai")
            await bac.choose(YES)
        assert len(await planned(world)) == 1
        assert len(await rows(world, Consent)) == 1
        listed = await bac.say("/reminders")
        assert values(listed) == ["unremind:" + str((await rows(world))[0].id), "menu"]
        await bac.choose(values(listed)[0])
        await bac.say("nhắc tôi nộp tiền điện sáng mai")
        await bac.choose(YES)
        assert [state for _, _, state in await planned(world)] == ["skipped", "pending"]
        assert (await rows(world))[0].code == "cancelled"

    in_office(scenario, database_url, library)


def test_the_list_names_each_in_the_order_of_time(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        none = await bac.say("nhắc việc")
        assert values(none) == ["menu"]
        for said in ("nhắc tôi sáng thứ hai", "nhắc tôi nộp tiền điện sáng mai"):
            await bac.say(said)
            await bac.choose(YES)
        listed = await bac.say("lịch nhắc")
        lines = listed.text.splitlines()[1:]
        assert library.titles["pay-electricity"] in lines[0]
        assert [line[:2] for line in lines] == ["1.", "2."]
        await bac.say("1")
        assert await planned(world) == [
            ("reminder", MONDAY_8, "pending"),
            ("guide:pay-electricity", TOMORROW_8, "skipped"),
        ]

    in_office(scenario, sqlite_url, library)


def test_nobody_cancels_what_is_anothers(database_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.say("nhắc tôi sáng mai")
        await bac.choose(YES)
        (row,) = await rows(world)
        stranger = world.somebody("stranger")
        assert values(await stranger.choose(f"unremind:{row.id}"))[-1] == "person"
        assert [state for _, _, state in await planned(world)] == ["pending"]

    in_office(scenario, database_url, library)


def test_ten_are_enough(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        for day in range(MOST - 1):
            await bac.say(f"nhắc tôi {day + 2} ngày nữa")
            await bac.choose(YES)
        await bac.say("nhắc tôi sáng mai")
        await bac.choose(YES)
        assert len(await planned(world)) == MOST
        for refused in (
            await bac.say("nhắc tôi 30 ngày nữa"),
            await bac.choose("remind:pay-electricity"),
        ):
            assert str(MOST) in refused.text
            assert values(refused) == ["reminders", "menu"]
        listed = await bac.say("/reminders")
        await bac.choose(values(listed)[0])
        assert YES in values(await bac.say("nhắc tôi 30 ngày nữa"))

    in_office(scenario, sqlite_url, library)


def test_it_comes_at_its_time_and_once(database_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.say("nhắc tôi nộp tiền điện sáng mai")
        await bac.choose(YES)
        page = await listening(world, bac)
        await swept(world.app)
        assert [state for _, _, state in await planned(world)] == ["pending"]
        world.clock.now = TOMORROW_8.astimezone(UTC)
        for _ in range(2):
            await swept(world.app)
        assert [state for _, _, state in await planned(world)] == ["sent"]
        came = await heard(page)
        assert library.titles["pay-electricity"] in came.text
        world.clock.forward(minutes=1)
        assert library.titles["pay-electricity"] in (await bac.say("1")).text
        assert values(await bac.say("/reminders")) == ["menu"]

    in_office(scenario, database_url, library)


def test_one_word_ends_them_all(database_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        for said in ("nhắc tôi sáng mai", "nhắc tôi sáng thứ hai"):
            await bac.say(said)
            await bac.choose(YES)
        page = await listening(world, bac)
        world.clock.now = TOMORROW_8.astimezone(UTC)
        await swept(world.app)
        await heard(page)
        await bac.say("dừng")
        assert [state for _, _, state in await planned(world)] == ["sent", "skipped"]
        asked = await bac.say("nhắc tôi sáng thứ hai")
        await bac.choose(YES)
        consents = await rows(world, Consent)
        assert [one.withdrawn_at is None for one in consents] == [False, True]
        assert consents[1].text == asked.text

    in_office(scenario, database_url, library)


def test_what_is_said_is_of_that_moment(database_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        await bac.say("nhắc tôi nộp tiền điện sáng mai")
        await bac.choose(YES)
        (row,) = await rows(world)
        guides = {name: one for name, one in library.guides.items() if name != "pay-electricity"}
        without = replace(library, guides=guides)

        async def composed(books: Library) -> Reply | Skip:
            async def read(db: Any) -> Reply | Skip:
                parcel = await outbox.get(db, row.id)
                return await reminders.compose(db, books, parcel, world.clock())

            return await world.app.store.read(read)

        before = await composed(library)
        assert isinstance(before, Reply)
        assert before == unpack(row.payload)
        gone = await composed(without)
        assert isinstance(gone, Reply)
        assert values(gone) == ["menu", "remind:other", "stop:reminders"]
        never = reminder_form.said(partial(translate, "vi"), library, "reminder")
        assert gone.text.startswith(f"{never.text} ")
        await bac.choose("lang:en")
        spoken = await composed(library)
        assert isinstance(spoken, Reply)
        assert "You asked me" in spoken.text
        await bac.choose("stop:reminders")
        assert await composed(library) == Skip("stopped")

    in_office(scenario, database_url, library)


def test_where_nothing_can_be_pushed_it_is_said(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        mute = Can(buttons=True, files=False, push=False, text_limit=2000)
        for number, said in enumerate((dict(text="nhắc tôi sáng mai"), dict(chosen="remind"))):
            incoming = Incoming("web", "mute", f"m{number}", **said)
            answered = await world.app.conversation.converse(incoming, mute)
            assert answered
            reply = unpack(answered.parcel.payload)
            assert YES not in values(reply)
            assert not any(value.startswith("form:") for value in values(reply))
            assert values(reply)[-1] == "person"

    in_office(scenario, sqlite_url, library)


def test_other_talk_is_no_wish(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office, bac: Somebody) -> None:
        for said in ("nhắc lại", "tiền điện", "lời nhắc là gì", "nhạc tôi thích"):
            assert not any(value.startswith("form:") for value in values(await bac.say(said)))
        await bac.choose("feedback")
        await bac.choose("form:feedback:kind:difficulty")
        told = await bac.say("nhắc tôi sáng mai thì tốt")
        assert "nhắc tôi sáng mai thì tốt" in told.text

    in_office(scenario, sqlite_url, library)


NOW = datetime(2026, 11, 20, 12, tzinfo=ZONE)
SPLIT = """
nộp tiền điện sáng mai               | nộp tiền điện         | 2026-11-21 08:00
sáng mai, nộp tiền điện              | nộp tiền điện         | 2026-11-21 08:00
mai nộp tiền điện lúc 9 giờ          | nộp tiền điện         | 2026-11-21 09:00
nop tien dien sang mai nhe           | nop tien dien         | 2026-11-21 08:00
nộp tiền điện vào 8 giờ sáng thứ hai | nộp tiền điện         | 2026-11-23 08:00
khám bảo hiểm 3 giờ chiều thứ 4 tuần sau giúp con nhé | khám bảo hiểm | 2026-11-25 15:00
pay the bill tomorrow morning        | pay the bill          | 2026-11-21 08:00
sáng mai                             |                       | 2026-11-21 08:00
sang mai nhe                         |                       | 2026-11-21 08:00
chiêu mai                            |                       | 2026-11-21 15:00
làm hộ chiếu                         | làm hộ chiếu          | unknown
làm hộ chiếu sáng mai                | làm hộ chiếu          | 2026-11-21 08:00
đổi thẻ ngày 15/12                   | đổi thẻ               | 2026-12-15 08:00
đi đám cưới tuần sau                 | đi đám cưới           | 2026-11-27 08:00
gọi cho cháu cuối tuần               | gọi cho cháu          | 2026-11-21 08:00
mai cho cháu đi học lúc 7 giờ sáng   | cho cháu đi học       | 2026-11-21 07:00
làm tiếp vào lúc 8 giờ sáng mai      | làm tiếp              | 2026-11-21 08:00
mua hàng khuyến mại                  | mua hàng khuyến mại   | unknown
nộp tiền điện hôm nay lúc 7 giờ sáng | nộp tiền điện         | past
15/12/2029 đổi thẻ                   | đổi thẻ               | far
                                     |                       | unknown
"""


@pytest.mark.parametrize("line", SPLIT.strip("\n").splitlines())
def test_the_time_is_taken_out_of_a_wish(line: str) -> None:
    said, rest, at = (part.strip() for part in line.split("|"))
    wish, time = reminder.split(said, NOW)
    shown = time if isinstance(time, str) else f"{time.at:%Y-%m-%d %H:%M}"
    assert (wish, shown) == (rest, at)


def test_a_long_text_is_split_soon() -> None:
    long = " ".join(["muốn làm căn cước cho cả nhà"] * 200)
    assert reminder.split(long, NOW)[1] == UNKNOWN
    assert reminder.split(f"{long} sáng mai", NOW)[0] == long
    assert reminder.split("nộp tiền hôm nay lúc 6 giờ sáng", NOW)[1] == PAST
    assert reminder.split("nộp tiền sau 2 tiếng", NOW)[1].at == NOW + timedelta(hours=2)  # type: ignore[union-attr]
