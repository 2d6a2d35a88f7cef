"""What the scheduler plans for people of the ward: on which days, for whom, and once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.schedule import KEPT
from content.library import Library
from content.limits import Limits
from content.ward import DayOff
from handlers import planning, pushes
from handlers.packing import unpack
from handlers.turn import Reply, Skip
from store import chats, members, outbox, send_counts
from store.consents import LOGGING
from store.learning_models import Consent
from store.log_models import SupportSession
from store.models import Chat, Outbox
from store.team_models import Member
from tests.conftest import run
from tests.people import swept
from tests.staff import Office, Somebody, office, with_ward

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SUNDAY_EVENING = datetime(2026, 11, 22, 19, tzinfo=ZONE)
WEEKLY_YES = "form:weekly:~summary:~save"
LIMITS = {
    "zalo_bot": Limits(monthly=1000, checked_on=date(2026, 11, 20), source="a test"),
    "web": Limits(checked_on=date(2026, 11, 20), source="a test"),
}
Job = Callable[..., Awaitable[None]]


def at(day: str, hour: str = "08:00") -> datetime:
    """An hour of the ward, as the clock of the program has it."""
    return datetime.fromisoformat(f"{day} {hour}").replace(tzinfo=ZONE).astimezone(UTC)


async def plan(world: Office, job: Job, *given: Any) -> None:
    library = world.app.library
    await world.app.store.write(lambda db: job(db, library, *given, world.clock()))


async def rows(world: Office, kind: str) -> list[Any]:
    """The planned messages of a kind, each with the address it goes to."""

    async def read(db: Any) -> list[Any]:
        query = select(Outbox, Chat.address).join(Chat, Chat.id == Outbox.chat_id)
        found = await db.execute(query.where(Outbox.kind == kind).order_by(Outbox.id))
        return list(found.all())

    return await world.app.store.read(read)


async def told(world: Office, kind: str) -> list[str]:
    return sorted(address for _, address in await rows(world, kind))


async def composed(world: Office, row: Any) -> Reply | Skip:
    async def read(db: Any) -> Reply | Skip:
        parcel = await outbox.get(db, row.id)
        assert parcel
        return await pushes.composing(world.app.library)(db, parcel, world.clock())

    return await world.app.store.read(read)


def values(reply: Reply | Skip) -> list[str]:
    assert isinstance(reply, Reply)
    return [option.value for option in reply.options]


async def staff(world: Office) -> list[Somebody]:
    """An officer, an administrator, a lead and a member."""
    await world.team("Tổ 1", "Tổ dân phố 1")
    return [
        await world.staff("officer", "Bà Hoa"),
        await world.staff("administrator", "Bà Quản"),
        await world.staff("lead", "Ông Nam", "Tổ 1"),
        await world.staff("member", "Chị Lan", "Tổ 1"),
    ]


def in_office(scenario: Any, url: str, library: Library, plans: list[str]) -> None:
    async def played() -> None:
        async with office(url, with_ward(library, plans=plans)) as world:
            await scenario(world)

    run(played())


# Deadlines


async def reminded_on(world: Office, days: list[date]) -> list[str]:
    """On which of these days, and by which name, something is planned for the officer."""
    for day in days:
        world.clock.now = at(day.isoformat(), "07:59")
        before = len(await rows(world, "deadline"))
        await plan(world, planning.deadlines)
        assert len(await rows(world, "deadline")) == before
        world.clock.now = at(day.isoformat())
        await plan(world, planning.deadlines)
    planned = await rows(world, "deadline")
    return [
        f"{row.due_at.astimezone(ZONE):%d/%m} {row.dedupe_key.split(':')[4]}"
        for row, address in planned
        if address == "Bà-Hoa"
    ]


@pytest.mark.parametrize(
    ("plan_id", "first", "expected"),
    [
        ("pl95", date(2026, 11, 18), ["20/11 10", "25/11 5", "27/11 towards", "28/11 2", "29/11 last"]),
        ("hg178", date(2026, 11, 28), ["30/11 10", "05/12 5", "08/12 2", "09/12 last"]),
        ("hd01", date(2026, 12, 3), ["05/12 10", "10/12 5", "13/12 2", "14/12 last"]),
    ],
)  # fmt: skip
def test_people_are_reminded_on_these_days(
    sqlite_url: str, library: Library, plan_id: str, first: date, expected: list[str]
) -> None:
    async def scenario(world: Office) -> None:
        await world.staff("officer", "Bà Hoa")
        days = [first + timedelta(days=n) for n in range(14)]
        assert await reminded_on(world, days) == expected

    in_office(scenario, sqlite_url, library, [plan_id])


def test_each_for_their_work_is_told(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await staff(world)
        await world.somebody("resident").say("hi")
        world.clock.now = at("2026-11-20", "15:00")  # the machine was off at 8
        await plan(world, planning.deadlines)
        assert await told(world, "deadline") == ["Bà-Hoa", "Bà-Quản", "Ông-Nam"]
        row, _ = (await rows(world, "deadline"))[0]
        assert row.due_at == at("2026-11-20")
        replies = {address: unpack(row.payload) for row, address in await rows(world, "deadline")}
        assert values(replies["Bà-Hoa"]) == ["report:2026", "deadlines", "stop:deadlines"]
        assert values(replies["Ông-Nam"]) == ["team", "stop:deadlines"]
        text = replies["Bà-Hoa"].text
        assert "Kế hoạch 95/KH-UBND" in text
        assert "30/11/2026" in text
        assert "29/11" in text
        assert "27/11" in text
        assert await composed(world, row) == unpack(row.payload)

    in_office(scenario, database_url, library, ["pl95"])


def test_deadlines_that_press_twice_or_in_two_processes_are_told_once(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await staff(world)
        await asyncio.gather(*(plan(world, planning.deadlines) for _ in range(4)))
        await plan(world, planning.deadlines)
        assert len(await rows(world, "deadline")) == 3

    in_office(scenario, database_url, library, ["pl95"])


def test_who_said_no_left_or_cannot_be_reached_is_not_told(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        hoa, quan, *_ = await staff(world)
        await hoa.choose("stop:deadlines")
        write = world.app.store.write
        nam_id = await world.app.store.read(lambda db: chats.chat_id(db, "web", "Ông-Nam"))
        await write(lambda db: chats.block(db, nam_id, world.clock()))
        await plan(world, planning.deadlines)
        assert await told(world, "deadline") == ["Bà-Quản"]
        ((row, _),) = await rows(world, "deadline")
        await quan.choose("stop:deadlines")
        assert await composed(world, row) == Skip("stopped")
        await quan.choose("dates")
        assert values(await composed(world, row))[-1] == "stop:deadlines"
        member = int(row.about.rpartition(":")[2])
        await write(lambda db: members.end(db, member, date(2026, 11, 20)))
        assert await composed(world, row) == Skip("role ended")
        await hoa.choose("dates")
        await plan(world, planning.deadlines)
        assert await told(world, "deadline") == ["Bà-Hoa", "Bà-Quản"]

    in_office(scenario, database_url, library, ["pl95"])


def test_what_waited_for_days_speaks_of_today(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await world.staff("officer", "Bà Hoa")
        await plan(world, planning.deadlines)
        world.clock.now = at("2026-11-25")
        await plan(world, planning.deadlines)
        first, second = [row for row, _ in await rows(world, "deadline")]
        assert await composed(world, first) == Skip("overtaken")
        world.clock.now = at("2026-11-26")
        later = await composed(world, second)
        assert isinstance(later, Reply)
        assert later != unpack(second.payload)
        world.clock.now = at("2026-11-29")
        last = await composed(world, second)
        assert isinstance(last, Reply)
        assert "27/11" not in last.text
        world.clock.now = at("2026-11-30")
        assert await composed(world, second) == Skip("over")

    in_office(scenario, database_url, library, ["pl95"])


def test_a_holiday_before_the_day_is_named(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        ours = with_ward(
            library, plans=["hg178"], days_off=[DayOff(date=date(2026, 12, 9), name="Ngày hội")]
        )
        async with office(sqlite_url, ours) as world:
            await world.staff("officer", "Bà Hoa")
            days = [date(2026, 11, 28) + timedelta(days=n) for n in range(14)]
            assert await reminded_on(world, days) == [
                "30/11 10", "05/12 5", "08/12 towards", "09/12 last"
            ]  # fmt: skip
            texts = [unpack(row.payload).text for row, _ in await rows(world, "deadline")]
            assert ["Ngày hội" in text for text in texts] == [True, True, False, False]

    run(scenario())


def test_a_deadline_arrives_and_can_be_stopped_by_a_word(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        hoa = await world.staff("officer", "Bà Hoa")
        page = world.app.web._stream("Bà-Hoa", 0)
        await anext(page)
        await plan(world, planning.deadlines)
        world.clock.forward(seconds=1)
        await swept(world.app)
        assert "95/KH-UBND" in await anext(page)
        assert "2026" in (await hoa.say("1")).text  # the report
        world.clock.now = at("2026-11-25")
        await plan(world, planning.deadlines)
        await swept(world.app)
        await anext(page)
        world.clock.forward(minutes=1)
        await hoa.say("dừng")
        world.clock.now = at("2026-11-28")
        await plan(world, planning.deadlines)
        assert [row.state for row, _ in await rows(world, "deadline")] == ["sent", "sent"]
        assert "dates" in values(await _of_dates(world, hoa))

    in_office(scenario, database_url, library, ["pl95"])


async def _of_dates(world: Office, person: Somebody) -> Reply:
    """What the list of deadlines is to say of reminders."""
    from handlers import router, staff_reminders
    from handlers.turn import Turn

    kept: list[Reply] = []

    async def answer(turn: Turn) -> Reply:
        kept.append(Reply(*await staff_reminders.of_dates(turn)))
        return kept[0]

    old = router.COMMANDS["deadlines"]
    router.COMMANDS["deadlines"] = type(old)(answer, old.help)  # type: ignore[index]
    try:
        await person.say("/deadlines")
    finally:
        router.COMMANDS["deadlines"] = old  # type: ignore[index]
    return kept[0]


# The weekly reminder to log


async def logged(world: Office, person: Somebody, day: str = "hôm nay") -> None:
    await person.say(f"giúp 3 cụ cài VNeID ở nhà văn hóa {day}")
    await person.press("Lưu")


async def joined(person: Somebody) -> None:
    await person.say("/logging")
    await person.choose(WEEKLY_YES)


def test_who_joined_and_logged_nothing_is_reminded(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        hoa, _, nam, lan = await staff(world)
        for person in (hoa, nam, lan):
            await joined(person)
        await logged(world, nam)
        for moment in ("2026-11-21 19:00", "2026-11-22 18:59", "2026-11-22 21:01"):
            world.clock.now = at(*moment.split())
            await plan(world, planning.logging)
            assert await told(world, "logging") == []
        world.clock.now = at("2026-11-22", "19:20")
        await asyncio.gather(*(plan(world, planning.logging) for _ in range(3)))
        await plan(world, planning.logging)
        assert await told(world, "logging") == ["Bà-Hoa", "Chị-Lan"]
        row, _ = (await rows(world, "logging"))[0]
        assert (row.due_at, row.about) == (SUNDAY_EVENING, "logging:2026-W47")
        assert values(unpack(row.payload)) == ["log", "stop:logging"]
        assert await composed(world, row) == unpack(row.payload)

    in_office(scenario, database_url, library, [])


def test_it_is_looked_again_when_it_leaves(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        *_, nam, lan = await staff(world)
        await joined(nam)
        await joined(lan)
        world.clock.now = SUNDAY_EVENING.astimezone(UTC)
        await plan(world, planning.logging)
        found = {address: row for row, address in await rows(world, "logging")}
        await logged(world, lan)
        assert await composed(world, found["Chị-Lan"]) == Skip("not needed")
        assert isinstance(await composed(world, found["Ông-Nam"]), Reply)
        await nam.choose("stop:logging")
        assert await composed(world, found["Ông-Nam"]) == Skip("not needed")
        await world.app.store.write(_all_void)
        assert isinstance(await composed(world, found["Chị-Lan"]), Reply)
        world.clock.forward(hours=6)
        assert await composed(world, found["Chị-Lan"]) == Skip("late")

    in_office(scenario, database_url, library, [])


async def _all_void(db: Any) -> None:
    await db.execute(update(SupportSession).values(voided=True))


def test_only_this_week_counts_and_every_role(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        *_, nam, lan = await staff(world)
        for person in (nam, lan):
            await joined(person)
        world.clock.now = at("2026-11-22", "10:00")
        await logged(world, nam, "chủ nhật tuần trước")
        await logged(world, lan, "thứ hai tuần này")
        (session, *_) = await world.app.store.read(_days)
        assert session == date(2026, 11, 15)
        await world.staff("lead", "Bà Lan mới", "Tổ 1")  # somebody else; Lan herself goes up
        await world.app.store.write(partial(_same_person, "Chị Lan", "Bà Lan mới"))
        world.clock.now = SUNDAY_EVENING.astimezone(UTC)
        await plan(world, planning.logging)
        assert await told(world, "logging") == ["Ông-Nam"]

    in_office(scenario, database_url, library, [])


async def _days(db: Any) -> list[date]:
    return list(await db.scalars(select(SupportSession.date).order_by(SupportSession.id)))


async def _same_person(old: str, new: str, db: Any) -> None:
    """The role of old ends, and its person has the role of new."""
    was, now = [
        (await db.scalars(select(Member).where(Member.name == name))).one() for name in (old, new)
    ]
    was.until = date(2026, 11, 22)
    await db.flush()
    now.person_id = was.person_id


def test_joining_is_a_consent_and_leaving_ends_it(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        lan = await world.staff("member", "Chị Lan")
        asked = await lan.say("nhắc ghi sổ")
        assert values(await lan.say("chưa biết")) == values(asked)
        assert await world.app.store.read(_consents) == []
        await lan.say("vâng")
        assert values(await lan.say("nhắc ghi sổ"))[-1] == "stop:logging"
        (consent,) = await world.app.store.read(_consents)
        assert (consent.purpose, consent.text) == (LOGGING, asked.text)
        await lan.choose("stop:logging")
        world.clock.now = SUNDAY_EVENING.astimezone(UTC)
        await plan(world, planning.logging)
        assert await told(world, "logging") == []
        resident = world.somebody("resident")
        await resident.say("/logging")
        assert len(await world.app.store.read(_consents)) == 1

    in_office(scenario, database_url, library, [])


async def _consents(db: Any) -> list[Consent]:
    return list(await db.scalars(select(Consent)))


# Quotas


async def sent(world: Office, number: int) -> None:
    """So many more messages left on the channel with a quota."""
    now = world.clock()
    await world.app.store.write(
        lambda db: send_counts.add(db, "mau", "zalo_bot", "reply", "sent", now, number)
    )


async def warned(world: Office) -> list[str]:
    """The levels told so far, with the address."""
    found = await rows(world, "notice")
    return sorted(f"{row.dedupe_key.split(':')[3]} {address}" for row, address in found)


BOTH = ["Bà-Hoa", "Bà-Quản"]


def test_a_quota_that_runs_out_is_told_at_two_levels(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await staff(world)
        await sent(world, 799)
        await plan(world, planning.quotas, LIMITS)
        assert await warned(world) == []
        await sent(world, 1)
        await asyncio.gather(*(plan(world, planning.quotas, LIMITS) for _ in range(3)))
        await plan(world, planning.quotas, LIMITS)
        assert await warned(world) == [f"80 {name}" for name in BOTH]
        (row, _), *_ = await rows(world, "notice")
        text = unpack(row.payload).text
        assert [part in text for part in ("800", "1000", "95 %", "Zalo Bot")].count(False) <= 1
        world.clock.forward(days=1)
        await sent(world, 150)
        await plan(world, planning.quotas, LIMITS)
        assert await warned(world) == [f"{level} {name}" for level in (80, 95) for name in BOTH]

    in_office(scenario, database_url, library, [])


def test_a_level_is_told_once_a_month_also_when_the_outbox_forgot(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await staff(world)
        world.clock.now = at("2026-11-05", "23:30")
        await sent(world, 960)
        made = set()
        for _ in range(20 * 4):
            await plan(world, planning.quotas, LIMITS)
            made |= {(row.dedupe_key, row.created_at) for row, _ in await rows(world, "notice")}
            await world.app.store.write(partial(_ended_and_pruned, world.clock()))
            world.clock.forward(hours=6)
        assert len(made) == len(BOTH)
        assert await rows(world, "notice") == []

    in_office(scenario, database_url, library, [])


async def _ended_and_pruned(now: datetime, db: Any) -> None:
    """What was planned ends at once, and leaves the outbox when that was two days ago."""
    waits = Outbox.ended_at.is_(None) & (Outbox.kind == "notice")
    await db.execute(update(Outbox).where(waits).values(state="sent", ended_at=now))
    await outbox.prune(db, now, ended_before=now - KEPT, due_before=now - timedelta(days=7))


def test_a_new_month_begins_anew(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await world.staff("officer", "Bà Hoa")
        world.clock.now = at("2026-11-30", "20:00")
        await sent(world, 900)
        await plan(world, planning.quotas, LIMITS)
        world.clock.now = at("2026-12-01")
        await sent(world, 10)
        await plan(world, planning.quotas, LIMITS)
        assert await warned(world) == ["80 Bà-Hoa"]
        await sent(world, 790)
        await plan(world, planning.quotas, LIMITS)
        keys = [row.dedupe_key for row, _ in await rows(world, "notice")]
        assert [key.split(":")[2] for key in keys] == ["2026-11", "2026-12"]

    in_office(scenario, database_url, library, [])
