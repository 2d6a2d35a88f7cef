"""Replies as JSON, for the outbox. A phone number is not among what is kept: see Reply.phone_of."""

from typing import Any

from handlers.turn import Attachment, Option, Reply


def pack(reply: Reply) -> dict[str, Any]:
    packed: dict[str, Any] = {"text": reply.text, "options": offered(reply)}
    if reply.worded:
        packed["worded"] = True
    if reply.phone_of is not None:
        packed["phone_of"] = reply.phone_of
    if reply.attachment:
        packed["attachment"] = [reply.attachment.kind, reply.attachment.name]
    return packed


def unpack(packed: dict[str, Any]) -> Reply:
    """The reply as it was planned; bot.secrets shows it to people."""
    attachment = packed.get("attachment")
    return Reply(
        packed["text"],
        tuple(Option(label, value) for label, value in packed["options"]),
        Attachment(*attachment) if attachment else None,
        packed.get("worded", False),
        packed.get("phone_of"),
    )


def offered(reply: Reply) -> list[list[str]]:
    """Its options, as a chat remembers them."""
    return [[option.label, option.value] for option in reply.options]
