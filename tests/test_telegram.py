"""Telegram: what its updates mean, what is sent exactly, and what its refusals lead to."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiogram.types import Update
from sqlalchemy import select

from bot.app import App
from bot.channels import telegram
from bot.channels.telegram import SECRET_HEADER, Telegram, understood, webhook_secret
from bot.files import Made
from bot.schedule import prune
from content.library import Library
from handlers.turn import Attachment, Incoming, Option, Reply
from store import chats, outbox
from store.models import Chat, Outbox
from tests.conftest import run
from tests.fakes.serving import serve
from tests.fakes.telegram import FakeTelegram
from tests.people import TOKEN, Clock, Door, app_with, push, settings, swept

WIRE = Path(__file__).parent / "wire" / "telegram"
LAN = 1001


@asynccontextmanager
async def online(
    url: str, library: Library, webhook: bool = True
) -> AsyncIterator[tuple[FakeTelegram, App, Clock]]:
    fake, door, clock = FakeTelegram(TOKEN), Door(), Clock()
    async with serve(fake.app) as api, serve(door) as base:
        given = {"telegram_token": TOKEN, "telegram_api_url": api}
        app = app_with(settings(url, **given, public_url=base if webhook else None), library, clock)
        door.app = app.asgi()
        await app.start()
        await fake.until(lambda: fake.called("setWebhook" if webhook else "deleteWebhook"))
        yield fake, app, clock
        await app.stop()


async def states(app: App) -> list[tuple[str, str | None]]:
    rows = await app.store.write(
        lambda db: db.execute(select(Outbox.state, Outbox.code).order_by(Outbox.id))
    )
    return [(row.state, row.code) for row in rows]


@pytest.mark.parametrize("path", sorted(WIRE.glob("*.json")), ids=lambda path: path.stem)
def test_updates_are_understood(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    expected = case["understood"]
    incoming = Incoming("telegram", **expected) if expected else None
    assert understood(Update.model_validate(case["update"])) == incoming


def test_there_are_wire_samples() -> None:
    assert len(list(WIRE.glob("*.json"))) >= 10


def test_a_reply_becomes_exactly_one_request(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, _):
            await fake.text(LAN, "/language")
            await app.delivery.settled()
            (sent,) = fake.called("sendMessage")
            keyboard = [
                [{"text": "Tiếng Việt", "callback_data": "lang:vi"}],
                [{"text": "English", "callback_data": "lang:en"}],
            ]
            assert sent["chat_id"] == LAN
            assert sent["text"] == "Chọn ngôn ngữ. / Choose a language."
            assert sent["reply_markup"] == {"inline_keyboard": keyboard}
            assert "parse_mode" not in sent

    run(scenario())


def test_a_long_text_goes_in_parts_with_buttons_under_the_last(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, _):
            await fake.text(LAN, "/start")
            await app.delivery.settled()
            chat = await app.store.write(lambda db: chats.chat_id(db, "telegram", str(LAN)))
            long = "\n\n".join(["😀 chữ " * 100] * 20)
            await push(app, chat, Reply(long, (Option("A", "menu"),)), "notice", "k")
            parts = fake.seen(LAN)[1:]
            assert len(parts) > 1
            assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
            assert "".join(part.text for part in parts).replace("\n", "").replace(
                " ", ""
            ) == long.replace("\n", "").replace(" ", "")

    run(scenario())


def test_files_go_before_the_text(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, _):
            await fake.text(LAN, "/start")
            await app.delivery.settled()
            chat = await app.store.write(lambda db: chats.chat_id(db, "telegram", str(LAN)))
            app.files.makers["picture"] = picture
            for kind in ("image", "file"):
                file = Attachment(kind, "picture/qr.png")
                await push(app, chat, Reply("Đây", attachment=file), "notice", kind)
            shown = fake.seen(LAN)[1:]
            assert [message.kind for message in shown] == ["photo", "text", "document", "text"]
            assert shown[0].file == shown[2].file == b"png"

    run(scenario())


def test_a_file_that_is_gone_is_refused_and_said(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, _):
            await fake.text(LAN, "/start")
            await app.delivery.settled()
            chat = await app.store.write(lambda db: chats.chat_id(db, "telegram", str(LAN)))
            file = Attachment("file", "nothing/x.docx")
            await push(app, chat, Reply("Đây", attachment=file), "notice", "k")
            assert (await states(app))[-1] == ("refused", "the file is gone")

    run(scenario())


async def picture(parts: list[str]) -> Made:
    return Made(parts[-1], b"png")


FAULTS: dict[str, tuple[dict[str, Any], list[tuple[str, str | None]], float]] = {
    # what Telegram does → the row then, and seconds until it is tried again (0: never)
    "too many": ({"status": 429, "retry_after": 30}, [("pending", "429")], 30),
    "server error": ({"status": 502}, [("pending", "5xx")], 1),
    "blocked": (
        {"status": 403, "description": "Forbidden: bot was blocked by the user"},
        [("refused", "Forbidden: bot was blocked by the user")],
        0,
    ),
    "bad request": (
        {"status": 400, "description": "Bad Request: chat not found"},
        [("refused", "Bad Request: chat not found")],
        0,
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_each_fault_has_its_outcome(case: str, database_url: str, library: Library) -> None:
    fault, expected, wait = FAULTS[case]

    async def scenario() -> None:
        async with online(database_url, library) as (fake, app, clock):
            fake.fail("sendMessage", **fault)
            await fake.text(LAN, "/start")
            await app.delivery.settled()
            assert await states(app) == expected
            assert fake.seen(LAN) == []
            if wait:
                clock.forward(seconds=wait - 0.5)
                await swept(app)
                assert fake.seen(LAN) == []
                clock.forward(seconds=1)
                await swept(app)
                assert len(fake.seen(LAN)) == 1
                assert await states(app) == [("sent", None)]

    run(scenario())


@pytest.mark.parametrize("how", ["cut before", "garbled after"])
def test_a_lost_answer_is_sent_again_while_fresh(
    how: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, clock):
            fake.cut("sendMessage") if how == "cut before" else fake.garble("sendMessage")
            await fake.text(LAN, "/start")
            await app.delivery.settled()
            clock.forward(seconds=2)
            await swept(app)
            assert len(fake.seen(LAN)) == (1 if how == "cut before" else 2)
            assert await states(app) == [("sent", None)]

    run(scenario())


def test_a_reply_that_nobody_got_comes_late_and_says_so(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, clock):
            fake.fail("sendMessage", status=502)
            await fake.text(LAN, "/start")
            await app.delivery.settled()
            clock.forward(minutes=6)
            await swept(app)
            (shown,) = fake.seen(LAN)
            assert shown.text.startswith("Xin lỗi")
            assert await states(app) == [("sent", None)]

    run(scenario())


def test_retry_after_parks_one_chat_in_order_and_no_other(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, clock):
            fake.fail("sendMessage", status=429, retry_after=20, chat_id=LAN)
            for text in ("/start", "/menu", "/language"):
                await fake.text(LAN, text)
                await app.delivery.settled()
            await fake.text(2002, "/start")
            await app.delivery.settled()
            assert len(fake.seen(2002)) == 1
            assert len([c for c in fake.called("sendMessage") if c["chat_id"] == LAN]) == 1
            clock.forward(seconds=21)
            await swept(app)
            heads = [message.text.split("\n")[0][:10] for message in fake.seen(LAN)]
            assert heads == ["Chào bác. ", "Bác muốn l", "Chọn ngôn "]

    run(scenario())


def test_a_blocked_chat_is_marked_and_writing_again_lifts_it(
    sqlite_url: str, library: Library
) -> None:
    async def blocked(app: App) -> object:
        return await app.store.write(lambda db: db.scalar(select(Chat.blocked_at)))

    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, _):
            await fake.text(LAN, "/start")
            await app.delivery.settled()
            await fake.block(LAN)
            chat = await app.store.write(lambda db: chats.chat_id(db, "telegram", str(LAN)))
            await push(app, chat, Reply("Nhắc bác"), "notice", "k")
            assert await blocked(app)
            await fake.unblock(LAN)
            await fake.text(LAN, "/menu")
            await app.delivery.settled()
            assert await blocked(app) is None
            assert len(fake.seen(LAN)) == 2

    run(scenario())


def test_what_a_crash_left_is_sent_by_the_next_start(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        clock = Clock()
        crashed = app_with(settings(sqlite_url), library, clock)
        await crashed.prepare()
        incoming = Incoming("telegram", str(LAN), "u1", text="/start")
        await crashed.conversation.converse(incoming, crashed.web.can)
        await crashed.store.close()
        fake = FakeTelegram(TOKEN)
        await fake.text(LAN, "/start")
        async with serve(fake.app) as api:
            given = {
                "telegram_token": TOKEN,
                "telegram_api_url": api,
                "public_url": "http://127.0.0.1:1",
            }
            app = app_with(settings(sqlite_url, **given), library, clock)
            await app.start()
            await swept(app)
            assert fake.seen(LAN) == []
            clock.forward(seconds=31)
            await swept(app)
            assert len(fake.seen(LAN)) == 1
            await app.stop()

    run(scenario())


def test_groups_are_told_once_where_to_write(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, _):
            await fake.joins_group(-500)
            await fake.group_text(-500, LAN, "cài vneid")
            await fake.group_text(-500, LAN, "/start")
            await app.delivery.settled()
            (said,) = fake.seen(-500)
            assert said.text.startswith("Tôi chỉ trả lời khi nhắn riêng")

    run(scenario())


@pytest.mark.parametrize("what", ["photo", "sticker", "voice", "location", "contact"])
def test_what_is_not_text_gets_a_kind_answer(what: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, _):
            await getattr(fake, what)(LAN)
            await app.delivery.settled()
            (said,) = fake.seen(LAN)
            assert said.text.startswith("Tôi chỉ đọc được chữ")
            assert said.buttons

    run(scenario())


def test_edits_are_not_answered_and_buttons_stop_spinning(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, _):
            await fake.text(LAN, "/start")
            await app.delivery.settled()
            await fake.edited(LAN, "khác")
            await fake.press(LAN, "Gặp người")
            await app.delivery.settled()
            await fake.until(lambda: not fake.unanswered)
            assert len(fake.seen(LAN)) == 2

    run(scenario())


def test_polling_answers_and_acknowledges(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, webhook=False) as (fake, _, _clock):
            await fake.text(LAN, "/start")
            await fake.until(lambda: fake.seen(LAN))
            await fake.until(lambda: fake.polling and not fake.pending)
            assert len(fake.seen(LAN)) == 1
            names = [command["command"] for command in fake.called("setMyCommands")[0]["commands"]]
            assert "start" in names

    run(scenario())


@pytest.mark.parametrize(
    ("secret", "body", "status"),
    [
        ("", b"{}", 403),
        ("wrong", b"{}", 403),
        (None, b"not json", 400),
        (None, b'{"a": 1}', 400),
        (None, b"\xff", 400),
    ],
)
def test_the_webhook_lets_only_telegram_in(
    secret: str | None, body: bytes, status: int, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, _, _clock):
            url = fake.called("setWebhook")[0]["url"]
            headers = {SECRET_HEADER: webhook_secret(TOKEN) if secret is None else secret}
            async with httpx.AsyncClient() as client:
                assert (await client.post(url, content=body, headers=headers)).status_code == status
                assert (await client.get(url)).status_code == 405

    run(scenario())


def test_the_token_is_nowhere_in_the_secret() -> None:
    assert TOKEN.partition(":")[2] not in webhook_secret(TOKEN)
    assert len(webhook_secret(TOKEN)) == 64
    assert Telegram.can.text_limit == 4096


def test_polling_goes_on_after_anything_that_goes_wrong(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram, "RETRY_SECONDS", 0)

    async def scenario() -> None:
        async with online(sqlite_url, library, webhook=False) as (fake, app, _):
            fake.garble("getUpdates", times=2)
            await fake.text(LAN, "/start")
            broken = app.conversation.converse
            calls = 0

            async def fails_once(*arguments: Any) -> Any:
                nonlocal calls
                calls += 1
                if calls == 1:
                    raise OSError
                return await broken(*arguments)

            monkeypatch.setattr(app.conversation, "converse", fails_once)
            await fake.until(lambda: fake.seen(LAN))
            assert len(fake.seen(LAN)) == 1

    run(scenario())


def test_without_telegram_the_page_still_works(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        given = {"telegram_token": TOKEN, "telegram_api_url": "http://127.0.0.1:9"}
        app = app_with(settings(sqlite_url, **given), library, Clock())
        async with serve(app.asgi()) as base, httpx.AsyncClient(base_url=base) as client:
            answer = await client.post("/api/chat", json={"text": "/start"})
            assert answer.status_code == 200

    run(scenario())


def test_answers_of_one_chat_keep_their_order(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, _):
            slow = asyncio.Event()
            fake.slow("sendMessage", slow)
            await fake.text(LAN, "/language")
            await fake.text(LAN, "/menu")
            await fake.text(2002, "/start")
            await fake.until(lambda: fake.seen(2002))
            assert len([call for call in fake.called("sendMessage") if call["chat_id"] == LAN]) == 1
            slow.set()
            await app.delivery.settled()
            assert [message.text[:4] for message in fake.seen(LAN)] == ["Chọn", "Bác "]

    run(scenario())


def test_a_stop_waits_for_what_is_being_sent(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, _):
            slow = asyncio.Event()
            fake.slow("sendMessage", slow)
            await fake.text(LAN, "/start")
            await fake.until(lambda: fake.seen(LAN))
            stopping = asyncio.create_task(app.stop())
            slow.set()
            await stopping
            again = app_with(settings(sqlite_url), library, Clock())
            await again.prepare()
            assert await states(again) == [("sent", None)]
            await again.stop()

    run(scenario())


def test_what_cannot_be_delivered_for_days_harms_nobody_else(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, clock):
            await app.answer(Incoming("web", "nobody", "m1", text="/start"))
            chat = await app.store.write(lambda db: chats.chat_id(db, "web", "nobody"))
            await push(app, chat, Reply("Bài học"), "notice", "k1")
            assert await states(app) == [("sent", None), ("pending", "away")]
            fake.fail("sendMessage", status=502)
            await fake.text(LAN, "/start")
            await app.delivery.settled()
            clock.forward(seconds=2)
            await swept(app)
            assert len(fake.seen(LAN)) == 1
            clock.forward(days=8)
            await app.store.write(lambda db: prune(db, clock()))
            assert ("skipped", "stale") in await states(app)

    run(scenario())


def test_a_poisoned_row_does_not_stop_the_others(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (fake, app, clock):
            await fake.text(LAN, "/start")
            await app.delivery.settled()
            chat = await app.store.write(lambda db: chats.chat_id(db, "telegram", str(LAN)))
            for key, payload in (("k1", {"odd": 1}), ("k2", {"text": "Hai", "options": []})):
                await app.store.write(
                    lambda db, key=key, payload=payload: outbox.put(
                        db, chat, "notice", payload, key, clock()
                    )
                )
            for _ in range(3):
                clock.forward(minutes=2)
                await swept(app)
            assert fake.seen(LAN)[-1].text == "Hai"

    run(scenario())
