"""What search finds, printed for people and for measuring."""

import json
from datetime import datetime, tzinfo
from typing import Any

from content import sentence
from content.library import Library
from content.mask import mask


def as_json(library: Library, question: str) -> dict[str, Any]:
    """`answer` is the guide the bot would open or tell one fact of, `candidates` what it would show.

    `kind` says how: opens, tells, asks (a question back), wishes (several in one), offers, nothing.
    """
    text = mask(question).text
    answer = library.answers.answer(text)
    scores = {one.id: round(one.score, 4) for one in library.finder.find(text).candidates}
    shown = [{"id": name, "score": scores.get(name)} for name in answer.guides]
    first = answer.guides[0] if answer.kind in ("opens", "tells") else None
    told: dict[str, Any] = {}
    if answer.kind == "tells":
        told = {"card": answer.card.id if answer.card else None, "aspects": list(answer.aspects)}
    return {"q": question, "kind": answer.kind, "answer": first, "candidates": shown} | told


def in_words(library: Library, question: str) -> str:
    found = as_json(library, question)
    if name := found["answer"]:
        return f"{found['kind']}: {name} ({library.titles[name]})"
    if shown := found["candidates"]:
        return f"{found['kind']}: " + ", ".join(f"{one['id']} ({one['score']})" for one in shown)
    return "finds nothing"


class NoDay(ValueError):
    """Text that is no day of our time; the message says how one is written."""

    def __init__(self, text: str) -> None:
        super().__init__(f"'{text}' is no day; write 2026-11-20 or 2026-11-20T19:30")


def day_of(text: str, zone: tzinfo | None) -> datetime:
    """A day, or day and hour, in that zone. Years far away leave no room for "tomorrow"."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NoDay(text) from None
    if not 2000 <= found.year < 2100:
        raise NoDay(text)
    return found.replace(tzinfo=zone)


def logged(line: str, now: datetime) -> Any:
    """What a log sentence says: an object, a list of them for several sessions, None for no log.

    The line is plain text, or JSON `{"text": …, "today": "2026-11-20T19:30"}`. NoDay when that is no day.
    """
    text = line
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):  # thousands of brackets are text as well
        given = None
    if isinstance(given, dict) and "text" in given:
        text = str(given["text"])
        if given.get("today"):
            now = day_of(str(given["today"]), now.tzinfo)
    found = [sentence.as_json(said) for said in sentence.read(mask(text).text, now)]
    return found if len(found) > 1 else found[0] if found else None
