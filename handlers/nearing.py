"""What is near: shifts, the end of classes, a day's report. Each says what is true when it leaves."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content.library import Library
from handlers import class_reminders, cutoff, shift_reminders
from handlers.turn import Reply, Skip
from store.outbox import Parcel

ABOUT: Mapping[
    str, Callable[[AsyncSession, Library, Parcel, datetime], Awaitable[Reply | Skip]]
] = {
    "class": class_reminders.compose,
    "cutoff": cutoff.compose,
    "shift": shift_reminders.compose,
}
"""By the first word of what a row is about: "class:12"."""


async def compose(
    db: AsyncSession, library: Library, parcel: Parcel, now: datetime
) -> Reply | Skip:
    composer = ABOUT.get((parcel.about or "").partition(":")[0])
    return await composer(db, library, parcel, now) if composer else Skip("gone")
