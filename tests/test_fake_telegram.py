"""The fake Telegram is believed because two libraries which never met it work against it."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tests.fakes.clients import AiogramClient, Client, PtbClient
from tests.fakes.contract import LAN, Scenario
from tests.fakes.contract_profile import PROFILE
from tests.fakes.contract_sending import SENDING
from tests.fakes.contract_updates import LISTENING
from tests.fakes.serving import serve
from tests.fakes.telegram import TOKEN, FakeTelegram, Upload

SCENARIOS = PROFILE + SENDING + LISTENING


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(coroutine, 10))


async def played(written: Scenario, library: type[Client]) -> None:
    fake = FakeTelegram()
    async with serve(fake.app) as base:
        client = library(base, TOKEN)
        try:
            await written(fake, client)
        finally:
            await client.close()


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
@pytest.mark.parametrize("library", [AiogramClient, PtbClient])
@pytest.mark.parametrize("written", SCENARIOS, ids=lambda written: written.__name__)
def test_contract(written: Scenario, library: type[Client]) -> None:
    run(played(written, library))


# --- the wire, without any library --------------------------------------------------------------


@asynccontextmanager
async def wire(fake: FakeTelegram) -> AsyncIterator[httpx.AsyncClient]:
    async with serve(fake.app) as base:
        url = f"{base}/bot{TOKEN}/"
        async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as client:
            yield client


def test_every_encoding_says_the_same() -> None:
    async def say() -> None:
        fake = FakeTelegram()
        await fake.text(LAN, "/start")
        without_chat = {"text": "7 & ạ", "disable_notification": "true"}
        asked = {"chat_id": str(LAN)} | without_chat
        expected = {"chat_id": LAN, "text": "7 & ạ", "disable_notification": True}
        async with wire(fake) as http:
            await http.get("sendMessage", params=asked)
            await http.post("SENDMESSAGE", data=asked)
            await http.post("sendmessage", files={k: (None, v) for k, v in asked.items()})
            await http.post("sendMessage", json=expected)
            await http.post("sendMessage", params={"chat_id": LAN}, data=without_chat)
        assert fake.calls == [("sendMessage", expected)] * 5
        assert len(fake.seen(LAN)) == 5

    run(say())


def test_files_come_attached_or_in_place() -> None:
    async def send() -> None:
        fake, file = FakeTelegram(), ("tờ khai.txt", b"\r\n--x")
        await fake.text(LAN, "/start")
        async with wire(fake) as http:
            await http.post("sendDocument", data={"chat_id": LAN}, files={"document": file})
            named = {"chat_id": LAN, "document": "attach://one"}
            await http.post("sendDocument", data=named, files={"one": file})
            lost = await http.post("sendDocument", data=named, files={"two": file})
        expected = {"chat_id": LAN, "document": Upload(*file)}
        assert fake.called("sendDocument")[:2] == [expected] * 2
        assert lost.json()["description"] == "Bad Request: there is no document in the request"

    run(send())


@pytest.mark.parametrize(
    ("path", "code", "description"),
    [
        (f"/bot{TOKEN}/sendLove", 404, "Not Found: method not found"),
        ("/bot1:wrong/getMe", 401, "Unauthorized"),
        ("/", 404, "Not Found"),
        (f"/bot{TOKEN}/sendMessage?text=a", 400, "Bad Request: chat_id is empty"),
        (f"/bot{TOKEN}/sendMessage?text=a&chat_id=@lan", 400, "Bad Request: chat not found"),
    ],
)
def test_refusals(path: str, code: int, description: str) -> None:
    async def ask() -> None:
        async with wire(FakeTelegram()) as http:
            answer = await http.get(str(http.base_url.copy_with(raw_path=path.encode())))
        assert answer.status_code == code
        assert answer.json() == {"ok": False, "error_code": code, "description": description}

    run(ask())


def test_flood_and_broken_requests() -> None:
    async def ask() -> None:
        fake = FakeTelegram()
        fake.fail("getMe", retry_after=5)
        async with wire(fake) as http:
            flood = await http.get("getMe")
            broken = await http.post("getMe", json=[])
        words = "Too Many Requests: retry after 5"
        refused = {"ok": False, "error_code": 429, "description": words}
        assert flood.json() == refused | {"parameters": {"retry_after": 5}}
        assert flood.headers["retry-after"] == "5"
        assert broken.json()["description"] == "Bad Request: JSON object expected"

    run(ask())


def test_limits_and_dates_follow_the_clock_given() -> None:
    async def send() -> None:
        now = [100]
        dates: list[int | None] = []
        fake = FakeTelegram(clock=lambda: now[0], limits=(2, 1))
        for user in (1, 2, 3):
            await fake.text(user, "/start")

        async def sent(user: int) -> int:
            answer = await http.get("sendMessage", params={"chat_id": user, "text": "a"})
            dates.append(answer.json().get("result", {}).get("date"))
            return answer.status_code

        async with wire(fake) as http:
            assert [await sent(user) for user in (1, 1, 2, 3)] == [200, 429, 200, 429]
            assert (await http.get("getMe")).status_code == 200
            now[0] += 1
            assert [await sent(user) for user in (3, 1, 2)] == [200, 200, 429]
        assert dates == [100, None, 100, None, 101, 101, None]

    run(send())


# --- webhooks, without any library --------------------------------------------------------------


def test_one_chat_is_served_in_order_and_others_meanwhile() -> None:
    async def deliver() -> None:
        fake, go = FakeTelegram(), asyncio.Event()
        arrived: asyncio.Queue[str] = asyncio.Queue()

        async def receiver(scope: Scope, receive: Receive, send: Send) -> None:
            arrived.put_nowait((await Request(scope, receive).json())["message"]["text"])
            await go.wait()
            await Response()(scope, receive, send)

        async with wire(fake) as http, serve(receiver) as base:
            await http.get("setWebhook", params={"url": base})
            said = [(1, "một"), (1, "hai"), (2, "ba")]
            texts = [asyncio.create_task(fake.text(user, text)) for user, text in said]
            assert {await arrived.get(), await arrived.get()} == {"một", "ba"}
            assert arrived.empty()
            go.set()
            await asyncio.gather(*texts)
        assert await arrived.get() == "hai"

    run(deliver())


def test_webhook_answers_in_other_encodings() -> None:
    async def answer(written: httpx.Request) -> None:
        body = Response(await written.aread(), media_type=written.headers["content-type"])
        fake = FakeTelegram()
        async with wire(fake) as http, serve(body) as base:
            await http.get("setWebhook", params={"url": base})
            await fake.text(LAN, "chào")
        assert [shown.text for shown in fake.seen(LAN)] == ["Chào"]

    fields = {"method": "sendMessage", "chat_id": str(LAN), "text": "Chào"}
    run(answer(httpx.Request("POST", "http://bot/", data=fields)))
    parts = {name: (None, value) for name, value in fields.items()}
    run(answer(httpx.Request("POST", "http://bot/", files=parts)))


# --- serving ------------------------------------------------------------------------------------


def test_serving_runs_the_lifespan() -> None:
    async def live() -> None:
        seen: list[str] = []

        @asynccontextmanager
        async def lifespan(_app: Starlette) -> AsyncIterator[None]:
            seen.append("begun")
            yield
            seen.append("ended")

        async with serve(Starlette(lifespan=lifespan)):
            assert seen == ["begun"]
        assert seen == ["begun", "ended"]

    run(live())


def test_serving_tells_when_the_application_will_not_start() -> None:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        raise OSError("no database")
        yield

    async def live() -> None:
        with pytest.raises(RuntimeError, match="refused to start"):
            async with serve(Starlette(lifespan=lifespan)):
                pass

    run(live())


def test_serving_ends_at_once_under_open_requests() -> None:
    async def live() -> None:
        begun = asyncio.Event()

        async def deaf(scope: Scope, receive: Receive, send: Send) -> None:
            assert scope["type"] == "http"
            begun.set()
            await asyncio.Event().wait()

        async with httpx.AsyncClient(trust_env=False, verify=False) as http:
            async with serve(deaf) as base:
                asking = asyncio.create_task(http.get(base))
                await begun.wait()
            with pytest.raises(httpx.TransportError):
                await asking
            with pytest.raises(httpx.ConnectError):
                await http.get(base)

    run(live())
