"""Personal numbers and secrets that people type although they should not (facts/programme.md, e.3).

They are masked before anything is stored, searched or logged.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from content.fold import fold
from content.typing import SYLLABLES


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
_IS = r"(?:\s+(?:là|la)\s+|\s*[:=\-]\s*|\s+)"
_OTP_WORD = (
    r"(?:otp|passcode|pin|(?:mã|ma)\s(?:otp|pin|"
    r"xác\s?(?:nhận|thực|minh)|xac\s?(?:nhan|thuc|minh)|kích hoạt|kich hoat))"
)
_PASSWORD_WORD = r"(?:mật\s?khẩu|mat\s?khau|mk|pass(?:word)?)"
_ACCOUNT_WORD = r"(?:stk|số\s(?:tài khoản|tk)|so\s(?:tai khoan|tk)|tài khoản|tai khoan|tk)"
_WHOSE = r"(?:của|cua|vneid|zalo|ngân hàng|ngan hang|em|tôi|toi|mình|minh|bác|bac)"
_OF = rf"(?:\s{_WHOSE})*"


def _rule(kind: Secret, before: str, secret: str) -> tuple[Secret, re.Pattern[str]]:
    return kind, re.compile(rf"(?P<keep>{before})(?P<hide>{secret})", re.IGNORECASE)


def _digits(fewest: int, most: int) -> str:
    return rf"\d(?:{_GAP}\d){{{fewest - 1},{most - 1}}}(?!\d)"


_RULES = (
    _rule(Secret.PASSWORD, rf"\b{_PASSWORD_WORD}{_OF}(?:\s+(?:là|la)\s+|\s*[:=]\s*)", r"\S{4,}"),
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
    found: set[Secret] = set()
    for kind, pattern in _RULES:
        text = pattern.sub(partial(_hide, kind, found), text)
    return Masked(text, frozenset(found))


def _hide(kind: Secret, found: set[Secret], match: re.Match[str]) -> str:
    if kind is Secret.PASSWORD and fold(match["hide"].strip(".,?!")) in SYLLABLES:
        return match[0]  # "mật khẩu là những gì" asks; a password is no plain syllable
    found.add(kind)
    return match["keep"] + MARK
