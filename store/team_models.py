"""The tables of people with a role in a ward."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Team(Base):
    """A Tổ công nghệ số cộng đồng (facts/programme.md, a.2)."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("ward_id", "name"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    name: Mapped[str]
    decision_no: Mapped[str | None]
    decision_on: Mapped[date | None]
    since: Mapped[date]
    until: Mapped[date | None]


class Member(Base):
    """Somebody's role in a ward. Ended rows stay: sessions refer to them, rights look for open ones."""

    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    role: Mapped[str]
    name: Mapped[str]
    org: Mapped[str]
    trained_on: Mapped[date | None]
    since: Mapped[date]
    until: Mapped[date | None]


Index(
    "ix_member_open",
    Member.person_id,
    Member.ward_id,
    unique=True,
    sqlite_where=Member.until.is_(None) & Member.person_id.is_not(None),
    postgresql_where=Member.until.is_(None) & Member.person_id.is_not(None),
)


class Ticket(Base):
    """A six-digit code to be typed once: an invitation of a member, or a link to one's other chat."""

    __tablename__ = "ticket"
    code: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    expires_at: Mapped[datetime]


class Guess(Base):
    """A code that was wrong, so that guessing ends soon."""

    __tablename__ = "guess"
    id: Mapped[int] = mapped_column(primary_key=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("chat.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
