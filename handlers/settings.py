"""Where a person lives, and their language."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from content.fold import words
from content.i18n import LANGUAGES, N_
from handlers import forms, menu, shift_leaving
from handlers.forms import Answers, Field, Form, Invalid
from handlers.turn import Option, Reply, Turn
from store import people, wards
from store.wards import AreaRow

MAX_AREA_BUTTONS = 10
WISH = "~wish"
"""Beside the answers: a choice everybody has, to be answered once the ward is known."""
_SHORT = re.compile(r"^(?:tdp|to dan pho|to)(?: so)?\b")


async def ward(turn: Turn) -> Reply:
    """Ask for ward and area."""
    return await forms.begin(turn, HOME)


async def ward_first(turn: Turn, wish: str) -> Reply:
    """Ask for ward and area, then go on with the choice somebody wanted."""
    return await forms.begin(turn, HOME, {WISH: wish})


async def move(turn: Turn, ward_id: str, area_code: str) -> bool:
    """Set the person's ward, and area where one is named. False when there is no such ward."""
    if ward_id not in turn.library.wards:
        return False
    areas = await wards.areas_of(turn.db, ward_id)
    area = next((area.id for area in areas if area.code == area_code), None)
    await _settle(turn, ward_id, area)
    return True


async def language(turn: Turn) -> Reply:
    options = [Option(name, f"lang:{code}") for code, name in LANGUAGES.items()]
    return Reply("Chọn ngôn ngữ. / Choose a language.", tuple(options))


async def set_language(turn: Turn) -> Reply:
    if turn.argument not in LANGUAGES:
        return await menu.lapsed(turn)
    turn.talk.lang = turn.argument
    await people.set_lang(turn.db, turn.talk.person_id, turn.argument)
    return menu.greeting(turn)


async def _settle(turn: Turn, ward_id: str, area_id: int | None) -> None:
    """Who moves to another ward takes no more shifts in the old one."""
    if turn.talk.member_id and ward_id != turn.talk.ward_id:
        await shift_leaving.gone(turn.db, [turn.talk.member_id], turn.now)
    turn.talk.ward_id, turn.talk.area_id = ward_id, area_id
    await people.set_home(turn.db, turn.talk.person_id, ward_id, area_id)


async def _wards(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(ward.name, ward.id) for ward in turn.library.wards.values()]


async def _several_wards(turn: Turn, answers: Answers) -> bool:
    return len(turn.library.wards) > 1


async def _no_such_ward(turn: Turn, answers: Answers, typed: str) -> str:
    said = f" {words(typed)} "
    found = [
        ward.id
        for ward in turn.library.wards.values()
        if said.strip() and said in f" {words(ward.name)} "
    ]
    if len(found) != 1:
        raise Invalid(turn.tr("I do not know that ward. Please choose one of these."))
    return found[0]


async def _areas(turn: Turn, answers: Answers) -> list[AreaRow]:
    return await wards.areas_of(turn.db, answers.get("ward") or next(iter(turn.library.wards)))


async def _has_areas(turn: Turn, answers: Answers) -> bool:
    return bool(await _areas(turn, answers))


async def _area_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    areas = await _areas(turn, answers)
    return (
        [Option(area.name, area.code) for area in areas] if len(areas) <= MAX_AREA_BUTTONS else []
    )


async def _area_typed(turn: Turn, answers: Answers, typed: str) -> str:
    area = area_meant(await _areas(turn, answers), typed)
    if area is None:
        raise Invalid(
            turn.tr("I do not know that area. Please type its number or name, for example: 5.")
        )
    return area.code


def area_meant(areas: Sequence[AreaRow], typed: str) -> AreaRow | None:
    """An area by its name, or in at most three words that end like one alone: "5", "tdp 5", "dong"."""
    said = _spelt_out(typed)
    known = {area: _name(area.name) for area in areas}
    named = [area for area, name in known.items() if name == said]
    last = said.split()[-1:]
    few = [area for area, name in known.items() if name.split()[-1:] == last]
    if not named and last and len(words(typed).split()) <= 3:
        named = few
    return named[0] if len(named) == 1 else None


@lru_cache(maxsize=4096)
def _name(name: str) -> str:
    """The name of an area, never what somebody typed: that is not to be kept in memory."""
    return _spelt_out(name)


def _spelt_out(name: str) -> str:
    return _SHORT.sub("to dan pho", words(name), count=1)


async def _saved(turn: Turn, answers: Answers) -> Reply:
    ward_id = answers.get("ward") or next(iter(turn.library.wards))
    await move(turn, ward_id, answers.get("area", ""))
    name = turn.library.wards[ward_id].name
    area = turn.talk.area_id and await wards.area_named(turn.db, turn.talk.area_id)
    home = f"{area}, {name}" if area else name
    if WISH in answers:
        return await _go_on(turn, answers[WISH], home)
    return Reply(turn.tr("Noted: {home}. What can I help you with?", home=home), menu.choices(turn))


async def _go_on(turn: Turn, wish: str, home: str) -> Reply:
    from handlers.choices import CHOICES  # which names the handlers of this module

    name, _, argument = wish.partition(":")
    reply = await CHOICES[name].answer(replace(turn, argument=argument))
    noted = turn.tr("Noted: {home}.", home=home)
    return replace(reply, text=f"{noted}\n\n{reply.text}")


HOME = forms.register(
    Form(
        "home",
        (
            Field("ward", N_("Which ward do you live in?"), _wards, _no_such_ward, _several_wards),
            Field(
                "area",
                N_("Which area (tổ dân phố or thôn) do you live in? You can type its number."),
                _area_options,
                _area_typed,
                _has_areas,
                optional=True,
                numbers=True,
            ),
        ),
        _saved,
    )
)
