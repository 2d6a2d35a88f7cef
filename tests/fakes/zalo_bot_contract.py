"""A stage for the fake Zalo Bot platform: served, with a bot's webhook beside it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from .serving import serve
from .zalo_bot import FakeZaloBot
from .zalo_faults import Json

TOKEN = "1459000000000000123:secret-of-nobody"
SECRET = "mot-chuoi-bi-mat-32-ky-tu-abcdef"


class Clock:
    now = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class Hook:
    """The bot's side: keeps what is posted to it and answers with `status`."""

    url: str = ""
    status: int = 200
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        request = Request(scope, receive)
        self.got.append((dict(request.headers), await request.body()))
        await Response(status_code=self.status)(scope, receive, send)


@dataclass
class Stage:
    fake: FakeZaloBot
    http: httpx.AsyncClient
    base: str
    hook: Hook
    clock: Clock
    status: int = 0

    async def call(self, method: str, **params: Any) -> Json:
        """The answer to a method; its HTTP status is kept beside."""
        response = await self.http.post(method, json=params)
        self.status = response.status_code
        told: Json = response.json()
        return told

    async def set_webhook(self) -> Json:
        return await self.call("setWebhook", url=self.hook.url, secret_token=SECRET)

    async def passes(self, **time: float) -> None:
        self.clock.forward(**time)
        await self.fake.tick()


@asynccontextmanager
async def stage(**options: Any) -> AsyncIterator[Stage]:
    clock, hook = Clock(), Hook()
    fake = FakeZaloBot(TOKEN, clock, **options)
    async with serve(fake.app) as base, serve(hook) as hook.url:
        url = f"{base}/bot{TOKEN}/"
        async with httpx.AsyncClient(base_url=url, trust_env=False, verify=False) as http:
            yield Stage(fake, http, base, hook, clock)


Scenario: TypeAlias = Callable[[Stage], Awaitable[None]]
Written: TypeAlias = tuple[str, Scenario, Json]


def collector(written: list[Written]) -> Callable[..., Callable[[Scenario], Scenario]]:
    """A decorator which adds a scenario once for each set of options it is to be played with."""

    def played(*variants: Json) -> Callable[[Scenario], Scenario]:
        def add(scenario: Scenario) -> Scenario:
            name = getattr(scenario, "__name__", "")
            for options in variants or ({},):
                values = "-".join(str(value) for value in options.values())
                written.append((f"{name}[{values}]" if values else name, scenario, options))
            return scenario

        return add

    return played


def refusal(told: Json) -> Any:
    """The code of a refusal, or None for an answer that is none."""
    return None if told["ok"] else told.get("error_code", told.get("errorCode"))
