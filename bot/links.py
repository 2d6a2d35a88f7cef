"""Whether the addresses of sources still answer."""

import asyncio

import httpx

from content.guide import Guide
from content.lesson import Lesson
from content.library import Library

TIMEOUT_SECONDS = 15
AT_ONCE = 8


async def dead(library: Library) -> list[str]:
    """Every source address that does not answer, with what cites it.

    An answer that forbids robots (401, 403, 405, 429) is an answer.
    """
    cited: dict[str, list[str]] = {}
    for owner, url in _addresses(library):
        cited.setdefault(url, []).append(owner)
    gate = asyncio.Semaphore(AT_ONCE)
    async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=True) as client:
        wrongs = await asyncio.gather(*(_wrong(client, gate, url) for url in cited))
    return [
        f"{url}: {wrong}; cited by {', '.join(sorted(set(cited[url])))}"
        for url, wrong in zip(cited, wrongs, strict=True)
        if wrong
    ]


def _addresses(library: Library) -> list[tuple[str, str]]:
    sourced: list[Guide | Lesson] = [*library.guides.values(), *library.lessons.values()]
    found = [(one.id, str(source.url)) for one in sourced for source in one.sources]
    return found + [(f"fact {name}", str(one.source.url)) for name, one in library.facts.items()]


async def _wrong(client: httpx.AsyncClient, gate: asyncio.Semaphore, url: str) -> str:
    async with gate:
        try:
            response = await client.get(url)
        except httpx.HTTPError as error:
            return f"no answer ({type(error).__name__})"
    gone = response.status_code in (404, 410) or response.status_code >= 500
    return f"answers {response.status_code}" if gone else ""
