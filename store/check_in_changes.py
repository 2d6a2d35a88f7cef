"""Corrections of check-ins by a leader: added, changed or void, with a reason, and what was before."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import wards
from store.campaign_models import CheckIn, CheckInChange
from store.check_ins import ELSEWHERE, LEADER, Presence, Refused, Span, insert_row, overlapping
from store.send_counts import WARD_ZONE
from store.shifts import GONE, ShiftRow


async def add(
    db: AsyncSession, shift: ShiftRow, member_id: int, org: str, span: Span, by: int,
    reason: str, now: datetime,
) -> Refused | None:  # fmt: skip
    """A check-in that was never made; None when it is there now. The caller checked the times."""
    await wards.hold(db, shift.ward_id, alone=True)
    if other := await overlapping(db, shift.id, member_id, *span):
        return Refused(ELSEWHERE, other)
    row = dict(shift_id=shift.id, member_id=member_id, org=org, how=LEADER, by_member_id=by)
    number = await insert_row(db, shift.ward_id, row, *span)
    await _keep(db, number, {}, by, reason, now)
    return None


async def correct(
    db: AsyncSession, old: Presence, span: Span, by: int, reason: str, now: datetime
) -> Refused | None:
    """Make a check-in say other times, and keep what it said. The caller checked the times."""
    await wards.hold(db, old.ward_id, alone=True)
    if other := await overlapping(db, old.shift_id, old.member_id, *span):
        return Refused(ELSEWHERE, other)
    day = span[0].astimezone(WARD_ZONE).date()
    return await _change(db, old, by, reason, now, in_at=span[0], out_at=span[1], date=day)


async def void(
    db: AsyncSession, old: Presence, by: int, reason: str, now: datetime
) -> Refused | None:
    """A check-in that counts no longer, and stays."""
    await wards.hold(db, old.ward_id, alone=True)
    return await _change(db, old, by, reason, now, voided=True)


async def history(db: AsyncSession, check_in_id: int) -> list[CheckInChange]:
    """What a check-in said before each correction, oldest first."""
    query = select(CheckInChange).where(CheckInChange.check_in_id == check_in_id)
    return list(await db.scalars(query.order_by(CheckInChange.id)))


async def _change(
    db: AsyncSession, old: Presence, by: int, reason: str, now: datetime, **values: object
) -> Refused | None:
    """Change a row that still says what was seen; GONE when somebody else corrected it meanwhile."""
    done = await db.scalar(
        update(CheckIn)
        .where(
            CheckIn.id == old.id, CheckIn.voided.is_(False), CheckIn.in_at == old.in_at,
            CheckIn.out_at.is_not_distinct_from(old.out_at),
        )
        .values(**values)
        .returning(CheckIn.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip
    if done is None:
        return Refused(GONE)
    before: dict[str, Any] = {
        "in_at": old.in_at.isoformat(),
        "out_at": old.out_at and old.out_at.isoformat(),
        "voided": old.voided,
    }
    await _keep(db, old.id, before, by, reason, now)
    return None


async def _keep(
    db: AsyncSession, number: int, before: dict[str, Any], by: int, reason: str, now: datetime
) -> None:
    row = dict(check_in_id=number, member_id=by, at=now, before=before, reason=reason)
    await db.execute(insert(CheckInChange), row)
