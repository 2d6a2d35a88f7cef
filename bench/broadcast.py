"""A broadcast to 100,000 people without a speed limit: does memory stay flat, and how fast is one process?

The real program, from the planning of the rows to the last outcome, with Telegram's client and a server
that only counts. Without limits on speed and quiet hours, or it would take an hour; and with them
the program has more time for less work.
"""

import asyncio
import sys
import tempfile
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import String, cast, func, insert, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

import bot.app
from bench.processes import Program, _process, free_port
from bench.rivals import TOKEN
from bench.wire import CountingApi, counting_api
from bot import cli
from bot.app import App, utc_now
from content.limits import load_limits
from store.audience import ALL, Audience
from store.base import Base, UtcDateTime
from store.broadcasts import PLANNED
from store.consents import NEWS
from store.db import Store
from store.learning_models import Broadcast, Consent
from store.migrate import migrate
from store.models import Chat, Outbox, Person, Ward
from store.outbox import SENT
from store.team_models import Member

PEOPLE = 100_000
WARD = "hai-duong"
SAMPLES = (10, 50, 100)
"""Percent sent when memory is looked at."""
AIM = 10
"""Percent that memory may grow from the first sample to the last."""
LIMIT = timedelta(minutes=20)
TEXT = (
    "Thứ bảy tuần này, từ 8 giờ, nhà văn hóa các tổ có buổi hướng dẫn dùng VNeID. Mời bà con đến."
)


def serve() -> None:
    """`toso run` without limits on speed and without quiet hours."""
    none = {"rate": None, "per_chat": None, "per_group": None, "quiet": None}
    free = {name: limits.model_copy(update=none) for name, limits in load_limits().items()}
    bot.app.App = partial(App, limits=free)  # type: ignore
    cli.run()


async def fill(db: AsyncSession, now: datetime) -> None:
    """People who want the news, an officer, and the officer's message to all of them, approved."""
    one = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = one.union_all(select(one.c.n + 1).where(one.c.n < PEOPLE))
    number, at = numbers.c.n, literal(now, UtcDateTime())
    await db.execute(insert(Ward).values(id=WARD, name=""))
    rows: dict[type[Base], dict[str, Any]] = {
        Person: dict(id=number, ward_id=WARD, lang="vi", created_at=at),
        Chat: dict(
            id=number, person_id=number, channel="telegram", address=cast(number, String),
            state=literal({}, Chat.state.type), offer=literal([], Chat.offer.type), last_in_at=at,
        ),
        Consent: dict(chat_id=number, purpose=NEWS, text="", given_at=at),
    }  # fmt: skip
    for table, values in rows.items():
        columns = [literal(one) if isinstance(one, str) else one for one in values.values()]
        await db.execute(insert(table).from_select(list(values), select(*columns)))
    await db.execute(
        insert(Member).values(id=1, ward_id=WARD, role="officer", name="", org="", since=now.date())
    )
    await db.execute(
        insert(Broadcast).values(
            ward_id=WARD, author_id=1, text=TEXT, audience=Audience(ALL).kept, state=PLANNED,
            recipients=PEOPLE, send_at=now, planned_to=0, created_at=now, account={},
        )
    )  # fmt: skip


async def reached(percent: int, program: Program) -> tuple[float, float]:
    """The moment at which so many were sent, and megabytes then."""
    CountingApi.wanted, CountingApi.reached = PEOPLE * percent // 100, asyncio.Event()
    if CountingApi.sent < CountingApi.wanted:
        await CountingApi.reached.wait()
    return time.perf_counter(), program.memory()


async def measure() -> tuple[list[tuple[float, float]], float]:
    """The samples, and megabytes before the first message."""
    with tempfile.TemporaryDirectory() as folder:
        url, port = f"sqlite:///{folder}/broadcast.db", free_port()
        store = Store(url)
        await migrate(store.engine)
        await store.write(partial(fill, now=utc_now()))
        CountingApi.sent, CountingApi.wanted = 0, PEOPLE
        CountingApi.reached = asyncio.Event()
        async with counting_api() as api, asyncio.timeout(LIMIT.total_seconds()):
            given = {"DATABASE_URL": url, "PORT": str(port), "LOG_LEVEL": "ERROR"}
            given |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": api}
            given |= {"PUBLIC_URL": f"http://127.0.0.1:{port}"}
            command = [sys.executable, "-m", "bench.broadcast", "program"]
            async with _process(command, port, given) as program:
                start = program.memory()
                samples = [await reached(percent, program) for percent in SAMPLES]
        sent = select(func.count()).where(Outbox.state == SENT)
        assert await store.read(lambda db: db.scalar(sent)) == CountingApi.sent == PEOPLE
        await store.close()
    return samples, start


def main() -> None:
    samples, start = asyncio.run(measure())
    times, sizes = zip(*samples, strict=True)
    growth = 100 * (sizes[-1] / sizes[0] - 1)
    rate = PEOPLE * (SAMPLES[-1] - SAMPLES[0]) / 100 / (times[-1] - times[0])
    print(f"\nA broadcast to {PEOPLE:,} people, no limit on speed, one process, a SQLite file")
    print(f"  messages a second             {rate:9.0f}   (Telegram allows 30)")
    print(f"  MB before the first           {start:9.0f}")
    for percent, size in zip(SAMPLES, sizes, strict=True):
        print(f"  MB when {percent:3} % were sent       {size:9.0f}")
    print(
        f"  growth {growth:.1f} %, aim <= {AIM} %: {'reached' if growth <= AIM else 'NOT reached'}"
    )


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["program"] else main()
