"""The shift a code typed at the place stands for, and what checking in and out have in common."""

from datetime import datetime, timedelta

from content.i18n import N_
from handlers.codes import Limit, too_many, wrong
from handlers.shift_words import hours_words
from handlers.turn import Option, Reply, Turn
from store import check_ins as store
from store import classes, sessions, shifts
from store.check_ins import EARLY, LATE, Presence
from store.shifts import ShiftRow

GUESSES = Limit("shift", per_chat=5, in_all=500, within=timedelta(minutes=15))
AHEAD = timedelta(hours=24)
"""How far ahead a shift's code is known, to say that it is too early."""
SAY = N_("To check in, type the code shown at the place, like «ca 1234».")


async def meant(turn: Turn, code: str) -> list[ShiftRow] | Reply:
    """The shifts of the ward whose code this is, those that go on first; or that there is none."""
    if await too_many(turn, GUESSES):
        text = turn.tr(
            "Too many wrong codes. Please wait 15 minutes, or ask the campaign’s leader."
        )
        return Reply(text, ways(turn))
    ward, now = turn.talk.ward_id or "", turn.now
    known = await store.around(turn.db, ward, now - LATE, now + AHEAD)
    fits = [one for one in known if code in turn.tools.codes(f"shift/{one[0]}")]
    fits.sort(key=lambda one: (not goes_on(one[1], one[2], now), one[1]))
    found = [await shifts.get(turn.db, number) for number, _, _ in fits]
    if there := [one for one in found if one]:
        return there
    await wrong(turn, GUESSES)
    text = turn.tr(
        "No shift has the code {code} now. It changes every 5 minutes: please look at the place again "
        "and type the new one, or ask the campaign’s leader.",
        code=code,
    )
    return Reply(text, ways(turn))


async def alone(turn: Turn, code: str) -> bool:
    """Whether digits without any word are the code of a shift of theirs, and of nothing else.

    A wrong one of somebody at a shift counts as guessed: it may be no way round the limit.
    """
    if await too_many(turn, GUESSES):
        return False
    theirs = await _running(turn)
    if not theirs or await _of_something_else(turn, code):
        return False
    right = sum(code in turn.tools.codes(f"shift/{number}") for number in theirs) == 1
    if not right:
        await wrong(turn, GUESSES)
    return right


async def _running(turn: Turn) -> set[int]:
    """The shifts that are open now where somebody has a place or is in."""
    member, now = turn.talk.member_id or 0, turn.now
    there = await store.present(turn.db, member, now)
    placed = await shifts.of_member(turn.db, member, now, now + EARLY)
    return {one.id for one in placed} | ({there.shift_id} if there else set())


async def _of_something_else(turn: Turn, code: str) -> bool:
    ward = turn.talk.ward_id or ""
    if await sessions.live_codes(turn.db, ward, [code], turn.now):
        return True
    return any(
        one.takes_code(turn.now) for one in await classes.by_code(turn.db, ward, code, turn.now)
    )


def goes_on(starts: datetime, ends: datetime, now: datetime) -> bool:
    return starts - EARLY <= now < ends


def place(turn: Turn, there: Presence | None) -> str:
    """When and where a check-in is, in a line."""
    if there is None:
        return ""
    return f"{hours_words(turn.tr, there.starts_at, there.ends_at)}, {there.place}"


def ways(turn: Turn) -> tuple[Option, ...]:
    """The way on of who takes shifts."""
    own = turn.option("My shifts", "myshifts"), turn.option("My hours", "myhours")
    return (*own, turn.option("Main menu", "menu"))
