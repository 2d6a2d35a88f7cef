"""A guide as each channel shows it, for its author."""

from datetime import UTC, date, datetime, time
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.telegram import Telegram
from bot.channels.terminal import Terminal
from bot.channels.text import as_shown
from bot.channels.web import Web
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_sending import TEXT_LIMIT as OA_LIMIT
from content.library import Library
from content.mask import mask
from handlers import guides
from handlers.turn import Can, Incoming, Reply, Tools, Turn
from store.chats import Talk

CHANNELS: dict[str, Can] = {
    "web": Web.can,
    "telegram": Telegram.can,
    "zalo bot": ZaloBot.can,
    "zalo oa": Can(buttons=False, files=True, push=True, text_limit=OA_LIMIT),
    "terminal": Terminal.can,
}


def preview(library: Library, name: str, lang: str, day: date) -> str:
    """Every message of a guide; channels that show it alike stand together."""
    return "\n\n".join(
        f"── {', '.join(channels)} ──\n\n{text}"
        for text, channels in _alike(library, name, lang, day).items()
    )


def _alike(library: Library, name: str, lang: str, day: date) -> dict[str, list[str]]:
    shown: dict[str, list[str]] = {}
    for channel, can in CHANNELS.items():
        messages = [
            text for page in _pages(library, name, lang, day, can) for text in as_shown(can, page)
        ]
        shown.setdefault("\n\n―\n\n".join(messages), []).append(channel)
    return shown


def _pages(library: Library, name: str, lang: str, day: date, can: Can) -> list[Reply]:
    noon = datetime.combine(day, time(5), UTC)  # noon where the wards are
    talk = Talk(0, 0, None, None, lang, {}, [], None, False)
    nothing = cast(AsyncSession, None)  # pages of a guide are read from no database
    turn = Turn(
        Incoming("preview", "", ""), mask(""), can, noon, nothing, talk, library, cast(Tools, None)
    )
    guide = turn.guide(name)
    return guides.pages(turn, guide) if guide else []
