"""Webhook events of the Official Account: how long until the 200, which says that the event is safe on disk.

The real program with its answers on the way at the same time, against a server that only counts. Events
come at fixed times, whether or not the ones before were answered.
"""

import asyncio
import contextlib
import gc
import hashlib
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count

import bot.app
from bench import wire
from bench.processes import Program, _process, free_port
from bench.wire import CountingApi, counting_api
from bot import cli
from bot.app import App, utc_now
from bot.vault import Vault
from content.limits import load_limits
from store import zalo_tokens
from store.db import Store
from store.migrate import migrate

RATE, SECONDS = 500, 10
AIM_MS, AIM_LONGEST = 100, 2.0
CONNECTIONS = 512
PEOPLE = 5_000
APP_ID, OA_ID, SECRET, KEY = (
    "4012345678901234567",
    "1646843870823900002",
    "OASecretInvented01",
    "bench",
)
TEXT = "phí tạm trú bao nhiêu"


def serve() -> None:
    """`toso run` without limits on speed, so that answering takes as much of the machine as it can."""
    none = {"rate": None, "per_chat": None}
    free = {name: limits.model_copy(update=none) for name, limits in load_limits().items()}
    bot.app.App = partial(App, limits=free)  # type: ignore
    cli.run()


@dataclass
class Round:
    """What became of the events of one stretch."""

    waits: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    kept: set[str] = field(default_factory=set)
    seconds: float = 0.0

    def percentile(self, percent: int) -> float:
        return statistics.quantiles(self.waits, n=100)[percent - 1] * 1000


def event(number: int) -> tuple[str, bytes]:
    """The number of a message nobody sent before, and its signed request."""
    message_id, stamp = f"e2a641af{number:012x}", str(int(time.time() * 1000))
    body = json.dumps(
        {
            "event_name": "user_send_text", "app_id": APP_ID,
            "sender": {"id": f"55101857582{number % PEOPLE:08}"}, "recipient": {"id": OA_ID},
            "message": {"text": TEXT, "msg_id": message_id}, "timestamp": stamp,
        },
        ensure_ascii=False,
    ).encode()  # fmt: skip
    mac = hashlib.sha256(APP_ID.encode() + body + stamp.encode() + SECRET.encode()).hexdigest()
    head = (
        f"POST /zalo/oa HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"X-ZEvent-Signature: mac={mac}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return message_id, head.encode() + body


class Load:
    """Posts events over a fixed number of connections."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._numbers = count(1)
        self._free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]

    async def open(self) -> None:
        self._free = asyncio.Queue()
        for _ in range(CONNECTIONS):
            self._free.put_nowait(await asyncio.open_connection("127.0.0.1", self._port))

    async def post(self, made: tuple[str, bytes], into: Round) -> None:
        """One event. Its time counts from when it is to leave, also while all connections are taken."""
        message_id, request = made
        began = time.perf_counter()
        reader, writer = await self._free.get()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line[15:])
            for line in head.lower().split(b"\r\n")
            if line[:15] == b"content-length:"
        )
        await reader.readexactly(length)
        self._free.put_nowait((reader, writer))
        into.waits.append(time.perf_counter() - began)
        status = int(head[9:12])
        into.statuses[status] += 1
        if status == 200:
            into.kept.add(message_id)

    async def at(self, rate: float, seconds: float) -> Round:
        """Events at fixed times, come what may."""
        events = [event(next(self._numbers)) for _ in range(int(rate * seconds))]
        found, tasks, began = Round(), set(), time.perf_counter()
        for number, made in enumerate(events):
            due = began + number / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            tasks.add(asyncio.create_task(self.post(made, found)))
        await asyncio.gather(*tasks)
        found.seconds = time.perf_counter() - began
        return found

    async def most(self) -> tuple[float, list[Round]]:
        """The highest rate at which the aim holds, tried by half as much again each time; and all rounds."""
        rate, rounds = float(RATE), []
        while True:
            found = await self.at(rate * 1.5, SECONDS / 3)
            rounds.append(found)
            if found.percentile(99) > AIM_MS:
                return rate, rounds
            rate *= 1.5


async def authorise(url: str) -> None:
    """As after `toso zalo-login`."""
    store, now = Store(url), utc_now()
    await migrate(store.engine)
    seal: Callable[[str], str] = Vault(KEY, utc_now).seal
    pair = zalo_tokens.Pair(seal("AT"), seal("RT"), now + timedelta(hours=25), now)
    await store.write(lambda db: zalo_tokens.put(db, APP_ID, pair))
    await store.close()


@asynccontextmanager
async def program(file: str, api: str) -> AsyncIterator[tuple[Program, int]]:
    port = free_port()
    given = {
        "DATABASE_URL": f"sqlite:///{file}", "PORT": str(port), "LOG_LEVEL": "ERROR",
        "SECRET_KEY": KEY, "ZALO_OA_ID": OA_ID, "ZALO_OA_APP_ID": APP_ID,
        "ZALO_OA_APP_SECRET": "x", "ZALO_OA_SECRET": SECRET, "ZALO_OA_VERIFY": "enforce",
        "ZALO_OA_API_URL": api, "ZALO_OAUTH_URL": api, "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    command = [sys.executable, "-m", "bench.webhooks", "program"]
    async with _process(command, port, given) as running:
        yield running, port


def lost(file: str, kept: set[str]) -> int:
    """Events that were answered 200 and are neither answered to nor waiting to be."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        done = {row[0] for row in database.execute("SELECT message_id FROM seen")}
        waiting = {row[0].rpartition(":")[2] for row in database.execute("SELECT key FROM inbound")}
    return len(kept - done - waiting)


async def measure() -> tuple[Round, float, Round, int, int]:
    wire.RESULTS["cs"] = {}
    CountingApi.sent, CountingApi.wanted, CountingApi.reached = 0, 10**9, asyncio.Event()
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/webhooks.db"
        await authorise(f"sqlite:///{file}")
        async with counting_api() as api, program(file, api) as (_, port):
            load = Load(port)
            await load.open()
            await load.at(100, 2)  # nothing is measured cold
            gc.disable()  # its pauses here are not the program's
            steady = await load.at(RATE, SECONDS)
            most, rounds = await load.most()
            double = await load.at(2 * most, SECONDS / 2)
        kept = steady.kept.union(double.kept, *(one.kept for one in rounds))
        return steady, most, double, len(kept), lost(file, kept)


def main() -> None:
    steady, most, double, kept, gone = asyncio.run(measure())
    print("\nWebhook events of the Official Account until the 200, answers made meanwhile, SQLite")
    middle, slow = steady.percentile(50), steady.percentile(99)
    print(f"  {RATE}/s for {SECONDS} s     p50 {middle:6.1f} ms   p99 {slow:6.1f} ms")
    print(f"  the most it bears   {most:6.0f}/s, with a p99 of at most {AIM_MS} ms")
    print(
        f"  twice that          longest wait {max(double.waits):.2f} s, answers {dict(double.statuses)}"
    )
    print(f"  of {kept:,} answered 200, neither answered to nor waiting: {gone}")
    for aim, reached in {
        f"p99 at {RATE}/s <= {AIM_MS} ms": steady.percentile(99) <= AIM_MS,
        f"at twice the load an answer within {AIM_LONGEST:.0f} s": max(double.waits) <= AIM_LONGEST,
        "nothing lost that was answered 200": gone == 0,
    }.items():
        print(f"    {aim}: {'reached' if reached else 'NOT reached'}")


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["program"] else main()
