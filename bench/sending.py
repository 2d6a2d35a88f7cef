"""One message to each of 3,000 people under Telegram's limits: ours beside python-telegram-bot's limiter."""

import asyncio
import logging
import tempfile
from functools import partial

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from telegram.ext import AIORateLimiter, ExtBot

from bench import broadcast
from bench.crash_program import by_day
from bench.limited import Account, ideal, limited_api
from bench.rivals import TOKEN
from bot import log
from bot.app import App, utc_now
from bot.settings import load
from content import library as content_library
from handlers.packing import pack
from handlers.turn import Option, Reply
from store import outbox
from store.kinds import NOTICE
from store.models import Chat, Outbox, Person
from store.outbox import SENT

PEOPLE = 3_000
FIRST = 1_000_000
"""The address of the first of them."""
AIM = 1.06
"""Of the ideal time."""
TRIES = 100
"""How often python-telegram-bot tries a message again; its default, never, would lose those refused."""
SAID = Reply(
    "Thứ bảy tuần này nhà văn hóa có buổi hướng dẫn dùng VNeID, mời bác đến.",
    (Option("Dừng nhận tin", "stop:news"),),
)


async def plan(db: AsyncSession) -> None:
    """A person, a chat and a planned message each."""
    now = utc_now()
    made = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    people = await db.scalars(made, [dict(lang="vi", created_at=now)] * PEOPLE)
    chats = [
        dict(person_id=person, channel="telegram", address=str(FIRST + number), last_in_at=now)
        for number, person in enumerate(people)
    ]
    await db.execute(insert(Chat).values(state={}, offer=[]), chats)
    for number, chat_id in enumerate(list(await db.scalars(select(Chat.id)))):
        await outbox.put(db, chat_id, NOTICE, pack(SAID), f"bench:{number}", now)


async def states(db: AsyncSession) -> dict[str, int]:
    found = await db.execute(select(Outbox.state, func.count()).group_by(Outbox.state))
    return {state: number for state, number in found}


async def ours(url: str) -> None:
    """The whole program with its webhook set, its limits but the quiet hours, a SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        given = dict(database_url=f"sqlite:///{folder}/sending.db", log_level="ERROR")
        given |= dict(telegram_token=TOKEN, telegram_api_url=url, public_url="http://127.0.0.1")
        library = content_library.load()
        app = App(load(**given, secret_key="bench"), library, limits=by_day())
        await app.start()
        await app.store.write(plan)
        while (found := await app.store.read(states)).keys() != {SENT}:
            assert found.keys() <= {SENT, outbox.PENDING}, found
            await asyncio.sleep(0.5)
        await app.stop()


async def theirs(url: str) -> None:
    """All at once to its limiter, set up as it comes but for the tries; nothing is kept."""
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
    limiter = AIORateLimiter(max_retries=TRIES)
    async with ExtBot(TOKEN, base_url=f"{url}/bot", rate_limiter=limiter) as bot:
        send = partial(bot.send_message, text=SAID.text)
        # what it raises after its tries is a message lost: counted as such, like any other
        sends = (send(FIRST + number) for number in range(PEOPLE))
        await asyncio.gather(*sends, return_exceptions=True)


def report(name: str, account: Account) -> float:
    ratio = account.seconds / ideal(PEOPLE)
    once = sum(number == 1 for number in account.arrived.values())
    twice = sum(number > 1 for number in account.arrived.values())
    counts = (account.refused, once, twice, PEOPLE - once - twice)
    shown = "".join(f"{number:9,}" for number in counts)
    print(f"  {name:36}{account.seconds:10.1f}{ratio:9.3f}{shown}")
    return ratio


def measure() -> None:
    print(
        f"\nA message to each of {PEOPLE:,} people; a server that accepts 30 in any second, 1 to a chat,"
    )
    print(f"and answers after 5 to 40 ms; ideal {ideal(PEOPLE):.0f} s; one run each")
    print(f"  {'':36}   seconds  x ideal      429     once    twice    never")
    with limited_api() as api:
        asyncio.run(ours(api.url))
        account = api.account()
        ratio = report("ours, every row committed to disk", account)
    with limited_api() as api:
        asyncio.run(theirs(api.url))
        report("python-telegram-bot, AIORateLimiter", api.account())
    reached = ratio <= AIM and not account.refused
    print(f"  ours <= {AIM} x ideal and none refused: {'reached' if reached else 'NOT reached'}")


def main() -> None:
    log.configure("ERROR")
    measure()
    broadcast.main()


if __name__ == "__main__":
    main()
