"""What only an administrator can mend: said to all of them in the ward's chats, once a day for each thing."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import N_, translate
from content.library import Library
from handlers.packing import pack
from handlers.rights import ADMINISTRATOR
from handlers.turn import WARD_ZONE, Option, Reply
from store import reminders
from store.kinds import NOTICE

LOGIN = N_(
    "{channel} no longer lets this program write: the permission has ended ({code}). Messages wait. "
    "Please run on the server: toso zalo-login"
)
KNOWN: Mapping[str, str] = {
    "-14020": LOGIN,
    "login": LOGIN,
    "token-old": N_(
        "{channel}: the permission was not renewed for two days ({code}). Please look at the log of the "
        "server; if it stays so, run: toso zalo-login"
    ),
    "401": N_(
        "{channel} refuses the bot's token ({code}). Please fetch a new one in Bot Creator, write it to "
        "ZALO_BOT_TOKEN and start the program again. Messages wait meanwhile."
    ),
    "429": N_(
        "{channel} says that its quota is used up ({code}). Messages wait and are tried again."
    ),
    "-211": N_(
        "{channel} says that its quota is used up ({code}). Messages wait and are tried again."
    ),
    "-224": N_(
        "{channel}: the package of the ward does not allow programs to write ({code}). Please renew it or "
        "choose a larger one."
    ),
    "-320": N_("{channel}: templates need a Zalo Cloud Account that is linked ({code})."),
    "-321": N_("{channel}: the account that pays for templates is empty ({code})."),
}
OTHER = N_(
    "{channel} refuses to send because of the account's own state ({code}). Please look there."
)
"""What is said of any other code."""
NAMES = {"zalo_oa": "Zalo Official Account", "zalo_bot": "Zalo Bot", "telegram": "Telegram"}


async def ring(db: AsyncSession, library: Library, channel: str, code: str, now: datetime) -> None:
    """Plan the message to each administrator who was not told today, on the chat they used last."""
    day = now.astimezone(WARD_ZONE).date()
    key = f"alarm:{channel}:{code}:{day}"
    for one in await reminders.to_tell(
        db, list(library.wards), [ADMINISTRATOR], key, avoid=channel
    ):
        said = translate(
            one.lang, KNOWN.get(code, OTHER), channel=NAMES.get(channel, channel), code=code
        )
        reply = Reply(said, (Option(translate(one.lang, "Main menu"), "menu"),))
        member_key = f"{key}:{one.member_id}"
        await reminders.plan(db, one.chat_id, NOTICE, pack(reply), member_key, now, now, None)
