"""What goes when a person asks to be forgotten."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from store import attendance, consents, enrolments, members, people, requests, shifts, volunteers
from store.chats import Talk
from store.log_models import SupportSession
from store.models import Chat, Outbox, Person, Seen
from store.team_models import Member, Ticket


async def forget(db: AsyncSession, talk: Talk, now: datetime) -> None:
    """Delete what is kept of this chat and person; the address itself goes with the next pruning.

    A member's row in the register stays, as the ward's own list; it no longer knows the person. What
    they told as a volunteer goes, with their role and, without work, their name; their shifts to come are
    open again. The codes of sessions they logged end, so that they confirm none as somebody else.
    """
    roles = await members.of_person(db, talk.person_id)
    for request in await requests.of_person(db, talk.person_id):
        await requests.close(db, request.id, requests.DROPPED, None, now)
    await requests.release(db, roles)
    await shifts.end_coming(db, roles, now)
    await volunteers.forget(db, roles, now)
    await attendance.leave(db, talk.person_id)
    await db.execute(
        update(SupportSession)
        .where(SupportSession.member_id.in_(roles), SupportSession.code_until > now)
        .values(code_until=now)
    )
    await db.execute(delete(Ticket).where(Ticket.person_id == talk.person_id))
    same = Chat.person_id == talk.person_id
    for chat_id in await people.chat_ids(db, talk.person_id):
        await enrolments.forget(db, chat_id)
        await consents.forget(db, chat_id)
        await db.execute(delete(Outbox).where(Outbox.chat_id == chat_id))
        await db.execute(delete(Seen).where(Seen.chat_id == chat_id))
    gone: dict[str, Any] = dict(state={}, offer=[], phone=None, forget_at=now)
    await db.execute(update(Chat).where(same).values(**gone))
    await db.execute(
        update(Member).where(Member.person_id == talk.person_id).values(person_id=None)
    )
    await db.execute(
        update(Person).where(Person.id == talk.person_id).values(ward_id=None, area_id=None)
    )
    talk.ward_id, talk.area_id, talk.state, talk.forget_at = None, None, {}, now
    talk.member_id, talk.role, talk.team_id = None, None, None
