"""`make talk-zalo`: the program beside both fakes of Zalo, and a page on which to be a resident.

Everything runs in one process on loopback and is gone when it ends. PORT moves the page.
"""

import asyncio
import os
import sys
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.app import App, utc_now
from bot.log import configure
from bot.settings import Settings
from bot.zalo_login import INVITED, LOGIN_PATH
from content.library import Library
from tests.people import Door, settings

from . import zalo_bot, zalo_oa
from .serving import serve
from .zalo_faults import Json

PAGE = Path(__file__).parent / "zalo_talk_page"
PORT = 8090
BOT_TOKEN = "4242:fake-zalo-bot-token"
OA = {"app_id": "4012345678901234567", "app_secret": "fake-app-secret"}
OA |= {"oa_secret": "fake-oa-secret", "oa_id": "1646843870823900002"}
ANYWHERE = {"sticker": "Nhãn dán", "image": "Ảnh", "voice": "Ghi âm"}
ONLY_OA = {"follow": "Quan tâm", "location": "Vị trí"}
ONLY_BOT = {"unsupported": "Không hỗ trợ"}
LOOK_SECONDS = 1.0
"""Between two looks for events that are to be delivered again."""


@dataclass
class Talk:
    """One resident in one app: what both sides said, in order."""

    user: str
    fake: Any
    acts: dict[str, str]
    """What they can do but type, and what the page calls it."""
    lines: list[Json] = field(default_factory=list)
    _taken: int = 0

    async def do(self, act: str, text: str) -> None:
        self.lines.append({"mine": True, "text": text or f"[{self.acts[act]}]"})
        does: Callable[..., Awaitable[object]] = getattr(self.fake, act)
        await (does(self.user, text) if act in {"text", "press"} else does(self.user))

    def heard(self) -> list[Json]:
        """All lines, with what has come since."""
        seen = self.fake.seen(self.user)
        self.lines += [_line(shown) for shown in seen[self._taken :]]
        self._taken = len(seen)
        return self.lines


def _line(shown: zalo_oa.Shown | zalo_bot.Shown) -> Json:
    if isinstance(shown, zalo_bot.Shown):
        return {"text": shown.text or shown.caption, "picture": shown.photo}
    line: Json = {"text": shown.text, "buttons": [title for title, _ in shown.buttons]}
    if shown.kind == "image" and shown.file is not None:
        return line | {"picture": f"data:image/png;base64,{b64encode(shown.file).decode()}"}
    named = f"[{shown.filename or shown.kind}]"
    return line | {"text": "\n".join(filter(None, [shown.text, named]))} if shown.file else line


@asynccontextmanager
async def town(library: Library | None = None) -> AsyncIterator[dict[str, Talk]]:
    """Both fakes and the program between them; the talks by the name of their tab."""
    oa = zalo_oa.FakeZaloOA(**OA, clock=utc_now)
    bot, door = zalo_bot.FakeZaloBot(BOT_TOKEN, utc_now), Door()
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory())
        oa_url, bot_url, own = [
            await stack.enter_async_context(serve(app)) for app in (oa.app, bot.app, door)
        ]
        app = App(_settings(folder, oa_url, bot_url, own), library)
        oa.options.buttons = "accept" if app.settings.zalo_oa_buttons else "refuse"
        door.app, oa.webhook = app.asgi(), f"{own}/zalo/oa"
        await app.start()
        stack.push_async_callback(app.stop)
        await _consent(app, own)
        looking = asyncio.create_task(_look(oa, bot))
        stack.callback(looking.cancel)
        yield {
            "oa": Talk(zalo_oa.user(1), oa, ANYWHERE | ONLY_OA),
            "bot": Talk(zalo_bot.user(1), bot, ANYWHERE | ONLY_BOT),
        }


def _settings(folder: str, oa_url: str, bot_url: str, own: str) -> Settings:
    return settings(
        f"sqlite:///{folder}/toso.db",
        public_url=own,
        ward="mau",
        telegram_token=None,
        zalo_bot_token=BOT_TOKEN,
        zalo_bot_api_url=bot_url,
        zalo_oa_id=OA["oa_id"],
        zalo_oa_app_id=OA["app_id"],
        zalo_oa_app_secret=OA["app_secret"],
        zalo_oa_secret=OA["oa_secret"],
        zalo_oa_api_url=oa_url,
        zalo_oa_business_url=oa_url,
        zalo_oauth_url=oa_url,
    )


async def _consent(app: App, own: str) -> None:
    """What an administrator does once: open the invitation, and agree on Zalo's page."""
    invitation = f"{own}{LOGIN_PATH}?key={app.vault.seal(INVITED)}"
    async with httpx.AsyncClient(trust_env=False, verify=False) as browser:
        (await browser.get(invitation, follow_redirects=True)).raise_for_status()


async def _look(oa: zalo_oa.FakeZaloOA, bot: zalo_bot.FakeZaloBot) -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await oa.tick()
        await bot.tick()


def page(talks: dict[str, Talk]) -> list[BaseRoute]:
    """The page, what it asks for and what it does."""

    async def lines(request: Request) -> JSONResponse:
        talk = talks[request.path_params["tab"]]
        return JSONResponse({"lines": talk.heard(), "acts": talk.acts})

    async def do(request: Request) -> JSONResponse:
        talk, given = talks[request.path_params["tab"]], await request.json()
        if given["act"] not in {"text", "press", *talk.acts}:
            return JSONResponse({"error": "no such act"}, 400)
        await talk.do(given["act"], str(given.get("text", "")))
        return JSONResponse({})

    return [
        Route("/talk/{tab:str}", lines),
        Route("/talk/{tab:str}", do, methods=["POST"]),
        Mount("/", StaticFiles(directory=PAGE, html=True)),
    ]


def main() -> None:
    configure("WARNING")
    talks: dict[str, Talk] = {}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with town() as there:
            talks.update(there)
            yield

    port = int(os.environ.get("PORT") or PORT)
    print(f"http://127.0.0.1:{port}", file=sys.stderr)
    app = Starlette(routes=page(talks), lifespan=lifespan)
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
