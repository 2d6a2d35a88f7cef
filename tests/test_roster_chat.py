"""Planning shifts in the chat: a proposal, changed by hand, accepted as far as it still fits."""

import asyncio
from datetime import date
from typing import Any

from sqlalchemy import select, update

from content.library import Library
from content.topics import bits
from store.campaign_models import Campaign, Signup, Volunteer
from store.campaign_models import Shift as ShiftTable
from store.team_models import Member
from tests import campaigns
from tests.campaigns import at
from tests.conftest import run
from tests.staff import Office, Somebody, office


async def summer(world: Office, people: int = 3) -> tuple[int, Somebody, list[Somebody]]:
    """A campaign with a leader, some volunteers, and three shifts: two at the same time, one next day."""
    lead = await world.staff("youth_leader", "Chị Hằng")
    number = await campaigns.campaign(world, "Chị Hằng")
    folk = []
    for name in ("Anh An", "Chị Bình", "Anh Cường", "Chị Dung")[:people]:
        folk.append(await world.staff("volunteer", name))
        await campaigns.volunteer(world, name)
    await campaigns.shift(world, number, at(21, 8), at(21, 11))
    await campaigns.shift(world, number, at(21, 9), at(21, 11), place="Chợ Mẫu", places=1)
    await campaigns.shift(world, number, at(22, 8), at(22, 11), place="Chợ Mẫu")
    return number, lead, folk


async def signups(world: Office) -> set[tuple[int, int, str]]:
    async def read(db: Any) -> Any:
        return list(await db.scalars(select(Signup).where(Signup.ended_at.is_(None))))

    return {(one.shift_id, one.member_id, one.how) for one in await world.app.store.read(read)}


async def numbers(world: Office) -> dict[str, int]:
    async def read(db: Any) -> Any:
        return {row.name: row.id for row in await db.execute(select(Member.name, Member.id))}

    return dict(await world.app.store.read(read))


async def change(world: Office, table: Any, **values: Any) -> None:
    where = values.pop("where")
    await world.app.store.write(lambda db: db.execute(update(table).where(where).values(**values)))


async def told(world: Office) -> dict[str, str]:
    """The last notice of each who was told of their shifts."""
    return {
        address: reply.text
        for address, reply in await world.notices()
        if "được xếp vào" in reply.text
    }


def test_a_proposal_is_accepted_and_told(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            number, lead, _ = await summer(world)
            text = (await lead.choose(f"roster:{number}")).text
            assert "5 trên 5 chỗ" in text
            assert "từ 3 đến 6 giờ" in text
            assert not await signups(world)
            assert not await told(world)
            names = (await lead.press("Xem tên từng ca")).text
            assert names.count("Đề xuất:") == 3
            await lead.press("Về bản đề xuất")
            text = (await lead.press("Nhận phân ca")).text
            assert "Đã xếp 5 chỗ, đã báo 3 người" in text
            given = await signups(world)
            assert len(given) == 5
            assert {how for _, _, how in given} == {"roster"}
            assert set(await told(world)) == {"Anh-An", "Chị-Bình", "Anh-Cường"}
            assert "08:00–11:00" in "".join((await told(world)).values())
            text = (await lead.choose(f"roster:{number}:accept")).text
            assert "không còn" in text
            assert len(await signups(world)) == 5

    run(scenario())


def test_it_says_where_it_falls_short_and_why(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number, lead, _ = await summer(world, people=1)
            await campaigns.shift(
                world, number, at(24, 8), at(24, 10), topics=bits(["kyso"]), place="Trạm y tế"
            )
            sunday = 2**21 - 1 - 0b111 * 2**18
            await change(world, Volunteer, hours=sunday, where=Volunteer.member_id > 0)
            lines = (await lead.choose(f"roster:{number}")).text.splitlines()
            short = next(i for i, line in enumerate(lines) if "Số ca còn thiếu người: 3" in line)
            assert "thiếu 2 người, ai làm được thì đã có ca khác" in lines[short + 1]
            assert "thiếu 2 người, ai biết việc này thì không rảnh" in lines[short + 2]
            assert "thiếu 2 người, chưa ai biết việc này" in lines[short + 3]
            assert any("Số ca chưa có người đã quen việc: 1" in line for line in lines)

    run(scenario())


def test_who_has_experience(sqlite_url: str, library: Library) -> None:
    """Trained, of a team, or at three shifts before."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number, lead, _ = await summer(world, people=1)
            bare = "chưa có người đã quen việc"
            assert bare in (await lead.choose(f"roster:{number}:again")).text
            for day in (17, 18, 19):
                one = await campaigns.shift(world, number, at(day, 8), at(day, 9))
                assert bare in (await lead.choose(f"roster:{number}:again")).text
                await campaigns.check_in(world, one, "Anh An", at(day, 8), at(day, 9))
            assert bare not in (await lead.choose(f"roster:{number}:again")).text
            await world.staff("member", "Cô Tư")
            await campaigns.volunteer(world, "Cô Tư")
            assert bare not in (await lead.choose(f"roster:{number}:again")).text

    run(scenario())


def test_a_trained_volunteer_has_experience(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number, lead, _ = await summer(world, people=1)
            await change(world, Member, trained_on=date(2026, 3, 1), where=Member.name == "Anh An")
            assert "quen việc" not in (await lead.choose(f"roster:{number}")).text

    run(scenario())


def test_names_are_taken_out_and_added(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number, lead, _ = await summer(world)
            await campaigns.volunteer(world, "Chị Hằng", topics=bits(["kyso"]))
            people = await numbers(world)
            await lead.choose(f"roster:{number}")
            await lead.choose(f"roster:{number}:shift:2")
            one = next(label for label in lead.labels if label.startswith("Bỏ "))
            text = (await lead.press(one)).text
            assert "Đã bỏ khỏi đề xuất" in text
            assert "Còn trống: 1 chỗ" in text
            await lead.press("Thêm người")
            assert one.removeprefix("Bỏ ") in lead.labels
            assert "chưa biết việc của ca này" in (await lead.say("hằng")).text
            other = next(name for name in people if name not in (one[3:], "Chị Hằng"))
            assert "có ca khác vào giờ đó" in (await lead.say(other)).text
            assert "không thấy" in (await lead.say("Ông Không")).text
            text = (await lead.say(one[3:].split()[-1].lower())).text
            assert f"Đã thêm vào đề xuất: {one[3:]}" in text
            await lead.press("Về bản đề xuất")
            await lead.press("Nhận phân ca")
            assert (2, people[one[3:]], "roster") in await signups(world)

    run(scenario())


def test_what_no_longer_fits_is_left_out_and_named(database_url: str, library: Library) -> None:
    """Somebody took a place meanwhile, another shift was cancelled, somebody else left."""

    async def scenario() -> None:
        async with office(database_url, library) as world:
            number, lead, _ = await summer(world, people=4)
            people = await numbers(world)
            await lead.choose(f"roster:{number}")
            kept = dict(await _kept(world, lead))
            [market] = kept["2"]
            other = next(one for one in kept["1"])
            name = {number: name for name, number in people.items()}
            taker = next(one for one in people.values() if one not in (*kept["1"], market))
            await campaigns.signup(world, 2, name[taker])
            await change(world, ShiftTable, cancelled_at=world.clock(), where=ShiftTable.id == 3)
            await change(world, Member, until=date(2026, 11, 20), where=Member.id == other)
            text = (await lead.choose(f"roster:{number}:accept")).text
            assert "Đã xếp 1 chỗ" in text
            assert f"{name[market]}, ca 09:00–11:00 thứ Bảy 21/11, Chợ Mẫu: ca đã đủ người" in text
            assert f"{name[other]}, ca 08:00" in text
            assert text.count("không còn nữa") == 3
            [rest] = set(kept["1"]) - {other}
            assert await signups(world) == {(2, taker, "self"), (1, rest, "roster")}

    run(scenario())


def test_who_is_elsewhere_by_then_is_left_out(sqlite_url: str, library: Library) -> None:
    """They took a shift of another campaign while the plan lay there."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number, lead, _ = await summer(world, people=1)
            await lead.choose(f"roster:{number}")
            other = await campaigns.campaign(world, "Chị Hằng", code="KHAC", name="Đợt khác")
            for day in (21, 22):
                one = await campaigns.shift(world, other, at(day, 10), at(day, 12))
                await campaigns.signup(world, one, "Anh An")
            text = (await lead.press("Nhận phân ca")).text
            assert "Đã xếp 0 chỗ" in text
            assert text.count("Anh An, ca") == 2
            assert text.count("có ca khác vào giờ đó") == 2

    run(scenario())


async def _kept(world: Office, who: Somebody) -> Any:
    from store.models import Chat

    async def read(db: Any) -> Any:
        return await db.scalar(select(Chat.state).where(Chat.address == who.address))

    return (await world.app.store.read(read))["roster"]["pairs"]


def test_a_place_taken_at_the_same_moment(postgres: Any, library: Library) -> None:
    """The last place goes to one of them, whoever is first."""

    async def scenario() -> None:
        async with office(postgres.new_database(), library) as world:
            number, lead, folk = await summer(world, people=2)
            for day in (23, 24, 25, 26):
                await campaigns.shift(world, number, at(day, 8), at(day, 9), places=1)
                await lead.choose(f"roster:{number}:again")
                await asyncio.gather(
                    lead.choose(f"roster:{number}:accept"),
                    *(one.choose(f"takeshift:{day - 19}") for one in folk),
                )
                taken = [one for one, _, _ in await signups(world) if one == day - 19]
                assert len(taken) == 1

    run(scenario())


def test_who_has_no_chat_is_named(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number, lead, _ = await summer(world, people=1)
            await change(world, Member, person_id=None, where=Member.name == "Anh An")
            await lead.choose(f"roster:{number}")
            text = (await lead.press("Nhận phân ca")).text
            assert "đã báo 0 người" in text
            assert "bác báo giúp: Anh An" in text

    run(scenario())


def test_nothing_to_plan(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number, lead, _ = await summer(world, people=0)
            assert "Chưa có tình nguyện viên" in (await lead.choose(f"roster:{number}")).text
            await change(world, ShiftTable, cancelled_at=world.clock(), where=ShiftTable.id > 0)
            text = (await lead.choose(f"roster:{number}")).text
            assert "không còn chỗ trống" in text
            assert lead.labels

    run(scenario())


def test_only_leaders_of_the_ward(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number, lead, folk = await summer(world)
            assert "Đề xuất" not in (await folk[0].choose(f"roster:{number}")).text
            others = await world.staff("officer", "Ông Khác", ward="hai-duong")
            assert "không còn" in (await others.choose(f"roster:{number}")).text
            for odd in (
                "",
                ":names",
                ":nothing",
                ":shift",
                ":shift:99",
                ":out:1",
                ":out:1:x",
                ":add:9",
            ):
                assert "Đề xuất" in (await lead.choose(f"roster:{number}")).text
                reply = await lead.choose(f"roster:{number if odd else 99}{odd}")
                assert reply.options
            await change(world, Campaign, cancelled_at=world.clock(), where=Campaign.id == number)
            assert "không còn" in (await lead.choose(f"roster:{number}")).text

    run(scenario())


def test_dropped_nothing_is_left(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            number, lead, _ = await summer(world)
            await lead.choose(f"roster:{number}")
            assert "Đã bỏ bản đề xuất" in (await lead.press("Thôi, bỏ đề xuất")).text
            assert "không còn" in (await lead.choose(f"roster:{number}:accept")).text
            assert not await signups(world)

    run(scenario())
