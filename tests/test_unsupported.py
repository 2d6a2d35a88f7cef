"""What cannot be read: a way to a person, the team told once, silence after that, and a count."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from content.i18n import translate
from content.library import Library
from content.ward import Contact
from handlers.menu import ONLY_TEXT
from handlers.turn import Can, Incoming, Reply
from handlers.unsupported import ASK, CALL, NOTE, UNSEEN
from store import inbound_counts
from store.log_models import HelpRequest
from tests.conftest import run
from tests.staff import WARD, Office, Somebody, office, with_ward

CENTRE = Contact(name="Trung tâm hành chính công", phone="0225 000 111")
AREA = "area_mau_to-dan-pho-1"
ADDRESS = "Cụ-Tư"
TODAY = date(2026, 11, 20)
IN_A_GROUP = Can(buttons=False, files=False, push=True, text_limit=2000, group=True)
_numbers = count(1)


def said(message: str, **values: object) -> str:
    return translate("vi", message, **values)


async def sends(
    world: Office, kind: str, channel: str = "web", address: str = ADDRESS, can: Can | None = None
) -> Reply | None:
    """Somebody sends something else than text. None: the assistant kept silent."""
    app = world.app
    incoming = Incoming(channel, address, f"u{next(_numbers)}", kind=kind)
    able = can or (app.web.can if channel == "web" else app.terminal.can)
    answered = await app.conversation.converse(incoming, able, handed_over=True)
    return await app.show(answered.parcel.payload) if answered else None


async def requests_made(world: Office) -> list[HelpRequest]:
    async def read(db: Any) -> list[HelpRequest]:
        return list(await db.scalars(select(HelpRequest).order_by(HelpRequest.id)))

    return await world.app.store.read(read)


def in_office(
    scenario: Callable[[Office], Awaitable[None]], url: str, library: Library, **given: Any
) -> None:
    async def played() -> None:
        async with office(url, library, **given) as world:
            await scenario(world)

    run(played())


def values(reply: Reply | None) -> list[str]:
    assert reply
    return [option.value for option in reply.options]


# What is said


@pytest.mark.parametrize("phone", [True, False])
def test_the_way_to_a_person_is_said(phone: bool, sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        way = said(CALL, name=CENTRE.name, phone=CENTRE.phone) if phone else said(ASK)
        for kind in ("unsupported", "sticker", "voice", "photo", "location"):
            first = said(UNSEEN if kind == "unsupported" else ONLY_TEXT)
            for channel in ("web", "terminal"):
                reply = await sends(world, kind, channel, address=f"{ADDRESS} {kind}")
                assert reply
                assert reply.text.startswith(f"{first}\n\n{way}")
                assert {"category:vneid", "person"} <= {*values(reply)}

    contacts = [Contact(name="Công an"), CENTRE] if phone else [Contact(name="Công an")]
    in_office(scenario, sqlite_url, with_ward(library, contacts=contacts), ward=WARD)


def test_nothing_is_invented_where_no_ward_is_known(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        reply = await sends(world, "unsupported")
        assert reply
        assert reply.text == f"{said(UNSEEN)}\n\n{said(ASK)}"
        assert await requests_made(world) == []

    in_office(scenario, sqlite_url, library)


# Once an hour


@pytest.mark.parametrize(
    ("kind", "silent"),
    [("unsupported", True), ("sticker", True), ("voice", False), ("photo", False)],
)
def test_within_the_hour_nothing_is_said_again(
    kind: str, silent: bool, database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        first = await sends(world, "unsupported")
        await world.somebody(ADDRESS).say("/start")
        world.clock.forward(minutes=59)
        again = await sends(world, kind)
        assert silent == (again is None)
        if again:
            assert again.text == said(ONLY_TEXT)
        other = await sends(world, kind, address="Bà-Sáu")
        assert other
        assert said(ASK) in other.text
        world.clock.forward(minutes=1)
        assert await sends(world, "unsupported") == first

    in_office(scenario, database_url, library)


def test_silence_leaves_the_last_offer_as_it_was(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        tu = world.somebody(ADDRESS)
        await sends(world, "sticker")
        shown = await tu.say("/language")
        assert await sends(world, "sticker") is None
        assert (await tu.say("2")).text.startswith("Hello"), shown

    in_office(scenario, sqlite_url, library)


# The team


async def resident(world: Office) -> Somebody:
    """Somebody who lives in the area of a team."""
    await world.team("Tổ 1", "Tổ dân phố 1")
    await world.staff("member", "Chị Lan", "Tổ 1")
    tu = world.somebody(ADDRESS)
    await tu.say(f"/start {AREA}")
    return tu


def test_the_team_of_the_area_is_told(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        await resident(world)
        reply = await sends(world, "unsupported")
        (request,) = await requests_made(world)
        assert (request.topic, request.note, request.suits) == ("khac", said(NOTE), "now")
        assert request.area_id
        ((address, notice),) = await world.notices()
        assert address == "Chị-Lan"
        assert said(NOTE) in notice.text
        assert values(notice) == [f"take:{request.id}"]
        assert reply
        assert said("The ward's team has been told. You will hear here who comes or calls.") in (
            reply.text
        )
        assert values(reply)[0] == f"unask:{request.id}"

    in_office(scenario, database_url, library)


def test_there_is_one_request_until_it_is_closed(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        tu = await resident(world)
        first = await sends(world, "unsupported")
        world.clock.forward(hours=2)
        again = await sends(world, "unsupported")
        assert len(await requests_made(world)) == 1
        assert not [value for value in values(again) if value.startswith("unask")]
        assert first
        await tu.choose(first.options[0].value)
        world.clock.forward(hours=2)
        await sends(world, "unsupported")
        assert [one.state for one in await requests_made(world)] == ["dropped", "open"]

    in_office(scenario, sqlite_url, library)


def test_who_works_for_the_ward_and_who_sits_in_a_group_calls_nobody(
    sqlite_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        await resident(world)
        assert await sends(world, "voice", address="Chị-Lan")
        assert await sends(world, "voice", can=IN_A_GROUP)
        assert await requests_made(world) == []

    in_office(scenario, sqlite_url, library)


def test_an_open_question_stays_open_and_is_shown_again(sqlite_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        tu = await resident(world)
        asked = await tu.say("/request")
        again = await sends(world, "unsupported")
        assert again
        assert again.options == asked.options
        assert again.text.startswith(said(UNSEEN))
        assert await sends(world, "unsupported") is None  # at most once an hour
        voice = await sends(world, "voice")
        assert voice
        assert voice.options == asked.options
        assert await requests_made(world) == []
        assert (await tu.say("1")).text != asked.text

    in_office(scenario, sqlite_url, library)


# Counted


def test_what_nobody_could_read_is_counted_for_the_office(
    database_url: str, library: Library
) -> None:
    async def scenario(world: Office) -> None:
        hoa = await world.staff("officer", "Bà Hoa")
        assert "3" not in _last_line(await hoa.say("/report 2026-11"))
        for kind in ("unsupported", "unsupported", "voice"):
            await sends(world, kind)
        total = await world.app.store.read(lambda db: inbound_counts.totals(db, TODAY, TODAY, WARD))
        assert total == {"unsupported": 2, "voice": 1}
        shown = _last_line(await hoa.say("/report 2026-11"))
        assert "3" in shown
        assert "2" in shown
        assert shown.endswith("Của 1 người.")
        assert "người" not in _last_line(await hoa.say("/report 2026-10"))

    in_office(scenario, database_url, library, ward=WARD)


def _last_line(reply: Reply) -> str:
    return reply.text.splitlines()[-1]


def test_counts_are_kept_by_day_ward_channel_and_kind(database_url: str, library: Library) -> None:
    async def scenario(world: Office) -> None:
        now, store = world.clock(), world.app.store

        async def fill(db: Any) -> None:
            await inbound_counts.add(db, WARD, "zalo_bot", "any", now, 5)
            await inbound_counts.add(db, None, "zalo_bot", "any", now - timedelta(days=19), 2)
            await inbound_counts.add(db, None, "zalo_bot", "any", now - timedelta(days=20), 50)
            await inbound_counts.add(db, WARD, "zalo_oa", "any", now, 100)
            await inbound_counts.add(db, WARD, "zalo_bot", "voice", now)
            await inbound_counts.add(db, WARD, "zalo_oa", "voice", now)
            await inbound_counts.add(db, None, "zalo_oa", "photo", now)

        await store.write(fill)
        used = await store.read(lambda db: inbound_counts.in_month(db, "zalo_bot", TODAY))
        assert used == 7
        first = TODAY - timedelta(days=1)
        everywhere = await store.read(lambda db: inbound_counts.totals(db, first, TODAY))
        assert everywhere == {"voice": 2, "photo": 1}
        here = await store.read(lambda db: inbound_counts.totals(db, TODAY, TODAY, WARD))
        assert here == {"voice": 2}

    in_office(scenario, database_url, library)
