"""A conversation in the terminal, for developers and for trying the program."""

import asyncio
import sys
from typing import TextIO
from uuid import uuid4

from bot.channel import Again
from bot.channels.text import numbered
from bot.conversation import Conversation
from bot.secrets import Show
from handlers.turn import Can, Incoming, Reply
from store.outbox import Parcel

NAME = "terminal"
ADDRESS = "here"


class Terminal:
    name = NAME
    can = Can(buttons=False, files=False, push=True, text_limit=100_000)

    def __init__(self, show: Show, out: TextIO = sys.stdout) -> None:
        self.show = show
        self._out = out

    async def send(self, parcel: Parcel, reply: Reply, again: Again) -> int:
        self.write(reply)
        return 1

    def write(self, reply: Reply) -> None:
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
        answered = await conversation.converse(incoming, terminal.can, handed_over=True)
        if answered:
            reply = await terminal.show(answered.parcel.payload)
            terminal.write(reply)
