"""Both ends of the wire for benchmarks: a Bot API that only counts, and somebody who posts updates."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import aiohttp

MESSAGE = {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}, "text": "x"}
ME = {"id": 42, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
RESULTS = {"sendmessage": MESSAGE, "getme": ME}


class CountingApi(asyncio.Protocol):
    """Answers every Bot API call as well as can be expected, and counts the messages sent."""

    sent = 0
    wanted = 0
    reached: asyncio.Event

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            head = self._received[:end].decode("latin-1").lower()
            length = next(
                (int(r[15:]) for r in head.split("\r\n") if r.startswith("content-length:")), 0
            )
            if len(self._received) < end + 4 + length:
                return
            self._received = self._received[end + 4 + length :]
            self._answer(head.split(" ", 2)[1].rpartition("/")[2])

    def _answer(self, method: str) -> None:
        body = json.dumps({"ok": True, "result": RESULTS.get(method, True)}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._transport.write(head.encode() + body)
        if method == "sendmessage":
            CountingApi.sent += 1
            if CountingApi.sent >= CountingApi.wanted:
                CountingApi.reached.set()


@asynccontextmanager
async def counting_api() -> AsyncIterator[str]:
    """A Bot API on loopback; yields its address."""
    server = await asyncio.get_running_loop().create_server(CountingApi, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()


def update(number: int, user: int, text: str) -> bytes:
    person = {"id": user, "is_bot": False, "first_name": "Lan"}
    chat = {"id": user, "type": "private", "first_name": "Lan"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": person, "text": text}
    return json.dumps({"update_id": number, "message": message}).encode()


async def post_all(
    url: str, bodies: Iterable[bytes], headers: dict[str, str], at_once: int = 50
) -> float:
    """Post every body, so many at once, and wait until as many messages were sent. Seconds."""
    waiting = list(bodies)[::-1]
    CountingApi.sent, CountingApi.wanted = 0, len(waiting)
    CountingApi.reached = asyncio.Event()
    headers = {"Content-Type": "application/json", **headers}
    connector = aiohttp.TCPConnector(limit=at_once)
    async with aiohttp.ClientSession(connector=connector, headers=headers) as client:

        async def poster() -> None:
            while waiting:
                async with client.post(url, data=waiting.pop()) as answer:
                    assert answer.status == 200, await answer.text()

        began = time.perf_counter()
        await asyncio.gather(*(poster() for _ in range(at_once)))
        await asyncio.wait_for(CountingApi.reached.wait(), 120)
        return time.perf_counter() - began
