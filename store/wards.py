"""Wards and their areas, as rows to refer to."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.base import Base
from store.dialect import locks_rows, upsert
from store.models import Area, Ward
from store.team_models import Team


async def sync(db: AsyncSession, ward_id: str, name: str, areas: Mapping[str, str]) -> None:
    """Make the rows of a ward and its areas (code → name) say what its file says. Never deletes."""
    await _put(db, Ward, {"id": ward_id, "name": name}, ["id"])
    for code, label in areas.items():
        row = {"ward_id": ward_id, "code": code, "name": label}
        await _put(db, Area, row, ["ward_id", "code"])


async def _put(db: AsyncSession, table: type[Base], row: dict[str, str], key: list[str]) -> None:
    insert = upsert(db, table).values(**row)
    await db.execute(insert.on_conflict_do_update(index_elements=key, set_={"name": row["name"]}))


@dataclass(frozen=True)
class AreaRow:
    id: int
    code: str
    name: str


_AREAS = (
    select(Area.id, Area.code, Area.name)
    .where(Area.ward_id == bindparam("ward_id"))
    .order_by(Area.id)
)
_OF_TEAM = select(Team.area_id).where(Team.id == bindparam("team_id"))
_NAME = select(Area.name).where(Area.id == bindparam("area_id"))


async def areas_of(db: AsyncSession, ward_id: str) -> list[AreaRow]:
    """The areas of a ward in the order they were entered."""
    return [AreaRow(*row) for row in await db.execute(_AREAS, {"ward_id": ward_id})]


_SHARED = select(Ward.id).where(Ward.id == bindparam("ward_id")).with_for_update(read=True)
_ALONE = select(Ward.id).where(Ward.id == bindparam("ward_id")).with_for_update()


async def hold(db: AsyncSession, ward_id: str, alone: bool = False) -> None:
    """Nobody closes a period of the ward until this transaction ends; `alone`: nor logs a session."""
    if locks_rows(db):
        await db.execute(_ALONE if alone else _SHARED, {"ward_id": ward_id})


async def area_of_team(db: AsyncSession, team_id: int | None) -> int | None:
    return await db.scalar(_OF_TEAM, {"team_id": team_id}) if team_id else None


async def area_named(db: AsyncSession, area_id: int) -> str | None:
    return await db.scalar(_NAME, {"area_id": area_id})
