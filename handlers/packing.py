"""Replies as JSON, for the outbox. What is secret in one stays sealed there until it is shown."""

from collections.abc import Callable
from typing import Any

from content.mask import MARK
from handlers.turn import SECRET, Attachment, Option, Reply


def pack(reply: Reply) -> dict[str, Any]:
    packed: dict[str, Any] = {
        "text": reply.text,
        "options": [[option.label, option.value] for option in reply.options],
    }
    if reply.worded:
        packed["worded"] = True
    if reply.sealed:
        packed["sealed"] = reply.sealed
    if reply.attachment:
        packed["attachment"] = [reply.attachment.kind, reply.attachment.name]
    return packed


def hidden(sealed: str) -> str:
    """What is shown of a secret by whoever cannot open it."""
    return MARK


def unpack(packed: dict[str, Any], unseal: Callable[[str], str] = hidden) -> Reply:
    """The reply, its secret opened by `unseal`."""
    attachment = packed.get("attachment")
    text, sealed = packed["text"], packed.get("sealed", "")
    return Reply(
        text.replace(SECRET, unseal(sealed) or MARK) if sealed else text,
        tuple(Option(label, value) for label, value in packed["options"]),
        Attachment(*attachment) if attachment else None,
        packed.get("worded", False),
    )
