"""What an import would change, as data: the dry run shows it, the import writes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from handlers.importing_cells import Line, Problem, shown
from handlers.importing_sheets import KINDS
from store.roster import AreaEntry, BaseKey, MemberEntry, Roster, TeamEntry, TraineeEntry, ValueKey
from store.values import Base, Entered

NEW, CHANGED, UNCHANGED, ENDED = "new", "changed", "unchanged", "ended"

Entry = AreaEntry | TeamEntry | MemberEntry | TraineeEntry | Entered | Base
T = TypeVar("T", AreaEntry, TeamEntry, MemberEntry, TraineeEntry, Entered, Base)


@dataclass(frozen=True)
class Difference:
    """A column that changes; empty: there was nothing, or there will be."""

    column: str
    old: str
    new: str


@dataclass(frozen=True)
class Change:
    """What one row of the file does: `entry` is what will be there then, `id` the row it replaces."""

    kind: str
    what: str
    name: str
    sheet: str
    row: int
    differences: tuple[Difference, ...]
    entry: Entry
    id: int | None = None


@dataclass(frozen=True)
class Seen:
    """What was there when the file was checked."""

    roster: Roster
    values: dict[ValueKey, Entered]
    bases: dict[BaseKey, Base]


@dataclass(frozen=True)
class Outcome:
    """The result of a check. With a single problem nothing of the file may be written."""

    changes: tuple[Change, ...]
    problems: tuple[Problem, ...]
    seen: Seen = field(repr=False)

    @property
    def nothing(self) -> bool:
        """Whether everything in the file is there already."""
        return all(change.what == UNCHANGED for change in self.changes)

    @property
    def allowed(self) -> bool:
        """Whether there is something to write, and nothing that forbids it."""
        return not self.problems and not self.nothing

    def of(self, kind: str, *what: str) -> list[Change]:
        """The changes of a kind that are one of these."""
        return [change for change in self.changes if change.kind == kind and change.what in what]


@dataclass(frozen=True)
class Compared:
    """How the entries of a kind are shown: the code of each column by attribute, and odd values."""

    columns: dict[str, str]
    show: Callable[[str, object], str] = lambda _, value: shown(value)


def change(
    line: Line, name: str, entry: T, old: T | None, compared: Compared, known: int | None = None
) -> Change:
    """What it means that `entry` takes the place of `old`."""
    kind = KINDS[line.sheet.kind]
    differences = tuple(
        Difference(kind.column(code).label, before, after)
        for attribute, code in compared.columns.items()
        if (before := _shown(compared, old, attribute))
        != (after := _shown(compared, entry, attribute))
    )
    what = NEW if old is None else CHANGED if differences else UNCHANGED
    return Change(
        line.sheet.kind, what, name, line.sheet.title, line.row.number, differences, entry, known
    )


def _shown(compared: Compared, entry: object, attribute: str) -> str:
    return "" if entry is None else compared.show(attribute, getattr(entry, attribute))


def ended(made: Change) -> Change:
    return replace(made, what=ENDED)


def split(changes: Sequence[Change], kind: type[T]) -> tuple[list[T], dict[int, T]]:
    """The entries of a kind: new ones, and by their numbers those that take the place of a row."""
    rows = [(change.id, change.entry) for change in changes if isinstance(change.entry, kind)]
    new = [entry for known, entry in rows if known is None]
    return new, {known: entry for known, entry in rows if known is not None}


def problems_of(lines: Sequence[Line]) -> tuple[Problem, ...]:
    return tuple(problem for line in lines for problem in line.problems)
