"""A text that asks residents for what nobody may ask: a password, a one-time code, a PIN, a card's number."""

import re

from content.fold import fold

_SECRET = (
    r"(?:mat khau|mk|otp|ma pin|pin|cvv|password|passcode|ma (?:xac (?:nhan|thuc|minh)|dang nhap)"
    r"|so the(?: ngan hang| atm)?)"
)
_ASKS = r"(?:gui|nhan tin|bao|doc|cho biet|cung cap|dua|noi|khai|ghi|chup|send|give|tell)"
_WISH = re.compile(
    rf"\b(?:{_ASKS}(?: \w+){{0,3}} {_SECRET}\b(?! (?:\w+ )?(?:ve|den) (?:may|dien thoai|so|sim))"
    rf"|{_SECRET}(?: \w+){{0,2}} {_ASKS})\b"
)
"""Not "gửi mã OTP về máy": that is what applications do."""
_NEVER = re.compile(r"\b(?:không|khong|đừng|chớ|cấm|never|not)\b", re.IGNORECASE)
_CLAUSES = re.compile(r"[.!?;,:\n]+")


def asks_for_secret(text: str) -> bool:
    """ "Gửi mã OTP cho cán bộ" does; "không đưa mã OTP cho ai" and "quên mật khẩu thì …" do not."""
    return any(
        _WISH.search(" ".join(fold(clause).split())) and not _NEVER.search(clause)
        for clause in _CLAUSES.split(text)
    )
