"""Where a QR code on a poster leads: `/q/<payload>`, and from there into whichever app somebody uses.

Zalo hands over no payload (facts/zalo.md, 1.6 and 2): the page says what to type there instead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from content.i18n import DEFAULT, LANGUAGES, N_, translate
from content.library import Library
from handlers import campaigns
from handlers.payload import Named, named
from store.db import Store

HELLO = "xin chào"
"""What to type when a code opens nothing: it brings the greeting."""
OPEN_HERE = N_("Open here, nothing to install")
LABELS = {
    "zalo_oa": N_("Open on Zalo"),
    "zalo_bot": N_("Open the bot on Zalo"),
    "telegram": N_("Open on Telegram"),
}
TYPED = ("zalo_oa", "zalo_bot")
"""Channels that carry no code: people type a word there."""


class Opened(Protocol):
    """A channel people can be sent to (bot.channel.Messenger)."""

    name: str

    def address(self, code: str) -> str: ...


@dataclass(frozen=True)
class Landing:
    """The page, with the channels that are set up."""

    library: Library
    channels: Sequence[Opened]
    store: Store

    @property
    def routes(self) -> list[Route]:
        return [Route("/q/{code:path}", self._page, methods=["GET"])]

    async def _page(self, request: Request) -> Response:
        lang = request.query_params.get("lang", DEFAULT)
        lang = lang if lang in LANGUAGES else DEFAULT
        code = request.path_params["code"]
        found = named(self.library, code, lang) or await self._campaign(code, lang)
        code = quote(code) if found else ""
        known = {one.name: one.address(code) for one in self.channels}
        ways = [(OPEN_HERE, f"/?start={code}&lang={lang}" if code else f"/?lang={lang}")]
        ways += [(label, known[name]) for name, label in LABELS.items() if known.get(name)]
        typed = any(known.get(name) for name in TYPED)
        return HTMLResponse(_html(lang, found, ways, typed))

    async def _campaign(self, code: str, lang: str) -> Named | None:
        """A campaign is no content: it stands in the database."""
        if code.partition("_")[0] not in (campaigns.CAMPAIGN, campaigns.VOLUNTEER):
            return None
        return await self.store.read(lambda db: campaigns.named(db, self.library, code, lang))


def _html(lang: str, found: Named | None, ways: list[tuple[str, str]], typed: bool) -> str:
    tr = partial(translate, lang)
    title = found.title if found else tr("Step-by-step help with online services")
    buttons = "".join(
        f'<p><a class="option" href="{escape(address)}">{escape(tr(label))}</a></p>'
        for label, address in ways
    )
    about = tr("An automatic assistant. If you press the wrong thing, just ask again.")
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>Tổ Số – {escape(title)}</title>"
        '<link rel="stylesheet" href="/static/chat.css"></head><body>'
        f'{_head(tr, lang)}<main class="wrap"><div class="intro"><h2>{escape(title)}</h2>'
        f"<p>{escape(about)}</p>"
        f'</div><div class="open">{buttons}</div>'
        f"{_typed(tr, found) if typed else ''}</main></body></html>"
    )


def _head(tr: Callable[[str], str], lang: str) -> str:
    links = "".join(
        f'<a href="?lang={code}" lang="{code}" hreflang="{code}" '
        f'aria-current="{str(code == lang).lower()}">{name}</a>'
        for code, name in LANGUAGES.items()
    )
    label = escape(tr("Language"))
    return (
        '<header class="top"><div class="wrap"><div class="brand"><h1>Tổ Số</h1></div>'
        f'<nav class="langs" aria-label="{label}">{links}</nav></div></header>'
    )


def _typed(tr: Callable[[str], str], found: Named | None) -> str:
    """For the ways that carry no code."""
    hint = escape(tr("On Zalo, type this and send it:"))
    word = escape(found.word if found else HELLO)
    return f'<div class="bubble"><p>{hint}</p><p class="warning" lang="vi">{word}</p></div>'
