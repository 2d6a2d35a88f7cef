"""The questions of a broadcast's form about who gets it."""

import re
from collections.abc import Sequence

from content.fold import words
from content.i18n import N_
from handlers.broadcast_words import WHO, channel, limits
from handlers.checks import one_of_these
from handlers.forms import Answers, Field, Invalid
from handlers.settings import MAX_AREA_BUTTONS, area_meant
from handlers.turn import Option, Reply, Turn
from store import audience, wards
from store.audience import AREAS, COURSE, Audience

EVERY = "every"
_APART = re.compile(r"[,;\n]|\s(?:và|va|and)\s|(?<=\d)\s+(?=\d)")


def meant(turn: Turn, answers: Answers) -> Audience:
    """The audience of the answers so far, on channels that are set up here."""
    who, chosen = answers["who"], answers.get("channels", EVERY)
    areas = answers.get("areas", "") if who == AREAS else ""
    course = answers.get("course", "") if who == COURSE else ""
    channels = _set_up(turn) if chosen == EVERY else chosen.split(",")
    numbers = tuple(int(area) for area in areas.split(",") if area)
    return Audience(who, numbers, course, tuple(channels))


def _set_up(turn: Turn) -> list[str]:
    """The channels of this program."""
    there = []
    for name in limits():
        try:
            turn.tools.preview(name, Reply(""))
        except KeyError:
            continue
        there.append(name)
    return there


def nobody(turn: Turn) -> str:
    return turn.tr(
        "That would be a message to nobody: none of them use this assistant and want the news. "
        "Please choose others."
    )


async def _somebody(turn: Turn, answers: Answers) -> None:
    """Invalid: nobody would get it."""
    if not await audience.count(turn.db, turn.talk.ward_id or "", meant(turn, answers)):
        raise Invalid(nobody(turn))


async def _who_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(turn.tr(label), who) for who, label in WHO.items()]


async def _who(turn: Turn, answers: Answers, value: str) -> str:
    if value not in (AREAS, COURSE):
        await _somebody(turn, {"who": value})
    return value


async def _some_areas(turn: Turn, answers: Answers) -> bool:
    return answers.get("who") == AREAS


async def _area_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    known = await wards.areas_of(turn.db, turn.talk.ward_id or "")
    few = known if len(known) <= MAX_AREA_BUTTONS else []
    return [Option(area.name, str(area.id)) for area in few]


async def _areas(turn: Turn, answers: Answers, typed: str) -> str:
    """One or more areas by their numbers or names."""
    known, found = await wards.areas_of(turn.db, turn.talk.ward_id or ""), set()
    for said in filter(str.strip, _APART.split(typed)):
        area = area_meant(known, said)
        if area is None:
            raise Invalid(turn.tr("I do not know the area “{area}”.", area=said.strip()[:40]))
        found.add(area.id)
    return await _areas_with_people(turn, answers, ",".join(map(str, sorted(found))))


async def _areas_with_people(turn: Turn, answers: Answers, value: str) -> str:
    await _somebody(turn, {"who": AREAS, "areas": value})
    return value


async def _a_course(turn: Turn, answers: Answers) -> bool:
    return answers.get("who") == COURSE


async def _course_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(turn.tr(course.title), course.id) for course in turn.library.courses.values()]


async def _course(turn: Turn, answers: Answers, value: str) -> str:
    await _somebody(turn, {"who": COURSE, "course": value})
    return value


async def _there(turn: Turn, answers: Answers) -> list[str]:
    """The channels on which the audience is."""
    everybody = meant(turn, {**answers, "channels": EVERY})
    ward = turn.talk.ward_id or ""
    return [one.channel for one in await audience.reach(turn.db, ward, everybody, {})]


async def _several_channels(turn: Turn, answers: Answers) -> bool:
    return "who" in answers and len(await _there(turn, answers)) > 1


async def _channel_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    each = [Option(channel(turn.tr, name), name) for name in await _there(turn, answers)]
    return [turn.option("All of them", EVERY), *each]


async def _channels(turn: Turn, answers: Answers, typed: str) -> str:
    """One or more channels by their names."""
    names = {words(channel(turn.tr, name)): name for name in await _there(turn, answers)}
    said = [words(part) for part in _APART.split(typed) if part.strip()]
    if not said or any(part not in names for part in said):
        raise Invalid(turn.tr("Please choose one of these."))
    return ",".join(dict.fromkeys(names[part] for part in said))


FIELDS = (
    Field("who", N_("Who shall get it?"), _who_options, one_of_these, verify=_who,
          label=N_("Who gets it")),
    Field("areas", N_("Which areas? Choose one, or type several: 1, 3, Thôn Đông."),
          _area_options, _areas, _some_areas, numbers=True, verify=_areas_with_people,
          label=N_("Areas")),
    Field("course", N_("Which course?"), _course_options, one_of_these, _a_course, verify=_course,
          label=N_("Course")),
    Field("channels", N_("Through which app? Choose, or type several: Telegram, Zalo OA."),
          _channel_options, _channels, _several_channels, label=N_("Apps")),
)  # fmt: skip
