"""`make crash`: the real program killed again and again, with a lesson due for 3,000 learners and 300
residents talking to it; afterwards every message and every planned send is looked for.

Once on SQLite with one process and once on PostgreSQL with two, both at the same time; both
databases wait for the disk. The program is `toso run` (see bench/crash_program.py), Telegram is the
fake server of the tests on loopback, with its limits in real time and with delays.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from asyncio import Task, create_task, gather, sleep
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.crash_account import Figure, account, figure
from bench.crash_match import answered, counts, rows
from bench.crash_people import FIRST, Residents, enrol
from bench.crash_programs import LOG, Programs, programs
from bench.crash_telegram import CrashTelegram
from bench.processes import free_port
from content import library as content_library
from content.library import Library
from store.db import Store
from store.migrate import migrate
from store.models import Outbox
from store.outbox import PENDING
from tests.fakes.postgres import postgres_server
from tests.fakes.serving import serve

CASES = 5
"""How many are told of what must not have happened."""
COLD = 20
"""Every so many starts one is by exec."""
COMPLAINT = re.compile(
    r'(?:level|event|error|code)=(?:"[^"]*"|\S+)|^(?:WARNING|ERROR|CRITICAL) [^:]+: .{0,50}'
)
"""What tells one line of the log from another, but for whom it is about."""
PATIENCE = 600
"""Seconds after which what is still pending is given up."""


@dataclass(frozen=True)
class Plan:
    """What is done to one database."""

    kills: int
    learners: int = 3000
    residents: int = 300
    pause: float = 3
    """The mean of seconds between kills, drawn evenly from none to twice as many."""
    talk_pause: float = 150
    """The mean of seconds between two messages of a resident."""
    ahead: float = 0
    """Seconds that each start's clock is ahead of the last one's: see bench/crash_program.py."""
    cold: bool = True
    """Some starts are by exec."""


async def measure(
    url: str, processes: int, plan: Plan, seed: int, library: Library, folder: Path
) -> list[Figure]:
    """Fill an empty database, kill its programs, and say what came of it."""
    chance = Random(seed)
    store = Store(url)
    await migrate(store.engine)
    await store.write(lambda db: enrol(db, library, plan.learners))
    telegram = CrashTelegram(Random(seed), FIRST, plan.learners)
    async with serve(telegram) as api, programs(url, api, folder) as run:
        ports = [free_port() for _ in range(processes)]
        urls = [f"http://127.0.0.1:{port}" for port in ports]
        titles = list(library.titles.values())
        residents = Residents(telegram, urls, titles, Random(seed), plan.talk_pause)
        talking = create_task(residents.talk(plan.residents))
        try:
            await kill(run, ports, plan, chance, telegram)
            residents.fall_silent()
            await finished(store, talking)
        finally:
            talking.cancel()
    figures = await store.read(lambda db: looked_up(db, residents, run, telegram))
    await store.close()
    return [*figures, *logged(folder / LOG)]


async def kill(
    run: Programs, ports: list[int], plan: Plan, chance: Random, telegram: CrashTelegram
) -> None:
    """Kill a process at a random moment, whatever it is doing then, and start it again at once."""
    alive = {port: await run.start(port) for port in ports}
    for number in range(1, plan.kills + 1):
        await sleep(chance.uniform(0, 2 * plan.pause))
        life = alive[chance.choice(ports)]
        await run.kill(life)
        life.killed = True
        cold = plan.cold and number % COLD == COLD // 2
        alive[life.port] = await run.start(life.port, cold, number * plan.ahead)
        if cold and number % (2 * COLD) < COLD:  # the others are killed while they start
            with suppress(TimeoutError):
                await asyncio.wait_for(telegram.up(alive[life.port].number), PATIENCE)
        if number % 10 == 0:
            print(f"  {number} kills", file=sys.stderr)


async def finished(store: Store, talking: "Task[None]") -> None:
    """Wait until everybody fell silent and nothing is pending, or it takes too long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            await talking
            while True:
                if not await store.read(_pending):
                    return
                await sleep(0.2)


async def _pending(db: AsyncSession) -> int:
    return await db.scalar(select(func.count()).where(Outbox.state == PENDING)) or 0


async def looked_up(
    db: AsyncSession, residents: Residents, run: Programs, telegram: CrashTelegram
) -> list[Figure]:
    planned, known = await rows(db), await answered(db)
    return account(planned, known, await counts(db), residents.said, run.lives, telegram)


def logged(log: Path) -> list[Figure]:
    """What the programs complained about, by level and event."""
    found = Counter(
        " ".join(words) for line in log.read_text("utf-8").splitlines()
        if (words := COMPLAINT.findall(line))
    )  # fmt: skip
    return [figure(f"  {name}", number) for name, number in sorted(found.items())]


async def both(plan: Plan, seed: int, folder: Path) -> dict[str, list[Figure]]:
    library = content_library.load()
    with postgres_server("") as server:
        url = server.new_database()
        databases = {
            "SQLite, one process": (f"sqlite:///{folder}/toso.db", 1),
            "PostgreSQL, two processes": (url, 2),
        }
        rooms = [folder / str(processes) for _, processes in databases.values()]
        for room in rooms:
            room.mkdir()
        found = await gather(
            *(
                measure(url, processes, plan, seed, library, room)
                for (url, processes), room in zip(databases.values(), rooms, strict=True)
            )
        )
        return dict(zip(databases, found, strict=True))


def main() -> int:
    """The tables; 1 when something happened that must not."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--kills", type=int, default=200, help="of each database")
    given.add_argument("--seed", type=int, default=None)
    options = given.parse_args()
    seed = Random().randrange(10**6) if options.seed is None else options.seed
    print(f"\nThe program killed {options.kills} times with each database, seed {seed}")
    with tempfile.TemporaryDirectory() as folder:
        tables = asyncio.run(both(Plan(options.kills), seed, Path(folder)))
    for name, figures in tables.items():
        print(f"\n{name}")
        for one in figures:
            print(f"  {one.name:62}{one.shown:>16}{'   BROKEN' if one.cases else ''}")
            for case in one.cases[:CASES]:
                print(f"      {case}")
    return int(any(one.cases for figures in tables.values() for one in figures))


if __name__ == "__main__":
    sys.exit(main())
