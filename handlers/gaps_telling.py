"""What goes by the clock: grouping the night's questions, and the officers' list on Monday morning."""

from datetime import date, datetime, time, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession

from content import calendar
from content.i18n import translate
from content.library import Library
from content.ward import Ward
from handlers import gaps
from handlers.packing import pack
from handlers.turn import WARD_ZONE, Option, Reply
from handlers.ward_cards_approval import ABLE
from store import gaps as store
from store import reminders
from store.kinds import NOTICE

MORNING, NOON = time(8), time(11, 30)


async def group(db: AsyncSession, library: Library) -> None:
    """Every night: what was asked since. Done twice, it changes nothing."""
    for ward_id in library.wards:
        await gaps.regroup(db, ward_id)


async def weekly(db: AsyncSession, library: Library, now: datetime) -> None:
    """In the morning of the week's first working day: the list, where there is one."""
    today = now.astimezone(WARD_ZONE).date()
    if not MORNING <= now.astimezone(WARD_ZONE).time() < NOON:
        return
    for ward in library.wards.values():
        if _opens(ward, now) <= now and today == _first_working(today, ward):
            await _tell(db, ward, today, now)


async def _tell(db: AsyncSession, ward: Ward, today: date, now: datetime) -> None:
    year, week, _ = today.isocalendar()
    key = f"gaps:{ward.id}:{year}-W{week:02}"
    people = await reminders.to_tell(db, [ward.id], ABLE, key)
    there = await store.unanswered(db, ward.id, gaps.LISTED) if people else []
    if not there:
        return
    for one in people:
        tr = partial(translate, one.lang)
        said = gaps.overview(tr, there)
        menu = Option(tr("Main menu"), "menu")
        payload = pack(Reply(said.text, (*said.options, menu)))
        await reminders.plan(db, one.chat_id, NOTICE, payload, f"{key}:{one.member_id}", now, now)


def _opens(ward: Ward, now: datetime) -> datetime:
    """When the ward's people are at work on that day."""
    start = max(MORNING, ward.working_hours.start) if ward.working_hours else MORNING
    return datetime.combine(now.astimezone(WARD_ZONE).date(), start, WARD_ZONE)


def _first_working(today: date, ward: Ward) -> date | None:
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(days=number) for number in range(7))
    return next((day for day in days if calendar.works(day, ward)), None)
