"""The Official Account as the live check list asks it."""

from dataclasses import dataclass
from typing import Any

import httpx

from bot.channel import SendError
from bot.channels.zalo_bot_events import Json
from bot.channels.zalo_errors import RENEW
from bot.settings import Settings
from bot.zalo_check_wire import Answer, asked
from bot.zalo_check_words import Failed, NotTried
from bot.zalo_tokens import Tokens
from content.limits import Limits, load_limits
from store.db import Store


@dataclass(frozen=True)
class Account:
    """The account asked, and the operator's id in it; empty: nothing may be sent."""

    settings: Settings
    store: Store
    tokens: Tokens
    client: httpx.AsyncClient
    user: str

    async def ask(self, verb: str, path: str, *, business: bool = False, **request: Any) -> Answer:
        """An answer to the token in force, or to a newer one where that is refused."""
        given = self.settings
        host = given.zalo_oa_business_url if business else given.zalo_oa_api_url
        url = str(host).rstrip("/") + path
        try:
            token = await self.tokens.access()
            answer = await asked(self.client, verb, url, headers=with_token(token), **request)
            if answer.code in RENEW or answer.status == 401:
                token = await self.tokens.renew(token)
                answer = await asked(self.client, verb, url, headers=with_token(token), **request)
        except SendError as error:
            raise Failed(f"there is no token ({error.code}): toso zalo-login") from None
        return answer

    async def say(self, message: Json) -> Answer:
        if not self.user:
            raise NotTried("name your own id by --to-oa (find it by --listen)")
        body = {"recipient": {"user_id": self.user}, "message": message}
        return await self.ask("POST", "/v3.0/oa/message/cs", json=body)

    @property
    def limits(self) -> Limits:
        """As in content/limits.yaml, for the package that is set."""
        growth = self.settings.zalo_oa_package == "growth"
        return load_limits()["zalo_oa" if growth else "zalo_oa_comprehensive"]


def with_token(token: str) -> dict[str, str]:
    return {"access_token": token}
