"""Members: who has which role, and how they come by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import requests
from store.figure_models import Audit
from store.models import Person
from store.team_models import Member, Team


@dataclass(frozen=True)
class MemberRow:
    id: int
    name: str
    role: str
    org: str
    ward_id: str
    team_id: int | None
    team: str | None
    area_id: int | None
    """The area of the team."""
    person_id: int | None


_ROWS = select(
    Member.id, Member.name, Member.role, Member.org, Member.ward_id, Member.team_id,
    Team.name.label("team"), Team.area_id, Member.person_id,
).outerjoin(Team, Team.id == Member.team_id)  # fmt: skip


async def get(db: AsyncSession, member_id: int) -> MemberRow | None:
    """A member with a role now; None for one who left."""
    found = await _rows(db, Member.id == member_id, Member.until.is_(None))
    return found[0] if found else None


async def name_of(db: AsyncSession, member_id: int) -> str:
    return await db.scalar(select(Member.name).where(Member.id == member_id)) or ""


async def is_person(db: AsyncSession, member_id: int, person_id: int) -> bool:
    """Whether a member, of now or of once, is this person."""
    found = select(Member.id).where(Member.id == member_id, Member.person_id == person_id)
    return await db.scalar(found) is not None


async def of_person(db: AsyncSession, person_id: int) -> list[int]:
    """Every role of a person, of now and of once."""
    return list(await db.scalars(select(Member.id).where(Member.person_id == person_id)))


async def with_roles(
    db: AsyncSession, ward_id: str, roles: Sequence[str], team_id: int | None = None
) -> list[MemberRow]:
    """Those of a ward who have one of these roles now, or of one of its teams."""
    conditions = [Member.ward_id == ward_id, Member.role.in_(roles), Member.until.is_(None)]
    if team_id is not None:
        conditions.append(Member.team_id == team_id)
    return await _rows(db, *conditions)


async def of_area(
    db: AsyncSession, ward_id: str, area_id: int, roles: Sequence[str]
) -> list[MemberRow]:
    """Those with one of these roles in the teams of an area."""
    return await _rows(
        db, Member.ward_id == ward_id, Team.area_id == area_id, Team.until.is_(None),
        Member.role.in_(roles), Member.until.is_(None),
    )  # fmt: skip


async def add(
    db: AsyncSession, ward_id: str, role: str, name: str, org: str, team_id: int | None, day: date
) -> int:
    made = await db.execute(
        insert(Member).returning(Member.id),
        dict(ward_id=ward_id, role=role, name=name, org=org, team_id=team_id, since=day),
    )
    return made.scalar_one()


async def link(db: AsyncSession, member: MemberRow, person_id: int, day: date) -> None:
    """The person is this member from now on; a role they had in this ward before ends.

    The help requests they took go with them.
    """
    before = await db.scalars(
        update(Member)
        .where(
            Member.person_id == person_id,
            Member.ward_id == member.ward_id,
            Member.until.is_(None),
            Member.id != member.id,
        )
        .values(until=day)
        .returning(Member.id)
    )
    await requests.hand_over(db, before.all(), member.id)
    await db.execute(update(Member).where(Member.id == member.id).values(person_id=person_id))
    home: dict[str, str | int] = {"ward_id": member.ward_id}
    if member.area_id is not None:
        home["area_id"] = member.area_id
    await db.execute(update(Person).where(Person.id == person_id).values(**home))


async def end(db: AsyncSession, member_id: int, day: date) -> None:
    """Their rights end now; the row and their sessions stay, what they took is open again."""
    await db.execute(
        update(Member).where(Member.id == member_id, Member.until.is_(None)).values(until=day)
    )
    await requests.release(db, [member_id])


async def note(
    db: AsyncSession, ward_id: str, member_id: int | None, action: str, ref: object, now: datetime
) -> None:
    """Write down who did what; `ref` is a number or a code, never a name."""
    await db.execute(
        insert(Audit),
        dict(ward_id=ward_id, member_id=member_id, action=action, ref=str(ref), at=now),
    )


async def _rows(db: AsyncSession, *conditions: ColumnElement[bool]) -> list[MemberRow]:
    rows = await db.execute(_ROWS.where(*conditions).order_by(Member.name, Member.id))
    return [MemberRow(**row) for row in rows.mappings()]
