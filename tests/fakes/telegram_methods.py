"""The methods of the Bot API the fake knows: the table of them all, and those on no message."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from . import telegram_messages as messages
from . import telegram_rules as rules
from .telegram_http import Json, Params, bad
from .telegram_updates import Webhook, conflict
from .telegram_world import World

Method: TypeAlias = Callable[[World, Params], Any | Awaitable[Any]]

# --- receiving updates --------------------------------------------------------------------------


def get_updates(world: World, params: Params) -> Awaitable[list[Json]]:
    if world.updates.webhook.url:
        raise conflict(
            "can't use getUpdates method while webhook is active; "
            "use deleteWebhook to delete the webhook first"
        )
    _choose_updates(world, params)
    limit = min(max(int(params.get("limit", 100)), 1), 100)
    return world.updates.get(int(params.get("offset", 0)), limit, bool(params.get("timeout")))


def set_webhook(world: World, params: Params) -> bool:
    url, secret = rules.webhook_url(params), rules.secret_token(params)
    if not url:
        return delete_webhook(world, params)
    _drop_pending(world, params)
    _choose_updates(world, params)
    world.updates.abort("setWebhook request")
    world.updates.webhook = Webhook(url, secret, int(params.get("max_connections", 40)))
    return True


def delete_webhook(world: World, params: Params) -> bool:
    _drop_pending(world, params)
    world.updates.webhook = Webhook()
    return True


def get_webhook_info(world: World, _params: Params) -> Json:
    webhook = world.updates.webhook
    info = {"url": webhook.url, "has_custom_certificate": False}
    info |= {"pending_update_count": len(world.updates.pending)} | webhook.error
    if webhook.url:
        info |= {"max_connections": webhook.max_connections}
        info |= {"ip_address": urlsplit(webhook.url).hostname}
    return info | ({"allowed_updates": world.updates.allowed} if world.updates.allowed else {})


def _choose_updates(world: World, params: Params) -> None:
    if isinstance(chosen := params.get("allowed_updates"), list):
        world.updates.allowed = chosen


def _drop_pending(world: World, params: Params) -> None:
    if params.get("drop_pending_updates"):
        world.updates.pending.clear()


# --- chats and profile --------------------------------------------------------------------------


def get_me(world: World, _params: Params) -> Json:
    able = ["can_join_groups", "can_read_all_group_messages"]
    unable = ["supports_inline_queries", "can_connect_to_business", "has_main_web_app"]
    return world.me | dict.fromkeys(able, True) | dict.fromkeys(unable, False)


def get_chat(world: World, params: Params) -> Json:
    gifts = ["unlimited_gifts", "limited_gifts", "unique_gifts"]
    gifts += ["premium_subscription", "gifts_from_channels"]
    full: Json = {"accepted_gift_types": dict.fromkeys(gifts, False)}
    full |= {"accent_color_id": 0, "max_reaction_count": 11}
    return world.chat(params.get("chat_id")).wire | full


def leave_chat(world: World, params: Params) -> bool:
    chat = world.chat(params.get("chat_id"))
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    world.writable(chat.id).status = "left"
    return True


def _audience(params: Params) -> tuple[str, str]:
    return json.dumps(rules.scope(params), sort_keys=True), rules.language(params)


def set_my_commands(world: World, params: Params) -> bool:
    world.commands[_audience(params)] = rules.commands(params)
    return True


def get_my_commands(world: World, params: Params) -> list[Json]:
    return world.commands.get(_audience(params), [])


def delete_my_commands(world: World, params: Params) -> bool:
    world.commands.pop(_audience(params), None)
    return True


def _set_about(field: str, limit: int) -> Method:
    def method(world: World, params: Params) -> bool:
        text = str(params.get(field, ""))
        if len(text) > limit:
            raise bad(f"{field.replace('_', ' ')} is too long")
        world.about[field, rules.language(params)] = text
        return True

    return method


def _get_about(field: str) -> Method:
    return lambda world, params: {field: world.about.get((field, rules.language(params)), "")}


METHODS: dict[str, Method] = {
    "getMe": get_me,
    "getUpdates": get_updates,
    "setWebhook": set_webhook,
    "deleteWebhook": delete_webhook,
    "getWebhookInfo": get_webhook_info,
    "sendMessage": messages.send_message,
    "sendPhoto": messages.send_photo,
    "sendDocument": messages.send_document,
    "sendChatAction": messages.send_chat_action,
    "editMessageText": messages.edit_message_text,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
    "answerCallbackQuery": messages.answer_callback_query,
    "getChat": get_chat,
    "leaveChat": leave_chat,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyDescription": _set_about("description", 512),
    "getMyDescription": _get_about("description"),
    "setMyShortDescription": _set_about("short_description", 120),
    "getMyShortDescription": _get_about("short_description"),
}
NAMES = {name.lower(): name for name in METHODS}
PACED = {"sendMessage", "sendPhoto", "sendDocument"}
