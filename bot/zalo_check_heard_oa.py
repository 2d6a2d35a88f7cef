"""What events of the Official Account show of themselves (facts/zalo.md, 2.9)."""

import hashlib
import hmac

from pydantic import SecretStr

from bot.channels.zalo_bot_events import inside
from bot.channels.zalo_oa import SIGNATURE_HEADER
from bot.zalo_check_ear import Post
from bot.zalo_check_heard import Heard, caller, counted, kinds, probes, retries
from bot.zalo_check_oa import PRESS
from bot.zalo_check_words import Found, Item, printable, setting, tail


async def signature(heard: Heard) -> Found:
    """Whose secret the events were signed with, and how that is spelled (2.9)."""
    given = [post.headers.get(SIGNATURE_HEADER, "") for post in heard.events]
    spelled = counted(map(_spelling, given))
    now, events = heard.settings.zalo_oa_verify, heard.events
    if all(_signed_with(post, heard.settings.zalo_oa_secret) for post in events):
        return Found(
            f"all match ZALO_OA_SECRET; {spelled}", setting("ZALO_OA_VERIFY", "enforce", now)
        )
    if all(_signed_with(post, heard.settings.zalo_oa_app_secret) for post in events):
        return Found(f"all match ZALO_OA_APP_SECRET instead; {spelled}",
                     "set ZALO_OA_SECRET to the OA secret key of the console")  # fmt: skip
    wrong = sum(not _signed_with(post, heard.settings.zalo_oa_secret) for post in events)
    advice = setting("ZALO_OA_VERIFY", "log", now)
    return Found(f"{wrong} of {len(events)} do not match ZALO_OA_SECRET; {spelled}",
                 f"{advice}; see that ZALO_OA_SECRET is the OA secret key")  # fmt: skip


def _spelling(given: str) -> str:
    if not given:
        return "missing"
    hexed = given.removeprefix("mac=")
    case = "lower" if hexed == hexed.lower() else "upper"
    return f"{'mac= and ' if hexed != given else ''}{case}-case hex"


def _signed_with(post: Post, secret: SecretStr | None) -> bool:
    value = secret.get_secret_value() if secret else ""
    app_id, stamp = (str(post.said.get(name, "")) for name in ("app_id", "timestamp"))
    signed = hashlib.sha256(
        app_id.encode() + post.raw + stamp.encode() + value.encode()
    ).hexdigest()
    said = post.headers.get(SIGNATURE_HEADER, "").strip().lower().removeprefix("mac=")
    return bool(value) and hmac.compare_digest(signed.encode(), said.encode())


async def ids(heard: Heard) -> Found:
    """Whether events are of the app and the account that are set."""
    given = heard.settings
    apps = {str(post.said.get("app_id", "")) for post in heard.events}
    places = {place for post in heard.events for place in _accounts(post) if place}
    foreign = []
    if apps != {given.zalo_oa_app_id}:
        foreign.append(f"ZALO_OA_APP_ID (came: {', '.join(map(tail, sorted(apps)))})")
    if given.zalo_oa_id not in places:
        foreign.append(f"ZALO_OA_ID (came: {', '.join(map(tail, sorted(places)))})")
    if not foreign:
        return Found("app_id and the account's id are as set")
    return Found("other ids came than are set", f"correct {' and '.join(foreign)}")


def _accounts(post: Post) -> list[str]:
    """Where the account stands in an event: it receives, sends, or is named."""
    end = "sender" if post.name.startswith(("oa_", "user_received_", "user_seen_")) else "recipient"
    return [str(post.said.get("oa_id", "")), str(inside(post.said, end).get("id", ""))]


async def press(heard: Heard) -> Found:
    came = [post for post in heard.events if post.message.get("text") == PRESS]
    names = counted(post.name for post in heard.some(came))
    return Found(f"it came back as {names}", setting("ZALO_OA_BUTTONS", "true",
                 heard.settings.zalo_oa_buttons))  # fmt: skip


async def report(heard: Heard) -> Found:
    posts = heard.of("user_received_message")
    where = counted("in message" if p.message.get("msg_id") else "at the top" for p in posts)
    return Found(f"its fields stand {where}", "nothing to set: both are understood")


async def own_id(heard: Heard) -> Found:
    """Of whoever wrote the code, and nobody else."""
    posts = heard.some(p for p in heard.events if heard.code in str(p.message.get("text") or ""))
    return Found(f"your id is {printable(inside(posts[0].said, 'sender').get('id'))}",
                 "give it to --to-oa")  # fmt: skip


OA = (
    Item("OA, heard: your id", own_id),
    Item("OA, heard: events", kinds),
    Item("OA, heard: signature", signature),
    Item("OA, heard: ids", ids),
    Item("OA, heard: probes", probes),
    Item("OA, heard: retries after a 500", retries),
    Item("OA, heard: caller", caller),
    Item("OA, heard: a pressed button", press),
    Item("OA, heard: report of a delivery", report),
)
