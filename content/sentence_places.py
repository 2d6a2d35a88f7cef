"""Where it was: the kind of place, and the area of the ward."""

from content.sentence_clauses import Session, spans_of, was_sent
from content.sentence_spans import Span

WEAK = ("remote", "shop")
"""These give way to another place: "gọi video" is also something to learn, a shop is in a market."""
OWNED = ("tram", "truong", "benh", "buu", "cong", "thu", "chung", "khu")
"""First words of places that say whose people somebody is when no preposition stands there."""
PREFIXES = frozenset("to dan pho so tdp dp khu kp kdc cum cu thon xom ap lang".split())
"""Words of an area that are not its number or name."""


def places(session: Session) -> list[str]:
    """The kinds of places said; several contradict each other."""
    found = dict.fromkeys(
        span.code("place") or "market"
        for clause in session
        for number, span in enumerate(clause.spans)
        if _is_market(span) or (span.is_a("place") and _was_there(clause.spans, number))
    )
    for weak in WEAK:
        if len(found) > 1:
            found.pop(weak, None)
    return list(found)


def _is_market(span: Span) -> bool:
    """ "cho" without accents means "chợ" where nothing follows: "2 ho kd ma qr cho"."""
    return [word.typed for word in span.words] == ["cho"] and not span.after[:1].isalnum()


def _was_there(spans: tuple[Span, ...], number: int) -> bool:
    """Not "chuyển ra ngân hàng", "hẹn t2 ra ngân hàng", "cán bộ trạm y tế"."""
    span, before = spans[number], spans[:number]
    appointed = any(one.code("outcome") == "again" for one in before)
    if span.is_a("goes") and (appointed or was_sent(spans, number)):
        return False
    owner = bool(before) and before[-1].is_a("person") and before[-1].end == span.start
    return not (owner and span.words[0].plain in OWNED)


def areas(session: Session) -> list[str]:
    """The areas said, as reports write them: "TDP 5", "thôn Đông"."""
    return list(dict.fromkeys(_area(span) for span in spans_of(session) if span.is_a("area")))


def _area(span: Span) -> str:
    own = [word for word in span.words if word.plain not in PREFIXES]
    names = [str(word.number) if word.number is not None else word.raw for word in own]
    return " ".join([span.code("area") or "", *names])
