"""What is counted without a person: guide runs, ratings, feedback, and questions that found no answer."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.dialect import upsert
from store.models import Area, Feedback, GuideRun, QuestionGap, Rating

OPEN, DONE, STUCK = "open", "done", "stuck"


async def start_run(
    db: AsyncSession, guide: str, ward_id: str | None, channel: str, day: date
) -> int:
    made = await db.execute(
        insert(GuideRun).returning(GuideRun.id),
        dict(guide=guide, ward_id=ward_id, channel=channel, date=day, outcome=OPEN),
    )
    return made.scalar_one()


async def end_run(db: AsyncSession, run_id: int, outcome: str, step: int | None = None) -> None:
    await db.execute(
        update(GuideRun).where(GuideRun.id == run_id).values(outcome=outcome, step=step)
    )


async def add_rating(
    db: AsyncSession, about: str, ref: str, score: int, ward_id: str | None, day: date
) -> None:
    await db.execute(
        insert(Rating), dict(about=about, ref=ref, score=score, ward_id=ward_id, date=day)
    )


async def add_feedback(
    db: AsyncSession,
    kind: str,
    text: str,
    ward_id: str | None,
    area_id: int | None,
    channel: str,
    day: date,
) -> None:
    """`text` must be masked already."""
    await db.execute(
        insert(Feedback),
        dict(
            kind=kind, text=text, ward_id=ward_id, area_id=area_id, channel=channel, date=day,
            status="new",
        ),
    )  # fmt: skip


async def count_gap(db: AsyncSession, ward_id: str | None, text: str, day: date) -> None:
    """Count one more asking of a question nobody answered. `text` must be masked already."""
    row = dict(ward_id=ward_id or "", text=text, times=1, first_on=day, last_on=day)
    await db.execute(
        upsert(db, QuestionGap)
        .values(**row)
        .on_conflict_do_update(
            index_elements=["ward_id", "text"],
            set_={"times": QuestionGap.times + 1, "last_on": day},
        )
    )


async def guide_runs(
    db: AsyncSession, ward_id: str, first: date, last: date
) -> dict[tuple[str, str], int]:
    """How many runs each guide had, by guide and outcome."""
    query = (
        select(GuideRun.guide, GuideRun.outcome, func.count())
        .where(GuideRun.ward_id == ward_id, GuideRun.date.between(first, last))
        .group_by(GuideRun.guide, GuideRun.outcome)
    )
    return {(guide, outcome): number for guide, outcome, number in await db.execute(query)}


async def stuck_steps(
    db: AsyncSession, ward_id: str, first: date, last: date, most: int
) -> list[tuple[str, int, int]]:
    """Guide, step and how often people got stuck there, the worst first."""
    number = func.count()
    query = (
        select(GuideRun.guide, GuideRun.step, number)
        .where(
            GuideRun.ward_id == ward_id,
            GuideRun.date.between(first, last),
            GuideRun.outcome == STUCK,
            GuideRun.step.is_not(None),
        )
        .group_by(GuideRun.guide, GuideRun.step)
        .order_by(number.desc(), GuideRun.guide, GuideRun.step)
        .limit(most)
    )
    return [(guide, int(step or 0), times) for guide, step, times in await db.execute(query)]


async def scores(
    db: AsyncSession, ward_id: str, first: date, last: date
) -> dict[tuple[str, int], int]:
    """How many ratings there were, by what they were about and stars."""
    query = (
        select(Rating.about, Rating.score, func.count())
        .where(Rating.ward_id == ward_id, Rating.date.between(first, last))
        .group_by(Rating.about, Rating.score)
    )
    return {(about, score): number for about, score, number in await db.execute(query)}


async def feedback_counts(
    db: AsyncSession, ward_id: str, first: date, last: date
) -> dict[tuple[str, str], int]:
    """How much feedback came in, by kind and status."""
    query = (
        select(Feedback.kind, Feedback.status, func.count())
        .where(Feedback.ward_id == ward_id, Feedback.date.between(first, last))
        .group_by(Feedback.kind, Feedback.status)
    )
    return {(kind, status): number for kind, status, number in await db.execute(query)}


async def first_day(db: AsyncSession, ward_id: str) -> date | None:
    """The first day anything was counted in a ward: before it nothing is known, not zero."""
    days = [
        await db.scalar(select(func.min(table.date)).where(table.ward_id == ward_id))
        for table in (GuideRun, Rating, Feedback)
    ]
    return min((day for day in days if day), default=None)


@dataclass(frozen=True)
class Told:
    """Feedback as the ward reads it."""

    id: int
    date: date
    kind: str
    status: str
    area: str | None
    text: str


async def feedback_with(
    db: AsyncSession, ward_id: str, status: str | None, limit: int
) -> list[Told]:
    """Feedback of a ward in one status, or all of it; the oldest first."""
    query = (
        select(Feedback.id, Feedback.date, Feedback.kind, Feedback.status, Area.name, Feedback.text)
        .outerjoin(Area, Area.id == Feedback.area_id)
        .where(Feedback.ward_id == ward_id)
        .order_by(Feedback.id)
        .limit(limit)
    )
    if status is not None:
        query = query.where(Feedback.status == status)
    return [Told(*row) for row in await db.execute(query)]


async def set_feedback(db: AsyncSession, ward_id: str, number: int, status: str) -> bool:
    """What became of it. False: the ward has none of that number."""
    done = await db.execute(
        update(Feedback)
        .where(Feedback.id == number, Feedback.ward_id == ward_id)
        .values(status=status)
        .returning(Feedback.id)
    )
    return done.first() is not None
