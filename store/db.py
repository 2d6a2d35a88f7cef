"""The database: one engine, and how a piece of work gets its transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from store import sqlite

T = TypeVar("T")
Job = Callable[[AsyncSession], Awaitable[T]]
Waiting = tuple[Job[Any], asyncio.Future[Any]]
"""A job, and what becomes of it."""

DRIVERS = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
WRITERS = 8
"""Jobs at work on PostgreSQL at once: more would wait for a connection, and some very long."""
RETRIES = 3
"""How often a job is run again that was in the way of another."""
UNDONE = frozenset({"40001", "40P01"})
"""SQLSTATE of a serialization failure and of a deadlock: the whole transaction is to be tried again."""
GROUP = 32
"""Jobs that may share one SQLite commit: enough to hide the disk, few enough to keep waits short."""


def engine_for(url: str) -> AsyncEngine:
    """An engine for `sqlite:///file` or `postgresql://…`. ValueError for any other database."""
    address = make_url(url)
    name = address.get_backend_name()
    if name not in DRIVERS:
        raise ValueError(f"{name} is not supported; use sqlite:///file or postgresql://…")
    address = address.set(drivername=DRIVERS[name])
    options: dict[str, Any] = {"hide_parameters": True}  # parameters hold what people wrote
    if name != "sqlite":
        return create_async_engine(address, pool_size=10, pool_pre_ping=True, **options)
    engine = create_async_engine(
        address, async_creator=partial(sqlite.connect, address.database or ":memory:"), **options
    )
    listen(engine.sync_engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    # A deferred transaction that turns into a writer later fails at once when another process writes.
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


class Store:
    """Runs jobs in transactions. A job that returned is committed when `write` returns.

    SQLite has one writer, and each commit waits for the disk: jobs that wait at the same time share one
    commit. Should one of them fail, the group is rolled back and each job runs again on its own, so
    jobs must do nothing outside the session.
    """

    def __init__(self, url: str) -> None:
        self.engine = engine_for(url)
        self._grouped = self.engine.dialect.name == "sqlite"
        self._room = asyncio.Semaphore(WRITERS)
        self._waiting: list[Waiting] = []
        self._first: list[Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def write(self, job: Job[T], first: bool = False) -> T:
        """Run a job in a transaction and commit it. Errors of the job come out, and undo it whole.

        `first`: somebody counts the milliseconds, so it goes before what waits.
        """
        if not self._grouped:
            async with self._room:
                return await self._insist(job)
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._first if first else self._waiting).append((job, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._drain())
        return await done

    async def read(self, job: Job[T]) -> T:
        """Run a job that only reads. It waits for no writer."""
        reading = self.engine.execution_options(reads=True)
        async with AsyncSession(reading, expire_on_commit=False) as db, db.begin():
            return await job(db)

    async def close(self) -> None:
        if self._writer:
            await self._writer
        await self.engine.dispose()

    async def _insist(self, job: Job[T]) -> T:
        """Run a job; again when PostgreSQL undid it because of what another one did at that moment."""
        for _ in range(RETRIES):
            try:
                return await self._once(job)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in UNDONE:
                    raise
        return await self._once(job)

    async def _once(self, job: Job[T]) -> T:
        async with AsyncSession(self.engine, expire_on_commit=False) as db, db.begin():
            return await job(db)

    async def _drain(self) -> None:
        while self._first or self._waiting:
            if self._first:
                group, self._first = self._first, []
            else:
                group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
            self._waiting[:0] = await self._commit(group)

    async def _commit(self, group: list[Waiting]) -> list[Waiting]:
        """Commit a group; what is left of it when somebody came who goes first."""
        results: list[Any] = []
        try:
            async with AsyncSession(self.engine, expire_on_commit=False) as db, db.begin():
                for job, _ in group:
                    results.append(await job(db))
                    if self._first:
                        break
        except Exception as error:
            if len(group) > 1:
                for one in group:
                    await self._commit([one])
            elif not group[0][1].cancelled():
                group[0][1].set_exception(error)
            return []
        for (_, done), result in zip(group, results, strict=False):
            if not done.cancelled():
                done.set_result(result)
        return group[len(results) :]
