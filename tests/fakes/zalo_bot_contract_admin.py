"""The admin interface of the fake Zalo Bot platform (facts/zalo.md, 4.3)."""

import asyncio
from typing import Any

from .zalo_bot import group, user
from .zalo_bot_contract import TOKEN, Stage, Written, collector, refusal
from .zalo_faults import Json

ADMIN: list[Written] = []
played = collector(ADMIN)
TU = user(1)


async def ordered(at: Stage, action: str, **given: Any) -> Json:
    headers = {"X-Admin-Token": at.fake.admin_token}
    verb = "GET" if action == "sent" else "POST"
    url = f"{at.base}/_admin/{action}"
    answer = await at.http.request(verb, url, headers=headers, json=given)
    at.status = answer.status_code
    told: Json = answer.json()
    return told


@played({}, {"admin_token": "admin of the tests"})
async def the_admin_needs_the_token(at: Stage) -> None:
    assert at.fake.admin_token
    for token in ("", TOKEN, f"{at.fake.admin_token}!"):
        headers = {"X-Admin-Token": token}
        answer = await at.http.get(f"{at.base}/_admin/sent", headers=headers)
        assert answer.status_code == 403
    assert (await at.http.get(f"{at.base}/_admin/sent")).status_code == 403
    await ordered(at, "sent")
    assert at.status == 200
    await ordered(at, "everything")
    assert at.status == 404


@played()
async def the_admin_plays_people(at: Stage) -> None:
    await at.set_webhook()
    told = await ordered(at, "inbound", kind="text", user=1, text="chào", name="Bác Tư")
    for kind in ("image", "sticker", "voice", "unsupported"):
        await ordered(at, "inbound", kind=kind, user=TU)
    await ordered(at, "inbound", kind="sticker", user=1, group=5, reply=True)
    posts = [post.message_id for post in at.fake.posts]
    assert (len(posts), posts[1]) == (7, told["message_id"])
    assert b'"text":"ch\xc3\xa0o"' in at.hook.got[1][1]
    assert group(5).encode() in at.hook.got[-1][1]
    for wrong in ({"kind": "block", "user": 1}, {"kind": "text"}, {"kind": "text", "user": 1}):
        await ordered(at, "inbound", **wrong)
        assert at.status == 400
    assert (await at.call("sendMessage", chat_id=TU, text="chào"))["ok"]


@played({"media_life": 60})
async def the_admin_moves_the_clock(at: Stage) -> None:
    poll = asyncio.create_task(at.call("getUpdates"))
    await at.fake.until(lambda: at.fake.polling)
    told = await ordered(at, "clock", seconds=30)
    assert told == {"now": "2026-11-20T05:00:30+00:00"}
    assert refusal(await poll) == 408
    await ordered(at, "clock")
    assert at.status == 400


@played()
async def the_admin_orders_failures(at: Stage) -> None:
    await ordered(at, "fault", kind="fail", method="getMe", code=429, times=2)
    assert [refusal(await at.call("getMe")) for _ in range(3)] == [429, 429, None]
    await ordered(at, "fault", kind="garble", method="getMe")
    assert (await at.http.get("getMe")).text.startswith("<html>")
    await ordered(at, "fault", kind="slow", method="getMe")
    asked = len(at.fake.called("getMe"))
    slow = asyncio.create_task(at.call("getMe"))
    await at.fake.until(lambda: len(at.fake.called("getMe")) > asked)
    await at.call("getWebhookInfo")
    assert not slow.done()
    await ordered(at, "fault", kind="release")
    assert (await slow)["ok"]
    await ordered(at, "fault", kind="explode", method="getMe")
    assert at.status == 400
    told = await ordered(at, "fault", kind="reset_token")
    assert refusal(await at.call("getMe")) == 401
    assert told == {"token": at.fake.token}


@played()
async def the_admin_sees_everything(at: Stage) -> None:
    await ordered(at, "inbound", kind="text", user=1, text="chào")
    await at.call("sendMessage", chat_id=TU, text=f"Dạ {TOKEN}")
    told = await ordered(at, "sent")
    assert [(s["chat_id"], s["kind"], s["delivered"]) for s in told["sent"]] == [(TU, "text", True)]
    assert (told["lost"], told["counted"]) == (1, 2)
    assert told["log"] == [
        {
            "at": "2026-11-20T05:00:00+00:00",
            "verb": "POST",
            "path": "/bot<token>/sendMessage",
            "params": {"chat_id": TU, "text": "Dạ <token>"},
        }
    ]


@played()
async def the_admin_begins_anew(at: Stage) -> None:
    await at.set_webhook()
    await ordered(at, "inbound", kind="text", user=1, text="chào")
    await at.call("sendMessage", chat_id=TU, text="Dạ")
    await ordered(at, "clock", seconds=30)
    at.fake.fail("getMe", 502)
    await ordered(at, "reset")
    told = await ordered(at, "sent")
    assert told == {"sent": [], "lost": 0, "counted": 0, "log": []}
    assert (at.fake.calls, at.fake.webhook, at.fake.now()) == ([], "", at.clock.now)
    assert (await at.call("getMe"))["ok"]
    assert refusal(await at.call("sendMessage", chat_id=TU, text="Dạ")) == 400
