"""The questions of the live check list as HTTP requests, their answers with status and headers."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from bot.channels.zalo_bot_events import Json, number, read
from bot.zalo_check_words import Failed

SECONDS = 30
UNSENT = (httpx.ConnectError, httpx.ConnectTimeout)


@dataclass(frozen=True)
class Answer:
    status: int
    said: Json
    headers: Mapping[str, str]

    @property
    def code(self) -> int:
        """Of a refusal, wherever it stands; 0 when all is well."""
        given = (self.said.get(name) for name in ("error_code", "errorCode", "error"))
        code = next((found for found in map(number, given) if found), 0)
        return code or (self.status if self.status >= 400 or self.said.get("ok") is False else 0)

    def good(self, doing: str = "") -> "Answer":
        """The answer itself. Failed when it is a refusal."""
        if self.code:
            raise Failed(f"{doing or 'it'} was refused with {self.code} (HTTP {self.status})")
        return self


async def asked(client: httpx.AsyncClient, verb: str, url: str, **request: Any) -> Answer:
    """What Zalo answers, refusals too. Failed when it says nothing, or no JSON."""
    # it writes every address at INFO, and the Bot's token is a part of them
    logging.getLogger("httpx").setLevel(logging.WARNING)
    problem = "no answer"
    try:
        answer = await client.request(verb, url, timeout=SECONDS, **request)
    except UNSENT:
        problem = "no connection"
    except httpx.HTTPError:
        pass
    else:
        said = read(answer.content)
        if said is not None:
            return Answer(answer.status_code, said, answer.headers)
        kind = "an HTML page" if b"<" in answer.content[:100] else "something that is no JSON"
        problem = f"{kind} came with HTTP {answer.status_code}"
    raise Failed(problem)  # out here, where no exception with the address in it comes along


def packed(**values: object) -> dict[str, str]:
    """The parameters of a GET to the Official Account (facts/zalo.md, 2.2)."""
    return {"data": json.dumps(values)}
