"""Inviting from the command line: how the first administrator of a ward comes in."""

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content.fold import words
from content.ward import Ward
from handlers.joining import INVITATION_LASTS
from handlers.people import ORG_OF
from handlers.turn import WARD_ZONE
from store import members, tickets
from store.db import Store


async def invite(
    store: Store,
    ward: Ward,
    role: str,
    name: str,
    now: datetime,
    draw: Callable[[int], int] = secrets.randbelow,
) -> tuple[str, datetime]:
    """A code for a member of that name and role, and until when it is good, in the ward's time.

    Somebody of the ward's list whom nobody is yet is invited again, with a new code.
    """

    async def write(db: AsyncSession) -> str:
        while await tickets.taken(db, code := f"{draw(1_000_000):06}"):
            pass
        day = now.astimezone(WARD_ZONE).date()
        number = await _waiting(db, ward, role, name) or await members.add(
            db, ward.id, role, name, ORG_OF.get(role, "team"), None, day
        )
        await tickets.make(db, code, number, None, now + INVITATION_LASTS)
        await members.note(db, ward.id, None, "invited", number, now)
        return code

    return await store.write(write), (now + INVITATION_LASTS).astimezone(WARD_ZONE)


async def _waiting(db: AsyncSession, ward: Ward, role: str, name: str) -> int | None:
    """The first of that name and role who has not come in yet."""
    there = await members.with_roles(db, ward.id, (role,))
    same = (one.id for one in there if one.person_id is None and words(one.name) == words(name))
    return next(same, None)
