"""What stands where the real program does: it calls the OpenAPI with a token of the fake."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from starlette.types import Receive, Scope, Send

from tests.people import Clock

from .serving import serve
from .zalo_oa import FakeZaloOA, user
from .zalo_oa_tokens import challenge

APP, SECRET, OA_SECRET, OA = "4012345678901234567", "app-secret", "oa-secret", "1646843870823900002"
TU, HOA = user(1), user(2)
CS, TOKEN = "/v3.0/oa/message/cs", "/v4/oa/access_token"
Json = dict[str, Any]


class Program:
    """`answer` is the newest one."""

    def __init__(self, fake: FakeZaloOA, client: httpx.AsyncClient, clock: Clock) -> None:
        self.fake, self.client, self.clock = fake, client, clock
        self.token, self.refresh = fake.grant()
        self.answer: httpx.Response

    async def post(self, path: str, body: Json, **headers: str) -> Json:
        given = {"access_token": self.token} | headers
        self.answer = await self.client.post(path, json=body, headers=given)
        return dict(self.answer.json())

    async def get(self, path: str, **data: Any) -> Json:
        query = {"data": json.dumps(data)}
        headers = {"access_token": self.token}
        self.answer = await self.client.get(path, params=query, headers=headers)
        return dict(self.answer.json())

    async def cs(self, text: str, to: str = TU, **message: Any) -> Json:
        sent = {"text": text} | message
        return await self.post(CS, {"recipient": {"user_id": to}, "message": sent})

    async def attach(self, payload: Json, kind: str = "template", **more: Any) -> Json:
        attachment = {"type": kind, "payload": payload}
        message = {"attachment": attachment} | more
        return await self.post(CS, {"recipient": {"user_id": TU}, "message": message})

    async def upload(self, kind: str, name: str, data: bytes) -> Json:
        headers = {"access_token": self.token}
        path = f"/v2.0/oa/upload/{kind}"
        answer = await self.client.post(path, files={"file": (name, data)}, headers=headers)
        return dict(answer.json())

    async def tokens(self, secret: str = SECRET, **form: str) -> Json:
        form = {"app_id": APP} | form
        self.answer = await self.client.post(TOKEN, data=form, headers={"secret_key": secret})
        return dict(self.answer.json())

    async def renew(self, refresh: str, **form: str) -> Json:
        return await self.tokens(grant_type="refresh_token", refresh_token=refresh, **form)


Story = Callable[[Program], Awaitable[None]]


@asynccontextmanager
async def program(**options: Any) -> AsyncIterator[Program]:
    clock = Clock()
    fake = FakeZaloOA(APP, SECRET, OA_SECRET, OA, clock, **options)
    async with (
        serve(fake.app) as base,
        httpx.AsyncClient(base_url=base, trust_env=False, verify=False) as client,
    ):
        yield Program(fake, client, clock)


def play(story: Story, **options: Any) -> None:
    async def scene() -> None:
        async with program(**options) as running:
            await running.fake.text(TU, "chào phường")
            await story(running)

    asyncio.run(asyncio.wait_for(scene(), 10))


async def consented(p: Program, **given: str) -> dict[str, str]:
    """What the administrator's browser brings back from the consent page."""
    asked = {"app_id": APP, "redirect_uri": "https://bot.example.vn/back?x=1", "state": "s1"}
    asked |= {"code_challenge": challenge("v" * 43)} | given
    answer = await p.client.get("/v4/oa/permission", params=asked)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    assert (back.scheme, back.netloc, back.path) == ("https", "bot.example.vn", "/back")
    return {name: values[0] for name, values in parse_qs(back.query).items()}


# --- with a webhook ---


@dataclass
class Hook:
    """A webhook: answers with the `statuses` in turn, then with 200; None: never."""

    statuses: list[int | None] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def events(self) -> list[Json]:
        return [json.loads(body) for _, body in self.got]

    @property
    def texts(self) -> list[str]:
        return [event["message"]["text"] for event in self.events]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return
        self.got.append((_headers(scope), await _body(receive)))
        status = self.statuses.pop(0) if self.statuses else 200
        if status is None:
            await asyncio.Event().wait()
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body"})


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in scope["headers"]}


async def _body(receive: Receive) -> bytes:
    whole, more = b"", True
    while more:
        part = await receive()
        whole, more = whole + part["body"], part["more_body"]
    return whole


@asynccontextmanager
async def hooked(*statuses: int | None, **options: Any) -> AsyncIterator[tuple[Program, Hook]]:
    hook = Hook(list(statuses))
    async with serve(hook) as base, program(**options) as running:
        running.fake.webhook = f"{base}/zalo/oa"
        yield running, hook


def play_hooked(
    story: Callable[[Program, Hook], Awaitable[None]], *statuses: int | None, **options: Any
) -> None:
    async def scene() -> None:
        async with hooked(*statuses, **options) as (running, hook):
            await story(running, hook)

    asyncio.run(asyncio.wait_for(scene(), 10))
