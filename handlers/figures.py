"""The figures of a ward's indicators, each with its class, its source, and the reason where there is none."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from content.indicator import Count, Figure, Indicator, Plan, Target
from content.library import Library
from content.period import Period
from content.ward import Ward
from handlers.measures import Value, counts_of, measure
from store import values
from store.figures import Span
from store.values import ACTUAL, ESTIMATE, Base, Entered

CORE = "core"


@dataclass(frozen=True)
class Counted:
    """A figure of an indicator: in the period, and from the beginning of the year to its end."""

    figure: Figure
    now: Value
    so_far: Value


@dataclass(frozen=True)
class Row:
    """One line of the indicator table."""

    plan: Plan
    indicator: Indicator
    target: Target | None
    official: Value | None
    """What was typed in for the period, from `entered`. None: nothing can be."""
    entered: Entered | None
    year: Value | None
    """The same for the year up to the period's end, from `entered_year`."""
    entered_year: Entered | None
    estimate: Entered | None
    figures: tuple[Counted, ...]

    @property
    def decisive(self) -> Value | None:
        """The value held against the target: the log's for measured rows, else the official one."""
        return self.figures[0].so_far if self.by_log else self.official

    @property
    def by_log(self) -> bool:
        """Whether the first figure may stand against the target.

        A plan may ask for a share where the log only has a count: that is no share (facts/indicators.md,
        2.4, HG178-c3a). Where the log says nothing, what an officer typed in counts.
        """
        if self.indicator.klass != "measured" or not self.figures:
            return False
        first = self.figures[0]
        typed = any(value and value.value is not None for value in (self.official, self.year))
        share = self.indicator.unit.startswith("%")
        return share == (first.figure.unit == "%") and (
            not typed or first.so_far.value is not None or first.now.value is not None
        )

    @property
    def met(self) -> bool | None:
        """Whether the target is met. None: no target in numbers, or no value."""
        if self.decisive is None or self.decisive.value is None or self.target is None:
            return None
        return meets(self.decisive.value, self.target)


def meets(value: float, target: Target) -> bool | None:
    """Equality meets "≥" and a plain number, never "trên" (section 1, rule 7). None without a number."""
    if target.value is None:
        return None
    if target.op == ">":
        return value > target.value
    return value <= target.value if target.op == "<=" else value >= target.value


async def table(
    db: AsyncSession,
    library: Library,
    ward: Ward,
    period: Period,
    today: date,
    area_id: int | None = None,
) -> list[Row]:
    """Every indicator of the ward's plans, and the core set, for a period, as it stands `today`."""
    plans = plans_of(library, ward)
    year = period.so_far
    wanted = {count for plan in plans for row in plan.indicators for count in counts_of(row)}
    spans = [Span(ward.id, days.first, days.last, area_id) for days in (period, year)]
    known = Known(
        period.year,
        await measure(db, library, spans[0], wanted, today),
        await measure(db, library, spans[1], wanted, today),
        await values.bases(db, ward.id, period.year),
        *[await _typed(db, ward, days, year.first) for days in (period, year)],
    )
    return [_row(plan, row, known) for plan in plans for row in plan.indicators]


async def _typed(db: AsyncSession, ward: Ward, days: Period, since: date) -> "Typed":
    return Typed(
        await values.entered_in(db, ward.id, days.first, days.last),
        await values.latest_in(db, ward.id, since, days.first, days.last),
    )


def plans_of(library: Library, ward: Ward) -> list[Plan]:
    """The plans a ward reports under, its own first, the core set last."""
    return [library.plans[name] for name in (*ward.plans, CORE) if name in library.plans]


def find(library: Library, ward: Ward, indicator_id: str) -> tuple[Plan, Indicator] | None:
    """An indicator of the ward's plans by its id, whatever the case."""
    for plan in plans_of(library, ward):
        for indicator in plan.indicators:
            if indicator.id.casefold() == indicator_id.strip().casefold():
                return plan, indicator
    return None


@dataclass(frozen=True)
class Typed:
    """What was typed in that may speak for some days: of exactly these, or the latest that ended by then."""

    exact: Mapping[tuple[str, str], Entered]
    latest: Mapping[str, Entered]

    def of(self, indicator: Indicator) -> Entered | None:
        """A share stays true until a newer one; a count is of its own days and of no others."""
        own = self.exact.get((indicator.id, ACTUAL))
        return own or (self.latest.get(indicator.id) if indicator.unit == "%" else None)


@dataclass(frozen=True)
class Known:
    """All that the rows of a table are made of."""

    year: int
    now: Mapping[Count, Value]
    so_far: Mapping[Count, Value]
    bases: Mapping[str, Base]
    typed: Typed
    typed_year: Typed


def _row(plan: Plan, indicator: Indicator, known: Known) -> Row:
    entered, entered_year = known.typed.of(indicator), known.typed_year.of(indicator)
    figures = tuple(
        Counted(figure, _figure(figure, known.now, known), _figure(figure, known.so_far, known))
        for figure in indicator.figures
    )
    return Row(
        plan,
        indicator,
        indicator.target_for(known.year),
        _official(indicator, entered, known.bases),
        entered,
        _official(indicator, entered_year, known.bases),
        entered_year,
        known.typed.exact.get((indicator.id, ESTIMATE)),
        figures,
    )


def _figure(figure: Figure, counted: Mapping[Count, Value], known: Known) -> Value:
    top = counted[figure.counted]
    if figure.of is None or top.value is None:
        return top
    if figure.divisor:
        below = counted[figure.divisor]
    else:
        base = known.bases.get(figure.of.base or "")
        below = Value(base.value) if base else Value(None, reason="no_base")
    return _percent(top.value, below)


def _official(
    indicator: Indicator, entered: Entered | None, bases: Mapping[str, Base]
) -> Value | None:
    """What an officer entered: a percentage of its parts, or the value as it is."""
    if indicator.official is None:
        return None
    if entered is None:
        return Value(None, reason="no_value")
    if entered.num is None:
        return Value(entered.value)
    if entered.den is not None:
        return _percent(entered.num, Value(entered.den))
    if indicator.official.base:
        base = bases.get(indicator.official.base)
        return _percent(entered.num, Value(base.value) if base else Value(None, reason="no_base"))
    return Value(entered.num)


def _percent(num: float, den: Value) -> Value:
    """num / den x 100 (section 1, rule 3), exact: rounding is for printing only."""
    if den.value is None:
        return Value(None, num, reason=den.reason)
    if not den.value:
        return Value(None, num, den.value, "zero_base")
    return Value(100 * num / den.value, num, den.value)
