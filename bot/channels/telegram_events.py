"""What Telegram's updates say to the bot."""

from aiogram.enums import ContentType
from aiogram.types import Message, Update

from handlers.turn import Incoming


def understood(update: Update) -> Incoming | None:
    """What an update says to the bot; None for groups, edits and everything that needs no answer.

    The update id is the message id: Telegram delivers an update again under the same one.
    """
    message_id = f"u{update.update_id}"
    if query := update.callback_query:
        private = query.message is None or query.message.chat.type == "private"
        return (
            Incoming("telegram", str(query.from_user.id), message_id, chosen=query.data or "")
            if private
            else None
        )
    message = update.message
    if message is None or message.chat.type != "private":
        return None
    return Incoming(
        "telegram", str(message.chat.id), message_id, text=message.text or "", kind=_kind(message)
    )


def _kind(message: Message) -> str:
    return ContentType(message.content_type).value
