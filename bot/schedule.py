"""The fixed jobs. Each is safe to run twice, and on two machines at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery import Delivery
from store import chats, outbox
from store.db import Store

SWEEP_SECONDS = 5
SEEN_KEPT = timedelta(days=7)
OUTBOX_KEPT = timedelta(days=1)
FORGET_AFTER = timedelta(hours=1)


def jobs(store: Store, delivery: Delivery, now: Callable[[], datetime]) -> AsyncIOScheduler:
    """The scheduler with every job, not started."""

    async def pruning() -> None:
        await store.write(lambda db: prune(db, now()))

    scheduler = AsyncIOScheduler(timezone="UTC")
    often = {"coalesce": True, "max_instances": 1}
    scheduler.add_job(delivery.sweep, "interval", seconds=SWEEP_SECONDS, id="send", **often)
    scheduler.add_job(pruning, "interval", hours=1, id="prune", **often)
    return scheduler


async def prune(db: AsyncSession, now: datetime) -> None:
    """Delete what is no longer needed, and who asked to be forgotten."""
    await outbox.prune(db, before=now - OUTBOX_KEPT)
    await chats.prune(db, seen_before=now - SEEN_KEPT, forget_before=now - FORGET_AFTER)
