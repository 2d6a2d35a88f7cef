"""Events that were said yes to: each is handled, in the order of its address, whatever dies meanwhile."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import inbound as module
from bot.inbound import Handle, Inbound
from bot.log import configure
from bot.vault import Vault
from store import inbound as rows
from store import senders
from store.channel_models import Inbound as Row
from store.db import Store
from store.migrate import migrate
from tests.conftest import run
from tests.people import Clock

HERE = "zalo_oa"
PHONE = "0912345678"


@dataclass
class Process:
    """A program as far as events are concerned. While `go` is not set, its handlers stand still."""

    store: Store
    clock: Clock
    inbound: Inbound
    sender: int
    handled: list[str] = field(default_factory=list)
    begun: list[str] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0

    async def accept(self, body: str, key: str = "", address: str = "lan") -> bool:
        return await self.inbound.accept(HERE, key or body, address, body)

    async def handle(self, body: str) -> None:
        self.begun.append(body)
        self.at_once = max(self.at_once, len(self.begun) - len(self.handled))
        await self.go.wait()
        if body in self.broken:
            raise RuntimeError(f"about {PHONE}")
        self.handled.append(body)

    async def settled(self) -> None:
        self.go.set()
        await self.inbound.settled()

    async def later(self) -> None:
        """The next beat: a sign of life, and a look at what waits."""
        await self.store.write(lambda db: senders.beat(db, self.sender, self.clock()))
        await self.inbound.refill()
        await self.inbound.settled()

    async def dies(self) -> None:
        """Nothing of this process happens any more."""
        self.inbound._stopping = True
        for task in list(self.inbound._working):
            task.cancel()
        await asyncio.gather(*self.inbound._working, return_exceptions=True)

    async def waiting(self) -> list[Row]:
        async def read(db: AsyncSession) -> list[Row]:
            return list(await db.scalars(select(Row).order_by(Row.id)))

        return await self.store.read(read)


async def process(store: Store, clock: Clock) -> Process:
    sender = await store.write(lambda db: senders.arrive(db, clock()))
    handlers: dict[str, Handle] = {}
    vault = Vault("of the tests", clock)
    made = Process(store, clock, Inbound(store, vault, handlers, lambda: sender, clock), sender)
    handlers[HERE] = made.handle
    return made


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[tuple[Store, Process]]:
    store = Store(url)
    await migrate(store.engine)
    yield store, await process(store, Clock())
    await store.close()


def test_each_event_is_handled_once_and_leaves_nothing(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as (_, here):
            here.go.set()
            said = await asyncio.gather(
                *(here.accept(f"{n}", address=f"{n % 7}") for n in range(300))
            )
            await here.settled()
            assert all(said)
            assert Counter(here.handled) == Counter(f"{n}" for n in range(300))
            await here.later()
            assert await here.waiting() == []

    run(scenario())


def test_an_event_told_twice_while_it_waits_is_handled_once(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as (_, here):
            together = [here.accept("one"), here.accept("one"), here.accept("two")]
            assert await asyncio.gather(*together) == [True, True, True]
            assert await here.accept("one")
            await here.settled()
            assert here.handled == ["one", "two"]

    run(scenario())


def test_keys_are_of_their_channel(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as (_, here):
            here.inbound._handlers["zalo_bot"] = here.handle  # type: ignore[index]
            assert await here.inbound.accept("zalo_bot", "k", "lan", "of the bot")
            assert await here.accept("of the account", "k")
            await here.settled()
            assert sorted(here.handled) == ["of the account", "of the bot"]

    run(scenario())


def test_an_address_is_served_in_order_and_nobody_waits_for_another(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as (_, here):
            for n in range(40):
                await here.accept(f"{n % 8}:{n:02}", address=f"{n % 8}")
            await here.settled()
            for address in range(8):
                own = [body for body in here.handled if body.startswith(f"{address}:")]
                assert len(own) == 5
                assert own == sorted(own)
            assert here.at_once == module.WORKERS

    run(scenario())


def test_a_slow_address_holds_up_no_other(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as (_, here):
            slow = asyncio.Event()
            quick = here.handle

            async def handle(body: str) -> None:
                await (slow.wait() if body.startswith("slow") else quick(body))

            here.inbound._handlers[HERE] = handle  # type: ignore[index]
            here.go.set()
            for n in range(10):
                await here.accept(f"slow {n}", address="slow")
            for n in range(10):
                await here.accept(f"{n}", address=f"{n}")
            async with asyncio.timeout(10):
                while len(here.handled) < 10:  # noqa: ASYNC110  the handler is the one of all tests here
                    await asyncio.sleep(0)
            slow.set()
            await here.settled()

    run(scenario())


def test_workers_that_give_way_do_not_take_each_others_turn(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    small(monkeypatch, WORKERS=4, BUSY=0)

    async def scenario() -> None:
        async with opened(sqlite_url) as (_, here):
            for n in range(60):
                await here.accept(f"{n}", address=f"{n % 7}")
            await here.settled()
            assert len(here.handled) == 60

    run(scenario())
    said = capsys.readouterr()
    assert "worker broke" not in said.out + said.err


def test_what_fails_is_tried_again_and_stands_in_nobodys_way(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("INFO")

    async def scenario() -> None:
        async with opened(database_url) as (_, here):
            here.broken = {"bad"}
            for body in ("bad", "after it", "mended"):
                here.broken.add(body) if body == "mended" else None
                await here.accept(body)
            await here.settled()
            assert here.handled == ["after it"]
            here.broken = {"bad"}
            for _ in range(rows.TRIES - 1):
                assert [row.tries for row in await here.waiting()]
                await here.later()
            assert here.handled == ["after it", "mended"]
            assert here.begun.count("bad") == rows.TRIES
            assert len(await here.waiting()) == 1
            for _ in range(3):
                await here.later()
            assert here.begun.count("bad") == rows.TRIES
            assert await here.waiting() == []

    run(scenario())
    said = capsys.readouterr().err
    assert said.count('event="event given up"') == 1
    assert said.count('event="event failed"') == rows.TRIES + 1
    assert PHONE not in said


@pytest.mark.parametrize("at_work", [True, False])
def test_what_a_dead_process_said_yes_to_is_handled_by_another(
    at_work: bool, database_url: str
) -> None:
    async def scenario() -> None:
        async with opened(database_url) as (store, here):
            if not at_work:
                here.inbound._begin = lambda: None  # type: ignore[method-assign]
            for n in range(20):
                await here.accept(f"{n:02}", address=f"{n % 2}")
            await here.dies()
            other = await process(store, here.clock)
            other.go.set()
            await other.later()
            assert other.handled == []
            here.clock.forward(seconds=senders.LIFE.total_seconds() + 1)
            await other.later()
            assert sorted(other.handled) == [f"{n:02}" for n in range(20)]
            for address in (0, 1):
                own = [body for body in other.handled if int(body) % 2 == address]
                assert own == sorted(own)
            await other.later()
            assert await other.waiting() == []

    run(scenario())


def test_two_processes_never_take_the_same(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as (store, dead):
            for n in range(200):
                await dead.accept(f"{n}", address=f"{n}")
            await dead.dies()
            dead.clock.forward(minutes=1)
            two = [await process(store, dead.clock) for _ in range(2)]
            for one in two:
                one.go.set()
            await asyncio.gather(*(one.later() for one in two))
            taken = [body for one in two for body in one.handled]
            assert Counter(taken) == Counter(f"{n}" for n in range(200))

    run(scenario())


def small(patch: pytest.MonkeyPatch, **limits: int) -> None:
    for name, value in limits.items():
        patch.setattr(module, name, value)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_what_is_too_much_for_the_hand_waits_in_order(
    workers: int, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch, IN_HAND=6, AT_ONCE=3, WORKERS=workers)

    async def scenario() -> None:
        async with opened(database_url) as (_, here):
            told = [here.accept(f"{n % 5}:{n:03}", address=f"{n % 5}") for n in range(100)]
            assert all(await asyncio.gather(*told))
            assert here.inbound._in_hand <= 6 + 3
            await here.settled()
            for n in range(100, 120):
                await here.accept(f"{n % 5}:{n:03}", address=f"{n % 5}")
            for _ in range(40):
                await here.later()
            assert Counter(here.handled) == Counter(f"{n % 5}:{n:03}" for n in range(120))
            for address in range(5):
                own = [body for body in here.handled if body.startswith(f"{address}:")]
                assert own == sorted(own)
            assert await here.waiting() == []

    run(scenario())


def test_while_older_events_wait_in_the_database_new_ones_do_not_overtake_them(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    small(monkeypatch, IN_HAND=4, AT_ONCE=1)

    async def scenario() -> None:
        async with opened(sqlite_url) as (_, here):
            for n in range(10):
                await here.accept(f"{n:02}")
            here.go.set()
            await asyncio.gather(*(here.accept(f"{n:02}") for n in range(10, 20)))
            for _ in range(20):
                await here.later()
            assert here.handled == [f"{n:02}" for n in range(20)]

    run(scenario())


def test_too_many_at_once_are_sent_away(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    small(monkeypatch, MOST=3)

    async def scenario() -> None:
        async with opened(sqlite_url) as (_, here):
            said = await asyncio.gather(*(here.accept(f"{n}") for n in range(5)))
            assert said == [True, True, True, False, False]
            assert await here.accept("later")
            await here.settled()
            assert here.handled == ["0", "1", "2", "later"]

    run(scenario())


def failing(store: Store, times: int) -> Callable[..., Any]:
    """`write` of a database that is not there for so many times."""
    write, left = store.write, [times]

    async def broken(job: Any, *given: Any, **named: Any) -> Any:
        if left[0]:
            left[0] -= 1
            raise OSError(PHONE)
        return await write(job, *given, **named)

    return broken


def test_what_could_not_be_kept_is_not_said_yes_to(
    database_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("INFO")

    async def scenario() -> None:
        async with opened(database_url) as (store, here):
            store.write = failing(store, 1)  # type: ignore[method-assign]
            together = [here.accept("one"), here.accept("two", address="hoa")]
            said = await asyncio.gather(*together, return_exceptions=True)
            assert [type(one) for one in said] == [OSError, OSError]
            assert await here.waiting() == []
            assert await here.accept("one")
            await here.settled()
            assert here.handled == ["one"]

    run(scenario())
    said = capsys.readouterr().err
    assert 'event="events not kept"' in said
    assert PHONE not in said


def test_a_database_that_forgets_to_tidy_loses_and_repeats_nothing(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as (store, here):
            here.broken = {"bad"}
            await asyncio.gather(here.accept("good"), here.accept("bad"))
            await asyncio.sleep(0)
            store.write = failing(store, 1)  # type: ignore[method-assign]
            await here.settled()
            assert [row.tries for row in await here.waiting()] == [0, 0]
            here.broken = set()
            await here.later()
            await here.later()
            assert here.handled == ["good", "bad"]
            assert await here.waiting() == []

    run(scenario())


def test_who_hangs_up_before_the_answer_is_kept_all_the_same(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as (_, here):
            told = [asyncio.ensure_future(here.accept(body)) for body in ("one", "two")]
            await asyncio.sleep(0)
            told[0].cancel()
            assert await told[1]
            await here.settled()
            assert here.handled == ["one", "two"]

    run(scenario())


def test_a_stop_ends_what_was_begun_and_leaves_the_rest(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as (store, here):
            for n in range(12):
                await here.accept(f"{n:02}", address=f"{n % 6}")
            for _ in range(10):
                await asyncio.sleep(0)
            stopping = asyncio.ensure_future(here.inbound.stop())
            await asyncio.sleep(0)
            assert await here.accept("too late") is False
            here.go.set()
            await stopping
            assert here.handled == here.begun
            assert len(here.handled) == module.WORKERS
            await store.write(lambda db: senders.leave(db, here.sender))
            other = await process(store, here.clock)
            other.go.set()
            await other.later()
            assert sorted(here.handled + other.handled) == [f"{n:02}" for n in range(12)]

    run(scenario())


def test_what_people_write_is_in_no_table(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as (_, here):
            await here.accept(f"gọi cho tôi số {PHONE}", key="k1")
            (row,) = await here.waiting()
            assert (row.channel, row.key, row.address, row.tries) == (HERE, "k1", "lan", 0)
            assert PHONE not in repr(vars(row))
            assert "gọi" not in row.body
            await here.settled()
            assert here.handled == [f"gọi cho tôi số {PHONE}"]

    run(scenario())


def test_what_was_kept_though_nobody_heard_so_is_handled_when_it_is_told_again(
    database_url: str,
) -> None:
    """The line breaks after the commit: the platform is told no, and delivers again."""

    async def scenario() -> None:
        async with opened(database_url) as (store, here):
            write = store.write

            async def deaf(job: Any, *given: Any, **named: Any) -> Any:
                await write(job, *given, **named)
                raise OSError("deaf")

            here.go.set()
            store.write = deaf  # type: ignore[method-assign]
            with pytest.raises(OSError, match="deaf"):
                await here.accept("one")
            store.write = write  # type: ignore[method-assign]
            assert await here.accept("one")
            for _ in range(3):
                here.clock.forward(seconds=15)
                await here.later()
            assert here.handled == ["one"]

    run(scenario())
