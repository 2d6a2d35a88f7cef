"""Somebody is being robbed right now, and gets the guide for that at once, whatever else they say."""

import re

URGENT_GUIDE = "scammed-what-to-do"

_HAPPENED = re.compile(
    r"\b(?:"
    r"bi (?:no |chung no |nguoi ta |ke gian |ho )?(?:lua|du)\b(?! vao)|"
    r"(?:lua|du|hack|lay|rut|chiem)(?: \w+){0,3} (?:mat|het|sach)(?: \w+){0,3} tien|"
    r"(?:lo|trot|vua|moi|da)(?: \w+){0,4} (?:chuyen|doc|dua|cho|gui|nhap|bam)(?: \w+){0,6}"
    r" (?:lua dao|ke gian|otp|link la)|"
    r"mat (?:het |sach )?tien(?: \w+){0,4} lua|"
    r"tien(?: \w+){0,5} (?:bay mau|bay sach|bien mat|bi tru het|bi rut)"
    r")\b"
)
_ONLY_ASKING = re.compile(
    r"\b(?:so|tranh|khoi|khong|de|chong|dung de|lam sao biet|nhan biet|dau hieu|phong) (?:bi )?(?:lua|du)\b|"
    r"\bco (?:phai )?(?:bi )?lua (?:dao )?khong\b"
)


def is_urgent(words: list[str]) -> bool:
    """True for "vừa chuyển tiền cho lừa đảo", not for "làm sao khỏi bị lừa". Takes folded words."""
    said = " ".join(words)
    return bool(_HAPPENED.search(said)) and not _ONLY_ASKING.search(said)
