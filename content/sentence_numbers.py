"""Numbers said in words: "hai mươi mốt", "2 chục", "mười lăm", "một trăm hai mươi"."""

from dataclasses import replace

from content.fold import fold
from content.sentence_words import LARGEST, Token, fits

UNITS = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
LAST = {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
"""What may follow tens as well: only there "tư" is four, not "từ" or "tự"."""
ALONE = {"chục": 10, "trăm": 100}
"""Without accents only before people: "to chuc" is no group 10."""
UNSURE = "lam"
"""Without its accent five only before people: "muoi lam cu", not "Muoi lam ho so"."""
HEADS = frozenset("nguoi ng cu bac ba ong co chu chi anh em chau ban hoi doan hoc dan phu".split())
"""How words for people begin."""

Spelled = dict[str, list[tuple[str, int]]]
"""Letters without accents → words of these letters and their values."""


def _spelled(words: dict[str, int]) -> Spelled:
    found: Spelled = {}
    for word, value in words.items():
        found.setdefault(fold(word), []).append((word, value))
    return found


_UNITS, _LAST = _spelled(UNITS), _spelled(UNITS | LAST)
_PLAIN = {word: fold(word) for word in ("mười", "mươi", "chục", "trăm", "linh", "lẻ")}


def merge(tokens: list[Token]) -> list[Token]:
    """The same words with numbers of several words made one. "bác Hai" is a name, "bac hai" may be one."""
    merged: list[Token] = []
    at = 0
    while at < len(tokens):
        named = at > 0 and tokens[at].capital and tokens[at - 1].plain.isalpha()
        value, end = (0, at) if named else _number(tokens, at)
        if end - at > 1:
            typed = str(value)
            merged.append(Token(typed, typed, typed, (), value if value <= LARGEST else None))
        elif end > at and tokens[at].number is None:
            merged.append(replace(tokens[at], number=value))
        else:
            merged.append(tokens[at])
        at = max(end, at + 1)
    return merged


def _number(tokens: list[Token], at: int) -> tuple[int, int]:
    """The number that begins at a word, and where it ends; there itself when none begins."""
    value, end = _below_hundred(tokens, at)
    if end == at or not _is(tokens, end, "trăm"):
        return value, end
    value, end = value * 100, end + 1
    if _is(tokens, end, "linh") or _is(tokens, end, "lẻ"):
        rest, after = _unit(tokens, end + 1, _UNITS)
        return (value + rest, after) if after > end + 1 else (value, end)
    rest, end = _below_hundred(tokens, end)
    return value + rest, end


def _below_hundred(tokens: list[Token], at: int) -> tuple[int, int]:
    if _is(tokens, at, "mười"):
        return _with_last(tokens, 10, at + 1)
    for word, many in ALONE.items():
        if _is(tokens, at, word) and (tokens[at].typed == word or _heads(tokens, at + 1)):
            return many, at + 1
    value, end = _digits_or_unit(tokens, at)
    if end > at and _is(tokens, end, "mươi"):
        return _with_last(tokens, value * 10, end + 1)
    if end > at and _is(tokens, end, "chục"):
        return value * 10, end + 1
    return value, end


def _with_last(tokens: list[Token], tens: int, at: int) -> tuple[int, int]:
    if at < len(tokens) and tokens[at].typed == UNSURE and not _heads(tokens, at + 1):
        return tens, at
    unit, end = _unit(tokens, at, _LAST)
    return tens + unit, end


def _heads(tokens: list[Token], at: int) -> bool:
    """Whether a word for people may begin here."""
    return at < len(tokens) and tokens[at].plain in HEADS


def _digits_or_unit(tokens: list[Token], at: int) -> tuple[int, int]:
    number = tokens[at].number if at < len(tokens) else None
    return (number, at + 1) if number is not None else _unit(tokens, at, _UNITS)


def _unit(tokens: list[Token], at: int, words: Spelled) -> tuple[int, int]:
    if at < len(tokens):
        for word, value in words.get(tokens[at].plain, ()):
            if fits(tokens[at].typed, word):
                return value, at + 1
    return 0, at


def _is(tokens: list[Token], at: int, word: str) -> bool:
    return at < len(tokens) and tokens[at].plain == _PLAIN[word] and fits(tokens[at].typed, word)
