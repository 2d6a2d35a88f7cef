"""The one place that wires the program together."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot import schedule
from bot.channel import Channel
from bot.channels.terminal import Terminal
from bot.channels.web import Web
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.files import Files
from bot.log import log
from bot.secrets import Secrets
from bot.settings import Settings, WrongSetting
from bot.tools import ProgramTools
from bot.vault import Vault, kept_key
from bot.web.app import web_app
from bot.web.links import Links
from content import library as content_library
from content.i18n import LANGUAGES, catalog, translate
from content.library import Library
from content.limits import Limits, load_limits
from handlers import pushes
from handlers.commands import COMMANDS
from handlers.turn import Can, Incoming
from store import chats, outbox, wards
from store.db import Store
from store.migrate import migrate
from store.outbox import Parcel

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram


def utc_now() -> datetime:
    return datetime.now(UTC)


class App:
    """A running program: everything made once, by hand, in order."""

    def __init__(
        self,
        settings: Settings,
        library: Library | None = None,
        now: Callable[[], datetime] = utc_now,
        draw: Callable[[int], int] = secrets.randbelow,
        limits: Mapping[str, Limits] | None = None,
    ) -> None:
        """Tests give everything but `settings`; else the shipped content, the clock and chance serve."""
        self.settings = settings
        self.now = now
        for lang in LANGUAGES:
            catalog(lang)  # a missing catalog is found now, not by the first resident
        self.library = _of_ward(library or content_library.load(), settings.ward)
        self.store = Store(settings.database_url)
        self.vault = Vault(_key(settings), now)
        self.files = Files(self.store, self.library, now)
        secure = settings.public_url is not None and settings.public_url.scheme == "https"
        self.show = Secrets(self.store, self.vault).show
        self.web = Web(self, self.files, self.show, settings.rate_limit, secure)
        self.links = Links(self.vault, self.files, self.store, self.library, now)
        self.terminal = Terminal(self.show)
        self.telegram = self._telegram()
        channels: list[Channel] = [self.web, self.terminal]
        if self.telegram:
            channels.append(self.telegram)
        known = {channel.name: channel for channel in channels}
        tools = ProgramTools(self.vault, _address(settings), draw, known)
        self.conversation = Conversation(
            self.store, self.library, tools, now, settings.ward, lambda: self.delivery.sender_id
        )
        compose, ended = pushes.composing(self.library), pushes.ending(self.library)
        allowed = limits or load_limits()
        self.delivery = Delivery(self.store, channels, allowed, compose, ended, self.show, now)
        self._jobs = schedule.jobs(self.store, self.delivery, self.library, allowed, now)

    async def prepare(self) -> None:
        """Bring the database to the newest tables and the content's wards into it."""
        await migrate(self.store.engine)
        await self.store.write(self._sync_wards)
        await self.delivery.arrive()
        self.library.warm()

    async def start(self) -> None:
        await self.prepare()
        if self.telegram:
            commands = {
                name: translate("vi", command.help)
                for name, command in COMMANDS.items()
                if not command.action
            }
            url = self.settings.public_url
            self.telegram.start(str(url) if url else None, commands)
        self._jobs.start()
        kind = self.store.engine.dialect.name
        log.info("started", database=kind, ward=self.settings.ward, telegram=bool(self.telegram))

    async def stop(self) -> None:
        if self._jobs.running:
            self._jobs.shutdown(wait=False)
        self.web.stop()
        if self.telegram:
            await self.telegram.stop_receiving()
        await self.delivery.stop()
        if self.telegram:
            await self.telegram.close()
        await self.store.close()

    def asgi(self) -> ASGIApp:
        """The HTTP side; starts and stops the rest with it."""
        routes = [
            *self.web.routes,
            *self.links.routes,
            *(self.telegram.routes if self.telegram else []),
        ]
        ward = self.library.wards.get(self.settings.ward or "")
        return web_app(routes, ward.name if ward else "", self.healthy, self._lifespan)

    async def healthy(self) -> bool:
        try:
            await self.store.read(_answers)
        except Exception:
            return False
        return True

    # What the web channel needs (bot.channels.web.Desk)

    async def answer(self, incoming: Incoming) -> Parcel | None:
        answered = await self.conversation.converse(incoming, self.web.can, handed_over=True)
        return answered.parcel if answered else None

    async def back(self, address: str, after: int) -> list[Parcel]:
        shown = await self.store.write(partial(_back, address, after, self.now()))
        self.delivery.hurry()
        return shown

    async def parcel(self, number: int) -> Parcel | None:
        return await self.store.read(lambda db: outbox.get(db, number))

    def _telegram(self) -> "Telegram | None":
        token = self.settings.telegram_token
        if token is None:
            return None
        # two seconds and 160 MB, only for who uses it
        from aiogram.utils.token import TokenValidationError

        from bot.channels.telegram import Telegram

        greeting = translate("vi", "I answer in private chats. Please write to me there.")
        api_url = str(self.settings.telegram_api_url)
        receive = partial(self._receive, Telegram.can)
        try:
            return Telegram(token.get_secret_value(), api_url, receive, self.files, greeting)
        except TokenValidationError:
            raise WrongSetting("TELEGRAM_TOKEN: this is no bot token") from None

    async def _receive(self, can: Can, incoming: Incoming) -> None:
        answered = await self.conversation.converse(incoming, can)
        if answered and not answered.repeated:
            self.delivery.soon(answered.parcel)

    async def _sync_wards(self, db: AsyncSession) -> None:
        for ward in self.library.wards.values():
            await wards.sync(db, ward.id, ward.name, ward.area_codes)

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        await self.start()
        yield
        await self.stop()


def _key(settings: Settings) -> str:
    return settings.secret_key.get_secret_value() if settings.secret_key else kept_key()


def _address(settings: Settings) -> str:
    if settings.public_url:
        return str(settings.public_url).rstrip("/")
    return f"http://{settings.host}:{settings.port}"


def _of_ward(library: Library, ward_id: str | None) -> Library:
    """The library of one ward's program. WrongSetting when that ward has no file."""
    if ward_id is None:
        return library
    if ward_id not in library.wards:
        known = ", ".join(library.wards)
        raise WrongSetting(
            f"WARD: there is no ward '{ward_id}'; use one of {known}, or leave it empty"
        )
    return replace(library, wards={ward_id: library.wards[ward_id]})


async def _answers(db: AsyncSession) -> None:
    await db.execute(text("SELECT 1"))


async def _back(address: str, after: int, now: datetime, db: AsyncSession) -> list[Parcel]:
    chat_id = await chats.chat_id(db, "web", address)
    if chat_id is None:
        return []
    await outbox.wake(db, chat_id, now)
    return await outbox.pushed(db, chat_id, after) if after else []
