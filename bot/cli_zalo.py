"""`toso zalo-login` authorises this program for the Official Account; `toso zalo-check` asks Zalo what
nobody could look up.
"""

import asyncio
import secrets
import signal
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_tools import open_store, run, stop
from bot.settings import Settings, load

if TYPE_CHECKING:
    from bot.zalo_login import Login
    from bot.zalo_tokens import Tokens
    from store.db import Store

app = typer.Typer()


@app.command("zalo-login")
def zalo_login(
    web: Annotated[
        bool, typer.Option("--web", help="Print a link to open in a browser; needs no copying back")
    ] = False,
) -> None:
    """Connect the Official Account: an administrator of it agrees in a browser. Exit 1 when not."""
    store = open_store()
    settings = _complete(load())
    if web:
        link = _login(settings, store).invitation()
        typer.echo(f"Open this within 15 minutes, as an administrator of the account:\n{link}")
        return
    _by_hand(settings, store)


@app.command("zalo-check")
def zalo_check(
    to_bot: Annotated[
        str, typer.Option("--to-bot", metavar="CHAT_ID", help="Your own chat, for test messages")
    ] = "",
    to_oa: Annotated[
        str, typer.Option("--to-oa", metavar="USER_ID", help="Your own id, for test messages")
    ] = "",
    listen: Annotated[
        int,
        typer.Option(
            metavar="SECONDS",
            min=0,
            help="Report what arrives meanwhile, your chat id too; stop the program first. "
            "Ctrl-C ends it early",
        ),
    ] = 0,
) -> None:
    """Ask Zalo, with the real tokens, what only they can tell, and name the settings to change.

    To find your chat id: `--listen 120`, then write the number that is shown to the bot.
    """
    from bot.app import utc_now
    from bot.zalo_check import NEEDED, Check, Wish, go_through, has_bot, has_oa

    store = open_store()
    settings = load()
    if not (has_bot(settings) or has_oa(settings)):
        raise stop(NEEDED)
    over = partial(_over, listen) if listen else None
    check = Check(settings, Wish(to_bot, to_oa, over), utc_now, typer.echo)
    tokens = _tokens(settings, store) if has_oa(settings) else None

    async def looked() -> None:
        try:
            await go_through(check, store, tokens)
        finally:
            if tokens:
                await tokens.close()

    run(store, looked)


async def _over(seconds: int) -> None:
    """Until the seconds are over, or Ctrl-C."""
    pressed, loop = asyncio.Event(), asyncio.get_running_loop()
    with suppress(NotImplementedError):
        loop.add_signal_handler(signal.SIGINT, pressed.set)
    with suppress(TimeoutError):
        await asyncio.wait_for(pressed.wait(), seconds)


def _by_hand(settings: Settings, store: "Store") -> None:
    """Show the link, read back the address the browser ends at, exchange its code."""
    from bot.zalo_login import DONE, OTHER_STATE, LoginFailed, new_verifier, returned_to, shown

    verifier, state = new_verifier(), secrets.token_urlsafe(16)
    link = _login(settings, store).consent(verifier, state)
    typer.echo(f"1. Open this as an administrator of the account, and agree:\n{link}")
    typer.echo("2. Whatever the next page says, copy its whole address from the browser.")
    returned = returned_to(typer.prompt("3. Paste it here within 10 minutes"))
    if not secrets.compare_digest(returned.state.encode(), state.encode()):
        raise stop(OTHER_STATE)

    async def finished() -> datetime:
        login = _login(settings, store)
        try:
            return await login.finish(returned, verifier)
        finally:
            await login.tokens.close()

    try:
        typer.echo(DONE.format(until=shown(run(store, finished))))
    except LoginFailed as failure:
        raise stop(failure.message) from None


def _complete(settings: Settings) -> Settings:
    """The settings, when all are there that this needs; stops with a sentence that names the others."""
    needed = {
        "ZALO_OA_APP_ID": settings.zalo_oa_app_id,
        "ZALO_OA_APP_SECRET": settings.zalo_oa_app_secret,
        "PUBLIC_URL": settings.public_url,
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise stop(f"Please set {', '.join(missing)} first.")
    return settings


def _login(settings: Settings, store: "Store") -> "Login":
    from bot.zalo_login import Login

    return Login(settings, _tokens(settings, store))


def _tokens(settings: Settings, store: "Store") -> "Tokens":
    import httpx

    from bot.vault import Vault, kept_key
    from bot.zalo_tokens import Tokens

    def now() -> datetime:
        return datetime.now(UTC)

    async def nobody(channel: str, code: str) -> None:
        """The operator sits here and reads what went wrong."""

    key, secret = settings.secret_key, settings.zalo_oa_app_secret
    return Tokens(
        store,
        Vault(key.get_secret_value() if key else kept_key(), now),
        now,
        httpx.AsyncClient(),
        settings.zalo_oa_app_id,
        secret.get_secret_value() if secret else "",
        str(settings.zalo_oauth_url),
        nobody,
    )
