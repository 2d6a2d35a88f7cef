"""OAuth v4 as Zalo plays it: one-use codes, one-use refresh tokens (facts/zalo.md, 2.1)."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from urllib.parse import urlencode

from .zalo_faults import Json
from .zalo_oa_options import Options
from .zalo_oa_wire import OaError, Params

ACCESS_LIFE = timedelta(seconds=90_000)
REFRESH_LIFE = timedelta(days=90)
CODE_LIFE = timedelta(minutes=10)
WRONG_CALLER = -14003
WRONG_SECRET = -14004
WRONG_CODE = -14012
USED_UP = -14020


@dataclass(frozen=True)
class Key:
    """A token or code and how long it is good for; `gone`: used, or replaced by a newer one."""

    until: datetime
    challenge: str = ""
    gone: bool = False


class Tokens:
    def __init__(
        self, app_id: str, app_secret: str, options: Options, now: Callable[[], datetime]
    ) -> None:
        self._app_id = app_id
        self._app_secret = app_secret
        self._options = options
        self._now = now
        self._numbers = count(1)
        self._access: dict[str, Key] = {}
        self._refresh: dict[str, Key] = {}
        self._codes: dict[str, Key] = {}
        self.refreshed = 0
        """How many refreshes succeeded, their answers lost or not."""

    def grant(self) -> tuple[str, str]:
        """A new pair; the access token before it ends, unless the options spare it."""
        number = next(self._numbers)
        access, refresh = f"AT-{number:04}-fake", f"RT-{number:04}-fake"
        if self._options.old_token_dies:
            self._access = {name: replace(key, gone=True) for name, key in self._access.items()}
        self._access[access] = Key(self._now() + ACCESS_LIFE)
        self._refresh[refresh] = Key(self._now() + REFRESH_LIFE)
        return access, refresh

    def check(self, access: str | None, business: bool) -> None:
        """Refuses a call with a token that is missing, unknown, past its life or replaced."""
        key = self._access.get(access or "")
        status = 401 if self._options.http_401 else 200
        if key and not key.gone and self._now() < key.until:
            return
        if business:
            raise OaError(-124, status=status)
        raise OaError(self._options.expired_code if key else -216, status=status)

    def consent(self, params: Params, oa_id: str) -> str:
        """Where the browser goes when an administrator has agreed: back, with a code."""
        address = str(params.get("redirect_uri", ""))
        known = self._options.callback in (None, address)
        if params.get("app_id") != self._app_id or not address or not known:
            raise OaError(WRONG_CALLER, "Invalid redirect uri or app id")
        code = f"CODE-{next(self._numbers):04}-fake"
        challenge = str(params.get("code_challenge", ""))
        self._codes[code] = Key(self._now() + CODE_LIFE, challenge)
        back = {"code": code, "oa_id": self._options.consents_as or oa_id}
        back |= {"state": params["state"]} if "state" in params else {}
        return f"{address}{'&' if '?' in address else '?'}{urlencode(back)}"

    def exchange(self, params: Params, secret: str | None) -> Json:
        """The answer to /v4/oa/access_token; OaError when there is no new pair."""
        if secret != self._app_secret:
            raise OaError(WRONG_SECRET, "Invalid secret key")
        if params.get("app_id") != self._app_id:
            raise OaError(WRONG_CALLER, "Invalid app id")
        kind = params.get("grant_type")
        if kind == "authorization_code":
            self._use_code(params)
        elif kind == "refresh_token":
            self._use_refresh(params)
        else:
            raise OaError(WRONG_CODE, "Invalid grant type")
        access, refresh = self.grant()
        lasts = str(int(ACCESS_LIFE.total_seconds()))
        return {"access_token": access, "refresh_token": refresh, "expires_in": lasts}

    def _use_code(self, params: Params) -> None:
        name = str(params.get("code"))
        key = self._codes.get(name)
        if key is None or key.gone or self._now() >= key.until:
            raise OaError(WRONG_CODE, "Invalid authorization code")
        if key.challenge != challenge(str(params.get("code_verifier", ""))):
            raise OaError(WRONG_CODE, "Invalid code verifier")
        self._codes[name] = replace(key, gone=True)

    def _use_refresh(self, params: Params) -> None:
        name = str(params.get("refresh_token"))
        key = self._refresh.get(name)
        if key is None or key.gone or self._now() >= key.until:
            raise OaError(USED_UP, "Invalid refresh token")
        self._refresh[name] = replace(key, gone=True)
        self.refreshed += 1


def challenge(verifier: str) -> str:
    """PKCE: base64url of SHA-256, without padding."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def token_error(error: OaError) -> Json:
    """A refusal in the words of the oauth host."""
    texts = {"error_name": error.problem, "error_description": error.problem.lower()}
    return {"error": error.code, **texts}
