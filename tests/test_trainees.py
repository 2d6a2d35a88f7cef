"""The lists of union core members and officials: imported, and counted where classes trained them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.lists import Import
from content.library import Library
from content.topics import bits
from handlers.importing_outcome import Outcome
from store import attendance, classes, sessions, trainees
from store import campaign_figures as figures
from store.class_models import Trainee
from store.classes import Plan
from store.figures import Span
from store.sessions import By, Told
from store.trainees import OFFICIAL, UNION_CORE
from tests.conftest import run
from tests.people import NOON
from tests.staff import WARD, Office, office

HEAD = "Họ tên;Nhóm;Đơn vị đoàn thể;Chi hội/phòng;Ngày thôi\n"
TWO = "Trần Thị Thử;nòng cốt đoàn thể;HPN;Chi hội 1;\nLê Văn Mẫu;cán bộ;;Phòng VHXH;\n"


async def checked(world: Office, text: str) -> tuple[Import, Outcome]:
    ward = world.app.library.wards[WARD]
    work = Import(world.app.store, world.app.library, ward, None, world.clock())
    return work, await work.check("danh-sach.csv", (HEAD + text).encode())


async def imported(world: Office, text: str) -> list[str]:
    work, outcome = await checked(world, text)
    assert not outcome.problems, outcome.problems
    await work.apply(outcome)
    return [change.what for change in outcome.changes]


async def listed(world: Office) -> list[tuple[str, str, str, str, date | None]]:
    async def read(db: Any) -> Any:
        return (await db.scalars(select(Trainee).order_by(Trainee.id))).all()

    found = await world.app.store.read(read)
    return [(one.name, one.kind, one.org, one.unit, one.until) for one in found]


def test_a_list_is_imported_and_again_changes_nothing(database_url: str, library: Library) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            assert await imported(world, TWO) == ["new", "new"]
            assert await listed(world) == [
                ("Trần Thị Thử", UNION_CORE, "women", "Chi hội 1", None),
                ("Lê Văn Mẫu", OFFICIAL, "other", "Phòng VHXH", None),
            ]
            assert await imported(world, TWO) == ["unchanged", "unchanged"]
            left = "Trần Thị Thử;nòng cốt đoàn thể;HPN;Chi hội 1;10/11/2026\n"
            assert await imported(world, left) == ["ended"]
            day = date(2026, 11, 20)
            there = await world.app.store.read(lambda db: trainees.of_ward(db, WARD, day))
            assert [one.name for one in there] == ["Lê Văn Mẫu"]

    run(scenario())


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("Trần Thị Thử;đoàn viên;HPN;;\n", "Nhóm"),
        ("Trần Thị Thử;nòng cốt đoàn thể;;;\n", "Đơn vị đoàn thể"),
        ("Trần Thị Thử;nòng cốt đoàn thể;Hội A;;\n", "Đơn vị đoàn thể"),
        (";cán bộ;;;\n" + TWO, "Họ tên"),
        ("Trần Thị 0912345678;cán bộ;;;\n", "Họ tên"),
        ("Trần Thị Thử;cán bộ;;;10/11/2026\n", "Ngày thôi"),
        ("Trần Thị Thử;cán bộ;;;10/12/2026\n", "Ngày thôi"),
        (TWO + TWO.splitlines()[1], "Họ tên"),
    ],
)
def test_a_bad_row_imports_nothing(
    row: str, column: str, sqlite_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(sqlite_url, library) as world:
            _, outcome = await checked(world, row)
            assert column in [one.column for one in outcome.problems]
            assert not outcome.allowed
            assert await listed(world) == []

    run(scenario())


async def held(world: Office, day: date, *ticked: int, void: bool = False) -> None:
    """A class of that day, in the log, with these trainees ticked."""
    starts = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
    plan = Plan("class", f"Lớp {day:%d/%m}", None, bits(["antoan_luadao"]), "union", "team", None,
                "Chợ", "market", starts, starts.replace(hour=3), None, None)  # fmt: skip
    told = Told(day, "class", None, 9, 0, 0, None, 1, 0, "union", "helped", None, None, None, 60,
                False, None)  # fmt: skip

    async def write(db: Any) -> None:
        number = await classes.add(db, WARD, 1, None, plan, "4821", NOON)
        for trainee in ticked:
            await attendance.tick(db, number, trainee, NOON)
        by = By(1, WARD, None, "team", "web")
        session = await sessions.add(db, by, told, "4821", NOON, NOON)
        await classes.close(db, number, session)
        if void:
            logged = await sessions.get(db, session)
            assert logged
            await sessions.void(db, logged, 1, "nhầm", NOON)

    await world.app.store.write(write)


def test_people_are_counted_by_head_in_classes_that_count(
    database_url: str, library: Library
) -> None:
    async def scenario() -> None:
        async with office(database_url, library) as world:
            await world.staff("member", "Chị Lan")
            await imported(world, TWO + "Bà Ba;nòng cốt đoàn thể;HND;Chi hội 2;\n")
            await held(world, date(2026, 11, 2), 1, 2)
            await held(world, date(2026, 11, 9), 1, 3)
            await held(world, date(2026, 10, 31), 3)
            await held(world, date(2026, 11, 10), 2, void=True)
            store, span = world.app.store, Span(WARD, date(2026, 11, 1), date(2026, 11, 30))
            asked: list[figures.Asked] = [
                ("core_trained", ()), ("officials_trained", ()), ("core_trained", ("farmers",)),
                ("core_trained", ("youth",)),
            ]  # fmt: skip
            assert await store.read(lambda db: figures.count(db, span, asked)) == [2, 1, 1, 0]
            rows = await store.read(lambda db: figures.facts(db, span, "core_trained"))
            assert [(one.name, one.org, one.number) for one in rows] == [
                ("LOP 4821 Lớp 02/11", "women", 1), ("LOP 4821 Lớp 09/11", "farmers", 1),
            ]  # fmt: skip

    run(scenario())
