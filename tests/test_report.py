"""Reports: golden texts of the three wards, the form of Nghị định 30/2020, and what must never be printed."""

import os
import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph
from openpyxl import Workbook, load_workbook
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.report import docx, numbers, words, xlsx
from bot.report.page import STYLES
from content.bases import BASES
from content.indicator import Target
from content.library import Library
from content.period import period
from content.topics import TOPICS
from content.vocabulary import ORGS
from handlers.measures import REASONS, Value
from handlers.report import NotBegun, Register, Report, collect
from handlers.report_tables import GROUPS, Helped
from store.db import Store
from store.migrate import migrate
from store.team_models import Member, Team
from tests.conftest import run
from tests.reports import log
from tests.reports.log import Ids

GOLDEN = Path(__file__).parent / "reports"
Seed = Callable[[AsyncSession], Awaitable[Any]]
CASES = {
    "hai-duong": ("2026-11", "calendar", date(2026, 11, 20)),
    "phu-lien": ("2026", "calendar", date(2026, 11, 27)),
    "hung-dao": ("2026-H1", "15-14", date(2026, 6, 20)),
}
NOON = date(2026, 11, 20)


def seed_of(library: Library, ward_id: str, team: str = "Tổ 1") -> Seed:
    async def seed(db: AsyncSession) -> None:
        ids = await log.people(db, library, ward_id, team)
        await log.log(db, ward_id, ids)
        if ward_id == "hung-dao":
            await log.a_year_ago(db, ward_id, ids)
            await log.campaign(db, ward_id, ids)
        await log.official(db, ward_id)

    return seed


def fill(url: str, *seeds: Seed) -> str:
    """A new database that holds what the seeds write."""

    async def scenario() -> None:
        store = Store(url)
        await migrate(store.engine)
        for seed in seeds:
            await store.write(seed)
        await store.close()

    run(scenario())
    return url


def read(
    url: str, library: Library, ward_id: str, name: str, cut: str = "calendar", today: date = NOON
) -> Report:
    async def scenario() -> Report:
        store = Store(url)
        days = period(name, cut)
        try:
            return await store.read(
                lambda db: collect(db, library, library.wards[ward_id], days, today)
            )
        finally:
            await store.close()

    report: Report = run(scenario())
    return report


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, library: Library) -> str:
    """One database with the logs of the three wards."""
    address = f"sqlite:///{tmp_path_factory.mktemp('report')}/toso.db"
    return fill(address, *(seed_of(library, ward_id) for ward_id in CASES))


@pytest.fixture(scope="module")
def report(url: str, library: Library) -> Report:
    """Hải Dương, November 2026 as it stands on the 20th."""
    return read(url, library, "hai-duong", "2026-11")


def word(report: Report, folder: Path) -> Word:
    docx.write(report, folder / "report.docx")
    return Document(str(folder / "report.docx"))


def book(report: Report, folder: Path) -> Workbook:
    xlsx.write(report, folder / "report.xlsx")
    return load_workbook(folder / "report.xlsx")


def text_of(document: Word) -> Iterator[str]:
    """Paragraphs, and table rows with their cells, in order."""
    for element in document.element.body.iterchildren():
        if element.tag == qn("w:p"):
            yield Paragraph(element, document._body).text
        elif element.tag == qn("w:tbl"):
            for row in Table(element, document._body)._tbl.tr_lst:
                cells = ("\n".join(p.text for p in cell.p_lst) for cell in row.tc_lst)
                yield " | ".join(cell.strip() for cell in cells)


def cells_of(workbook: Workbook) -> Iterator[str]:
    for sheet in workbook.worksheets:
        yield f"## {sheet.title}"
        for row in sheet.iter_rows(values_only=True):
            yield " | ".join("" if value is None else str(value) for value in row)


def joined(document: Word) -> str:
    return "\n".join(text_of(document))


def rows_of(workbook: Workbook, sheet: str, key: int = 0) -> dict[Any, tuple[Any, ...]]:
    """The first row of a sheet for each value of its column `key`."""
    found: dict[Any, tuple[Any, ...]] = {}
    for row in workbook[sheet].iter_rows(min_row=3, values_only=True):
        found.setdefault(row[key], row)
    return found


@pytest.mark.parametrize("ward_id", CASES)
def test_the_reports_of_the_wards_read_as_written(
    ward_id: str, library: Library, url: str, tmp_path: Path
) -> None:
    name, cut, today = CASES[ward_id]
    report = read(url, library, ward_id, name, cut, today)
    got = {
        "docx": joined(word(report, tmp_path)) + "\n",
        "xlsx": "\n".join(cells_of(book(report, tmp_path))) + "\n",
    }
    for kind, text in got.items():
        path = GOLDEN / f"{ward_id}-{name}.{kind}.txt"
        if os.environ.get("UPDATE"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")


def test_the_same_on_either_database(database_url: str, library: Library) -> None:
    fill(database_url, seed_of(library, "hai-duong"))
    report = read(database_url, library, "hai-duong", "2026-11")
    assert report.total == Helped(
        active_members=4, sessions=5, people=25, successes=18, classes=1, attended=1250, days=6,
        vulnerable=4, businesses=7, topics=(9, 14, 7, 0, 0, 0, 4, 0, 0), so_far=59,
    )  # fmt: skip
    assert [team.stars for team in report.teams] == [pytest.approx(11 / 3), None, None, None]
    assert [(one.name, one.member_days) for one in report.campaigns.lines] == [
        ("=Thứ Bảy tình nguyện", 1)
    ]
    assert report.facts.reasons == (("Quên mật khẩu VNeID", 2),)
    assert report.idle_teams == ("Tổ 3",)


# The form of Nghị định 30/2020 (facts/programme.md, d.1).


def test_pages_have_the_size_and_margins_of_the_decree(report: Report, tmp_path: Path) -> None:
    first, *annexes = word(report, tmp_path).sections
    assert size(first) == (210, 297)
    assert [size(annex) for annex in annexes] == [(297, 210)] * 3
    for section in (first, *annexes):
        assert 20 <= millimetres(section.top_margin) <= 25
        assert 20 <= millimetres(section.bottom_margin) <= 25
        assert 30 <= millimetres(section.left_margin) <= 35
        assert 15 <= millimetres(section.right_margin) <= 20


def size(section: Section) -> tuple[int, int]:
    return millimetres(section.page_width), millimetres(section.page_height)


def millimetres(length: Length | None) -> int:
    assert length is not None
    return round(length.mm)


def test_page_numbers_begin_on_the_second_page(report: Report, tmp_path: Path) -> None:
    for section in word(report, tmp_path).sections:
        assert section.different_first_page_header_footer
        assert section.first_page_header.paragraphs[0].text == ""
        assert "PAGE" in section.header._element.xml
        assert section.header.paragraphs[0].paragraph_format.alignment == 1


def test_all_text_is_times_new_roman_in_black(report: Report, tmp_path: Path) -> None:
    document = word(report, tmp_path)
    styles = [document.styles[name] for name in ("Normal", *STYLES)]
    assert {style.font.name or "Times New Roman" for style in styles} == {"Times New Roman"}
    fonts = document.styles["Normal"].element.rPr.rFonts
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {
        "Times New Roman"
    }
    xml = document.element.xml
    assert "w:rFonts" not in xml
    assert "w:color " not in re.sub(r"<w:top [^>]*>", "", xml)


def test_the_body_is_justified_fourteen_points_and_indented(report: Report, tmp_path: Path) -> None:
    body = word(report, tmp_path).styles["BC noi dung"]
    form = body.paragraph_format
    assert body.font.size == Pt(14)
    assert (form.alignment, form.space_after, form.line_spacing) == (3, Pt(6), 1.0)
    assert round(form.first_line_indent.cm, 2) == 1.27


def test_the_heading_block_is_as_the_decree_says(report: Report, tmp_path: Path) -> None:
    document = word(report, tmp_path)
    (left, right), (number, day) = (row.cells for row in document.tables[0].rows)
    body = [p for p in left.paragraphs if p.text]
    assert [p.text for p in body] == ["ỦY BAN NHÂN DÂN", "PHƯỜNG HẢI DƯƠNG"]
    assert all(run.bold for p in body for run in p.runs)
    state, motto, line = right.paragraphs
    assert (state.text, state.style.font.size) == ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Pt(13))
    assert (motto.text, motto.runs[0].font.size) == ("Độc lập - Tự do - Hạnh phúc", Pt(14))
    assert "w:pBdr" in line._p.xml
    assert "w:pBdr" in left.paragraphs[-1]._p.xml
    assert number.text == "Số:      /BC-UBND"
    assert day.text == "Hải Dương, ngày      tháng      năm 2026"
    assert day.paragraphs[0].runs[0].italic


def test_recipients_and_signature_come_from_the_wards_file(report: Report, tmp_path: Path) -> None:
    document = word(report, tmp_path)
    ending = next(t for t in document.tables if "Nơi nhận:" in t.rows[0].cells[0].text)
    left, right = ending.rows[0].cells
    head, *others = left.paragraphs
    assert (head.runs[0].bold, head.runs[0].italic, head.runs[0].font.size) == (True, True, Pt(12))
    assert [p.text for p in others] == [
        "- UBND thành phố (để báo cáo);",
        "- Sở Khoa học và Công nghệ thành phố;",
        "- TT Đảng ủy, TT HĐND phường;",
        "- Chủ tịch, các PCT UBND phường;",
        "- Lưu: VT, VHXH.",
    ]
    assert others[0].style.font.size == Pt(11)
    assert [p.text for p in right.paragraphs] == ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", ""]


def test_an_invented_ward_and_one_without_letterhead_say_so(report: Report, tmp_path: Path) -> None:
    bare = report.ward.model_copy(update={"invented": True, "letterhead": None})
    text = joined(word(replace(report, ward=bare), tmp_path))
    assert text.startswith("BẢN THỬ: phường không có thật\nỦY BAN NHÂN DÂN\nPHƯỜNG HẢI DƯƠNG")
    assert "Hải Dương, ngày" in text
    assert "[Cán bộ bổ sung: quyền hạn, chức vụ người ký]" in text


# What a report says of its own figures.


def test_an_empty_log_prints_dashes_and_no_zero(
    sqlite_url: str, library: Library, tmp_path: Path
) -> None:
    report = read(fill(sqlite_url), library, "hai-duong", "2026-11")
    document, workbook = word(report, tmp_path), book(report, tmp_path)
    cells = [
        cell.text for table in document.tables for row in table._tbl.tr_lst for cell in texts(row)
    ]
    assert not [cell for cell in cells if cell in ("0", "0,0", "0,0%")]
    assert "—" in cells
    assert not re.search(r"(?<![\d/.,])0(,0)?%? (buổi|lượt|tổ|thành viên|người)", joined(document))
    assert "Sổ hỗ trợ chưa ghi buổi nào" in joined(document)
    values = [value for sheet in workbook.worksheets for row in sheet.values for value in row]
    assert 0 not in [value for value in values if isinstance(value, int | float)]
    months = list(workbook["Bảng tháng"].iter_rows(min_row=3, min_col=4, values_only=True))
    assert {value for row in months for value in row} == {"—"}


def texts(row: Any) -> list[Paragraph]:
    return [Paragraph(p, None) for cell in row.tc_lst for p in cell.p_lst]  # type: ignore[arg-type]


def test_a_period_that_is_not_over_says_until_when(report: Report, tmp_path: Path) -> None:
    assert "Số liệu tính đến ngày 20/11/2026." in joined(word(report, tmp_path))
    over = replace(report, today=date(2026, 12, 1))
    assert "Số liệu tính đến" not in joined(word(over, tmp_path))


def test_a_log_that_begins_within_the_period_says_from_when(report: Report, tmp_path: Path) -> None:
    begun = replace(report, began=date(2026, 11, 3))
    said = "Sổ hỗ trợ bắt đầu ghi từ ngày 03/11/2026; trước đó không có số liệu."
    assert said in joined(word(begun, tmp_path))


def test_a_period_that_has_not_begun_has_no_report(url: str, library: Library) -> None:
    with pytest.raises(NotBegun):
        read(url, library, "hai-duong", "2026-12")


@pytest.mark.parametrize(
    ("cut", "first", "people"), [("calendar", "01/11/2026", 25), ("15-14", "15/10/2026", 24)]
)
def test_both_cuts_count_their_own_days(
    cut: str, first: str, people: int, library: Library, url: str, tmp_path: Path
) -> None:
    report = read(url, library, "hai-duong", "2026-11", cut)
    assert report.total.people == people
    assert f"từ {first} đến" in joined(word(report, tmp_path))


def test_a_year_before_its_end_has_estimates(url: str, library: Library, tmp_path: Path) -> None:
    report = read(url, library, "phu-lien", "2026")
    text = joined(word(report, tmp_path))
    assert "Lũy kế | Ước cả năm | So kế hoạch" in text
    line = next(row for row in text.splitlines() if "(PL95-I-7)" in row)
    assert "| ≥ 70 (2030) | 65,6 | 65,6 | 72,5 | chưa đạt (93,6%); ước đạt |" in line
    owed = [gap for gap in report.missing if gap.reason == "no_estimate"]
    assert "PL95-I-7" not in [gap.id for gap in owed]
    assert "PL95-I-1.6" in [gap.id for gap in owed]
    over = replace(report, today=date(2027, 1, 5))
    assert "Ước cả năm" not in joined(word(over, tmp_path))
    assert not [gap for gap in over.missing if gap.reason == "no_estimate"]


def test_months_have_no_column_of_estimates(report: Report, tmp_path: Path) -> None:
    assert "Ước cả năm" not in joined(word(report, tmp_path))


def test_six_months_are_compared_with_the_same_days_a_year_ago(
    url: str, library: Library, tmp_path: Path
) -> None:
    report = read(url, library, "hung-dao", "2026-H1", "15-14", date(2026, 6, 20))
    assert report.before
    assert (report.before.sessions, report.before.people) == (2, 35)
    text = joined(word(report, tmp_path))
    assert "Lượt người được hỗ trợ | 28 | 35 | giảm 20,0" in text
    early = read(url, library, "hung-dao", "2026-H1", "15-14", date(2026, 2, 11)).before
    assert early
    assert (early.last, early.people) == (date(2025, 2, 11), 20)


def test_without_last_years_log_nothing_is_compared(
    url: str, library: Library, tmp_path: Path
) -> None:
    report = read(url, library, "phu-lien", "2026", today=date(2027, 1, 5))
    assert "Buổi hỗ trợ | 10 | — | —" in joined(word(report, tmp_path))


# Indicators.


def test_every_row_of_every_plan_is_printed(report: Report, tmp_path: Path) -> None:
    text, workbook = joined(word(report, tmp_path)), book(report, tmp_path)
    for plan, sheet in (*((plan.id, "Chỉ tiêu") for plan in report.plans), ("core", None)):
        found = rows_of(workbook, sheet or "Chỉ tiêu chung")
        for line in report.lines_of(plan):
            assert f"({line.row.indicator.id})" in text
            assert line.row.indicator.id in found
            assert line.row.indicator.id in rows_of(workbook, "Bảng tháng") or line.kind == "side"


def test_side_counts_are_never_the_official_figure(report: Report, tmp_path: Path) -> None:
    document = joined(word(report, tmp_path)).splitlines()
    sides = [line for line in report.lines if line.kind == "side"]
    assert sides
    for line in sides:
        assert line.met is None
        assert any(f"- {words.name_of(line)} |" in row for row in document)
        assert words.name_of(line).endswith(words.SIDE)


def test_a_count_is_not_held_against_a_share(url: str, library: Library) -> None:
    """K10 asks for a share of enterprises; the log knows only how often some were helped."""
    report = read(url, library, "hung-dao", "2026")
    line = next(line for line in report.lines if line.row.indicator.id == "K10")
    assert not line.row.by_log
    assert (line.kind, line.decisive) == ("main", Value(50, 40, 80))


def test_typed_values_stand_where_their_days_are(report: Report) -> None:
    main = {line.row.indicator.id: line for line in report.lines if line.kind == "main"}
    whole, month = main["HD24-A.V.2"], main["HD01-I.A.6"]
    assert (whole.now.value, whole.so_far.value, whole.met) == (None, 75.0, False)
    assert (month.now.value, month.so_far.value, month.met) == (96.25, None, True)
    earlier = main["HD24-A.I.1"]  # a count of the ten months before
    assert (earlier.missing, earlier.reason, earlier.entered) == (True, "no_value", None)
    said = main["HD24-A.I.3"]
    assert said.entered
    assert (said.entered.text, said.missing, said.met) == ("Đã ban hành", False, None)


def test_what_is_missing_names_who_owes_it(report: Report, library: Library) -> None:
    gaps = {gap.id: gap for gap in report.missing}
    assert "HD24-A.V.2" not in gaps
    assert (gaps["HD24-A.II.1"].owner, gaps["HD24-A.II.1"].reason) == ("VP", "no_value")
    assert gaps["K01"].owner == "PVHCC"


def test_a_missing_base_is_named(url: str, library: Library) -> None:
    report = read(url, library, "phu-lien", "2026")
    gap = next(gap for gap in report.missing if gap.id == "PL95-I-8")
    assert words.why(gap) == "chưa có số liệu gốc: dân số"


# The working book.


def test_figures_are_numbers_and_the_month_table_is_text(report: Report, tmp_path: Path) -> None:
    workbook = book(report, tmp_path)
    main = rows_of(workbook, "Chỉ tiêu")["HD24-A.V.2"]
    assert (main[7], main[10], main[12], main[14], main[15]) == (85, 75, "chưa đạt", 750, 1000)
    team = rows_of(workbook, "Tổ CNSCĐ", 1)["Tổ 1"]
    assert team[:8] == (1, "Tổ 1", "Tổ dân phố 1", 2, 2, 3, 16, 30)
    month = rows_of(workbook, "Bảng tháng")
    assert month["HD24-A.V.2"][3:] == ("—", "75,0")
    assert month["HD24-A.I.4"][3:] == ("1", "2")
    assert not [
        value
        for row in workbook["Bảng tháng"].iter_rows(min_row=3, values_only=True)
        for value in row
        if value is not None and not isinstance(value, str)
    ]


def test_sheets_can_be_read_and_printed(report: Report, tmp_path: Path) -> None:
    workbook = book(report, tmp_path)
    assert workbook.sheetnames == [
        "Chỉ tiêu", "Chỉ tiêu chung", "Tổ CNSCĐ", "Nội dung", "Địa bàn", "Đơn vị", "Còn thiếu",
        "Bảng tháng",
    ]  # fmt: skip
    for sheet in workbook.worksheets:
        assert sheet.freeze_panes == "C3"
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.print_title_rows == "$2:$2"


@pytest.mark.parametrize("name", ["=1+1", "+84", "-2", "@SUM(A1)", "\t=1"])
def test_text_is_never_a_formula(
    name: str, library: Library, sqlite_url: str, tmp_path: Path
) -> None:
    fill(sqlite_url, seed_of(library, "hai-duong", name))
    report = read(sqlite_url, library, "hai-duong", "2026-11")
    workbook = book(report, tmp_path)
    cell = workbook["Tổ CNSCĐ"].cell(3, 2)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (name, "s", True)
    formulas = [
        cell
        for sheet in workbook.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    ]
    assert formulas == []
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                starts = isinstance(cell.value, str) and cell.value.startswith(tuple("=+-@\t\r"))
                assert bool(cell.quotePrefix) == starts


def test_control_signs_do_not_break_the_files(
    library: Library, sqlite_url: str, tmp_path: Path
) -> None:
    fill(sqlite_url, seed_of(library, "hai-duong", "Tổ\x00 \x0b1\ufffe"))
    report = read(sqlite_url, library, "hai-duong", "2026-11")
    assert "Tổ 1 | 2 | 2 | 3" in joined(word(report, tmp_path))
    assert "Tổ 1" in rows_of(book(report, tmp_path), "Tổ CNSCĐ", 1)


def test_what_no_team_or_area_did_is_in_the_tables(report: Report, tmp_path: Path) -> None:
    workbook = book(report, tmp_path)
    assert rows_of(workbook, "Tổ CNSCĐ", 1)["Không thuộc tổ nào"][5:8] == (1, 7, 22)
    assert rows_of(workbook, "Địa bàn", 1)["Không ghi địa bàn"][3:6] == (1, 7, 22)
    assert rows_of(workbook, "Đơn vị", 1)["Đoàn Thanh niên"][3:6] == (1, 7, 22)
    for sheet, names in (("Tổ CNSCĐ", 5), ("Địa bàn", 3), ("Đơn vị", 3)):
        rows = list(workbook[sheet].iter_rows(min_row=3, values_only=True))
        assert sum(row[names] for row in rows[:-1]) == rows[-1][names] == 5


def test_a_team_that_ended_keeps_its_sessions(
    sqlite_url: str, library: Library, tmp_path: Path
) -> None:
    async def seed(db: AsyncSession) -> None:
        ids: Ids = await log.people(db, library, "hai-duong")
        await log.log(db, "hai-duong", ids)
        ended = update(Team).where(Team.id == ids.teams[1]).values(until=date(2026, 6, 1))
        await db.execute(ended)

    report = read(fill(sqlite_url, seed), library, "hai-duong", "2026-11")
    assert [(team.name, team.row is None) for team in report.teams] == [
        ("Tổ 1", False), ("Tổ 3", False), ("Tổ 2", True), (None, True),
    ]  # fmt: skip
    assert report.register.teams == 2
    assert "3 | Tổ 2 | — | 1 | 1 | 2" in joined(word(report, tmp_path))


def test_members_imported_later_are_no_zero(
    sqlite_url: str, library: Library, tmp_path: Path
) -> None:
    async def seed(db: AsyncSession) -> None:
        await log.people(db, library, "hai-duong")
        await db.execute(update(Member).values(since=NOON))

    report = read(fill(sqlite_url, seed), library, "hai-duong", "2026-10")
    assert report.register == Register(3, None, None)
    text = joined(word(report, tmp_path))
    assert "có 3 Tổ công nghệ số cộng đồng với — thành viên" in text
    assert "1 | Tổ 1 | — | — |" in text


# Words and numbers.


@pytest.mark.parametrize(
    ("value", "percent", "shown"),
    [
        (None, False, "—"), (0, False, "0"), (7, False, "7"), (1234567, False, "1.234.567"),
        (12.5, False, "12,5"), (100.0, False, "100"), (85.0, True, "85,0"), (66.66667, True, "66,7"),
        (12.25, True, "12,3"), (0.125, False, "0,13"), (1234.5, True, "1.234,5"), (10, False, "10"),
    ],
)  # fmt: skip
def test_numbers_are_vietnamese(value: float | None, percent: bool, shown: str) -> None:
    assert numbers.number(value, percent) == shown


@pytest.mark.parametrize(
    ("name", "cut", "shown"),
    [
        ("2026-01", "calendar", "tháng 01 năm 2026"),
        ("2026-03", "15-14", "tháng 3 năm 2026"),
        ("2026-Q4", "15-14", "quý IV năm 2026"),
        ("2026-H1", "calendar", "6 tháng đầu năm 2026"),
        ("2026-H2", "15-14", "6 tháng cuối năm 2026"),
        ("2026-9M", "calendar", "9 tháng đầu năm 2026"),
        ("2026", "15-14", "năm 2026"),
        ("2026-10-03..2026-11-09", "calendar", "từ 03/10/2026 đến 09/11/2026"),
    ],
)
def test_periods_are_named_as_in_documents(name: str, cut: str, shown: str) -> None:
    assert numbers.label(period(name, cut)) == shown


@pytest.mark.parametrize("name", ["2026-Q4", "2026-9M", "2026-H2", "2026-11-01..2026-11-18"])
def test_every_kind_of_period_has_its_files(
    name: str, library: Library, url: str, tmp_path: Path
) -> None:
    report = read(url, library, "hai-duong", name)
    assert numbers.label(report.period) in joined(word(report, tmp_path))
    assert book(report, tmp_path).worksheets


def test_targets_say_how_they_are_met() -> None:
    assert numbers.target(Target(op=">=", value=80)) == "≥ 80"
    assert numbers.target(Target(op=">", value=95)) == "trên 95"
    assert numbers.target(Target(value=1, upto=2)) == "1 - 2"
    assert numbers.target(Target(text="duy trì")) == "duy trì"
    assert numbers.target(None) == "—"


def test_there_are_words_for_every_code() -> None:
    assert set(REASONS) | {"no_estimate", "unclosed"} == set(words.REASONS)
    assert set(ORGS) == set(words.ORGS)
    assert set(GROUPS) == set(words.GROUPS)
    assert set(BASES)
    codes = [code for group in GROUPS.values() for code in group]
    assert sorted(codes) == sorted(TOPICS)
