"""Planning the lessons that are due: one outbox row for each course somebody takes."""

from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import (
    CTE,
    JSON,
    ColumnElement,
    Date,
    Integer,
    String,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    update,
    values,
)
from sqlalchemy.ext.asyncio import AsyncSession

from store.base import UtcDateTime
from store.dialect import upsert
from store.enrolments import ACTIVE, FINISHED
from store.kinds import LESSON
from store.learning_models import Enrolment
from store.models import Chat, Outbox
from store.outbox import PENDING
from store.send_counts import WARD_ZONE

CHUNK = 5_000
"""Enrolments looked at in one transaction, so that nobody waits long for it."""


@dataclass(frozen=True)
class Alike:
    """Enrolments with the same ward ("": none), days, hour and day."""

    ward_id: str
    days: int
    hour: int
    due_on: date


Choose = Callable[[Alike], tuple[date | None, date]]
"""The day whose lesson is planned now, None when all that passed were off; and the next day after now."""


async def due_chunks(db: AsyncSession, now: datetime, size: int = CHUNK) -> list[int]:
    """The chunks of enrolments in which a lesson's time has come: chunk n has the ids from n * size on.

    By the index of what is due: the usual case, none, costs nothing.
    """
    due = _due(now.astimezone(WARD_ZONE))
    return sorted(await db.scalars(select(Enrolment.id // size).where(due).distinct()))


async def make_due(
    db: AsyncSession, now: datetime, choose: Choose, chunk: int, size: int = CHUNK
) -> None:
    """Plan the lessons of a chunk whose time has come; move each enrolment to its next day.

    Each row is due at the time its lesson was meant for: what is too old is skipped when its turn comes.
    Safe to run twice and on several machines: the row's key names the enrolment and its day, and only
    enrolments that have their row are moved.
    """
    among = Enrolment.id.between(chunk * size, chunk * size + size - 1)
    due = _due(now.astimezone(WARD_ZONE))
    groups = await db.execute(select(*_KEYS).where(due, among).distinct())
    if alike := [Alike(*group) for group in groups]:
        plan = _plan(alike, choose)
        await _put(db, plan, among, now)
        await _move(db, plan, among)


_KEYS: tuple[Any, ...] = (
    func.coalesce(Enrolment.ward_id, ""), Enrolment.days, Enrolment.hour, Enrolment.due_on,
)  # fmt: skip


def _due(local: datetime) -> ColumnElement[bool]:
    today = local.date()
    come = or_(
        Enrolment.due_on < today, and_(Enrolment.due_on == today, Enrolment.hour <= local.hour)
    )
    return and_(come, Enrolment.state.in_([ACTIVE, FINISHED]))


def _plan(alike: list[Alike], choose: Choose) -> CTE:
    """For each group: the day to plan ("": none), its time, and the day it moves to."""
    rows = []
    for one in alike:
        day, following = choose(one)
        due_at = datetime.combine(day or following, time(one.hour), WARD_ZONE)
        rows.append((*astuple(one), str(day or ""), due_at, following))
    named = values(
        column("ward_id", String),
        column("days", Integer),
        column("hour", Integer),
        column("due_on", Date),
        column("day", String),
        column("due_at", UtcDateTime),
        column("next_on", Date),
        name="plan",
    )
    return named.data(rows).cte("plan")


def _of(plan: CTE) -> ColumnElement[bool]:
    """The group an enrolment belongs to. Those of other groups are not due."""
    return and_(
        func.coalesce(Enrolment.ward_id, "") == plan.c.ward_id,
        Enrolment.days == plan.c.days,
        Enrolment.hour == plan.c.hour,
        # hides the index on this column: on the evening when all are due it finds all of them, each time
        func.coalesce(Enrolment.due_on, Enrolment.joined_on) == plan.c.due_on,
        Enrolment.due_on.is_not(None),
    )


def _key(plan: CTE) -> ColumnElement[str]:
    return literal("lesson:") + cast(Enrolment.id, String) + ":" + plan.c.day


async def _put(db: AsyncSession, plan: CTE, among: ColumnElement[bool], now: datetime) -> None:
    row = {
        "chat_id": Enrolment.chat_id,
        "kind": literal(LESSON),
        "about": literal("enrolment:") + cast(Enrolment.id, String),
        "payload": literal({}, JSON),
        "dedupe_key": _key(plan),
        "created_at": literal(now, UtcDateTime),
        "due_at": plan.c.due_at,
        "not_before": plan.c.due_at,
        "attempts": literal(0),
        "doubts": literal(0),
        "state": literal(PENDING),
    }
    in_group = exists().where(Chat.id == Enrolment.chat_id, Chat.in_group)
    rows = (
        select(*row.values())
        .join_from(Enrolment, plan, _of(plan))
        .where(among, plan.c.day != "", ~in_group)
        .order_by(Enrolment.id)
    )
    await db.execute(upsert(db, Outbox).from_select(list(row), rows).on_conflict_do_nothing())


async def _move(db: AsyncSession, plan: CTE, among: ColumnElement[bool]) -> None:
    planned = exists().where(Outbox.dedupe_key == _key(plan))
    await db.execute(
        update(Enrolment)
        .where(among, _of(plan), case((plan.c.day == "", True), else_=planned))
        .values(due_on=plan.c.next_on)
        .execution_options(synchronize_session=False)
    )
