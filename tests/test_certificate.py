"""The papers about hours: the certificate as a PDF, the timesheet as a workbook."""

from datetime import date
from io import BytesIO
from typing import Any

import pypdfium2 as pdfium
import pytest
from openpyxl import load_workbook

from bot.certificate import Facts, drawn
from bot.files import Gone, Made
from content.library import Library
from handlers.hours_work import worked
from store.check_ins import Presence
from tests import campaigns
from tests.campaigns import NAME, at
from tests.conftest import run
from tests.staff import WARD, Office, office


async def with_hours(world: Office, name: str = "Nguyễn Thị Lan") -> tuple[int, int, int]:
    """Campaign, leader and a volunteer who was there on two days, once without a check-out."""
    await world.staff("youth_leader", "Chị Mai")
    await world.staff("volunteer", name)
    campaign = await campaigns.campaign(world, "Chị Mai")
    member = await campaigns.volunteer(world, name)
    for day, out in ((18, at(18, 11)), (19, None)):
        shift = await campaigns.shift(world, campaign, at(day, 8), at(day, 11, 30))
        await campaigns.check_in(world, shift, name, at(day, 7, 35), out)
    leader = int(await world.app.store.read(lambda db: campaigns.member(db, "Chị Mai")))
    return campaign, leader, member


def words_of(made: Made) -> str:
    return "\n".join(words_of_page(page) for page in pdfium.PdfDocument(made.data))


def words_of_page(page: Any) -> str:
    return str(page.get_textpage().get_text_range())


def played(scenario: Any, url: str, library: Library) -> None:
    async def whole() -> None:
        async with office(url, library) as world:
            await scenario(world)

    run(whole())


def test_the_certificate_says_whose_hours_and_where(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        campaign, leader, member = await with_hours(world)
        made = await world.app.files.make(f"certificate/{leader}/{WARD}/{campaign}/{member}/x.pdf")
        said = " ".join(words_of(made).split())
        for part in (
            "GIẤY XÁC NHẬN GIỜ TÌNH NGUYỆN", "Bản dự thảo, chỉ có giá trị khi có chữ ký",
            "BẢN THỬ: phường không có thật", "ỦY BAN NHÂN DÂN PHƯỜNG MẪU", "Nguyễn Thị Lan",
            "Chi đoàn TDP 1", NAME, "2 ngày: 18/11/2026, 19/11/2026", "7 giờ 20 phút",
            "07:35 - 11:00", "07:35 - 11:30", "CHỦ TỊCH",
        ):  # fmt: skip
            assert part in said, (part, said)
        assert "không ghi giờ ra" in said
        assert "ngày …… tháng …… năm ……" in said, "no date is invented"

    played(scenario, sqlite_url, library)


def test_where_to_sign_stays_together_however_many_shifts(library: Library) -> None:
    ward = library.wards[WARD]
    parted = 0
    for shifts in range(14, 34, 3):
        there = [presence(number) for number in range(shifts)]
        (work,) = worked(there)
        facts = Facts(ward, NAME, date(2026, 11, 16), date(2026, 11, 30), "", work)
        pages = [words_of_page(page) for page in pdfium.PdfDocument(drawn(facts))]
        assert "ngày ……" in pages[-1]
        assert "(Ký, ghi rõ họ tên, đóng dấu)" in pages[-1]
        parted += len(pages) > 1
    assert parted


def presence(number: int) -> Presence:
    day, start, end = 1 + number // 4, at(1 + number // 4, 8), at(1 + number // 4, 9)
    return Presence(
        id=number, ward_id=WARD, shift_id=number, campaign_id=1, place="Chợ", starts_at=start,
        ends_at=end, member_id=1, person_id=1, name="Lan", org="youth", date=date(2026, 11, day),
        in_at=start, out_at=end, how="code", voided=False, corrected=False,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["certificate", "timesheet"])
def test_papers_about_others_are_for_leaders(kind: str, sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        campaign, leader, member = await with_hours(world)
        await world.staff("volunteer", "Hoa")
        hoa = int(await world.app.store.read(lambda db: campaigns.member(db, "Hoa")))
        rest = f"{campaign}/{member}/x" if kind == "certificate" else f"{campaign}/x"
        await world.app.files.make(f"{kind}/{leader}/{WARD}/{rest}")
        with pytest.raises(Gone):
            await world.app.files.make(f"{kind}/{hoa}/{WARD}/{rest}")

    played(scenario, sqlite_url, library)


def test_the_timesheet_has_hours_by_day_totals_and_notes(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        campaign, leader, _ = await with_hours(world, "=SUM(A1)")
        made = await world.app.files.make(f"timesheet/{leader}/{WARD}/{campaign}/x.xlsx")
        sheet = load_workbook(BytesIO(made.data)).active
        assert sheet is not None
        title, heads, first, total = sheet.iter_rows(min_row=1, max_row=4)
        assert "BẢNG CHẤM CÔNG HOẠT ĐỘNG" in str(title[0].value)
        assert NAME in str(title[0].value)
        assert [one.value for one in heads] == [
            "TT", "Họ và tên", "18/11", "19/11", "Tổng số giờ", "Số ngày", "Ghi chú", "Ký nhận",
        ]  # fmt: skip
        assert [one.value for one in first][2:6] == [3.42, 3.92, 7.33, 2]
        assert (first[1].value, first[1].data_type, first[1].quotePrefix) == ("=SUM(A1)", "s", True)
        assert "1 lần không ghi giờ ra" in str(first[6].value)
        assert [one.value for one in total][:6] == [None, "Tổng cộng", 3.42, 3.92, 7.33, 2]
        setup = sheet.page_setup
        assert (setup.orientation, str(setup.paperSize)) == ("landscape", sheet.PAPERSIZE_A4)

    played(scenario, database_url, library)


def test_the_buttons_bring_the_papers(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        campaign, _, member = await with_hours(world)
        mai, lan = world.somebody("Chị-Mai"), world.somebody("Nguyễn-Thị-Lan")
        mai.numbers = lan.numbers = iter(range(100, 200))
        await mai.choose(f"hours:{campaign}")
        for label in ("Bảng chấm công (.xlsx)", "Giấy xác nhận: Nguyễn Thị Lan"):
            await mai.choose(f"hours:{campaign}")
            attached = (await mai.press(label)).attachment
            assert attached
            assert await world.app.files.make(attached.name)
        await lan.say("giờ công")
        attached = (await lan.press(f"Giấy xác nhận: {NAME}")).attachment
        assert attached
        assert f"/{member}/" in attached.name

    played(scenario, sqlite_url, library)
