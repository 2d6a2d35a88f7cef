"""What the commands of a ward share: settings, content, a database brought up to date."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from bot.log import configure
from bot.settings import WrongSetting, load
from content.errors import ContentError

if TYPE_CHECKING:  # importing these takes a second; --help must not
    from sqlalchemy.ext.asyncio import AsyncSession

    from content.library import Library
    from content.period import Period
    from content.ward import Ward
    from store.db import Store

T = TypeVar("T")
WardId = Annotated[str, typer.Option("--ward", help="The ward's id, as its file is called")]


def open_store() -> "Store":
    """The database of the settings; stops with a sentence when one is wrong."""
    from store.db import Store

    try:
        settings = load()
    except WrongSetting as error:
        raise stop(error) from None
    configure("WARNING")
    return Store(settings.database_url)


def run(store: "Store", work: Callable[[], Awaitable[T]]) -> T:
    """Bring the database up to date, do the work, close it."""
    from store.migrate import migrate

    async def whole() -> T:
        await migrate(store.engine)
        await store.write(_wards_known)
        try:
            return await work()
        finally:
            await store.close()

    return asyncio.run(whole())


async def _wards_known(db: "AsyncSession") -> None:
    from store import wards

    for ward in open_library().wards.values():
        await wards.sync(db, ward.id, ward.name, ward.area_codes)


def open_library() -> "Library":
    """All content, catalogs too; stops with a sentence when there is a fault."""
    from content import library
    from content.i18n import LANGUAGES, catalog

    try:
        for lang in LANGUAGES:
            catalog(lang)
        return library.load()
    except ContentError as error:
        raise stop(error) from None


def ward_named(library: "Library", name: str) -> "Ward":
    """A ward by its id; stops when there is none."""
    if name not in library.wards:
        raise stop(f"there is no ward '{name}'; use one of {', '.join(library.wards)}")
    return library.wards[name]


def period_named(name: str, cut: str) -> "Period":
    """A period by its id; stops when it is none."""
    from content.period import NoPeriod, period

    try:
        return period(name, cut)
    except NoPeriod:
        raise stop(
            f"'{name}' ({cut}) is no period; use 2026-11, 2026-Q4, 2026-H2, 2026-9M, 2026 or "
            "2026-10-03..2026-11-09, and the cut calendar or 15-14"
        ) from None


def moment(text: str) -> datetime:
    """The day, or day and hour, that was given; now when none was."""
    from bot.answers import NoDay, day_of
    from handlers.turn import WARD_ZONE

    if not text:
        return datetime.now(WARD_ZONE)
    try:
        return day_of(text, WARD_ZONE)
    except NoDay as error:
        raise stop(error) from None


def today() -> date:
    """The ward's day."""
    from handlers.turn import WARD_ZONE

    return datetime.now(WARD_ZONE).date()


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """Stops with a sentence when a file or folder cannot be read or written."""
    try:
        yield
    except OSError as error:
        raise stop(f"{error.filename or path}: {error.strerror}") from None


def stop(reason: Any) -> typer.Exit:
    """The end of a command, with a sentence for people."""
    typer.echo(str(reason), err=True)
    return typer.Exit(1)
