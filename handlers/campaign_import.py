"""Importing a whole campaign: what a file would make, what is wrong row by row; then all or nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from content import campaign_shift
from content.campaign_shift import Line
from content.fold import fold, words
from content.i18n import translate
from content.library import Library
from content.ward import Ward
from handlers import rights, settings
from handlers.campaign_code import why_not
from handlers.campaign_fields import taken_name
from handlers.campaign_import_cells import (
    LACKING,
    LEADER,
    NAME_TAKEN,
    NO_LEADER,
    Wrong,
    areas_named,
    as_cell,
    cleaned,
    cutoff_of,
    day_of,
    hour,
    kind_of_area,
    last_day,
    model,
    name,
    organiser,
    people_needed,
    shift_day,
    targets_named,
    yes_or_no,
)
from handlers.campaign_import_files import (
    CAMPAIGN,
    CAMPAIGN_COLUMNS,
    SHIFT_COLUMNS,
    SHIFTS,
    Raw,
    Values,
    text_of,
)  # fmt: skip
from handlers.campaign_shifts import NOT_THERE, TWICE, UNKNOWN_AREA, NoShift, area_in, as_stored
from handlers.importing import Outdated
from store import campaigns, members, wards
from store.campaigns import NewCampaign, NewShift
from store.wards import AreaRow

T = TypeVar("T")
NO_TARGETS: dict[str, int] = {}
WHOLE_WARD: tuple[int, ...] = ()
NO_TOPICS: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell of the file."""

    sheet: str
    row: int | None
    """None: of the campaign itself."""
    column: str
    message: str
    values: dict[str, object]

    def said(self, lang: str) -> str:
        where = f"{self.sheet}, {self.row}" if self.row else self.sheet
        return f"{where}, {self.column}: {translate(lang, self.message, **self.values)}"


@dataclass(frozen=True)
class Outcome:
    """The result of a check. With a single problem nothing may be written."""

    campaign: NewCampaign | None
    areas: tuple[int, ...]
    shifts: tuple[NewShift, ...]
    problems: tuple[Problem, ...]

    @property
    def allowed(self) -> bool:
        return self.campaign is not None and not self.problems


@dataclass
class Sheet:
    """One row being read; what is wrong with it gathers in `problems`."""

    title: str
    row: int | None
    values: Values
    labels: dict[str, str]
    problems: list[Problem] = field(default_factory=list)

    def read(self, code: str, read: Callable[[str], T], default: T | None = None) -> T | None:
        """What a cell says; without one the default, and a problem where there is none."""
        try:
            said = cleaned(text_of(self.values[code])) if code in self.values else ""
            if not said and default is None:
                raise Wrong(LACKING)
            return read(said) if said else default
        except Wrong as wrong:
            self.wrong(code, wrong.message, **wrong.values)
            return None

    def wrong(self, code: str, message: str, **values: object) -> None:
        self.problems.append(Problem(self.title, self.row, self.labels[code], message, values))


async def check(
    db: AsyncSession, library: Library, ward: Ward, raw: Raw, member_id: int | None, now: datetime
) -> Outcome:
    """What a file would make, and all that is wrong with it. `member_id`: who imports, None on the
    command line. `now`: in the ward's zone."""
    known = await wards.areas_of(db, ward.id)
    labels = {column.code: column.label for column in CAMPAIGN_COLUMNS}
    head = Sheet(CAMPAIGN, None, raw.campaign, labels)
    told = await _campaign(db, library, ward, head, member_id, now.date())
    areas = head.read("areas", lambda said: areas_named(known, said), WHOLE_WARD) or ()
    shifts, problems = [], head.problems
    for row, values in raw.shifts:
        sheet = Sheet(SHIFTS, row, values, {one.code: one.label for one in SHIFT_COLUMNS})
        shift = _shift(sheet, told, areas, known, now.date())
        if shift and shift in shifts:
            sheet.wrong("place", TWICE)
        shifts += [shift] if shift else []
        problems += sheet.problems
    return Outcome(told, areas, tuple(shifts), tuple(problems))


async def _campaign(
    db: AsyncSession, library: Library, ward: Ward, sheet: Sheet, member_id: int | None, today: date
) -> NewCampaign | None:
    """The campaign itself. None when something of it is wrong."""
    before = len(sheet.problems)
    first = sheet.read("first", lambda said: day_of(said, today))
    values: dict[str, object] = dict(
        code=sheet.read("code", lambda said: fold(said).upper()),
        name=sheet.read("name", name),
        model=sheet.read("model", model),
        organiser=sheet.read("organiser", organiser),
        skills=sheet.read("skills", yes_or_no),
        area_type=sheet.read("area_type", kind_of_area),
        first=first,
        last=sheet.read("last", lambda said: last_day(said, first, today)),
        cutoff=sheet.read("cutoff", cutoff_of),
        targets=sheet.read("targets", targets_named, NO_TARGETS),
        member_id=await _leader(db, ward, sheet, member_id),
    )
    if values["name"] and await taken_name(db, ward.id, str(values["name"])):
        sheet.wrong("name", NAME_TAKEN)
    if values["code"] and (refused := await why_not(db, library, ward, str(values["code"]))):
        sheet.wrong("code", refused)
    if len(sheet.problems) > before:
        return None
    return NewCampaign(ward_id=ward.id, **values)  # type: ignore[arg-type]


async def _leader(db: AsyncSession, ward: Ward, sheet: Sheet, member_id: int | None) -> int | None:
    """Who leads it: whom the file names, else who imports."""
    able = [role for role in rights.PERMISSIONS if rights.allowed(role, "campaigns")]
    there = await members.with_roles(db, ward.id, able)
    if "leader" not in sheet.values:
        if member_id is None:
            sheet.wrong("leader", NO_LEADER)
        return member_id
    said = words(text_of(sheet.values["leader"]))
    found = [one.id for one in there if words(one.name) == said]
    if len(found) != 1:
        sheet.wrong("leader", LEADER, said=text_of(sheet.values["leader"])[:40])
        return None
    return found[0]


def _shift(
    sheet: Sheet,
    told: NewCampaign | None,
    areas: Sequence[int],
    known: Sequence[AreaRow],
    today: date,
) -> NewShift | None:
    """One shift. None when something of it is wrong."""
    place = sheet.read("place", as_cell(campaign_shift.place_named))
    people = sheet.read("people", people_needed)
    topics = sheet.read("topics", as_cell(campaign_shift.topics_named), NO_TOPICS)
    day = sheet.read("day", lambda said: shift_day(said, told, today))
    starts, ends = sheet.read("from", hour), sheet.read("to", hour)
    if starts and ends:
        sheet.read("to", as_cell(lambda _: campaign_shift.checked_hours(starts, ends)))
    area = _shift_area(sheet, areas, known, place or "")
    if sheet.problems or not (place and people and day and starts and ends):
        return None
    return as_stored(Line(place, day, starts, ends, people, topics or ()), area)


def _shift_area(
    sheet: Sheet, areas: Sequence[int], known: Sequence[AreaRow], place: str
) -> int | None:
    """The area that is named, else the one in the place's name."""
    try:
        if "area" not in sheet.values:
            return area_in(areas, known, place)
    except NoShift as none:
        sheet.wrong("place", none.message, **none.values)
        return None
    said = text_of(sheet.values["area"])
    area = settings.area_meant(known, said)
    if area is None:
        sheet.wrong("area", UNKNOWN_AREA, place=said[:40])
    elif areas and area.id not in areas:
        sheet.wrong("area", NOT_THERE, area=area.name)
    return area.id if area else None


async def apply(
    db: AsyncSession, library: Library, ward: Ward, outcome: Outcome, by: int | None, now: datetime
) -> int:
    """Write it, all of it. Outdated when somebody made one of that name or word meanwhile."""
    told = outcome.campaign
    assert told
    assert outcome.allowed
    await wards.hold(db, ward.id, alone=True)
    if await taken_name(db, ward.id, told.name) or await why_not(db, library, ward, told.code):
        raise Outdated
    number = await campaigns.create(db, told, outcome.areas, outcome.shifts, now)
    await members.note(db, ward.id, by, "campaign imported", number, now)
    return number
