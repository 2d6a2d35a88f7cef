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
    PAPER = "number of another paper"
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

_GAP = r"[\s.\-–/,_]{0,2}"
_UP_TO_6 = r"(?:\s+[^\s\d:=]+){0,6}?"
_IS = r"(?:\s+(?:là|la|is)\s+|\s*[:=]\s*)"
_NO_MONEY = r"(?!\s*(?:đồng|dong|đ|vnđ|vnd|k|nghìn|nghin|ngàn|triệu|trieu|tr|tỷ|ty)(?!\w))"
_PASSWORD = r"\b(?:mật\s?khẩu|mat\s?khau|mk|pass(?:word)?|pw)\b"
_CODE = (
    r"\b(?:otp|passcode|pin|cvv|(?:mã|ma)\s(?:otp|pin|xác\s?(?:nhận|thực|minh)|"
    r"xac\s?(?:nhan|thuc|minh)|kích hoạt|kich hoat|đăng nhập|dang nhap))\b"
)
_ACCOUNT = r"\b(?:stk|số\s(?:tài khoản|tk)|so\s(?:tai khoan|tk)|tài khoản|tai khoan|tk)\b"
_CITIZEN = r"\b(?:cccd|cmnd|cmt|căn cước|can cuoc|định danh|dinh danh)"
_NO_YEAR = r"(?!(?:19|20)\d\d(?!\d))(?!1[89]00)"

_PLAIN_WORDS = SYLLABLES | {
    "vneid",
    "passcode",
    "password",
    "pass",
    "otp",
    "pin",
    "zalo",
    "wifi",
    "ntn",
}
_MONEY = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_DATE_OR_HOUR = re.compile(r"\d{1,2}[./\-]\d{1,2}[./\-]\d{2,4}|\d{1,2}[.:]\d\d\s?-")
_YEARS = re.compile(r"(?:(?:19|20)\d\d\W*)+")


def _rule(kind: Secret, before: str, secret: str) -> tuple[Secret, re.Pattern[str]]:
    return kind, re.compile(rf"(?P<keep>{before})(?P<hide>{secret})", re.IGNORECASE)


def _digits(fewest: int, most: int) -> str:
    return rf"\d(?:{_GAP}\d){{{fewest - 1},{most - 1}}}(?![\d\w]){_NO_MONEY}"


_RULES = (
    _rule(Secret.PASSWORD, rf"{_PASSWORD}{_UP_TO_6}{_IS}", r"\S{3,}(?:\s\S*\d\S*)?"),
    _rule(Secret.PASSWORD, rf"{_PASSWORD}\s+(?:\w+\s+)?", r"(?=\S*[^\W\d])(?=\S*\d)\S{5,}"),
    _rule(Secret.OTP, rf"{_CODE}{_UP_TO_6}(?:{_IS}|\s+|-)", rf"{_NO_YEAR}{_digits(4, 8)}"),
    _rule(Secret.OTP, r"\bcvv\W*", _digits(3, 4)),
    _rule(
        Secret.CITIZEN_NUMBER, rf"{_CITIZEN}\W{{0,3}}(?:là\W+|la\W+|số\W+|so\W+)*", _digits(9, 12)
    ),
    _rule(Secret.ACCOUNT, rf"{_ACCOUNT}(?:\s+[^\s\d:=]+){{0,2}}?(?:{_IS}|\s+)", _digits(6, 19)),
    _rule(Secret.PAPER, r"(?<!\w)", r"[a-z]{1,2}\d{7,13}(?!\w)"),
)
"""In order: a number is taken for the first kind it fits."""

_LONG = re.compile(rf"(?P<keep>(?<![\w.\-/]))(?P<hide>\+?{_digits(9, 19)})")
"""Long numbers without a word that says what they are; not the tail of a dossier's code."""

_TELEPHONE = re.compile(
    r"((?<![\w.\-/])(?<!\d )(?:\+?84|0)[ .\-]?(?:[35789](?:[ .\-]?\d){8}|2(?:[ .\-]?\d){8,9})"
    r"(?!\w|[ .\-]?\d))"
)
"""A mobile or a landline number, and nothing longer."""


def mask(text: str) -> Masked:
    """The text with every secret replaced by `***`, and which kinds there were."""
    found: set[Secret] = set()
    text = _LONG.sub(partial(_hide_number, found), _labelled(text, found))
    return Masked(text, frozenset(found))


def mask_for_all(text: str) -> Masked:
    """The same, where telephone numbers are the ward's own, which everybody may know: they stay."""
    found: set[Secret] = set()
    parts = _TELEPHONE.split(_labelled(text, found))
    parts[::2] = [_LONG.sub(partial(_hide_number, found), part) for part in parts[::2]]
    return Masked("".join(parts), frozenset(found))


def _labelled(text: str, found: set[Secret]) -> str:
    """Without what a word before it gives away."""
    for kind, pattern in _RULES:
        text = pattern.sub(partial(_hide, kind, found), text)
    return text


def _hide(kind: Secret, found: set[Secret], match: re.Match[str]) -> str:
    if kind is Secret.PASSWORD and fold(match["hide"].strip(".,?!()")) in _PLAIN_WORDS:
        return match[0]  # "mật khẩu là những gì" asks; a password is no plain word
    if kind is Secret.ACCOUNT and _MONEY.fullmatch(match["hide"]):
        return match[0]
    found.add(kind)
    return match["keep"] + MARK


def _hide_number(found: set[Secret], match: re.Match[str]) -> str:
    kind = _kind(match["hide"])
    if kind is None:
        return match[0]
    found.add(kind)
    return MARK


def _kind(number: str) -> Secret | None:
    """What a long number is; None for sums of money, dates, opening hours, years and hotlines."""
    digits = re.sub(r"\D", "", number)
    apart = number.split()
    if all(_MONEY.fullmatch(part) for part in apart) or _DATE_OR_HOUR.search(number):
        return None
    if _YEARS.fullmatch(number) or digits.startswith(("1800", "1900")):
        return None
    if re.fullmatch(r"(?:0|84)[235789]\d{8}", digits):
        return Secret.PHONE
    if len(digits) == 9 and len(number) > 9:
        return None
    by_length = {9: Secret.CITIZEN_NUMBER, 12: Secret.CITIZEN_NUMBER}
    return by_length.get(len(digits), Secret.CARD if len(digits) > 12 else Secret.ACCOUNT)
