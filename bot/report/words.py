"""The fixed words of a report. It is an administrative document: Vietnamese in any language of the chat."""

from content.bases import BASES
from content.ward import Ward
from handlers.figures import Row
from handlers.report_lines import Line
from handlers.report_missing import Gap

KLASSES = {"measured": "đo từ sổ", "contributes": "góp phần", "entered": "nhập"}
SIDE = "(số hỗ trợ, không phải tỷ lệ chính thức)"
LOG = "Sổ hỗ trợ"
REASONS = {
    "no_log": "chưa ghi nhận gì",
    "no_use": "chưa có ai dùng trợ lý số",
    "no_sends": "trợ lý số chưa gửi gì",
    "no_base": "chưa có số liệu gốc",
    "zero_base": "không có gì để chia",
    "no_value": "chưa nhập số liệu",
    "not_collected": "chương trình chưa thu thập",
    "no_register": "chưa nhập danh sách tổ",
    "no_campaign": "chưa lập chiến dịch nào",
    "no_list": "chưa nhập danh sách tập huấn",
    "no_check_in": "chưa có ai điểm danh ca trực",
    "no_estimate": "chưa nhập ước cả năm",
    "unclosed": "lớp đã qua nhưng chưa kết thúc trên trợ lý, chưa tính vào số liệu",
}
CUTS = {
    "calendar": "kỳ tính theo tháng dương lịch",
    "15-14": "kỳ tính từ ngày 15 tháng trước đến ngày 14 tháng cuối kỳ",
}
GROUPS = {
    "vneid": "VNeID",
    "dvc": "Dịch vụ công trực tuyến",
    "payment": "Thanh toán không dùng tiền mặt",
    "trade": "Thương mại điện tử",
    "signature": "Chữ ký số",
    "health": "Sổ sức khỏe điện tử",
    "safety": "An toàn trên mạng",
    "skills": "Kỹ năng số, Bình dân học vụ số",
    "other": "Nội dung khác",
}
ORGS = {
    "team": "Tổ công nghệ số cộng đồng",
    "youth": "Đoàn Thanh niên",
    "service_centre": "Trung tâm Phục vụ hành chính công",
    "police": "Công an phường",
    "women": "Hội Phụ nữ",
    "farmers": "Hội Nông dân",
    "veterans": "Hội Cựu chiến binh",
    "career": "Trung tâm Dịch vụ sự nghiệp công",
    "school": "Trường học",
    "clinic": "Trạm Y tế",
    "post": "Bưu điện",
    "other": "Đơn vị khác",
}
FEEDBACK = {
    "difficulty": "Khó khăn, vướng mắc",
    "proposal": "Kiến nghị, đề xuất",
    "scam": "Phản ánh lừa đảo",
}
ABOUT = {"session": "Buổi hỗ trợ", "guide": "Hướng dẫn trên trợ lý số"}
NO_TEAM = "Không thuộc tổ nào"
NO_AREA = "Không ghi địa bàn"
NO_OWNER = "(kế hoạch không ghi)"


def reason(code: str, base: str = "") -> str:
    """Why a value is missing, in words; with the base figure's name where that is what is missing."""
    if not code:
        return ""
    return f"{REASONS[code]}: {BASES[base]}" if base else REASONS[code]


def why(gap: Gap) -> str:
    return reason(gap.reason, gap.base)


def committee(ward: Ward) -> str:
    """The body in a sentence: "UBND phường Mẫu"."""
    return f"UBND {ward.name}"


def name_of(line: Line) -> str:
    """A line's name as it is printed; a side count says that it is one."""
    name = f"{line.name[:1].upper()}{line.name[1:]}"
    return f"{name} {SIDE}" if line.kind == "side" else name


def source_of(line: Line) -> str:
    """Where a line's values come from; nothing where it has none."""
    if line.missing:
        return ""
    return LOG if line.measured else (line.entered.source if line.entered else "")


def judged(met: bool | None) -> str:
    return {True: "đạt", False: "chưa đạt", None: ""}[met]


def klass_of(row: Row) -> str:
    return KLASSES[row.indicator.klass]
