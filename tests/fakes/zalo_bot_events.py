"""What people send, as the Zalo Bot platform describes it to the bot (facts/zalo.md, 1.6)."""

from datetime import datetime

from .zalo_bot_world import in_group, milliseconds
from .zalo_faults import Json

PICTURE = (
    "jpg",
    "image/jpeg",
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\0\0\x01\0\x01\0\0\xff\xd9",
)
STICKER = ("png", "image/png", b"\x89PNG\r\n\x1a\n")
# one ADTS frame: AAC, 16 kHz, one channel
VOICE = ("aac", "audio/aac", b"\xff\xf1\x60\x40\x01\x7f\xfc\x01\x18\x20\x07")


def event(
    kind: str, sender: str, name: str, chat: str, message_id: str, at: datetime, content: Json
) -> Json:
    message: Json = {
        "from": {"id": sender, "display_name": name, "is_bot": False},
        "chat": {"id": chat, "chat_type": "GROUP" if in_group(chat) else "PRIVATE"},
        **content,
        "message_id": message_id,
        "date": milliseconds(at),
    }
    return {"event_name": f"message.{kind}.received", "message": message}


def image(field: str, link: str, caption: str) -> Json:
    content = {field: link} | ({"caption": caption} if caption else {})
    # seen only in live traffic, beside the name the documentation does not know
    return content | ({"message_type": "CHAT_PHOTO"} if field == "photo_url" else {})


def sticker(link: str) -> Json:
    return {"sticker": "0e078a2cb269eb37b278", "url": link}


def voice(link: str) -> Json:
    return {"voice_url": link, "message_type": "CHAT_VOICE"}
