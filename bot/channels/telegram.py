"""Telegram, with aiogram as the typed client of the Bot API."""

import asyncio
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import (
    TelegramAPIError,
    TelegramForbiddenError,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    CallbackQuery,
    ChatMemberUpdated,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from aiohttp import ClientConnectorError
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channel import Again, SendError
from bot.channels.telegram_events import understood
from bot.channels.text import split, utf16
from bot.files import Files, Gone
from bot.log import log
from handlers.turn import Attachment, Can, Incoming, Reply
from store.outbox import Parcel

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
UPDATES = ["message", "callback_query", "my_chat_member"]
POLL_SECONDS = 25
RETRY_SECONDS = 3
SEND_SECONDS = 20
MAX_LABEL = 64

Receive = Callable[[Incoming], Awaitable[None]]


class Telegram:
    name = "telegram"
    can = Can(buttons=True, files=True, push=True, text_limit=4096)

    def __init__(
        self,
        token: str,
        api_url: str,
        receive: Receive,
        files: Files,
        greeting: str,
        commands: dict[str, str],
    ) -> None:
        """`receive` answers a message; `greeting` is said once to a group that adds the bot; `commands`
        are shown in its menu."""
        server = TelegramAPIServer.from_base(api_url.rstrip("/"))
        self._bot = Bot(token, session=AiohttpSession(api=server, timeout=SEND_SECONDS))
        self._secret = webhook_secret(token)
        self._offset = 0
        self._receive = receive
        self._files = files
        self._greeting = greeting
        self._commands = commands
        self._username = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self.routes = [Route(PATH, self._webhook, methods=["POST"])]

    def address(self, code: str) -> str:
        """The bot's name is known once Telegram was reached."""
        if not self._username:
            return ""
        return f"https://t.me/{self._username}" + (f"?start={code}" if code else "")

    def start(self, public_url: str | None) -> None:
        """Begin to receive: by the webhook of `public_url`, or else by polling.

        Goes on trying when Telegram cannot be reached; nothing else waits for it.
        """
        self._background(self._receiving(public_url))

    async def stop_receiving(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        await self._bot.session.close()

    async def handle(self, body: str) -> None:
        """Nothing is kept for later: an update is answered before Telegram hears 200."""

    async def upkeep(self) -> None:
        """Nothing: the token lasts."""

    async def _receiving(self, public_url: str | None) -> None:
        await self._insist(partial(self._set_up, public_url))
        while not public_url:
            await self._insist(self._poll)

    async def _insist(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do it again until it goes well: nothing that goes wrong may end the receiving for good."""
        while True:
            try:
                return await work()
            except Exception as error:
                log.warning("telegram failed", error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)

    async def _set_up(self, public_url: str | None) -> None:
        commands = [
            BotCommand(command=name, description=text) for name, text in self._commands.items()
        ]
        await self._bot.set_my_commands(commands)
        self._username = (await self._bot.me()).username or ""
        if public_url:
            url = public_url.rstrip("/") + PATH
            await self._bot.set_webhook(url, secret_token=self._secret, allowed_updates=UPDATES)
        else:
            await self._bot.delete_webhook()

    async def send(self, parcel: Parcel, reply: Reply, again: Again) -> int:
        chat_id, arrived = int(parcel.address), 0
        *before, last = split(reply.text, self.can.text_limit, utf16)
        asked: list[Callable[[], Any]] = [
            partial(self._bot.send_message, chat_id, part) for part in before
        ]
        asked.append(partial(self._bot.send_message, chat_id, last, reply_markup=_keyboard(reply)))
        try:
            if reply.attachment:
                asked.insert(0, await self._file(chat_id, reply.attachment))
            for ask in asked:
                if arrived:
                    await again()
                await ask()
                arrived += 1
        except TelegramAPIError as error:
            raise _failure(error, partly=arrived > 0) from None
        return arrived

    async def _file(self, chat_id: int, attachment: Attachment) -> Callable[[], Any]:
        try:
            made = await self._files.make(attachment.name)
        except Gone:
            raise SendError("the file is gone", permanent=True) from None
        file = BufferedInputFile(made.data, made.filename)
        if attachment.kind == "image":
            return partial(self._bot.send_photo, chat_id, file)
        return partial(self._bot.send_document, chat_id, file)

    async def _webhook(self, request: Request) -> Response:
        secret = request.headers.get(SECRET_HEADER, "")
        if not hmac.compare_digest(secret.encode(), self._secret.encode()):
            return PlainTextResponse("wrong secret token", 403)
        try:
            update = Update.model_validate_json(await request.body())
        except ValidationError:
            return PlainTextResponse("not an update", 400)
        await self._handle(update)
        return Response()

    async def _poll(self) -> None:
        """Fetch and answer. An update is acknowledged only after its answer is committed."""
        updates = await self._bot.get_updates(
            self._offset,
            timeout=POLL_SECONDS,
            allowed_updates=UPDATES,
            request_timeout=POLL_SECONDS + SEND_SECONDS,
        )
        await asyncio.gather(*(self._handle(update) for update in updates))
        self._offset = max((update.update_id + 1 for update in updates), default=self._offset)

    async def _handle(self, update: Update) -> None:
        if update.callback_query:
            self._background(self._acknowledge(update.callback_query))
        if update.my_chat_member:
            await self._joined(update.my_chat_member)
        elif incoming := understood(update):
            await self._receive(incoming)

    async def _acknowledge(self, query: CallbackQuery) -> None:
        try:
            await self._bot.answer_callback_query(query.id)
        except TelegramAPIError as error:  # only stops the button's spinning
            log.debug("callback not acknowledged", error=type(error).__name__)

    async def _joined(self, member: ChatMemberUpdated) -> None:
        """Groups are told once where the bot talks; being blocked shows at the next send."""
        joined = member.new_chat_member.status in ("member", "administrator")
        if member.chat.type not in ("group", "supergroup") or not joined:
            return
        try:
            await self._bot.send_message(member.chat.id, self._greeting)
        except TelegramAPIError as error:
            log.info("group not greeted", error=type(error).__name__)

    def _background(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _failure(error: TelegramAPIError, partly: bool) -> SendError:
    """What a refusal means; `partly`: some of the message had arrived before.

    An answer that says no, or that the server broke, means that nothing was sent. No answer at all may
    hide a message that arrived, unless there was no connection to send it over.
    """
    if isinstance(error, TelegramRetryAfter):
        return SendError("429", permanent=False, retry_after=error.retry_after, ambiguous=partly)
    if isinstance(error, TelegramForbiddenError):
        return SendError(error.message, permanent=True, blocked=True)
    if isinstance(error, TelegramNetworkError):
        unheard = not isinstance(error.__cause__, ClientConnectorError)
        return SendError("no answer", permanent=False, ambiguous=unheard or partly)
    if isinstance(error, TelegramServerError):
        return SendError("5xx", permanent=False, ambiguous=partly)
    return SendError(error.message, permanent=True)


def webhook_secret(token: str) -> str:
    """What Telegram says with every update, so that nobody else can; known to whoever has the token."""
    return hmac.new(token.encode(), b"webhook", hashlib.sha256).hexdigest()


def _keyboard(reply: Reply) -> InlineKeyboardMarkup | None:
    rows = [
        [InlineKeyboardButton(text=option.label[:MAX_LABEL], callback_data=option.value)]
        for option in reply.options
    ]
    return InlineKeyboardMarkup(inline_keyboard=rows) if rows else None
