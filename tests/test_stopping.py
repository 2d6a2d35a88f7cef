"""“Dừng”: one word ends what comes unasked, at once and nothing else; and what a yes and a no are."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import translate
from content.library import Library
from handlers.packing import pack
from handlers.stopping import ALL, SAID, STOPS
from handlers.turn import Option, Reply
from store import chats, consents, outbox
from store.models import Chat
from store.outbox import SENT, SKIPPED
from tests.conftest import run
from tests.people import swept
from tests.test_delivery import LAN, Post, nothing_but_the_payload, post  # noqa: F401
from tests.test_store import NOW, opened

NAMES = ("lessons", "reminders", "news", "logging", "deadlines")
STOPPED, WAITS = (SKIPPED, "stopped"), ("pending", None)
SPOKEN = {
    "dừng học": ["lessons"],
    "Dừng bài học": ["lessons"],
    "DỪNG TIN": ["news"],
    "dừng nhận tin": ["news"],
    "dừng nhắc": ["reminders"],
    "dừng nhắc ghi sổ": ["logging"],
    "dung nhac han": ["deadlines"],
    "/stop lessons": ["lessons"],
    "dừng hết": list(NAMES),
    "hủy đăng ký": list(NAMES),
    "/stop all": list(NAMES),
    "stop all!": list(NAMES),
}


def vi(message: str) -> str:
    return translate("vi", message)


def label(purpose: str) -> str:
    return vi(STOPS[purpose].label)


async def agreed(here: Post) -> int:
    """Somebody who said yes to everything, and for whom something of everything waits. The chat."""
    chat_id = await here.meet()
    tomorrow = here.clock().replace(day=here.clock().day + 1)

    async def agree(db: AsyncSession) -> None:
        for purpose, stop in STOPS.items():
            await consents.give(db, chat_id, purpose, "như đã đọc", here.clock())
            payload = pack(Reply("chờ"))
            await outbox.put(db, chat_id, stop.kind, payload, purpose, here.clock(), tomorrow)

    await here.app.store.write(agree)
    return chat_id


async def shown(here: Post, chat_id: int, purpose: str) -> None:
    """A message that came by itself, with what ends it as its last option."""
    options = (Option(vi("Main menu"), "menu"), Option(label(purpose), f"stop:{purpose}"))
    payload = pack(Reply(f"tin {purpose}", options))
    kind, key, now = STOPS[purpose].kind, f"shown {purpose}", here.clock()
    await here.app.store.write(lambda db: outbox.put(db, chat_id, kind, payload, key, now))
    await swept(here.app)
    assert here.got()[-1] == f"tin {purpose}"


async def only_stopped(here: Post, chat_id: int, purposes: list[str]) -> None:
    """These have ended with everything planned for them, and the others not."""
    active = [
        purpose
        for purpose in NAMES
        if await here.app.store.read(lambda db, p=purpose: consents.active(db, chat_id, p))
    ]
    assert active == [purpose for purpose in NAMES if purpose not in purposes]
    ends = await here.ends()
    assert {purpose: ends[purpose] for purpose in NAMES} == {
        purpose: STOPPED if purpose in purposes else WAITS for purpose in NAMES
    }


def test_every_purpose_has_its_stop() -> None:
    assert tuple(STOPS) == NAMES
    assert set(SAID.values()) == {*NAMES, ALL}
    assert all(label(purpose).split()[0] == "Dừng" for purpose in NAMES)


@pytest.mark.parametrize("purpose", NAMES)
def test_the_word_right_after_a_message_ends_just_that_kind(
    purpose: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            chat_id = await agreed(here)
            await shown(here, chat_id, purpose)
            await here.ask("dừng")
            assert here.got()[-1] == vi(STOPS[purpose].done)
            await only_stopped(here, chat_id, [purpose])

    run(scenario())


@pytest.mark.parametrize("word", ["Thôi", "/stop", "2", "stop", label("lessons").upper()])
def test_other_words_number_and_label_mean_the_same(
    word: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            chat_id = await agreed(here)
            await shown(here, chat_id, "lessons")
            await here.ask(word)
            await only_stopped(here, chat_id, ["lessons"])

    run(scenario())


@pytest.mark.parametrize("said", SPOKEN)
def test_what_is_named_ends_whatever_was_shown_last(
    said: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            chat_id = await agreed(here)
            await shown(here, chat_id, "lessons" if SPOKEN[said] != ["lessons"] else "news")
            await here.ask(said)
            await only_stopped(here, chat_id, SPOKEN[said])

    run(scenario())


def test_after_everything_was_stopped_answers_still_come(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            chat_id = await agreed(here)
            await here.ask("dừng tất cả")
            assert here.got()[-1] == vi(
                "Stopped: nothing comes here by itself any more. I still answer when you write."
            )
            await here.sweep(days=1)
            assert len(here.got()) == 1
            await here.ask("/menu")
            assert len(here.got()) == 2
            await only_stopped(here, chat_id, list(NAMES))

    run(scenario())


def test_later_the_word_ends_only_what_is_open_and_says_what_still_comes(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            chat_id = await agreed(here)
            await here.app.store.write(
                lambda db: consents.withdraw(db, chat_id, "news", here.clock())
            )
            await shown(here, chat_id, "lessons")
            await here.ask("/menu")
            await here.ask("dừng")
            await only_withdrawn(here, chat_id, ["news"])
            said, still = here.got()[-1], [p for p in NAMES if p != "news"]
            assert all(vi(STOPS[purpose].name) in said for purpose in still)
            assert vi(STOPS["news"].name) not in said
            buttons = [text for text, _ in here.fake.seen(LAN)[-1].buttons]
            assert buttons[: len(still)] == [label(purpose) for purpose in still]
            # and each of those is one press away
            await here.ask(label("reminders"))
            await only_withdrawn(here, chat_id, ["reminders", "news"])

    run(scenario())


async def only_withdrawn(here: Post, chat_id: int, purposes: list[str]) -> None:
    withdrawn = [
        purpose
        for purpose in NAMES
        if await here.app.store.read(lambda db, p=purpose: consents.refused(db, chat_id, p))
    ]
    assert withdrawn == purposes


def test_with_a_form_open_the_word_ends_the_form_alone(sqlite_url: str, library: Library) -> None:
    async def state(db: AsyncSession) -> object:
        return await db.scalar(select(Chat.state))

    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            chat_id = await agreed(here)
            await here.ask("/feedback")
            assert "form" in str(await here.app.store.read(state))
            await shown(here, chat_id, "lessons")
            await here.ask("dừng")
            assert "form" not in str(await here.app.store.read(state))
            await only_stopped(here, chat_id, [])

    run(scenario())


def test_days_later_the_word_still_means_what_was_said_last(
    sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            chat_id = await agreed(here)
            await shown(here, chat_id, "lessons")
            here.clock.forward(days=3)
            await here.ask("dừng")
            await only_withdrawn(here, chat_id, ["lessons"])

    run(scenario())


def test_a_button_of_nobody_stops_nothing(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            chat_id = await agreed(here)
            await here.app.store.write(
                lambda db: chats.offer(db, chat_id, [["Thử", "stop:everybody"]], here.clock())
            )
            await here.ask("thử")
            assert here.got()[-1] == vi("That choice is no longer open. Please choose again.")
            await only_stopped(here, chat_id, [])

    run(scenario())


def test_staff_say_no_without_ever_having_said_yes(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with post(sqlite_url, library) as here:
            chat_id = await here.meet()
            await shown(here, chat_id, "logging")
            await here.ask("dừng")
            await only_withdrawn(here, chat_id, ["logging"])
            (no,) = await here.app.store.read(lambda db: consents.of_chat(db, chat_id))
            assert (no.given_at, no.withdrawn_at) == (None, here.clock())
            assert (await here.ends())["shown logging"] == (SENT, None)

    run(scenario())


async def make_chat(db: AsyncSession, address: str) -> int:
    await chats.create(db, "web", address, None, "vi", NOW)
    made = await chats.chat_id(db, "web", address)
    assert made
    return made


def test_a_yes_a_no_and_a_second_yes(database_url: str) -> None:
    later = NOW.replace(day=21)

    async def scenario() -> None:
        async with opened(database_url) as store:
            mine, other = [await store.write(lambda db, a=a: make_chat(db, a)) for a in "ab"]

            async def stands(purpose: str = "news", chat_id: int = mine) -> tuple[bool, bool]:
                """Whether there is a yes that holds, whether there is a no: on this chat, in queries."""
                one = (
                    await store.read(lambda db: consents.active(db, chat_id, purpose)),
                    await store.read(lambda db: consents.refused(db, chat_id, purpose)),
                )
                found = [
                    await store.read(lambda db, c=c: db.scalar(select(c).where(Chat.id == chat_id)))
                    for c in (consents.says_yes(purpose), consents.says_no(purpose))
                ]
                assert tuple(map(bool, found)) == one
                return one

            async def gives(text: str) -> None:
                await store.write(lambda db: consents.give(db, mine, "news", text, NOW))

            async def withdraws() -> None:
                await store.write(lambda db: consents.withdraw(db, mine, "news", later))

            assert await stands() == (False, False)
            await gives("first text")
            await gives("another text, while the first yes holds")
            assert await stands() == (True, False)
            await withdraws()
            await withdraws()
            assert await stands() == (False, True)
            await gives("second text")
            assert await stands() == (True, False)
            kept = await store.read(lambda db: consents.of_chat(db, mine))
            assert [(said.text, said.given_at, said.withdrawn_at) for said in kept] == [
                ("first text", NOW, later),
                ("second text", NOW, None),
            ]
            assert await stands("lessons") == await stands("news", other) == (False, False)

    run(scenario())


def test_a_no_without_a_yes_is_kept_once_and_a_yes_ends_it(database_url: str) -> None:
    async def scenario() -> None:
        async with opened(database_url) as store:
            chat_id = await store.write(lambda db: make_chat(db, "a"))
            for _ in range(2):
                await store.write(lambda db: consents.withdraw(db, chat_id, "deadlines", NOW))
            assert await store.read(lambda db: consents.refused(db, chat_id, "deadlines"))
            assert len(await store.read(lambda db: consents.of_chat(db, chat_id))) == 1
            await store.write(lambda db: consents.give(db, chat_id, "deadlines", "text", NOW))
            assert not await store.read(lambda db: consents.refused(db, chat_id, "deadlines"))
            assert await store.read(lambda db: consents.active(db, chat_id, "deadlines"))
            await store.write(lambda db: consents.withdraw(db, chat_id, "deadlines", NOW))
            assert await store.read(lambda db: consents.refused(db, chat_id, "deadlines"))

    run(scenario())
