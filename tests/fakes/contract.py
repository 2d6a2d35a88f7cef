"""What scenarios of the contract share: how to write one down, and a bot's webhook to post to."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from .clients import Client, Heard, heard
from .telegram import FakeTelegram

Scenario = Callable[[FakeTelegram, Client], Awaitable[None]]
LAN, GROUP = 7, -70
EMOJI = "\N{GRINNING FACE}"


def collecting(scenarios: list[Scenario]) -> Callable[[Scenario], Scenario]:
    def scenario(written: Scenario) -> Scenario:
        scenarios.append(written)
        return written

    return scenario


def refusal(client: Client, words: str) -> "pytest.RaisesExc[Exception]":
    # python-telegram-bot drops the "Bad Request: " and writes what remains with a capital
    return pytest.raises(client.errors.refused, match=f"(?i){re.escape(words)}")


async def poll(client: Client, **options: Any) -> list[Heard]:
    return [heard(update) for update in await client.bot.get_updates(**options)]


class Receiver:
    """Keeps what is posted to it; answers 200, or the `statuses` it was given, in order."""

    def __init__(self, answer: object = None, statuses: tuple[int, ...] = ()) -> None:
        self.updates: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self._answer = answer
        self._statuses = list(statuses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        self.updates.append(await request.json())
        status = self._statuses.pop(0) if self._statuses else 200
        await JSONResponse(self._answer, status)(scope, receive, send)
