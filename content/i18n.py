"""The catalogs: English msgids, `locales/<lang>/LC_MESSAGES/messages.po`, read as they are (no .mo files)."""

import io
from functools import cache
from gettext import GNUTranslations
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from content.errors import ContentError, Fault

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
DEFAULT = "vi"


def N_(message: str) -> str:
    """Mark a string for the catalogs where it is defined; it is translated where it is shown."""
    return message


@cache
def catalog(lang: str) -> GNUTranslations:
    """The messages of one of LANGUAGES. ContentError when its file is missing."""
    path = LOCALES / lang / "LC_MESSAGES" / "messages.po"
    compiled = io.BytesIO()
    try:
        with path.open("rb") as file:
            write_mo(compiled, read_po(file))
    except FileNotFoundError:
        raise ContentError([Fault(path, 1, "the catalog is missing; run: make strings")]) from None
    compiled.seek(0)
    return GNUTranslations(compiled)


def translate(lang: str, message: str, **values: object) -> str:
    """A message with its {placeholders} filled in; an unknown language gets the default one."""
    text = catalog(lang if lang in LANGUAGES else DEFAULT).gettext(message)
    return text.format(**values) if values else text
