"""The Telegram of `make crash`: the fake of the tests, with real time, limits and the delays of a network."""

import asyncio
import math
import time
from collections import Counter
from contextvars import ContextVar
from dataclasses import dataclass
from random import Random

from starlette.types import Receive, Scope, Send

from tests.fakes.telegram import TOKEN, FakeTelegram
from tests.fakes.telegram_faults import Limits
from tests.fakes.telegram_http import ApiError, Params, Reply, too_many

OVERALL, PER_CHAT = 30, 1
DELAY = 0.01, 0.11
"""Seconds on the way to Telegram, and as many on the way back."""

_LIFE: ContextVar[int] = ContextVar("life", default=0)
"""Which start of a program the request under way came from."""


@dataclass(frozen=True)
class Arrival:
    """A message that a person got."""

    address: str
    text: str
    at: float
    life: int


class WholeSeconds(Limits):
    """Sliding limits on a clock with fractions; Telegram says whole seconds to wait."""

    def __init__(self) -> None:
        super().__init__(OVERALL, PER_CHAT, time.monotonic)  # type: ignore[arg-type]

    def spend(self, chat_id: object) -> None:
        try:
            super().spend(chat_id)
        except ApiError as error:
            raise too_many(math.ceil(error.retry_after or 1)) from None


class CrashTelegram(FakeTelegram):
    """Keeps what arrived when. A request whose sender died on its way may be lost or may have arrived."""

    def __init__(self, chance: Random, first: int, known: int) -> None:
        """`known`: so many people, from the address `first` on, have written to the bot before."""
        super().__init__(TOKEN, lambda: int(time.time()))
        for number in range(known):
            self.meet(str(first + number))
        self._limits = WholeSeconds()
        self._chance = chance
        self._came: Counter[str] = Counter()
        self._news: dict[str, asyncio.Event] = {}
        self.arrivals: list[Arrival] = []
        self.refused: Counter[int] = Counter()
        """Refusals by their code."""
        self.first_call: dict[int, float] = {}
        """When each start of a program first said something, and first sent a message."""
        self.first_send: dict[int, float] = {}
        self.asked: dict[tuple[str, str], int] = {}
        """Which start of a program was the last to send somebody this text, arrived or not."""
        self._called_first = asyncio.Event()

    def meet(self, address: str) -> None:
        """Somebody who may be written to."""
        self._world.private(int(address))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The API under an address for each start of a program: `/12/bot<token>/<method>`."""
        if scope["type"] == "http":
            number, _, method = scope["path"].removeprefix("/").partition("/")
            _LIFE.set(int(number))
            self.first_call.setdefault(int(number), time.time())
            self._called_first.set()
            scope = {**scope, "path": f"/{method}"}
            await self.app(scope, receive, send)

    async def up(self, life: int) -> None:
        """Wait until a start of a program has said something."""
        while life not in self.first_call:
            self._called_first.clear()
            await self._called_first.wait()

    def came(self, address: str) -> int:
        """How many messages somebody got."""
        return self._came[address]

    async def more_than(self, address: str, number: int) -> None:
        """Wait until somebody has got more messages than that."""
        event = self._news.setdefault(address, asyncio.Event())
        while self._came[address] <= number:
            event.clear()
            await event.wait()

    async def _execute(self, method: str, params: Params) -> Reply:
        if method.lower() != "sendmessage":
            return await super()._execute(method, params)
        self.first_send.setdefault(_LIFE.get(), time.time())
        self.asked[str(params["chat_id"]), params["text"].strip()] = _LIFE.get()
        await asyncio.sleep(self._chance.uniform(*DELAY))
        reply = await super()._execute(method, params)
        self._note(reply, params)
        await asyncio.sleep(self._chance.uniform(*DELAY))
        return reply

    def _note(self, reply: Reply, params: Params) -> None:
        if reply.status != 200:
            self.refused[reply.status] += 1
            return
        address = str(params["chat_id"])
        self.arrivals.append(Arrival(address, params["text"].strip(), time.time(), _LIFE.get()))
        self._came[address] += 1
        if event := self._news.get(address):
            event.set()
