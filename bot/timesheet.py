"""The timesheet of a campaign as a workbook: member by day, hours, totals. No pay is worked out.

Where teams are paid the claim needs who helped on which day (facts/programme.md, a.5).
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from sqlalchemy.ext.asyncio import AsyncSession

from bot.files import Files, Gone, Made
from bot.report import words
from bot.report.sheets import ANY, COUNT, Column, Row, Value, fill
from content.ward import Ward
from handlers.hours_work import Worked, worked
from store import campaigns, check_ins

TITLE = "BẢNG CHẤM CÔNG HOẠT ĐỘNG"


@dataclass(frozen=True)
class Facts:
    """All that a timesheet says."""

    ward: Ward
    campaign: str
    first: date
    last: date
    people: Sequence[Worked]


async def make(files: Files, parts: Sequence[str]) -> Made:
    """The file of `<asks>/<ward>/<campaign>/<name>`, for who leads campaigns. Gone."""
    asks, ward_id, campaign, filename = parts
    await files.allowed(asks, ward_id, "campaigns")
    ward = files.library.wards[ward_id]
    facts = await files.store.read(lambda db: _facts(db, ward, int(campaign)))
    return Made(filename, await asyncio.to_thread(written, facts))


async def _facts(db: AsyncSession, ward: Ward, campaign_id: int) -> Facts:
    campaign = await campaigns.get(db, campaign_id)
    if campaign is None or campaign.ward_id != ward.id:
        raise Gone(str(campaign_id))
    people = worked(await check_ins.of_campaign(db, campaign_id))
    return Facts(ward, campaign.name, campaign.first, campaign.last, people)


def written(facts: Facts) -> bytes:
    """The workbook. Hours are numbers with two decimals; text is never a formula."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator, book.properties.title = words.committee(facts.ward), TITLE
    days = sorted({day for one in facts.people for day in one.days})
    columns = (
        Column("TT", 5, COUNT),
        Column("Họ và tên", 28),
        *(Column(f"{day:%d/%m}", 8, ANY) for day in days),
        Column("Tổng số giờ", 10, ANY),
        Column("Số ngày", 8, COUNT),
        Column("Ghi chú", 34),
        Column("Ký nhận", 14),
    )
    fill(book.create_sheet("Chấm công"), _title(facts), columns, _rows(facts.people, days))
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _title(facts: Facts) -> str:
    trial = "BẢN THỬ: phường không có thật. " if facts.ward.invented else ""
    span = f"{facts.first:%d/%m/%Y} - {facts.last:%d/%m/%Y}"
    return f"{trial}{TITLE}. {words.committee(facts.ward)}. {facts.campaign} ({span}). Đơn vị: giờ"


def _rows(people: Sequence[Worked], days: Sequence[date]) -> Iterator[Row]:
    for place, one in enumerate(people, 1):
        hours = [_hours(one.days.get(day, 0)) for day in days]
        total = _hours(one.minutes) or 0
        yield Row((place, one.name, *hours, total, len(one.days), _note(one), None))
    sums = [_hours(sum(one.days.get(day, 0) for one in people)) for day in days]
    total = _hours(sum(one.minutes for one in people)) or 0
    count = sum(len(one.days) for one in people)
    yield Row((None, "Tổng cộng", *sums, total, count, None, None), bold=True)


def _hours(minutes: int) -> Value:
    """Hours with two decimals; nothing for a day without any."""
    return round(minutes / 60, 2) if minutes else None


def _note(one: Worked) -> str | None:
    noted = []
    if one.forgotten:
        noted.append(f"{one.forgotten} lần không ghi giờ ra, tính đến hết ca")
    if one.corrected:
        noted.append(f"{one.corrected} lần người phụ trách sửa giờ")
    return "; ".join(noted) or None
