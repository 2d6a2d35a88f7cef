"""What only a live token tells of the Zalo Bot Platform (facts/zalo.md, section 1 and 5, point 22)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import httpx

from bot.channels.zalo_bot_events import Json, inside
from bot.settings import Settings
from bot.zalo_check_wire import Answer, asked
from bot.zalo_check_words import Failed, Found, Item, NotTried, printable, setting, shape

NOBODY = "00000000000000000000"
TEST = "toso zalo-check"
LIMIT = 2000
ASTRAL = "\U0001f600"
"""One code point, two UTF-16 units."""
OUTCOMES = {
    "webhook.ok": "nothing to set",
    "webhook.http.403": "let the User-Agent Java/1.8.0_192 through (browser checks off)",
    "webhook.http.404": "lead /zalo/bot of PUBLIC_URL to this program",
    "webhook.err.tls": "give PUBLIC_URL's host a public certificate",
    "webhook.err.dns": "correct PUBLIC_URL: its host has no address",
}
OTHER_OUTCOME = "see that PUBLIC_URL leads to this program, and that it runs"


@dataclass(frozen=True)
class Bot:
    """The bot asked, and the operator's chat with it; empty: nothing may be sent."""

    settings: Settings
    ask: Callable[[str, Json], Awaitable[Answer]]
    chat: str

    async def send(self, method: str, **params: object) -> Answer:
        if not self.chat:
            raise NotTried("name a chat of your own by --to-bot (find it by --listen)")
        return await self.ask(method, {"chat_id": self.chat, **params})


def bot(settings: Settings, client: httpx.AsyncClient, chat: str) -> Bot:
    token = settings.zalo_bot_token.get_secret_value() if settings.zalo_bot_token else ""
    base = f"{str(settings.zalo_bot_api_url).rstrip('/')}/bot{quote(token, safe=':')}/"

    async def ask(method: str, params: Json) -> Answer:
        return await asked(client, "POST", base + method, json=params)

    return Bot(settings, ask, chat)


async def identity(bot: Bot) -> Found:
    me = inside((await bot.ask("getMe", {})).good("getMe").said, "result")
    groups = me.get("can_join_groups") is True
    words = f"{printable(me.get('account_name'))}, can_join_groups {str(groups).lower()}"
    now = f"(now: {bot.settings.zalo_bot_name or 'empty'})"
    return Found(words, f"set ZALO_BOT_NAME to what groups show after the @ {now}" if groups else
                 "nothing to set: ZALO_BOT_NAME is for groups")  # fmt: skip


async def webhook(bot: Bot) -> Found:
    answer = await bot.ask("getWebhookInfo", {})
    if answer.code in (400, 404):
        return Found(f"none is set; that is answered with {answer.code}", _to_receive(bot))
    result = inside(answer.good("getWebhookInfo").said, "result")
    host = urlsplit(str(result.get("url") or "")).hostname
    if not host:
        return Found(f"none is set; the answer is {shape(result)}", _to_receive(bot))
    ours = bot.settings.public_url.host if bot.settings.public_url else ""
    same = (
        "nothing to set" if host == ours else f"PUBLIC_URL is of another host ({ours or 'empty'})"
    )
    return Found(f"it leads to {printable(host)}", same)


def _to_receive(bot: Bot) -> str:
    if bot.settings.zalo_bot_polling:
        return "ZALO_BOT_POLLING=true is right, for development only"
    return "set PUBLIC_URL and start the program, or --listen"


async def verification(bot: Bot) -> Found:
    answer = await bot.ask("testWebhook", {})
    if answer.code == 426:
        raise NotTried("Zalo tests no more webhooks today (426): tomorrow")
    if answer.code in (400, 404):
        raise NotTried(f"refused with {answer.code}: no webhook is set, or there is no such method")
    return verified(inside(answer.good("testWebhook").said, "result"))


def verified(found: Json) -> Found:
    """What Zalo found at the address of the webhook (1.3)."""
    outcome = printable(found.get("outcome")) or "no outcome told"
    status = printable(found.get("status_code")) or "unknown"
    return Found(f"{outcome}, HTTP {status}", OUTCOMES.get(outcome, OTHER_OUTCOME))


async def stranger(bot: Bot) -> Found:
    """A message to nobody, for its refusal: blocked and deleted chats may well give the same."""
    answer = await bot.ask("sendMessage", {"chat_id": NOBODY, "text": "."})
    if not answer.code:
        return Found("a chat that is none is accepted: sends that fail are not told")
    if answer.code in (401, 429):
        answer.good("sendMessage")
    way = "the same as the code" if answer.status == answer.code else "the body decides"
    return Found(f"code {answer.code} with HTTP {answer.status} ({way})",
                 "nothing to set: both ways are understood")  # fmt: skip


async def idle(bot: Bot) -> Found:
    if not bot.settings.zalo_bot_polling:
        raise NotTried("only with ZALO_BOT_POLLING=true and no webhook; both ways are understood")
    answer = await bot.ask("getUpdates", {"timeout": "1"})
    if not answer.code:
        raise Failed("somebody wrote just now, and that message is lost; run this again")
    if answer.code == 400:
        raise NotTried("a webhook is set: the program deletes it when it starts with polling")
    if answer.code != 408:
        answer.good("getUpdates")
    return Found(f"408 comes with HTTP {answer.status}", "nothing to set: both are understood")


async def counting(bot: Bot) -> Found:
    """Three texts around the limit: as long as it, longer in UTF-16 units only, and longer."""
    if await _refused(bot, "ạ" * LIMIT):
        return Found("2,000 letters are refused already: the limit is lower, or one of bytes",
                     "tell the developers: texts have to be split shorter")  # fmt: skip
    if await _refused(bot, "ạ" * (LIMIT - 1) + ASTRAL):
        return Found("counted in UTF-16 units", "nothing to set: texts are split so")
    if await _refused(bot, "ạ" * (LIMIT + 1)):
        return Found("counted in code points", "nothing to set: texts are split shorter")
    return Found("2,001 are accepted too: see in the chat whether the end is there")


async def _refused(bot: Bot, text: str, **params: object) -> bool:
    """Whether it is this message that is refused. Failed when every message to this chat is."""
    answer = await bot.send("sendMessage", text=text, **params)
    if answer.code not in (0, 400):
        answer.good("sendMessage")
    if answer.code and (await bot.send("sendMessage", text=TEST)).code:
        raise Failed("every message to this chat is refused: is --to-bot right?")
    return answer.code == 400


async def arriving(bot: Bot) -> Found:
    answer = await bot.send("sendMessage", text=TEST)
    if answer.code in (400, 403, 404):
        return Found(f"refused with {answer.code} (HTTP {answer.status}): so is a chat that blocked "
                     "the bot or never wrote to it", "write to the bot, then again")  # fmt: skip
    answer.good("sendMessage")
    return Found(f"accepted, the answer is {shape(answer.said.get('result'))}")


async def formatting(bot: Bot) -> Found:
    text = f"{TEST}: this line is bold"
    styles = [{"start": 0, "len": len(text), "st": ["b"]}]
    if await _refused(bot, text, text_styles=styles):
        now = bot.settings.zalo_bot_formatting
        return Found("text_styles is refused", setting("ZALO_BOT_FORMATTING", "false", now))
    return Found("text_styles is accepted",
                 "set ZALO_BOT_FORMATTING=true if it is bold on an old phone too")  # fmt: skip


async def typing(bot: Bot) -> Found:
    answer = (await bot.send("sendChatAction", action="typing")).good("sendChatAction")
    return Found(f"accepted, the answer is {shape(answer.said)}")


ITEMS = (
    Item("Bot: who it is", identity),
    Item("Bot: webhook", webhook),
    Item("Bot: what Zalo finds at the webhook", verification),
    Item("Bot: refusal for a stranger, and its HTTP status", stranger),
    Item("Bot: HTTP status when nobody wrote", idle),
    Item("Bot: a message to you", arriving),
    Item("Bot: how 2,000 characters are counted", counting),
    Item("Bot: bold text", formatting),
    Item("Bot: the sign of typing", typing),
)
BY_HAND = {
    "Bot: whether messages of people count towards 3,000": "look at the number in Bot Creator, write "
    "to the bot 5 times without an answer, look again; then ZALO_BOT_COUNTS_INBOUND=true or false",
    "Bot: what user 51 sees": "have a 51st person write, and look at their phone; users in limits.yaml",
    "Bot: a push after 30 silent days": "keep a test chat silent, then run this with --to-bot",
    "Bot: the code of a chat that blocked the bot": "block it, then run this with --to-bot",
    "Bot: when 429 ends, and its HTTP status": "look into the log at the end of a used up month",
    "Bot: bold text on old phones": "look at the test message there; then ZALO_BOT_FORMATTING",
}
