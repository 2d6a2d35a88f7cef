"""The database, the same on SQLite and on PostgreSQL."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from store import chats, counts, forgetting, outbox, people, wards
from store.base import Base
from store.chats import Talk
from store.db import Store, engine_for
from store.migrate import migrate
from store.models import Chat, GuideRun, Outbox, Person, QuestionGap, Seen
from store.sqlite import unbroken
from tests.conftest import run

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = Store(url)
    await migrate(store.engine)
    yield store
    await store.close()


async def chat(db: AsyncSession, address: str = "a") -> Talk:
    await chats.create(db, "web", address, None, "vi", NOW)
    talk = await chats.load(db, "web", address, "m0")
    assert talk
    return talk


async def count(db: AsyncSession, table: type[Base]) -> int:
    return await db.scalar(select(func.count()).select_from(table)) or 0


def test_migrations_make_the_tables_of_the_models(empty_url: str) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async def scenario() -> None:
        async with opened(empty_url) as store:
            await migrate(store.engine)
            async with store.engine.connect() as connection:
                assert await connection.run_sync(differences) == []

    run(scenario())


def test_a_chat_is_made_once_and_remembers(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            talk = await store.write(chat)
            assert not talk.seen
            talk.state, talk.offer, talk.offered_at = {"guide": {"id": "x"}}, [["A", "a"]], NOW
            await store.write(lambda db: chats.save(db, talk, "m1", NOW))
            await store.write(lambda db: chats.create(db, "web", "a", None, "vi", NOW))
            again = await store.write(lambda db: chats.load(db, "web", "a", "m1"))
            assert again
            assert (again.state, again.offer, again.offered_at) == (talk.state, talk.offer, NOW)
            assert again.seen
            assert await store.write(lambda db: count(db, Person)) == 1

    run(scenario())


def test_a_failing_job_undoes_only_itself(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:

            async def breaks(db: AsyncSession) -> None:
                await chat(db, "broken")
                raise ValueError("on purpose")

            jobs = [store.write(lambda db, n=n: chat(db, f"c{n}")) for n in range(3)]
            results = await asyncio.gather(*jobs, store.write(breaks), return_exceptions=True)
            assert [type(result) for result in results] == [Talk, Talk, Talk, ValueError]
            assert await store.write(lambda db: count(db, Chat)) == 3

    run(scenario())


def test_foreign_keys_hold(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            with pytest.raises(IntegrityError) as raised:
                await store.write(
                    lambda db: outbox.put(db, 99, "reply", {"text": "bí mật"}, "k", NOW)
                )
            assert "bí mật" not in str(raised.value)

    run(scenario())


def test_times_come_back_in_utc(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            talk = await store.write(chat)
            local = NOW.astimezone(timezone(timedelta(hours=7)))
            talk.offered_at = local
            await store.write(lambda db: chats.save(db, talk, "m1", NOW))
            again = await store.write(lambda db: chats.load(db, "web", "a", "m1"))
            assert again
            assert again.offered_at == local
            assert again.offered_at.utcoffset() == timedelta(0)

    run(scenario())


def test_a_time_without_a_zone_is_refused(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            with pytest.raises(Exception, match="without a zone"):
                await store.write(
                    lambda db: chats.create(db, "web", "a", None, "vi", NOW.replace(tzinfo=None))
                )

    run(scenario())


def test_pruning_forgets_what_it_should(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            gone, stays = await store.write(chat), await store.write(lambda db: chat(db, "b"))
            for talk, at in ((gone, NOW - timedelta(days=8)), (stays, NOW)):
                await store.write(lambda db, talk=talk, at=at: chats.save(db, talk, "m1", at))
            two_days_ago = NOW - timedelta(days=2)

            async def plan(db: AsyncSession) -> None:
                await outbox.put_reply(db, stays.chat_id, {}, "old", two_days_ago, None)
                await outbox.put(db, stays.chat_id, "reply", {}, "waits", two_days_ago)

            await store.write(plan)
            await store.write(lambda db: forgetting.forget(db, gone, NOW - timedelta(hours=2)))
            await store.write(lambda db: chats.save(db, gone, "m2", NOW - timedelta(hours=2)))

            async def prune(db: AsyncSession) -> None:
                await outbox.prune(db, NOW, NOW - timedelta(days=1), NOW - timedelta(days=7))
                await chats.prune(
                    db, NOW - timedelta(days=7), NOW - timedelta(hours=1), NOW - timedelta(days=300)
                )

            await store.write(prune)
            assert [
                await store.write(lambda db, t=t: count(db, t))
                for t in (Chat, Person, Seen, Outbox)
            ] == [1, 1, 1, 1]

    run(scenario())


def test_gaps_are_counted(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            for _ in range(3):
                await store.write(lambda db: counts.count_gap(db, None, "làm hộ chiếu", NOW.date()))
            times = await store.write(lambda db: db.scalar(select(QuestionGap.times)))
            assert times == 3

    run(scenario())


def test_a_guide_run_ends_with_its_outcome(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            number = await store.write(
                lambda db: counts.start_run(db, "x", None, "web", NOW.date())
            )
            await store.write(lambda db: counts.end_run(db, number, counts.STUCK, 3))
            row = await store.write(lambda db: db.get_one(GuideRun, number))
            assert (row.outcome, row.step, row.guide) == ("stuck", 3, "x")
            assert not {"person_id", "chat_id"} & set(GuideRun.__table__.columns.keys())

    run(scenario())


def test_wards_are_synced_and_renamed(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await store.write(lambda db: wards.sync(db, "w", "phường W", {"1": "Tổ 1"}))
            await store.write(
                lambda db: wards.sync(db, "w", "phường V", {"1": "Tổ Một", "2": "Tổ 2"})
            )
            areas = await store.write(lambda db: wards.areas_of(db, "w"))
            assert [area.name for area in areas] == ["Tổ Một", "Tổ 2"]
            talk = await store.write(chat)
            await store.write(lambda db: people.set_home(db, talk.person_id, "w", areas[1].id))
            kept = await store.write(lambda db: people.kept(db, talk.person_id))
            assert (kept.ward, kept.area, kept.chats) == ("phường V", "Tổ 2", 1)

    run(scenario())


def test_sqlite_is_set_up_for_a_program_that_must_not_lose(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store, store.engine.connect() as connection:
            values = [
                await connection.scalar(text(f"PRAGMA {name}"))
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
            assert values == ["wal", 2, 1, 10000]

    run(scenario())


def test_a_cancelled_statement_runs_to_its_end_before_anything_else() -> None:
    started, released, done = threading.Event(), threading.Event(), threading.Event()

    def statement() -> None:
        started.set()
        released.wait(timeout=30)
        done.set()

    async def scenario() -> None:
        task = asyncio.create_task(unbroken(statement))
        await asyncio.to_thread(started.wait)
        task.cancel()
        for _ in range(10):
            await asyncio.sleep(0)
        assert not task.done()
        released.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert done.is_set()

    run(scenario())


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="mysql is not supported"):
        engine_for("mysql://x/y")
