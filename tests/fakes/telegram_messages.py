"""The methods which send messages, change them, and answer pressed buttons."""

import mimetypes

from . import telegram_rules as rules
from .telegram_html import units
from .telegram_http import Json, Params, Upload, bad
from .telegram_world import World

# --- sending ------------------------------------------------------------------------------------


def send_message(world: World, params: Params) -> Json:
    return _send(world, params, rules.message_text(params))


def send_photo(world: World, params: Params) -> Json:
    file = _file(world, params, "photo")
    size = world.store(file) | {"width": 640, "height": 480}
    return _send(world, params, {"photo": [size]} | rules.caption(params), file)


def send_document(world: World, params: Params) -> Json:
    file = _file(world, params, "document")
    kind = mimetypes.guess_type(file.filename)[0] or "application/octet-stream"
    document = world.store(file) | {"file_name": file.filename, "mime_type": kind}
    return _send(world, params, {"document": document} | rules.caption(params), file)


def send_chat_action(world: World, params: Params) -> bool:
    if params.get("action") not in rules.CHAT_ACTIONS:
        raise bad("wrong parameter action in request")
    world.writable(params.get("chat_id"))
    return True


def _send(world: World, params: Params, content: Json, file: Upload | None = None) -> Json:
    markup = rules.reply_markup(params)
    chat = world.writable(params.get("chat_id"))
    inline = markup is not None and "inline_keyboard" in markup
    keyboard = {"reply_markup": markup} if inline else {}
    return world.post(chat, world.me, content | keyboard, file).wire


def _file(world: World, params: Params, field: str) -> Upload:
    given = params.get(field) or ""
    if not given:
        raise bad(f"there is no {field} in the request")
    if isinstance(given, str) and given.startswith(("http://", "https://")):
        raise bad("failed to get HTTP URL content")
    file = world.files.get(given) if isinstance(given, str) else given
    if file is None:
        raise bad("wrong file identifier/HTTP URL specified")
    if not file.data:
        raise bad("file must be non-empty")
    return file


# --- changing what was sent ---------------------------------------------------------------------


def edit_message_text(world: World, params: Params) -> Json:
    return _edit(world, params, rules.message_text(params))


def edit_message_reply_markup(world: World, params: Params) -> Json:
    return _edit(world, params, None)


def _edit(world: World, params: Params, content: Json | None) -> Json:
    markup = rules.reply_markup(params)
    message = world.message(world.chat(params.get("chat_id")), params.get("message_id"), "edit")
    if not message.by_bot:
        raise bad("message can't be edited")
    if content is not None and message.kind != "text":
        raise bad("there is no text in the message to edit")
    replaced = {"reply_markup"} | ({"text", "entities"} if content is not None else set())
    before = {k: v for k, v in message.wire.items() if k in replaced}
    after = (content or {}) | ({"reply_markup": markup} if markup else {})
    if before == after:
        raise bad(
            "message is not modified: specified new message content and reply markup "
            "are exactly the same as a current content and reply markup of the message"
        )
    for name in replaced:
        message.wire.pop(name, None)
    message.wire |= after | {"edit_date": world.clock()}
    return message.wire


def delete_message(world: World, params: Params) -> bool:
    world.delete(world.chat(params.get("chat_id")), params.get("message_id"))
    return True


def answer_callback_query(world: World, params: Params) -> bool:
    query = str(params.get("callback_query_id", ""))
    if units(str(params.get("text", ""))) > 200:
        raise bad("MESSAGE_TOO_LONG")
    if query not in world.queries:
        raise bad("query is too old and response timeout expired or query ID is invalid")
    world.queries[query] = True
    return True
