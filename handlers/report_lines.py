"""The lines of the indicator table: the value held against the target, and the counts beside it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from content.indicator import Figure
from content.period import Period
from handlers.figures import Counted, Row, meets
from handlers.measures import Value
from store.values import Entered

NOTHING = Value(None)


@dataclass(frozen=True)
class Line:
    """One printed line of an indicator.

    `main` carries the value held against the target; `figure` is another figure of a measured row; `side`
    is a count that is never the official figure; `official` is what an officer typed beside a measured one.
    """

    row: Row
    kind: Literal["main", "figure", "side", "official"]
    name: str
    unit: str
    now: Value = NOTHING
    so_far: Value = NOTHING
    entered: Entered | None = None
    """Where the values were typed in, not counted."""
    figure: Figure | None = None

    @property
    def percent(self) -> bool:
        return self.unit.startswith("%")

    @property
    def measured(self) -> bool:
        """Counted from the log, the register or the ratings."""
        return self.figure is not None

    @property
    def missing(self) -> bool:
        said = self.entered is not None and bool(self.entered.text)
        return self.now.value is None and self.so_far.value is None and not said

    @property
    def reason(self) -> str:
        """Why there is no value; a code of handlers/measures.REASONS."""
        return (self.so_far.reason or self.now.reason) if self.missing else ""

    @property
    def latest(self) -> Value:
        """The year so far when it is known, else the period."""
        return self.now if self.so_far.value is None else self.so_far

    @property
    def decisive(self) -> Value:
        """What is held against the target."""
        return self.latest if self.kind == "main" else NOTHING

    @property
    def met(self) -> bool | None:
        """Whether the target is met. None without a number on either side."""
        target, value = self.row.target, self.decisive.value
        return None if target is None or value is None else meets(value, target)

    @property
    def ratio(self) -> float | None:
        """The value in percent of the target, where a higher value is better."""
        target, value = self.row.target, self.decisive.value
        if value is None or not target or not target.value or target.op == "<=":
            return None
        return 100 * value / target.value

    @property
    def estimate(self) -> Value:
        """What an officer expects of the whole year."""
        if self.kind != "main" or self.row.estimate is None:
            return NOTHING
        return typed(self.row.estimate)

    @property
    def estimate_met(self) -> bool | None:
        target, value = self.row.target, self.estimate.value
        return None if target is None or value is None else meets(value, target)


def lines(rows: Iterable[Row], period: Period) -> Iterator[Line]:
    """All lines of some rows, the main one of each first."""
    for row in rows:
        yield from _of(row, period)


def _of(row: Row, period: Period) -> Iterator[Line]:
    indicator = row.indicator
    if row.by_log:
        first, *rest = row.figures
        yield _counted(row, "main", indicator.name, first)
    else:
        rest = list(row.figures)
        yield _typed(row, "main", indicator.name, period)
    kind: Literal["figure", "side"] = "figure" if indicator.klass == "measured" else "side"
    for counted in rest:
        yield _counted(row, kind, counted.figure.name, counted)
    if row.by_log and indicator.official and not _needless(row):
        yield _typed(row, "official", indicator.official.num, period)


def _needless(row: Row) -> bool:
    """Whether nobody has to type a value: the log gives the share itself, and nobody did."""
    share = row.indicator.unit.startswith("%")
    return share and row.entered is None and row.entered_year is None


def _counted(
    row: Row, kind: Literal["main", "figure", "side"], name: str, counted: Counted
) -> Line:
    unit = row.indicator.unit if kind == "main" else counted.figure.unit
    return Line(row, kind, name, unit, counted.now, counted.so_far, figure=counted.figure)


def _typed(row: Row, kind: Literal["main", "official"], name: str, period: Period) -> Line:
    """A typed value stands in the period it speaks for; one that began earlier, in the year so far."""
    own = row.entered is not None and row.entered.first >= period.first
    entered, value = (row.entered, row.official) if own else (row.entered_year, row.year)
    unit = row.indicator.unit if kind == "main" else ""
    if entered is None or value is None or value.value is None:
        missing = value or Value(None, reason="no_value")
        return Line(row, kind, name, unit, so_far=missing, entered=entered)
    within = entered.first >= period.first
    from_start = entered.first <= max(period.so_far.first, date(period.year, 1, 1))
    return Line(
        row,
        kind,
        name,
        unit,
        value if within else NOTHING,
        value if from_start or not within else NOTHING,
        entered,
    )


def typed(entered: Entered) -> Value:
    """A typed value as it is, or the percentage of its parts."""
    if entered.num is None:
        return Value(entered.value)
    if not entered.den:
        return Value(entered.num)
    return Value(100 * entered.num / entered.den, entered.num, entered.den)
