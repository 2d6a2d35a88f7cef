"""What a report has no value for, and who owes it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handlers.figures import Row
from handlers.report_lines import Line


@dataclass(frozen=True)
class Gap:
    """A value that is missing. `reason` is a code of handlers/measures.REASONS, or `no_estimate`."""

    id: str
    name: str
    reason: str
    base: str
    """The base figure that is missing, when that is the reason."""
    owner: str
    """Who is to hand it in (the indicator's owner); empty when the plan names nobody."""


def gaps(lines: Iterable[Line], estimates: bool) -> tuple[Gap, ...]:
    """Missing values in the order of the plans; with `estimates` also those of the whole year.

    Side counts are left out, and what the assistant has not sent: nobody owes them.
    """
    listed = list(lines)
    owners = {line.row.indicator.id: line.row.indicator.owner for line in listed}
    return tuple(gap for line in listed for gap in _gaps(line, owners, estimates))


def _gaps(line: Line, owners: Mapping[str, str], estimates: bool) -> Iterator[Gap]:
    row = line.row
    name = row.indicator.name if line.kind == "main" else f"{row.indicator.name}: {line.name}"
    owner = owner_of(row, owners)
    if line.missing and line.kind != "side" and line.reason != "no_sends":
        base = _base(line) if line.reason == "no_base" else ""
        yield Gap(row.indicator.id, name, line.reason or "no_value", base, owner)
    aims = row.target is not None and row.target.value is not None
    if estimates and line.kind == "main" and aims and row.estimate is None:
        yield Gap(row.indicator.id, name, "no_estimate", "", owner)


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
