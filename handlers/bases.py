"""Officers type the base figures of their ward: the denominators, each for a year, with source and date."""

from collections.abc import Sequence
from datetime import date

from content.bases import BASES
from content.i18n import N_
from handlers import forms
from handlers.checks import one_of_these
from handlers.forms import Answers, Field, Form, Invalid
from handlers.numbers import read, shown
from handlers.turn import Option, Reply, Turn
from handlers.values import DAY, SOURCE, noted, shown_day
from store import members, values
from store.values import Base


async def begin(turn: Turn) -> Reply:
    """`/base`: a denominator of the ward and a year."""
    return await forms.begin(turn, BASE)


async def _bases(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(label, code) for code, label in BASES.items()]


async def _years(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [Option(str(year), str(year)) for year in (turn.today.year, turn.today.year - 1)]


async def _count(turn: Turn, answers: Answers, typed: str) -> str:
    number = read(typed)
    if number is None or number != int(number) or not 0 < number < 100_000_000:
        raise Invalid(turn.tr("Please type a number, for example 1.234."))
    return str(int(number))


async def _base_summary(turn: Turn, answers: Answers) -> str:
    return turn.tr(
        "{base}, {year}: {value}\nSource: {source}, {day}",
        base=BASES[answers["base"]], year=answers["year"], value=shown(int(answers["value"])),
        source=answers["source"], day=shown_day(answers),
    )  # fmt: skip


async def _base_saved(turn: Turn, answers: Answers) -> Reply:
    base = Base(
        answers["base"],
        int(answers["year"]),
        int(answers["value"]),
        answers["source"],
        date.fromisoformat(answers["day"]),
    )
    ward = turn.talk.ward_id or ""
    await values.enter_base(turn.db, ward, base, turn.talk.member_id, turn.now)
    await members.note(turn.db, ward, turn.talk.member_id, "base", base.base, turn.now)
    return noted(turn)


BASE = forms.register(
    Form(
        "base",
        (
            Field("base", N_("Which base figure?"), _bases, one_of_these, label=N_("Base figure")),
            Field("year", N_("Of which year?"), _years, one_of_these, label=N_("Year")),
            Field("value", N_("How many?"), check=_count, numbers=True, label=N_("Value")),
            SOURCE,
            DAY,
        ),
        _base_saved,
        _base_summary,
        action="values",
        send=N_("Save"),
    )
)  # fmt: skip
