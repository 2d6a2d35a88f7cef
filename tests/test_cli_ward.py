"""The commands of a ward, on a database of their own."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from typer.testing import CliRunner, Result

from bot.cli import app
from content.library import Library
from content.period import period
from handlers import closing
from store import periods
from store.db import Store
from store.migrate import migrate
from tests.conftest import run
from tests.people import app_with, settings
from tests.reports import log

WARD, DAYS = "hai-duong", "2026-11"
HERE = ["--ward", WARD, "--period", DAYS]
NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
TEAMS = "Tên tổ;Tổ dân phố/thôn;Số quyết định;Ngày quyết định\n"


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the commands use, not there yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/toso.db")
    monkeypatch.setenv("SECRET_KEY", "a key of nobody")
    return tmp_path / "toso.db"


@pytest.fixture
def filled(database: Path, library: Library) -> Path:
    """The same with a year's log of a ward."""

    async def fill() -> None:
        store = Store(f"sqlite:///{database}")
        await migrate(store.engine)
        ids = await store.write(lambda db: log.people(db, library, WARD))
        await store.write(lambda db: log.log(db, WARD, ids))
        await store.write(lambda db: log.official(db, WARD))
        await store.close()

    run(fill())
    return database


def toso(*args: str, given: str = "", code: int = 0) -> Result:
    """A command that ends with that exit code, and never with a traceback."""
    result = CliRunner().invoke(app, list(args), input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return result


def refused(*args: str, given: str = "") -> str:
    """The one sentence of a command that could not be done."""
    (line,) = toso(*args, given=given, code=1).stderr.splitlines()
    return str(line)


def rows(database: Path, query: str) -> list[Any]:
    with sqlite3.connect(database) as connection:
        return connection.execute(query).fetchall()


# Invitations.


def test_an_invitation_is_a_code_for_a_new_member(database: Path) -> None:
    said = toso("invite", "--name", "Bà Hoa", "--ward", WARD).stdout
    code, rest = said.split("  ")
    assert code.isdigit()
    assert len(code) == 6
    assert rest.startswith("(administrator, phường Hải Dương, ")
    assert rows(database, "SELECT name, role, ward_id FROM member") == [
        ("Bà Hoa", "administrator", WARD)
    ]
    assert rows(database, "SELECT code FROM ticket") == [(code,)]


def test_who_waits_already_is_invited_again(database: Path) -> None:
    invite = ("invite", "--ward", WARD, "--role", "officer", "--name")
    first = toso(*invite, "Bà Hoa").stdout
    second = toso(*invite, "bà  hoa").stdout
    assert rows(database, "SELECT name FROM member") == [("Bà Hoa",)]
    assert rows(database, "SELECT code FROM ticket") == [(second[:6],)]
    assert first[:6] != second[:6]
    toso("invite", "--ward", WARD, "--role", "lead", "--name", "Bà Hoa")
    toso("invite", "--ward", "mau", "--role", "officer", "--name", "Bà Hoa")
    assert rows(database, "SELECT count(*) FROM member") == [(3,)]
    rows(database, "UPDATE member SET until='2026-11-01'")
    toso(*invite, "Bà Hoa")
    assert rows(database, "SELECT count(*) FROM member") == [(4,)]


def test_only_known_roles_are_given(database: Path) -> None:
    said = refused("invite", "--name", "Bà Hoa", "--ward", WARD, "--role", "boss")
    assert said.startswith("there is no role 'boss'; use one of member, lead, volunteer, youth")
    assert refused("invite", "--name", "Bà Hoa", "--ward", "nowhere").startswith("there is no ward")
    assert not database.exists()


# Log sentences.


def parsed(*lines: str, args: Sequence[str] = ()) -> list[Any]:
    result = toso("parse-log", *args, given="".join(f"{line}\n" for line in lines))
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_log_sentences_are_read_one_json_a_line() -> None:
    day = ("--today", "2026-11-20T19:30")
    said = "giúp 3 cụ cài VNeID chiều qua"
    one, other, nothing, two = parsed(
        said,
        json.dumps({"text": said, "today": "2026-03-02"}),
        "thời tiết hôm nay",
        "sáng nay giúp 3 cụ cài VNeID ở chợ, chiều nay hd 2 hộ kd tạo mã qr ngoài chợ",
        args=day,
    )
    assert (one["people"], one["topics"], one["date"]) == (3, ["vneid_tao"], "2026-11-19")
    assert (other["people"], other["date"]) == (3, "2026-03-01")
    assert nothing is None
    assert [session["date"] for session in two] == ["2026-11-20"] * 2


def test_every_line_has_its_answer() -> None:
    assert parsed("", "   ", "null", "[1,2]", "123", "{bad json", "{}") == [None] * 7
    assert parsed("[" * 100_000) == [None]
    (long,) = parsed("giúp 3 cụ cài VNeID ở chợ hôm nay, " * 2_500)
    assert long["topics"] == ["vneid_tao"]


@pytest.mark.parametrize("day", ["xx", "2026-13-01", "20/11/2026", "0001-01-01", "9999-12-31"])
def test_an_unreadable_day_is_said_and_the_run_goes_on(day: str) -> None:
    wrong = json.dumps({"text": "giúp 3 cụ cài VNeID hôm qua", "today": day})
    result = toso("parse-log", given=f"{wrong}\ngiúp 3 cụ cài VNeID\n")
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first is None
    assert second["people"] == 3
    assert result.stderr == f"line 1: '{day}' is no day; write 2026-11-20 or 2026-11-20T19:30\n"
    assert refused("parse-log", "--today", "xx").startswith("'xx' is no day")


# Figures.


def indicators(*args: str) -> dict[str, Any]:
    found = json.loads(toso("indicators", *HERE, "--json", *args).stdout)
    return {one["id"]: one for one in found["indicators"]}


def test_indicators_say_class_official_value_and_reason(filled: Path) -> None:
    found = indicators()
    typed, counted, missing = found["HD01-I.A.6"], found["K12"], found["HD24-A.I.1"]
    assert typed["class"] == "contributes"
    assert typed["official"]["value"] == pytest.approx(96.25, abs=0.06)
    days = typed["official"]["first"], typed["official"]["last"]
    assert days == ("2026-11-01", "2026-11-15")
    assert (counted["class"], counted["official"]) == ("measured", None)
    assert counted["figures"][0]["value"] is not None
    official = missing["official"]
    assert (official["value"], official["reason"]) == (None, "no_value")
    assert (official["first"], official["last"]) == (None, None)
    assert "HD24-A.I.1 " in toso("indicators", *HERE).stdout


def test_words_name_the_days_of_a_value(filled: Path) -> None:
    line = next(
        line
        for line in toso("indicators", *HERE).stdout.splitlines()
        if line.startswith("HD01-I.A.6 ")
    )
    assert line.endswith("96,3% [2026-11-01..2026-11-15]")


def test_an_area_has_figures_of_its_own(filled: Path) -> None:
    assert indicators("--area", "Tổ dân phố 1")["K12"]["figures"] != indicators()["K12"]["figures"]
    said = refused("indicators", *HERE, "--area", "nowhere")
    assert said.startswith(
        "there is no area 'nowhere' in phường Hải Dương; use one of Tổ dân phố 1"
    )


def test_the_rows_behind_a_figure_add_up_to_it(filled: Path) -> None:
    traced = [
        figure
        for name in ("K12", "HD24-A.I.4", "K17")
        for figure in json.loads(toso("trace", name, *HERE, "--json").stdout)
    ]
    sums = {"people": "people", "reached": "people", "attended": "people", "passed": "passed"}
    checked = 0
    for figure in traced:
        measure, sessions = figure["count"], figure["sessions"]
        if sessions is None or figure["unit"] == "%":
            continue
        if measure in sums:
            assert figure["value"] == sum(one[sums[measure]] or 0 for one in sessions), figure
        elif measure in ("sessions", "classes"):
            assert figure["value"] == len(sessions), figure
        checked += measure in sums and figure["value"] > 0
    assert checked
    assert "#" in toso("trace", "K12", *HERE).stdout
    assert "2026-11-05 web news sent: 1240\n" in toso("trace", "K18", *HERE).stdout
    assert refused("trace", "K99", *HERE).startswith("there is no indicator 'K99'")


def test_a_changed_log_is_found_by_the_recount(filled: Path, library: Library) -> None:
    async def close() -> None:
        store = Store(f"sqlite:///{filled}")
        ward, days = library.wards[WARD], period(DAYS)
        frozen = await store.read(lambda db: closing.snapshot(db, library, ward, days, NOW.date()))
        span = (days.first, days.last)
        await store.write(
            lambda db: periods.close(db, WARD, days.id, days.cut, span, dict(frozen), 1, NOW)
        )
        await store.close()

    run(close())
    assert toso("recount").stdout.endswith(" closed figures compared, 0 differ\n")
    rows(filled, "UPDATE support_session SET people=people+1 WHERE date='2026-11-03'")
    said = toso("recount", code=1).stdout
    assert f"{WARD} {DAYS} K" in said
    assert " closed figures compared, 0 differ" not in said


def test_the_report_is_two_files(filled: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    toso("report", *HERE, "--out", str(out))
    names = {path.name for path in out.iterdir()}
    assert names == {f"bao-cao-{WARD}-{DAYS}.docx", f"bao-cao-{WARD}-{DAYS}.xlsx"}
    assert all(path.read_bytes().startswith(b"PK") for path in out.iterdir())
    later = ("--ward", WARD, "--period", "2099-01")
    assert refused("report", *later, "--out", str(out)) == "2099-01 has not begun yet"


def test_a_report_needs_a_folder(filled: Path) -> None:
    assert refused("report", *HERE, "--out", str(filled)).startswith(f"{filled}: ")


def test_deadlines_are_those_of_the_plans() -> None:
    said = toso("deadlines", "--ward", "hung-dao", "--days", "365").stdout
    assert said.startswith("phường Hưng Đạo\n")
    assert "HG178" in said
    assert len(toso("deadlines").stdout.splitlines()) > 4


@pytest.mark.parametrize("days", ["-5", "0", "99999999"])
def test_days_have_an_end(days: str) -> None:
    assert refused("deadlines", "--days", days) == f"--days {days}: use 1 to 3660"


# Lists.


def test_an_import_is_tried_before_it_is_done(database: Path, tmp_path: Path) -> None:
    file = tmp_path / "to.csv"
    file.write_text(f"{TEAMS}Tổ số 9;;12/QĐ-UBND;05/01/2026\n", encoding="utf-8")
    assert "Tổ số 9" in toso("import", str(file), "--ward", WARD).stdout
    assert rows(database, "SELECT name FROM team") == []
    assert "Đã nhập" in toso("import", str(file), "--ward", WARD, "--apply").stdout
    assert rows(database, "SELECT name FROM team") == [("Tổ số 9",)]
    file.write_text(f"{TEAMS}Tổ số 8;;;một hôm nào đó\n", encoding="utf-8")
    toso("import", str(file), "--ward", WARD, "--apply", code=1)
    assert rows(database, "SELECT count(*) FROM team") == [(1,)]
    assert refused("import", "/nonexistent.csv", "--ward", WARD).startswith("/nonexistent.csv: ")


def test_the_template_is_a_spreadsheet(tmp_path: Path) -> None:
    toso("template", str(tmp_path / "mau.xlsx"))
    assert (tmp_path / "mau.xlsx").read_bytes().startswith(b"PK")
    said = toso("import", str(tmp_path / "mau.xlsx"), "--ward", WARD, code=1).stdout
    assert said.startswith("Tệp này không có gì để nhập")  # its rows are examples
    assert refused("template", "/nonexistent/x.xlsx").startswith("/nonexistent/x.xlsx: ")


def test_the_invented_ward_fills_an_empty_database_only(database: Path) -> None:
    toso("invite", "--name", "Bà Hoa", "--ward", "mau")
    assert "members already" in refused("demo")
    assert rows(database, "SELECT count(*) FROM member") == [(1,)]


# The pages behind links.


def test_pages_behind_links_are_kept_by_no_browser(database: Path, library: Library) -> None:
    toso("invite", "--name", "Bà Hoa", "--ward", WARD, "--role", "officer")

    async def scenario() -> None:
        program = app_with(settings(f"sqlite:///{database}"), library)
        await program.prepare()
        link = f"/l/{program.vault.seal(f'import/1/{WARD}')}"
        transport = httpx.ASGITransport(Starlette(routes=program.links.routes))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for path, status in ((link, 200), ("/l/nothing", 404)):
                page = await client.get(path)
                assert (page.status_code, page.headers.get("cache-control")) == (status, "no-store")
        await program.stop()

    run(scenario())
