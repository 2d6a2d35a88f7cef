"""Reminders of shifts: the evening before at 19:00, and two hours before. Safe to run any minute."""

from datetime import datetime, time, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import translate
from content.library import Library
from content.when import SLEEPS, WAKES
from handlers import notices, shift_leaving
from handlers.notices import Tr
from handlers.packing import pack
from handlers.shift_words import described
from handlers.turn import WARD_ZONE, Option, Reply, Skip
from store import chats, reminders, shift_due, shifts
from store.kinds import KINDS, SHIFT
from store.outbox import Parcel
from store.shifts import ShiftRow

EVENING = time(19)
AHEAD = timedelta(hours=2)
LONGEST = timedelta(hours=29)
"""From the first reminder to the beginning, at most: from 19:00 to the end of the next day."""


async def due(db: AsyncSession, now: datetime) -> None:
    """Write the reminders that are due, each once; first free the places of those who left."""
    await shift_leaving.swept(db, now)
    for shift in await shifts.starting(db, now, now + LONGEST):
        for which, at in enumerate(times(shift)):
            if at <= now <= at + KINDS[SHIFT].fresh:
                await _plan(db, shift, which, at, now)


def times(shift: ShiftRow) -> list[datetime]:
    """When one is reminded of a shift: the evening before, and by day two hours before."""
    start = shift.starts_at.astimezone(WARD_ZONE)
    evening = datetime.combine(start.date() - timedelta(days=1), EVENING, WARD_ZONE)
    near = start - AHEAD
    return [evening, near] if WAKES <= near.time() < SLEEPS else [evening]


async def _plan(db: AsyncSession, shift: ShiftRow, which: int, at: datetime, now: datetime) -> None:
    """For everybody who took the shift before that time: who took it later has just read of it."""
    key = f"shift:{which}:{shift.id}:{_stamp(shift)}"
    for one in await shift_due.unreminded(db, shift.id, key, at):
        if chat_id := await chats.reachable(db, one.person_id):
            said = pack(_said(partial(translate, one.lang), shift, at))
            row = f"{key}:{one.signup_id}"
            await reminders.plan(db, chat_id, SHIFT, said, row, now, at, f"shift:{shift.id}")


async def compose(
    db: AsyncSession, library: Library, parcel: Parcel, now: datetime
) -> Reply | Skip:
    """In the words of this moment; not to who left, nor of a shift that is cancelled, begun or moved."""
    shift = await shifts.get(db, int((parcel.about or "").removeprefix("shift:")))
    if shift is None or shift.cancelled:
        return Skip("cancelled")
    if shift.starts_at <= now:
        return Skip("late")
    if parcel.key.split(":")[3] != _stamp(shift):
        return Skip("moved")
    if not await shift_due.still_has(db, shift.id, parcel.chat_id):
        return Skip("left")
    if await shift_due.overtaken(db, parcel):
        return Skip("overtaken")
    return _said(await notices.speaking_to_chat(db, parcel.chat_id), shift, now)


def _said(tr: Tr, shift: ShiftRow, now: datetime) -> Reply:
    today, day = (at.astimezone(WARD_ZONE).date() for at in (now, shift.starts_at))
    near = {0: tr("You have a shift today."), 1: tr("You have a shift tomorrow.")}
    head = near.get((day - today).days, tr("You have a shift soon."))
    how = tr(
        "When you are there, type the four digits you see at the place, like this: ca 1234. If you cannot "
        "come, please say so now: then somebody else can."
    )
    options = (
        Option(tr("About this shift"), f"shift:{shift.id}"),
        Option(tr("Find somebody to stand in"), f"cover:{shift.id}"),
        Option(tr("Give this shift up"), f"leaveshift:{shift.id}"),
    )
    return Reply("\n".join([head, described(tr, shift), "", how]), options)


def _stamp(shift: ShiftRow) -> str:
    """The time it begins, in a key: a shift that was moved is another one."""
    return f"{shift.starts_at:%Y%m%d%H%M}"
