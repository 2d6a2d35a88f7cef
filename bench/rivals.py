"""Bots to compare with: `python -m bench.rivals echo|orm PORT API_URL DATABASE`."""

import sys
from datetime import UTC, datetime

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from store.sqlite import PRAGMAS

TOKEN = "42:BENCH"


class Base(DeclarativeBase):
    pass


class Said(Base):
    __tablename__ = "said"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    text: Mapped[str]
    at: Mapped[datetime]


def echo(dispatcher: Dispatcher) -> None:
    """Answers with what was said."""

    @dispatcher.message()
    async def answer(message: Message) -> None:
        await message.answer(message.text or "")


def orm(dispatcher: Dispatcher, path: str) -> None:
    """Keeps what was said as one ORM row, committed, then answers. SQLite as safe as ours."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{path}")

    @event.listens_for(engine.sync_engine, "connect")
    def pragmas(connection, _):  # type: ignore[no-untyped-def]
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @dispatcher.startup()
    async def tables() -> None:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    @dispatcher.message()
    async def answer(message: Message) -> None:
        async with AsyncSession(engine) as db:
            db.add(Said(user_id=message.chat.id, text=message.text or "", at=datetime.now(UTC)))
            await db.commit()
        await message.answer(message.text or "")


def main(kind: str, port: str, api: str, path: str) -> None:
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()
    if kind == "echo":
        echo(dispatcher)
    else:
        orm(dispatcher, path)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot).register(app, "/telegram/webhook")

    async def startup(_: web.Application) -> None:
        await dispatcher.emit_startup()

    async def healthy(_: web.Request) -> web.Response:
        return web.Response()

    app.on_startup.append(startup)
    app.router.add_get("/healthz", healthy)
    web.run_app(app, host="127.0.0.1", port=int(port), print=None, access_log=None)


if __name__ == "__main__":
    main(*sys.argv[1:])
