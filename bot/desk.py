"""What channels run by other companies tell the program, beside messages to answer (bot.channel.Desk)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.text import as_shown
from bot.inbound import Inbound
from bot.secrets import Show
from bot.vault import Vault
from content.fold import words
from content.i18n import DEFAULT
from content.library import Library
from handlers import alarms
from handlers.turn import Can, Incoming
from store import chats, contacts, outbox
from store.db import Store

ECHO = timedelta(minutes=10)
"""How long before the platform's word of it one of our own messages may have begun to leave."""

UNHEARD = timedelta(days=30)
"""So long ago, as far as we know, somebody wrote who never wrote: no window is open."""
BY_HAND = Can(buttons=False, files=True, push=True, text_limit=2000)
"""What the Official Account does: the one channel on which staff may write by hand."""

Receive = Callable[[Can, Incoming], Awaitable[None]]


@dataclass(frozen=True)
class ProgramDesk:
    store: Store
    vault: Vault
    library: Library
    inbound: Inbound
    show: Show
    receiving: Receive
    now: Callable[[], datetime]
    ward_id: str | None
    silence: timedelta
    """How long the bot keeps silent where staff wrote by hand."""

    async def accept(self, channel: str, key: str, address: str, body: str) -> bool:
        return await self.inbound.accept(channel, key, address, body)

    async def receive(self, can: Can, incoming: Incoming) -> None:
        await self.receiving(can, incoming)

    async def interacted(self, channel: str, address: str, at: datetime) -> None:
        await self.store.write(lambda db: contacts.interacted(db, channel, address, at))

    async def left(self, channel: str, address: str, at: datetime) -> None:
        await self.store.write(lambda db: contacts.left(db, channel, address, at))

    async def staff_wrote(self, channel: str, address: str, text: str, at: datetime) -> None:
        if not await self._is_ours(channel, address, text, at):
            await self.store.write(partial(self._pause, channel, address, at))

    async def gave_phone(self, channel: str, address: str, phone: str) -> None:
        sealed = self.vault.seal(phone)
        await self.store.write(lambda db: contacts.keep_phone(db, channel, address, sealed))

    async def phone(self, channel: str, address: str) -> str | None:
        sealed = await self.store.read(lambda db: contacts.phone(db, channel, address))
        return self.vault.unseal(sealed) or None if sealed else None

    async def alarm(self, channel: str, code: str) -> None:
        await self.store.write(lambda db: alarms.ring(db, self.library, channel, code, self.now()))

    async def _pause(self, channel: str, address: str, at: datetime, db: AsyncSession) -> None:
        """Also somebody the program never heard of: the first thing they write is for who wrote to them."""
        if await chats.chat_id(db, channel, address) is None:
            await chats.create(db, channel, address, self.ward_id, DEFAULT, at - UNHEARD)
        await contacts.pause(db, channel, address, at + self.silence)

    async def _is_ours(self, channel: str, address: str, text: str, at: datetime) -> bool:
        """Whether the platform only repeats what this program sent: a message begins with one of ours."""

        async def sent(db: AsyncSession) -> list[dict[str, object]]:
            chat_id = await chats.chat_id(db, channel, address)
            return await outbox.begun_since(db, chat_id, at - ECHO) if chat_id else []

        said = words(text)
        for payload in await self.store.read(sent):
            parts = as_shown(BY_HAND, await self.show(payload))
            if any(said.startswith(words(part)) for part in parts if words(part)):
                return True
        return False
