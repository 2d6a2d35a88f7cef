"""What the scheduler plans for people of the ward: deadlines, the weekly log, quotas that run out.

Each job may run every minute and on two machines at once. A key names each message as long as the outbox
keeps it, which is two days after it ended: none is planned for longer than that.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from content.deadline import Due, reminder_days, upcoming
from content.i18n import DEFAULT, N_, translate
from content.library import Library
from content.limits import STOP, WARN, Limits
from content.ward import Ward
from handlers import deadline_words, notices
from handlers.figures import plans_of
from handlers.notices import Tr
from handlers.packing import pack
from handlers.rights import ADMINISTRATOR, LEAD, OFFICER
from handlers.stopping import STOPS
from handlers.turn import WARD_ZONE, Option, Reply, Skip
from store import consents, inbound_counts, members, people, reminders, send_counts
from store.kinds import DEADLINE, KINDS, LOGGING, NOTICE
from store.outbox import Parcel

MORNING, EVENING = time(8), time(19)
SUNDAY = 7
AHEAD = 31
"""Days: no deadline is spoken of earlier, whatever holidays lie before it."""
OFFICE = (OFFICER, ADMINISTRATOR)
TOLD = (*OFFICE, LEAD)
"""Who hears of deadlines."""
MESSAGES, USERS, GROUPS = "messages", "users", "groups"
QUOTA = {
    (MESSAGES, WARN): N_(
        "{channel} has used {n} of its {most} messages of this month. From {stop} % on, lessons, reminders "
        "and news no longer leave there until the month ends; answers and help requests go on."
    ),
    (MESSAGES, STOP): N_(
        "{channel} has used {n} of its {most} messages of this month: {stop} % or more. Lessons, reminders "
        "and news no longer leave there until the month ends; answers and help requests go on."
    ),
    (USERS, WARN): N_(
        "{n} of the {most} people {channel} allows use it. Who comes after them may get no answer there: "
        "please show new people the web page or another channel."
    ),
    (USERS, STOP): N_(
        "{n} of the {most} people {channel} allows use it: {stop} % or more. Please send new people to the "
        "web page or another channel from now on."
    ),
    (GROUPS, WARN): N_("{channel} is in {n} of the {most} groups it allows."),
    (GROUPS, STOP): N_(
        "{channel} is in {n} of the {most} groups it allows: no other group can be added."
    ),
}
"""What is told of each part of a plan at each level."""


async def deadlines(db: AsyncSession, library: Library, now: datetime) -> None:
    """From 8 on: the reports of which people are reminded on this day."""
    today, due_at = _today_at(MORNING, now)
    if now < due_at:
        return
    for ward in library.wards.values():
        for due in _upcoming(library, ward, today):
            if label := reminder_days(due, ward).get(today):
                await _tell_of(db, ward, due, str(label), now)


async def _tell_of(db: AsyncSession, ward: Ward, due: Due, label: str, now: datetime) -> None:
    today, due_at = _today_at(MORNING, now)
    name = _name(due)
    for one in await reminders.to_tell_of_deadline(db, ward.id, TOLD, f"{name}:{label}"):
        said = pack(deadline_words.said(one.lang, due, ward, one.role, today))
        key, about = f"{name}:{label}:{one.member_id}", f"{name}:{one.member_id}"
        await reminders.plan(db, one.chat_id, DEADLINE, said, key, now, due_at, about)


async def compose_deadline(
    db: AsyncSession, library: Library, parcel: Parcel, now: datetime
) -> Reply | Skip:
    """In the words of this moment: it may have waited for days until a page was opened."""
    name, _, number = (parcel.about or "").rpartition(":")
    member = await members.get(db, int(number))
    ward = library.wards.get(member.ward_id) if member else None
    if member is None or ward is None or member.role not in TOLD:
        return Skip("role ended")
    if await consents.refused(db, parcel.chat_id, consents.DEADLINES):
        return Skip("stopped")
    if await reminders.overtaken(db, parcel):
        return Skip("overtaken")
    today = now.astimezone(WARD_ZONE).date()
    due = next((one for one in _upcoming(library, ward, today) if _name(one) == name), None)
    lang = await people.lang_of_chat(db, parcel.chat_id) or DEFAULT
    return deadline_words.said(lang, due, ward, member.role, today) if due else Skip("over")


async def logging(db: AsyncSession, library: Library, now: datetime) -> None:
    """On Sunday evening: whoever wants it and logged nothing since Monday."""
    today, due_at = _today_at(EVENING, now)
    if today.isoweekday() != SUNDAY or not due_at <= now <= due_at + KINDS[LOGGING].fresh:
        return
    first, last = today - timedelta(days=6), today
    about = f"logging:{_week(first)}"
    for one in await reminders.to_tell_to_log(db, list(library.wards), first, last, about):
        said = pack(_logging_said(partial(translate, one.lang)))
        key = f"{about}:{one.chat_id}"
        await reminders.plan(db, one.chat_id, LOGGING, said, key, now, due_at, about)


async def compose_logging(
    db: AsyncSession, library: Library, parcel: Parcel, now: datetime
) -> Reply | Skip:
    """Not after that week, nor to who logged or left since."""
    today = now.astimezone(WARD_ZONE).date()
    first = today - timedelta(days=today.weekday())
    if parcel.about != f"logging:{_week(first)}":
        return Skip("late")
    if not await reminders.is_silent(db, parcel.chat_id, first, today):
        return Skip("not needed")
    return _logging_said(await notices.speaking_to_chat(db, parcel.chat_id))


async def quotas(
    db: AsyncSession, library: Library, limits: Mapping[str, Limits], now: datetime
) -> None:
    """On the day a plan runs out so far, and the next one: all officers and administrators.

    Each level is told once a month: people and groups that stay are told of again in the next.
    """
    today = now.astimezone(WARD_ZONE).date()
    for channel, limit in limits.items():
        for what, most in _plan_of(limit):
            level, used = await _crossed(db, channel, limit, what, most, today)
            if level:
                key = f"quota:{channel}:{today:%Y-%m}:{level}:{what}"
                said = dict(channel=channel.replace("_", " ").title(), n=used, most=most, stop=STOP)
                await _tell_office(db, library, key, QUOTA[what, level], said, now)


async def _tell_office(
    db: AsyncSession,
    library: Library,
    key: str,
    message: str,
    values: dict[str, Any],
    now: datetime,
) -> None:
    for one in await reminders.to_tell(db, list(library.wards), OFFICE, key):
        payload = pack(Reply(translate(one.lang, message, **values)))
        await reminders.plan(db, one.chat_id, NOTICE, payload, f"{key}:{one.member_id}", now, now)


def _plan_of(limit: Limits) -> list[tuple[str, int]]:
    """What of a channel runs out, and how much of it there is."""
    parts = ((MESSAGES, limit.monthly), (USERS, limit.users), (GROUPS, limit.groups))
    return [(what, most) for what, most in parts if most]


async def _crossed(
    db: AsyncSession, channel: str, limit: Limits, what: str, most: int, today: date
) -> tuple[int, int]:
    """The highest level passed since the day before yesterday (0: none), and how much was used.

    Passed longer ago it was told: what was sent then may have left the outbox, and nothing else knows.
    """
    used = await _used(db, channel, limit, what, today)
    if 100 * used < WARN * most:
        return 0, used
    ago = today - timedelta(days=2)
    before = await _used(db, channel, limit, what, ago) if ago.month == today.month else 0
    level = STOP if 100 * used >= STOP * most else WARN
    return (level if 100 * before < level * most else 0), used


async def _used(db: AsyncSession, channel: str, limit: Limits, what: str, day: date) -> int:
    """How much of a part of the plan was used at the end of a day."""
    if what != MESSAGES:
        end = datetime.combine(day + timedelta(days=1), time(), WARD_ZONE)
        people, groups = await inbound_counts.known(db, channel, end)
        return people if what == USERS else groups
    sent = await send_counts.in_month(db, channel, day)
    return sent + (await inbound_counts.in_month(db, channel, day) if limit.counts_inbound else 0)


def _upcoming(library: Library, ward: Ward, today: date) -> list[Due]:
    return upcoming(plans_of(library, ward), ward.cut, today, AHEAD)


def _name(due: Due) -> str:
    return f"deadline:{due.plan.id}:{due.plan.deadlines.index(due.deadline)}:{due.before}"


def _week(day: date) -> str:
    """As ISO 8601 counts them: 2026-W47."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _today_at(hour: time, now: datetime) -> tuple[date, datetime]:
    """The ward's day, and that hour of it."""
    today = now.astimezone(WARD_ZONE).date()
    return today, datetime.combine(today, hour, WARD_ZONE)


def _logging_said(tr: Tr) -> Reply:
    text = tr(
        "You logged nothing this week. If you helped somebody, tell it in one sentence. If not, that is "
        "fine too."
    )
    stop = Option(tr(STOPS[consents.LOGGING].label), f"stop:{consents.LOGGING}")
    return Reply(text, (Option(tr("Log help I gave"), "log"), stop))
