"""Indicators: `content/indicators/<plan>.yaml`, every row of a ward's plan.

The source is facts/indicators.md, sections 2 and 3. Three classes. *measured*: the log is the source.
*contributes*: the official figure comes from a state system, the log gives a side count that is never printed
as the official one. *entered*: an officer types the value in.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from content.bases import BASES
from content.errors import ContentError, Fault
from content.frontmatter import Document, read_yaml, validate
from content.lesson import COURSES
from content.measure import FILTERS, KINDS, UNITS, FeedbackKind, Measure, MessageKind
from content.topics import TOPICS
from content.vocabulary import AUDIENCES, ORGS, PLACES, PRIORITIES

INDICATORS = Path(__file__).parent / "indicators"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _known(values: tuple[str, ...], known: object) -> tuple[str, ...]:
    assert isinstance(known, dict | frozenset)
    unknown = [value for value in values if value not in known]
    if unknown:
        raise ValueError(f"no such code: {', '.join(unknown)}")
    return values


class Where(Strict):
    """Which rows count; all of them when empty. A session counts when any of its topics is named."""

    topics: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    org: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    priority: tuple[str, ...] = ()
    kind: tuple[FeedbackKind | MessageKind, ...] = ()
    """Of feedback, or of messages."""
    course: tuple[str, ...] = ()
    """Of lessons."""
    about: tuple[Literal["session", "guide", "class", "dossier"], ...] = ()
    """Of ratings."""

    @model_validator(mode="after")
    def _codes(self) -> "Where":
        _known(self.topics, TOPICS)
        _known(self.audience, AUDIENCES)
        _known(self.org, ORGS)
        _known(self.place, PLACES)
        _known(self.priority, PRIORITIES)
        _known(self.course, COURSES)
        return self

    def check(self, measure: Measure) -> None:
        """ValueError when the measure has nothing that it could narrow."""
        given = {name for name in type(self).model_fields if getattr(self, name)}
        if unknown := given - FILTERS.get(measure, given):
            raise ValueError(f"'{measure}' cannot be narrowed by: {', '.join(sorted(unknown))}")
        _known(self.kind, frozenset(KINDS.get(measure, self.kind)))


class Count(Strict):
    """Something counted from the log, the register, the ratings or what was sent."""

    count: Measure
    where: Where = Where()

    @model_validator(mode="after")
    def _fits(self) -> "Count":
        self.where.check(self.count)
        return self


class Share(Strict):
    """What a figure is divided by: another count, or a base the ward types in."""

    count: Measure | None = None
    where: Where = Where()
    base: str | None = None

    @model_validator(mode="after")
    def _one(self) -> "Share":
        if (self.count is None) == (self.base is None):
            raise ValueError("name either a count or a base")
        if self.base is not None:
            _known((self.base,), BASES)
        if self.count is not None:
            self.where.check(self.count)
        return self


class Figure(Count):
    """One printed figure. With `of` it is a percentage, one decimal (section 1, rule 3)."""

    name: str
    of: Share | None = None

    @cached_property
    def counted(self) -> Count:
        """What is counted, without name and divisor: equal counts are counted once."""
        return Count(count=self.count, where=self.where)

    @cached_property
    def divisor(self) -> Count | None:
        """What it is divided by, where that is counted too."""
        return (
            Count(count=self.of.count, where=self.of.where) if self.of and self.of.count else None
        )

    @property
    def unit(self) -> str:
        return "%" if self.of else UNITS[self.count]


class Target(Strict):
    """A target of one year. `=` and `>=` are met at equality, `>` ("trên") only above (section 1, rule 7)."""

    year: int | None = None
    """None: every year, or no year in the plan."""
    op: Literal[">=", ">", "=", "<="] = "="
    value: float | None = None
    upto: float | None = None
    """The upper end where the plan gives a range; the lower end decides."""
    text: str = ""
    """A target in words, which no figure can meet or miss."""

    @model_validator(mode="after")
    def _says_something(self) -> "Target":
        if self.value is None and not self.text:
            raise ValueError("name a value or a text")
        return self


class Official(Strict):
    """How an officer's value is made up; the words of the plan where it has any."""

    num: str
    den: str = ""
    base: str | None = None
    """The base that serves as denominator when only a numerator was typed."""


class Indicator(Strict):
    id: Annotated[str, Field(pattern=r"^[A-Z]+\d+[\w.§()-]*$")]
    place: str = ""
    """Where the row stands in the document."""
    name: str
    unit: str
    klass: Annotated[Literal["measured", "contributes", "entered"], Field(alias="class")]
    owner: str = ""
    with_: Annotated[str, Field(alias="with")] = ""
    period: Literal["month", "quarter", "half", "year", "ongoing", "once"] = "year"
    due: str = ""
    targets: tuple[Target, ...] = ()
    official: Official | None = None
    figures: tuple[Figure, ...] = ()
    """The first one is compared with the target of a measured row; for other rows all are side counts."""
    notes: tuple[str, ...] = ()
    """Conflicts and gaps of the plan, said openly (facts/indicators.md, section 7)."""
    feeds: tuple[str, ...] = ()
    """For the core set: the rows of the plans it gathers."""

    @model_validator(mode="after")
    def _class_fits(self) -> "Indicator":
        if self.klass == "measured" and not self.figures:
            raise ValueError("a measured row needs figures")
        if self.klass != "measured" and self.official is None:
            raise ValueError("a row that is not measured needs 'official'")
        return self

    def target_for(self, year: int) -> Target | None:
        """The target of that year, or the next milestone after it: nothing in between (section 1, rule 8)."""
        dated = sorted((t for t in self.targets if t.year is not None), key=lambda t: t.year or 0)
        ahead = [target for target in dated if (target.year or 0) >= year]
        return ahead[0] if ahead else next((t for t in self.targets if t.year is None), None)


class Deadline(Strict):
    """A day a report is due: "before the 15th of each month", "before 30/11 each year" (section 4)."""

    name: str
    before_day: Annotated[int, Field(ge=1, le=31)]
    before_month: Annotated[int, Field(ge=1, le=12)] | None = None
    """None: every month."""
    until_year: int | None = None
    covers: Literal["month", "half", "year"]
    sender: str
    receiver: str
    note: str = ""


class Plan(Strict):
    """One document of a ward and its indicators."""

    id: Annotated[str, Field(pattern=r"^[a-z]+\d*$")]
    code: str
    title: str
    """As a report cites it: kind, number, date, body."""
    notes: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=1)]


HINTS = {"indicators": "one row for each line of the plan", "id": "the file's name"}


def load_plans(folder: Path = INDICATORS) -> dict[str, Plan]:
    """All plans by id, the core set among them. ContentError lists every fault."""
    plans: dict[str, Plan] = {}
    faults: list[Fault] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            data, lines = read_yaml(path, path.read_text(encoding="utf-8"))
            plan = validate(Plan, Document(path, data, lines, []), HINTS)
        except ContentError as error:
            faults += error.faults
            continue
        plans[plan.id] = plan
        faults += [Fault(path, 1, advice) for advice in _faults(plan, path.stem)]
    if faults:
        raise ContentError(faults)
    return plans


def _faults(plan: Plan, stem: str) -> Iterator[str]:
    if plan.id != stem:
        yield f"id '{plan.id}' must be the file's name '{stem}'"
    seen: set[str] = set()
    for row in plan.indicators:
        if row.id in seen:
            yield f"two rows are called '{row.id}'"
        seen.add(row.id)
