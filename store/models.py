"""The tables. Times are UTC; `date` columns are the ward's day (Asia/Ho_Chi_Minh)."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC, also on SQLite, which forgets zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {datetime: UtcDateTime, dict[str, Any]: JSON, list[Any]: JSON}


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


class Seen(Base):
    """A message that was answered, so that the same one delivered again is not."""

    __tablename__ = "seen"
    chat_id: Mapped[int] = mapped_column(
        ForeignKey("chat.id", ondelete="CASCADE"), primary_key=True
    )
    message_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class Outbox(Base):
    """One planned send. It ends in exactly one state: sent, refused or skipped."""

    __tablename__ = "outbox"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    not_before: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int]
    state: Mapped[str]
    code: Mapped[str | None]


Index(
    "ix_outbox_pending",
    Outbox.not_before,
    sqlite_where=Outbox.state == "pending",
    postgresql_where=Outbox.state == "pending",
)


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
