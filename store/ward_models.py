"""The tables of what a ward says itself: corrected lines, groups of questions, and its answers to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class WardLine(Base):
    """A line as an officer changed it. The highest number of a place and part counts; none is deleted."""

    __tablename__ = "ward_line"
    __table_args__ = (UniqueConstraint("ward_id", "place", "part", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    place: Mapped[str]
    """`contact:<its name's words>` or `guide:<id>`."""
    part: Mapped[str]
    """address, hours or phone of a contact; note of a guide."""
    number: Mapped[int]
    """1, 2, 3 … of this place and part: two changes at once cannot have the same."""
    text: Mapped[str | None]
    """What is shown; "": nothing is; None: what the ward's file says."""
    restores: Mapped[int | None]
    """An undo: after which number (0: none) everything stands again as it stood."""
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    role: Mapped[str]
    """The role they had when they changed it."""
    at: Mapped[datetime]


class GapGroup(Base):
    """Questions without an answer that ask the same. Its first text is its identity over the nights."""

    __tablename__ = "gap_group"
    __table_args__ = (UniqueConstraint("ward_id", "text"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    text: Mapped[str]
    state: Mapped[str]
    """One of store/gaps.py."""


class WardCard(Base):
    """An answer of a ward, in one wording: written by one officer, looked at by a second one."""

    __tablename__ = "ward_card"
    __table_args__ = (Index("ix_ward_card_state", "ward_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    group_id: Mapped[int] = mapped_column(ForeignKey("gap_group.id"), index=True)
    questions: Mapped[list[Any]]
    """The group's texts when it was written, the first one first."""
    answer: Mapped[str]
    source: Mapped[str]
    """The document or office it is from."""
    guide: Mapped[str | None]
    state: Mapped[str]
    """One of store/ward_cards.py."""
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    author_role: Mapped[str]
    written_at: Mapped[datetime]
    decider_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    decider_role: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    """Who withdrew it."""
    ended_at: Mapped[datetime | None]
