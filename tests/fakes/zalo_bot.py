"""A Zalo Bot platform which runs in the test: its HTTP interface, and the people who write.

The bot talks to `app` over HTTP as it would to the real platform; the test plays the people.
Everything follows facts/zalo.md, sections 1 and 4.1; what is unknown there is one of the Options.
"""

import asyncio
import inspect
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.types import ASGIApp

from . import zalo_bot_admin as admin
from . import zalo_bot_events as events
from .zalo_bot_methods import METHODS, Platform
from .zalo_bot_request import hidden, parameters, refusal
from .zalo_bot_updates import Delivery, Updates, timed_out
from .zalo_bot_world import Options, Params, Refused, Shown, World, bad, group, user
from .zalo_faults import Faults, Json, Reply, answer, answering

__all__ = ["Delivery", "FakeZaloBot", "Shown", "group", "user"]

PATH = re.compile(r"/bot([^/]+)/([^/]+)")
NAME = "Bác Tư"
Who = int | str
"""The number of a person or group which `user` and `group` make an id from, or the id itself."""


class FakeZaloBot(Faults):
    """Keywords are the fields of Options, and `admin_token`."""

    def __init__(
        self,
        token: str,
        clock: Callable[[], datetime],
        *,
        admin_token: str | None = None,
        **options: Any,
    ) -> None:
        super().__init__(self._failure)
        self.token = token
        self.admin_token = admin_token or secrets.token_urlsafe()
        self.options = Options(**options)
        self.app: ASGIApp = answering(self._serve)
        self._clock = clock
        self._tokens = [token]
        self._called = asyncio.Event()
        self._base = "http://zalo.invalid/"
        self._begin()

    def _begin(self) -> None:
        self.calls: list[tuple[str, Params]] = []
        self.log: list[Json] = []
        self.ahead = timedelta()
        self.released = asyncio.Event()
        self._ordered = []
        self._platform = Platform(World(self.options, self.now), Updates(self.options, self.now))

    # --- people write ---

    async def text(
        self, who: Who, text: str, group: Who | None = None, name: str = NAME, reply: bool = False
    ) -> str:
        """The user types; in a `group` the bot hears only its @name, and a `reply` to it."""
        return await self._says(who, group, name, reply, "text", {"text": text})

    async def image(
        self, who: Who, caption: str = "", group: Who | None = None, name: str = NAME
    ) -> str:
        link = self._link(*events.PICTURE)
        content = events.image(self.options.image_field, link, caption)
        return await self._says(who, group, name, False, "image", content)

    async def sticker(
        self, who: Who, group: Who | None = None, name: str = NAME, reply: bool = False
    ) -> str:
        content = events.sticker(self._link(*events.STICKER))
        return await self._says(who, group, name, reply, "sticker", content)

    async def voice(
        self, who: Who, group: Who | None = None, name: str = NAME, reply: bool = False
    ) -> str:
        content = events.voice(self._link(*events.VOICE))
        return await self._says(who, group, name, reply, "voice", content)

    async def unsupported(
        self, who: Who, group: Who | None = None, name: str = NAME, reply: bool = False
    ) -> str:
        """A file, a link, or anything at all from a person whom the law protects."""
        return await self._says(who, group, name, reply, "unsupported", {})

    def block(self, who: Who) -> None:
        """Sends to this person are refused until they write again."""
        self._platform.world.forget(user(who))

    # --- what the test can see ---

    def seen(self, chat: Who) -> list[Shown]:
        """What was sent to a person, or by its id to a group, oldest first."""
        return [shown for chat_id, shown in self.sent if chat_id == user(chat)]

    @property
    def sent(self) -> list[tuple[str, Shown]]:
        """Everything that was sent, with the id of its chat."""
        return self._platform.world.sent

    def called(self, method: str) -> list[Params]:
        """The parameters of every call of one method, refused ones too."""
        return [params for name, params in self.calls if name == method]

    async def until(self, happened: Callable[[], object]) -> None:
        """Waits for a call of the bot after which `happened()` is true, if it is not already."""
        while not happened():
            self._called.clear()
            await self._called.wait()

    @property
    def lost(self) -> int:
        """Inbound messages nobody was there for."""
        return self._platform.updates.lost

    @property
    def dropped(self) -> int:
        """Inbound messages kept from the bot: a group's own talk, people beyond the plan."""
        return self._platform.world.dropped

    @property
    def counted(self) -> int:
        """Messages of this month which count towards the plan."""
        return self._platform.world.counted

    @property
    def posts(self) -> list[Delivery]:
        """Every POST made to the webhook, probes too."""
        return self._platform.updates.posts

    @property
    def webhook(self) -> str:
        """The address messages are posted to, or nothing."""
        return self._platform.updates.webhook.url

    @property
    def polling(self) -> bool:
        """Whether a getUpdates is waiting for a message now."""
        return bool(self._platform.updates.polls.open)

    # --- what the test can do to the platform ---

    def now(self) -> datetime:
        return self._clock() + self.ahead

    async def tick(self) -> None:
        """Whatever is due by the clock: retries, the end of polls, messages kept for too long."""
        await self._platform.updates.tick()

    def end_poll(self) -> None:
        """Every waiting getUpdates times out."""
        self._platform.updates.polls.end(timed_out())

    def verification(self, outcome: str | None) -> None:
        """What every verification of the webhook finds from now on; None: what is there."""
        self._platform.outcome = outcome

    def reset_token(self) -> str:
        """A new token, as from Bot Creator; every call with the old one is answered 401."""
        number = self.token.partition(":")[0]
        self.token = f"{number}:{secrets.token_urlsafe()}"
        self._tokens.append(self.token)
        return self.token

    def reset(self) -> None:
        """Forgets everything but the token and the options."""
        self.end_poll()
        self._begin()

    # --- inside ---

    def _link(self, suffix: str, kind: str, data: bytes) -> str:
        return f"{self._base}media/{self._platform.world.keep(suffix, kind, data)}"

    async def _says(
        self, who: Who, where: Who | None, name: str, reply: bool, kind: str, content: Json
    ) -> str:
        sender, world = user(who), self._platform.world
        chat = sender if where is None else group(where)
        words = content.get("text") or content.get("caption") or ""
        meant = where is None or reply or f"@{self.options.name}" in words
        event = events.event(kind, sender, name, chat, world.new_id(), self.now(), content)
        if world.hears(chat, meant):
            await self._platform.updates.offer(event)
        return str(event["message"]["message_id"])

    async def _serve(self, request: Request) -> Reply:
        path = request.url.path
        self._base = str(request.base_url)
        if path.startswith("/_admin/"):
            return await admin.perform(self, request)
        if path.startswith("/media/"):
            return self._media(path.removeprefix("/media/"))
        try:
            return await self._method(request)
        except Refused as refused:
            return self._failure(None, refused.code, refused.description)

    async def _method(self, request: Request) -> Reply:
        found = PATH.fullmatch(request.url.path)
        params = await parameters(request) if found else {}
        self._record(request.method, found, params)
        if found is None or request.method not in {"GET", "POST"}:
            raise Refused(404, "Not found")
        if found[1] != self.token:
            raise Refused(401, "Unauthorized")
        method, chat_id = found[2], params.get("chat_id")
        return await self._spoiled(method, chat_id, lambda: self._perform(method, params))

    def _record(self, verb: str, found: re.Match[str] | None, params: Params) -> None:
        told = hidden(params, self._tokens)
        if found:
            self.calls.append((found[2], told))
        path = f"/bot<token>/{found[2]}" if found else "<elsewhere>"
        said = told | ({"secret_token": "<secret>"} if "secret_token" in told else {})
        self.log.append({"at": self.now().isoformat(), "verb": verb, "path": path, "params": said})
        # those who wait look only once this call has been performed or has begun to wait itself
        self._called.set()

    async def _perform(self, method: str, params: Params) -> Reply:
        call = METHODS.get(method)
        if call is None:
            raise bad("invalid API name")
        try:
            result = call(self._platform, params)
            told = await result if inspect.isawaitable(result) else result
        except Refused as refused:
            return self._failure(None, refused.code, refused.description)
        return answer({"ok": True} if told is None else {"ok": True, "result": told})

    def _failure(self, status: int | None, code: int | None, description: str | None) -> Reply:
        return refusal(self.options, status, code, description)

    def _media(self, name: str) -> Reply:
        media = self._platform.world.found(name)
        return Reply(200, media.data, media.kind) if media else Reply(404, b"", "text/plain")
