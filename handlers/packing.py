"""Replies as JSON, for the outbox."""

from pathlib import Path
from typing import Any

from handlers.turn import Attachment, Option, Reply


def pack(reply: Reply) -> dict[str, Any]:
    packed: dict[str, Any] = {
        "text": reply.text,
        "options": [[option.label, option.value] for option in reply.options],
    }
    if reply.attachment:
        packed["attachment"] = [reply.attachment.kind, str(reply.attachment.path)]
    return packed


def unpack(packed: dict[str, Any]) -> Reply:
    attachment = packed.get("attachment")
    return Reply(
        packed["text"],
        tuple(Option(label, value) for label, value in packed["options"]),
        Attachment(attachment[0], Path(attachment[1])) if attachment else None,
    )
