"""Keep the catalogs in step with the code: `make strings`. English fills itself from the msgids."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from content.i18n import LANGUAGES, LOCALES

ROOT = Path(__file__).parent.parent
CODE = ("bot", "handlers", "content")
KEYWORDS = {
    "N_": None,
    "tr": None,
    "option": None,
    "translate": (2,),
    "Refused": (2,),
    "_said": (2,),
}
"""Functions that take a message, and which argument it is."""


HEADER = "# Tổ Số. English msgids; edit only msgstr, then run: make strings"


def extract() -> Catalog:
    """Every message in the code."""
    found = Catalog(charset="utf-8")
    for folder in CODE:
        rows = extract_from_dir(ROOT / folder, [("**.py", "python")], keywords=KEYWORDS)
        for file, line, message, _, context in rows:
            found.add(message, locations=[(f"{folder}/{file}", line)], context=context)
    return found


def load(lang: str) -> Catalog:
    with path_of(lang).open("rb") as file:
        return read_po(file, locale=lang)


def path_of(lang: str) -> Path:
    return LOCALES / lang / "LC_MESSAGES" / "messages.po"


def update() -> None:
    """Rewrite every catalog: new messages added, vanished ones dropped, translations kept."""
    for lang in LANGUAGES:
        catalog = load(lang) if path_of(lang).exists() else Catalog(locale=lang)
        catalog.update(extract(), no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.fuzzy, catalog.header_comment = False, HEADER
        for message in catalog:
            if lang == "en" and message.id:
                message.string = message.id
        path_of(lang).parent.mkdir(parents=True, exist_ok=True)
        with path_of(lang).open("wb") as file:
            write_po(file, catalog, sort_output=True, include_lineno=False, width=100)


def faults() -> Iterator[str]:
    """What is missing or wrong in the catalogs, in sentences."""
    wanted = {message.id for message in extract() if message.id}
    for lang in LANGUAGES:
        catalog = load(lang)
        known = {message.id: message for message in catalog if message.id}
        yield from (f"{lang}: missing: {message}" for message in wanted - known.keys())
        yield from (f"{lang}: no longer used: {message}" for message in known.keys() - wanted)
        yield from (f"{lang}: {fault}" for message in known.values() for fault in _faults(message))


def _faults(message: Message) -> Iterator[str]:
    if not message.string or message.fuzzy:
        yield f"not translated: {message.id}"
    elif set(_placeholders(message.id)) != set(_placeholders(message.string)):
        yield f"other placeholders: {message.id}"


def _placeholders(text: object) -> list[str]:
    return re.findall(r"\{(\w+)\}", str(text))


if __name__ == "__main__":
    update()
    print("\n".join(faults()) or "catalogs complete")
