"""Short-lived links from the chat: `/l/<token>` for a file of bot/files.py, or the import page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.channels.web import download
from bot.files import Files, Gone
from bot.lists import Import
from bot.vault import Vault
from bot.web import importpage, shiftpage
from content.i18n import DEFAULT, LANGUAGES, N_, translate
from content.library import Library
from store import shifts
from store.db import Store

TEMPLATE = "template/mau-nhap-lieu.xlsx"
CAMPAIGN_TEMPLATE = "campaigntemplate/mau-chien-dich.xlsx"
CAMPAIGN_TITLE = N_("A campaign from a file")


@dataclass(frozen=True)
class Links:
    vault: Vault
    files: Files
    store: Store
    library: Library
    now: Callable[[], datetime]

    @property
    def routes(self) -> list[Route]:
        return [Route("/l/{token}", self._open, methods=["GET", "POST"])]

    async def _open(self, request: Request) -> Response:
        name = self.vault.opened(request.path_params["token"])
        lang = request.query_params.get("lang", DEFAULT)
        lang = lang if lang in LANGUAGES else DEFAULT
        try:
            kind, _, rest = name.partition("/")
            if kind == "import":
                return await self._import(request, lang, *rest.split("/"))
            if kind == "campaignfile":
                return await self._campaign(request, lang, *rest.split("/"))
            if kind == "shift":
                return await self._shift(name, lang, *rest.split("/"))
            return download(await self.files.make(name))
        except Gone:
            return _said(
                lang, "This link is no longer valid. Please ask for a new one in the chat.", 404
            )

    async def _import(self, request: Request, lang: str, member: str, ward_id: str) -> Response:
        """The import page, for a member who may. Gone when their role has ended."""
        member_id = await self.files.allowed(member, ward_id, "people")
        work = Import(self.store, self.library, self.library.wards[ward_id], member_id, self.now())
        return await self._work(request, lang, work, "Import lists", TEMPLATE)

    async def _campaign(self, request: Request, lang: str, member: str, ward_id: str) -> Response:
        """The same for a whole campaign from a file."""
        from bot.campaign_files import CampaignImport  # with openpyxl, only for who imports

        member_id = await self.files.allowed(member, ward_id, "campaigns")
        ward = self.library.wards[ward_id]
        work = CampaignImport(self.store, self.library, ward, member_id, self.now())
        return await self._work(request, lang, work, CAMPAIGN_TITLE, CAMPAIGN_TEMPLATE)

    async def _work(
        self, request: Request, lang: str, work: importpage.Work, title: str, file: str
    ) -> Response:
        try:
            body = await importpage.answer(work, request, lang, f"/l/{self.vault.seal(file)}")
        except importpage.TooLarge:
            return _said(lang, "That file is larger than 2 MB. Please split it.", 413)
        return _kept_nowhere(_page(translate(lang, title), lang, body))

    async def _shift(self, name: str, lang: str, member: str, number: str) -> Response:
        """The code of a shift in large digits. Gone when the role of who made the link has ended."""
        shift = await self.store.read(lambda db: shifts.get(db, int(number)))
        if shift is None:
            raise Gone(number)
        await self.files.allowed(member, shift.ward_id, "campaigns")
        return _kept_nowhere(shiftpage.page(self.vault, name, shift, lang, self.now()))


def _said(lang: str, message: str, status: int) -> Response:
    tr = partial(translate, lang)
    return _kept_nowhere(_page("Tổ Số", lang, f"<p>{escape(tr(message))}</p>"), status)


def _kept_nowhere(page: str, status: int = 200) -> Response:
    """A page that no browser keeps: it may name people, and its link is soon void."""
    return HTMLResponse(page, status, headers={"Cache-Control": "no-store"})


def _page(title: str, lang: str, body: str) -> str:
    """A plain page around some HTML."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="stylesheet" href="/static/office.css"></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
