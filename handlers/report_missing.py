"""What a report has no value for, and who owes it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from content.vocabulary import WORDS
from handlers.figures import Row
from handlers.report_campaigns import day_of
from handlers.report_lines import Line
from store.classes import ClassRow

NOBODYS = ("no_sends", "no_check_in")
"""Reasons that nobody can mend by handing something in."""
ONCE = ("no_list", "no_campaign")
"""What is entered once mends all figures of an indicator: only its main line counts as missing."""


@dataclass(frozen=True)
class Gap:
    """A value that is missing. `reason`: of handlers/measures.REASONS, `no_estimate` or `unclosed`."""

    id: str
    name: str
    reason: str
    base: str
    """The base figure that is missing, when that is the reason."""
    owner: str
    """Who is to hand it in (the indicator's owner); empty when the plan names nobody."""


def gaps(lines: Iterable[Line], estimates: bool) -> tuple[Gap, ...]:
    """Missing values in the order of the plans; with `estimates` also those of the whole year.

    Side counts are left out, and what was not sent or not checked in: nobody owes them.
    """
    listed = list(lines)
    owners = {line.row.indicator.id: line.row.indicator.owner for line in listed}
    return tuple(gap for line in listed for gap in _gaps(line, owners, estimates))


def _gaps(line: Line, owners: Mapping[str, str], estimates: bool) -> Iterator[Gap]:
    row = line.row
    name = row.indicator.name if line.kind == "main" else f"{row.indicator.name}: {line.name}"
    owner = owner_of(row, owners)
    owed = line.kind == "main" or (line.kind != "side" and line.reason not in ONCE)
    if line.missing and owed and line.reason not in NOBODYS:
        base = _base(line) if line.reason == "no_base" else ""
        yield Gap(row.indicator.id, name, line.reason or "no_value", base, owner)
    aims = row.target is not None and row.target.value is not None
    if estimates and line.kind == "main" and aims and row.estimate is None:
        yield Gap(row.indicator.id, name, "no_estimate", "", owner)


def unclosed(row: ClassRow) -> Gap:
    """A class that is over and in no figure, because nobody closed it; who held it owes that."""
    name = f"{row.plan.title}, {day_of(row):%d/%m/%Y}"
    return Gap(f"LOP {row.code}", name, "unclosed", "", WORDS["org"][row.plan.organiser])


def owner_of(row: Row, owners: Mapping[str, str]) -> str:
    """The indicator's owner; for a row of the core set the owners of the ward's rows it gathers."""
    if row.indicator.owner:
        return row.indicator.owner
    return "; ".join(dict.fromkeys(filter(None, (owners.get(id) for id in row.indicator.feeds))))


def _base(line: Line) -> str:
    if line.figure and line.figure.of:
        return line.figure.of.base or ""
    official = line.row.indicator.official
    return (official.base or "") if official else ""
