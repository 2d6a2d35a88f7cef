"""The live check list of both Zalo interfaces, gone through once by an operator with real tokens.

It shows shapes, codes and settings: never tokens, secrets, names, numbers or what anybody wrote.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from bot.channels.zalo_bot import PATH
from bot.channels.zalo_bot_api import webhook_secret
from bot.channels.zalo_bot_events import inside
from bot.settings import Settings
from bot.zalo_check_account import Account
from bot.zalo_check_bot import BY_HAND as BOT_BY_HAND
from bot.zalo_check_bot import ITEMS as BOT_ITEMS
from bot.zalo_check_bot import Bot, bot, verification, verified
from bot.zalo_check_ear import Ear, serving
from bot.zalo_check_heard import BOT, POLLED, Heard
from bot.zalo_check_heard_oa import OA
from bot.zalo_check_oa import BY_HAND as OA_BY_HAND
from bot.zalo_check_oa import ITEMS as OA_ITEMS
from bot.zalo_check_words import Failed, Found, Item, NotTried, by_hand, line
from bot.zalo_tokens import Tokens
from store.db import Store

POLL_SECONDS = 20
"""Shorter than we wait for the answer: what comes in between would be lost."""
REST_SECONDS = 1
"""After a fetch that was refused."""
INVITATION = """Listening. Write {code} to the bot and to the account, from your own chat; then send a picture
and a sticker, write in a group, and press the test button. Nobody is answered meanwhile. The account's
webhook, PUBLIC_URL/zalo/oa, is set by hand in Zalo's console. Retries show after 30 seconds or more."""
NEEDED = "Please set ZALO_BOT_TOKEN, or ZALO_OA_APP_ID and ZALO_OA_APP_SECRET first."


@dataclass(frozen=True)
class Wish:
    """What the operator gave: chats of their own, and how long to listen."""

    to_bot: str
    to_oa: str
    over: Callable[[], Awaitable[None]] | None
    """Ends when the listening does; None: no listening."""


@dataclass(frozen=True)
class Check:
    settings: Settings
    wish: Wish
    now: Callable[[], datetime]
    tell: Callable[[str], None]


def has_bot(settings: Settings) -> bool:
    return settings.zalo_bot_token is not None


def has_oa(settings: Settings) -> bool:
    return bool(settings.zalo_oa_app_id and settings.zalo_oa_app_secret)


async def go_through(check: Check, store: Store, tokens: Tokens | None) -> None:
    """Look at everything that can be found out, one line each, and name what cannot.

    `tokens` are there where the Official Account is set.
    """
    async with httpx.AsyncClient() as client:
        asked = bot(check.settings, client, check.wish.to_bot)
        if has_bot(check.settings):
            # who listens is told what Zalo finds once there is something to be found
            items = (
                item for item in BOT_ITEMS if not (check.wish.over and item.look is verification)
            )
            await _tell(check, items, asked)
        if tokens:
            account = Account(check.settings, store, tokens, client, check.wish.to_oa)
            await _tell(check, OA_ITEMS, account)
        if check.wish.over:
            await _listen(check, asked, check.wish.over)
        else:
            check.tell("[not tried] what events look like: add --listen 120")
    if has_bot(check.settings):
        _name(check, BOT_BY_HAND)
    if tokens:
        _name(check, OA_BY_HAND)


async def _tell(check: Check, items: Iterable[Item[Any]], context: object) -> None:
    for item in items:
        check.tell(await line(item, context))


def _name(check: Check, steps: Mapping[str, str]) -> None:
    for title, step in steps.items():
        check.tell(by_hand(title, step))


async def _listen(check: Check, asked: Bot, over: Callable[[], Awaitable[None]]) -> None:
    """Hear both interfaces until it is over, and tell what came."""
    ear, code = Ear(check.now), f"{secrets.randbelow(1_000_000):06}"
    polls = has_bot(check.settings) and check.settings.zalo_bot_polling

    async def hear() -> None:
        check.tell(INVITATION.format(code=code))
        if has_bot(check.settings) and not polls:
            check.tell(await line(Item("Bot: webhook for listening", _registered), asked))
        fetching = asyncio.create_task(_fetching(ear, asked)) if polls else None
        await over()
        if fetching:
            fetching.cancel()
            await asyncio.gather(fetching, return_exceptions=True)

    try:
        if polls and not has_oa(check.settings):
            await hear()
        else:
            await serving(ear, check.settings.host, check.settings.port, hear)
    except Failed as failure:
        check.tell(f"[failed] listening: {failure}")
        return
    if has_bot(check.settings):
        await _tell(check, BOT, Heard(check.settings, ear.bot, code, check.now()))
    if has_oa(check.settings):
        await _tell(check, OA, Heard(check.settings, ear.oa, code, check.now()))


async def _registered(asked: Bot) -> Found:
    """Set the webhook as the program does when it starts."""
    url, token = asked.settings.public_url, asked.settings.zalo_bot_token
    if url is None or token is None:
        raise NotTried("set PUBLIC_URL, or ZALO_BOT_POLLING=true")
    params = {
        "url": str(url).rstrip("/") + PATH,
        "secret_token": webhook_secret(token.get_secret_value()),
    }
    answer = (await asked.ask("setWebhook", params)).good("setWebhook")
    return verified(inside(inside(answer.said, "result"), "verification"))


async def _fetching(ear: Ear, asked: Bot) -> None:
    """Poll until cancelled; nothing that goes wrong ends it."""
    while True:
        with suppress(Failed):
            answer = await asked.ask("getUpdates", {"timeout": str(POLL_SECONDS)})
            if not answer.code:
                ear.heard(ear.bot, json.dumps(answer.said).encode(), {POLLED: "yes"})
            if answer.code in (0, 408):
                continue
        await asyncio.sleep(REST_SECONDS)
