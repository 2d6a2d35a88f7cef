"""For who leads a campaign: a shift's code to show, and the list of who is there, to check in or out."""

from dataclasses import dataclass, replace

from content.fold import words
from content.i18n import N_
from handlers import forms, menu, shift_words
from handlers.choosing import distinct, numbered
from handlers.forms import Answers, Field, Form
from handlers.hours_words import clock
from handlers.shift_code import place
from handlers.shift_people import SHOWN, member_of, named
from handlers.shifts import of_ward
from handlers.turn import Option, Reply, Turn
from store import check_ins as store
from store import shifts
from store.check_ins import EARLY, LATE, LEADER, Presence, Refused
from store.members import MemberRow
from store.shifts import ShiftRow


@dataclass(frozen=True)
class Line:
    """Somebody of the list."""

    member_id: int
    name: str
    there: Presence | None
    """Their last check-in."""


async def code(turn: Turn) -> Reply:
    """`shiftcode:<shift>`: the code of now; `shiftcode:<shift>:page`: a page that shows it at the place."""
    number, _, page = turn.argument.partition(":")
    shift = await of_ward(turn, number)
    if shift is None or shift.cancelled or turn.now >= shift.ends_at + LATE:
        return await menu.lapsed(turn)
    where, ways = shift_words.in_a_line(turn.tr, shift), _code_ways(turn, shift)
    if page:
        text = turn.tr(
            "To show it large on a phone or tablet at the place, open this within 15 minutes; it stays "
            "up to date by itself: {link}",
            link=turn.tools.link(f"shift/{turn.talk.member_id}/{shift.id}"),
        )
        return Reply(f"{where}\n\n{text}", ways)
    now, _ = turn.tools.codes(f"shift/{shift.id}")
    text = turn.tr(
        "Code of the shift: ca {code}\nIt changes every 5 minutes. Who comes types to this assistant: "
        "«ca {code}»; who leaves: «ra ca {code}».",
        code=now,
    )
    return Reply(f"{where}\n\n{text}", ways)


def _code_ways(turn: Turn, shift: ShiftRow) -> tuple[Option, ...]:
    return (
        turn.option("The code of now", f"shiftcode:{shift.id}"),
        turn.option("A page with the code in large digits", f"shiftcode:{shift.id}:page"),
        turn.option("Who is there", f"roll:{shift.id}"),
        turn.option("Main menu", "menu"),
    )


async def roll(turn: Turn) -> Reply:
    """`roll:<shift>[:<page>]`: who signed up, is in, has left; eight at a time."""
    number, _, page = turn.argument.partition(":")
    shift = await of_ward(turn, number)
    if shift is None:
        return await menu.lapsed(turn)
    return await _page(turn, shift, numbered(page) or 0)


async def check_in(turn: Turn) -> Reply:
    """`rollin:<shift>:<member>`."""
    shift, member = await _pressed(turn)
    if shift is None or member is None:
        return await menu.lapsed(turn)
    return await _entered(turn, shift, member)


async def check_out(turn: Turn) -> Reply:
    """`rollout:<shift>:<member>`."""
    shift, member = await _pressed(turn)
    if shift is None or member is None:
        return await menu.lapsed(turn)
    left = await store.leave(turn.db, shift.id, member.id, turn.now)
    if isinstance(left, Refused):
        text = turn.tr("{name} is not in this shift any more.", name=member.name)
    else:
        text = turn.tr("{name} left at {time}.", name=member.name, time=clock(turn.now))
    return await _with(turn, shift, text)


async def another(turn: Turn) -> Reply:
    """`rolladd:<shift>`: somebody else, by name."""
    shift = await of_ward(turn, turn.argument)
    if shift is None:
        return await menu.lapsed(turn)
    return await forms.begin(turn, SOMEBODY, {"shift": str(shift.id)})


async def _pressed(turn: Turn) -> tuple[ShiftRow | None, MemberRow | None]:
    number, _, member = turn.argument.partition(":")
    return await of_ward(turn, number), await member_of(turn, member)


_WHY_NOT = {
    shifts.GONE: N_("That shift was cancelled."),
    store.TOO_EARLY: N_("It is too early: this shift opens at {opens}."),
    store.ENDED: N_("This shift is over. Hours are entered under “Correct hours”."),
    store.IN: N_("{name} is in already."),
    store.ELSEWHERE: N_("{name} is checked in elsewhere: {other}. Check them out there first."),
}
_FAR = N_("{name} is checked in at a shift in another ward, and has to check out there first.")


async def _entered(turn: Turn, shift: ShiftRow, member: MemberRow) -> Reply:
    entered = await store.enter(
        turn.db, shift.id, member.id, member.org, LEADER, turn.talk.member_id, turn.now
    )
    if isinstance(entered, Refused):
        opens, there = clock(shift.starts_at - EARLY), entered.other
        far = there is not None and there.ward_id != shift.ward_id
        why, other = _FAR if far else _WHY_NOT[entered.reason], place(turn, there)
        return await _with(turn, shift, turn.tr(why, name=member.name, opens=opens, other=other))
    text = turn.tr("{name} is in since {time}.", name=member.name, time=clock(turn.now))
    if not entered.placed:
        text += " " + turn.tr("They have no place in this shift; their hours count all the same.")
    return await _with(turn, shift, text)


async def _with(turn: Turn, shift: ShiftRow, text: str) -> Reply:
    """What was done, then the list."""
    listed = await _page(turn, shift, 0)
    return replace(listed, text=f"{text}\n\n{listed.text}")


async def _lines(turn: Turn, shift: ShiftRow) -> list[Line]:
    """Who signed up or was there, by name."""
    last = {one.member_id: one for one in await store.of_shift(turn.db, shift.id)}
    names = dict(await shifts.signed_up(turn.db, shift.id))
    names |= {number: one.name for number, one in last.items()}
    order = sorted(names, key=lambda number: (words(names[number]), number))
    return [Line(number, names[number], last.get(number)) for number in order]


async def _page(turn: Turn, shift: ShiftRow, page: int) -> Reply:
    everybody = await _lines(turn, shift)
    shown = everybody[SHOWN * page : SHOWN * (page + 1)]
    inside = sum(1 for one in everybody if one.there and one.there.open_at(turn.now))
    head = turn.tr("In now: {n}. On the list: {m}.", n=inside, m=len(everybody))
    lines, over = [shift_words.in_a_line(turn.tr, shift), head], turn.now >= shift.ends_at
    lines += [f"• {one.name}: {_state(turn, one, over)}" for one in shown]
    options = [way for one in shown if (way := _way(turn, shift, one))]
    return Reply("\n".join(lines), distinct([*options, *_ways(turn, shift, page, len(everybody))]))


def _ways(turn: Turn, shift: ShiftRow, page: int, people: int) -> list[Option]:
    options = []
    if people > SHOWN * (page + 1):
        options.append(turn.option("More", f"roll:{shift.id}:{page + 1}"))
    if page:
        options.append(turn.option("Back", f"roll:{shift.id}:{page - 1}"))
    if _opened(turn, shift):
        options.append(turn.option("Somebody else", f"rolladd:{shift.id}"))
        options.append(turn.option("The code of now", f"shiftcode:{shift.id}"))
    options.append(turn.option("Correct hours", f"fixhours:{shift.campaign_id}"))
    return [*options, turn.option("Main menu", "menu")]


def _opened(turn: Turn, shift: ShiftRow) -> bool:
    return shift.starts_at - EARLY <= turn.now < shift.ends_at and not shift.cancelled


def _state(turn: Turn, line: Line, over: bool) -> str:
    there = line.there
    if there is None:
        return turn.tr("did not come") if over else turn.tr("not come yet")
    if there.out_at:
        span = {"start": clock(there.in_at), "end": clock(there.out_at)}
        return turn.tr("there from {start} to {end}", **span)
    if there.open_at(turn.now):
        return turn.tr("in since {time}", time=clock(there.in_at))
    return turn.tr(
        "in since {time}, no check-out, counted to {end}",
        time=clock(there.in_at),
        end=clock(there.ends_at),
    )


def _way(turn: Turn, shift: ShiftRow, line: Line) -> Option | None:
    """To check somebody in or out, while that goes."""
    there = line.there
    if there and there.forgotten:
        late = turn.now >= shift.ends_at + LATE
        label, value = turn.tr("Out: {name}", name=line.name), "rollout"
        return None if late else Option(label, f"{value}:{shift.id}:{line.member_id}")
    if not _opened(turn, shift):
        return None
    return Option(turn.tr("In: {name}", name=line.name), f"rollin:{shift.id}:{line.member_id}")


async def _added(turn: Turn, answers: Answers) -> Reply:
    shift, member = await of_ward(turn, answers["shift"]), await member_of(turn, answers["who"])
    if shift is None or member is None:
        return await menu.lapsed(turn)
    return await _entered(turn, shift, member)


SOMEBODY = forms.register(
    Form(
        "rolladd",
        (Field("who", N_("Who came? Type the name or a part of it."), check=named, names=True),),
        _added,
        action="campaigns",
    )
)
