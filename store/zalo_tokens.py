"""The pair of tokens of the Official Account: one row for the app, sealed, refreshed by one at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.channel_models import ZaloToken
from store.dialect import upsert

LEASE = timedelta(seconds=30)
"""How long whoever refreshes has for it, before another one may."""


@dataclass(frozen=True)
class Pair:
    """Both tokens, sealed."""

    access: str
    refresh: str
    expires_at: datetime
    refreshed_at: datetime
    dead_at: datetime | None = None


async def get(db: AsyncSession, app_id: str) -> Pair | None:
    """The pair in force. None: the program was never authorised."""
    columns = (
        ZaloToken.access, ZaloToken.refresh, ZaloToken.expires_at, ZaloToken.refreshed_at,
        ZaloToken.dead_at,
    )  # fmt: skip
    row = (await db.execute(select(*columns).where(ZaloToken.app_id == app_id))).first()
    return Pair(*row) if row else None


async def lease(db: AsyncSession, app_id: str, refresh: str, now: datetime) -> bool:
    """Take the right to use up this refresh token. False: somebody has it, or the token is another."""
    # a lease that ends in the far future is of a clock that was set back since
    free = or_(
        ZaloToken.busy_until.is_(None),
        ZaloToken.busy_until <= now,
        ZaloToken.busy_until > now + 2 * LEASE,
    )
    return await _changed(
        db, _still(app_id, refresh) & ZaloToken.dead_at.is_(None) & free, busy_until=now + LEASE
    )


async def release(db: AsyncSession, app_id: str, refresh: str) -> bool:
    """Nothing came of it: another one may try at once."""
    return await _changed(db, _still(app_id, refresh), busy_until=None)


async def swap(db: AsyncSession, app_id: str, used: str, pair: Pair) -> bool:
    """Put the new pair in the place of the one that was used up. False: that has gone already."""
    return await _changed(db, _still(app_id, used), **_new(pair))


async def bury(db: AsyncSession, app_id: str, refresh: str, now: datetime) -> bool:
    """This refresh token was refused. False: it is no longer the one in force."""
    return await _changed(db, _still(app_id, refresh), dead_at=now, busy_until=None)


async def put(db: AsyncSession, app_id: str, pair: Pair) -> None:
    """The pair of a new authorisation, whatever was there before."""
    row = upsert(db, ZaloToken).values(app_id=app_id, **_new(pair))
    await db.execute(row.on_conflict_do_update(index_elements=["app_id"], set_=_new(pair)))


def _new(pair: Pair) -> dict[str, object]:
    return {**vars(pair), "busy_until": None}


def _still(app_id: str, refresh: str) -> ColumnElement[bool]:
    return (ZaloToken.app_id == app_id) & (ZaloToken.refresh == refresh)


async def _changed(db: AsyncSession, where: ColumnElement[bool], **values: object) -> bool:
    done = await db.execute(
        update(ZaloToken)
        .where(where)
        .values(**values)
        .returning(ZaloToken.app_id)
        .execution_options(synchronize_session=False)
    )
    return done.first() is not None
