"""The tables. Times are UTC; `date` columns are the ward's day (Asia/Ho_Chi_Minh)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Ward(Base):
    """A phường or xã. Its description is content/wards/<id>.yaml; the row is there to be referred to."""

    __tablename__ = "ward"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class Area(Base):
    """A tổ dân phố or thôn of a ward."""

    __tablename__ = "area"
    __table_args__ = (UniqueConstraint("ward_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    code: Mapped[str]
    name: Mapped[str]


class Person(Base):
    """Somebody who talks to the bot, on one or more chats. Holds nothing that names them."""

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("ward.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    lang: Mapped[str]
    created_at: Mapped[datetime]


class Chat(Base):
    """One person on one channel, and where the conversation stands."""

    __tablename__ = "chat"
    __table_args__ = (UniqueConstraint("channel", "address"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str]
    address: Mapped[str]
    state: Mapped[dict[str, Any]]
    offer: Mapped[list[Any]]
    offered_at: Mapped[datetime | None]
    last_in_at: Mapped[datetime]
    blocked_at: Mapped[datetime | None]
    forget_at: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]
    """Somebody of the ward answers by hand: the bot keeps silent so long."""
    phone: Mapped[str | None]
    """Sealed; left by the person on the platform's own form."""
    in_group: Mapped[bool] = mapped_column(default=False)
    """What this person says in a group: answered there, never written to unasked."""
    unread_at: Mapped[datetime | None]
    """When something that cannot be read was last answered in full."""


class Seen(Base):
    """A message that was answered, so that the same one delivered again is not."""

    __tablename__ = "seen"
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True
    )
    message_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Outbox(Base):
    """One planned send. It ends in exactly one state: sent, refused, skipped or ambiguous."""

    __tablename__ = "outbox"
    # pages and platforms remember numbers: none is given twice
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    """One of store/kinds.py."""
    about: Mapped[str | None]
    """What it belongs to, as "broadcast:12"; what it says is then made when it is sent."""
    payload: Mapped[dict[str, Any]]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """When it was meant to arrive: it grows stale from then on."""
    not_before: Mapped[datetime]
    sender_id: Mapped[int | None]
    """The process that holds it; free again when that process shows no life."""
    begun_at: Mapped[datetime | None]
    """Committed before the platform is asked: from then on it may have arrived."""
    attempts: Mapped[int] = mapped_column(default=0)
    doubts: Mapped[int] = mapped_column(default=0)
    """How often it was sent again although it may have arrived."""
    state: Mapped[str]
    code: Mapped[str | None]
    """The platform's own code, or our reason."""
    ended_at: Mapped[datetime | None]
    fare: Mapped[str] = mapped_column(default="")
    """How it is paid for (content/limits.py); empty where nothing is."""
    price: Mapped[int] = mapped_column(default=0)
    """Đồng."""


Index(
    "ix_outbox_pending",
    Outbox.not_before,
    Outbox.id,
    sqlite_where=Outbox.state == "pending",
    postgresql_where=Outbox.state == "pending",
)
Index(
    "ix_outbox_waiting",
    Outbox.chat_id,
    Outbox.id,
    sqlite_where=Outbox.state == "pending",
    postgresql_where=Outbox.state == "pending",
)
Index(
    "ix_outbox_replies",
    Outbox.kind,  # always the same, but so SQLite takes this index and not the one of all pending rows
    Outbox.not_before,
    Outbox.id,
    sqlite_where=text("state = 'pending' AND kind = 'reply'"),
    postgresql_where=text("state = 'pending' AND kind = 'reply'"),
)
Index(
    "ix_outbox_held",
    Outbox.sender_id,
    sqlite_where=text("state = 'pending' AND sender_id IS NOT NULL"),
    postgresql_where=text("state = 'pending' AND sender_id IS NOT NULL"),
)
Index(
    "ix_outbox_ended",
    Outbox.ended_at,
    sqlite_where=Outbox.ended_at.is_not(None),
    postgresql_where=Outbox.ended_at.is_not(None),
)
Index(
    "ix_outbox_about",
    Outbox.about,
    Outbox.state,
    sqlite_where=Outbox.about.is_not(None),
    postgresql_where=Outbox.about.is_not(None),
)


class Sender(Base):
    """A process that sends. While it lives, what it holds is nobody else's."""

    __tablename__ = "sender"
    # rows may still name a sender that is gone: a new one must not be taken for it
    __table_args__ = ({"sqlite_autoincrement": True},)
    id: Mapped[int] = mapped_column(primary_key=True)
    alive_until: Mapped[datetime]


class SendCount(Base):
    """How many sends ended how, for quotas and reports. Carries no person."""

    __tablename__ = "send_count"
    __table_args__ = (
        PrimaryKeyConstraint("date", "ward_id", "channel", "kind", "outcome", "fare"),
        Index("ix_send_count_day", "ward_id", "date"),
    )
    date: Mapped[date]
    ward_id: Mapped[str]
    """Empty: the people chose no ward."""
    channel: Mapped[str]
    kind: Mapped[str]
    outcome: Mapped[str]
    fare: Mapped[str] = mapped_column(default="")
    """How they were paid for; empty where nothing is."""
    number: Mapped[int]
    cost: Mapped[int] = mapped_column(default=0)
    """Đồng for all of them."""


class GuideRun(Base):
    """Somebody was led through a guide. Carries no person, and a day instead of a time."""

    __tablename__ = "guide_run"
    __table_args__ = (Index("ix_guide_run_day", "ward_id", "date"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    guide: Mapped[str]
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("ward.id"))
    channel: Mapped[str]
    date: Mapped[date]
    outcome: Mapped[str]
    step: Mapped[int | None]


class Rating(Base):
    """One to five, about something. Carries no person."""

    __tablename__ = "rating"
    __table_args__ = (Index("ix_rating_day", "ward_id", "date"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    about: Mapped[str]
    ref: Mapped[str]
    score: Mapped[int]
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("ward.id"))
    date: Mapped[date]


class Feedback(Base):
    """A difficulty, a proposal or a scam somebody told the ward. Masked, and without a person."""

    __tablename__ = "feedback"
    __table_args__ = (Index("ix_feedback_day", "ward_id", "date"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    text: Mapped[str]
    ward_id: Mapped[str | None] = mapped_column(ForeignKey("ward.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    channel: Mapped[str]
    date: Mapped[date]
    status: Mapped[str]


class QuestionGap(Base):
    """A question without an answer, masked and counted, for those who write guides."""

    __tablename__ = "question_gap"
    __table_args__ = (UniqueConstraint("ward_id", "text"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    times: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("gap_group.id"), index=True)
    """Those that ask the same (store/ward_models.py); None until the night."""
