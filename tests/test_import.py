"""Import of lists: what is read, what is refused, what changes, and that nothing is ever half-saved."""

import asyncio
import csv
import io
import struct
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import spreadsheet, spreadsheet_archive
from bot.spreadsheet import BadFile, read, template
from content.bases import BASES
from content.indicator import Plan
from content.library import Library
from content.ward import Contact, Ward
from handlers import importing_files
from handlers.importing import Outdated, apply, check
from handlers.importing_cells import Line, Number, day, number, shown
from handlers.importing_outcome import CHANGED, ENDED, NEW, UNCHANGED, Difference, Outcome
from handlers.importing_sheets import (
    AREAS,
    BASE_FIGURES,
    EXAMPLE,
    KINDS,
    MEMBERS,
    NOTES,
    ROLES,
    TEAMS,
    TRAINEE_KINDS,
    VALUES,
    Row,
    Sheet,
)  # fmt: skip
from handlers.rights import LEAD, MEMBER, OFFICER, VOLUNTEER, grantable
from store import members, roster, values, wards
from store.db import Store
from store.figure_models import Audit, BaseFigure, ExternalValue
from store.migrate import migrate
from store.models import Area, Person
from store.team_models import Member, Team
from tests.conftest import run

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
TODAY = date(2026, 11, 20)
WARD = Ward(
    id="thu", name="phường Thử", city="thành phố Thử", areas=["Tổ dân phố 1"],
    contacts=[Contact(name="Một cửa")], plans=["kh1"],
)  # fmt: skip
OTHER = WARD.model_copy(update={"id": "khac", "areas": []})


def indicator(id: str, unit: str = "%", **fields: object) -> dict[str, object]:
    return {"id": id, "name": id, "unit": unit, "class": "entered", **fields}


OFFICIAL = {"num": "tử số", "den": "mẫu số"}
COUNTED = {"name": "Buổi", "count": "sessions"}
CORE = Plan.model_validate(
    {
        "id": "core",
        "code": "K",
        "title": "Chung",
        "indicators": [
            indicator("K01", official=OFFICIAL),
            indicator("K02", "lớp", official={"num": "số lớp"}),
            indicator("K03", official={"num": "số người", "base": "adults"}),
            indicator("K04", "buổi", **{"class": "measured"}, figures=[COUNTED]),
        ],
    }
)
PLAN = CORE.model_copy(
    update={"id": "kh1", "indicators": (CORE.indicators[1].model_copy(update={"id": "KH1-a1"}),)}
)
LIBRARY = Library({}, {"thu": WARD}, {"core": CORE, "kh1": PLAN}, {})

Rows = Sequence[Sequence[object]]
HEAD = {name: [column.label for column in kind.columns] for name, kind in KINDS.items()}
TITLE = {name: kind.title for name, kind in KINDS.items()}
AREA_ROWS = [["Tổ dân phố 1"], ["Thôn Đông"]]
TEAM_ROWS = [
    ["Tổ số 1", "Tổ dân phố 1", "12/QĐ-UBND", "05/01/2026"],
    ["Tổ số 2", "thôn đông", None, None],
]
MEMBER_ROWS: list[list[object]] = [
    ["Người Thử Một", "tổ trưởng", "Tổ số 1", "ĐTN", date(2026, 3, 20), None],
    ["Người Thử Hai", "Thành viên", "tổ số 1", None, None, None],
    ["Người Thử Ba", "tình nguyện viên", None, "ĐTN", None, None],
    ["Người Thử Tư", "cán bộ", None, "khác", None, None],
]
VALUE_ROWS: list[list[object]] = [
    ["k01", "tháng 10/2026", None, "850", "1.000", None, None, "Cổng DVC", "15/11/2026"],
    ["KH1-a1", "quý III/2026", 3, None, None, None, "không", "Sổ lớp", "15/11/2026"],
    ["K02", "2026", 12.0, None, None, None, "có", "Ước của VHXH", date(2026, 11, 15)],
    ["K01", "9 tháng 2026", None, None, None, "đã ban hành", None, "VHXH", "15/11/2026"],
]
BASE_ROWS: list[list[object]] = [["Dân số", 2026, "12.345", "Công an phường", "15/11/2026"]]
ALL = {
    AREAS: AREA_ROWS, TEAMS: TEAM_ROWS, MEMBERS: MEMBER_ROWS, VALUES: VALUE_ROWS,
    BASE_FIGURES: BASE_ROWS,
}  # fmt: skip


def book(lists: dict[str, Rows], heads: dict[str, list[str]] = HEAD) -> bytes:
    """An .xlsx with a sheet for each kind."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for kind, rows in lists.items():
        sheet = made.create_sheet(TITLE[kind])
        for row in (heads[kind], *rows):
            sheet.append(list(row))
    return saved(made)


def saved(made: Workbook) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def sheets(**lists: Rows) -> list[Sheet]:
    return read(book(dict(lists)), "danh-sach.xlsx")


def text_of(rows: Rows, mark: str = ",") -> bytes:
    file = io.StringIO()
    csv.writer(file, delimiter=mark).writerows(rows)
    return file.getvalue().encode()


def refused(data: bytes, name: str = "a.xlsx") -> str:
    """Why a file is not read: the message, which has a value for each of its places."""
    with pytest.raises(BadFile) as bad:
        read(data, name)
    assert "{" not in bad.value.said("en")
    assert bad.value.said("vi")
    return bad.value.message


def cells(data: bytes, name: str = "a.xlsx") -> list[dict[str, object]]:
    return [dict(row.cells) for sheet in read(data, name) for row in sheet.rows]


# Reading


def test_every_list_is_known_by_its_headings() -> None:
    found = read(book(ALL), "Danh sách.XLSX")
    assert [sheet.kind for sheet in found] == [AREAS, TEAMS, MEMBERS, VALUES, BASE_FIGURES]
    assert [row.number for row in found[2].rows] == [2, 3, 4, 5]
    assert found[2].rows[0].cells == {
        "name": "Người Thử Một", "role": "tổ trưởng", "team": "Tổ số 1", "org": "ĐTN",
        "trained_on": date(2026, 3, 20),
    }  # fmt: skip


def test_headings_may_be_typed_in_any_way() -> None:
    heads = ["STT", "HO TEN *", "vai  trò", "Tổ ", "Ngay thoi (nếu có)", "SĐT"]
    row = [1, "Người Thử", "thành viên", "Tổ số 1", None, "0912345678"]
    (sheet,) = read(b"\xef\xbb\xbf" + text_of([heads, row]), "a.csv")
    assert sheet.kind == MEMBERS
    assert sheet.ignored == ("STT", "SĐT")
    assert sheet.rows == (Row(2, {"name": "Người Thử", "role": "thành viên", "team": "Tổ số 1"}),)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_csv_with_any_separator(mark: str, bom: bytes) -> None:
    data = bom + text_of([HEAD[TEAMS], [], *TEAM_ROWS], mark)
    (sheet,) = read(data, "to.csv")
    assert (sheet.kind, [row.number for row in sheet.rows]) == (TEAMS, [3, 4])
    assert sheet.rows[0].cells["decision_on"] == "05/01/2026"


def test_examples_empty_rows_and_empty_sheets_are_not_read() -> None:
    made = load_workbook(io.BytesIO(book({AREAS: [["VD: Tổ 9"], [], ["  "], ["Tổ 8"]]})))
    made.create_sheet("Sheet2")
    assert cells(saved(made)) == [{"name": "Tổ 8"}]


def test_rows_have_the_numbers_the_spreadsheet_shows() -> None:
    made = Workbook()
    sheet = made.worksheets[0]
    sheet["A3"], sheet["A5"], sheet["A9"] = "Tên", "Tổ 1", "Tổ 2"
    (found,) = read(saved(made), "a.xlsx")
    assert [row.number for row in found.rows] == [5, 9]


def test_several_sheets_of_one_kind() -> None:
    made = load_workbook(io.BytesIO(book({AREAS: [["Tổ 1"]]})))
    made.copy_worksheet(made.worksheets[0])["A2"] = "Tổ 2"
    assert cells(saved(made)) == [{"name": "Tổ 1"}, {"name": "Tổ 2"}]


def test_what_a_spreadsheet_stores_differently() -> None:
    made = load_workbook(
        io.BytesIO(book({VALUES: [[True, datetime(2026, 11, 1), 0.29, 85, 12.5]]}))
    )
    sheet = made.worksheets[0]
    sheet["C2"].number_format, sheet["D2"].number_format = "0.0%", '0"%"'
    assert cells(saved(made)) == [
        {"indicator": True, "period": date(2026, 11, 1), "value": "29%", "num": 85, "den": 12.5}
    ]


@pytest.mark.parametrize(
    ("cell", "read_as"),
    [
        ('<c t="str"><f>"Tổ "&amp;1+1</f><v>Tổ 2</v></c>', "Tổ 2"),
        ("<c><f>1+1</f><v>2</v></c>", 2),
        ("<c><f>1+1</f>\n<v> 2</v></c>", 2),
        ('<c t="str"><f>""</f><v></v></c><c><v>5</v></c>', None),
        ('<c t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!"),
    ],
)
def test_formulas_are_never_evaluated(cell: str, read_as: object) -> None:
    """The result is read that Excel stored next to the formula."""
    more = SHARED.replace("2", "3")
    made = packed(sheet=f"<row>{TEN}</row><row>{cell}</row>{more}<f>1</f>")
    names = [row.get("name") for row in cells(made)]
    assert names == ["Tổ 1"] if read_as is None else [read_as, "Tổ 1"]


@pytest.mark.parametrize(
    "cell",
    [
        "<c><f>1+1</f></c>",
        "<c><f>1+1</f><v/></c>",
        "<c><f/><v> </v></c>",
        '<c><f t="shared"/></c><c/>',
    ],
)
def test_formulas_without_results_are_no_empty_cells(cell: str) -> None:
    assert refused(packed(sheet=f"<row>{TEN}{cell}</row>")) == spreadsheet_archive.UNSOLVED
    assert refused(packed(sheet=f"<row>{TEN}</row><row>{cell}</row>{SHARED}")) == (
        spreadsheet_archive.UNSOLVED
    )


def test_a_formula_of_another_library_has_no_result_either() -> None:
    assert refused(book({AREAS: [["=1+1"]]})) == spreadsheet_archive.UNSOLVED


# Files that are refused


@pytest.mark.parametrize(
    ("data", "name", "why"),
    [
        (b"x", "a.xls", spreadsheet.NOT_A_LIST),
        (b"x", "xlsx", spreadsheet.BROKEN),
        (b"x", "", spreadsheet.NOT_A_LIST),
        (b"x", "a.csv.exe", spreadsheet.NOT_A_LIST),
        (b"", "a.csv", importing_files.EMPTY),
        (b" \n\n", "a.csv", importing_files.EMPTY),
        (b"", "a.xlsx", importing_files.EMPTY),
        (b"PK\x03\x04 broken", "a.xlsx", spreadsheet.BROKEN),
        ("Tên\nTổ 1\n".encode(), "a.xlsx", spreadsheet.BROKEN),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "a.xlsx", spreadsheet_archive.LOCKED),
        ("Tên\nTổ 1\n".encode("utf-16"), "a.csv", spreadsheet.NOT_UTF8),
        ("Tên\nHuế\n".encode("cp1252", "replace") + b"\xea", "a.csv", spreadsheet.NOT_UTF8),
        (b"T\xean\nT\xf4\xd2 1\n", "a.csv", spreadsheet.NOT_UTF8),
        (b"PK\x03\x04", "a.csv", spreadsheet.NOT_A_LIST),
        ('Tên\n"Tổ 1\n'.encode(), "a.csv", spreadsheet.BROKEN),
        ("Tên\nTổ 1,Tổ 2\n".encode(), "a.csv", spreadsheet.LONG_ROW),
        ("Tên\n".encode(), "a.csv", importing_files.EMPTY),
        ("Tên\nVD: Tổ 1\n".encode(), "a.csv", importing_files.EMPTY),
        ("Món,Giá\nPhở,5\n".encode(), "a.csv", importing_files.UNKNOWN),
        ("Họ tên,Tổ\nA,B\n".encode(), "a.csv", importing_files.LACKS),
        ("Tên,Vai trò\nA,B\n".encode(), "a.csv", importing_files.LACKS),
        ("Tên,Tên\nA,B\n".encode(), "a.csv", importing_files.TWICE),
        (b"x" * (spreadsheet.LARGEST + 1), "a.csv", spreadsheet.TOO_LARGE),
        (b"x" * (spreadsheet.LARGEST + 1), "a.xlsx", spreadsheet.TOO_LARGE),
        (("Tên\n" + "Tổ\n" * 5001).encode(), "a.csv", spreadsheet.TOO_MANY_ROWS),
        (("Tên\n" + "\n" * 20000 + "Tổ\n").encode(), "a.csv", spreadsheet.TOO_MANY_ROWS),
        (("Tên" + ",x" * 40 + "\nTổ\n").encode(), "a.csv", spreadsheet.TOO_MANY_COLUMNS),
        (("Tên\n" + "x" * 140_000).encode(), "a.csv", spreadsheet.BROKEN),
    ],
    ids=lambda value: value[:20].decode("latin-1") if isinstance(value, bytes) else str(value)[:30],
)  # fmt: skip
def test_files_that_are_not_lists(data: bytes, name: str, why: str) -> None:
    assert refused(data, name) == why


def test_the_template_as_it_is_holds_nothing() -> None:
    assert refused(template()) == importing_files.EMPTY


def test_the_message_names_the_sheet_and_what_it_lacks() -> None:
    with pytest.raises(BadFile) as bad:
        read(text_of([["Họ tên", "Tổ"]]), "tổ viên.csv")
    assert bad.value.values == {"sheet": "tổ viên.csv", "columns": "Vai trò"}


def test_a_sheet_nobody_knows_is_not_passed_over() -> None:
    made = load_workbook(io.BytesIO(book({AREAS: [["Tổ 1"]]})))
    made.create_sheet("Thực đơn").append(["Món", "Giá"])
    assert refused(saved(made)) == importing_files.UNKNOWN


@pytest.mark.parametrize("rows", [5000, 5001])
def test_as_many_rows_as_may_be_and_one_more(rows: int) -> None:
    data = book({AREAS: [["VD: x"], *([f"Tổ {n}"] for n in range(rows))]})
    if rows > 5000:
        assert refused(data) == spreadsheet.TOO_MANY_ROWS
    else:
        assert len(cells(data)) == rows


def test_rows_are_counted_over_all_sheets() -> None:
    lists = {AREAS: [[f"Tổ {n}"] for n in range(3000)], TEAMS: [[f"Tổ {n}"] for n in range(3000)]}
    assert refused(book(lists)) == spreadsheet.TOO_MANY_ROWS


def test_too_many_columns_and_sheets() -> None:
    wide = {AREAS: ["Tên", *(f"c{n}" for n in range(40))]}
    assert refused(book({AREAS: [["Tổ 1"]]}, wide)) == spreadsheet.TOO_MANY_COLUMNS
    wide = {AREAS: ["Tên", *(f"c{n}" for n in range(39))]}
    assert len(cells(book({AREAS: [["Tổ 1"]]}, wide))) == 1
    made = Workbook()
    for _ in range(spreadsheet.MOST_SHEETS):
        made.create_sheet()
    assert refused(saved(made)) == spreadsheet_archive.TOO_MANY_SHEETS


# Archives that mean harm

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TEN = '<c r="A1" t="inlineStr"><is><t>Tên</t></is></c>'
ONE_SHEET = '<sheet name="S" sheetId="1" r:id="r1"/>'
SHARED = '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'


def relation(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def packed(
    sheet: str = f'<row r="1">{TEN}</row>{SHARED}', strings: str = "<si><t>Tổ 1</t></si>",
    before: str = "", book: str = ONE_SHEET, how: int = ZIP_DEFLATED,
) -> bytes:  # fmt: skip
    """A small workbook made by hand, so that every part of it may be wrong."""
    kinds = {
        "workbook": "sheet.main",
        "worksheets/sheet1": "worksheet",
        "sharedStrings": "sharedStrings",
    }
    types = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{TYPE}.{kind}+xml"/>'
        for name, kind in kinds.items()
    )
    rels = relation(1, "worksheet", "worksheets/sheet1.xml") + relation(
        2, "sharedStrings", "sharedStrings.xml"
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'{relation(1, "officeDocument", "xl/workbook.xml")}</Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{book}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{rels}'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}>{before}<sheetData>{sheet}</sheetData></worksheet>",
        "xl/sharedStrings.xml": strings if strings[:2] == "<!" else f"<sst {MAIN}>{strings}</sst>",
    }  # fmt: skip
    return archive(parts, how)


def archive(parts: dict[str, str], how: int = ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", how) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def test_the_workbook_made_by_hand_is_a_good_one() -> None:
    assert cells(packed()) == [{"name": "Tổ 1"}]


LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE l [<!ENTITY b SYSTEM "file:///etc/passwd">]>'


SAID = f"<sst {MAIN}><si><t>&b;</t></si></sst>"
HARM: dict[str, tuple[Callable[[], bytes], str]] = {
    "large": (lambda: packed(strings=" " * (51 * 2**20)), spreadsheet_archive.TOO_LARGE),
    "texts": (lambda: packed(strings="<si/>" * 2_000_000), spreadsheet_archive.TOO_MUCH),
    "deep": (lambda: packed(strings="<a>" * 2_000_000), spreadsheet_archive.TOO_MUCH),
    "long": (lambda: packed(strings="<si><t>" + "a" * 10**6 + "</t></si>"), spreadsheet.BROKEN),
    "longish": (lambda: packed(strings="<si><t>" + "a" * 40_000 + "</t></si>"), spreadsheet.BROKEN),
    "long tag": (lambda: packed(strings='<x a="' + "a" * 10**6 + '"/><si/>'), spreadsheet.BROKEN),
    "laughs": (lambda: packed(strings=LAUGHS + SAID), spreadsheet.BROKEN),
    "outside": (lambda: packed(strings=OUTSIDE + SAID), spreadsheet.BROKEN),
    "open": (lambda: packed(strings="<si>"), spreadsheet.BROKEN),
    "nowhere": (lambda: packed(strings=""), spreadsheet.BROKEN),
    "rows": (lambda: packed(sheet="<row/>" * 2_000_000), spreadsheet.TOO_MANY_ROWS),
    "cells": (lambda: packed(sheet="<row>" + "<c/>" * 2_000_000 + "</row>"), spreadsheet.TOO_MANY_COLUMNS),
    "low": (lambda: packed(sheet='<row r="1048576"><c><v>1</v></c></row>'), spreadsheet.TOO_MANY_ROWS),
    "lower": (lambda: packed(sheet='<row r="9999999999"><c><v>1</v></c></row>'), spreadsheet.TOO_MANY_ROWS),
    "right": (lambda: packed(sheet='<row r="1"><c r="XFD1"/></row>'), spreadsheet.TOO_MANY_COLUMNS),
    "number": (
        lambda: packed(sheet=f'<row>{TEN}</row><row><c><v>{"9" * 5000}</v></c></row>'), spreadsheet.BROKEN,
    ),
    "formats": (
        lambda: packed(before='<conditionalFormatting sqref="A1"/>' * 200_000), spreadsheet_archive.TOO_MUCH,
    ),
    "sheets": (lambda: packed(book=ONE_SHEET * 21), spreadsheet_archive.TOO_MANY_SHEETS),
    "same sheet": (lambda: packed(book=ONE_SHEET * 20), spreadsheet.BROKEN),
    "bzip2": (lambda: packed(how=ZIP_BZIP2), spreadsheet.BROKEN),
    "no workbook": (lambda: archive({"a.txt": "x"}), spreadsheet.BROKEN),
}  # fmt: skip


@pytest.mark.parametrize("name", HARM)
def test_archives_that_mean_harm(name: str) -> None:
    make, why = HARM[name]
    data, began = make(), time.perf_counter()
    assert len(data) < spreadsheet.LARGEST
    assert refused(data) == why
    assert time.perf_counter() - began < 10


def test_what_a_sheet_says_of_its_size_is_not_believed() -> None:
    assert cells(packed(before='<dimension ref="A1:XFD1048576"/>')) == [{"name": "Tổ 1"}]
    assert cells(packed(before='<dimension ref="A1:A1"/>')) == [{"name": "Tổ 1"}]


def test_a_part_that_holds_more_than_it_claims() -> None:
    """Its sizes and checksum fit the beginning only, so that the archive looks whole."""
    honest = packed()
    bomb = bytearray(packed(strings="<si><t>Tổ 1</t></si>" + " " * (40 * 2**20)))
    claimed = struct.pack("<L", 1000)
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = (
            bomb.rindex(b"xl/sharedStrings.xml")
            if at == 24
            else bomb.index(b"xl/sharedStrings.xml")
        )
        head = bomb.rindex(signature, 0, place)
        bomb[head + at : head + at + 4] = claimed
    assert len(bomb) < 100_000 + len(honest)
    tracemalloc.start()
    assert refused(bytes(bomb)) == spreadsheet.BROKEN
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 10 * 2**20


def test_an_encrypted_part_is_locked() -> None:
    data = bytearray(packed())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + at] |= 1
    assert refused(bytes(data)) == spreadsheet_archive.LOCKED


GOOD = book({TEAMS: TEAM_ROWS})


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=8),
    st.booleans(),
)
def test_a_damaged_file_is_read_or_refused_and_nothing_else(
    damage: list[tuple[int, int]], cut: bool
) -> None:
    data = bytearray(GOOD)
    for place, value in damage:
        data[place] = value
    for name in ("a.xlsx", "a.csv"):
        with suppress(BadFile):
            assert read(bytes(data[: len(data) // 2] if cut else data), name)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet='Tên,;\t"\r\n=0 ', max_size=60))
def test_any_text_is_read_or_refused_and_nothing_else(text: str) -> None:
    with suppress(BadFile):
        assert read(text.encode(), "a.csv")


# Cells


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("0", 0), ("12", 12), ("12,5", 12.5), ("1.234", 1234), ("1.234,5", 1234.5),
        ("1234567", 1234567), ("1.234.567,25", 1234567.25), (" 12 ", 12), (7, 7), (0.25, 0.25),
        ("0,5", 0.5),
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(typed: object, value: float) -> None:
    line = Line(Sheet(VALUES, "S", ()), Row(2, {"value": typed}), TODAY)  # type: ignore[dict-item]
    assert number(line, "value") == Number(value, percent=False)


@pytest.mark.parametrize(
    "typed",
    [
        "12.5", "0.123", "1,2,3", "1.23.456", "1 234", "mười", "1e5", "inf", "nan", "½", "٣", "−5",
        "1.234.5", "5%%", True, float("inf"), float("nan"), date(2026, 1, 1),
    ],
)  # fmt: skip
def test_what_is_no_number(typed: object) -> None:
    line = Line(Sheet(VALUES, "S", ()), Row(2, {"value": typed}), TODAY)  # type: ignore[dict-item]
    assert number(line, "value") is None
    assert [problem.column for problem in line.problems] == ["Giá trị"]


@pytest.mark.parametrize(
    "typed", ["05/01/2026", "5/1/2026", "05-01-2026", "5.1.2026", date(2026, 1, 5)]
)
def test_days_as_people_type_them(typed: object) -> None:
    line = Line(Sheet(VALUES, "S", ()), Row(2, {"source_on": typed}), TODAY)  # type: ignore[dict-item]
    assert day(line, "source_on") == date(2026, 1, 5)


@pytest.mark.parametrize(
    "typed",
    ["31/02/2026", "2026-01-05", "1/5", "5 tháng 1", "01/13/2026", "5/1/26", 46027, True, "21/11/2026",
     date(2026, 11, 21), date(1999, 12, 31), "01/01/0001", "00/01/2026"],
)  # fmt: skip
def test_what_is_no_day_that_has_come(typed: object) -> None:
    line = Line(Sheet(VALUES, "S", ()), Row(2, {"source_on": typed}), TODAY)  # type: ignore[dict-item]
    assert day(line, "source_on") is None
    assert len(line.problems) == 1


def test_values_are_shown_as_people_read_them() -> None:
    seen = [shown(value) for value in (None, True, 5, 1000.0, 12.5, 0.1, date(2026, 1, 5), "x")]
    assert seen == ["", "có", "5", "1000", "12,5", "0,1", "05/01/2026", "x"]


# Checking and writing

TABLES = (Area, Team, Member, ExternalValue, BaseFigure, Audit)


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = Store(url)
    await migrate(store.engine)
    for ward in (WARD, OTHER):
        await store.write(lambda db, w=ward: wards.sync(db, w.id, w.name, w.area_codes))
    yield store
    await store.close()


async def counted(store: Store) -> list[int]:
    async def job(db: AsyncSession) -> list[int]:
        queries = [select(func.count()).select_from(table) for table in TABLES]
        return [await db.scalar(query) or 0 for query in queries]

    return await store.read(job)


async def dry(store: Store, lists: dict[str, Rows], today: date = TODAY, **options: Any) -> Outcome:
    found = sheets(**lists)
    return await store.read(lambda db: check(db, LIBRARY, WARD, found, today, **options))


async def imported(store: Store, lists: dict[str, Rows], today: date = TODAY) -> Outcome:
    found = sheets(**lists)

    async def job(db: AsyncSession) -> Outcome:
        outcome = await check(db, LIBRARY, WARD, found, today)
        assert told(outcome) == []
        await apply(db, WARD, outcome, None, NOW)
        return outcome

    return await store.write(job)


def told(outcome: Outcome) -> list[tuple[int, str, str]]:
    """The problems: row, column, and the sentence with every place of it filled."""
    for problem in outcome.problems:
        assert problem.said("vi")
    return [(p.row, p.column, p.said("en")) for p in outcome.problems]


def summary(outcome: Outcome) -> list[tuple[str, str]]:
    return [(change.name, change.what) for change in outcome.changes]


def differences(outcome: Outcome) -> list[tuple[str, str, str]]:
    return [(d.column, d.old, d.new) for change in outcome.changes for d in change.differences]


async def people(store: Store) -> list[tuple[object, ...]]:
    query = select(Member.name, Member.role, Member.since, Member.until).order_by(Member.id)
    return await store.read(lambda db: rows_of(db, query))


async def rows_of(db: AsyncSession, query: Any) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await db.execute(query)]


def member(name: str = "Người Thử Hai", until: object = None, **said: object) -> list[object]:
    row = {"role": "thành viên", "team": "Tổ số 1", "org": None, "trained_on": None, **said}
    return [name, *row.values(), until]


def test_a_dry_run_shows_everything_and_writes_nothing(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            before = await counted(store)
            outcome = await dry(store, ALL)
            assert told(outcome) == []
            assert outcome.allowed
            assert summary(outcome) == [
                ("Tổ dân phố 1", UNCHANGED), ("Thôn Đông", NEW), ("Tổ số 1", NEW), ("Tổ số 2", NEW),
                ("Người Thử Một", NEW), ("Người Thử Hai", NEW), ("Người Thử Ba", NEW),
                ("Người Thử Tư", NEW), ("K01, 01/10/2026–31/10/2026", NEW),
                ("KH1-a1, 01/07/2026–30/09/2026", NEW), ("K02, 01/01/2026–31/12/2026", NEW),
                ("K01, 01/01/2026–30/09/2026", NEW), ("dân số, 2026", NEW),
            ]  # fmt: skip
            (team,) = (change for change in outcome.of(TEAMS, NEW) if change.name == "Tổ số 2")
            assert team.differences == (
                Difference("Tên tổ", "", "Tổ số 2"), Difference("Tổ dân phố/thôn", "", "Thôn Đông"),
            )  # fmt: skip
            assert await counted(store) == before

    run(scenario())


def test_an_import_writes_everything_once(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await imported(store, ALL)
            assert await counted(store) == [2, 2, 4, 4, 1, 1]
            again = await dry(store, ALL)
            assert {what for _, what in summary(again)} == {UNCHANGED}
            assert (again.nothing, again.allowed) == (True, False)
            await imported(store, ALL)
            assert await counted(store) == [2, 2, 4, 4, 1, 1]
            later = await imported(store, ALL, TODAY + timedelta(days=40))
            assert later.nothing

    run(scenario())


def test_what_an_import_writes(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await imported(store, ALL)
            found = await store.read(lambda db: roster.load(db, "thu"))
            assert list(found.teams.values()) == [
                roster.TeamEntry(
                    "Tổ số 1", "to-dan-pho-1", "12/QĐ-UBND", date(2026, 1, 5), date(2026, 1, 5)
                ),
                roster.TeamEntry("Tổ số 2", "thon-dong", None, None, TODAY),
            ]
            assert list(found.members.values()) == [
                roster.MemberEntry("Người Thử Một", "Tổ số 1", LEAD, "youth", date(2026, 3, 20), TODAY, None),
                roster.MemberEntry("Người Thử Hai", "Tổ số 1", MEMBER, "team", None, TODAY, None),
                roster.MemberEntry("Người Thử Ba", None, VOLUNTEER, "youth", None, TODAY, None),
                roster.MemberEntry("Người Thử Tư", None, OFFICER, "other", None, TODAY, None),
            ]  # fmt: skip
            october = await store.read(
                lambda db: values.entered_in(db, "thu", date(2026, 10, 1), date(2026, 10, 31))
            )
            assert (october["K01", "actual"].num, october["K01", "actual"].den) == (850, 1000)
            assert october["K02", "estimate"].value == 12
            assert october["K02", "estimate"].source_on == date(2026, 11, 15)
            bases = await store.read(lambda db: values.bases(db, "thu", 2026))
            assert bases["population"].value == 12345
            notes = await store.read(lambda db: rows_of(db, select(Audit.action, Audit.ref)))
            assert notes == [("imported", "areas:1 teams:2 members:4 values:4 bases:1")]

    run(scenario())


def test_who_imported_is_kept(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await imported(store, {MEMBERS: [MEMBER_ROWS[3]]})
            (officer,) = await store.read(lambda db: rows_of(db, select(Member.id)))
            outcome = await dry(store, {VALUES: VALUE_ROWS, BASE_FIGURES: BASE_ROWS})
            await store.write(lambda db: apply(db, WARD, outcome, officer[0], NOW))
            for table in (ExternalValue, BaseFigure):
                query = select(table.member_id, table.entered_at).distinct()
                assert await store.read(lambda db, q=query: rows_of(db, q)) == [(officer[0], NOW)]

    run(scenario())


def test_the_template_filled_in_comes_back(sqlite_url: str) -> None:
    made = load_workbook(io.BytesIO(template()))
    assert made.sheetnames == [NOTES, *TITLE.values()]
    for kind, rows in ALL.items():
        for row in rows:
            made[TITLE[kind]].append(list(row))
    found = read(saved(made), "mau.xlsx")
    assert {sheet.kind: len(sheet.rows) for sheet in found if sheet.rows} == {
        kind: len(ALL[kind]) for kind in ALL
    }
    assert [sheet.ignored for sheet in found] == [()] * len(found)

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            outcome = await store.read(lambda db: check(db, LIBRARY, WARD, found, TODAY))
            assert told(outcome) == []
            assert summary(outcome) == summary(await dry(store, ALL))

    run(scenario())


def test_the_examples_of_the_template_are_good_ones(sqlite_url: str) -> None:
    made = load_workbook(io.BytesIO(template()))
    for kind in KINDS.values():
        cell = made[kind.title]["A2"]
        assert str(cell.value).startswith(EXAMPLE)
        cell.value = str(cell.value).removeprefix(EXAMPLE).strip()
    found = read(saved(made), "mau.xlsx")

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            outcome = await store.read(lambda db: check(db, LIBRARY, WARD, found, TODAY))
            assert told(outcome) == []
            assert len(outcome.changes) == len(KINDS)

    run(scenario())


def test_the_template_offers_what_is_allowed() -> None:
    made = load_workbook(io.BytesIO(template()))
    offered: dict[str, list[object]] = {}
    for sheet in made:
        for rule in sheet.data_validations.dataValidation:
            title, _, cells = rule.formula1.rpartition("!")
            words = made[title.strip("'")][cells.replace("$", "")]
            heading = sheet.cell(1, next(iter(rule.sqref.ranges)).min_col).value
            offered[f"{sheet.title}/{heading}"] = [cell.value for (cell,) in words]
    assert offered["Thành viên/Vai trò *"] == list(ROLES)
    assert offered["Mẫu số/Mẫu số *"] == list(BASES.values())
    assert offered["Số liệu/Ước cả năm (có/không)"] == ["có", "không"]
    assert offered["Danh sách tập huấn/Nhóm *"] == list(TRAINEE_KINDS)
    assert len(offered) == 8


def test_changes_are_shown_field_by_field(database_url: str) -> None:
    changed: dict[str, Rows] = {
        AREAS: [["TỔ DÂN PHỐ 1"], ["Thôn  Đông mới"], ["Thôn đông"]],
        TEAMS: [["TỔ SỐ 1", "Thôn Đông mới", None, "06/01/2026"]],
        MEMBERS: [["người thử một", "thành viên", "Tổ số 1", None, "21/03/2026", None]],
        VALUES: [["K01", "2026-10", None, 900, 1000, None, None, "Cổng DVC", "15/11/2026"]],
        BASE_FIGURES: [["population", 2026, 12345, "Công an phường", "16/11/2026"]],
    }

    async def scenario() -> None:
        async with opened(database_url) as store:
            await imported(store, ALL)
            outcome = await imported(store, changed)
            assert [what for _, what in summary(outcome)] == [
                UNCHANGED, NEW, CHANGED, CHANGED, CHANGED, CHANGED, CHANGED,
            ]  # fmt: skip
            assert differences(outcome) == [
                ("Tên", "", "Thôn Đông mới"),
                ("Tên", "Thôn Đông", "Thôn đông"),
                ("Tên tổ", "Tổ số 1", "TỔ SỐ 1"),
                ("Tổ dân phố/thôn", "Tổ dân phố 1", "Thôn Đông mới"),
                ("Ngày quyết định", "05/01/2026", "06/01/2026"),
                ("Họ tên", "Người Thử Một", "người thử một"),
                ("Vai trò", "tổ trưởng", "thành viên"),
                ("Ngày tập huấn", "20/03/2026", "21/03/2026"),
                ("Tử số", "850", "900"),
                ("Ngày nguồn", "15/11/2026", "16/11/2026"),
            ]
            assert (await dry(store, changed)).nothing
            found = await store.read(lambda db: roster.load(db, "thu"))
            assert found.areas[1].name == "Tổ dân phố 1"  # the ward's file says so
            first = next(iter(found.teams.values()))
            assert (first.name, first.area, first.decision_no) == (
                "TỔ SỐ 1", "thon-dong-moi", "12/QĐ-UBND",
            )  # fmt: skip

    run(scenario())


def test_an_older_value_typed_again_counts_again(database_url: str) -> None:
    row = VALUE_ROWS[0]
    other = [*row[:3], "900", *row[4:]]

    async def scenario() -> None:
        async with opened(database_url) as store:
            for rows in ([row], [other], [row]):
                assert not (await imported(store, {VALUES: rows})).nothing
            assert (await counted(store))[3] == 3
            assert (await dry(store, {VALUES: [row]})).nothing

    run(scenario())


def test_members_leave_and_come_back(database_url: str) -> None:
    left, back = TODAY - timedelta(days=3), TODAY + timedelta(days=9)

    async def scenario() -> None:
        async with opened(database_url) as store:
            await imported(store, {TEAMS: [["Tổ số 1"]]}, TODAY - timedelta(days=30))
            await imported(store, {MEMBERS: MEMBER_ROWS}, TODAY - timedelta(days=30))
            joined = TODAY - timedelta(days=30)
            gone = {MEMBERS: [member(until=left)]}
            outcome = await imported(store, gone)
            assert summary(outcome) == [("Người Thử Hai", ENDED)]
            assert differences(outcome) == [("Ngày thôi", "", shown(left))]
            assert (await people(store))[1] == ("Người Thử Hai", MEMBER, joined, left)
            assert (await dry(store, gone)).nothing
            again = {MEMBERS: [member()]}
            assert summary(await imported(store, again, back)) == [("Người Thử Hai", NEW)]
            assert (await people(store))[-1] == ("Người Thử Hai", MEMBER, back, None)
            assert (await dry(store, again, back)).nothing
            assert (await dry(store, gone, back)).nothing  # the old list says nothing new
            later = {MEMBERS: [member(until=back)]}
            assert summary(await imported(store, later, back)) == [("Người Thử Hai", ENDED)]
            assert [row[3] for row in await people(store) if row[0] == "Người Thử Hai"] == [
                left,
                back,
            ]
            notes = await store.read(
                lambda db: rows_of(db, select(Audit.ref).where(Audit.action == "ended"))
            )
            assert notes == [("2",), ("5",)]

    run(scenario())


def test_a_day_of_leaving_is_mended(database_url: str) -> None:
    first, second = TODAY - timedelta(days=3), TODAY - timedelta(days=5)

    async def scenario() -> None:
        async with opened(database_url) as store:
            await imported(store, ALL, TODAY)
            await imported(store, {MEMBERS: [member(until=first)]})
            outcome = await imported(store, {MEMBERS: [member(until=second)]})
            assert differences(outcome) == [("Ngày thôi", shown(first), shown(second))]
            assert summary(outcome) == [("Người Thử Hai", CHANGED)]
            # Nobody can leave before having come: the register begins with the import.
            assert (await people(store))[1][2:] == (second, second)

    run(scenario())


def test_whoever_is_back_the_same_day_can_leave_again(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await imported(store, ALL)
            for who in (member(until=TODAY), member(), member(until=TODAY)):
                assert not (await imported(store, {MEMBERS: [who]})).nothing
            ends = [row[3] for row in await people(store) if row[0] == "Người Thử Hai"]
            assert ends == [TODAY, TODAY]

    run(scenario())


def test_whoever_left_has_no_rights_and_keeps_the_history(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await imported(store, ALL)

            async def linked(db: AsyncSession) -> int:
                person = insert(Person).returning(Person.id).values(lang="vi", created_at=NOW)
                number = (await db.execute(person)).scalar_one()
                (row,) = await members.with_roles(db, "thu", [LEAD])
                await members.link(db, row, number, TODAY)
                return row.id

            lead = await store.write(linked)
            await imported(store, {MEMBERS: [member("Người Thử Một", TODAY, role="tổ trưởng")]})
            assert await store.read(lambda db: members.get(db, lead)) is None
            kept = await store.read(
                lambda db: rows_of(db, select(Member.person_id).where(Member.id == lead))
            )
            assert kept != [(None,)]

    run(scenario())


def test_nobody_ends_by_not_being_listed(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await imported(store, ALL)
            before = await people(store)
            await imported(store, {MEMBERS: [member("Người Thử Năm")], TEAMS: [["Tổ số 3"]]})
            assert (await people(store))[:4] == before
            assert all(row[3] is None for row in await people(store))

    run(scenario())


def test_empty_cells_change_nothing(database_url: str) -> None:
    sparse: dict[str, Rows] = {
        TEAMS: [["Tổ số 1", None, None, None]],
        MEMBERS: [["Người Thử Một", "tổ trưởng", "Tổ số 1", None, None, None]],
    }

    async def scenario() -> None:
        async with opened(database_url) as store:
            await imported(store, ALL)
            assert (await dry(store, sparse)).nothing

    run(scenario())


def test_wards_do_not_mix(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            await imported(store, ALL)
            found = sheets(**{MEMBERS: [member()], TEAMS: [["Tổ số 1", "Thôn Đông", None, None]]})
            outcome = await store.read(lambda db: check(db, LIBRARY, OTHER, found, TODAY))
            assert [column for _, column, _ in told(outcome)] == ["Tổ dân phố/thôn"]
            assert summary(outcome) == [("Người Thử Hai", NEW)]
            found = sheets(**{MEMBERS: [member()]})
            outcome = await store.read(lambda db: check(db, LIBRARY, OTHER, found, TODAY))
            assert "no such team" in told(outcome)[0][2]

    run(scenario())


BASE_ROW: dict[str, dict[str, object]] = {
    AREAS: {"name": "Tổ dân phố 2"},
    TEAMS: {"name": "Tổ số 9", "area": "Tổ dân phố 1"},
    MEMBERS: {"name": "Người Thử Sáu", "role": "thành viên", "team": "Tổ số 1"},
    VALUES: {
        "indicator": "K01",
        "period": "2026-10",
        "value": 85,
        "source": "A",
        "source_on": TODAY,
    },
    BASE_FIGURES: {"base": "dân số", "year": 2026, "value": 5, "source": "A", "source_on": TODAY},
}
GONE = "Nobody of this name is in this team"
ONE_OF = "Fill in one of these"


@pytest.mark.parametrize(
    ("kind", "said", "column", "sentence"),
    [
        (AREAS, {"name": "=1+1"}, "Tên", "may not begin"),
        (AREAS, {"name": -5}, "Tên", "may not begin"),
        (TEAMS, {"decision_no": 10**300}, "Số quyết định", "at most 200"),
        (AREAS, {"name": "…"}, "Tên", "letters or digits"),
        (AREAS, {"name": "Tổ dân phố " + "rất dài " * 8}, "Tên", "at most 40"),
        (AREAS, {"name": date(2026, 5, 1)}, "Tên", "took this for a date"),
        (TEAMS, {"name": None}, "Tên tổ", "must not be empty"),
        (TEAMS, {"name": "@tổ"}, "Tên tổ", "may not begin"),
        (TEAMS, {"area": "Tổ dân phố 7"}, "Tổ dân phố/thôn", "no such area"),
        (TEAMS, {"decision_no": "+12"}, "Số quyết định", "may not begin"),
        (TEAMS, {"decision_no": "1" * 201}, "Số quyết định", "at most 200"),
        (TEAMS, {"decision_on": "21/11/2026"}, "Ngày quyết định", "in the future"),
        (TEAMS, {"decision_on": "5.1"}, "Ngày quyết định", "dd/mm/yyyy"),
        (MEMBERS, {"name": None}, "Họ tên", "must not be empty"),
        (MEMBERS, {"name": "-An"}, "Họ tên", "may not begin"),
        (MEMBERS, {"name": "An\nBình"}, "Họ tên", "line breaks"),
        (MEMBERS, {"name": "An\u202eBình"}, "Họ tên", "invisible"),
        (MEMBERS, {"name": "An\u200b"}, "Họ tên", "invisible"),
        (MEMBERS, {"name": "#REF!"}, "Họ tên", "error of the spreadsheet"),
        (MEMBERS, {"name": "An 0912345678"}, "Họ tên", "phone number"),
        (MEMBERS, {"name": "An 001234567890"}, "Họ tên", "citizen number"),
        (MEMBERS, {"name": 912345678901}, "Họ tên", "citizen number"),
        (MEMBERS, {"role": None}, "Vai trò", "must not be empty"),
        (MEMBERS, {"role": "tổ phó"}, "Vai trò", "tình nguyện viên; phụ trách Đoàn; cán bộ"),
        (MEMBERS, {"role": "Quản trị", "team": None}, "Vai trò", "not imported"),
        (MEMBERS, {"role": "cán bộ"}, "Tổ", "belongs to no team"),
        (MEMBERS, {"team": None}, "Tổ", "must not be empty"),
        (MEMBERS, {"team": "Tổ số 8"}, "Tổ", "no such team"),
        (MEMBERS, {"org": "Hội Kín"}, "Đơn vị", "Use one of these"),
        (MEMBERS, {"trained_on": "31/12/2026"}, "Ngày tập huấn", "in the future"),
        (MEMBERS, {"until": date(2026, 11, 21)}, "Ngày thôi", "in the future"),
        (MEMBERS, {"until": "=TODAY()"}, "Ngày thôi", "may not begin"),
        (MEMBERS, {"until": TODAY}, "Ngày thôi", GONE),
        (VALUES, {"indicator": None}, "Mã chỉ tiêu", "must not be empty"),
        (VALUES, {"indicator": "PL95-1"}, "Mã chỉ tiêu", "No plan of this ward"),
        (VALUES, {"indicator": "K04"}, "Mã chỉ tiêu", "counted from the log"),
        (VALUES, {"period": None}, "Kỳ", "must not be empty"),
        (VALUES, {"period": "bao giờ đó"}, "Kỳ", "Write a period"),
        (VALUES, {"period": "tháng 13 năm 2026"}, "Kỳ", "Write a period"),
        (VALUES, {"period": "năm 2021-2025"}, "Kỳ", "Write a period"),
        (VALUES, {"period": "tháng 10 và tháng 11"}, "Kỳ", "Write a period"),
        (VALUES, {"period": date(2026, 10, 5)}, "Kỳ", "Write a period"),
        (VALUES, {"period": "tháng 12/2026"}, "Kỳ", "not begun"),
        (VALUES, {"value": None}, "Giá trị", ONE_OF),
        (VALUES, {"num": 5}, "Giá trị", ONE_OF),
        (VALUES, {"text": "xong"}, "Giá trị", ONE_OF),
        (VALUES, {"value": None, "den": 5}, "Tử số", "needs its numerator"),
        (VALUES, {"value": None, "num": 5, "den": 0}, "Mẫu số", "above 0"),
        (VALUES, {"value": None, "num": 6, "den": 5}, "Tử số", "above the denominator"),
        (VALUES, {"value": None, "num": 6}, "Mẫu số", "needs its denominator"),
        (VALUES, {"value": None, "num": "6%", "den": 7}, "Tử số", "without a percent sign"),
        (VALUES, {"value": 100.5}, "Giá trị", "between 0 and 100"),
        (VALUES, {"value": -1}, "Giá trị", "below 0"),
        (VALUES, {"value": "-1"}, "Giá trị", "may not begin"),
        (VALUES, {"value": "85.5"}, "Giá trị", "such as 1.234,5"),
        (VALUES, {"value": "8,5%", "indicator": "K02"}, "Giá trị", "counted in: lớp"),
        (VALUES, {"value": 10**16, "indicator": "K02"}, "Giá trị", "too large"),
        (VALUES, {"estimate": "chắc thế"}, "Ước cả năm (có/không)", "có; không"),
        (VALUES, {"estimate": "có"}, "Kỳ", "whole year"),
        (VALUES, {"source": None}, "Nguồn", "must not be empty"),
        (VALUES, {"source": "gọi 0912 345 678"}, "Nguồn", "phone number"),
        (VALUES, {"source_on": None}, "Ngày nguồn", "must not be empty"),
        (VALUES, {"source_on": "21/11/2026"}, "Ngày nguồn", "in the future"),
        (VALUES, {"value": None, "text": "CCCD 001234567890"}, "Nội dung", "citizen number"),
        (BASE_FIGURES, {"base": "dân tình"}, "Mẫu số", "Use one of these"),
        (BASE_FIGURES, {"year": 2027}, "Năm", "from 2000 to 2026"),
        (BASE_FIGURES, {"year": 1999}, "Năm", "from 2000 to 2026"),
        (BASE_FIGURES, {"year": "năm nay"}, "Năm", "Write a number"),
        (BASE_FIGURES, {"value": 5.5}, "Giá trị", "whole number"),
        (BASE_FIGURES, {"value": "5%"}, "Giá trị", "whole number"),
        (BASE_FIGURES, {"value": 3 * 10**9}, "Giá trị", "too large"),
        (BASE_FIGURES, {"value": None}, "Giá trị", "must not be empty"),
        (BASE_FIGURES, {"source": "="}, "Nguồn", "may not begin"),
        (BASE_FIGURES, {"source_on": date(1900, 1, 5)}, "Ngày nguồn", "before 01/01/2000"),
    ],
)  # fmt: skip
def test_bad_rows_are_told_one_by_one(
    sqlite_url: str, kind: str, said: dict[str, object], column: str, sentence: str
) -> None:
    wrong, good = {**BASE_ROW[kind], **said}, BASE_ROW[kind]
    numbered = ((2, good), (3, wrong))
    rows = tuple(
        Row(number, {code: cell for code, cell in row.items() if cell is not None})  # type: ignore[misc]
        for number, row in numbered
    )
    team = Sheet(TEAMS, "Tổ", (Row(2, {"name": "Tổ số 1"}),))

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            before = await counted(store)

            async def job(db: AsyncSession) -> Outcome:
                outcome = await check(db, LIBRARY, WARD, [team, Sheet(kind, "Trang", rows)], TODAY)
                with pytest.raises(ValueError, match="problems"):
                    await apply(db, WARD, outcome, None, NOW)
                return outcome

            outcome = await store.write(job)
            found = [
                problem for problem in told(outcome) if (problem[0], problem[1]) == (3, column)
            ]
            assert len(found) == 1, told(outcome)
            assert sentence in found[0][2]
            assert {row for row, _, _ in told(outcome)} == {3}
            assert [p.sheet for p in outcome.problems] == ["Trang"] * len(outcome.problems)
            assert len(outcome.of(kind, NEW)) >= 1  # the good row
            assert not outcome.allowed
            assert await counted(store) == before

    run(scenario())


def test_every_problem_of_a_row_is_told_at_once(sqlite_url: str) -> None:
    rows: Rows = [["", "tổ phó", "Tổ số 8", "Hội", "mai", "kia"]]

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            outcome = await dry(store, {MEMBERS: rows})
            assert [column for _, column, _ in told(outcome)] == [
                "Họ tên", "Vai trò", "Đơn vị", "Ngày tập huấn", "Ngày thôi", "Tổ",
            ]  # fmt: skip

    run(scenario())


def test_the_same_thing_twice_in_a_file(sqlite_url: str) -> None:
    value = ["K01", "tháng 10/2026", 85, None, None, None, None, "A", "15/11/2026"]
    twice: dict[str, Rows] = {
        AREAS: [["Tổ 2"], ["tổ  2"]],
        TEAMS: [["Tổ số 1"], ["to so 1"]],
        MEMBERS: [
            member("Lê Thử Hùng"),
            member("Lê Thử Hưng"),
            member("Lê Thử Hùng", team="Tổ số 2"),
        ],
        VALUES: [value, [*value[:1], "2026-10", *value[2:]]],
        BASE_FIGURES: [*BASE_ROWS, ["population", *BASE_ROWS[0][1:]]],
    }

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            outcome = await dry(store, {**twice, TEAMS: [*twice[TEAMS], ["Tổ số 2"]]})
            again = "The same stands in row 2 of “{}”; delete one of the two."
            found = told(outcome)
            assert [message for _, _, message in found if "two people" not in message] == [
                again.format(TITLE[kind]) for kind in (AREAS, TEAMS, VALUES, BASE_FIGURES)
            ]
            (same,) = [problem for problem in found if "two people" in problem[2]]
            assert same[:2] == (3, "Họ tên")

    run(scenario())


def test_a_register_that_is_not_clear_is_mended_first(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await imported(store, ALL)

            async def confuse(db: AsyncSession) -> None:
                for name, until in (("TỔ SỐ 1", None), ("Tổ cũ", TODAY)):
                    await db.execute(
                        insert(Team).values(ward_id="thu", name=name, since=TODAY, until=until)
                    )
                old = await db.scalar(select(Team.id).where(Team.name == "Tổ cũ"))
                for _ in range(2):
                    await members.add(db, "thu", VOLUNTEER, "Trần Thử", "youth", None, TODAY)
                await members.add(db, "thu", MEMBER, "Người Cũ", "team", old, TODAY)

            await store.write(confuse)
            double = member("Trần Thử", role="tình nguyện viên", team=None)
            lists: dict[str, Rows] = {
                TEAMS: [["Tổ số 1"], ["Tổ cũ"]],
                MEMBERS: [double, member("Mới", team="Tổ cũ")],
            }
            sentences = [sentence for _, _, sentence in told(await dry(store, lists))]
            assert sentences == [
                "Several teams here are called that; rename one of them first.",
                "This team has ended on 20/11/2026.",
                "Several members of this team have this name; rename one of them first.",
                "This team has ended.",
            ]
            leaves = {MEMBERS: [member("Người Cũ", TODAY, team="Tổ cũ")]}
            assert summary(await imported(store, leaves)) == [("Người Cũ", ENDED)]

    run(scenario())


def test_who_may_give_a_role(database_url: str) -> None:
    lead, officer = grantable("officer"), grantable("administrator")

    async def scenario() -> None:
        async with opened(database_url) as store:
            row = MEMBER_ROWS[3]
            no = "You may not give, change or end this role."
            assert told(await dry(store, {MEMBERS: [row]}, may_give=officer)) == []
            assert told(await dry(store, {MEMBERS: [row]}, may_give=lead)) == [(2, "Vai trò", no)]
            await imported(store, {MEMBERS: [row]})
            assert (await dry(store, {MEMBERS: [row]}, may_give=lead)).nothing
            ends = {MEMBERS: [[*row[:-1], TODAY]]}
            assert told(await dry(store, ends, may_give=lead)) == [(2, "Vai trò", no)]
            volunteer = {MEMBERS: [[row[0], "tình nguyện viên", *row[2:]]]}
            assert told(await dry(store, volunteer, may_give=lead)) == [(2, "Vai trò", no)]

    run(scenario())


def test_no_import_touches_an_administrator(sqlite_url: str) -> None:
    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            await store.write(
                lambda db: members.add(db, "thu", "administrator", "Quản Thử", "other", None, TODAY)
            )
            for until in (None, TODAY):
                rows = {MEMBERS: [["Quản Thử", "cán bộ", None, None, None, until]]}
                assert "administrator" in told(await dry(store, rows))[0][2]

    run(scenario())


def test_an_outcome_does_not_outlive_what_it_saw(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            outcome = await dry(store, ALL)
            await imported(store, {MEMBERS: [MEMBER_ROWS[3]]})
            before = await counted(store)
            with pytest.raises(Outdated):
                await store.write(lambda db: apply(db, WARD, outcome, None, NOW))
            assert await counted(store) == before

    run(scenario())


def test_two_presses_import_once(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            results = await asyncio.gather(
                *(imported(store, ALL) for _ in range(4)), return_exceptions=True
            )
            assert all(isinstance(result, Outcome | Outdated) for result in results)
            assert await counted(store) == [2, 2, 4, 4, 1, 1]

    run(scenario())


def test_an_import_that_breaks_leaves_nothing(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            outcome, before = await dry(store, ALL), await counted(store)

            async def job(db: AsyncSession) -> None:
                await apply(db, WARD, outcome, None, NOW)
                raise ConnectionError

            with pytest.raises(ConnectionError):
                await store.write(job)
            assert await counted(store) == before
            with pytest.raises(Exception, match=r"(?i)foreign key"):
                await store.write(lambda db: apply(db, WARD, outcome, 99, NOW))
            assert await counted(store) == before

    run(scenario())


def test_the_largest_list(database_url: str) -> None:
    rows = [member(f"Người Thử {n}", team=f"Tổ số {n % 50}") for n in range(4950)]
    lists: dict[str, Rows] = {TEAMS: [[f"Tổ số {n}"] for n in range(50)], MEMBERS: rows}

    async def scenario() -> None:
        async with opened(database_url) as store:
            await imported(store, lists)
            assert (await counted(store))[1:3] == [50, 4950]
            assert (await dry(store, lists)).nothing

    run(scenario())


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("tháng 10/2026", date(2026, 10, 1), date(2026, 10, 31)),
        ("tháng 12", date(2025, 12, 1), date(2025, 12, 31)),
        ("10/2026", date(2026, 10, 1), date(2026, 10, 31)),
        (date(2026, 10, 1), date(2026, 10, 1), date(2026, 10, 31)),
        ("Quý IV năm 2026", date(2026, 10, 1), date(2026, 12, 31)),
        ("6 tháng đầu năm 2026", date(2026, 1, 1), date(2026, 6, 30)),
        (2026, date(2026, 1, 1), date(2026, 12, 31)),
        ("năm 2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("2026-10-03..2026-11-09", date(2026, 10, 3), date(2026, 11, 9)),
    ],
)
def test_periods_as_people_type_them(
    sqlite_url: str, said: object, first: date, last: date
) -> None:
    rows = {VALUES: [["K02", said, 3, None, None, None, None, "A", "15/11/2026"]]}

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            outcome = await dry(store, rows)
            assert told(outcome) == []
            assert summary(outcome) == [(f"K02, {shown(first)}–{shown(last)}", NEW)]

    run(scenario())


def test_periods_follow_the_cut_of_the_ward(sqlite_url: str) -> None:
    ward = WARD.model_copy(update={"cut": "15-14"})
    august = ["K02", date(2026, 8, 1), 3, None, None, None, None, "A", "15/11/2026"]
    found = sheets(**{VALUES: [VALUE_ROWS[0], august]})

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            outcome = await store.read(lambda db: check(db, LIBRARY, ward, found, TODAY))
            assert summary(outcome) == [
                ("K01, 15/09/2026–14/10/2026", NEW),
                ("K02, 15/07/2026–14/08/2026", NEW),
            ]

    run(scenario())


def test_a_numerator_suffices_where_a_base_is_the_denominator(sqlite_url: str) -> None:
    rows = {VALUES: [["K03", "2026-10", None, 500, None, None, None, "A", "15/11/2026"]]}

    async def scenario() -> None:
        async with opened(sqlite_url) as store:
            assert told(await dry(store, rows)) == []

    run(scenario())
