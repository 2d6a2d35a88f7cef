"""What leaves unasked: what each kind says when its time comes, and what follows when it was sent."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import DEFAULT, translate
from content.library import Library
from handlers import broadcast_sending, lesson_push, nearing, planning, reminders
from handlers.packing import unpack
from handlers.turn import Reply, Skip
from store import people
from store.kinds import DEADLINE, KINDS, LESSON, LOGGING, NEWS, REMINDER, REPLY, SHIFT
from store.outbox import Parcel

Compose = Callable[[AsyncSession, Parcel, datetime], Awaitable[Reply | Skip]]
"""What a row says at this moment, read in the transaction that marks it as begun."""
Ended = Callable[[AsyncSession, Parcel, str, datetime], Awaitable[None]]
"""What follows from an outcome, written in the transaction that records it."""

COMPOSERS: Mapping[
    str, Callable[[AsyncSession, Library, Parcel, datetime], Awaitable[Reply | Skip]]
] = {
    LESSON: lesson_push.compose,
    REMINDER: reminders.compose,
    DEADLINE: planning.compose_deadline,
    LOGGING: planning.compose_logging,
    NEWS: broadcast_sending.compose,
    SHIFT: nearing.compose,
}
"""By kind; what is not named says what its payload holds."""
ENDINGS: Mapping[str, Callable[[AsyncSession, Library, Parcel, str, datetime], Awaitable[None]]] = {
    LESSON: lesson_push.ended
}


def composing(library: Library) -> Compose:
    return partial(_compose, library)


def ending(library: Library) -> Ended:
    return partial(_ended, library)


async def _compose(
    library: Library, db: AsyncSession, parcel: Parcel, now: datetime
) -> Reply | Skip:
    if composer := COMPOSERS.get(parcel.kind):
        return await composer(db, library, parcel, now)
    reply = unpack(parcel.payload)
    if parcel.kind != REPLY or now - parcel.due_at <= KINDS[REPLY].fresh:
        return reply
    lang = await people.lang_of_chat(db, parcel.chat_id) or DEFAULT
    sorry = translate(lang, "Sorry, this answer comes late: the line was down.")
    return replace(reply, text=f"{sorry}\n\n{reply.text}")


async def _ended(
    library: Library, db: AsyncSession, parcel: Parcel, state: str, now: datetime
) -> None:
    if follow := ENDINGS.get(parcel.kind):
        await follow(db, library, parcel, state, now)
