"""The working days: Tết and the State's swapped days by themselves, the rest in the ward's file."""

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from content.calendar import last_working, off, works
from content.errors import ContentError
from content.ward import DayOff, Ward, load_wards

CONTACTS = "contacts:\n  - name: A\n"
WARD = Ward.model_validate({"id": "x1", "name": "X", "city": "Z", "contacts": [{"name": "A"}]})
OWN = WARD.model_copy(
    update={
        "days_off": [DayOff(date=date(2027, 2, 11), name="Ngày nghỉ của phường")],
        "working_days": [date(2027, 2, 20), date(2026, 11, 24)],
    }
)

NAMED = [
    (date(2026, 2, 17), "Tết Nguyên Đán"),
    (date(2026, 4, 27), "Ngày Giỗ Tổ Hùng Vương (nghỉ bù)"),
    (date(2026, 8, 31), "Ngày nghỉ (thay cho ngày 22/08/2026)"),
    (date(2026, 11, 24), "Ngày Văn hóa Việt Nam"),
    (date(2026, 11, 20), ""),
    (date(2026, 11, 21), ""),
]


@pytest.mark.parametrize(("day", "name"), NAMED)
def test_public_holidays_are_known_by_name(day: date, name: str) -> None:
    assert off(day, None) == off(day, WARD) == name


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 24), False),
        (date(2026, 8, 22), True),
        (date(2026, 8, 31), False),
    ],
)
def test_the_office_works_monday_to_friday_and_on_swapped_saturdays(day: date, open_: bool) -> None:
    assert works(day, None) is works(day, WARD) is open_


def test_the_wards_file_adds_days_and_takes_them_away() -> None:
    assert off(date(2027, 2, 11), OWN) == "Ngày nghỉ của phường"
    assert not works(date(2027, 2, 11), OWN)
    assert works(date(2027, 2, 20), OWN)
    assert (off(date(2026, 11, 24), OWN), works(date(2026, 11, 24), OWN)) == ("", True)
    swapped = DayOff(date=date(2026, 8, 22), name="Mất điện")
    assert not works(swapped.date, WARD.model_copy(update={"days_off": [swapped]}))


def test_the_last_working_day_is_before_tet() -> None:
    assert last_working(date(2027, 2, 10), None) == date(2027, 2, 3)
    assert last_working(date(2027, 2, 11), OWN) == date(2027, 2, 3)
    assert last_working(date(2027, 2, 11), None) == date(2027, 2, 11)
    assert last_working(date(2026, 8, 23), None) == date(2026, 8, 22)


def test_a_ward_file_names_its_days(tmp_path: Path) -> None:
    days = "days_off: [{date: 2027-02-11, name: Hội làng}]\nworking_days: [2026-08-22]\n"
    text = f"id: x1\nname: X\ncity: Z\n{CONTACTS}{days}"
    (tmp_path / "x1.yaml").write_text(text, encoding="utf-8")
    ward = load_wards(tmp_path, frozenset())["x1"]
    assert ward.days_off == [DayOff(date=date(2027, 2, 11), name="Hội làng")]
    assert ward.working_days == [date(2026, 8, 22)]


WRONG = {
    "days_off: [2027-02-11]": r"x1.yaml:6: 'days_off.0'.*write each as \{date: 2027-02-11",
    "days_off: [{date: 2027-02-11}]": r"x1.yaml:6: 'days_off.0.name'",
    "working_days: [22/08/2026]": r"x1.yaml:6: 'working_days.0'.*write each as 2026-08-22",
    "days_off: [{date: 2027-02-11, name: A}, {date: 2027-02-11, name: B}]": (
        "2027-02-11 stands twice under 'days_off'; keep one name"
    ),
    "days_off: [{date: 2027-02-11, name: A}]\nworking_days: [2027-02-11]": (
        "2027-02-11 cannot be both a day off and a working day; keep one"
    ),
}


@pytest.mark.parametrize("days", WRONG)
def test_wrong_days_are_refused(days: str, tmp_path: Path) -> None:
    text = f"id: x1\nname: X\ncity: Z\n{CONTACTS}{days}\n"
    (tmp_path / "x1.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=WRONG[days]):
        load_wards(tmp_path, frozenset())


def test_the_program_starts_without_the_calendars_of_the_world() -> None:
    """Nor with dateparser: both are for who asks about a day."""
    code = (
        "import sys, bot.cli, content.calendar, content.when;"
        "print({'holidays', 'dateparser'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False,
        cwd=Path(__file__).parent.parent,
    )  # fmt: skip
    assert done.stdout.strip() == "set()", done.stderr
