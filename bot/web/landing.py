"""Where a QR code on a poster leads: `/q/<payload>`, and from there into whichever app somebody uses.

Zalo hands over no payload (facts/zalo.md, 1.6 and 2): the page says what to type there instead.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from html import escape
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from content.i18n import DEFAULT, LANGUAGES, translate
from content.library import Library
from handlers.payload import Named, named

HELLO = "xin chào"
"""What to type when a code opens nothing: it brings the greeting."""
ZALO_OA = "https://zalo.me/"


@dataclass(frozen=True)
class Landing:
    """The page, with the ways that are set up; "" where one is not."""

    library: Library
    zalo_oa_id: str = ""
    zalo_bot_link: str = ""

    @property
    def routes(self) -> list[Route]:
        return [Route("/q/{code:path}", self._page, methods=["GET"])]

    async def _page(self, request: Request) -> Response:
        lang = request.query_params.get("lang", DEFAULT)
        lang = lang if lang in LANGUAGES else DEFAULT
        code = request.path_params["code"]
        found = named(self.library, code, lang)
        return HTMLResponse(_html(lang, found, self._ways(lang, code if found else "")))

    def _ways(self, lang: str, code: str) -> list[tuple[str, str]]:
        """What each button says, and where it leads; the page on which nothing has to be typed first."""
        tr = partial(translate, lang)
        start = f"start={quote(code)}&" if code else ""
        ways = [(tr("Open here, nothing to install"), f"/?{start}lang={lang}")]
        if self.zalo_oa_id:
            ways.append((tr("Open on Zalo"), ZALO_OA + quote(self.zalo_oa_id, safe="")))
        if self.zalo_bot_link:
            ways.append((tr("Open the bot on Zalo"), self.zalo_bot_link))
        return ways


def _html(lang: str, found: Named | None, ways: list[tuple[str, str]]) -> str:
    tr = partial(translate, lang)
    title = found.title if found else tr("Step-by-step help with online services")
    buttons = "".join(
        f'<p><a class="option" href="{escape(address)}">{escape(label)}</a></p>'
        for label, address in ways
    )
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>Tổ Số – {escape(title)}</title>"
        '<link rel="stylesheet" href="/static/chat.css"></head><body>'
        f'{_head(tr, lang)}<main class="wrap"><div class="intro"><h2>{escape(title)}</h2>'
        f"<p>{escape(tr('An automatic assistant. If you press the wrong thing, just ask again.'))}</p>"
        f'</div><div class="open">{buttons}</div>'
        f"{_typed(tr, found) if len(ways) > 1 else ''}</main></body></html>"
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
