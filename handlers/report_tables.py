"""The tables of a report: what was done by each team, area and organisation, and on each group of topics."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from content.fold import words
from content.topics import TOPIC_ORDER, bits
from content.vocabulary import ORGS, PRIORITIES
from store import figures as log
from store import register, report_queries, wards
from store.figures import Span, Tally
from store.register import TeamRow
from store.report_queries import Reason

_STARTS = {
    "vneid": ("vneid_",),
    "dvc": ("dvc_",),
    "payment": ("ttkdtm_", "hoadon_dien_nuoc"),
    "trade": ("tmdt_", "qr_nguongoc"),
    "signature": ("kyso",),
    "health": ("ssk",),
    "safety": ("antoan_", "baove_treem"),
    "skills": ("smartphone_", "internet_", "ai_", "bdhvs_"),
}
GROUPS = {
    group: tuple(code for code in TOPIC_ORDER if code.startswith(starts))
    for group, starts in _STARTS.items()
}
_NAMED = {code for codes in GROUPS.values() for code in codes}
GROUPS["other"] = tuple(code for code in TOPIC_ORDER if code not in _NAMED)
"""Topics as the columns of the ward's table (facts/programme.md, a.3, a.5); every code is in one group."""


@dataclass(frozen=True)
class Helped:
    """What the log counted in the period, and `so_far` in the year. None: the log says nothing of it.

    `people`, `successes`, `vulnerable`, `attended` and `topics` (people, in order of GROUPS) are lượt.
    """

    active_members: int | None = None
    sessions: int | None = None
    people: int | None = None
    successes: int | None = None
    classes: int | None = None
    attended: int | None = None
    days: int | None = None
    vulnerable: int | None = None
    businesses: int | None = None
    topics: tuple[int | None, ...] = (None,) * len(GROUPS)
    so_far: int | None = None

    @property
    def rate(self) -> float | None:
        """Successes of people, in percent (facts/indicators.md, section 1, rules 2 and 3)."""
        return _share(self.successes, self.people)


_NAMED_TALLIES = {
    "active_members": Tally("active_members"),
    "sessions": Tally("sessions"),
    "people": Tally("people"),
    "successes": Tally("successes"),
    "classes": Tally("classes"),
    "attended": Tally("attended"),
    "days": Tally("member_days"),
    "vulnerable": Tally("people", priority=bits(PRIORITIES, tuple(PRIORITIES))),
    "businesses": Tally("households", audience=("business",)),
}
_TALLIES = (
    *_NAMED_TALLIES.values(),
    *(Tally("people", topics=bits(codes)) for codes in GROUPS.values()),
)
_NOTHING = (0,) * len(_TALLIES)


@dataclass(frozen=True)
class Line:
    """What was done in one area or by one organisation. `name` is None for sessions that name none."""

    name: str | None
    helped: Helped


@dataclass(frozen=True)
class TeamLine:
    """A team, or the sessions of no team. `row` is None for what the register has not on those days."""

    name: str | None
    helped: Helped
    row: TeamRow | None = None
    stars: float | None = None
    difficulties: tuple[tuple[str, int], ...] = ()

    @property
    def idle(self) -> bool:
        """A team of the register without any session or class: only where the log covers the days."""
        return self.row is not None and self.helped.sessions == 0 and self.helped.classes == 0


@dataclass(frozen=True)
class TopicLine:
    """One group of topics; a session of several groups counts in each (section 1, rule 5)."""

    group: str
    sessions: int | None
    people: int | None
    successes: int | None
    so_far: int | None

    @property
    def rate(self) -> float | None:
        return _share(self.successes, self.people)

    @property
    def unfinished(self) -> int | None:
        if self.people is None or self.successes is None:
            return None
        return self.people - self.successes


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or not whole else 100 * part / whole


@dataclass(frozen=True)
class Days:
    """The spans of a report. `silent`: the log begins after them, so that it says nothing."""

    now: Span
    so_far: Span
    silent: bool


async def total(db: AsyncSession, days: Days) -> Helped:
    if days.silent:
        return Helped()
    now = await log.count(db, days.now, _TALLIES)
    return _helped(now, (await log.count(db, days.so_far, [Tally("people")]))[0])


async def topics(db: AsyncSession, days: Days) -> tuple[TopicLine, ...]:
    if days.silent:
        return tuple(TopicLine(group, None, None, None, None) for group in GROUPS)
    measures = ("sessions", "people", "successes")
    asked = [Tally(name, topics=bits(codes)) for codes in GROUPS.values() for name in measures]
    now = iter(await log.count(db, days.now, asked))
    so_far = await log.count(db, days.so_far, asked[1::3])
    return tuple(
        TopicLine(group, next(now), next(now), next(now), year)
        for group, year in zip(GROUPS, so_far, strict=True)
    )


async def areas(db: AsyncSession, days: Days) -> tuple[Line, ...]:
    """Every area of the ward, and what has none."""
    names = {area.id: area.name for area in await wards.areas_of(db, days.now.ward_id)}
    helped = await _by(db, days, "area")
    return tuple(Line(names.get(key), helped(key)) for key in _keys(names, helped))


async def orgs(db: AsyncSession, days: Days) -> tuple[Line, ...]:
    """The organisations that logged anything this year, by code."""
    helped = await _by(db, days, "org")
    return tuple(Line(code, helped(code)) for code in ORGS if code in helped.known)


async def teams(db: AsyncSession, days: Days) -> tuple[TeamLine, ...]:
    """The teams of the register on those days, then others that have rows this year."""
    listed = {
        team.id: team
        for team in await register.teams(db, days.now.ward_id, days.now.first, days.now.last)
    }
    names = await report_queries.team_names(db, days.now.ward_id)
    helped = await _by(db, days, "team")
    stars = await report_queries.stars_by_team(db, days.now)
    said = await report_queries.reasons(db, days.now)
    return tuple(
        TeamLine(
            names.get(key),
            helped(key),
            listed.get(key),
            stars.get(key),
            commonest((reason for reason in said if reason.team_id == key), 2),
        )
        for key in _keys(listed, helped)
    )


def commonest(reasons: Iterable[Reason], most: int) -> tuple[tuple[str, int], ...]:
    """Reasons and how many sessions gave them; the same words written otherwise are one reason."""
    spelling: dict[str, str] = {}
    number: dict[str, int] = {}
    for reason in reasons:
        key = words(reason.text)
        spelling.setdefault(key, reason.text.strip())
        number[key] = number.get(key, 0) + reason.sessions
    best = sorted(number, key=lambda key: (-number[key], key))[:most]
    return tuple((spelling[key], number[key]) for key in best)


@dataclass(frozen=True)
class _By:
    """What was counted for each area, team or organisation; nothing known of a key is a true zero."""

    now: Mapping[Any, Sequence[int]]
    so_far: Mapping[Any, Sequence[int]]
    silent: bool

    @property
    def known(self) -> list[Any]:
        return list(dict.fromkeys([*self.now, *self.so_far]))

    def __call__(self, key: Any) -> Helped:
        if self.silent:
            return Helped()
        return _helped(self.now.get(key, _NOTHING), self.so_far.get(key, (0,))[0])


async def _by(db: AsyncSession, days: Days, by: str) -> _By:
    now = await log.count_by(db, days.now, _TALLIES, by)
    return _By(now, await log.count_by(db, days.so_far, [Tally("people")], by), days.silent)


def _keys(listed: Iterable[Any], helped: _By) -> list[Any]:
    """First those that are listed, then others by number, then what belongs to none."""
    others = sorted(key for key in helped.known if key is not None and key not in set(listed))
    return [*listed, *others, *([None] if None in helped.known else [])]


def _helped(counted: Sequence[int], so_far: int) -> Helped:
    plain = dict(zip(_NAMED_TALLIES, counted, strict=False))
    return Helped(**plain, topics=tuple(counted[len(_NAMED_TALLIES) :]), so_far=so_far)
