"""What the fake Telegram remembers: chats, messages, files, queries, the bot's profile."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Literal

from .telegram_http import ApiError, Json, Upload, bad
from .telegram_updates import Queue

Clock = Callable[[], int]
Kind = Literal["text", "photo", "document"]
DELETABLE_FOR = 48 * 3600


@dataclass(frozen=True)
class Shown:
    """A message of the bot as its reader sees it; a link's `data` is its address."""

    message_id: int
    text: str
    buttons: tuple[tuple[str, str], ...]
    kind: Kind
    file: bytes | None = None
    caption: str | None = None
    filename: str | None = None


@dataclass
class Message:
    """`wire` is the Message object of the Bot API; edits change it in place."""

    wire: Json
    by_bot: bool
    file: Upload | None = None

    @property
    def buttons(self) -> list[Json]:
        rows = self.wire.get("reply_markup", {}).get("inline_keyboard", [])
        return list(chain.from_iterable(rows))

    @property
    def kind(self) -> Kind:
        files: list[Kind] = ["document", "photo"]
        return next((kind for kind in files if kind in self.wire), "text")

    def shown(self) -> Shown:
        return Shown(
            message_id=self.wire["message_id"],
            text=self.wire.get("text", ""),
            buttons=tuple((b["text"], _target(b)) for b in self.buttons),
            kind=self.kind,
            file=self.file.data if self.file else None,
            caption=self.wire.get("caption"),
            filename=self.file.filename if self.file else None,
        )


def _target(button: Json) -> str:
    return str(button.get("callback_data") or button.get("url", ""))


@dataclass
class Chat:
    """`status` is the bot's own: member, left, or kicked, which in a private chat is blocked."""

    wire: Json
    status: str = "member"
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return int(self.wire["id"])

    @property
    def private(self) -> bool:
        return bool(self.wire["type"] == "private")

    def by_bot(self) -> list[Message]:
        return [message for message in self.messages.values() if message.by_bot]


class World:
    def __init__(self, bot_id: int, clock: Clock) -> None:
        name, username = "Tổ Số", "to_so_bot"
        self.me: Json = {"id": bot_id, "is_bot": True, "first_name": name, "username": username}
        self.clock = clock
        self.updates = Queue()
        self.users: dict[int, Json] = {}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, Upload] = {}
        self.queries: dict[str, bool] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.about: dict[tuple[str, str], str] = {}
        self._message_ids = count(1)

    # --- people and chats ---

    def user(self, user_id: int, **changes: str | None) -> Json:
        unknown = {"id": user_id, "is_bot": False, "first_name": "Lan", "language_code": "vi"}
        known = self.users.get(user_id, unknown)
        self.users[user_id] = known | {k: v for k, v in changes.items() if v is not None}
        return self.users[user_id]

    def private(self, user_id: int) -> Chat:
        chat = self.chats.setdefault(user_id, Chat({"id": user_id, "type": "private"}))
        chat.wire["first_name"] = self.user(user_id)["first_name"]
        return chat

    def group(self, group_id: int) -> Chat:
        kind = "supergroup" if str(group_id).startswith("-100") else "group"
        group = Chat({"id": group_id, "title": "Tổ dân phố", "type": kind})
        return self.chats.setdefault(group_id, group)

    def chat(self, chat_id: object) -> Chat:
        if chat_id in (None, ""):
            raise bad("chat_id is empty")
        if isinstance(chat_id, int) and chat_id in self.chats:
            return self.chats[chat_id]
        if chat_id in self.users:
            raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
        raise bad("chat not found")

    def writable(self, chat_id: object) -> Chat:
        chat = self.chat(chat_id)
        if chat.status == "member":
            return chat
        if chat.private:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        fate = "was kicked from" if chat.status == "kicked" else "is not a member of"
        raise ApiError(403, f"Forbidden: bot {fate} the {chat.wire['type']} chat")

    # --- messages and files ---

    def post(self, chat: Chat, sender: Json, content: Json, file: Upload | None = None) -> Message:
        wire = {"message_id": next(self._message_ids), "from": sender, "chat": chat.wire}
        message = Message(wire | {"date": self.clock()} | content, sender is self.me, file)
        chat.messages[message.wire["message_id"]] = message
        return message

    def message(self, chat: Chat, message_id: object, purpose: str) -> Message:
        if message_id in (None, ""):
            raise bad("message identifier is not specified")
        if not isinstance(message_id, int) or message_id not in chat.messages:
            raise bad(f"message to {purpose} not found")
        return chat.messages[message_id]

    def delete(self, chat: Chat, message_id: object) -> None:
        message = self.message(chat, message_id, "delete")
        if self.clock() - message.wire["date"] > DELETABLE_FOR:
            raise bad("message can't be deleted for everyone")
        del chat.messages[message.wire["message_id"]]

    def store(self, file: Upload) -> Json:
        digest = hashlib.sha256(file.filename.encode() + b"\0" + file.data).hexdigest()
        file_id, unique = f"file-{digest}", digest[:16]
        self.files[file_id] = file
        return {"file_id": file_id, "file_unique_id": unique, "file_size": len(file.data)}
