"""Planned sends as rows: planned once, held by one sender, ended once. The same on both databases."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.event import listen
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from handlers import notices
from handlers.turn import Reply
from store import chats, claims, outbox, send_counts, senders, used, wards
from store.base import Base
from store.db import Store
from store.kinds import PUSHED
from store.migrate import migrate
from store.models import Chat, Outbox, Person, SendCount, Sender
from store.outbox import AMBIGUOUS, REFUSED, SENT, SKIPPED, Parcel
from tests.conftest import run
from tests.fakes.postgres import Postgres
from tests.test_store import NOW

ALL = {"telegram": PUSHED}
SOON = NOW + timedelta(seconds=30)
LATER = NOW + timedelta(minutes=10)
LONG_AGO = NOW - timedelta(days=8)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database of each kind for all of these tests: making one takes longer than any of them."""
    made = f"sqlite:///{tmp_path_factory.mktemp('outbox')}/toso.db"
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        made = server.new_database()
    run(_migrated(made))
    return made


async def _migrated(url: str) -> None:
    store = Store(url)
    await migrate(store.engine)
    await store.close()


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    """The database with nothing in it."""
    store = Store(url)
    async with store.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            await connection.execute(table.delete())
    yield store
    await store.close()


async def chat(db: AsyncSession, address: str = "1", channel: str = "telegram") -> int:
    await chats.create(db, channel, address, None, "vi", NOW)
    made = await chats.chat_id(db, channel, address)
    assert made
    return made


async def planned(
    db: AsyncSession,
    key: str,
    address: str = "1",
    kind: str = "news",
    due: datetime = NOW,
    channel: str = "telegram",
) -> int:
    """A row named by its key, for a chat that is made when it is missing."""
    chat_id = await chats.chat_id(db, channel, address) or await chat(db, address, channel)
    return await outbox.put(db, chat_id, kind, {"text": key}, key, min(NOW, due), due)


async def claimed(
    store: Store, sender: int, limit: int = 100, now: datetime = NOW, allowed: Any = ALL
) -> list[Parcel]:
    return await store.write(lambda db: claims.claim(db, sender, now, allowed, limit))


def keys(parcels: list[Parcel]) -> list[str]:
    return [parcel.payload["text"] for parcel in parcels]


async def begun(store: Store, sender: int, parcel: Parcel) -> bool:
    return await store.write(lambda db: claims.begin(db, parcel, parcel.payload, NOW))


async def finished(store: Store, parcel: Parcel, state: str = SENT) -> bool:
    return await store.write(lambda db: claims.finish(db, parcel, state, NOW))


async def rows(store: Store) -> dict[str, Outbox]:
    """Every row by its key."""
    found = await store.read(lambda db: db.scalars(select(Outbox).order_by(Outbox.id)))
    return {row.dedupe_key: row for row in found}


async def ends(store: Store) -> dict[str, tuple[str, str | None]]:
    return {key: (row.state, row.code) for key, row in (await rows(store)).items()}


async def counted(store: Store) -> dict[tuple[str, str, str], int]:
    day = NOW.date()
    return await store.read(lambda db: send_counts.totals(db, day - timedelta(9), day))


async def arrived(store: Store, now: datetime = NOW) -> int:
    return await store.write(lambda db: senders.arrive(db, now))


async def recovered(store: Store, now: datetime) -> list[str]:
    return keys(await store.write(lambda db: claims.recover(db, now)))


def test_a_key_is_planned_once(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            await store.write(lambda db: planned(db, "lesson:1:2026-11-20"))
            with pytest.raises(IntegrityError):
                await store.write(lambda db: planned(db, "lesson:1:2026-11-20"))
            chat_id = (await rows(store))["lesson:1:2026-11-20"].chat_id
            for _ in range(2):
                await store.write(
                    lambda db: notices.tell_chat(db, chat_id, Reply("x"), "notice", "told", NOW)
                )
            assert list(await rows(store)) == ["lesson:1:2026-11-20", "told"]

    run(scenario())


def test_four_claimers_at_once_take_each_row_once(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as first, AsyncExitStack() as others:
            for number in range(60):
                await first.write(lambda db, n=number: planned(db, f"k{n}", str(n % 40)))
            stores = [first, *(Store(url) for _ in range(3))]
            for store in stores[1:]:
                others.push_async_callback(store.close)
            taken: list[str] = []

            async def work(store: Store) -> None:
                me = await arrived(store)
                while parcels := await claimed(store, me, limit=7):
                    taken.extend(keys(parcels))
                    await asyncio.gather(*(finished(store, parcel) for parcel in parcels))

            await asyncio.gather(*(work(store) for store in stores))
            left = await claimed(first, await arrived(first))
            assert Counter(taken + keys(left)) == Counter(f"k{n}" for n in range(60))

    run(scenario())


def test_of_each_chat_only_the_foremost_is_taken(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            for key in ("a1", "b1", "a2", "b2", "a3"):
                await store.write(lambda db, key=key: planned(db, key, key[0]))
            me, other = await arrived(store), await arrived(store)
            a1, b1 = await claimed(store, me)
            assert keys([a1, b1]) == ["a1", "b1"]
            assert await claimed(store, other) == []
            assert await finished(store, a1)
            (a2,) = await claimed(store, other)
            assert keys([a2]) == ["a2"]
            await store.write(lambda db: outbox.later(db, a2.id, SOON, None, other))
            assert keys(await claimed(store, me)) == ["a3"]

    run(scenario())


def test_only_what_is_due_is_taken_in_order_and_not_too_much(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            due = {
                "third": NOW - timedelta(minutes=1),
                "fourth": NOW,
                "future": SOON,
                "first": NOW - timedelta(hours=1),
            }
            for key, at in due.items():
                await store.write(lambda db, key=key, at=at: planned(db, key, key, due=at))
            await store.write(lambda db: planned(db, "second", "second", "reply"))
            me = await arrived(store)
            # answers go before what nobody waits for
            assert keys(await claimed(store, me, limit=1)) == ["second"]
            assert keys(await claimed(store, me, limit=1)) == ["first"]
            assert keys(await claimed(store, me, limit=1)) == ["third"]
            assert keys(await claimed(store, me)) == ["fourth"]
            assert await claimed(store, me) == []
            assert keys(await claimed(store, me, now=SOON)) == ["future"]

    run(scenario())


def test_there_is_something_to_do_when_a_row_is_due_or_held(url: str) -> None:
    async def is_due(store: Store, now: datetime = NOW) -> bool:
        return await store.read(lambda db: claims.is_due(db, now))

    async def scenario() -> None:
        async with opened(url) as store:
            assert not await is_due(store)
            await store.write(lambda db: planned(db, "k", due=SOON))
            assert not await is_due(store)
            assert await is_due(store, SOON)
            (parcel,) = await claimed(store, await arrived(store), now=SOON)
            assert await is_due(store)  # by whom it is held may be dead
            assert await finished(store, parcel)
            assert not await is_due(store, LATER)

    run(scenario())


def test_a_channel_sends_only_the_kinds_it_may_send_now_and_answers_always(
    url: str,
) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            for channel in ("telegram", "web", "zalo_bot"):
                for kind in ("reply", "news", "notice"):
                    address = f"{channel} {kind}"
                    await store.write(
                        lambda db, c=channel, k=kind, a=address: planned(db, a, a, k, channel=c)
                    )
            me = await arrived(store)
            allowed = {"telegram": [], "web": PUSHED, "zalo_bot": ["notice"]}
            assert sorted(keys(await claimed(store, me, allowed=allowed))) == [
                "telegram reply",
                "web news",
                "web notice",
                "web reply",
                "zalo_bot notice",
                "zalo_bot reply",
            ]

    run(scenario())


def test_an_answer_does_not_wait_for_pushes_and_they_wait_for_it(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            me = await arrived(store)
            await store.write(lambda db: planned(db, "push 1"))
            (held,) = await claimed(store, me)
            await store.write(lambda db: planned(db, "answer", kind="reply"))
            await store.write(lambda db: planned(db, "push 2"))
            (answer,) = await claimed(store, me)
            assert keys([held, answer]) == ["push 1", "answer"]
            assert await finished(store, held)
            assert await claimed(store, me) == []
            assert await finished(store, answer)
            assert keys(await claimed(store, me)) == ["push 2"]

    run(scenario())


async def answered(
    store: Store, chat_id: int, key: str, sender: int | None, behind: bool = False
) -> Parcel:
    """An answer as the conversation plans it: begun at once, or behind those that did not leave."""

    async def put(db: AsyncSession) -> int:
        if behind:
            return await outbox.put_reply_behind(db, chat_id, {"text": key}, key, NOW)
        return await outbox.put_reply(db, chat_id, {"text": key}, key, NOW, sender)

    number = await store.write(put)
    parcel = await store.read(lambda db: outbox.get(db, number))
    assert parcel
    return parcel


def test_two_answers_made_by_two_processes_keep_their_order(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            one, two = await arrived(store), await arrived(store)
            chat_id = await store.write(chat)
            first = await answered(store, chat_id, "first", one)
            second = await answered(store, chat_id, "second", two, behind=True)

            async def taken(now: datetime = NOW) -> Parcel | None:
                return await store.write(lambda db: claims.take(db, two, second.id, now))

            assert await taken() is None
            assert await claimed(store, two) == []
            # the first fails and is to be tried again later: the second still waits for it
            await store.write(lambda db: claims.retry(db, first, SOON, "429"))
            assert await taken() is None
            assert (await rows(store))["second"].not_before == SOON
            assert await taken(SOON) is None
            (first,) = await claimed(store, one, now=SOON)
            assert await finished(store, first)
            ready = await taken(SOON)
            assert ready
            assert keys([ready]) == ["second"]
            assert await taken(SOON) is None

    run(scenario())


def test_an_answer_behind_a_parked_one_waits_as_long(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            chat_id = await store.write(chat)
            first = await answered(store, chat_id, "first", await arrived(store))
            await store.write(lambda db: claims.retry(db, first, SOON, "429"))
            await answered(store, chat_id, "second", None, behind=True)
            assert (await rows(store))["second"].not_before == SOON
            assert (await rows(store))["second"].due_at == NOW

    run(scenario())


def test_who_lost_a_row_to_another_sender_puts_nothing_off(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            slow, other = await arrived(store), await arrived(store)
            await store.write(lambda db: planned(db, "mine", "a"))
            (lost,) = await claimed(store, slow)
            await store.write(lambda db: claims.put_back(db, slow, [lost.id]))
            (taken,) = await claimed(store, other)
            assert await begun(store, other, taken)
            await store.write(lambda db: planned(db, "behind", "a"))
            await store.write(lambda db: claims.retry(db, lost, SOON, "429"))
            await store.write(lambda db: outbox.later(db, lost.id, SOON, None, slow))
            found = await rows(store)
            assert (found["mine"].sender_id, found["mine"].not_before) == (other, NOW)
            assert found["mine"].begun_at is not None
            assert found["behind"].not_before == NOW

    run(scenario())


def test_an_answer_that_was_handed_over_has_its_outcome(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            await answered(store, await store.write(chat), "shown", None)
            assert await ends(store) == {"shown": (SENT, None)}
            assert await claimed(store, await arrived(store)) == []

    run(scenario())


def test_a_retry_parks_its_chat_and_nothing_else(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            me = await arrived(store)
            times = {"tried": NOW, "behind": NOW, "future": LATER}
            for key, due in times.items():
                await store.write(lambda db, key=key, due=due: planned(db, key, due=due))
            for key in ("b", "c"):
                await store.write(lambda db, key=key: planned(db, key, key))
            tried, b, c = await claimed(store, me)
            assert await begun(store, me, tried)
            assert await finished(store, c)
            await store.write(lambda db: planned(db, "d", "d"))
            await store.write(lambda db: claims.retry(db, tried, SOON, "429", doubt=True))
            found = await rows(store)
            assert {key: row.not_before for key, row in found.items()} == {
                "tried": SOON,
                "behind": SOON,
                "future": LATER,
                "b": NOW,
                "c": NOW,
                "d": NOW,
            }
            row = found["tried"]
            assert (row.state, row.code, row.attempts, row.doubts) == ("pending", "429", 1, 1)
            assert (row.sender_id, row.begun_at, row.due_at) == (None, None, NOW)
            assert found["b"].sender_id == b.sender_id == me
            assert keys(await claimed(store, me, now=SOON)) == ["tried", "d"]

    run(scenario())


def test_only_the_holder_begins_and_ends_a_row(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            one, two = await arrived(store), await arrived(store)
            number = await store.write(lambda db: planned(db, "k"))
            unheld = await store.read(lambda db: outbox.get(db, number))
            assert unheld
            stranger = Parcel(*list(vars(unheld).values())[:10], sender_id=two)
            assert not await begun(store, two, stranger)
            (parcel,) = await claimed(store, one)
            for no in (unheld, stranger):
                assert not await begun(store, two, no)
                assert not await finished(store, no)
                await store.write(lambda db, no=no: claims.retry(db, no, SOON, "429"))
            assert (await rows(store))["k"].sender_id == one
            assert await begun(store, one, parcel)
            assert not await begun(store, one, parcel)
            assert await finished(store, parcel, REFUSED)
            assert not await finished(store, parcel, SENT)
            await store.write(lambda db: claims.retry(db, parcel, SOON, "429"))
            await store.write(lambda db: outbox.later(db, parcel.id, SOON))
            assert await ends(store) == {"k": (REFUSED, None)}
            assert await counted(store) == {("telegram", "news", REFUSED): 1}

    run(scenario())


def test_what_a_dead_sender_held_is_settled_and_a_living_one_keeps_its_own(
    url: str,
) -> None:
    kinds = ("lesson", "reply", "request", "notice")

    async def scenario() -> None:
        async with opened(url) as store:
            dead, alive = await arrived(store), await arrived(store, SOON)
            for sender in (dead, alive):
                for kind in kinds:
                    key = f"{kind} {sender}"
                    await store.write(lambda db, k=key, kind=kind: planned(db, k, k, kind))
                for parcel in await claimed(store, sender):
                    assert await begun(store, sender, parcel)
                await store.write(
                    lambda db, s=sender: planned(db, f"untried {s}", f"untried {s}", "lesson")
                )
                assert len(await claimed(store, sender)) == 1
            assert await recovered(store, NOW + senders.LIFE) == []
            lost = await recovered(store, SOON)
            assert sorted(lost) == [f"lesson {dead}", f"notice {dead}"]
            found = {
                key: (row.state, row.code, row.doubts, row.attempts, row.sender_id is None)
                for key, row in (await rows(store)).items()
            }
            again = ("pending", "crash", 1, 0, True)
            assert {key: found[key] for key in found if key.endswith(str(dead))} == {
                f"lesson {dead}": (AMBIGUOUS, "crash", 0, 1, True),
                f"notice {dead}": (AMBIGUOUS, "crash", 0, 1, True),
                f"reply {dead}": again,
                f"request {dead}": again,
                f"untried {dead}": ("pending", None, 0, 0, True),
            }
            assert {found[key] for key in found if key.endswith(str(alive))} == {
                ("pending", None, 0, 0, False)
            }
            # ambiguous once, and counted once
            assert await recovered(store, SOON) == []
            assert await counted(store) == {
                ("telegram", "lesson", AMBIGUOUS): 1,
                ("telegram", "notice", AMBIGUOUS): 1,
            }
            free = await claimed(store, alive, now=SOON)
            assert sorted(keys(free)) == [f"{k} {dead}" for k in ("reply", "request", "untried")]

    run(scenario())


def test_who_leaves_in_order_leaves_everything_untried_to_others_at_once(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            one, two = await arrived(store), await arrived(store)
            await store.write(lambda db: planned(db, "k"))
            assert await claimed(store, one)
            await store.write(lambda db: senders.leave(db, one))
            assert await recovered(store, NOW) == []
            assert keys(await claimed(store, two)) == ["k"]

    run(scenario())


@pytest.mark.parametrize(
    ("back", "lives"),
    [(timedelta(seconds=5), True), (timedelta(hours=1), False)],
    ids=["a little", "an hour"],
)
def test_a_clock_that_is_set_back_keeps_no_dead_sender_alive(
    back: timedelta, lives: bool, url: str
) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            await store.write(lambda db: planned(db, "k", due=NOW - timedelta(hours=2)))
            (parcel,) = await claimed(store, await arrived(store))
            assert await begun(store, 0, parcel)
            then = NOW - back
            assert await store.read(lambda db: senders.alive(db, then)) == int(lives)
            assert await recovered(store, then) == ([] if lives else ["k"])

    run(scenario())


def test_a_sender_lives_as_long_as_it_shows_life(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            one = await arrived(store)
            two = await arrived(store)
            assert one != two
            late = NOW + timedelta(seconds=21)

            async def beat(sender: int) -> bool:
                return await store.write(lambda db: senders.beat(db, sender, late))

            assert await store.read(lambda db: senders.alive(db, NOW)) == 2
            assert await beat(one)
            assert await store.read(lambda db: senders.alive(db, late)) == 1
            await store.write(lambda db: senders.bury(db, late))
            assert list(await store.read(lambda db: db.scalars(select(Sender.id)))) == [one]
            assert not await beat(two)

    run(scenario())


def test_skipping_many_counts_them_and_spares_what_is_being_sent(url: str) -> None:
    async def of_ward(db: AsyncSession) -> None:
        await wards.sync(db, "w", "phường W", {})
        person = select(Chat.person_id).where(Chat.address == "of w").scalar_subquery()
        await db.execute(update(Person).where(Person.id == person).values(ward_id="w"))

    async def scenario() -> None:
        async with opened(url) as store:
            me = await arrived(store)
            for key, kind in (("begun", "news"), ("ended", "news"), ("held", "news")):
                await store.write(lambda db, key=key, kind=kind: planned(db, key, key, kind))
            begins, ended, held = await claimed(store, me)
            assert await begun(store, me, begins)
            assert await finished(store, ended)
            for key, kind in (("n1", "news"), ("n2", "news"), ("of w", "news"), ("l", "lesson")):
                await store.write(lambda db, key=key, kind=kind: planned(db, key, key, kind))
            await store.write(of_ward)

            async def skip(db: AsyncSession) -> int:
                return await outbox.skip(db, Outbox.kind == "news", "stopped", NOW)

            assert await store.write(skip) == 4
            assert await store.write(skip) == 0
            assert await ends(store) == {
                "begun": ("pending", None),
                "ended": (SENT, None),
                **dict.fromkeys(("held", "n1", "n2", "of w"), (SKIPPED, "stopped")),
                "l": ("pending", None),
            }
            assert not await begun(store, me, held)
            assert await counted(store) == {
                ("telegram", "news", SENT): 1,
                ("telegram", "news", SKIPPED): 4,
            }
            in_w = await store.read(lambda db: send_counts.totals(db, NOW.date(), NOW.date(), "w"))
            assert in_w == {("telegram", "news", SKIPPED): 1}

    run(scenario())


def test_what_nobody_will_send_ends_as_stale_and_old_ends_are_deleted(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            me = await arrived(store)
            await store.write(
                lambda db: planned(db, "no zalo", "z", due=LONG_AGO, channel="zalo_bot")
            )
            await store.write(lambda db: planned(db, "sent"))
            (sent,) = await claimed(store, me)
            assert keys([sent]) == ["sent"]
            assert await finished(store, sent)
            await store.write(lambda db: planned(db, "waits", "z", channel="zalo_bot"))

            async def prune(db: AsyncSession, now: datetime) -> None:
                await outbox.prune(db, now, now - timedelta(days=2), now - timedelta(days=7))

            await store.write(lambda db: prune(db, NOW))
            assert await ends(store) == {
                "no zalo": (SKIPPED, "stale"),
                "sent": (SENT, None),
                "waits": ("pending", None),
            }
            assert await counted(store) == {
                ("zalo_bot", "news", SKIPPED): 1,
                ("telegram", "news", SENT): 1,
            }
            await store.write(lambda db: prune(db, NOW + timedelta(days=3)))
            assert list(await rows(store)) == ["waits"]

    run(scenario())


def test_who_comes_back_gets_what_waited_for_them_alone(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            for key, code in (("a1", "away"), ("a2", "away"), ("a3", "429"), ("b1", "away")):
                number = await store.write(lambda db, key=key: planned(db, key, key[0]))
                await store.write(lambda db, n=number, code=code: outbox.later(db, n, LATER, code))
            chat_id = (await rows(store))["a1"].chat_id
            await store.write(lambda db: outbox.wake(db, chat_id, SOON))
            times = {
                key: (row.due_at, row.not_before, row.code)
                for key, row in (await rows(store)).items()
            }
            assert times == {
                "a1": (SOON, SOON, None),
                "a2": (SOON, SOON, None),
                "a3": (NOW, LATER, "429"),
                "b1": (NOW, LATER, "away"),
            }
            (first,) = await claimed(store, await arrived(store), now=SOON)
            assert keys([first]) == ["a1"]

    run(scenario())


def test_what_was_pushed_since_a_number_can_be_shown_again(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            me = await arrived(store)
            for key, end in (("old", SENT), ("no", REFUSED), ("new", SENT)):
                await store.write(lambda db, key=key: planned(db, key))
                (parcel,) = await claimed(store, me)
                await finished(store, parcel, end)
            await store.write(lambda db: planned(db, "unsent"))
            found = await rows(store)
            await answered(store, found["old"].chat_id, "answer", None)
            chat_id, after = found["old"].chat_id, found["old"].id
            assert keys(await store.read(lambda db: outbox.pushed(db, chat_id, after))) == ["new"]

    run(scenario())


def test_a_quota_counts_what_left_in_the_wards_month(url: str) -> None:
    may = datetime(2026, 5, 31, 16, 59, tzinfo=NOW.tzinfo)  # 23:59 in the ward
    june = may + timedelta(minutes=1)

    async def scenario() -> None:
        async with opened(url) as store:
            for channel, outcome, at in (
                ("zalo_bot", SENT, may),
                ("zalo_bot", SENT, june),
                ("zalo_bot", AMBIGUOUS, june),
                ("zalo_bot", AMBIGUOUS, june + timedelta(days=9)),
                ("zalo_bot", SENT, june + timedelta(days=10)),
                ("zalo_bot", SKIPPED, june),
                ("zalo_bot", REFUSED, june),
                ("telegram", SENT, june),
            ):
                await store.write(
                    lambda db, c=channel, o=outcome, at=at: send_counts.add(
                        db, None, c, "news", o, at, 10
                    )
                )

            async def used(month: int, day: int) -> int:
                on = NOW.date().replace(month=month, day=day)
                return await store.read(lambda db: send_counts.in_month(db, "zalo_bot", on))

            assert [await used(5, 31), await used(6, 1), await used(6, 10)] == [10, 20, 30]

    run(scenario())


def test_counts_add_up_to_the_rows(url: str) -> None:
    chance = random.Random(5)

    async def scenario() -> None:
        async with opened(url) as store:
            me = await arrived(store)
            for number in range(40):
                kind = chance.choice(PUSHED)
                await store.write(lambda db, n=number, k=kind: planned(db, f"k{n}", str(n % 9), k))
            now = NOW
            while parcels := await claimed(store, me, now=now):
                end = chance.choice([SENT, SENT, REFUSED, AMBIGUOUS, SKIPPED, "again", "crash"])
                parcel = parcels[0]
                if end == "again":
                    await store.write(lambda db, p=parcel: claims.retry(db, p, NOW, "5xx"))
                elif end == "crash":
                    assert await begun(store, me, parcel)
                else:
                    await asyncio.gather(*(finished(store, parcel, end) for _ in range(3)))
                now += timedelta(minutes=1)
                await recovered(store, now)
            await store.write(lambda db: outbox.prune(db, NOW, NOW, now))

            async def by_end(db: AsyncSession) -> dict[tuple[str, str], int]:
                query = select(Outbox.kind, Outbox.state, func.count())
                found = await db.execute(query.group_by(Outbox.kind, Outbox.state))
                return {(kind, state): n for kind, state, n in found}

            async def by_count(db: AsyncSession) -> dict[tuple[str, str], int]:
                found = await db.execute(
                    select(SendCount.kind, SendCount.outcome, SendCount.number)
                )
                return {(kind, outcome): n for kind, outcome, n in found}

            ended = await store.read(by_end)
            assert sum(ended.values()) == 40
            assert len({state for _, state in ended}) == 4
            assert ended == await store.read(by_count)

    run(scenario())


def test_taking_from_a_long_queue_reads_only_its_beginning(sqlite_url: str) -> None:
    """EXPLAIN of every statement of a claim names one of the partial indexes."""
    said: list[tuple[str, Any]] = []

    def heard(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            said.append((statement, parameters))

    async def scenario() -> None:
        await _migrated(sqlite_url)
        async with opened(sqlite_url) as store:
            me = await arrived(store)
            listen(store.engine.sync_engine, "before_cursor_execute", heard)
            allowed = {"telegram": PUSHED, "web": ["notice"], "terminal": []}
            await claimed(store, me, allowed=allowed)
            await store.read(lambda db: claims.is_due(db, NOW))
            await store.write(lambda db: claims.recover(db, NOW))
            chosen = [one for one in said if "FROM outbox" in one[0]]
            assert len(chosen) > 3
            async with store.engine.connect() as connection:
                for statement, parameters in chosen:
                    plan = await connection.exec_driver_sql(
                        f"EXPLAIN QUERY PLAN {statement}", parameters
                    )
                    used = [line.detail for line in plan if "outbox" in line.detail]
                    assert used
                    assert all("USING" in line and "INDEX ix_outbox_" in line for line in used), (
                        used
                    )

    run(scenario())


def test_a_row_of_an_unknown_kind_is_taken_by_nobody(url: str) -> None:
    """A newer program may have planned it: this one lets it wait."""

    async def scenario() -> None:
        async with opened(url) as store:
            await store.write(lambda db: planned(db, "k", kind="hologram"))
            assert await claimed(store, await arrived(store)) == []
            assert await store.read(lambda db: db.scalar(text("SELECT count(*) FROM outbox"))) == 1

    run(scenario())


def test_what_may_not_leave_now_is_put_off_and_nothing_else(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            me = await arrived(store)
            await store.write(lambda db: planned(db, "held", "held"))
            assert len(await claimed(store, me)) == 1
            for key, kind, channel, due in (
                ("a lesson", "lesson", "telegram", NOW),
                ("an urgent one", "notice", "telegram", NOW),
                ("an answer", "reply", "telegram", NOW),
                ("for the page", "lesson", "web", NOW),
                ("no such channel", "notice", "zalo_bot", NOW),
                ("no such channel either", "reply", "zalo_bot", NOW),
                ("later", "lesson", "telegram", SOON),
            ):
                await store.write(
                    lambda db, k=key, kind=kind, c=channel, due=due: planned(db, k, k, kind, due, c)
                )
            allowed = {"telegram": ["notice"], "web": PUSHED}
            more = await store.write(lambda db: claims.put_off(db, NOW, allowed, LATER))
            assert not more
            times = {key: row.not_before for key, row in (await rows(store)).items()}
            assert times == {
                "held": NOW,
                "a lesson": LATER,
                "an urgent one": NOW,
                "an answer": NOW,
                "for the page": NOW,
                "no such channel": LATER,
                "no such channel either": LATER,
                "later": SOON,
            }

    run(scenario())


def test_very_many_are_put_off_some_at_a_time(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "PUT_OFF", 2)

    async def scenario() -> None:
        async with opened(url) as store:
            for number in range(5):
                await store.write(lambda db, n=number: planned(db, f"k{n}", str(n)))
            again = [
                await store.write(lambda db: claims.put_off(db, NOW, {"telegram": []}, LATER))
                for _ in range(3)
            ]
            assert again == [True, True, False]
            assert {row.not_before for row in (await rows(store)).values()} == {LATER}

    run(scenario())


def test_a_number_is_given_to_one_sender_only(url: str) -> None:
    """Else who left would seem to be back, and what it held would never be free again."""

    async def scenario() -> None:
        async with opened(url) as store:
            numbers = []
            for _ in range(3):
                numbers.append(await arrived(store))
                await store.write(lambda db: senders.leave(db, numbers[-1]))
            assert len(set(numbers)) == 3

    run(scenario())


def test_what_slipped_out_of_the_hands_of_a_living_sender_is_settled(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as store:
            me = await arrived(store)
            for key, kind in (("lesson", "lesson"), ("reply", "reply"), ("other", "lesson")):
                await store.write(lambda db, k=key, kind=kind: planned(db, k, k, kind))
            for parcel in await claimed(store, me):
                assert await begun(store, me, parcel)
            await store.write(lambda db: planned(db, "untried", "u"))
            await claimed(store, me)
            numbers = {key: row.id for key, row in (await rows(store)).items()}
            assert await store.read(lambda db: claims.held(db, me)) == set(numbers.values())
            assert (
                await store.read(lambda db: used.in_month(db, "telegram", NOW.date()))
            ).number == 3
            assert (await store.read(lambda db: used.in_month(db, "web", NOW.date()))).number == 0
            slipped = [numbers[key] for key in ("lesson", "reply", "untried")]
            lost = await store.write(lambda db: claims.recover(db, NOW, slipped))
            assert keys(lost) == ["lesson"]
            assert await ends(store) == {
                "lesson": (AMBIGUOUS, "crash"),
                "reply": ("pending", "crash"),
                "other": ("pending", None),
                "untried": ("pending", None),
            }
            assert await store.read(lambda db: claims.held(db, me)) == {numbers["other"]}
            assert await store.read(lambda db: claims.held(db, me + 1)) == set()

    run(scenario())
