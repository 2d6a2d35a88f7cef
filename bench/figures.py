"""All indicators of one ward and month out of one and ten million sessions, beside pandas on the same rows.

The rows are those of bot/demo.py, spread evenly over two years and copied to every ward: a ward has as many
rows a month whatever the number of wards. Takes 8 GB of disk while it runs.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from typing import Any

import pandas as pd
from sqlalchemy import Connection, delete, event, func, insert, select, text

from bot import demo
from content import library as content_library
from content.library import Library
from content.period import Period, period
from content.ward import Ward as WardFile
from handlers import figures
from handlers.measures import counts_of, measure, tally_of
from store import figures as log
from store.base import Base
from store.db import Job, Store
from store.figures import SUCCESS, Span, Tally
from store.log_models import HelpRequest
from store.migrate import migrate
from store.models import Ward
from tests.fakes.postgres import FAST, postgres_server

WARDS = {"1M": 20, "10M": 200}
SESSIONS, FIRST, DAYS = 50_000, date(2025, 1, 1), 730
"""Of each ward, in two years."""
MONTHS = [period(f"2026-{number:02}") for number in range(1, 13)]
MEASURED = ("ward-003", "ward-011", "ward-018")
AIM, AIM_RATIO = 50, 1.3
LOADING = f"{FAST} -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=8GB"
INDEX = "ix_support_session_counted"
NUMBERED = ("area", "team", "member")
COPIED = ("base_figure", "external_value", "guide_run", "rating", "feedback", "support_session")
S = Base.metadata.tables["support_session"]
READ = [column for index in S.indexes if index.name == INDEX for column in index.columns]

LABELS = {
    "table": "table: month, year so far, bases",
    "december": "  the same, December alone",
    "month": "measure: the month's counts only",
    "pandas": "pandas: of these, the log's counts",
}


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The URL of an empty database that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        if kind == "SQLite":
            yield f"sqlite:///{folder}/figures.db"
        else:
            with postgres_server(LOADING) as server:
                yield server.new_database()


async def fill(store: Store, library: Library, wards: int) -> None:
    """The invented ward and copies of it."""
    await migrate(store.engine)
    await demo.fill(store, library, MONTHS[-1].last + timedelta(days=1))
    async with store.engine.begin() as connection:
        await connection.run_sync(_load, wards)
    if store.engine.dialect.name == "postgresql":  # without it no index is read alone
        loose = store.engine.execution_options(isolation_level="AUTOCOMMIT")
        async with loose.connect() as connection:
            await connection.execute(text("VACUUM ANALYZE"))


def _load(connection: Connection, wards: int) -> None:
    if connection.dialect.name == "postgresql":  # no checks of references, row by row
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    for index in S.indexes:
        index.drop(connection)
    kept = [column for column in S.c if column.name != "id"]
    rows = list(connection.execute(select(*kept).order_by(S.c.id)).mappings())
    connection.execute(delete(HelpRequest))
    connection.execute(delete(S))
    days = [FIRST + timedelta(days=number * DAYS // SESSIONS) for number in range(SESSIONS)]
    spread = [{**row, "date": day} for day, row in zip(days, cycle(rows), strict=False)]
    connection.execute(insert(S), spread)
    connection.execute(insert(Ward), [{"id": f"ward-{n:03}", "name": ""} for n in range(1, wards)])
    moved = {f"{one}_id": connection.scalar(text(f"SELECT max(id) FROM {one}")) for one in NUMBERED}
    for name in NUMBERED:
        connection.execute(_copies(name, moved | {"id": moved[f"{name}_id"]}))
    for name in COPIED:
        connection.execute(_copies(name, moved))
    for index in S.indexes:
        index.create(connection)


def _copies(name: str, moved: dict[str, int]) -> Any:
    """The invented ward's rows once more for every other ward, their references moved by so much."""
    numbered = select(Ward.id, func.row_number().over(order_by=Ward.id).label("number"))
    other = numbered.where(Ward.id != demo.WARD).subquery()
    table = Base.metadata.tables[name]
    values: dict[str, Any] = {one.name: one for one in table.c if one.name != "id" or "id" in moved}
    for reference in moved.keys() & values.keys():
        values[reference] += other.c.number * moved[reference]
    values["ward_id"] = other.c.id
    rows = select(*values.values()).join_from(table, other, other.c.id != table.c.ward_id)
    return insert(table).from_select(list(values), rows.where(table.c.ward_id == demo.WARD))


async def measured(store: Store, library: Library) -> tuple[dict[str, float], bool]:
    """Milliseconds over the months of a year and some wards; whether the index alone was read."""
    took: dict[str, list[float]] = {name: [] for name in LABELS}
    for name in MEASURED:
        ward = library.wards["hai-duong"].model_copy(update={"id": name})
        for month in MONTHS:
            table = partial(
                figures.table, library=library, ward=ward, period=month, today=month.last
            )
            _, whole = await timed(partial(store.read, table))
            ours, theirs = await compared(store, library, ward, month)
            for what, ms in (("table", whole), ("month", ours), ("pandas", theirs)):
                took[what].append(ms)
        took["december"].append(whole)
    medians = {what: statistics.median(ms) for what, ms in took.items()}
    return medians, await read_alone(store, table)


async def compared(store: Store, library: Library, ward: WardFile, month: Period) -> list[float]:
    """Milliseconds for the month's counts, ours and by pandas, which must be the same."""
    plans = figures.plans_of(library, ward)
    wanted = {count for plan in plans for row in plan.indicators for count in counts_of(row)}
    tallies = {one: tally_of(one) for one in wanted if one.count in log.MEASURES}
    span = Span(ward.id, month.first, month.last)
    values, ours = await timed(
        lambda: store.read(lambda db: measure(db, library, span, wanted, month.last))
    )
    async with store.engine.connect() as connection:
        numbers, theirs = await timed(partial(connection.run_sync, by_pandas, span, tallies))
    assert [values[one].value for one in tallies] == numbers
    return [ours, theirs]


async def timed(work: Callable[[], Awaitable[Any]]) -> tuple[Any, float]:
    began = time.perf_counter()
    result = await work()
    return result, (time.perf_counter() - began) * 1000


def by_pandas(connection: Connection, span: Span, tallies: dict[Any, Tally]) -> list[int]:
    days = S.c.date.between(span.first, span.last)
    own = select(*READ).where(S.c.ward_id == span.ward_id, days, S.c.voided.is_(False))
    rows = pd.read_sql(own, connection)
    rows["done"] = (rows.people - rows.unfinished).where(rows.outcome.isin(SUCCESS), 0)
    return [counted(rows, tally) for tally in tallies.values()]


def counted(rows: pd.DataFrame, tally: Tally) -> int:
    kinds, number = MEASURES[tally.measure]
    kept = rows.kind.isin(kinds)
    for name in ("topics", "priority"):
        if bits := getattr(tally, name):
            kept &= (rows[name] & bits) != 0
    for name in ("audience", "org", "place"):
        if listed := getattr(tally, name):
            kept &= rows[name].isin(listed)
    return int(number(rows, kept))


HELP, CLASS, ANY = ("help",), ("class",), ("help", "class")
MEASURES: dict[str, tuple[tuple[str, ...], Callable[[Any, Any], Any]]] = {
    "sessions": (HELP, lambda rows, kept: kept.sum()),
    "people": (HELP, lambda rows, kept: rows.people[kept].sum()),
    "successes": (HELP, lambda rows, kept: rows.done[kept].sum()),
    "households": (HELP, lambda rows, kept: rows.households[kept].sum()),
    "confirmed": (HELP, lambda rows, kept: (rows.confirmed[kept] > 0).sum()),
    "active_teams": (HELP, lambda rows, kept: rows.team_id[kept].nunique()),
    "classes": (CLASS, lambda rows, kept: kept.sum()),
    "attended": (CLASS, lambda rows, kept: rows.people[kept].sum()),
    "passed": (CLASS, lambda rows, kept: rows.passed[kept].sum()),
    "reached": (ANY, lambda rows, kept: rows.people[kept].sum()),
    "campaigns": (ANY, lambda rows, kept: rows.campaign[kept].nunique()),
    "member_days": (ANY, lambda rows, kept: len(rows.loc[kept, ["member_id", "date"]].drop_duplicates())),
}  # fmt: skip
"""What store/figures.py counts, told to pandas."""


async def read_alone(store: Store, work: Job[Any]) -> bool:
    """Whether every statement on the log is answered from the covering index, without the table."""
    heard: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, given: Any, *___: Any) -> None:
        if S.name in statement:
            heard.append((statement, given))

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    await store.read(work)
    event.remove(store.engine.sync_engine, "before_cursor_execute", note)
    explain, wanted = "EXPLAIN", f"Index Only Scan using {INDEX}"
    if store.engine.dialect.name == "sqlite":
        explain, wanted = "EXPLAIN QUERY PLAN", f"USING COVERING INDEX {INDEX}"
    async with store.engine.connect() as connection:
        plans = [
            str((await connection.exec_driver_sql(f"{explain} {statement}", given)).all())
            for statement, given in heard
        ]
    return bool(plans) and all(wanted in plan for plan in plans)


async def one(url: str, wards: int, library: Library) -> tuple[dict[str, float], bool]:
    store, began = Store(url), time.perf_counter()
    await fill(store, library, wards)
    print(f"  {wards * SESSIONS:,} sessions loaded in {time.perf_counter() - began:.0f} s")
    found = await measured(store, library)
    await store.close()
    return found


def report(found: Sequence[dict[str, float]], alone: bool) -> None:
    print(f"  {'':34}" + "".join(f"{size:>10}" for size in WARDS) + "     ratio")
    for name, label in LABELS.items():
        took = [medians[name] for medians in found]
        shown = "".join(f"{ms:7.1f} ms" for ms in took)
        print(f"  {label:34}{shown}{took[-1] / took[0]:10.2f}")
    times = ", ".join(f"{medians['pandas'] / medians['month']:.1f} x" for medians in found)
    print(f"  pandas takes {times} our time for all the month's counts")
    aims = {
        f"table <= {AIM} ms": found[-1]["table"] <= AIM,
        f"month's counts <= {AIM} ms": found[-1]["month"] <= AIM,
        f"table's ratio <= {AIM_RATIO}": found[-1]["table"] <= AIM_RATIO * found[0]["table"],
        "the log read from its covering index alone": alone,
    }
    print("\n".join(f"  {aim}: {'reached' if it else 'NOT reached'}" for aim, it in aims.items()))


def main() -> None:
    library = content_library.load()
    print(f"\nAll indicators of a ward and month, medians of {len(MEASURED)} wards and 12 months;")
    print(f"in both sizes a ward has the same {SESSIONS // 24:,} sessions a month")
    for kind in ("SQLite", "PostgreSQL"):
        print(f"\n  {kind}")
        found = []
        for wards in WARDS.values():
            with database(kind) as url:
                found.append(asyncio.run(one(url, wards, library)))
        report([medians for medians, _ in found], all(alone for _, alone in found))


if __name__ == "__main__":
    main()
