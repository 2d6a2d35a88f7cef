"""The questions of a support session, and the checks of their answers."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, timedelta

from content import sentence_parts
from content.i18n import N_
from content.topics import TOPIC_NAMES, codes_of
from content.vocabulary import AUDIENCES, OUTCOMES, PLACES, PRIORITIES
from handlers import session_campaign, settings
from handlers.checks import day_so_far, one_of_these
from handlers.forms import Answers, Field, Invalid
from handlers.session_answers import number
from handlers.session_words import period_label
from handlers.turn import Option, Turn
from store import sessions, wards
from store.figures import SUCCESS

MOST_PEOPLE = 500
"""Of one session. More than that is a slip, or several classes."""
OLDEST = timedelta(days=366)
KINDS = {"help": N_("Help given"), "class": N_("Class")}
USUAL_TOPICS = (
    "vneid_tao", "vneid_kichhoat", "dvc_nop", "dvc_taikhoan", "ttkdtm_qr", "ttkdtm_nganhang",
    "antoan_luadao", "smartphone_coban",
)  # fmt: skip


async def own_area(turn: Turn) -> str:
    """The area of the member's team, else where they live; empty when neither is known."""
    area = await wards.area_of_team(turn.db, turn.talk.team_id) or turn.talk.area_id
    return str(area or "")


async def people(turn: Turn, answers: Answers, typed: str) -> str:
    counted = _count(typed)
    if counted is None or counted < 1:
        raise Invalid(turn.tr("How many people? Please type a number, for example 3."))
    if counted > MOST_PEOPLE:
        raise Invalid(
            turn.tr(
                "{n} people in one session is too many. At most {most}; a bigger event: log each class.",
                n=counted,
                most=MOST_PEOPLE,
            )
        )
    return str(counted)


async def day(turn: Turn, answers: Answers, typed: str) -> str:
    """A day that has come, is not older than a year, and in no closed period, but for officers."""
    when = date.fromisoformat(await day_so_far(turn, answers, typed))
    if turn.today - when > OLDEST:
        raise Invalid(turn.tr("{day} is more than a year ago.", day=when.strftime("%d/%m/%Y")))
    closed = turn.talk.ward_id and await sessions.closed_by(turn.db, turn.talk.ward_id, when)
    if closed and not turn.may("amend"):
        raise Invalid(
            turn.tr(
                "The figures of {period} are closed. Please tell the ward's officer about {day}.",
                period=period_label(turn, closed),
                day=when.strftime("%d/%m/%Y"),
            )
        )
    return when.isoformat()


async def area(turn: Turn, answers: Answers, typed: str) -> str:
    """An area of the member's own ward, by its name or its own number."""
    known = await wards.areas_of(turn.db, turn.talk.ward_id or "")
    found = settings.area_meant(known, typed)
    if found is None:
        ward = turn.ward.name if turn.ward else ""
        raise Invalid(turn.tr("I find no area «{area}» in {ward}.", area=typed[:40], ward=ward))
    return str(found.id)


async def topics(turn: Turn, answers: Answers, typed: str) -> str:
    """Topics as typed, or codes joined by dots."""
    codes = [code for code in typed.split(".") if code in TOPIC_NAMES] or sentence_parts.topics_in(
        typed
    )
    if not codes:
        raise Invalid(
            turn.tr("I did not understand what it was about. For example: VNeID, nộp hồ sơ, mã QR.")
        )
    return ".".join(codes)


async def optional_number(turn: Turn, answers: Answers, typed: str) -> str:
    counted = _count(typed)
    if counted is None or counted > MOST_PEOPLE:
        raise Invalid(turn.tr("Please type a number from 0 to {most}.", most=MOST_PEOPLE))
    return str(counted or "")


async def some_of_them(turn: Turn, answers: Answers, typed: str) -> str:
    """A number of those who were there, none included."""
    counted, there = _count(typed), number(answers, "people")
    if counted is None or counted > there:
        raise Invalid(turn.tr("Please type a number from 0 to {most}.", most=there))
    return str(counted)


async def reason(turn: Turn, answers: Answers, typed: str) -> str:
    if not typed:
        raise Invalid(turn.tr("Please write a few words."))
    return typed[:200]


def _count(typed: str) -> int | None:
    found = None if typed.startswith("-") else sentence_parts.number_in(typed)
    return found if found is not None and found < 1_000_000 else None


async def _topic_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    last = await sessions.latest(turn.db, [turn.talk.member_id or 0], 1)
    first = ".".join(codes_of(last[0].told.topics)[:2]) if last else ""
    options = []
    if first:
        names = ", ".join(turn.tr(TOPIC_NAMES[code]) for code in first.split("."))
        options.append(Option(names, first))
    usual = [code for code in USUAL_TOPICS if code != first]
    return [*options, *(Option(turn.tr(TOPIC_NAMES[code]), code) for code in usual)]


async def _day_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    before = turn.today - timedelta(days=1)
    return [
        Option(turn.tr("Today"), turn.today.isoformat()),
        Option(turn.tr("Yesterday"), before.isoformat()),
    ]


async def _area_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    own = await own_area(turn)
    known = await wards.areas_of(turn.db, turn.talk.ward_id or "")
    if len(known) > settings.MAX_AREA_BUTTONS:
        known = [one for one in known if str(one.id) == own]
    known = sorted(known, key=lambda one: str(one.id) != own)
    return [Option(one.name, str(one.id)) for one in known]


async def _has_areas(turn: Turn, answers: Answers) -> bool:
    return bool(await wards.areas_of(turn.db, turn.talk.ward_id or ""))


async def _place_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    last = await sessions.latest(turn.db, [turn.talk.member_id or 0], 1)
    usual = last[0].told.place if last else None
    codes = sorted(PLACES, key=lambda code: code != usual)
    return [Option(turn.tr(PLACES[code]), code) for code in codes]


def _coded(
    labels: Mapping[str, str],
) -> Callable[[Turn, Answers], Awaitable[Sequence[Option]]]:
    async def options(turn: Turn, answers: Answers) -> Sequence[Option]:
        return [Option(turn.tr(label), code) for code, label in labels.items()]

    return options


async def _changing(turn: Turn, answers: Answers) -> bool:
    return "id" in answers


async def _several(turn: Turn, answers: Answers) -> bool:
    return number(answers, "people") > 1 and answers.get("outcome", "") in SUCCESS


async def _is_class(turn: Turn, answers: Answers) -> bool:
    return answers.get("kind") == "class"


FIELDS = (
    Field("topics", N_("What did you help with? You can type several."), _topic_options, topics,
          label=N_("What about")),
    Field("people", N_("How many people?"), check=people, numbers=True, label=N_("How many people")),
    Field("date", N_("Which day?"), _day_options, day, verify=day, label=N_("Day")),
    Field("area", N_("Which area? You can type its number."), _area_options, area, _has_areas, numbers=True,
          optional=True, label=N_("Area")),
    Field("place", N_("At what kind of place?"), _place_options, one_of_these,
          optional=True, label=N_("Place")),
    Field("audience", N_("Whom did you help?"), _coded(AUDIENCES), one_of_these,
          label=N_("Whom")),
    Field("outcome", N_("How did it end?"), _coded(OUTCOMES), one_of_these,
          label=N_("Result")),
    Field("unfinished", N_("How many of them did not get there? 0 for none."),
          check=some_of_them, numbers=True, applies=_several, label=N_("How many not done")),
    Field("households", N_("How many households?"), check=optional_number, numbers=True, optional=True,
          label=N_("How many households")),
    Field("passed", N_("How many passed the check at the end?"), check=some_of_them, numbers=True,
          applies=_is_class, optional=True, label=N_("How many passed")),
    Field("priority", N_("Were they people who need more help?"), _coded(PRIORITIES),
          one_of_these, optional=True, label=N_("Priority group")),
    Field("minutes", N_("How many minutes did it take?"), check=optional_number, numbers=True, optional=True,
          label=N_("Time")),
    Field("reason", N_("Why did it not work? A few words, no names."), check=reason,
          optional=True, label=N_("Reason"), free=True),
    Field("kind", N_("Was it help for single people, or a class?"), _coded(KINDS), one_of_these,
          label=N_("Help or class")),
    Field("campaign", N_("Which campaign was it part of? Skip it for none."), session_campaign.options,
          one_of_these, session_campaign.known, optional=True, label=N_("Campaign"),
          verify=session_campaign.chosen),
    Field("why", N_("Why do you change it? A few words."), check=reason, applies=_changing,
          free=True),
)  # fmt: skip
