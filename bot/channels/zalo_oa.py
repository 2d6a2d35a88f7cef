"""The ward's Official Account: signed events in, messages out by its API (facts/zalo.md, section 2)."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from fnmatch import fnmatchcase

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channel import Again, Desk
from bot.channels.webhooks import Background, posted
from bot.channels.zalo_calls import Calls, Json
from bot.channels.zalo_events import (
    CHANNEL,
    LEFT,
    OTHER,
    PHONE,
    STAFF,
    Event,
    of_another,
    understood,
)
from bot.channels.zalo_sending import TEXT_LIMIT, Link, Sender
from bot.files import Files
from bot.log import log
from bot.settings import Settings
from bot.zalo_login import Login
from bot.zalo_tokens import Tokens
from handlers.turn import Can, Incoming, Reply
from store.outbox import Parcel

PATH = "/zalo/oa"
SIGNATURE_HEADER = "X-ZEvent-Signature"
OLDEST = timedelta(hours=24)
"""Zalo delivers again for about two hours (2.9): who brings something older is somebody else."""


class ZaloOA:
    name = CHANNEL

    def __init__(
        self,
        settings: Settings,
        desk: Desk,
        files: Files,
        link: Link,
        tokens: Tokens,
        ward_name: str,
    ) -> None:
        """`link` makes the public address of a file; `tokens` are closed with the channel."""
        self.can = Can(
            buttons=settings.zalo_oa_buttons, files=True, push=True, text_limit=TEXT_LIMIT
        )
        self._app_id = settings.zalo_oa_app_id
        self._oa_id = settings.zalo_oa_id
        secret = settings.zalo_oa_secret
        self._secret = secret.get_secret_value() if secret else ""
        self._enforces = settings.zalo_oa_verify == "enforce"
        self._interactions = [
            name.strip() for name in settings.zalo_oa_interactions.split(",") if name.strip()
        ]
        self._desk = desk
        self._tokens = tokens
        self._calls = Calls(tokens, desk)
        self._sender = Sender(self._calls, desk, files, link, settings, ward_name)
        self._background = Background()
        hook = Route(PATH, self._webhook, methods=["POST"])
        self.routes = [hook, *Login(settings, tokens).routes]

    def address(self, code: str) -> str:
        return f"https://zalo.me/{self._oa_id}"

    def start(self, public_url: str | None) -> None:
        """Look after the tokens once. The address of the webhook is set by hand in Zalo's console."""
        if not public_url:
            log.warning("zalo_oa receives nothing: PUBLIC_URL is not set")
        self._background.do(self.upkeep())

    async def upkeep(self) -> None:
        """Keep the tokens fresh."""
        try:
            await self._tokens.check()
        except Exception as error:  # the next look comes soon
            log.warning("tokens not checked", channel=CHANNEL, error=type(error).__name__)

    async def stop_receiving(self) -> None:
        await self._background.stop()

    async def close(self) -> None:
        await self._tokens.close()
        await self._calls.close()

    async def send(self, parcel: Parcel, reply: Reply, again: Again) -> int:
        return await self._sender.send(parcel, reply, again)

    async def handle(self, body: str) -> None:
        """Do what an event that the desk kept asks for."""
        event = understood(json.loads(body))
        if event is None:
            return
        at = event.at or self._desk.now()
        if event.message:
            await self._desk.receive(self._can_in(event.message), event.message)
        elif event.what == LEFT:
            await self._desk.left(CHANNEL, event.address, at)
        elif event.what == STAFF and not self._sender.is_ours(event.key):
            await self._desk.staff_wrote(CHANNEL, event.address, event.text, at)
        elif event.what == PHONE:
            await self._desk.gave_phone(CHANNEL, event.address, event.text)
        if event.what in (PHONE, OTHER) and self._interaction(event):
            await self._desk.interacted(CHANNEL, event.address, at)

    def _can_in(self, message: Incoming) -> Can:
        if not message.own_address:
            return self.can
        return replace(self.can, buttons=False, files=False, group=True)

    def _interaction(self, event: Event) -> bool:
        return any(fnmatchcase(event.name, pattern) for pattern in self._interactions)

    async def _webhook(self, request: Request) -> Response:
        raw = await posted(request)
        if raw is None:
            return PlainTextResponse("too large", 413)
        try:
            event = json.loads(raw.decode())
        except (ValueError, RecursionError):
            return PlainTextResponse("not JSON", 400)
        if not isinstance(event, dict):
            return PlainTextResponse("not an event", 400)
        if not self._signed(raw, event, request.headers.get(SIGNATURE_HEADER, "")):
            log.warning("signature", channel=CHANNEL)
            return Response(status_code=403 if self._enforces else 200)
        return Response(status_code=200 if await self._kept(event, raw) else 503)

    def _signed(self, raw: bytes, event: Json, given: str) -> bool:
        """SHA-256 over app id, body as it came, its time stamp, secret (2.9); hex, perhaps after `mac=`."""
        app_id, stamp = str(event.get("app_id", "")), str(event.get("timestamp", ""))
        if not self._secret or app_id != self._app_id:
            return False
        signed = app_id.encode() + raw + stamp.encode() + self._secret.encode()
        said = given.strip().lower().removeprefix("mac=")
        return hmac.compare_digest(hashlib.sha256(signed).hexdigest().encode(), said.encode())

    async def _kept(self, event: Json, raw: bytes) -> bool:
        """Whether nothing more is to be done about an event here: the desk has it, or nobody needs it."""
        if of_another(event, self._oa_id):
            return True
        told = understood(event)
        if told is None or (told.what == OTHER and not self._interaction(told)):
            return True
        if told.at and self._desk.now() - told.at > OLDEST:
            log.warning("old event", channel=CHANNEL)
            return True
        try:
            return await self._desk.accept(CHANNEL, told.key, told.address, raw.decode())
        except Exception as error:  # it is delivered again
            log.error("event not kept", channel=CHANNEL, error=type(error).__name__)
            return False
