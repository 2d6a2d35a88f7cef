"""Sending: to people, to groups, by template (facts/zalo.md, 2.3, 2.4, 2.7, 2.8)."""

import re
from typing import Any
from urllib.parse import urlsplit

from .zalo_faults import Json
from .zalo_oa_options import Options
from .zalo_oa_wire import OaError, Params
from .zalo_oa_world import Person, Shown, World

TEXT_LIMIT = 2_000
MOST_ELEMENTS = MOST_BUTTONS = 5
FREE_LEFT = 8
"""What `remain` of a free reply was frozen at."""


def send_to_person(world: World, params: Params) -> Json:
    person = world.known(_object(params, "recipient").get("user_id"))
    content = _content(world, _object(params, "message"), in_group=False)
    how = world.charge(person)
    shown = _show(world, person.id, content)
    answer = {"message_id": shown.message_id, "user_id": person.id}
    answer["sent_time"] = world.stamp()
    return answer | ({"quota": _quota(world, person, how)} if world.options.quota_object else {})


def send_to_group(world: World, params: Params) -> Json:
    group = world.groups.get(str(_object(params, "recipient").get("group_id")))
    if group is None or not group.member:
        raise OaError(-403)
    if group.expired:
        raise OaError(-237)
    shown = _show(world, group.id, _content(world, _object(params, "message"), in_group=True))
    return {"message_id": shown.message_id, "group_id": group.id, "sent_time": world.stamp()}


def template_to_user(world: World, params: Params) -> Json:
    return _template(world, params, world.known(params.get("user_id")).id)


def template_to_phone(world: World, params: Params) -> Json:
    phone = str(params.get("phone"))
    if not re.fullmatch(r"84[1-9]\d{8}", phone):
        raise OaError(-201, "phone is invalid")
    return _template(world, params, phone)


def _template(world: World, params: Params, to: str) -> Json:
    known = world.options.templates.get(str(params.get("template_id")))
    if known is None:
        raise OaError(-201, "template_id is invalid")
    data = params.get("template_data")
    if not isinstance(data, dict) or set(data) != set(known["params"]):
        raise OaError(-201, "template_data is invalid")
    trial = params.get("mode") == "development"
    left = world.charge_template(to, 0 if trial else known["price"])
    content = {"template": str(params["template_id"]), "data": data}
    content["tracking"] = str(params.get("tracking_id", ""))
    shown = _show(world, to, {"kind": "template"} | content)
    answer = {"msg_id": shown.message_id, "sent_time": world.stamp(), "sending_mode": "1"}
    return answer | {"quota": _daily(world.options, left)}


def _daily(options: Options, left: int) -> Json:
    total = options.number(options.template_daily)
    return {"dailyQuota": total, "remainingQuota": options.number(left)}


def _quota(world: World, person: Person, how: str) -> Json:
    number, total = world.options.number, world.options.consultations
    remain = {"reply": FREE_LEFT, "sub_quota": total - world.counted}.get(how, 0)
    return {
        "quota_type": how,
        "remain": number(remain),
        "total": number(FREE_LEFT if how == "reply" else total),
        "expired_date": world.stamp(person.interacted),
        "owner_type": "OA",
        "owner_id": world.oa_id,
    }


def _show(world: World, to: str, content: Json) -> Shown:
    shown = Shown(to, message_id=world.id(), at=world.now(), **content)
    world.shown.append(shown)
    return shown


# --- what a message holds -----------------------------------------------------------------------


def _content(world: World, message: Json, in_group: bool) -> Json:
    """The fields of Shown a message stands for; OaError for what the real server refuses."""
    text = message.get("text", "")
    if not isinstance(text, str):
        raise OaError(-201, "text is invalid")
    if world.options.length(text) > TEXT_LIMIT:
        raise OaError(-210, "text is longer than 2000 characters")
    content = {"text": text, "quote": str(message.get("quote_message_id", ""))}
    if "attachment" not in message:
        if not text:
            raise OaError(-201, "text is empty")
        return {"kind": "text"} | content
    return content | _attached(world, _object(message, "attachment"), in_group)


def _attached(world: World, attachment: Json, in_group: bool) -> Json:
    payload = _object(attachment, "payload")
    if attachment.get("type") == "file":
        file = world.attachment(payload.get("token"), "file")
        return {"kind": "file", "file": file.data, "filename": file.filename}
    kind = payload.get("template_type") if attachment.get("type") == "template" else None
    if kind == "media":
        return _media(world, payload)
    if kind == "request_user_info" and not in_group:
        (element, *_) = _list(payload, "elements")
        return {"kind": kind, "text": f"{element.get('title')}\n{element.get('subtitle')}"}
    if kind == "list" and not in_group and world.options.buttons == "accept":
        return _with_buttons(payload)
    raise OaError(-233)


def _media(world: World, payload: Json) -> Json:
    (element, *_) = _list(payload, "elements")
    kind = element.get("media_type")
    if kind == "sticker":
        return {"kind": kind, "url": str(element.get("attachment_id"))}
    if kind not in {"image", "gif"}:
        raise OaError(-201, "media_type is invalid")
    if "url" in element:
        return {"kind": kind, "url": _address(element["url"])}
    file = world.attachment(element.get("attachment_id"), kind)
    return {"kind": kind, "file": file.data, "filename": file.filename}


def _with_buttons(payload: Json) -> Json:
    elements, buttons = _list(payload, "elements"), payload.get("buttons", [])
    if len(elements) > MOST_ELEMENTS or len(buttons) > MOST_BUTTONS:
        raise OaError(-210, "too many elements or buttons")
    lines = [str(element.get(part) or "") for element in elements for part in ("title", "subtitle")]
    shown = tuple((str(button.get("title")), _pressed(button)) for button in buttons)
    return {"kind": "list", "text": "\n".join(filter(None, lines)), "buttons": shown}


def _pressed(button: Json) -> str:
    """What comes back when it is pressed; a wrong payload for its type is refused."""
    kind, payload = button.get("type"), button.get("payload")
    if kind in {"oa.query.show", "oa.query.hide"} and isinstance(payload, str) and payload:
        return payload
    needed = {"oa.open.url": "url", "oa.open.phone": "phone_code", "oa.open.sms": "phone_code"}
    if isinstance(payload, dict) and kind in needed and payload.get(needed[kind]):
        return ""
    raise OaError(-201, "button is invalid")


def _address(url: Any) -> str:
    parts = urlsplit(str(url))
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise OaError(-201, "url is invalid")
    return str(url)


def _object(params: Json, name: str) -> Json:
    value = params.get(name)
    if not isinstance(value, dict):
        raise OaError(-201, f"{name} is invalid")
    return value


def _list(params: Json, name: str) -> list[Json]:
    value = params.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(v, dict) for v in value):
        raise OaError(-201, f"{name} is invalid")
    return value
