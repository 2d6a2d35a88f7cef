"""Who sends a planned row, and what became of it: taken, begun, and ended or tried again later."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from store import outbox, send_counts, senders
from store.dialect import locks_rows
from store.kinds import REPEATED
from store.models import Chat, Outbox
from store.outbox import AMBIGUOUS, IS_PENDING, IS_REPLY, SENT, Parcel

PUT_OFF = 2_000
"""Rows put off in one transaction, so that nobody waits long for it."""
_CHANNEL = select(Chat.channel).where(Chat.id == Outbox.chat_id).scalar_subquery()


async def is_due(db: AsyncSession, now: datetime) -> bool:
    """Whether there is anything to claim or to settle: cheap, so that idle loops write nothing."""
    held = exists().where(Outbox.state == IS_PENDING, Outbox.sender_id.is_not(None))
    due = exists().where(Outbox.state == IS_PENDING, Outbox.not_before <= now)
    return bool(await db.scalar(select(due | held)))


async def claim(
    db: AsyncSession,
    sender_id: int,
    now: datetime,
    channels: Mapping[str, Collection[str]],
    limit: int,
) -> list[Parcel]:
    """Take due rows nobody holds, replies first, then in order; of each chat only the foremost.

    Replies go to every channel of `channels`; other kinds only where they are allowed now.
    """
    found = await _claimable(db, now, Outbox.kind == IS_REPLY, limit, channels)
    for names, kinds in _alike(channels):
        among = (Outbox.kind != IS_REPLY) & Outbox.kind.in_(kinds)
        found += await _claimable(db, now, among, limit - len(found), names)
    return await _taken(db, sender_id, found)


def _alike(channels: Mapping[str, Collection[str]]) -> list[tuple[list[str], Collection[str]]]:
    """Channels grouped by what they may send now, those that may send nothing left out."""
    groups: dict[Collection[str], list[str]] = {}
    for name, kinds in channels.items():
        groups.setdefault(tuple(kinds), []).append(name)
    return [(names, kinds) for kinds, names in groups.items() if kinds]


async def put_off(
    db: AsyncSession, now: datetime, channels: Mapping[str, Collection[str]], until: datetime
) -> bool:
    """Let due rows that may not leave now wait till then, so many at a time. False: no more are left.

    Else everybody who claims would look through them first, all night.
    """
    may = Outbox.kind == IS_REPLY
    for names, kinds in _alike(channels):
        may |= _CHANNEL.in_(names) & Outbox.kind.in_(kinds)
    held_up = (
        select(Outbox.id)
        .where(*_due(now), ~(may & _CHANNEL.in_(channels)))
        .order_by(Outbox.not_before, Outbox.id)
        .limit(PUT_OFF)
        .with_for_update(of=Outbox, skip_locked=True)
    )
    await _walk_indexes(db)
    done = await db.scalars(
        update(Outbox)
        .where(Outbox.id.in_(held_up))
        .values(not_before=until)
        .returning(Outbox.id)
        .execution_options(synchronize_session=False)
    )
    return len(done.all()) == PUT_OFF


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Its time has come and nobody holds it."""
    return (Outbox.state == IS_PENDING, Outbox.not_before <= now, Outbox.sender_id.is_(None))


async def take(db: AsyncSession, sender_id: int, parcel_id: int, now: datetime) -> Parcel | None:
    """Take one row when its turn has come. None: somebody holds it, or it has to wait."""
    found = await _claimable(db, now, Outbox.id == parcel_id, 1)
    taken = await _taken(db, sender_id, found)
    return taken[0] if taken else None


async def _claimable(
    db: AsyncSession,
    now: datetime,
    condition: ColumnElement[bool],
    limit: int,
    channels: Collection[str] | None = None,
) -> list[int]:
    before = aliased(Outbox)
    overtaken = (
        select(before.id)
        .where(
            before.chat_id == Outbox.chat_id,
            before.state == IS_PENDING,
            before.not_before <= now,
            before.id < Outbox.id,
            # an answer is not kept waiting by what nobody waits for
            (before.kind == IS_REPLY) | (Outbox.kind != IS_REPLY),
        )
        .limit(1)
        .correlate(Outbox)
        .scalar_subquery()
    )
    due = (
        select(Outbox.id)
        .where(*_due(now), condition, overtaken.is_(None))
        .order_by(Outbox.not_before, Outbox.id)
        .limit(limit)
        .with_for_update(of=Outbox, skip_locked=True)
    )
    if channels is not None:
        due = due.where(_CHANNEL.in_(channels))
    await _walk_indexes(db)
    return list(await db.scalars(due))


async def _walk_indexes(db: AsyncSession) -> None:
    """A long queue costs no more than a short one, whatever a database knows or guesses of its tables.

    There are no joins in the query, so that SQLite can only walk along ix_outbox_pending or
    ix_outbox_replies; and PostgreSQL is told to, for this transaction: after many rows came at once it
    knows nothing of them yet, and would sort them all.
    """
    if locks_rows(db):
        await db.execute(text("SET LOCAL enable_sort = off"))


async def _taken(db: AsyncSession, sender_id: int, ids: list[int]) -> list[Parcel]:
    if not ids:
        return []
    await db.execute(update(Outbox).where(Outbox.id.in_(ids)).values(sender_id=sender_id))
    return await outbox.parcels(db, Outbox.id.in_(ids))


# made once: building a statement takes longer than running it
_HELD = (
    update(Outbox.__table__)  # type: ignore[arg-type]
    .where(Outbox.id == bindparam("parcel"), Outbox.sender_id == bindparam("holder"))
    .where(Outbox.state == IS_PENDING)
    .returning(Outbox.id)
)
_BEGIN = _HELD.where(Outbox.begun_at.is_(None)).values(
    begun_at=bindparam("now"),
    payload=bindparam("says"),
    fare=bindparam("fare"),
    price=bindparam("price"),
)
_FINISH = _HELD.values(
    state=bindparam("end"), code=bindparam("why"), attempts=Outbox.attempts + 1,
    sender_id=None, ended_at=bindparam("now"),
)  # fmt: skip


async def begin(db: AsyncSession, parcel: Parcel, payload: dict[str, Any], now: datetime) -> bool:
    """Record that the platform is about to be asked to send this. False: it is no longer ours."""
    given: dict[str, Any] = dict(parcel=parcel.id, holder=parcel.sender_id, now=now)
    given.update(says=payload, fare=parcel.fare, price=parcel.price)
    done = await db.execute(_BEGIN, given)
    return done.first() is not None


async def finish(
    db: AsyncSession,
    parcel: Parcel,
    state: str,
    now: datetime,
    code: str | None = None,
    counted: int = 1,
) -> bool:
    """Record the outcome, and count it. False: it has one, or another sender took it over."""
    given = dict(parcel=parcel.id, holder=parcel.sender_id, now=now, end=state, why=code)
    done = await db.execute(_FINISH, given)
    if done.first() is None:
        return False
    if counted:
        paid = (parcel.fare, parcel.price) if state in (SENT, AMBIGUOUS) else ("", 0)
        at = (parcel.ward_id, parcel.channel, parcel.kind, state, now)
        await send_counts.add(db, *at, counted, *paid)
    return True


async def retry(
    db: AsyncSession, parcel: Parcel, until: datetime, code: str, doubt: bool = False
) -> None:
    """Try this one again then, and nothing of its chat before; `doubt`: it may have arrived already."""
    mine = (Outbox.id == parcel.id, Outbox.sender_id == parcel.sender_id)
    tried = {"attempts": Outbox.attempts + 1, "doubts": Outbox.doubts + int(doubt), "code": code}
    again = {"not_before": until, "sender_id": None, "begun_at": None}
    ours = update(Outbox).where(*mine, Outbox.state == IS_PENDING).values(**tried, **again)
    if (await db.execute(ours.returning(Outbox.id))).first() is None:
        return  # another sender took it over
    await db.execute(
        update(Outbox)
        .where(
            Outbox.chat_id == parcel.chat_id,
            Outbox.state == IS_PENDING,
            Outbox.sender_id.is_(None),
            Outbox.not_before < until,
        )
        .values(not_before=until)
    )


async def put_back(db: AsyncSession, sender_id: int, ids: Collection[int]) -> None:
    """Free rows of a sender that certainly did not leave: somebody else sends them, without a doubt."""
    mine = (Outbox.id.in_(ids), Outbox.state == IS_PENDING, Outbox.sender_id == sender_id)
    await db.execute(update(Outbox).where(*mine).values(sender_id=None, begun_at=None))


async def held(db: AsyncSession, sender_id: int) -> set[int]:
    """The rows a sender holds."""
    mine = (Outbox.state == IS_PENDING, Outbox.sender_id == sender_id)
    return set(await db.scalars(select(Outbox.id).where(*mine)))


async def recover(db: AsyncSession, now: datetime, slipped: Collection[int] = ()) -> list[Parcel]:
    """Settle what dead senders held: untried rows are free again, begun ones may have arrived.

    Those are repeated where that is better than silence, and otherwise returned: they are ambiguous now.
    `slipped`: rows to settle although their sender lives.
    """
    lost = senders.dead(Outbox, now)
    if slipped:
        lost |= Outbox.id.in_(slipped)
    dead = (Outbox.state == IS_PENDING, Outbox.sender_id.is_not(None), lost)
    await db.execute(update(Outbox).where(*dead, Outbox.begun_at.is_(None)).values(sender_id=None))
    await db.execute(
        update(Outbox)
        .where(*dead, Outbox.begun_at.is_not(None), Outbox.kind.in_(REPEATED), Outbox.price == 0)
        .values(sender_id=None, begun_at=None, doubts=Outbox.doubts + 1, code="crash")
    )
    left = list(await db.scalars(select(Outbox.id).where(*dead).with_for_update(skip_locked=True)))
    parcels = await outbox.parcels(db, Outbox.id.in_(left)) if left else []
    return [parcel for parcel in parcels if await finish(db, parcel, AMBIGUOUS, now, "crash")]
