"""The answers of the session form as a row of the log, and back.

Answers are text: codes, numbers, ISO days; an empty one was skipped. A sentence fills most of them at once.
"""

from datetime import date

from content.topics import bits, codes_of
from content.vocabulary import PRIORITIES
from handlers.forms import Answers
from store.figures import SUCCESS
from store.sessions import Told

QUIET: Answers = dict.fromkeys(
    "households unfinished passed minutes priority age campaign first reason".split(), ""
) | {"kind": "help"}
"""What is not asked, but shown when it was said, and may be changed."""


def told(answers: Answers) -> Told:
    """The answers as a row of the log."""
    people, households = number(answers, "people"), number(answers, "households")
    outcome = answers["outcome"]
    return Told(
        date=date.fromisoformat(answers["date"]),
        kind=answers["kind"],
        area_id=number(answers, "area") or None,
        people=people,
        households=households,
        unfinished=min(number(answers, "unfinished"), people) if outcome in SUCCESS else 0,
        passed=number(answers, "passed") if answers["passed"] else None,
        topics=bits(answers["topics"].split(".")),
        priority=bits(filter(None, answers["priority"].split(".")), tuple(PRIORITIES)),
        audience=answers["audience"],
        outcome=outcome,
        place=answers.get("place") or None,
        campaign=answers["campaign"] or None,
        age_band=answers["age"] or None,
        minutes=number(answers, "minutes") or None,
        first_time=bool(answers["first"]),
        reason=answers["reason"] or None,
    )


def answers_of(told: Told) -> Answers:
    """A row of the log as answers, to be changed."""
    return {
        "date": told.date.isoformat(),
        "kind": told.kind,
        "area": str(told.area_id or ""),
        "people": str(told.people),
        "households": str(told.households or ""),
        "unfinished": str(told.unfinished or ""),
        "passed": "" if told.passed is None else str(told.passed),
        "topics": ".".join(codes_of(told.topics)),
        "priority": ".".join(codes_of(told.priority, tuple(PRIORITIES))),
        "audience": told.audience,
        "outcome": told.outcome,
        "place": told.place or "",
        "campaign": told.campaign or "",
        "age": told.age_band or "",
        "minutes": str(told.minutes or ""),
        "first": "1" if told.first_time else "",
        "reason": told.reason or "",
    }


def number(answers: Answers, name: str) -> int:
    return int(answers.get(name) or 0)
