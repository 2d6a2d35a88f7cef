"""Choices among rows, whose labels differ; and yes, no or "whatever" in everyday words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

from content.fold import fold, words
from handlers.turn import Option

_COURTESY = frozenset(
    "a ah nhe nha nhi hen ha em bac chau con chu anh chi ong ba toi minh thua xin".split()
)
"""Folded words around an answer that change nothing. Not "dạ": alone it is a yes."""
_SPELT = frozenset(
    "có rồi vâng dạ ừ ừm được đồng ý cam kết nhất trí chắc chắn sẵn sàng hoàn toàn đã".split()
)
"""How words of a yes are spelt, where somebody writes accents: "cố" and "vắng" are none."""
_YES = re.compile(
    r"(?:(?:co|roi|vang|da|um?|ok|oke|okay|yes|duoc|dc|dong y|cam ket|nhat tri|chac chan|san sang"
    r"|hoan toan)(?: |$))+"
)
_NO = re.compile(
    r"(?:(?:da|thua|toi|em|con|chau) )*(?:khong|ko|k|hong|hok|chua|no|thoi)"
    r"(?: (?:dong y|cam ket|co|muon|duoc|dc|phai|hoi|nhan|tham gia))*"
)
_WHATEVER = re.compile(
    r"(?:\w+ ){0,2}(?:gi|nao|dau|sao) cung (?:duoc|dc|ok|lam|giup|biet|di|nhan)(?: (?:duoc|dc|lam))?"
    r"|(?:lam |giup )?(?:tat ca|het|toan bo)(?: (?:cac|nhung|moi))?"
    r"(?: (?:viec|khu|khu vuc|noi|cho|to|thu|linh vuc|ky nang|phuong|xa))?"
    r"|moi (?:viec|khu|khu vuc|noi|cho|to|thu)|bat (?:cu|ky|ki) (?:\w+ )?(?:gi|nao|dau)"
    r"|(?:o )?(?:ca|toan|khap) (?:phuong|xa)"
)


def core(typed: str) -> str:
    """Folded words without forms of address and courtesy around them."""
    left = re.sub(r"\b\w+ oi\b|\bcam on\b", " ", words(_told(typed))).split()
    while left and left[0] in _COURTESY:
        left.pop(0)
    while left and left[-1] in _COURTESY:
        left.pop()
    return " ".join(left)


def _told(typed: str) -> str:
    """With accents, but without "cô", whose letters are those of "có"."""
    return re.sub(r"\bcô\b", "bác", unicodedata.normalize("NFC", typed).casefold())


def yes_or_no(typed: str) -> bool | None:
    """What somebody clearly says; None where it is neither: a consent is never guessed."""
    said = core(typed)
    if _YES.fullmatch(said):
        told = re.findall(r"\w+", _told(typed))
        odd = [one for one in told if fold(one) in said.split() and one != fold(one)]
        return True if _SPELT.issuperset(odd) else None
    return False if _NO.fullmatch(said) else None


def whatever(typed: str) -> bool:
    """Whether everything offered is meant: "gì cũng được", "tất cả các việc", "cả phường"."""
    return _WHATEVER.fullmatch(core(typed)) is not None


def numbered(argument: str) -> int | None:
    """The number of a row in a chosen value, which anybody may have made up."""
    known = argument.isascii() and argument.isdecimal() and len(argument) < 10
    return int(argument) if known else None


def distinct(options: Iterable[Option]) -> tuple[Option, ...]:
    """Two that read the same are told apart: a typed label means one of them."""
    seen: Counter[str] = Counter()
    different = []
    for option in options:
        seen[option.label] += 1
        n = seen[option.label]
        label = f"{option.label} ({n})" if n > 1 else option.label
        different.append(Option(label, option.value))
    return tuple(different)
