"""Invitations, links between chats, confirmations: valid once, for a while, and not to be guessed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from content.library import Library
from handlers.codes import CONFIRM, JOIN, typed
from store import sessions
from store.log_models import Confirmation, SupportSession
from store.models import Chat, Person, Rating
from store.team_models import Guess, Member, Ticket
from tests.conftest import run
from tests.staff import Office, Somebody, office

BAD = "Mã này không dùng được"
MANY = "Bác gõ sai mã nhiều lần quá"


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        ("482913", JOIN, "482913"),
        (" 482 913", None, None),
        ("mã mời 482913", JOIN, "482913"),
        ("mã mời là: 482913", JOIN, "482913"),
        ("4821", CONFIRM, "4821"),
        ("xác nhận 4821", CONFIRM, "4821"),
        ("Xac nhan ma 4821", CONFIRM, "4821"),
        ("mã xác nhận 4821", CONFIRM, "4821"),
        ("mã xác nhận 482913", None, None),  # looks like a bank's
        ("otp 482913", None, None),
        ("gọi 113", None, None),
        ("nộp hồ sơ 482913", None, None),
    ],
)
def test_what_is_taken_for_a_code(said: str, kind: str | None, code: str | None) -> None:
    found = typed(said)
    assert (found and found.kind, found and found.code) == (kind, code)


async def rows(world: Office, table: type) -> list:  # type: ignore[type-arg]
    return list(await world.app.store.read(lambda db: _all(db, table)))


async def _all(db, table):  # type: ignore[no-untyped-def]
    return (await db.scalars(select(table))).all()


async def codes_of(world: Office) -> str:
    return str((await rows(world, Ticket))[0].code)


async def invited(world: Office, boss: Somebody, name: str) -> str:
    """A code from the chat for a new member."""
    await boss.say("/invite")
    await boss.press("Người mới")
    await boss.say(name)
    reply = await boss.press("thành viên tổ")
    if "Bỏ qua" in boss.labels:
        reply = await boss.press("Bỏ qua")
    return reply.text.partition("): ")[2][:6]


def test_an_invitation_works_once(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            boss = await world.staff("administrator", "Bà Quản")
            code = await invited(world, boss, "Chị Lan")
            assert "Chị Lan" in (await world.somebody("a").say(code)).text
            assert (await world.somebody("b").say(code)).text.startswith(BAD)
            members = await rows(world, Member)
            assert [m.name for m in members if m.person_id] == ["Bà Quản", "Chị Lan"]

    run(scenario())


def test_an_invitation_ends(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            boss = await world.staff("administrator", "Bà Quản")
            code = await invited(world, boss, "Chị Lan")
            world.clock.forward(hours=24, seconds=1)
            assert (await world.somebody("a").say(code)).text.startswith(BAD)

    run(scenario())


def test_a_new_invitation_voids_the_old_one(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            boss = await world.staff("administrator", "Bà Quản")
            first = await invited(world, boss, "Chị Lan")
            await boss.say("/invite")
            second = (await boss.press("Chị Lan")).text.partition("): ")[2][:6]
            assert first != second
            assert (await world.somebody("a").say(first)).text.startswith(BAD)
            assert "Chị Lan" in (await world.somebody("b").say(second)).text

    run(scenario())


def test_guessing_an_invitation_ends_soon(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            boss = await world.staff("administrator", "Bà Quản")
            code = await invited(world, boss, "Chị Lan")
            guesser = world.somebody("g")
            for number in range(5):
                assert (await guesser.say(f"00000{number}")).text.startswith(BAD)
            assert (await guesser.say(code)).text.startswith(MANY)  # the right one, too late
            world.clock.forward(hours=1, seconds=1)
            assert "Chị Lan" in (await guesser.say(code)).text

    run(scenario())


def test_guessing_from_many_chats_ends_too(sqlite_url: str, library: Library) -> None:
    """A new session of the web page costs nothing, so all chats together are limited."""

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            for number in range(20):
                assert (await world.somebody(f"g{number}").say("000000")).text.startswith(BAD)
            assert (await world.somebody("fresh").say("000000")).text.startswith(MANY)
            assert len(await rows(world, Guess)) == 20

    run(scenario())


def test_an_invitation_of_a_member_who_left_is_void(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            boss = await world.staff("administrator", "Bà Quản")
            code = await invited(world, boss, "Chị Lan")
            await boss.say("/leave")
            await boss.say("Lan")
            await boss.press("Có, cho thôi")
            reply = await world.somebody("a").say(code)
            assert "Vai trò này đã kết thúc" in reply.text

    run(scenario())


def test_an_officer_cannot_invite_officers(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            officer = await world.staff("officer", "Anh Cường")
            await officer.say("/invite")
            await officer.press("Người mới")
            await officer.say("Anh Hai")
            assert "cán bộ" not in officer.labels
            await officer.choose("form:invite:role:officer")
            assert [m.name for m in await rows(world, Member)] == ["Anh Cường"]

    run(scenario())


def test_one_person_may_have_several_chats(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            reply = await lan.say("/link")
            code = next(word for word in reply.text.split() if word.isdecimal() and len(word) == 6)
            phone = world.somebody("phone")
            await phone.say("/start")
            assert "cùng một người" in (await phone.say(code)).text
            assert "Kể trong" in (await phone.say("/log")).text or "kể trong" in phone.last.text
            assert len(await rows(world, Person)) == 1
            assert len({chat.person_id for chat in await rows(world, Chat)}) == 1
            world.clock.forward(minutes=11)
            late = (await lan.say("/link")).text
            code = next(word for word in late.split() if word.isdecimal() and len(word) == 6)
            world.clock.forward(minutes=11)
            assert (await world.somebody("other").say(code)).text.startswith(BAD)

    run(scenario())


def test_whoever_is_forgotten_has_no_role_any_more(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            assert "Chị Lan" in (await lan.say("/mydata")).text
            await lan.choose("forget:yes")
            assert "được phường giao việc" in (await lan.say("/log")).text
            (member,) = await rows(world, Member)
            assert (member.person_id, member.name, member.until) == (None, "Chị Lan", None)

    run(scenario())


# Confirmations


async def logged(world: Office, lan: Somebody) -> str:
    await lan.say("log giúp 2 cụ cài vneid")
    reply = await lan.press("Lưu")
    return reply.text.partition("Mã xác nhận: ")[2][:4]


def test_a_session_is_confirmed_once_by_each_chat_and_named_by_none(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            code = await logged(world, lan)
            for address in ("a", "b"):
                person = world.somebody(address)
                await person.say(f"xác nhận {code}")
                await person.press("4 sao: tốt")
                assert "đã xác nhận rồi" in (await person.say(code)).text
                assert "không còn dùng" in (await person.choose("stars:1:5")).text
            (session,) = await rows(world, SupportSession)
            assert session.confirmed == 2
            assert [(r.about, r.ref, r.score) for r in await rows(world, Rating)] == [
                ("session", str(session.id), 4)
            ] * 2
            before = world.clock() + timedelta(days=1)
            await world.app.store.write(lambda db: sessions.prune_confirmations(db, before))
            assert await rows(world, Confirmation) == []

    run(scenario())


def test_a_member_cannot_confirm_from_any_chat_of_theirs(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            code = await logged(world, lan)
            link = (await lan.say("/link")).text
            phone = world.somebody("phone")
            await phone.say(next(w for w in link.split() if w.isdecimal() and len(w) == 6))
            for chat in (lan, phone):
                assert "do chính bác ghi" in (await chat.say(f"xác nhận {code}")).text
            assert (await rows(world, SupportSession))[0].confirmed == 0

    run(scenario())


def test_a_voided_session_has_no_code(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            code = await logged(world, lan)
            await lan.choose("void:1")
            await lan.say("ghi nhầm")
            assert "không thấy" in (await world.somebody("a").say(code)).text

    run(scenario())


def test_codes_in_use_are_not_drawn_again_and_grow_when_they_run_out(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            await logged(world, lan)

            async def take_all(db) -> None:  # type: ignore[no-untyped-def]
                (one,) = (await db.scalars(select(SupportSession))).all()
                row = {c.name: getattr(one, c.name) for c in SupportSession.__table__.columns}
                await db.execute(
                    SupportSession.__table__.insert(),
                    [{**row, "id": n + 10, "code": f"{n:04}"} for n in range(10_000)],
                )

            await world.app.store.write(take_all)
            await lan.say("log giúp 3 cụ cài vneid hôm qua")
            reply = await lan.press("Lưu")
            code = reply.text.partition("Mã xác nhận: ")[2].partition(",")[0]
            assert len(code) == 5
            assert "Bác đã xác nhận" in (await world.somebody("a").say(f"xác nhận {code}")).text

    run(scenario())


def test_a_code_of_another_ward_is_not_found(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            code = await logged(world, lan)
            other = await world.staff("member", "Anh Ba", ward="hai-duong")
            assert "không thấy" in (await other.say(f"xác nhận {code}")).text
            nobody = world.somebody("no ward")
            assert "Bác đã xác nhận" in (await nobody.say(f"xác nhận {code}")).text

    run(scenario())


def test_codes_are_kept_out_of_the_way(sqlite_url: str, library: Library) -> None:
    """Invitations that are over, and old guesses, are pruned."""
    from bot.schedule import prune

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            boss = await world.staff("administrator", "Bà Quản")
            await invited(world, boss, "Chị Lan")
            await world.somebody("g").say("000000")
            later = world.clock() + timedelta(days=3)
            await world.app.store.write(lambda db: prune(db, later))
            assert (await rows(world, Ticket), await rows(world, Guess)) == ([], [])
            assert await world.app.store.read(
                lambda db: db.scalar(text("SELECT count(*) FROM audit"))
            )

    run(scenario())


@pytest.mark.parametrize("first", ["old", "new"])
def test_linking_keeps_the_role_whichever_chat_makes_the_code(
    first: str, database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            phone = world.somebody("phone")
            await phone.say("/start")
            maker, typer_ = (lan, phone) if first == "old" else (phone, lan)
            reply = await maker.say("/link")
            await typer_.say(next(w for w in reply.text.split() if w.isdecimal() and len(w) == 6))
            for chat in (lan, phone):
                assert "kể trong" in (await chat.say("/log")).text
            assert len(await rows(world, Person)) == 1

    run(scenario())


def test_two_people_with_roles_stay_two(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            boss = await world.staff("administrator", "Bà Quản")
            reply = await lan.say("/link")
            code = next(w for w in reply.text.split() if w.isdecimal() and len(w) == 6)
            assert "vai trò riêng" in (await boss.say(code)).text
            assert len({chat.person_id for chat in await rows(world, Chat)}) == 2

    run(scenario())


def test_nobody_loses_a_role_by_trying_an_invitation(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            boss = await world.staff("administrator", "Bà Quản")
            code = await invited(world, boss, "Chị Lan")
            assert "Mã này dành cho Chị Lan" in (await boss.say(code)).text
            assert "Bác muốn làm gì" in (await boss.say("/office")).text
            assert "Chị Lan" in (await world.somebody("lan").say(code)).text  # still good
            assert "không" in (await boss.say("/leave"), await boss.say("Quản"))[1].text

    run(scenario())


def test_a_higher_role_is_taken_and_what_was_logged_stays_ones_own(
    sqlite_url: str, library: Library
) -> None:
    from bot.invitations import invite

    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            await logged(world, lan)
            ward = library.wards["mau"]
            code, _ = await invite(
                world.app.store, ward, "lead", "Chị Lan (tổ trưởng)", world.clock(), world.draw
            )
            assert "tổ trưởng" in (await lan.say(code)).text
            assert "Số buổi: 1" in (await lan.say("/mine")).text
            assert "Buổi hỗ trợ" in (await lan.choose("session:1")).text

    run(scenario())


def test_a_code_is_one_also_while_a_question_is_open(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            lan = await world.staff("member", "Chị Lan")
            code = await logged(world, lan)
            resident = world.somebody("resident")
            await resident.say("/feedback")
            assert "Bác đã xác nhận" in (await resident.say(f"xác nhận {code}")).text

    run(scenario())


def test_a_code_on_a_wall_takes_nobodys_role(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("/start ward_hai-duong")
            assert "Bác muốn làm gì" in (await hoa.say("/office")).text

    run(scenario())


def test_nobody_ends_their_own_role(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            boss = await world.staff("administrator", "Bà Quản")
            await boss.say("/leave")
            await boss.say("Bà Quản")
            assert "Có, cho thôi" not in boss.labels
            assert [member.until for member in await rows(world, Member)] == [None]

    run(scenario())
