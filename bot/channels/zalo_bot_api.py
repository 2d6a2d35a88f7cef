"""The methods of the Zalo Bot Platform. The token, a part of every address, is known here only."""

import hashlib
import hmac
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import httpx

from bot.channel import SendError
from bot.channels.zalo_bot_events import Json, number, read
from bot.log import log

POLL_SECONDS = 30
SEND_SECONDS = 30
SECONDS = {"sendPhoto": 150, "getUpdates": POLL_SECONDS + 20}
"""How long methods may take that are slow by nature: Zalo fetches a picture before it answers (1.2)."""
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
PERMANENT = {400, 404}
WAITS = {401: 600, 429: 3600}
"""Seconds after which a refusal may have ended that only an administrator can end."""


class Api:
    def __init__(self, token: str, api_url: str, alarm: Callable[[str], Awaitable[None]]) -> None:
        """`alarm` tells the administrators of a refusal by its code."""
        # it writes every address at INFO, and the token is a part of them
        logging.getLogger("httpx").setLevel(logging.WARNING)
        base = f"{api_url.rstrip('/')}/bot{quote(token, safe=':')}/"
        self._client = httpx.AsyncClient(base_url=base)
        self._alarm = alarm

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(self, method: str, params: Json) -> Json:
        """Call a method. SendError says why there is no good answer, and never where it was asked."""
        lost = SendError("no answer", permanent=False, ambiguous=True)
        try:
            seconds = SECONDS.get(method, SEND_SECONDS)
            response = await self._client.post(method, json=params, timeout=seconds)
        except UNSENT:
            lost = SendError("no connection", permanent=False)
        except httpx.HTTPError:
            pass
        else:
            return await self._heard(response)
        raise lost  # out here, where no exception with the address in it comes along

    async def _heard(self, response: httpx.Response) -> Json:
        try:
            return answered(response.status_code, response.content)
        except SendError as error:
            if error.code in map(str, WAITS):
                await self._tell(error.code)
            raise

    async def _tell(self, code: str) -> None:
        try:
            await self._alarm(code)
        except Exception as error:  # what was refused is refused, not doubtful
            log.error("alarm broke", channel="zalo_bot", error=type(error).__name__)


def answered(status: int, body: bytes) -> Json:
    """A good answer; else SendError. The HTTP status and the body may both say no (1.1, 1.10).

    What is no JSON comes from something in between, which says nothing about the message: it failed for
    now, and with a status of success it may have arrived.
    """
    answer = read(body)
    if answer is None:
        odd = "408" if status == 408 else "not JSON"
        raise SendError(odd, permanent=False, ambiguous=status < 300)
    code = number(answer.get("error_code", answer.get("errorCode")))
    if answer.get("ok") is True and status < 400 and not code:
        return answer
    code = code or status
    raise SendError(str(code), permanent=code in PERMANENT, retry_after=WAITS.get(code))


def webhook_secret(token: str) -> str:
    """What Zalo says with every event, so that nobody else can; known to whoever has the token."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()
