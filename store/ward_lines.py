"""Lines of a ward as its officers corrected them: how they stand, and every change there was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.dialect import upsert
from store.ward_models import WardLine

Key = tuple[str, str]
"""A place and one of its parts."""


@dataclass(frozen=True)
class Line:
    """As the table has it (store/ward_models.py)."""

    id: int
    ward_id: str
    place: str
    part: str
    number: int
    text: str | None
    restores: int | None
    member_id: int
    role: str
    at: datetime

    @property
    def key(self) -> Key:
        return self.place, self.part

    @property
    def change(self) -> int:
        """The number of the change in force: of itself, or of what an undo went back to. 0: none is."""
        return self.number if self.restores is None else self.restores


_LINES = select(
    WardLine.id, WardLine.ward_id, WardLine.place, WardLine.part, WardLine.number, WardLine.text,
    WardLine.restores, WardLine.member_id, WardLine.role, WardLine.at,
)  # fmt: skip


async def standing(db: AsyncSession, ward_id: str) -> dict[Key, Line]:
    """The last row of everything that was ever changed."""
    place = (WardLine.place, WardLine.part)
    newest = select(*place, func.max(WardLine.number).label("number"))
    last = newest.where(WardLine.ward_id == ward_id).group_by(*place).subquery()
    same = (
        (WardLine.ward_id == ward_id)
        & (WardLine.place == last.c.place)
        & (WardLine.part == last.c.part)
        & (WardLine.number == last.c.number)
    )
    query = _LINES.join(last, same).order_by(WardLine.place, WardLine.part)
    return {line.key: line for line in await _rows(db, query)}


async def one(db: AsyncSession, ward_id: str, key: Key) -> Line | None:
    """The last row of one place and part. None: nobody changed it."""
    found = await _rows(db, _LINES.where(_of(ward_id, key)).order_by(WardLine.number.desc()), 1)
    return found[0] if found else None


async def history(db: AsyncSession, ward_id: str, key: Key, most: int) -> list[Line]:
    """The newest changes of one place and part, the newest first."""
    return await _rows(db, _LINES.where(_of(ward_id, key)).order_by(WardLine.number.desc()), most)


async def get(db: AsyncSession, number: int) -> Line | None:
    """A row by its id."""
    found = await _rows(db, _LINES.where(WardLine.id == number), 1)
    return found[0] if found else None


async def numbered(db: AsyncSession, ward_id: str, key: Key, number: int) -> Line | None:
    found = await _rows(db, _LINES.where(_of(ward_id, key), WardLine.number == number), 1)
    return found[0] if found else None


async def add(
    db: AsyncSession,
    ward_id: str,
    key: Key,
    after: int,
    text: str | None,
    member_id: int,
    role: str,
    now: datetime,
    restores: int | None = None,
) -> int | None:
    """The id of a change that follows number `after`. None: somebody changed it since."""
    made = await db.execute(
        upsert(db, WardLine)
        .values(
            ward_id=ward_id, place=key[0], part=key[1], number=after + 1, text=text,
            restores=restores, member_id=member_id, role=role, at=now,
        )
        .on_conflict_do_nothing(index_elements=["ward_id", "place", "part", "number"])
        .returning(WardLine.id)
    )  # fmt: skip
    return made.scalar_one_or_none()


def _of(ward_id: str, key: Key) -> ColumnElement[bool]:
    place, part = key
    return (WardLine.ward_id == ward_id) & (WardLine.place == place) & (WardLine.part == part)


async def _rows(db: AsyncSession, query: Select[*tuple[Any, ...]], most: int = 0) -> list[Line]:
    found = await db.execute(query.limit(most) if most else query)
    return [Line(**row) for row in found.mappings()]
