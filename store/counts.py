"""What is counted without a person: guide runs, ratings, feedback, and questions that found no answer."""

from datetime import date

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from store.dialect import upsert
from store.models import Feedback, GuideRun, QuestionGap, Rating

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
