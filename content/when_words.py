"""A spoken time in a few known words: "8h30 sang thu hai tuan sau" is "8 h 30 morning monday next week".

Vietnamese is read with its accents and without; what could be two things without them, only where the words
beside it decide.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from content.fold import fold
from content.typing import SYLLABLES, Typing

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = (
    "january february march april may june july august september october november december".split()
)
PARTS = "morning noon afternoon evening night pm".split()

_ACCENTED = {
    "tôi": "", "tầm": "", "bây": "now", "từ": "from", "tới": "den", "tối": "evening", "sáng": "morning",
    "một": "1", "tư": "4", "sáu": "6", "bảy": "7", "bẩy": "7", "tám": "8",
}  # fmt: skip
"""Words that are others without their accents."""
_NUMBERS = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
_UNITS = {
    "phut": "minutes", "p": "minutes", "minute": "minutes", "tieng": "hours", "gio": "hours",
    "h": "hours", "hour": "hours", "ngay": "days", "hom": "days", "day": "days", "tuan": "weeks",
    "week": "weeks", "thang": "months", "month": "months",
}  # fmt: skip
_ENGLISH = """
after am an around at by cn d days from g half hours in later midday minutes months nd next now o of on
clock please rd st th the this today tomorrow tonight weekend weeks year
""".split()
_KNOWN = frozenset((*WEEKDAYS, *MONTHS, *PARTS, *_NUMBERS, *_UNITS, *_ENGLISH))
"""Besides Vietnamese syllables: what is no slip of the keyboard."""
_FILLERS = frozenset(
    """
    a ah around at about by chau chung cho con den di dum em giup gium ho in khoang la luc me minh nha nhe
    nhi of on please som tam the thi tui vao voi buoi
    """.split()
)
"""Words beside a time that change nothing."""

_NUMBER = "|".join(_NUMBERS)
_UNIT = f"({'|'.join(_UNITS)})s?"
_WEEKDAY = f"({'|'.join(WEEKDAYS)})"
_MONTH = f"({'|'.join(MONTHS)})"
_PART = f"({'|'.join(PARTS)})"
_ORDINAL = r"(\d{1,2})(?: (?:st|nd|rd|th))?"
_LATER = rf"(\d{{1,3}}) {_UNIT}(?: (ruoi|\d\d?(?= (?:phut|p|minutes))))?(?: (?:phut|p|minutes))?"

Better = str | Callable[[re.Match[str]], str]


def _number(found: re.Match[str]) -> str:
    return str(_NUMBERS[found[1]])


def _tens(found: re.Match[str]) -> str:
    tens, unit = found[1] or "1", found[2] or "0"
    return str(10 * int(_NUMBERS.get(tens, tens)) + int(_NUMBERS.get(unit, unit)))


def _later(found: re.Match[str]) -> str:
    more = " 30 minutes" if found[3] == "ruoi" else f" {found[3]} minutes" if found[3] else ""
    return f"+{found[1]} {_UNITS[found[2]]}{more}"


def _month(found: re.Match[str]) -> str:
    """A day and the name of its month, in either order."""
    day, month = sorted(filter(None, found.groups()))  # digits come before letters
    return f"{day} / {MONTHS.index(month) + 1}"


_REWRITES: tuple[tuple[str, Better], ...] = (
    # Numbers: "sau" is six and "after", "nam" five and a year, "bay" seven and "now".
    (rf"(?:(hai|ba|bon|nam|[2-5]) )?muoi(?: ({_NUMBER}|[1-9])(?! 20))?", _tens),
    (rf"(?<=thu )({_NUMBER})", _number),
    (rf"(?<=m[uo]ng )({_NUMBER})", _number),
    (r"(?<=thang )(mot|hai|ba|tu|nam|bay|tam|chin)", _number),
    (r"(?<=ngay )(hai|ba|bon|nam|bay|tam|chin)", _number),
    (rf"(?!sau|lam|tu )({_NUMBER})(?= (?:ruoi|{_UNIT})(?!\w))", _number),
    (r"(bay|tam|chin|nam)(?= (?:sang|chieu|toi|morning|evening))", _number),
    (r"(?<=luc )(sau)|(sau)(?= (?:gio|ruoi|(?:ngay|tuan|thang|tieng|phut) nua))", "6"),
    # Days
    (r"(?:chu nhat|cn)", "sunday"),
    (r"(?:thu|t) ([2-7])", lambda found: WEEKDAYS[int(found[1]) - 2]),
    (r"(?:the )?day after tomorrow", "+2 days"),
    (r"(?:hom|bua|ngay) nay", "today"),
    (r"tonight", "evening today"),
    (r"(?<!h )(?<!gio )(?<!: )(\d+ (?:ngay|hom|tuan)) (?:sau|toi|den)", r"\1 nua"),
    (r"tuan (?:sau|toi|den) nua", "week after"),
    (r"sang tuan(?: sau)?|tuan (?:sau|toi|den)", "next week"),
    (r"tuan nay", "this week"),
    (r"sang thang(?: sau)?|thang (?:sau|toi|den)", "next month"),
    (r"thang nay", "this month"),
    (r"sang nam|nam (?:sau|toi|den)", "next year"),
    (r"nam nay", "this year"),
    (r"(?:ngay |hom |bua )?(?:hom sau|mai)", "tomorrow"),
    (r"(?:ngay |hom |bua )?(?:kia|mot)", "+2 days"),
    (r"(?:sau )?nua (?:tieng|gio)(?: nua)?|(?:in )?half (?:1|an) hour", "+30 minutes"),
    (rf"(?:(?:sau|trong|in|after) )?{_LATER} (?:nua|later|from now)", _later),
    (rf"(?:sau|trong|in|after) {_LATER}", _later),
    (r"dau (?:next week|tuan)", "monday next week"),
    (r"giua next week", "wednesday next week"),
    (r"giua (?:this week|tuan)", "wednesday"),
    (r"cuoi next week|next weekend", "saturday next week"),
    (r"cuoi (?:this week|tuan)|(?:this )?weekend", "saturday"),
    (rf"{_WEEKDAY} (?:nay|den|toi(?! \d))", r"\1"),
    (rf"(?:next|this) {_WEEKDAY}", r"\1"),
    (rf"(next week) {_WEEKDAY}", r"\2 \1"),
    (r"thang (\d+)", r"/ \1"),
    (rf"{_MONTH} {_ORDINAL}|{_ORDINAL} (?:of )?{_MONTH}", _month),
    (r"(/ \d+) (?:nam )?(20\d\d)", r"\1 / \2"),
    (r"(/ \d+ / )(\d\d)", r"\g<1>20\2"),
    (rf"(?:mung|mong|the) {_ORDINAL}", r"ngay \1"),
    (r"dau (/ \d+)", r"1 \1"),
    (r"giua (/ \d+)", r"15 \1"),
    (r"dau (?:next month|thang)", "ngay 1 next month"),
    (r"giua next month", "ngay 15 next month"),
    (r"giua this month", "ngay 15 this month"),
    (r"giua thang", "ngay 15"),
    (r"cuoi next month", "end next month"),
    (r"cuoi (?:this month|thang)", "end this month"),
    # Hours
    (r"sang|am", "morning"),
    (r"trua|midday", "noon"),
    (r"chieu", "afternoon"),
    (r"toi", "evening"),
    (r"dem", "night"),
    (rf"{_PART} nay|this {_PART}", lambda found: f"{found[1] or found[2]} today"),
    (r"gio|g|:|o clock", "h"),
    (r"(?:luc|at) (\d+)(?! [h/\d])", r"\1 h"),
    (r"(\d+) h kem (\d+)", lambda found: f"{int(found[1]) - 1} h {60 - int(found[2])}"),
    (rf"(?<!ngay )(?<!/ )(?<!h )(\d+)(?= (?:ruoi )?{_PART})", r"\1 h"),
    (r"(\d+)(?: h)? ruoi", r"\1 h 30"),
    (r"(h \d+) (?:phut|p)", r"\1"),
)
"""One after the other, each of whole words."""


@cache
def _rewrites() -> list[tuple[re.Pattern[str], Better]]:
    return [(re.compile(rf"(?<!\w)(?:{said})(?!\w)"), better) for said, better in _REWRITES]


@cache
def _typing() -> Typing:
    return Typing(_KNOWN)


def plain(text: str) -> str:
    """The known words of a time, in their order, with what is not known left between them."""
    typed = unicodedata.normalize("NFC", text).lower()
    typed = fold(re.sub(r"[^\W\d_]+", lambda word: _ACCENTED.get(word[0], word[0]), typed))
    typed = re.sub(r"(?<=\d)[.-](?=\d)", "/", typed)
    typed = re.sub(r"(?<=\d)([hg])(?=[a-z])(?!io)", r"\1 ", typed)
    tokens = re.findall(r"[a-z]+|\d+|[:/]|\w", typed)
    said = " ".join(word for token in tokens for word in _mended(token))
    for pattern, better in _rewrites():
        said = pattern.sub(better, said)
    return " ".join(word for word in said.split() if word not in _FILLERS)


def _mended(token: str) -> list[str]:
    """ "sangs" → "sang", "ngaymai" → "ngay", "mai"."""
    if token in _KNOWN or token in SYLLABLES or not token.isalpha():
        return [token]
    return _typing().words(token) or [token]
