"""Two real Bot API clients, written by others, behind one small face.

Both name the methods and fields of the Bot API alike, so scenarios call `bot` itself; only what
the libraries spell differently is spelled here.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol

import aiogram
import telegram
from aiogram import exceptions as aiogram_errors
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BotCommand, BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from telegram import error as telegram_errors
from telegram.ext import Application, ContextTypes, MessageHandler, filters
from telegram.request import HTTPXRequest

Buttons = list[tuple[str, str]]
CONTENTS = ["text", "photo", "sticker", "voice", "location", "contact"]


@dataclass(frozen=True)
class Errors:
    unauthorized: type[Exception]
    forbidden: type[Exception]
    refused: type[Exception]
    conflict: type[Exception]
    retry_after: type[Exception]
    network: type[Exception]
    garbled: type[Exception]


@dataclass(frozen=True)
class Heard:
    """An update as the library understood it."""

    update_id: int
    kind: str
    words: str
    user: str
    query_id: str = ""


class Client(Protocol):
    errors: Errors
    base: str
    bot: Any

    def __init__(self, base: str, token: str) -> None: ...

    def keyboard(self, buttons: Buttons) -> Any: ...

    def upload(self, name: str, data: bytes) -> Any: ...

    def command(self, name: str, description: str) -> Any: ...

    def read(self, update: dict[str, Any]) -> Any: ...

    async def echo(self, done: Callable[[], Awaitable[None]]) -> None:
        """Run the library's own polling loop, echoing texts, until `done` returns."""

    async def close(self) -> None: ...


def heard(update: Any) -> Heard:
    if query := update.callback_query:
        return Heard(update.update_id, "press", query.data, query.from_user.first_name, query.id)
    if change := update.my_chat_member:
        words = change.old_chat_member.status + "→" + change.new_chat_member.status
        return Heard(update.update_id, "membership", words, change.from_user.first_name)
    message = update.message or update.edited_message
    kind = next(name for name in CONTENTS if getattr(message, name))
    kind = f"edited {kind}" if update.edited_message else kind
    return Heard(update.update_id, kind, message.text or "", message.from_user.first_name)


class AiogramClient:
    errors = Errors(
        unauthorized=aiogram_errors.TelegramUnauthorizedError,
        forbidden=aiogram_errors.TelegramForbiddenError,
        refused=aiogram_errors.TelegramBadRequest,
        conflict=aiogram_errors.TelegramConflictError,
        retry_after=aiogram_errors.TelegramRetryAfter,
        network=aiogram_errors.TelegramNetworkError,
        garbled=aiogram_errors.ClientDecodeError,
    )

    def __init__(self, base: str, token: str) -> None:
        self.base = base
        self._session = AiohttpSession(api=TelegramAPIServer.from_base(base))
        self.bot: Any = aiogram.Bot(token, session=self._session)

    def keyboard(self, buttons: Buttons) -> InlineKeyboardMarkup:
        rows = [[InlineKeyboardButton(text=text, callback_data=data)] for text, data in buttons]
        return InlineKeyboardMarkup(inline_keyboard=rows)

    def upload(self, name: str, data: bytes) -> BufferedInputFile:
        return BufferedInputFile(data, name)

    def command(self, name: str, description: str) -> BotCommand:
        return BotCommand(command=name, description=description)

    def read(self, update: dict[str, Any]) -> aiogram.types.Update:
        return aiogram.types.Update.model_validate(update, context={"bot": self.bot})

    async def echo(self, done: Callable[[], Awaitable[None]]) -> None:
        dispatcher = aiogram.Dispatcher()
        dispatcher.message.register(self._echo)
        polling = asyncio.create_task(
            dispatcher.start_polling(self.bot, handle_signals=False, close_bot_session=False)
        )
        await done()
        await dispatcher.stop_polling()
        await polling

    async def _echo(self, message: aiogram.types.Message) -> None:
        await message.answer(message.text or "")

    async def close(self) -> None:
        # the library's own close() sleeps for the sake of TLS, of which there is none here
        if self._session._session is not None:
            await self._session._session.close()


class PtbClient:
    errors = Errors(
        unauthorized=telegram_errors.InvalidToken,
        forbidden=telegram_errors.Forbidden,
        refused=telegram_errors.BadRequest,
        conflict=telegram_errors.Conflict,
        retry_after=telegram_errors.RetryAfter,
        network=telegram_errors.NetworkError,
        garbled=telegram_errors.TelegramError,
    )

    def __init__(self, base: str, token: str) -> None:
        self.base = base
        settings = {"trust_env": False, "verify": False}
        self._requests = [HTTPXRequest(httpx_kwargs=settings) for _ in range(2)]
        ordinary, polling = self._requests
        url = f"{base}/bot"
        self.bot: Any = telegram.Bot(
            token, base_url=url, request=ordinary, get_updates_request=polling
        )

    def keyboard(self, buttons: Buttons) -> telegram.InlineKeyboardMarkup:
        make = telegram.InlineKeyboardButton
        return telegram.InlineKeyboardMarkup([[make(t, callback_data=d)] for t, d in buttons])

    def upload(self, name: str, data: bytes) -> telegram.InputFile:
        return telegram.InputFile(data, filename=name)

    def command(self, name: str, description: str) -> telegram.BotCommand:
        return telegram.BotCommand(name, description)

    def read(self, update: dict[str, Any]) -> telegram.Update:
        return telegram.Update.de_json(update, self.bot)

    async def echo(self, done: Callable[[], Awaitable[None]]) -> None:
        application = Application.builder().bot(self.bot).build()
        application.add_handler(MessageHandler(filters.TEXT, self._echo))
        async with application:
            await application.start()
            assert application.updater
            await application.updater.start_polling()
            await done()
            await application.updater.stop()
            await application.stop()

    async def _echo(self, update: telegram.Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        await update.message.reply_text(update.message.text or "")

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()
