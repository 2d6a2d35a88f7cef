"""Lines of the ward: how they stand, who changed them, and taking a change back."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from content.ward import Ward
from handlers import menu, ward_lines_form
from handlers.choosing import numbered
from handlers.numbers import DASH
from handlers.rights import ROLE_NAMES
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from handlers.ward_lines_shown import NOTE, PARTS, note_of, place_of
from handlers.ward_lines_words import (
    PART_NAMES,
    contact_lines,
    filed,
    name_of,
    stands,
    text_of,
    who,
)
from store import members, ward_lines
from store.ward_lines import Key, Line

SAID = ("sửa thông tin phường", "thông tin phường", "sửa thông tin của phường")
NOTES = 10
"""Listed, the newest ones; every other is found by its guide's name."""
PAST = 10


async def lines(turn: Turn) -> Reply:
    """`/wardlines`, or one of ACTS with a contact's place, a guide's id, or a row's."""
    if turn.ward is None:
        return await menu.lapsed(turn)
    what, _, rest = turn.argument.partition(":")
    return await ACTS.get(what, listed)(replace(turn, argument=rest), turn.ward)


async def listed(turn: Turn, ward: Ward) -> Reply:
    """Everything as it stands, and what may be changed."""
    known = await ward_lines.standing(turn.db, ward.id)
    cards = ["\n".join(contact_lines(turn, ward, known, one)) for one in ward.contacts]
    notes = _notes(turn, known)
    said = [f"• {title}: {line.text} ({who(turn, line)})" for _, title, line in notes]
    head = turn.tr("Lines of {ward}. What do you want to change?", ward=ward.name)
    text = "\n\n".join([head, *cards, *(["\n".join([turn.tr("Notes:"), *said])] if said else [])])
    options = [
        *(Option(one.name, f"wardlines:at:{place}") for place, one in enumerate(ward.contacts)),
        *(Option(turn.tr("Note: {title}", title=title), f"wardlines:note:{id}")
          for id, title, _ in notes),
        turn.option("Another note for a guide", "wardlines:note"),
        turn.option("Main menu", "menu"),
    ]  # fmt: skip
    return Reply(text, tuple(options))


def _notes(turn: Turn, known: dict[Key, Line]) -> list[tuple[str, str, Line]]:
    """Id and title of the guides that have a note, with it; the newest first."""
    titles = turn.titles
    there = [
        (place.removeprefix("guide:"), line)
        for (place, part), line in known.items()
        if part == NOTE and line.text
    ]
    newest = sorted(there, key=lambda one: -one[1].id)[:NOTES]
    return [(guide, titles[guide], line) for guide, line in newest if guide in titles]


async def at(turn: Turn, ward: Ward) -> Reply:
    """One contact, and its lines to choose from."""
    place = numbered(turn.argument)
    if place is None or place >= len(ward.contacts):
        return await menu.lapsed(turn)
    known = await ward_lines.standing(turn.db, ward.id)
    options = [
        turn.option(PART_NAMES[part], f"wardlines:edit:{place}:{part}") for part in PARTS
    ] + [turn.option("Lines of the ward", "wardlines"), turn.option("Main menu", "menu")]
    shown = contact_lines(turn, ward, known, ward.contacts[place])
    which = turn.tr("Which line do you want to change?")
    return Reply("\n".join([*shown, "", which]), tuple(options))


async def edit(turn: Turn, ward: Ward) -> Reply:
    """Ask for the new text of a contact's line."""
    first, _, part = turn.argument.partition(":")
    place = numbered(first)
    if place is None or place >= len(ward.contacts) or part not in PARTS:
        return await menu.lapsed(turn)
    return await ward_lines_form.begin(turn, ward, (place_of(ward.contacts[place]), part))


async def note(turn: Turn, ward: Ward) -> Reply:
    """Ask for a note: of this guide, or for which guide."""
    if not turn.argument:
        return await ward_lines_form.begin_note(turn)
    guide = turn.guide(turn.argument)
    return await (
        ward_lines_form.begin(turn, ward, note_of(guide.id)) if guide else menu.gone(turn)
    )


async def past(turn: Turn, ward: Ward) -> Reply:
    """Every change of a line; named by any of its rows."""
    line = await _row(turn, ward)
    return await (_past(turn, ward, line.key) if line else menu.lapsed(turn))


async def undo(turn: Turn, ward: Ward) -> Reply:
    """Take the last change of a line back. Done twice, it goes back two changes."""
    line = await _row(turn, ward)
    member, role = turn.talk.member_id, turn.talk.role
    if line is None or member is None or role is None:
        return await menu.lapsed(turn)
    before = await ward_lines.numbered(turn.db, ward.id, line.key, line.change - 1)
    text, restores = (before.text, before.change) if before else (None, 0)
    made = line.change and await ward_lines.add(
        turn.db, ward.id, line.key, line.number, text, member, role, turn.now, restores
    )
    if not made:
        head = turn.tr("That is not the last change any more, so nothing was taken back.")
    else:
        await members.note(turn.db, ward.id, member, "ward line undone", made, turn.now)
        head = turn.tr("Taken back.")
    shown = await _past(turn, ward, line.key)
    return replace(shown, text=f"{head}\n\n{shown.text}")


async def _row(turn: Turn, ward: Ward) -> Line | None:
    number = numbered(turn.argument)
    line = await ward_lines.get(turn.db, number) if number is not None else None
    return line if line and line.ward_id == ward.id else None


async def _past(turn: Turn, ward: Ward, key: Key) -> Reply:
    rows = await ward_lines.history(turn.db, ward.id, key, PAST)
    last = rows[0]
    head = f"{name_of(turn, ward, key)}\n{stands(turn, ward, key, last)}"
    of_file = turn.tr("• In the ward’s file: {text}", text=filed(ward, key) or DASH)
    said = [turn.tr("Changes, the newest first:"), *(_change(turn, ward, row) for row in rows)]
    undo = [turn.option("Undo", f"wardlines:undo:{last.id}")] if last.change else []
    options = (
        *undo,
        turn.option("Lines of the ward", "wardlines"),
        turn.option("Main menu", "menu"),
    )
    return Reply("\n".join([head, "", *said, of_file]), options)


def _change(turn: Turn, ward: Ward, row: Line) -> str:
    at = row.at.astimezone(WARD_ZONE).strftime("%H:%M %d/%m/%Y")
    done = turn.tr("undone") + ", " if row.restores is not None else ""
    return f"• {at}, {done}{turn.tr(ROLE_NAMES[row.role])}: {text_of(turn, ward, row)}"


ACTS: dict[str, Callable[[Turn, Ward], Awaitable[Reply]]] = {
    "at": at,
    "edit": edit,
    "note": note,
    "past": past,
    "undo": undo,
}
