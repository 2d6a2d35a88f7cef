"""The fake's own interface over HTTP, for who plays the people from outside (facts/zalo.md, 4.3)."""

import hmac
from dataclasses import asdict
from typing import TYPE_CHECKING

from .zalo_faults import Json, Reply
from .zalo_oa_wire import Call, Params, reply
from .zalo_oa_world import Shown

if TYPE_CHECKING:
    from .zalo_oa import FakeZaloOA

KINDS = {
    "text": ("user", "text"),
    "image": ("user", "text"),
    "link": ("user", "url", "text"),
    "location": ("user", "latitude", "longitude"),
    "sticker": ("user",),
    "voice": ("user",),
    "file": ("user", "name"),
    "press": ("user", "title"),
    "follow": ("user",),
    "unfollow": ("user",),
    "click_chatnow": ("user",),
    "submit_info": ("user", "name", "phone", "address", "city"),
    "group_text": ("group", "user", "text"),
    "staff": ("user", "text"),
}
"""What can come in, and the fields of it that are taken."""
FAULTS = {"fail": ("code", "status", "chat_id"), "cut": ("after_accepting",), "garble": ()}


async def administered(fake: "FakeZaloOA", call: Call) -> Reply:
    """The answer to a call below /_admin; 403 without its own token."""
    given = call.headers.get("x-admin-token", "")
    if not hmac.compare_digest(given.encode(), fake.admin_token.encode()):
        return reply({"error": "wrong token"}, 403)
    action = call.path.removeprefix("/_admin/")
    try:
        return await _acted(fake, call.verb, action, call.params)
    except (AssertionError, KeyError, TypeError, ValueError) as problem:
        return reply({"error": f"{problem!r}"}, 400)


async def _acted(fake: "FakeZaloOA", verb: str, action: str, params: Params) -> Reply:
    if (verb, action) == ("GET", "sent"):
        to = params.get("to")
        return reply({"sent": [shown_as_json(s) for s in (fake.seen(to) if to else fake.shown)]})
    if verb != "POST" or action not in {"inbound", "clock", "fault", "reset"}:
        return reply({"error": "no such action"}, 404)
    if action == "inbound":
        return reply(await _inbound(fake, params))
    if action == "clock":
        fake.forward(float(params["seconds"]))
        await fake.tick()
    elif action == "fault":
        _fault(fake, params)
    else:
        fake.reset()
    return reply({"now": fake.now().isoformat()})


async def _inbound(fake: "FakeZaloOA", params: Params) -> Json:
    kind = params["kind"]
    taken = {name: params[name] for name in KINDS[kind] if name in params}
    act = getattr(fake, kind)
    return {"message_id": await act(**taken)}


def _fault(fake: "FakeZaloOA", params: Params) -> None:
    kind = params["kind"]
    taken = {name: params[name] for name in FAULTS[kind] if name in params}
    getattr(fake, kind)(params["path"], times=int(params.get("times", 1)), **taken)


def shown_as_json(shown: Shown) -> Json:
    """Without the bytes of files: their number."""
    size = None if shown.file is None else len(shown.file)
    return asdict(shown) | {"at": shown.at.isoformat(), "file": size}
