"""The log: sessions of help, their history, and confirmations by residents."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.figure_models import ClosedPeriod
from store.log_models import Confirmation, SessionChange, SupportSession
from store.team_models import Member


@dataclass(frozen=True)
class Told:
    """What a session says; all of it may be edited later. `topics` and `priority` are bits."""

    date: date
    kind: str
    area_id: int | None
    people: int
    households: int
    unfinished: int
    passed: int | None
    topics: int
    priority: int
    audience: str
    outcome: str
    place: str | None
    campaign: str | None
    age_band: str | None
    minutes: int | None
    first_time: bool
    reason: str | None


@dataclass(frozen=True)
class Logged:
    """A session in the log."""

    id: int
    ward_id: str
    member_id: int
    team_id: int | None
    org: str
    created_at: datetime
    voided: bool
    confirmed: int
    told: Told


_TOLD = [getattr(SupportSession, name) for name in Told.__dataclass_fields__]
_ROWS = select(
    SupportSession.id, SupportSession.ward_id, SupportSession.member_id, SupportSession.team_id,
    SupportSession.org, SupportSession.created_at, SupportSession.voided, SupportSession.confirmed, *_TOLD,
)  # fmt: skip


@dataclass(frozen=True)
class By:
    """Who logs, and what they are then."""

    member_id: int
    ward_id: str
    team_id: int | None
    org: str
    channel: str


_ADD = insert(SupportSession.__table__).returning(SupportSession.id)  # type: ignore[arg-type]


async def add(
    db: AsyncSession, by: By, told: Told, code: str, code_until: datetime, now: datetime
) -> int:
    """Log a session."""
    row = dict(
        **vars(by), **vars(told), voided=False, confirmed=0, code=code, code_until=code_until,
        created_at=now,
    )  # fmt: skip
    return (await db.execute(_ADD, row)).scalar_one()


async def get(db: AsyncSession, session_id: int) -> Logged | None:
    found = await _logged(db, [SupportSession.id == session_id], 1)
    return found[0] if found else None


async def latest(db: AsyncSession, member_ids: Sequence[int], limit: int) -> list[Logged]:
    """The newest sessions that count, of somebody in all the roles they had."""
    own = [SupportSession.member_id.in_(member_ids), SupportSession.voided.is_(False)]
    return await _logged(db, own, limit)


_ALIKE = ("date", "kind", "people", "households", "topics", "outcome")
_PERHAPS = ("area_id", "place")
_SAME = (
    _ROWS.where(
        SupportSession.member_id == bindparam("member_id"),
        SupportSession.voided.is_(False),
        SupportSession.created_at >= bindparam("since"),
        *(getattr(SupportSession, name) == bindparam(name) for name in _ALIKE),
        *(getattr(SupportSession, name).is_not_distinct_from(bindparam(name)) for name in _PERHAPS),
    )
    .order_by(SupportSession.id.desc())
    .limit(1)
)


async def same(db: AsyncSession, member_id: int, told: Told, since: datetime) -> Logged | None:
    """The session that says the same, logged by the same member since then."""
    said = {name: getattr(told, name) for name in (*_ALIKE, *_PERHAPS)}
    found = await db.execute(_SAME, {"member_id": member_id, "since": since, **said})
    row = found.mappings().first()
    return _row(dict(row)) if row else None


async def own_ids(db: AsyncSession, ward_id: str, person_id: int) -> list[int]:
    """Somebody's rows in a ward's register: the role they have now, and those they had."""
    query = select(Member.id).where(Member.ward_id == ward_id, Member.person_id == person_id)
    return list(await db.scalars(query))


_CONFIRMED = ("people", "households", "topics", "date", "outcome", "unfinished", "kind")


async def change(
    db: AsyncSession,
    session: Logged,
    told: Told,
    by: int,
    reason: str,
    now: datetime,
    org: str | None = None,
) -> None:
    """Make a session say something else, and keep what it said. No `org`: it counts under the same.

    What residents confirmed was the old one: with other people, topics, day or result it no longer is.
    """
    await _keep(db, session, by, reason, now)
    said = {**asdict(told), "org": org or session.org}
    if any(said[name] != getattr(session.told, name) for name in _CONFIRMED):
        said["confirmed"] = 0
        await db.execute(delete(Confirmation).where(Confirmation.session_id == session.id))
    await db.execute(update(SupportSession).where(SupportSession.id == session.id).values(**said))


async def void(db: AsyncSession, session: Logged, by: int, reason: str, now: datetime) -> None:
    """A session that counts no longer, and stays."""
    await _keep(db, session, by, reason, now)
    await db.execute(
        update(SupportSession).where(SupportSession.id == session.id).values(voided=True)
    )


async def history(db: AsyncSession, session_id: int) -> list[SessionChange]:
    """What a session said before each change, oldest first."""
    query = select(SessionChange).where(SessionChange.session_id == session_id)
    return list(await db.scalars(query.order_by(SessionChange.id)))


_CLOSED = select(ClosedPeriod.period).where(
    ClosedPeriod.ward_id == bindparam("ward_id"),
    ClosedPeriod.first <= bindparam("day"),
    ClosedPeriod.last >= bindparam("day"),
    ClosedPeriod.reopened_at.is_(None),
)


async def closed_by(db: AsyncSession, ward_id: str, day: date) -> str | None:
    """The closed period a day falls in; None: the day is open."""
    return await db.scalar(_CLOSED, {"ward_id": ward_id, "day": day})


_LIVE = select(SupportSession.code).where(
    SupportSession.ward_id == bindparam("ward_id"),
    SupportSession.code_until > bindparam("now"),
    SupportSession.code.in_(bindparam("codes", expanding=True)),
)


async def live_codes(
    db: AsyncSession, ward_id: str, codes: Sequence[str], now: datetime
) -> set[str]:
    """Which of these codes are in use in the ward."""
    found = await db.scalars(_LIVE, {"ward_id": ward_id, "now": now, "codes": codes})
    return {code for code in found if code}


async def by_code(db: AsyncSession, ward_id: str | None, code: str, now: datetime) -> list[Logged]:
    """The sessions a code stands for now: one in a ward, perhaps several where the ward is unknown."""
    conditions = [
        SupportSession.code == code,
        SupportSession.code_until > now,
        SupportSession.voided.is_(False),
    ]
    if ward_id is not None:
        conditions.append(SupportSession.ward_id == ward_id)
    return await _logged(db, conditions, 2)


async def confirm(db: AsyncSession, session_id: int, chat_id: int, now: datetime) -> bool:
    """Count a confirmation, once for each chat. False: this chat did it before."""
    key = Confirmation.session_id == session_id, Confirmation.chat_id == chat_id
    if await db.scalar(select(Confirmation.chat_id).where(*key)) is not None:
        return False
    await db.execute(insert(Confirmation), dict(session_id=session_id, chat_id=chat_id, at=now))
    await db.execute(
        update(SupportSession)
        .where(SupportSession.id == session_id)
        .values(confirmed=SupportSession.confirmed + 1)
    )
    return True


async def _keep(db: AsyncSession, session: Logged, by: int, reason: str, now: datetime) -> None:
    before: dict[str, Any] = {**asdict(session.told), "date": session.told.date.isoformat()}
    before |= {"voided": session.voided, "org": session.org}
    await db.execute(
        insert(SessionChange),
        dict(session_id=session.id, member_id=by, at=now, before=before, reason=reason),
    )


async def _logged(
    db: AsyncSession, conditions: Sequence[ColumnElement[bool]], limit: int
) -> list[Logged]:
    newest = SupportSession.created_at.desc(), SupportSession.id.desc()
    rows = await db.execute(_ROWS.where(*conditions).order_by(*newest).limit(limit))
    return [_row(dict(row)) for row in rows.mappings()]


def _row(row: dict[str, Any]) -> Logged:
    told = Told(**{name: row.pop(name) for name in Told.__dataclass_fields__})
    return Logged(**row, told=told)


async def prune_confirmations(db: AsyncSession, before: datetime) -> None:
    """Forget which chats confirmed, once the codes are no longer valid."""
    await db.execute(delete(Confirmation).where(Confirmation.at < before))
