"""What the log, the register, ratings and sends say of a period: a value for each count, or why not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import N_
from content.indicator import Count, Indicator, Where
from content.library import Library
from content.topics import bits
from content.vocabulary import PRIORITIES
from store import campaign_figures, counts, register, sent
from store import figures as log
from store.figures import Span, Tally
from store.sent import Sends

REASONS = {
    "no_log": N_("the log has no session up to that day"),
    "no_use": N_("nobody had used the assistant up to that day"),
    "no_sends": N_("the assistant had sent nothing up to that day"),
    "no_base": N_("the base figure of that year is missing"),
    "zero_base": N_("nothing to divide by"),
    "no_value": N_("nobody has entered the official value"),
    "not_collected": N_("not collected by this program"),
    "no_register": N_("nothing is entered in the register up to that day"),
    "no_campaign": N_("no campaign was entered up to that day"),
    "no_list": N_("nobody was on the list of people to be trained up to that day"),
    "no_check_in": N_("nobody had checked in at a shift up to that day"),
}


GOOD_SCORE = 4
"""Stars from which a rating is a good one (facts/indicators.md, 2.2: score 4-5)."""
ANSWERED = ("answered", "forwarded")
SENT = {
    "lessons": sent.LESSONS,
    "lessons_passed": sent.ANSWERS,
    "messages": sent.MESSAGES,
    "broadcasts": sent.BROADCASTS,
}
"""The measures that are counted from what the assistant sent, and of which sends."""
UNKNOWN = {
    campaign_figures.DRIVES: "no_campaign",
    campaign_figures.DAYS: "no_log",
    campaign_figures.HOURS: "no_check_in",
    **dict.fromkeys(campaign_figures.TRAINED, "no_list"),
}
"""Why nothing is known of a measure of store/campaign_figures.py before its first day."""
OF_AREAS = frozenset((campaign_figures.DAYS,))
"""Those that know in which area they were."""


@dataclass(frozen=True)
class Value:
    """A figure of one period: `value` is None for "—", and `reason` says why (section 1, rule 3)."""

    value: float | None
    num: float | None = None
    den: float | None = None
    reason: str = ""


async def measure(
    db: AsyncSession, library: Library, span: Span, wanted: Iterable[Count], today: date
) -> dict[Count, Value]:
    """Each count of a span. "—" where the log or the register says nothing about it.

    A campaign that only begins after `today` is not held yet.
    """
    asked = list(wanted)
    by_log = [count for count in asked if count.count in log.MEASURES]
    began = await log.first_day(db, span.ward_id)
    silent = began is None or began > span.last
    numbers = await log.count(db, span, [tally_of(count) for count in by_log])
    values = {
        count: Value(None, reason="no_log") if silent else Value(number)
        for count, number in zip(by_log, numbers, strict=True)
    }
    values |= await _campaign_figures(db, span.up_to(today), asked)
    other = await _others(db, library, span)
    return values | {count: other(count) for count in asked if count not in values}


def tally_of(count: Count) -> Tally:
    where = count.where
    return Tally(
        count.count,
        bits(where.topics),
        bits(where.priority, tuple(PRIORITIES)),
        where.audience,
        where.org,
        where.place,
    )


def counts_of(indicator: Indicator) -> Iterable[Count]:
    """What has to be counted for an indicator."""
    for figure in indicator.figures:
        yield figure.counted
        if figure.divisor:
            yield figure.divisor


async def _campaign_figures(
    db: AsyncSession, span: Span, asked: Iterable[Count]
) -> dict[Count, Value]:
    """The same as values: "—" where nothing is known of them yet."""
    numbers = await of_campaigns(db, span, asked)
    began = await campaign_figures.first_days(db, span.ward_id) if numbers else {}

    def value(measure: str, number: float) -> Value:
        first = began[measure]
        if span.area_id is not None and measure not in OF_AREAS:
            return Value(None, reason="not_collected")
        if first is None or first > span.last:
            return Value(None, reason=UNKNOWN[measure])
        return Value(number)

    return {count: value(count.count, number) for count, number in numbers.items()}


async def of_campaigns(db: AsyncSession, span: Span, asked: Iterable[Count]) -> dict[Count, float]:
    """Campaigns, volunteers' days and hours, and people trained by name, of those asked for."""
    own = [count for count in asked if count.count in campaign_figures.MEASURES]
    asked_for = [(count.count, count.where.org) for count in own]
    numbers = await campaign_figures.count(db, span, asked_for)
    return {
        count: hours(number) if count.count == campaign_figures.HOURS else number
        for count, number in zip(own, numbers, strict=True)
    }


def hours(minutes: int) -> float:
    """Hours with one decimal."""
    return round(minutes / 60, 1)


async def _others(db: AsyncSession, library: Library, span: Span) -> Callable[[Count], Value]:
    """A function that gives the counts which are not of sessions."""
    days = (span.ward_id, span.first, span.last)
    teams = await register.counts(db, *days, span.area_id)
    unknown = await register.unknown(db, span.ward_id, span.last)
    runs = await counts.guide_runs(db, *days)
    scores = await counts.scores(db, *days)
    feedback = await counts.feedback_counts(db, *days)
    began = await counts.first_day(db, span.ward_id)
    silent = began is None or began > span.last
    sends = await _sends(db, span)

    def value(count: Count) -> Value:
        where = count.where
        if count.count in teams:
            if not teams["teams"] or count.count in unknown:
                return Value(None, reason="no_register")
            return Value(teams[count.count])
        if span.area_id is not None or "dossier" in where.about:
            return Value(None, reason="not_collected")
        if count.count in SENT:
            return Value(None, reason="no_sends") if sends is None else Value(taken(sends, count))
        if silent:
            return Value(None, reason="no_use")
        if count.count in ("guide_runs", "guides_finished"):
            return Value(_runs(library, runs, where, count.count == "guides_finished"))
        if count.count in ("ratings", "good_ratings"):
            return Value(_ratings(scores, where, count.count == "good_ratings"))
        return Value(_feedback(feedback, where, count.count == "feedback_answered"))

    return value


async def _sends(db: AsyncSession, span: Span) -> list[Sends] | None:
    """What was sent on the days of a span; None when nothing had been sent by then."""
    began = await sent.first_day(db, span.ward_id)
    if began is None or began > span.last:
        return None
    return await sent.sends(db, span.ward_id, span.first, span.last)


def taken(sends: Iterable[Sends], count: Count) -> int:
    """How many of some sends a count takes."""
    return sum(one.number for one in sends if takes(count, one))


def takes(count: Count, sends: Sends) -> bool:
    """Whether sends are among those a count counts: in the sum, and in the rows behind it."""
    where = count.where
    return (
        sends.what == SENT[count.count]
        and sends.outcome in sent.COUNTED
        and (not where.topics or sends.topics & bits(where.topics) != 0)
        and (not where.course or sends.of in where.course)
        and (not where.kind or sends.of in where.kind)
    )


def _runs(library: Library, runs: dict[tuple[str, str], int], where: Where, finished: bool) -> int:
    return sum(
        number
        for (guide, outcome), number in runs.items()
        if (not finished or outcome == counts.DONE)
        and (
            not where.topics
            or (guide in library.guides and library.guides[guide].topic in where.topics)
        )
    )


def _ratings(scores: dict[tuple[str, int], int], where: Where, good: bool) -> int:
    return sum(
        number
        for (about, score), number in scores.items()
        if (not where.about or about in where.about) and (not good or score >= GOOD_SCORE)
    )


def _feedback(feedback: dict[tuple[str, str], int], where: Where, answered: bool) -> int:
    return sum(
        number
        for (kind, status), number in feedback.items()
        if (not where.kind or kind in where.kind) and (not answered or status in ANSWERED)
    )
