"""Vietnamese text made comparable: facts/platform.md, "Vietnamese text"."""

import re
import unicodedata

_SPACES = re.compile(r"[\W_]+")


class _Bare(dict[int, str]):
    """What stands for each sign, found out once."""

    def __missing__(self, code: int) -> str:
        apart = unicodedata.normalize("NFD", {"đ": "d", "Đ": "D"}.get(chr(code), chr(code)))
        self[code] = "".join(sign for sign in apart if not unicodedata.combining(sign))
        return self[code]


_BARE = _Bare()


def fold(text: str) -> str:
    """Lower case without diacritics: "Đổi  điện thoại" → "doi  dien thoai"."""
    return text.translate(_BARE).casefold()


def words(text: str) -> str:
    """Folded words with single spaces and nothing else, for comparing what people type with labels."""
    return _SPACES.sub(" ", fold(text)).strip()
