"""The certificate of somebody's hours in a campaign: a draft to be signed, as a PDF of one page or more.

It is Vietnamese in any language of the chat, in the form of Nghị định 30/2020 (facts/programme.md, d.1).
Number and date are left to who signs.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from sqlalchemy.ext.asyncio import AsyncSession

from bot.files import Files, Gone, Made
from bot.pdf import FONT, page
from content.i18n import DEFAULT, translate
from content.ward import Letterhead, Ward
from handlers.hours_words import lasting, marks
from handlers.hours_work import Worked, worked
from handlers.turn import WARD_ZONE
from store import campaigns, check_ins, volunteers
from store.check_ins import Presence

HALF = 85.0
"""Half the width between the margins, in millimetres."""
LOWEST = 215.0
"""Where the signature may begin at the lowest, so that it and the room to sign fit on the page."""
DOTS = "……"


@dataclass(frozen=True)
class Facts:
    """All that a certificate says."""

    ward: Ward
    campaign: str
    first: date
    last: date
    branch: str
    """Empty when it is not known."""
    work: Worked


async def make(files: Files, parts: Sequence[str]) -> Made:
    """The file of `<asks>/<ward>/<campaign>/<member>/<name>`: one's own, or of anybody for leaders. Gone."""
    asks, ward_id, campaign, member, filename = parts
    await files.allowed(asks, ward_id, "shifts" if asks == member else "campaigns")
    ward = files.library.wards[ward_id]
    facts = await files.store.read(lambda db: _facts(db, ward, int(campaign), int(member)))
    return Made(filename, await asyncio.to_thread(drawn, facts))


async def _facts(db: AsyncSession, ward: Ward, campaign_id: int, member_id: int) -> Facts:
    campaign = await campaigns.get(db, campaign_id)
    there = await check_ins.of_campaign(db, campaign_id, member_id)
    if campaign is None or campaign.ward_id != ward.id or not there:
        raise Gone(str(campaign_id))
    told = await volunteers.get(db, member_id)
    branch = told.told.branch if told else ""
    (work,) = worked(there)
    return Facts(ward, campaign.name, campaign.first, campaign.last, branch, work)


def drawn(facts: Facts) -> bytes:
    """The pages."""
    pdf = page()
    pdf.set_title("Giấy xác nhận giờ tình nguyện")
    _head(pdf, facts.ward)
    _title(pdf, facts.ward)
    _body(pdf, facts)
    _shifts(pdf, facts.work.there)
    _signature(pdf, facts.ward.letterhead)
    return bytes(pdf.output())


def _head(pdf: FPDF, ward: Ward) -> None:
    """The body on the left, country and motto on the right."""
    letterhead = ward.letterhead
    superior = letterhead.superior if letterhead else ""
    left = [superior, letterhead.body if letterhead else ward.name.upper()]
    right = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    top = pdf.get_y()
    _block(pdf, pdf.l_margin, [one for one in left if one], ["B"] * 2, 9.5)
    reached = pdf.get_y()
    pdf.set_y(top)
    _block(pdf, pdf.l_margin + HALF, right, ["B", "B"], 9.5)
    pdf.set_y(max(reached, pdf.get_y()) + 10)


def _block(
    pdf: FPDF, left: float, lines: Sequence[str], styles: Sequence[str], size: float
) -> None:
    """Centred lines in one half of the page."""
    for line, style in zip(lines, styles, strict=False):
        pdf.set_font(FONT, style, size)
        pdf.set_x(left)
        pdf.multi_cell(HALF, size / 2, line, align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _title(pdf: FPDF, ward: Ward) -> None:
    pdf.set_font(FONT, "B", 16)
    _line(pdf, "GIẤY XÁC NHẬN GIỜ TÌNH NGUYỆN", 9, "C")
    pdf.set_font(FONT, "", 10)
    _line(pdf, "Bản dự thảo, chỉ có giá trị khi có chữ ký", 6, "C")
    if ward.invented:
        _line(pdf, "BẢN THỬ: phường không có thật", 6, "C")
    pdf.ln(5)


def _line(pdf: FPDF, text: str, height: float, align: str = "L") -> None:
    pdf.multi_cell(0, height, text, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _body(pdf: FPDF, facts: Facts) -> None:
    work, spoken = facts.work, _days(sorted(facts.work.days))
    rows = [
        ("Họ và tên", work.name),
        ("Chi đoàn, đơn vị", facts.branch or DOTS * 6),
        ("Chiến dịch", f"{facts.campaign} ({facts.first:%d/%m/%Y} - {facts.last:%d/%m/%Y})"),
        ("Đã tham gia", f"{len(work.days)} ngày: {spoken}"),
        ("Tổng thời gian", _long(work.minutes)),
    ]
    for label, value in rows:
        pdf.set_font(FONT, "", 11)
        pdf.cell(42, 7, f"{label}:")
        pdf.set_font(FONT, "B", 11)
        _line(pdf, value, 7)
    pdf.ln(3)


def _days(days: Sequence[date]) -> str:
    """ "21/11/2026, 22/11/2026"."""
    return ", ".join(f"{day:%d/%m/%Y}" for day in days)


def _long(minutes: int) -> str:
    return lasting(_vi, minutes)


def _vi(message: str, **values: object) -> str:
    return translate(DEFAULT, message, **values)


_HEADS = ("TT", "Ngày", "Giờ vào - giờ ra", "Thời gian", "Nơi giúp", "Ghi chú")
_WIDTHS = (9, 23, 28, 27, 45, 38)


def _shifts(pdf: FPDF, there: Sequence[Presence]) -> None:
    """Every time they were there. Together these may be longer than the total: no minute counts twice."""
    pdf.set_font(FONT, "", 9)
    with pdf.table(col_widths=_WIDTHS, line_height=5, text_align="LEFT", padding=1) as table:
        table.row(_HEADS)
        for number, one in enumerate(there, 1):
            start, end = (moment.astimezone(WARD_ZONE) for moment in one.span)
            minutes = (end - start).total_seconds() // 60
            times = f"{start:%H:%M} - {end:%H:%M}"
            cells = f"{start:%d/%m/%Y}", times, _long(int(minutes)), one.place, marks(_vi, one)
            table.row((str(number), *cells))
    pdf.ln(8)


def _signature(pdf: FPDF, letterhead: Letterhead | None) -> None:
    """Place and date to be filled in, who signs, and room to do so; never parted by the end of a page."""
    if pdf.get_y() > LOWEST:
        pdf.add_page()
    place = letterhead.place if letterhead else DOTS * 2
    lines = letterhead.signature.lines if letterhead else ["NGƯỜI XÁC NHẬN"]
    left = pdf.l_margin + HALF
    _block(pdf, left, [f"{place}, ngày {DOTS} tháng {DOTS} năm {DOTS}"], [""], 10.5)
    _block(pdf, left, lines, ["B"] * len(lines), 10.5)
    _block(pdf, left, ["(Ký, ghi rõ họ tên, đóng dấu)"], [""], 9)
    if letterhead and letterhead.signature.name:
        pdf.ln(28)
        _block(pdf, left, [letterhead.signature.name], ["B"], 10.5)
