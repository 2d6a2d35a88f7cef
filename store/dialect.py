"""The one place where SQLite and PostgreSQL are written differently."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from store.base import Base

Insert = postgresql.Insert | sqlite.Insert


def locks_rows(db: AsyncSession) -> bool:
    """PostgreSQL locks rows; SQLite has one writer at a time and needs no more."""
    return db.get_bind().dialect.name == "postgresql"


def upsert(db: AsyncSession, table: type[Base]) -> Insert:
    """An INSERT that can say ON CONFLICT, in the words of the database at hand."""
    if locks_rows(db):
        return postgresql.insert(table)
    return sqlite.insert(table)
