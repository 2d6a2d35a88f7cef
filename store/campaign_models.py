"""The tables of campaigns: volunteers, shifts, and who was there."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class Campaign(Base):
    """A campaign (chiến dịch, đợt ra quân). Sessions name it by its name (facts/programme.md, c.3)."""

    __tablename__ = "campaign"
    __table_args__ = (
        UniqueConstraint("code", "ward_id", name="uq_campaign_code"),
        UniqueConstraint("ward_id", "name", name="uq_campaign_name"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    code: Mapped[str]
    """The short word people type: capitals and digits, without accents."""
    name: Mapped[str]
    model: Mapped[str]
    """Its mô hình: an open list (content/campaign.py)."""
    organiser: Mapped[str]
    """A code of ORGS."""
    skills: Mapped[bool]
    """Counts as a campaign of digital skills for residents (HG178-c5a)."""
    area_type: Mapped[str]
    first: Mapped[date]
    last: Mapped[date]
    cutoff: Mapped[int]
    """When the day's report is due: minutes of the ward's day."""
    targets: Mapped[dict[str, Any]]
    """Goal (content/campaign.py) → number for the whole campaign."""
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    """Who leads it: is reminded, and hears of volunteers."""
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    """Why it was cancelled."""


class CampaignArea(Base):
    """An area a campaign works in. Without any row it is the whole ward."""

    __tablename__ = "campaign_area"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)


class Shift(Base):
    """Some hours at one place of a campaign, for so many people."""

    __tablename__ = "shift"
    __table_args__ = (Index("ix_shift_time", "campaign_id", "starts_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    place: Mapped[str]
    """Where to go, in words."""
    place_code: Mapped[str]
    """The kind of place as sessions name it: a code of PLACES."""
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    places: Mapped[int]
    topics: Mapped[int] = mapped_column(BigInteger)
    """Bits of topics helped with there."""
    cancelled_at: Mapped[datetime | None]


class Volunteer(Base):
    """What somebody who takes shifts told of themselves: never a citizen number (facts/programme.md, c.2)."""

    __tablename__ = "volunteer"
    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True
    )
    birth_year: Mapped[int]
    branch: Mapped[str]
    """Their union branch, school or company."""
    topics: Mapped[int] = mapped_column(BigInteger)
    """Bits of what they can help with."""
    hours: Mapped[int]
    """When they can come, 21 bits: 3 x weekday (Monday 0) + 0 morning, 1 afternoon, 2 evening."""
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    """Where they would rather help."""
    pledged_at: Mapped[datetime]
    """When they pledged confidentiality."""
    consented_at: Mapped[datetime]
    guardian_at: Mapped[datetime | None]
    """When somebody under 18 said that a parent or guardian agrees."""
    texts: Mapped[dict[str, Any]]
    """What they read before each tick: pledge, consent, guardian."""
    state: Mapped[str]
    """waiting, confirmed or declined."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    decided_at: Mapped[datetime | None]


class Signup(Base):
    """A place in a shift that somebody took; `ended_at` when they left it."""

    __tablename__ = "signup"
    __table_args__ = (
        UniqueConstraint("shift_id", "member_id"),
        Index("ix_signup_member", "member_id", "shift_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    how: Mapped[str]
    """self, cover or roster."""
    at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Cover(Base):
    """Somebody who took a shift looks for another to stand in; the first who accepts has it."""

    __tablename__ = "cover"
    id: Mapped[int] = mapped_column(primary_key=True)
    signup_id: Mapped[int] = mapped_column(ForeignKey("signup.id"), index=True)
    at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    ended_at: Mapped[datetime | None]


class CheckIn(Base):
    """That somebody was at a shift from then to then. Hours are the union of these."""

    __tablename__ = "check_in"
    __table_args__ = (Index("ix_check_in_day", "ward_id", "date", "voided", "org", "member_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    ward_id: Mapped[str] = mapped_column(ForeignKey("ward.id"))
    shift_id: Mapped[int] = mapped_column(ForeignKey("shift.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    org: Mapped[str]
    """Of the member at that time, a code of ORGS."""
    date: Mapped[date]
    """The ward's day."""
    in_at: Mapped[datetime]
    out_at: Mapped[datetime | None]
    """None: did not check out; then it counts to the shift's end, and says so."""
    how: Mapped[str]
    """code, or leader: from the leader's list."""
    by_member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    voided: Mapped[bool] = mapped_column(default=False)


class CheckInChange(Base):
    """What a check-in said before a leader corrected it, and why."""

    __tablename__ = "check_in_change"
    id: Mapped[int] = mapped_column(primary_key=True)
    check_in_id: Mapped[int] = mapped_column(ForeignKey("check_in.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]
    before: Mapped[dict[str, Any]]
    """Empty for a check-in the leader added later."""
    reason: Mapped[str]
