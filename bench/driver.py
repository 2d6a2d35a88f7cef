"""Four small statements and a commit: SQLite called in place (store/sqlite.py) beside aiosqlite's threads."""

import asyncio
import statistics
import tempfile
import time
from datetime import UTC, datetime

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from store import chats, outbox
from store.db import engine_for
from store.migrate import migrate
from store.sqlite import PRAGMAS

TURNS = 400
ROUNDS = 3
NOW = datetime(2026, 11, 20, tzinfo=UTC)


def threaded(url: str) -> AsyncEngine:
    """The same database through aiosqlite, set up alike."""
    engine = create_async_engine(url.replace("sqlite:", "sqlite+aiosqlite:"))

    @event.listens_for(engine.sync_engine, "connect")
    def pragmas(connection, _):  # type: ignore[no-untyped-def]
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection):  # type: ignore[no-untyped-def]
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


async def rate(engine: AsyncEngine) -> float:
    """Turns of the store alone, a second, one after another."""
    await migrate(engine)
    async with AsyncSession(engine) as db, db.begin():
        await chats.create(db, "web", "a", None, "vi", NOW)
    began = time.perf_counter()
    for number in range(TURNS):
        async with AsyncSession(engine) as db, db.begin():
            talk = await chats.load(db, "web", "a", f"m{number}")
            assert talk
            await outbox.put_reply(db, talk.chat_id, {"text": "x" * 300}, f"k{number}", NOW, None)
            await chats.save(db, talk, f"m{number}", NOW)
    took = time.perf_counter() - began
    await engine.dispose()
    return TURNS / took


async def measure() -> tuple[float, float]:
    rates: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for make, found in zip((engine_for, threaded), rates, strict=True):
            with tempfile.TemporaryDirectory() as folder:
                found.append(await rate(make(f"sqlite:///{folder}/x.db")))
    return statistics.median(rates[0]), statistics.median(rates[1])


def main() -> None:
    inline, hops = asyncio.run(measure())
    print(f"\nThe store's part of a turn, one commit each, median of {ROUNDS} rounds")
    print(
        f"  SQLite in place {inline:6.0f}/s, through aiosqlite {hops:6.0f}/s: {inline / hops:.2f} x"
    )


if __name__ == "__main__":
    main()
