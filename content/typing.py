"""What people type on a phone, made into plain folded words.

Accents are dropped, abbreviations written out, telex and VNI left-overs removed ("quen maatj khaaur",
"nha65p"), a lost n put back ("dag ki"), joined syllables split and split names joined.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from content.fold import fold

_ONSETS = "b c ch d g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split()
_RIMES = """
a ac ach ai am an ang anh ao ap at au ay e ec ech em en eng enh eo ep et eu i ia ich im in inh ip it
iu iec iem ien ieng iep iet ieu o oa oac oach oai oam oan oang oanh oao oat oay oc oe oen oeo oet oi
om on ong op ot u ua uan uang uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong
uop uot uou up ut uu uy uya uych uyen uyet uynh uyt uyn y yem yen yet yeu
""".split()
SYLLABLES = frozenset(onset + rime for onset in ["", *_ONSETS] for rime in _RIMES)
"""Every syllable Vietnamese can spell, folded."""

ABBREVIATIONS = Path(__file__).parent / "abbreviations.txt"
SYNONYMS = Path(__file__).parent / "synonyms.txt"

_TOKEN = re.compile(r"[^\W_]+")
_MIXED = re.compile(r"[a-z]+|\d+")
_VNI = re.compile(r"(?<=[a-z])\d+(?=[a-z])")
_TELEX = (
    (re.compile(r"dd"), "d"),
    (re.compile(r"([aeo])\1"), r"\1"),
    (re.compile(r"(?<![aeiouy])w"), "u"),
    (re.compile(r"w"), ""),
)
_TONE = re.compile(r"[sfrxj](?=(?:[cmnpt]|ng|nh|ch)?$)")
_SLOPPY = (
    (re.compile(r"(?<=[aeiouy])g$"), "ng"),
    (re.compile(r"(?<=[aeiouy])h$"), "nh"),
    (re.compile(r"^f"), "ph"),
    (re.compile(r"^w"), "qu"),
    (re.compile(r"^[jz]"), "gi"),
)
LONGEST_JOINED = 24
SHORTEST_FUZZY = 4
FEWEST_LETTERS = 2.5
"""On average in a part of joined words: "select" is no "se le ct"."""


@lru_cache
def abbreviations(path: Path = ABBREVIATIONS) -> dict[str, str]:
    """Short form → full words."""
    full: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        short, _, long = line.partition("=")
        if long and not line.startswith("#"):
            full |= dict.fromkeys(map(fold, short.split()), long.strip())
    return full


@lru_cache
def synonyms(path: Path = SYNONYMS) -> dict[tuple[str, ...], list[str]]:
    """What people say → what guides say, word by word."""
    rows = [line.partition("=") for line in path.read_text(encoding="utf-8").splitlines()]
    return {
        tuple(said.split()): meant.split()
        for said, _, meant in rows
        if meant and not said.startswith("#")
    }


@lru_cache
def _beginnings() -> dict[str, tuple[int, ...]]:
    """The first word of synonyms → how many words they have, the longest first."""
    lengths: dict[str, set[int]] = {}
    for said in synonyms():
        lengths.setdefault(said[0], set()).add(len(said))
    return {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


def meant(words: list[str]) -> list[str]:
    """Words with synonyms replaced by what guides say."""
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in _beginnings().get(words[at], ()):
            if instead := synonyms().get(tuple(words[at : at + length])):
                found += instead
                at += length
                break
        else:
            found.append(words[at])
            at += 1
    return found


def _hasty(token: str) -> bool:
    """Whether a word may be an abbreviation: nobody puts a mark on one, "hong" may be, "hỏng" is a word."""
    return token.replace("đ", "d").replace("Đ", "D").isascii()


def marked(text: str) -> list[str]:
    """The words of a text that bear marks, in lower case: "Tôi mua BẠC" → "tôi", "bạc"."""
    words = _TOKEN.findall(unicodedata.normalize("NFC", text).lower())
    return [word for word in words if not word.isascii()]


class Typing:
    """Understands typed words against the words that guides use."""

    def __init__(self, vocabulary: Collection[str]) -> None:
        """`vocabulary`: folded words that stand as they are."""
        self._known = frozenset(vocabulary)
        self._names = sorted(
            word for word in self._known if word not in SYLLABLES and word.isalpha()
        )

    def words(self, text: str) -> list[str]:
        """The folded words somebody meant."""
        typed = _TOKEN.findall(unicodedata.normalize("NFC", text))
        tokens = [word for token in typed for word in self._read(fold(token), _hasty(token))]
        return meant(self._joined(tokens))

    def _read(self, token: str, hasty: bool = True) -> list[str]:
        full = abbreviations().get(token) if hasty else None
        if full:
            return full.split()
        if token in self._known or token in SYLLABLES:
            return [token]
        if not token.isalpha():
            return self._with_digits(token)
        repaired = _repaired(token)
        if repaired:
            return [repaired]
        return _split(token, self._known) or [self._close(token)]

    def _with_digits(self, token: str) -> list[str]:
        """VNI marks inside a syllable go; digits beside one are words of their own."""
        bare = _VNI.sub("", token)
        if bare in self._known:
            return [bare]
        parts = _MIXED.findall(bare)
        return [word for part in parts for word in (self._read(part) if part.isalpha() else [part])]

    def _close(self, token: str) -> str:
        """The name this is a slip of ("venid" → "vneid"), or the token itself."""
        if len(token) < SHORTEST_FUZZY:
            return token
        found = extractOne(token, self._names, scorer=OSA.distance, score_cutoff=1)
        return str(found[0]) if found else token

    def _joined(self, tokens: list[str]) -> list[str]:
        """Names typed apart put together: "vne id" → "vneid"."""
        joined: list[str] = []
        for token in tokens:
            if joined and joined[-1] + token in self._known and joined[-1] + token not in SYLLABLES:
                joined[-1] += token
            else:
                joined.append(token)
        return joined


@lru_cache(maxsize=4096)
def _repaired(token: str) -> str | None:
    """A syllable with keyboard left-overs or a lost letter, mended; None when it is not one."""
    for pattern, better in _SLOPPY:
        mended = pattern.sub(better, token)
        if mended in SYLLABLES:
            return mended
    bare = token
    for pattern, better in _TELEX:
        bare = pattern.sub(better, bare)
    for candidate in (
        bare,
        _TONE.sub("", bare),
        re.sub(r"[sfrxj]", "", bare[1:]).join((bare[:1], "")),
    ):
        if candidate in SYLLABLES:
            return candidate
    return None


def _split(token: str, known: Collection[str]) -> list[str]:
    """Joined words taken apart ("tamtru" → "tam", "tru"), longest first; empty when it cannot be."""
    if not 4 <= len(token) <= LONGEST_JOINED:
        return []
    best: dict[int, tuple[int, list[str]]] = {0: (0, [])}
    for end in range(2, len(token) + 1):
        ways = []
        for start in (start for start in range(max(0, end - 8), end - 1) if start in best):
            word = token[start:end]
            if word in known or word in SYLLABLES:
                cost, before = best[start]
                ways.append((cost + (2 if word in known else 3), [*before, word]))
        if ways:
            best[end] = min(ways)
    words = best.get(len(token), (0, []))[1]
    return words if len(words) <= max(2, len(token) / FEWEST_LETTERS) else []
