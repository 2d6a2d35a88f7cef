"""Rows of members, compared with the register."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from content.fold import words
from content.i18n import N_
from content.vocabulary import WORDS
from handlers.importing_cells import Line, choice, day, name, once, shown, text
from handlers.importing_outcome import Change, Compared, change, ended
from handlers.importing_sheets import ORGS, ROLES
from handlers.importing_teams import Teams
from handlers.people import ORG_OF
from handlers.rights import ADMINISTRATOR, LEAD, MEMBER, OFFICER
from store.roster import MemberEntry, Roster

SAME_NAME = N_(
    "Row {row} of “{sheet}” has the same name in the same team: tell the two people apart, for example "
    "with a middle name or a number."
)
_ROLE_WORDS = {role: word for word, role in ROLES.items()}
_ROLES = {**ROLES, "quản trị": ADMINISTRATOR, "quản trị viên": ADMINISTRATOR}

Known = tuple[int, MemberEntry]


def members(
    lines: Sequence[Line], roster: Roster, there: Teams, may_give: Collection[str]
) -> list[Change]:
    """The changes; `may_give` are the roles that whoever imports may give and take."""
    known: dict[tuple[str, str], list[Known]] = {}
    for number, entry in roster.members.items():
        key = words(entry.name), words(entry.team or "")
        known.setdefault(key, []).append((number, entry))
    seen: dict[Hashable, Line] = {}
    changes = []
    for line in lines:
        said = _member(line, there)
        if not line.problems:
            key = words(said.name or ""), words(said.team or "")
            once(line, "name", key, seen, SAME_NAME)
            old = _known_member(line, said, known.get(key, []))
            made = _member_change(line, said, old)
            _may(line, made, old, may_give)
            if not line.problems:
                changes.append(made)
    return changes


@dataclass(frozen=True)
class Said:
    """What a row says of a member; None: nothing."""

    name: str | None
    team: str | None
    role: str | None
    org: str | None
    trained_on: date | None
    until: date | None


def _member(line: Line, there: Teams) -> Said:
    said = Said(
        name=name(line, "name"),
        team=text(line, "team"),
        role=choice(line, "role", _ROLES),
        org=choice(line, "org", ORGS),
        trained_on=day(line, "trained_on"),
        until=day(line, "until"),
    )
    key = words(said.team or "")
    if said.role == ADMINISTRATOR:
        line.wrong("role", N_("Administrators are not imported."))
    if said.role == OFFICER and said.team:
        line.wrong("team", N_("An officer belongs to no team; leave this empty."))
    elif said.team and key not in there.names:
        line.wrong("team", N_("There is no such team here, nor in this file."))
    elif key in there.gone and not said.until:
        line.wrong("team", N_("This team has ended."))
    elif said.role in (MEMBER, LEAD) and not said.team:
        line.wrong("team", N_("This cell must not be empty."))
    return replace(said, team=there.names.get(key))


def _known_member(line: Line, said: Said, found: Sequence[Known]) -> Known | None:
    """The row of the register that is meant. Who left and came back has a row for each time."""
    there = [known for known in found if known[1].until is None]
    if len(there) > 1:
        line.wrong(
            "name", N_("Several members of this team have this name; rename one of them first.")
        )
    if said.until is None:
        return there[0] if there else None
    exact = [known for known in found if known[1].until == said.until]
    if exact and not any(known[1].since <= said.until for known in there):
        return exact[-1]
    if not found:
        line.wrong(
            "until",
            N_(
                "Nobody of this name is in this team, so nobody can leave it; check the name and the team."
            ),
        )
        return None
    return there[0] if there else max(found, key=lambda known: known[1].until or date.min)


def _member_change(line: Line, said: Said, found: Known | None) -> Change:
    number, old = found or (None, None)
    since = old.since if old else line.today
    entry = MemberEntry(
        name=said.name or "",
        team=said.team,
        role=said.role or "",
        org=said.org or (old.org if old else ORG_OF.get(said.role or "", "team")),
        trained_on=said.trained_on or (old.trained_on if old else None),
        since=min(since, said.until) if said.until else since,
        until=said.until,
    )
    same = ("name", "role", "org", "trained_on", "until")
    made = change(
        line, entry.name, entry, old, Compared(dict(zip(same, same, strict=True)), _show), number
    )
    return ended(made) if old and entry.until and not old.until else made


def _show(attribute: str, value: object) -> str:
    if attribute == "role":
        return _ROLE_WORDS.get(str(value), str(value))
    return WORDS["org"].get(str(value), str(value)) if attribute == "org" else shown(value)


def _may(line: Line, made: Change, old: Known | None, may_give: Collection[str]) -> None:
    """A problem when a role is given, changed or taken by somebody who may not."""
    assert isinstance(made.entry, MemberEntry)
    roles = {made.entry.role, *([old[1].role] if old else [])}
    if made.differences and ADMINISTRATOR in roles:
        line.wrong("name", N_("This is an administrator, whom no import changes."))
    elif made.differences and not roles <= set(may_give):
        line.wrong("role", N_("You may not give, change or end this role."))
