"""Taking a shift, giving it up, and saying that one cannot come."""

from datetime import timedelta

from content.i18n import N_
from handlers import campaign_leaders, menu, shift_reminders
from handlers.notices import Tr
from handlers.shift_words import described, in_a_line
from handlers.shifts import HOW, LATE, LEAVING, REFUSED, of_ward, own, own_ways, ways
from handlers.turn import Option, Reply, Turn
from store import members, shifts, volunteers
from store.shifts import SELF, Refusal, ShiftRow
from store.volunteers import CONFIRMED

SHORT = timedelta(hours=12)
"""Before its beginning the leader is told who leaves."""


async def take(turn: Turn) -> Reply:
    """`takeshift:<number>`."""
    shift = await of_ward(turn, turn.argument)
    if shift is None:
        return await menu.lapsed(turn)
    if asked := await unpledged(turn, shift):
        return asked
    if not shift.cancelled and turn.now > shift.starts_at + LATE:
        text = turn.tr("This shift began more than 15 minutes ago. Please choose another one.")
        return Reply(
            text, (turn.option("Other shifts", f"shifts:{shift.campaign_id}"), *ways(turn))
        )
    member = turn.talk.member_id or 0
    if refused := await shifts.add_signup(turn.db, shift.id, member, SELF, turn.now):
        return refusal(turn, shift, refused)
    text = turn.tr("The shift is yours. Thank you!")
    if turn.can.push and max(shift_reminders.times(shift)) > turn.now:
        text += " " + turn.tr("I remind you before it begins.")
    return Reply(
        f"{text}\n\n{described(turn.tr, shift)}\n\n{turn.tr(HOW)}",
        (
            turn.option("Other shifts", f"shifts:{shift.campaign_id}"),
            turn.option("Give this shift up", f"leaveshift:{shift.id}"),
            *ways(turn),
        ),
    )


async def unpledged(turn: Turn, shift: ShiftRow) -> Reply | None:
    """Whoever takes a shift has pledged to keep secrets before, whatever their role."""
    there = await volunteers.get(turn.db, turn.talk.member_id)
    if there and there.state == CONFIRMED:
        return None
    text = turn.tr(
        "Before your first shift, please tell me a little about yourself and pledge to keep what you "
        "see to yourself. It takes two minutes."
    )
    sign_up = turn.option("Fill it in", f"volunteer:{shift.campaign_id}")
    return Reply(text, (sign_up, *ways(turn)))


def refusal(turn: Turn, shift: ShiftRow, refused: Refusal) -> Reply:
    """Why somebody does not get a place, and the ways on."""
    other = in_a_line(turn.tr, refused.other) if refused.other else ""
    text = turn.tr(REFUSED[refused.reason], other=other)
    see = refused.other or shift
    options = (
        turn.option("About that shift", f"shift:{see.id}"),
        turn.option("Other shifts", f"shifts:{shift.campaign_id}"),
    )
    return Reply(text, (*options, *ways(turn)))


async def leave(turn: Turn) -> Reply:
    """`leaveshift:<number>`: the place is open again; on short notice the leader is told."""
    shift = await own(turn)
    if isinstance(shift, Reply):
        return shift
    if shift.starts_at - turn.now < LEAVING:
        text = turn.tr(
            "The shift begins in less than 5 minutes, or has begun: it can no longer be given up here. "
            "Please tell the leader that you cannot come."
        )
        return Reply(text, (*own_ways(turn, shift, False), *ways(turn)))
    await shifts.end_signup(turn.db, shift.id, turn.talk.member_id or 0, turn.now)
    if shift.starts_at - turn.now < SHORT:
        await _tell(
            turn, shift, "left", N_("{name} has given up this shift. The place is open again:")
        )
    text = turn.tr("You no longer have this shift, the place is open for others: {shift}.",
                   shift=in_a_line(turn.tr, shift))  # fmt: skip
    again = turn.option("Take it again after all", f"takeshift:{shift.id}")
    return Reply(
        text, (turn.option("Other shifts", f"shifts:{shift.campaign_id}"), again, *ways(turn))
    )


async def cannot_come(turn: Turn) -> Reply:
    """`cantcome:<number>`: the leader hears it, once; the rest is theirs to settle."""
    shift = await own(turn)
    if isinstance(shift, Reply):
        return shift
    told = await _tell(turn, shift, "cantcome", N_("{name} says they cannot come to this shift:"))
    text = turn.tr("The leader has been told that you cannot come. Thank you for saying so.")
    if not told:
        text = turn.tr("I can reach no leader of the campaign. Please call the ward.")
    person = () if told else (turn.option("Talk to a person", "person"),)
    return Reply(text, (*person, *ways(turn)))


async def _tell(turn: Turn, shift: ShiftRow, what: str, message: str) -> int:
    name = await members.name_of(turn.db, turn.talk.member_id or 0)

    def said(tr: Tr) -> Reply:
        text = f"{tr(message, name=name)}\n{described(tr, shift)}"
        return Reply(text, (Option(tr("About this shift"), f"shift:{shift.id}"),))

    key = f"{what}:{shift.id}:{turn.talk.member_id}"  # once, however often somebody does it
    return await campaign_leaders.tell(
        turn.db, shift.ward_id, shift.leader_id, key, said, turn.now, turn.talk.person_id
    )
