"""Telling who leads a campaign; when that member has left, everybody of the ward who may lead one."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import notices
from handlers.notices import Tr
from handlers.rights import PERMISSIONS, allowed
from handlers.turn import Reply
from store import members
from store.kinds import NOTICE
from store.members import MemberRow

LEADING = [role for role in PERMISSIONS if allowed(role, "campaigns")]


async def leaders(db: AsyncSession, ward_id: str, leader_id: int) -> list[MemberRow]:
    """Who hears of a campaign: its leader, else all who could be."""
    there = await members.with_roles(db, ward_id, LEADING)
    reached = [one for one in there if one.person_id is not None]
    return [one for one in reached if one.id == leader_id] or reached


async def tell(
    db: AsyncSession,
    ward_id: str,
    leader_id: int,
    key: str,
    said: Callable[[Tr], Reply],
    now: datetime,
    by: int | None = None,
) -> int:
    """Tell them, each in their language; `by`: the person who did it and need not be told. How many."""
    told = 0
    for leader in await leaders(db, ward_id, leader_id):
        if leader.person_id is not None and leader.person_id != by:
            reply = said(await notices.speaking_to(db, leader.person_id))
            told += await notices.tell(
                db, leader.person_id, reply, NOTICE, f"{key}:{leader.id}", now
            )
    return told
