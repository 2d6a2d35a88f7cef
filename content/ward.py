"""Wards: `content/wards/<id>.yaml`. A field nobody knows is left out of the file, and not shown."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from content.errors import ContentError, Fault
from content.fold import words
from content.frontmatter import Document, read_yaml, validate

WARDS = Path(__file__).parent / "wards"

LONGEST_CODE = 40
"""So that `form:home:area:<code>` and `area_<ward>_<code>` fit where 64 bytes do."""


class Contact(BaseModel):
    """A place where a resident finds a person."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    address: str | None = None
    hours: str | None = None
    phone: str | None = None


class Signature(BaseModel):
    """The block at the end of a report: "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", and a name where it is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    lines: Annotated[list[str], Field(min_length=1)]
    name: str = ""


class Letterhead(BaseModel):
    """What the ward's documents begin and end with (Nghị định 30/2020/NĐ-CP; facts/programme.md, d.1)."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    superior: str = ""
    body: str
    place: str
    symbol: str = "BC-UBND"
    recipients: Annotated[list[str], Field(min_length=1)]
    signature: Signature


class WorkingHours(BaseModel):
    """When the ward's people work, so that a resident is told when to expect an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    days: Annotated[list[Annotated[int, Field(ge=1, le=7)]], Field(min_length=1)]
    """1 is Monday."""
    start: time
    end: time


class DayOff(BaseModel):
    """A day off that content/calendar.py cannot know, or knows by another name."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    date: date
    name: Annotated[str, Field(min_length=1)]


class Ward(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,30}$")]
    name: str
    city: str
    invented: bool = False
    """A ward made up for trying the program; said wherever its name is shown."""
    area_label: str = "tổ dân phố"
    areas: list[str] = []
    contacts: Annotated[list[Contact], Field(min_length=1)]
    plans: list[str] = []
    """The plans of content/indicators this ward reports under; the core set needs no naming."""
    cut: Literal["calendar", "15-14"] = "calendar"
    letterhead: Letterhead | None = None
    working_hours: WorkingHours | None = None
    days_off: list[DayOff] = []
    working_days: list[date] = []
    """Saturdays swapped in for a day off, and days off on which this ward works all the same."""
    request_minutes: Annotated[int, Field(ge=5, le=2880)] = 60
    """How long a help request waits for the team, then for its lead, before it goes one further."""
    broadcast_alone: Annotated[int, Field(ge=0, le=10_000)] = 50
    """To how many people an officer may send a message that no second officer has approved."""

    @property
    def area_codes(self) -> dict[str, str]:
        """Code → name; the code is the name's words, as it stands in a QR code."""
        return {words(name).replace(" ", "-"): name for name in self.areas}


HINTS = {
    "contacts": "at least one place with its name",
    "id": "the file's name",
    "days_off": "each as {date: 2027-02-11, name: …}",
    "working_days": "each as 2026-08-22",
}


def load_wards(folder: Path, plans: frozenset[str]) -> dict[str, Ward]:
    """All wards by id; `plans` are those a ward may name. ContentError lists every fault."""
    wards, faults = {}, []
    for path in sorted(folder.glob("*.yaml")):
        try:
            data, lines = read_yaml(path, path.read_text(encoding="utf-8"))
            ward = validate(Ward, Document(path, data, lines, []), HINTS)
            wards[ward.id] = ward
            faults += [Fault(path, 1, advice) for advice in _faults(ward, path.stem, plans)]
        except ContentError as error:
            faults += error.faults
    if faults:
        raise ContentError(faults)
    return wards


def _faults(ward: Ward, stem: str, plans: frozenset[str]) -> Iterator[str]:
    if ward.id != stem:
        yield f"id '{ward.id}' must be the file's name '{stem}'"
    for plan in ward.plans:
        if plan not in plans:
            yield f"there is no plan '{plan}'; use some of {', '.join(sorted(plans))}"
    if len(ward.area_codes) < len(ward.areas):
        yield "two areas have the same name without accents; tell them apart"
    for code, name in ward.area_codes.items():
        if len(code) > LONGEST_CODE:
            yield f"the area's name '{name}' is too long; shorten it to {LONGEST_CODE} letters"
    days = [one.date for one in ward.days_off]
    for day in sorted({day for day in days if days.count(day) > 1}):
        yield f"{day} stands twice under 'days_off'; keep one name"
    for day in sorted({*days} & {*ward.working_days}):
        yield f"{day} cannot be both a day off and a working day; keep one"
