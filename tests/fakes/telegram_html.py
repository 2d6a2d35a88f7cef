"""Telegram's HTML: plain text with entities, or the refusal the Bot API words for its author."""

import html
import re

from .telegram_http import ApiError, Json, bad

TAGS = {
    "bold": ["b", "strong"],
    "italic": ["i", "em"],
    "underline": ["u", "ins"],
    "strikethrough": ["s", "strike", "del"],
    "spoiler": ["tg-spoiler", "span"],
    "text_link": ["a"],
    "code": ["code"],
    "pre": ["pre"],
    "blockquote": ["blockquote"],
    "custom_emoji": ["tg-emoji"],
}
ENTITIES = {tag: entity for entity, tags in TAGS.items() for tag in tags}
TOKEN = re.compile(
    r"""<(?P<slash>/?)(?P<tag>[^\s>]*)(?P<rest>(?:[^>"']|"[^"]*"|'[^']*')*)(?P<end>>?)"""
    r"""|(?P<reference>&(?:(?:lt|gt|amp|quot)(?![a-zA-Z])|\#x[0-9a-f]+|\#[0-9]+);?)"""
    r"""|(?P<text>[^<&]+|&)"""
)
ATTRIBUTE = re.compile(r"""([^\s=/"']+)\s*=\s*("[^"]*"|'[^']*'|[\w.-]+)""")


def units(text: str) -> int:
    """How Telegram counts the offsets and lengths of entities: in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[Json]]:
    reader = _Reader(source)
    for token in TOKEN.finditer(source):
        reader.read(token)
    return reader.finish()


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._plain = ""
        self._opened: list[tuple[str, int, Json]] = []
        self._entities: list[Json] = []

    def read(self, token: re.Match[str]) -> None:
        if token["text"] is not None:
            self._plain += token["text"]
        elif token["reference"] is not None:
            self._plain += html.unescape(token["reference"])
        elif token["slash"]:
            self._close(token)
        else:
            self._open(token)

    def finish(self) -> tuple[str, list[Json]]:
        if self._opened:
            tag = self._opened[-1][0]
            raise _cannot_parse(f'Can\'t find end tag corresponding to start tag "{tag}"')
        return self._plain, sorted(self._entities, key=lambda e: (e["offset"], -e["length"]))

    def _open(self, token: re.Match[str]) -> None:
        tag, at = token["tag"].lower(), self._at(token)
        if not (token["rest"] or token["end"]):
            raise _cannot_parse(f"Unclosed start tag {at}")
        if tag not in ENTITIES:
            raise _cannot_parse(f'Unsupported start tag "{tag}" {at}')
        if not token["end"]:
            raise _cannot_parse(f'Unclosed start tag "{tag}" {at}')
        attributes = {k: html.unescape(v.strip("\"'")) for k, v in ATTRIBUTE.findall(token["rest"])}
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _cannot_parse(f'Tag "span" must have class "tg-spoiler" {at}')
        self._opened.append((tag, units(self._plain), _extra(tag, attributes)))

    def _close(self, token: re.Match[str]) -> None:
        found, at = token["tag"].lower(), self._at(token)
        if not self._opened:
            raise _cannot_parse(f"Unexpected end tag {at}")
        if not token["end"] or token["rest"].strip():
            raise _cannot_parse(f"Unclosed end tag {at}")
        tag, start, extra = self._opened.pop()
        if found not in ("", tag):
            raise _cannot_parse(f'Unmatched end tag {at}, expected "</{tag}>", found "</{found}>"')
        if length := units(self._plain) - start:
            entity = {"type": ENTITIES[tag], "offset": start, "length": length}
            self._entities.append(entity | extra)

    def _at(self, token: re.Match[str]) -> str:
        return f"at byte offset {len(self._source[: token.start()].encode())}"


def _extra(tag: str, attributes: dict[str, str]) -> Json:
    if tag == "a":
        return {"url": attributes.get("href", "")}
    if tag == "tg-emoji":
        return {"custom_emoji_id": attributes.get("emoji-id", "")}
    return {}


def _cannot_parse(problem: str) -> ApiError:
    return bad(f"can't parse entities: {problem}")
