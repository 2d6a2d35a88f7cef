"""The command line, as an operator and as a measuring program use it."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.settings import WrongSetting, load
from content.i18n import catalog
from content.library import Library

run_cli = CliRunner().invoke


def test_guides_are_listed(library: Library) -> None:
    assert json.loads(run_cli(app, ["guides", "--json"]).stdout) == list(library.guides)
    assert "vneid-install" in run_cli(app, ["guides"]).stdout


def test_questions_are_answered_one_json_a_line() -> None:
    questions = ["cài vneid", "thời tiết hôm nay", "", "bảo hiểm", 'một "dấu" \\ khác']
    result = run_cli(app, ["ask", "--json"], input="\n".join(questions) + "\n")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["q"] for row in rows] == questions
    assert rows[0]["answer"] == rows[0]["candidates"][0]["id"] == "vneid-install"
    weather = {"q": "thời tiết hôm nay", "kind": "nothing", "answer": None, "candidates": []}
    assert rows[1] == weather
    assert rows[2]["answer"] is None
    assert [row["kind"] for row in rows[:4]] == ["opens", "nothing", "nothing", "asks"]
    assert all(len(row["candidates"]) <= 3 for row in rows if row["kind"] != "asks")
    assert all(set(one) == {"id", "score"} for row in rows for one in row["candidates"])


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("cài vneid", "opens: vneid-install"),
        ("bảo hiểm", "asks:"),
        ("đá bóng tối nay", "finds nothing"),
    ],
)
def test_a_question_is_answered_in_words(question: str, said: str) -> None:
    assert run_cli(app, ["ask", question]).stdout.startswith(said)


WRONG = [
    ({"PORT": "99999"}, "PORT: "),
    ({"PORT": "abc"}, "PORT: "),
    ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL: "),
    ({"DATABASE_URL": "nonsense"}, "DATABASE_URL: "),
    ({"PUBLIC_URL": "not a url"}, "PUBLIC_URL: "),
    ({"RATE_LIMIT": "many"}, "RATE_LIMIT: "),
    ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL: "),
    ({"WARD": "nowhere"}, "WARD: there is no ward 'nowhere'"),
]


@pytest.mark.parametrize(("environment", "said"), WRONG, ids=[str(case[0]) for case in WRONG])
def test_a_wrong_setting_stops_the_start_and_is_named(
    environment: dict[str, str], said: str
) -> None:
    result = run_cli(app, ["run"], env=environment)
    assert result.exit_code == 1
    assert said in result.output
    assert "Traceback" not in result.output


def test_several_wrong_settings_are_named_together() -> None:
    with pytest.raises(WrongSetting) as raised:
        load(_env_file=None, port=0, log_level="x")
    assert "PORT: " in str(raised.value)
    assert "LOG_LEVEL: " in str(raised.value)


def test_the_token_does_not_show_in_settings() -> None:
    assert "hidden" not in repr(load(_env_file=None, telegram_token="42:hidden"))


def test_a_terminal_talk_from_a_fresh_folder(tmp_path: Path) -> None:
    talk = subprocess.run(
        [sys.executable, "-m", "bot", "talk"],
        input="cài vneid\n1\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
        env={"PATH": "", "DATABASE_URL": f"sqlite:///{tmp_path}/t.db"},
    )
    assert "Cài ứng dụng VNeID" in talk.stdout
    assert "Bước 1/" in talk.stdout


BAD_STARTS = [
    ({"TELEGRAM_TOKEN": "nonsense"}, "TELEGRAM_TOKEN: this is no bot token"),
    ({"DATABASE_URL": "sqlite:////nowhere/at/all/x.db"}, "cannot be used"),
    ({"DATABASE_URL": "postgresql://u:secret@127.0.0.1:9/x"}, "cannot be used"),
    ({"RATE_LIMIT": "0/minute"}, "RATE_LIMIT: "),
]


@pytest.mark.parametrize(
    ("environment", "said"), BAD_STARTS, ids=[str(case[1]) for case in BAD_STARTS]
)
def test_a_bad_start_is_a_sentence(environment: dict[str, str], said: str, tmp_path: Path) -> None:
    given = {"DATABASE_URL": f"sqlite:///{tmp_path}/x.db", **environment}
    result = run_cli(app, ["run"], env=given)
    assert result.exit_code == 1
    assert said in result.output
    assert "secret" not in result.output
    assert "Traceback" not in result.output


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("not a database at all" * 100)
    result = run_cli(app, ["run"], env={"DATABASE_URL": f"sqlite:///{tmp_path}/x.db"})
    assert result.exit_code == 1
    assert "cannot be used" in result.output


def test_a_newer_database_is_said(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    result = run_cli(app, ["run"], env={"DATABASE_URL": f"sqlite:///{tmp_path}/x.db"})
    assert result.exit_code == 1
    assert "newer version" in result.output


def test_a_missing_catalog_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("content.i18n.LOCALES", tmp_path)
    catalog.cache_clear()
    result = run_cli(app, ["check"])
    catalog.cache_clear()
    assert result.exit_code == 1
    assert "make strings" in result.output
