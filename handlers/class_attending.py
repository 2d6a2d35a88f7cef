"""Somebody types "LOP 4821": they are at that class."""

import re
from datetime import timedelta

from content.i18n import N_
from handlers import ask, class_check, class_words, groups, menu
from handlers.choosing import core
from handlers.class_words import hours, in_a_line
from handlers.codes import Limit, too_many, wrong
from handlers.turn import Option, Reply, Turn
from store import attendance, classes, sessions
from store.classes import CANCELLED, CODE_KEPT, ClassRow

GUESSES = Limit("class", per_chat=5, in_all=500, within=timedelta(minutes=15))
ANONYMOUS = N_("Your name is not written down.")
KNOWN = N_(
    "You are in the ward's register, so it is kept that you came, until 7 days after the class is closed."
)
_LOP = r"lo+p(?: hoc)?(?: so| ma)?"
_SAID = re.compile(
    rf"(?:(?:da|diem danh|ma|o|hoc) )*{_LOP} ?(?P<code>[1-9](?: ?\d){{3}})|(?P<bare>[1-9]\d{{3}})"
)
_AMONG = re.compile(rf"(?:[^\W\d]+ ){{0,8}}{_LOP} ?(?P<code>[1-9]\d{{3}})(?: [^\W\d]+){{0,6}}")
""" "Tôi muốn đi học lớp 4821": four digits together, and no other number in the message."""
_NONE = re.compile(rf"(?:ma )?lo+p(?: so| ma)?|(?:ma )?{_LOP} ?\d[\d ]*")
"""What begins as a code and is none."""


async def heard(turn: Turn) -> Reply | None:
    """ "LOP 4821", "lớp 4821", "Lop4821", or the digits alone. None: the message is no code of a class."""
    if turn.incoming.chosen:
        return None
    said = core(turn.text)
    found = _SAID.fullmatch(said)
    if not found:
        alone = not turn.can.group and "form" not in turn.talk.state
        return await _unclear(turn, said) if alone else None
    if turn.can.group:
        return await groups.privately(turn)
    if found["bare"]:
        return await _bare(turn, found["bare"])
    return await take(turn, found["code"].replace(" ", ""))


async def _unclear(turn: Turn, said: str) -> Reply | None:
    """A code among other words; or how to type one. Who works here tells of classes in such words."""
    if ask.urgent(turn):
        return None
    if found := _AMONG.fullmatch(said):
        staff = turn.may("classes")
        return await (_bare if staff else take)(turn, found["code"])
    if not _NONE.fullmatch(said) or (turn.may("classes") and not re.search(r"\d", said)):
        return None
    text = turn.tr("Please type LOP and the 4 digits on the board, for example LOP 1234.")
    return Reply(text, menu.choices(turn))


async def _bare(turn: Turn, code: str) -> Reply | None:
    """Only where they are of a class that is on, and of nothing else."""
    if "form" in turn.talk.state or await too_many(turn, GUESSES):
        return None
    found = await classes.by_code(turn.db, turn.talk.ward_id, code, turn.now)
    if len(found) != 1 or not found[0].takes_code(turn.now):
        return None
    ward = found[0].ward_id
    other = await sessions.live_codes(turn.db, ward, [code], turn.now)
    return None if other else await take(turn, code)


async def take(turn: Turn, code: str) -> Reply:
    """Write down that somebody is at the class of a code, or say why not."""
    if await too_many(turn, GUESSES):
        text = turn.tr("Too many wrong codes. Please wait 15 minutes, then ask for the code again.")
        return Reply(text, menu.choices(turn))
    since = turn.now - CODE_KEPT
    found = await classes.by_code(turn.db, turn.talk.ward_id, code, since)
    if len({row.ward_id for row in found}) > 1:
        text = turn.tr("Please choose your ward first, then type the code again.")
        return Reply(text, (turn.option("Choose your ward", "ward"),))
    if not found:
        await wrong(turn, GUESSES)
        text = turn.tr(
            "I find no class with the code {code}. Please look at the number again, or ask who holds "
            "the class.",
            code=code,
        )
        return Reply(text, (turn.option("Choose your ward", "ward"), *menu.choices(turn)))
    row = next((one for one in found if one.takes_code(turn.now)), found[0])
    return await _come(turn, row)


async def _come(turn: Turn, row: ClassRow) -> Reply:
    held = await classes.hold(turn.db, row.id)  # its leader may be closing it
    if held and await attendance.mine(turn.db, row.id, turn.talk.person_id):
        return await _again(turn, held)
    if held is None or not held.takes_code(turn.now):
        return Reply(_why_not(turn, held or row), menu.choices(turn))
    if turn.talk.member_id == held.member_id:
        text = turn.tr("You hold this class yourself, so you are not counted among those who came.")
        return Reply(text, (_see(turn, held), turn.option("Main menu", "menu")))
    staff = turn.may("log") and turn.talk.ward_id == held.ward_id
    member = turn.talk.member_id if staff else None
    await attendance.attend(turn.db, held.id, turn.talk.person_id, member, turn.now)
    where = await class_words.place(turn, held.plan)
    text = turn.tr(
        "You are on the list of this class: {title}.\n• When: {hours}\n• Where: {place}",
        title=held.plan.title,
        hours=hours(turn.tr, held.plan),
        place=where,
    )
    note = ANONYMOUS if member is None else KNOWN
    return await class_check.offered(turn, held, f"{text}\n{turn.tr(note)}")


async def _again(turn: Turn, row: ClassRow) -> Reply:
    if row.state == CANCELLED:
        return Reply(_why_not(turn, row), menu.choices(turn))
    text = turn.tr("You are on the list already: {line}.", line=in_a_line(turn.tr, row.plan))
    return await class_check.offered(turn, row, text)


def _why_not(turn: Turn, row: ClassRow) -> str:
    line = in_a_line(turn.tr, row.plan)
    if row.state == CANCELLED:
        return turn.tr("This class was cancelled: {line}.", line=line)
    if turn.now < row.plan.starts_at:
        return turn.tr(
            "It is too early: {line}. Please type the code again from {hour} on that day.",
            line=line,
            hour=class_words.opens(row),
        )
    return turn.tr(
        "This class is over: {line}. If you were there, tell who held it: they can still count you.",
        line=line,
    )


def _see(turn: Turn, row: ClassRow) -> Option:
    return Option(turn.tr("See the class"), f"class:{row.id}")
