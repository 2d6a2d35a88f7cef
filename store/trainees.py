"""The lists of union core members and officials, whom classes train (K14, K16)."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from store.class_models import Trainee

UNION_CORE, OFFICIAL = "union_core", "official"


@dataclass(frozen=True)
class TraineeRow:
    id: int
    kind: str
    name: str
    org: str
    unit: str


async def of_ward(db: AsyncSession, ward_id: str, day: date) -> list[TraineeRow]:
    """Who is on the lists on that day, in order of name."""
    query = select(Trainee.id, Trainee.kind, Trainee.name, Trainee.org, Trainee.unit).where(
        Trainee.ward_id == ward_id, or_(Trainee.until.is_(None), Trainee.until >= day)
    )
    rows = await db.execute(query.order_by(Trainee.name, Trainee.unit, Trainee.id))
    return [TraineeRow(*row) for row in rows]
