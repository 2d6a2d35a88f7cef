"""Answers and events of the Zalo Bot platform as published (facts/zalo.md, 1.3 to 1.10)."""

import json
from typing import Any

from .zalo_faults import Json


def shape(value: Any) -> Any:
    """The names and kinds of values in a piece of JSON, however deep."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    return type(value).__name__


def _event(kind: str, extra: Json, chat: Json | None = None) -> Json:
    user = {"id": "6ede9afa66b88fe6d6a9", "display_name": "Bác Tư", "is_bot": False}
    private = {"id": "6ede9afa66b88fe6d6a9", "chat_type": "PRIVATE"}
    message = {"from": user, "chat": chat or private, **extra}
    message |= {"message_id": "2d758cb5e222177a4e36", "date": 1795132815000}
    return {"event_name": f"message.{kind}.received", "message": message}


PHOTO = "https://photo.example.zdn.vn/anh-1.jpg"
ERROR = "nó báo lỗi này"
PHOTO_URL = {"photo_url": PHOTO, "caption": ERROR, "message_type": "CHAT_PHOTO"}
VOICE = {"voice_url": "https://voice.example.zdn.vn/1.aac", "message_type": "CHAT_VOICE"}
STICKER = {"sticker": "0e078a2cb269eb37b278", "url": "https://sticker.example.zdn.vn/1.png"}
IN_GROUP = {"id": "zgr-7f00aa11bb22cc33dd44", "chat_type": "GROUP"}
ASKED = {"text": "@Bot Phường An Hòa lịch học tuần này?"}

EVENTS: dict[str, Json] = {
    "text": _event("text", {"text": "2"}),
    "photo": _event("image", {"photo": PHOTO, "caption": ERROR}),
    "photo_url": _event("image", PHOTO_URL),
    "sticker": _event("sticker", STICKER),
    "voice": _event("voice", VOICE),
    "unsupported": _event("unsupported", {}),
    "group": _event("text", ASKED, IN_GROUP),
}

ANSWERS: dict[str, Json] = {
    name: json.loads(written)
    for name, written in {
        "getMe": """{"ok": true, "result": {"id": "1459000000000000123",
            "account_name": "bot.PhuongAnHoa", "account_type": "BASIC", "can_join_groups": false}}""",
        "send": """{"ok": true, "result":
            {"message_id": "82599fa32f56d00e8941", "date": 1795132800123}}""",
        "sendChatAction": """{"ok": true}""",
        "setWebhook": """{"ok": true, "result": {"url": "https://bot.anhhoa.example.vn/zalo/hook",
            "updated_at": 1795132800456, "verification": {"ok": false,
            "url": "https://bot.anhhoa.example.vn/zalo/hook", "status_code": 403,
            "outcome": "webhook.http.403", "latency_ms": 187,
            "hint": "Endpoint refused the request"}}}""",
        "deleteWebhook": """{"ok": true, "result": {"url": "", "updated_at": 1795132800789}}""",
        "getWebhookInfo": """{"ok": true, "result":
            {"url": "https://bot.anhhoa.example.vn/zalo/hook", "updated_at": 1795132800456}}""",
        "408": """{"ok": false, "error_code": 408, "description": "Request timeout"}""",
        "429": """{"ok": false, "error_code": 429, "description": "Quota exceeded"}""",
        "401": """{"ok": false, "error_code": 401, "description": "Unauthorized"}""",
        "400": """{"ok": false, "error_code": 400,
            "description": "Bad request - invalid API name"}""",
    }.items()
}
