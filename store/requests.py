"""Requests for a person to help: asked, taken by one, closed. What names somebody goes when it is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.log_models import HelpRequest, RequestPhone
from store.models import Area, Chat
from store.team_models import Member

OPEN, TAKEN, DONE, DROPPED = "open", "taken", "done", "dropped"
TEAM, LEADS, OFFICERS = 0, 1, 2
"""Whom a request was put to."""


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for. `note` is masked."""

    ward_id: str
    area_id: int | None
    topic: str
    guide: str | None
    step: int | None
    note: str
    suits: str


@dataclass(frozen=True)
class Request:
    id: int
    chat_id: int | None
    state: str
    asked: int
    taken_by: int | None
    due_at: datetime
    created_at: datetime
    area: str | None
    wanted: Wanted


_ROWS = select(
    HelpRequest.id, HelpRequest.chat_id, HelpRequest.state, HelpRequest.asked,
    HelpRequest.taken_by, HelpRequest.due_at, HelpRequest.created_at, Area.name.label("area"),
    *(getattr(HelpRequest, name) for name in Wanted.__dataclass_fields__),
).outerjoin(Area, Area.id == HelpRequest.area_id)  # fmt: skip


async def add(
    db: AsyncSession, wanted: Wanted, chat_id: int, asked: int, due_at: datetime, now: datetime
) -> int:
    made = await db.execute(
        insert(HelpRequest).returning(HelpRequest.id),
        dict(
            ward_id=wanted.ward_id, area_id=wanted.area_id, topic=wanted.topic,
            guide=wanted.guide, step=wanted.step, note=wanted.note, suits=wanted.suits,
            chat_id=chat_id, state=OPEN, asked=asked, due_at=due_at, created_at=now,
        ),
    )  # fmt: skip
    return made.scalar_one()


async def keep_phone(db: AsyncSession, request_id: int, sealed: str) -> None:
    await db.execute(insert(RequestPhone), dict(request_id=request_id, sealed=sealed))


async def phone(db: AsyncSession, request_id: int) -> str | None:
    """The sealed number somebody left."""
    query = select(RequestPhone.sealed).where(RequestPhone.request_id == request_id)
    return await db.scalar(query)


async def get(db: AsyncSession, request_id: int) -> Request | None:
    found = await _requests(db, HelpRequest.id == request_id)
    return found[0] if found else None


async def hold(db: AsyncSession, request_id: int) -> Request | None:
    """One request, which nobody else changes until this transaction ends."""
    query = _ROWS.where(HelpRequest.id == request_id)
    rows = await db.execute(query.with_for_update(of=HelpRequest, key_share=True))
    row = rows.mappings().first()
    return _row(dict(row)) if row else None


async def of_chat(db: AsyncSession, chat_id: int) -> list[Request]:
    """What somebody asked for that is not closed."""
    return await _requests(db, HelpRequest.chat_id == chat_id, HelpRequest.state.in_((OPEN, TAKEN)))


async def of_person(db: AsyncSession, person_id: int) -> list[Request]:
    """The same on all chats of a person."""
    chats = select(Chat.id).where(Chat.person_id == person_id)
    return await _requests(db, HelpRequest.chat_id.in_(chats), HelpRequest.state.in_((OPEN, TAKEN)))


async def in_ward(db: AsyncSession, ward_id: str, state: str) -> list[Request]:
    """All requests of a ward in this state."""
    return await _requests(db, HelpRequest.ward_id == ward_id, HelpRequest.state == state)


async def in_area(db: AsyncSession, ward_id: str, area_id: int | None) -> list[Request]:
    """Requests nobody took: of this area, and those that name none."""
    here = HelpRequest.area_id.is_(None) | (HelpRequest.area_id == area_id)
    return await _requests(db, HelpRequest.ward_id == ward_id, HelpRequest.state == OPEN, here)


async def held(db: AsyncSession, member_id: int) -> list[Request]:
    """Requests a member took and has not closed."""
    return await _requests(db, HelpRequest.taken_by == member_id, HelpRequest.state == TAKEN)


async def take(db: AsyncSession, request_id: int, member_id: int) -> bool:
    """Make a request this member's. False: somebody was faster, or it is closed."""
    taken = await db.execute(
        update(HelpRequest)
        .where(HelpRequest.id == request_id, HelpRequest.state == OPEN)
        .values(state=TAKEN, taken_by=member_id)
        .returning(HelpRequest.id)
    )
    return taken.first() is not None


async def give_back(db: AsyncSession, request_id: int) -> bool:
    """Open a taken request again. False: it is not taken any more."""
    return bool(await _reopen(db, HelpRequest.id == request_id))


async def release(db: AsyncSession, member_ids: Sequence[int]) -> None:
    """Open again whatever these members hold."""
    await _reopen(db, HelpRequest.taken_by.in_(member_ids))


async def hand_over(db: AsyncSession, old: Sequence[int], new: int) -> None:
    """What some members hold is another's from now on."""
    await db.execute(
        update(HelpRequest)
        .where(HelpRequest.taken_by.in_(old), HelpRequest.state == TAKEN)
        .values(taken_by=new)
    )


async def orphaned(db: AsyncSession, roles: Sequence[str]) -> list[Request]:
    """Taken requests whose taker is gone, or has none of these roles any more, however that came."""
    gone = select(Member.id).where(
        Member.until.is_not(None) | Member.person_id.is_(None) | Member.role.not_in(roles)
    )
    return await _requests(db, HelpRequest.state == TAKEN, HelpRequest.taken_by.in_(gone))


async def close(
    db: AsyncSession, request_id: int, state: str, session_id: int | None, now: datetime
) -> None:
    """End a request; the phone number, the chat it came from and what was typed are forgotten."""
    await db.execute(
        update(HelpRequest)
        .where(HelpRequest.id == request_id)
        .values(
            state=state, session_id=session_id, chat_id=None, note="", suits="", closed_at=now
        )
    )  # fmt: skip
    await db.execute(delete(RequestPhone).where(RequestPhone.request_id == request_id))


async def overdue(db: AsyncSession, now: datetime) -> list[Request]:
    """Requests nobody took in time, which are to go one further."""
    return await _requests(
        db,
        HelpRequest.state == OPEN,
        HelpRequest.due_at <= now,
        HelpRequest.asked < OFFICERS,
    )


async def put_to(db: AsyncSession, request: Request, asked: int, due_at: datetime) -> bool:
    """Ask others, until then. False: it was taken or put to them meanwhile."""
    put = await db.execute(
        update(HelpRequest)
        .where(
            HelpRequest.id == request.id,
            HelpRequest.state == OPEN,
            HelpRequest.asked == request.asked,
            HelpRequest.due_at == request.due_at,
        )
        .values(asked=asked, due_at=due_at)
        .returning(HelpRequest.id)
    )
    return put.first() is not None


async def _reopen(db: AsyncSession, which: ColumnElement[bool]) -> Sequence[int]:
    """Taken requests become open, due since they were asked: the next escalation puts them further."""
    opened = await db.scalars(
        update(HelpRequest)
        .where(which, HelpRequest.state == TAKEN)
        .values(state=OPEN, taken_by=None, asked=TEAM, due_at=HelpRequest.created_at)
        .returning(HelpRequest.id)
    )
    return opened.all()


async def _requests(db: AsyncSession, *conditions: ColumnElement[bool]) -> list[Request]:
    rows = await db.execute(_ROWS.where(*conditions).order_by(HelpRequest.id))
    return [_row(dict(row)) for row in rows.mappings()]


def _row(row: dict[str, Any]) -> Request:
    wanted = Wanted(**{name: row.pop(name) for name in Wanted.__dataclass_fields__})
    return Request(**row, wanted=wanted)
