"""The tables of channels that other companies run."""

from datetime import date, datetime

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Inbound(Base):
    """An event that waits to be handled. `sender_id`: the process that will; None: whoever comes."""

    __tablename__ = "inbound"
    __table_args__ = (UniqueConstraint("channel", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str]
    key: Mapped[str]
    address: Mapped[str]
    body: Mapped[str]
    """Sealed: people write numbers that no table may hold."""
    tries: Mapped[int]
    sender_id: Mapped[int | None] = mapped_column(index=True)
    at: Mapped[datetime]


class ZaloToken(Base):
    """Tokens of one app (facts/zalo.md, 2.1). A refresh token is good for one refresh."""

    __tablename__ = "zalo_token"
    app_id: Mapped[str] = mapped_column(primary_key=True)
    access: Mapped[str]
    """Sealed, as `refresh` is."""
    refresh: Mapped[str]
    expires_at: Mapped[datetime]
    """Of the access token."""
    refreshed_at: Mapped[datetime]
    busy_until: Mapped[datetime | None]
    """Somebody is refreshing until then."""
    dead_at: Mapped[datetime | None]
    """When the refresh token was refused: an administrator has to authorise the program again."""


class InboundCount(Base):
    """So many messages of a kind came in. Carries no person."""

    __tablename__ = "inbound_count"
    __table_args__ = (
        PrimaryKeyConstraint("date", "ward_id", "channel", "kind"),
        Index("ix_inbound_count_channel", "channel", "kind", "date"),
    )
    date: Mapped[date]
    ward_id: Mapped[str]
    """Empty: the people chose no ward."""
    channel: Mapped[str]
    kind: Mapped[str]
    """What it was instead of text, or ANY."""
    number: Mapped[int]
