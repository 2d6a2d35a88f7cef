"""Officers type official values and bases, with source and date."""

from collections.abc import Sequence
from datetime import date

from content.i18n import N_
from content.period import NoPeriod, month_of, period, spoken
from handlers import forms, menu
from handlers.checks import day_so_far, one_of_these
from handlers.figures import find, plans_of
from handlers.forms import Answers, Field, Form, Invalid
from handlers.numbers import read
from handlers.turn import Option, Reply, Turn
from store import members, values
from store.values import ACTUAL, ESTIMATE, Entered

KINDS = {ACTUAL: N_("What was reached"), ESTIMATE: N_("Estimate for the whole year")}


async def begin(turn: Turn) -> Reply:
    """`/value`, `/value K01`, or from an opened indicator (`<plan>.<number>`)."""
    if not turn.argument:
        return await forms.begin(turn, VALUE)
    plan, _, number = turn.argument.partition(".")
    plans = {one.id: one for one in plans_of(turn.library, turn.ward)} if turn.ward else {}
    if plan in plans and number.isdecimal() and int(number) < len(plans[plan].indicators):
        return await forms.begin(turn, VALUE, {"indicator": plans[plan].indicators[int(number)].id})
    try:
        return await forms.begin(
            turn, VALUE, {"indicator": await _indicator(turn, {}, turn.argument)}
        )
    except Invalid as problem:
        return Reply(str(problem), menu.choices(turn))


async def _indicator(turn: Turn, answers: Answers, typed: str) -> str:
    found = find(turn.library, turn.ward, typed) if turn.ward else None
    if found is None:
        raise Invalid(turn.tr("I find no indicator «{code}» in the ward's plans.", code=typed[:40]))
    if found[1].official is None:
        raise Invalid(turn.tr("That figure is counted from the log; it cannot be typed in."))
    return found[1].id


async def _kinds(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(turn.tr(label), code) for code, label in KINDS.items()]


async def _is_actual(turn: Turn, answers: Answers) -> bool:
    return answers.get("kind") != ESTIMATE


def _cut(turn: Turn) -> str:
    return turn.ward.cut if turn.ward else "calendar"


async def _periods(turn: Turn, answers: Answers) -> Sequence[Option]:
    there = [spoken(name, turn.today, _cut(turn)) for name in ("tháng trước", "tháng này")]
    return [Option(one.label(turn.talk.lang), one.id) for one in there]


async def _period(turn: Turn, answers: Answers, typed: str) -> str:
    try:
        found = spoken(typed, turn.today, _cut(turn))
    except NoPeriod:
        raise Invalid(turn.tr("Which period? For example: tháng 10, quý 3, năm 2026.")) from None
    if found.first > turn.today:
        raise Invalid(turn.tr("That period has not begun yet."))
    return found.id


async def _value(turn: Turn, answers: Answers, typed: str) -> str:
    """A number, a numerator and denominator as "850/1000", or where the unit is no number, words."""
    unit = _unit(turn, answers)
    num, slash, den = typed.partition("/")
    numbers = read(num), read(den) if slash else None
    if numbers[0] is None or (slash and not numbers[1]):
        if unit == "%" or any(sign.isdigit() for sign in typed) or not typed:
            raise Invalid(turn.tr("Please type a number like 85,5, or two like 850/1000."))
        return typed[:200]
    value = 100 * numbers[0] / numbers[1] if numbers[1] else numbers[0]
    if unit == "%" and not 0 <= value <= 100:
        raise Invalid(turn.tr("A percentage is between 0 and 100."))
    if value < 0:
        raise Invalid(turn.tr("The number cannot be below zero."))
    return typed


def _unit(turn: Turn, answers: Answers) -> str:
    found = find(turn.library, turn.ward, answers.get("indicator", "")) if turn.ward else None
    return found[1].unit if found else ""


async def _source(turn: Turn, answers: Answers, typed: str) -> str:
    if len(typed) < 3:
        raise Invalid(turn.tr("Where does it come from? For example: Cổng DVCQG, báo cáo số 12."))
    return typed[:200]


async def _today(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(turn.tr("Today"), turn.today.isoformat())]


async def _summary(turn: Turn, answers: Answers) -> str:
    days = period(answers["period"], _cut(turn)) if "period" in answers else None
    when = days.label(turn.talk.lang) if days else turn.tr(KINDS[ESTIMATE])
    return turn.tr(
        "{indicator}, {period}: {value}\nSource: {source}, {day}",
        indicator=answers["indicator"], period=when, value=answers["value"],
        source=answers["source"], day=shown_day(answers),
    )  # fmt: skip


def shown_day(answers: Answers) -> str:
    """The day of the source, for reading."""
    return date.fromisoformat(answers["day"]).strftime("%d/%m/%Y")


async def _saved(turn: Turn, answers: Answers) -> Reply:
    estimate = answers["kind"] == ESTIMATE
    this_month = month_of(turn.today, _cut(turn))
    days = this_month.whole_year if estimate else period(answers["period"], _cut(turn))
    num, slash, den = answers["value"].partition("/")
    number = read(num)
    fraction = bool(slash and number is not None)
    entered = Entered(
        answers["indicator"],
        days.first,
        days.last,
        answers["kind"],
        None if fraction else number,
        number if fraction else None,
        read(den) if fraction else None,
        answers["value"] if number is None else None,
        answers["source"],
        date.fromisoformat(answers["day"]),
    )
    ward = turn.talk.ward_id or ""
    await values.enter(turn.db, ward, entered, turn.talk.member_id, turn.now)
    await members.note(turn.db, ward, turn.talk.member_id, "value", answers["indicator"], turn.now)
    return noted(turn)


def noted(turn: Turn) -> Reply:
    """A value or base was kept, and what may come next."""
    options = (
        turn.option("Enter a value", "value"),
        turn.option("Enter a base", "base"),
        turn.option("Main menu", "menu"),
    )
    return Reply(turn.tr("Noted, with your name and the source."), options)


SOURCE = Field(
    "source", N_("Where does it come from?"), check=_source, label=N_("Source"), free=True
)
DAY = Field(
    "day", N_("Of which day is the source?"), _today, day_so_far, label=N_("Day of the source")
)
VALUE = forms.register(
    Form(
        "value",
        (
            Field("indicator", N_("Which indicator? Type its code, for example K01."),
                  check=_indicator, label=N_("Indicator")),
            Field("kind", N_("What is it?"), _kinds, one_of_these, label=N_("Kind")),
            Field("period", N_("For which period?"), _periods, _period, applies=_is_actual,
                  label=N_("Period")),
            Field("value", N_("The value? A number like 85,5, or two like 850/1000."),
                  check=_value, numbers=True, label=N_("Value")),
            SOURCE,
            DAY,
        ),
        _saved,
        _summary,
        action="values",
        send=N_("Save"),
    )
)  # fmt: skip
