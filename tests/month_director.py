"""How a simulated month passes: what is due is done, and time moves on to what comes next."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import schedule
from bot.app import App
from bot.leave import next_hour
from store import zalo_tokens
from store.channel_models import Inbound
from store.models import Chat, Outbox, SendCount
from store.outbox import IS_PENDING
from tests.fakes.zalo_oa import user
from tests.month_account import TOKEN, Month, Told
from tests.month_people import ZONE, Said
from tests.zalo import APP_ID, authorised, settled

OUTAGE = datetime(2026, 11, 12, 18, 30, tzinfo=ZONE), datetime(2026, 11, 12, 20, 30, tzinfo=ZONE)
"""A Thursday, while lessons leave."""
LOSS = datetime(2026, 11, 17, 17, 59, tzinfo=ZONE)
"""From this Tuesday evening on the next refresh loses its answer."""
BEAT = timedelta(seconds=schedule.BEAT_SECONDS)
CHORES = (0, 3, 6, 8, 12, 15, 18, 19, 20, 21)
"""Hours of the day at which something may be to do for the jobs that look for it far more often in life."""
PRUNE_HOURS = 6
MENDED_AFTER = timedelta(minutes=30)

Act = Callable[[], Awaitable[object]]


class Director:
    """Lets the month pass: by seconds while anything is under way, else to what comes next."""

    def __init__(self, app: App, month: Month, end: datetime) -> None:
        self.app = app
        self.month = month
        self._end = end
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._numbers = count()
        self._acts: set[asyncio.Task[None]] = set()
        self._group = asyncio.TaskGroup()
        self._settling: asyncio.Task[None] | None = None
        self._beat_at = self._chores_at = app.now()

    def at(self, when: datetime, act: Act) -> None:
        heapq.heappush(self._agenda, (when, next(self._numbers), act))

    async def direct(self) -> None:
        async with self._group:
            while self.app.now() < self._end:
                self._start(self._turn())
                if await self._quiet():
                    await asyncio.sleep(await self._pause())

    def _start(self, work: Any) -> None:
        task = self._group.create_task(work)
        self._acts.add(task)
        task.add_done_callback(self._acts.discard)

    async def _turn(self) -> None:
        """What is due at this moment; the sign of life first, for without one nothing may leave."""
        now = self.app.now()
        if now >= self._beat_at:
            self._beat_at = now + BEAT
            await self._job("beat")
        if now >= self._chores_at:
            self._chores_at = _next_chores(now)
            await self._chores(now)
        while self._agenda and self._agenda[0][0] <= now:
            self._start(_done(heapq.heappop(self._agenda)[2]))
        if self._reports(now):
            await self.month.fake.tick()
        self.app.delivery.hurry()

    async def _chores(self, now: datetime) -> None:
        for name in ("upkeep", "plan", "escalate"):
            await self._job(name)
        if now.astimezone(ZONE).hour % PRUNE_HOURS == 0:
            await self._note(Outbox.ended_at < now - schedule.KEPT)
            await self._job("prune")

    async def _job(self, name: str) -> None:
        """What the program's scheduler does, which goes by the real clock and was not started."""
        await self.app._jobs.get_job(name).func()

    def _reports(self, now: datetime) -> bool:
        return any(due <= now for due in self.month.fake.planned)

    async def _quiet(self) -> bool:
        """True when nothing is under way any more; otherwise a second has passed."""
        if self._settling is None or self._settling.done():
            self._settling = asyncio.create_task(self._settle())
        return bool((await asyncio.wait({self._settling}, timeout=1))[0])

    async def _settle(self) -> None:
        while self._acts:
            await asyncio.wait(self._acts)
        await settled(self.app)
        await self.month.fake.settled()
        await settled(self.app)

    async def _pause(self) -> float:
        """Seconds until something is due, at least one."""
        due = await self.app.store.read(_next_row)
        times = [self._end, self._chores_at, *self.month.fake.planned, *([due] if due else [])]
        times += [self._agenda[0][0]] if self._agenda else []
        return max(1.0, (min(times) - self.app.now()).total_seconds())

    async def _note(self, *which: Any) -> None:
        self.month.rows |= await self.app.store.read(partial(_rows, which=which))

    # --- what happens in the month ---

    def script(self, said: list[Said]) -> None:
        fake = self.month.fake
        for one in said:
            self.at(one.at, partial(self.say, one.user, one.text))
        for when, down in zip(OUTAGE, (True, False), strict=True):
            self.at(when, partial(_now, partial(fake.switch, down)))
        lose = partial(fake.cut, TOKEN, after_accepting=True)
        self.at(LOSS, partial(_now, lose))
        self.at(LOSS, self._watch)

    async def say(self, who: str, text: str) -> None:
        at = self.app.now()
        self.month.told.append(Told(who, at, await self.month.fake.text(who, text)))

    async def _watch(self) -> None:
        """Every minute: has the program noticed? Somebody writes then, and later it is authorised."""
        now = self.app.now()
        await self._job("upkeep")
        pair = await self.app.store.read(lambda db: zalo_tokens.get(db, APP_ID))
        if pair and pair.dead_at:
            self.month.lost_at = now
            self.at(now + timedelta(minutes=5), partial(self.say, user(1), "cài VNeID thế nào"))
            self.at(now + MENDED_AFTER, self._authorise)
        else:
            self.at(now + timedelta(minutes=1), self._watch)

    async def _authorise(self) -> None:
        self.month.authorised_at = self.app.now()
        await authorised(self.app, self.month.fake)

    async def account(self) -> None:
        """What is left when the month is over."""
        await self._note()
        read = self.app.store.read
        self.month.counts = await read(_counts)
        self.month.unhandled = await read(partial(_number, of=Inbound.id))
        self.month.silenced = await read(partial(_number, of=Chat.paused_until))


def _next_chores(now: datetime) -> datetime:
    hour = next_hour(now)
    while hour.astimezone(ZONE).hour not in CHORES:
        hour += timedelta(hours=1)
    return hour


async def _now(act: Callable[[], object]) -> None:
    act()


async def _done(act: Act) -> None:
    await act()


async def _next_row(db: AsyncSession) -> datetime | None:
    """When the next row may leave."""
    free = (Outbox.state == IS_PENDING, Outbox.sender_id.is_(None))
    return await db.scalar(select(func.min(Outbox.not_before)).where(*free))


async def _rows(db: AsyncSession, which: Any) -> dict[str, Any]:
    """Rows of the outbox with where they go, by their key: numbers are given again after a pruning."""
    query = select(*Outbox.__table__.c, Chat.channel, Chat.address).join(
        Chat, Chat.id == Outbox.chat_id
    )
    return {row.dedupe_key: row for row in await db.execute(query.where(*which))}


async def _counts(db: AsyncSession) -> list[Any]:
    return list(await db.execute(select(*SendCount.__table__.c)))


async def _number(db: AsyncSession, of: Any) -> int:
    """How many rows have something there."""
    return await db.scalar(select(func.count(of))) or 0
