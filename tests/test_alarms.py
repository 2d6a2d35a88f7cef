"""What only an administrator can mend is said to them, on a channel that works; and codes that link chats."""

from contextlib import AsyncExitStack
from datetime import timedelta

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.invitations import invite
from content.library import Library
from handlers import alarms
from handlers.packing import unpack
from store.models import Chat, Outbox, Person
from store.team_models import Member
from tests.conftest import run
from tests.fakes.serving import serve
from tests.fakes.zalo_oa import user
from tests.people import Clock, Door, Heard, WebPerson, restartable, swept
from tests.transcripts import CODE
from tests.zalo import ZaloPerson, authorised, fake_oa, oa_settings, settled, zalo_bot


async def told(db: AsyncSession) -> list[tuple[str, str]]:
    """Alarms, with the channel on which each is said."""
    rows = await db.execute(
        select(Chat.channel, Outbox.payload)
        .join(Chat, Chat.id == Outbox.chat_id)
        .where(Outbox.dedupe_key.startswith("alarm:"))
        .order_by(Outbox.id)
    )
    return [(channel, unpack(payload).text) for channel, payload in rows]


async def administrator(db: AsyncSession, channels: tuple[str, ...], clock: Clock) -> None:
    """One person with the role, on these channels, the last of them used last."""
    person = Person(ward_id="mau", lang="vi", created_at=clock())
    db.add(person)
    await db.flush()
    for late, channel in enumerate(channels):
        at = clock() + timedelta(minutes=late)
        db.add(
            Chat(
                person_id=person.id,
                channel=channel,
                address=f"{person.id}",
                state={},
                offer=[],
                last_in_at=at,
            )
        )
    db.add(
        Member(
            ward_id="mau",
            person_id=person.id,
            role="administrator",
            name="Cô Mai",
            org="",
            since=clock().date(),
        )
    )


def test_each_administrator_hears_once_a_day_where_it_can_be_heard(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        clock = Clock()
        async with restartable(Door(), sqlite_url, clock, library, {}) as world:
            store = world.app.store
            await store.write(lambda db: administrator(db, ("web", "zalo_oa"), clock))
            await store.write(lambda db: administrator(db, ("zalo_oa",), clock))

            async def ring(code: str) -> None:
                await store.write(lambda db: alarms.ring(db, library, "zalo_oa", code, clock()))

            await ring("-14020")
            await ring("-14020")
            both = await store.read(told)
            assert [channel for channel, _ in both] == ["web", "zalo_oa"]
            assert all("toso zalo-login" in text for _, text in both)
            await ring("-211")
            assert len(await store.read(told)) == 4
            clock.forward(days=1)
            await ring("-14020")
            assert len(await store.read(told)) == 6
            await ring("-777")
            assert "-777" in (await store.read(told))[-1][1]

    run(scenario())


def test_a_dead_permission_rings_on_the_web_and_the_answer_comes_after_it_is_given_again(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        clock, door = Clock(), Door()
        fake = fake_oa(clock)
        async with AsyncExitStack() as stack:
            api, base = (
                await stack.enter_async_context(serve(fake.app)),
                await stack.enter_async_context(serve(door)),
            )
            fake.webhook = f"{base}/zalo/oa"
            given = oa_settings(api, public_url=base)
            world = await stack.enter_async_context(
                restartable(door, sqlite_url, clock, library, given)
            )
            app = world.app
            await app.store.write(lambda db: administrator(db, ("web",), clock))
            await fake.text(user(1), "/menu")  # never authorised
            await settled(app)
            assert fake.seen(user(1)) == []
            assert [channel for channel, _ in await app.store.read(told)] == ["web"]
            await authorised(app, fake)
            clock.forward(minutes=6)
            await swept(app)
            (shown,) = fake.seen(user(1))
            assert shown.text.startswith("Xin lỗi")  # it comes late, and says so

    run(scenario())


def test_one_person_on_the_bot_and_the_page(sqlite_url: str, library: Library) -> None:
    """A code made on one channel and typed on the other: one person, one ward, one role."""

    async def scenario() -> None:
        clock = Clock()
        async with zalo_bot(sqlite_url, clock, library, ward="mau") as world:
            base = str(world.app.settings.public_url).rstrip("/")
            async with httpx.AsyncClient(base_url=base) as client:
                page, lan = WebPerson(client), world.person
                assert isinstance(lan, ZaloPerson)
                app = world.app
                mau = app.library.wards["mau"]
                code, _ = await invite(app.store, mau, "member", "Chị Lan", clock(), world.draw)
                await lan.say(f"mã mời {code}")
                heard: Heard = await lan.say("/link")
                found = CODE.search(heard.text)
                assert found
                await page.say(found[0])
                people = await world.app.store.read(
                    lambda db: db.scalars(select(Chat.person_id).distinct())
                )
                assert len(people.all()) == 1
                assert "Chị Lan" in (await page.say("/mydata")).text
                asked = await lan.say("nhắc tôi sáng mai đóng tiền điện")
                await lan.press(asked.labels[0])
                waiting = select(Outbox.kind).where(Outbox.kind == "reminder")
                assert len((await world.app.store.read(lambda db: db.scalars(waiting))).all()) == 1
                await page.say("/mydata")
                await page.press("Xóa hết")
                await page.press("Có, xóa đi")
                # nothing comes on the other channel either
                assert (await world.app.store.read(lambda db: db.scalars(waiting))).all() == []

    run(scenario())
