"""The processes that `make crash` starts and kills, and nobody else's."""

import asyncio
import json
import os
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Any

from tests.fakes.telegram import TOKEN

ROOT = Path(__file__).parent.parent
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""A process with threads must not be forked."""
LOG = "log"

Exec = Callable[..., Coroutine[Any, Any, Process]]


@dataclass
class Life:
    """One start of a program, and its end."""

    number: int
    port: int
    pid: int
    cold: bool
    """Begun by exec, like any command; the others are forks of a warm process."""
    began: float
    ended: float | None = None
    killed: bool = False
    """Ended by the benchmark while it was measured."""
    broke: bool = False
    """It had ended by itself before that."""


class Programs:
    """One program for each port, all on one database and one Telegram."""

    def __init__(self, nurse: Process, start: Exec, given: dict[str, str], api: str) -> None:
        self._nurse = nurse
        self._exec = start
        self._given = given
        self._api = api
        self._cold: dict[int, Process] = {}
        self._orders = asyncio.Lock()
        self.lives: list[Life] = []

    async def start(self, port: int, cold: bool = False, ahead: float = 0) -> Life:
        """Start the program of a port. Its Telegram knows it by its number."""
        number = len(self.lives) + 1
        own = {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
        environment = {**self._given, **own, "TELEGRAM_API_URL": f"{self._api}/{number}"}
        began = time.time()
        if cold:
            process = await self._exec(environment)
            self._cold[number], pid = process, process.pid
        else:
            pid = await self._order({"start": environment, "ahead": ahead})
        life = Life(number, port, pid, cold, began)
        self.lives.append(life)
        return life

    async def kill(self, life: Life) -> None:
        """SIGKILL, and wait until it is gone."""
        if cold := self._cold.pop(life.number, None):
            life.broke = cold.returncode is not None
            if not life.broke:
                cold.kill()
            await cold.wait()
        else:
            life.broke = await self._order({"kill": life.pid}) != signal.SIGKILL
        life.ended = time.time()

    async def end(self) -> None:
        """Kill what still runs."""
        for life in self.lives:
            if life.ended is None:
                await self.kill(life)

    async def _order(self, order: dict[str, Any]) -> int:
        assert self._nurse.stdin
        assert self._nurse.stdout
        async with self._orders:
            self._nurse.stdin.write(json.dumps(order).encode() + b"\n")
            return int(await self._nurse.stdout.readline())


@asynccontextmanager
async def programs(database_url: str, api: str, folder: Path) -> AsyncIterator[Programs]:
    """Ready to start programs; whatever still runs at the end is killed. They write `folder`/log."""
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **ONE_THREAD}
    given |= {"DATABASE_URL": database_url, "TELEGRAM_TOKEN": TOKEN, "LOG_LEVEL": "WARNING"}
    with (folder / LOG).open("ab") as log:
        start = partial(_exec, folder, log)
        nurse = await start(given, "nurse", stdin=PIPE, stdout=PIPE)
        assert nurse.stdin
        assert nurse.stdout
        started = Programs(nurse, start, given, api)
        try:
            if not await nurse.stdout.readline():  # else it has loaded everything
                raise RuntimeError(f"the nurse ended: see {folder / LOG}")
            yield started
        finally:
            await started.end()
            nurse.stdin.close()  # the nurse ends with its orders
            await nurse.wait()


async def _exec(
    folder: Path,
    log: IO[bytes],
    environment: dict[str, str],
    *arguments: str,
    stdin: int = DEVNULL,
    stdout: int = DEVNULL,
) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.crash_program", *arguments,
        stdin=stdin, stdout=stdout, stderr=log, cwd=folder, env=environment,
    )  # fmt: skip
