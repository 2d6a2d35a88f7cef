"""The catalogue: every line of the five plans and of the core set is there, and says what it must."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import printing
from bot.report import outcome
from content.deadline import Due, reminder_days, upcoming
from content.errors import ContentError
from content.indicator import Indicator, load_plans
from content.library import Library
from content.period import NoPeriod, month_of, period, spoken
from content.ward import DayOff
from tests.conftest import run
from tests.staff import office, with_ward

IDS = Path(__file__).parent / "indicator_ids.txt"
TODAY = date(2026, 11, 20)


def rows(library: Library) -> dict[str, Indicator]:
    return {row.id: row for plan in library.plans.values() for row in plan.indicators}


def test_every_row_of_the_plans_is_in_the_catalogue(library: Library) -> None:
    wanted = IDS.read_text(encoding="utf-8").split()
    assert len(wanted) == 275
    assert sorted(set(wanted) - rows(library).keys()) == []


def test_the_wards_report_under_their_own_plans(library: Library) -> None:
    plans = {ward.id: ward.plans for ward in library.wards.values()}
    assert plans["hai-duong"] == ["hd24", "hd01", "hd25"]
    assert (plans["phu-lien"], plans["hung-dao"]) == (["pl95"], ["hg178"])


def test_every_row_that_the_core_set_gathers_exists(library: Library) -> None:
    """Four are tasks in the text of a plan and no rows of its tables (facts/indicators.md, section 3)."""
    tasks = {"HG178-VII.2", "HG178-VII.4", "HG178-VII.7", "HD24-§IV.8"}
    named = {feed for row in library.plans["core"].indicators for feed in row.feeds}
    assert named - rows(library).keys() == tasks


@pytest.mark.parametrize(
    ("name", "op", "value", "year"),
    [
        ("HD24-A.V.2", "=", 85, 2026),
        ("HD01-I.A.6", "=", 95, 2026),
        ("HD01-I.A.3", ">=", 80, 2026),
        ("PL95-I-7", ">=", 70, 2030),
        ("PL95-II-27", ">=", 10, 2030),
        ("HG178-a1", ">", 80, 2030),
        ("HG178-a7", ">", 95, 2030),
        ("HG178-c3b", ">=", 1, None),
        ("HG178-d4", "<=", 0, None),
    ],
)
def test_targets_have_the_sign_of_the_plan(
    name: str, op: str, value: float, year: int | None, library: Library
) -> None:
    target = rows(library)[name].target_for(2026)
    assert target
    assert (target.op, target.value, target.year) == (op, value, year)


def test_conflicts_of_the_plans_are_said(library: Library) -> None:
    for name in ("PL95-I-7", "PL95-II-27", "PL95-I-1.2", "PL95-II-21", "HD01-I.A.6"):
        assert rows(library)[name].notes, name
    assert all(library.plans[name].notes for name in ("hd01", "pl95", "hd25"))


def test_people_are_never_divided_by_a_base_of_persons(library: Library) -> None:
    """Lượt and người are not mixed (section 1, rule 1); only people ticked by name are told apart."""
    shares = [(row.id, one) for row in rows(library).values() for one in row.figures if one.of]
    assert shares
    by_base = {one.count for _, one in shares if one.of and one.of.base}
    assert by_base == {"core_trained"}


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("id: x1\ncode: X\ntitle: t\nindicators:\n  - {id: X1-a, name: n, unit: '%', class: entered}\n",
         "needs 'official'"),
        ("id: x1\ncode: X\ntitle: t\nindicators:\n  - {id: X1-a, name: n, unit: lớp, class: measured}\n",
         "needs figures"),
        ("id: x1\ncode: X\ntitle: t\nindicators:\n  - {id: X1-a, name: n, unit: u, class: measured,\n"
         "     figures: [{name: f, count: people, where: {topics: [vneid]}}]}\n", "no such code: vneid"),
        ("id: y1\ncode: X\ntitle: t\nindicators:\n  - {id: X1-a, name: n, unit: u, class: entered,\n"
         "     official: {num: x}}\n", "must be the file's name"),
        ("id: x1\ncode: X\ntitle: t\nindicators:\n"
         "  - {id: X1-a, name: n, unit: u, class: entered, official: {num: x}}\n"
         "  - {id: X1-a, name: n, unit: u, class: entered, official: {num: x}}\n", "two rows"),
    ],
)  # fmt: skip
def test_a_wrong_row_names_its_line(text: str, advice: str, tmp_path: Path) -> None:
    (tmp_path / "x1.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=advice):
        load_plans(tmp_path)


# Periods


@pytest.mark.parametrize(
    ("name", "cut", "first", "last"),
    [
        ("2026-02", "calendar", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-11", "15-14", date(2026, 10, 15), date(2026, 11, 14)),
        ("2026-01", "15-14", date(2025, 12, 15), date(2026, 1, 14)),
        ("2026-Q4", "calendar", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-H1", "15-14", date(2025, 12, 15), date(2026, 6, 14)),
        ("2026-9M", "15-14", date(2025, 12, 15), date(2026, 9, 14)),
        ("2026", "calendar", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-10-03..2026-11-09", "calendar", date(2026, 10, 3), date(2026, 11, 9)),
    ],
)
def test_periods_have_the_days_of_their_cut(name: str, cut: str, first: date, last: date) -> None:
    assert (period(name, cut).first, period(name, cut).last) == (first, last)


@pytest.mark.parametrize(
    "name", ["2026-13", "2026-Q5", "26-11", "", "2026-11-09..2026-10-03", "2026-02-30..2026-03-01"]
)
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(NoPeriod):
        period(name)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("tháng 11", "2026-11"),
        ("thang 12", "2025-12"),
        ("tháng này", "2026-11"),
        ("thang truoc", "2026-10"),
        ("quý III", "2026-Q3"),
        ("quy 3 nam 2025", "2025-Q3"),
        ("6 tháng đầu năm", "2026-H1"),
        ("9 tháng", "2026-9M"),
        ("năm 2025", "2025"),
        ("năm nay", "2026"),
        ("11/2026", "2026-11"),
        ("2026-Q2", "2026-Q2"),
        ("báo cáo tháng 11", "2026-11"),
        ("báo cáo quý 3 năm 2025", "2025-Q3"),
        ("Tháng 10 năm nay", "2026-10"),
        ("tháng 12 năm nay", "2026-12"),
        ("sáu tháng cuối năm", "2026-H2"),
        ("chín tháng đầu năm 2025", "2025-9M"),
    ],
)
def test_periods_are_understood_as_people_say_them(said: str, name: str) -> None:
    assert spoken(said, TODAY).id == name


@pytest.mark.parametrize(
    "said",
    [
        "hôm nay",
        "VNeID",
        "tháng 13",
        "tháng 13 năm 2026",
        "năm 2021-2025",
        "",
        "vừa giúp 3 cụ",
        "tổ 5",
        "tuần 3",
        "quý 5",
        "20/11",
        "20/11/2026",
        "tháng 3 năm ngoái",
        "giúp 5 cụ tháng 10",
        "báo cáo 3 cụ",
    ],
)
def test_other_words_are_no_period(said: str) -> None:
    with pytest.raises(NoPeriod):
        spoken(said, TODAY)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("tháng 1", "2027-01"),
        ("tháng 2", "2026-02"),
        ("tháng 12", "2026-12"),
        ("tháng này", "2026-12"),
        ("quý 1", "2027-Q1"),
        ("năm nay", "2026"),
    ],
)
def test_a_period_that_began_before_the_year_is_the_latest(said: str, name: str) -> None:
    assert spoken(said, date(2026, 12, 20), "15-14").id == name


def test_the_15th_belongs_to_the_next_month() -> None:
    assert month_of(date(2026, 11, 14), "15-14").id == "2026-11"
    assert month_of(date(2026, 11, 15), "15-14").id == "2026-12"
    assert month_of(date(2026, 12, 31), "15-14").id == "2027-01"


# Deadlines


def test_the_next_deadlines_are_those_of_the_plans(library: Library) -> None:
    plans = [library.plans[name] for name in ("hd01", "pl95", "hg178")]
    due = upcoming(plans, "15-14", TODAY)
    found = [(one.plan.code, one.last_safe, one.covers.id) for one in due[:3]]
    assert found == [
        ("PL95", date(2026, 11, 29), "2026"),
        ("HG178", date(2026, 12, 9), "2026"),
        ("HD01", date(2026, 12, 14), "2026-12"),
    ]
    ward = library.wards["phu-lien"]
    assert due[0].work_towards(ward) == date(2026, 11, 27)  # the 29th is a Sunday
    assert due[1].work_towards(ward) == due[1].last_safe


def due_before(library: Library, day: date) -> Due:
    """The report of PL95 as if it were due then."""
    return replace(upcoming([library.plans["pl95"]], "calendar", TODAY)[0], before=day)


def test_no_report_is_worked_towards_in_tet(library: Library) -> None:
    due = due_before(library, date(2027, 2, 10))
    assert due.last_safe == date(2027, 2, 9)  # Tuesday, mùng bốn
    assert due.work_towards(None) == date(2027, 2, 3)


def test_the_day_of_culture_is_off(library: Library) -> None:
    due = due_before(library, date(2026, 11, 25))
    assert due.work_towards(None) == date(2026, 11, 23)
    own = library.wards["phu-lien"].model_copy(update={"working_days": [date(2026, 11, 24)]})
    assert due.work_towards(own) == date(2026, 11, 24)


def test_people_are_reminded_ten_five_and_two_days_before(library: Library) -> None:
    due = due_before(library, date(2026, 12, 15))
    assert reminder_days(due, None) == {
        date(2026, 12, 5): 10, date(2026, 12, 10): 5, date(2026, 12, 13): 2, date(2026, 12, 14): "last",
    }  # fmt: skip


def test_people_are_reminded_on_the_day_to_work_towards(library: Library) -> None:
    due = due_before(library, date(2026, 11, 30))
    assert list(reminder_days(due, None).items()) == [
        (date(2026, 11, 20), 10),
        (date(2026, 11, 25), 5),
        (date(2026, 11, 27), "towards"),
        (date(2026, 11, 28), 2),
        (date(2026, 11, 29), "last"),
    ]
    saturday = due_before(library, date(2026, 11, 29))
    assert reminder_days(saturday, None)[date(2026, 11, 27)] == "towards"  # rather than 2


def test_a_deadline_that_is_over_does_not_come_back(library: Library) -> None:
    """The annual report of HD01 was due before 20/11/2026 and is asked for no other year."""
    due = upcoming([library.plans["hd01"]], "calendar", TODAY, 700)
    yearly = [one for one in due if one.covers.kind == "year"]
    assert yearly == []
    due = upcoming([library.plans["hd01"]], "calendar", date(2026, 11, 19), 700)
    assert [one.last_safe for one in due if one.covers.kind == "year"] == [date(2026, 11, 19)]


def test_a_calendar_month_is_reported_in_the_next(library: Library) -> None:
    due = upcoming([library.plans["hd01"]], "calendar", TODAY)
    assert (due[0].last_safe, due[0].covers.id) == (date(2026, 12, 14), "2026-11")


def test_a_holiday_is_named_where_deadlines_are(sqlite_url: str, library: Library) -> None:
    """In the chat, on the command line and in a report."""
    days = [DayOff(date=date(2026, 12, 14), name="Hội làng")]
    changed = with_ward(library, days_off=days)
    ward = changed.wards["mau"]
    due = upcoming([library.plans["hd01"]], ward.cut, TODAY)[0]
    assert "14/12/2026 (Hội làng; nên xong từ ngày 11/12/2026)" in outcome._due(due, ward)
    assert any(", Hội làng: 2026-12-11)" in line for line in printing.due(changed, ward, TODAY, 90))

    async def scenario() -> None:
        async with office(sqlite_url, changed) as world:
            hoa = await world.staff("officer", "Bà Hoa")
            await hoa.say("hạn báo cáo")
            line = next(line for line in hoa.last.text.splitlines() if "14/12/2026" in line)
            assert "Hội làng" in line
            assert "11/12/2026" in line

    run(scenario())
