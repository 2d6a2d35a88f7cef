"""What Zalo tells beside messages, and what it tells twice, late or wrongly: whole flows by the webhook."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbound as inbound_module
from bot.app import App
from bot.channels.zalo_oa import SIGNATURE_HEADER
from bot.invitations import invite
from content.i18n import translate
from content.library import Library
from handlers.menu import ONLY_TEXT
from handlers.turn import Option, Reply
from handlers.unsupported import UNSEEN
from store.base import Base
from store.kinds import NEWS, NOTICE
from store.models import Chat, Outbox
from tests.conftest import run
from tests.fakes.zalo_bot import FakeZaloBot
from tests.people import Clock, World, push, swept
from tests.zalo import (
    APP_ID,
    OA_ID,
    OA_SECRET,
    ZaloPerson,
    settled,
    zalo_bot,
    zalo_oa,
)

WARD = "mau"
PHONE = "0912345678"
CS = "/v3.0/oa/message/cs"
CHANNELS = {"zalo_oa": zalo_oa, "zalo_bot": zalo_bot}
LATE = translate(
    "vi", "Your message came late, so I am not sure which question it answers. Please answer again."
)


@dataclass
class Scene:
    """One Zalo channel, somebody on it, and the platform behind it."""

    world: World
    fake: Any
    channel: str

    @property
    def app(self) -> App:
        return self.world.app

    @property
    def clock(self) -> Clock:
        return self.world.clock

    @property
    def lan(self) -> ZaloPerson:
        person = self.world.person
        assert isinstance(person, ZaloPerson)
        return person

    async def settled(self) -> None:
        """Everything was handled, echoes too."""
        await settled(self.app)
        if self.channel == "zalo_oa":
            await self.fake.settled()
            await settled(self.app)

    async def got(self, act: Callable[..., Awaitable[object]], *given: Any) -> list[str]:
        """What somebody sees because of what they did."""
        before = len(self.fake.seen(self.lan.user))
        await act(self.lan.user, *given)
        await self.settled()
        return [shown.text for shown in self.fake.seen(self.lan.user)[before:]]

    async def chat(self, user: str = "") -> Chat:
        async def read(db: AsyncSession) -> Chat:
            mine = (Chat.channel == self.channel, Chat.address == (user or self.lan.user))
            return (await db.scalars(select(Chat).where(*mine))).one()

        return await self.app.store.read(read)

    async def rows(self, kind: str) -> list[Outbox]:
        async def read(db: AsyncSession) -> list[Outbox]:
            of_kind = select(Outbox).where(Outbox.kind == kind).order_by(Outbox.id)
            return list(await db.scalars(of_kind))

        return await self.app.store.read(read)

    def ahead(self, seconds: float) -> None:
        """The platform's clock against ours, from now on."""
        if isinstance(self.fake, FakeZaloBot):
            self.fake.ahead = timedelta(seconds=seconds)
        else:
            self.fake._ahead = timedelta(seconds=seconds)

    async def push(self, text: str, kind: str = NOTICE, *options: Option) -> list[str]:
        """Plan something for somebody, and what they see of it now."""
        before = len(self.fake.seen(self.lan.user))
        await push(self.app, (await self.chat()).id, Reply(text, options), kind, text)
        await self.settled()
        return [shown.text for shown in self.fake.seen(self.lan.user)[before:]]


def play(
    story: Callable[[Scene], Awaitable[None]],
    channel: str,
    url: str,
    library: Library,
    **given: Any,
) -> None:
    async def scene() -> None:
        given.setdefault("ward", WARD)
        async with CHANNELS[channel](url, Clock(), library, **given) as world:
            await story(Scene(world, world.person._fake, channel))  # type: ignore[attr-defined]

    run(scene())


both = pytest.mark.parametrize("channel", list(CHANNELS))


# Told twice, late, or not at all


@both
def test_a_body_that_comes_again_much_later_is_answered_once(
    channel: str, database_url: str, library: Library
) -> None:
    async def story(scene: Scene) -> None:
        accept, told = scene.app.inbound.accept, []

        async def noted(channel: str, key: str, address: str, body: str) -> bool:
            told.append((channel, key, address, body))
            return await accept(channel, key, address, body)

        scene.app.inbound.accept = noted  # type: ignore[method-assign]
        await scene.lan.say("/menu")
        seen = len(scene.fake.seen(scene.lan.user))
        assert len({event[1] for event in told if "oa_" not in event[1]}) == 1
        for _ in range(3):
            scene.clock.forward(minutes=15)
            assert await accept(*told[0])
            await scene.settled()
        assert len(scene.fake.seen(scene.lan.user)) == seen

    play(story, channel, database_url, library)


@both
@pytest.mark.parametrize(("before", "late"), [(10, False), (19, False), (21, True), (300, True)])
def test_a_number_written_before_the_question_is_not_guessed(
    before: int, late: bool, channel: str, sqlite_url: str, library: Library
) -> None:
    async def story(scene: Scene) -> None:
        scene.clock.forward(hours=1)
        menu = await scene.lan.say("/menu")
        scene.ahead(-before)
        (said,) = await scene.got(scene.fake.text, "2")
        assert said.startswith(LATE) is late
        scene.ahead(0)
        if late:
            assert [label for label in menu.labels if label not in said] == []
            (said,) = await scene.got(scene.fake.text, "2")
            assert not said.startswith(LATE)

    play(story, channel, sqlite_url, library)


def test_an_event_older_than_a_day_is_answered_200_and_not_acted_on(
    sqlite_url: str, library: Library
) -> None:
    """Who holds an old signed body cannot speak for somebody."""

    async def story(scene: Scene) -> None:
        scene.ahead(-25 * 3600)
        assert await scene.got(scene.fake.text, "/menu") == []
        assert scene.fake.deliveries[-1].status == 200
        scene.ahead(-23 * 3600)
        assert len(await scene.got(scene.fake.text, "/menu")) == 1

    play(story, "zalo_oa", sqlite_url, library)


def test_the_windows_begin_when_a_message_was_written(sqlite_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        scene.ahead(-7200)
        await scene.got(scene.fake.text, "/menu")
        written = scene.clock() - timedelta(hours=2)
        assert (await scene.chat()).last_in_at == written
        scene.ahead(0)
        await scene.got(scene.fake.text, "/menu")
        assert (await scene.chat()).last_in_at == scene.clock()
        scene.ahead(-3600)  # out of order
        await scene.got(scene.fake.text, "/help")
        assert (await scene.chat()).last_in_at == scene.clock()

    play(story, "zalo_oa", sqlite_url, library)


@both
def test_a_question_written_late_is_answered_all_the_same(
    channel: str, sqlite_url: str, library: Library
) -> None:
    async def story(scene: Scene) -> None:
        scene.clock.forward(hours=1)
        await scene.lan.say("/menu")
        scene.ahead(-300)
        (said,) = await scene.got(scene.fake.text, "cài vneid thế nào")
        assert not said.startswith(LATE)

    play(story, channel, sqlite_url, library)


@both
def test_what_cannot_be_kept_is_not_said_yes_to_and_comes_again(
    channel: str, sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(scene: Scene) -> None:
        await scene.lan.say("/menu")
        await scene.settled()  # the answer's echo is no event of this story
        monkeypatch.setattr(inbound_module, "MOST", 0)
        assert await scene.got(scene.fake.text, "/menu") == []
        monkeypatch.setattr(inbound_module, "MOST", 10)
        write = scene.app.store.write

        async def broken(job: Any, *given: Any, **named: Any) -> Any:
            raise OSError

        scene.app.store.write = broken  # type: ignore[method-assign]
        assert await scene.got(scene.fake.text, "/menu") == []
        scene.app.store.write = write  # type: ignore[method-assign]
        posts = scene.fake.posts if channel == "zalo_bot" else scene.fake.deliveries
        refused = [post.status for post in posts if post.status != 200]
        assert len(refused) == 4
        assert set(refused) <= {500, 503}
        assert len(await scene.got(scene.fake.text, "/menu")) == 1

    play(story, channel, sqlite_url, library)


# What is no text


@both
@pytest.mark.parametrize(
    ("act", "again"), [("sticker", 0), ("voice", 1), ("image", 1), ("unsupported", 0)]
)
def test_what_cannot_be_read_is_answered_in_full_once_an_hour(
    act: str, again: int, channel: str, sqlite_url: str, library: Library
) -> None:
    async def story(scene: Scene) -> None:
        does = getattr(scene.fake, act, None)
        if does is None:  # the Official Account tells of no such thing
            return
        said = translate("vi", UNSEEN if act == "unsupported" else ONLY_TEXT)
        (first,) = await scene.got(does)
        assert first.startswith(f"{said}\n\n")
        scene.clock.forward(minutes=50)
        assert len(await scene.got(does)) == again
        scene.clock.forward(minutes=11)
        (once_more,) = await scene.got(does)
        assert once_more.split("\n\n")[:2] == first.split("\n\n")[:2]

    play(story, channel, sqlite_url, library)


def test_words_beside_a_picture_are_read(sqlite_url: str, library: Library) -> None:
    for channel in CHANNELS:

        async def story(scene: Scene) -> None:
            (said,) = await scene.got(scene.fake.image, "/menu")
            assert "[1]" in said
            assert translate("vi", ONLY_TEXT) not in said

        play(story, channel, sqlite_url.replace("toso", channel), library)


# Staff who write by hand


def test_the_bot_keeps_silent_where_staff_write(database_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        await scene.lan.say("/menu")
        await scene.fake.staff(scene.lan.user, "Chào bác, em là Hoa ở phường ạ.")
        await scene.settled()
        scene.clock.forward(minutes=29)
        assert await scene.got(scene.fake.text, "cảm ơn cháu") == []
        assert await scene.push("Thông báo") == []
        hoa = scene.world.meet()
        assert (await hoa.say("/menu")).labels
        scene.clock.forward(minutes=2)
        assert len(await scene.got(scene.fake.text, "/menu")) == 1
        scene.clock.forward(hours=1)
        await swept(scene.app)
        assert scene.fake.seen(scene.lan.user)[-1].text == "Thông báo"

    play(story, "zalo_oa", database_url, library)


async def paused(scene: Scene) -> bool:
    await scene.settled()
    return (await scene.chat()).paused_until is not None


def test_echoes_of_our_own_messages_do_not_silence_us(database_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        scene.fake.options.echo = True
        await scene.lan.say("/menu")
        await scene.push("Một tin dài. " * 400)
        await scene.lan.say("xóa dữ liệu")
        await scene.got(scene.fake.text, "1")
        await scene.lan.say("chào")
        names = [delivery.event for delivery in scene.fake.deliveries]
        assert names.count("oa_send_text") > 2 * 5
        assert not await paused(scene)

    play(story, "zalo_oa", database_url, library)


@pytest.mark.parametrize("restarted", [False, True])
def test_a_late_echo_is_still_ours(restarted: bool, sqlite_url: str, library: Library) -> None:
    """Also when another process sent it, or nothing of it is kept since."""

    async def story(scene: Scene) -> None:
        scene.fake.options.echo = False
        await scene.lan.say("/menu")
        shown = scene.fake.seen(scene.lan.user)[-1]
        if restarted:
            await scene.world.restart()
        else:
            await scene.lan.say("/mydata")
            await scene.lan.press("Xóa hết")
            await scene.lan.press("Có, xóa đi")
        await scene.fake._courier.tell(scene.fake._echo(shown))
        assert not await paused(scene)
        await scene.fake.staff(scene.lan.user, "Chào bác")
        assert await paused(scene)

    play(story, "zalo_oa", sqlite_url, library)


def test_the_echo_of_a_number_shown_to_a_helper_is_ours(sqlite_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        await scene.lan.say("/menu")
        resident = scene.world.meet()
        await resident.say("/start area_mau_to-dan-pho-1")
        await joined(scene.app, scene.lan, "officer", "Ông Cán")
        await resident.say("/request")
        for label in ("Cài VNeID", "Buổi sáng", "Bỏ qua"):
            await resident.press(label)  # type: ignore[attr-defined]
        await resident.say(PHONE)
        await resident.press("Gửi")
        scene.fake.options.echo = True
        await scene.lan.say("/requests")
        await scene.lan.press(scene.lan._labels[0])
        said = [shown.text for shown in scene.fake.seen(scene.lan.user)]
        if not any(PHONE in one for one in said):
            label = next(label for label in scene.lan._labels if "nhận" in label.casefold())
            said = [(await scene.lan.press(label)).text]
        assert any(PHONE in one for one in said)
        assert not await paused(scene)
        await scene.world.restart()
        shown = next(one for one in scene.fake.seen(scene.lan.user) if PHONE in one.text)
        await scene.fake._courier.tell(scene.fake._echo(shown))
        assert not await paused(scene)

    play(story, "zalo_oa", sqlite_url, library)


async def joined(app: App, person: Any, role: str, name: str) -> None:
    """Somebody gets a role by an invitation."""
    code, _ = await invite(app.store, app.library.wards[WARD], role, name, app.now(), app_draw)
    assert name in (await person.say(code)).text


_drawn = count(424_242)


def app_draw(below: int) -> int:
    return next(_drawn) % below


# Waiting for who is away


def test_what_waits_comes_when_they_write_again(database_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        await scene.lan.say("/menu")
        scene.clock.forward(days=7, minutes=1)
        assert await scene.push("Thông báo", NOTICE) == []
        assert await scene.push("Nhắc bác", NOTICE) == []
        assert await scene.push("Tin mới", NEWS) == []
        assert [row.code for row in await scene.rows(NOTICE)] == ["away", "away"]
        assert [(row.state, row.code) for row in await scene.rows(NEWS)] == [("skipped", "window")]
        scene.clock.forward(days=2)
        assert len(await scene.got(scene.fake.text, "/menu")) == 1
        await swept(scene.app)
        texts = [shown.text for shown in scene.fake.seen(scene.lan.user)]
        assert texts[-2:] == ["Thông báo", "Nhắc bác"]
        assert scene.fake.called(CS)[-1]["recipient"]["user_id"] == scene.lan.user

    play(story, "zalo_oa", database_url, library)


def test_a_refusal_for_silence_waits_too(sqlite_url: str, library: Library) -> None:
    """Zalo's own clock may know better than ours."""

    async def story(scene: Scene) -> None:
        await scene.lan.say("/menu")
        scene.fake.fail(CS, code=-230)
        assert await scene.push("Thông báo") == []
        (row,) = await scene.rows(NOTICE)
        assert (row.state, row.code) == ("pending", "away")
        await scene.got(scene.fake.text, "/menu")
        await swept(scene.app)
        assert scene.fake.seen(scene.lan.user)[-1].text == "Thông báo"

    play(story, "zalo_oa", sqlite_url, library)


def test_who_leaves_hears_nothing_until_they_write(database_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        await scene.lan.say("/menu")
        await scene.fake.unfollow(scene.lan.user)
        await scene.settled()
        assert await scene.push("Thông báo") == []
        (row,) = await scene.rows(NOTICE)
        assert (row.state, row.code) == ("skipped", "blocked")
        assert len(await scene.got(scene.fake.text, "/menu")) == 1
        assert await scene.push("Tin khác") == ["Tin khác"]

    play(story, "zalo_oa", database_url, library)


def test_an_old_word_that_they_left_does_not_silence_who_wrote_since(
    sqlite_url: str, library: Library
) -> None:
    """Order is not guaranteed, and Zalo delivers again for two hours (facts/zalo.md, 2.9)."""

    async def story(scene: Scene) -> None:
        await scene.lan.say("/menu")
        left = scene.fake._world.stamp()
        scene.clock.forward(minutes=10)
        await scene.lan.say("/menu")
        who = {"oa_id": OA_ID, "follower": {"id": scene.lan.user}}
        await scene.fake.event("unfollow", **who, timestamp=left)
        await scene.settled()
        assert await scene.push("Thông báo") == ["Thông báo"]

    play(story, "zalo_oa", sqlite_url, library)


# A number left on the form


async def everything(app: App) -> str:
    """All that the tables hold."""

    async def read(db: AsyncSession) -> str:
        tables = Base.metadata.sorted_tables
        found = [(await db.execute(table.select())).all() for table in tables]
        return repr(found)

    return await app.store.read(read)


def test_a_number_is_sealed_shown_by_nobody_and_forgotten(
    database_url: str, library: Library
) -> None:
    async def story(scene: Scene) -> None:
        user = scene.lan.user
        await scene.lan.say("/menu")
        await scene.fake.submit_info(user, "Nguyễn Văn Tư", "84912345678", "12 Lê Lợi")
        await scene.settled()
        assert (await scene.chat()).phone
        desk = scene.app._desk()
        assert await desk.phone("zalo_oa", user) == "84912345678"
        kept = await everything(scene.app)
        assert [word for word in ("912345678", "Nguyễn Văn Tư", "Lê Lợi") if word in kept] == []
        for asked in ("/mydata", "/menu", "/help", "/settings"):
            assert "912345678" not in (await scene.lan.say(asked)).text
        await scene.lan.say("/mydata")
        await scene.lan.press("Xóa hết")
        await scene.lan.press("Có, xóa đi")
        assert (await scene.chat()).phone is None

    play(story, "zalo_oa", database_url, library)


def test_who_left_a_number_is_told_that_it_is_kept(sqlite_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        before = (await scene.lan.say("/mydata")).text
        await scene.fake.submit_info(scene.lan.user, "Nguyễn Văn Tư", "84912345678")
        await scene.settled()
        assert (await scene.lan.say("/mydata")).text != before

    play(story, "zalo_oa", sqlite_url, library)


# What comes over the wire


@both
def test_numbers_may_be_texts_and_bodies_up_to_1_mb(
    channel: str, sqlite_url: str, library: Library
) -> None:
    async def story(scene: Scene) -> None:
        for number, (size, status) in enumerate([(0, 200), (1024**2, 200), (1024**2 + 1, 413)]):
            body = filled(scene, size, number)
            assert await posted(scene, body) == status
            await scene.settled()
        texts = [shown.text for shown in scene.fake.shown] if channel == "zalo_oa" else [
            shown.text for _, shown in scene.fake.sent
        ]  # fmt: skip
        assert len(texts) == 2

    play(story, channel, sqlite_url, library)


def filled(scene: Scene, size: int, number: int) -> bytes:
    """A message with all its numbers as texts, or as numbers, of so many bytes."""
    now = int(scene.clock().timestamp() * 1000)
    stamp: Any = str(now) if number else now
    event: dict[str, Any]
    if scene.channel == "zalo_oa":
        message = {"text": "/menu", "msg_id": 77 + number}
        event = {"event_name": "user_send_text", "app_id": APP_ID, "timestamp": stamp}
        event |= {"sender": {"id": scene.lan.user}, "recipient": {"id": OA_ID}, "message": message}
    else:
        sender = {"id": scene.lan.user, "is_bot": "false" if number else False}
        message = {"from": sender, "chat": {"id": scene.lan.user, "chat_type": "PRIVATE"}}
        message |= {"text": "/menu", "message_id": f"{77 + number}", "date": stamp}
        event = {"event_name": "message.text.received", "message": message}
        scene.fake._platform.world.hears(scene.lan.user, True)
    if scene.channel == "zalo_oa":
        scene.fake._world.did("user_send_text", scene.lan.user, False)
    event["more"] = ""
    event["more"] = "x" * max(0, size - len(json.dumps(event)))
    return json.dumps(event).encode()


async def posted(scene: Scene, body: bytes) -> int:
    """The status a body is answered with."""
    base = str(scene.app.settings.public_url)
    path = "zalo/oa" if scene.channel == "zalo_oa" else "zalo/bot"
    async with httpx.AsyncClient(trust_env=False, timeout=None) as client:
        answer = await client.post(base + path, content=body, headers=headers(scene, body))
        return answer.status_code


def headers(scene: Scene, body: bytes) -> dict[str, str]:
    if scene.channel == "zalo_bot":
        return {"X-Bot-Api-Secret-Token": scene.fake._platform.updates.webhook.secret}
    stamp = str(json.loads(body)["timestamp"])
    signed = APP_ID.encode() + body + stamp.encode() + OA_SECRET.encode()
    return {SIGNATURE_HEADER: hashlib.sha256(signed).hexdigest()}


def test_events_of_another_account_do_nothing(sqlite_url: str, library: Library) -> None:
    async def story(scene: Scene) -> None:
        await scene.lan.say("/menu")
        other = {"recipient": {"id": "999"}}
        message = {"text": "/menu", "msg_id": "e1"}
        sent = {"sender": {"id": scene.lan.user}, "message": message}
        seen = len(scene.fake.shown)
        await scene.fake.event("user_send_text", **sent, **other)
        await scene.fake.event("unfollow", oa_id="999", follower={"id": scene.lan.user})
        await scene.settled()
        assert len(scene.fake.shown) == seen
        assert (await scene.chat()).blocked_at is None

    play(story, "zalo_oa", sqlite_url, library)


@both
def test_a_page_instead_of_an_answer_repeats_answers_only(
    channel: str, sqlite_url: str, library: Library
) -> None:
    async def story(scene: Scene) -> None:
        method = CS if channel == "zalo_oa" else "sendMessage"
        await scene.lan.say("/menu")
        scene.fake.garble(method)
        await push(scene.app, (await scene.chat()).id, Reply("Thông báo"), NOTICE, "k")
        await scene.settled()
        for _ in range(3):
            scene.clock.forward(minutes=2)
            await swept(scene.app)
        (row,) = await scene.rows(NOTICE)
        assert row.state in ("ambiguous", "sent")
        if row.state == "ambiguous":
            texts = [shown.text for shown in scene.fake.seen(scene.lan.user)]
            assert texts.count("Thông báo") == 1

    play(story, channel, sqlite_url, library)
