"""The one place that wires the program together."""

import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.applications import Starlette
from starlette.types import ASGIApp

from bot import schedule
from bot.channel import Channel, Messenger
from bot.channels.terminal import Terminal
from bot.channels.web import Web
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.desk import ProgramDesk
from bot.files import Files
from bot.inbound import Handle, Inbound
from bot.log import log
from bot.messengers import Parts, allowed, messengers
from bot.secrets import Secrets
from bot.settings import Settings, WrongSetting
from bot.tools import ProgramTools
from bot.vault import Vault, kept_key
from bot.web.app import web_app
from bot.web.landing import Landing
from bot.web.links import Links
from content import library as content_library
from content.i18n import LANGUAGES, catalog
from content.library import Library
from content.limits import Limits, load_limits
from handlers import pushes
from handlers.turn import Can, Incoming
from store import chats, outbox, wards
from store.db import Store
from store.migrate import migrate
from store.outbox import Parcel


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
        self.files = Files(self.store, self.library, now, _public(settings))
        secure = settings.public_url is not None and settings.public_url.scheme == "https"
        self.show = Secrets(self.store, self.vault).show
        self.web = Web(self, self.files, self.show, settings.rate_limit, secure)
        self.links = Links(self.vault, self.files, self.store, self.library, now)
        self.terminal = Terminal(self.show)
        known: dict[str, Channel] = {}
        tools = ProgramTools(self.vault, _address(settings), draw, known)
        handles: dict[str, Handle] = {}
        self.inbound = Inbound(self.store, self.vault, handles, self._me, now)
        self.messengers = self._messengers(tools.link)
        handles |= {one.name: one.handle for one in self.messengers}
        channels: list[Channel] = [self.web, self.terminal, *self.messengers]
        known |= {channel.name: channel for channel in channels}
        rules = allowed(limits or load_limits(), settings)
        counted = {name for name, one in rules.items() if one.counts_inbound}
        self.conversation = Conversation(
            self.store, self.library, tools, now, settings.ward, self._me, counted
        )
        self.delivery = self._delivery(channels, rules)
        self._jobs = schedule.jobs(
            self.store, self.delivery, self.inbound, self.library, rules, now, self._upkeep
        )

    async def prepare(self) -> None:
        """Bring the database to the newest tables and the content's wards into it."""
        await migrate(self.store.engine)
        await self.store.write(self._sync_wards)
        await self.delivery.arrive()
        self.library.warm()

    async def start(self) -> None:
        await self.prepare()
        await self.inbound.refill()
        url = self.settings.public_url
        for messenger in self.messengers:
            messenger.start(str(url) if url else None)
        self._jobs.start()
        names = [messenger.name for messenger in self.messengers]
        kind = self.store.engine.dialect.name
        log.info("started", database=kind, ward=self.settings.ward, channels=names)

    async def stop(self) -> None:
        if self._jobs.running:
            self._jobs.shutdown(wait=False)
        self.web.stop()
        for messenger in self.messengers:
            await messenger.stop_receiving()
        await self.inbound.stop()
        await self.delivery.stop()
        for messenger in self.messengers:
            await messenger.close()
        await self.store.close()

    def asgi(self) -> ASGIApp:
        """The HTTP side; starts and stops the rest with it."""
        routes = [
            *self.web.routes,
            *self.links.routes,
            *Landing(self.library, self.messengers, self.store).routes,
            *(route for messenger in self.messengers for route in messenger.routes),
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

    def _me(self) -> int:
        return self.delivery.sender_id

    def _desk(self) -> ProgramDesk:
        return ProgramDesk(
            self.store, self.vault, self.library, self.inbound, self.show, self._receive, self.now,
            self.settings.ward,
            timedelta(minutes=self.settings.zalo_oa_staff_minutes),
        )  # fmt: skip

    def _messengers(self, link: Callable[[str], str]) -> list[Messenger]:
        here = (self.store, self.vault, self.library, self.now)
        return messengers(Parts(self.settings, self._desk(), self.files, link, *here))

    def _delivery(self, channels: list[Channel], rules: Mapping[str, Limits]) -> Delivery:
        compose, ended = pushes.composing(self.library), pushes.ending(self.library)
        return Delivery(self.store, channels, rules, compose, ended, self.show, self.now)

    async def _upkeep(self) -> None:
        for messenger in self.messengers:
            await messenger.upkeep()

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


def _public(settings: Settings) -> str:
    """The address that stands on posters; empty while nobody but this machine is known to reach one."""
    return _address(settings) if settings.public_url else ""


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
