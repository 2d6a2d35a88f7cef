"""A campaign with shifts and people, put into the database of an office (tests/staff.py) directly."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.topics import bits
from handlers.turn import WARD_ZONE
from store.campaign_models import Campaign, CheckIn, Shift, Signup, Volunteer
from store.team_models import Member
from tests.people import NOON
from tests.staff import WARD, Office

NAME, CODE = "Mùa hè xanh 2026", "HE2026"


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A time of the ward in 2026, as UTC. The clock of tests stands at 12:00 on 20/11, a Friday."""
    return datetime(2026, month, day, hour, minute, tzinfo=WARD_ZONE).astimezone(UTC)


async def campaign(world: Office, leader: str, **changed: Any) -> int:
    """A campaign led by a member of that name, from 16/11 to 30/11/2026."""
    row = dict(
        ward_id=WARD, code=CODE, name=NAME, model="Mùa hè xanh", organiser="youth", skills=True,
        area_type="ward", first=date(2026, 11, 16), last=date(2026, 11, 30), cutoff=20 * 60,
        targets={}, created_at=NOON,
    )  # fmt: skip

    async def write(db: AsyncSession) -> int:
        made = Campaign(**{**row, **changed, "member_id": await member(db, leader)})
        db.add(made)
        await db.flush()
        return made.id

    return int(await world.app.store.write(write))


async def shift(
    world: Office, campaign_id: int, starts_at: datetime, ends_at: datetime, **changed: Any
) -> int:
    """A shift at the house of culture for two people."""
    row = dict(
        campaign_id=campaign_id, place="Nhà văn hóa TDP 1", place_code="culture_house",
        starts_at=starts_at, ends_at=ends_at, places=2, topics=bits(["vneid_tao"]),
    )  # fmt: skip

    async def write(db: AsyncSession) -> int:
        made = Shift(**{**row, **changed})
        db.add(made)
        await db.flush()
        return made.id

    return int(await world.app.store.write(write))


async def volunteer(world: Office, name: str, **changed: Any) -> int:
    """What a member of that name tells as a volunteer; their member's number."""
    row = dict(
        birth_year=2004, branch="Chi đoàn TDP 1", topics=bits(["vneid_tao"]), hours=2**21 - 1,
        pledged_at=NOON, consented_at=NOON, texts={}, state="confirmed",
    )  # fmt: skip

    async def write(db: AsyncSession) -> int:
        number = await member(db, name)
        db.add(Volunteer(**{**row, **changed, "member_id": number}))
        return number

    return int(await world.app.store.write(write))


async def signup(world: Office, shift_id: int, name: str, **changed: Any) -> int:
    async def write(db: AsyncSession) -> int:
        number = await member(db, name)
        row = dict(shift_id=shift_id, member_id=number, how="self", at=NOON)
        made = Signup(**{**row, **changed})
        db.add(made)
        await db.flush()
        return made.id

    return int(await world.app.store.write(write))


async def check_in(
    world: Office,
    shift_id: int,
    name: str,
    in_at: datetime,
    out_at: datetime | None,
    **changed: Any,
) -> int:
    async def write(db: AsyncSession) -> int:
        number = await member(db, name)
        row = dict(
            ward_id=WARD, shift_id=shift_id, member_id=number, org="youth", date=in_at.date(),
            in_at=in_at, out_at=out_at, how="code",
        )  # fmt: skip
        made = CheckIn(**{**row, **changed})
        db.add(made)
        await db.flush()
        return made.id

    return int(await world.app.store.write(write))


async def member(db: AsyncSession, name: str) -> int:
    return (await db.scalars(select(Member.id).where(Member.name == name))).one()
