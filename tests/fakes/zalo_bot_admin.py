"""The admin interface of the fake Zalo Bot platform (facts/zalo.md, 4.3): /_admin/…"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from starlette.requests import Request

from .zalo_bot_request import parameters
from .zalo_bot_world import Refused, bad
from .zalo_faults import Json, Reply, answer

if TYPE_CHECKING:
    from .zalo_bot import FakeZaloBot

Action: TypeAlias = Callable[["FakeZaloBot", Json], Awaitable[Json]]


async def perform(fake: "FakeZaloBot", request: Request) -> Reply:
    given = request.headers.get("x-admin-token", "")
    if not secrets.compare_digest(given.encode(), fake.admin_token.encode()):
        return answer({"error": "wrong X-Admin-Token"}, 403)
    action = ACTIONS.get((request.method, request.url.path.removeprefix("/_admin/")))
    if action is None:
        return answer({"error": "no such action"}, 404)
    try:
        return answer(await action(fake, await parameters(request)))
    except (Refused, KeyError, TypeError, ValueError) as error:
        return answer({"error": f"{type(error).__name__}: {error}"}, 400)


async def inbound(fake: "FakeZaloBot", given: Json) -> Json:
    """Somebody writes: `kind`, `user`, and what the method of that name takes."""
    kind = given.pop("kind")
    if kind not in KINDS:
        raise bad("unknown kind")
    return {"message_id": await getattr(fake, kind)(given.pop("user"), **given)}


async def clock(fake: "FakeZaloBot", given: Json) -> Json:
    """Time goes on by so many `seconds`, and what is due by then happens."""
    fake.ahead += timedelta(seconds=float(given["seconds"]))
    await fake.tick()
    return {"now": fake.now().isoformat()}


async def fault(fake: "FakeZaloBot", given: Json) -> Json:
    """Orders the failure `kind` with what the method of that name takes; slow ends by release."""
    kind = given.pop("kind")
    if kind == "slow":
        given["event"] = fake.released = asyncio.Event()
    if kind == "release":
        fake.released.set()
    elif kind == "reset_token":
        return {"token": fake.reset_token()}
    elif kind in FAULTS:
        getattr(fake, kind)(**given)
    else:
        raise bad("unknown kind")
    return {}


async def sent(fake: "FakeZaloBot", _given: Json) -> Json:
    told = [{"chat_id": chat_id} | asdict(shown) for chat_id, shown in fake.sent]
    return {"sent": told, "lost": fake.lost, "counted": fake.counted, "log": fake.log}


async def reset(fake: "FakeZaloBot", _given: Json) -> Json:
    fake.reset()
    return {}


KINDS = {"text", "image", "sticker", "voice", "unsupported"}
FAULTS = {"fail", "cut", "slow", "garble"}
ACTIONS: dict[tuple[str, str], Action] = {
    ("POST", "inbound"): inbound,
    ("POST", "clock"): clock,
    ("POST", "fault"): fault,
    ("GET", "sent"): sent,
    ("POST", "reset"): reset,
}
