"""Whom a broadcast reaches: one condition, for counting, for the cost, for planning and for each send."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store import consents
from store.consents import LESSONS, NEWS
from store.enrolments import ACTIVE
from store.learning_models import Consent, Enrolment
from store.models import Chat, Person
from store.team_models import Member

WAITING = "applicant"
"""The role of who asked to volunteer: nobody of the staff, whatever form they filled in."""
ALL, AREAS, STAFF, COURSE = "all", "areas", "staff", "course"
"""Beside these an audience is the people of one role."""


@dataclass(frozen=True)
class Audience:
    who: str
    """ALL who want news, those of them in AREAS, all STAFF, the learners of a COURSE, or a role."""
    areas: tuple[int, ...] = ()
    course: str = ""
    channels: tuple[str, ...] = ()
    """None: every channel."""

    @property
    def kept(self) -> dict[str, Any]:
        """As the table keeps it."""
        return asdict(self)


def kept_audience(kept: Mapping[str, Any]) -> Audience:
    areas, channels = tuple(kept["areas"]), tuple(kept["channels"])
    return Audience(kept["who"], areas, kept["course"], channels)


@dataclass(frozen=True)
class Since:
    """How recent a person's last message has to be on one channel; None: it does not matter."""

    free: datetime | None
    """To be written to at no cost."""
    open: datetime | None
    """To be written to at all."""


@dataclass(frozen=True)
class Reach:
    """The recipients on one channel."""

    channel: str
    people: int
    paid: int
    """Whose message costs something."""
    closed: int
    """Who may not be written to any more."""


def wanting(ward_id: str, audience: Audience) -> ColumnElement[bool]:
    """For queries over chats and their persons: those whom the broadcast is for and who want it.

    Residents said yes; people of the ward get it for their work until they say stop, on whatever chat;
    learners said yes to messages of their course (contract of the consent texts, handlers/news.py).
    """
    conditions = [Person.ward_id == ward_id, Chat.blocked_at.is_(None), Chat.forget_at.is_(None)]
    conditions.append(~Chat.in_group)
    yes = consents.says_yes(NEWS)
    if audience.who == COURSE:
        conditions += [_learns(audience.course), ~consents.says_no(NEWS)]
    elif audience.who in (ALL, AREAS):
        conditions.append(yes | (_works(ward_id) & ~_stopped()))
    else:
        role = None if audience.who == STAFF else audience.who
        conditions += [_works(ward_id, role), yes | ~_stopped()]
    if audience.who == AREAS:
        conditions.append(Person.area_id.in_(audience.areas))
    if audience.channels:
        conditions.append(Chat.channel.in_(audience.channels))
    return and_(*conditions)


def _works(ward_id: str, role: str | None = None) -> ColumnElement[bool]:
    return exists().where(
        Member.person_id == Person.id,
        Member.ward_id == ward_id,
        Member.until.is_(None),
        Member.role == role if role else Member.role != WAITING,
    )


def _stopped() -> ColumnElement[bool]:
    """Who works for the ward said stop on one of their chats, and so for all of them."""
    other = aliased(Chat)
    return exists().where(
        other.person_id == Person.id,
        Consent.chat_id == other.id,
        Consent.purpose == NEWS,
        Consent.withdrawn_at.is_not(None),
    )


def _learns(course: str) -> ColumnElement[bool]:
    enrolled = exists().where(
        Enrolment.chat_id == Chat.id, Enrolment.course == course, Enrolment.state == ACTIVE
    )
    return enrolled & consents.says_yes(LESSONS)


def recipients(ward_id: str, audience: Audience, *only: ColumnElement[bool]) -> Select[Any]:
    """chat_id, person_id, channel, last_in_at: of each person the chat they used last."""
    lately = (Chat.last_in_at.desc(), Chat.id.desc())
    place = func.row_number().over(partition_by=Person.id, order_by=lately)
    there = (
        select(
            Chat.id.label("chat_id"),
            Person.id.label("person_id"),
            Chat.channel,
            Chat.last_in_at,
            place.label("place"),
        )
        .join(Person, Person.id == Chat.person_id)
        .where(wanting(ward_id, audience), *only)
        .subquery()
    )
    columns = (there.c.chat_id, there.c.person_id, there.c.channel, there.c.last_in_at)
    return select(*columns).where(there.c.place == 1)


async def count(
    db: AsyncSession, ward_id: str, audience: Audience, *only: ColumnElement[bool]
) -> int:
    """How many people it reaches."""
    found = recipients(ward_id, audience, *only).subquery()
    return await db.scalar(select(func.count()).select_from(found)) or 0


async def reach(
    db: AsyncSession, ward_id: str, audience: Audience, since: Mapping[str, Since]
) -> list[Reach]:
    """How many people it reaches by channel, and how many of them at a cost or not at all."""
    found = recipients(ward_id, audience).subquery()
    channel, last = found.c.channel, found.c.last_in_at
    closed = _before(channel, last, {name: one.open for name, one in since.items()})
    dear = _before(channel, last, {name: one.free for name, one in since.items()})
    rows = await db.execute(
        select(channel, func.count(), _how_many(dear & ~closed), _how_many(closed))
        .group_by(channel)
        .order_by(func.count().desc(), channel)
    )
    return [Reach(*row) for row in rows]


def _before(
    channel: ColumnElement[str],
    last: ColumnElement[datetime],
    since: Mapping[str, datetime | None],
) -> ColumnElement[bool]:
    late = [(channel == name) & (last < day) for name, day in since.items() if day]
    return or_(*late) if late else ~true()


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return cast(func.sum(case((condition, 1), else_=0)), Integer)


async def wants(db: AsyncSession, ward_id: str, audience: Audience, chat_id: int) -> bool:
    """Whether a chat is still one that the broadcast is for."""
    query = (
        select(Chat.id)
        .join(Person, Person.id == Chat.person_id)
        .where(Chat.id == chat_id, wanting(ward_id, audience))
    )
    return await db.scalar(query) is not None
