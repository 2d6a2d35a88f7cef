"""The fixed jobs. Each is safe to run twice, and on two machines at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import KEPT as PLANNED_KEPT
from bot.delivery import Delivery
from content.library import Library
from handlers import request_notices
from store import chats, outbox, sessions, tickets
from store.db import Store

SWEEP_SECONDS = 5
KEPT = timedelta(days=2)
"""How long an answered message is known, and its answer kept: Telegram delivers again for a day."""
FORM_KEPT = timedelta(hours=24)
IDLE_KEPT = timedelta(days=365)
FORGET_AFTER = timedelta(hours=1)


def jobs(
    store: Store, delivery: Delivery, library: Library, now: Callable[[], datetime]
) -> AsyncIOScheduler:
    """The scheduler with every job, not started."""

    async def pruning() -> None:
        await store.write(lambda db: prune(db, now()))

    async def escalating() -> None:
        await store.write(lambda db: request_notices.escalate(db, library, now()))

    scheduler = AsyncIOScheduler(timezone="UTC")
    often = {"coalesce": True, "max_instances": 1}
    scheduler.add_job(delivery.sweep, "interval", seconds=SWEEP_SECONDS, id="send", **often)
    scheduler.add_job(pruning, "interval", hours=1, id="prune", **often)
    scheduler.add_job(escalating, "interval", minutes=1, id="escalate", **often)
    return scheduler


async def prune(db: AsyncSession, now: datetime) -> None:
    """Delete what is no longer needed, and who asked to be forgotten."""
    await outbox.prune(db, finished_before=now - KEPT, planned_before=now - PLANNED_KEPT)
    await chats.close_forms(db, before=now - FORM_KEPT)
    await tickets.prune(db, now, guessed_before=now - KEPT)
    await sessions.prune_confirmations(db, before=now - KEPT)
    await chats.prune(db, now - KEPT, now - FORGET_AFTER, idle_before=now - IDLE_KEPT)
