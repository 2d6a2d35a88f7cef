"""What people do, as the content of an event (facts/zalo.md, 2.9)."""

from typing import Any

from .zalo_faults import Json

ECHOES = {
    "text": "oa_send_text",
    "image": "oa_send_image",
    "gif": "oa_send_gif",
    "list": "oa_send_list",
    "file": "oa_send_file",
    "sticker": "oa_send_sticker",
    "template": "oa_send_template",
    "request_user_info": "oa_send_template",
}
"""By the kind of what was sent."""


def user(number: int) -> str:
    return f"551018575826190{number:04}"


def group(number: int) -> str:
    return f"f414c8f76fa586fb{number:04x}"


def attached(kind: str, payload: Json, text: str | None = None) -> Json:
    words: Json = {} if text is None else {"text": text}
    return words | {"attachments": [{"type": kind, "payload": payload}]}


def image(text: str, url: str) -> Json:
    return attached("image", {"url": url, "thumbnail": url.replace(".jpg", "-s.jpg")}, text)


def link(url: str, text: str) -> Json:
    payload = {"url": url, "thumbnail": "https://photo.example.zdn.vn/l.jpg", "description": ""}
    return attached("link", payload, text)


def location(latitude: float, longitude: float, as_text: bool) -> Json:
    point: dict[str, Any] = {"latitude": latitude, "longitude": longitude}
    if as_text:
        point = {name: str(value) for name, value in point.items()}
    return attached("location", {"coordinates": point}, "")


def sticker() -> Json:
    return attached("sticker", {"id": "46942", "url": "https://sticker.example.zdn.vn/46942.png"})


def voice(url: str) -> Json:
    return attached("audio", {"url": url})


def file(name: str, size: int) -> Json:
    payload = {"url": f"https://file.example.zdn.vn/{name}", "name": name, "size": str(size)}
    return attached("file", payload | {"checksum": "0f343b0931126a20f133d67c2b018a3b"})
