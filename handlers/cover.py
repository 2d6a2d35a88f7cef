"""Finding somebody to stand in: those who are free are asked, and the first who accepts has the shift."""

from content import free_hours
from content.i18n import N_
from handlers import campaign_leaders, menu, notices
from handlers.choosing import numbered
from handlers.notices import Tr
from handlers.rights import PERMISSIONS, allowed
from handlers.shift_taking import refusal, unpledged
from handlers.shift_words import described, in_a_line
from handlers.shifts import HOW, REFUSED, of_ward, own, own_ways
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import covers, members, shifts, volunteers
from store.covers import TAKEN
from store.kinds import NOTICE
from store.shifts import ALREADY, CLASH, OVER, ShiftRow
from store.volunteers import VolunteerRow

MOST = 20
"""Asked for one cover."""
ABLE = [role for role in PERMISSIONS if allowed(role, "shifts")]
WHY_NOT = {
    TAKEN: N_("Thank you! Somebody else has taken it already, or it is no longer looked for."),
    OVER: N_("This shift has begun: nobody can stand in any more."),
}
"""What somebody hears who wanted to stand in; the rest as for any shift."""


async def ask(turn: Turn) -> Reply:
    """`cover:<shift>`: ask those who are free. One keeps the shift until somebody accepts."""
    shift = await own(turn)
    if isinstance(shift, Reply):
        return shift
    if shift.starts_at <= turn.now:
        return Reply(turn.tr(WHY_NOT[OVER]), (*own_ways(turn, shift, False), *_ways(turn, shift)))
    signup = await shifts.signup_of(turn.db, shift.id, turn.talk.member_id or 0) or 0
    if await covers.of_signup(turn.db, signup):
        text = turn.tr("I have asked already. I tell you as soon as somebody takes it.")
        return Reply(text, (*own_ways(turn, shift, True), *_ways(turn, shift)))
    number = await covers.ask(turn.db, signup, turn.now)
    asked = sum([await _asked(turn, shift, one, number) for one in await _free(turn, shift)])
    if not asked:
        await covers.stop(turn.db, signup, turn.now)
        return _nobody(turn, shift)
    text = turn.tr(
        "I have asked {n} volunteers. The shift stays yours until somebody takes it; then I tell you.",
        n=asked,
    )
    return Reply(text, (*own_ways(turn, shift, True), *_ways(turn, shift)))


def _nobody(turn: Turn, shift: ShiftRow) -> Reply:
    text = turn.tr("No other volunteer is free then. Please tell the leader, or give the shift up.")
    tell = turn.option("Tell the leader I cannot come", f"cantcome:{shift.id}")
    leave = turn.option("Give this shift up", f"leaveshift:{shift.id}")
    return Reply(text, (tell, leave, *_ways(turn, shift)))


async def _free(turn: Turn, shift: ShiftRow) -> list[VolunteerRow]:
    """Who has no shift then: first those who know the topics, then those who said they are free."""
    busy = await covers.busy(turn.db, shift.ward_id, shift.starts_at, shift.ends_at)
    there = await volunteers.able(turn.db, shift.ward_id, ABLE)
    start, end = (at.astimezone(WARD_ZONE) for at in (shift.starts_at, shift.ends_at))
    needed = free_hours.touched(start, end)

    def rank(one: VolunteerRow) -> tuple[bool, bool, int]:
        knows = not shift.topics or bool(one.told.topics & shift.topics)
        return not knows, bool(needed & ~one.told.hours), one.member_id

    return sorted((one for one in there if one.member_id not in busy), key=rank)[:MOST]


async def _asked(turn: Turn, shift: ShiftRow, one: VolunteerRow, number: int) -> bool:
    if one.person_id is None:
        return False
    tr = await notices.speaking_to(turn.db, one.person_id)
    head = tr("A volunteer cannot come and looks for somebody to stand in. Could you?")
    options = (
        Option(tr("I take it"), f"covers:{number}"),
        Option(tr("About this shift"), f"shift:{shift.id}"),
    )
    reply = Reply(f"{head}\n{described(tr, shift)}", options)
    return await turn.notify(one.person_id, reply, NOTICE, f"cover:{number}:{one.member_id}")


async def stop(turn: Turn) -> Reply:
    """`uncover:<shift>`: look for nobody any more."""
    shift = await own(turn)
    if isinstance(shift, Reply):
        return shift
    signup = await shifts.signup_of(turn.db, shift.id, turn.talk.member_id or 0) or 0
    await covers.stop(turn.db, signup, turn.now)
    text = turn.tr("I look for nobody any more. The shift is yours: {shift}.",
                   shift=in_a_line(turn.tr, shift))  # fmt: skip
    return Reply(text, (*own_ways(turn, shift, False), *_ways(turn, shift)))


async def accept(turn: Turn) -> Reply:
    """`covers:<number>`: the first who presses it has the shift."""
    cover = await covers.get(turn.db, numbered(turn.argument) or 0)
    shift = await of_ward(turn, str(cover.shift_id)) if cover else None
    if cover is None or shift is None:
        return await menu.lapsed(turn)
    if asked := await unpledged(turn, shift):
        return asked
    refused = await covers.accept(turn.db, cover, turn.talk.member_id or 0, turn.now)
    if refused is None:
        await _tell(turn, shift, cover.seeker_id, cover.id)
        text = turn.tr("Thank you! The shift is yours now.")
        leave = turn.option("Give this shift up", f"leaveshift:{shift.id}")
        about = f"{described(turn.tr, shift)}\n\n{turn.tr(HOW)}"
        return Reply(f"{text}\n\n{about}", (leave, *_ways(turn, shift)))
    if refused.reason in (ALREADY, CLASH):
        return refusal(turn, shift, refused)
    message = WHY_NOT.get(refused.reason) or REFUSED[refused.reason]
    return Reply(turn.tr(message), _ways(turn, shift))


async def _tell(turn: Turn, shift: ShiftRow, seeker_id: int, number: int) -> None:
    """Who looked for somebody is free now; the leader knows who comes."""
    name = await members.name_of(turn.db, turn.talk.member_id or 0)
    before = await members.name_of(turn.db, seeker_id)
    seeker = await members.get(turn.db, seeker_id)
    if seeker and seeker.person_id is not None:
        tr = await notices.speaking_to(turn.db, seeker.person_id)
        text = tr("{name} stands in for you, you need not come:", name=name)
        reply = Reply(f"{text}\n{described(tr, shift)}", (Option(tr("My shifts"), "myshifts"),))
        await turn.notify(seeker.person_id, reply, NOTICE, f"covered:{number}")

    def said(tr: Tr) -> Reply:
        text = tr("{name} stands in for {before}:", name=name, before=before)
        see = Option(tr("About this shift"), f"shift:{shift.id}")
        return Reply(f"{text}\n{described(tr, shift)}", (see,))

    await campaign_leaders.tell(
        turn.db,
        shift.ward_id,
        shift.leader_id,
        f"covers:{number}",
        said,
        turn.now,
        turn.talk.person_id,
    )


def _ways(turn: Turn, shift: ShiftRow) -> tuple[Option, ...]:
    return (
        turn.option("Other shifts", f"shifts:{shift.campaign_id}"),
        turn.option("My shifts", "myshifts"),
        turn.option("Main menu", "menu"),
    )
