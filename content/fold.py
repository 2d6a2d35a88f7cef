"""Vietnamese text made comparable: facts/platform.md, "Vietnamese text"."""

import re
import unicodedata

_SPACES = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case without diacritics: "Đổi  điện thoại" → "doi  dien thoai"."""
    bare = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(sign for sign in bare if not unicodedata.combining(sign)).casefold()


def words(text: str) -> str:
    """Folded words with single spaces and nothing else, for comparing what people type with labels."""
    return _SPACES.sub(" ", fold(text)).strip()
