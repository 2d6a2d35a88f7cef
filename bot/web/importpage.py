"""The page where an officer imports lists: choose a file, see what would change, then do it."""

import base64
import binascii
from functools import partial
from html import escape
from typing import Any, Protocol

from starlette.datastructures import UploadFile
from starlette.requests import Request

from content.i18n import translate
from content.ward import Ward
from handlers.importing import OUTDATED, Outdated
from handlers.importing_files import BadFile

MAX_BODY = 4 * 1024 * 1024
"""Of a posted form: a file of 2 MB comes back in letters, a third longer."""


class Checked(Protocol):
    """What a file would do."""

    @property
    def allowed(self) -> bool: ...


class Work(Protocol):
    """Importing files of one kind for a ward: lists (bot/lists.py), or a campaign (bot/campaign_files.py)."""

    @property
    def ward(self) -> Ward: ...

    @property
    def endings(self) -> str:
        """Of the files it takes, with commas between."""

    @property
    def hint(self) -> str:
        """A msgid: what to choose."""

    async def check(self, filename: str, data: bytes) -> Any: ...

    async def apply(self, outcome: Any) -> None: ...

    def words(self, outcome: Any, lang: str) -> list[str]:
        """The outcome of a check; the first line is the head."""


class TooLarge(Exception):
    """More was posted than a list can be."""


async def answer(work: Work, request: Request, lang: str, template: str) -> str:
    """The page's body. `template` is the address of the file to fill in. TooLarge: a body over MAX_BODY."""
    if request.method == "GET":
        return _form(work, lang, template)
    try:
        name, data, now = await _posted(request)
        outcome = await work.check(name, data)
        if now and outcome.allowed:
            await work.apply(outcome)
            done = translate(lang, "Imported.")
            return _lines([done, *work.words(outcome, lang)[1:]]) + _form(work, lang, template)
    except BadFile as problem:
        return _lines([problem.said(lang)]) + _form(work, lang, template)
    except Outdated:
        return _lines([translate(lang, OUTDATED)]) + _form(work, lang, template)
    return _lines(work.words(outcome, lang)) + _next(outcome, name, data, work, lang, template)


async def _posted(request: Request) -> tuple[str, bytes, bool]:
    """File name and content, and whether it is to be written: the checked file comes back with the form."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > MAX_BODY:
        raise TooLarge
    form = await request.form(max_files=1, max_fields=4, max_part_size=MAX_BODY)
    file = form.get("file")
    if isinstance(file, UploadFile):
        return file.filename or "", await file.read(), False
    try:
        data = base64.b64decode(str(form.get("data", "")), validate=True)
    except binascii.Error:
        data = b""
    return str(form.get("name", "")), data, True


def _form(work: Work, lang: str, template: str) -> str:
    tr = partial(translate, lang)
    hint = tr(work.hint)
    example, file, check = tr("The spreadsheet to fill in"), tr("File"), tr("Check the file")
    return (
        f"<h2>{escape(work.ward.name)}</h2><p>{escape(hint)}</p>"
        f'<p><a href="{escape(template)}">{escape(example)}</a></p>'
        '<form method="post" enctype="multipart/form-data">'
        f'<label for="file">{escape(file)}</label>'
        f'<input type="file" id="file" name="file" accept="{work.endings}" required>'
        f"<button>{escape(check)}</button></form>"
    )


def _next(outcome: Checked, name: str, data: bytes, work: Work, lang: str, template: str) -> str:
    """A button that writes what was shown; without one, the way to another file."""
    if not outcome.allowed:
        return _form(work, lang, template)
    kept = base64.b64encode(data).decode()
    doing = translate(lang, "Import this")
    return (
        '<form method="post" enctype="multipart/form-data">'
        f'<input type="hidden" name="name" value="{escape(name)}">'
        f'<input type="hidden" name="data" value="{kept}">'
        f"<button>{escape(doing)}</button></form>" + _form(work, lang, template)
    )


def _lines(lines: list[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines[1:])
    listed = f"<ul>{items}</ul>" if items else ""
    return f'<section role="status"><p><strong>{escape(lines[0])}</strong></p>{listed}</section>'
