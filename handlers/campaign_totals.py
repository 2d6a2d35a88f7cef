"""What a campaign has reached: its goals against their targets, by area, place and day.

Counted from the sessions that name the campaign on its own days, by the SQL of all other figures, so that an
edit or a void counts at once and the sums agree with the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from content.campaign import GOALS, Goal, goals
from content.topics import bits
from handlers.turn import WARD_ZONE
from store import campaign_reports, figures, wards
from store.campaign_reports import Came, ShiftLine
from store.campaigns import CampaignRow
from store.figures import Span, Tally


@dataclass(frozen=True)
class GoalLine:
    """One goal: on a day, and since the campaign's first one."""

    goal: Goal
    today: int
    so_far: int
    target: int | None
    """None: the campaign set none."""

    @property
    def percent(self) -> float | None:
        """What is reached of the target."""
        return 100 * self.so_far / self.target if self.target else None


@dataclass(frozen=True)
class Day:
    """A campaign's day: what was reached by its end, its shifts, who came, and who still has to log."""

    campaign: CampaignRow
    day: date
    goals: tuple[GoalLine, ...]
    shifts: tuple[ShiftLine, ...]
    came: tuple[Came, ...]
    silent: tuple[str, ...]

    @property
    def people(self) -> int:
        """How many different volunteers were there."""
        return len({one.member_id for one in self.came})

    def begun(self, now: datetime) -> list[ShiftLine]:
        return [shift for shift in self.shifts if shift.starts_at <= now]

    def empty(self, now: datetime) -> list[ShiftLine]:
        """Shifts that have begun and to which nobody came."""
        return [shift for shift in self.begun(now) if not shift.came]


@dataclass(frozen=True)
class PartLine:
    """One area, place or day of a campaign: a number for each goal. `name` None: sessions that say none."""

    name: Any
    numbers: tuple[int, ...]


def goals_of(campaign: CampaignRow) -> list[tuple[Goal, int | None]]:
    """The goals that have targets; those of the form where none was set (facts/programme.md, c.3)."""
    return [*goals(campaign.targets)] or [(goal, None) for goal in GOALS.values()]


def every_goal(campaign: CampaignRow) -> list[tuple[Goal, int | None]]:
    """Those of the form, then the others that have targets."""
    set_ones = {goal.code: number for goal, number in goals(campaign.targets)}
    form = [(goal, set_ones.get(code)) for code, goal in GOALS.items()]
    return [*form, *((goal, n) for goal, n in goals(campaign.targets) if goal.code not in GOALS)]


async def lines(
    db: AsyncSession,
    campaign: CampaignRow,
    day: date,
    wanted: Sequence[tuple[Goal, int | None]] | None = None,
) -> list[GoalLine]:
    """Each goal at the end of a day; days after the campaign add nothing."""
    listed = goals_of(campaign) if wanted is None else wanted
    asked = tallies([goal for goal, _ in listed])
    today = await figures.count(db, _span(campaign, day, day), asked)
    so_far = await figures.count(db, _span(campaign, campaign.first, day), asked)
    return [
        GoalLine(goal, now, ever, target)
        for (goal, target), now, ever in zip(listed, today, so_far, strict=True)
    ]


async def day_of(db: AsyncSession, campaign: CampaignRow, day: date) -> Day:
    since, until = midnights(day)
    shifts = await campaign_reports.shifts(db, campaign.id, since, until)
    return Day(
        campaign,
        day,
        tuple(await lines(db, campaign, day)),
        tuple(shifts),
        tuple(await campaign_reports.came(db, [shift.id for shift in shifts])),
        tuple(await campaign_reports.silent(db, campaign.id, day)),
    )


def midnights(day: date) -> tuple[datetime, datetime]:
    """When a day of the ward begins and ends."""
    first = datetime.combine(day, time(), WARD_ZONE)
    return first, first + timedelta(days=1)


async def by(
    db: AsyncSession, campaign: CampaignRow, key: str, wanted: Sequence[Goal]
) -> list[PartLine]:
    """The same of all its days by a key of store.figures.BY; areas by name, and all the campaign has."""
    span = _span(campaign, campaign.first, campaign.last)
    found = await figures.count_by(db, span, tallies(wanted), key)
    numbers = {name: tuple(row) for name, row in found.items()}
    if key != "area":
        return [PartLine(name, numbers[name]) for name in sorted(numbers, key=_last_none)]
    areas = await wards.areas_of(db, campaign.ward_id)
    own = [area for area in areas if area.id in campaign.areas or area.id in numbers]
    nothing = (0,) * len(wanted)
    named = [PartLine(area.name, numbers.get(area.id, nothing)) for area in own]
    return [*named, *([PartLine(None, numbers[None])] if None in numbers else [])]


def tallies(wanted: Sequence[Goal]) -> list[Tally]:
    return [Tally(goal.measure, bits(goal.topics), audience=goal.audience) for goal in wanted]


def _span(campaign: CampaignRow, first: date, last: date) -> Span:
    """Within the campaign's own days; none of them where these lie outside."""
    first, last = max(first, campaign.first), min(last, campaign.last)
    return Span(campaign.ward_id, first, last, campaign=campaign.name)


def _last_none(name: Any) -> tuple[bool, Any]:
    return name is None, name or ""
