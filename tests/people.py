"""People who use the bot, one class per channel. Each drives the real channel code over a fake wire."""

import asyncio
import queue
import random
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any, Protocol

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.app import App
from bot.channels import terminal
from bot.settings import Settings
from content.library import Library
from content.limits import load_limits
from handlers import notices
from handlers.turn import Reply
from tests.fakes.serving import serve
from tests.fakes.telegram import FakeTelegram

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
TOKEN = "42:TEST-token-of-nobody"


class Clock:
    """Time as tests want it."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass(frozen=True)
class Heard:
    """What a person sees as the answer."""

    text: str
    labels: tuple[str, ...] = ()


class Person(Protocol):
    async def say(self, text: str) -> Heard: ...

    async def press(self, label: str) -> Heard: ...


def settings(database_url: str, **given: Any) -> Settings:
    """Settings of a test, from nothing else: no environment, no .env file."""
    return Settings(
        _env_file=None,
        **{
            "database_url": database_url,
            "rate_limit": "100000/minute",
            "secret_key": "of the tests",
            **given,
        },
    )


UNHURRIED = {
    name: limits.model_copy(update={"rate": None, "per_chat": None, "per_group": None})
    for name, limits in load_limits().items()
}
"""No test waits for a second to pass; tests/test_delivery.py keeps the limits to the letter."""


def app_with(given: Settings, library: Library, *others: Any) -> App:
    """The program, on channels without a speed limit."""
    app = App(given, library, *others, limits=UNHURRIED)
    app._jobs.remove_job("send")  # it goes by the real clock: tests say when to sweep
    return app


async def push(app: App, chat_id: int | None, reply: Reply, kind: str, key: str) -> None:
    """Plan something nobody asked for just now, and send what is due."""
    assert chat_id
    await app.store.write(lambda db: notices.tell_chat(db, chat_id, reply, kind, key, app.now()))
    await swept(app)


async def swept(app: App) -> None:
    """Send what is due, until each row has its outcome."""
    await app.delivery.sweep()
    await app.delivery.settled()


class Door:
    """An address that exists before the program behind it."""

    app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
        elif self.app:
            await self.app(scope, receive, send)


@asynccontextmanager
async def running(app: App) -> AsyncIterator[App]:
    """A started program that is stopped again."""
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


class WebPerson:
    """Somebody on the web page. Posts every message twice, as a page does that lost the answer."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self._numbers = count(1)
        self._options: dict[str, str] = {}

    async def say(self, text: str) -> Heard:
        return await self._post({"text": text})

    async def press(self, label: str) -> Heard:
        assert label in self._options, f"no option {label!r} among {list(self._options)}"
        return await self._post({"choose": self._options[label]})

    async def _post(self, body: dict[str, str]) -> Heard:
        body["id"] = f"m{next(self._numbers)}"
        first, second = [await self.client.post("/api/chat", json=body) for _ in range(2)]
        assert first.status_code == 200, first.text
        assert first.json() == second.json(), "the same message answered differently"
        (message,) = first.json()["messages"]
        self._options = {option["label"]: option["value"] for option in message["options"]}
        return Heard(message["text"], tuple(self._options))


class TelegramPerson:
    """Somebody in a private Telegram chat; Telegram posts every update twice."""

    def __init__(self, fake: FakeTelegram, app: Callable[[], App], user_id: int = 1001) -> None:
        self._fake = fake
        self._app = app
        self._user = user_id

    async def say(self, text: str) -> Heard:
        before = len(self._fake.seen(self._user))
        await self._fake.text(self._user, text)
        return await self._answer(before)

    async def press(self, label: str) -> Heard:
        before = len(self._fake.seen(self._user))
        await self._fake.press(self._user, label)
        return await self._answer(before)

    async def _answer(self, before: int) -> Heard:
        await self._app().delivery.settled()
        shown = self._fake.seen(self._user)[before:]
        assert shown, "no answer"
        labels = tuple(label for label, _ in shown[-1].buttons)
        said = (message.text for message in shown if message.text)  # a picture says nothing
        return Heard("\n".join(said), labels)


class Pipe:
    """Standard input and output of a terminal, line by line."""

    def __init__(self) -> None:
        self._in: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._out: asyncio.Queue[str] = asyncio.Queue()
        self._written = ""

    def readline(self) -> str:
        return self._in.get()

    def type(self, line: str) -> None:
        self._in.put(line)

    def write(self, text: str) -> int:
        self._written += text
        return len(text)

    def flush(self) -> None:
        self._out.put_nowait(self._written)
        self._written = ""

    async def shown(self) -> str:
        return await self._out.get()


def numbered_choices(text: str) -> tuple[str, tuple[str, ...], bool]:
    """A text, the options that are listed below it, and whether those are typed as words."""
    numbered = re.compile(r"^\[(?:\d+|·)\] (.*)$", re.MULTILINE)
    return numbered.sub("", text).strip("\n"), tuple(numbered.findall(text)), "\n[·] " in text


class TerminalPerson:
    """Somebody at `make talk`. Presses by typing the number of the option."""

    def __init__(self, pipe: Pipe) -> None:
        self._pipe = pipe
        self._labels: tuple[str, ...] = ()

    async def say(self, text: str) -> Heard:
        self._pipe.type(text.replace("\n", " ") + "\n")
        return await self._listen()

    async def press(self, label: str) -> Heard:
        assert label in self._labels, f"no option {label!r} among {self._labels}"
        return await self.say(label if self._worded else str(self._labels.index(label) + 1))

    async def _listen(self) -> Heard:
        shown = await self._pipe.shown()
        text, self._labels, self._worded = numbered_choices(shown.strip("\n"))
        return Heard(text, self._labels)


class Draw:
    """Chance that is the same in every test."""

    def __init__(self) -> None:
        self._random = random.Random(7)

    def __call__(self, below: int) -> int:
        return self._random.randrange(below)


@dataclass
class World:
    """A program, a clock and people on one channel. `restart` ends the program and starts it anew.

    `meet` makes somebody else of that channel; `person` is the first one.
    """

    app: App
    clock: Clock
    draw: Draw
    meet: Callable[[], Person]
    restart: Callable[[], Any]

    @cached_property
    def person(self) -> Person:
        return self.meet()


@asynccontextmanager
async def web(url: str, clock: Clock, library: Library, **given: Any) -> AsyncIterator[World]:
    door = Door()
    async with (
        serve(door) as base,
        AsyncExitStack() as clients,
        restartable(door, url, clock, library, given) as world,
    ):

        def meet() -> Person:
            client = httpx.AsyncClient(base_url=base)
            clients.push_async_callback(client.aclose)
            return WebPerson(client)

        world.meet = meet
        yield world


@asynccontextmanager
async def telegram(url: str, clock: Clock, library: Library, **given: Any) -> AsyncIterator[World]:
    fake, door = FakeTelegram(TOKEN, repeat=2), Door()
    async with serve(fake.app) as api, serve(door) as base:
        given |= {"telegram_token": TOKEN, "telegram_api_url": api, "public_url": base}
        async with restartable(door, url, clock, library, given, _webhook_set(fake)) as world:
            numbers = count(1001)
            world.meet = lambda: TelegramPerson(fake, lambda: world.app, next(numbers))
            yield world


def _webhook_set(fake: FakeTelegram) -> Callable[[], Coroutine[Any, Any, None]]:
    """Waits until the program has told the fake where to deliver, once more than before."""

    async def ready() -> None:
        nonlocal known
        await fake.until(lambda: len(fake.called("setWebhook")) > known)
        known += 1

    known = 0
    return ready


@asynccontextmanager
async def in_terminal(
    url: str, clock: Clock, library: Library, **given: Any
) -> AsyncIterator[World]:
    async with restartable(Door(), url, clock, library, given) as world:
        pipes: dict[str, Pipe] = {}
        talking: list[asyncio.Task[None]] = []

        def begin() -> None:
            talking[:] = [_talk(world.app, pipe, name) for name, pipe in pipes.items()]

        async def end() -> None:
            for pipe in pipes.values():
                pipe.type("")
            await asyncio.gather(*talking)

        def meet() -> Person:
            name = f"person {len(pipes)}"
            pipes[name] = Pipe()
            talking.append(_talk(world.app, pipes[name], name))
            return TerminalPerson(pipes[name])

        restart_program = world.restart

        async def restart() -> None:
            await end()
            await restart_program()
            begin()

        world.meet, world.restart = meet, restart
        try:
            yield world
        finally:
            await end()


def _talk(app: App, pipe: Pipe, name: str) -> "asyncio.Task[None]":
    screen = terminal.Terminal(app.show, pipe)  # type: ignore[arg-type]
    talk = terminal.talk(app.conversation, screen, pipe, name)  # type: ignore[arg-type]
    return asyncio.create_task(talk)


@asynccontextmanager
async def restartable(
    door: Door,
    url: str,
    clock: Clock,
    library: Library,
    given: dict[str, Any],
    ready: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> AsyncIterator[World]:
    draw = Draw()

    async def start() -> App:
        app = app_with(settings(url, **given), library, clock, draw)
        door.app = app.asgi()
        await app.start()
        if ready:
            await ready()
        return app

    async def restart() -> None:
        await world.app.stop()
        world.app = await start()

    world = World(await start(), clock, draw, None, restart)  # type: ignore[arg-type]
    try:
        yield world
    finally:
        await world.app.stop()


Channel = Callable[..., AbstractAsyncContextManager[World]]
