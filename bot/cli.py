"""The command line: `toso <command>`."""

import asyncio
import gc
import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from bot import settings as settings_module
from bot.log import configure
from bot.settings import Settings, WrongSetting
from content.errors import ContentError

STOP_SECONDS = 3
"""How long a stop waits for answers under way; open pages listen for ever and are cut off then."""

if TYPE_CHECKING:  # importing these takes a second; --help must not
    from bot.app import App
    from content.library import Library

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Tổ Số: a ward's digital assistant."
)


@app.command()
def run() -> None:
    """Start the program: web page, and Telegram when TELEGRAM_TOKEN is set."""
    import uvicorn

    program = _program()
    settings = program.settings
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
def talk() -> None:
    """Talk to the bot in this terminal."""
    from bot.channels import terminal

    program = _program()
    configure("WARNING")  # the screen belongs to the talk

    async def conversation() -> None:
        await program.prepare()
        typer.echo("Gõ câu hỏi, hoặc /start để bắt đầu. Ctrl-D để thoát.")
        await terminal.talk(program.conversation, program.terminal)
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

    finder = _library().finder
    if json_lines:
        for line in sys.stdin:
            typer.echo(json.dumps(answers.as_json(finder, line.strip()), ensure_ascii=False))
    else:
        typer.echo(answers.in_words(_library(), question))


@app.command()
def guides(
    json_list: Annotated[bool, typer.Option("--json", help="Print a JSON list of ids")] = False,
) -> None:
    """List the guides."""
    found = _library().guides
    if json_list:
        typer.echo(json.dumps(list(found)))
    else:
        for guide in found.values():
            typer.echo(f"{guide.id:28} {guide.title}")


@app.command()
def check() -> None:
    """Check all content; name guides whose facts must be checked again. Exit 1 on a fault."""
    library = _library()
    stale = [guide for guide in library.guides.values() if guide.stale(date.today())]
    for guide in stale:
        typer.echo(f"{guide.path}: check its facts again (due {guide.recheck_after})")
    typer.echo(
        f"{len(library.guides)} guides, {len(library.wards)} wards: no fault, {len(stale)} stale"
    )


def _settings() -> Settings:
    try:
        loaded = settings_module.load()
    except WrongSetting as error:
        raise _stop(error) from None
    configure(loaded.log_level)
    return loaded


def _program() -> "App":
    """The wired program; stops with a sentence when a setting or the content is wrong."""
    from bot.app import App

    try:
        return App(_settings())
    except (WrongSetting, ContentError) as error:
        raise _stop(error) from None


def _library() -> "Library":
    from content import library

    try:
        return library.load()
    except ContentError as error:
        raise _stop(error) from None


def _stop(error: Exception) -> typer.Exit:
    typer.echo(str(error), err=True)
    return typer.Exit(1)
