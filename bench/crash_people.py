"""The people of `make crash`: learners whose lesson is due, and residents who write all the time."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle, islice
from random import Random

import aiohttp
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bench.crash_telegram import CrashTelegram
from bench.wire import update
from bot.app import utc_now
from bot.channels.telegram import PATH, SECRET_HEADER, webhook_secret
from content.library import Library
from handlers.turn import WARD_ZONE
from store import consents, enrolments, outbox, wards
from store.kinds import LESSON
from store.models import Chat, Person
from tests.fakes.telegram import TOKEN

FIRST = 1_000_001
"""The address of the first learner; the others count on."""
NEWCOMERS = 2_000_001
"""The address of the first resident whom the program does not know yet."""
PATIENCE = 60
"""Seconds after which a resident who got no answer writes something else."""
AGAIN = 0.2, 1.0
"""Seconds until Telegram posts an update again that was not taken."""
FIRST_UPDATE = 500_000_001
COURSE = "residents"
EVERY_DAY = 0b1111111


async def enrol(db: AsyncSession, library: Library, learners: int) -> None:
    """Chats that take a course, and the row of the lesson that is due on each.

    The rows are as store.lessons_due.make_due writes them, but that plans none on a public holiday.
    """
    now = utc_now()
    ward = next(iter(library.wards.values()))
    await wards.sync(db, ward.id, ward.name, ward.area_codes)
    person = dict(ward_id=ward.id, lang="vi", created_at=now)
    people = insert(Person).returning(Person.id, sort_by_parameter_order=True)
    place = dict(channel="telegram", state={}, offer=[], last_in_at=now - timedelta(days=1))
    rows = [
        dict(place, person_id=one, address=str(FIRST + number))
        for number, one in enumerate(await db.scalars(people, [person] * learners))
    ]
    chats = insert(Chat).returning(Chat.id, sort_by_parameter_order=True)
    for chat_id in list(await db.scalars(chats, rows)):
        await _lesson(db, chat_id, ward.id, now)


async def _lesson(db: AsyncSession, chat_id: int, ward_id: str, now: datetime) -> None:
    today = now.astimezone(WARD_ZONE).date()
    await consents.give(db, chat_id, consents.LESSONS, "Nhận bài học?", now)
    course = await enrolments.join(db, chat_id, ward_id, COURSE, EVERY_DAY, 7, today)
    key, about = f"lesson:{course}:{today}", f"enrolment:{course}"
    await outbox.put(db, chat_id, LESSON, {}, key, now, about=about)


@dataclass
class Said:
    """One message of a resident, and when the program took it."""

    update_id: int
    address: str
    at: float
    taken: float | None = None

    @property
    def mark(self) -> tuple[str, str]:
        """As the program knows it."""
        return self.address, f"u{self.update_id}"


class Residents:
    """People who write, each the next message after the answer to the last one. Half are learners."""

    def __init__(
        self,
        telegram: CrashTelegram,
        urls: list[str],
        titles: list[str],
        chance: Random,
        pause: float,
    ) -> None:
        """`urls` of the processes, used in turn; `pause`: the mean of seconds between messages."""
        self.said: list[Said] = []
        self._telegram = telegram
        self._turns = cycle(urls)
        self._titles = titles
        self._chance = chance
        self._pause = pause
        self._over = asyncio.Event()

    async def talk(self, residents: int) -> None:
        """Let so many people write until they are told to fall silent, and wait until they are."""
        headers = {"Content-Type": "application/json", SECRET_HEADER: webhook_secret(TOKEN)}
        timeout = aiohttp.ClientTimeout(total=PATIENCE)
        async with aiohttp.ClientSession(headers=headers, timeout=timeout) as client:
            await asyncio.gather(*(self._one(client, number) for number in range(residents)))

    def fall_silent(self) -> None:
        """Nobody begins anything new."""
        self._over.set()

    async def _one(self, client: aiohttp.ClientSession, number: int) -> None:
        address = str((FIRST, NEWCOMERS)[number % 2] + number)
        self._telegram.meet(address)
        for title in islice(cycle(self._titles), number, None):
            for text in (title, "1", "tiếp"):
                if await self._pausing():
                    return
                await self._told(client, address, text)

    async def _pausing(self) -> bool:
        """Think for a while. True: it is over."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._over.wait(), self._chance.uniform(0, 2 * self._pause))
        return self._over.is_set()

    async def _told(self, client: aiohttp.ClientSession, address: str, text: str) -> None:
        """Say something and wait for an answer, but not for ever."""
        before = self._telegram.came(address)
        said = Said(FIRST_UPDATE + len(self.said), address, time.time())
        self.said.append(said)
        body = update(said.update_id, int(address), text)
        while not said.taken:
            if await self._taken(client, body):
                said.taken = time.time()
            else:
                await asyncio.sleep(self._chance.uniform(*AGAIN))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._telegram.more_than(address, before), PATIENCE)

    async def _taken(self, client: aiohttp.ClientSession, body: bytes) -> bool:
        """Post an update to the next process in turn."""
        try:
            async with client.post(next(self._turns) + PATH, data=body) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False
