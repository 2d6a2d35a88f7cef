"""Ticking who of the ward's lists was at a class. A tick adds nobody to the number of people."""

from content.fold import words
from content.i18n import N_
from handlers import class_log, forms, menu
from handlers.classes import led, page
from handlers.forms import YES, Answers, Field, Form
from handlers.turn import Option, Reply, Turn
from store import attendance, trainees
from store.classes import HELD, OPEN, ClassRow
from store.trainees import TraineeRow

PAGE = 8


async def names(turn: Turn) -> Reply:
    """`<class>[:<page>]`: the lists, eight names at a time; a part of a name may be typed."""
    number, _, at = turn.argument.partition(":")
    row = await _found(turn, number)
    if isinstance(row, Reply):
        return row
    return await _shown(turn, row, int(at) if at.isdecimal() and len(at) < 4 else 0)


async def tick(turn: Turn) -> Reply:
    """`<class>:<trainee>:<page>`: was there; pressed again: was not."""
    number, _, rest = turn.argument.partition(":")
    trainee, _, at = rest.partition(":")
    row = await _found(turn, number)
    if isinstance(row, Reply):
        return row
    known = {one.id: one for one in await trainees.of_ward(turn.db, row.ward_id, turn.today)}
    one = known.get(int(trainee)) if trainee.isdecimal() and len(trainee) < 16 else None
    if one is None:
        return await menu.lapsed(turn)
    here = int(at) if at.isdecimal() and len(at) < 4 else 0
    if one.id in await attendance.ticked(turn.db, row.id):
        await attendance.untick(turn.db, row.id, one.id)
        return await _shown(turn, row, here, turn.tr("Taken away: {name}.", name=_label(one)))
    if row.state == HELD and await _is_full(turn, row):
        text = turn.tr("More names than people: correct the number of people first.")
        return await _shown(turn, row, here, text)
    await attendance.tick(turn.db, row.id, one.id, turn.now)
    return await _shown(turn, row, here, turn.tr("Ticked: {name}.", name=_label(one)))


async def _is_full(turn: Turn, row: ClassRow) -> bool:
    """Whether as many names are ticked as people are in the log."""
    came = await attendance.came(turn.db, row.id)
    return came.named >= came.people(row.counted)


async def _found(turn: Turn, number: str) -> ClassRow | Reply:
    """A class that has begun, whose names may be ticked now."""
    row = await led(turn, number)
    if row is None or row.state not in (OPEN, HELD):
        return await menu.lapsed(turn)
    if turn.now < row.plan.starts_at:
        return await page(turn, row, turn.tr(class_log.NOT_YET))
    return await class_log.closed(turn, row) or row


async def _shown(turn: Turn, row: ClassRow, at: int, before: str = "") -> Reply:
    """A page of the lists, with the question for a part of a name open."""
    known = await trainees.of_ward(turn.db, row.ward_id, turn.today)
    if not known:
        text = turn.tr(
            "The ward has no list of union core members and officials yet. An officer imports it: /import"
        )
        return await page(turn, row, text)
    at = min(at, (len(known) - 1) // PAGE)
    options = await _marked(turn, row, known[PAGE * at : PAGE * (at + 1)], at)
    if len(known) > PAGE * (at + 1):
        options.append(turn.option("More", f"names:{row.id}:{at + 1}"))
    if at:
        options.append(turn.option("Back", f"names:{row.id}:{at - 1}"))
    return await _asked(turn, row, options, before)


async def _asked(turn: Turn, row: ClassRow, options: list[Option], before: str) -> Reply:
    ticked = await attendance.ticked(turn.db, row.id)
    text = turn.tr(
        "{n} names are ticked. Choose a name, or type a part of one. They are among the people counted, not "
        "besides them.",
        n=len(ticked),
    )
    await forms.begin(turn, FIND, {"id": str(row.id)})
    done = turn.option("Done", f"class:{row.id}")
    return Reply("\n".join(filter(None, [before, text])), (*options, done))


async def _marked(turn: Turn, row: ClassRow, some: list[TraineeRow], at: int) -> list[Option]:
    ticked = await attendance.ticked(turn.db, row.id)
    return [
        Option(
            f"{_label(one)} ✓" if one.id in ticked else _label(one), f"tick:{row.id}:{one.id}:{at}"
        )
        for one in some
    ]


def _label(one: TraineeRow) -> str:
    return f"{one.name} ({one.unit})" if one.unit else one.name


async def _searched(turn: Turn, answers: Answers) -> Reply:
    """The names a typed part may mean."""
    row = await _found(turn, answers["id"])
    if isinstance(row, Reply):
        return row
    said = words(answers["part"])
    if said in YES:
        return await page(turn, row)
    known = await trainees.of_ward(turn.db, row.ward_id, turn.today)
    found = [one for one in known if said and said in words(_label(one))]
    options = await _marked(turn, row, found[:PAGE], 0)
    options.append(turn.option("The whole list", f"names:{row.id}"))
    if not found:
        return await _asked(
            turn, row, options, turn.tr("I find nobody of that name in the ward's list.")
        )
    more = len(found) - PAGE
    before = turn.tr("And {n} more: please type more of the name.", n=more) if more > 0 else ""
    return await _asked(turn, row, options, before)


FIND = forms.register(
    Form(
        "findname",
        (Field("part", N_("A part of the name?"), names=True),),
        _searched,
        action="classes",
    )
)
