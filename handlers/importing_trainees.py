"""Rows of union core members and officials, compared with the lists there are."""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from datetime import date

from content.fold import words
from content.i18n import N_
from content.vocabulary import WORDS
from handlers.importing_cells import Line, choice, day, name, once, shown, text
from handlers.importing_outcome import Change, Compared, change, ended
from handlers.importing_sheets import ORGS, TRAINEE_KINDS
from store.roster import Roster, TraineeEntry
from store.trainees import OFFICIAL, UNION_CORE

SAME = N_(
    "Row {row} of “{sheet}” has the same name in the same branch: tell the two people apart, for example "
    "with a middle name."
)

Known = tuple[int, TraineeEntry]
Key = tuple[str, str, str]


def trainees(lines: Sequence[Line], roster: Roster) -> list[Change]:
    known = {_key(entry): (number, entry) for number, entry in roster.trainees.items()}
    seen: dict[Hashable, Line] = {}
    changes = []
    for line in lines:
        said = _said(line)
        if not line.problems:
            once(line, "name", _key(said), seen, SAME)
            made = _change(line, said, known.get(_key(said)))
            if not line.problems:
                changes.append(made)
    return changes


def _key(entry: TraineeEntry) -> Key:
    return entry.kind, words(entry.name), words(entry.unit)


def _said(line: Line) -> TraineeEntry:
    kind = choice(line, "kind", TRAINEE_KINDS) or ""
    org = choice(line, "org", ORGS)
    if kind == UNION_CORE and org is None and not line.problems:
        line.wrong("org", N_("This cell must not be empty."))
    return TraineeEntry(
        kind=kind,
        name=name(line, "name") or "",
        org=org or ("other" if kind == OFFICIAL else ""),
        unit=text(line, "unit") or "",
        since=line.today,
        until=day(line, "until"),
    )


def _change(line: Line, said: TraineeEntry, found: Known | None) -> Change:
    """An empty day of leaving leaves it as it was."""
    number, old = found or (None, None)
    if old is None and said.until is not None:
        line.wrong("until", N_("Nobody of this name is on the list, so nobody can leave it."))
    since = old.since if old else said.since
    until = said.until or (old.until if old else None)
    entry = replace(said, since=_earlier(since, until), until=until)
    same = {"name": "name", "kind": "kind", "org": "org", "unit": "unit", "until": "until"}
    made = change(line, entry.name, entry, old, Compared(same, _show), number)
    return ended(made) if old and entry.until and not old.until else made


def _earlier(since: date, until: date | None) -> date:
    return min(since, until) if until else since


def _show(attribute: str, value: object) -> str:
    if attribute == "kind":
        return next(word for word, code in TRAINEE_KINDS.items() if code == value)
    return WORDS["org"].get(str(value), str(value)) if attribute == "org" else shown(value)
