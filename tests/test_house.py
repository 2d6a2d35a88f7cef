"""The house is in order: catalogs, settings, commands, locks, sizes."""

import ast
import re
import statistics
import subprocess
from pathlib import Path

import pytest

from bot.app import App
from bot.cli import app as cli
from bot.settings import Settings
from content.guide import GUIDES
from content.i18n import LANGUAGES, catalog, translate
from content.library import Library
from content.strings import faults
from handlers.router import CHOICES, COMMANDS
from tests.people import Clock, settings

ROOT = Path(__file__).parent.parent
CODE = [
    path
    for folder in ("bot", "handlers", "content", "store")
    for path in (ROOT / folder).rglob("*.py")
]
CODE = [path for path in CODE if "versions" not in path.parts]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_both_catalogs_are_complete() -> None:
    assert list(faults()) == []


def test_no_message_hides_in_an_f_string() -> None:
    """There it is never extracted, and everybody reads it in English."""
    hidden = [
        f"{path.name}:{call.lineno}"
        for path in CODE
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in ("tr", "N_", "option")
        and any(isinstance(given, ast.Constant) for given in call.args)
    ]
    assert hidden == []


def test_every_setting_is_in_the_example() -> None:
    named = re.findall(r"^([A-Z_]+)=", read(".env.example"), re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


def test_the_example_can_be_used_as_it_is() -> None:
    values = Settings(_env_file=ROOT / ".env.example")
    assert values == Settings(_env_file=None)


@pytest.mark.parametrize("document", ["README.md", "README.vi.md"])
def test_every_chat_command_is_documented(document: str) -> None:
    assert [name for name in COMMANDS if f"/{name}" not in read(document)] == []


def test_every_command_of_the_command_line_is_documented() -> None:
    apps = [cli, *(group.typer_instance for group in cli.registered_groups)]
    names = [
        command.name or command.callback.__name__
        for app in apps
        for command in app.registered_commands
        if command.callback
    ]
    assert len(names) > 12
    assert [name for name in names if f"toso {name}" not in read("README.md")] == []


def test_every_make_target_is_documented() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", read("Makefile"), re.MULTILINE)
    assert targets
    assert [
        name
        for name in targets[1].split()
        if f"make {name}" not in read("README.md") + read("CONTRIBUTING.md")
    ] == []


def test_words_of_commands_are_told_apart() -> None:
    from content.fold import words

    said = [words(word) for name, command in COMMANDS.items() for word in (name, *command.words)]
    assert len(said) == len(set(said))


def test_choice_names_are_short_and_plain() -> None:
    assert all(re.fullmatch(r"[a-z]{1,14}", name) for name in CHOICES)


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_have_hashes_and_no_addresses(lock: str) -> None:
    text = read(lock)
    assert "--hash=sha256:" in text
    assert "http" not in re.sub(
        r"^(httpx?|httpcore|aiohttp|httptools)\S*==", "", text, flags=re.MULTILINE
    ).replace("aiohttp", "").replace("aiohappyeyeballs", "")
    assert "index-url" not in text


def lengths(path: Path) -> list[tuple[str, int]]:
    """Every function of a file with its number of lines."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [
        (f"{path.name}:{node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for node in nodes
        if isinstance(node, functions)
    ]


def test_files_and_functions_stay_small() -> None:
    assert [path.name for path in CODE if path.read_text(encoding="utf-8").count("\n") > 250] == []
    assert [name for path in CODE for name, lines in lengths(path) if lines > 40] == []


def test_functions_are_short_at_the_median() -> None:
    assert statistics.median(lines for path in CODE for _, lines in lengths(path)) <= 9


def test_a_guide_is_one_file() -> None:
    assert {path.suffix for path in GUIDES.rglob("*") if path.is_file()} == {".md"}


def test_jobs_are_few_and_named(sqlite_url: str, library: Library) -> None:
    app = App(settings(sqlite_url), library, Clock())
    fixed = app._jobs.get_jobs()
    assert {job.id for job in fixed} == {
        "send",
        "beat",
        "plan",
        "prune",
        "escalate",
        "gaps",
        "upkeep",
        "refill",
    }


def test_no_tracked_file_names_this_machine() -> None:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if tracked.returncode:
        pytest.skip("not a git checkout")
    home = str(ROOT) + "/"
    found = [
        name
        for name in tracked.stdout.split()
        if name.endswith((".py", ".md", ".toml", ".yaml", ".txt", ".lock")) and home in read(name)
    ]
    assert found == []


def test_invented_languages_leave_nothing_behind() -> None:
    """The language of a refusal comes from the address of the request: anybody's text."""
    catalog.cache_clear()
    for number in range(20):
        assert translate(f"xx{number}", "Send") == "Gửi"
    assert catalog.cache_info().currsize <= len(LANGUAGES)
