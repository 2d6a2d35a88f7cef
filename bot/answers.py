"""What search finds, printed for people and for measuring."""

from typing import Any

from content.library import Library
from content.mask import mask
from content.search import Finder


def as_json(finder: Finder, question: str) -> dict[str, Any]:
    """`answer` is what the bot would open by itself, `candidates` what it would show."""
    found = finder.find(mask(question).text)
    shown = [{"id": one.id, "score": round(one.score, 4)} for one in found.candidates]
    return {"q": question, "answer": found.answer, "candidates": shown}


def in_words(library: Library, question: str) -> str:
    found = library.finder.find(mask(question).text)
    if found.answer:
        return f"opens: {found.answer} ({library.titles[found.answer]})"
    if found.candidates:
        return "asks which: " + ", ".join(f"{one.id} ({one.score:.2f})" for one in found.candidates)
    return "finds nothing"
