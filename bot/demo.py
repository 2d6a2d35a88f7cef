"""A year of an invented ward, of the size of facts/programme.md, a.2 and a.6. Nobody in it is real."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import demo_sent
from content.fold import words
from content.library import Library
from content.period import month_of
from content.topics import TOPIC_ORDER, bits, codes_of
from content.vocabulary import PLACES
from content.ward import Ward
from handlers.turn import WARD_ZONE
from store import wards
from store.counts import DONE, OPEN, STUCK
from store.db import Store
from store.figure_models import BaseFigure, ExternalValue
from store.figures import SUCCESS
from store.log_models import HelpRequest, SupportSession
from store.models import Feedback, GuideRun, Rating
from store.team_models import Member, Team

Row = dict[str, Any]

WARD, SEED, SOURCE, MARK = "mau", 793, "số liệu thử", "(thử)"
DAYS, TEAMS, MEMBERS, SILENT, CLASSES, REQUESTS = 365, 33, 149, 2, 72, 60
CAMPAIGN, SUMMER = "Mùa hè xanh", (7, 8)
PERCENTAGES = {("K01", "HD24-A.V.2"): 81, ("K03", "HD01-I.A.6"): 94}
"""Indicators that say the same, and the percentage they come to at least."""
BASES = {
    "population": 41200, "adults": 30900, "households": 11800, "households_with_children": 5200, "smes": 190,
    "business_households": 860, "ocop_products": 6, "officials": 74, "union_core": 310, "procedures": 342,
}  # fmt: skip
WEEK = (1.0, 0.9, 1.0, 0.9, 1.1, 1.7, 0.7)
YEAR = (0.8, 0.5, 1.0, 1.1, 1.0, 1.1, 1.5, 1.4, 0.9, 1.4, 1.0, 0.8)
"""How much is done on the days from Monday, and in the months: Tết, summer, 10 October."""

FAMILIES = "Nguyễn Trần Lê Phạm Vũ Hoàng Bùi Đỗ Đặng Ngô Đinh Dương".split()
GIVEN = "An Hà Hải Mai Linh Bình Lan Sơn Hạnh Thanh Minh Hòa Xuân Tâm Phương Khánh Yến".split()
ORGS = "team team team team team women youth veterans police".split()
PEOPLE = (1, 1, 2, 2, 3, 4, 5, 6, 8, 10, 15)
AUDIENCES = "citizen citizen citizen citizen business business pupil union official sme".split()
TRADE = "ttkdtm_qr hoadon_dt thue_dt tmdt_ban phanmem_banhang".split()
TOPICS_OF = {"business": TRADE, "sme": TRADE, "pupil": "hocba_so tuyensinh baove_treem".split()}
LESSONS = "antoan_luadao smartphone_coban vneid_kichhoat dvc_nop ttkdtm_qr bdhvs_hoc".split()
OUTCOMES = "helped helped helped helped self self again failed elsewhere".split()
REASONS = ("quên mật khẩu", "SIM không chính chủ", "thiếu giấy tờ", "điện thoại cũ", "mạng yếu")
STARS, CHANNELS = (5, 5, 5, 4, 4, 4, 3, 2, 1), ("telegram", "web")
SAID = {"difficulty": "Trang hay bị treo", "proposal": "Xin mở lớp tối", "scam": "Giả công an"}


@dataclass(frozen=True)
class Ground:
    """What all of it is made from: chance, the days of the year, the areas."""

    chance: Random
    days: Sequence[date]
    areas: Mapping[int, str]

    def pick(self, known: Sequence[Any]) -> Any:
        """One of them, the first ones most often."""
        return known[int(len(known) * self.chance.random() ** 2)]

    def often(self, share: float) -> bool:
        return self.chance.random() < share


async def fill(store: Store, library: Library, today: date) -> str:
    """Write the year before `today`, the same each time. ValueError when there are members already."""
    return await store.write(lambda db: _fill(library, today, db))


async def _fill(library: Library, today: date, db: AsyncSession) -> str:
    if await db.scalar(select(func.count()).select_from(Member)):
        raise ValueError("there are members already; the invented ward needs an empty database")
    days = [today - timedelta(days=back) for back in range(DAYS, 0, -1)]
    at = Ground(Random(SEED), days, await _areas(db, library.wards[WARD]))
    teams, volunteers, officer = await _people(db, at)
    rows = _year(at, teams, volunteers)
    sessions = dict(zip(await _put(db, SupportSession, rows), rows, strict=True))
    runs = list(_runs(at, list(library.guides)))
    await _put(db, HelpRequest, list(_requests(at, sessions)))
    await _put(db, GuideRun, runs)
    await _put(db, Rating, list(_stars(at, sessions, runs)))
    await _put(db, Feedback, list(_feedback(at)))
    await demo_sent.fill(db, WARD, officer, days, library.courses)
    by = {"member_id": officer, "source": SOURCE}
    await _put(db, BaseFigure, [by | row for row in _bases(today)])
    await _put(db, ExternalValue, [by | row for row in _values(at)])
    people = sum(row["people"] for row in rows)
    told = f"{len(rows)} sessions and classes with {people} people, {days[0]} to {days[-1]}"
    return f"{WARD}, an invented ward: {TEAMS} teams, {MEMBERS} members, {told}"


async def _put(db: AsyncSession, table: type[Any], rows: Sequence[Row]) -> list[int]:
    """Insert rows of the ward; their numbers, in the same order."""
    query = insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(await db.scalars(query, [{"ward_id": WARD, **row} for row in rows]))


async def _areas(db: AsyncSession, ward: Ward) -> dict[int, str]:
    """The areas of the ward's file, and as many more as there are teams."""
    more = [f"Tổ dân phố {number}" for number in range(1, TEAMS + 1)]
    names = list(dict.fromkeys([*ward.areas, *more]))[:TEAMS]
    codes = {words(name).replace(" ", "-"): name for name in names}
    await wards.sync(db, ward.id, ward.name, codes)
    return {area.id: area.name for area in await wards.areas_of(db, ward.id)}


async def _people(db: AsyncSession, at: Ground) -> tuple[list[list[Row]], list[Row], int]:
    """The members of each team as their sessions name them, the lead first; volunteers; an officer."""
    since = at.days[0] - timedelta(days=60)
    rows = [
        dict(area_id=area, name=f"Tổ CNSCĐ {name}", decision_no=f"{area}/QĐ-UBND {MARK}",
             decision_on=since, since=since)
        for area, name in at.areas.items()
    ]  # fmt: skip
    places = list(zip(await _put(db, Team, rows), at.areas, strict=True))
    roles = ["lead"] * TEAMS + ["member"] * (MEMBERS - TEAMS) + ["volunteer"] * 5 + ["officer"]
    orgs = {"volunteer": "youth", "officer": "other"}
    helpers: list[Row] = [
        dict(team_id=None if role in orgs else team, area_id=area, org=orgs.get(role) or at.pick(ORGS))
        for role, (team, area) in zip(roles, cycle(places), strict=False)
    ]  # fmt: skip
    given = [f"{at.pick(FAMILIES)} {at.pick(('Thị', 'Văn'))} {at.pick(GIVEN)}" for _ in range(999)]
    members = [
        dict(name=f"{name} {MARK}", role=role, team_id=one["team_id"], org=one["org"], since=since,
             trained_on=at.chance.choice(at.days) if at.often(0.6) else None)
        for name, role, one in zip(dict.fromkeys(given), roles, helpers, strict=False)
    ]  # fmt: skip
    for number, one in zip(await _put(db, Member, members), helpers, strict=True):
        one["member_id"] = number
    teams = [helpers[:MEMBERS][first::TEAMS] for first in range(TEAMS)]
    return teams, helpers[MEMBERS:-1], helpers[-1]["member_id"]


def _year(at: Ground, teams: Sequence[Sequence[Row]], volunteers: Sequence[Row]) -> list[Row]:
    """All sessions, in the order they were logged. Every team rests for a month, some for all."""
    much = [WEEK[day.weekday()] * YEAR[day.month - 1] for day in at.days]
    rows: list[Row] = []
    for team in teams[:-SILENT]:
        rest = at.chance.randint(1, 12)
        there = [share * (day.month != rest) for day, share in zip(at.days, much, strict=True)]
        told = at.chance.choices(at.days, there, k=round(at.chance.triangular(30, 260, 110)))
        rows += [_help(at, at.pick(team), day) for day in told]
    summer = [day for day in at.days if day.month in SUMMER]
    for one in volunteers:
        rows += [_help(at, one, day, CAMPAIGN) for day in at.chance.choices(summer, k=30)]
    classes = at.chance.choices(at.days, much, k=CLASSES)
    rows += [_class(at, at.chance.choice(teams[:-SILENT])[0], day) for day in classes]
    return sorted(rows, key=lambda row: row["created_at"])


def _help(at: Ground, helper: Row, day: date, campaign: str | None = None) -> Row:
    """Help given, told in the evening of the day."""
    people, outcome, place = at.pick(PEOPLE), at.pick(OUTCOMES), at.pick(tuple(PLACES))
    well, visit = outcome in SUCCESS, place in ("home", "shop", "market")
    audience = at.pick(AUDIENCES)
    topics = TOPICS_OF.get(audience, TOPIC_ORDER)
    age = at.pick(("old", "middle", "young")) if audience == "citizen" else None
    evening = time(at.chance.randint(16, 21), at.chance.randrange(60))
    return helper | dict(
        kind="help", date=day, created_at=datetime.combine(day, evening, WARD_ZONE), voided=False,
        people=people, topics=bits(at.pick(topics) for _ in range(at.chance.choice((1, 1, 2)))),
        audience=audience, age_band=age, outcome=outcome, reason=None if well else at.pick(REASONS),
        place=place, households=at.chance.randint(1, people) if visit else 0, passed=None,
        unfinished=at.chance.randrange(people) if well and at.often(0.15) else 0,
        confirmed=at.chance.randint(1, min(people, 3)) if well and at.often(0.45) else 0,
        priority=(age == "old") | at.often(0.04) << 1 | at.often(0.08) << 2, campaign=campaign,
        minutes=5 * at.chance.randint(2, 12), first_time=at.often(0.2), channel=at.pick(CHANNELS),
    )  # fmt: skip


def _class(at: Ground, lead: Row, day: date) -> Row:
    people = at.chance.randint(15, 40)
    return _help(at, lead, day, CAMPAIGN if day.month in SUMMER else None) | dict(
        kind="class", people=people, topics=bits([at.pick(LESSONS)]), outcome="helped", reason=None,
        place="culture_house", households=0, unfinished=0, confirmed=0, minutes=90,
        passed=round(people * at.chance.uniform(0.6, 0.95)),
    )  # fmt: skip


def _stars(at: Ground, sessions: Mapping[int, Row], runs: Sequence[Row]) -> Iterator[Row]:
    """From those who confirmed a session or finished a guide."""
    asked = [("session", str(number), one) for number, one in sessions.items() if one["confirmed"]]
    asked += [("guide", run["guide"], run) for run in runs if run["outcome"] == DONE]
    for about, ref, row in asked:
        if at.often(0.6):
            yield dict(about=about, ref=ref, score=at.pick(STARS), date=row["date"])


def _requests(at: Ground, sessions: Mapping[int, Row]) -> Iterator[Row]:
    """Requests for help, closed by the session they led to."""
    alone = [number for number, one in sessions.items() if one["people"] == 1]
    for number in at.chance.sample(alone, REQUESTS):
        one = sessions[number]
        asked = one["created_at"] - timedelta(hours=at.chance.randint(2, 40))
        yield dict(
            area_id=one["area_id"], topic=codes_of(one["topics"])[0], note="", suits="evening", asked=0,
            state="done", taken_by=one["member_id"], session_id=number, created_at=asked,
            due_at=asked + timedelta(hours=1), closed_at=one["created_at"],
        )  # fmt: skip


def _runs(at: Ground, guides: Sequence[str]) -> Iterator[Row]:
    for day in at.days:
        for _ in range(at.chance.randrange(3, 16)):
            guide, channel = at.pick(guides), at.pick(CHANNELS)
            outcome = at.pick((DONE, DONE, OPEN, STUCK))
            step = at.pick((5, 3, 2, 4)) if outcome == STUCK else None
            yield dict(guide=guide, channel=channel, date=day, outcome=outcome, step=step)


def _feedback(at: Ground) -> Iterator[Row]:
    """The newest waits for an answer."""
    for day in sorted(at.chance.choices(at.days, k=48)):
        (kind, text), channel = at.pick(list(SAID.items())), at.pick(CHANNELS)
        status = at.pick(("answered", "forwarded")) if day < at.days[-14] else "new"
        area = at.chance.choice(list(at.areas))
        yield dict(kind=kind, text=text, area_id=area, channel=channel, date=day, status=status)


def _bases(today: date) -> Iterator[Row]:
    for year in (today.year - 1, today.year):
        then = datetime(year, 1, 1, 9, tzinfo=WARD_ZONE)
        for base, number in BASES.items():
            value = number + number * (year - today.year) // 80
            yield dict(base=base, year=year, value=value, source_on=then.date(), entered_at=then)


def _values(at: Ground) -> Iterator[Row]:
    """Numerator and denominator of each whole month, entered on the day after it."""
    months = [month_of(day) for day in at.days if day.day == 1]
    for month in (one for one in months if one.last < at.days[-1]):
        entered = datetime.combine(month.last + timedelta(days=1), time(9), WARD_ZONE)
        for indicators, percent in PERCENTAGES.items():
            den = at.chance.randint(700, 1100)
            num = round(den * (percent + at.chance.uniform(0, 5)) / 100)
            for indicator in indicators:
                yield dict(
                    indicator=indicator, first=month.first, last=month.last, kind="actual", num=num,
                    den=den, source_on=entered.date(), entered_at=entered,
                )  # fmt: skip
