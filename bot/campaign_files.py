"""A campaign from a file, for the command line and the web page: what it would make, and making it."""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from bot import spreadsheet
from content.campaign import in_words as targets_words
from content.i18n import DEFAULT, N_, translate
from content.library import Library
from content.ward import Ward
from handlers import campaign_import, importing
from handlers.campaign_import import Outcome
from handlers.campaign_import_files import (
    CAMPAIGN,
    CAMPAIGN_COLUMNS,
    SHIFT_COLUMNS,
    SHIFTS,
    Column,
    Raw,
    from_grids,
    from_yaml,
)
from handlers.campaign_words import days_words
from handlers.importing_files import BadFile
from handlers.importing_sheets import EXAMPLE, NOTES
from handlers.shift_words import hours_words
from handlers.turn import WARD_ZONE
from store.campaigns import NewShift
from store.db import Store

SHOWN = 200
"""Problems or shifts a page lists; the rest is counted."""
NOT_A_CAMPAIGN = N_("Only .xlsx and .yaml files are read.")
RULES = (
    "Trang “Đợt”: một dòng cho một chiến dịch. Trang “Ca”: mỗi dòng một ca.",
    "Dòng có ô đầu bắt đầu bằng “VD:” là ví dụ, không được nhập.",
    "Còn một ô lỗi: chưa lưu gì cả. Không ghi số điện thoại, số căn cước.",
    "Ô không được bắt đầu bằng = + - @.",
)


@dataclass(frozen=True)
class CampaignImport:
    """A campaign's file for a ward, by who leads campaigns or the command line (`member_id` None)."""

    store: Store
    library: Library
    ward: Ward
    member_id: int | None
    now: datetime
    endings = ".xlsx,.yaml,.yml"
    hint = N_("Choose an .xlsx or .yaml file. You first see what would be made.")

    async def check(self, filename: str, data: bytes) -> Outcome:
        """What the file would make. BadFile when it cannot be read."""
        raw = await asyncio.to_thread(read, data, filename)
        here = self.now.astimezone(WARD_ZONE)
        return await self.store.read(
            lambda db: campaign_import.check(db, self.library, self.ward, raw, self.member_id, here)
        )

    async def apply(self, outcome: Outcome) -> None:
        """Make it. importing.Outdated when somebody was faster."""
        await self.store.write(
            lambda db: campaign_import.apply(
                db, self.library, self.ward, outcome, self.member_id, self.now
            )
        )

    def words(self, outcome: Outcome, lang: str) -> list[str]:
        return in_words(outcome, lang)


def read(data: bytes, name: str) -> Raw:
    """A file's campaign. BadFile."""
    ending = name.rpartition(".")[2].lower()
    if ending in ("yaml", "yml"):
        return from_yaml(data)
    if ending != "xlsx":
        raise BadFile(NOT_A_CAMPAIGN)
    return from_grids(spreadsheet.grids(data))


def in_words(outcome: Outcome, lang: str) -> list[str]:
    """What is wrong if anything is, else what would be made, one thing a line."""
    tr = partial(translate, lang)
    told = outcome.campaign
    if outcome.problems or told is None:
        head = tr("Nothing can be imported: {n} cells must be mended.", n=len(outcome.problems))
        return [head, *(one.said(lang) for one in outcome.problems[:SHOWN])]
    days = days_words(tr, told.first, told.last)
    return [
        tr("New campaign: {name} ({code}), {days}", name=told.name, code=told.code, days=days),
        tr("• Targets: {targets}", targets=targets_words(told.targets) or "—"),
        tr("Shifts: {n}", n=len(outcome.shifts)),
        *(_shift(one, lang) for one in outcome.shifts[:SHOWN]),
    ]


def _shift(shift: NewShift, lang: str) -> str:
    tr = partial(translate, lang)
    hours = hours_words(tr, shift.starts_at, shift.ends_at)
    return tr("{shift}, {n} people", shift=f"{hours}, {shift.place}", n=shift.places)


async def run(
    work: CampaignImport, filename: str, data: bytes, apply: bool
) -> tuple[list[str], bool]:
    """Check a file, and with `apply` make it; the words for it, and whether it went well."""
    try:
        outcome = await work.check(filename, data)
        if apply and outcome.allowed:
            await work.apply(outcome)
            return [*in_words(outcome, DEFAULT), translate(DEFAULT, "Imported.")], True
    except BadFile as problem:
        return [problem.said(DEFAULT)], False
    except importing.Outdated:
        return [translate(DEFAULT, importing.OUTDATED)], False
    return in_words(outcome, DEFAULT), outcome.allowed


def template() -> bytes:
    """A workbook to fill in: the two sheets with an example each, and explanations."""
    book = Workbook()
    notes = book.worksheets[0]
    notes.title = NOTES
    for rule in RULES:
        notes.append([rule])
    notes.append([])
    for row in _explained():
        notes.append(row)
    notes.column_dimensions["C"].width = 70
    for title, columns in ((CAMPAIGN, CAMPAIGN_COLUMNS), (SHIFTS, SHIFT_COLUMNS)):
        sheet = book.create_sheet(title)
        examples = [one.example for one in columns]
        sheet.append([_label(one) for one in columns])
        sheet.append([f"{EXAMPLE} {examples[0]}", *examples[1:]])
        for at, column in enumerate(columns, start=1):
            letter = get_column_letter(at)
            sheet.column_dimensions[letter].width = max(14, len(column.example) + 6)
            sheet.column_dimensions[letter].number_format = "@"
            sheet[f"{letter}1"].font = Font(bold=True)
            sheet[f"{letter}2"].font = Font(italic=True, color="808080")
            sheet[f"{letter}2"].alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def _label(column: Column) -> str:
    return f"{column.label} *" if column.required else column.label


def _explained() -> Iterator[tuple[str, str, str]]:
    for title, columns in ((CAMPAIGN, CAMPAIGN_COLUMNS), (SHIFTS, SHIFT_COLUMNS)):
        for one in columns:
            yield title, _label(one), one.note
