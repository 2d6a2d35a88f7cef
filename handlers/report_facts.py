"""Facts that help whoever writes the parts of a report that only a person can write."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from content.deadline import Due, upcoming
from content.indicator import Plan
from content.library import Library
from handlers.measures import GOOD_SCORE
from handlers.report_tables import Days, commonest
from store import counts, report_queries, sent

MOST = 5
"""How many reasons and steps are named."""


@dataclass(frozen=True)
class Ratings:
    """Stars given to sessions or to guides. `number` is None where nothing was counted yet."""

    about: str
    number: int | None
    mean: float | None = None
    good: float | None = None
    """Percent with four or five stars."""


@dataclass(frozen=True)
class Feedback:
    """What residents told the ward, of one kind; `open` waits since whenever it came."""

    kind: str
    received: int | None
    forwarded: int | None
    answered: int | None
    open: int | None


@dataclass(frozen=True)
class Stuck:
    """A step of a guide and how often people got stuck there."""

    guide: str
    step: int
    text: str
    times: int


@dataclass(frozen=True)
class Facts:
    ratings: tuple[Ratings, ...]
    feedback: tuple[Feedback, ...]
    reasons: tuple[tuple[str, int], ...]
    stuck: tuple[Stuck, ...]
    due: tuple[Due, ...]
    unsure: int
    """Messages that were sent and may not have arrived; no figure counts them."""


async def facts(
    db: AsyncSession,
    library: Library,
    days: Days,
    plans: Iterable[Plan],
    cut: str,
    today: date,
) -> Facts:
    span = days.now
    ward, first, last = span.ward_id, span.first, span.last
    began = await counts.first_day(db, ward)
    silent = began is None or began > last
    steps = await counts.stuck_steps(db, ward, first, last, MOST)
    return Facts(
        _ratings({} if silent else await counts.scores(db, ward, first, last), silent),
        await _feedback(db, days, silent),
        commonest(await report_queries.reasons(db, span), MOST),
        tuple(_stuck(library, *step, span.last) for step in steps),
        next_due(plans, cut, today),
        await sent.unsure(db, ward, first, last),
    )


def _ratings(scores: dict[tuple[str, int], int], silent: bool) -> tuple[Ratings, ...]:
    return tuple(_rating(about, scores, silent) for about in ("session", "guide"))


def _rating(about: str, scores: dict[tuple[str, int], int], silent: bool) -> Ratings:
    stars = {score: number for (what, score), number in scores.items() if what == about}
    number = sum(stars.values())
    if not number:
        return Ratings(about, None if silent else 0)
    good = sum(times for score, times in stars.items() if score >= GOOD_SCORE)
    mean = sum(score * times for score, times in stars.items()) / number
    return Ratings(about, number, mean, 100 * good / number)


async def _feedback(db: AsyncSession, days: Days, silent: bool) -> tuple[Feedback, ...]:
    kinds = ("difficulty", "proposal", "scam")
    if silent:
        return tuple(Feedback(kind, None, None, None, None) for kind in kinds)
    span = days.now
    now = await counts.feedback_counts(db, span.ward_id, span.first, span.last)
    ever = await counts.feedback_counts(db, span.ward_id, date.min, span.last)
    return tuple(
        Feedback(
            kind,
            sum(number for (what, _), number in now.items() if what == kind),
            now.get((kind, "forwarded"), 0),
            now.get((kind, "answered"), 0),
            ever.get((kind, "new"), 0),
        )
        for kind in kinds
    )


def _stuck(library: Library, guide_id: str, step: int, times: int, day: date) -> Stuck:
    guide = library.guides.get(guide_id)
    if guide is None:
        return Stuck(guide_id, step, "", times)
    text = guide.steps[step - 1].text if 0 < step <= len(guide.steps) else ""
    return Stuck(guide.title, step, library.shown(text, day), times)


def next_due(plans: Iterable[Plan], cut: str, today: date) -> tuple[Due, ...]:
    """The next time each report of the plans is due."""
    first: dict[tuple[str, str], Due] = {}
    for due in upcoming(plans, cut, today):
        first.setdefault((due.plan.id, due.deadline.name), due)
    return tuple(first.values())
