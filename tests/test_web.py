"""The web page's API: every request gets an answer or a status with a sentence."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from bot.app import App
from bot.channels.web import address_of
from bot.files import Made
from content.library import Library
from handlers.turn import Attachment, Option, Reply
from store import chats
from tests.conftest import run
from tests.fakes.serving import serve
from tests.people import Clock, app_with, push, settings

SESSION = "test-session-0001"


@asynccontextmanager
async def online(
    url: str, library: Library, **given: Any
) -> AsyncIterator[tuple[httpx.AsyncClient, App]]:
    app = app_with(settings(url, **given), library, Clock())
    async with serve(app.asgi()) as base, httpx.AsyncClient(base_url=base) as client:
        yield client, app


async def pushed(app: App, key: str, reply: Reply, session: str = SESSION) -> None:
    chat = await app.store.write(lambda db: chats.chat_id(db, "web", address_of(session)))
    await push(app, chat, reply, "notice", key)


async def first_message(client: httpx.AsyncClient, session: str = SESSION) -> None:
    await client.post("/api/chat", json={"text": "/start"}, headers={"X-Chat-Session": session})


def test_the_first_message_brings_a_cookie(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, _):
            answer = await client.post("/api/chat", json={"text": "/start"})
            cookie = answer.headers["set-cookie"]
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie
            assert "Secure" not in cookie
            assert "x-chat-session" not in answer.headers
            (message,) = answer.json()["messages"]
            assert message["options"][0] == {
                "label": "VNeID, giấy tờ, cư trú",
                "value": "category:vneid",
            }
            chosen = await client.post("/api/chat", json={"choose": "category:vneid"})
            assert chosen.json()["messages"][0]["text"].startswith("VNeID, giấy tờ, cư trú")

    run(scenario())


def test_the_cookie_is_kept_to_https_where_there_is_https(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, public_url="https://toso.example.vn") as (client, _):
            answer = await client.post("/api/chat", json={"text": "/start"})
            assert "Secure" in answer.headers["set-cookie"]

    run(scenario())


def test_two_visitors_have_two_talks(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, _):
            heads = []
            for session, text in (("a" * 16, "/language"), ("b" * 16, "/start"), ("a" * 16, "1")):
                answer = await client.post(
                    "/api/chat", json={"text": text}, headers={"X-Chat-Session": session}
                )
                heads.append(answer.json()["messages"][0]["text"][:8])
            assert heads == ["Chọn ngô", "Chào bác", "Chào bác"]

    run(scenario())


AS_JSON = {"Content-Type": "application/json"}
UNREAD, EXPIRED = "Tôi chưa đọc được", "Phiên của trang này"
BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "no json": ({"content": b"hello", "headers": AS_JSON}, 400, UNREAD),
    "broken json": ({"content": b'{"text": ', "headers": AS_JSON}, 400, UNREAD),
    "deep json": ({"content": b"[" * 100_000, "headers": AS_JSON}, 400, UNREAD),
    "binary": ({"content": b"\xff\xfe\x00", "headers": AS_JSON}, 400, UNREAD),
    "a list": ({"json": ["text"]}, 400, UNREAD),
    "nothing": ({"json": {}}, 400, UNREAD),
    "both": ({"json": {"text": "a", "choose": "b"}}, 400, UNREAD),
    "a number": ({"json": {"text": 5}}, 400, UNREAD),
    "bad id": ({"json": {"text": "a", "id": "x y"}}, 400, UNREAD),
    "id no text": ({"json": {"text": "a", "id": 5}}, 400, UNREAD),
    "a form": ({"data": {"text": "a"}}, 415, "JSON"),
    "no type": ({"content": b"{}"}, 415, "JSON"),
    "too big": ({"json": {"text": "a" * 300_000}}, 413, "Tin này dài quá"),
    "bad session": ({"json": {"text": "a"}, "headers": {"X-Chat-Session": "a b"}}, 400, EXPIRED),
    "odd session": (
        {"json": {"text": "a"}, "headers": {"X-Chat-Session": "a" * 15 + "'"}},
        400,
        EXPIRED,
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_requests_get_a_sentence(case: str, sqlite_url: str, library: Library) -> None:
    request, status, sentence = BAD[case]

    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, _):
            answer = await client.post("/api/chat", **request)
            assert answer.status_code == status
            assert sentence in answer.json()["error"]

    run(scenario())


FINE = {
    "empty": "",
    "100 kB": "a" * 100_000,
    "nul": "a\x00b",
    "html": "<b>x</b>",
    "half a sign": "\\ud800",
}


@pytest.mark.parametrize("case", FINE)
def test_odd_texts_are_answered(case: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, _):
            body = json.dumps({"text": FINE[case]}).replace("\\\\ud", "\\ud")
            answer = await client.post(
                "/api/chat", content=body, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code == 200
            assert answer.json()["messages"][0]["text"]

    run(scenario())


def test_refusals_speak_english_on_the_english_page(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, _):
            answer = await client.post("/api/chat?lang=en", json={})
            assert answer.json()["error"].startswith("I could not read that message")

    run(scenario())


def test_writing_too_fast_is_answered_politely(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, rate_limit="5/minute") as (client, _):
            codes = [
                (await client.post("/api/chat", json={"text": "/menu"})).status_code
                for _ in range(7)
            ]
            assert codes == [200] * 5 + [429] * 2
            other = await client.post(
                "/api/chat", json={"text": "/menu"}, headers={"X-Chat-Session": SESSION}
            )
            assert other.status_code == 200

    run(scenario())


def test_one_address_cannot_be_a_thousand_visitors(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, rate_limit="1/minute") as (client, _):
            codes = []
            for number in range(22):
                headers = {"X-Chat-Session": f"visitor-{number:010}"}
                codes.append(
                    (
                        await client.post("/api/chat", json={"text": "/menu"}, headers=headers)
                    ).status_code
                )
            assert codes == [200] * 20 + [429] * 2

    run(scenario())


async def events(
    client: httpx.AsyncClient, wanted: int, opened: asyncio.Event | None = None, after: int = 0
) -> list[dict[str, Any]]:
    """Read so many pushed messages; `opened` is set when the page listens."""
    found: list[dict[str, Any]] = []
    number = 0
    headers = {"X-Chat-Session": SESSION} | ({"Last-Event-ID": str(after)} if after else {})
    async with client.stream("GET", "/api/events", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        async for line in stream.aiter_lines():
            if opened and line == ": open":
                opened.set()
            if line.startswith("id: "):
                number = int(line[4:])
            if line.startswith("data: "):
                found.append({"id": number, **json.loads(line[6:])})
            if len(found) == wanted:
                return found
    return found


def test_pushed_messages_arrive_by_events(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, app):
            await first_message(client)
            opened = asyncio.Event()
            reading = asyncio.create_task(events(client, 2, opened))
            await opened.wait()
            await pushed(app, "k1", Reply("Một", (Option("A", "menu"),)))
            await pushed(app, "k1", Reply("Một lần nữa"))
            await pushed(app, "k2", Reply("Hai"))
            found = await reading
            assert [message["text"] for message in found] == ["Một", "Hai"]
            assert found[0]["options"] == [{"label": "A", "value": "menu"}]
            assert found[0]["id"] < found[1]["id"]

    run(scenario())


def test_what_was_pushed_while_no_page_was_open_waits(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, app):
            await first_message(client)
            await pushed(app, "k1", Reply("Một"))
            await pushed(app, "k2", Reply("Hai"))
            assert [m["text"] for m in await events(client, 2)] == ["Một", "Hai"]
            await pushed(app, "k3", Reply("Ba"))
            assert [m["text"] for m in await events(client, 1)] == ["Ba"]

    run(scenario())


def test_events_need_a_talk(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, _):
            answer = await client.get("/api/events")
            assert answer.status_code == 400
            assert "gửi một tin trước" in answer.json()["error"]
            assert (
                await client.get("/api/events", headers={"X-Chat-Session": "x y"})
            ).status_code == 400

    run(scenario())


def test_a_file_is_for_its_own_visitor(sqlite_url: str, library: Library) -> None:
    async def picture(parts: list[str]) -> Made:
        return Made(parts[-1], b"png")

    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, app):
            await first_message(client)
            app.files.makers["picture"] = picture
            await pushed(app, "k1", Reply("Đây", attachment=Attachment("image", "picture/qr.png")))
            (message,) = await events(client, 1)
            assert message["attachment"]["name"] == "qr.png"
            url = message["attachment"]["url"]
            own = await client.get(url, headers={"X-Chat-Session": SESSION})
            assert own.content == b"png"
            other = await client.get(url, headers={"X-Chat-Session": "another-session-1"})
            assert other.status_code == 404
            assert (await client.get(url, headers={"X-Chat-Session": "?"})).status_code == 400
            app.files.makers.clear()
            gone = await client.get(url, headers={"X-Chat-Session": SESSION})
            assert gone.status_code == 404

    run(scenario())


def test_the_page_the_files_and_health(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, ward="mau") as (client, app):
            page = await client.get("/")
            assert "phường Mẫu" in page.text
            assert "default-src 'self'" in page.headers["content-security-policy"]
            assert page.headers["x-content-type-options"] == "nosniff"
            assert 'lang="en"' in (await client.get("/?lang=en")).text
            assert 'lang="vi"' in (await client.get("/?lang=xx")).text
            assert (await client.get("/static/chat.js")).status_code == 200
            assert (await client.get("/static/../app.py")).status_code == 404
            health = await client.get("/healthz")
            assert (health.status_code, health.json()) == (200, {"ok": True})
            await app.store.engine.dispose()
            app.store.engine = broken_engine()
            assert (await client.get("/healthz")).status_code == 503

    run(scenario())


def broken_engine() -> Any:
    from store.db import engine_for

    return engine_for("sqlite:////nowhere/at/all.db")


def test_one_who_writes_too_fast_blocks_nobody_else(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library, rate_limit="1/minute") as (client, _):
            for _ in range(30):
                await client.post("/api/chat", json={"text": "/menu"})
            headers = {"X-Chat-Session": SESSION}
            other = await client.post("/api/chat", json={"text": "/menu"}, headers=headers)
            assert other.status_code == 200

    run(scenario())


def test_somebody_elses_cookie_is_replaced(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, _):
            answer = await client.post(
                "/api/chat", json={"text": "/menu"}, headers={"Cookie": "toso=abc"}
            )
            assert answer.status_code == 200
            assert "toso=" in answer.headers["set-cookie"]

    run(scenario())


def test_a_message_lost_with_the_connection_comes_again(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, app):
            await first_message(client)
            await pushed(app, "k1", Reply("Một"))
            (first,) = await events(client, 1)
            await pushed(app, "k2", Reply("Hai"))
            assert [m["text"] for m in await events(client, 1)] == ["Hai"]
            again = await events(client, 1, after=first["id"])
            assert [m["text"] for m in again] == ["Hai"]

    run(scenario())


@pytest.mark.parametrize("number", ["9" * 23, "-1", "x", "1" * 5000, "²"])
def test_numbers_from_outside_are_checked(number: str, sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, _):
            await first_message(client)
            headers = {"X-Chat-Session": SESSION}
            file = await client.get(f"/api/attachment/{number}", headers=headers)
            assert file.status_code == 404
            assert file.json()["error"]

    run(scenario())


def test_a_wrong_event_number_is_none(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, app):
            await first_message(client)
            await pushed(app, "k1", Reply("Một"))
            assert len(await events(client, 1, after=10**23)) == 1

    run(scenario())


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/api/chat", 405)]
)
def test_every_refusal_is_json_with_a_sentence(
    method: str, path: str, status: int, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, _):
            answer = await client.request(method, path)
            assert answer.status_code == status
            assert answer.json()["error"]

    run(scenario())


def test_open_pages_of_one_visitor_are_limited(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.web.STREAMS", 1)

    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, app):
            await first_message(client)
            opened = asyncio.Event()
            reading = asyncio.create_task(events(client, 1, opened))
            await opened.wait()
            second = await client.get("/api/events", headers={"X-Chat-Session": SESSION})
            assert second.status_code == 429
            await pushed(app, "k1", Reply("Một"))
            assert len(await reading) == 1

    run(scenario())


def test_a_stop_ends_open_streams(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with online(sqlite_url, library) as (client, app):
            await first_message(client)
            opened = asyncio.Event()
            reading = asyncio.create_task(events(client, 1, opened))
            await opened.wait()
            app.web.stop()
            assert await reading == []

    run(scenario())
