"""The tables of figures: what officers type in, and the periods they close.

`member_id` is who did it; None: the command line.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class ExternalValue(Base):
    """An official figure an officer typed in. The newest row of an indicator and period counts."""

    __tablename__ = "external_value"
    __table_args__ = (Index("ix_external_value_place", "ward_id", "indicator", "last"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    indicator: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    kind: Mapped[str]
    """`actual`, or `estimate` for the whole year ("ước cả năm")."""
    value: Mapped[float | None]
    num: Mapped[float | None]
    den: Mapped[float | None]
    text: Mapped[str | None]
    source: Mapped[str]
    source_on: Mapped[date]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    entered_at: Mapped[datetime]


class BaseFigure(Base):
    """A denominator of a ward and year: population, adults, households. The newest row counts."""

    __tablename__ = "base_figure"
    __table_args__ = (Index("ix_base_figure_place", "ward_id", "base", "year"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    base: Mapped[str]
    year: Mapped[int]
    value: Mapped[int]
    source: Mapped[str]
    source_on: Mapped[date]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    entered_at: Mapped[datetime]


class ClosedPeriod(Base):
    """A period whose figures an officer closed, with the figures as they were."""

    __tablename__ = "closed_period"
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"), index=True)
    period: Mapped[str]
    cut: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    figures: Mapped[dict[str, Any]]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    closed_at: Mapped[datetime]
    reopened_at: Mapped[datetime | None]


class Audit(Base):
    """Who did what to people, figures and periods. No names, no texts: numbers of rows."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]
    action: Mapped[str]
    ref: Mapped[str]
