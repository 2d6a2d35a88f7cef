"""QR codes as pictures: `qr/<payload>/<name>.png` leads to the landing page of that payload."""

import io
import re
from typing import TYPE_CHECKING

import segno

if TYPE_CHECKING:
    from bot.files import Files, Made

CLASS = re.compile(r"lop_(\d{4})")
DOT = 12
"""Pixels of one module: sharp on a projector, and when it is printed."""


async def made(files: "Files", parts: list[str]) -> "Made":
    """The code of a class. Gone: the payload opens nothing."""
    from bot.files import Gone, Made  # which names this maker

    payload, filename = parts
    if not CLASS.fullmatch(payload):
        raise Gone(payload)
    return Made(filename, png(says(files.address, payload)))


def says(address: str, payload: str) -> str:
    """What scanning gives: the landing page; without a public address the words to type."""
    return f"{address}/q/{payload}" if address else CLASS.sub(r"LOP \1", payload)


def png(text: str) -> bytes:
    """A picture with the quiet zone the standard asks for, legible when a tenth of it is dirty."""
    saved = io.BytesIO()
    segno.make(text, error="m", micro=False).save(saved, kind="png", scale=DOT, border=4)
    return saved.getvalue()
