"""Four eyes: a broadcast to many needs a second officer."""

from content.i18n import N_
from handlers import notices
from handlers.broadcast_words import STATES, by_day, moment, onward
from handlers.rights import PERMISSIONS, allowed
from handlers.turn import Option, Reply, Turn
from store import broadcasts, members
from store.broadcasts import ASKED, PLANNED, REFUSED, BroadcastRow
from store.kinds import NOTICE

ACTION = "broadcast"
ABLE = [role for role in PERMISSIONS if allowed(role, ACTION)]
"""The roles that write and approve."""


async def ask(turn: Turn, number: int, shown: str) -> Reply:
    """Show it, as its author saw it, to everybody else who may approve it."""
    told = 0
    for other in await members.with_roles(turn.db, turn.talk.ward_id or "", ABLE):
        if other.person_id is not None and other.person_id != turn.talk.person_id:
            key = f"broadcast:{number}:asked:{other.id}"
            reply = await _question(turn, other.person_id, number, shown)
            told += await turn.notify(other.person_id, reply, NOTICE, key)
    if told:
        text = turn.tr("It waits for a second officer. Told: {n}.", n=told)
    else:
        text = turn.tr(
            "It waits for a second officer, but no other officer uses this assistant yet. "
            "Invite one (/invite): they find it under /broadcast."
        )
    return Reply(text, onward(turn, number))


async def _question(turn: Turn, person_id: int, number: int, shown: str) -> Reply:
    tr = await notices.speaking_to(turn.db, person_id)
    name = await members.name_of(turn.db, turn.talk.member_id or 0)
    text = tr("{name} wants to send this. Please read it and decide.", name=name)
    return Reply(
        f"{text}\n\n{shown}",
        (
            Option(tr("Approve"), f"broadcast:approve:{number}"),
            Option(tr("Refuse"), f"broadcast:refuse:{number}"),
        ),
    )


async def approve(turn: Turn, one: BroadcastRow) -> Reply:
    """It goes out at its time, or now when that has passed."""
    at = max(one.send_at, by_day(turn.now))
    if refusal := await _not_mine(turn, one):
        return refusal
    decided = dict(approver_id=turn.talk.member_id, send_at=at)
    if not await broadcasts.move(turn.db, one.id, (ASKED,), PLANNED, **decided):
        return await _decided(turn, one)
    await _done(
        turn, one, "broadcast approved", N_("{name} approved message #{n}. It goes out by itself.")
    )
    text = turn.tr("Approved. It goes out: {when}.", when=moment(turn, at))
    return Reply(text, onward(turn, one.id))


async def refuse(turn: Turn, one: BroadcastRow) -> Reply:
    if refusal := await _not_mine(turn, one):
        return refusal
    if not await broadcasts.move(
        turn.db, one.id, (ASKED,), REFUSED, approver_id=turn.talk.member_id
    ):
        return await _decided(turn, one)
    await _done(
        turn, one, "broadcast refused", N_("{name} refused message #{n}. Nothing was sent.")
    )
    return Reply(turn.tr("Refused. Nothing is sent."), onward(turn, one.id))


async def is_mine(turn: Turn, one: BroadcastRow) -> bool:
    """Whether this person wrote it, in whatever role they are now."""
    return await members.is_person(turn.db, one.author_id, turn.talk.person_id)


async def _not_mine(turn: Turn, one: BroadcastRow) -> Reply | None:
    if not await is_mine(turn, one):
        return None
    text = turn.tr("You wrote this one yourself: somebody else has to decide.")
    return Reply(text, onward(turn, one.id))


async def _decided(turn: Turn, one: BroadcastRow) -> Reply:
    """Somebody was quicker."""
    now = await broadcasts.get(turn.db, one.id) or one
    text = turn.tr("That is decided already: {state}.", state=turn.tr(STATES[now.state]))
    return Reply(text, onward(turn, one.id))


async def _done(turn: Turn, one: BroadcastRow, action: str, message: str) -> None:
    """Write down who decided, and tell the author."""
    await members.note(turn.db, one.ward_id, turn.talk.member_id, action, one.id, turn.now)
    author = await members.get(turn.db, one.author_id)
    if author and author.person_id is not None:
        tr = await notices.speaking_to(turn.db, author.person_id)
        name = await members.name_of(turn.db, turn.talk.member_id or 0)
        reply = Reply(tr(message, name=name, n=one.id))
        await turn.notify(author.person_id, reply, NOTICE, f"broadcast:{one.id}:decided")
