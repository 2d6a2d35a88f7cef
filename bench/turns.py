"""Full durable turns: in-process, through the web API, and through the Telegram webhook beside rivals."""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator

import aiohttp

from bench.processes import Program, ours, rival
from bench.rivals import TOKEN
from bench.wire import counting_api, post_all, update
from bot import log
from bot.app import App
from bot.channels.telegram import SECRET_HEADER, webhook_secret
from bot.settings import load
from handlers.turn import Incoming

TEXTS = (
    "/start",
    "cai vneid",
    "1",
    "tiếp tục",
    "tiếp",
    "lỗi thường gặp",
    "menu",
    "quen mat khau vneid",
)
USERS = 200
TURNS = 2000
ROUNDS = 3
_numbers = itertools.count(1)


def messages(count: int) -> Iterator[tuple[int, int, str]]:
    """Message number, user and text: every user goes through the same little talk."""
    for at in range(count):
        yield next(_numbers), 1000 + at % USERS, TEXTS[at // USERS % len(TEXTS)]


async def in_process() -> float:
    """Turns a second through `converse()`, committed to a SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        app = App(load(database_url=f"sqlite:///{folder}/toso.db", log_level="ERROR"))
        await app.prepare()
        assert app.library.finder
        waiting = list(messages(TURNS))[::-1]

        async def talk() -> None:
            while waiting:
                number, user, text = waiting.pop()
                incoming = Incoming("terminal", str(user), str(number), text=text)
                await app.conversation.converse(incoming, app.terminal.can, handed_over=True)

        began = time.perf_counter()
        await asyncio.gather(*(talk() for _ in range(50)))
        took = time.perf_counter() - began
        await app.stop()
        return TURNS / took


async def web_api(program: Program) -> float:
    """Turns a second through POST /api/chat."""
    waiting = list(messages(TURNS))[::-1]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=50)) as client:

        async def talk() -> None:
            while waiting:
                number, user, text = waiting.pop()
                headers = {"X-Chat-Session": f"bench-session-{user:06}"}
                body = {"text": text, "id": f"m{number}"}
                async with client.post(
                    f"{program.url}/api/chat", json=body, headers=headers
                ) as answer:
                    assert answer.status == 200, await answer.text()

        began = time.perf_counter()
        await asyncio.gather(*(talk() for _ in range(50)))
        return TURNS / (time.perf_counter() - began)


async def webhook(program: Program) -> float:
    """Updates a second from the post to the sent answer."""
    bodies = [update(*message) for message in messages(TURNS)]
    secret = {SECRET_HEADER: webhook_secret(TOKEN)}
    return TURNS / await post_all(f"{program.url}/telegram/webhook", bodies, secret)


async def measure() -> None:
    rates: dict[str, list[float]] = {}
    async with counting_api() as api:
        for _ in range(ROUNDS):
            rates.setdefault("in-process", []).append(await in_process())
            for kind in ("echo", "orm"):
                async with rival(kind, api) as program:
                    await webhook(program)
                    rates.setdefault(kind, []).append(await webhook(program))
            async with ours(api) as program:
                await webhook(program)
                rates.setdefault("webhook", []).append(await webhook(program))
                rates.setdefault("web", []).append(await web_api(program))
    report({name: statistics.median(found) for name, found in rates.items()})


def report(rates: dict[str, float]) -> None:
    orm = rates["orm"]
    names = {
        "in-process": "full turn, in-process, SQLite file",
        "web": "full turn through POST /api/chat",
        "webhook": "full turn through the Telegram webhook",
        "echo": "aiogram echo bot, webhook, keeps nothing",
        "orm": "aiogram bot with one ORM write, webhook",
    }
    print(f"\nTurns a second, median of {ROUNDS} rounds, {TURNS} turns each, one run")
    for name, words in names.items():
        print(f"  {words:42} {rates[name]:7.0f}   {rates[name] / orm:5.2f} x the ORM bot")


async def memory() -> None:
    """Memory at the start and after 10,000 turns, and the time to start, without Telegram."""
    async with ours() as program:
        first = program.memory()
        for _ in range(10_000 // TURNS):
            await web_api(program)
        print("\nThe program without Telegram")
        print(f"  seconds until it answers      {program.started_in:7.2f}")
        print(f"  MB at the start               {first:7.0f}")
        print(f"  MB after 10,000 turns         {program.memory():7.0f}")


def main() -> None:
    log.configure("ERROR")
    asyncio.run(measure())
    asyncio.run(memory())


if __name__ == "__main__":
    main()
