"""Rows of areas and teams, compared with what the ward has."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

from content.fold import words
from content.i18n import N_
from content.ward import LONGEST_CODE, Ward
from handlers.importing_cells import Line, day, name, once, shown, text
from handlers.importing_outcome import Change, Compared, change
from store.roster import AreaEntry, Roster, TeamEntry

AGAIN = N_("The same stands in row {row} of “{sheet}”; delete one of the two.")

Codes = Mapping[str, str]


def code_of(area: str) -> str:
    """As content.ward makes it."""
    return words(area).replace(" ", "-")


def areas(lines: Sequence[Line], ward: Ward, roster: Roster) -> tuple[list[Change], Codes]:
    """The changes, and all areas there will be: code → name."""
    known = {entry.code: (number, entry) for number, entry in roster.areas.items()}
    names = {code: entry.name for code, (_, entry) in known.items()}
    seen: dict[Hashable, Line] = {}
    changes = []
    for line in lines:
        said = name(line, "name")
        if said is None:
            continue
        code = code_of(said)
        once(line, "name", code, seen, AGAIN)
        if len(code) > LONGEST_CODE:
            line.wrong(
                "name",
                N_("This name is too long: at most {longest} letters."),
                longest=LONGEST_CODE,
            )
        number, old = known.get(code, (None, None))
        if old and code in ward.area_codes:
            said = old.name  # the ward's file says how it is written
        names[code] = said
        if not line.problems:
            shown_by = Compared({"name": "name"})
            changes.append(change(line, said, AreaEntry(code, said), old, shown_by, number))
    return changes, names


@dataclass(frozen=True)
class Teams:
    """All teams there will be, by the folded name: their names, and those that have ended."""

    names: dict[str, str]
    gone: frozenset[str]


def teams(lines: Sequence[Line], roster: Roster, area_names: Codes) -> tuple[list[Change], Teams]:
    known: dict[str, list[tuple[int, TeamEntry]]] = {}
    for number, entry in roster.teams.items():
        known.setdefault(words(entry.name), []).append((number, entry))
    names = {key: found[0][1].name for key, found in known.items()}
    seen: dict[Hashable, Line] = {}
    changes = []
    for line in lines:
        entry = _team(line, area_names)
        key = words(entry.name)
        if not key:
            continue
        names[key] = entry.name
        once(line, "name", key, seen, AGAIN)
        old = _known_team(line, known.get(key, []))
        if not line.problems:
            changes.append(_team_change(line, entry, old, area_names))
    gone = (key for key, found in known.items() if all(entry.until for _, entry in found))
    return changes, Teams(names, frozenset(gone))


def _team(line: Line, area_names: Codes) -> TeamEntry:
    said, area = name(line, "name"), text(line, "area")
    if area and code_of(area) not in area_names:
        line.wrong("area", N_("There is no such area here, nor in this file."))
    decided = day(line, "decision_on")
    return TeamEntry(
        name=said or "",
        area=code_of(area) if area else None,
        decision_no=text(line, "decision_no"),
        decision_on=decided,
        since=decided or line.today,
    )


def _known_team(line: Line, found: Sequence[tuple[int, TeamEntry]]) -> tuple[int, TeamEntry] | None:
    if len(found) > 1:
        line.wrong("name", N_("Several teams here are called that; rename one of them first."))
    elif found and found[0][1].until:
        line.wrong("name", N_("This team has ended on {day}."), day=shown(found[0][1].until))
    return found[0] if found else None


def _team_change(
    line: Line, entry: TeamEntry, found: tuple[int, TeamEntry] | None, area_names: Codes
) -> Change:
    number, old = found or (None, None)
    if old:
        entry = replace(
            old,
            name=entry.name,
            area=entry.area or old.area,
            decision_no=entry.decision_no or old.decision_no,
            decision_on=entry.decision_on or old.decision_on,
        )

    def show(attribute: str, value: object) -> str:
        return area_names.get(str(value), "") if attribute == "area" else shown(value)

    same = ("name", "area", "decision_no", "decision_on")
    return change(
        line, entry.name, entry, old, Compared(dict(zip(same, same, strict=True)), show), number
    )
