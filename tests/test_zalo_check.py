"""The live check list: what it finds, and which setting it names, with each unknown set either way."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner

from bot.cli import app as cli
from bot.settings import Settings
from bot.vault import Vault
from bot.zalo_check import NEEDED, Check, Wish, go_through, has_oa
from bot.zalo_check_bot import ASTRAL
from bot.zalo_check_bot import BY_HAND as BOT_BY_HAND
from bot.zalo_check_bot import ITEMS as BOT_ITEMS
from bot.zalo_check_ear import MOST, Ear
from bot.zalo_check_heard import BOT as BOT_HEARD
from bot.zalo_check_heard_oa import OA as OA_HEARD
from bot.zalo_check_oa import BY_HAND as OA_BY_HAND
from bot.zalo_check_oa import ITEMS as OA_ITEMS
from bot.zalo_check_oa import PRESS
from bot.zalo_check_words import printable, shape, tail
from bot.zalo_tokens import Tokens
from store import zalo_tokens
from store.db import Store
from store.migrate import migrate
from store.zalo_tokens import Pair
from tests.conftest import run
from tests.fakes.serving import serve
from tests.fakes.zalo_bot import FakeZaloBot
from tests.fakes.zalo_bot import user as bot_user
from tests.fakes.zalo_bot_world import Options as BotOptions
from tests.fakes.zalo_oa import FakeZaloOA
from tests.fakes.zalo_oa import Options as OAOptions
from tests.fakes.zalo_oa import user as oa_user
from tests.people import Clock, settings

ROOT = Path(__file__).parent.parent
TOKEN = "1459000000000000123:TEST-secret-of-nobody"
APP, OA, OTHER = "4012345678901234567", "1646843870823900002", "1646843870823900003"
APP_SECRET, OA_SECRET = "AppSecretInvented01", "OASecretInvented01"
TU, LAN = 1, 2
HIDDEN = (TOKEN.partition(":")[2], APP_SECRET, OA_SECRET, "AT-0001", "RT-0001", "Bác Tư", "84912")
BOT_SET = {"zalo_bot_token": TOKEN}
OA_SET = {
    "zalo_oa_id": OA, "zalo_oa_app_id": APP, "zalo_oa_app_secret": APP_SECRET,
    "zalo_oa_secret": OA_SECRET,
}  # fmt: skip
Options = dict[str, Any]


async def nobody(channel: str, code: str) -> None:
    """The operator reads the list."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class Place:
    """Both platforms, and the list of an operator who knows where to write."""

    bot: FakeZaloBot
    oa: FakeZaloOA
    settings: Settings
    store: Store
    clock: Clock
    tokens: Tokens
    lines: list[str] = field(default_factory=list)

    async def go(
        self, to_bot: str = "", to_oa: str = "", over: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        check = Check(self.settings, Wish(to_bot, to_oa, over), self.clock, self.lines.append)
        tokens = self.tokens if has_oa(self.settings) else None
        await go_through(check, self.store, tokens)
        told = "\n".join(self.lines)
        assert [secret for secret in HIDDEN if secret in told] == []

    async def sending(self) -> None:
        await self.go(bot_user(TU), oa_user(TU))

    async def listening(self, story: Callable[["Place"], Awaitable[None]]) -> None:
        await self.go(over=lambda: story(self))

    def said(self, title: str) -> str:
        """The one line of an item."""
        found = [line for line in self.lines if line.partition("] ")[2].startswith(f"{title}: ")]
        assert len(found) == 1, "\n".join(self.lines)
        return found[0]

    @property
    def code(self) -> str:
        """What the operator is asked to write."""
        (code,) = re.findall(r"Write (\d{6}) to", "\n".join(self.lines))
        return str(code)


def fitting(kind: type, options: Options) -> Options:
    known = {each.name for each in fields(kind)}
    return {name: value for name, value in options.items() if name in known}


@asynccontextmanager
async def place(
    url: str, options: Options | None = None, authorised: bool = True, **given: Any
) -> AsyncIterator[Place]:
    """`options` are those of whichever fake has them."""
    clock, store, port = Clock(), Store(url), free_port()
    bot = FakeZaloBot(TOKEN, clock, **fitting(BotOptions, options or {}))
    oa = FakeZaloOA(APP, APP_SECRET, OA_SECRET, OA, clock, **fitting(OAOptions, options or {}))
    await migrate(store.engine)
    async with serve(bot.app) as bot_api, serve(oa.app) as oa_api:
        addresses = {
            "zalo_bot_api_url": bot_api, "zalo_oa_api_url": oa_api, "zalo_oauth_url": oa_api,
            "zalo_oa_business_url": oa_api, "public_url": f"http://127.0.0.1:{port}", "port": port,
        }  # fmt: skip
        made = settings(url, **(addresses | given))
        vault = Vault("k", clock)
        tokens = Tokens(
            store, vault, clock, httpx.AsyncClient(trust_env=False), APP, APP_SECRET, oa_api, nobody
        )
        if authorised:
            await authorise(store, oa, vault, clock())
        oa.webhook = f"http://127.0.0.1:{port}/zalo/oa"
        yield Place(bot, oa, made, store, clock, tokens)
        await tokens.close()
    await store.close()


async def authorise(store: Store, oa: FakeZaloOA, vault: Vault, at: datetime) -> None:
    access, refresh = map(vault.seal, oa.grant())
    pair = Pair(access, refresh, at.replace(year=at.year + 1), at)
    await store.write(lambda db: zalo_tokens.put(db, APP, pair))


def story(
    url: str, told: Callable[[Place], Awaitable[None]], options: Options | None = None, **given: Any
) -> None:
    async def scenario() -> None:
        async with place(url, options, **given) as here:
            await told(here)

    run(asyncio.wait_for(scenario(), 60))


async def known(here: Place) -> None:
    """Somebody wrote to both; where they go nobody listens."""
    here.oa.webhook = None
    await here.bot.text(TU, "chào")
    await here.oa.text(oa_user(TU), "chào")


# --- the Bot ------------------------------------------------------------------------------------

STRANGER, COUNTING = (
    "Bot: refusal for a stranger, and its HTTP status",
    "Bot: how 2,000 characters are counted",
)
BOT_CASES: list[tuple[Options, Options, str, str]] = [
    # options of the platform, our settings, the item, what its line ends with or holds
    ({}, {}, "Bot: who it is", "set ZALO_BOT_NAME to what groups show after the @ (now: empty)"),
    ({"max_groups": 0}, {}, "Bot: who it is", "nothing to set: ZALO_BOT_NAME is for groups"),
    ({}, {}, "Bot: webhook", "set PUBLIC_URL and start the program"),
    ({}, {}, "Bot: what Zalo finds at the webhook", "[not tried]"),
    (
        {"http_status": "same_as_code"},
        {},
        STRANGER,
        "code 400 with HTTP 400 (the same as the code)",
    ),
    ({"http_status": "always_200"}, {}, STRANGER, "code 400 with HTTP 200 (the body decides)"),
    ({"stranger": 403}, {}, STRANGER, "code 403 with HTTP 403"),
    ({"stranger": 404}, {}, STRANGER, "code 404 with HTTP 404"),
    ({"text_units": "code_points"}, {}, COUNTING, "counted in code points"),
    ({"text_units": "utf16"}, {}, COUNTING, "counted in UTF-16 units"),
    ({}, {}, "Bot: a message to you", "{message_id: text, date: number}"),
    ({}, {}, "Bot: bold text", "set ZALO_BOT_FORMATTING=true if it is bold on an old phone too"),
    ({}, {}, "Bot: the sign of typing", "{ok: yes/no}"),
    ({}, {}, "Bot: HTTP status when nobody wrote", "[not tried]"),
]


@pytest.mark.parametrize(("options", "given", "title", "words"), BOT_CASES)
def test_the_bot(options: Options, given: Options, title: str, words: str, sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        await known(here)
        await here.sending()
        assert words in here.said(title)

    story(sqlite_url, told, options, **BOT_SET, **given)


DONE = asyncio.Event()
DONE.set()
BOT_FAULTS: list[tuple[Callable[[FakeZaloBot], None], str, str]] = [
    (lambda bot: bot.fail("getMe", code=401), "Bot: who it is", "getMe was refused with 401"),
    (lambda bot: bot.garble("getMe"), "Bot: who it is", "an HTML page came with HTTP 200"),
    (lambda bot: bot.cut("getMe"), "Bot: who it is", "no answer"),
    (lambda bot: bot.fail("sendMessage", code=429), STRANGER, "refused with 429"),
    (lambda bot: bot.fail("sendMessage", code=429, times=9), COUNTING, "refused with 429"),
    (lambda bot: bot.fail("sendMessage", code=400, times=9), COUNTING, "is --to-bot right?"),
    (lambda bot: fails_later(bot, 2), COUNTING, "refused already"),
    (lambda bot: bot.fail("sendMessage", code=400, times=9), "Bot: bold text", "is --to-bot right?"),
    (lambda bot: fails_later(bot, 6), "Bot: bold text", "ZALO_BOT_FORMATTING=false is right"),
    (lambda bot: bot.fail("getWebhookInfo", code=404), "Bot: webhook", "answered with 404"),
    (lambda bot: bot.fail("testWebhook", code=426), "Bot: what Zalo finds at the webhook", "tomorrow"),
    (lambda bot: bot.block(TU), "Bot: a message to you", "refused with 400 (HTTP 400)"),
]  # fmt: skip


def fails_later(bot: FakeZaloBot, calls: int) -> None:
    """Refuses a sendMessage after so many calls of it."""
    bot.slow("sendMessage", DONE, times=calls)
    bot.fail("sendMessage", code=400)


@pytest.mark.parametrize(("fault", "title", "words"), BOT_FAULTS)
def test_a_failing_item_says_so_and_the_list_goes_on(
    fault: Callable[[FakeZaloBot], None], title: str, words: str, sqlite_url: str
) -> None:
    async def told(here: Place) -> None:
        await known(here)
        fault(here.bot)
        await here.sending()
        assert words in here.said(title)
        for other in (*(item.title for item in BOT_ITEMS), *BOT_BY_HAND):
            assert here.said(other)

    story(sqlite_url, told, **BOT_SET)


@pytest.mark.parametrize("outcome", ["webhook.ok", "webhook.http.403", "webhook.err.tls"])
def test_where_the_webhook_leads_and_what_is_there(outcome: str, sqlite_url: str) -> None:
    advice = {
        "webhook.ok": "HTTP 200 -> nothing to set",
        "webhook.http.403": "HTTP 403 -> let the User-Agent",
        "webhook.err.tls": "a public certificate",
    }

    async def told(here: Place) -> None:
        here.bot.verification(outcome)
        hook = {"url": "https://a.example.vn/zalo/bot", "secret_token": "invented-secret"}
        base = f"{here.settings.zalo_bot_api_url}bot{TOKEN}/setWebhook"
        async with httpx.AsyncClient(trust_env=False) as client:
            assert (await client.post(base, json=hook)).json()["ok"]
        await here.go()
        assert "it leads to a.example.vn -> PUBLIC_URL is of another" in here.said("Bot: webhook")
        assert advice[outcome] in here.said("Bot: what Zalo finds at the webhook")

    story(sqlite_url, told, **BOT_SET)


@pytest.mark.parametrize(("way", "status"), [("same_as_code", 408), ("always_200", 200)])
def test_how_it_is_told_that_nobody_wrote(way: str, status: int, sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        going = asyncio.create_task(here.go())
        await here.bot.until(lambda: here.bot.polling)
        here.bot.end_poll()
        await going
        assert f"408 comes with HTTP {status}" in here.said("Bot: HTTP status when nobody wrote")
        assert "ZALO_BOT_POLLING=true is right" in here.said("Bot: webhook")

    story(sqlite_url, told, {"http_status": way}, **BOT_SET, zalo_bot_polling=True)


def test_whoever_writes_into_that_fetch_is_not_hidden(sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        going = asyncio.create_task(here.go())
        await here.bot.until(lambda: here.bot.polling)
        await here.bot.text(TU, "chào")
        await going
        assert "somebody wrote just now" in here.said("Bot: HTTP status when nobody wrote")

    story(sqlite_url, told, **BOT_SET, zalo_bot_polling=True)


def test_nothing_is_sent_where_no_chat_is_named(sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        await known(here)
        await here.go()
        assert here.bot.sent == []
        assert here.oa.shown == []
        assert here.oa.called("/v3.0/oa/message/cs") == []
        for title in (
            "Bot: a message to you",
            COUNTING,
            "Bot: bold text",
            "Bot: the sign of typing",
        ):
            assert "[not tried]" in here.said(title)
            assert "--to-bot" in here.said(title)
        for title in ("OA: a text to you", "OA: list with buttons"):
            assert "--to-oa" in here.said(title)
        assert any("--listen" in line for line in here.lines)

    story(sqlite_url, told, **BOT_SET, **OA_SET)


def test_test_messages_go_to_the_named_chat_alone(sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        await known(here)
        await here.bot.text(LAN, "chào")
        await here.oa.text(oa_user(LAN), "chào")
        await here.sending()
        assert {chat for chat, _ in here.bot.sent} == {bot_user(TU)}
        assert {shown.to for shown in here.oa.shown} == {oa_user(TU)}
        texts = [params["text"] for params in here.bot.called("sendMessage")]
        assert {len(text) for text in texts} >= {2000, 2001}
        assert any(ASTRAL in text and len(text) == 2000 for text in texts)

    story(sqlite_url, told, **BOT_SET, **OA_SET)


# --- the Official Account -----------------------------------------------------------------------

LIST, PACKAGE, RATE = "OA: list with buttons", "OA: package", "OA: rate"
QUOTA, TEMPLATES = "OA: consultation quota", "OA: templates"
APPROVED = {"templates": {"301234": {"price": 200, "params": ["ho_ten", "noi_dung"]}}}


def template(id: str = "301234", **data: str) -> Options:
    return {"zalo_oa_templates": {"reminder": {"id": id, "price": 200, "data": data}}}


OA_CASES: list[tuple[Options, Options, str, str]] = [
    ({"buttons": "accept"}, {}, LIST, "set ZALO_OA_BUTTONS=true (now: false)"),
    ({"buttons": "accept"}, {"zalo_oa_buttons": True}, LIST, "ZALO_OA_BUTTONS=true is right"),
    ({"buttons": "refuse"}, {}, LIST, "-233 -> ZALO_OA_BUTTONS=false is right"),
    ({"buttons": "refuse"}, {"zalo_oa_buttons": True}, LIST, "set ZALO_OA_BUTTONS=false (now: true)"),
    ({"package": "growth"}, {}, PACKAGE, "until 20/11/2027 -> ZALO_OA_PACKAGE=growth is right"),
    ({"package": "comprehensive"}, {}, PACKAGE, "set ZALO_OA_PACKAGE=comprehensive (now: growth)"),
    ({"package": "standard"}, {}, PACKAGE, "[failed] OA: package: -224"),
    ({"oa_type": 4}, {}, "OA: which account", "oa_type 4 (government)"),
    ({"oa_type": 2}, {}, "OA: which account", "oa_type 2, "),
    ({}, {}, "OA: which account", "oaid ...0002 -> ZALO_OA_ID is right"),
    ({}, {"zalo_oa_id": OTHER}, "OA: which account", "set ZALO_OA_ID to the id of this account"),
    ({"package": "growth"}, {}, RATE, "100 a minute, 97 left -> rate in content/limits.yaml is right"),
    ({"package": "growth"}, {"zalo_oa_package": "comprehensive"}, RATE, "to less than 100 (now: 1900)"),
    ({"consultations": 500}, {}, QUOTA, "counted=500 is right"),
    ({"consultations": 2000}, {}, QUOTA, "in content/limits.yaml: set counted=2000 (now: 500)"),
    ({"numbers": "str"}, {}, QUOTA, "list of 1 {product_type: text, quota_type: text, total: text"),
    ({"numbers": "int"}, {}, QUOTA, "total: number, remain: number}; total 500, remain 500"),
    ({"quota_object": True}, {}, "OA: a text to you", "quota is {quota_type: text"),
    ({"quota_object": False}, {}, "OA: a text to you", "quota is absent"),
    ({"http_401": True}, {}, "OA: refusal of a wrong token", "-216 with HTTP 401"),
    ({"http_401": False}, {}, "OA: refusal of a wrong token", "-216 with HTTP 200"),
    ({}, {}, "OA: refusal for a stranger", "-201 with HTTP 200, the answer is {error: number"),
    ({}, {}, "OA: upload of a picture", "{attachment_id: text}"),
    ({}, {}, TEMPLATES, "0 approved, none is set"),
    (APPROVED, template(ho_ten="{ward}", noi_dung="{text}"), TEMPLATES, "reminder is right -> nothing"),
    (APPROVED, template(ho_ten="{ward}", gio="{time}"), TEMPLATES,
     "lacks ['noi_dung'] and has too many ['gio'] -> correct ZALO_OA_TEMPLATES"),
    (APPROVED, template("301235", ho_ten="x"), TEMPLATES, "reminder is not among the approved ones"),
    ({}, {}, "OA: tokens", "refreshed 2026-11-20 12:00"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "given", "title", "words"), OA_CASES)
def test_the_account(
    options: Options, given: Options, title: str, words: str, sqlite_url: str
) -> None:
    async def told(here: Place) -> None:
        await known(here)
        await here.sending()
        assert words in here.said(title)

    story(sqlite_url, told, options, **(OA_SET | given))


def test_templates_without_listed_parameters_are_compared_by_hand(sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        await here.go()
        assert "compare its parameters by hand" in here.said(TEMPLATES)

    story(sqlite_url, told, {"templates": {"7": {"price": 200}}}, **OA_SET, **template("7", a="b"))


OA_FAULTS: list[tuple[Callable[[FakeZaloOA], None], str, str]] = [
    (lambda oa: oa.fail("/v2.0/oa/getoa", 502, times=2), PACKAGE, "an HTML page came with HTTP 502"),
    (lambda oa: oa.cut("/v3.0/oa/quota/message"), QUOTA, "[failed] OA: consultation quota: no answer"),
    (lambda oa: oa.fail("/v3.0/oa/quota/message", code=-224), QUOTA, "refused with -224"),
    (lambda oa: oa.garble("/template/all"), TEMPLATES, "an HTML page"),
    (lambda oa: oa.fail("/v3.0/oa/message/cs", code=-230), "OA: a text to you", "write to the account"),
    (lambda oa: oa.fail("/v3.0/oa/message/cs", code=-210, times=2), LIST, "refused with -210"),
]  # fmt: skip


@pytest.mark.parametrize(("fault", "title", "words"), OA_FAULTS)
def test_a_failing_call_of_the_account_ends_nothing(
    fault: Callable[[FakeZaloOA], None], title: str, words: str, sqlite_url: str
) -> None:
    async def told(here: Place) -> None:
        await known(here)
        fault(here.oa)
        await here.sending()
        assert words in here.said(title)
        for other in (*(item.title for item in OA_ITEMS), *OA_BY_HAND):
            assert here.said(other)

    story(sqlite_url, told, **OA_SET)


def test_without_an_authorisation_it_says_how_to_get_one(sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        await here.go()
        assert "no tokens are stored -> run toso zalo-login" in here.said("OA: tokens")
        assert "no token (not authorised): toso zalo-login" in here.said(PACKAGE)

    story(sqlite_url, told, authorised=False, **OA_SET)


def test_a_token_that_was_replaced_is_renewed(sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        here.oa.grant()
        await here.go()
        assert "ZALO_OA_PACKAGE=growth is right" in here.said(PACKAGE)
        assert here.oa.refreshed == 1

    story(sqlite_url, told, **OA_SET)


# --- listening ----------------------------------------------------------------------------------


async def to_bot(here: Place) -> None:
    """What an operator does, and what Zalo does after the first 500 of each kind."""
    await here.bot.text(TU, here.code)
    await here.bot.text(LAN, "số của tôi 0912345678")
    await here.bot.image(LAN, "ảnh của tôi")
    here.clock.forward(seconds=31)
    await here.bot.tick()


BOT_HEARING: list[tuple[Options, str, str]] = [
    ({"body": "wrapped"}, "wrapped or bare", "wrapped (5) -> nothing to set"),
    ({"body": "bare"}, "wrapped or bare", "bare (5) -> nothing to set"),
    ({"image_field": "photo"}, "field of a picture", "photo (2)"),
    ({"image_field": "photo_url"}, "field of a picture", "photo_url (2)"),
    ({"probe": True}, "probes", "0 bytes (1)"),
    ({"probe": False}, "probes", "probes: none ->"),
    (
        {},
        "retries after a 500",
        "message.text.received: again after 31 s; message.image.received: again",
    ),
    ({"retries": ()}, "retries after a 500", "message.text.received: not again within 31 s"),
    ({}, "caller", "Java/1.8.0_192 (5)"),
    ({}, "your chat", f"your chat id is {bot_user(TU)} -> give it to --to-bot"),
    ({}, "events", "message: {from: {id: text, display_name: text"),
    ({}, "its name in groups", "[not tried]"),
]


@pytest.mark.parametrize(("options", "title", "words"), BOT_HEARING)
def test_what_is_heard_of_the_bot(
    options: Options, title: str, words: str, sqlite_url: str
) -> None:
    async def told(here: Place) -> None:
        await here.listening(to_bot)
        assert words in here.said(f"Bot, heard: {title}")
        everything = "\n".join(here.lines)
        assert not re.search(f"0912345678|của tôi|{bot_user(LAN)}", everything)

    story(sqlite_url, told, {"retries": (30,)} | options, **BOT_SET)


def test_the_secret_header_tells_who_posts(sqlite_url: str) -> None:
    async def strangers_too(here: Place) -> None:
        await here.bot.text(TU, "chào")
        async with httpx.AsyncClient(trust_env=False) as client:
            address = f"{here.settings.public_url}zalo/bot"
            await client.post(address, json={"event_name": "\x1b[2Jfoul"})
            await client.post(address, headers={"X-Bot-Api-Secret-Token": "guessed"})

    async def told(here: Place) -> None:
        await here.listening(strangers_too)
        words = "missing (1), right (2), wrong (1) -> see who else knows this address"
        assert words in here.said("Bot, heard: secret header")
        assert "\x1b" not in "".join(here.lines)
        assert "what Zalo finds" not in "".join(here.lines)  # there was nothing to be found yet
        assert "webhook.ok, HTTP 200" in here.said("Bot: webhook for listening")

    story(sqlite_url, told, **BOT_SET)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "set ZALO_BOT_NAME to what stands after the @ in the group"),
        ("Bot Phường An Hòa", "ZALO_BOT_NAME is right"),
        ("Bot Khác", "set ZALO_BOT_NAME to what stands after the @ there (now: Bot Khác)"),
    ],
)
def test_the_name_in_groups(name: str, words: str, sqlite_url: str) -> None:
    async def in_a_group(here: Place) -> None:
        await here.bot.text(TU, "@Bot Phường An Hòa chào", group=1)

    async def told(here: Place) -> None:
        await here.listening(in_a_group)
        assert words in here.said("Bot, heard: its name in groups")

    story(sqlite_url, told, **BOT_SET, zalo_bot_name=name)


def test_a_bot_that_polls_is_heard_without_a_server(sqlite_url: str) -> None:
    async def while_polling(here: Place) -> None:
        await here.bot.until(lambda: here.bot.polling)
        await here.bot.text(TU, here.code)
        await here.bot.until(lambda: len(here.bot.called("getUpdates")) == 3)

    async def told(here: Place) -> None:
        going = asyncio.create_task(here.listening(while_polling))
        await here.bot.until(lambda: here.bot.polling)
        here.bot.end_poll()
        await going
        assert bot_user(TU) in here.said("Bot, heard: your chat")
        assert "[not tried]" in here.said("Bot, heard: secret header")

    story(sqlite_url, told, **BOT_SET, zalo_bot_polling=True)


async def to_oa(here: Place) -> None:
    me = oa_user(TU)
    await here.oa.text(me, here.code)
    await here.oa.text(oa_user(LAN), "số của tôi 0912345678")
    await here.oa.text(me, PRESS)
    await here.oa.submit_info(oa_user(LAN), "Nguyễn Văn Tư", "84912345678")
    here.clock.forward(seconds=30)
    await here.oa.tick()


SIGNATURE = "signature"
OA_HEARING: list[tuple[Options, Options, str, str]] = [
    ({}, {}, SIGNATURE, "ZALO_OA_SECRET; lower-case hex (6) -> set ZALO_OA_VERIFY=enforce (now: log)"),
    ({"prefix": "mac="}, {}, SIGNATURE, "all match ZALO_OA_SECRET; mac= and lower-case hex (6)"),
    ({"upper": True}, {}, SIGNATURE, "all match ZALO_OA_SECRET; upper-case hex (6)"),
    ({}, {"zalo_oa_verify": "enforce"}, SIGNATURE, "ZALO_OA_VERIFY=enforce is right"),
    ({}, {"zalo_oa_secret": "another", "zalo_oa_verify": "enforce"}, SIGNATURE,
     "6 of 6 do not match ZALO_OA_SECRET; lower-case hex (6) -> set ZALO_OA_VERIFY=log (now: enforce)"),
    ({}, {}, "ids", "app_id and the account's id are as set"),
    ({}, {"zalo_oa_id": OTHER}, "ids", "correct ZALO_OA_ID (came: ...0002)"),
    ({}, {}, "retries after a 500", "user_send_text: again after 30 s with num_retry 1; user_submit"),
    ({}, {}, "a pressed button", "came back as user_send_text (1) -> set ZALO_OA_BUTTONS=true"),
    ({}, {}, "your id", f"your id is {oa_user(TU)} -> give it to --to-oa"),
    ({}, {}, "events", "user_submit_info {"),
    ({}, {}, "probes", "probes: none ->"),
    ({}, {}, "report of a delivery", "[not tried]"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "given", "title", "words"), OA_HEARING)
def test_what_is_heard_of_the_account(
    options: Options, given: Options, title: str, words: str, sqlite_url: str
) -> None:
    async def told(here: Place) -> None:
        await here.listening(to_oa)
        assert words in here.said(f"OA, heard: {title}")
        everything = "\n".join(here.lines)
        assert not re.search(f"912345678|của tôi|Nguyễn|{oa_user(LAN)}", everything)

    story(sqlite_url, told, options, **(OA_SET | given))


def test_the_two_secrets_of_the_account_may_be_mixed_up(sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        here.oa._courier._oa_secret = APP_SECRET
        await here.listening(to_oa)
        words = "all match ZALO_OA_APP_SECRET instead; lower-case hex (6) -> set ZALO_OA_SECRET"
        assert words in here.said("OA, heard: signature")

    story(sqlite_url, told, **OA_SET)


@pytest.mark.parametrize(
    ("way", "words"), [("message", "in message (1)"), ("top", "at the top (1)")]
)
def test_where_a_report_keeps_its_fields(way: str, words: str, sqlite_url: str) -> None:
    async def reported(here: Place) -> None:
        sent = {"user_id": oa_user(TU), "template_id": "1", "template_data": {}}
        token = here.tokens.vault.unseal((await here.tokens._pair()).access)
        async with httpx.AsyncClient(trust_env=False) as client:
            url = f"{here.settings.zalo_oa_api_url}v3.0/oa/message/template"
            await client.post(url, json=sent, headers={"access_token": token})
        here.clock.forward(seconds=3)
        await here.oa.tick()

    async def told(here: Place) -> None:
        webhook, here.oa.webhook = here.oa.webhook, None
        await here.oa.text(oa_user(TU), "chào")
        here.oa.webhook = webhook
        await here.listening(reported)
        assert words in here.said("OA, heard: report of a delivery")

    story(
        sqlite_url, told, {"report": way, "templates": {"1": {"price": 1, "params": []}}}, **OA_SET
    )


@pytest.mark.parametrize(
    ("kind", "words"), [("str", "latitude: text"), ("number", "latitude: number")]
)
def test_how_places_are_written(kind: str, words: str, sqlite_url: str) -> None:
    async def somewhere(here: Place) -> None:
        await here.oa.location(oa_user(TU))

    async def told(here: Place) -> None:
        await here.listening(somewhere)
        assert words in here.said("OA, heard: events")
        assert "16.4637" not in "".join(here.lines)

    story(sqlite_url, told, {"coordinates": kind}, **OA_SET)


async def nothing_happens(here: Place) -> None:
    pass


def test_silence_is_told_of_every_item(sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        await here.listening(nothing_happens)
        for item in (*BOT_HEARD, *OA_HEARD):
            assert here.said(item.title)
        assert "[not tried] Bot, heard: events: nothing came" in here.lines

    story(sqlite_url, told, **BOT_SET, **OA_SET)


def test_an_address_in_use_is_told(sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        with socket.create_server(("127.0.0.1", here.settings.port)):
            await here.listening(nothing_happens)
        assert any("is in use or not ours: stop the program first" in line for line in here.lines)
        assert here.said("Bot: a push after 30 silent days")

    story(sqlite_url, told, **BOT_SET)


def test_the_ear_keeps_no_more_than_it_needs() -> None:
    ear = Ear(Clock())
    answers = [ear.heard(ear.bot, b'{"event_name": "a"}', {}) for _ in range(MOST + 9)]
    assert answers == [True] + [False] * (MOST + 8)
    assert len(ear.bot) == MOST


def test_words_are_safe_to_show() -> None:
    assert printable("a\x1b[2J\nb") == "a[2Jb"
    assert tail("1646843870823900002") == "...0002"
    assert tail("1234") == "..."
    assert shape([[[[[[[[[["deep"]]]]]]]]]]).endswith("...")
    assert (
        shape({"a b": [1, 2], "c": None, "d": True}) == "{?: list of 2 number, c: null, d: yes/no}"
    )


# --- the command line ---------------------------------------------------------------------------


def test_with_neither_it_names_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/toso.db")
    result = CliRunner().invoke(cli, ["zalo-check"])
    assert result.exit_code == 1
    assert result.stderr.strip() == NEEDED
    assert not (tmp_path / "toso.key").exists()


@asynccontextmanager
async def command(
    here: Place, folder: Path, *args: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    given = here.settings
    own = {
        "DATABASE_URL": given.database_url, "SECRET_KEY": "k", "ZALO_BOT_TOKEN": TOKEN,
        "ZALO_OA_ID": OA, "ZALO_OA_APP_ID": APP, "ZALO_OA_APP_SECRET": APP_SECRET,
        "ZALO_OA_SECRET": OA_SECRET, "PORT": str(given.port), "PUBLIC_URL": str(given.public_url),
        "ZALO_BOT_API_URL": str(given.zalo_bot_api_url), "ZALO_OA_API_URL": str(given.zalo_oa_api_url),
        "ZALO_OA_BUSINESS_URL": str(given.zalo_oa_business_url),
        "ZALO_OAUTH_URL": str(given.zalo_oauth_url), "PYTHONPATH": str(ROOT), "NO_PROXY": "*",
    }  # fmt: skip
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", "from bot.cli import app; app()", "zalo-check", *args, cwd=folder,
        env=os.environ | own, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def read_until(process: asyncio.subprocess.Process, words: str, here: Place) -> None:
    assert process.stdout
    while not here.lines or words not in here.lines[-1]:
        line = (await process.stdout.readline()).decode()
        assert line, "\n".join(here.lines)
        here.lines.append(line.rstrip("\n"))


def test_the_command_listens_until_it_is_told_to_stop(tmp_path: Path, sqlite_url: str) -> None:
    async def told(here: Place) -> None:
        await authorise(
            here.store, here.oa, Vault("k", here.clock), datetime(2099, 1, 1, tzinfo=UTC)
        )
        async with command(here, tmp_path, "--listen", "600") as process:
            await read_until(process, "Bot: webhook for listening", here)
            await here.bot.text(TU, here.code)
            await here.oa.text(oa_user(TU), here.code)
            process.send_signal(signal.SIGINT)
            out, err = await process.communicate()
        here.lines += out.decode().splitlines()
        assert (process.returncode, err) == (0, b"")
        assert "webhook.ok" in here.said("Bot: webhook for listening")
        assert bot_user(TU) in here.said("Bot, heard: your chat")
        assert oa_user(TU) in here.said("OA, heard: your id")
        assert "ZALO_OA_VERIFY=enforce" in here.said("OA, heard: signature")
        assert [secret for secret in HIDDEN if secret in "\n".join(here.lines)] == []

    story(sqlite_url, told)
