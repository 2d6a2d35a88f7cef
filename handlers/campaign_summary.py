"""A campaign's final report: everything the Word file and the workbook print, as plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content import hours
from content.library import Library
from content.vocabulary import ORGS
from content.ward import Ward
from handlers import campaign_totals
from handlers.campaign_totals import GoalLine, PartLine, every_goal, midnights
from handlers.turn import WARD_ZONE
from store import campaign_reports, check_ins, figures, wards
from store.campaign_reports import Lesson, ShiftLine
from store.campaigns import CampaignRow
from store.check_ins import Presence


@dataclass(frozen=True)
class Helper:
    """A volunteer: in how many shifts and on how many days they were there, and for how long."""

    name: str
    org: str
    shifts: int
    days: int
    minutes: int
    forgotten: int
    """Check-ins without a check-out, which count to the shift's end."""


@dataclass(frozen=True)
class Summary:
    ward: Ward
    campaign: CampaignRow
    today: date
    areas: tuple[str, ...]
    """Without any it is the whole ward."""
    known: bool
    """The log covers the campaign: else its counts are no zero."""
    goals: tuple[GoalLine, ...]
    by_area: tuple[PartLine, ...]
    by_place: tuple[PartLine, ...]
    by_day: tuple[PartLine, ...]
    shifts: tuple[ShiftLine, ...]
    """Those that have begun."""
    helpers: tuple[Helper, ...]
    lessons: tuple[Lesson, ...]
    outside: int
    """Sessions under its name on other days, which no figure counts."""

    @property
    def held(self) -> int:
        """Shifts to which somebody came."""
        return sum(shift.came > 0 for shift in self.shifts)

    @property
    def unfinished(self) -> bool:
        return self.today <= self.campaign.last and not self.campaign.cancelled_at

    def of_org(self, org: str) -> list[Helper]:
        return [one for one in self.helpers if one.org == org]

    @property
    def orgs(self) -> list[str]:
        return [org for org in ORGS if self.of_org(org)]


async def collect(
    db: AsyncSession, library: Library, campaign: CampaignRow, now: datetime
) -> Summary:
    today = now.astimezone(WARD_ZONE).date()
    last = min(today, campaign.last)
    wanted = every_goal(campaign)
    goals = [goal for goal, _ in wanted]
    began = await figures.first_day(db, campaign.ward_id)
    names = {area.id: area.name for area in await wards.areas_of(db, campaign.ward_id)}
    since, until = midnights(campaign.first)[0], min(now, midnights(last)[1])
    present = await check_ins.of_campaign(db, campaign.id)
    return Summary(
        ward=library.wards[campaign.ward_id],
        campaign=campaign,
        today=today,
        areas=tuple(names[area] for area in campaign.areas if area in names),
        known=began is not None and began <= last,
        goals=tuple(await campaign_totals.lines(db, campaign, last, wanted)),
        by_area=tuple(await campaign_totals.by(db, campaign, "area", goals)),
        by_place=tuple(await campaign_totals.by(db, campaign, "place", goals)),
        by_day=tuple(await campaign_totals.by(db, campaign, "date", goals)),
        shifts=tuple(await campaign_reports.shifts(db, campaign.id, since, until)),
        helpers=_helpers(present),
        lessons=tuple(await campaign_reports.lessons(db, campaign)),
        outside=await campaign_reports.outside(db, campaign),
    )


def _helpers(present: Sequence[Presence]) -> tuple[Helper, ...]:
    """Everybody who checked in, in order of name; whose role changed is in their newest one."""
    theirs: dict[int, list[Presence]] = {}
    for one in present:
        theirs.setdefault(one.who, []).append(one)
    return tuple(sorted(map(_helper, theirs.values()), key=lambda one: (one.name, one.org)))


def _helper(own: Sequence[Presence]) -> Helper:
    newest = max(own, key=lambda one: (one.member_id, one.in_at))
    days = {one.date for one in own}
    lasted = hours.minutes((one.span for one in own), WARD_ZONE)
    forgotten = sum(one.forgotten for one in own)
    return Helper(
        newest.name, newest.org, len({one.shift_id for one in own}), len(days), lasted, forgotten
    )
