"""`sentences.yaml`: the words of log sentences, read once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict

from content.fold import fold
from content.frontmatter import Document, read_yaml, validate

PATH = Path(__file__).parent / "sentences.yaml"
NUMBER, NAME, MORE, ANY = "<n>", "<name>", "<more>", "<word>"
"""What a phrase leaves open: a number, somebody's name, another word of it, any word."""
INHERITING, INHERITED = ("person", "house"), ("priority", "audience")
"""Phrases of the first kinds also say what phrases of the second ones within them say."""

_CHOICE = re.compile(r"\(([^()]*)\)|<(?!n>|name>|more>|word>)(\w+)>")
_GROUP = re.compile(r"<\w+>")
_WORD = re.compile(r"[^\W\d_]+")
_PAIR = re.compile(r"(?=\b([^\W\d_]+) ([^\W\d_]+))")

Tag = tuple[str, str]
"""What a phrase says: a kind and a code, as ("topic", "ssk")."""
Words = Annotated[
    list[str], BeforeValidator(lambda one: one.split() if isinstance(one, str) else one)
]
"""Words with spaces between."""
Patterns = Annotated[list[str], BeforeValidator(lambda one: [one] if isinstance(one, str) else one)]
"""A list of patterns, or one of them."""


class Sheet(BaseModel):
    """The file as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    abbreviations: dict[str, list[str]]
    names: Words
    common: Words
    groups: dict[str, Patterns]
    phrases: dict[str, dict[str, list[str]]]


@dataclass(frozen=True)
class Known:
    """The single words of the file."""

    abbreviations: dict[str, list[str]]
    names: dict[str, list[str]]
    """Letters without accents → names of these letters."""
    written: frozenset[str]
    """All words of phrases with their accents."""
    vocabulary: frozenset[str]
    """The same and more without accents: none of them is taken for a slip of another."""
    real: frozenset[str]
    """Words as they are written, names included: none of them lacks an accent."""
    pairs: dict[str, list[tuple[str, str]]]
    """Second word without accents → words that stand side by side: "đơn" in "hóa đơn"."""


HINTS = {"phrases": "kind, code and a list of phrases", "abbreviations": "short: [meanings]"}


@cache
def sheet() -> Sheet:
    """The file. ContentError when it is not as it should be."""
    values, lines = read_yaml(PATH, PATH.read_text(encoding="utf-8"))
    return validate(Sheet, Document(PATH, values, lines, []), HINTS)


@cache
def known() -> Known:
    names: dict[str, list[str]] = {}
    for name in sheet().names:
        names.setdefault(fold(name), []).append(name)
    patterns = [
        line for codes in sheet().phrases.values() for one in codes.values() for line in one
    ]
    patterns += [line for group in sheet().groups.values() for line in group]
    written = {word for line in patterns for word in _WORD.findall(_GROUP.sub(" ", line))}
    full = {word for long in sheet().abbreviations.values() for one in long for word in one.split()}
    vocabulary = frozenset(map(fold, written | full | set(sheet().common)))
    real = frozenset(written | full | {*sheet().common, *sheet().names})
    return Known(
        sheet().abbreviations, names, frozenset(written), vocabulary, real, _pairs(patterns)
    )


def _pairs(patterns: list[str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for first, second in dict.fromkeys(pair for line in patterns for pair in _PAIR.findall(line)):
        found.setdefault(fold(second), []).append((first, second))
    return found


def phrases() -> Iterator[tuple[str, Tag]]:
    """Every phrase, written out, and what it says."""
    said = list(_written_out())
    yield from said
    yield from _inherited(said)


def _inherited(said: list[tuple[str, Tag]]) -> Iterator[tuple[str, Tag]]:
    """Who "hộ dân nghèo" are is said by "hộ dân" and "nghèo" in it; "con cụ Lan" is no cụ."""
    inner: dict[str, list[Tag]] = {}
    for phrase, tag in said:
        if tag[0] in INHERITED:
            inner.setdefault(phrase.replace("=", ""), []).append(tag)
    for phrase, (kind, _) in said:
        if kind in INHERITING and NAME not in phrase:
            words = phrase.split()
            parts = combinations(range(len(words) + 1), 2)
            for part in {" ".join(words[start:end]) for start, end in parts}:
                yield from ((phrase, tag) for tag in inner.get(part, ()))


def _written_out() -> Iterator[tuple[str, Tag]]:
    for kind, codes in sheet().phrases.items():
        for code, patterns in codes.items():
            for pattern in patterns:
                for phrase in expand(pattern, sheet().groups):
                    yield phrase, (kind, code)


def expand(pattern: str, groups: dict[str, list[str]]) -> Iterator[str]:
    """ "(trả|nộp) tiền <bill>" written out; an empty choice may be left out."""
    match = _CHOICE.search(pattern)
    if not match:
        yield " ".join(pattern.split())
        return
    options = groups[match[2]] if match[2] else match[1].split("|")
    for option in options:
        yield from expand(f"{pattern[: match.start()]}{option}{pattern[match.end() :]}", groups)
