"""A small invented log for reports: the same for every ward, from the days of 2026 that tests look at."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.library import Library
from content.topics import bits
from content.vocabulary import PRIORITIES
from store import counts, send_counts, values, wards
from store.campaign_models import Campaign, CheckIn, Shift
from store.class_models import Attendance, Trainee, TrainingClass
from store.learning_models import Broadcast, LessonDelivery
from store.log_models import SupportSession
from store.models import Area
from store.team_models import Member, Team
from store.values import ACTUAL, ESTIMATE, Base, Entered

NOW = datetime(2026, 11, 20, 5, tzinfo=UTC)
AREAS = {"to-1": "Tổ dân phố 1", "to-2": "Tổ dân phố 2", "to-3": "Tổ dân phố 3"}


@dataclass(frozen=True)
class Ids:
    areas: list[int]
    teams: list[int]
    members: list[int]


async def people(db: AsyncSession, library: Library, ward_id: str, team: str = "Tổ 1") -> Ids:
    """Three areas and teams, the third without members; two members, a lead, a volunteer."""
    await wards.sync(db, ward_id, library.wards[ward_id].name, AREAS)
    query = select(Area.id).where(Area.ward_id == ward_id).order_by(Area.id)
    areas = list(await db.scalars(query))
    names = (team, "Tổ 2", "Tổ 3")
    since = date(2025, 1, 1)
    teams = [
        await _one(
            db, Team, ward_id=ward_id, area_id=area, name=name, decision_no="12/QĐ-UBND",
            decision_on=date(2025, 8, 5), since=since,
        )
        for name, area in zip(names, areas, strict=True)
    ]  # fmt: skip
    trained = date(2026, 3, 5)
    roles = (
        (teams[0], "lead", "team", trained),
        (teams[0], "member", "team", None),
        (teams[1], "lead", "team", trained),
        (None, "volunteer", "youth", None),
    )
    members = [
        await _one(
            db, Member, ward_id=ward_id, team_id=team_id, role=role, name=f"Người Thử {number}",
            org=org, trained_on=trained_on, since=since,
        )
        for number, (team_id, role, org, trained_on) in enumerate(roles, 1)
    ]  # fmt: skip
    return Ids(areas, teams, members)


async def _one(db: AsyncSession, table: type[Any], **row: Any) -> int:
    made = await db.execute(insert(table).returning(table.id), row)
    return int(made.scalar_one())


async def session(
    db: AsyncSession, ward_id: str, ids: Ids, day: str, who: int, people: int, **said: Any
) -> int:
    """One row of the log by the member `who` of `ids`."""
    youth = who == 3
    place = {0: 0, 1: 0, 2: 1}.get(who)
    topics = bits(said.pop("topics", ("dvc_nop",)))
    row: dict[str, Any] = dict(
        ward_id=ward_id, date=date.fromisoformat(day), voided=False, kind="help",
        area_id=None if place is None else ids.areas[place],
        team_id=None if place is None else ids.teams[place],
        member_id=ids.members[who], org="youth" if youth else "team", people=people, households=0,
        unfinished=0, topics=topics, audience="citizen", outcome="helped", confirmed=0,
        priority=bits(said.pop("priority", ()), tuple(PRIORITIES)), first_time=False,
        channel="web", created_at=NOW,
    )  # fmt: skip
    return await _one(db, SupportSession, **(row | said))


async def log(db: AsyncSession, ward_id: str, ids: Ids) -> None:
    """A dozen sessions and two classes of 2026, one voided; ratings, feedback, guide runs and sends."""

    async def add(day: str, who: int, people: int, **said: Any) -> int:
        return await session(db, ward_id, ids, day, who, people, **said)

    await add("2026-02-10", 0, 8, topics=("vneid_tao", "vneid_kichhoat"))
    await add("2026-03-20", 2, 5, topics=("kyso",), outcome="failed", reason="Mạng yếu")
    await add("2026-04-02", 3, 30, kind="class", passed=24, topics=("bdhvs_hoc",))
    await add("2026-05-16", 3, 12, topics=("ttkdtm_qr",), campaign="Mùa hè xanh", place="market")
    await add("2026-05-16", 3, 3, topics=("tmdt_ban",), campaign="Mùa hè xanh", households=3,
              audience="business")  # fmt: skip
    await add("2026-10-16", 1, 6, topics=("ssk",), priority=("elderly",))
    await add("2026-11-03", 0, 9, topics=("dvc_nop", "vneid_tichhop"), unfinished=2, confirmed=1)
    rated = await add("2026-11-05", 1, 4, topics=("antoan_luadao",), priority=("elderly", "poor"))
    await add("2026-11-07", 0, 3, outcome="again", reason="Quên mật khẩu VNeID")
    await add("2026-11-09", 2, 2, outcome="failed", reason="quên mật khẩu vneid")
    await add("2026-11-14", 3, 1250, kind="class", passed=1000, topics=("antoan_luadao",))
    await add("2026-11-15", 3, 7, topics=("ttkdtm_qr",), campaign="=Thứ Bảy tình nguyện",
              households=7, audience="business")  # fmt: skip
    await add("2026-11-16", 0, 100, voided=True)
    await _opinions(db, ward_id, rated)
    await _sends(db, ward_id, ids)


async def _opinions(db: AsyncSession, ward_id: str, rated: int) -> None:
    day = date(2026, 11, 6)
    for score in (5, 4, 2):
        await counts.add_rating(db, "session", str(rated), score, ward_id, day)
    await counts.add_rating(db, "guide", "vneid-tao", 5, ward_id, day)
    for kind in ("difficulty", "difficulty", "scam"):
        await counts.add_feedback(db, kind, "Chuyện thử", ward_id, None, "web", day)
    guide = "vneid-muc-2"
    for outcome, step in ((counts.DONE, None), (counts.STUCK, 3), (counts.STUCK, 3)):
        run = await counts.start_run(db, guide, ward_id, "web", day)
        await counts.end_run(db, run, outcome, step)


LESSONS = (
    ("2026-11-03", "residents", "antoan_luadao", "sent", True),
    ("2026-11-03", "residents", "antoan_luadao", "sent", None),
    ("2026-11-09", "traders", "ttkdtm_qr", "asked", False),
    ("2026-11-09", "residents", "antoan_matkhau", "ambiguous", True),
)
MESSAGES = (
    ("2026-10-20", "news", "sent", 30),
    ("2026-11-03", "lesson", "sent", 2),
    ("2026-11-05", "news", "sent", 1240),
    ("2026-11-05", "news", "refused", 3),
    ("2026-11-05", "news", "ambiguous", 2),
    ("2026-11-06", "request", "sent", 9),
    ("2026-11-07", "reminder", "sent", 1),
    ("2026-11-09", "lesson", "ambiguous", 1),
    ("2026-11-13", "deadline", "sent", 2),
    ("2026-11-15", "logging", "sent", 1),
)
BROADCASTS = (
    ("2026-10-20", "done"),
    ("2026-11-05", "done"),
    ("2026-11-06", "stopped"),
)


async def _sends(db: AsyncSession, ward_id: str, ids: Ids) -> None:
    """Lessons, messages and broadcasts, nothing of it before 20 October."""
    for day, course, topic, outcome, passed in LESSONS:
        await _one(
            db, LessonDelivery, ward_id=ward_id, course=course, lesson="bai-thu", passed=passed,
            topics=bits([topic]), channel="web", date=date.fromisoformat(day), outcome=outcome,
            answered_on=None if passed is None else date.fromisoformat(day),
        )  # fmt: skip
    for day, kind, outcome, number in MESSAGES:
        await send_counts.add(db, ward_id, "web", kind, outcome, _noon(day), number)
    for day, state in BROADCASTS:
        await _one(
            db, Broadcast, ward_id=ward_id, author_id=ids.members[0], text="Tin thử", audience={},
            state=state, recipients=1245, send_at=_noon(day), planned_to=0, created_at=_noon(day),
            ended_at=_noon(day), account={},
        )  # fmt: skip


def _noon(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(5), UTC)


async def a_year_ago(db: AsyncSession, ward_id: str, ids: Ids) -> None:
    """The log from before 15/12/2024, so that it covers the first half of 2025 in either cut."""
    await session(db, ward_id, ids, "2024-12-10", 0, 4)
    await session(db, ward_id, ids, "2025-02-11", 0, 20)
    await session(db, ward_id, ids, "2025-06-14", 2, 15)
    await session(db, ward_id, ids, "2025-06-15", 2, 99)
    await session(db, ward_id, ids, "2025-06-20", 3, 40, kind="class", passed=30)


async def campaign(db: AsyncSession, ward_id: str, ids: Ids) -> None:
    """The summer campaign as it was entered, who checked in, two lists of trainees, and two classes."""
    number = await _one(
        db, Campaign, ward_id=ward_id, code="HE2026", name="Mùa hè xanh", model="Mùa hè xanh",
        organiser="youth", skills=True, area_type="ward", first=date(2026, 5, 10),
        last=date(2026, 5, 31), cutoff=1200, targets={}, member_id=ids.members[3], created_at=NOW,
    )  # fmt: skip
    start, end = (datetime(2026, 5, 16, hour, tzinfo=UTC) for hour in (1, 4))
    shift = await _one(
        db, Shift, campaign_id=number, place="Chợ", place_code="market", starts_at=start, ends_at=end,
        places=3, topics=bits(["ttkdtm_qr"]),
    )  # fmt: skip
    for who, org, left in (
        (3, "youth", datetime(2026, 5, 16, 3, 30, tzinfo=UTC)),
        (0, "team", None),
    ):
        await _one(
            db, CheckIn, ward_id=ward_id, shift_id=shift, member_id=ids.members[who], org=org,
            date=date(2026, 5, 16), in_at=start, out_at=left, how="code", voided=False,
        )  # fmt: skip
    await base(db, ward_id, "union_core", 8)
    await _classes(db, ward_id, ids)


async def _classes(db: AsyncSession, ward_id: str, ids: Ids) -> None:
    """The class of 2 April with those ticked by name, and one of 1 June that nobody closed."""
    held = select(SupportSession.id).where(
        SupportSession.ward_id == ward_id, SupportSession.date == date(2026, 4, 2)
    )
    session_id = await db.scalar(held)
    common = dict(
        ward_id=ward_id, kind="class", topics=0, audience="union", organiser="women",
        place="Nhà văn hóa", place_code="culture_house", member_id=ids.members[0], created_at=NOW,
    )  # fmt: skip
    times = [
        dict(starts_at=_noon(day), ends_at=_noon(day).replace(hour=7))
        for day in ("2026-04-02", "2026-06-01")
    ]
    first = await _one(
        db, TrainingClass, **common, **times[0], code="4821", title="Bình dân học vụ số",
        state="held", session_id=session_id,
    )  # fmt: skip
    await _one(db, TrainingClass, **common, **times[1], code="5930", title="Chợ số", state="open")
    for name, kind, org in (
        ("Thị A", "union_core", "women"), ("Thị B", "union_core", "youth"), ("Văn C", "official", "other"),
        ("Văn D", "union_core", "farmers"),
    ):  # fmt: skip
        trainee = await _one(
            db,
            Trainee,
            ward_id=ward_id,
            kind=kind,
            name=name,
            org=org,
            unit="",
            since=date(2026, 1, 5),
        )
        if name != "Văn D":
            await _one(
                db, Attendance, class_id=first, how="name", trainee_id=trainee, at=NOW, before=False,
                after=False, rated=False,
            )  # fmt: skip


async def official(db: AsyncSession, ward_id: str) -> None:
    """What the officers of the three wards typed in, a little of it."""
    if ward_id == "hai-duong":
        await typed(db, ward_id, "HD24-A.V.2", num=750, den=1000)
        half = dict(first=date(2026, 11, 1), last=date(2026, 11, 15))
        await typed(db, ward_id, "HD01-I.A.6", value=96.25, **half)
        november = dict(first=date(2026, 11, 1), last=date(2026, 11, 30))
        await typed(db, ward_id, "HD24-A.I.3", text="Đã ban hành", source="VHXH", **november)
        await typed(db, ward_id, "K18", value=12, source="SNC", **november)
        await typed(db, ward_id, "HD24-A.I.1", value=40)
    if ward_id == "phu-lien":
        await typed(db, ward_id, "PL95-I-7", num=6555)
        await base(db, ward_id, "adults", 10000)
        await expected(db, ward_id, "PL95-I-7", 72.5)
        await typed(db, ward_id, "PL95-I-8", num=30000)
        await expected(db, ward_id, "PL95-I-1.1", 79.96)
    if ward_id == "hung-dao":
        half = dict(first=date(2026, 1, 1), last=date(2026, 6, 14))
        await typed(db, ward_id, "HG178-a7", value=95, **half)
        await typed(db, ward_id, "K10", num=40, den=80, **half)


async def typed(db: AsyncSession, ward_id: str, indicator: str, **said: Any) -> None:
    """An official value, of the first ten months of 2026 if nothing else is said."""
    row: dict[str, Any] = dict(
        indicator=indicator, first=date(2026, 1, 1), last=date(2026, 10, 31), kind=ACTUAL,
        value=None, num=None, den=None, text=None, source="Cổng DVC quốc gia",
        source_on=date(2026, 11, 2),
    )  # fmt: skip
    await values.enter(db, ward_id, Entered(**(row | said)), None, NOW)


async def expected(db: AsyncSession, ward_id: str, indicator: str, value: float) -> None:
    """What an officer expects of all 2026."""
    last = date(2026, 12, 31)
    await typed(db, ward_id, indicator, kind=ESTIMATE, value=value, last=last, source="PVHCC")


async def base(db: AsyncSession, ward_id: str, name: str, value: int) -> None:
    row = Base(name, 2026, value, "Công an phường", date(2026, 1, 5))
    await values.enter_base(db, ward_id, row, None, NOW)
