"""The lines of a ward as they stand: its file's, where no officer changed them in the chat."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncSession

from content.fold import words
from content.guide import Guide
from content.ward import Contact, Ward
from handlers.turn import Turn
from store import ward_lines
from store.ward_lines import Key, Line

ADDRESS, HOURS, PHONE, NOTE = "address", "hours", "phone", "note"
PARTS = (ADDRESS, HOURS, PHONE)
"""What of a contact may be changed; its name stays as the file has it."""


def place_of(contact: Contact) -> str:
    """How changed lines name a contact: by the words of its name, so that its order in the file is free."""
    return f"contact:{words(contact.name)}"


def note_of(guide_id: str) -> Key:
    return f"guide:{guide_id}", NOTE


def corrected(ward: Ward, lines: Mapping[Key, Line]) -> Ward:
    """The ward with its contacts as officers changed them."""
    contacts = [
        contact.model_copy(update=_changed(lines, place_of(contact))) for contact in ward.contacts
    ]
    return ward.model_copy(update={"contacts": contacts})


async def now(db: AsyncSession, ward: Ward) -> Ward:
    """The ward as residents see it at this moment."""
    return corrected(ward, await ward_lines.standing(db, ward.id))


async def note(turn: Turn, guide: Guide) -> str:
    """What the ward says of a guide: "Ở phường Mẫu: …"; "" where it says nothing."""
    line = turn.ward and await ward_lines.one(turn.db, turn.ward.id, note_of(guide.id))
    return noted(turn, line.text) if line and line.text else ""


def noted(turn: Turn, text: str) -> str:
    assert turn.ward, "a ward says it"
    return turn.tr("In {ward}: {note}", ward=turn.ward.name, note=text)


def _changed(lines: Mapping[Key, Line], place: str) -> dict[str, str | None]:
    """The parts of a contact of which the file's line is not shown."""
    there = {part: lines[place, part].text for part in PARTS if (place, part) in lines}
    return {part: text or None for part, text in there.items() if text is not None}
