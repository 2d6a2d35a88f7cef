"""The tables of classes, and of the people whose training is counted by head."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Trainee(Base):
    """Somebody of the ward's lists of union core members and officials (HG178-c3a, K14, K16)."""

    __tablename__ = "trainee"
    __table_args__ = (UniqueConstraint("ward_id", "kind", "name", "unit"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    kind: Mapped[str]
    """union_core or official."""
    name: Mapped[str]
    org: Mapped[str]
    """A code of ORGS."""
    unit: Mapped[str] = mapped_column(default="")
    """Branch or office; tells two of the same name apart."""
    since: Mapped[date]
    until: Mapped[date | None]


class TrainingClass(Base):
    """A class, talk or club meeting. When it is closed it becomes a session of kind `class` in the log."""

    __tablename__ = "training_class"
    __table_args__ = (Index("ix_training_class_time", "ward_id", "starts_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    code: Mapped[str] = mapped_column(index=True)
    """Four digits, typed as "LOP 4821"; unlike those of other open classes."""
    kind: Mapped[str]
    """class, talk (sinh hoạt chuyên đề) or club."""
    title: Mapped[str]
    lesson: Mapped[str | None]
    """The lesson of content/lessons its check is taken from."""
    topics: Mapped[int] = mapped_column(BigInteger)
    audience: Mapped[str]
    organiser: Mapped[str]
    """A code of ORGS."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    place: Mapped[str]
    """Where to go, in words."""
    place_code: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    expected: Mapped[int | None]
    counted: Mapped[int | None]
    """Heads in the room as the leader counted them, with and without a phone. None: not counted."""
    passed: Mapped[int | None]
    """How many passed a check on paper, as the leader says."""
    campaign: Mapped[str | None]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    state: Mapped[str]
    """open, held (closed, in the log) or cancelled."""
    reason: Mapped[str | None]
    session_id: Mapped[int | None] = mapped_column(ForeignKey("support_session.id"))
    created_at: Mapped[datetime]


class Attendance(Base):
    """Somebody who typed the class's code, or was ticked on a list by name.

    A tick only says who of those present it was: it adds nobody to the number of people.
    """

    __tablename__ = "attendance"
    __table_args__ = (
        UniqueConstraint("class_id", "person_id", name="uq_attendance_person"),
        UniqueConstraint("class_id", "trainee_id", name="uq_attendance_trainee"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"))
    how: Mapped[str]
    """code, or name."""
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id", ondelete="SET NULL"), index=True
    )
    """Who typed the code; dropped some days after the class."""
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    """Their row in the ward's register, for those who have a role."""
    trainee_id: Mapped[int | None] = mapped_column(ForeignKey("trainee.id"), index=True)
    at: Mapped[datetime]
    before: Mapped[bool] = mapped_column(default=False)
    """Began the check before the class; its result stands in no row with a person."""
    after: Mapped[bool] = mapped_column(default=False)
    rated: Mapped[bool] = mapped_column(default=False)


class ClassCheck(Base):
    """One anonymous result of a class's check."""

    __tablename__ = "class_check"
    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)
    stage: Mapped[str]
    """before or after."""
    right: Mapped[int]
    asked: Mapped[int]
