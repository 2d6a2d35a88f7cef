"""Whoever holds a class is asked to close it: when it ends, and once more the next morning."""

from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import N_
from content.library import Library
from handlers import notices
from handlers.class_words import in_a_line
from handlers.notices import Tr
from handlers.packing import pack
from handlers.turn import WARD_ZONE, Option, Reply, Skip
from store import chats, classes, members, reminders
from store.classes import OPEN, ClassRow
from store.kinds import KINDS, SHIFT
from store.outbox import Parcel

MORNING = time(8)
AGAIN = timedelta(days=2)
"""After this nobody is reminded; officers see the class among those to be closed."""


async def due(db: AsyncSession, now: datetime) -> None:
    """Plan what is due now. Running twice, or on two machines, changes nothing."""
    for row in await classes.ended(db, now - AGAIN, now):
        for name, at in (("end", row.plan.ends_at), ("next", next_morning(row))):
            if at <= now <= at + KINDS[SHIFT].fresh:
                await _plan(db, row, name, at, now)


def next_morning(row: ClassRow) -> datetime:
    """8 o'clock of the day after it ended."""
    day = row.plan.ends_at.astimezone(WARD_ZONE).date() + timedelta(days=1)
    return datetime.combine(day, MORNING, WARD_ZONE)


async def _plan(db: AsyncSession, row: ClassRow, name: str, at: datetime, now: datetime) -> None:
    leader = await members.get(db, row.member_id)
    chat_id = await chats.reachable(db, leader.person_id) if leader and leader.person_id else None
    if chat_id is None:
        return
    said = pack(_said(await notices.speaking_to_chat(db, chat_id), row))
    about = f"class:{row.id}"
    await reminders.plan(db, chat_id, SHIFT, said, f"{about}:{name}", now, at, about)


async def compose(
    db: AsyncSession, library: Library, parcel: Parcel, now: datetime
) -> Reply | Skip:
    """Not when it was closed or cancelled, or goes on longer, or its leader's role ended."""
    number = (parcel.about or "").partition(":")[2]
    row = await classes.get(db, int(number)) if number.isdecimal() else None
    if row is None or row.state != OPEN:
        return Skip("closed")
    if row.plan.ends_at > now:
        return Skip("not over")
    if await members.get(db, row.member_id) is None:
        return Skip("role ended")
    return _said(await notices.speaking_to_chat(db, parcel.chat_id), row)


def _said(tr: Tr, row: ClassRow) -> Reply:
    text = tr(
        "The class is over: {line}. Please close it: until then it counts nowhere.",
        line=in_a_line(tr, row.plan),
    )
    ways = ((N_("Close the class"), "classclose"), (N_("See the class"), "class"))
    return Reply(text, tuple(Option(tr(label), f"{name}:{row.id}") for label, name in ways))
