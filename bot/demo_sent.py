"""What the assistant of the invented ward sent in its year: lessons, messages, broadcasts."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession

from content.lesson import Course
from content.topics import bits
from handlers.turn import WARD_ZONE
from store.audience import ALL, Audience
from store.kinds import DEADLINE, LESSON, LOGGING, NEWS, REMINDER
from store.learning_models import Broadcast, LessonDelivery
from store.models import SendCount
from store.outbox import AMBIGUOUS, REFUSED, SENT
from store.sent import ASKED, DONE

Row = dict[str, Any]
Sends = Counter[tuple[date, str, str, str]]
"""How many, by day, channel, kind and outcome."""

SEED = 797
TELEGRAM, WEB = "telegram", "web"
EVERY = 16
"""Days between two broadcasts."""
NEWS_TEXTS = (
    "Cảnh giác: có người giả công an gọi điện đòi cài ứng dụng (thử)",
    "Sáng thứ Bảy, nhà văn hóa mở lớp dùng VNeID (thử)",
    "Đợt cấp chữ ký số miễn phí bắt đầu từ thứ Hai (thử)",
)
DUE, SUNDAY = (4, 9, 12, 14), 6
"""The days of a month on which reports are called to mind, and the day of the week for the log."""


async def fill(
    db: AsyncSession,
    ward_id: str,
    officer: int,
    days: Sequence[date],
    courses: Mapping[str, Course],
) -> None:
    """Write what was sent on those days, the same each time."""
    chance = Random(SEED)
    lessons = list(_lessons(chance, days, courses))
    broadcasts = list(_broadcasts(chance, days, officer))
    sends = _pushed(lessons) + _reminders(chance, days) + _news(chance, broadcasts)
    rows = [
        dict(date=day, channel=channel, kind=kind, outcome=outcome, number=number)
        for (day, channel, kind, outcome), number in sends.items()
    ]
    for table, made in ((LessonDelivery, lessons), (Broadcast, broadcasts), (SendCount, rows)):
        await db.execute(insert(table), [{"ward_id": ward_id, **row} for row in made])


def _lessons(chance: Random, days: Sequence[date], courses: Mapping[str, Course]) -> Iterator[Row]:
    known = [lesson for course in courses.values() for lesson in course.lessons]
    for day in days:
        for _ in range(chance.randint(2, 12)):
            lesson, passed = chance.choice(known), chance.choices((True, False, None), (6, 2, 2))[0]
            yield dict(
                course=lesson.course, lesson=lesson.id, topics=bits([lesson.topic]), date=day,
                channel=chance.choice((TELEGRAM, TELEGRAM, WEB)),
                outcome=chance.choices((SENT, ASKED, AMBIGUOUS), (80, 19, 1))[0],
                passed=passed, answered_on=None if passed is None else day,
            )  # fmt: skip


def _broadcasts(chance: Random, days: Sequence[date], officer: int) -> Iterator[Row]:
    """To all who want the news, at nine in the morning; done some minutes later."""
    for place, day in enumerate(days[::EVERY]):
        at = datetime.combine(day, time(9), WARD_ZONE)
        sent, refused = chance.randint(280, 420), chance.randint(0, 9)
        yield dict(
            author_id=officer, text=NEWS_TEXTS[place % len(NEWS_TEXTS)], audience=Audience(ALL).kept,
            state=DONE, recipients=sent + refused, planned=sent + refused, planned_to=None,
            created_at=at - timedelta(hours=2), send_at=at, ended_at=at + timedelta(minutes=3),
            account={SENT: sent, REFUSED: refused},
        )  # fmt: skip


def _pushed(lessons: Sequence[Row]) -> Sends:
    """The messages of the lessons that nobody fetched."""
    return Counter(
        (one["date"], one["channel"], LESSON, one["outcome"])
        for one in lessons
        if one["outcome"] != ASKED
    )


def _news(chance: Random, broadcasts: Sequence[Row]) -> Sends:
    """The messages of each broadcast, some of them on the page."""
    sends: Sends = Counter()
    for one in broadcasts:
        day, account = one["send_at"].date(), one["account"]
        on_page = chance.randint(20, 60)
        sends[day, WEB, NEWS, SENT] = on_page
        sends[day, TELEGRAM, NEWS, SENT] = account[SENT] - on_page
        sends[day, TELEGRAM, NEWS, REFUSED] = account[REFUSED]
    return +sends


def _reminders(chance: Random, days: Sequence[date]) -> Sends:
    """What residents asked for; reports that are due; the log, on Sundays."""
    sends: Sends = Counter()
    for day in days:
        sends[day, TELEGRAM, REMINDER, SENT] = chance.randint(0, 4)
        sends[day, TELEGRAM, DEADLINE, SENT] = 12 * (day.day in DUE)
        sends[day, TELEGRAM, LOGGING, SENT] = chance.randint(8, 20) * (day.weekday() == SUNDAY)
    return +sends
