"""How long the two files of a month take, for a ward whose log has 2,000 sessions a month."""

import asyncio
import random
import statistics
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.report import docx, xlsx
from content import library
from content.library import Library
from content.period import period
from content.topics import TOPIC_ORDER
from content.vocabulary import AUDIENCES, OUTCOMES
from handlers.report import Report, collect
from store import wards
from store.db import Store
from store.log_models import SupportSession
from store.migrate import migrate
from store.team_models import Member, Team

WARD = "phu-lien"
"""The longest plan: 145 rows."""
TEAMS, MEMBERS, SESSIONS, MONTHS = 33, 149, 2000, 11
"""An average ward of Hải Phòng (facts/programme.md, a.2), its log full from January to November."""
ROUNDS = 5
TODAY = date(2026, 11, 30)
AIM = 3.0


async def fill(db: AsyncSession, loaded: Library) -> None:
    """The register and the log of a year so far."""
    chance, since = random.Random(1), date(2025, 1, 1)
    areas = {f"to-{number}": f"Tổ dân phố {number}" for number in range(1, TEAMS + 1)}
    await wards.sync(db, WARD, loaded.wards[WARD].name, areas)
    ids = [area.id for area in await wards.areas_of(db, WARD)]
    teams = [
        {"id": number, "ward_id": WARD, "area_id": ids[number - 1], "name": f"Tổ {number}"}
        for number in range(1, TEAMS + 1)
    ]
    await db.execute(insert(Team), [team | {"since": since} for team in teams])
    members = [
        {
            "id": number, "ward_id": WARD, "team_id": number % TEAMS + 1, "role": "member",
            "name": f"Người Thử {number}", "org": "team", "since": since,
        }
        for number in range(1, MEMBERS + 1)
    ]  # fmt: skip
    await db.execute(insert(Member), members)
    rows = [session(chance, ids, month) for month in range(1, MONTHS + 1) for _ in range(SESSIONS)]
    await db.execute(insert(SupportSession), rows)


def session(chance: random.Random, areas: list[int], month: int) -> dict[str, Any]:
    member = chance.randint(1, MEMBERS)
    team = member % TEAMS + 1
    outcome = chance.choice(tuple(OUTCOMES))
    return {
        "ward_id": WARD, "date": date(2026, month, chance.randint(1, 28)), "voided": False,
        "kind": "class" if chance.random() < 0.02 else "help", "area_id": areas[team - 1],
        "team_id": team, "member_id": member, "org": "team", "people": chance.randint(1, 12),
        "households": 0, "unfinished": 0, "topics": 1 << chance.randrange(len(TOPIC_ORDER)),
        "priority": chance.randrange(8), "audience": chance.choice(tuple(AUDIENCES)),
        "outcome": outcome, "confirmed": 0, "first_time": False, "channel": "web",
        "reason": "Mạng yếu" if outcome == "failed" else None, "created_at": datetime.now(UTC),
    }  # fmt: skip


async def timed(store: Store, loaded: Library, folder: Path) -> tuple[float, float, float]:
    """Seconds to collect a month, and to write each of its files."""
    days = period("2026-11")
    ward = loaded.wards[WARD]
    began = time.perf_counter()
    report: Report = await store.read(lambda db: collect(db, loaded, ward, days, TODAY))
    collected = time.perf_counter()
    docx.write(report, folder / "report.docx")
    written = time.perf_counter()
    xlsx.write(report, folder / "report.xlsx")
    return collected - began, written - collected, time.perf_counter() - written


async def measured() -> list[tuple[float, float, float]]:
    loaded = library.load()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/toso.db")
        await migrate(store.engine)
        await store.write(lambda db: fill(db, loaded))
        rounds = [await timed(store, loaded, Path(folder)) for _ in range(ROUNDS)]
        await store.close()
    return rounds


def main() -> None:
    rounds = asyncio.run(measured())
    print(
        f"\nReport of one month: {SESSIONS} sessions in it, {SESSIONS * MONTHS} in the year so far,"
    )
    print(f"{TEAMS} teams, the plan of {WARD}; medians of {ROUNDS}, seconds")
    for name, times in zip(("collect", "docx", "xlsx"), zip(*rounds, strict=True), strict=True):
        print(f"{name:10}{statistics.median(times):6.2f}")
    whole = [sum(one) for one in rounds]
    print(f"{'together':10}{statistics.median(whole):6.2f}   worst {max(whole):.2f}, aim {AIM:.0f}")


if __name__ == "__main__":
    main()
