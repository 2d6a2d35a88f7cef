"""Sessions logged a second: one sentence and one tap each, two durable turns, many members at once."""

import asyncio
import gc
import multiprocessing
import statistics
import tempfile
import time
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import demo, log
from bot.app import App, utc_now
from bot.settings import load
from content import library as content_library
from content import sentence as reader
from content.library import Library
from handlers.turn import WARD_ZONE, Incoming
from store.log_models import SupportSession
from store.models import Chat, Person
from store.team_models import Member
from tests.fakes.postgres import postgres_server

LOGS, AT_ONCE, ROUNDS, AIM = 1500, 64, 5, 1000
LIMIT = 120
"""Seconds after which a process that ended badly is waited for no longer."""
SAVE = "form:session:~summary:~save"


def sentence(number: int) -> str:
    """No member says the same twice, which would be asked about."""
    return f"giúp {number // 100 + 2} cụ cài VNeID ở nhà văn hóa TDP {number % 30 + 1} chiều qua, 20 phút"


async def seat(db: AsyncSession) -> None:
    """Give every member a chat whose address is their number."""
    now = utc_now()
    logging = Member.role.in_(("member", "lead", "volunteer"))
    members = list(await db.scalars(select(Member.id).where(logging)))
    rows = [dict(ward_id=demo.WARD, lang="vi", created_at=now) for _ in members]
    made = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    people = list(await db.scalars(made, rows))
    pairs = list(zip(members, people, strict=True))
    place = dict(channel="terminal", state={}, offer=[], last_in_at=now)
    await db.execute(
        insert(Chat), [dict(person_id=person, address=str(one), **place) for one, person in pairs]
    )
    await db.execute(update(Member), [dict(id=one, person_id=person) for one, person in pairs])


async def prepared(url: str, library: Library) -> tuple[App, list[str]]:
    """A program on a database with the invented ward's year, and the addresses of its members."""
    app = App(load(database_url=url, log_level="ERROR", secret_key="bench"), library)
    await app.prepare()
    addresses = await app.store.read(_addresses)
    if not addresses:
        await demo.fill(app.store, library, utc_now().astimezone(WARD_ZONE).date())
        await app.store.write(seat)
        addresses = await app.store.read(_addresses)
    assert reader.read(sentence(0), utc_now().astimezone(WARD_ZONE))  # its words are loaded now
    gc.collect()
    gc.freeze()  # as `toso run` does
    gc.set_threshold(50_000, 50, 100)
    return app, addresses


async def _addresses(db: AsyncSession) -> list[str]:
    return list(await db.scalars(select(Chat.address).order_by(Chat.id)))


async def _logged(db: AsyncSession) -> int:
    return await db.scalar(select(func.count()).select_from(SupportSession)) or 0


async def run(app: App, addresses: list[str], chats: range) -> float:
    """Log the share of these chats, of AT_ONCE; each has two members in turn. Seconds."""

    async def talk(chat: int) -> None:
        for number in range(chat, LOGS, AT_ONCE):
            said: tuple[dict[str, Any], ...] = ({"text": sentence(number)}, {"chosen": SAVE})
            for part, given in enumerate(said):
                address = addresses[number % (2 * AT_ONCE)]
                incoming = Incoming("terminal", address, f"{number}.{part}", **given)
                await app.conversation.converse(incoming, app.terminal.can, handed_over=True)

    began = time.perf_counter()
    await asyncio.gather(*map(talk, chats))
    return time.perf_counter() - began


async def one_process(url: str, library: Library) -> float:
    """Logs a second; all of them are in the database afterwards."""
    app, addresses = await prepared(url, library)
    before = await app.store.read(_logged)
    took = await run(app, addresses, range(AT_ONCE))
    assert await app.store.read(_logged) == before + LOGS
    await app.stop()
    return LOGS / took


def share(url: str, number: int, of: int, barrier: Any, took: Any) -> None:
    """A process of its own: its share of the chats, begun together with the others."""

    async def work() -> float:
        app, addresses = await prepared(url, content_library.load())
        barrier.wait(LIMIT)
        seconds = await run(app, addresses, range(number, AT_ONCE, of))
        await app.stop()
        return seconds

    log.configure("ERROR")
    took.put(asyncio.run(work()))


async def several_processes(url: str, library: Library, of: int) -> float:
    """Logs a second of processes that share one PostgreSQL."""
    app, _ = await prepared(url, library)
    before = await app.store.read(_logged)
    spawn = multiprocessing.get_context("spawn")
    barrier, took = spawn.Barrier(of), spawn.Queue()
    workers = [
        spawn.Process(target=share, args=(url, number, of, barrier, took)) for number in range(of)
    ]
    for worker in workers:
        worker.start()
    slowest: float = max([took.get(timeout=LIMIT) for _ in workers])
    for worker in workers:
        worker.join()
    assert await app.store.read(_logged) == before + LOGS
    await app.stop()
    return LOGS / slowest


async def on_sqlite(library: Library) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return await one_process(f"sqlite:///{folder}/logs.db", library)


def report(name: str, rates: list[float]) -> None:
    rate = statistics.median(rates)
    reached = "reached" if rate >= AIM else "NOT reached"
    print(f"  {name:34}{rate:7.0f} logs/s = {2 * rate:5.0f} turns/s   aim {AIM}: {reached}")


def main() -> None:
    log.configure("ERROR")
    library = content_library.load()
    print(
        f"\nSessions logged a second: a sentence and a tap, {AT_ONCE} chats at once, {LOGS} logs,"
    )
    print(f"each turn committed to disk; median of {ROUNDS} rounds")
    report("SQLite, one process", [asyncio.run(on_sqlite(library)) for _ in range(ROUNDS)])
    with postgres_server("") as server:
        alone = [asyncio.run(one_process(server.new_database(), library)) for _ in range(ROUNDS)]
        report("PostgreSQL, one process", alone)
        two = [
            asyncio.run(several_processes(server.new_database(), library, 2)) for _ in range(ROUNDS)
        ]
        report("PostgreSQL, two processes", two)


if __name__ == "__main__":
    main()
