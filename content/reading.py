"""How hard a text is to read: long sentences, words of offices, abbreviations nobody explained."""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
LONGEST_SENTENCE = 30
"""Syllables. A longer one is lost on the way."""
AVERAGE_SENTENCE = 16
"""Syllables, over a whole guide."""

_SENTENCES = re.compile(r"(?<=[.!?…;])\s+")
_QUOTED = re.compile(r"“[^”]*”")
_CAPITALS = re.compile(r"(?<![\w/-])[A-ZĐ]{2,}(?![\w/-])")
"""Not the number of a form or a document, as CT01 or 01/BK-STK."""


@lru_cache
def jargon() -> dict[str, str]:
    """Word of an office → what people say."""
    found: dict[str, str] = yaml.safe_load((FOLDER / "jargon.yaml").read_text(encoding="utf-8"))
    return found


@lru_cache
def _offices() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(jargon(), key=len, reverse=True))})\b", re.I)


@lru_cache
def known_capitals() -> frozenset[str]:
    """Abbreviations everybody knows from papers and screens."""
    return frozenset((FOLDER / "known_capitals.txt").read_text(encoding="utf-8").split())


def sentences(text: str) -> list[str]:
    return [sentence for sentence in _SENTENCES.split(text) if sentence.strip()]


def lengths(texts: list[str]) -> list[int]:
    """Syllables of every sentence."""
    return [len(sentence.split()) for text in texts for sentence in sentences(text)]


def hard(text: str) -> Iterator[str]:
    """What makes a text hard to read, each with its mend."""
    for sentence in sentences(text):
        if (length := len(sentence.split())) > LONGEST_SENTENCE:
            begun = " ".join(sentence.split()[:6])
            yield (
                f"a sentence of {length} words ('{begun} …'); "
                f"make two of it, at most {LONGEST_SENTENCE} each"
            )
    own = _QUOTED.sub("“”", text)
    for word in dict.fromkeys(map(str.lower, _offices().findall(own))):
        yield f"'{word}' is a word of offices; say: {jargon()[word]}"
    for short in dict.fromkeys(_CAPITALS.findall(own)):
        if short not in known_capitals():
            yield (
                f"'{short}' is not in content/known_capitals.txt; write it out, "
                "or add it there when everybody knows it"
            )
