"""Classes for those who hold them: the list, one class, opening one."""

from datetime import timedelta

from content.i18n import N_
from handlers import class_form, class_plan, class_times, class_words, forms, menu
from handlers.class_form import FIELDS
from handlers.class_words import code_of, in_a_line
from handlers.forms import Answers, Form
from handlers.turn import Attachment, Option, Reply, Turn
from store import attendance, classes, members, sessions, wards
from store.classes import HELD, OPEN, ClassRow, Plan

SHOWN = 12
RECENT = timedelta(days=31)
FIRST_CODE, CODES = 1000, 9000
"""Codes begin with no 0, which people leave out."""


async def listed(turn: Turn) -> Reply:
    """What waits to be closed, what runs and comes, and what was held of late."""
    rows = await classes.of_ward(turn.db, turn.talk.ward_id or "", turn.now - RECENT)
    over = [row for row in rows if row.state == OPEN and row.plan.ends_at <= turn.now]
    coming = [row for row in rows if row.state == OPEN and row.plan.ends_at > turn.now]
    held = [row for row in reversed(rows) if row.state == HELD]
    groups = (
        (N_("{line} (to be closed)"), over),
        ("{line}", coming),
        (N_("{line} (closed)"), held),
    )
    options = [
        Option(turn.tr(label, line=in_a_line(turn.tr, row.plan)), f"class:{row.id}")
        for label, group in groups
        for row in group
    ]
    text = turn.tr(
        "Classes to be closed: {over}. Now and to come: {coming}. Closed in the last 31 days: {held}.",
        over=len(over),
        coming=len(coming),
        held=len(held),
    )
    opening = turn.option("Open a class", "newclass")
    return Reply(text, (opening, *options[:SHOWN], turn.option("Main menu", "menu")))


async def one(turn: Turn) -> Reply:
    """A class with its code and numbers, and what may be done with it."""
    row = await seen(turn, turn.argument)
    return await page(turn, row) if row else await menu.lapsed(turn)


async def page(turn: Turn, row: ClassRow, before: str = "") -> Reply:
    """The class as it is now; shorter after something was done."""
    head = in_a_line(turn.tr, row.plan) if before else await class_words.described(turn, row.plan)
    lines = [before, head, await class_words.state(turn, row)]
    if row.state == OPEN:
        lines.append(turn.tr("Code: {code}", code=code_of(row)))
    if row.plan.starts_at - classes.OPENS <= turn.now:
        came = await attendance.came(turn.db, row.id)
        lines.append(class_words.numbers(turn.tr, row, came))
    return Reply("\n".join(filter(None, lines)), await _ways(turn, row))


async def _ways(turn: Turn, row: ClassRow) -> tuple[Option, ...]:
    """What whoever leads it, or an officer, may do with it now; others look at it."""
    ways = [(N_("QR code to show in the room"), "classqr")] if row.state == OPEN else []
    if row.state in (OPEN, HELD) and await leads(turn, row):
        if row.plan.starts_at <= turn.now:
            ways += _begun(turn, row)
        ways += [(N_("Change the class"), "classedit"), (N_("Cancel the class"), "classdrop")]
    options = [turn.option(label, f"{name}:{row.id}") for label, name in ways]
    return (*options, turn.option("All classes", "classes"), turn.option("Main menu", "menu"))


def _begun(turn: Turn, row: ClassRow) -> list[tuple[str, str]]:
    """What is done while a class runs, and after it."""
    names = (N_("Tick names on the list"), "names")
    if row.state == HELD:
        return [(N_("Correct the numbers"), "classclose"), names]
    close = (N_("Close the class"), "classclose")
    count = (N_("Enter the number of people"), "classcount")
    if turn.now < row.plan.ends_at:
        return [count, names, (N_("The lesson is over now"), "classend"), close]
    return [close, count, names]


async def qr(turn: Turn) -> Reply:
    """A picture to show or print; a link to it where the channel carries none."""
    row = await seen(turn, turn.argument)
    if row is None or row.state != OPEN:
        return await menu.lapsed(turn)
    name = f"qr/lop_{row.code}/lop-{row.code}.png"
    text = turn.tr(
        "Show this QR code in the room, or write the code on the board: {code}", code=code_of(row)
    )
    options = (_see(turn, row), turn.option("Main menu", "menu"))
    if turn.can.files:
        return Reply(text, options, Attachment("image", name))
    link = turn.tr("The QR code is here for 15 minutes: {link}", link=turn.tools.link(name))
    return Reply(f"{text}\n{link}", options)


def _see(turn: Turn, row: ClassRow) -> Option:
    return Option(turn.tr("See the class"), f"class:{row.id}")


async def new(turn: Turn) -> Reply:
    """Open a class by questions."""
    return await forms.begin(turn, CLASS, await _usual(turn))


async def _usual(turn: Turn) -> Answers:
    return {"organiser": turn.talk.org or "team"}


async def told(turn: Turn) -> Reply | None:
    """The same in one message; what it does not say is asked. None: it opens no class."""
    if not turn.may("classes") or "form" in turn.talk.state:
        return None
    said = class_times.told(turn.text, turn.today)
    if said is None:
        return None
    wanted = {
        "title": said.title,
        "day": said.day.isoformat() if said.day else "",
        "hours": class_plan.spoken(*said.hours) if said.hours else "",
        "place": said.place,
        "expected": str(said.expected or ""),
    }
    answers = {**await _usual(turn), "kind": "class", "audience": "citizen"}
    if said.starts:
        answers[class_form.STARTS] = f"{said.starts:%H:%M}"
    for field in FIELDS:
        if wanted.get(field.name):
            try:
                answers[field.name] = await field.check(turn, answers, wanted[field.name])
            except forms.Invalid:
                continue  # it is asked for
    if said.topics and "title" in answers:
        answers["topics"] = ".".join(said.topics)
    return await forms.begin(turn, CLASS, answers)


async def edit(turn: Turn) -> Reply:
    """Choose what to change; of a class in the log with a reason."""
    row = await led(turn, turn.argument)
    if row is None or row.state not in (OPEN, HELD):
        return await menu.lapsed(turn)
    answers = {**class_plan.answers_of(turn, row.plan), "id": str(row.id)}
    if row.state == HELD:
        answers[class_form.HELD] = "1"
    return await forms.choose(turn, CLASS, answers)


async def _summary(turn: Turn, answers: Answers) -> str:
    return await class_words.described(turn, await class_plan.plan(turn, answers))


async def _saved(turn: Turn, answers: Answers) -> Reply:
    plan = await class_plan.plan(turn, answers)
    try:
        await class_form.open_day(turn, class_plan.day_of(plan))
    except forms.Invalid as problem:
        return Reply(str(problem), _onward(turn))
    known = await wards.areas_of(turn.db, turn.talk.ward_id or "")
    if plan.area_id is not None and plan.area_id not in [area.id for area in known]:
        return await menu.lapsed(turn)
    if "id" in answers:
        from handlers import class_ending  # which shows a class as this module does

        return await class_ending.edited(turn, answers, plan)
    return await _opened(turn, plan)


async def _opened(turn: Turn, plan: Plan) -> Reply:
    talk = turn.talk
    await wards.hold(turn.db, talk.ward_id or "", alone=True)  # nobody else draws the same code
    code = await _code(turn)
    ward, member = talk.ward_id or "", talk.member_id or 0
    number = await classes.add(turn.db, ward, member, talk.team_id, plan, code, turn.now)
    row = await classes.get(turn.db, number)
    assert row
    if plan.ends_at + classes.LASTS < turn.now:
        text = turn.tr("Entered. It is over already: close it, so that it counts.")
        return await page(turn, row, text)
    text = turn.tr(
        "The class is open: {line}.\nPeople who come write to this assistant: {code}\n"
        "The code works from {hour} until you close the class.\n"
        "You and the officers manage it; other members of teams can look at it. Who types the code is not "
        "written down by name.",
        line=in_a_line(turn.tr, plan),
        code=code_of(row),
        hour=class_words.opens(row),
    )
    show = Option(turn.tr("QR code to show in the room"), f"classqr:{row.id}")
    return Reply(text, (show, _see(turn, row), turn.option("Main menu", "menu")))


async def _code(turn: Turn) -> str:
    """A code that no class and no session of the ward has now."""
    ward = turn.talk.ward_id or ""
    for _ in range(20):
        drawn = [str(FIRST_CODE + turn.tools.draw(CODES)) for _ in range(8)]
        live = await sessions.live_codes(turn.db, ward, drawn, turn.now)
        live |= await classes.live_codes(turn.db, ward, drawn, turn.now)
        if free := [code for code in drawn if code not in live]:
            return free[0]
    raise RuntimeError("no free code of a class")


async def seen(turn: Turn, number: str) -> ClassRow | None:
    """A class of the ward."""
    if not number.isdecimal() or len(number) > 15:
        return None
    row = await classes.get(turn.db, int(number))
    return row if row and row.ward_id == turn.talk.ward_id else None


async def leads(turn: Turn, row: ClassRow) -> bool:
    """Whether this person leads the class, in whatever role now, or is an officer."""
    own = await members.is_person(turn.db, row.member_id, turn.talk.person_id)
    return own or turn.may("figures")


async def led(turn: Turn, number: str) -> ClassRow | None:
    """A class this person may change; nobody else changes it until the answer is saved."""
    row = await seen(turn, number)
    if row is None or not await leads(turn, row):
        return None
    await wards.hold(turn.db, row.ward_id)
    return await classes.hold(turn.db, row.id)


def _onward(turn: Turn) -> tuple[Option, ...]:
    return (turn.option("All classes", "classes"), turn.option("Main menu", "menu"))


CLASS = forms.register(Form("class", FIELDS, _saved, _summary, action="classes", send=N_("Save")))
