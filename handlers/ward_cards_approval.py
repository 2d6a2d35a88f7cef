"""Four eyes: an answer of the ward is used once somebody else of the office approved it."""

from content.i18n import N_
from handlers import notices
from handlers.rights import PERMISSIONS, allowed
from handlers.turn import Option, Reply, Turn
from handlers.ward_cards_words import STATES, day_of, guide_line, shown_of
from store import gaps, members, ward_cards
from store.kinds import NOTICE
from store.ward_cards import APPROVED, ASKED, REFUSED, WITHDRAWN, CardRow

ACTION = "answers"
ABLE = [role for role in PERMISSIONS if allowed(role, ACTION)]
"""The roles that write and approve."""


async def ask(turn: Turn, number: int, ward_id: str) -> Reply:
    """Show an answer to everybody else who may approve it."""
    one = await ward_cards.get(turn.db, number)
    assert one, "it was just written"
    told = 0
    for person_id in await _others(turn, ward_id):
        reply = await _question(turn, person_id, one)
        key = f"wardcard:{number}:asked:{person_id}"
        told += await turn.notify(person_id, reply, NOTICE, key)
    if told:
        text = turn.tr("It waits for a second look. Told: {n}.", n=told)
    else:
        text = turn.tr(
            "Nobody else of the office uses this assistant. Read it once more from tomorrow on and "
            "approve it yourself: type /gaps."
        )
    return Reply(text, onward(turn, number))


async def _others(turn: Turn, ward_id: str) -> list[int]:
    """Everybody else who may approve and uses the assistant."""
    able = await members.with_roles(turn.db, ward_id, ABLE)
    people = dict.fromkeys(one.person_id for one in able if one.person_id is not None)
    return [person for person in people if person != turn.talk.person_id]


async def _question(turn: Turn, person_id: int, one: CardRow) -> Reply:
    tr = await notices.speaking_to(turn.db, person_id)
    name = await members.name_of(turn.db, one.author_id)
    head = tr("{name} wrote an answer of the ward. Please read it and decide.", name=name)
    asked = tr("Asked: {text}", text=one.questions[0])
    return Reply(
        "\n\n".join([head, asked, shown_of(turn, one), *guide_line(turn, one.guide)]),
        (
            Option(tr("Approve"), f"wardcards:approve:{one.id}"),
            Option(tr("Change"), f"wardcards:change:{one.id}"),
            Option(tr("Refuse"), f"wardcards:refuse:{one.id}"),
        ),
    )


async def approve(turn: Turn, one: CardRow) -> Reply:
    """It is used from now on."""
    if refusal := await not_yet(turn, one):
        return Reply(refusal, onward(turn, one.id))
    if not await _decide(turn, one, APPROVED):
        return await decided(turn, one)
    await gaps.move(turn.db, one.group_id, (gaps.ASKED,), gaps.ANSWERED)
    await _done(
        turn, one, "answer approved", N_("{name} approved your answer. It is used from now on.")
    )
    return Reply(turn.tr("Approved. It is used from now on."), onward(turn, one.id))


async def refuse(turn: Turn, one: CardRow) -> Reply:
    """Not used; the questions are open again. Its writer takes it back instead."""
    if await is_mine(turn, one):
        return await withdraw(turn, one)
    if not await _decide(turn, one, REFUSED):
        return await decided(turn, one)
    await gaps.move(turn.db, one.group_id, (gaps.ASKED,), gaps.OPEN)
    await _done(turn, one, "answer refused", N_("{name} refused your answer. It is not used."))
    return Reply(turn.tr("Refused. It is not used."), onward(turn, one.id))


async def withdraw(turn: Turn, one: CardRow) -> Reply:
    """Used no longer, or never; the questions are open again."""
    before = (ASKED, APPROVED)
    ended = dict(ended_by_id=turn.talk.member_id, ended_at=turn.now)
    if not await ward_cards.move(turn.db, one.id, before, WITHDRAWN, **ended):
        return await decided(turn, one)
    await gaps.move(turn.db, one.group_id, (gaps.ASKED, gaps.ANSWERED), gaps.OPEN)
    await _done(turn, one, "answer withdrawn", N_("{name} withdrew your answer."))
    text = turn.tr("Withdrawn. It is not used any more, and its questions are open again.")
    return Reply(text, onward(turn, one.id))


async def not_yet(turn: Turn, one: CardRow) -> str:
    """Why this person cannot approve it; "" when they can.

    Who wrote it can where nobody else is, on a later day, when they read it with fresh eyes.
    """
    if not await is_mine(turn, one):
        return ""
    if await _others(turn, one.ward_id):
        return turn.tr("You wrote this answer yourself: somebody else has to approve it.")
    if day_of(turn.now) <= day_of(one.written_at):
        return turn.tr("You wrote this one today. Read it once more tomorrow, then approve it.")
    return ""


async def is_mine(turn: Turn, one: CardRow) -> bool:
    """Whether this person wrote it, in whatever role they are now."""
    return await members.is_person(turn.db, one.author_id, turn.talk.person_id)


async def decided(turn: Turn, one: CardRow) -> Reply:
    """Somebody was quicker."""
    now = await ward_cards.get(turn.db, one.id) or one
    text = turn.tr("Somebody decided that already: {state}.", state=turn.tr(STATES[now.state]))
    return Reply(text, onward(turn, one.id))


def onward(turn: Turn, number: int) -> tuple[Option, ...]:
    return (
        turn.option("See how it stands", f"wardcards:show:{number}"),
        turn.option("Questions without an answer", "gaps"),
        turn.option("Main menu", "menu"),
    )


async def _decide(turn: Turn, one: CardRow, to: str) -> bool:
    """Bring an answer that waits to its end. False: somebody did."""
    who = dict(decider_id=turn.talk.member_id, decider_role=turn.talk.role, decided_at=turn.now)
    return await ward_cards.move(turn.db, one.id, (ASKED,), to, **who)


async def _done(turn: Turn, one: CardRow, action: str, message: str) -> None:
    """Write down who did it, and tell who wrote it."""
    await members.note(turn.db, one.ward_id, turn.talk.member_id, action, one.id, turn.now)
    author = await members.get(turn.db, one.author_id)
    if author and author.person_id not in (None, turn.talk.person_id):
        assert author.person_id is not None
        tr = await notices.speaking_to(turn.db, author.person_id)
        name = await members.name_of(turn.db, turn.talk.member_id or 0)
        said = Reply(tr(message, name=name))
        key = f"wardcard:{one.id}:{action}"
        await turn.notify(author.person_id, said, NOTICE, key)
