"""Learners, for tests of courses: joining, the hour that comes, and what is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot import schedule
from bot.app import App
from content.library import Library
from handlers.packing import unpack
from handlers.turn import Reply
from store import enrolments
from store.enrolments import EnrolmentRow
from store.models import Chat, Outbox
from store.outbox import REPLY
from tests.people import swept
from tests.staff import Office, Somebody, office

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
YES = "form:learn:~summary:~save"
EVERY_DAY, MON_WED_FRI = 127, 21


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """A time of the ward in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


def values(reply: Reply) -> list[str]:
    return [option.value for option in reply.options]


def short(library: Library, count: int = 3) -> Library:
    """The library with only the first lessons of each course."""
    courses = {
        name: replace(course, lessons=course.lessons[:count])
        for name, course in library.courses.items()
    }
    return replace(library, courses=courses)


async def plan(app: App) -> None:
    """Plan every lesson that is due, as the scheduler does."""
    await schedule.plan_lessons(app.store, app.library, app.now())


@dataclass
class Learner:
    """Somebody with an open page, on which lessons arrive."""

    world: Office
    person: Somebody
    page: Any
    """Closed pages hear nothing: it is held here."""
    course: str = "residents"

    @property
    def library(self) -> Library:
        return self.world.app.library

    async def say(self, text: str) -> Reply:
        return await self.person.say(text)

    async def choose(self, value: str) -> Reply:
        return await self.person.choose(value)

    async def join(self, days: int = EVERY_DAY, hour: int = 19, yes: str = YES) -> Reply:
        await self.choose(f"course:{self.course}")
        await self.choose(f"form:learn:days:{days}")
        await self.say(str(hour))
        return await self.choose(yes) if yes else self.person.last

    async def row(self) -> EnrolmentRow:
        rows = await self.rows()
        (row,) = [one for one in rows if one.course == self.course]
        return row

    async def rows(self) -> list[EnrolmentRow]:
        chat = await self.world.app.store.read(lambda db: _chat(db, self.person.address))
        return await self.world.app.store.read(lambda db: enrolments.of_chat(db, chat))

    async def until(self, moment: datetime) -> Reply | None:
        """The clock moves; what is due is planned and sent. What came, if something did."""
        self.world.clock.now = moment
        before = len(await self.outbox())
        await plan(self.world.app)
        await swept(self.world.app)
        came = [row for row in (await self.outbox())[before:] if row.state == "sent"]
        assert len(came) <= 1
        return unpack(came[0].payload) if came else None

    async def outbox(self) -> list[Any]:
        """Every lesson that was planned."""
        rows = await table(self.world, Outbox)
        return [row for row in rows if row.kind != REPLY]

    async def answer(self, right: bool, lesson: str = "") -> Reply:
        """Answer the question of the lesson that waits."""
        row = await self.row()
        found = self.library.lessons[lesson or row.waiting or ""]
        wrong = (found.right + 1) % len(found.choices)
        return await self.choose(f"quiz:{row.id}:{found.id}:{found.right if right else wrong}")

    async def learn(self, right: bool = True) -> Reply:
        """Fetch the next lesson and answer it."""
        await self.choose(f"lesson:next:{(await self.row()).id}")
        return await self.answer(right)


@asynccontextmanager
async def learner(
    url: str, library: Library, now: datetime | None = None
) -> AsyncIterator[Learner]:
    """A resident who reads English, so that these tests do not depend on the Vietnamese words."""
    async with office(url, library) as world:
        if now:
            world.clock.now = now
        yield await meet(world, "bac")


async def meet(world: Office, name: str) -> Learner:
    person = world.somebody(name)
    await person.choose("lang:en")
    page = world.app.web._stream(name, 0)
    assert "open" in await anext(page)
    return Learner(world, person, page)


async def table(world: Office, which: Any) -> list[Any]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(which).order_by(*which.__table__.primary_key))).all()

    return list(await world.app.store.read(read))


async def _chat(db: Any, address: str) -> int:
    return int(await db.scalar(select(Chat.id).where(Chat.address == address)))
