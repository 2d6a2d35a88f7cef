"""`make talk-zalo`: a newcomer talks to the program by both ways of Zalo."""

import asyncio
from typing import Any

import httpx
from starlette.applications import Starlette

from content.library import Library
from tests.fakes.serving import serve
from tests.fakes.zalo_talk import Talk, page, town


def test_a_newcomer_is_answered_in_both_tabs(library: Library) -> None:
    async def scene() -> None:
        async with (
            town(library) as talks,
            serve(Starlette(routes=page(talks))) as base,
            httpx.AsyncClient(base_url=base, trust_env=False, verify=False) as web,
        ):
            assert "Zalo giả để thử" in (await web.get("/")).text
            for file in ("/talk.js", "/talk.css"):
                assert (await web.get(file)).status_code == 200
            for tab, talk in talks.items():
                await talked(web, tab, talk)

    asyncio.run(asyncio.wait_for(scene(), 60))


async def talked(web: httpx.AsyncClient, tab: str, talk: Talk) -> None:
    async def do(act: str, **given: str) -> Any:
        before = len(talk.fake.seen(talk.user))
        answer = await web.post(f"/talk/{tab}", json={"act": act} | given)
        if answer.status_code == 200:
            await talk.fake.until(lambda: len(talk.fake.seen(talk.user)) > before)
        lines = (await web.get(f"/talk/{tab}")).json()["lines"]
        return answer.status_code, [(line.get("mine", False), line["text"]) for line in lines[-2:]]

    status, (said, heard) = await do("text", text="em cài VNeID sao")
    assert (status, said) == (200, (True, "em cài VNeID sao"))
    assert not heard[0]
    assert "VNeID" in heard[1]
    status, (said, heard) = await do("sticker")
    assert (status, said, heard[0]) == (200, (True, "[Nhãn dán]"), False)
    assert (await do("reset"))[0] == 400
