"""Conversations in plain text: played, compared, and rewritten by `make update`.

# a remark
= a name: who speaks from here on; the first one needs no name
> what is typed              * the label of a pressed option
  {code} stands for the code that was shown last
@ 25 hours                   ! the program is stopped and started again
$ team <name>, <area>        $ invite <role> <name>[, <team>]: set up in ward mau; shows the code
~ what was sent unasked, and to whom
| the answer, line by line   [the label of an option]
"""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.invitations import invite
from handlers.packing import unpack
from handlers.turn import Reply
from store.models import Area, Outbox
from store.outbox import REPLY
from store.team_models import Member, Team
from tests.people import Heard, Person, World

CODE = re.compile(r"\b\d{6}\b|(?:(?<=xác nhận )|(?<=LOP )|(?<=ca ))\d{4}\b")
FOLDER = Path(__file__).parent / "transcripts"


@dataclass(frozen=True)
class Transcript:
    path: Path

    @property
    def script(self) -> list[str]:
        """What people do, and remarks; without the answers."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if line[:1] in tuple(">*@!#=$~")]

    def __str__(self) -> str:
        return self.path.stem


def all_transcripts() -> list[Transcript]:
    return [Transcript(path) for path in sorted(FOLDER.glob("*.txt"))]


@dataclass
class Stage:
    """Where a transcript is played."""

    world: World
    restarts: bool
    people: dict[str, Person] = field(default_factory=dict)
    speaking: str = ""
    told: int = 0
    code: str = ""

    @property
    def person(self) -> Person:
        if self.speaking not in self.people:
            self.people[self.speaking] = self.world.meet() if self.people else self.world.person
        return self.people[self.speaking]

    async def do(self, mark: str, rest: str) -> list[str]:
        if self.restarts and mark in ">*":
            await self.world.restart()
        if mark == ">":
            return self._heard(await self.person.say(rest.replace("{code}", self.code)))
        if mark == "*":
            return self._heard(await self.person.press(rest))
        if mark == "=":
            self.speaking = rest
        elif mark == "@":
            number, unit = rest.split()
            self.world.clock.forward(**{unit: float(number)})
        elif mark == "!":
            await self.world.restart()
        elif mark == "$":
            return await self._set_up(*rest.split(" ", 1))
        elif mark == "~":
            return await self._unasked()
        return []

    def _heard(self, heard: Heard) -> list[str]:
        if found := CODE.findall(heard.text):
            self.code = found[-1]
        return shown(heard)

    async def _set_up(self, what: str, rest: str) -> list[str]:
        store, ward = self.world.app.store, self.world.app.library.wards["mau"]
        first, _, second = rest.partition(", ")
        if what == "team":
            await store.write(lambda db: _team(db, first, second))
            return []
        role, name = first.split(" ", 1)
        self.code, _ = await invite(store, ward, role, name, self.world.clock(), self.world.draw)
        if second:
            await store.write(lambda db: _in_team(db, name, second))
        return [f"| {self.code}"]

    async def _unasked(self) -> list[str]:
        """What was planned for somebody who did not ask, since the last time."""
        rows = await self.world.app.store.read(lambda db: _notices(db, self.told))
        lines = []
        for number, reply in rows:
            self.told = number
            lines += shown(Heard(reply.text, tuple(option.label for option in reply.options)))
        return lines


async def play(transcript: Transcript, world: World, restarts: bool = False) -> str:
    """The transcript as it goes now. With `restarts` the program starts anew before every message."""
    written: list[str] = []
    stage = Stage(world, restarts)
    for line in transcript.script:
        written += ["", line] if line[0] in ">*=~" and written else [line]
        written += await stage.do(line[0], line[1:].strip())
    return "\n".join(written) + "\n"


def shown(heard: Heard) -> list[str]:
    text = [f"| {line}".rstrip() for line in heard.text.splitlines()]
    return [*text, *(f"[{label}]" for label in heard.labels)]


async def _team(db: AsyncSession, name: str, area: str) -> None:
    area_id = await db.scalar(select(Area.id).where(Area.ward_id == "mau", Area.name == area))
    db.add(Team(ward_id="mau", area_id=area_id, name=name, since=date(2025, 8, 1)))


async def _in_team(db: AsyncSession, name: str, team: str) -> None:
    member = (await db.scalars(select(Member).where(Member.name == name))).one()
    member.team_id = await db.scalar(select(Team.id).where(Team.name == team))


async def _notices(db: AsyncSession, after: int) -> list[tuple[int, Reply]]:
    query = select(Outbox.id, Outbox.payload).where(Outbox.kind != REPLY, Outbox.id > after)
    rows = await db.execute(query.order_by(Outbox.id))
    return [(row.id, unpack(row.payload)) for row in rows]
