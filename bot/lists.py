"""Importing lists: what a file would change in words, and doing it. For the command line and the web page."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import N_, translate
from content.library import Library
from content.ward import Ward
from handlers import importing, rights
from handlers.importing_files import BadFile
from handlers.importing_outcome import CHANGED, ENDED, NEW, UNCHANGED, Change, Outcome
from handlers.importing_sheets import Sheet
from handlers.turn import WARD_ZONE
from store import members
from store.db import Store

WHAT = {
    NEW: N_("new: {name}"),
    CHANGED: N_("changed: {name}"),
    ENDED: N_("ended: {name}"),
}
SHOWN = 200
"""Changes a page lists; the rest is counted."""


@dataclass(frozen=True)
class Import:
    """A file for a ward, by an officer or the command line (`member_id` None)."""

    store: Store
    library: Library
    ward: Ward
    member_id: int | None
    now: datetime
    endings = ".xlsx,.csv"
    hint = N_("Choose an .xlsx or .csv file. You first see what would change.")

    async def check(self, filename: str, data: bytes) -> Outcome:
        """What the file would change. BadFile when it cannot be read."""
        from bot.spreadsheet import read  # memory and a second, only for who imports

        sheets = await asyncio.to_thread(read, data, filename)  # a full one takes seconds
        return await self.store.read(lambda db: self._checked(db, sheets))

    async def apply(self, outcome: Outcome) -> None:
        """Do it. importing.Outdated when somebody was faster."""
        await self.store.write(
            lambda db: importing.apply(db, self.ward, outcome, self.member_id, self.now)
        )

    def words(self, outcome: Outcome, lang: str) -> list[str]:
        return in_words(outcome, lang)

    async def _checked(self, db: AsyncSession, sheets: Sequence[Sheet]) -> Outcome:
        today = self.now.astimezone(WARD_ZONE).date()
        role = rights.ADMINISTRATOR
        if self.member_id is not None:
            member = await members.get(db, self.member_id)
            role = member.role if member else rights.RESIDENT
        given = rights.grantable(role)
        return await importing.check(db, self.library, self.ward, sheets, today, given)


def in_words(outcome: Outcome, lang: str) -> list[str]:
    """The problems if there are any, else the changes, one a line."""
    tr = partial(translate, lang)
    if outcome.problems:
        head = tr("Nothing can be imported: {n} cells must be mended.", n=len(outcome.problems))
        lines = [
            tr("{sheet}, row {row}, {column}: {problem}",
               sheet=one.sheet, row=one.row, column=one.column, problem=one.said(lang))
            for one in outcome.problems
        ]  # fmt: skip
        return [head, *lines[:SHOWN]]
    if outcome.nothing:
        return [tr("Everything in this file is there already. Nothing changes.")]
    changes = [one for one in outcome.changes if one.what != UNCHANGED]
    same = len(outcome.changes) - len(changes)
    head = tr("{n} changes; {m} rows are there already.", n=len(changes), m=same)
    return [head, *(line for one in changes[:SHOWN] for line in _change(one, lang))]


def _change(change: Change, lang: str) -> Iterator[str]:
    yield f"{change.sheet}: " + translate(lang, WHAT[change.what], name=change.name)
    if change.what == CHANGED:
        for one in change.differences:
            yield f"    {one.column}: {one.old or '—'} → {one.new or '—'}"


async def run(work: Import, filename: str, data: bytes, apply: bool) -> tuple[list[str], bool]:
    """Check a file, and with `apply` import it; the words for it, and whether it went well."""
    try:
        outcome = await work.check(filename, data)
    except BadFile as problem:
        return [problem.said("vi")], False
    if apply and outcome.allowed:
        try:
            await work.apply(outcome)
        except importing.Outdated:
            return [translate("vi", importing.OUTDATED)], False
        return [*in_words(outcome, "vi"), translate("vi", "Imported.")], True
    return in_words(outcome, "vi"), not outcome.problems
