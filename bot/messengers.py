"""The channels that other companies run, made from the settings: each is there when its token is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

import httpx

from bot.channel import Desk, Messenger
from bot.files import Files
from bot.settings import Settings, WrongSetting
from bot.vault import Vault
from content.i18n import translate
from content.library import Library
from content.limits import Limits
from handlers.commands import COMMANDS
from store.db import Store

if TYPE_CHECKING:
    from bot.channels.zalo_oa import ZaloOA


@dataclass(frozen=True)
class Parts:
    """Of the program, for making its channels."""

    settings: Settings
    desk: Desk
    files: Files
    link: Callable[[str], str]
    store: Store
    vault: Vault
    library: Library
    now: Callable[[], datetime]


def messengers(parts: Parts) -> list[Messenger]:
    made = (_telegram(parts), _zalo_bot(parts), zalo_oa(parts))
    return [messenger for messenger in made if messenger]


def _telegram(parts: Parts) -> Messenger | None:
    settings = parts.settings
    if settings.telegram_token is None:
        return None
    # two seconds and 160 MB, only for who uses it
    from aiogram.utils.token import TokenValidationError

    from bot.channels.telegram import Telegram

    commands = {
        name: translate("vi", command.help)
        for name, command in COMMANDS.items()
        if not command.action
    }
    greeting = translate("vi", "I answer in private chats. Please write to me there.")
    token, url = settings.telegram_token.get_secret_value(), str(settings.telegram_api_url)
    receive = partial(parts.desk.receive, Telegram.can)
    try:
        return Telegram(token, url, receive, parts.files, greeting, commands)
    except TokenValidationError:
        raise WrongSetting("TELEGRAM_TOKEN: this is no bot token") from None


def _zalo_bot(parts: Parts) -> Messenger | None:
    settings = parts.settings
    if settings.zalo_bot_token is None:
        return None
    from bot.channels.zalo_bot import ZaloBot

    return ZaloBot(
        settings.zalo_bot_token.get_secret_value(),
        str(settings.zalo_bot_api_url),
        parts.desk,
        parts.files,
        parts.link,
        polling=settings.zalo_bot_polling,
        bot_name=settings.zalo_bot_name,
        formatting=settings.zalo_bot_formatting,
        share_link=str(settings.zalo_bot_link or ""),
    )


def zalo_oa(parts: Parts) -> "ZaloOA | None":
    """The Official Account. WrongSetting when only a part of what it needs is given."""
    settings = parts.settings
    needed = {
        "ZALO_OA_ID": settings.zalo_oa_id,
        "ZALO_OA_APP_ID": settings.zalo_oa_app_id,
        "ZALO_OA_APP_SECRET": settings.zalo_oa_app_secret,
        "ZALO_OA_SECRET": settings.zalo_oa_secret,
    }
    missing = [name for name, value in needed.items() if not value]
    if len(missing) == len(needed):
        return None
    if missing or settings.zalo_oa_app_secret is None:
        raise WrongSetting(f"{', '.join(missing)}: the Official Account needs these too")
    from bot.channels.zalo_oa import ZaloOA
    from bot.zalo_tokens import Tokens

    tokens = Tokens(
        parts.store, parts.vault, parts.now, httpx.AsyncClient(), settings.zalo_oa_app_id,
        settings.zalo_oa_app_secret.get_secret_value(), str(settings.zalo_oauth_url),
        parts.desk.alarm,
    )  # fmt: skip
    ward = parts.library.wards.get(settings.ward or "")
    return ZaloOA(settings, parts.desk, parts.files, parts.link, tokens, ward.name if ward else "")


def allowed(limits: Mapping[str, Limits], settings: Settings) -> dict[str, Limits]:
    """The limits in force: the ward's package, money and templates are its own."""
    package = "zalo_oa" if settings.zalo_oa_package == "growth" else "zalo_oa_comprehensive"
    templates = {kind: one.price for kind, one in settings.zalo_oa_templates.items()}
    account = {"budget": settings.zalo_oa_budget, "templates": templates}
    bot = {"counts_inbound": settings.zalo_bot_counts_inbound}
    return {
        **limits,
        "zalo_oa": limits[package].model_copy(update=account),
        "zalo_bot": limits["zalo_bot"].model_copy(update=bot),
    }
