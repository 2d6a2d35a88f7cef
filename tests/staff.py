"""People with roles, for tests that talk to the program without a channel's wire."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from typing import Any

from sqlalchemy import select

from bench.questions import load
from bot.app import App
from bot.invitations import invite
from content.library import Library
from handlers.packing import unpack
from handlers.turn import Incoming, Reply
from store.models import Area, Outbox
from store.outbox import REPLY
from store.team_models import Member, Team
from tests.people import Clock, Draw, app_with, settings

WARD = "mau"


@dataclass
class Somebody:
    """One person on one chat. `say` and `press` give the reply."""

    app: App
    address: str
    numbers: Any
    last: Reply = field(default_factory=lambda: Reply(""))

    async def say(self, text: str) -> Reply:
        return await self._send(text=text)

    async def press(self, label: str) -> Reply:
        values = {option.label: option.value for option in self.last.options}
        assert label in values, f"no option {label!r} among {list(values)}"
        return await self._send(chosen=values[label])

    async def choose(self, value: str) -> Reply:
        """Press a button that may be nobody's."""
        return await self._send(chosen=value)

    async def _send(self, **content: str) -> Reply:
        incoming = Incoming("web", self.address, f"m{next(self.numbers)}", **content)
        answered = await self.app.conversation.converse(
            incoming, self.app.web.can, handed_over=True
        )
        assert answered
        self.last = await self.app.show(answered.parcel.payload)
        return self.last

    @property
    def labels(self) -> list[str]:
        return [option.label for option in self.last.options]


@dataclass
class Office:
    """A running program with a ward, its teams, and people in it."""

    app: App
    clock: Clock
    draw: Draw

    def somebody(self, address: str) -> Somebody:
        return Somebody(self.app, address, count(1))

    async def staff(self, role: str, name: str, team: str = "", ward: str = WARD) -> Somebody:
        """Somebody who came in by an invitation."""
        store, wards = self.app.store, self.app.library.wards
        code, _ = await invite(store, wards[ward], role, name, self.clock(), self.draw)
        if team:
            await store.write(lambda db: _put_in(db, name, team))
        person = self.somebody(name.replace(" ", "-"))
        reply = await person.say(code)
        assert name in reply.text, reply.text
        return person

    async def team(self, name: str, area: str, ward: str = WARD) -> None:
        await self.app.store.write(lambda db: _team(db, ward, name, area))

    async def notices(self) -> list[tuple[str, Reply]]:
        """Everything planned for people who did not ask, with the address it goes to."""
        rows = await self.app.store.read(_notices)
        return [(address, unpack(payload)) for address, payload in rows]


@asynccontextmanager
async def office(url: str, library: Library, **given: Any) -> AsyncIterator[Office]:
    clock, draw = Clock(), Draw()
    app = app_with(settings(url, **given), library, clock, draw)
    await app.prepare()
    yield Office(app, clock, draw)
    await app.stop()


def with_ward(library: Library, **changed: Any) -> Library:
    """The library with the invented ward changed."""
    ward = library.wards[WARD].model_copy(update=changed)
    return replace(library, wards={**library.wards, WARD: ward})


def unsure(library: Library) -> str:
    """A question to which the search offers several guides and opens none."""
    asked = (question.accented for question in load("tuning"))
    found = ((text, library.finder.find(text)) for text in asked)
    return next(text for text, one in found if not one.answer and len(one.candidates) > 1)


async def _team(db: Any, ward: str, name: str, area: str) -> None:
    area_id = await db.scalar(select(Area.id).where(Area.ward_id == ward, Area.name == area))
    db.add(Team(ward_id=ward, area_id=area_id, name=name, since=date(2025, 8, 1)))


async def _put_in(db: Any, name: str, team: str) -> None:
    member = (await db.scalars(select(Member).where(Member.name == name))).one()
    member.team_id = await db.scalar(select(Team.id).where(Team.name == team))


async def _notices(db: Any) -> list[Any]:
    from store.models import Chat

    query = select(Chat.address, Outbox.payload).join(Chat, Chat.id == Outbox.chat_id)
    return list((await db.execute(query.where(Outbox.kind != REPLY).order_by(Outbox.id))).all())
