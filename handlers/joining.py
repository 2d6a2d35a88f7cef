"""Taking up a role by an invitation, and linking one's chats."""

from datetime import timedelta

from handlers import menu
from handlers.codes import JOIN, Limit, too_many, typed, wrong
from handlers.rights import ROLE_NAMES, higher
from handlers.turn import Reply, Turn
from store import members, tickets, volunteers

INVITATION_LASTS = timedelta(hours=24)
LINK_LASTS = timedelta(minutes=10)
GUESSES = Limit(JOIN, per_chat=5, in_all=20, within=timedelta(hours=1))
"""With a million codes and few open invitations, guessing one takes years."""


async def join(turn: Turn) -> Reply:
    """`/join 482913`; without a code, how it is done."""
    said = typed(turn.argument)
    if said and said.kind == JOIN:
        return await take(turn, said.code)
    text = turn.tr("Were you given a 6-digit code? Type it here.")
    return Reply(text, menu.choices(turn))


async def link(turn: Turn) -> Reply:
    """A code that makes another chat the same person's."""
    code = await fresh(turn)
    until = turn.now + LINK_LASTS
    await tickets.make(turn.db, code, None, turn.talk.person_id, until)
    text = turn.tr(
        "To use this assistant on another app as the same person: open it there and type {code} "
        "within 10 minutes. Tell this code to nobody.",
        code=code,
    )
    return Reply(text, menu.choices(turn))


async def fresh(turn: Turn) -> str:
    """A six-digit code nobody holds."""
    while await tickets.taken(turn.db, code := f"{turn.tools.draw(1_000_000):06}"):
        pass
    return code


async def take(turn: Turn, code: str) -> Reply:
    """Use a code: become a member, or one person with another chat."""
    if await too_many(turn, GUESSES):
        return _wait(turn)
    found = await tickets.peek(turn.db, code, turn.now)
    if found is None:
        await wrong(turn, GUESSES)
        text = turn.tr(
            "That code is not valid: wrong, used before, or too old. Please ask for a new one. "
            "If it is a code of your bank: give it to nobody."
        )
        return Reply(text, menu.choices(turn))
    if found.member_id is not None:
        return await _joined(turn, code, found.member_id)
    return await _linked(turn, code, found.person_id)


def _wait(turn: Turn) -> Reply:
    text = turn.tr("Too many wrong codes. Please wait an hour, then try again.")
    return Reply(text, menu.choices(turn))


async def _joined(turn: Turn, code: str, member_id: int) -> Reply:
    member = await members.get(turn.db, member_id)
    if member is None or member.ward_id not in turn.library.wards:
        return Reply(turn.tr("That role has ended. Please ask the ward."), menu.choices(turn))
    talk = turn.talk
    if talk.role and talk.ward_id == member.ward_id and not higher(member.role, talk.role):
        return Reply(_keeps(turn, talk.role, member.name), menu.choices(turn))
    await tickets.use(turn.db, code, turn.now)
    await volunteers.hand_over(turn.db, talk.person_id, member.ward_id, member.id, turn.now)
    await members.link(turn.db, member, turn.talk.person_id, turn.today)
    await members.note(turn.db, member.ward_id, member.id, "joined", member.id, turn.now)
    talk.ward_id, talk.member_id = member.ward_id, member.id
    talk.role, talk.team_id, talk.org = member.role, member.team_id, member.org
    text = turn.tr(
        "Welcome, {name}. In {ward} you are now: {role}.",
        name=member.name,
        ward=turn.library.wards[member.ward_id].name,
        role=turn.tr(ROLE_NAMES[member.role]),
    )
    notice = turn.tr(
        "The ward keeps your name, team and role, and the sessions you log. "
        "/mydata shows it; /help shows what you can do now."
    )
    return Reply(f"{text}\n\n{notice}", menu.choices(turn))


def _keeps(turn: Turn, role: str, name: str) -> str:
    """Nobody gives up a role by typing somebody else's invitation."""
    return turn.tr(
        "You are {role} here already. This invitation is for {name}: let them type it on their phone.",
        role=turn.tr(ROLE_NAMES[role]),
        name=name,
    )


async def _linked(turn: Turn, code: str, person_id: int | None) -> Reply:
    """Both chats are one person's now: the one's with a role, else the one's who made the code."""
    mine = turn.talk.person_id
    if person_id is None or person_id == mine:
        return Reply(turn.tr("This chat is yours already."), menu.choices(turn))
    roles = [await tickets.has_role(turn.db, one) for one in (mine, person_id)]
    if all(roles):
        text = turn.tr("Both chats have a role of their own in a ward; they stay apart.")
        return Reply(text, menu.choices(turn))
    await tickets.use(turn.db, code, turn.now)
    stays, goes = (mine, person_id) if roles[0] else (person_id, mine)
    await tickets.join(turn.db, stays, goes)
    turn.talk.person_id = stays
    text = turn.tr("Done. This chat and the other one are now the same person's.")
    return Reply(text, (turn.option("Main menu", "menu"),))
