"""The invented year: its size, its marks, and that it is the same every time."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import demo
from content.library import Library
from content.period import month_of, period
from handlers import figures
from handlers.figures import Row
from store import campaign_figures, register, sent
from store import figures as log
from store.base import Base
from store.db import Store
from store.figure_models import ClosedPeriod, ExternalValue
from store.figures import Span, Tally
from store.learning_models import Broadcast, LessonDelivery
from store.log_models import SupportSession as S
from store.migrate import migrate
from store.models import SendCount
from store.sent import Sends
from store.team_models import Member
from tests.conftest import run

TODAY = date(2026, 11, 20)
NO_CAMPAIGN = campaign_figures.MEASURES - {campaign_figures.DAYS}
"""What the invented year has nothing of: campaigns with shifts, and lists of trainees."""
SIZES = [Tally("people"), Tally("reached"), Tally("classes"), Tally("active_teams")]


@asynccontextmanager
async def filled(url: str, library: Library, today: date = TODAY) -> AsyncIterator[Store]:
    store = Store(url)
    await migrate(store.engine)
    await demo.fill(store, library, today)
    yield store
    await store.close()


async def each_month(db: AsyncSession) -> list[list[int]]:
    """The sizes of each whole month of the year."""
    first, last = (await db.execute(select(func.min(S.date), func.max(S.date)))).one()
    assert last < TODAY
    assert (last - first).days > 350
    months = [month_of(date(2025 + number // 12, number % 12 + 1, 1)) for number in range(11, 22)]
    return [await log.count(db, Span("mau", one.first, one.last), SIZES) for one in months]


def test_a_year_of_a_ward_of_usual_size(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with filled(sqlite_url, library) as store, AsyncSession(store.engine) as db:
            there = await register.counts(db, "mau", TODAY, TODAY)
            assert (there["teams"], there["members"]) == (33, 149)
            assert 30 < there["trained"] < 149
            months = await each_month(db)
            assert all(500 <= reached <= 3000 for _, reached, _, _ in months)
            assert all(classes for _, _, classes, _ in months)
            assert max(month[0] for month in months) > 1.5 * min(month[0] for month in months)
            assert all(20 < teams < 33 for *_, teams in months)
            by_team = select(func.count()).where(S.team_id.is_not(None)).group_by(S.team_id)
            assert all(20 <= number <= 300 for number in await db.scalars(by_team))
            attended = await db.scalars(select(S.people).where(S.kind == "class"))
            assert all(15 <= people <= 40 for people in attended)

    run(scenario())


def test_nothing_in_it_passes_for_real(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        assert library.wards["mau"].invented
        async with filled(sqlite_url, library) as store, AsyncSession(store.engine) as db:
            assert all("(thử)" in name for name in await db.scalars(select(Member.name)))
            sources = set(await db.scalars(select(ExternalValue.source)))
            assert sources == {"số liệu thử"}
            assert await db.scalar(select(func.count()).select_from(ClosedPeriod)) == 0
            assert set(await db.scalars(select(S.ward_id))) == {"mau"}
            assert all("(thử)" in text for text in await db.scalars(select(Broadcast.text)))
            for table in (Broadcast, LessonDelivery, SendCount):
                assert set(await db.scalars(select(table.ward_id))) == {"mau"}

    run(scenario())


def test_the_indicators_have_something_to_show(sqlite_url: str, library: Library) -> None:
    async def scenario() -> list[Row]:
        async with filled(sqlite_url, library) as store, AsyncSession(store.engine) as db:
            october, ward = period("2026-10"), library.wards["mau"]
            return await figures.table(db, library, ward, october, october.last)

    rows = {row.indicator.id: row for row in run(scenario())}
    for indicator in ("K01", "K03", "HD24-A.V.2", "HD01-I.A.6"):
        official = rows[indicator].official
        assert official
        assert official.value
    for indicator in ("K12", "K13", "K15", "K17", "K18", "K20", "K21", "K22"):
        shown = [one for one in rows[indicator].figures if one.figure.count not in NO_CAMPAIGN]
        assert shown
        assert all(figure.so_far.value for figure in shown), indicator


def test_what_was_sent_is_of_one_piece(sqlite_url: str, library: Library) -> None:
    """The messages of a day's lessons and broadcasts are as many as those say."""

    async def scenario() -> list[Sends]:
        async with filled(sqlite_url, library) as store, AsyncSession(store.engine) as db:
            told = sum(account["sent"] for account in await db.scalars(select(Broadcast.account)))
            sends = await sent.sends(db, "mau", date(2025, 1, 1), TODAY)
            news = [one.number for one in sends if (one.of, one.outcome) == ("news", "sent")]
            assert sum(news) == told > 5000
            return sends

    number: Counter[tuple[str, str]] = Counter()
    for one in run(scenario()):
        if one.what == sent.LESSONS or one.of == "lesson":
            number[one.what, one.outcome] += one.number
    for outcome in ("sent", "ambiguous"):
        assert number[sent.LESSONS, outcome] == number[sent.MESSAGES, outcome] > 0
    assert number[sent.LESSONS, "asked"] > 0


def test_twice_is_refused(sqlite_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with filled(sqlite_url, library) as store:
            with pytest.raises(ValueError, match="members already"):
                await demo.fill(store, library, TODAY)
            async with AsyncSession(store.engine) as db:
                assert (await register.counts(db, "mau", TODAY, TODAY))["teams"] == 33

    run(scenario())


def test_it_is_the_same_every_time(tmp_path: Path, library: Library) -> None:
    def rows(connection: Connection) -> dict[str, list[object]]:
        tables = Base.metadata.sorted_tables
        return {one.name: list(connection.execute(select(one))) for one in tables}

    async def scenario(url: str) -> dict[str, list[object]]:
        async with filled(url, library) as store, store.engine.connect() as connection:
            return await connection.run_sync(rows)

    first, second = (run(scenario(f"sqlite:///{tmp_path}/{name}.db")) for name in "ab")
    assert first == second
    assert len(first["support_session"]) > 3000
