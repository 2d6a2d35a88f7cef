"""The archive that an .xlsx file is, looked through before a library builds trees of it.

A few kilobytes may hold gigabytes, or tags by the million: 50 MB of empty cells cost openpyxl a minute and
8 GB. Entities are not part of the format, so a document type is refused.
"""

import io
from dataclasses import dataclass, field
from typing import Any
from xml.parsers.expat import ParserCreate
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from content.i18n import N_
from handlers.importing_files import BadFile

LARGEST = 50 * 2**20
"""Bytes of all parts together."""
MOST_WORK = 1_500_000
"""Tags of cells and texts, twice what the rows and columns that are read take; other tags cost more."""
CHEAP, DEAR = frozenset(("row", "c", "v", "f", "is", "t", "si")), 8
CHUNK = 64 * 2**10

LOCKED = N_("This file has a password or an old format. Save it as .xlsx without a password.")
TOO_LARGE = N_("This file is too large when unpacked: at most {megabytes} MB.")
TOO_MANY_ROWS = N_("There are too many rows: at most {most}. Split the file; delete empty rows.")
TOO_MANY_COLUMNS = N_("There are too many columns: at most {most}.")
TOO_MANY_SHEETS = N_("There are too many sheets: at most {most}.")
UNSOLVED = N_("This file holds formulas without results. Open it in Excel, save it, and send that.")
TOO_MUCH = N_("There is too much in this file besides lists. Copy the lists into the template.")


@dataclass
class Limits:
    """What a workbook may have, and what was met so far."""

    rows: int
    columns: int
    sheets: int
    work: int = 0


@dataclass
class Scan:
    """A pass over one part that counts and builds nothing."""

    limits: Limits
    sheets: int = 0
    rows: int = 0
    cells: int = 0
    last: tuple[str, str] = ("", "")
    """The tag before, and its type when it was a cell."""
    unsolved: bool = False
    """Whether a formula was met whose result was not."""
    parser: Any = field(default_factory=ParserCreate)

    def __post_init__(self) -> None:
        self.parser.StartElementHandler = self._tag
        self.parser.StartDoctypeDeclHandler = self._refuse

    def feed(self, piece: bytes) -> None:
        if len(piece) == CHUNK and b"<" not in piece:
            raise BadZipFile  # a tag or a text longer than any spreadsheet writes
        self.parser.Parse(piece, not piece)
        if not piece:
            self._formula("", "")

    def _tag(self, name: str, attributes: dict[str, str]) -> None:
        limits, kind = self.limits, name.rpartition(":")[2]
        limits.work += 1 if kind in CHEAP else DEAR
        self.sheets += kind == "sheet"
        self.rows += kind == "row"
        self.cells = 0 if kind == "row" else self.cells + (kind == "c")
        self._formula(kind, attributes.get("t", "n"))
        if limits.work > MOST_WORK:
            raise BadFile(TOO_MUCH)
        if self.sheets > limits.sheets:
            raise BadFile(TOO_MANY_SHEETS, most=limits.sheets)
        if self.rows > 2 * limits.rows:
            raise BadFile(TOO_MANY_ROWS, most=limits.rows)
        if self.cells > 2 * limits.columns:
            raise BadFile(TOO_MANY_COLUMNS, most=limits.columns)

    def _formula(self, kind: str, type: str) -> None:
        """A formula is the first thing in a cell, and its result follows. Only a text may be empty."""
        if self.unsolved and kind in ("c", "row", ""):
            raise BadFile(UNSOLVED)
        if kind == "f" and self.last[0] == "c" and self.last[1] != "str":
            self.unsolved = True
        elif kind == "v" and self.unsolved:
            self.parser.CharacterDataHandler = self._result
        self.last = kind, type

    def _result(self, text: str) -> None:
        if text.strip():
            self.unsolved = False
            self.parser.CharacterDataHandler = None

    def _refuse(self, *_: object) -> None:
        raise BadZipFile


def unpacked(data: bytes, limits: Limits) -> io.BytesIO:
    """The parts that matter, stored plain. BadFile, or any error of a broken archive: it must not be read.

    A part may hold more than it claims, and zipfile unpacks all of it before cutting it to that size, except
    when it is read in pieces, as here. Parts packed in rarer ways cannot be read in pieces.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):  # the container of .xls, and of .xlsx with a password
        raise BadFile(LOCKED)
    plain = io.BytesIO()
    with ZipFile(io.BytesIO(data)) as archive, ZipFile(plain, "w", ZIP_STORED) as copy:
        parts = archive.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise BadFile(LOCKED)
        if sum(part.file_size for part in parts) > LARGEST:
            raise BadFile(TOO_LARGE, megabytes=LARGEST // 2**20)
        if any(part.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for part in parts):
            raise BadZipFile
        for part in filter(_matters, parts):
            _copy(archive, part, copy, limits)
    return plain


def _matters(part: ZipInfo) -> bool:
    """Not pictures, programs and properties, nor the order of calculation, which looks like one long row."""
    name = part.filename
    return (
        name.endswith((".xml", ".rels"))
        and not name.startswith("docProps/")
        and "calcChain" not in name
    )


def _copy(archive: ZipFile, part: ZipInfo, copy: ZipFile, limits: Limits) -> None:
    scan = Scan(limits)
    with archive.open(part) as packed, copy.open(part.filename, "w") as target:
        while piece := packed.read(CHUNK):
            scan.feed(piece)
            target.write(piece)
    scan.feed(b"")
