"""Tables of what people asked to get: lessons, reminders, the ward's news."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Consent(Base):
    """A yes to messages of one purpose on one chat, as it was given; kept when it is withdrawn.

    A row without `given_at` is a no of somebody who gets such messages for their work
    (facts/programme.md e.2: who, when, which text, which channel).
    """

    __tablename__ = "consent"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str]
    """One of store/consents.py."""
    text: Mapped[str]
    """What the person read before saying yes."""
    given_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class Enrolment(Base):
    """Somebody who takes a course, and where they stand in it."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("chat_id", "course"),
        Index("ix_enrolment_due", "due_on", "hour"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"))
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("ward.id"))
    course: Mapped[str]
    state: Mapped[str]
    """active, paused, stopped or finished."""
    days: Mapped[int]
    """Chosen days of the week, one bit each, Monday the lowest."""
    hour: Mapped[int]
    """Chosen hour of the ward's day."""
    due_on: Mapped[date | None]
    """The ward's day of the next lesson; None while none is planned."""
    position: Mapped[int]
    """How many lessons of the course were learned."""
    waiting: Mapped[str | None]
    """The lesson that was sent and not answered yet."""
    unanswered: Mapped[int]
    """Lessons that came by themselves since the last answer."""
    streak: Mapped[int]
    """Chosen days with an answer, one after another (content/streak.py)."""
    answered_on: Mapped[date | None]
    shown_on: Mapped[date | None]
    """The last day a lesson came or was fetched."""
    joined_on: Mapped[date]


class Repetition(Base):
    """A lesson whose question was answered wrongly, to come back (spaced repetition)."""

    __tablename__ = "repetition"
    enrolment_id: Mapped[int] = mapped_column(
        ForeignKey("enrolment.id", ondelete="CASCADE"), primary_key=True
    )
    lesson: Mapped[str] = mapped_column(primary_key=True)
    due_on: Mapped[date]
    card: Mapped[dict[str, Any]]
    """What the algorithm keeps of it."""


class LessonDelivery(Base):
    """A lesson somebody got, and whether they passed its question. Kept without the person."""

    __tablename__ = "lesson_delivery"
    __table_args__ = (
        Index("ix_lesson_delivery_day", "ward_id", "date", "outcome", "course", "topics"),
        Index("ix_lesson_delivery_answer", "ward_id", "answered_on", "passed", "course", "topics"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int | None] = mapped_column(
        ForeignKey("enrolment.id", ondelete="SET NULL"), index=True
    )
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("ward.id"))
    course: Mapped[str]
    lesson: Mapped[str]
    topics: Mapped[int] = mapped_column(BigInteger)
    """The lesson's topic as a bit, as in support_session."""
    channel: Mapped[str]
    answered_on: Mapped[date | None]
    date: Mapped[date]
    outcome: Mapped[str]
    """sent or ambiguous when it was pushed; asked when the person fetched it."""
    passed: Mapped[bool | None]
    """The first answer to its question was right; None: not answered."""


class Broadcast(Base):
    """A message of the ward to many, from its approval to its account."""

    __tablename__ = "broadcast"
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    """The second officer, who approved or refused it."""
    text: Mapped[str]
    audience: Mapped[dict[str, Any]]
    state: Mapped[str]
    """One of store/broadcasts.py."""
    recipients: Mapped[int]
    """How many people it was meant for when it was made; once it has ended, how many the account has."""
    send_at: Mapped[datetime]
    planned_to: Mapped[int | None]
    """The last person who was looked at for a row in the outbox; None: everybody was."""
    planned: Mapped[int] = mapped_column(default=0)
    """How many rows that made."""
    told_at: Mapped[datetime | None]
    """When the author heard that only closed pages are left."""
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    account: Mapped[dict[str, Any]]
    """How many sends ended how: those whose rows were pruned already, and at the end all."""
