"""Broadcasts: who gets them, four eyes, what they cost, holding them up, and the account at the end."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.channel import SendError
from bot.files import Gone
from bot.invitations import invite
from bot.schedule import prune
from content.i18n import translate
from content.library import Library
from handlers import broadcast_sending
from handlers.broadcast_form import MAX_TEXT
from handlers.broadcast_words import _pace, account_lines, by_day, copied, message
from handlers.packing import unpack
from handlers.turn import Can, Reply
from store import audience, broadcast_sends, chats, consents, enrolments, forgetting, send_counts
from store import broadcasts as store
from store.audience import ALL, AREAS, COURSE, STAFF, Audience, Since
from store.broadcasts import DONE, PLANNED, REFUSED, RUNNING, STOPPED, BroadcastRow
from store.figure_models import Audit
from store.learning_models import Broadcast, Consent, Enrolment
from store.models import Area, Chat, Outbox, Person
from store.outbox import PAUSED, PENDING, SENT, SKIPPED
from store.team_models import Member
from tests.conftest import run
from tests.people import NOON, swept
from tests.staff import WARD, Office, Somebody, office, with_ward

EVERYBODY = Audience(ALL)
TEXT = "Beware: somebody calls and says they are from the ward. Hang up."


@dataclass
class Town:
    """People put straight into the tables. Each has a chat of the name of its address."""

    world: Office

    async def person(
        self, *addresses: str, ward: str | None = WARD, area: str = "", yes: str = "",
        role: str = "", course: str = "", hours: float = 1,
    ) -> int:  # fmt: skip
        """Somebody with chats as "web:ba-tu"; the one named last was used last, so many hours ago.

        `yes` names the address on which they said yes to news.
        """

        async def make(db: Any) -> int:
            at = self.world.clock()
            person = Person(ward_id=ward, area_id=await _area(db, area), lang="en", created_at=at)
            db.add(person)
            await db.flush()
            for place, address in enumerate(reversed(addresses)):
                channel = address.partition(":")[0]
                last = at - timedelta(hours=hours + place)
                chat = Chat(
                    person_id=person.id, channel=channel, address=address, state={}, offer=[],
                    last_in_at=last,
                )  # fmt: skip
                db.add(chat)
                await db.flush()
                if address == yes:
                    await consents.give(db, chat.id, "news", "yes", at)
                if course:
                    await consents.give(db, chat.id, "lessons", "yes", at)
                    await enrolments.join(db, chat.id, WARD, course, 127, 19, at.date())
            if role:
                db.add(_member(person.id, role, address))
            return int(person.id)

        return await self.world.app.store.write(make)

    async def residents(self, number: int, channel: str = "terminal") -> None:
        for n in range(number):
            address = f"{channel}:{n}"
            await self.person(address, yes=address)

    async def change(self, table: Any, where: Any, **values: Any) -> None:
        await self.world.app.store.write(
            lambda db: db.execute(update(table).where(where).values(**values))
        )

    async def no(self, address: str) -> None:
        """Somebody says stop on one chat."""

        async def refuse(db: Any) -> None:
            chat = await db.scalar(select(Chat.id).where(Chat.address == address))
            await consents.withdraw(db, chat, "news", self.world.clock())

        await self.world.app.store.write(refuse)

    async def reached(self, meant: Audience) -> list[str]:
        """The addresses of the recipients; every way of asking says the same."""

        async def ask(db: Any) -> list[str]:
            found = (await db.execute(audience.recipients(WARD, meant))).all()
            ids = [row.chat_id for row in found]
            assert await audience.count(db, WARD, meant) == len(ids)
            assert sum(one.people for one in await audience.reach(db, WARD, meant, {})) == len(ids)
            for chat in ids:
                assert await audience.wants(db, WARD, meant, chat)
            return list(await db.scalars(select(Chat.address).where(Chat.id.in_(ids))))

        return sorted(await self.world.app.store.read(ask))


async def _area(db: Any, name: str) -> int | None:
    number: int | None = await db.scalar(
        select(Area.id).where(Area.ward_id == WARD, Area.name == name)
    )
    return number


def _member(person_id: int, role: str, name: str) -> Member:
    return Member(
        ward_id=WARD, person_id=person_id, role=role, name=name, org="team", since=date(2026, 1, 1)
    )


async def rows(world: Office, table: Any) -> list[Any]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(table).order_by(table.id))).all()

    return list(await world.app.store.read(read))


async def news_rows(world: Office) -> list[Any]:
    return [row for row in await rows(world, Outbox) if row.kind == "news"]


async def notices(world: Office) -> list[tuple[str, Reply]]:
    """What somebody was told about their work, with the address it goes to."""
    named = {chat.id: chat.address for chat in await rows(world, Chat)}
    told = [row for row in await rows(world, Outbox) if row.kind == "notice"]
    return [(named[row.chat_id], unpack(row.payload)) for row in told]


async def states(world: Office) -> Counter[str]:
    return Counter(row.state for row in await news_rows(world))


async def planned(world: Office, chunk: int = 5000) -> int:
    """Run the job until it has nothing to do; how often it said there is more."""
    times = 0
    while await world.app.store.write(lambda db: broadcast_sending.plan(db, world.clock(), chunk)):
        times += 1
    return times


async def officer(world: Office, name: str = "Ba Hoa", role: str = "officer") -> Somebody:
    """An officer who reads English, and gets no broadcasts herself."""
    person = await world.staff(role, name)
    await person.choose("lang:en")
    await person.choose("stop:news")
    return person


async def written(hoa: Somebody, text: str = TEXT, *answers: str) -> None:
    """Write a broadcast to everybody, up to its preview."""
    await hoa.say("/broadcast")
    await hoa.press("Everybody who wants the ward's news")
    if "All of them" in hoa.labels:
        await hoa.press("All of them")
    await hoa.say(text)
    await hoa.press("At once")


async def made(
    world: Office, meant: Audience = EVERYBODY, at: datetime | None = None, text: str = TEXT
) -> BroadcastRow:
    """A broadcast that was approved, straight in the table."""

    async def add(db: Any) -> BroadcastRow:
        author = (await db.scalars(select(Member.id).order_by(Member.id))).first()
        people = await audience.count(db, WARD, meant)
        now = world.clock()
        number = await store.add(db, WARD, author, text, meant, PLANNED, people, at or now, now)
        one = await store.get(db, number)
        assert one
        return one

    return await world.app.store.write(add)


async def again(world: Office, one: BroadcastRow) -> BroadcastRow:
    found = await world.app.store.read(lambda db: store.get(db, one.id))
    assert found
    return found


async def account(world: Office, one: BroadcastRow) -> dict[str, int]:
    found = await again(world, one)
    return await world.app.store.read(lambda db: broadcast_sends.account(db, found))


class Heard:
    """Listens instead of the terminal; `gate` holds every send back until it is opened."""

    def __init__(self, world: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[tuple[str, Any]] = []
        self.gate: asyncio.Event | None = None
        self._begun: asyncio.Queue[str] = asyncio.Queue()
        monkeypatch.setattr(world.app.terminal, "send", self._send)

    async def reached(self, number: int) -> None:
        """Wait until so many sends are on their way."""
        for _ in range(number):
            await self._begun.get()

    async def _send(self, parcel: Any, reply: Any, again: Any) -> int:
        self._begun.put_nowait(parcel.address)
        if self.gate:
            await self.gate.wait()
        self.sent.append((parcel.address, reply))
        return 1

    @property
    def addresses(self) -> list[str]:
        return [address for address, _ in self.sent]


# Who gets it


async def everyone(town: Town) -> None:
    """One of each sort, and a few who must not get anything."""
    one, two = "Tổ dân phố 1", "Tổ dân phố 2"
    await town.person("web:yes1", yes="web:yes1", area=one)
    await town.person("telegram:yes2", yes="telegram:yes2", area=two)
    await town.person("web:silent", area=one)
    await town.person("web:withdrew", yes="web:withdrew", area=one)
    await town.no("web:withdrew")
    await town.person("web:elsewhere", yes="web:elsewhere", ward="hai-duong")
    await town.person("web:blocked", yes="web:blocked")
    await town.person("web:leaving", yes="web:leaving")
    for address, column in (("web:blocked", Chat.blocked_at), ("web:leaving", Chat.forget_at)):
        await town.change(Chat, Chat.address == address, **{column.key: town.world.clock()})
    await town.person("web:member", role="member", area=one)
    await town.person("web:lead", role="lead")
    await town.person("web:volunteer", role="volunteer", area=two)
    await town.person("web:officer", role="officer")
    await town.person("web:applicant", role="applicant", area=two)
    await town.person("web:member-no", role="member", area=one)
    await town.no("web:member-no")
    await town.person("web:former", role="member")
    await town.change(Member, Member.name == "web:former", until=date(2026, 11, 1))
    await town.person("web:learner", course="residents")
    await town.person("web:learner-no", course="residents")
    await town.no("web:learner-no")
    await town.person("web:trader", course="traders")
    await town.person("web:stopped", course="residents")
    learner = select(Chat.id).where(Chat.address == "web:stopped").scalar_subquery()
    await town.change(Enrolment, Enrolment.chat_id == learner, state="stopped")


STAFFED = ["web:lead", "web:member", "web:officer", "web:volunteer"]


def test_everybody_is_who_said_yes_and_who_works_there(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            town = Town(world)
            await everyone(town)
            assert await town.reached(EVERYBODY) == sorted([*STAFFED, "web:yes1", "telegram:yes2"])

    run(scenario())


def test_each_audience_is_a_part_of_them(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            town = Town(world)
            await everyone(town)
            read = world.app.store.read
            first = await read(lambda db: _area(db, "Tổ dân phố 1"))
            second = await read(lambda db: _area(db, "Tổ dân phố 2"))
            assert first
            assert second
            assert await town.reached(Audience(AREAS, (first,))) == ["web:member", "web:yes1"]
            assert await town.reached(Audience(AREAS, (first, second))) == [
                "telegram:yes2", "web:member", "web:volunteer", "web:yes1",
            ]  # fmt: skip
            assert await town.reached(Audience("member")) == ["web:member"]
            assert await town.reached(Audience("lead")) == ["web:lead"]
            assert await town.reached(Audience("volunteer")) == ["web:volunteer"]
            assert await town.reached(Audience(STAFF)) == STAFFED
            assert await town.reached(Audience(COURSE, course="residents")) == ["web:learner"]
            assert await town.reached(Audience(COURSE, course="team")) == []
            assert await town.reached(Audience(ALL, channels=("telegram",))) == ["telegram:yes2"]

    run(scenario())


def test_a_person_gets_it_once_on_the_chat_used_last(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            town = Town(world)
            await town.person("web:tu", "telegram:tu", role="member")
            assert await town.reached(EVERYBODY) == ["telegram:tu"]
            assert await town.reached(Audience(ALL, channels=("web",))) == ["web:tu"]
            await town.change(Chat, Chat.address == "telegram:tu", blocked_at=world.clock())
            assert await town.reached(EVERYBODY) == ["web:tu"]

    run(scenario())


def test_a_resident_gets_it_only_where_they_said_yes(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            town = Town(world)
            await town.person("web:tu", "telegram:tu", yes="web:tu")
            assert await town.reached(EVERYBODY) == ["web:tu"]

    run(scenario())


def test_who_works_there_says_stop_once_for_all_chats(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            town = Town(world)
            person = await town.person("web:lan", "telegram:lan", role="member")
            await town.no("telegram:lan")
            assert await town.reached(EVERYBODY) == []
            await world.app.store.write(lambda db: _yes(db, "web:lan", world.clock()))
            assert await town.reached(EVERYBODY) == ["web:lan"]  # said anew, on this chat
            assert await town.reached(Audience("member")) == ["web:lan"]
            await town.change(Member, Member.person_id == person, until=date(2026, 11, 20))
            assert await town.reached(Audience("member")) == []
            assert await town.reached(EVERYBODY) == ["web:lan"]

    run(scenario())


async def _yes(db: Any, address: str, now: datetime) -> None:
    chat = await db.scalar(select(Chat.id).where(Chat.address == address))
    await consents.give(db, chat, "news", "yes", now)


# What it costs


async def on_zalo(world: Office) -> None:
    """Three residents on the Official Account, silent for an hour, three days and eight."""
    town = Town(world)
    for name, hours in (("fresh", 1), ("dear", 72), ("closed", 192)):
        address = f"zalo_oa:{name}"
        await town.person(address, yes=address, hours=hours)
    zalo = type("Zalo", (), {"can": Can(buttons=False, files=False, push=True, text_limit=2000)})
    world.app.conversation._tools.channels["zalo_oa"] = zalo  # type: ignore[attr-defined]


def test_what_is_paid_and_what_is_closed_is_counted(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await on_zalo(world)
            now = world.clock()
            since = {"zalo_oa": Since(now - timedelta(hours=48), now - timedelta(hours=168))}
            found = await world.app.store.read(
                lambda db: audience.reach(db, WARD, EVERYBODY, since)
            )
            assert found == [audience.Reach("zalo_oa", 3, 1, 1)]

    run(scenario())


def test_the_cost_and_the_look_are_shown_before_anything_leaves(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            hoa = await officer(world)
            await on_zalo(world)
            town = Town(world)
            await town.residents(2, "telegram")  # not set up here: nobody there is reached
            await town.residents(2, "web")
            await written(hoa)
            shown = hoa.last.text
            assert "To: Everybody who wants the ward's news (Web page, Terminal, Zalo OA)" in shown
            assert "When: at once" in shown
            assert "Recipients: 5" in shown
            assert "• Web page: 2, when they open the page" in shown
            assert (
                "• Zalo OA: 3, within a minute; 1 of them at 55 đồng each; 1 of them cannot be "
                "reached: silent for more than 7 days"
            ) in shown
            assert "Cost: 55 đồng" in shown
            assert f"On Zalo OA:\n———\n{TEXT}" in shown
            assert "[2] Stop the ward's news" in shown
            assert f"On Web page:\n———\n{TEXT}" in shown
            assert "[ Stop the ward's news ]" in shown
            assert await rows(world, Broadcast) == []

    run(scenario())


def test_the_cost_is_that_of_the_time_it_leaves(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            await on_zalo(world)
            await hoa.say("/broadcast")
            await hoa.press("Everybody who wants the ward's news")
            await hoa.say(TEXT)
            await hoa.say("8 giờ sáng thứ tư tuần sau")  # five days on
            assert "1 of them at 55 đồng each; 2 of them cannot be reached" in hoa.last.text
            assert "Cost: 55 đồng" in hoa.last.text

    run(scenario())


@pytest.mark.parametrize(
    ("people", "pace"),
    [
        (3000, "in about 1 min 40 s"),
        (30, "within a minute"),
        (400_000, "in about 3 h 42 min"),
    ],
)
def test_the_time_it_takes(people: int, pace: str) -> None:
    assert _pace(_english, audience.Reach("telegram", people, 0, 0)) == pace


def test_a_quota_that_does_not_suffice_is_said(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            await Town(world).residents(3, "zalo_bot")
            zalo = type("Bot", (), {"can": Can(False, False, True, 2000)})
            world.app.conversation._tools.channels["zalo_bot"] = zalo  # type: ignore[attr-defined]
            now = world.clock()
            await world.app.store.write(
                lambda db: send_counts.add(db, WARD, "zalo_bot", "news", "sent", now, 2848)
            )
            await written(hoa)
            assert "• Zalo Bot: 3, within a minute; only 2 more may leave this month" in (
                hoa.last.text
            )

    run(scenario())


# Writing it


def test_what_cannot_be_sent_is_said_and_the_form_stays(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            await hoa.say("/broadcast")
            nobody = "That would be a message to nobody"
            for label in ("Everybody who wants the ward's news", "The volunteers"):
                assert (await hoa.press(label)).text.startswith(nobody)
            assert (await hoa.say("the neighbours")).text.startswith("Please choose one of these.")
            await hoa.press("The learners of a course")
            course = next(label for label in hoa.labels if label not in ("Back", "Cancel"))
            assert (await hoa.press(course)).text.startswith(nobody)
            await hoa.press("Back")
            await hoa.press("Some areas")
            assert (await hoa.say("1, 99")).text.startswith("I do not know the area “99”")
            assert (await hoa.say("1, 2")).text.startswith(nobody)
            await Town(world).person("web:yes", yes="web:yes", area="Tổ dân phố 2")
            assert "What is the message?" in (await hoa.say("1 2")).text
            assert await rows(world, Broadcast) == []

    run(scenario())


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x" * 1501, "That is 1 characters too long: at most 1,500."),
        ("Số căn cước 030099001234 của bác Tư", "it holds a citizen number"),
        ("Gọi chị Lan 0912345678 nhé", "it holds a phone number"),
        ("Chuyển vào thẻ 9704366812345678901", "it holds a card number"),
    ],
)
def test_a_text_that_cannot_go_to_many_is_refused(
    text: str, problem: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            await Town(world).residents(1)
            await hoa.say("/broadcast")
            await hoa.press("Everybody who wants the ward's news")
            assert problem in (await hoa.say(text)).text
            assert "What is the message?" in hoa.last.text
            assert "When shall it go?" in (await hoa.say("x" * 1500)).text

    run(scenario())


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ("20/11/2020", "That time has passed."),
        ("hôm nay 8 giờ", "That time has passed."),
        ("20/12/2029", "That is too far away"),
        ("khi nào rảnh", "I did not understand the time."),
    ],
)
def test_a_time_that_cannot_be_is_refused(
    said: str, problem: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            await Town(world).residents(1)
            await hoa.say("/broadcast")
            await hoa.press("Everybody who wants the ward's news")
            await hoa.say(TEXT)
            assert (await hoa.say(said)).text.startswith(problem)
            await hoa.say("8 giờ sáng mai")
            assert "When: tomorrow, Saturday 21/11, 8:00 am" in hoa.last.text
            await hoa.press("Send")
            (one,) = await rows(world, Broadcast)
            assert one.send_at == datetime.fromisoformat("2026-11-21T08:00:00+07:00")

    run(scenario())


def test_a_time_that_passed_before_send_is_asked_again(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            await Town(world).residents(1)
            await hoa.say("/broadcast")
            await hoa.press("Everybody who wants the ward's news")
            await hoa.say(TEXT)
            await hoa.say("15 giờ")
            world.clock.forward(hours=4)
            assert (await hoa.press("Send")).text.startswith("That time has passed.")
            await hoa.press("At once")
            await hoa.press("Send")
            assert len(await rows(world, Broadcast)) == 1

    run(scenario())


def test_an_audience_that_left_before_send_is_asked_again(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            await Town(world).residents(1)
            await written(hoa)
            await Town(world).no("terminal:0")
            reply = await hoa.press("Send")
            assert reply.text.startswith("That would be a message to nobody")
            assert "Who shall get it?" in reply.text

    run(scenario())


@pytest.mark.parametrize(
    ("local", "when"),
    [
        ("2026-11-20T06:59", "2026-11-20T07:00"),
        ("2026-11-20T07:00", "2026-11-20T07:00"),
        ("2026-11-20T20:59", "2026-11-20T20:59"),
        ("2026-11-20T21:00", "2026-11-21T07:00"),
        ("2026-11-20T23:30", "2026-11-21T07:00"),
    ],
)
def test_nothing_goes_out_at_night(local: str, when: str) -> None:
    zone = "+07:00"
    assert by_day(datetime.fromisoformat(local + zone)) == datetime.fromisoformat(when + zone)


def test_some_channels_may_be_chosen(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            await on_zalo(world)
            await Town(world).residents(2, "web")
            await Town(world).residents(1, "terminal")
            await hoa.say("/broadcast")
            await hoa.press("Everybody who wants the ward's news")
            assert (await hoa.say("fax")).text.startswith("Please choose one of these.")
            await hoa.say("web page, terminal")
            await hoa.say(TEXT)
            await hoa.press("At once")
            assert "Recipients: 3" in hoa.last.text
            await hoa.press("Send")
            await planned(world)
            assert len(await news_rows(world)) == 3

    run(scenario())


def test_a_warning_of_a_scam_is_a_text_and_no_call_for_help(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            await Town(world).residents(1)
            await written(hoa, "Tôi bị lừa mất tiền: đó là điều nhiều người kể. Bà con cảnh giác.")
            assert "Recipients: 1" in hoa.last.text

    run(scenario())


def test_it_fits_one_message_everywhere(library: Library) -> None:
    for lang_tr in (_english, _vietnamese):
        for ward in library.wards.values():
            reply = message(lang_tr, ward, "x" * MAX_TEXT)
            labels = sum(len(option.label) + 6 for option in reply.options)
            assert len(reply.text) + labels < 2000


def _english(text: str, **values: object) -> str:
    return text.format(**values)


def _vietnamese(text: str, **values: object) -> str:
    return translate("vi", text, **values)


# Four eyes


def few(library: Library, alone: int = 1) -> Library:
    return with_ward(library, broadcast_alone=alone)


def test_a_small_one_needs_nobody_else(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, few(library, 2)) as world:
            hoa = await officer(world)
            await officer(world, "Ong Cuong")
            await Town(world).residents(2)
            await written(hoa)
            assert "second officer" not in hoa.last.text
            await hoa.press("Send")
            (one,) = await rows(world, Broadcast)
            assert (one.state, one.recipients, one.approver_id) == (PLANNED, 2, None)
            assert await notices(world) == []

    run(scenario())


def test_a_large_one_needs_a_second_officer(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, few(library)) as world:
            hoa = await officer(world)
            cuong = await officer(world, "Ong Cuong", "administrator")
            await world.staff("member", "Chi Lan")
            await Town(world).no("Chi-Lan")
            await Town(world).residents(2)
            await written(hoa)
            assert "More than 1 people: a second officer has to approve." in hoa.last.text
            await hoa.press("Send")
            assert hoa.last.text == "It waits for a second officer. Told: 1."
            ((address, asked),) = await notices(world)
            assert address == "Ong-Cuong"
            assert asked.text.startswith("Ba Hoa wants to send this.")
            assert "Recipients: 2" in asked.text
            assert TEXT in asked.text
            assert [option.label for option in asked.options] == ["Approve", "Refuse"]
            await planned(world)
            assert await news_rows(world) == []  # nothing before the approval
            approve, _ = [option.value for option in asked.options]
            assert "somebody else has to decide" in (await hoa.choose(approve)).text
            assert (await cuong.choose(approve)).text == "Approved. It goes out: at once."
            (one,) = await rows(world, Broadcast)
            members = {member.id: member.name for member in await rows(world, Member)}
            assert one.state == PLANNED
            assert (members[one.author_id], members[one.approver_id]) == ("Ba Hoa", "Ong Cuong")
            noted = [(entry.action, entry.ref) for entry in await rows(world, Audit)]
            assert noted[-2:] == [("broadcast", "1"), ("broadcast approved", "1")]
            (*_, (address, told)) = await notices(world)
            assert address == "Ba-Hoa"
            assert told.text == "Ong Cuong approved message #1. It goes out by itself."
            await planned(world)
            assert len(await news_rows(world)) == 2

    run(scenario())


def test_what_is_decided_is_decided(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, few(library)) as world:
            hoa = await officer(world)
            cuong = await officer(world, "Ong Cuong")
            mai = await officer(world, "Co Mai")
            await Town(world).residents(2)
            await written(hoa)
            await hoa.press("Send")
            assert (await cuong.choose("broadcast:refuse:1")).text == "Refused. Nothing is sent."
            reply = await mai.choose("broadcast:approve:1")
            assert reply.text == "That is decided already: refused."
            await planned(world)
            assert await news_rows(world) == []
            (one,) = await rows(world, Broadcast)
            assert (one.state, one.approver_id is not None) == (REFUSED, True)
            assert "broadcast:approve:1" not in [
                option.value for option in (await mai.choose("broadcast:show:1")).options
            ]

    run(scenario())


def test_an_author_approves_nothing_in_a_new_role_either(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, few(library)) as world:
            hoa = await officer(world)
            await officer(world, "Ong Cuong")
            await Town(world).residents(2)
            await written(hoa)
            await hoa.press("Send")
            ward = world.app.library.wards[WARD]
            code, _ = await invite(
                world.app.store, ward, "administrator", "Ba Hoa", world.clock(), world.draw
            )
            await hoa.say(code)
            assert "somebody else has to decide" in (await hoa.choose("broadcast:approve:1")).text

    run(scenario())


def test_one_who_is_alone_is_told_how_it_goes_on(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, few(library)) as world:
            hoa = await officer(world)
            await Town(world).residents(2)
            await written(hoa)
            assert "no other officer uses this assistant yet" in (await hoa.press("Send")).text
            late = await officer(world, "Ong Cuong")
            await late.say("/broadcast")
            await late.press("Messages so far")
            await late.press(late.labels[0])
            await late.press("Approve")
            (one,) = await rows(world, Broadcast)
            assert one.state == PLANNED

    run(scenario())


def test_one_approved_late_is_sent_from_then_on(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, few(library)) as world:
            hoa = await officer(world)
            cuong = await officer(world, "Ong Cuong")
            await Town(world).residents(2)
            await written(hoa)
            await hoa.press("Send")
            world.clock.forward(hours=30)
            await cuong.choose("broadcast:approve:1")
            (one,) = await rows(world, Broadcast)
            assert one.send_at == world.clock()

    run(scenario())


def test_only_officers_of_the_ward_touch_it(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            far = await world.staff("officer", "Xa", ward="hai-duong")
            resident = world.somebody("resident")
            await Town(world).residents(1)
            await written(hoa)
            await hoa.press("Send")
            for person in (far, resident):
                for what in ("show", "stop", "approve", "copy", "pause"):
                    reply = await person.choose(f"broadcast:{what}:1")
                    assert TEXT not in reply.text
            await resident.say("/broadcast")
            assert "form" not in str(resident.last.options)
            (one,) = await rows(world, Broadcast)
            assert one.state == PLANNED
            for odd in ("show:x", "show:99", "x:1", "show", "1", "list:2:3", "show:" + "9" * 30):
                assert (await hoa.choose(f"broadcast:{odd}")).options

    run(scenario())


# Making the rows


def test_everybody_gets_one_row_and_no_second(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await officer(world)
            await Town(world).residents(7)
            one = await made(world)
            assert await planned(world, chunk=3) == 4  # three chunks of eight people, and the end
            assert await states(world) == {PENDING: 7}
            assert (await again(world, one)).planned == 7
            await planned(world)
            assert await states(world) == {PENDING: 7}
            row = (await news_rows(world))[0]
            assert (row.about, row.payload, row.due_at) == (one.about, {}, one.send_at)
            assert row.dedupe_key.startswith(f"{one.about}:")

    run(scenario())


def test_a_chunk_made_twice_is_made_once(database_url: str, library: Library) -> None:
    """The commit of a chunk was lost after its rows were written: they are not written again."""

    async def scenario() -> None:
        async with office(database_url, library) as world:
            await officer(world)
            await Town(world).residents(4)
            one = await made(world)
            await planned(world)
            await Town(world).change(
                Broadcast, Broadcast.id == one.id, state=PLANNED, planned_to=0, planned=0
            )
            await planned(world)
            assert await states(world) == {PENDING: 4}

    run(scenario())


def test_two_machines_plan_the_same(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await officer(world)
            await Town(world).residents(20)
            first, second = await made(world), await made(world, at=NOON)
            await asyncio.gather(*(planned(world, chunk=2) for _ in range(4)))
            assert await states(world) == {PENDING: 40}
            for one in (first, second):
                assert (await again(world, one)).planned == 20
                assert (await again(world, one)).state == RUNNING

    run(scenario())


def test_who_changes_from_chat_to_chat_meanwhile_gets_it_once(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await officer(world)
            town = Town(world)
            await town.person("web:an", role="member")
            await town.person("web:tu", "terminal:tu", role="member")
            await made(world)
            job = world.app.store.write
            await job(lambda db: broadcast_sends.plan(db, world.clock(), 2))
            await town.change(Chat, Chat.address == "web:tu", last_in_at=world.clock())
            await planned(world, chunk=1)
            there = Counter(row.chat_id for row in await news_rows(world))
            named = {chat.id: chat.address for chat in await rows(world, Chat)}
            assert sorted(named[chat] for chat in there) == ["web:an", "web:tu"]

    run(scenario())


def test_nothing_is_planned_before_its_time(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            await officer(world)
            await Town(world).residents(1)
            await made(world, at=world.clock() + timedelta(hours=1))
            await planned(world)
            assert await news_rows(world) == []
            world.clock.forward(hours=1)
            await planned(world)
            assert len(await news_rows(world)) == 1

    run(scenario())


# Sending


def test_what_arrives_says_who_sends_it_and_how_it_ends(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            heard = Heard(world, monkeypatch)
            await officer(world)
            await Town(world).residents(1)
            await made(world)
            await planned(world)
            await swept(world.app)
            ((_, reply),) = heard.sent
            assert reply.text.startswith(TEXT)
            assert "— People's Committee of phường Mẫu. To get no more news, type “stop”." in (
                reply.text
            )
            assert reply.options[-1].value == "stop:news"
            (chat,) = [chat for chat in await rows(world, Chat) if chat.channel == "terminal"]
            assert chat.offer[-1][1] == "stop:news"

    run(scenario())


def test_after_a_stop_nothing_leaves_but_what_was_begun(
    database_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            heard = Heard(world, monkeypatch)
            hoa = await officer(world)
            await Town(world).residents(30)
            one = await made(world)
            await planned(world)
            heard.gate = asyncio.Event()
            sending = asyncio.create_task(swept(world.app))
            await heard.reached(5)
            await hoa.choose(f"broadcast:stop:{one.id}")
            stopped = (await states(world))[SKIPPED]
            heard.gate.set()
            await sending
            assert len(heard.sent) < 30
            assert await states(world) == {SENT: len(heard.sent), SKIPPED: stopped}
            assert len(heard.sent) + stopped == 30
            assert "stopped" in hoa.last.text
            await planned(world)
            ended = await again(world, one)
            assert (ended.state, ended.ended_at) == (STOPPED, world.clock())
            assert sum(ended.account.values()) == ended.recipients == 30

    run(scenario())


def test_a_stop_before_everybody_has_a_row_counts_the_rest(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            hoa = await officer(world)
            await Town(world).residents(9)
            one = await made(world)
            job = world.app.store.write
            await job(lambda db: broadcast_sends.plan(db, world.clock(), 5))
            held = (await again(world, one)).planned
            assert 0 < held < 9
            await hoa.choose(f"broadcast:stop:{one.id}")
            await planned(world)
            assert await states(world) == {SKIPPED: held}
            ended = await again(world, one)
            assert ended.account == {"skipped:stopped": 9}
            assert "Not sent: 9 (stopped: 9)" in (await hoa.choose("broadcast:show:1")).text

    run(scenario())


@pytest.mark.parametrize("hours", [0, 30], ids=["soon", "later than news stays fresh"])
def test_a_pause_holds_and_going_on_sends_each_once(
    hours: int, database_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            heard = Heard(world, monkeypatch)
            hoa = await officer(world)
            await Town(world).residents(30)
            one = await made(world)
            job = world.app.store.write
            await job(lambda db: broadcast_sends.plan(db, world.clock(), 25))
            heard.gate = asyncio.Event()
            sending = asyncio.create_task(swept(world.app))
            await heard.reached(3)
            await hoa.choose(f"broadcast:pause:{one.id}")
            assert "paused" in hoa.last.text
            held = (await states(world))[PAUSED]
            heard.gate.set()
            await sending
            await planned(world)  # nor are new rows made
            await swept(world.app)
            assert held > 0
            assert await states(world) == {SENT: len(heard.sent), PAUSED: held}
            world.clock.forward(hours=hours)
            await hoa.choose(f"broadcast:resume:{one.id}")
            await planned(world)
            await swept(world.app)
            assert len(heard.sent) == len(set(heard.addresses)) == 30
            await planned(world)
            assert (await again(world, one)).state == DONE

    run(scenario())


def test_what_comes_back_from_an_attempt_is_held_and_dropped_too(
    database_url: str, library: Library
) -> None:
    """It was on its way when the pause began, found the page closed, and waits again."""

    async def scenario() -> None:
        async with office(database_url, library) as world:
            hoa = await officer(world)
            await Town(world).residents(2, "web")
            one = await made(world)
            await planned(world)
            await Town(world).change(Broadcast, Broadcast.id == one.id, state=PAUSED)
            await swept(world.app)
            await planned(world)
            assert await states(world) == {PAUSED: 2}
            await hoa.choose(f"broadcast:resume:{one.id}")
            await Town(world).change(Broadcast, Broadcast.id == one.id, state=STOPPED)
            await planned(world)
            assert await states(world) == {SKIPPED: 2}

    run(scenario())


def test_what_was_begun_and_failed_is_not_tried_again_after_a_stop(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            await Town(world).residents(1)
            one = await made(world)
            await planned(world)
            tries = []

            async def send(parcel: Any, reply: Any, again: Any) -> None:
                tries.append(parcel.address)
                await hoa.choose(f"broadcast:stop:{one.id}")  # while it is on its way
                raise SendError("429", permanent=False, retry_after=1)

            monkeypatch.setattr(world.app.terminal, "send", send)
            await swept(world.app)
            assert await states(world) == {PENDING: 1}
            world.clock.forward(seconds=2)
            await swept(world.app)
            assert len(tries) == 1
            assert await account(world, one) == {"skipped:stopped": 1}

    run(scenario())


def test_who_stopped_meanwhile_gets_nothing(
    database_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            heard = Heard(world, monkeypatch)
            await officer(world)
            town = Town(world)
            await town.residents(3)
            one = await made(world)
            await planned(world)
            await town.no("terminal:1")
            await swept(world.app)
            assert sorted(heard.addresses) == ["terminal:0", "terminal:2"]
            assert await account(world, one) == {SENT: 2, "skipped:opted out": 1}

    run(scenario())


# The account


def test_the_account_adds_up_and_the_author_is_told(
    database_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            hoa = await officer(world)
            town = Town(world)
            await town.residents(6)
            one = await made(world)

            async def send(parcel: Any, reply: Any, again: Any) -> int:
                if parcel.address == "terminal:1":
                    raise SendError("403", permanent=True, blocked=True)
                if parcel.address == "terminal:2":
                    raise SendError("timeout", permanent=False, ambiguous=True)
                return 1

            monkeypatch.setattr(world.app.terminal, "send", send)
            assert await account(world, one) == {PENDING: 6}
            await planned(world)
            await town.no("terminal:3")
            await town.change(Chat, Chat.address == "terminal:4", blocked_at=world.clock())
            await swept(world.app)
            await planned(world)
            ended = await again(world, one)
            assert ended.account == {
                SENT: 2, "refused:403": 1, "ambiguous:timeout": 1, "skipped:opted out": 1,
                "skipped:blocked": 1,
            }  # fmt: skip
            assert (ended.state, ended.recipients) == (DONE, 6)
            ((address, told),) = await notices(world)
            assert address == "Ba-Hoa"
            assert told.text.splitlines() == [
                "Message #1 has ended.",
                "Recipients: 6",
                "• Sent: 2",
                "• Perhaps arrived, nobody knows: 1 (timeout: 1)",
                "• Refused by the app: 1 (403: 1)",
                "• Not sent: 2 (blocked the assistant: 1; wants no more news: 1)",
            ]
            await planned(world)
            assert len(await notices(world)) == 1
            assert "• Sent: 2" in (await hoa.choose("broadcast:show:1")).text

    run(scenario())


def test_closed_pages_are_told_apart_and_waited_for(
    database_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            heard = Heard(world, monkeypatch)
            await officer(world)
            await Town(world).residents(2, "web")
            await Town(world).residents(3)
            one = await made(world)
            await planned(world)
            await swept(world.app)
            for _ in range(2):
                await planned(world)
            assert len(heard.sent) == 3
            assert (await again(world, one)).state == RUNNING
            assert await account(world, one) == {SENT: 3, "pending:away": 2}
            ((_, told),) = await notices(world)
            assert told.text.splitlines()[0] == (
                "Message #1 has reached everybody but closed pages."
            )
            assert "• Waiting until the page is opened: 2" in told.text
            world.clock.forward(days=3)
            await world.app.store.write(lambda db: prune(db, world.clock()))
            page: asyncio.Queue[Any] = asyncio.Queue()
            world.app.web._open["web:0"].add(page)
            await world.app.back("web:0", 0)
            await swept(world.app)
            assert page.qsize() == 1
            world.clock.forward(days=5)
            await world.app.store.write(lambda db: prune(db, world.clock()))
            await planned(world)
            ended = await again(world, one)
            assert ended.state == DONE
            assert ended.account == {SENT: 4, "skipped:stale": 1}
            assert len(await notices(world)) == 1  # the first one was pruned meanwhile

    run(scenario())


def test_rows_are_counted_before_they_are_pruned(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await officer(world)
            await Town(world).residents(4, "web")
            one = await made(world)
            await planned(world)
            await Town(world).no("web:0")
            await swept(world.app)
            for _ in range(3):
                world.clock.forward(days=1, hours=1)
                now = world.clock()
                await world.app.store.write(lambda db: prune(db, now))  # noqa: B023
                assert await account(world, one) == {"skipped:opted out": 1, "pending:away": 3}

    run(scenario())


def test_who_asked_to_be_forgotten_is_counted_apart(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await officer(world)
            await Town(world).residents(3, "web")
            one = await made(world)
            await planned(world)
            talk = await world.app.store.read(lambda db: chats.load(db, "web", "web:1", "m1"))
            assert talk
            await world.app.store.write(lambda db: forgetting.forget(db, talk, world.clock()))
            assert await account(world, one) == {PENDING: 2, "gone": 1}

    run(scenario())


def test_an_account_in_words() -> None:
    lines = account_lines(
        _english, {"sent": 1200, "skipped:late": 2, "pending:away": 3, "pending": 4, "gone": 5}
    )
    assert lines == [
        "• Still waiting: 4",
        "• Waiting until the page is opened: 3",
        "• Sent: 1.200",
        "• Not sent: 2 (too late: 2)",
        "• Had their data deleted: 5",
    ]


def test_the_list_shows_the_last_ones(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await officer(world)
            assert (await hoa.choose("broadcast:list")).text == "None so far."
            await Town(world).residents(1)
            for n in range(8):
                await made(world, text=f"Message {n} that is somewhat longer than the label")
            await hoa.choose("broadcast:list")
            assert hoa.labels[0] == "#8 Message 7 that is somewhat lon… (planned)"
            assert len(hoa.labels) == 8
            await hoa.press(hoa.labels[0])
            assert hoa.last.text.startswith("#8: planned\nTo: Everybody who wants the ward's news")
            assert "Written by: Ba Hoa" in hoa.last.text
            assert hoa.labels == [
                "Pause", "Stop it for good", "Text for a Zalo group", "Messages so far", "Main menu",
            ]  # fmt: skip

    run(scenario())


# The text for a group


def test_the_text_for_a_group_is_nothing_else(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library, public_url="https://troly.example.vn") as world:
            hoa = await officer(world)
            await Town(world).residents(1)
            await written(hoa)
            await hoa.press("Send")
            await hoa.press("Text for a Zalo group")
            assert hoa.last.text == (
                f"People's Committee of phường Mẫu\n\n{TEXT}\n\n"
                "Questions? Ask the ward's assistant. https://troly.example.vn"
            )
            assert hoa.last.attachment
            name = hoa.last.attachment.name
            assert name.endswith(f"/{WARD}/1/tin-1.txt")
            made = await world.app.files.make(name)
            assert TEXT in made.data.decode()
            assert made.filename == "tin-1.txt"
            ended = date(2026, 11, 1)
            await Town(world).change(Member, Member.role == "officer", until=ended)
            with pytest.raises(Gone):
                await world.app.files.make(name)

    run(scenario())


def test_a_place_nobody_can_reach_is_left_out(library: Library) -> None:
    text = copied(_english, library.wards[WARD], TEXT, "")
    assert text.endswith("Questions? Ask the ward's assistant.")


# Residents


def test_a_resident_says_yes_to_what_they_read(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            tu = world.somebody("tu")
            await tu.choose("lang:en")
            assert "Please choose it first" in (await tu.say("/news")).text
            await tu.say("/start ward_mau")
            asked = await tu.say("/news")
            assert "Shall People's Committee of phường Mẫu send you news here?" in asked.text
            assert "dừng tin" in asked.text
            await tu.press("No")
            assert await rows(world, Consent) == []
            await tu.say("/news")
            await tu.press("Yes, send it to me")
            (consent,) = await rows(world, Consent)
            assert (consent.purpose, consent.text) == ("news", asked.text)
            assert consent.given_at == world.clock()
            assert (await tu.say("/news")).text.startswith("The ward's news comes to you here.")
            assert tu.last.options[-1].value == "stop:news"
            await tu.choose("stop:news")
            assert await Town(world).reached(EVERYBODY) == []
            await tu.say("/news")
            assert "Yes, send it to me" in tu.labels

    run(scenario())


def test_a_yes_counts_for_the_ward_it_was_asked_for(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            tu = world.somebody("tu")
            await tu.choose("lang:en")
            await tu.say("/start ward_mau")
            await tu.say("/news")
            old = tu.last.options[0].value
            await tu.say("/start ward_hai-duong")
            assert "phường Hải Dương" in (await tu.choose(old)).text
            for odd in ("news", "news:", "news:x:mau", "news:yes"):
                assert "Yes, send it to me" in [o.label for o in (await tu.choose(odd)).options]
            assert await rows(world, Consent) == []

    run(scenario())


def test_who_works_there_is_told_that_it_comes(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chi Lan")
            await lan.choose("lang:en")
            assert "for your work" in (await lan.say("/news")).text
            await lan.choose("stop:news")
            await lan.say("/news")
            await lan.press("Yes, send it to me")
            assert await Town(world).reached(EVERYBODY) == ["Chi-Lan"]

    run(scenario())


def test_where_nothing_can_be_pushed_it_is_said(
    sqlite_url: str, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            monkeypatch.setattr(world.app.web, "can", Can(True, True, False, 4096))
            tu = world.somebody("tu")
            await tu.choose("lang:en")
            await tu.say("/start ward_mau")
            assert "Here I can only answer" in (await tu.say("/news")).text
            assert "Here I can only answer" in (await tu.choose("news:yes:mau")).text

    run(scenario())
