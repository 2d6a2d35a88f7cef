"""What the assistant sent: lessons and their answers, messages unasked, broadcasts. Without any person.

Counting and tracing read the same rows: a count adds the numbers of the sends it takes, a trace lists them.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.kinds import DEADLINE, LESSON, LOGGING, NEWS, REMINDER
from store.learning_models import Broadcast
from store.learning_models import LessonDelivery as L
from store.models import SendCount as C
from store.outbox import AMBIGUOUS, SENT
from store.send_counts import WARD_ZONE

LESSONS, ANSWERS, MESSAGES, BROADCASTS = "lessons", "answers", "messages", "broadcasts"
KINDS = (NEWS, LESSON, REMINDER, DEADLINE, LOGGING)
"""The kinds of messages that spread or remind; help requests and notices of work are none."""
ASKED, PASSED, DONE = "asked", "passed", "done"
COUNTED = (SENT, ASKED, PASSED, DONE)
"""Outcomes that figures count; what may have arrived, nobody knows, is kept apart."""


@dataclass(frozen=True)
class Sends:
    """Sends that are alike, and how many they are."""

    what: str
    """LESSONS, ANSWERS, MESSAGES or BROADCASTS."""
    number: int
    outcome: str
    of: str = ""
    """The course of lessons, the kind of messages."""
    topics: int = 0
    day: date | None = None
    channel: str | None = None
    name: str | None = None
    """Day, channel and name (the lesson, the number of the broadcast): told only in a trace."""


async def sends(
    db: AsyncSession, ward_id: str, first: date, last: date, traced: bool = False
) -> list[Sends]:
    """Everything sent in a ward on those days; `traced`: each day, channel and lesson by itself."""
    return [
        *await _lessons(db, ward_id, first, last, traced),
        *await _answers(db, ward_id, first, last, traced),
        *await _messages(db, ward_id, first, last, traced),
        *await _broadcasts(db, ward_id, first, last),
    ]


async def _lessons(
    db: AsyncSession, ward_id: str, first: date, last: date, traced: bool
) -> list[Sends]:
    """A lesson that was sent again before its question was answered has one row."""
    alike = (L.outcome, L.course, L.topics)
    keys = (*alike, L.date, L.channel, L.lesson) if traced else alike
    query = (
        select(func.count(), *keys)
        .where(L.ward_id == ward_id, L.date.between(first, last))
        .group_by(*keys)
        .order_by(*keys[len(alike) :])
    )
    return [Sends(LESSONS, *row) for row in await db.execute(query)]


async def _answers(
    db: AsyncSession, ward_id: str, first: date, last: date, traced: bool
) -> list[Sends]:
    """Right ones, by the day they were given. Who answers has got the lesson, whatever is known of it."""
    alike = (L.course, L.topics)
    keys = (*alike, L.answered_on, L.channel, L.lesson) if traced else alike
    query = (
        select(func.count(), *keys)
        .where(L.ward_id == ward_id, L.answered_on.between(first, last), L.passed.is_(True))
        .group_by(*keys)
        .order_by(*keys[len(alike) :])
    )
    return [Sends(ANSWERS, number, PASSED, *row) for number, *row in await db.execute(query)]


async def _messages(
    db: AsyncSession, ward_id: str, first: date, last: date, traced: bool
) -> list[Sends]:
    keys = (C.outcome, C.kind, C.date, C.channel) if traced else (C.outcome, C.kind)
    query = (
        select(func.sum(C.number), *keys)
        .where(C.ward_id == ward_id, C.date.between(first, last), C.kind.in_(KINDS))
        .group_by(*keys)
        .order_by(*keys[2:])
    )
    return [
        Sends(MESSAGES, int(number), outcome, kind, 0, *apart)
        for number, outcome, kind, *apart in await db.execute(query)
    ]


async def _broadcasts(db: AsyncSession, ward_id: str, first: date, last: date) -> list[Sends]:
    """By the ward's day on which they were done; one that was stopped is none. They are few."""
    done = await db.execute(
        select(Broadcast.id, Broadcast.ended_at)
        .where(Broadcast.ward_id == ward_id, Broadcast.state == DONE)
        .order_by(Broadcast.ended_at, Broadcast.id)
    )
    days = [(f"#{number}", _day(ended)) for number, ended in done if ended]
    return [
        Sends(BROADCASTS, 1, DONE, day=day, name=name) for name, day in days if first <= day <= last
    ]


async def unsure(db: AsyncSession, ward_id: str, first: date, last: date) -> int:
    """How many messages of these days may not have arrived."""
    messages = await _messages(db, ward_id, first, last, traced=False)
    return sum(one.number for one in messages if one.outcome == AMBIGUOUS)


async def first_day(db: AsyncSession, ward_id: str) -> date | None:
    """The first day anything was sent in a ward: before it nothing is known, not zero."""
    days = [
        await db.scalar(select(func.min(table.date)).where(table.ward_id == ward_id))
        for table in (L, C)
    ]
    ended = await db.scalar(
        select(func.min(Broadcast.ended_at)).where(Broadcast.ward_id == ward_id)
    )
    return min((day for day in (*days, ended and _day(ended)) if day), default=None)


def _day(moment: datetime) -> date:
    """The ward's day of a moment."""
    return moment.astimezone(WARD_ZONE).date()
