"""Answers of a ward: who wrote them, who approved them, and which are in use."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.ward_models import WardCard

ASKED, APPROVED, REFUSED = "asked", "approved", "refused"
"""Waits for a second look; in use; turned down."""
CHANGED, WITHDRAWN = "changed", "withdrawn"
"""Another wording took its place before it was in use; it was taken back."""


@dataclass(frozen=True)
class CardRow:
    """As the table has it (store/ward_models.py)."""

    id: int
    ward_id: str
    group_id: int
    questions: list[str]
    answer: str
    source: str
    guide: str | None
    state: str
    author_id: int
    author_role: str
    written_at: datetime
    decider_id: int | None
    decider_role: str | None
    decided_at: datetime | None
    ended_by_id: int | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Wording:
    """What an officer wrote."""

    group_id: int
    questions: list[str]
    answer: str
    source: str
    guide: str | None


_CARDS = select(
    WardCard.id, WardCard.ward_id, WardCard.group_id, WardCard.questions, WardCard.answer,
    WardCard.source, WardCard.guide, WardCard.state, WardCard.author_id, WardCard.author_role,
    WardCard.written_at, WardCard.decider_id, WardCard.decider_role, WardCard.decided_at,
    WardCard.ended_by_id, WardCard.ended_at,
)  # fmt: skip


async def get(db: AsyncSession, number: int) -> CardRow | None:
    found = await _rows(db, _CARDS.where(WardCard.id == number))
    return found[0] if found else None


async def with_state(
    db: AsyncSession, ward_id: str, state: str, most: int | None = None
) -> list[CardRow]:
    """Those of a ward in one state, the newest first."""
    there = _CARDS.where(WardCard.ward_id == ward_id, WardCard.state == state)
    return await _rows(db, there.order_by(WardCard.id.desc()).limit(most))


async def of_group(db: AsyncSession, group_id: int, most: int) -> list[CardRow]:
    """Everything that was ever written about a group, the newest first."""
    there = _CARDS.where(WardCard.group_id == group_id).order_by(WardCard.id.desc())
    return await _rows(db, there.limit(most))


async def add(
    db: AsyncSession, ward_id: str, wording: Wording, member_id: int, role: str, now: datetime
) -> int:
    """A new one, which waits for a second look."""
    made = await db.execute(
        insert(WardCard).returning(WardCard.id),
        dict(
            ward_id=ward_id, group_id=wording.group_id, questions=wording.questions,
            answer=wording.answer, source=wording.source, guide=wording.guide, state=ASKED,
            author_id=member_id, author_role=role, written_at=now,
        ),
    )  # fmt: skip
    return made.scalar_one()


async def move(
    db: AsyncSession, number: int, before: Collection[str], to: str, **values: Any
) -> bool:
    """Bring it from one of these states to another. False: it is in none of them (any more)."""
    done = await db.execute(
        update(WardCard)
        .where(WardCard.id == number, WardCard.state.in_(before))
        .values(state=to, **values)
        .returning(WardCard.id)
    )
    return done.first() is not None


async def _rows(db: AsyncSession, query: Select[*tuple[Any, ...]]) -> list[CardRow]:
    return [CardRow(**row) for row in (await db.execute(query)).mappings()]
