"""Requests to the Official Account's API: the token in force, one more try with a newer one, refusals."""

from collections.abc import Awaitable
from typing import Any

import httpx

from bot.channel import Again, Desk, SendError
from bot.channels.zalo_errors import RENEW, code_of, failure, meaning
from bot.log import log
from bot.zalo_tokens import CHANNEL, Tokens

SECONDS = 20
UPLOAD_SECONDS = 60
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

Json = dict[str, Any]


class Pace:
    """Waits for a place before each request of a message but the first, whose place is taken already."""

    def __init__(self, again: Again) -> None:
        self._again = again
        self._begun = False

    async def __call__(self) -> None:
        if self._begun:
            await self._again()
        self._begun = True


class Calls:
    def __init__(self, tokens: Tokens, desk: Desk) -> None:
        self._client = httpx.AsyncClient()
        self._tokens = tokens
        self._desk = desk

    async def close(self) -> None:
        await self._client.aclose()

    async def post(self, url: str, body: Json, pace: Pace) -> Json:
        """Send JSON; what Zalo answers in `data`. SendError when it refuses, or cannot be heard."""
        return await self._ask(url, pace, json=body, timeout=SECONDS)

    async def upload(self, url: str, filename: str, data: bytes, kind: str, pace: Pace) -> Json:
        """Hand a file over; nobody sees it yet."""
        files = {"file": (filename, data, kind)}
        try:
            return await self._ask(url, pace, files=files, timeout=UPLOAD_SECONDS)
        except SendError as error:
            error.ambiguous = False
            raise

    async def _ask(self, url: str, pace: Pace, **request: Any) -> Json:
        token = await self._token(self._tokens.access())
        answer = await self._once(url, pace, token, request)
        if code_of(answer) in RENEW:
            token = await self._token(self._tokens.renew(token))
            answer = await self._once(url, pace, token, request)
        if code := code_of(answer):
            raise await self._refusal(code)
        data = answer.json().get("data")
        return data if isinstance(data, dict) else {}

    async def _token(self, asked: Awaitable[str]) -> str:
        """Without one nothing was asked of Zalo, whatever is the matter."""
        try:
            return await asked
        except SendError:
            raise
        except Exception as error:
            log.error("no token", channel=CHANNEL, error=type(error).__name__)
            raise SendError("no token", permanent=False) from None

    async def _once(self, url: str, pace: Pace, token: str, request: Json) -> httpx.Response:
        await pace()
        try:
            return await self._client.post(url, headers={"access_token": token}, **request)
        except UNSENT:
            raise SendError("no connection", permanent=False) from None
        except httpx.HTTPError:
            raise SendError("no answer", permanent=False, ambiguous=True) from None

    async def _refusal(self, code: int | str) -> SendError:
        if meaning(code).alarm:
            try:
                await self._desk.alarm(CHANNEL, str(code))
            except Exception as error:  # what was refused is refused, not doubtful
                log.error("alarm broke", channel=CHANNEL, error=type(error).__name__)
        return failure(code)
