"""SQLite for SQLAlchemy's asyncio, without a thread hop for every call.

aiosqlite hands each cursor, execute, fetch and close to another thread and waits; the hop costs
several times what SQLite needs for the small statements of a conversation. Here those run in place.
Only what can wait for the disk or for another process (BEGIN IMMEDIATE, COMMIT) goes to a thread.
SQLAlchemy's own aiosqlite dialect drives it: these classes have the methods that dialect calls.
See docs/decisions.md and `bench/turns.py` for the figures.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Any

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000")


class Cursor:
    """The part of aiosqlite's cursor that SQLAlchemy uses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._cursor = connection.cursor()

    async def __aenter__(self) -> "Cursor":
        return self

    @property
    def description(self) -> Any:
        return self._cursor.description

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._cursor.lastrowid

    async def execute(self, sql: str, parameters: Any = ()) -> None:
        if sql == "BEGIN IMMEDIATE":
            await unbroken(self._cursor.execute, sql)
        else:
            self._cursor.execute(sql, parameters)

    async def executemany(self, sql: str, parameters: Any) -> None:
        self._cursor.executemany(sql, parameters)

    async def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()

    async def close(self) -> None:
        self._cursor.close()


class Connection:
    """The part of aiosqlite's connection that SQLAlchemy uses."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        for pragma in PRAGMAS:
            self._connection.execute(f"PRAGMA {pragma}")

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    async def create_function(self, *arguments: Any, **options: Any) -> None:
        self._connection.create_function(*arguments, **options)

    async def commit(self) -> None:
        await unbroken(self._connection.commit)

    async def rollback(self) -> None:
        self._connection.rollback()

    async def close(self) -> None:
        self._connection.close()

    def stop(self) -> None:
        self._connection.close()


async def unbroken(call: Callable[..., Any], *arguments: Any) -> None:
    """Run a call in a thread, to its end even when the caller is cancelled.

    Who is cancelled closes the connection, and that must not happen under a running statement.
    """
    running = asyncio.ensure_future(asyncio.to_thread(call, *arguments))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.gather(running, return_exceptions=True)
        raise


async def connect(path: str, **_: Any) -> Connection:
    """`async_creator_fn` of create_async_engine."""
    return Connection(path)
