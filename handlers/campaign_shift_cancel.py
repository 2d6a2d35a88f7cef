"""Cancelling one shift of a campaign: why, then everybody who took it is told."""

from content.i18n import N_
from handlers import campaigns, forms, menu, notices
from handlers.choosing import distinct, numbered
from handlers.forms import Answers, Field, Form
from handlers.session_form import reason
from handlers.shift_words import in_a_line
from handlers.turn import Option, Reply, Turn
from store import campaigns as store
from store import members, shifts, wards
from store.kinds import NOTICE
from store.shifts import ShiftRow

LISTED = 8
OVER = N_("That shift has begun already, or ends before now.")


async def to_cancel(turn: Turn) -> Reply:
    """`dropshift:<campaign>[:page]`: the coming shifts, to choose one."""
    number, _, page = turn.argument.partition(":")
    found = await campaigns.numbered(turn, number)
    if found is None:
        return await menu.lapsed(turn)
    coming = [
        one
        for one in await shifts.of_campaign(turn.db, found.id, turn.now)
        if one.starts_at > turn.now
    ]
    first = LISTED * (numbered(page) or 0)
    shown = coming[first : first + LISTED]
    options = [Option(in_a_line(turn.tr, one), f"cancelshift:{one.id}") for one in shown]
    if len(coming) > first + LISTED:
        options.append(turn.option("More", f"dropshift:{found.id}:{first // LISTED + 1}"))
    some, none = N_("Which shift is cancelled?"), N_("There is no shift to come.")
    back = turn.option("To the campaign", f"campaign:{found.id}")
    return Reply(turn.tr(some if options else none), distinct([*options, back]))


async def cancel(turn: Turn) -> Reply:
    """`cancelshift:<shift>`: ask why, then do it."""
    shift = await _coming(turn, turn.argument)
    if isinstance(shift, Reply):
        return shift
    return await forms.begin(turn, CANCEL, {"shift": str(shift.id)})


async def _coming(turn: Turn, number: str) -> ShiftRow | Reply:
    """A shift of the ward that has not begun, or what is said instead."""
    known = number.isascii() and number.isdecimal() and len(number) < 16
    shift = await shifts.get(turn.db, int(number)) if known else None
    if shift is None or shift.ward_id != turn.talk.ward_id or shift.cancelled:
        return await menu.lapsed(turn)
    if shift.starts_at <= turn.now:
        return await campaigns.of_page(turn, shift.campaign_id, turn.tr(OVER))
    return shift


async def _why_summary(turn: Turn, answers: Answers) -> str:
    shift = await _coming(turn, answers["shift"])
    if isinstance(shift, Reply):
        return shift.text
    return turn.tr(
        "Cancel this shift?\n{shift}\nWhy: {why}\nPeople signed up, who will be told: {n}.",
        shift=in_a_line(turn.tr, shift), why=answers["why"], n=shift.taken,
    )  # fmt: skip


async def _cancelled(turn: Turn, answers: Answers) -> Reply:
    shift = await _coming(turn, answers["shift"])
    if isinstance(shift, Reply):
        return shift
    await wards.hold(turn.db, shift.ward_id, alone=True)
    expected = await store.cancel_shift(turn.db, shift.id, turn.now)
    if expected is None:
        return await menu.lapsed(turn)
    by = turn.talk.member_id
    await members.note(turn.db, shift.ward_id, by, "shift cancelled", shift.id, turn.now)
    told = sum([await _tell(turn, shift, member_id, answers["why"]) for member_id in expected])
    return await campaigns.of_page(turn, shift.campaign_id, done(turn, len(expected), told))


def done(turn: Turn, expected: int, told: int) -> str:
    """That it is cancelled, and who still has to hear of it from somebody else."""
    if not expected:
        return turn.tr("Cancelled. Nobody had signed up.")
    text = turn.tr("Cancelled. People told: {n}.", n=told)
    if told == expected:
        return text
    missing = turn.tr("Not reachable here, please tell them: {n}.", n=expected - told)
    return f"{text} {missing}"


async def _tell(turn: Turn, shift: ShiftRow, member_id: int, why: str) -> bool:
    person = await person_of(turn, member_id)
    if person is None:
        return False
    tr = await notices.speaking_to(turn.db, person)
    text = tr(
        "Your shift is cancelled: {shift} ({campaign}).\nWhy: {why}\nYou need not come.",
        shift=in_a_line(tr, shift), campaign=shift.campaign, why=why,
    )  # fmt: skip
    others = Option(tr("Open shifts"), f"shifts:{shift.campaign_id}")
    ways = (others, Option(tr("My shifts"), "myshifts"))
    key = f"shift:{shift.id}:gone:{member_id}"
    return await turn.notify(person, Reply(text, ways), NOTICE, key)


async def person_of(turn: Turn, member_id: int) -> int | None:
    """Who a member is, while they have a role."""
    member = await members.get(turn.db, member_id)
    return member.person_id if member else None


CANCEL = forms.register(
    Form(
        "shiftcancel",
        (Field("why", N_("Why is it cancelled? Who signed up reads this."), check=reason,
               label=N_("The reason"), free=True),),
        _cancelled,
        _why_summary,
        action="campaigns",
        send=N_("Cancel the shift"),
    )
)  # fmt: skip
