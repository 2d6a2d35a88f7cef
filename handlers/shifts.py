"""Shifts for volunteers: which are open, all about one, and one's own."""

import re
from dataclasses import replace
from datetime import timedelta

from content.fold import words
from content.i18n import N_
from handlers import groups, menu
from handlers.choosing import distinct, numbered
from handlers.rights import APPLICANT
from handlers.shift_words import described, in_a_line
from handlers.turn import Option, Reply, Turn
from store import campaigns, check_ins, covers, shifts
from store.shifts import ALREADY, CLASH, FULL, GONE, OVER, ShiftRow

PAGE = 8
LATE = timedelta(minutes=15)
"""After its beginning nobody takes a shift any more."""
LEAVING = timedelta(minutes=5)
"""Before its beginning nobody leaves a shift any more."""
LEAD = "campaigns"
"""The permission of who leads campaigns."""
REFUSED = {
    GONE: N_("This shift was cancelled."),
    OVER: N_("This shift is over."),
    ALREADY: N_("You have this shift already."),
    FULL: N_("This shift has just become full. Please choose another one."),
    CLASH: N_(
        "You have another shift at that time: {other}. Nobody can be at two places; give that one up "
        "first if you would rather come here."
    ),
}
"""What somebody reads who cannot have a place."""
HERE = N_("You are at this shift now; to go, check out.")
HOW = N_("Once there, type: ca and the 4 digits shown at the place.")
"""How somebody checks in, for who has just taken a shift."""
_DAY = r"thu (?:hai|ba|tu|nam|sau|bay|[2-7])|t[2-7]|chu nhat|cn|hom nay|ngay mai|ngay|mai|nay|tuan"
_WHEN = rf"(?: (?:sang|trua|chieu|toi|sau|{_DAY}|\d\d?))*"
_OPEN = re.compile(
    r"(?:(?:em|toi|minh) )?(?:muon )?(?:dang ky|chon|nhan|xin)(?: them)? ca(?: truc)?" + _WHEN
    + r"|ca (?:nao )?(?:con )?(?:cho|trong)" + _WHEN
)  # fmt: skip
SAID = ("ca của tôi", "ca trực", "ca tình nguyện", "lịch trực", "ca trực của tôi")
"""What asks for one's own."""
_OWN = frozenset(words(one) for one in SAID)


async def heard(turn: Turn) -> Reply | None:
    """ "đăng ký ca", "ca còn chỗ thứ 7". None: it is nothing of that kind, or not by a volunteer."""
    said = words(turn.text)
    waits = turn.talk.role == APPLICANT
    if not _OPEN.fullmatch(said) and not (waits and said in _OWN):
        return None
    if not waits and not turn.may("shifts"):
        return None
    if turn.can.group:
        return await groups.privately(turn)
    turn.talk.state.pop("form", None)
    return _waits(turn) if waits else await _where(turn)


def _waits(turn: Turn) -> Reply:
    text = turn.tr("You have signed up. The leader of the campaign has not confirmed it yet.")
    told = turn.option("Change what I told", "volunteer:edit")
    return Reply(text, (told, turn.option("Main menu", "menu")))


async def _where(turn: Turn) -> Reply:
    """The open shifts of the campaign that has some; of several one is asked for."""
    there = await shifts.with_shifts(turn.db, turn.talk.ward_id or "", turn.now)
    if len(there) == 1:
        return await offered(replace(turn, argument=str(there[0][0])))
    options = [Option(name, f"shifts:{id}") for id, name in there[:PAGE]]
    some = N_("The shifts of which campaign do you want to see?")
    none = N_("No campaign has shifts to come just now. Please look again later.")
    return Reply(turn.tr(some if there else none), distinct([*options, *ways(turn)]))


async def offered(turn: Turn) -> Reply:
    """`shifts:<campaign>[:page]`: those with places, and one's own; for who leads, all to come."""
    number, _, page = turn.argument.partition(":")
    campaign = await campaigns.get(turn.db, numbered(number) or 0)
    if campaign is None or campaign.ward_id != turn.talk.ward_id:
        return await menu.lapsed(turn)
    own = await _own_ids(turn)
    there = await shifts.of_campaign(turn.db, campaign.id, turn.now)
    seen = [one for one in there if one.id in own or turn.may(LEAD) or _takeable(turn, one)]
    first = PAGE * (numbered(page) or 0)
    options = [_option(turn, one, one.id in own) for one in seen[first : first + PAGE]]
    if len(seen) > first + PAGE:
        options.append(turn.option("More", f"shifts:{campaign.id}:{first // PAGE + 1}"))
    some = N_("{campaign}: which shift would you like to see?")
    none = N_("{campaign}: no shift has places left just now. Please look again later.")
    text = turn.tr(some if options else none, campaign=campaign.name)
    return Reply(text, distinct([*options, *ways(turn)]))


def _takeable(turn: Turn, shift: ShiftRow) -> bool:
    return bool(shift.left) and turn.now <= shift.starts_at + LATE


def _option(turn: Turn, shift: ShiftRow, own: bool) -> Option:
    """ "08:00–11:00 thứ Bảy 21/11, Nhà văn hóa TDP 1 (còn 2 chỗ)"."""
    places = turn.tr("places left: {n}", n=shift.left) if shift.left else turn.tr("full")
    state = turn.tr("yours") if own else places
    return Option(f"{in_a_line(turn.tr, shift)} ({state})", f"shift:{shift.id}")


async def one(turn: Turn) -> Reply:
    """`shift:<number>`: all about it, and what can be done with it."""
    shift = await of_ward(turn, turn.argument)
    if shift is None:
        return await menu.lapsed(turn)
    signup = await shifts.signup_of(turn.db, shift.id, turn.talk.member_id or 0)
    cover = await covers.of_signup(turn.db, signup) if signup else None
    here = await _here(turn, shift)
    lines = [
        described(turn.tr, shift),
        turn.tr("• Places: {taken} of {places} taken", taken=shift.taken, places=shift.places),
        *([turn.tr(HERE)] if here else _standing(turn, shift, bool(signup), bool(cover))),
    ]
    coming = not shift.cancelled and turn.now < shift.ends_at
    mine = own_ways(turn, shift, bool(cover)) if signup else _taking(turn, shift)
    if here:
        mine = [turn.option("Check out", "checkout")]
    options = [*(mine if coming else []), *_leading(turn, shift)]
    back = turn.option("Other shifts", f"shifts:{shift.campaign_id}")
    return Reply("\n".join(lines), (*options, back, *ways(turn)))


def _standing(turn: Turn, shift: ShiftRow, own: bool, cover: bool) -> list[str]:
    """How things stand with it, for who asks."""
    if shift.cancelled or shift.ends_at <= turn.now:
        return [turn.tr(REFUSED[GONE if shift.cancelled else OVER])]
    if cover and turn.now < shift.starts_at:
        return [turn.tr("You have this shift, and look for somebody to stand in.")]
    if own:
        how = turn.tr("When you are there, type the four digits you see at the place: ca 1234.")
        return [turn.tr("You have this shift."), how]
    return []


def own_ways(turn: Turn, shift: ShiftRow, cover: bool) -> list[Option]:
    """What can be done with a shift one has."""
    tell = turn.option("Tell the leader I cannot come", f"cantcome:{shift.id}")
    if turn.now >= shift.starts_at:
        return [tell]
    stand_in = (
        turn.option("Look for nobody any more", f"uncover:{shift.id}")
        if cover
        else turn.option("Find somebody to stand in", f"cover:{shift.id}")
    )
    late = shift.starts_at - turn.now < LEAVING
    leave = tell if late else turn.option("Give this shift up", f"leaveshift:{shift.id}")
    return [stand_in, leave]


def _taking(turn: Turn, shift: ShiftRow) -> list[Option]:
    return [take_option(turn, shift)] if _takeable(turn, shift) else []


def take_option(turn: Turn, shift: ShiftRow) -> Option:
    return turn.option("Take this shift", f"takeshift:{shift.id}")


def _leading(turn: Turn, shift: ShiftRow) -> list[Option]:
    if not turn.may(LEAD) or shift.cancelled:
        return []
    options = [
        turn.option("The code of this shift", f"shiftcode:{shift.id}"),
        turn.option("Who is there", f"roll:{shift.id}"),
    ]
    if turn.now < shift.starts_at:
        options.append(turn.option("Cancel the shift", f"cancelshift:{shift.id}"))
    return options


async def mine(turn: Turn) -> Reply:
    """What one is to come to, the next one first."""
    coming = await shifts.of_member(turn.db, turn.talk.member_id or 0, turn.now)
    options = [Option(in_a_line(turn.tr, one), f"shift:{one.id}") for one in coming[:PAGE]]
    if any(one.starts_at <= turn.now for one in coming):
        options.append(turn.option("Check out", "checkout"))
    there = await shifts.with_shifts(turn.db, turn.talk.ward_id or "", turn.now)
    more = [Option(turn.tr("Open shifts: {name}", name=name), f"shifts:{id}") for id, name in there]
    some, none = (
        N_("Your shifts to come: {n}. Choose one to see it."),
        N_("You have no shifts to come."),
    )
    text = turn.tr(some, n=len(coming)) if coming else turn.tr(none)
    last = (turn.option("My hours", "myhours"), turn.option("Main menu", "menu"))
    return Reply(text, distinct([*options, *more[:3], *last]))


async def of_ward(turn: Turn, number: str) -> ShiftRow | None:
    """A shift of the person's ward by its number in a choice."""
    found = await shifts.get(turn.db, numbered(number) or 0)
    return found if found and found.ward_id == turn.talk.ward_id else None


async def own(turn: Turn) -> ShiftRow | Reply:
    """The shift of a choice: one has it, is not checked in, and it is not over. Else why not.

    Nobody takes, leaves or enters a shift of the ward meanwhile.
    """
    found = await of_ward(turn, turn.argument)
    shift = await shifts.held(turn.db, found.id) if found else None
    if shift is None:
        return await menu.lapsed(turn)
    if await _here(turn, shift):
        return Reply(turn.tr(HERE), (turn.option("Check out", "checkout"), *ways(turn)))
    has = await shifts.signup_of(turn.db, shift.id, turn.talk.member_id or 0)
    if has and not shift.cancelled and turn.now < shift.ends_at:
        return shift
    reply = await one(replace(turn, argument=str(shift.id)))
    gone = turn.tr("You do not have this shift any more.")
    return replace(reply, text=f"{gone}\n\n{reply.text}")


async def _here(turn: Turn, shift: ShiftRow) -> bool:
    """Whether somebody is checked in there."""
    there = await check_ins.present(turn.db, turn.talk.member_id or 0, turn.now)
    return there is not None and there.shift_id == shift.id


async def _own_ids(turn: Turn) -> set[int]:
    there = await shifts.of_member(turn.db, turn.talk.member_id or 0, turn.now)
    return {one.id for one in there}


def ways(turn: Turn) -> tuple[Option, ...]:
    return turn.option("My shifts", "myshifts"), turn.option("Main menu", "menu")
