"""The single sends of broadcasts: made from the audience chunk by chunk, and counted for the account."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, cast, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import audience
from store.base import UtcDateTime
from store.broadcasts import (
    ASKED,
    DONE,
    PLANNED,
    REFUSED,
    ROWS,
    RUNNING,
    STOPPED,
    Account,
    BroadcastRow,
    get,
    move,
    row_of,
    unended,
)
from store.dialect import upsert
from store.kinds import NEWS
from store.learning_models import Broadcast
from store.models import Outbox, Person
from store.outbox import AWAY, FINAL, PAUSED, PENDING, SKIPPED

GONE = "gone"
"""In an account: rows that left with the data of who asked to be forgotten."""
WAITING = (PENDING, PAUSED)


async def plan(db: AsyncSession, now: datetime, chunk: int) -> bool:
    """Make the rows of the next `chunk` people of one broadcast whose time has come.

    False: nothing is left to plan. Each person is looked at once, with all their chats: who changes from
    one to another meanwhile is neither left out nor told twice.
    """
    found = await db.execute(
        ROWS.where(Broadcast.state == PLANNED, Broadcast.send_at <= now)
        .order_by(Broadcast.send_at, Broadcast.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = found.mappings().first()
    if row is None:
        return False
    one = row_of(row)
    upto = await _upto(db, one, chunk)
    if upto is None:
        return await move(db, one.id, (PLANNED,), RUNNING, planned_to=None)
    planned = Broadcast.planned + await _put(db, one, upto, now)
    return await move(db, one.id, (PLANNED,), PLANNED, planned_to=upto, planned=planned)


async def _upto(db: AsyncSession, one: BroadcastRow, chunk: int) -> int | None:
    """The last of the next people of the ward; None: everybody was looked at."""
    after = (Person.ward_id == one.ward_id, Person.id > (one.planned_to or 0))
    following = select(Person.id).where(*after).order_by(Person.id).limit(chunk).subquery()
    number: int | None = await db.scalar(select(func.max(following.c.id)))
    return number


async def _put(db: AsyncSession, one: BroadcastRow, upto: int, now: datetime) -> int:
    """A row for each recipient among the people up to that one. How many are new."""
    among = Person.id.between((one.planned_to or 0) + 1, upto)
    found, time = audience.recipients(one.ward_id, one.audience, among), UtcDateTime()
    who = found.selected_columns
    values: dict[str, ColumnElement[Any]] = {
        "chat_id": who.chat_id,
        "dedupe_key": literal(f"{one.about}:").concat(cast(who.person_id, String)),
        "kind": literal(NEWS),
        "about": literal(one.about),
        "payload": literal({}, Outbox.payload.type),
        "state": literal(PENDING),
        "created_at": literal(now, time),
        "due_at": literal(one.send_at, time),
        "not_before": literal(one.send_at, time),
        "attempts": literal(0),
        "doubts": literal(0),
    }
    rows = found.with_only_columns(*values.values()).order_by(who.person_id)
    put = upsert(db, Outbox).from_select(list(values), rows).on_conflict_do_nothing()
    made: Any = await db.execute(put, execution_options={"preserve_rowcount": True})
    return int(made.rowcount)


async def waits(db: AsyncSession, one: BroadcastRow, closed_pages: bool = True) -> bool:
    """Whether any row has no outcome yet; without `closed_pages`, any that waits for no page."""
    there = select(Outbox.id).where(Outbox.about == one.about, Outbox.state.in_(WAITING))
    if not closed_pages:
        there = there.where(or_(Outbox.code.is_(None), Outbox.code != AWAY))
    return await db.scalar(there.limit(1)) is not None


async def account(db: AsyncSession, one: BroadcastRow) -> Account:
    """How it stands: PENDING, "pending:away" (for closed pages), PAUSED, and how sends ended.

    Who has no row yet is PENDING too, or stopped with the broadcast.
    """
    if one.ended_at or one.state in (ASKED, REFUSED):
        return one.account
    counted = await _counted(db, one) + Counter(one.account)
    counted[GONE] += max(0, one.planned - counted.total())
    if one.planned_to is not None:
        ahead = Person.id > one.planned_to
        state = f"{SKIPPED}:{STOPPED}" if one.state == STOPPED else PENDING
        counted[state] += await audience.count(db, one.ward_id, one.audience, ahead)
    return {name: number for name, number in counted.items() if number}


async def _counted(db: AsyncSession, one: BroadcastRow, *only: ColumnElement[bool]) -> Counter[str]:
    rows = await db.execute(
        select(Outbox.state, Outbox.code, func.count())
        .where(Outbox.about == one.about, *only)
        .group_by(Outbox.state, Outbox.code)
    )
    counted: Counter[str] = Counter()
    for state, code, number in rows:
        told = code and (state in FINAL or code == AWAY)
        counted[f"{state}:{code}" if told else state] += number
    return counted


async def end(db: AsyncSession, one: BroadcastRow, now: datetime) -> Account | None:
    """Keep the account for good. None: another process did, or it goes on."""
    held = await get(db, one.id, alone=True)
    if held is None or held.ended_at or held.state != one.state:
        return None
    final, to = await account(db, held), STOPPED if held.state == STOPPED else DONE
    people = sum(final.values())
    await move(db, one.id, (held.state,), to, account=final, recipients=people, ended_at=now)
    return final


async def tell(db: AsyncSession, one: BroadcastRow, now: datetime) -> bool:
    """The author hears now that only closed pages are left. False: they heard before."""
    done = await db.execute(
        update(Broadcast)
        .where(Broadcast.id == one.id, Broadcast.told_at.is_(None))
        .values(told_at=now)
        .returning(Broadcast.id)
    )
    return done.first() is not None


async def absorb(db: AsyncSession, ended_before: datetime) -> None:
    """Count into the accounts of unended broadcasts the rows that outbox.prune deletes next."""
    for one in await unended(db):
        held = await get(db, one.id, alone=True)
        if held and (counted := await _counted(db, held, Outbox.ended_at < ended_before)):
            kept = dict(Counter(held.account) + counted)
            await db.execute(update(Broadcast).where(Broadcast.id == one.id).values(account=kept))
