"""Who is told about a help request, and in which words."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import DEFAULT, N_, translate
from content.library import Library
from content.topics import TOPIC_NAMES
from handlers import hours, notices
from handlers.rights import ADMINISTRATOR, LEAD, MEMBER, OFFICER
from handlers.turn import Option, Reply, Turn
from store import members, people, requests
from store.members import MemberRow
from store.requests import LEADS, OFFICERS, TEAM, Request, Wanted

KIND = "notice"
SUITS = {
    "now": N_("As soon as possible"),
    "morning": N_("In a morning"),
    "afternoon": N_("In an afternoon"),
    "evening": N_("In an evening"),
    "weekend": N_("At the weekend"),
}
Tr = Callable[..., str]


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
            tr = await _speaking_to(db, member.person_id)
            options = (Option(tr("Take it"), f"take:{number}"),)
            text = "\n".join([tr("Somebody needs help."), described(tr, library, request)])
            key = f"request:{number}:{request.asked}:{member.id}"
            await notices.tell(db, member.person_id, Reply(text, options), KIND, key, now)


async def escalate(db: AsyncSession, library: Library, now: datetime) -> None:
    """Put every request nobody took in time to the next: the lead, then the officers."""
    for request in await requests.overdue(db, now):
        ward = library.wards.get(request.wanted.ward_id)
        if ward is None or not hours.open_at(ward, now):
            continue
        asked = request.asked + 1
        to = await _askable(db, request.wanted, asked)
        if not to and asked == LEADS:
            asked, to = OFFICERS, await _askable(db, request.wanted, OFFICERS)
        await requests.put_to(db, request.id, asked, hours.within(ward, now))
        await announce(db, library, request.id, to, now)


async def taken(turn: Turn, request: Request, name: str, team: str | None, says: str) -> None:
    """Tell the resident who will come or call."""
    if request.chat_id is None:
        return
    who = f"{name} ({team})" if team else name
    text = turn.tr("{who} will help you.", who=who)
    if says:
        text += " " + turn.tr("They say: {says}", says=says)
    text += "\n" + turn.tr("They never ask for your password, OTP or citizen number.")
    await notices.tell_chat(
        turn.db, request.chat_id, Reply(text), KIND, f"taken:{request.id}:{turn.now}", turn.now
    )


async def finished(turn: Turn, request: Request, text: str) -> None:
    """Tell the resident that it is done."""
    if request.chat_id is not None:
        key = f"finished:{request.id}"
        await notices.tell_chat(turn.db, request.chat_id, Reply(text), KIND, key, turn.now)


async def withdrawn(turn: Turn, request: Request) -> None:
    """Tell whoever took it that it is no longer needed."""
    member = await members.get(turn.db, request.taken_by) if request.taken_by else None
    if member and member.person_id is not None:
        text = turn.tr("Request {n} is no longer needed. Thank you.", n=request.id)
        await turn.notify(member.person_id, Reply(text), KIND, f"withdrawn:{request.id}")


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
        at = f"{title} ({tr('Step {n}', n=wanted.step)})" if wanted.step else title
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
    return [member for member in found if member.person_id is not None]


async def _speaking_to(db: AsyncSession, person_id: int) -> Tr:
    lang = await people.lang_of(db, person_id) or DEFAULT
    return lambda message, **values: translate(lang, message, **values)
