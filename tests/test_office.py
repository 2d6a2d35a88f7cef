"""What officers do: closing, recounting, values, files, links, the import page."""

import asyncio
import io
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import openpyxl
import pytest
from sqlalchemy import select

from bot.files import Gone
from bot.spreadsheet import template
from bot.vault import Vault, kept_key
from content.library import Library
from handlers import closing
from handlers.turn import Incoming
from store import periods
from store.figure_models import Audit, BaseFigure, ExternalValue
from store.models import Area
from store.team_models import Member
from tests.conftest import run
from tests.people import Clock
from tests.staff import Office, Somebody, office


async def rows(world: Office, table: Any) -> list[Any]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(table))).all()

    return list(await world.app.store.read(read))


async def logged(world: Office) -> Somebody:
    await world.team("Tổ 1", "Tổ dân phố 1")
    lan = await world.staff("member", "Chị Lan", "Tổ 1")
    await lan.say("log giúp 3 cụ cài vneid hôm qua")
    await lan.press("Lưu")
    return lan


async def recount(world: Office) -> tuple[int, list[closing.Difference]]:
    return await world.app.store.read(lambda db: closing.recount(db, world.app.library))


def test_a_closed_period_is_held_against_the_log(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await logged(world)
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("chốt tháng 11")
            await hoa.press("Chốt")
            await hoa.press("Bản số liệu đã chốt")
            assert hoa.last.attachment
            frozen = json.loads((await world.app.files.make(hoa.last.attachment.name)).data)
            assert frozen["figures"]["K12"][:2] == [1, 3]
            compared, different = await recount(world)
            assert compared > 100
            assert different == []
            await hoa.choose("void:1")
            await hoa.say("người dân báo sai")
            _, different = await recount(world)
            found = {(one.indicator, one.figure): (one.frozen, one.now) for one in different}
            assert found[("K12", "Lượt người được hỗ trợ")] == (3, 0)
            assert "đã chốt rồi" in (await hoa.say("chốt tháng 11")).text
            assert "đã chốt rồi" in (await hoa.say("chốt quý 4")).text  # overlaps
            (closed,) = await world.app.store.read(lambda db: periods.closed(db, "mau"))
            await hoa.choose(f"reopen:{closed.id}")
            assert (await recount(world)) == (0, [])
            await hoa.say("chốt tháng 11")
            await hoa.press("Chốt")
            assert (await recount(world))[1] == []

    run(scenario())


def test_another_ward_changes_no_closed_figure(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await logged(world)
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("chốt tháng 11")
            await hoa.press("Chốt")
            other = await world.staff("member", "Anh Ba", ward="hai-duong")
            await other.say("log giúp 9 cụ cài vneid hôm qua")
            await other.press("Lưu")
            assert (await recount(world))[1] == []

    run(scenario())


@pytest.mark.parametrize(
    ("typed", "value", "num", "den"),
    [("85,5", 85.5, None, None), ("850/1000", None, 850, 1000), ("85%", 85, None, None)],
)
def test_an_official_value_is_kept_with_source_and_person(
    typed: str, value: float | None, num: int | None, den: int | None,
    sqlite_url: str, library: Library,
) -> None:  # fmt: skip
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("/value HD24-A.V.2")
            await hoa.press("Số đã đạt được")
            await hoa.say("tháng 10")
            await hoa.say(typed)
            await hoa.say("Cổng DVCQG")
            await hoa.say("15/11/2026")
            await hoa.press("Lưu")
            (row,) = await rows(world, ExternalValue)
            assert (row.value, row.num, row.den, row.source) == (value, num, den, "Cổng DVCQG")
            assert (row.first.isoformat(), row.last.isoformat()) == ("2026-10-01", "2026-10-31")
            assert (row.source_on.isoformat(), row.member_id) == ("2026-11-15", 1)
            assert "85" in (await hoa.say("chỉ tiêu HD24-A.V.2")).text
            assert [one.action for one in await rows(world, Audit)][-1] == "value"

    run(scenario())


@pytest.mark.parametrize(
    ("question", "typed", "hint"),
    [
        (0, "HD99-X", "không có chỉ tiêu"),
        (0, "K12", "đếm từ sổ"),
        (2, "tháng 13", "Kỳ nào"),
        (2, "12/2027", "Kỳ này chưa bắt đầu"),
        (3, "120", "0 đến 100"),
        (3, "nhiều lắm", "Gõ một số"),
        (3, "5/0", "Gõ một số"),
        (4, "x", "lấy từ đâu"),
        (5, "25/12/2026", "chưa đến"),
    ],
)
def test_a_value_that_cannot_be_is_asked_again(
    question: int, typed: str, hint: str, sqlite_url: str, library: Library
) -> None:
    answers = ["HD24-A.V.2", "Số đã đạt được", "tháng 10", "85", "Cổng DVCQG", "hôm nay"]

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("/value")
            for answer in answers[:question]:
                await hoa.say(answer)
            reply = await hoa.say(typed)
            assert hint.casefold() in reply.text.casefold()
            assert await rows(world, ExternalValue) == []

    run(scenario())


def test_a_base_and_an_estimate_are_kept(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("/base")
            await hoa.press("dân số")
            await hoa.press("2026")
            await hoa.say("51.522")
            await hoa.say("thống kê phường")
            await hoa.say("hôm nay")
            await hoa.press("Lưu")
            (base,) = await rows(world, BaseFigure)
            assert (base.base, base.year, base.value) == ("population", 2026, 51522)
            await hoa.say("/value HD24-A.V.2")
            await hoa.press("Ước cả năm")
            await hoa.say("86")
            await hoa.say("ước của TTPVHCC")
            await hoa.say("hôm nay")
            await hoa.press("Lưu")
            (value,) = await rows(world, ExternalValue)
            assert (value.kind, value.last.isoformat()) == ("estimate", "2026-12-31")

    run(scenario())


def test_the_report_is_a_file_where_files_are_sent_and_a_link_elsewhere(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await logged(world)
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("báo cáo tháng 11")
            await hoa.press("Văn bản (.docx)")
            assert hoa.last.attachment
            made = await world.app.files.make(hoa.last.attachment.name)
            assert made.filename == "bao-cao-mau-2026-11.docx"
            assert made.data[:2] == b"PK"
            link = await without_files(world, hoa, "file:2026-11:calendar:xlsx")
            async with client_of(world) as client:
                answer = await client.get(link)
                assert answer.status_code == 200
                assert "bao-cao-mau-2026-11.xlsx" in answer.headers["content-disposition"]
                assert answer.headers["cache-control"] == "no-store"
                book = openpyxl.load_workbook(io.BytesIO(answer.content))
                assert "Chỉ tiêu" in book.sheetnames
                assert (await client.get(link.replace(link[60:64], "AAAA"))).status_code == 404
                world.clock.forward(minutes=16)
                late = await client.get(link)
                assert late.status_code == 404
                assert "không còn dùng được" in late.text

    run(scenario())


async def without_files(world: Office, person: Somebody, choice: str) -> str:
    """The path of the link somebody gets on a channel that carries no files."""
    incoming = Incoming("terminal", person.address, "f1", chosen=choice)
    web = Incoming("web", person.address, "f1", chosen=choice)
    can = replace(world.app.web.can, files=False)
    answered = await world.app.conversation.converse(
        replace(incoming, channel=web.channel), can, handed_over=True
    )
    assert answered
    found = re.search(r"http\S+?(/l/\S+)", answered.parcel.payload["text"])
    assert found
    return found[1]


def client_of(world: Office) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=world.app.asgi())  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://test")


def test_a_file_is_refused_once_the_role_has_ended(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            boss = await world.staff("administrator", "Bà Quản")
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("báo cáo tháng 11")
            await hoa.press("Văn bản (.docx)")
            assert hoa.last.attachment
            name = hoa.last.attachment.name
            await boss.say("/leave")
            await boss.say("Hoa")
            await boss.press("Có, cho thôi")
            with pytest.raises(Gone):
                await world.app.files.make(name)
            for other in (
                "report/1/hai-duong/2026-11/calendar/x.docx",
                "nothing",
                "",
                "import/1/mau",
            ):
                with pytest.raises(Gone):
                    await world.app.files.make(other)

    run(scenario())


def test_a_period_to_come_has_no_report(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            assert "chưa bắt đầu" in (await hoa.say("/report 2027-03")).text
            with pytest.raises(Gone):
                await world.app.files.make("report/1/mau/2027-03/calendar/x.docx")

    run(scenario())


def test_feedback_is_read_answered_and_exported(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            resident = world.somebody("r")
            await resident.say("/start area_mau_to-dan-pho-1")
            await resident.say("/feedback")
            await resident.press("Kiến nghị")
            await resident.say("=HYPERLINK(1) mở thêm lớp buổi tối")
            await resident.press("Gửi")
            hoa = await world.staff("officer", "Bà Hoa")
            assert "mở thêm lớp" in (await hoa.say("/inbox")).text
            await hoa.press("#1: đã trả lời")
            assert "mở thêm lớp" not in hoa.last.text
            await hoa.press("Tất cả (tệp)")
            assert hoa.last.attachment
            made = await world.app.files.make(hoa.last.attachment.name)
            sheet = openpyxl.load_workbook(io.BytesIO(made.data)).worksheets[0]
            cells = [cell for row in sheet.iter_rows() for cell in row if cell.value]
            (told,) = [cell for cell in cells if "mở thêm lớp" in str(cell.value)]
            assert told.data_type == "s"
            assert "Đã trả lời" in [cell.value for cell in cells]
            foreign = await world.staff("officer", "Bà Xa", ward="hai-duong")
            assert "không còn dùng" in (await foreign.choose("inboxed:1:new")).text

    run(scenario())


# The import page


def filled() -> bytes:
    """The template with two areas, a team and a member."""
    book = openpyxl.load_workbook(io.BytesIO(template()))
    book["Tổ dân phố"].append(["Tổ dân phố 8"])
    book["Tổ công nghệ số"].append(["Tổ số 8", "Tổ dân phố 8", "12/QĐ-UBND", "05/01/2026"])
    book["Thành viên"].append(["Người Thử", "tổ trưởng", "Tổ số 8"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def import_link(person: Somebody) -> str:
    found = re.search(r"(/l/\S+)", (await person.say("/import")).text)
    assert found
    return found[1]


def test_lists_are_imported_after_they_were_shown(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world, client_of(world) as client:
            hoa = await world.staff("officer", "Bà Hoa")
            link = await import_link(hoa)
            page = (await client.get(link)).text
            example = re.search(r'href="(/l/[^"]+)"', page)
            assert example
            assert (await client.get(example[1])).content[:2] == b"PK"
            shown = await client.post(link, files={"file": ("ds.xlsx", filled())})
            assert "Tổ số 8" in shown.text
            assert len(await rows(world, Member)) == 1  # nothing is written yet
            kept = dict(re.findall(r'name="(name|data)" value="([^"]*)"', shown.text))
            done = await client.post(link, files={k: (None, v) for k, v in kept.items()})
            assert "Đã nhập" in done.text
            assert [m.name for m in await rows(world, Member)] == ["Bà Hoa", "Người Thử"]
            again = await client.post(link, files={"file": ("ds.xlsx", filled())})
            assert "Không có gì thay đổi" in again.text
            assert len([a for a in await rows(world, Area) if a.name == "Tổ dân phố 8"]) == 1

    run(scenario())


def test_a_wrong_file_is_explained_and_changes_nothing(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world, client_of(world) as client:
            link = await import_link(await world.staff("officer", "Bà Hoa"))
            for name, data in (("a.xlsx", b"nothing"), ("a.pdf", b"%PDF"), ("a.csv", b"\xff\xfe")):
                answer = await client.post(link, files={"file": (name, data)})
                assert answer.status_code == 200
                assert 'role="status"' in answer.text
            huge = await client.post(link, files={"file": ("a.csv", b"x" * 5_000_000)})
            assert huge.status_code == 413
            odd = await client.post(link, files={"data": (None, "!!"), "name": (None, "<b>.csv")})
            assert "<b>" not in odd.text
            assert len(await rows(world, Member)) == 1

    run(scenario())


def test_a_member_cannot_open_the_import_page(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world, client_of(world) as client:
            lan = await world.staff("member", "Chị Lan")
            forged = world.app.vault.seal("import/1/mau")
            assert (await client.get(f"/l/{forged}")).status_code == 404
            assert "/l/" not in (await lan.say("/import")).text

    run(scenario())


def test_what_is_sealed_opens_only_with_its_key(tmp_path: Path) -> None:
    clock = Clock()
    vault = Vault("a", clock)
    sealed = vault.seal("0912345678")
    assert "0912345678" not in sealed
    assert (vault.unseal(sealed), Vault("b", clock).unseal(sealed)) == ("0912345678", "")
    assert vault.opened(sealed) == "0912345678"
    clock.forward(minutes=15, seconds=2)
    assert vault.opened(sealed) == ""
    assert vault.unseal(sealed) == "0912345678"
    path = tmp_path / "toso.key"
    assert kept_key(path) == kept_key(path)
    assert path.stat().st_mode & 0o077 == 0


def test_a_period_is_closed_once_whoever_presses(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await logged(world)
            officers = [await world.staff("officer", f"Cán bộ {name}") for name in "AB"]
            for one in officers:
                await one.say("chốt tháng 11")
            await asyncio.gather(*(one.press("Chốt") for one in officers))
            assert len(await world.app.store.read(lambda db: periods.closed(db, "mau"))) == 1

    run(scenario())


def test_closing_and_saving_at_once_leaves_no_difference(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            members = [await world.staff("member", f"Thành viên {name}") for name in "ABCDE"]
            hoa = await world.staff("officer", "Bà Hoa")
            for number, member in enumerate(members, 2):
                await member.say(f"log giúp {number} cụ cài vneid hôm qua")
            await hoa.say("chốt tháng 11")
            pressing = [member.press("Lưu") for member in members]
            await asyncio.gather(*pressing[:3], hoa.press("Chốt"), *pressing[3:])
            assert (await recount(world))[1] == []

    run(scenario())


def test_what_comes_after_closing_makes_no_difference(sqlite_url: str, library: Library) -> None:
    """A late confirmation, an older session in an open month: the closed figures stay the same."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await logged(world)
            code = lan.last.text.partition("Mã xác nhận: ")[2][:4]
            hoa = await world.staff("officer", "Bà Hoa")
            for month in ("tháng 10", "tháng 11"):
                await hoa.say(f"chốt {month}")
                await hoa.press("Chốt")
            await world.somebody("r").say(f"xác nhận {code}")
            await lan.say("log giúp 5 cụ cài vneid hôm 20/9")
            await lan.press("Lưu")
            assert (await recount(world))[1] == []

    run(scenario())


def test_closed_periods_are_listed_and_opened_again(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("chốt tháng 10")
            await hoa.press("Chốt")
            assert "/periods" in (await hoa.say("chốt tháng 10")).text
            await hoa.say("/close")
            await hoa.press("Các kỳ đã chốt")
            await hoa.press("Mở lại tháng 10/2026")
            assert await world.app.store.read(lambda db: periods.closed(db, "mau")) == []

    run(scenario())


def test_an_officers_change_of_a_closed_period_says_what_to_do(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await logged(world)
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("chốt tháng 11")
            await hoa.press("Chốt")
            await hoa.choose("void:1")
            assert "nay đã khác" in (await hoa.say("người dân báo sai")).text

    run(scenario())


def test_an_officers_log_sentence_is_no_report(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("báo cáo vừa giúp 3 cụ cài VNeID ở nhà văn hoá hôm nay")
            assert "Lưu" in hoa.labels

    run(scenario())
