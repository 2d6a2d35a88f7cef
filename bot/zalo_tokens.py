"""The access token of the Official Account, refreshed in time and by one process at a time.

A refresh uses its token up and brings a new pair (facts/zalo.md, 2.1). The pair is committed before
either token is used. A process that dies between Zalo's answer and that commit takes the new pair with
it: the next refresh is then refused, the administrators are told, and the channel rests until one of
them authorises it again. Nothing else can make it rest.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channel import SendError
from bot.log import log
from bot.vault import Vault
from store import zalo_tokens as rows
from store.db import Store
from store.zalo_tokens import Pair

CHANNEL = "zalo_oa"
TOKEN_PATH = "/v4/oa/access_token"
USED_UP = "-14020"
EARLY = timedelta(hours=1)
"""An access token with less than this left is refreshed."""
OLD = timedelta(days=2)
"""No refresh for so long: something is wrong, though the refresh token still lives for months."""
REFRESH_LIFE = timedelta(days=90)
LIFE_SECONDS = 90_000.0
"""Of an access token, where Zalo does not say."""
CALL_SECONDS = 20
"""For one call: shorter than the lease under which it is made."""
POLL_SECONDS = 0.5
"""How often whoever waits for another's refresh looks."""
REST = timedelta(seconds=30)
"""After a refresh that failed, a token that is still good is used so long without trying again."""
UNAUTHORISED_SECONDS = 60
UNREACHABLE_SECONDS = 60

Alarm = Callable[[str, str], Awaitable[None]]


class Refused(Exception):
    """No tokens came. `code` is Zalo's own, or "no answer"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Tokens:
    """Of one app and its Official Account. Owns `client`, which speaks to the oauth host."""

    def __init__(
        self,
        store: Store,
        vault: Vault,
        now: Callable[[], datetime],
        client: httpx.AsyncClient,
        app_id: str,
        app_secret: str,
        oauth_url: str,
        alarm: Alarm,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`alarm` tells the administrators (bot.channel.Desk); `pause` waits so many seconds."""
        self.vault = vault
        self.now = now
        self._store = store
        self._client = client
        self._app_id = app_id
        self._app_secret = app_secret
        self._url = oauth_url.rstrip("/") + TOKEN_PATH
        self._alarm = alarm
        self._pause = pause
        self._rest_until: datetime | None = None
        self._refreshing: asyncio.Task[str] | None = None

    async def access(self) -> str:
        """A token to call with, refreshed when little is left of it. SendError: there is none now."""
        pair = await self._pair()
        now, life = self.now(), pair.expires_at - pair.refreshed_at
        left = pair.expires_at - now
        resting = pair.dead_at or (self._rest_until and now < self._rest_until)
        if left > min(EARLY, life / 2) or (resting and left > timedelta()):
            return self.vault.unseal(pair.access)
        try:
            return await self._fresh(pair)
        except SendError:
            if left > timedelta():
                return self.vault.unseal(pair.access)
            raise

    async def renew(self, refused: str) -> str:
        """Another token than the one Zalo refused. SendError: there is none now."""
        pair = await self._pair()
        access = self.vault.unseal(pair.access)
        return access if access != refused else await self._fresh(pair)

    async def exchange(self, code: str, verifier: str) -> datetime:
        """Get the first pair for the code of an administrator's consent; until when it can be refreshed.

        Refused: there is none for this code.
        """
        asked = {"code": code, "grant_type": "authorization_code", "code_verifier": verifier}
        pair = await self._ask(asked)
        await self._insist(lambda db: rows.put(db, self._app_id, pair))
        return pair.refreshed_at + REFRESH_LIFE

    async def check(self) -> None:
        """Refresh when it is time, and tell the administrators what only they can mend."""
        with suppress(SendError):
            await self.access()
        with suppress(SendError):
            pair = await self._pair()
            if pair.dead_at:
                await self._alarm(CHANNEL, USED_UP)
            if self.now() - pair.refreshed_at > OLD:
                await self._alarm(CHANNEL, "token-old")

    async def close(self) -> None:
        """Let a refresh under way come to its commit."""
        if self._refreshing:
            await asyncio.gather(self._refreshing, return_exceptions=True)
        await self._client.aclose()

    async def _pair(self) -> Pair:
        pair = await self._store.read(lambda db: rows.get(db, self._app_id))
        if pair is None or not self.vault.unseal(pair.refresh):  # sealed with a key that is gone
            await self._alarm(CHANNEL, "login")
            code = "not authorised"
            raise SendError(code, permanent=False, retry_after=UNAUTHORISED_SECONDS)
        return pair

    async def _fresh(self, old: Pair) -> str:
        """One refresh for all who ask at once; who asked and is cancelled does not end it."""
        if self._refreshing is None or self._refreshing.done():
            self._refreshing = asyncio.create_task(self._refresh(old))
        return await asyncio.shield(self._refreshing)

    async def _refresh(self, old: Pair) -> str:
        """The token of a new pair: one that another process gets meanwhile, or else our own."""
        while True:
            current = await self._pair()
            if current.refresh != old.refresh:
                return self.vault.unseal(current.access)
            if current.dead_at:
                raise await self._dead()
            if await self._store.write(self._lease(old)):
                return await self._refreshed(old)
            await self._pause(POLL_SECONDS)

    def _lease(self, old: Pair) -> Callable[[AsyncSession], Awaitable[bool]]:
        return lambda db: rows.lease(db, self._app_id, old.refresh, self.now())

    async def _refreshed(self, old: Pair) -> str:
        """Use the refresh token up, under the lease."""
        refresh = self.vault.unseal(old.refresh)
        try:
            pair = await self._ask({"refresh_token": refresh, "grant_type": "refresh_token"})
        except Refused as refusal:
            if refusal.code != USED_UP:
                raise await self._failed(old, refusal.code) from None
            if await self._store.write(self._burial(old)):
                raise await self._dead() from None
        else:
            await self._insist(lambda db: rows.swap(db, self._app_id, old.refresh, pair))
            self._rest_until = None
        return self.vault.unseal((await self._pair()).access)  # of whoever committed first

    def _burial(self, old: Pair) -> Callable[[AsyncSession], Awaitable[bool]]:
        return lambda db: rows.bury(db, self._app_id, old.refresh, self.now())

    async def _dead(self) -> SendError:
        await self._alarm(CHANNEL, USED_UP)
        return SendError(USED_UP, permanent=False, retry_after=UNAUTHORISED_SECONDS)

    async def _failed(self, old: Pair, code: str) -> SendError:
        """Zalo could not be asked, or refuses the app: the refresh token may well be good."""
        log.warning("token not refreshed", channel=CHANNEL, code=code)
        self._rest_until = self.now() + REST
        await self._store.write(lambda db: rows.release(db, self._app_id, old.refresh))
        if code == "no answer":
            return SendError(code, permanent=False, retry_after=UNREACHABLE_SECONDS)
        await self._alarm(CHANNEL, code)
        return SendError(code, permanent=False, retry_after=UNAUTHORISED_SECONDS)

    async def _insist(self, keep: Callable[[AsyncSession], Awaitable[Any]]) -> None:
        """Commit what Zalo gives only once, also when the database fails for a moment."""
        while True:
            try:
                await self._store.write(keep)
            except Exception as error:
                log.error("tokens not kept", channel=CHANNEL, error=type(error).__name__)
                await self._pause(1)
            else:
                return

    async def _ask(self, asked: dict[str, str]) -> Pair:
        """A new pair, sealed. Refused: none came."""
        form, headers = {**asked, "app_id": self._app_id}, {"secret_key": self._app_secret}
        try:
            async with asyncio.timeout(CALL_SECONDS):
                answer = await self._client.post(self._url, data=form, headers=headers)
        except (httpx.HTTPError, TimeoutError):
            raise Refused("no answer") from None
        return self._sealed(_read(answer))

    def _sealed(self, said: dict[str, Any]) -> Pair:
        now = self.now()
        access, refresh = (
            self.vault.seal(said[name]) for name in ("access_token", "refresh_token")
        )
        return Pair(access, refresh, now + timedelta(seconds=_seconds(said)), now)


def _read(answer: httpx.Response) -> dict[str, Any]:
    """What the token host says, when it gives both tokens; errors come with HTTP 200 too."""
    try:
        said = answer.json()
    except ValueError:
        raise Refused("no answer") from None
    if not isinstance(said, dict):
        raise Refused("no answer")
    if all(
        isinstance(said.get(name), str) and said[name] for name in ("access_token", "refresh_token")
    ):
        return said
    raise Refused(str(said.get("error") or said.get("error_name") or "no tokens")[:40])


def _seconds(said: dict[str, Any]) -> float:
    """How long the access token lives: a number, or one in a string."""
    try:
        return min(max(float(said["expires_in"]), 60.0), 10 * LIFE_SECONDS)
    except (KeyError, TypeError, ValueError):
        return LIFE_SECONDS
