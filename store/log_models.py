"""The tables of help asked for and help given."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class SupportSession(Base):
    """Help that was given: the log. Edits keep what was before, nothing is deleted, it is voided.

    A class is a session of kind `class`; its `people` are those who attended. `topics` and `priority` are
    sets of bits (content/topics.py, content/vocabulary.py), so that one index holds all a figure needs.
    """

    __tablename__ = "support_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    date: Mapped[date]
    voided: Mapped[bool]
    kind: Mapped[str]
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    org: Mapped[str]
    people: Mapped[int]
    households: Mapped[int]
    unfinished: Mapped[int]
    """How many of `people` did not get there, when the outcome is a success."""
    passed: Mapped[int | None]
    """Of a class: how many passed its check."""
    topics: Mapped[int] = mapped_column(BigInteger)
    priority: Mapped[int]
    audience: Mapped[str]
    outcome: Mapped[str]
    place: Mapped[str | None]
    confirmed: Mapped[int]
    """How many confirmations it got from residents."""
    campaign: Mapped[str | None]
    age_band: Mapped[str | None]
    minutes: Mapped[int | None]
    first_time: Mapped[bool]
    reason: Mapped[str | None]
    """Why it did not work, masked."""
    channel: Mapped[str]
    created_at: Mapped[datetime]
    code: Mapped[str | None]
    code_until: Mapped[datetime | None]


Index(
    "ix_support_session_counted",
    *(
        getattr(SupportSession, name)
        for name in (
            "ward_id", "date", "voided", "kind", "area_id", "team_id", "member_id", "org", "people",
            "households", "unfinished", "passed", "topics", "priority", "audience", "outcome", "place",
            "confirmed", "campaign",
        )
    ),
)  # fmt: skip
Index("ix_support_session_member", SupportSession.member_id, SupportSession.date)
Index("ix_support_session_code", SupportSession.ward_id, SupportSession.code_until)


class SessionChange(Base):
    """What a session said before it was edited or voided, who changed it and why."""

    __tablename__ = "session_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("support_session.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]
    before: Mapped[dict[str, Any]]
    reason: Mapped[str]


class Confirmation(Base):
    """That a chat confirmed a session, kept only while its code is valid."""

    __tablename__ = "confirmation"
    session_id: Mapped[int] = mapped_column(ForeignKey("support_session.id"), primary_key=True)
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True
    )
    at: Mapped[datetime] = mapped_column(index=True)


class HelpRequest(Base):
    """Somebody who wants a person to help. The chat is dropped when it is closed."""

    __tablename__ = "help_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"), index=True)
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    chat_id: Mapped[int | None] = mapped_column(ForeignKey("chat.id", ondelete="SET NULL"))
    topic: Mapped[str]
    guide: Mapped[str | None]
    step: Mapped[int | None]
    note: Mapped[str]
    suits: Mapped[str]
    state: Mapped[str]
    asked: Mapped[int]
    """Whom it was put to so far: 0 the team, 1 its lead, 2 the officers."""
    due_at: Mapped[datetime]
    """When it goes one further, if nobody took it."""
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("support_session.id"))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class RequestPhone(Base):
    """The phone number somebody left with a request, sealed; deleted when it is closed."""

    __tablename__ = "request_phone"
    request_id: Mapped[int] = mapped_column(
        ForeignKey("help_request.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[str]
