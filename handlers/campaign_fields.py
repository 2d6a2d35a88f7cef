"""The questions of a new campaign, and the checks of their answers."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from content import campaign, campaign_days
from content.campaign import AREA_TYPES, SUGGESTED, SUGGESTED_BY, BadTarget
from content.fold import fold, words
from content.i18n import N_
from content.sentence_campaign import MODELS
from content.vocabulary import ORGS
from handlers import settings
from handlers.campaign_code import made_of, why_not
from handlers.campaign_words import clock
from handlers.checks import NO, YES, one_of_these, organiser, yes_no
from handlers.choosing import whatever
from handlers.forms import Answers, Field, Invalid
from handlers.turn import Option, Turn
from store import campaigns, wards

LONGEST_NAME, LONGEST_MODEL = 80, 60
LONGEST = timedelta(days=366)
WRONG_LAST = N_("The last day must not be before the first day, and at most 366 days are possible.")
UNDATED = timedelta(days=183)
"""How far a last day without a year may be: "10/11" after 16/11 is a slip, "5/1" after 20/12 is not."""
FARTHEST = timedelta(days=366)
"""How far ahead, or back, a campaign may begin."""
EARLIEST = 8 * 60
"""Minutes of the day: nobody owes a report before."""
USUAL_CUTOFF = 20 * 60
WHOLE, NONE = "all", "none"
_APART = re.compile(r"[,;\n]|\s+va\s+|\s+và\s+")
_CLOCK = re.compile(
    r"(?:luc )?(\d{1,2})(?: ?(?:h|g|gio|:) ?(\d{2})?)?( ?ruoi)?(?: ?(sang|chieu|toi)(?: a)?)?"
)
_SIGN = re.compile(r"[=<>@#{}|\\]")


async def _name(turn: Turn, answers: Answers, typed: str) -> str:
    name = " ".join(typed.split())
    if turn.masked.found or _SIGN.search(name):
        raise Invalid(turn.tr("Please give a name in plain words, without personal numbers."))
    if not 3 <= len(name) <= LONGEST_NAME or not words(name):
        raise Invalid(turn.tr("Please give a name of 3 to {n} letters.", n=LONGEST_NAME))
    if await taken_name(turn.db, turn.talk.ward_id or "", name):
        raise Invalid(turn.tr("The ward already has a campaign of that name. Please add a year."))
    return name


async def taken_name(db: AsyncSession, ward_id: str, name: str) -> bool:
    """Whether a campaign of the ward is called so, accents and case aside."""
    there = await campaigns.all_of(db, ward_id)
    return any(words(one.name) == words(name) for one in there)


async def _models(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(name, code) for code, name in MODELS.items()]


async def _chosen_model(turn: Turn, answers: Answers, value: str) -> str:
    return MODELS[value]


async def _model(turn: Turn, answers: Answers, typed: str) -> str:
    model = " ".join(typed.split())
    if turn.masked.found or not words(model) or len(model) > LONGEST_MODEL:
        raise Invalid(turn.tr("Please choose one, or type at most {n} letters.", n=LONGEST_MODEL))
    return model


async def _organisers(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [turn.option(label, code) for code, label in ORGS.items()]


async def _first(turn: Turn, answers: Answers, typed: str) -> str:
    meant = campaign_days.said(typed, turn.today)
    day = campaign_days.nearest(meant, turn.today) if meant else None
    if day is None:
        raise Invalid(turn.tr("I do not understand that day. For example: 21/11, 01/06/2027."))
    if abs(day - turn.today) > FARTHEST:
        raise Invalid(turn.tr("That is more than a year away."))
    return day.isoformat()


async def _first_days(turn: Turn, answers: Answers) -> Sequence[Option]:
    tomorrow = (turn.today + timedelta(days=1)).isoformat()
    return [
        turn.option("Today", turn.today.isoformat()),
        Option(turn.tr("Tomorrow"), tomorrow),
    ]


async def _last(turn: Turn, answers: Answers, typed: str) -> str:
    first = date.fromisoformat(answers["first"])
    meant = campaign_days.said(typed, turn.today)
    if meant is None:
        raise Invalid(turn.tr("I do not understand that day. For example: 21/11, 01/06/2027."))
    most = LONGEST if meant.year else UNDATED
    days = campaign_days.within(meant, first, first + most - timedelta(days=1))
    if not days:
        raise Invalid(turn.tr(WRONG_LAST))
    return days[0].isoformat()


async def _one_day(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(turn.tr("Only that day"), answers["first"])]


async def _has_areas(turn: Turn, answers: Answers) -> bool:
    return bool(await wards.areas_of(turn.db, turn.talk.ward_id or ""))


async def _area_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    known = await wards.areas_of(turn.db, turn.talk.ward_id or "")
    few = known if len(known) <= settings.MAX_AREA_BUTTONS else []
    whole = turn.option("The whole ward", WHOLE)
    return [whole, *(Option(area.name, str(area.id)) for area in few)]


async def _areas(turn: Turn, answers: Answers, typed: str) -> str:
    """One or more areas by their numbers or names, or all of them."""
    if whatever(typed):
        return WHOLE
    known, found = await wards.areas_of(turn.db, turn.talk.ward_id or ""), []
    for said in filter(str.strip, _APART.split(typed)):
        area = settings.area_meant(known, said)
        if area is None:
            raise Invalid(turn.tr("I do not know the area “{area}”.", area=said.strip()[:40]))
        found.append(str(area.id))
    if not found:
        raise Invalid(turn.tr("Please choose one of these."))
    return ",".join(dict.fromkeys(found))


async def _area_types(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [turn.option(label, code) for code, label in AREA_TYPES.items()]


async def _yes_no(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [turn.option("Yes", YES), turn.option("No", NO)]


async def _suggested(turn: Turn, answers: Answers) -> Sequence[Option]:
    """The minimums another province set for such an area, said to be that."""
    targets = campaign.in_words(SUGGESTED[answers["area_type"]])
    label = turn.tr("As in {where}: {targets}", where=SUGGESTED_BY, targets=targets)
    return [Option(label, answers["area_type"])]


async def _targets(turn: Turn, answers: Answers, typed: str) -> str:
    try:
        return campaign.as_typed(campaign.read_targets(typed))
    except BadTarget as bad:
        raise Invalid(
            turn.tr(
                "I do not understand “{part}”. Write a goal and a number: lượt 1500, vneid 700, "
                "dvc 500, qr 160.",
                part=str(bad)[:40],
            )
        ) from None


async def _as_suggested(turn: Turn, answers: Answers, value: str) -> str:
    """Kept as numbers: the kind of area may be changed afterwards."""
    return campaign.as_typed(SUGGESTED[value])


async def _cutoffs(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(clock(USUAL_CUTOFF), str(USUAL_CUTOFF))]


async def _cutoff(turn: Turn, answers: Answers, typed: str) -> str:
    minutes = minutes_of(typed)
    if minutes is None:
        raise Invalid(turn.tr("Please type an hour from 8 to 23:59, for example 20h or 19h30."))
    return str(minutes)


def minutes_of(typed: str) -> int | None:
    """ "20h", "19:30", "20" as minutes of the day. None: no hour at which a report may be due."""
    found = _CLOCK.fullmatch(fold(typed).strip())
    if not found:
        return None
    late = found[4] in ("chieu", "toi") and int(found[1]) < 12
    minute = 30 if found[3] else int(found[2] or 0)
    minutes = (int(found[1]) + 12 * late) * 60 + minute
    return minutes if minute < 60 and EARLIEST <= minutes <= campaign.LAST_MINUTE else None


async def _codes(turn: Turn, answers: Answers) -> Sequence[Option]:
    """The first word made of the name that is free."""
    for code in made_of(answers["name"], date.fromisoformat(answers["first"]).year):
        if not await why_not(turn.db, turn.library, turn.ward, code):
            return [Option(code, code)]
    return []


async def _code(turn: Turn, answers: Answers, typed: str) -> str:
    code = fold(typed).upper().replace(" ", "")
    if refused := await why_not(turn.db, turn.library, turn.ward, code):
        raise Invalid(turn.tr(refused))
    return code


FIELDS = (
    Field("name", N_("What is the campaign called? For example: Mùa hè xanh 2026."),
          check=_name, label=N_("Name"), free=True),
    Field("model", N_("Which model is it? Choose one, or type another."), _models, _model,
          verify=_chosen_model, label=N_("Model")),
    Field("organiser", N_("Who holds it?"), _organisers, organiser, label=N_("Organiser")),
    Field("first", N_("Its first day? For example: 21/11."), _first_days, _first,
          label=N_("First day"), numbers=True),
    Field("last", N_("Its last day?"), _one_day, _last, label=N_("Last day"), numbers=True),
    Field("areas", N_("Where? The whole ward, or type areas: 1, 3, Thôn Đông."), _area_options, _areas,
          _has_areas, label=N_("Areas"), numbers=True),
    Field("area_type", N_("What kind of area is it?"), _area_types, one_of_these,
          label=N_("Kind of area")),
    Field("skills", N_("Is it a campaign of digital skills for residents? (It is counted then.)"),
          _yes_no, yes_no, label=N_("Digital skills")),
    Field("targets", N_("Targets for the whole campaign? Type them in one line: lượt 1500, vneid 700, "
                        "dvc 500, qr 160. Or skip."), _suggested, _targets, optional=True,
          verify=_as_suggested,
          label=N_("Targets"), free=True),
    Field("cutoff", N_("By what hour is the report of each day due? For example 20h."), _cutoffs,
          _cutoff, label=N_("Hour of the report"), numbers=True),
    Field("code", N_("Which short word do people type to find it? 3 to 12 letters and digits, "
                     "without accents."), _codes, _code, label=N_("Short word")),
)  # fmt: skip


def from_now_on(targets: Field) -> Field:
    """The question of targets for a campaign that has some: "Skip" would take them away unsaid."""

    async def choices(turn: Turn, answers: Answers) -> Sequence[Option]:
        return [*await targets.choices(turn, answers), turn.option("No targets", NONE)]

    async def verify(turn: Turn, answers: Answers, value: str) -> str:
        return "" if value == NONE else await targets.verify(turn, answers, value)

    ask = N_(
        "Which targets from now on? Type all of them in one line: lượt 1500, vneid 700, dvc 500, qr 160."
    )
    return replace(targets, ask=ask, choices=choices, verify=verify, optional=False)
