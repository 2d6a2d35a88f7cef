"""Fixtures every test may use."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from content import library as content_library
from content.library import Library
from store.db import Store
from store.migrate import migrate
from tests.fakes.postgres import Postgres, postgres_server

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped content, loaded once."""
    loaded = content_library.load()
    assert loaded.finder
    return loaded


_FOLDER = tempfile.TemporaryDirectory(prefix="toso-tests-")


@cache
def prepared() -> Path:
    """A file with the newest tables: every migration runs once, and each test gets a copy."""
    path = Path(_FOLDER.name) / "toso.db"
    asyncio.run(migrated(f"sqlite:///{path}"))
    return path


def sqlite_in(folder: Path | str) -> str:
    """A database with the newest tables and nothing in them, as a file of that folder."""
    shutil.copyfile(prepared(), f"{folder}/toso.db")
    return f"sqlite:///{folder}/toso.db"


async def migrated(url: str) -> None:
    store = Store(url)
    await migrate(store.engine)
    await store.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server, one for the whole run; its new databases have the newest tables."""
    with postgres_server() as server:
        run(migrated(server.new_database("prepared")))
        server.template = "prepared"
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database with the newest tables and nothing in them, once of each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return sqlite_in(tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/empty.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database(template="template1")


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests do not see the settings of whoever runs them."""
    for name in (
        "DATABASE_URL",
        "PORT",
        "HOST",
        "WARD",
        "PUBLIC_URL",
        "TELEGRAM_TOKEN",
        "LOG_LEVEL",
    ):
        monkeypatch.delenv(name, raising=False)


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a scenario to its end, with a limit so that nothing hangs the suite."""
    return asyncio.run(asyncio.wait_for(coroutine, timeout=60))


in_ci = os.environ.get("CI") == "true"
