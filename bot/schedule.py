"""The fixed jobs. Each is safe to run twice, and on two machines at once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import SWEEP_SECONDS, Delivery
from bot.handover import KEPT as WAITING_KEPT
from bot.inbound import Inbound
from content.library import Library
from content.limits import Limits
from handlers import (
    broadcast_sending,
    class_reminders,
    cutoff,
    gaps_telling,
    lesson_push,
    request_notices,
    shift_reminders,
)
from handlers import planning as reminding
from handlers.turn import WARD_ZONE
from store import (
    attendance,
    broadcast_sends,
    chats,
    lessons_due,
    outbox,
    senders,
    sessions,
    tickets,
    volunteers,
)
from store.db import Store

BEAT_SECONDS = 5
PLAN_SECONDS = 5
PLANNERS = 2
KEPT = timedelta(days=2)
"""How long an answered message is known, and its answer kept: Telegram delivers again for a day."""
FORM_KEPT = timedelta(hours=24)
IDLE_KEPT = timedelta(days=365)
VOLUNTEER_KEPT = timedelta(days=365)
"""What a volunteer told, after they were last active: as they read before they agreed."""
ATTENDED_KEPT = timedelta(days=7)
"""How long after a class is closed it is known who typed its code."""
FORGET_AFTER = timedelta(hours=1)
NIGHT = 2
"""The hour of the ward's day at which the questions nobody answered are grouped."""


def jobs(
    store: Store,
    delivery: Delivery,
    inbound: Inbound,
    library: Library,
    limits: Mapping[str, Limits],
    now: Callable[[], datetime],
    upkeep: Callable[[], Awaitable[None]],
) -> AsyncIOScheduler:
    """The scheduler with every job, not started. `upkeep`: what the channels need every minute."""

    async def pruning() -> None:
        await store.write(lambda db: prune(db, now()))

    async def escalating() -> None:
        await store.write(lambda db: request_notices.escalate(db, library, now()))

    async def grouping() -> None:
        await store.write(lambda db: gaps_telling.group(db, library))

    async def planning() -> None:
        await plan(store, library, limits, now)

    scheduler = AsyncIOScheduler(timezone="UTC")
    often = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler.add_job(delivery.sweep, "interval", seconds=SWEEP_SECONDS, id="send", **often)
    scheduler.add_job(inbound.refill, "interval", seconds=BEAT_SECONDS, id="refill", **often)
    scheduler.add_job(delivery.beat, "interval", seconds=BEAT_SECONDS, id="beat", **often)
    scheduler.add_job(planning, "interval", seconds=PLAN_SECONDS, id="plan", **often)
    scheduler.add_job(pruning, "interval", hours=1, id="prune", **often)
    scheduler.add_job(grouping, "cron", hour=NIGHT, timezone=WARD_ZONE, id="gaps", **often)
    scheduler.add_job(upkeep, "interval", minutes=1, id="upkeep", **often)
    scheduler.add_job(escalating, "interval", minutes=1, id="escalate", **often)
    return scheduler


async def plan(
    store: Store, library: Library, limits: Mapping[str, Limits], now: Callable[[], datetime]
) -> None:
    """Make the rows of what is due: lessons and broadcasts in chunks, each its own commit."""
    await plan_lessons(store, library, now())
    while await store.write(lambda db: broadcast_sending.plan(db, now())):
        pass
    await store.write(lambda db: reminding.deadlines(db, library, now()))
    await store.write(lambda db: reminding.logging(db, library, now()))
    await store.write(lambda db: shift_reminders.due(db, now()))
    await store.write(lambda db: class_reminders.due(db, now()))
    await store.write(lambda db: cutoff.due(db, library, now()))
    await store.write(lambda db: reminding.quotas(db, library, limits, now()))
    await store.write(lambda db: gaps_telling.weekly(db, library, now()))


async def plan_lessons(store: Store, library: Library, now: datetime) -> None:
    """Make the rows of the lessons that are due, several chunks at once where the database can."""
    chunks = iter(await store.read(partial(lessons_due.due_chunks, now=now)))

    async def planner() -> None:
        for chunk in chunks:
            await store.write(partial(lesson_push.plan, library=library, now=now, chunk=chunk))

    await asyncio.gather(*(planner() for _ in range(PLANNERS)))


async def prune(db: AsyncSession, now: datetime) -> None:
    """Delete what is no longer needed, and who asked to be forgotten."""
    await broadcast_sends.absorb(db, now - KEPT)
    await outbox.prune(db, now, ended_before=now - KEPT, due_before=now - WAITING_KEPT)
    await senders.bury(db, now)
    await chats.close_forms(db, before=now - FORM_KEPT)
    await tickets.prune(db, now, guessed_before=now - KEPT)
    await sessions.prune_confirmations(db, before=now - KEPT)
    await volunteers.prune(db, now, before=now - VOLUNTEER_KEPT)
    await attendance.forget(db, before=now - ATTENDED_KEPT)
    await chats.prune(db, now - KEPT, now - FORGET_AFTER, idle_before=now - IDLE_KEPT)
