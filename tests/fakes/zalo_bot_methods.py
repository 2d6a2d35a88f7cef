"""The eleven methods of the Zalo Bot platform (facts/zalo.md, 1.2)."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from .zalo_bot_updates import Updates, Webhook, as_address, is_loopback, verdict
from .zalo_bot_world import VIETNAM, Params, Refused, Shown, World, bad, in_group, milliseconds
from .zalo_faults import Json

LIMIT = 2000


@dataclass
class Platform:
    """What the methods work on; an `outcome` set by a test is what every verification finds."""

    world: World
    updates: Updates
    outcome: str | None = None


Method: TypeAlias = Callable[[Platform, Params], Json | Awaitable[Json] | None]


def get_me(platform: Platform, _params: Params) -> Json:
    me = {"id": "1459000000000000123", "account_name": "bot.PhuongAnHoa"}
    return me | {"account_type": "BASIC", "can_join_groups": platform.world.options.max_groups > 0}


# --- receiving ----------------------------------------------------------------------------------


def get_updates(platform: Platform, params: Params) -> Awaitable[Json]:
    if platform.updates.webhook.url:
        raise bad("webhook is set, delete it first")
    try:
        seconds = float(params.get("timeout", 30))
    except (TypeError, ValueError):
        raise bad("invalid timeout") from None
    return platform.updates.polls.get(seconds)


async def set_webhook(platform: Platform, params: Params) -> Json:
    url, secret = _needed(params, "url"), _needed(params, "secret_token")
    _check_address(url, platform.world.options.allow_loopback)
    if not 8 <= len(secret) <= 256:
        raise bad("secret_token must have 8 to 256 characters")
    platform.updates.webhook = Webhook(url, secret, milliseconds(platform.world.now()))
    platform.updates.polls.end(bad("webhook is set"))
    return get_webhook_info(platform, {}) | {"verification": await _verified(platform)}


async def _verified(platform: Platform) -> Json:
    if platform.world.options.probe or platform.outcome:
        return await _tested(platform)
    return verdict(platform.updates.webhook.url, "webhook.ok", 200)


async def _tested(platform: Platform) -> Json:
    if platform.outcome is None:
        return await platform.updates.probe()
    kind = platform.outcome.rpartition(".")[2].replace("5xx", "500").replace("ok", "200")
    status = int(kind) if kind.isdecimal() else 0
    return verdict(platform.updates.webhook.url, platform.outcome, status)


async def try_webhook(platform: Platform, _params: Params) -> Json:
    if not platform.updates.webhook.url:
        raise bad("webhook is not set")
    day = f"tests {platform.world.now().astimezone(VIETNAM):%Y-%m-%d}"
    if not platform.world.spend(day, platform.world.options.tests_a_day):
        raise Refused(426, "Daily limit exceeded")
    return await _tested(platform)


def delete_webhook(platform: Platform, params: Params) -> Json:
    if not platform.updates.webhook.url and platform.world.options.delete_without_webhook == 400:
        raise bad("webhook is not set")
    platform.updates.webhook = Webhook(updated_at=milliseconds(platform.world.now()))
    return get_webhook_info(platform, params)


def get_webhook_info(platform: Platform, _params: Params) -> Json:
    webhook = platform.updates.webhook
    known = {"updated_at": webhook.updated_at} if webhook.updated_at else {}
    return {"url": webhook.url} | known


def _check_address(url: str, allow_loopback: bool) -> None:
    parts = urlsplit(url)
    if is_loopback(url) and allow_loopback and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https" or not parts.hostname:
        raise bad("url must be https")
    address = as_address(parts.hostname)
    if is_loopback(url) or (address and not address.is_global):
        raise bad("url must be public")


# --- sending ------------------------------------------------------------------------------------


def send_message(platform: Platform, params: Params) -> Json:
    chat_id, text = _needed(params, "chat_id"), _needed(params, "text")
    _check_length(platform, "text", text)
    mode = params.get("parse_mode")
    if mode not in {None, "", "markdown", "html"}:
        raise bad("invalid parse_mode")
    # where both are sent the mode wins
    styles = () if mode else _styles(params, text)
    shown = Shown(platform.world.new_id(), "text", text, parse_mode=mode or None, styles=styles)
    return platform.world.send(chat_id, shown)


def send_photo(platform: Platform, params: Params) -> Json:
    chat_id, photo = _needed(params, "chat_id"), _address(params, "photo")
    caption = str(params.get("caption") or "")
    _check_length(platform, "caption", caption)
    shown = Shown(platform.world.new_id(), "photo", photo=photo, caption=caption)
    return platform.world.send(chat_id, shown)


def send_sticker(platform: Platform, params: Params) -> Json:
    chat_id, sticker = _needed(params, "chat_id"), _needed(params, "sticker")
    return platform.world.send(chat_id, Shown(platform.world.new_id(), "sticker", sticker=sticker))


def send_voice(platform: Platform, params: Params) -> Json:
    chat_id, url = _needed(params, "chat_id"), _address(params, "voice_url")
    private = not in_group(chat_id)
    shown = Shown(platform.world.new_id(), "voice", voice_url=url, delivered=private)
    return platform.world.send(chat_id, shown)


def send_chat_action(platform: Platform, params: Params) -> None:
    chat_id = _needed(params, "chat_id")
    if _needed(params, "action") != "typing":
        raise bad("invalid action")
    platform.world.writable(chat_id)


# --- parameters ---------------------------------------------------------------------------------


def _needed(params: Params, name: str) -> str:
    value = params.get(name)
    if value in (None, ""):
        raise bad(f"{name} is required")
    return str(value)


def _address(params: Params, name: str) -> str:
    url = _needed(params, name)
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad(f"{name} must be a URL")
    return url


def _check_length(platform: Platform, name: str, text: str) -> None:
    wide = platform.world.options.text_units == "utf16"
    if (units(text) if wide else len(text)) > LIMIT:
        raise bad(f"{name} is too long")


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _styles(params: Params, text: str) -> tuple[Json, ...]:
    given = params.get("text_styles") or []
    try:
        styles = json.loads(given) if isinstance(given, str) else given
        sound = all(_sound(style, text) for style in styles)
    except (TypeError, ValueError, KeyError):
        sound = False
    if not sound:
        raise bad("invalid text_styles")
    return tuple(styles)


def _sound(style: Any, text: str) -> bool:
    start, length = style["start"], style["len"]
    inside = 0 <= start < start + length <= units(text)
    return inside and set(style["st"]) <= STYLES


STYLES = {*"bius", "f_13", "f_15", "f_18", "f_20", "lst_1", "lst_2"}
STYLES |= {"c_050a19", "c_15a85f", "c_f7b503", "c_f27806", "c_db342e"}
STYLES |= {f"ind_{depth}" for depth in range(1, 6)}

METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "testWebhook": try_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": send_message,
    "sendPhoto": send_photo,
    "sendSticker": send_sticker,
    "sendVoice": send_voice,
    "sendChatAction": send_chat_action,
}
