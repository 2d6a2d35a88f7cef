"""Files made when they are sent or fetched, by their name: `report/<member>/<ward>/<period>/<cut>/x.docx`."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from bot import campaign_made, qr
from content.i18n import DEFAULT, translate
from content.library import Library
from content.period import NoPeriod, Period, period
from content.ward import Ward
from handlers import rights
from handlers.broadcast_words import copied
from handlers.report import NotBegun, collect
from handlers.turn import WARD_ZONE
from store import broadcasts, counts, members, periods
from store.db import Store


@dataclass(frozen=True)
class Made:
    filename: str
    data: bytes


MOST = 10_000
"""Rows of feedback in one file."""


class Gone(Exception):
    """There is no such file, or who asked for it may no longer have it."""


Maker = Callable[[list[str]], Awaitable[Made]]


class Files:
    """Makes files. `makers` says for the first part of a name who makes it from the rest."""

    def __init__(
        self, store: Store, library: Library, now: Callable[[], datetime], address: str = ""
    ) -> None:
        """`address`: under which anybody reaches the web side; empty where nobody was told one."""
        self.address = address
        self.store = store
        self.library = library
        self.now = now
        self.makers: dict[str, Maker] = {
            "report": self._report,
            "feedback": self._feedback,
            "frozen": self._frozen,
            "template": self._template,
            "certificate": self._certificate,
            "timesheet": self._timesheet,
            "poster": self._poster,
            "campaigntemplate": self._campaign_template,
            "broadcast": self._broadcast,
            "qr": partial(qr.made, self),
            "chart": partial(campaign_made.chart, self),
            "campaign": partial(campaign_made.summary, self),
        }

    async def make(self, name: str) -> Made:
        """The file of that name, made now. Gone when there is none, or no right to it any more."""
        kind, *rest = name.split("/")
        if kind not in self.makers:
            raise Gone(name)
        return await self.makers[kind](rest)

    async def allowed(self, member: str, ward_id: str, action: str) -> int:
        """The member's number, when their role in that ward allows it now."""
        row = await self.store.read(lambda db: members.get(db, int(member)))
        if row is None or row.ward_id != ward_id or not rights.allowed(row.role, action):
            raise Gone(action)
        return row.id

    async def _report(self, parts: list[str]) -> Made:
        member, ward_id, name, cut, filename = parts
        await self.allowed(member, ward_id, "figures")
        try:
            days = period(name, cut)
        except NoPeriod:
            raise Gone(name) from None
        today = self.now().astimezone(WARD_ZONE).date()
        ward = self.library.wards[ward_id]
        kind = filename.rpartition(".")[2]
        try:
            return await report_file(self.store, self.library, ward, days, today, kind)
        except NotBegun:
            raise Gone(name) from None

    async def _feedback(self, parts: list[str]) -> Made:
        from bot.report import feedback

        member, ward_id, filename = parts
        await self.allowed(member, ward_id, "feedback")
        told = await self.store.read(lambda db: counts.feedback_with(db, ward_id, None, MOST))
        write = partial(feedback.write, told)
        return await asyncio.to_thread(written, filename, write)

    async def _frozen(self, parts: list[str]) -> Made:
        """The figures of a closed period, as they were."""
        member, ward_id, number, filename = parts
        await self.allowed(member, ward_id, "close")
        for closed in await self.store.read(lambda db: periods.closed(db, ward_id)):
            if str(closed.id) == number:
                kept = {**vars(closed), "closed_at": closed.closed_at.isoformat()}
                data = json.dumps(kept, ensure_ascii=False, indent=1, default=str)
                return Made(filename, data.encode())
        raise Gone(number)

    async def _broadcast(self, parts: list[str]) -> Made:
        """The text of a message to many, to paste into the neighbourhood's Zalo group."""
        member, ward_id, number, filename = parts
        await self.allowed(member, ward_id, "broadcast")
        one = await self.store.read(lambda db: broadcasts.get(db, int(number)))
        if one is None or one.ward_id != ward_id:
            raise Gone(number)
        text = copied(partial(translate, DEFAULT), self.library.wards[ward_id], one.text, "")
        return Made(filename, text.encode())

    async def _poster(self, parts: list[str]) -> Made:
        from bot import posters  # which names this module, and takes its time to import

        return await posters.made(self, parts)

    async def _certificate(self, parts: list[str]) -> Made:
        from bot import certificate  # which names this module

        return await certificate.make(self, parts)

    async def _timesheet(self, parts: list[str]) -> Made:
        from bot import timesheet  # which names this module

        return await timesheet.make(self, parts)

    async def _campaign_template(self, parts: list[str]) -> Made:
        from bot.campaign_files import template

        return Made(parts[-1], await asyncio.to_thread(template))

    async def _template(self, parts: list[str]) -> Made:
        from bot.spreadsheet import template

        return Made(parts[-1], await asyncio.to_thread(template))


async def report_file(
    store: Store, library: Library, ward: Ward, days: Period, today: date, kind: str
) -> Made:
    """The report of a period as "docx" or "xlsx"."""
    from bot.report import docx, xlsx  # half a second to import, for officers only

    report = await store.read(lambda db: collect(db, library, ward, days, today))
    write = docx.write if kind == "docx" else xlsx.write
    name = f"bao-cao-{ward.id}-{days.id}.{kind}"
    return await asyncio.to_thread(written, name, partial(write, report))


def written(filename: str, write: Callable[[Path], None]) -> Made:
    """What a writer of files writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / filename
        write(path)
        return Made(filename, path.read_bytes())
