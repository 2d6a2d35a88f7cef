"""A resident asks for a person to help, and hears who will come or call."""

import re
from collections.abc import Sequence
from datetime import datetime

from content.i18n import N_
from content.topics import TOPIC_NAMES, TOPICS
from content.ward import Ward
from handlers import forms, hours, menu, request_notices, settings
from handlers.forms import Answers, Field, Form, Invalid
from handlers.guides import counted
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import requests, wards
from store.requests import Wanted

USUAL = (
    "vneid_tao", "vneid_kichhoat", "dvc_nop", "ttkdtm_nganhang", "bhxh_bhyt", "smartphone_coban",
    "antoan_luadao", "khac",
)  # fmt: skip
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)[\s.-]?\d(?:[\s.-]?\d){8}(?!\d)")
MAX_NOTE = 300


async def ask(turn: Turn) -> Reply:
    """Begin, with what is known: the guide and step where somebody got stuck (`<guide>:<step>`), the area."""
    if turn.ward is None:
        return await settings.ward_first(turn, f"request:{turn.argument}")
    if there := await requests.of_chat(turn.db, turn.talk.chat_id):
        text = turn.tr("You have asked for help already. Somebody of the ward will answer you.")
        return Reply(text, (unwanted(turn, there[0].id), turn.option("Main menu", "menu")))
    answers: Answers = {"area": str(turn.talk.area_id)} if turn.talk.area_id else {}
    name, _, step = turn.argument.partition(":")
    if guide := turn.guide(name):
        answers |= {"topic": guide.topic, "guide": guide.id}
        answers["step"] = str(counted(step, len(guide.steps)) or "")
    return await forms.begin(turn, REQUEST, answers)


async def unask(turn: Turn) -> Reply:
    """The resident needs it no longer; whoever took it is told."""
    mine = [one.id for one in await requests.of_chat(turn.db, turn.talk.chat_id)
            if str(one.id) == turn.argument]  # fmt: skip
    request = await requests.hold(turn.db, mine[0]) if mine else None
    if request is None or request.chat_id != turn.talk.chat_id:  # closed at this very moment
        return await menu.lapsed(turn)
    await request_notices.withdrawn(turn, request)
    await requests.close(turn.db, request.id, requests.DROPPED, None, turn.now)
    return Reply(
        turn.tr("All right, nobody will come. You can ask again any time."), menu.choices(turn)
    )


async def _topic_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(turn.tr(TOPIC_NAMES[code]), code) for code in USUAL]


async def _topic(turn: Turn, answers: Answers, typed: str) -> str:
    found = turn.library.finder.find(typed).candidates
    guide = turn.library.guides.get(found[0].id) if found else None
    return guide.topic if guide and guide.topic in TOPICS else "khac"


async def _has_areas(turn: Turn, answers: Answers) -> bool:
    return bool(await wards.areas_of(turn.db, turn.talk.ward_id or ""))


async def _area_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    known = await wards.areas_of(turn.db, turn.talk.ward_id or "")
    few = known if len(known) <= settings.MAX_AREA_BUTTONS else []
    return [Option(area.name, str(area.id)) for area in few]


async def _area(turn: Turn, answers: Answers, typed: str) -> str:
    area = settings.area_meant(await wards.areas_of(turn.db, turn.talk.ward_id or ""), typed)
    if area is None:
        raise Invalid(
            turn.tr("I do not know that area. Please type its number or name, for example: 5.")
        )
    return str(area.id)


async def _note(turn: Turn, answers: Answers, typed: str) -> str:
    return typed[:MAX_NOTE]


async def _suits_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(turn.tr(label), code) for code, label in request_notices.SUITS.items()]


async def _suits(turn: Turn, answers: Answers, typed: str) -> str:
    return typed[:100]


async def _phone(turn: Turn, answers: Answers, typed: str) -> str:
    """The number as it was typed, before masking, sealed at once."""
    found = _PHONE.search(turn.incoming.text)
    if found is None:
        raise Invalid(turn.tr("That is no phone number of 10 digits. Type it again, or skip."))
    return turn.tools.seal(re.sub(r"[\s.-]", "", found[0]))


async def _summary(turn: Turn, answers: Answers) -> str:
    area = answers.get("area") and await wards.area_named(turn.db, int(answers["area"]))
    topic = answers["topic"]
    lines = [
        turn.tr("You ask for a person to help:"),
        turn.tr("• About: {topics}", topics=turn.tr(TOPIC_NAMES[topic])),
        turn.tr("• Area: {area}", area=area or turn.tr("not said")),
        turn.tr("• When: {when}", when=request_notices.when(turn.tr, answers["suits"])),
    ]
    if answers.get("note"):
        lines.append(turn.tr("• Note: {note}", note=answers["note"]))
    shown = turn.tr("given, seen only by who helps you, deleted afterwards")
    lines.append(
        turn.tr("• Phone: {phone}", phone=shown if answers.get("phone") else turn.tr("not given"))
    )
    return "\n".join(lines)


async def _saved(turn: Turn, answers: Answers) -> Reply:
    ward = turn.ward
    assert ward is not None, "asked for before the form began"
    wanted = Wanted(
        ward.id,
        int(answers["area"]) if answers.get("area") else None,
        answers["topic"],
        answers.get("guide") or None,
        int(answers["step"]) if answers.get("step") else None,
        answers.get("note", ""),
        answers["suits"],
    )
    number, promise = await put(turn, ward, wanted)
    if answers.get("phone"):
        await requests.keep_phone(turn.db, number, answers["phone"])
    return Reply(promise, (unwanted(turn, number), turn.option("Main menu", "menu")))


async def put(turn: Turn, ward: Ward, wanted: Wanted) -> tuple[int, str]:
    """Put a request to the first who can be told of it: its number, and what the resident hears."""
    asked, people = await request_notices.first_asked(turn.db, wanted)
    due = hours.within(ward, turn.now)
    number = await requests.add(turn.db, wanted, turn.talk.chat_id, asked, due, turn.now)
    await request_notices.announce(turn.db, turn.library, number, people, turn.now)
    return number, _promise(turn, bool(people), due)


def unwanted(turn: Turn, number: int) -> Option:
    """The way to take a request back."""
    return turn.option("I no longer need it", f"unask:{number}")


def _promise(turn: Turn, anybody: bool, due: datetime) -> str:
    """What happens next: nothing is promised that the ward has not told us."""
    if not anybody:
        return turn.tr(
            "Noted, but nobody of the ward uses this assistant yet. Please go to the public service "
            "centre (Trung tâm Phục vụ hành chính công) if it is urgent."
        )
    text = turn.tr("The ward's team has been told. You will hear here who comes or calls.")
    if turn.ward and not hours.open_at(turn.ward, turn.now):
        opens = hours.opening(turn.ward, turn.now).astimezone(WARD_ZONE)
        text += " " + turn.tr(
            "It is outside working hours now: expect an answer from {time} on {day}.",
            time=opens.strftime("%H:%M"),
            day=opens.strftime("%d/%m"),
        )
    return text


REQUEST = forms.register(
    Form(
        "request",
        (
            Field("topic", N_("What do you need help with?"), _topic_options, _topic,
                  label=N_("What about"), free=True),
            Field("area", N_("Which area (tổ dân phố or thôn) do you live in? You can type its number."),
                  _area_options, _area, _has_areas, optional=True, numbers=True, label=N_("Area")),
            Field("suits", N_("When does it suit you?"), _suits_options, _suits,
                  label=N_("When"), free=True),
            Field("note", N_("Anything the helper should know? No names, no numbers."),
                  check=_note, optional=True, label=N_("Note"), free=True),
            Field("phone", N_("May the helper call you? Then type your phone number. Only who helps you "
                              "sees it, and it is deleted when the help is done. Or skip."),
                  check=_phone, optional=True, label=N_("Phone"), free=True),
        ),
        _saved,
        _summary,
    )
)  # fmt: skip
