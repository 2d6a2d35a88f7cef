"""Every mention of people or households in a session: counted, named, or only spoken of."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from content.sentence_clauses import (
    TOGETHER,
    Clause,
    Session,
    is_named,
    is_pair,
    is_self,
    outcome_after,
    precedes_name,
)
from content.sentence_sessions import UNFINISHED
from content.sentence_spans import Span

COUPLE = 2
SURER = ("count", "vague", "name", "one", "group", "house")
"""Of two mentions side by side the one that comes first here tells how many there are."""
FAMILY = ("gia", "nha", "gd", "ca")
"""First words of a household that is one: "gia đình bác Hùng"; "hộ" may mean "làm hộ"."""


@dataclass(frozen=True)
class Mention:
    """People or households as they were said once."""

    span: Span
    how: str
    """One of SURER: "2 cụ", "các cụ", "cụ Lan", "cụ", "bà con", "gia đình"."""
    number: int = 1
    house: bool = False
    outcome: str | None = None
    """What is said right after a number: "1 cụ chưa xong"."""
    again: bool = False
    """They were counted before: "cả 3 cụ", "trong đó 2 cụ"."""
    joined: bool = False
    """ "và" stands before them."""


def mentions(session: Session) -> list[Mention]:
    """What is said of people, in order; words side by side mean the same ones."""
    merged: list[Mention] = []
    for one in _mentions(session):
        if merged and merged[-1].span.end == one.span.start and one.how != "count":
            merged[-1] = _both(merged[-1], one)
        else:
            merged.append(one)
    return [one for one in merged if one.how != "house"]


def _mentions(session: Session) -> Iterator[Mention]:
    counted = again = False
    titles: set[str] = set()
    for number, clause in enumerate(session):
        colleague = partner(session, number)
        listed = clause.joint in ("comma", *TOGETHER) and not clause.has("give", "topic")
        again = counted if clause.joint == "detail" else again and listed
        for at, span in enumerate(clause.spans):
            again = again or span.code("of") == "of"
            one = _mention(clause, at)
            spoken_of = one and one.how == "name" and _is_spoken_of(span, clause, titles)
            titles.add(span.words[0].plain)
            helper = span is colleague or (clause.joint == "with" and counted)
            if not one or spoken_of or helper:
                continue
            all_of = at > 0 and clause.spans[at - 1].code("of") == "all"
            joined = at == 0 and clause.joint in TOGETHER
            yield replace(one, again=counted and (again or all_of), joined=joined)
            counted = counted or one.how == "count"


def partner(session: Session, number: int) -> Span | None:
    """Who helped together with the writer: "tôi với chị Hương", "chị Hương và em"."""
    clause = session[number]
    if clause.joint in TOGETHER and number and is_self(session[number - 1].spans[-1]):
        return clause.spans[0]
    after = session[number + 1] if number + 1 < len(session) else None
    if after and after.joint in TOGETHER and is_self(after.spans[0]):
        return clause.spans[-1]
    return None


def _is_spoken_of(span: Span, clause: Clause, titles: set[str]) -> bool:
    """ "cu vui lam" after "cu ba": the same person, and no name."""
    known = span.words[0].plain in titles and not span.words[-1].capital
    return known and not clause.has("give", "topic")


def _mention(clause: Clause, at: int) -> Mention | None:
    span = clause.spans[at]
    house = span.is_a("house") and not span.is_a("person")
    if span.is_a("total") or (span.code("count") in ("person", "house") and not span.is_a("self")):
        became = _became(clause, at)
        return Mention(span, "count", span.numbers[0], house, became) if span.numbers[0] else None
    if not span.is_a("person", "house") or span.is_a("object", "topic"):
        return None
    if span.is_a("vague"):
        return Mention(span, "vague", house=house)
    if is_named(span) or is_pair(span):
        return Mention(span, "name", COUPLE if is_pair(span) else 1)
    if house:
        return Mention(span, "house", house=True)
    if not _is_helped(clause, at):
        return None
    return Mention(span, "group" if span.code("person") in ("group", "kin") else "one")


def _became(clause: Clause, at: int) -> str | None:
    after = clause.spans[at + 1 :]
    became = outcome_after(after)
    if became or not clause.part:
        return became
    return next((code for span in after if (code := span.code("outcome")) in UNFINISHED), None)


def _is_helped(clause: Clause, at: int) -> bool:
    """Not the writer, unless "day chau Nam cach ..."; nor "anh" in "thiếu ảnh"."""
    span = clause.spans[at]
    before = next((one for one in clause.spans[:at] if one.end == span.start), None)
    if not span.is_a("self"):
        return not (before and before.is_a("lack"))
    given = before is not None and before.is_a("give", "for")
    return given and (span.code("self") == "kin" or precedes_name(span, clause.spans))


def _both(first: Mention, second: Mention) -> Mention:
    better, other = sorted((first, second), key=lambda one: SURER.index(one.how))
    words = (*first.span.words, *second.span.words)
    span = replace(better.span, start=first.span.start, end=second.span.end, words=words)
    if first.how == "house":
        family = words[0].plain in FAMILY
        how = "count" if family and second.how == "name" else second.how
        return replace(second, span=span, how=how, house=family)
    number = max(first.number, second.number) if better.how == "name" else better.number
    return replace(better, span=span, number=number, outcome=better.outcome or other.outcome)
