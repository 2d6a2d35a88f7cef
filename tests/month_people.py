"""The residents of a simulated month: which lessons they chose, and what they write when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from store.consents import LESSONS
from store.enrolments import ACTIVE
from store.learning_models import Consent, Enrolment
from store.models import Chat, Person
from store.team_models import Member
from tests.fakes.zalo_oa import user

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
WARD = "mau"
PAGE = "page of the administrator"
"""The address of the administrator's chat on the web."""
TUE_THU, WED_SAT = 0b1010, 0b100100
HOURS = (18, 19, 20)
QUESTIONS = (
    "cài VNeID thế nào", "quên mật khẩu VNeID", "đăng ký tạm trú cho con", "làm lại thẻ bảo hiểm y tế",
    "nộp tiền điện qua mạng", "chuyển khoản bằng mã QR", "cảm ơn cháu", "nhà văn hóa mở cửa mấy giờ",
)  # fmt: skip
NUMBERS = ("1", "1", "2", "3")
"""What is typed under a list, a lesson or its question."""
MOST_A_WEEK = 3


@dataclass(frozen=True)
class Said:
    """Something a resident is going to write."""

    at: datetime
    user: str
    text: str


def is_silent(number: int) -> bool:
    """Whether this resident never writes again: their window closes."""
    return number % 6 == 0


def asks(number: int) -> bool:
    """Whether this resident asks for a reminder and is silent until it comes, and longer."""
    return number % 4 == 1


def written(residents: int, start: datetime, end: datetime, seed: int) -> list[Said]:
    """What all of them write in the month, in order."""
    chance = Random(seed)
    said: list[Said] = []
    for number in range(1, residents + 1):
        if not is_silent(number):
            quiet = _reminder(number, start, chance) if asks(number) else None
            said += _of_one(number, start, end, quiet, chance)
    return sorted(said, key=lambda one: (one.at, one.user))


@dataclass(frozen=True)
class Quiet:
    """A wish, and until when whoever wished writes nothing after it."""

    wish: Said
    until: datetime

    def covers(self, at: datetime) -> bool:
        return self.wish.at - timedelta(minutes=30) <= at <= self.until


def _reminder(number: int, start: datetime, chance: Random) -> Quiet:
    """A wish in the first days, for nine to twelve days later. They write again one to three days after
    that, some of them in the quiet hours: then it may come only in the morning."""
    asked = chance.randint(1, 6)
    day = asked + chance.randint(9, 12)
    on = _at(start, day, 9)
    text = f"nhắc tôi nộp tiền điện lúc 9 giờ sáng ngày {on.day}/{on.month}"
    wish = Said(_at(start, asked, chance.uniform(8, 17)), user(number), text)
    hour = chance.choice((10, 21.5)) + chance.random()
    return Quiet(wish, _at(start, day + chance.randint(1, 3), hour))


def _of_one(
    number: int, start: datetime, end: datetime, quiet: Quiet | None, chance: Random
) -> Iterator[Said]:
    for week in range((end - start).days // 7 + 1):
        for _ in range(chance.randint(0, MOST_A_WEEK)):
            at = _at(start, 7 * week + chance.randint(0, 6), chance.uniform(5.5, 22.5))
            text = chance.choice(QUESTIONS if chance.random() < 0.5 else NUMBERS)
            if start < at < end and not (quiet and quiet.covers(at)):
                yield Said(at, user(number), text)
    if quiet:
        yield quiet.wish
        yield Said(quiet.wish.at + timedelta(minutes=1), user(number), "1")
        yield Said(quiet.until + timedelta(minutes=1), user(number), "1")


def _at(start: datetime, days: int, hour: float) -> datetime:
    """So many days after the first, at that hour of the ward's day."""
    midnight = start.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days, hours=hour)


def last_wrote(number: int, start: datetime) -> datetime:
    """When a resident wrote last before the month: up to six days ago."""
    return start - timedelta(hours=number * 37 % 144)


async def fill(db: AsyncSession, residents: int, start: datetime) -> None:
    """The residents with their course, and the administrator with both chats, after the wards are there."""
    everybody, office = range(1, residents + 2), residents + 1
    wrote = {number: last_wrote(number, start) for number in everybody}
    db.add_all(
        Person(id=number, ward_id=WARD, lang="vi", created_at=at) for number, at in wrote.items()
    )
    await db.flush()
    db.add_all(_chat(number, number, "zalo_oa", user(number), at) for number, at in wrote.items())
    db.add(_chat(office + 1, office, "web", PAGE, start))
    await db.flush()
    for number in everybody[:-1]:
        db.add(Consent(chat_id=number, purpose=LESSONS, text="vâng", given_at=start))
        db.add(_enrolment(number, start))
    role = dict(ward_id=WARD, role="administrator", name="Chị Hoa", org="", since=start.date())
    db.add(Member(person_id=office, **role))


def _chat(number: int, person: int, channel: str, address: str, wrote: datetime) -> Chat:
    return Chat(
        id=number, person_id=person, channel=channel, address=address, state={}, offer=[],
        last_in_at=wrote,
    )  # fmt: skip


def _enrolment(number: int, start: datetime) -> Enrolment:
    days, day = (TUE_THU, WED_SAT)[number % 2], start.astimezone(ZONE).date()
    first = next(d for n in range(1, 8) if days >> (d := day + timedelta(n)).weekday() & 1)
    return Enrolment(
        chat_id=number, ward_id=WARD, course="residents", state=ACTIVE, position=0, days=days,
        hour=HOURS[number % 3], due_on=first, unanswered=0, streak=0, joined_on=day,
    )  # fmt: skip
