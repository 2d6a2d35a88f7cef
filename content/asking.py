"""What a question asks for beside its subject: one part of a guide, one thing of many, two things at once.

The phrases are data: `asks.yaml` (fee, time, papers …; what joins two wishes) and `ask_back.yaml`
(questions that name no one thing).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from content.fold import fold

FOLDER = Path(__file__).parent

TOLD = ("fee", "time", "needs", "whom")
"""Aspects every guide has a part for."""

_WORD = re.compile(r"[^\W_]+")
_SENTENCE = re.compile(r"[.?!;\n]+(?=\s|$)|\n")
_HOW = re.compile(
    r"\b(?:the nao|lam sao|sao de|cach|huong dan|chi (?:cho|giup)|how (?:do|to|can))\b"
)
_FOLLOWS = re.compile(r"^(?:the|con|vay|neu|nhung|and|what about)\b|\bthi sao\b")


@dataclass(frozen=True)
class AskBack:
    """A question back, by language, and the guides to choose from."""

    ask: dict[str, str]
    guides: tuple[str, ...]
    forms: tuple[str, ...]


@lru_cache
def ask_backs() -> tuple[AskBack, ...]:
    rows = yaml.safe_load((FOLDER / "ask_back.yaml").read_text(encoding="utf-8"))
    return tuple(AskBack(row["ask"], tuple(row["guides"]), tuple(row["forms"])) for row in rows)


@dataclass(frozen=True)
class Phrases:
    """The folded phrases of asks.yaml."""

    aspects: dict[str, list[str]]
    beside: frozenset[str]
    strong: tuple[str, ...]
    weak: tuple[str, ...]
    lines: dict[str, list[str]]

    @cached_property
    def longest_first(self) -> list[tuple[str, str]]:
        pairs = [(phrase, name) for name, phrases in self.aspects.items() for phrase in phrases]
        return sorted(pairs, key=lambda pair: -len(pair[0]))


@lru_cache
def phrases() -> Phrases:
    data: dict[str, Any] = yaml.safe_load((FOLDER / "asks.yaml").read_text(encoding="utf-8"))
    joints = data["joints"]
    return Phrases(
        data["aspects"],
        frozenset(data["beside"].split()),
        tuple(joints["strong"]),
        tuple(joints["weak"]),
        data["lines"],
    )


def aspects_of(words: Iterable[str]) -> tuple[tuple[str, ...], list[str]]:
    """The aspects folded words ask for, in the order of asks.yaml, and the words left without them."""
    said, found = f" {' '.join(words)} ", set()
    for phrase, name in phrases().longest_first:
        if f" {phrase} " in said:
            found.add(name)
            said = said.replace(f" {phrase} ", " | ")
    order = [name for name in phrases().aspects if name in found]
    return tuple(order), [word for word in said.split() if word != "|"]


def asks_how(words: Iterable[str]) -> bool:
    """Whether somebody wants to be led through it: then one fact is not enough."""
    return bool(_HOW.search(" ".join(words)))


def follows(words: Iterable[str]) -> bool:
    """Whether a text sounds as if it went on from what was said before."""
    return bool(_FOLLOWS.search(" ".join(words)))


def bare(words: Iterable[str], little: frozenset[str]) -> list[str]:
    """What is left of a follow-up without its little words: nothing, when it only asks for an aspect."""
    return [word for word in words if word not in phrases().beside and word not in little]


def parts(text: str) -> tuple[list[str], bool]:
    """The parts of a message that may be wishes of their own; whether a strong joint stands between.

    Sentences are strong parts too. One part: the message cannot be split.
    """
    for joints, strong in ((phrases().strong, True), (phrases().weak, False)):
        found = _split(text, joints) if not strong else _strong_parts(text)
        if len(found) > 1:
            return found, strong
    return [text], False


def _strong_parts(text: str) -> list[str]:
    sentences = [part for part in _SENTENCE.split(text) if part.strip()]
    return [part for sentence in sentences for part in _split(sentence, phrases().strong)]


def _split(text: str, joints: tuple[str, ...]) -> list[str]:
    """The text cut at folded phrases."""
    tokens = list(_WORD.finditer(text))
    folded = [fold(token[0]) for token in tokens]
    cuts, begin = [], 0
    at = 0
    while at < len(tokens):
        joint = next((j for j in joints if _stands(folded, at, j.split())), None)
        if joint is None:
            at += 1
            continue
        cuts.append(text[begin : tokens[at].start()])
        at += len(joint.split())
        begin = tokens[at].start() if at < len(tokens) else len(text)
    cuts.append(text[begin:])
    return [cut for cut in cuts if len(_WORD.findall(cut)) > 1]


def _stands(folded: list[str], at: int, joint: list[str]) -> bool:
    return folded[at : at + len(joint)] == joint
