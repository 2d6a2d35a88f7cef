"""What only this program can read: sealed phone numbers, and the names behind short-lived links."""

import base64
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

KEY_FILE = Path("toso.key")
LINK_LASTS = timedelta(minutes=15)
CODE_LASTS = timedelta(minutes=5)


class Vault:
    def __init__(self, key: str, now: Callable[[], datetime]) -> None:
        digest = hashlib.sha256(key.encode()).digest()
        self._key = hashlib.sha256(b"codes" + digest).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(digest))
        self._now = now

    def seal(self, text: str) -> str:
        return self._fernet.encrypt_at_time(text.encode(), self._second()).decode()

    def unseal(self, sealed: str) -> str:
        """What was sealed; empty when it was sealed with another key."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except (InvalidToken, ValueError):
            return ""

    def opened(self, token: str) -> str:
        """What a link was made for; empty when it is too old or was not made here."""
        lasts = int(LINK_LASTS.total_seconds())
        try:
            return self._fernet.decrypt_at_time(token, lasts, self._second()).decode()
        except (InvalidToken, ValueError):  # what is no ASCII is no token either
            return ""

    def codes(self, name: str) -> tuple[str, str]:
        """Four digits that change every five minutes: those of now, and those before them."""
        window = self._second() // int(CODE_LASTS.total_seconds())
        return self._code(f"{name}/{window}"), self._code(f"{name}/{window - 1}")

    def _code(self, name: str) -> str:
        made = hmac.digest(self._key, name.encode(), "sha256")
        return f"{int.from_bytes(made[:8]) % 10_000:04}"

    def _second(self) -> int:
        return int(self._now().timestamp())


def kept_key(path: Path = KEY_FILE) -> str:
    """The key in a file only its owner can read; made when it is not there yet, whole or not at all."""
    if not path.exists():
        made = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(32), encoding="ascii")
        with suppress(FileExistsError):  # another process was faster: its key counts
            os.link(made, path)
        made.unlink()
    return path.read_text(encoding="ascii").strip()
