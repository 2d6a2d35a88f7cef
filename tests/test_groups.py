"""Groups on the Zalo Bot: the log and questions where all read, the rest between the two of us."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.invitations import invite
from content.i18n import translate
from content.library import Library
from handlers import notices
from handlers.turn import Reply
from store import chats
from store.kinds import NOTICE
from store.log_models import SupportSession
from store.models import Chat, Person
from tests.conftest import run
from tests.fakes.zalo_bot import FakeZaloBot, group
from tests.people import Clock, World, swept
from tests.zalo import ZaloPerson, settled, zalo_bot

WARD = "mau"
HERE, THERE = group(1), group(2)
BOT = "@Bot Phường An Hòa"
SENTENCE = "ghi vừa giúp 3 cụ cài VNeID ở nhà văn hoá chiều qua"
PRIVATELY = translate(
    "vi", "That is better said between the two of us: please write to me in our own chat."
)


@dataclass
class Scene:
    world: World
    fake: FakeZaloBot

    def meet(self) -> ZaloPerson:
        person = self.world.meet()
        assert isinstance(person, ZaloPerson)
        return person

    async def joins(self, person: ZaloPerson, name: str, role: str = "member") -> None:
        """Somebody gets a role, in their own chat."""
        app = self.world.app
        draw = self.world.draw
        code, _ = await invite(app.store, app.library.wards[WARD], role, name, app.now(), draw)
        assert name in (await person.say(code)).text

    async def said(self, person: ZaloPerson, text: str, where: str = HERE) -> list[str]:
        """What all see in a group after somebody says this to the bot."""
        return await self.heard(person, f"{BOT} {text}", where)

    async def heard(self, person: ZaloPerson, text: str, where: str = HERE) -> list[str]:
        before = len(self.fake.seen(where))
        await self.fake.text(person.user, text, where)
        await settled(self.world.app)
        return [shown.text for shown in self.fake.seen(where)[before:]]

    async def rows(self, table: Any) -> list[Any]:
        async def read(db: AsyncSession) -> list[Any]:
            return list(await db.scalars(select(table).order_by(table.id)))

        return await self.world.app.store.read(read)


def play(
    story: Callable[[Scene], Awaitable[None]], url: str, library: Library, **given: Any
) -> None:
    async def scene() -> None:
        async with zalo_bot(url, Clock(), library, ward=WARD, **given) as world:
            await story(Scene(world, world.person._fake))  # type: ignore[attr-defined]

    run(scene())


def test_a_member_logs_in_one_sentence_where_all_read(database_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        lan = scene.meet()
        await scene.joins(lan, "Chị Lan")
        (summary,) = await scene.said(lan, SENTENCE)
        assert "[1] Lưu" in summary
        (saved,) = await scene.said(lan, "1")
        assert not saved.startswith(PRIVATELY)
        (row,) = await scene.rows(SupportSession)
        assert (row.people, row.place, row.channel) == (3, "culture_house", "zalo_bot")
        own = (await lan.say("/mine")).text
        assert "3" in own

    play(story, database_url, library)


def test_a_class_to_come_is_opened_privately(sqlite_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        lan = scene.meet()
        await scene.joins(lan, "Chị Lan")
        (told,) = await scene.said(lan, "mở lớp vneid 14h chiều nay ở nvh, 30 người")
        assert told.startswith(PRIVATELY)
        await scene.said(lan, "1")
        assert await scene.rows(SupportSession) == []

    play(story, sqlite_url, library)


@pytest.mark.parametrize("name", ["", "Bot Phường An Hòa"])
def test_a_strangers_sentence_is_not_counted(name: str, sqlite_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        stranger = scene.meet()
        assert len(await scene.said(stranger, SENTENCE)) == 1
        await scene.said(stranger, "1")
        await scene.said(stranger, "/log")
        assert await scene.rows(SupportSession) == []

    play(story, sqlite_url, library, zalo_bot_name=name)


def test_talk_among_people_is_left_alone(sqlite_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        lan = scene.meet()
        await scene.joins(lan, "Chị Lan")
        assert await scene.heard(lan, SENTENCE) == []
        assert await scene.heard(lan, "1") == []
        assert len(await scene.said(lan, "cài vneid thế nào")) == 1

    play(story, sqlite_url, library)


def test_what_is_private_is_answered_privately(sqlite_url: str, library: Library) -> None:
    private = (
        "/mydata", "xóa dữ liệu", "/link", "/join", "/request", "nhờ giúp", "/reminders", "/learn",
        "/start hoc_residents", "/ward", "/language", "/mine", "/requests", "/office", "/confirm",
        "/feedback", "/invite", "123456", "/settings", "/team",
    )  # fmt: skip

    async def story(scene: Scene) -> None:
        lan = scene.meet()
        await scene.joins(lan, "Chị Lan", "administrator")
        answers = {text: await scene.said(lan, text) for text in private}
        wrong = {text: said for text, said in answers.items() if not said[0].startswith(PRIVATELY)}
        assert wrong == {}
        (asked,) = await scene.said(lan, "nhắc tôi 8 giờ sáng mai uống thuốc")
        assert "8" not in asked.partition("[1]")[0] or PRIVATELY in asked
        assert await scene.rows(SupportSession) == []

    play(story, sqlite_url, library)


def test_nothing_is_pushed_into_a_group(database_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        lan, guest = scene.meet(), scene.meet()
        await scene.joins(lan, "Chị Lan")
        scene.world.clock.forward(minutes=5)
        await scene.said(lan, "/menu")
        await scene.said(guest, "/menu")
        rows = {chat.address: chat for chat in await scene.rows(Chat)}
        app, seen = scene.world.app, len(scene.fake.seen(HERE))
        for address in (lan.user, f"{HERE}/{guest.user}"):
            person = rows[address].person_id
            told = await app.store.write(partial(tell, person, app.now()))
            assert told is (address == lan.user)
        await swept(app)
        assert len(scene.fake.seen(HERE)) == seen
        assert scene.fake.seen(lan.user)[-1].text == "Thông báo"
        assert [row.in_group for row in await scene.rows(Chat)].count(True) == 2

    play(story, database_url, library)


async def tell(person: int, now: datetime, db: AsyncSession) -> bool:
    return await notices.tell(db, person, Reply("Thông báo"), NOTICE, f"k{person}", now)


def test_each_has_a_talk_of_their_own(sqlite_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        lan, hoa = scene.meet(), scene.meet()
        for person, name in ((lan, "Chị Lan"), (hoa, "Chị Hoa")):
            await scene.joins(person, name)
        await scene.said(lan, SENTENCE)
        await scene.said(hoa, "ghi giúp 5 bà cài VNeID")
        await scene.said(lan, "1")
        (first,) = await scene.rows(SupportSession)
        assert first.people == 3
        await scene.said(hoa, "1", THERE)
        assert len(await scene.rows(SupportSession)) == 1
        await scene.said(hoa, "1")
        two = await scene.rows(SupportSession)
        assert [row.people for row in two] == [3, 5]
        assert len({row.member_id for row in two}) == 2

    play(story, sqlite_url, library)


def test_the_person_is_the_one_of_the_own_chat_also_when_that_comes_later(
    database_url: str, library: Library
) -> None:
    async def story(scene: Scene) -> None:
        lan = scene.meet()
        await scene.said(lan, SENTENCE)
        await scene.said(lan, "1")
        assert await scene.rows(SupportSession) == []
        await scene.joins(lan, "Chị Lan")
        await scene.said(lan, SENTENCE)
        await scene.said(lan, "1")
        (row,) = await scene.rows(SupportSession)
        assert row.people == 3
        here, own = await scene.rows(Chat)
        assert here.person_id == own.person_id
        assert len(await scene.rows(Person)) == 1

    play(story, database_url, library)


def test_who_is_forgotten_leaves_nothing_in_groups_either(
    sqlite_url: str, library: Library
) -> None:
    """A group's row holds the person's id in its address, and what the bot answered them."""

    async def story(scene: Scene) -> None:
        lan = scene.meet()
        await lan.say("/menu")
        await scene.said(lan, "/menu")
        await lan.say("/mydata")
        await lan.press("Xóa hết")
        await lan.press("Có, xóa đi")
        scene.world.clock.forward(hours=2)
        now = scene.world.clock()
        day = timedelta(days=1)
        await scene.world.app.store.write(
            lambda db: chats.prune(db, now - day, now - timedelta(hours=1), now - 365 * day)
        )
        assert await scene.rows(Chat) == []

    play(story, sqlite_url, library)
