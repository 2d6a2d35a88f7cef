"""Fixtures every test may use."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from content import library as content_library
from content.library import Library
from tests.fakes.postgres import Postgres, postgres_server

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@pytest.fixture(scope="session")
def library() -> Library:
    """The shipped content, loaded once."""
    loaded = content_library.load()
    assert loaded.finder
    return loaded


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server, one for the whole run."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/toso.db"
    server: Postgres = request.getfixturevalue("postgres")
    return server.new_database()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/toso.db"


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
