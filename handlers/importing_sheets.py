"""What lists are imported, and their columns. The words of the files are Vietnamese whatever the language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from content.bases import BASES
from content.fold import words
from content.vocabulary import WORDS
from handlers.rights import LEAD, MEMBER, OFFICER, VOLUNTEER, YOUTH_LEADER
from store.trainees import OFFICIAL, UNION_CORE

AREAS, TEAMS, MEMBERS, VALUES, BASE_FIGURES = "areas", "teams", "members", "values", "bases"
TRAINEES = "trainees"
EXAMPLE = "VD:"
"""How the first cell of a row begins that only shows how it is done."""

Cell = str | int | float | bool | date
"""A percentage of a spreadsheet (0.85 shown as 85%) is the text "85%". Empty cells are left out."""

ROLES = {
    "thành viên": MEMBER,
    "tổ trưởng": LEAD,
    "tình nguyện viên": VOLUNTEER,
    "phụ trách Đoàn": YOUTH_LEADER,
    "cán bộ": OFFICER,
}
"""The roles a file may give. Administrators are not imported."""
TRAINEE_KINDS = {"nòng cốt đoàn thể": UNION_CORE, "cán bộ": OFFICIAL}
ORGS: Mapping[str, str] = {word: code for code, word in WORDS["org"].items()}
YES_NO = {"có": True, "không": False}


@dataclass(frozen=True)
class Row:
    """A row that says something, with its number in the file, and its cells by the code of the column."""

    number: int
    cells: Mapping[str, Cell]


@dataclass(frozen=True)
class Sheet:
    kind: str
    title: str
    rows: tuple[Row, ...]
    ignored: tuple[str, ...] = ()
    """Headings that mean nothing to us; what stands below them is not read."""


@dataclass(frozen=True)
class Column:
    code: str
    label: str
    example: str
    note: str
    required: bool = False
    form: Literal["text", "date", "number"] = "text"
    choices: tuple[str, ...] = ()
    listed_in: str = ""
    """The kind of the sheet whose first column holds the choices."""


@dataclass(frozen=True)
class Kind:
    title: str
    columns: tuple[Column, ...]

    @property
    def required(self) -> frozenset[str]:
        return frozenset(column.code for column in self.columns if column.required)

    def column(self, code: str) -> Column:
        return next(column for column in self.columns if column.code == code)


def folded(label: str) -> str:
    """A heading as it is compared: without accents, signs, and what stands in brackets."""
    return words(label.split("(")[0])


_SOURCE = (
    Column("source", "Nguồn", "Cổng Dịch vụ công", "Số liệu lấy từ đâu", True),
    Column("source_on", "Ngày nguồn", "15/11/2026", "Ngày của nguồn: dd/mm/yyyy", True, "date"),
)

KINDS = {
    AREAS: Kind(
        "Tổ dân phố",
        (Column("name", "Tên", "Tổ dân phố 1", "Tên tổ dân phố hoặc thôn", True),),
    ),
    TEAMS: Kind(
        "Tổ công nghệ số",
        (
            Column("name", "Tên tổ", "Tổ CNSCĐ số 1", "Tên Tổ công nghệ số cộng đồng", True),
            Column(
                "area", "Tổ dân phố/thôn", "Tổ dân phố 1",
                "Đã có, hoặc có ở trang Tổ dân phố", listed_in=AREAS,
            ),
            Column("decision_no", "Số quyết định", "12/QĐ-UBND", "Quyết định thành lập, kiện toàn"),
            Column("decision_on", "Ngày quyết định", "05/01/2026", "dd/mm/yyyy", form="date"),
        ),
    ),
    MEMBERS: Kind(
        "Thành viên",
        (
            Column(
                "name", "Họ tên", "Nguyễn Văn Thử",
                "Không ghi số điện thoại, số căn cước. Trùng tên trong một tổ: ghi thêm để phân biệt",
                True,
            ),
            Column(
                "role", "Vai trò", "thành viên",
                "Chọn trong danh sách. Cán bộ: chỉ quản trị viên nhập được", True, "text", tuple(ROLES),
            ),
            Column(
                "team", "Tổ", "Tổ CNSCĐ số 1",
                "Đã có, hoặc có ở trang Tổ công nghệ số. Cán bộ: để trống", listed_in=TEAMS,
            ),
            Column("org", "Đơn vị", "CNSCĐ", "Chọn trong danh sách", choices=tuple(ORGS)),
            Column("trained_on", "Ngày tập huấn", "20/03/2026", "dd/mm/yyyy", form="date"),
            Column(
                "until", "Ngày thôi", "", "dd/mm/yyyy. Ghi ngày là hết quyền; lịch sử vẫn giữ", form="date"
            ),
        ),
    ),
    TRAINEES: Kind(
        "Danh sách tập huấn",
        (
            Column(
                "name", "Họ tên", "Trần Thị Thử",
                "Không ghi số điện thoại, số căn cước. Trùng tên: ghi Chi hội/phòng khác nhau", True,
            ),
            Column(
                "kind", "Nhóm", "nòng cốt đoàn thể", "Chọn trong danh sách", True, "text",
                tuple(TRAINEE_KINDS),
            ),
            Column(
                "org", "Đơn vị đoàn thể", "HPN", "Cần ghi cho nòng cốt đoàn thể", choices=tuple(ORGS),
            ),
            Column("unit", "Chi hội/phòng", "Chi hội TDP 1", "Chi hội, chi đoàn hoặc phòng ban"),
            Column("until", "Ngày thôi", "", "dd/mm/yyyy. Lớp đã dự vẫn được tính", form="date"),
        ),
    ),
    VALUES: Kind(
        "Số liệu",
        (
            Column("indicator", "Mã chỉ tiêu", "K01", "Mã trong kế hoạch của phường hoặc bộ chung", True),
            Column(
                "period", "Kỳ", "tháng 10/2026",
                "tháng 11/2026, quý IV/2026, 6 tháng đầu năm 2026, năm 2026", True,
            ),
            Column("value", "Giá trị", "", "Hoặc ô này, hoặc Tử số, Mẫu số, hoặc Nội dung", form="number"),
            Column("num", "Tử số", "850", "", form="number"),
            Column("den", "Mẫu số", "1.000", "Lớn hơn 0", form="number"),
            Column("text", "Nội dung", "", "Khi kết quả là chữ"),
            Column(
                "estimate", "Ước cả năm (có/không)", "không",
                "có: số ước của cả năm; Kỳ là một năm", choices=tuple(YES_NO),
            ),
            *_SOURCE,
        ),
    ),
    BASE_FIGURES: Kind(
        "Mẫu số",
        (
            Column("base", "Mẫu số", "dân số", "Chọn trong danh sách", True, "text", tuple(BASES.values())),
            Column("year", "Năm", "2026", "", True, "number"),
            Column("value", "Giá trị", "12.345", "Số nguyên", True, "number"),
            *_SOURCE,
        ),
    ),
}  # fmt: skip

NOTES = "Hướng dẫn"
"""The sheet of explanations; it is not imported."""
RULES = (
    "Dòng có ô đầu bắt đầu bằng “VD:” là ví dụ, không được nhập. Xóa hoặc để nguyên đều được.",
    "Ô để trống: giữ nguyên điều đã có. Người không có trong tệp: giữ nguyên, không bị cho thôi.",
    "Nhập lại cùng một tệp: không có gì thay đổi. Còn một dòng lỗi: chưa lưu gì cả.",
    "Ngày: dd/mm/yyyy, không ở tương lai. Số: dấu phẩy thập phân, dấu chấm hàng nghìn (1.234,5).",
    "Ô không được bắt đầu bằng = + - @. Chữ trong một ô: nhiều nhất 200 ký tự.",
)
