"""Where the giving of support begins in a sentence, and whose work it was."""

from collections.abc import Iterator
from itertools import pairwise, zip_longest

from content.sentence_clauses import (
    TOGETHER,
    TOPICS,
    Clause,
    Session,
    is_named,
    is_people,
    is_self,
    precedes_name,
)
from content.sentence_spans import Span

AT = frozenset("o tai trong ngoai den qua ra nha ghe cho cung".split())
"""Words before an area or a name that gave nothing: "ở tổ 3", "đến bà Lan"."""
FAMILY = ("con", "chau", "vo", "chong")
"""How those begin who help at home: "con gái bà Tâm đã cài cho bà"."""
OWN_TEAM = "to"
""" "tổ 3 giúp" is another team; "tdp 3 giúp 2 cụ" says where."""


def anchor(session: Session) -> int:
    """The word where the giving begins: "giúp", or "cho" after a topic; -1 without one."""
    return next((at for clause in session for at in _anchors(clause.spans)), -1)


def _anchors(spans: tuple[Span, ...]) -> Iterator[int]:
    for number, span in enumerate(spans):
        before, after = spans[:number], spans[number + 1 : number + 2]
        if span.is_a("give") and _gives(span, before, after):
            yield span.start
        if span.is_a("for") and _is_done_for(before, after, spans):
            yield span.start
        if span.is_a("show") and _shows(span, before, after):
            yield span.start


def _gives(span: Span, before: tuple[Span, ...], after: tuple[Span, ...]) -> bool:
    """Not "đăng chờ", "cần giúp", nor a last "ht", which is "hoàn thành"."""
    wanted = span.is_a("need") or (before and before[-1].is_a("need"))
    return not wanted and not (span.is_a("outcome") and not after)


def _is_done_for(
    before: tuple[Span, ...], after: tuple[Span, ...], spans: tuple[Span, ...]
) -> bool:
    """ "cài vneid cho 5 máy"; not "nộp hồ sơ cho cháu", one's own."""
    somebody = bool(after) and after[0].is_a("person", "house", "thing")
    if somebody and is_self(after[0]) and not precedes_name(after[0], spans):
        return False
    return somebody and any(one.is_a(*TOPICS) for one in before)


def _shows(span: Span, before: tuple[Span, ...], after: tuple[Span, ...]) -> bool:
    """ "chi bac Binh" without accents: somebody right after it, and nobody else before."""
    if not (after and after[0].start == span.end and after[0].is_a("person")):
        return False
    title = after[0].words[0].plain
    return not any(
        one.is_a("topic", "give") or (is_people(one) and one.words[0].plain != title)
        for one in before
    )


def is_others(sentence: list[Clause], number: int) -> bool:
    """Whether somebody else gave the support: "chị Hương vừa hd", "tổ 3 hôm qua giúp"."""
    clause = sentence[number]
    at = anchor([clause])
    if at < 0 or clause.joint == "with":
        return False
    before = [span for span in clause.spans if span.start < at]
    while number and sentence[number].joint in TOGETHER:
        number -= 1
        if anchor([sentence[number]]) >= 0:
            return False  # "giúp 3 ông ... và hướng dẫn 2 chị"
        before = [*sentence[number].spans, *before]
    if _is_passive(before, at):
        return True
    ours = [one for one, two in zip_longest(before, before[1:]) if not _is_elsewhere(one, two)]
    if any(is_self(span) or span.is_a("asks") for span in ours):
        return False
    people_after = any(is_people(span) for span in clause.spans if span.start > at)
    pairs = zip([None, *before], before, strict=False)
    return any(_is_giver(span, previous, people_after) for previous, span in pairs)


def _is_elsewhere(span: Span, after: Span | None) -> bool:
    """ "tổ công nghệ số phường bên"."""
    return span.is_a("team") and after is not None and after.is_a("other")


def _is_passive(before: list[Span], at: int) -> bool:
    """ "em được chị Hương hướng dẫn", "tôi được hướng dẫn"; not "cụ Lan được em hướng dẫn"."""
    for one, two in pairwise(before):
        if one.is_a("by") and two.is_a("person", "other", "area"):
            return not is_self(two)
    last = before[-1] if before else None
    return bool(last and last.is_a("by") and last.end == at and any(map(is_self, before)))


def _is_giver(span: Span, previous: Span | None, people_after: bool) -> bool:
    after_time = previous is not None and previous.is_a("day") and previous.end == span.start
    if previous and previous.is_a("place", "host", "house"):
        return False  # "quán phở bà Hạnh"
    if span.before in AT and not after_time:
        return False  # "ở tổ 3", not "hôm qua tổ 3"
    if span.is_a("area"):
        return span.words[0].plain == OWN_TEAM and not (previous and previous.is_a("person"))
    if span.code("self") == "kin" or (
        span.is_a("other") and not span.is_a("person", "house", "place")
    ):
        return True
    if is_named(span):
        return span.code("priority") != "elderly"
    if span.code("person") == "noun" and span.words[0].plain in FAMILY:
        return True
    helpers = span.is_a("count") and span.is_a("person") and people_after
    return helpers and not span.is_a("self") and "kin" not in span.codes("person")
