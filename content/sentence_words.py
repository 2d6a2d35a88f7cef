"""The words of a chat message: what was typed, and what each word may have meant.

Accents are kept where they were typed, for they decide: "bà Lan" is one woman, "ba cụ" are three. A word
typed without an accent may mean any word of the same letters; a short form may have several meanings.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from content.fold import fold
from content.sentence_data import known
from content.typing import SYLLABLES, Typing, abbreviations

Reading = tuple[tuple[str, str], ...]
"""Words as (letters without accents, as written)."""

LONGEST = 600
"""Words of a message that are read; what comes later is no sentence."""
LONGEST_ONSET = 3
"""Letters: "ngh"."""
LARGEST = 5000
"""More people than that are never in a room: such a number counts nothing."""

_TOKEN = re.compile(r"[^\W\d_]+(?:\d+[^\W\d_]+)+|[^\W\d_]+|\d+|\n\s*|\S")
_AND_A_HALF = re.compile(r"(?<=\d)[.,]5(?=\s?(?:tiếng|tieng|giờ|gio|h)\b)")
_AI = re.compile(r"\bAI\b")
_DIGITS = re.compile(r"(\d+)")
_TONES = dict.fromkeys("\u0300\u0301\u0303\u0309\u0323")
_STROKED = "d\u0335"
_HOOK, _TILDE = "\u0309", "\u0303"


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or sign."""

    raw: str
    typed: str
    """In small letters; a new line is ";"."""
    plain: str
    """The same without accents."""
    readings: tuple[Reading, ...] = ()
    number: int | None = None
    name: bool = False
    """May be somebody's name, after a title."""
    capital: bool = False
    """Such a name with a capital letter."""
    close: bool = False
    """No space before it."""


def read(text: str) -> list[Token]:
    """The words of a message, its numbers still one by one."""
    text = _AND_A_HALF.sub(" rưỡi ", unicodedata.normalize("NFC", text))
    if not text.isupper():
        text = _AI.sub("trí tuệ nhân tạo", text)  # in small letters "ai" is "who"
    cased = text[:1].isupper() and not text.isupper()
    tokens: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(text):
        close = match.start() == end > 0
        end = match.end()
        tokens += _tokens(match[0], close, cased)
        if len(tokens) >= LONGEST:
            break
    return tokens[:LONGEST]


def _tokens(raw: str, close: bool, cased: bool) -> Iterator[Token]:
    if not raw[0].isalnum():
        yield _plain(raw, ";" if raw.startswith("\n") else raw, close)
    elif raw.isdecimal():
        value = int(raw) if len(raw) <= len(str(LARGEST)) else None
        yield replace(_plain(raw, raw, close), number=value)
    elif any(sign.isdecimal() for sign in raw):
        yield from _mixed(raw, close, cased)
    else:
        yield _word(raw, close, cased)


def _plain(raw: str, typed: str, close: bool) -> Token:
    """A word that means itself."""
    return Token(raw, typed, typed, (((typed, typed),),), close=close)


def _mixed(raw: str, close: bool, cased: bool) -> Iterator[Token]:
    """ "d9a8ng" is typed in VNI; "tdp5nvh" are words with a number between them."""
    bare = _DIGITS.sub("", fold(raw))
    if bare in SYLLABLES and fold(raw) == raw:
        yield _plain(raw, bare, close)
        return
    for part in filter(None, _DIGITS.split(raw)):
        yield from _tokens(part, close, cased)
        close = True


def _word(raw: str, close: bool, cased: bool) -> Token:
    typed = raw.lower()
    plain, readings = _readings(typed)
    name = _may_name(raw, typed, plain, cased)
    capital = name and _is_capital(raw)
    return Token(raw, typed, plain, readings, name=name, capital=capital, close=close)


def _is_capital(raw: str) -> bool:
    """ "Lan" and "Y", not "LAN"."""
    return raw[0].isupper() and not raw[1:].isupper()


def _may_name(raw: str, typed: str, plain: str, cased: bool) -> bool:
    """Who begins with a capital letter gives names one; from others any word unknown here may be one."""
    if plain not in SYLLABLES:
        return False
    if cased or _is_capital(raw):
        return _is_capital(raw)
    return plain not in known().vocabulary or any(
        fits(typed, name) for name in known().names.get(plain, ())
    )


def _split(words: str) -> tuple[Reading, ...]:
    return (tuple((fold(word), word) for word in words.split()),)


@cache
def _short_forms() -> dict[str, tuple[Reading, ...]]:
    """Short form → what it may stand for; ours go before the common ones, which have no accents."""
    common = {short: _split(full) for short, full in abbreviations().items()}
    ours = {
        short: tuple(reading for full in meant for reading in _split(full))
        for short, meant in known().abbreviations.items()
    }
    return common | ours


@cache
def _typing() -> Typing:
    return Typing(known().vocabulary)


@lru_cache(maxsize=8192)
def _readings(typed: str) -> tuple[str, tuple[Reading, ...]]:
    """A word without accents, and what it may mean, itself included."""
    plain = fold(typed)
    itself: Reading = ((plain, typed),)
    short = _short_forms().get(typed)
    if short is None and (typed == plain or plain not in SYLLABLES):
        short = _short_forms().get(plain)
    if short is not None:
        return plain, (*short, itself)
    if plain in SYLLABLES or plain in known().vocabulary:
        return plain, (itself,)
    mended = tuple((word, word) for word in _typing().words(plain))
    return plain, (*_shortened(typed), *((mended,) if mended else ()), itself)


def _shortened(typed: str) -> Iterator[Reading]:
    """What "hđơn", "tkhoản" stand for: the beginning of a word and the whole of the next one."""
    for cut in range(1, LONGEST_ONSET + 1):
        onset, rest = typed[:cut], typed[cut:]
        for first, second in known().pairs.get(fold(rest), ()):
            if first.startswith(onset) and fits(rest, second):
                yield (fold(first), first), (fold(second), second)


@lru_cache(maxsize=65536)
def fits(typed: str, meant: str) -> bool:
    """Whether `typed` can be `meant`: with its accents, or without any.

    A word that is none of ours may lack marks of letters ("nhạp") or the tone ("điên" for "điện").
    "=chợ" wants all of its accents.
    """
    letters, tone = _marks(typed)
    wanted, wanted_tone = _marks(meant.removeprefix("="))
    if (letters, tone) == (wanted, wanted_tone):
        return True
    if meant.startswith("="):
        return False
    pairs = list(zip(letters, wanted, strict=False))
    if not tone and all(len(one) == 1 or one == other == _STROKED for one, other in pairs):
        return True
    if not all(one in (other, other[0]) for one, other in pairs):
        return False
    if tone == wanted_tone:
        return typed not in known().written
    return not tone and typed not in known().real


@lru_cache(maxsize=8192)
def _marks(word: str) -> tuple[tuple[str, ...], str]:
    """The letters with their own marks, and the tone, wherever it was put; hỏi and ngã are one."""
    tone, letters = "", list[str]()
    for sign in unicodedata.normalize("NFD", word.replace("đ", _STROKED)):
        if sign in _TONES:
            tone = _HOOK if sign == _TILDE else sign
        elif unicodedata.combining(sign) and letters:
            letters[-1] += sign
        else:
            letters.append(sign)
    return tuple(letters), tone
