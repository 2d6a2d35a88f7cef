"""Text for channels: numbered options and long texts in parts, counted as the platform counts."""

from collections.abc import Callable

from handlers.turn import Can, Reply


def utf16(text: str) -> int:
    """Length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def numbered(reply: Reply) -> str:
    """The text with its options listed below it, for channels without buttons."""
    marks = ["·"] * len(reply.options) if reply.worded else range(1, len(reply.options) + 1)
    pairs = zip(marks, reply.options, strict=True)
    options = [f"[{mark}] {option.label}" for mark, option in pairs]
    return "\n".join([reply.text, "", *options]) if options else reply.text


def as_shown(can: Can, reply: Reply) -> list[str]:
    """The messages of a reply, as somebody on a channel sees them; a button is a line in brackets."""
    if not can.buttons:
        return split(numbered(reply), can.text_limit, utf16)
    *before, last = split(reply.text, can.text_limit, utf16)
    return [*before, "\n".join([last, *(f"[ {option.label} ]" for option in reply.options)])]


def split(text: str, limit: int, measure: Callable[[str], int] = len) -> list[str]:
    """The text in parts of at most `limit`, cut between paragraphs, lines or words where possible."""
    parts = []
    while measure(text) > limit:
        head = _head(text, limit, measure)
        parts.append(head.rstrip())
        text = text[len(head) :].lstrip()
    return [*parts, text] if text or not parts else parts


def _head(text: str, limit: int, measure: Callable[[str], int]) -> str:
    head = text[:limit]
    while measure(head) > limit:
        head = head[:-1]
    cuts = (head.rfind(mark) for mark in ("\n\n", "\n", " "))
    return head[: next((at for at in cuts if at > limit // 2), len(head))]
