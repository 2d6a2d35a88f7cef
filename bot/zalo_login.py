"""The consent of an administrator of the Official Account, asked for in a browser (facts/zalo.md, 2.1)."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.settings import Settings
from bot.zalo_tokens import Refused, Tokens
from content.i18n import DEFAULT, N_, translate
from handlers.turn import WARD_ZONE

LOGIN_PATH, CALLBACK_PATH = "/zalo/oa/login", "/zalo/oa/callback"
PERMISSION_PATH = "/v4/oa/permission"
INVITED = "zalo-login"
"""What the vault seals into an invitation."""
ASKED = "zalo-state"
CONSENT_LASTS = timedelta(minutes=10)
"""As long as the code that comes of it."""
WRONG_APP = {"-14003", "-14004"}
NO_STORE = {"Cache-Control": "no-store"}

DONE = N_(
    "Done: the Official Account is connected, and the program keeps it so. "
    "If the program stands still until {until}, somebody must do this again."
)
NO_INVITATION = N_(
    "This link is no longer valid. Please make a new one with: toso zalo-login --web"
)
OTHER_STATE = N_("This answer is to another link, or came too late. Please begin again.")
NO_CODE = N_("Zalo gave no permission. Please begin again, and agree on Zalo's page.")
OTHER_OA = N_("That is another Official Account than the one in ZALO_OA_ID. Nothing was changed.")
WRONG_CODE = N_("Zalo refused the code: it was used before or is too old. Please begin again.")
REFUSED_APP = N_(
    "Zalo refused the app. Please check ZALO_OA_APP_ID, ZALO_OA_APP_SECRET "
    "and the callback address in Zalo's console."
)
UNREACHABLE = N_("Zalo cannot be reached now. Please begin again a little later.")


class LoginFailed(Exception):
    """No consent came of it, and nothing was stored. The text is a message of the catalogs."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Returned:
    """What stands in the address to which Zalo sends the browser back."""

    code: str
    oa_id: str
    state: str


@dataclass(frozen=True)
class Login:
    settings: Settings
    tokens: Tokens

    @property
    def routes(self) -> list[Route]:
        return [
            Route(LOGIN_PATH, self._open, methods=["GET"]),
            Route(CALLBACK_PATH, self._come_back, methods=["GET"]),
        ]

    def invitation(self) -> str:
        """A short-lived address that leads to Zalo's page of consent."""
        return f"{self._public}{LOGIN_PATH}?key={self.tokens.vault.seal(INVITED)}"

    def consent(self, verifier: str, state: str) -> str:
        """The address of Zalo's page of consent."""
        query = {
            "app_id": self.settings.zalo_oa_app_id,
            "redirect_uri": self._public + CALLBACK_PATH,
            "code_challenge": challenge(verifier),
            "state": state,
        }
        base = str(self.settings.zalo_oauth_url).rstrip("/")
        return f"{base}{PERMISSION_PATH}?{urlencode(query)}"

    async def finish(self, returned: Returned, verifier: str) -> datetime:
        """Get the tokens; until when they can be refreshed. LoginFailed: there are none."""
        ours = self.settings.zalo_oa_id
        if not returned.code:
            raise LoginFailed(NO_CODE)
        if ours and returned.oa_id != ours:
            raise LoginFailed(OTHER_OA)
        try:
            return await self.tokens.exchange(returned.code, verifier)
        except Refused as refusal:
            if refusal.code == "no answer":
                raise LoginFailed(UNREACHABLE) from None
            raise LoginFailed(REFUSED_APP if refusal.code in WRONG_APP else WRONG_CODE) from None

    @property
    def _public(self) -> str:
        return str(self.settings.public_url or "").rstrip("/")

    async def _open(self, request: Request) -> Response:
        if self._unsealed(request.query_params.get("key", "")) != INVITED:
            return _page(NO_INVITATION, 404)
        verifier = new_verifier()
        asked_at = int(self.tokens.now().timestamp())
        state = self.tokens.vault.seal(f"{ASKED}/{asked_at}/{verifier}")
        return RedirectResponse(self.consent(verifier, state), 303, headers=NO_STORE)

    async def _come_back(self, request: Request) -> Response:
        returned = returned_to(str(request.url))
        try:
            until = await self.finish(returned, self._verifier(returned.state))
        except LoginFailed as failure:
            return _page(failure.message, 400)
        return _page(DONE, until=shown(until))

    def _verifier(self, state: str) -> str:
        """What the state was sealed around. LoginFailed: it is not ours, or too old."""
        kind, _, rest = self._unsealed(state).partition("/")
        asked_at, _, verifier = rest.partition("/")
        if kind != ASKED:
            raise LoginFailed(OTHER_STATE)
        if self.tokens.now().timestamp() - int(asked_at) > CONSENT_LASTS.total_seconds():
            raise LoginFailed(OTHER_STATE)
        return verifier

    def _unsealed(self, token: str) -> str:
        return self.tokens.vault.opened(token) if token.isascii() else ""


def new_verifier() -> str:
    """43 characters, as Zalo's documentation has it."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def returned_to(address: str) -> Returned:
    """What an address says, the first value of each name; empty where it says nothing."""
    try:
        said = parse_qs(urlsplit(address.strip()).query)
    except ValueError:
        said = {}
    return Returned(*(said.get(name, [""])[0] for name in ("code", "oa_id", "state")))


def shown(until: datetime) -> str:
    return f"{until.astimezone(WARD_ZONE):%d/%m/%Y}"


def _page(message: str, status: int = 200, **values: str) -> Response:
    text = escape(translate(DEFAULT, message, **values))
    title = "Tổ Số · Zalo"
    return HTMLResponse(
        f'<!doctype html><html lang="{DEFAULT}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="stylesheet" href="/static/office.css"></head>'
        f"<body><main><h1>{title}</h1><p>{text}</p></main></body></html>",
        status,
        headers=NO_STORE,
    )
