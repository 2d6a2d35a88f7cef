"""The people, groups and messages a plan allows: the office is told before they run out."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.schedule import KEPT
from content.library import Library
from content.limits import Limits, load_limits
from handlers import planning
from handlers.packing import unpack
from handlers.turn import WARD_ZONE
from store import chats, inbound_counts, outbox, send_counts
from store.models import Outbox
from tests.conftest import run
from tests.staff import WARD, Office, office

BOT = "zalo_bot"


def plan_of(**given: Any) -> dict[str, Limits]:
    return {BOT: Limits(checked_on=date(2026, 11, 20), source="a test", **given)}


SMALL = plan_of(users=20, groups=4)


async def come(world: Office, *addresses: str) -> None:
    """People who write on the bot for the first time."""

    async def write(db: Any) -> None:
        for address in addresses:
            await chats.create(db, BOT, address, None, "vi", world.clock())

    await world.app.store.write(write)


async def warned(world: Office, limits: dict[str, Limits]) -> list[str]:
    """The level and part of each warning so far; planned twice, as two machines do."""
    store, library = world.app.store, world.app.library
    for _ in range(2):
        await store.write(lambda db: planning.quotas(db, library, limits, world.clock()))
    return [":".join(row.dedupe_key.split(":")[3:5]) for row in await _notices(world)]


async def _notices(world: Office) -> list[Any]:
    async def read(db: Any) -> list[Any]:
        query = select(Outbox).where(Outbox.kind == "notice").order_by(Outbox.id)
        return list(await db.scalars(query))

    return await world.app.store.read(read)


def in_office(scenario: Callable[[Office], Awaitable[None]], url: str, library: Library) -> None:
    async def played() -> None:
        async with office(url, library) as world:
            await world.staff("administrator", "Bà Quản")
            await scenario(world)

    run(played())


def test_people_and_groups_that_run_out_are_told_at_two_levels(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await come(world, *(f"p{n}" for n in range(15)))
        await come(world, *(f"zgr-{n % 3}/p{n}" for n in range(15)))
        assert await warned(world, SMALL) == []
        await come(world, "p15")
        assert await warned(world, SMALL) == ["80:users"]
        (row,) = await _notices(world)
        text = unpack(row.payload).text
        assert [part for part in ("16", "20", "Zalo Bot") if part not in text] == []
        await come(world, "zgr-3/p1", *(f"p{n}" for n in range(16, 19)))
        assert await warned(world, SMALL) == ["80:users", "95:users", "95:groups"]

    in_office(scenario, database_url, library)


def test_a_level_is_told_once_a_month_also_when_the_outbox_forgot(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await come(world, *(f"p{n}" for n in range(17)))
        told = []
        for _ in range(4 * 15):
            await warned(world, SMALL)
            told += [(row.dedupe_key, row.created_at) for row in await _notices(world)]
            await world.app.store.write(partial(_ended_and_pruned, world.clock()))
            world.clock.forward(hours=6)
        assert [
            (key.split(":")[2], at.astimezone(WARD_ZONE).day) for key, at in sorted({*told})
        ] == [
            ("2026-11", 20),
            ("2026-12", 1),
        ]

    in_office(scenario, sqlite_url, library)


async def _ended_and_pruned(now: datetime, db: Any) -> None:
    """What was planned ends at once, and leaves the outbox when that was two days ago."""
    waits = Outbox.ended_at.is_(None) & (Outbox.kind == "notice")
    await db.execute(update(Outbox).where(waits).values(state="sent", ended_at=now))
    await outbox.prune(db, now, ended_before=now - KEPT, due_before=now - timedelta(days=7))


@pytest.mark.parametrize("counts", [True, False])
def test_messages_of_people_count_where_the_plan_counts_them(
    counts: bool, database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        async def fill(db: Any) -> None:
            await send_counts.add(db, WARD, BOT, "reply", "sent", world.clock(), 400)
            await inbound_counts.add(db, WARD, BOT, inbound_counts.ANY, world.clock(), 400)

        await world.app.store.write(fill)
        told = await warned(world, plan_of(monthly=1000, counts_inbound=counts))
        assert told == (["80:messages"] if counts else [])

    in_office(scenario, database_url, library)


def test_the_free_plan_is_as_zalo_says() -> None:
    plan = load_limits()[BOT]
    assert (plan.users, plan.groups, plan.monthly, plan.counts_inbound) == (50, 3, 3000, True)
