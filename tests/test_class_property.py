"""Whatever happens in whatever order: nobody is counted twice, and the log says what the class says."""

import tempfile
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from content.library import Library
from store import attendance, classes, figures
from store.class_models import Trainee
from store.figures import Span, Tally
from store.log_models import SupportSession
from tests.conftest import run, sqlite_in
from tests.staff import WARD, Office, Somebody, office

CHATS = 5
TRAINEES = 3


@dataclass
class Play:
    """A class with its leader and five chats, and what should be true of it, kept by hand."""

    lan: Somebody
    people: list[Somebody]
    code: str
    person: list[int] = field(default_factory=lambda: list(range(CHATS)))
    codes: set[int] = field(default_factory=set)
    ticked: set[int] = field(default_factory=set)
    counted: int | None = None
    held: bool = False
    organiser: str = "team"

    @property
    def number(self) -> int:
        return max(self.counted or 0, len(self.codes))

    async def type_code(self, chat: int) -> None:
        await self.people[chat].say(f"lop {self.code}")
        if not self.held:
            self.codes.add(self.person[chat])

    async def link(self, chat: int) -> None:
        """The chat becomes the first one's person, who may have typed the code there already."""
        if chat == 0 or self.person[chat] == 0 or chat in self.codes:
            return
        text = (await self.people[0].say("/link")).text
        await self.people[chat].say("".join(sign for sign in text if sign.isdigit())[:6])
        self.person[chat] = 0

    async def count(self, heads: int) -> None:
        if not self.held:
            await self.lan.choose("classcount:1")
            await self.lan.say(str(heads))
            if heads >= len(self.codes):
                self.counted = heads

    async def tick(self, number: int) -> None:
        trainee = number % TRAINEES + 1
        await self.lan.choose(f"tick:1:{trainee}:0")
        if trainee in self.ticked:
            self.ticked.remove(trainee)
        elif not self.held or len(self.ticked) < self.number:
            self.ticked.add(trainee)

    async def close(self, _: int) -> None:
        if self.held:
            return
        await self.lan.choose("classclose:1")
        while "Bỏ qua" in self.lan.labels:
            await self.lan.press("Bỏ qua")
        if "Lưu" in self.lan.labels:
            await self.lan.press("Lưu")
        self.held = 0 < self.number >= len(self.ticked)

    async def correct(self, heads: int) -> None:
        """The number of people of a class in the log."""
        if not self.held:
            return
        await self.lan.choose("classclose:1")
        await self.lan.press("Số người đến")
        await self.lan.say(str(heads))
        if heads >= len(self.codes):
            await self.lan.say("đếm lại")
            await self.lan.press("Lưu")
            if heads >= max(1, len(self.ticked)):
                self.counted = heads

    async def retitle(self, number: int) -> None:
        if self.held:
            await self.lan.choose("classedit:1")
            await self.lan.press("Tên")
            await self.lan.say(f"Lớp số {number} mới")
            await self.lan.say("đổi tên")
            await self.lan.press("Lưu")

    async def hand_over(self, number: int) -> None:
        """Another organisation holds it."""
        self.organiser = ORGANISERS[number % len(ORGANISERS)]
        await self.lan.choose("classedit:1")
        await self.lan.press("Đơn vị mở lớp")
        await self.lan.choose(f"form:class:organiser:{self.organiser}")
        if self.held:
            await self.lan.say("ghi nhầm đơn vị")
        await self.lan.press("Lưu")


ORGANISERS = "team", "women", "youth"
ACTIONS = (
    Play.type_code, Play.link, Play.count, Play.tick, Play.close, Play.correct, Play.retitle,
    Play.hand_over,
)  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 9)), max_size=12)


async def agree(world: Office, model: Play) -> None:
    """The class, the log and the figures say what they should."""
    store = world.app.store
    row = await store.read(lambda db: classes.get(db, 1))
    came = await store.read(lambda db: attendance.came(db, 1))
    assert row
    assert (came.codes, came.named, row.counted) == (
        len(model.codes), len(model.ticked), model.counted,
    )  # fmt: skip
    assert came.people(row.counted) == model.number
    assert row.plan.organiser == model.organiser
    span = Span(WARD, date(2026, 11, 1), date(2026, 11, 30))
    wanted = [Tally("classes"), Tally("attended"), Tally("passed")]
    counted = await store.read(lambda db: figures.count(db, span, wanted))
    assert counted == [int(model.held), model.number if model.held else 0, 0]
    assert (row.state == classes.HELD) is model.held
    if model.held:
        session = await store.read(lambda db: _session(db, row.session_id))
        assert (session.people, session.place, session.topics, session.org) == (
            model.number, row.plan.place_code, row.plan.topics, model.organiser,
        )  # fmt: skip
        assert model.number >= came.named


async def _session(db: Any, number: int | None) -> Any:
    return (await db.scalars(select(SupportSession).where(SupportSession.id == number))).one()


async def scenario(url: str, library: Library, steps: list[tuple[Any, int]]) -> None:
    async with office(url, library) as world:
        lan = await world.staff("member", "Chị Lan")
        people = [world.somebody(f"chat{number}") for number in range(CHATS)]
        for one in people:
            await one.say("xin chào")
        await lan.say("mở lớp an toàn mạng 12h-14h hôm nay ở nhà văn hóa TDP 1, 9 người")
        code = (await lan.press("Lưu")).text.rpartition("LOP ")[2][:4]
        await world.app.store.write(_lists)
        play = Play(lan, people, code)
        for action, number in steps:
            await action(play, number % CHATS if action in (Play.type_code, Play.link) else number)
            await agree(world, play)


async def _lists(db: Any) -> None:
    for letter in "ABC":
        db.add(Trainee(ward_id=WARD, kind="union_core", name=f"Bà {letter}", org="women", unit="",
                       since=date(2026, 1, 1)))  # fmt: skip


def test_nobody_is_counted_twice_and_the_log_says_what_the_class_says(library: Library) -> None:
    @settings(max_examples=25, deadline=None)
    @given(STEPS)
    def holds(steps: list[tuple[Any, int]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            run(scenario(sqlite_in(folder), library, steps))

    holds()
