"""How fast rows leave: who holds a place of the channel, and how long."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.app import App
from bot.delivery import IN_HAND
from bot.window import Window
from content.library import Library
from content.limits import Limits
from handlers import pushes
from handlers.packing import pack
from handlers.turn import Reply
from store import chats, claims, outbox
from store.kinds import NEWS, NOTICE
from store.models import Outbox
from store.outbox import Parcel
from tests.conftest import run
from tests.people import UNHURRIED, Clock, settings, swept

ONE_AN_HOUR = UNHURRIED["terminal"].model_copy(update={"rate": (1, 3600.0)})
TWO_DAYS = timedelta(days=2)


@asynccontextmanager
async def program(
    url: str, library: Library, limits: Limits = UNHURRIED["terminal"]
) -> AsyncIterator[tuple[App, list[str]]]:
    """A program without its jobs, and what appears on its terminal."""
    app = App(settings(url), library, Clock(), limits={**UNHURRIED, "terminal": limits})
    await app.prepare()
    shown: list[str] = []

    async def send(parcel: Parcel, reply: Reply, again: Any) -> int:
        shown.append(reply.text)
        return 1

    app.terminal.send = send  # type: ignore[method-assign]
    yield app, shown
    await app.stop()


async def plan(app: App, key: str, kind: str = NOTICE, age: timedelta = timedelta()) -> None:
    """A row for somebody of its own, named and meant for so long ago; its text is its name."""

    async def put(db: AsyncSession) -> None:
        await chats.create(db, "terminal", key, None, "vi", app.now())
        chat_id = await chats.chat_id(db, "terminal", key)
        assert chat_id
        due = app.now() - age
        await outbox.put(db, chat_id, kind, pack(Reply(key)), key, app.now(), due)

    await app.store.write(put)


def test_what_is_not_sent_after_all_takes_up_nobodys_place(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with program(sqlite_url, library, ONE_AN_HOUR) as (app, shown):
            await plan(app, "old", age=TWO_DAYS)
            await plan(app, "new")
            await asyncio.wait_for(swept(app), 20)
            assert shown == ["new"]

    run(scenario())


def test_what_breaks_before_it_is_sent_takes_up_nobodys_place(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> Reply:
        raise RuntimeError

    monkeypatch.setattr(pushes, "COMPOSERS", {NEWS: broken})

    async def scenario() -> None:
        async with program(sqlite_url, library, ONE_AN_HOUR) as (app, shown):
            await plan(app, "broken", NEWS)
            await plan(app, "sound")
            await asyncio.wait_for(swept(app), 20)
            assert shown == ["sound"]

    run(scenario())


def test_a_place_is_given_back_with_the_answer_not_when_that_is_recorded(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    noted(monkeypatch, Window, "enter", order)
    noted(monkeypatch, claims, "begin", order)
    noted(monkeypatch, Window, "leave", order)
    noted(monkeypatch, claims, "finish", order)

    async def scenario() -> None:
        async with program(sqlite_url, library) as (app, shown):
            await plan(app, "one")
            await swept(app)
            assert shown == ["one"]
            assert order == ["enter", "begin", "leave", "finish"]

    run(scenario())


def noted(patch: pytest.MonkeyPatch, place: object, name: str, order: list[str]) -> None:
    """Write down when a function is called."""
    work: Callable[..., object] = getattr(place, name)

    def called(*given: object, **named: object) -> object:
        order.append(name)
        return work(*given, **named)

    patch.setattr(place, name, called)


def test_however_many_ask_for_a_sweep_no_more_is_taken_in_hand(
    sqlite_url: str, library: Library
) -> None:
    """Everybody who opens the page asks for one, also while a broadcast is under way."""

    async def scenario() -> None:
        async with program(sqlite_url, library) as (app, shown):
            go = asyncio.Event()

            async def slow(address: str, reply: Reply, parcel_id: int) -> None:
                await go.wait()
                shown.append(reply.text)

            app.terminal.send = slow  # type: ignore[method-assign]
            for number in range(3 * IN_HAND):
                await plan(app, f"k{number}")
            for _ in range(5):
                app.delivery.hurry()
            held = select(func.count()).where(Outbox.sender_id.is_not(None))
            for _ in range(50):
                taken = await app.store.read(lambda db: db.scalar(held))
                await asyncio.sleep(0.01)
            assert taken == IN_HAND
            go.set()
            await app.delivery.settled()
            assert len(shown) == len(set(shown)) == 3 * IN_HAND

    run(scenario())


def test_what_comes_while_a_sweep_ends_is_taken_too(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asked was told that a sweep is at work; it has to look again."""

    async def scenario() -> None:
        async with program(sqlite_url, library) as (app, shown):
            late = ["late"]

            async def nothing_left(*_: object) -> None:
                if shown and late:
                    await plan(app, late.pop())
                    app.delivery.hurry()
                    await asyncio.sleep(0)

            monkeypatch.setattr(app.delivery, "_put_off", nothing_left)
            await plan(app, "first")
            await swept(app)
            assert shown == ["first", "late"]

    run(scenario())


def test_a_place_that_was_not_used_is_free_at_once() -> None:
    async def scenario() -> None:
        window = Window(Limits(rate=(1, 3600), per_chat=(1, 3600), checked_on=TODAY, source=""))
        await window.enter("1", first=False)
        window.release("1")
        await asyncio.wait_for(window.enter("1", first=False), 1)
        window.leave("1")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(window.enter("1", first=False), 0.01)

    run(scenario())


TODAY = Clock()().date()
