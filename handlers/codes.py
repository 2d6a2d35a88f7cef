"""Codes people type, and the end of guessing them."""

import re
from dataclasses import dataclass
from datetime import timedelta

from content.fold import words
from handlers.turn import Turn
from store import tickets

JOIN, CONFIRM = "join", "confirm"

_JOIN = re.compile(r"(?:(?:ma )?(?:moi|tham gia|lien ket|noi)?(?: la)? ?)(\d{6})")
_CONFIRM = re.compile(r"(?:(?:toi )?(?:ma )?(?:xac nhan)(?: buoi)?(?: ma)?(?: la)? ?)?(\d{4,5})")


@dataclass(frozen=True)
class Typed:
    kind: str
    code: str
    named: bool
    """It was called a code, so that it is one also while a question is open."""


def typed(text: str) -> Typed | None:
    """The code a message consists of: "482913", "mã mời 482913", "xác nhận 4821", "4821".

    Takes the text as it came: what is masked elsewhere ("mã xác nhận 4821") is a code here. A code that
    looks like a bank's ("mã xác nhận 482913") is none.
    """
    said = words(text)
    if found := _JOIN.fullmatch(said):
        return Typed(JOIN, found[1], said != found[1])
    if found := _CONFIRM.fullmatch(said):
        return Typed(CONFIRM, found[1], said != found[1])
    return None


@dataclass(frozen=True)
class Limit:
    """How many wrong codes of a kind are taken within a time, of one chat and of all."""

    kind: str
    per_chat: int
    in_all: int
    within: timedelta


async def too_many(turn: Turn, limit: Limit) -> bool:
    """Whether wrong codes came so often that none is tried any more."""
    since = turn.now - limit.within
    own = await tickets.guesses(turn.db, limit.kind, since, turn.talk.chat_id)
    return (
        own >= limit.per_chat or await tickets.guesses(turn.db, limit.kind, since) >= limit.in_all
    )


async def wrong(turn: Turn, limit: Limit) -> None:
    await tickets.wrong(turn.db, turn.talk.chat_id, limit.kind, turn.now)
