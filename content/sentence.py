"""What a log sentence says: "vừa giúp 3 cụ cài VNeID ở nvh tdp 5, 20p" as fields.

Words are read (sentence_words, sentence_numbers), the phrases of sentences.yaml found (sentence_tree,
sentence_spans), the message is cut into clauses (sentence_clauses), what tells of no support of ours is
left out (sentence_log, sentence_giving), clauses are put together to sessions (sentence_sessions), and
each field is decided by a module of its own. Nothing is guessed: a field that is not said is None, and
one that is said unclearly is asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from content.fold import fold
from content.sentence_campaign import campaign
from content.sentence_clauses import Session, clauses, spans_of
from content.sentence_days import said_day
from content.sentence_giving import anchor
from content.sentence_log import is_evidence, logs, told
from content.sentence_minutes import lengths
from content.sentence_numbers import merge
from content.sentence_outcome import outcome
from content.sentence_people import Helped, helped
from content.sentence_places import areas, places
from content.sentence_sessions import sessions
from content.sentence_spans import Span, scan
from content.sentence_topics import topics
from content.sentence_whom import age_band, audience, priority, whom
from content.sentence_words import Token
from content.sentence_words import read as words
from content.vocabulary import WORDS

ASKED = ("people", "topics", "date", "area", "place", "minutes", "outcome")
"""The order in which fields are asked for."""
TWICE = {
    "area": "two_areas",
    "place": "two_places",
    "minutes": "two_lengths",
    "outcome": "two_outcomes",
}
"""Field → the doubt when two values are said that contradict each other."""
ADDRESS = 6
"""Phrases among which "cả nhà ơi" is looked for."""
SMALL = 5
"""Fewer people than that are no room of people, whatever they were told."""

Value = TypeVar("Value", int, str)


@dataclass(frozen=True)
class Said:
    """One support session as a sentence tells it. None: not said."""

    people: int | None
    households: int | None
    unfinished: int | None
    """How many of them `outcome` is about, when only some."""
    topics: tuple[str, ...]
    place: str | None
    area: str | None
    date: date | None
    minutes: int | None
    priority: tuple[str, ...]
    audience: str | None
    age_band: str | None
    outcome: str | None
    kind: str
    """ "class" for a room of people, else "help"."""
    campaign: str | None
    first_time: bool
    doubts: tuple[str, ...]
    """Why a field is asked for: "future", "old", "impossible_day", "vague_day", "two_days", "two_places",
    "two_areas", "two_lengths", "two_outcomes"."""
    ask: tuple[str, ...]
    """Fields to ask for, in the order of ASKED."""
    named: bool
    """A resident was named; the name is not kept."""


def read(text: str, now: datetime) -> tuple[Said, ...]:
    """The support sessions a message tells of; none when it is no log. `now` is the ward's time."""
    tokens = merge(words(text))
    spans, logged = _opened(scan(tokens))
    found = sessions(told(clauses(spans), logged, now))
    return tuple(_said(one, tokens, now) for one in logs(found, logged))


def as_json(said: Said) -> dict[str, object]:
    """The fields of a session in the words of reports."""
    return {
        "people": said.people,
        "households": said.households,
        "topics": list(said.topics),
        "place": WORDS["place"].get(said.place or ""),
        "area": said.area,
        "date": said.date.isoformat() if said.date else None,
        "minutes": said.minutes,
        "priority": [WORDS["priority"][code] for code in said.priority],
        "audience": WORDS["audience"].get(said.audience or ""),
        "outcome": WORDS["outcome"].get(said.outcome or ""),
        "ask": list(said.ask),
    }


def _opened(spans: list[Span]) -> tuple[list[Span], bool]:
    """The message without "cả nhà ơi" and "log:", and whether it began with such a word."""
    for number, span in enumerate(spans[:ADDRESS]):
        if span.is_a("address"):
            spans = spans[number + 1 :]
            if not any(map(is_evidence, spans)):
                return [], False  # "em ơi giúp bác"
            break
    if spans and spans[0].is_a("log"):
        return spans[1:], True
    return spans, False


def _said(session: Session, tokens: list[Token], now: datetime) -> Said:
    spans, start = spans_of(session), anchor(session)
    who, about = helped(session, start), whom(session, start)
    what = tuple(topics(session))
    day, day_doubts = said_day(spans, now)
    place, two_places = _one(places(session))
    area, two_areas = _one(areas(session))
    minutes, two_lengths = _one(lengths(spans))
    result, unfinished, two_outcomes = outcome(session, who.parts)
    twice = {
        "area": two_areas,
        "place": two_places,
        "minutes": two_lengths,
        "outcome": two_outcomes,
    }
    unknown = {"people": not (who.people or who.households), "topics": not what}
    wanting = unknown | {"date": bool(day_doubts)} | twice
    return Said(
        people=who.people,
        households=who.households,
        unfinished=unfinished,
        topics=what,
        place=place,
        area=area,
        date=day,
        minutes=minutes,
        priority=priority(about),
        audience=audience(about),
        age_band=age_band(about),
        outcome=result,
        kind=_kind(spans, tokens, who),
        campaign=campaign(spans, tokens),
        first_time=any(span.is_a("first") for span in spans),
        doubts=(*day_doubts, *(TWICE[field] for field, there in twice.items() if there)),
        ask=tuple(field for field in ASKED if wanting[field]),
        named=who.named,
    )


def _one(said: Iterable[Value]) -> tuple[Value | None, bool]:
    """The only value said; None and True when there are several."""
    values = list(said)
    return (values[0] if len(values) == 1 else None), len(values) > 1


def _kind(spans: list[Span], tokens: list[Token], who: Helped) -> str:
    """A class is said, by itself or within a topic ("lớp kỹ năng số"), and there were not just a few."""
    few = (who.people or who.households or SMALL) < SMALL
    said = (fold(tokens[at].typed) for span in spans for at in range(span.start, span.end))
    taught = any(span.is_a("class") or span.code("give") == "class" for span in spans)
    return "class" if (taught or "lop" in said) and not few else "help"
