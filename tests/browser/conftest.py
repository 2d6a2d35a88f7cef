"""A real Chromium, and the real program for it to visit."""

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from content.library import Library
from tests.fakes.serving import serve
from tests.people import app_with, settings

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = [
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-dev-shm-usage",  # where /dev/shm is small Chromium stands still
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for all these tests; closed before others, which need the event loop it occupies."""
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("no Chromium: .ci/run must install it")
        pytest.skip("no Chromium here; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


@pytest.fixture
def site(library: Library, tmp_path: Path) -> Iterator[str]:
    """The address of the running program, on a fresh database."""
    address: Future[str] = Future()
    loop, done = asyncio.new_event_loop(), asyncio.Event()

    async def program() -> None:
        app = app_with(settings(f"sqlite:///{tmp_path}/toso.db"), library)
        async with serve(app.asgi()) as base:
            address.set_result(base)
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=[program()])
    thread.start()
    yield address.result(timeout=30)
    loop.call_soon_threadsafe(done.set)
    thread.join()
    loop.close()
