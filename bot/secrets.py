"""Replies as people see them: a phone number is looked up whenever it is shown, and kept in no reply."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from bot.vault import Vault
from content.mask import MARK
from handlers.packing import unpack
from handlers.turn import SECRET, Reply
from store import requests
from store.db import Store

Show = Callable[[dict[str, Any]], Awaitable[Reply]]


@dataclass(frozen=True)
class Secrets:
    store: Store
    vault: Vault

    async def show(self, payload: dict[str, Any]) -> Reply:
        """The reply of a payload with its phone number; MARK when that is gone or the key changed."""
        reply = unpack(payload)
        if reply.phone_of is None:
            return reply
        number = reply.phone_of
        sealed = await self.store.read(lambda db: requests.phone(db, number))
        phone = self.vault.unseal(sealed) if sealed else ""
        return replace(reply, text=reply.text.replace(SECRET, phone or MARK), phone_of=None)
