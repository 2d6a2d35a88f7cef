"""The Zalo bot: what its events mean, what is sent exactly, and what refusals lead to."""

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from structlog.testing import capture_logs

from bot.channel import SendError
from bot.channels import zalo_bot
from bot.channels.webhooks import MAX_BODY
from bot.channels.zalo_bot import SECRET_HEADER, ZaloBot, waits
from bot.channels.zalo_bot_api import answered, webhook_secret
from bot.channels.zalo_bot_events import understood
from bot.files import Files, Made
from handlers.packing import unpack
from handlers.turn import Attachment, Can, Incoming, Reply
from store.outbox import Parcel
from tests.conftest import run
from tests.fakes.serving import serve
from tests.fakes.zalo_bot import FakeZaloBot, group, user
from tests.people import NOON, Clock, Door

WIRE = Path(__file__).parent / "wire" / "zalo_bot"
TOKEN = "1459000000000000123:TEST-secret-of-nobody"
SECRET = TOKEN.partition(":")[2]
TU, LAN = 1, 2
NAMED = "@Bot Phường An Hòa"
STATUSES = ["same_as_code", "always_200"]


class Desk:
    """Remembers what the channel tells, and hands each event back once, as the program does."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, str, str]] = []
        self.heard: list[tuple[Can, Incoming]] = []
        self.alarms: list[tuple[str, str]] = []
        self.refusals = 0
        """How many events more are not taken."""
        self.broken: Exception | None = None
        self.handle: Callable[[str], Awaitable[None]]

    async def accept(self, channel: str, key: str, address: str, body: str) -> bool:
        if self.broken:
            raise self.broken
        if self.refusals:
            self.refusals -= 1
            return False
        if key not in [kept[1] for kept in self.kept]:
            self.kept.append((channel, key, address, body))
            await self.handle(body)
        return True

    async def receive(self, can: Can, incoming: Incoming) -> None:
        self.heard.append((can, incoming))

    async def alarm(self, channel: str, code: str) -> None:
        self.alarms.append((channel, code))
        if self.broken:
            raise self.broken


def made(api: str, desk: Desk, token: str = TOKEN, **given: Any) -> ZaloBot:
    files = Files(None, None, Clock())  # type: ignore[arg-type]
    files.makers["picture"] = picture
    options = {"polling": False, "bot_name": "", "formatting": False, **given}
    link = "https://anhhoa.example.vn/l/{}".format
    bot = ZaloBot(token, api, desk, files, link, **options)  # type: ignore[arg-type]
    desk.handle = bot.handle
    return bot


async def picture(parts: list[str]) -> Made:
    return Made(parts[-1], b"png")


@asynccontextmanager
async def idle(fake: FakeZaloBot, **given: Any) -> AsyncIterator[SimpleNamespace]:
    """A channel that was not started, and its own address."""
    desk, door = Desk(), Door()
    async with serve(fake.app) as api, serve(door) as base:
        bot = made(api, desk, **given)
        door.app = Starlette(routes=list(bot.routes))
        yield SimpleNamespace(fake=fake, bot=bot, desk=desk, base=base)
        await bot.stop_receiving()
        await bot.close()


@asynccontextmanager
async def online(polling: bool = False, **options: Any) -> AsyncIterator[SimpleNamespace]:
    async with idle(FakeZaloBot(TOKEN, Clock(), **options), polling=polling) as world:
        world.bot.start(None if polling else world.base + "/")
        fake = world.fake
        await fake.until(lambda: fake.polling if polling else fake.called("setWebhook"))
        yield world


def parcel(address: str) -> Parcel:
    return Parcel(1, 1, "zalo_bot", address, "notice", None, {}, NOON, NOON, 1, None)


async def nothing() -> None:
    pass


async def sent(world: SimpleNamespace, reply: Reply, who: int | str = TU) -> SendError | None:
    """What a send leads to, for somebody who wrote before."""
    await world.fake.text(who, "chào")
    try:
        await world.bot.send(parcel(user(who)), reply, nothing)
    except SendError as error:
        return error
    return None


# --- what is understood -------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(WIRE.glob("*.json")), ids=lambda path: path.stem)
def test_events_are_understood(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    assert understood(case["body"], case["bot_name"]) == incoming(case["understood"])


def incoming(expected: dict[str, Any] | None) -> Incoming | None:
    if expected is None:
        return None
    at = expected.pop("sent_at")
    return Incoming("zalo_bot", **expected, sent_at=datetime.fromisoformat(at) if at else None)


def test_there_are_wire_samples() -> None:
    assert len(list(WIRE.glob("*.json"))) >= 30
    assert len(list(WIRE.glob("sent/*.json"))) >= 8


MENTIONS = [
    # text, the bot's name where it is known, what is left
    ("@Bot Phường An Hòa, lịch học?", "", "lịch học?"),
    ("lịch @Bot Phường An Hòa học tuần này", "", "lịch học tuần này"),
    ("lịch học tuần này @Bot Phường An Hòa", "", "lịch học tuần này"),
    ("@Bot Phường An Hòa\nNhờ chỉ cài VNeID", "", "Nhờ chỉ cài VNeID"),
    ("@Bot Đường Ấp Ụ 2", "", "2"),
    ("@bot.PhuongAnHoa 2", "", "2"),
    ("@Bot", "", ""),
    ("@Botany là gì", "", "@Botany là gì"),
    ("thư a@bot.vn", "", "thư a@bot.vn"),
    ("lịch học?", "", "lịch học?"),
    ("@Bot Phường An Hòa Ghi dạy 5 người", "Bot Phường An Hòa", "Ghi dạy 5 người"),
    ("@Bot Phường An Hòa: Ghi", "@Bot  Phường An Hòa", "Ghi"),
    ("ghi @bot phường an hòa 5 người", "Bot Phường An Hòa", "ghi 5 người"),
    ("@Bot Phường An Hòang 2", "Bot Phường An Hòa", "@Bot Phường An Hòang 2"),
    ("@Bot Phu\u031bo\u031b\u0300ng 2", "Bot Phường", "2"),
    ("@Bot A.B 2", "Bot A.B", "2"),
    ("@Bot AxB 2", "Bot A.B", "@Bot AxB 2"),
]


@pytest.mark.parametrize(("text", "name", "left"), MENTIONS)
def test_the_mention_is_taken_off_in_groups_only(text: str, name: str, left: str) -> None:
    def said(chat: str) -> str:
        message = {"from": {"id": "a1"}, "chat": {"id": chat}, "text": text, "message_id": "m"}
        heard = understood({"event_name": "message.text.received", "message": message}, name)
        assert heard
        return heard.text

    assert said("zgr-1") == left
    assert said("a1") == text


# --- receiving by the webhook -------------------------------------------------------------------


@pytest.mark.parametrize("body", ["wrapped", "bare"])
@pytest.mark.parametrize("field", ["photo", "photo_url"])
def test_every_event_is_kept_once_and_heard_once(body: str, field: str) -> None:
    async def scenario() -> None:
        async with online(body=body, image_field=field, repeat=2) as world:
            fake, desk = world.fake, world.desk
            ids = [await fake.text(TU, "chào"), await fake.image(TU), await fake.sticker(TU)]
            ids += [await fake.voice(TU), await fake.unsupported(TU), await fake.image(TU, "lỗi")]
            heard = [(one.message_id, one.kind, one.text) for _, one in desk.heard]
            kinds = [("text", "chào"), ("photo", ""), ("sticker", ""), ("voice", "")]
            kinds += [("unsupported", ""), ("text", "lỗi")]
            assert heard == [(key, *what) for key, what in zip(ids, kinds, strict=True)]
            named = [("zalo_bot", f"{user(TU)}:{key}", user(TU)) for key in ids]
            assert [kept[:3] for kept in desk.kept] == named
            assert len(fake.posts) == 1 + 2 * len(ids)
            assert all(post.status == 200 for post in fake.posts)
            assert desk.heard[0] == (ZaloBot.can, desk.heard[0][1])
            assert desk.heard[0][1].sent_at == NOON

    run(scenario())


def test_a_group_talks_to_each_of_its_people_apart() -> None:
    async def scenario() -> None:
        async with online() as world:
            fake, desk = world.fake, world.desk
            await fake.text(TU, f"{NAMED} lịch học?", group=9)
            ((can, said),) = desk.heard
            assert can == Can(buttons=False, files=False, push=True, text_limit=2000, group=True)
            assert (said.address, said.own_address) == (f"{group(9)}/{user(TU)}", user(TU))
            assert said.text == "lịch học?"
            assert desk.kept[0][2] == said.address
            await world.bot.send(parcel(said.address), Reply("19:30"), nothing)
            assert [shown.text for shown in fake.seen(group(9))] == ["19:30"]
            assert fake.called("sendChatAction") == []

    run(scenario())


def test_people_see_that_the_bot_is_at_work_and_nothing_hangs_on_it() -> None:
    async def scenario() -> None:
        async with online() as world:
            fake = world.fake
            fake.fail("sendChatAction", code=400)
            with capture_logs() as logs:
                for text in ("chào", "nữa"):
                    await fake.text(TU, text)
                await fake.until(lambda: len(fake.called("sendChatAction")) == 2)
                await asyncio.gather(*world.bot._background._tasks)
            assert fake.called("sendChatAction")[0] == {"chat_id": user(TU), "action": "typing"}
            assert [line["log_level"] for line in logs] == ["debug"]
            assert len(world.desk.heard) == 2

    run(scenario())


EVENT = json.dumps(
    {
        "event_name": "message.text.received",
        "message": {"from": {"id": "a1"}, "chat": {"id": "a1"}, "text": "kín", "message_id": "m1"},
    }
).encode()
BODIES: dict[str, tuple[bytes, int]] = {
    "a probe": (b"", 200),
    "an event": (EVENT, 200),
    "not JSON": (b"<html>kin</html>", 400),
    "a list": (b"[" + EVENT + b"]", 400),
    "text": (b'"kin"', 400),
    "not UTF-8": (b"\xff\xfe", 400),
    "too deep": (b"[" * 100_000, 400),
    "unknown": (b'{"event_name": "message.poll.received", "message": {"text": "kin"}}', 200),
    "without ids": (b'{"event_name": "message.text.received", "message": {"text": "kin"}}', 200),
    "1 MB": (EVENT.ljust(MAX_BODY), 200),
    "more than 1 MB": (EVENT.ljust(MAX_BODY + 1), 413),
}


@pytest.mark.parametrize("case", BODIES)
def test_the_webhook_takes_what_it_knows_and_breaks_at_nothing(case: str) -> None:
    body, status = BODIES[case]

    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:
            with capture_logs() as logs:
                assert await post(world, body) == status
            expected = ["kín"] if EVENT.strip() in body and status == 200 else []
            assert [one.text for _, one in world.desk.heard] == expected
            assert not [line for line in logs if "kin" in repr(line)]
            ignored = case in ("unknown", "without ids")
            assert [line["event"] for line in logs if line["log_level"] == "info"] == (
                ["event ignored"] if ignored else []
            )

    run(scenario())


async def post(world: SimpleNamespace, body: bytes, secret: str | None = None) -> int:
    headers = {SECRET_HEADER: webhook_secret(TOKEN) if secret is None else secret}
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{world.base}/zalo/bot", content=body, headers=headers)
    return answer.status_code


@pytest.mark.parametrize("secret", ["", "wrong", TOKEN, webhook_secret(TOKEN)[:-1], "é"])
def test_the_webhook_lets_only_zalo_in(secret: str) -> None:
    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:
            for body in (EVENT, b""):
                sending = post(world, body, secret.encode("latin-1"))  # type: ignore[arg-type]
                assert await sending == 403
            assert world.desk.kept == []
            async with httpx.AsyncClient() as client:
                assert (await client.get(f"{world.base}/zalo/bot")).status_code == 405

    run(scenario())


def test_no_more_than_1_mb_is_read() -> None:
    async def scenario() -> None:
        bot = made("http://127.0.0.1:9", Desk())
        read, answers = 0, []

        async def receive() -> dict[str, Any]:
            nonlocal read
            read += 65536
            return {"type": "http.request", "body": b" " * 65536, "more_body": True}

        async def send(message: Any) -> None:
            answers.append(message)

        header = (SECRET_HEADER.lower().encode(), webhook_secret(TOKEN).encode())
        scope = {"type": "http", "method": "POST", "path": "/zalo/bot", "headers": [header]}
        scope |= {"query_string": b"", "root_path": ""}
        await bot.routes[0].handle(scope, receive, send)
        assert answers[0]["status"] == 413
        assert read <= MAX_BODY + 65536
        await bot.close()

    run(scenario())


def test_what_the_desk_cannot_keep_shall_come_again() -> None:
    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:
            world.desk.refusals = 1
            assert await post(world, EVENT) == 503
            world.desk.broken = OSError("kín a1")
            with capture_logs() as logs:
                assert await post(world, EVENT) == 503
            assert logs[0]["error"] == "OSError"
            assert "kín" not in repr(logs)
            world.desk.broken = None
            assert await post(world, EVENT) == await post(world, EVENT) == 200
            assert len(world.desk.heard) == 1

    run(scenario())


# --- setting up ---------------------------------------------------------------------------------


def test_the_webhook_is_set_with_a_secret() -> None:
    async def scenario() -> None:
        with capture_logs() as logs:
            async with online() as world:
                (asked,) = world.fake.called("setWebhook")
                assert asked == {
                    "url": f"{world.base}/zalo/bot",
                    "secret_token": webhook_secret(TOKEN),
                }
                await asyncio.gather(*world.bot._background._tasks)
                assert [post.status for post in world.fake.posts] == [200]
        assert logs == []

    run(scenario())


def test_the_secret_tells_nothing_of_the_token() -> None:
    assert len(webhook_secret(TOKEN)) == 64
    assert SECRET not in webhook_secret(TOKEN)
    assert webhook_secret(TOKEN) != webhook_secret(TOKEN + "1")


def test_a_webhook_that_cannot_be_reached_is_said() -> None:
    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:
            world.fake.verification("webhook.http.403")
            with capture_logs() as logs:
                world.bot.start(world.base)
                await asyncio.gather(*world.bot._background._tasks)
            (line,) = logs
            assert line["log_level"] == "warning"
            assert line["outcome"] == "webhook.http.403"
            assert line["hint"] == "Endpoint refused the request"

    run(scenario())


@pytest.mark.parametrize("status", STATUSES)
def test_setting_up_is_tried_until_it_goes_well(
    status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zalo_bot, "RETRY_SECONDS", 0)

    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock(), http_status=status)) as world:
            fake = world.fake
            for code in (502, 400, 429):
                fake.fail("setWebhook", code=code)
            fake.cut("setWebhook")
            fake.garble("setWebhook")
            with capture_logs() as logs:
                world.bot.start(world.base)
                await asyncio.gather(*world.bot._background._tasks)
            assert len(fake.called("setWebhook")) == 6
            failed = [line["error"] for line in logs if line["event"] == "zalo_bot failed"]
            assert failed == ["502", "400", "429", "no answer", "not JSON"]
            assert world.desk.alarms == [("zalo_bot", "429")]

    run(scenario())


def test_waits_double_up_to_the_longest() -> None:
    assert list(islice(waits(30), 7)) == [1, 2, 4, 8, 16, 30, 30]
    assert max(islice(waits(600), 20)) == 600


def test_without_an_address_or_polling_nothing_is_asked() -> None:
    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:
            with capture_logs() as logs:
                world.bot.start(None)
            assert not world.bot._background._tasks
            assert [line["log_level"] for line in logs] == ["warning"]
            assert "receives nothing" in logs[0]["event"]

    run(scenario())


# --- polling ------------------------------------------------------------------------------------


@pytest.mark.parametrize("delete", [400, "ok"])
@pytest.mark.parametrize("status", STATUSES)
def test_polling_hears_one_after_another(status: str, delete: int | str) -> None:
    async def scenario() -> None:
        with capture_logs() as logs:
            async with online(
                polling=True, http_status=status, delete_without_webhook=delete
            ) as world:
                fake = world.fake
                for number, text in enumerate(("một", "hai"), 2):
                    await fake.text(TU, text)
                    await polled(fake, number)
                fake.end_poll()
                await polled(fake, 4)
                assert [one.text for _, one in world.desk.heard] == ["một", "hai"]
                assert world.desk.kept[0][0] == "zalo_bot"
                assert fake.calls[0][0] == "deleteWebhook"
                assert fake.called("getUpdates") == [{"timeout": "30"}] * 4
                assert fake.called("setWebhook") == []
        (line,) = (line for line in logs if line["log_level"] == "warning")
        assert "what people write while no request is open is lost" in line["event"]

    run(scenario())


async def polled(fake: FakeZaloBot, times: int) -> None:
    """Waits until that many polls were opened, the last of them still open."""
    await fake.until(lambda: len(fake.called("getUpdates")) >= times and fake.polling)


@pytest.mark.parametrize("status", STATUSES)
def test_polling_goes_on_after_anything_that_goes_wrong(
    status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zalo_bot, "RETRY_SECONDS", 0)

    async def scenario() -> None:
        async with online(polling=True, http_status=status) as world:
            fake = world.fake
            fake.fail("getUpdates", code=504, times=2)
            fake.fail("getUpdates", code=409)
            fake.cut("getUpdates")
            fake.end_poll()
            await polled(fake, 6)
            await fake.text(TU, "chào")
            await polled(fake, 7)
            assert len(world.desk.heard) == 1

    run(scenario())


def test_a_fetched_event_is_held_until_the_desk_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zalo_bot, "RETRY_SECONDS", 0)

    async def scenario() -> None:
        async with online(polling=True) as world:
            world.desk.refusals = 3
            await world.fake.text(TU, "chào")
            await polled(world.fake, 2)
            assert [one.text for _, one in world.desk.heard] == ["chào"]

    run(scenario())


def test_a_stop_ends_polling() -> None:
    async def scenario() -> None:
        async with online(polling=True) as world:
            await world.bot.stop_receiving()
            assert not [task for task in world.bot._background._tasks if not task.done()]

    run(scenario())


# --- sending ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(WIRE.glob("sent/*.json")), ids=lambda path: path.stem)
def test_a_reply_becomes_exactly_these_requests(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))

    async def scenario() -> None:
        fake = FakeZaloBot(TOKEN, Clock())
        async with idle(fake, formatting=case["formatting"]) as world:
            chat, _, member = case["address"].partition("/")
            await fake.text(member or chat, f"{NAMED} chào", group=chat if member else None)
            await world.bot.send(parcel(case["address"]), unpack(case["reply"]), nothing)
            assert [list(call) for call in fake.calls] == case["requests"]
            assert len(fake.sent) == len(case["requests"])

    run(scenario())


@pytest.mark.parametrize("counted", ["code_points", "utf16"])
def test_a_long_text_goes_in_parts_each_with_its_place(counted: str) -> None:
    async def scenario() -> None:
        fake, places = FakeZaloBot(TOKEN, Clock(), text_units=counted), []

        async def again() -> None:
            places.append(len(fake.sent))

        async with idle(fake, formatting=True) as world:
            await fake.text(TU, "chào")
            long = "\n\n".join(["😀 chữ " * 100] * 20)
            await world.bot.send(parcel(user(TU)), Reply(long), again)
            parts = fake.seen(TU)
            assert len(parts) > 4
            assert places == list(range(1, len(parts)))
            assert " ".join(part.text for part in parts).split() == long.split()
            assert [bool(part.styles) for part in parts] == [True] + [False] * (len(parts) - 1)

    run(scenario())


def test_pictures_may_take_longer_than_texts() -> None:
    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:
            waited = []

            async def look(request: httpx.Request) -> None:
                waited.append(request.extensions["timeout"]["read"])

            world.bot._api._client.event_hooks["request"].append(look)
            image = Attachment("image", "picture/qr.png")
            assert await sent(world, Reply("Mã", attachment=image)) is None
            with pytest.raises(SendError):
                await world.bot._api.ask("getUpdates", {"timeout": "0"})
            assert waited == [150, 30, 50]

    run(scenario())


@pytest.mark.parametrize("kind", ["image", "file"])
def test_a_file_that_is_gone_is_refused_and_said(kind: str) -> None:
    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:
            error = await sent(world, Reply("Đây", attachment=Attachment(kind, "nothing/x.png")))
            assert error
            assert (error.code, error.permanent) == ("the file is gone", True)
            assert world.fake.calls == []

    run(scenario())


# code → permanent, seconds to wait, alarm
REFUSALS: dict[int, tuple[bool, int | None, bool]] = {
    400: (True, None, False),
    401: (False, 600, True),
    403: (False, None, False),
    404: (True, None, False),
    408: (False, None, False),
    418: (False, None, False),
    426: (False, None, False),
    429: (False, 3600, True),
    500: (False, None, False),
    502: (False, None, False),
    504: (False, None, False),
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("code", REFUSALS)
def test_each_refusal_has_its_outcome(code: int, status: str) -> None:
    permanent, wait, alarm = REFUSALS[code]

    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock(), http_status=status)) as world:
            world.fake.fail("sendMessage", code=code)
            error = await sent(world, Reply("Đây"))
            assert error
            assert (error.code, error.permanent, error.retry_after) == (str(code), permanent, wait)
            assert (error.ambiguous, error.blocked, error.away) == (False, False, False)
            assert world.desk.alarms == ([("zalo_bot", str(code))] if alarm else [])
            assert world.fake.sent == []
            assert await sent(world, Reply("Đây")) is None

    run(scenario())


def test_a_chat_that_refuses_again_and_again_is_left_alone() -> None:
    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:
            world.fake.fail("sendMessage", code=404, times=3)
            errors = [await sent(world, Reply("Đây")) for _ in range(3)]
            assert [error and error.blocked for error in errors] == [False, False, True]
            assert await sent(world, Reply("Đây")) is None
            world.fake.fail("sendMessage", code=404)
            error = await sent(world, Reply("Đây"))
            assert error
            assert not error.blocked  # counted anew

    run(scenario())


@pytest.mark.parametrize("code", [400, 403, 404])
def test_who_never_wrote_or_is_gone_is_refused_as_the_platform_says(code: int) -> None:
    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock(), stranger=code)) as world:
            with pytest.raises(SendError) as caught:
                await world.bot.send(parcel(user(LAN)), Reply("Đây"), nothing)
            assert caught.value.permanent == (code != 403)

    run(scenario())


def test_an_alarm_that_fails_leaves_the_refusal_as_it_was() -> None:
    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:
            world.desk.broken = OSError()
            world.fake.reset_token()
            error = await sent(world, Reply("Đây"))
            assert error
            assert (error.code, error.retry_after) == ("401", 600)

    run(scenario())


LOST: dict[str, tuple[dict[str, Any], int]] = {
    # what goes wrong → how, and how many messages arrived all the same
    "cut": ({}, 0),
    "cut after": ({"after_accepting": True}, 1),
    "garble": ({}, 1),
}


@pytest.mark.parametrize("case", LOST)
def test_a_lost_answer_may_hide_a_message_that_arrived(case: str) -> None:
    given, arrived = LOST[case]

    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:
            getattr(world.fake, case.split()[0])("sendMessage", **given)
            error = await sent(world, Reply("Đây"))
            assert error
            assert (error.permanent, error.ambiguous) == (False, True)
            assert error.code == ("not JSON" if case == "garble" else "no answer")
            assert len(world.fake.sent) == arrived

    run(scenario())


def test_without_a_connection_nothing_was_sent() -> None:
    async def scenario() -> None:
        bot = made("http://127.0.0.1:9", Desk())
        with pytest.raises(SendError) as caught:
            await bot.send(parcel(user(TU)), Reply("Đây"), nothing)
        error = caught.value
        assert (error.code, error.permanent, error.ambiguous) == ("no connection", False, False)
        await bot.close()

    run(scenario())


@pytest.mark.parametrize("code", [429, 502])
def test_what_arrived_in_part_is_ambiguous(code: int) -> None:
    async def scenario() -> None:
        async with idle(FakeZaloBot(TOKEN, Clock())) as world:

            async def again() -> None:
                world.fake.fail("sendMessage", code=code)

            await world.fake.text(TU, "chào")
            image = Attachment("image", "picture/qr.png")
            with pytest.raises(SendError) as caught:
                await world.bot.send(parcel(user(TU)), Reply("Mã", attachment=image), again)
            assert caught.value.ambiguous
            assert [shown.kind for shown in world.fake.seen(TU)] == ["photo"]

    run(scenario())


ANSWERS: list[tuple[int, bytes, tuple[str, bool, bool] | None]] = [
    # HTTP status, body → code, permanent, ambiguous; None: all is well
    (200, b'{"ok": true}', None),
    (200, b'{"ok": true, "error_code": 0, "result": {}}', None),
    (200, b'{"ok": false, "error_code": 429}', ("429", False, False)),
    (200, b'{"ok": false, "errorCode": 426}', ("426", False, False)),
    (200, b'{"ok": false, "error_code": "404"}', ("404", True, False)),
    (200, b'{"ok": false, "errorCode": "400"}', ("400", True, False)),
    (200, b'{"ok": true, "error_code": 400}', ("400", True, False)),
    (400, b'{"ok": false}', ("400", True, False)),
    (400, b'{"ok": false, "error_code": "QUOTA"}', ("400", True, False)),
    (502, b'{"ok": true}', ("502", False, False)),
    (200, b'{"ok": false}', ("200", False, False)),
    (200, b"{}", ("200", False, False)),
    (408, b"<html>", ("408", False, False)),
    (404, b"<html>", ("not JSON", False, False)),
    (502, b"", ("not JSON", False, False)),
    (200, b"\xff", ("not JSON", False, True)),
    (200, b"[]", ("not JSON", False, True)),
]


@pytest.mark.parametrize(("status", "body", "expected"), ANSWERS)
def test_status_and_body_both_count(
    status: int, body: bytes, expected: tuple[str, bool, bool] | None
) -> None:
    if expected is None:
        assert answered(status, body) == json.loads(body)
        return
    with pytest.raises(SendError) as caught:
        answered(status, body)
    error = caught.value
    assert (error.code, error.permanent, error.ambiguous) == expected


# --- the token ----------------------------------------------------------------------------------


def test_the_token_is_in_no_log_and_no_exception(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def scenario() -> None:
        fake, said = FakeZaloBot(TOKEN, Clock()), []
        async with idle(fake) as world:
            fake.fail("sendMessage", code=502)
            fake.cut("sendMessage")
            fake.garble("sendMessage")
            said += [told(await sent(world, Reply("Đây"))) for _ in range(4)]
            world.bot.start(world.base)
            await asyncio.gather(*world.bot._background._tasks)
            fake.reset_token()
            said += [told(await sent(world, Reply("Đây"))), repr(vars(world.bot))]
        bot = made("http://127.0.0.1:9", Desk())
        with pytest.raises(SendError) as caught:
            await bot.send(parcel(user(TU)), Reply("Đây"), nothing)
        said.append(told(caught.value))
        assert len([one for one in said if "SendError" in one]) == 5
        assert not [one for one in said if SECRET in one]
        await bot.close()

    with capture_logs() as logs:
        run(scenario())
    assert SECRET not in repr(logs) + caplog.text


def told(error: BaseException | None) -> str:
    """All that an exception and those behind it could say."""
    lines = []
    while error:
        request = getattr(error, "_request", None)
        lines += [repr(error), repr(request and request.url), *traceback.format_exception(error)]
        error = error.__cause__ or error.__context__
    return "\n".join(lines)


@pytest.mark.parametrize("token", ["1:a b", "1:a/b?c#d", "1:é"])
def test_an_odd_token_stays_in_its_place(token: str) -> None:
    async def scenario() -> None:
        fake = FakeZaloBot(token, Clock())
        asked = []
        async with serve(fake.app) as api:
            bot = made(api, Desk(), token)

            async def look(request: httpx.Request) -> None:
                asked.append(request.url)

            bot._api._client.event_hooks["request"].append(look)
            with pytest.raises(SendError):
                await bot.send(parcel(user(TU)), Reply("Đây"), nothing)
            await bot.close()
        (url,) = asked
        assert (url.query, url.fragment) == (b"", "")
        assert url.path == f"/bot{token}/sendMessage"

    run(scenario())
