"""What becomes of the shifts to come of somebody who goes: they are open again, and the leader hears."""

from collections.abc import Collection
from datetime import datetime
from itertools import groupby

from sqlalchemy.ext.asyncio import AsyncSession

from handlers import campaign_leaders
from handlers.notices import Tr
from handlers.shift_words import in_a_line
from handlers.turn import WARD_ZONE, Option, Reply
from store import members, shifts
from store.shifts import ShiftRow


async def gone(
    db: AsyncSession, member_ids: Collection[int], now: datetime, by: int | None = None
) -> None:
    """End what these members were still to come to; `by`: the person who did this. Hours stay."""
    ended = sorted(
        await shifts.end_coming(db, member_ids, now), key=lambda one: (one[0], one[1].campaign_id)
    )
    for (member_id, _), found in groupby(ended, lambda one: (one[0], one[1].campaign_id)):
        await _tell(db, member_id, [shift for _, shift in found], now, by)


async def swept(db: AsyncSession, now: datetime) -> None:
    """The same for those whose role ended in whatever way: a list that was imported, for example."""
    await gone(db, await shifts.left_behind(db, now), now)


async def _tell(
    db: AsyncSession, member_id: int, ended: list[ShiftRow], now: datetime, by: int | None
) -> None:
    first = ended[0]
    name = await members.name_of(db, member_id)

    def said(tr: Tr) -> Reply:
        lines = [
            tr("{name} no longer comes to these shifts. The places are open again:", name=name)
        ]
        lines += [f"• {in_a_line(tr, one)}" for one in ended]
        return Reply("\n".join(lines), (Option(tr("Open shifts"), f"shifts:{first.campaign_id}"),))

    key = f"gone:{member_id}:{first.campaign_id}:{now.astimezone(WARD_ZONE).date()}"
    await campaign_leaders.tell(db, first.ward_id, first.leader_id, key, said, now, by)
