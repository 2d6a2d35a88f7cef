"""Who takes which course, where they stand in it, what comes back to them, and what they got."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.dialect import upsert
from store.learning_models import Enrolment, LessonDelivery, Repetition
from store.outbox import AMBIGUOUS, SENT

ACTIVE, PAUSED, STOPPED, FINISHED = "active", "paused", "stopped", "finished"
ASKED = "asked"
"""The outcome of a lesson somebody fetched; one that came by itself was sent, or is ambiguous."""
ARRIVED = (SENT, AMBIGUOUS)


@dataclass(frozen=True)
class EnrolmentRow:
    """See store/learning_models.py."""

    id: int
    chat_id: int
    ward_id: str | None
    course: str
    state: str
    days: int
    hour: int
    due_on: date | None
    position: int
    waiting: str | None
    unanswered: int
    streak: int
    answered_on: date | None
    shown_on: date | None
    joined_on: date


@dataclass(frozen=True)
class Repeat:
    """A lesson that comes back on a day; `card` is content/repetition.py's."""

    lesson: str
    due_on: date
    card: dict[str, Any]


_ROWS = select(*(getattr(Enrolment, field.name) for field in fields(EnrolmentRow)))


async def get(db: AsyncSession, enrolment_id: int) -> EnrolmentRow | None:
    found = await _rows(db, Enrolment.id == enrolment_id)
    return found[0] if found else None


async def hold(db: AsyncSession, enrolment_id: int) -> EnrolmentRow | None:
    """One enrolment, which nobody else changes until this transaction ends."""
    found = await db.execute(
        _ROWS.where(Enrolment.id == enrolment_id).with_for_update(key_share=True)
    )
    row = found.first()
    return EnrolmentRow(*row) if row else None


async def of_chat(db: AsyncSession, chat_id: int) -> list[EnrolmentRow]:
    """All courses of a chat, those that were stopped too, in the order they were joined."""
    return await _rows(db, Enrolment.chat_id == chat_id)


async def kept(db: AsyncSession, chat_id: int) -> list[EnrolmentRow]:
    """What a person is shown of what is kept about their courses."""
    return await of_chat(db, chat_id)


async def _rows(db: AsyncSession, condition: ColumnElement[bool]) -> list[EnrolmentRow]:
    rows = await db.execute(_ROWS.where(condition).order_by(Enrolment.id))
    return [EnrolmentRow(*row) for row in rows]


async def join(
    db: AsyncSession,
    chat_id: int,
    ward_id: str | None,
    course: str,
    days: int,
    hour: int,
    today: date,
) -> int:
    """Begin a course, or go on with one where it was left. The caller plans what comes when."""
    chosen = dict(ward_id=ward_id, state=ACTIVE, days=days, hour=hour, unanswered=0)
    made = await db.execute(
        upsert(db, Enrolment)
        .values(
            chat_id=chat_id, course=course, position=0, streak=0, joined_on=today, due_on=None, **chosen
        )
        .on_conflict_do_update(index_elements=["chat_id", "course"], set_=chosen)
        .returning(Enrolment.id)
    )  # fmt: skip
    return made.scalar_one()


async def change(db: AsyncSession, enrolment_id: int, **values: Any) -> None:
    """Set columns of one enrolment."""
    await db.execute(update(Enrolment).where(Enrolment.id == enrolment_id).values(**values))


async def stop(db: AsyncSession, chat_id: int) -> None:
    """No course of this chat goes on. Each keeps its place, for who joins again."""
    await db.execute(
        update(Enrolment).where(Enrolment.chat_id == chat_id).values(state=STOPPED, due_on=None)
    )


async def forget(db: AsyncSession, chat_id: int) -> None:
    """Delete the courses of a chat; what was delivered stays as a number without a person."""
    await db.execute(delete(Enrolment).where(Enrolment.chat_id == chat_id))


async def repeats(db: AsyncSession, enrolment_id: int) -> list[Repeat]:
    """What comes back, the earliest first."""
    rows = await db.execute(
        select(Repetition.lesson, Repetition.due_on, Repetition.card)
        .where(Repetition.enrolment_id == enrolment_id)
        .order_by(Repetition.due_on, Repetition.lesson)
    )
    return [Repeat(*row) for row in rows]


async def repeat(db: AsyncSession, enrolment_id: int, repeated: Repeat) -> None:
    """Let a lesson come back then."""
    due = dict(due_on=repeated.due_on, card=repeated.card)
    await db.execute(
        upsert(db, Repetition)
        .values(enrolment_id=enrolment_id, lesson=repeated.lesson, **due)
        .on_conflict_do_update(index_elements=["enrolment_id", "lesson"], set_=due)
    )


async def learned(db: AsyncSession, enrolment_id: int, lesson: str) -> None:
    """This lesson comes back no more."""
    await db.execute(
        delete(Repetition).where(
            Repetition.enrolment_id == enrolment_id, Repetition.lesson == lesson
        )
    )


async def deliver(
    db: AsyncSession,
    enrolment: EnrolmentRow,
    ward_id: str | None,
    lesson: str,
    topics: int,
    channel: str,
    day: date,
    outcome: str,
) -> int:
    """Count a lesson as got, once until its question is answered, however often it is sent. Its row."""
    if (known := await db.scalar(_unanswered(enrolment.id, lesson))) is not None:
        return known
    made = await db.execute(
        insert(LessonDelivery).returning(LessonDelivery.id),
        dict(
            enrolment_id=enrolment.id, ward_id=ward_id, course=enrolment.course, lesson=lesson,
            topics=topics, channel=channel, date=day, outcome=outcome,
        ),
    )  # fmt: skip
    return made.scalar_one()


async def answered(db: AsyncSession, delivery_id: int, passed: bool, day: date) -> None:
    """Record the first answer to the question of a lesson."""
    await db.execute(
        update(LessonDelivery)
        .where(LessonDelivery.id == delivery_id)
        .values(passed=passed, answered_on=day)
    )


def _unanswered(enrolment_id: int, lesson: str) -> Select[int]:
    return select(LessonDelivery.id).where(
        LessonDelivery.enrolment_id == enrolment_id,
        LessonDelivery.lesson == lesson,
        LessonDelivery.passed.is_(None),
    )


async def first_answers(db: AsyncSession, enrolment_id: int) -> dict[str, bool]:
    """By lesson, whether its question was answered rightly the first time."""
    rows = await db.execute(
        select(LessonDelivery.lesson, LessonDelivery.passed)
        .where(LessonDelivery.enrolment_id == enrolment_id, LessonDelivery.passed.is_not(None))
        .order_by(LessonDelivery.id.desc())
    )
    return {lesson: bool(passed) for lesson, passed in rows}
