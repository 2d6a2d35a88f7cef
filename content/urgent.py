"""Danger heard in a question: somebody was just robbed, or doubts an "official" who called.

The first gets its guide at once, whatever else is said; the second lends weight to its guide.
"""

import re

URGENT_GUIDE = "scammed-what-to-do"
SUSPECT_GUIDE = "scam-fake-police-vneid"

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


_OFFICIAL = re.compile(r"\b(?:cong an|canh sat|can bo|truc ban|bo cong an|phuong|toa an|so la)\b")
_DOUBT = re.compile(
    r"\b(?:nghi (?:qua|ngo|lam)|nghi la lua|lua dao khong|tin duoc|dang tin|co that|that hay gia|that khong|"
    r"that hay lua|gia mao|gia danh|mao danh|tu xung|tu nhan|xung la|doa|bat ket ban zalo|gui link|"
    r"bat cai|khong dam|co nen nghe|co nen lam)\b"
)


def is_urgent(words: list[str]) -> bool:
    """True for "vừa chuyển tiền cho lừa đảo", not for "làm sao khỏi bị lừa". Takes folded words."""
    said = " ".join(words)
    return bool(_HAPPENED.search(said)) and not _ONLY_ASKING.search(said)


def is_suspicious(words: list[str]) -> bool:
    """True for "công an gọi bảo làm mức 2, nghi quá": an official and a doubt in one sentence."""
    said = " ".join(words)
    return bool(_OFFICIAL.search(said) and _DOUBT.search(said))
