"""Clauses put together to sessions: "sáng giúp 2 cụ vneid, chiều hd 3 hộ kd mã qr" tells of two."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import takewhile

from content.sentence_clauses import (
    TOGETHER,
    TOPICS,
    Clause,
    Session,
    is_counted,
    is_named,
    is_people,
    outcome_after,
    spans_of,
)
from content.sentence_spans import Span

UNFINISHED = ("again", "elsewhere", "failed")
PERSON = "nguoi"
"""After "5 cụ", "2 người" are two of them."""


def sessions(found: list[Clause]) -> list[Session]:
    """A new one begins with other people who did something else, or on another day."""
    grouped: list[Session] = []
    for number, clause in enumerate(found):
        before = grouped[-1] if grouped else []
        clause = replace(clause, part=_is_part(clause, before))
        if before and not _begins(before, clause, found[number + 1 :]):
            before.append(clause)
        else:
            grouped.append([clause])
    return _shared(grouped)


def _is_part(clause: Clause, before: Session) -> bool:
    """Whether fewer of the people before are said not to be done."""
    unfinished = any(span.code("outcome") in UNFINISHED for span in clause.spans)
    if not unfinished or clause.has("give") or not any(one.has(*TOPICS) for one in before):
        return False
    known = {_noun(span): span.numbers[0] for span in spans_of(before) if is_counted(span)}
    most = max(known.values(), default=0)
    return any(
        is_counted(span)
        and span.numbers[0] < (most if _noun(span) == PERSON else known.get(_noun(span), 0))
        for span in clause.spans
    )


def _noun(span: Span) -> str:
    """The first word after the number, without accents: "cu", "nguoi"."""
    words = [word for word in span.words if word.number is None and word.readings]
    return words[0].readings[0][0][0] if words else ""


def _begins(session: Session, clause: Clause, rest: list[Clause]) -> bool:
    told = any(one.has_people for one in session) and any(one.has(*TOPICS) for one in session)
    before = spans_of(session)
    if not told or clause.part or not _has_new_people(clause, before):
        return False
    if _is_other_time(before, clause.spans):
        return True
    known = _topics(before)
    if clause.has(*TOPICS):
        return not _topics(clause.spans) <= known
    if clause.joint in TOGETHER or clause.has("outcome"):
        return False
    later = takewhile(lambda one: not one.has_people and one.joint != "full", rest)
    return not _topics(spans_of(list(later))) <= known


def _has_new_people(clause: Clause, before: list[Span]) -> bool:
    """People who are neither "cả 3 cụ" nor "1 cụ chưa xong" nor "ông Tư" of those before."""
    known = {span.words[-1].plain for span in before if is_named(span) or span.is_a("host")}
    for number, span in enumerate(clause.spans):
        of_them = number and clause.spans[number - 1].is_a("of")
        if is_people(span) and not of_them and span.words[-1].plain not in known:
            return not outcome_after(clause.spans[number + 1 :])
    return False


def _is_other_time(before: Iterable[Span], spans: Iterable[Span]) -> bool:
    """Whether another day, or another part of the day, is said than before."""
    first, second = _times(before), _times(spans)
    return bool(first and second) and not first & second


def _times(spans: Iterable[Span]) -> set[object]:
    days, parts = set[object](), set[object]()
    for span in spans:
        if span.is_a("day", "weekday"):
            days.add((span.code("day"), span.code("weekday"), span.numbers))
        elif span.is_a("part") and not span.is_a("self"):
            parts.add(span.code("part"))
    return days or parts


def _topics(spans: Iterable[Span]) -> set[str | None]:
    return {span.code(kind) for span in spans for kind in TOPICS if span.is_a(kind)}


def _shared(found: list[Session]) -> list[Session]:
    """Each session with the day and place that were said for it and its neighbour together."""
    result: list[Session] = []
    for number, session in enumerate(found):
        also: list[Span] = []
        if number:
            also += [] if _days(session) else _days(result[-1])
            also += [] if _times(spans_of(session)) else _parts(result[-1])
            also += [] if _places(session) else _leading_places(result[-1])
        if found[number + 1 :] and not _days(session):
            also += _days_after(found[number + 1])
        if number + 1 < len(found) and not _places(session):
            also += _places(_afterthought(found[-1]))
        result.append([Clause("shared", tuple(also)), *session] if also else session)
    return result


def _days_after(session: Session) -> list[Span]:
    return _days(session) if _continues(session) else _days(_afterthought(session))


def _afterthought(session: Session) -> Session:
    """ "3 cụ cài vneid, 2 bác nộp hồ sơ, ở nvh chiều qua": what is said last of all of it."""
    last = session[-1]
    told = last.has_people or last.has("give", *TOPICS, "outcome", "person")
    return [] if told or last.joint != "comma" else [last]


def _continues(session: Session) -> bool:
    """ "… và 2 bác nộp hồ sơ chiều qua": what ends the sentence is said of all of it."""
    return session[0].joint in TOGETHER and not any(clause.has("give") for clause in session)


def _days(session: Session) -> list[Span]:
    return [span for span in spans_of(session) if span.is_a("day", "weekday", "just")]


def _parts(session: Session) -> list[Span]:
    return [span for span in spans_of(session) if span.is_a("part")]


def _places(session: Session) -> list[Span]:
    return [span for span in spans_of(session) if span.is_a("place", "area")]


def _leading_places(session: Session) -> list[Span]:
    """Places said before the first people and topic: "ở nvh em giúp ..."."""
    early = takewhile(lambda one: not (is_people(one) or one.is_a(*TOPICS)), spans_of(session))
    return [span for span in early if span.is_a("place", "area")]
