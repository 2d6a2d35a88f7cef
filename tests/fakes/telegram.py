"""A Telegram which runs in the test: a Bot API server, and the people who write to the bot.

The bot talks to `app` over HTTP as it would to api.telegram.org; the test plays the people.
Refusals and their wording follow the sources of the official server (tdlib/telegram-bot-api).
"""

import asyncio
import inspect
from collections.abc import Callable
from itertools import count

from starlette.types import ASGIApp

from . import telegram_methods as methods
from . import telegram_says as says
from .telegram_faults import Faults, Limits
from .telegram_http import ApiError, Json, Params, Reply, Upload, accepted, endpoint, refused
from .telegram_updates import Courier, Delivery
from .telegram_world import Chat, Clock, Message, Shown, World

__all__ = ["TOKEN", "Delivery", "FakeTelegram", "Shown", "Upload"]

TOKEN = "424242:fake-telegram-token"
NOBODY = 1


class FakeTelegram(Faults):
    """`repeat` posts every update that many times; `limits` are messages a second, per chat too."""

    def __init__(
        self,
        token: str = TOKEN,
        clock: Clock | None = None,
        repeat: int = 1,
        limits: tuple[int, int] | None = None,
    ) -> None:
        super().__init__()
        self.token = token
        self.repeat = repeat
        self.calls: list[tuple[str, Params]] = []
        self.app: ASGIApp = endpoint(self._perform)
        self._clock: Clock = clock or count(1_760_000_000).__next__
        self._limits = Limits(*limits, self._clock) if limits else None
        self._world = World(int(token.partition(":")[0]), self._clock)
        self._queue = self._world.updates
        self._courier = Courier(self._queue, self._clock, self._execute)
        self._query_ids = count(5_000_000_001)
        self._called = asyncio.Event()

    # --- people write ---

    async def text(
        self,
        user_id: int,
        text: str,
        *,
        language_code: str | None = None,
        first_name: str | None = None,
    ) -> int:
        """The user types; a name or language given once is kept (at first: Lan, vi)."""
        self._world.user(user_id, language_code=language_code, first_name=first_name)
        return await self._says(user_id, says.text(text))

    async def photo(self, user_id: int) -> int:
        return await self._says(user_id, says.photo())

    async def sticker(self, user_id: int) -> int:
        return await self._says(user_id, says.sticker())

    async def voice(self, user_id: int) -> int:
        return await self._says(user_id, says.voice())

    async def location(self, user_id: int) -> int:
        return await self._says(user_id, says.location())

    async def contact(self, user_id: int) -> int:
        return await self._says(user_id, says.contact(self._world.user(user_id)))

    async def edited(self, user_id: int, text: str) -> int:
        """The user rewrites the newest message of theirs."""
        chat = self._world.private(user_id)
        own = [message for message in chat.messages.values() if not message.by_bot]
        assert own, f"{user_id} has written nothing to edit"
        own[-1].wire.pop("entities", None)
        own[-1].wire |= says.text(text) | {"edit_date": self._clock()}
        return await self._push("edited_message", chat, own[-1].wire)

    async def group_text(self, group_id: int, user_id: int, text: str) -> int:
        chat = self._world.group(group_id)
        message = self._world.post(chat, self._world.user(user_id), says.text(text))
        return await self._push("message", chat, message.wire)

    # --- people press buttons ---

    async def press(self, user_id: int, label: str, *, chat_id: int | None = None) -> int:
        """Presses the newest visible button so labelled, in the private chat unless told."""
        chat = self._chat(user_id if chat_id is None else chat_id)
        shown = [(m, b) for m in chat.by_bot() for b in m.buttons if "callback_data" in b]
        fitting = [(m, b["callback_data"]) for m, b in shown if b["text"] == label]
        assert fitting, f"no button {label!r}; visible: {[b['text'] for _, b in shown]}"
        message, data = fitting[-1]
        return await self._query(user_id, chat, message.wire, data)

    async def press_data(self, user_id: int, data: str, message_id: int | None = None) -> int:
        """A stale or forged press: the button need not exist, nor the message it was under."""
        chat = self._chat(user_id)
        newest = max((m.wire["message_id"] for m in chat.by_bot()), default=0)
        under = newest if message_id is None else message_id
        gone = {"message_id": under, "chat": chat.wire, "date": 0}
        known: Message | None = chat.messages.get(under)
        return await self._query(user_id, chat, known.wire if known else gone, data)

    @property
    def unanswered(self) -> list[str]:
        """Pressed buttons which still spin: ids of queries the bot has not answered."""
        return [query for query, answered in self._world.queries.items() if not answered]

    def expire_queries(self) -> None:
        """From now on it is too late to answer any button pressed so far."""
        self._world.queries.clear()

    # --- people let the bot in and throw it out ---

    async def block(self, user_id: int) -> int:
        return await self._join(self._world.private(user_id), user_id, "kicked")

    async def unblock(self, user_id: int) -> int:
        return await self._join(self._world.private(user_id), user_id, "member")

    async def joins_group(self, group_id: int, *, user_id: int = NOBODY) -> int:
        group = self._world.group(group_id)
        group.status = "left"
        return await self._join(group, user_id, "member")

    # --- what the test can see ---

    def seen(self, chat_id: int) -> list[Shown]:
        """What is in the chat from the bot now, oldest first."""
        chat = self._world.chats.get(chat_id)
        return [message.shown() for message in chat.by_bot()] if chat else []

    def called(self, method: str) -> list[Params]:
        """The parameters of every call of one method."""
        return [params for name, params in self.calls if name == method]

    async def until(self, happened: Callable[[], object]) -> None:
        """Waits for a call of the bot after which `happened()` is true, if it is not already."""
        while not happened():
            self._called.clear()
            await self._called.wait()

    @property
    def pending(self) -> list[int]:
        """Updates not yet acknowledged by polling, or not yet taken by the webhook."""
        return list(self._queue.pending)

    @property
    def polling(self) -> bool:
        """Whether a getUpdates is waiting for an update now."""
        return self._queue.polled

    @property
    def posts(self) -> list[Delivery]:
        """Every POST made to the webhook."""
        return self._courier.posts

    async def redeliver(self) -> None:
        """Posts again what the webhook has not taken; until then later updates wait behind it."""
        for chat_id in dict.fromkeys(u.chat_id for u in self._queue.pending.values()):
            await self._courier.deliver(chat_id, self.repeat)

    def end_poll(self) -> None:
        """The waiting getUpdates times out: it is answered with nothing."""
        self._queue.wake()

    # --- inside ---

    def _chat(self, chat_id: int) -> Chat:
        chat = self._world.chats.get(chat_id)
        assert chat, f"there is no chat {chat_id}"
        return chat

    async def _says(self, user_id: int, content: Json) -> int:
        chat = self._world.private(user_id)
        assert chat.status == "member", f"{user_id} has blocked the bot and must unblock it first"
        message = self._world.post(chat, self._world.user(user_id), content)
        return await self._push("message", chat, message.wire)

    async def _query(self, user_id: int, chat: Chat, message: Json, data: str) -> int:
        query_id = str(next(self._query_ids))
        self._world.queries[query_id] = False
        query = {"id": query_id, "from": self._world.user(user_id), "message": message}
        query |= {"chat_instance": str(chat.id), "data": data}
        return await self._push("callback_query", chat, query)

    async def _join(self, chat: Chat, user_id: int, status: str) -> int:
        change, chat.status = (chat.status, status), status
        user = self._world.user(user_id)
        content = says.membership(self._world.me, chat.wire, user, self._clock(), change)
        return await self._push("my_chat_member", chat, content)

    async def _push(self, kind: str, chat: Chat, content: Json) -> int:
        update_id = self._queue.add(kind, chat.id, content)
        if self._queue.webhook.url:
            await self._courier.deliver(chat.id, self.repeat)
        return update_id

    async def _perform(self, token: str, method: str, params: Params) -> Reply:
        if token != self.token:
            return refused(ApiError(401, "Unauthorized"))
        return await self._execute(method, params)

    async def _execute(self, method: str, params: Params) -> Reply:
        name = methods.NAMES.get(method.lower())
        if name is None:
            return refused(ApiError(404, "Not Found: method not found"))
        self.calls.append((name, params))
        # those who wait look only once this call has been performed or has begun to wait itself
        self._called.set()
        fault = self._fault(name, params.get("chat_id"))
        return fault.instead or await fault.spoil(await self._answer(name, params))

    async def _answer(self, name: str, params: Params) -> Reply:
        try:
            if self._limits and name in methods.PACED:
                self._limits.spend(params.get("chat_id"))
            result = methods.METHODS[name](self._world, params)
            return accepted(await result if inspect.isawaitable(result) else result)
        except ApiError as error:
            return refused(error)
