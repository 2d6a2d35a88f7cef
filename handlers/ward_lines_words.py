"""How lines of a ward read where officers change them."""

from collections.abc import Mapping

from content.i18n import N_
from content.ward import Contact, Ward
from handlers.numbers import DASH
from handlers.rights import ROLE_NAMES
from handlers.turn import WARD_ZONE, Turn
from handlers.ward_lines_shown import ADDRESS, HOURS, NOTE, PARTS, PHONE, place_of
from store.ward_lines import Key, Line

PART_NAMES = {
    ADDRESS: N_("Address"),
    HOURS: N_("Opening hours"),
    PHONE: N_("Phone"),
    NOTE: N_("The ward’s note"),
}


def contact_of(ward: Ward, place: str) -> Contact | None:
    return next((one for one in ward.contacts if place_of(one) == place), None)


def filed(ward: Ward, key: Key) -> str:
    """What the ward's file says there; "" where it says nothing."""
    place, part = key
    contact = contact_of(ward, place)
    return str(getattr(contact, part) or "") if contact else ""


def name_of(turn: Turn, ward: Ward, key: Key) -> str:
    """ "Phone, Công an phường Mẫu"."""
    place, part = key
    contact = contact_of(ward, place)
    kind, _, known = place.partition(":")
    whose = contact.name if contact else turn.titles.get(known, known) if kind == "guide" else known
    return f"{turn.tr(PART_NAMES[part])}, {whose}"


def contact_lines(turn: Turn, ward: Ward, lines: Mapping[Key, Line], contact: Contact) -> list[str]:
    """A contact with what its parts say now, and who changed them."""
    place = place_of(contact)
    parts = [
        f"• {turn.tr(PART_NAMES[part])}: {stands(turn, ward, (place, part), lines.get((place, part)))}"
        for part in PARTS
    ]
    return [contact.name, *parts]


def stands(turn: Turn, ward: Ward, key: Key, line: Line | None) -> str:
    """What a line says now, and who said so when."""
    if line is None:
        return filed(ward, key) or turn.tr("nothing known")
    return f"{text_of(turn, ward, line)} ({who(turn, line)})"


def text_of(turn: Turn, ward: Ward, line: Line) -> str:
    """What a row says; the file's line where it went back to that."""
    return quoted(turn, ward, line.key, line.text)


def quoted(turn: Turn, ward: Ward, key: Key, text: str | None) -> str:
    if text is None:
        return turn.tr("as in the ward’s file: {text}", text=filed(ward, key) or DASH)
    return text or turn.tr("nothing is shown")


def who(turn: Turn, line: Line) -> str:
    """ "officer, 20/11/2026"."""
    return f"{turn.tr(ROLE_NAMES[line.role])}, {day(line)}"


def day(line: Line) -> str:
    return line.at.astimezone(WARD_ZONE).strftime("%d/%m/%Y")
