"""Who is told about a help request, and in which words."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import N_
from content.library import Library
from content.topics import TOPIC_NAMES
from handlers import hours, notices
from handlers.notices import Tr, speaking_to, speaking_to_chat
from handlers.rights import ADMINISTRATOR, LEAD, MEMBER, OFFICER, PERMISSIONS, allowed
from handlers.turn import Option, Reply, Turn
from store import chats, members, requests
from store.members import MemberRow
from store.requests import LEADS, OFFICERS, TEAM, Request, Wanted

KIND = "notice"
ABLE = [role for role in PERMISSIONS if allowed(role, "requests")]
"""The roles that take requests."""
SUITS = {
    "now": N_("As soon as possible"),
    "morning": N_("In a morning"),
    "afternoon": N_("In an afternoon"),
    "evening": N_("In an evening"),
    "weekend": N_("At the weekend"),
}
COMING = {
    "call": N_("I call today"),
    "today": N_("I come today"),
    "tomorrow": N_("I come tomorrow"),
}


async def first_asked(db: AsyncSession, wanted: Wanted) -> tuple[int, list[MemberRow]]:
    """The first of team, lead and officers where somebody can be told, and who they are."""
    for asked in (TEAM, LEADS, OFFICERS):
        if found := await _askable(db, wanted, asked):
            return asked, found
    return OFFICERS, []


async def announce(
    db: AsyncSession, library: Library, number: int, to: list[MemberRow], now: datetime
) -> None:
    """Tell each of them, with a button to take it."""
    request = await requests.get(db, number)
    if request is None:
        return
    for member in to:
        if member.person_id is not None:
            tr = await speaking_to(db, member.person_id)
            options = (Option(tr("Take it"), f"take:{number}"),)
            text = "\n".join([tr("Somebody needs help."), described(tr, library, request)])
            key = f"request:{number}:{request.asked}:{request.due_at}:{member.id}"
            await notices.tell(db, member.person_id, Reply(text, options), KIND, key, now)


async def escalate(db: AsyncSession, library: Library, now: datetime) -> None:
    """Put every request nobody took in time to the next: the lead, then the officers.

    A request whose taker is gone, or may take none any more, is open again.
    """
    for request in await requests.orphaned(db, ABLE):
        if await requests.give_back(db, request.id):
            await passed_on(db, request, now)
    for request in await requests.overdue(db, now):
        ward = library.wards.get(request.wanted.ward_id)
        if ward is None or not hours.open_at(ward, now):
            continue
        asked = request.asked + 1
        to = await _askable(db, request.wanted, asked)
        if not to and asked == LEADS:
            asked, to = OFFICERS, await _askable(db, request.wanted, OFFICERS)
        if await requests.put_to(db, request, asked, hours.within(ward, now)):
            await announce(db, library, request.id, to, now)


async def taken(turn: Turn, request: Request, helper: MemberRow, says: str) -> None:
    """Tell the resident who will come or call; `says` is one of COMING, or as it was typed."""
    if request.chat_id is None:
        return
    tr = await speaking_to_chat(turn.db, request.chat_id)
    who = f"{helper.name} ({helper.team})" if helper.team else helper.name
    text = tr("{who} will help you.", who=who)
    if says:
        text += " " + tr("They say: {says}", says=tr(COMING[says]) if says in COMING else says)
    text += "\n" + tr("They never ask for your password, OTP or citizen number.")
    key = f"taken:{request.id}:{turn.talk.chat_id}:{turn.incoming.message_id}"
    await notices.tell_chat(turn.db, request.chat_id, Reply(text), KIND, key, turn.now)


async def passed_on(db: AsyncSession, request: Request, now: datetime) -> None:
    """Tell the resident that who took it does not come, and that it is open again."""
    if request.chat_id is not None:
        tr = await speaking_to_chat(db, request.chat_id)
        text = tr(
            "Who wanted to help you cannot come after all. Your request is open again for others of "
            "the ward; you will hear here who comes or calls."
        )
        key = f"passed:{request.id}:{request.taken_by}:{now}"
        await notices.tell_chat(db, request.chat_id, Reply(text), KIND, key, now)


async def finished(turn: Turn, request: Request, message: str, **values: object) -> None:
    """Tell the resident how it ended: a message of the catalogs."""
    if request.chat_id is not None:
        tr = await speaking_to_chat(turn.db, request.chat_id)
        key, reply = f"finished:{request.id}", Reply(tr(message, **values))
        await notices.tell_chat(turn.db, request.chat_id, reply, KIND, key, turn.now)


async def withdrawn(turn: Turn, request: Request) -> None:
    """Tell whoever took it that it is no longer needed."""
    message = N_("Request {n} is no longer needed. Thank you.")
    await _tell_taker(turn, request, message, f"withdrawn:{request.id}")


async def given_back(turn: Turn, request: Request) -> None:
    """Tell whoever took it that an officer gave it back for them."""
    message = N_("Request {n} was given back, so that others can take it. Thank you.")
    key = f"back:{request.id}:{turn.talk.chat_id}:{turn.incoming.message_id}"
    await _tell_taker(turn, request, message, key)


async def _tell_taker(turn: Turn, request: Request, message: str, key: str) -> None:
    member = await members.get(turn.db, request.taken_by) if request.taken_by else None
    if member and member.person_id is not None:
        tr = await speaking_to(turn.db, member.person_id)
        await turn.notify(member.person_id, Reply(tr(message, n=request.id)), KIND, key)


def described(tr: Tr, library: Library, request: Request) -> str:
    """What is asked for, one line each; never who asks."""
    wanted = request.wanted
    lines = [
        tr("Request {n}: {topic}", n=request.id, topic=tr(TOPIC_NAMES[wanted.topic])),
        tr("• Area: {area}", area=request.area or tr("not said")),
        tr("• When: {when}", when=when(tr, wanted.suits)),
    ]
    if wanted.guide in library.titles:
        title = library.titles[wanted.guide]
        step = tr("Step {n}", n=wanted.step)
        at = f"{title} ({step})" if wanted.step else title
        lines.append(tr("• Stuck at: {guide}", guide=at))
    if wanted.note:
        lines.append(tr("• Note: {note}", note=wanted.note))
    return "\n".join(lines)


def when(tr: Tr, suits: str) -> str:
    """When it suits: one of the choices in words, or as it was typed."""
    return tr(SUITS[suits]) if suits in SUITS else suits


async def _askable(db: AsyncSession, wanted: Wanted, asked: int) -> list[MemberRow]:
    if asked == OFFICERS:
        found = await members.with_roles(db, wanted.ward_id, (OFFICER, ADMINISTRATOR))
    elif wanted.area_id is None:
        found = []
    else:
        roles = (MEMBER, LEAD) if asked == TEAM else (LEAD,)
        found = await members.of_area(db, wanted.ward_id, wanted.area_id, roles)
    return [member for member in found if await _reachable(db, member)]


async def _reachable(db: AsyncSession, member: MemberRow) -> bool:
    if member.person_id is None:
        return False
    return await chats.reachable(db, member.person_id) is not None
