"""What the Bot API refuses in texts, keyboards, commands and webhooks, in its own words."""

import re
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

from .telegram_html import parse_html, units
from .telegram_http import Json, Params, bad

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
RAW_TEXT_LIMIT = 1 << 15

OTHER_ACTIONS = {
    *("web_app", "login_url", "copy_text", "callback_game", "pay", "switch_inline_query"),
    *("switch_inline_query_current_chat", "switch_inline_query_chosen_chat"),
}
CHAT_ACTIONS = {
    *("typing", "upload_photo", "upload_video", "upload_voice", "upload_document"),
    *("record_video", "record_voice", "record_video_note", "upload_video_note"),
    *("choose_sticker", "find_location"),
}
SCOPES = {
    *("default", "all_private_chats", "all_group_chats", "all_chat_administrators"),
    *("chat", "chat_administrators", "chat_member"),
}

# --- texts --------------------------------------------------------------------------------------


def message_text(params: Params) -> Json:
    text = str(params.get("text") or "")
    if not text:
        raise bad("message text is empty")
    plain, entities = _formatted(text, params, "entities")
    if not plain:
        raise bad("text must be non-empty")
    if units(plain) > TEXT_LIMIT:
        raise bad("message is too long")
    return {"text": plain} | ({"entities": entities} if entities else {})


def caption(params: Params) -> Json:
    plain, entities = _formatted(str(params.get("caption") or ""), params, "caption_entities")
    if units(plain) > CAPTION_LIMIT:
        raise bad("message caption is too long")
    entitled = {"caption_entities": entities} if entities else {}
    return {"caption": plain} | entitled if plain else {}


def _formatted(text: str, params: Params, field: str) -> tuple[str, list[Json]]:
    if len(text.encode("utf-8", "surrogatepass")) > RAW_TEXT_LIMIT:
        raise bad("text is too long")
    mode = str(params.get("parse_mode") or "").lower()
    if mode == "html":
        return _trimmed(*parse_html(text))
    if mode in {"markdown", "markdownv2"}:
        raise NotImplementedError("this fake reads no Markdown")
    if mode:
        raise bad("unsupported parse_mode")
    return _trimmed(text, params.get(field) or [])


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    lead, plain = units(text) - units(text.lstrip()), text.strip()
    spans = [(e, max(0, e["offset"] - lead), e["offset"] + e["length"] - lead) for e in entities]
    cut = [(e, start, min(end, units(plain))) for e, start, end in spans]
    kept = [e | {"offset": start, "length": end - start} for e, start, end in cut if end > start]
    return plain, kept


# --- keyboards ----------------------------------------------------------------------------------


def reply_markup(params: Params) -> Json | None:
    markup = params.get("reply_markup")
    if markup in (None, ""):
        return None
    if isinstance(markup, str):
        raise bad("can't parse reply keyboard markup JSON object")
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    if "inline_keyboard" not in markup:
        return markup
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    for button in chain.from_iterable(rows):
        _check_button(button)
    return {"inline_keyboard": [row for row in rows if row]} if any(rows) else None


def _check_button(button: Any) -> None:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not str(button["text"]).strip():
        raise bad("inline keyboard button text must be non-empty")
    url, data = str(button.get("url") or ""), str(button.get("callback_data") or "")
    if not (url or data or OTHER_ACTIONS & button.keys()):
        problem = "Text buttons are unallowed in the inline keyboard"
        raise bad(f"can't parse inline keyboard button: {problem}")
    if len(data.encode("utf-8", "surrogatepass")) > 64:
        raise bad("BUTTON_DATA_INVALID")
    if url and not url.startswith("tg:") and "." not in _host(url):
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _host(url: str) -> str:
    return urlsplit(url if "://" in url else f"http://{url}").hostname or ""


# --- commands, webhooks, languages --------------------------------------------------------------


def commands(params: Params) -> list[Json]:
    given = params.get("commands") or []
    if isinstance(given, str):
        raise bad("can't parse commands JSON object")
    if not isinstance(given, list):
        raise bad("expected an Array of BotCommand")
    if len(given) > 100:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    return [_command(one) for one in given]


def _command(given: Any) -> Json:
    missing = [k for k in ("command", "description") if k not in given]
    if missing:
        raise bad(f"can't parse BotCommand: Can't find field \"{missing[0]}\"")
    command, description = given["command"].strip().removeprefix("/"), given["description"].strip()
    if not command or not description:
        raise bad(f"command {'description ' if command else ''}must be non-empty")
    if len(command) > 32 or len(description) > 256:
        part, limit = ("", 32) if len(command) > 32 else ("description ", 256)
        raise bad(f"command {part}length must not exceed {limit}")
    if not re.fullmatch("[a-z0-9_]+", command):
        raise bad("BOT_COMMAND_INVALID")
    return {"command": command, "description": description}


def scope(params: Params) -> Json:
    given = params.get("scope") or {"type": "default"}
    if not isinstance(given, dict) or given.get("type") not in SCOPES:
        raise bad("can't parse BotCommandScope: Unsupported type specified")
    return given


def language(params: Params) -> str:
    code = str(params.get("language_code") or "")
    if code and not re.fullmatch("[a-z]{2}[a-z-]*", code):
        raise bad("invalid language code specified")
    return code


def webhook_url(params: Params) -> str:
    url = str(params.get("url") or "")
    # like a local Bot API server, which unlike Telegram's own takes plain HTTP
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise bad("invalid webhook URL specified")
    return url


def secret_token(params: Params) -> str:
    secret = str(params.get("secret_token") or "")
    if len(secret) > 256:
        raise bad("secret token is too long")
    if not re.fullmatch("[A-Za-z0-9_-]*", secret):
        raise bad("secret token contains unallowed characters")
    return secret
