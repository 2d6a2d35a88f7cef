"""When a lesson comes back whose question was answered wrongly: spaced repetition by FSRS.

Its intervals are days: there are no steps within a day, and no chance in it.
"""

from datetime import UTC, date, datetime, time
from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from fsrs import Card, Scheduler
    from fsrs.card import CardDict

LEARNED = 21
"""Days: a lesson that could wait longer than this is learned."""

Kept = dict[str, Any]
"""What the algorithm knows of a lesson, as JSON."""


def wrong(card: Kept | None, today: date) -> tuple[Kept, date]:
    """The card after a wrong answer and the day to ask again; None: there was no card yet."""
    return _reviewed(card, today, right=False)


def right(card: Kept, today: date) -> tuple[Kept, date] | None:
    """The same after a right answer; None: the lesson is learned."""
    after, due = _reviewed(card, today, right=True)
    return None if (due - today).days > LEARNED else (after, due)


def _reviewed(card: Kept | None, today: date, right: bool) -> tuple[Kept, date]:
    from fsrs import Rating

    at = datetime.combine(today, time(), UTC)  # FSRS takes no other zone; only the day counts
    rating = Rating.Good if right else Rating.Again
    after, _ = _scheduler().review_card(_card(card, at), rating, at)
    return dict(after.to_dict()), after.due.date()


def _card(card: Kept | None, at: datetime) -> "Card":
    from fsrs import Card

    return Card.from_dict(cast("CardDict", card)) if card else Card(card_id=0, due=at)


@cache
def _scheduler() -> "Scheduler":
    from fsrs import Scheduler

    return Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
