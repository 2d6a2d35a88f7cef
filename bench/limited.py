"""A Bot API with Telegram's limits, in a process of its own: who is measured does not slow it down."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from random import Random

from bench.crash_telegram import OVERALL, WholeSeconds
from bench.wire import ME, MESSAGE
from tests.fakes.serving import serve
from tests.fakes.telegram_http import ApiError, Params, Reply, accepted, endpoint, refused

SEED = 20261120
HALF_WAY = 0.0025, 0.02
"""Seconds to the server, and as many back: 5 to 40 ms in all. A message counts in between."""


@dataclass
class Account:
    """What a server saw. Times are seconds of its own clock."""

    began: float = 0.0
    """When the first message was on its way."""
    ended: float = 0.0
    """When the last one was accepted."""
    refused: int = 0
    """Answers 429."""
    arrived: dict[str, int] = field(default_factory=dict)
    """Accepted messages of each chat."""

    @property
    def seconds(self) -> float:
        return self.ended - self.began


class LimitedApi:
    """Accepts at most 30 messages in any sliding second, one a second to each chat."""

    def __init__(self) -> None:
        self.account = Account()
        self._chance = Random(SEED)
        self._limits = WholeSeconds()

    async def perform(self, token: str, method: str, params: Params) -> Reply:
        if method.lower() != "sendmessage":
            return accepted(ME if method.lower() == "getme" else True)
        self.account.began = self.account.began or time.monotonic()
        await asyncio.sleep(self._chance.uniform(*HALF_WAY))
        reply = self._judged(str(params["chat_id"]))
        await asyncio.sleep(self._chance.uniform(*HALF_WAY))
        return reply

    def _judged(self, chat: str) -> Reply:
        try:
            self._limits.spend(chat)
        except ApiError as error:
            self.account.refused += 1
            return refused(error)
        self.account.ended = time.monotonic()
        self.account.arrived[chat] = self.account.arrived.get(chat, 0) + 1
        return accepted(MESSAGE)


class Running:
    """A server at work."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        assert process.stdout
        self.url = process.stdout.readline().strip()

    def account(self) -> Account:
        """What it saw. Ends it."""
        told, _ = self._process.communicate()
        return Account(**json.loads(told))


@contextmanager
def limited_api() -> Iterator[Running]:
    command = [sys.executable, "-m", "bench.limited"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Running(process)
        finally:
            process.kill()


async def main() -> None:
    """Serve until the input ends: first the address is printed, at the end the account."""
    api = LimitedApi()
    async with serve(endpoint(api.perform)) as url:
        print(url, flush=True)
        await asyncio.to_thread(sys.stdin.read)
    print(json.dumps(asdict(api.account)))


def ideal(messages: int) -> float:
    """Seconds below which nobody can send so many: the first are free, then 30 a second."""
    return (messages - OVERALL) / OVERALL


if __name__ == "__main__":
    asyncio.run(main())
