"""The questions of a class, the checks of their answers, and the plan they make."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from content.campaign_shift import BadShift, kind_of_place, place_named
from content.fold import words
from content.i18n import N_
from content.sentence_parts import topics_in
from content.topics import TOPIC_NAMES
from content.vocabulary import AUDIENCES, ORGS, PLACES
from handlers import class_times, session_form, settings
from handlers.checks import one_of_these, organiser
from handlers.class_plan import LESSON, area_of, spoken
from handlers.class_times import ENDS, TOO_LONG, BadHours
from handlers.class_words import KINDS
from handlers.forms import Answers, Field, Invalid
from handlers.turn import Option, Turn
from store import classes, wards

HELD = "~held"
"""Beside the answers: the class is in the log, so that a change needs a reason."""
STARTS = "~starts"
"""Beside the answers: when it begins, where no more was said of its hours."""
LENGTHS = (60, 90, 120, 180)
"""Minutes of usual classes."""
OLDEST, FARTHEST = timedelta(days=31), timedelta(days=366)
MOST_PEOPLE = session_form.MOST_PEOPLE
USUAL: tuple[str, ...] = ("08:00-10:00", "14:00-16:00", "19:00-21:00")
WRONG = {
    class_times.HOURS: N_("I do not understand these hours."),
    ENDS: N_("It has to end after it begins."),
    TOO_LONG: N_("A class lasts 10 hours at most."),
}
HOURS = N_("From when to when? For example: 8h-10h, or 2h-4h chiều.")


async def _title(turn: Turn, answers: Answers, typed: str) -> str:
    title = " ".join(typed.split())
    if not 2 <= len(title) <= 80 or not words(title):
        raise Invalid(turn.tr("A name of 2 to 80 letters, please."))
    return title[0].upper() + title[1:]


async def _title_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [turn.option("After one of the lessons here", LESSON)]


async def _courses(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(turn.tr(one.title), name) for name, one in turn.library.courses.items()]


async def _lessons(turn: Turn, answers: Answers) -> Sequence[Option]:
    course = turn.library.courses.get(answers.get("course", ""))
    return [Option(one.title, one.id) for one in course.lessons] if course else []


async def _lesson(turn: Turn, answers: Answers, typed: str) -> str:
    """A lesson by some words of its title."""
    said = words(typed)
    offered = await _lessons(turn, answers)
    found = [one.value for one in offered if said and said in words(one.label)]
    if len(found) != 1:
        raise Invalid(turn.tr("Please choose one of these."))
    return found[0]


async def day(turn: Turn, answers: Answers, typed: str) -> str:
    """A day of the last month or the year to come, in no closed period."""
    meant = class_times.day_meant(typed, turn.today)
    if meant is None:
        raise Invalid(turn.tr("I do not understand that day."))
    shown = f"{meant:%d/%m/%Y}"
    if turn.today - meant > OLDEST:
        raise Invalid(
            turn.tr("{day} is more than 31 days ago: too late to enter a class.", day=shown)
        )
    if meant - turn.today > FARTHEST:
        raise Invalid(turn.tr("{day} is more than a year away.", day=shown))
    return await open_day(turn, meant)


async def open_day(turn: Turn, meant: date) -> str:
    """The day, unless its figures are closed to who asks. Invalid."""
    return (
        await session_form.day(turn, {}, meant.isoformat())
        if meant <= turn.today
        else meant.isoformat()
    )


async def _days(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [
        Option(turn.tr("Today"), turn.today.isoformat()),
        Option(turn.tr("Tomorrow"), (turn.today + timedelta(days=1)).isoformat()),
    ]


async def _hours(turn: Turn, answers: Answers, typed: str) -> str:
    try:
        begun = time.fromisoformat(answers[STARTS]) if STARTS in answers else None
        told = begun and class_times.ends_meant(begun, typed)
        starts, ends = told or class_times.hours_meant(typed)
    except BadHours as bad:
        raise Invalid(turn.tr(WRONG[str(bad)])) from None
    return spoken(starts, ends)


async def _usual_hours(turn: Turn, answers: Answers) -> Sequence[Option]:
    """As long as classes usually are, from when it begins where that was said."""
    usual = USUAL
    if STARTS in answers:
        begins = datetime.combine(date.min, time.fromisoformat(answers[STARTS]))
        until = [begins + timedelta(minutes=each) for each in LENGTHS]
        usual = tuple(spoken(begins.time(), one.time()) for one in until if one.day == begins.day)
    return [Option(one.replace("-", "–"), one) for one in usual]


async def _place(turn: Turn, answers: Answers, typed: str) -> str:
    try:
        return place_named(typed)
    except BadShift:
        raise Invalid(turn.tr("A place in words, of at most 80 letters, please.")) from None


async def _any_place(turn: Turn, answers: Answers) -> bool:
    """The words do not say what kind of place it is."""
    return kind_of_place(answers.get("place", "")) == "other"


async def _any_area(turn: Turn, answers: Answers) -> bool:
    known = await wards.areas_of(turn.db, turn.talk.ward_id or "")
    return bool(known) and await area_of(turn, answers) is None


async def _expected(turn: Turn, answers: Answers, typed: str) -> str:
    return await session_form.optional_number(turn, answers, typed)


async def _campaigns(turn: Turn, answers: Answers) -> Sequence[Option]:
    known = await classes.campaigns_on(
        turn.db, turn.talk.ward_id or "", date.fromisoformat(answers["day"])
    )
    return [Option(name, str(number)) for number, name in known.items()]


async def _campaign(turn: Turn, answers: Answers, value: str) -> str:
    """The name of the chosen one: sessions name campaigns so."""
    names = {one.value: one.label for one in await _campaigns(turn, answers)}
    return names[value]


async def _has_campaigns(turn: Turn, answers: Answers) -> bool:
    return bool(answers.get("day") and await _campaigns(turn, answers))


async def _by_lesson(turn: Turn, answers: Answers) -> bool:
    return answers.get("title") == LESSON


async def _by_name(turn: Turn, answers: Answers) -> bool:
    return answers.get("title") != LESSON


async def _held(turn: Turn, answers: Answers) -> bool:
    return HELD in answers


async def _topic_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    """What the title names, then what is usual."""
    named = topics_in(answers.get("title", ""))
    first = [Option(", ".join(turn.tr(TOPIC_NAMES[one]) for one in named), ".".join(named))]
    usual = [one for one in session_form.USUAL_TOPICS if [one] != named]
    return [*first[: len(named)], *(Option(turn.tr(TOPIC_NAMES[one]), one) for one in usual)]


async def _area_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    known = await wards.areas_of(turn.db, turn.talk.ward_id or "")
    few = known if len(known) <= settings.MAX_AREA_BUTTONS else []
    return [Option(one.name, str(one.id)) for one in few]


def _coded(labels: Mapping[str, str]) -> Callable[[Turn, Answers], Awaitable[Sequence[Option]]]:
    async def options(turn: Turn, answers: Answers) -> Sequence[Option]:
        return [Option(turn.tr(label), code) for code, label in labels.items()]

    return options


FIELDS = (
    Field("kind", N_("What kind of meeting is it?"), _coded(KINDS), one_of_these, label=N_("Kind of class")),
    Field("title", N_("What is it called? Type a name, such as: An toàn mạng."), _title_options,
          _title, label=N_("Name")),
    Field("course", N_("Lessons of which course?"), _courses, one_of_these, _by_lesson),
    Field("lesson", N_("Which lesson?"), _lessons, _lesson, _by_lesson, label=N_("Lesson")),
    Field("topics", N_("What is it about? You can type several."), _topic_options, session_form.topics,
          _by_name, label=N_("What about")),
    Field("day", N_("Which day? For example: thứ 7, 21/11."), _days, day, verify=day, label=N_("Day")),
    Field("hours", HOURS, _usual_hours, _hours, label=N_("Hours")),
    Field("place", N_("Where is it? For example: nhà văn hóa TDP 2."), check=_place,
          label=N_("Place of the class")),
    Field("place_code", N_("At what kind of place?"), _coded(PLACES), one_of_these, _any_place,
          label=N_("Kind of place")),
    Field("area", N_("Which area? You can type its number."), _area_options,
          session_form.area, _any_area, numbers=True, optional=True, label=N_("Area")),
    Field("organiser", N_("Who holds it?"), _coded(ORGS), organiser, label=N_("Who holds it")),
    Field("audience", N_("Whom is it for?"), _coded(AUDIENCES), one_of_these, label=N_("For whom")),
    Field("expected", N_("How many people do you expect?"), check=_expected, numbers=True, optional=True,
          label=N_("Expected")),
    Field("campaign", N_("Does it belong to a campaign?"), _campaigns, one_of_these, _has_campaigns,
          optional=True, label=N_("Campaign"), verify=_campaign),
    Field("why", N_("Why do you change it? A few words."), check=session_form.reason, applies=_held,
          free=True),
)  # fmt: skip
