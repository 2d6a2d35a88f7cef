"""A conversation in the terminal, for developers and for trying the program."""

import asyncio
import sys
from collections.abc import Callable
from typing import TextIO
from uuid import uuid4

from bot.channels.text import numbered
from bot.conversation import Conversation
from handlers.packing import unpack
from handlers.turn import Can, Incoming, Reply
from store.outbox import SENT

NAME = "terminal"
ADDRESS = "here"


class Terminal:
    name = NAME
    can = Can(buttons=False, files=False, push=True, text_limit=100_000)

    def __init__(self, unseal: Callable[[str], str], out: TextIO = sys.stdout) -> None:
        self.unseal = unseal
        self._out = out

    async def send(self, address: str, reply: Reply, parcel_id: int) -> None:
        self._out.write(f"\n{numbered(reply)}\n\n")
        self._out.flush()


async def talk(
    conversation: Conversation,
    terminal: Terminal,
    lines: TextIO = sys.stdin,
    address: str = ADDRESS,
) -> None:
    """Answer line after line until the end of input. Each `address` is somebody else."""
    while line := await asyncio.to_thread(lines.readline):
        incoming = Incoming(NAME, address, uuid4().hex, text=line.strip())
        answered = await conversation.converse(incoming, terminal.can, SENT)
        if answered:
            await terminal.send(
                address, unpack(answered.parcel.payload, terminal.unseal), answered.parcel.id
            )
