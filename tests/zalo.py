"""People on Zalo, and the program as a ward runs it there: both channels over the fake servers."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any, Protocol

from bot.app import App
from content.library import Library
from store import zalo_tokens
from store.zalo_tokens import Pair
from tests.fakes.serving import serve
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot import user as bot_user
from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa import user as oa_user
from tests.people import (
    Channel,
    Clock,
    Door,
    Heard,
    World,
    in_terminal,
    numbered_choices,
    restartable,
    telegram,
    web,
)

BOT_TOKEN = "1459:secret-of-nobody"
APP_ID, OA_ID = "4012345678901234567", "1646843870823900002"
APP_SECRET, OA_SECRET = "AppSecretInvented01", "OASecretInvented01"


class Fake(Protocol):
    async def text(self, user: str, text: str, /) -> str: ...

    def seen(self, user: str, /) -> list[Any]: ...


class ZaloPerson:
    """Somebody in a private chat; every event is posted twice. Presses by typing the number."""

    def __init__(self, fake: Fake, user: str, app: Callable[[], App]) -> None:
        self.user = user
        self._fake = fake
        self._app = app
        self._labels: tuple[str, ...] = ()
        self._worded = False

    async def say(self, text: str) -> Heard:
        before = len(self._fake.seen(self.user))
        await self._fake.text(self.user, text)
        await settled(self._app())
        shown = self._fake.seen(self.user)[before:]
        assert shown, "no answer"
        text, self._labels, self._worded = numbered_choices(
            "\n".join(one.text for one in shown if one.text)
        )
        return Heard(text, self._labels)

    async def press(self, label: str) -> Heard:
        assert label in self._labels, f"no option {label!r} among {self._labels}"
        return await self.say(label if self._worded else str(self._labels.index(label) + 1))


async def settled(app: App) -> None:
    """Everything the platform told was handled, and everything to be said has left."""
    await app.inbound.settled()
    await app.delivery.settled()


def oa_settings(api: str, **given: Any) -> dict[str, Any]:
    """Of a ward with an Official Account whose servers are all at one address."""
    return {
        "zalo_oa_id": OA_ID, "zalo_oa_app_id": APP_ID, "zalo_oa_app_secret": APP_SECRET,
        "zalo_oa_secret": OA_SECRET, "zalo_oa_verify": "enforce", "zalo_oa_api_url": api,
        "zalo_oa_business_url": api, "zalo_oauth_url": api, **given,
    }  # fmt: skip


def fake_oa(clock: Clock, **options: Any) -> FakeZaloOA:
    return FakeZaloOA(APP_ID, APP_SECRET, OA_SECRET, OA_ID, clock, **options)


async def authorised(app: App, fake: FakeZaloOA) -> None:
    """As after `toso zalo-login`."""
    access, refresh = fake.grant()
    now = app.now()
    sealed = [app.vault.seal(token) for token in (access, refresh)]
    pair = Pair(*sealed, now + timedelta(hours=25), now)
    await app.store.write(lambda db: zalo_tokens.put(db, APP_ID, pair))


@asynccontextmanager
async def zalo_oa(url: str, clock: Clock, library: Library, **given: Any) -> AsyncIterator[World]:
    fake, door = fake_oa(clock, repeat=2), Door()
    async with serve(fake.app) as api, serve(door) as base:
        fake.webhook = f"{base}/zalo/oa"
        given = oa_settings(api, public_url=base) | given
        async with restartable(door, url, clock, library, given) as world:
            await authorised(world.app, fake)
            numbers = count(1)
            world.meet = lambda: ZaloPerson(fake, oa_user(next(numbers)), lambda: world.app)
            yield world


@asynccontextmanager
async def zalo_bot(url: str, clock: Clock, library: Library, **given: Any) -> AsyncIterator[World]:
    fake, door = FakeZaloBot(BOT_TOKEN, clock, repeat=2), Door()
    async with serve(fake.app) as api, serve(door) as base:
        given = {"zalo_bot_token": BOT_TOKEN, "zalo_bot_api_url": api, "public_url": base} | given
        known = 0

        async def ready() -> None:
            nonlocal known
            await fake.until(lambda: len(fake.called("setWebhook")) > known)
            known += 1

        async with restartable(door, url, clock, library, given, ready) as world:
            numbers = count(1)
            world.meet = lambda: ZaloPerson(fake, bot_user(next(numbers)), lambda: world.app)
            yield world


CHANNELS: dict[str, Channel] = {
    "web": web,
    "telegram": telegram,
    "terminal": in_terminal,
    "zalo_oa": zalo_oa,
    "zalo_bot": zalo_bot,
}
