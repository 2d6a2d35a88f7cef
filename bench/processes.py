"""Programs under measurement run as processes of their own."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from bench.rivals import TOKEN


@dataclass(frozen=True)
class Program:
    pid: int
    url: str
    started_in: float
    """Seconds from the start of the process until it answered."""

    def memory(self) -> float:
        """Megabytes of memory in use."""
        with open(f"/proc/{self.pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


@asynccontextmanager
async def ours(telegram_api: str | None = None) -> AsyncIterator[Program]:
    """`toso run` on a fresh SQLite file; with Telegram by webhook when there is a Bot API."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        given = {"DATABASE_URL": f"sqlite:///{folder}/toso.db", "PORT": str(port)}
        given |= {"RATE_LIMIT": "1000000/minute", "LOG_LEVEL": "ERROR"}
        if telegram_api:
            given |= {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": telegram_api}
            given |= {"PUBLIC_URL": f"http://127.0.0.1:{port}"}
        async with _process([sys.executable, "-m", "bot", "run"], port, given) as program:
            yield program


@asynccontextmanager
async def rival(kind: str, telegram_api: str) -> AsyncIterator[Program]:
    """A bot of bench/rivals.py."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "bench.rivals",
            kind,
            str(port),
            telegram_api,
            f"{folder}/x.db",
        ]
        async with _process(command, port, {}) as program:
            yield program


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def _process(command: list[str], port: int, given: dict[str, str]) -> AsyncIterator[Program]:
    url = f"http://127.0.0.1:{port}"
    began = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **given}, stderr=subprocess.DEVNULL)
    try:
        await _answering(url, process)
        yield Program(process.pid, url, time.perf_counter() - began)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 20)  # servers of this process still answer it


async def _answering(url: str, process: "subprocess.Popen[bytes]") -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError(f"ended with {process.returncode}")
            try:
                if (await client.get(f"{url}/healthz")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.05)
    raise RuntimeError("did not start")
