"""When somebody is free in a week: "sáng thứ 7, chiều CN", "buổi tối trừ thứ 4", as 21 bits.

Bit 3 x weekday (Monday 0) + part of the day: 0 morning, 1 afternoon, 2 evening (store/campaign_models.py).
Nothing is guessed: a word that is not understood makes the whole text so.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from content.fold import fold
from content.i18n import N_

DAYS, PARTS = 7, 3
ALWAYS = (1 << DAYS * PARTS) - 1
NOON, DUSK = 12, 18
"""Hours at which the afternoon and the evening begin."""
PART_NAMES = (N_("mornings"), N_("afternoons"), N_("evenings"))

_ALL_DAYS, _WEEKDAYS, _WEEKEND = 0b1111111, 0b0011111, 0b1100000
_ALL_PARTS = 0b111
_ANY_TIME = re.compile(
    r"(?:(?:luc|khi|gio|hom|bat cu luc|bat ky luc|bat ki luc) nao|bat cu luc|bat ky luc|sao|the nao|gi)"
    r"(?: toi| minh| em| chau)?(?: (?:cung|deu))?(?: (?:duoc|dc|ok|ranh))?(?: a| nhe)?|linh hoat|any ?time"
)
_EXCEPT = re.compile(r"\b(?:tru|ngoai tru|except)\b")
_SIGNS = re.compile(r"\s*[,;.\n/+]+\s*")
_WORD = re.compile(r"day\d|[^\W\d_]+|\d+|[-–]")
_HOUR = r"(?! ?(?:h|g|gio|tieng)\b)(?! ?:)"
_NAMED = {
    "hai": "monday",
    "ba": "tuesday",
    "tu": "wednesday",
    "nam": "thursday",
    "sau": "friday",
    "bay": "saturday",
}
_PHRASES = (
    (r"\b(?:gio )?hanh chinh\b", "sang chieu weekdays"),
    (r"\b(?:(?:tat ca|moi|hang|every) (?:cac )?(?:ngay|day)|ca tuan)\b(?: trong tuan)?", "daily"),
    (r"\b(?:cac )?(?:ngay thuong|ngay trong tuan|trong tuan|weekdays)\b", "weekdays"),
    (r"\b(?:ngay )?cuoi tuan\b|\bweekends?\b", "weekend"),
    (r"\bca ngay\b", "whole"),
    (r"\b(?:thu )?chu nhat\b|\bcn\b|\bsundays?\b", "day8"),
    *(
        (rf"\bthu {spoken}\b|\b{english}s?\b", f"day{number}")
        for number, (spoken, english) in enumerate(_NAMED.items(), 2)
    ),
    (r"\b(?:thu|t) ?([2-7])\b", r"day\1"),
    (rf"\b(sang|chieu|toi) ([2-7])\b{_HOUR}", r"\1 day\2"),
)
"""What is said, and the words it stands for; days as Vietnamese counts them, Sunday the eighth."""
_MORE = re.compile(rf"(day\d)(\s*(?:[,/.–-]|va\b|den\b)?\s*)([2-7])\b{_HOUR}")
""" "Thứ 2, 4, 6": the numbers behind a day are days too."""
_PARTS = {
    "sang": 1, "morning": 1, "mornings": 1, "chieu": 2, "afternoon": 2, "afternoons": 2, "toi": 4,
    "dem": 4, "evening": 4, "evenings": 4, "whole": _ALL_PARTS,
}  # fmt: skip
_SPANS = {"daily": _ALL_DAYS, "weekdays": _WEEKDAYS, "weekend": _WEEKEND}
_FILLERS = frozenset(
    "minh em chau con ranh buoi cac ngay va voi hoac hay vao moi hang tuan tu duoc co the cung thi la nhung "
    "khoang lam di ca and on in every i am free giup ho tro - –".split()
)
_TO = frozenset(("den", "-", "–", "to"))


@dataclass(frozen=True)
class _Said:
    """Days and parts that were said together; 0 for what was not. `days_first`: in that order."""

    days: int = 0
    parts: int = 0
    days_first: bool = False

    @property
    def bits(self) -> int:
        return _grid(self.days or _ALL_DAYS, self.parts or _ALL_PARTS)


class _Unknown(ValueError):
    """A word that says nothing of days or parts of the day."""


def hours_in(text: str) -> int:
    """The bits somebody means; 0 when it is not understood, or is no time at all."""
    said = _plain(text)
    wanted, *others = _EXCEPT.split(said)
    try:
        bits = ALWAYS if others and not wanted.strip(" ,") else _free(wanted)
        for other in others:
            bits &= ~_free(other)
    except _Unknown:
        return 0
    return bits


def touched(starts_at: datetime, ends_at: datetime) -> int:
    """The bits of the parts of days between two times of the ward."""
    bits, at = 0, starts_at
    while at < ends_at:
        bits |= 1 << (PARTS * at.weekday() + (at.hour >= NOON) + (at.hour >= DUSK))
        at = (at + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return bits


def grouped(bits: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """The days that have the same parts together: ((5,), (0,)) is Saturday morning."""
    of_day = [bits >> PARTS * day & _ALL_PARTS for day in range(DAYS)]
    same = {parts: [d for d in range(DAYS) if of_day[d] == parts] for parts in of_day if parts}
    return [
        (tuple(days), tuple(part for part in range(PARTS) if parts >> part & 1))
        for parts, days in same.items()
    ]


def _plain(text: str) -> str:
    """Folded, but for words that are others without their accents."""
    told = unicodedata.normalize("NFC", text).casefold()
    told = re.sub(r"\btôi\b|\btớ\b", "minh", told)
    told = re.sub(r"\btới\b", "den", told)
    return fold(told)


def _free(said: str) -> int:
    if _ANY_TIME.fullmatch(" ".join(re.sub(r"[\W_]+", " ", said).split())):
        return ALWAYS
    for pattern, word in _PHRASES:
        said = re.sub(pattern, word, said)
    while (more := _MORE.sub(r"\1\2day\3", said)) != said:
        said = more
    groups = [one for clause in _SIGNS.split(said) for one in _groups(clause)]
    if not groups:
        raise _Unknown(said)
    return _union(one.bits for one in _completed(groups))


def _groups(clause: str) -> list[_Said]:
    """What a clause says, cut where a kind comes again: "sáng thứ 7 chiều CN" is two."""
    groups: list[_Said] = []
    last = ""
    for kind, mask in _masks(clause):
        if kind != last and (not groups or (groups[-1].days and groups[-1].parts)):
            groups.append(_Said(days_first=kind == "days"))
        changed = getattr(groups[-1], kind) | mask
        groups[-1] = replace(groups[-1], **{kind: changed})
        last = kind
    return groups


def _masks(clause: str) -> list[tuple[str, int]]:
    """Its days and parts in order: ("days", 0b1) and so on, ranges filled."""
    found: list[tuple[str, int]] = []
    words = _WORD.findall(clause)
    begun = 0
    for at, word in enumerate(words):
        if word.startswith("day"):
            day = int(word[3:]) - 2
            found.append(("days", _between(begun, day) if begun else 1 << day))
            begun = 0
        elif word in _TO and _links_days(words, at):
            begun = found[-1][1]
        elif word in _SPANS:
            found.append(("days", _SPANS[word]))
        elif word in _PARTS:
            found += [] if _is_me(words, at) else [("parts", _PARTS[word])]
        elif word not in _FILLERS:
            raise _Unknown(word)
    return found


def _between(first: int, last: int) -> int:
    """From one day, as its bit, to another one."""
    if first >= 1 << last:
        raise _Unknown
    return 2 * (1 << last) - first


def _links_days(words: list[str], at: int) -> bool:
    """Whether a day stands on both sides: "thứ 2 đến thứ 6"."""
    sides = words[at - 1 : at] + words[at + 1 : at + 2]
    return len(sides) == 2 and all(word.startswith("day") for word in sides)


def _is_me(words: list[str], at: int) -> bool:
    """Without accents "toi ranh" is no evening."""
    return at == 0 and words[0] == "toi" and words[1:2] in (["ranh"], ["co"], ["chi"], ["di"])


def _completed(groups: list[_Said]) -> list[_Said]:
    """What lacks the days or the parts of the day has those of the group before it, or else all."""
    done: list[_Said] = []
    for one in _merged(groups):
        before = next((other for other in reversed(done) if other.days and other.parts), _Said())
        days, parts = one.days or before.days, one.parts or before.parts
        done.append(replace(one, days=days, parts=parts))
    return done


def _merged(groups: list[_Said]) -> list[_Said]:
    """ "Sáng, chiều thứ 7" and "thứ 7, chủ nhật buổi sáng" are one group each."""
    merged: list[_Said] = []
    for one in reversed(groups):
        after = merged[0] if merged else _Said()
        whole = bool(after.days and after.parts)
        if whole and not (one.parts if after.days_first else one.days):
            merged[0] = replace(after, days=after.days | one.days, parts=after.parts | one.parts)
        else:
            merged.insert(0, one)
    return merged


def _union(masks: Iterable[int]) -> int:
    bits = 0
    for mask in masks:
        bits |= mask
    return bits


def _grid(days: int, parts: int) -> int:
    return sum(parts << PARTS * day for day in range(DAYS) if days >> day & 1)
