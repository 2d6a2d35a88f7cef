"""What a QR code or deep link opens: `ward_<id>`, `area_<ward>_<code>`, `guide_<id>`, `hoc_<course>`,
`camp_<ward>_<WORD>`, `vol_<ward>_<WORD>`, `lop_<code of a class>`.

Zalo carries none of them into the chat: the landing page (bot/web/landing.py) says what to type instead.
"""

import re
from dataclasses import dataclass, replace

from content.fold import words
from content.i18n import DEFAULT, N_, translate
from content.library import Library
from content.ward import Ward
from handlers import groups, guides, lessons, menu, settings
from handlers.turn import Reply, Turn

CLASS_CODE = re.compile(r"[1-9]\d{3}", re.ASCII)
"""What stands for a class."""
LEARN = {"residents": "học cơ bản", "traders": "học tiểu thương", "team": "học tổ số"}
"""What to type for each course; "học" alone shows them all."""


@dataclass(frozen=True)
class Named:
    """What a payload opens, and the words that open it when somebody types them."""

    title: str
    word: str


async def opened(turn: Turn) -> Reply:
    """Open what the payload names; an unknown payload gets the ordinary greeting."""
    kind, _, name = turn.argument.partition("_")
    if kind == "guide":
        return await guides.chosen(replace(turn, argument=name))
    if turn.can.group and kind in ("hoc", "ward", "area"):  # a course or a place is a person's own
        return await groups.privately(turn)
    if kind == "lop" and turn.can.group:
        return await groups.privately(turn)
    if kind == "lop":
        from handlers import class_attending  # which knows classes, as this module knows none

        return await class_attending.take(turn, name)
    if kind in ("camp", "vol"):
        from handlers import campaigns  # whose pages lead on to what this module opens

        return await campaigns.opened(turn) or menu.greeting(turn)
    if kind == "hoc":
        return await lessons.learn(replace(turn, argument=name))
    if kind in ("ward", "area") and not turn.talk.role:  # a code on a wall takes nobody's role
        ward_id, _, area = name.partition("_")
        await settings.move(turn, ward_id, area)
    return menu.greeting(turn)


async def heard(turn: Turn) -> Reply | None:
    """Open what was typed instead of being scanned. None: the message is nothing of that kind."""
    code = _meant(turn.library, turn.text.strip())
    if not code or (turn.talk.role and code.startswith(("ward_", "area_"))):
        return None
    return await opened(replace(turn, argument=code))


def named(library: Library, code: str, lang: str) -> Named | None:
    """What a payload opens. None: nothing of that name."""
    kind, _, name = code.partition("_")
    if kind == "guide" and (guide := library.guide(name, lang)):
        return Named(guide.title, guide.aliases[0])
    if kind == "hoc" and not name:
        return Named(translate(lang, N_("Short lessons, a few minutes a day")), "học")
    if kind == "hoc" and (course := library.courses.get(name)):
        return Named(translate(lang, course.title), LEARN[name])
    if kind == "lop" and CLASS_CODE.fullmatch(name):
        return Named(translate(lang, N_("I am at the class")), f"LOP {name}")
    place = _place(library, kind, name)
    return Named(place, place) if place else None


def _meant(library: Library, text: str) -> str:
    """The payload of a text: itself, a course after "học", a ward with or without an area. "": none."""
    said = words(text)
    first, _, rest = said.partition(" ")
    if first == "hoc":
        return next(
            (f"hoc_{id}" for id, known in lessons.SHORT.items() if rest in (id, *known)), ""
        )
    if named(library, text, DEFAULT):
        return text
    found = [code for ward in library.wards.values() if (code := _within(ward, said))]
    return found[0] if len(found) == 1 else ""


def _place(library: Library, kind: str, name: str) -> str:
    """The whole name of a ward or an area; "" when there is none."""
    ward_id, _, area = name.partition("_")
    ward = library.wards.get(ward_id)
    if ward and kind == "area" and area in ward.area_codes:
        return f"{ward.area_codes[area]}, {ward.name}"
    return ward.name if ward and kind == "ward" and not area else ""


def _within(ward: Ward, said: str) -> str:
    """The payload of a ward named by itself or after one of its areas; "" for anything else."""
    area, _, behind = f" {said}".rpartition(f" {words(ward.name)}")
    if behind or not said:
        return ""
    if not area:
        return f"ward_{ward.id}" if said == words(ward.name) else ""
    code = area.strip().replace(" ", "-")
    return f"area_{ward.id}_{code}" if code in ward.area_codes else ""
