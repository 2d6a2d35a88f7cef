"""Import of areas, teams, members, official values and base figures: a dry run, then all or nothing."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import N_
from content.library import Library
from content.ward import Ward
from handlers import importing_figures, importing_members, importing_teams, importing_trainees
from handlers.importing_cells import Line
from handlers.importing_outcome import ENDED, UNCHANGED, Change, Outcome, Seen, problems_of, split
from handlers.importing_sheets import (
    AREAS,
    BASE_FIGURES,
    KINDS,
    MEMBERS,
    ROLES,
    TEAMS,
    TRAINEES,
    VALUES,
    Sheet,
)
from store import members, roster, values
from store.roster import AreaEntry, MemberEntry, TeamEntry, TraineeEntry
from store.values import Base, Entered

OUTDATED = N_("The ward's lists have changed since this file was checked; please check it again.")


class Outdated(Exception):
    """Something was written since the check. Nothing of the file is; OUTDATED says so."""


async def check(
    db: AsyncSession,
    library: Library,
    ward: Ward,
    sheets: Sequence[Sheet],
    today: date,
    may_give: Collection[str] = tuple(ROLES.values()),
) -> Outcome:
    """What importing the sheets would change. Writes nothing.

    `may_give` are the roles that whoever imports may give and end: `rights.grantable` of their own.
    """
    seen = await _seen(db, ward)
    lines = {
        kind: [
            Line(sheet, row, today) for sheet in sheets if sheet.kind == kind for row in sheet.rows
        ]
        for kind in KINDS
    }
    areas, area_names = importing_teams.areas(lines[AREAS], ward, seen.roster)
    teams, there = importing_teams.teams(lines[TEAMS], seen.roster, area_names)
    changes = [
        *areas,
        *teams,
        *importing_members.members(lines[MEMBERS], seen.roster, there, may_give),
        *importing_trainees.trainees(lines[TRAINEES], seen.roster),
        *importing_figures.values(lines[VALUES], library, ward, seen.values),
        *importing_figures.bases(lines[BASE_FIGURES], seen.bases),
    ]
    problems = [problem for kind in KINDS for problem in problems_of(lines[kind])]
    return Outcome(tuple(changes), tuple(problems), seen)


async def apply(
    db: AsyncSession, ward: Ward, outcome: Outcome, member_id: int | None, now: datetime
) -> None:
    """Write what a check found, in the caller's transaction.

    `member_id` is who imports; None: the command line. ValueError: the outcome has problems. Outdated:
    the ward's lists or figures are no longer those the check saw.
    """
    if outcome.problems:
        raise ValueError("an outcome with problems")
    await roster.hold(db, ward.id)
    if await _seen(db, ward) != outcome.seen:
        raise Outdated
    changes = [change for change in outcome.changes if change.what != UNCHANGED]
    await _register(db, ward, changes)
    for value in split(changes, Entered)[0]:
        await values.enter(db, ward.id, value, member_id, now)
    for base in split(changes, Base)[0]:
        await values.enter_base(db, ward.id, base, member_id, now)
    await _note(db, ward, changes, member_id, now)


async def _seen(db: AsyncSession, ward: Ward) -> Seen:
    return Seen(
        await roster.load(db, ward.id),
        await roster.newest_values(db, ward.id),
        await roster.newest_bases(db, ward.id),
    )


async def _register(db: AsyncSession, ward: Ward, changes: Sequence[Change]) -> None:
    """Areas before teams before members: each refers to the one before."""
    new_areas, areas = split(changes, AreaEntry)
    await roster.add_areas(db, ward.id, new_areas)
    await roster.change_areas(db, areas)
    new_teams, teams = split(changes, TeamEntry)
    await roster.add_teams(db, ward.id, new_teams)
    await roster.change_teams(db, ward.id, teams)
    new_people, people = split(changes, MemberEntry)
    await roster.add_members(db, ward.id, new_people)
    await roster.change_members(db, people)
    new_trainees, trainees = split(changes, TraineeEntry)
    await roster.add_trainees(db, ward.id, new_trainees)
    await roster.change_trainees(db, trainees)


async def _note(
    db: AsyncSession, ward: Ward, changes: Sequence[Change], member_id: int | None, now: datetime
) -> None:
    """In the audit: how many rows of each kind, and each role that ended."""
    counts = Counter(change.kind for change in changes)
    if counts:
        ref = " ".join(f"{kind}:{number}" for kind, number in counts.items())
        await members.note(db, ward.id, member_id, "imported", ref, now)
    for change in changes:
        if change.what == ENDED:
            await members.note(db, ward.id, member_id, "ended", change.id, now)
