"""The command line: `toso <command>`."""

import asyncio
import gc
import json
import sqlite3
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bot import settings as settings_module
from bot.cli_campaign import app as campaign_commands
from bot.cli_content import app as content_commands
from bot.cli_figures import app as figure_commands
from bot.cli_outbox import app as outbox_commands
from bot.cli_tools import open_library
from bot.cli_ward import app as ward_commands
from bot.cli_zalo import app as zalo_commands
from bot.log import configure
from bot.settings import Settings, WrongSetting
from content.errors import ContentError

STOP_SECONDS = 3
"""How long a stop waits for answers under way."""

if TYPE_CHECKING:  # importing these takes a second; --help must not
    from bot.app import App

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Tổ Số: a ward's digital assistant."
)
app.add_typer(ward_commands)
app.add_typer(campaign_commands)
app.add_typer(content_commands)
app.add_typer(figure_commands)
app.add_typer(outbox_commands)
app.add_typer(zalo_commands)


@app.command()
def run() -> None:
    """Start the program: web page, and each messenger whose token is set."""
    import uvicorn

    settings = _settings()
    program = _program(settings)
    _database_ready(settings.database_url)
    program.library.warm()  # before what is loaded is frozen
    gc.collect()
    gc.freeze()  # what is loaded now stays; the collector need not look at it again
    gc.set_threshold(50_000, 50, 100)
    typer.echo(f"Tổ Số: http://{settings.host}:{settings.port}", err=True)
    uvicorn.run(
        program.asgi(),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


@app.command()
def talk(
    name: Annotated[str, typer.Option("--as", help="Somebody else for every name")] = "here",
) -> None:
    """Talk to the bot in this terminal."""
    from bot.channels import terminal

    program = _program(_settings())
    configure("WARNING")  # the screen belongs to the talk

    async def conversation() -> None:
        await program.prepare()
        typer.echo("Gõ câu hỏi, hoặc /start để bắt đầu. Ctrl-D để thoát.")
        await terminal.talk(program.conversation, program.terminal, address=name)
        await program.store.close()

    asyncio.run(conversation())


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="A question as a resident types it")] = "",
    json_lines: Annotated[
        bool, typer.Option("--json", help="Read one question a line, print one JSON object a line")
    ] = False,
) -> None:
    """Show what the bot finds for a question."""
    from bot import answers

    library = open_library()
    if json_lines:
        for line in sys.stdin:
            found = answers.as_json(library, line.strip())
            typer.echo(json.dumps(found, ensure_ascii=False))
    else:
        typer.echo(answers.in_words(library, question))


@app.command()
def guides(
    json_list: Annotated[bool, typer.Option("--json", help="Print a JSON list of ids")] = False,
) -> None:
    """List the guides."""
    found = open_library().guides
    if json_list:
        typer.echo(json.dumps(list(found)))
    else:
        for guide in found.values():
            typer.echo(f"{guide.id:28} {guide.title}")


def _settings() -> Settings:
    try:
        loaded = settings_module.load()
    except WrongSetting as error:
        raise _stop(error) from None
    configure(loaded.log_level)
    return loaded


def _program(settings: Settings) -> "App":
    """The wired program; stops with a sentence when a setting or the content is wrong."""
    from bot.app import App

    try:
        return App(settings)
    except (WrongSetting, ContentError) as error:
        raise _stop(error) from None


def _database_ready(url: str) -> None:
    """Migrate before anything starts; stops with a sentence when the database cannot be used."""
    from alembic.util import CommandError
    from sqlalchemy import make_url
    from sqlalchemy.exc import SQLAlchemyError

    from store.db import Store
    from store.migrate import migrate

    async def check() -> None:
        store = Store(url)
        await migrate(store.engine)
        await store.close()

    shown = make_url(url).render_as_string(hide_password=True)
    try:
        asyncio.run(check())
    except CommandError:
        raise _stop(f"DATABASE_URL: {shown} is of a newer version of this program") from None
    except (SQLAlchemyError, OSError, sqlite3.Error) as error:
        raise _stop(f"DATABASE_URL: {shown} cannot be used: {type(error).__name__}") from None
    typer.echo(f"Tổ Số: {shown}", err=True)


def _stop(reason: object) -> typer.Exit:
    typer.echo(str(reason), err=True)
    return typer.Exit(1)
