"""Questions nobody answered, in groups that ask the same. Counted and masked; no person is in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.dialect import upsert
from store.models import QuestionGap
from store.ward_models import GapGroup

OPEN, ASKED, ANSWERED, DISMISSED = "open", "asked", "answered", "dismissed"
"""Nobody did anything about it; an answer waits for a second look; it has one; not for this ward."""


@dataclass(frozen=True)
class GroupRow:
    id: int
    ward_id: str
    text: str
    state: str
    times: int
    since: date
    last: date


@dataclass(frozen=True)
class Asked:
    """One question as it was asked, and how often."""

    text: str
    times: int


async def ungrouped(db: AsyncSession, ward_id: str) -> list[tuple[int, str, int]]:
    """Id, text and times of the questions that are in no group yet."""
    query = select(QuestionGap.id, QuestionGap.text, QuestionGap.times)
    there = query.where(QuestionGap.ward_id == ward_id, QuestionGap.group_id.is_(None))
    return [(number, text, times) for number, text, times in await db.execute(there)]


async def first_texts(db: AsyncSession, ward_id: str) -> list[str]:
    """What every group is known by, whatever became of it; the oldest first."""
    query = select(GapGroup.text).where(GapGroup.ward_id == ward_id).order_by(GapGroup.id)
    return list(await db.scalars(query))


async def keep(db: AsyncSession, ward_id: str, groups: Mapping[str, Sequence[int]]) -> None:
    """Put questions into groups: first text → the questions' ids. What is in a group stays there."""
    if not groups:
        return
    rows = [dict(ward_id=ward_id, text=text, state=OPEN) for text in groups]
    await db.execute(upsert(db, GapGroup).on_conflict_do_nothing(), rows)
    there = await db.execute(select(GapGroup.text, GapGroup.id).where(GapGroup.ward_id == ward_id))
    ids = {text: number for text, number in there}
    joined = [dict(gap=gap, joins=ids[text]) for text, numbers in groups.items() for gap in numbers]
    table = QuestionGap.__table__
    into = update(table).where(table.c.id == bindparam("gap"), table.c.group_id.is_(None))  # type: ignore[arg-type]
    await db.execute(into.values(group_id=bindparam("joins")), joined)


async def unanswered(db: AsyncSession, ward_id: str, most: int) -> list[GroupRow]:
    """The groups nobody did anything about, most asked first."""
    query = _groups().where(GapGroup.ward_id == ward_id, GapGroup.state == OPEN)
    often = func.sum(QuestionGap.times).desc()
    return await _rows(db, query.order_by(often, GapGroup.id).limit(most))


async def group(db: AsyncSession, number: int) -> GroupRow | None:
    found = await _rows(db, _groups().where(GapGroup.id == number))
    return found[0] if found else None


async def texts(db: AsyncSession, number: int, most: int) -> list[Asked]:
    """The questions of a group as they were asked: the one it is known by, then by how often."""
    query = (
        select(QuestionGap.text, QuestionGap.times)
        .join(GapGroup, GapGroup.id == QuestionGap.group_id)
        .where(GapGroup.id == number)
        .order_by(QuestionGap.text != GapGroup.text, QuestionGap.times.desc(), QuestionGap.text)
        .limit(most)
    )
    return [Asked(text, times) for text, times in await db.execute(query)]


async def move(db: AsyncSession, number: int, before: Collection[str], to: str) -> bool:
    """Bring a group from one of these states to another. False: it is in none of them (any more)."""
    done = await db.execute(
        update(GapGroup)
        .where(GapGroup.id == number, GapGroup.state.in_(before))
        .values(state=to)
        .returning(GapGroup.id)
    )
    return done.first() is not None


def _groups() -> Select[*tuple[Any, ...]]:
    return (
        select(
            GapGroup.id,
            GapGroup.ward_id,
            GapGroup.text,
            GapGroup.state,
            func.sum(QuestionGap.times).label("times"),
            func.min(QuestionGap.first_on).label("since"),
            func.max(QuestionGap.last_on).label("last"),
        )
        .join(QuestionGap, QuestionGap.group_id == GapGroup.id)
        .group_by(GapGroup.id, GapGroup.ward_id, GapGroup.text, GapGroup.state)
    )


async def _rows(db: AsyncSession, query: Select[*tuple[Any, ...]]) -> list[GroupRow]:
    return [GroupRow(**row) for row in (await db.execute(query)).mappings()]
