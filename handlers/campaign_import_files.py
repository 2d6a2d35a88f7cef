"""A campaign in a file: YAML, or a spreadsheet with a sheet for it and one for its shifts.

What is uploaded is taken for hostile: its size is checked first, and every value is plain text or a day.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

import yaml

from content.fold import words
from content.i18n import N_
from handlers.importing_cells import shown
from handlers.importing_files import BadFile
from handlers.importing_sheets import EXAMPLE, Cell

LARGEST_YAML = 128 * 1024
"""Bytes."""
DEEPEST = 4
"""Brackets within brackets; the parser takes minutes over thousands."""
MOST_SHIFTS = 400
CAMPAIGN, SHIFTS = "Đợt", "Ca"
"""The sheets of the spreadsheet."""

BROKEN = N_("This file cannot be read as YAML.")
TOO_LARGE = N_("This file is too large: a campaign has at most 128 KB.")
NO_SHEET = N_("There is no sheet “{sheet}”. Take the template.")
NO_COLUMN = N_("The sheet “{sheet}” lacks the column “{column}”. Take the template.")
ONE_ROW = N_("The sheet “Đợt” needs exactly one row that is no example.")
TOO_MANY = N_("A campaign has at most 400 shifts.")
UNKNOWN = N_("I do not know the word “{word}”. Take the template.")
MAPPING = N_("The file is to hold one campaign: words, colons and what they say.")

Values = Mapping[str, Cell]
Grids = Sequence[tuple[str, Sequence[tuple[int, Sequence[Cell | None]]]]]
"""Sheets by title, with their rows and row numbers."""


@dataclass(frozen=True)
class Column:
    code: str
    """As YAML has it."""
    label: str
    example: str
    note: str
    required: bool = True


CAMPAIGN_COLUMNS = (
    Column("name", "Tên", "Mùa hè xanh 2026", "Nhiều nhất 80 chữ cái"),
    Column("code", "Mã", "MHX2026", "Từ người dân gõ: 3-12 chữ cái không dấu và số"),
    Column("model", "Mô hình", "Mùa hè xanh", "Gia đình số, Chợ số, Mùa hè xanh, …"),
    Column("organiser", "Ai tổ chức", "ĐTN", "CNSCĐ, ĐTN, PVHCC, CA, HPN, HND, HCCB, …"),
    Column("first", "Ngày đầu", "01/06/2026", "dd/mm/yyyy"),
    Column("last", "Ngày cuối", "31/08/2026", "dd/mm/yyyy, không trước ngày đầu"),
    Column("areas", "Địa bàn", "1, Thôn Đông", "Tổ dân phố, thôn; trống: cả phường", False),
    Column("area_type", "Loại địa bàn", "phường", "phường, xã có chợ, nông thôn"),
    Column("skills", "Kỹ năng số cho dân", "có", "có hoặc không: có thì tính là chiến dịch kỹ năng số"),
    Column("targets", "Chỉ tiêu", "lượt 1500, vneid 700", "lượt, vneid, dvc, qr hoặc tên nội dung", False),
    Column("cutoff", "Giờ báo cáo ngày", "20h", "Từ 8h đến 23h59"),
    Column("leader", "Người phụ trách", "", "Tên trong danh sách; trống: người nhập tệp", False),
)  # fmt: skip
SHIFT_COLUMNS = (
    Column("place", "Chỗ", "Nhà văn hóa TDP 1", "Nhiều nhất 80 chữ cái"),
    Column("area", "Tổ dân phố/thôn", "1", "Trống: theo tên chỗ", False),
    Column("day", "Ngày", "06/06/2026", "Trong thời gian của đợt"),
    Column("from", "Từ giờ", "7h30", ""),
    Column("to", "Đến giờ", "11h", "Sau giờ bắt đầu, nhiều nhất 14 giờ"),
    Column("people", "Số người", "4", "Từ 1 đến 200"),
    Column("topics", "Nội dung", "vneid, dvc", "Giúp việc gì; có thể để trống", False),
)


@dataclass(frozen=True)
class Raw:
    """A campaign as a file says it. Rows of shifts have their numbers in the file."""

    campaign: Values
    shifts: tuple[tuple[int, Values], ...]


def from_yaml(data: bytes) -> Raw:
    """One document. BadFile."""
    if len(data) > LARGEST_YAML:
        raise BadFile(TOO_LARGE)
    try:
        text = data.decode("utf-8-sig")
        if _depth(text) > DEEPEST:
            raise BadFile(BROKEN)
        if any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text)):
            raise BadFile(BROKEN)  # a few of these can stand for gigabytes
        read = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (makes nothing but plain text)
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError):
        raise BadFile(BROKEN) from None
    if not isinstance(read, dict):
        raise BadFile(MAPPING)
    shifts = read.pop("shifts", None) or []
    if not isinstance(shifts, list) or not all(isinstance(one, dict) for one in shifts):
        raise BadFile(MAPPING)
    if len(shifts) > MOST_SHIFTS:
        raise BadFile(TOO_MANY)
    rows = ((number, _plain(one, SHIFT_COLUMNS)) for number, one in enumerate(shifts, 1))
    return Raw(_plain(read, CAMPAIGN_COLUMNS), tuple(rows))


def _depth(text: str) -> int:
    """How deep brackets are within each other; those in texts count too, nobody needs many there."""
    steps = (1 if sign in "[{" else -1 for sign in re.findall(r"[\[\]{}]", text))
    return max(accumulate(steps), default=0)


def _plain(read: Mapping[object, object], columns: Sequence[Column]) -> Values:
    """Words and numbers by the codes of columns; a list is what its items say with commas between."""
    codes = {column.code for column in columns}
    if unknown := next((str(key) for key in read if key not in codes), None):
        raise BadFile(UNKNOWN, word=unknown[:40])
    values = {str(key): _text(value) for key, value in read.items()}
    return {key: value for key, value in values.items() if value.strip()}


def _text(value: object) -> str:
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return ", ".join(value)
    if isinstance(value, dict) and all(isinstance(one, str) for one in value.values()):
        return ", ".join(f"{key} {one}" for key, one in value.items())
    if not isinstance(value, str):
        raise BadFile(MAPPING)
    return value


def from_grids(grids: Grids) -> Raw:
    """The sheets "Đợt" and "Ca". BadFile."""
    named = {words(title): rows for title, rows in grids}
    campaigns = _rows(CAMPAIGN, named, CAMPAIGN_COLUMNS)
    if len(campaigns) != 1:
        raise BadFile(ONE_ROW)
    shifts = _rows(SHIFTS, named, SHIFT_COLUMNS) if words(SHIFTS) in named else []
    if len(shifts) > MOST_SHIFTS:
        raise BadFile(TOO_MANY)
    return Raw(campaigns[0][1], tuple(shifts))


def _rows(
    title: str,
    sheets: Mapping[str, Sequence[tuple[int, Sequence[Cell | None]]]],
    columns: Sequence[Column],
) -> list[tuple[int, Values]]:
    """The rows of a sheet by the codes of its columns; examples and empty ones left out."""
    if words(title) not in sheets:
        raise BadFile(NO_SHEET, sheet=title)
    filled = [row for row in sheets[words(title)] if any(cell is not None for cell in row[1])]
    head = (
        [words(shown(cell)) if cell is not None else "" for cell in filled[0][1]] if filled else []
    )
    places = {column.code: head.index(words(column.label)) for column in columns
              if words(column.label) in head}  # fmt: skip
    for column in columns:
        if column.required and column.code not in places:
            raise BadFile(NO_COLUMN, sheet=title, column=column.label)
    rows = [(number, _values(cells, places)) for number, cells in filled[1:]
            if not _is_example(cells)]  # fmt: skip
    return [(number, values) for number, values in rows if values]


def _values(cells: Sequence[Cell | None], places: Mapping[str, int]) -> Values:
    cut = {code: cells[at] for code, at in places.items() if at < len(cells)}
    return {code: cell for code, cell in cut.items() if cell is not None}


def _is_example(cells: Sequence[Cell | None]) -> bool:
    return isinstance(cells[0], str) and cells[0].strip().startswith(EXAMPLE)


def text_of(cell: Cell) -> str:
    """A cell as it would be typed."""
    return f"{cell:%d/%m/%Y}" if isinstance(cell, date) else " ".join(shown(cell).split())
