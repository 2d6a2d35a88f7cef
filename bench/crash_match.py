"""Which planned send every message came from that Telegram passed on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bench.crash_telegram import Arrival
from bot.app import utc_now
from store import send_counts
from store.kinds import LESSON, REPLY
from store.learning_models import LessonDelivery
from store.models import Chat, Outbox, Seen
from store.outbox import AMBIGUOUS, SENT


@dataclass(frozen=True)
class Row:
    """A planned send, and when it came to whom it was for."""

    address: str
    kind: str
    key: str
    text: str
    state: str
    code: str | None
    doubts: int
    begun_at: datetime | None
    ended_at: datetime | None = None
    came: list[float] = field(default_factory=list)

    @property
    def allowed(self) -> int:
        """How often it may have come."""
        return self.doubts + (self.state in (SENT, AMBIGUOUS))

    @property
    def silent(self) -> bool:
        """Sent, says the record, and it never came."""
        return self.state == SENT and not self.came


async def rows(db: AsyncSession) -> list[Row]:
    found = await db.execute(
        select(
            Chat.address, Outbox.kind, Outbox.dedupe_key, Outbox.payload, Outbox.state,
            Outbox.code, Outbox.doubts, Outbox.begun_at, Outbox.ended_at,
        )
        .join(Chat, Chat.id == Outbox.chat_id)
        .order_by(Outbox.id)
    )  # fmt: skip
    return [
        Row(a, kind, key, said.get("text", "").strip(), *rest)
        for a, kind, key, said, *rest in found
    ]


async def counts(db: AsyncSession) -> tuple[Counter[str], Counter[str]]:
    """Lessons by outcome: as the quotas count them, and as the courses keep them."""
    day = utc_now().date()
    totals = await send_counts.totals(db, day - timedelta(days=2), day + timedelta(days=2))
    counted = {outcome: n for (_, kind, outcome), n in totals.items() if kind == LESSON}
    return Counter(counted), Counter(await db.scalars(select(LessonDelivery.outcome)))


async def answered(db: AsyncSession) -> set[tuple[str, str]]:
    """Address and update of every message that is known to have been answered."""
    found = await db.execute(select(Chat.address, Seen.message_id).join(Chat))
    return {(address, message) for address, message in found}


def match(planned: Sequence[Row], arrivals: Iterable[Arrival]) -> list[Arrival]:
    """Give every arrival to the row it came from, chat by chat. Those that are left over."""
    lessons: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    answers: defaultdict[str, list[Row]] = defaultdict(list)
    for row in planned:
        if row.kind == REPLY:
            answers[row.address].append(row)
        else:
            lessons[row.address, row.text].append(row)
    heard: defaultdict[str, list[Arrival]] = defaultdict(list)
    over = []
    for one in arrivals:
        if (one.address, one.text) not in lessons:
            heard[one.address].append(one)
        elif not _given(one, lessons[one.address, one.text]):
            over.append(one)
    for address, came in heard.items():
        over += _in_order(answers[address], came)
    return over


def _given(arrival: Arrival, rows: Sequence[Row]) -> bool:
    for row in rows:
        if len(row.came) < row.allowed:
            row.came.append(arrival.at)
            return True
    return False


def _in_order(rows: Sequence[Row], arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Answers of one chat come in the order of their rows, those in doubt perhaps again before the next.

    Neighbours may say the same: of all ways to read it the one that leaves least unexplained.
    """

    @cache
    def best(at: int, used: int, heard: int) -> tuple[int, tuple[int | None, ...]]:
        if at == len(rows):
            left = len(arrivals) - heard
            return left, (None,) * left
        row = rows[at]
        cost, given = best(at + 1, 0, heard)
        ways = [(cost + (row.state == SENT and not used), given)]
        if heard < len(arrivals):
            cost, given = best(at, used, heard + 1)
            ways.append((cost + 1, (None, *given)))
            if arrivals[heard].text == row.text and used < row.allowed:
                cost, given = best(at, used + 1, heard + 1)
                ways.append((cost, (at, *given)))
        return min(ways, key=lambda way: way[0])

    over = []
    for number, arrival in zip(best(0, 0, 0)[1], arrivals, strict=True):
        if number is None:
            over.append(arrival)
        else:
            rows[number].came.append(arrival.at)
    return over


def story(address: str, planned: Sequence[Row], arrivals: Iterable[Arrival]) -> str:
    """Everything that was planned for somebody and came to them, in order of time."""
    told = [
        (row.begun_at.timestamp() if row.begun_at else 0.0,
         f"{row.key} {row.state} {row.code} doubts {row.doubts}: {row.text[:20]!r}")
        for row in planned if row.address == address
    ] + [(one.at, f"came {one.text[:20]!r}") for one in arrivals if one.address == address]  # fmt: skip
    return f"{address}: " + " | ".join(f"{at % 10000:.2f} {what}" for at, what in sorted(told))
