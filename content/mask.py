"""Personal numbers and secrets that people type although they should not (facts/programme.md, e.3).

They are masked before anything is stored, searched or logged.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Secret(StrEnum):
    """What was found. All but PHONE deserve a warning."""

    CITIZEN_NUMBER = "citizen number"
    CARD = "card number"
    ACCOUNT = "account number"
    OTP = "one-time code"
    PASSWORD = "password"
    PHONE = "phone number"


@dataclass(frozen=True)
class Masked:
    text: str
    found: frozenset[Secret]

    @property
    def alarming(self) -> bool:
        return bool(self.found - {Secret.PHONE})


MARK = "***"
_GAP = r"[ .\-]?"
_IS = r"(?:\s*(?:la|là|:|=|-)\s*|\s+)"
_OTP_WORD = (
    r"(?:otp|passcode|pin|(?:mã|ma)\s(?:otp|pin|"
    r"xác\s?(?:nhận|thực|minh)|xac\s?(?:nhan|thuc|minh)|kích hoạt|kich hoat))"
)
_PASSWORD_WORD = r"(?:mật\s?khẩu|mat\s?khau|mk|pass(?:word)?)"
_ACCOUNT_WORD = r"(?:stk|số\s(?:tài khoản|tk)|so\s(?:tai khoan|tk)|tài khoản|tai khoan|tk)"
_WHOSE = r"(?:của|cua|vneid|zalo|ngân hàng|ngan hang|em|tôi|toi|mình|minh|bác|bac)"
_OF = rf"(?:\s{_WHOSE})*"
_NOT_ASKED = r"(?!gì|gi\b|j\b|sao|số\b)"


def _rule(kind: Secret, before: str, secret: str) -> tuple[Secret, re.Pattern[str]]:
    return kind, re.compile(rf"(?P<keep>{before})(?P<hide>{secret})", re.IGNORECASE)


def _digits(fewest: int, most: int) -> str:
    return rf"\d(?:{_GAP}\d){{{fewest - 1},{most - 1}}}(?!\d)"


_RULES = (
    _rule(Secret.PASSWORD, rf"\b{_PASSWORD_WORD}{_OF}\s*(?:là|la|:|=)\s*", rf"{_NOT_ASKED}\S+"),
    _rule(Secret.OTP, rf"\b{_OTP_WORD}{_OF}{_IS}", _digits(4, 8)),
    _rule(Secret.ACCOUNT, rf"\b{_ACCOUNT_WORD}{_OF}{_IS}", _digits(6, 19)),
    _rule(Secret.CARD, r"(?<!\w)", _digits(13, 19)),
    _rule(Secret.CITIZEN_NUMBER, r"(?<!\w)", _digits(12, 12)),
    _rule(Secret.PHONE, r"(?<!\w)", rf"(?:\+84|84|0){_GAP}[235789](?:{_GAP}\d){{8}}(?!\d)"),
    _rule(Secret.CITIZEN_NUMBER, r"(?<!\w)", _digits(9, 9)),
)
"""In order: a number is taken for the first kind it fits."""


def mask(text: str) -> Masked:
    """The text with every secret replaced by `***`, and which kinds there were."""
    found = set()
    for kind, pattern in _RULES:
        text, count = pattern.subn(_hide, text)
        if count:
            found.add(kind)
    return Masked(text, frozenset(found))


def _hide(match: re.Match[str]) -> str:
    return match["keep"] + MARK
