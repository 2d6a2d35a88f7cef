"""Planning 400,000 lessons that are due at one moment, and taking rows from a queue of that length."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import String, cast, event, func, insert, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.schedule import plan_lessons
from content import library as content_library
from content.library import Library
from store import claims, senders
from store.base import Base, UtcDateTime
from store.db import Store
from store.enrolments import ACTIVE
from store.kinds import AT_NIGHT, PUSHED
from store.learning_models import Enrolment
from store.migrate import migrate
from store.models import Chat, Outbox, Person, Ward
from store.outbox import PENDING, Parcel
from tests.fakes.postgres import postgres_server

FEW, MANY = 4_000, 400_000
AT_ONCE, CLAIMS = 100, 50
AIM = 10
"""Seconds for the lessons of all, on PostgreSQL."""
AIM_RATIO = 2
"""Of a claim from the long queue to one from the short queue."""
NOW = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)
"""20:30 on a Friday of the ward."""
HOUR, FRIDAY = 20, 16
CHANNELS = {name: PUSHED for name in ("web", "terminal", "telegram")}
NIGHT = CHANNELS | {"telegram": AT_NIGHT}
WANTED = ("ix_outbox_replies", "ix_outbox_pending", "ix_outbox_waiting")


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database on disk, each commit safe there, that is gone afterwards."""
    if kind == "SQLite":
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{folder}/due.db"
    else:
        with postgres_server("") as server:
            yield server.new_database()


async def fill(db: AsyncSession, learners: int) -> None:
    """Learners of one ward on Telegram whose lesson is due today, on all 64 choices of days with a Friday."""
    one = select(literal(1).label("n")).cte("numbers", recursive=True)
    numbers = one.union_all(select(one.c.n + 1).where(one.c.n < learners))
    number, now, day = numbers.c.n, literal(NOW, UtcDateTime()), literal(date(2026, 11, 20))
    await db.execute(insert(Ward).values(id="hai-duong", name=""))
    rows: dict[type[Base], dict[str, Any]] = {
        Person: dict(id=number, ward_id="hai-duong", lang="vi", created_at=now),
        Chat: dict(
            id=number, person_id=number, channel="telegram", address=cast(number, String),
            state=literal({}, Chat.state.type), offer=literal([], Chat.offer.type), last_in_at=now,
        ),
        Enrolment: dict(
            chat_id=number, ward_id="hai-duong", course="residents", state=ACTIVE, position=0,
            days=(number % 128).bitwise_or(FRIDAY), hour=HOUR, due_on=day,
            unanswered=0, streak=0, joined_on=day,
        ),
    }  # fmt: skip
    for table, values in rows.items():
        columns = [literal(one) if isinstance(one, str | int) else one for one in values.values()]
        await db.execute(insert(table).from_select(list(values), select(*columns)))


async def seconds(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def claimed(store: Store, me: int) -> float:
    """Median milliseconds to take the next rows. Those go to the end of the queue, so its length stays."""
    took = []
    for _ in range(CLAIMS):
        began = time.perf_counter()
        found = await store.write(partial(take, me=me))
        took.append((time.perf_counter() - began) * 1000)
        assert len(found) == AT_ONCE
        await store.write(partial(back, found=found))
    return statistics.median(took)


async def take(db: AsyncSession, me: int) -> list[Parcel]:
    return await claims.claim(db, me, NOW, CHANNELS, AT_ONCE)


async def back(db: AsyncSession, found: list[Parcel]) -> None:
    again = update(Outbox).where(Outbox.id.in_([parcel.id for parcel in found]))
    await db.execute(again.values(sender_id=None, not_before=NOW))


async def plans(store: Store, me: int) -> str:
    """How the database goes about a claim."""
    heard: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, given: Any, *___: Any) -> None:
        if statement.startswith("SELECT outbox.id"):
            heard.append((statement, given))

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    await store.write(partial(take, me=me))
    event.remove(store.engine.sync_engine, "before_cursor_execute", note)
    shown, explain = "", "EXPLAIN QUERY PLAN "
    async with store.engine.begin() as connection:
        if store.engine.dialect.name == "postgresql":
            explain = "EXPLAIN "
            await connection.execute(text("SET LOCAL enable_sort = off"))  # as claims.claim does
        for statement, given in heard[:2]:
            shown += str((await connection.exec_driver_sql(explain + statement, given)).all())
    return shown


async def put_off(store: Store) -> None:
    """What happens when the quiet hours begin and the whole queue is on Telegram."""
    hour = NOW + timedelta(minutes=30)
    while await store.write(partial(claims.put_off, now=NOW, channels=NIGHT, until=hour)):
        pass


async def measure(url: str, learners: int, library: Library) -> dict[str, Any]:
    store = Store(url)
    await migrate(store.engine)
    await store.write(partial(fill, learners=learners))
    found: dict[str, Any] = {"planned": await seconds(partial(plan_lessons, store, library, NOW))}
    made = select(func.count()).select_from(Outbox).where(Outbox.state == PENDING)
    assert await store.read(lambda db: db.scalar(made)) == learners
    found["idle"] = await seconds(partial(plan_lessons, store, library, NOW)) * 1000
    me = await store.write(partial(senders.arrive, now=NOW))
    found["claim"] = await claimed(store, me)
    shown = await plans(store, me)
    found["indexes"] = all(name in shown for name in WANTED)
    found["put off"] = await seconds(partial(put_off, store))
    await store.close()
    return found


def report(kind: str, few: dict[str, Any], many: dict[str, Any]) -> None:
    ratio = many["claim"] / few["claim"]
    print(f"  {kind:12}{many['planned']:8.1f} s{many['idle']:9.1f} ms", end="")
    print(f"{few['claim']:9.1f} ms{many['claim']:9.1f} ms{ratio:7.2f}{many['put off']:10.1f} s")
    aims = {
        f"claim's ratio <= {AIM_RATIO}": ratio <= AIM_RATIO,
        "claims walk the partial indexes": few["indexes"] and many["indexes"],
    }
    if kind == "PostgreSQL":
        aims = {f"planned in <= {AIM} s": many["planned"] <= AIM} | aims
    print("\n".join(f"    {aim}: {'reached' if it else 'NOT reached'}" for aim, it in aims.items()))


def main() -> None:
    library = content_library.load()
    print(
        f"\nLessons of {MANY:,} learners due at once, planned in chunks; the same when none is due;"
    )
    print(f"a claim of {AT_ONCE} rows from {FEW:,} and from {MANY:,}, median of {CLAIMS};")
    print(f"putting off all {MANY:,} when the quiet hours begin")
    print(f"  {'':12}   planned    none due    claim of…    …of many  ratio     put off")
    for kind in ("SQLite", "PostgreSQL"):
        found = []
        for learners in (FEW, MANY):
            with database(kind) as url:
                found.append(asyncio.run(measure(url, learners, library)))
        report(kind, *found)


if __name__ == "__main__":
    main()
