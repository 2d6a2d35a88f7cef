"""Is it a log? Support that the writer's own team has given, and nothing asked, planned or heard of."""

from collections.abc import Iterator
from datetime import datetime
from itertools import dropwhile, pairwise, takewhile

from content.sentence_clauses import (
    ENDS,
    TOPICS,
    Clause,
    Session,
    is_counted,
    is_people,
    is_self,
    precedes_name,
    spans_of,
)
from content.sentence_days import is_ahead
from content.sentence_giving import anchor, is_others
from content.sentence_spans import Span

WHOLE = ("question", "hearsay", "undone")
"""What makes a whole sentence no log, wherever it stands in it."""
REVIVING = ("self", "just", "day", "weekday")
"""After a plan or somebody else's work a clause with one of these may tell of our own again."""
TELLING = ("person", "house", "audience", "topic", "give")
"""An order begins its sentence: before it none of these is said."""
PAST = ("day", "weekday", "part", "just", "ago", "outcome", "minutes", "self")
"""What shows that something was done."""
SURELY_PAST = ("just", "ago", "outcome", "minutes")
"""The same when no topic is told: "chiều em qua giúp cụ nhé" is a promise."""
VISITED = ("home", "shop")
"""Who goes to such a place of somebody named went there to help."""
NEAR = 1
"""Words between "chưa" and "giúp"."""


def told(found: list[Clause], logged: bool, now: datetime) -> list[Clause]:
    """The clauses that may tell of our support; `logged` when the message began with "log"."""
    return [clause for one in _sentences(found) for clause in _told(one, logged, now)]


def logs(found: list[Session], logged: bool) -> list[Session]:
    """The sessions that are logs. After one of them people and a topic are enough."""
    kept: list[Session] = []
    for session in found:
        goes_on = bool(kept) and any(clause.has_people for clause in session)
        if _is_log(session, logged or goes_on):
            kept.append(session)
    return kept


def is_evidence(span: Span) -> bool:
    """Whether it shows that something was done."""
    return _shows(span, PAST)


def _shows(span: Span, past: tuple[str, ...]) -> bool:
    return span.is_a(*past) and span.code("self") != "kin"


def _is_log(session: Session, logged: bool) -> bool:
    """Whether somebody was helped: a verb of giving support, or counted people and a topic."""
    spans = spans_of(session)
    topic, people = any(one.is_a(*TOPICS) for one in spans), any(map(is_people, spans))
    if logged:
        return people or topic
    if anchor(session) >= 0:
        return topic or any(_is_anybody(span) for span in spans)
    if _was_asked(spans):
        return topic and people and any(span.is_a("outcome", "minutes") for span in spans)
    if _is_somebody_elses(spans):
        return False
    about = any(span.is_a("minutes", "place", "area") for span in spans)
    visited = any(span.is_a("host") or span.code("place") in VISITED for span in spans)
    named = people and about and (visited or not any(map(is_self, spans)))
    return topic and (named or any(map(is_counted, spans)) or _is_taken_up(session))


def _is_taken_up(session: Session) -> bool:
    """ "bà Cam không biết chữ, mình cài Zalo": somebody, and in a clause of its own what we did."""
    somebody = False
    for clause in session:
        if somebody and any(map(is_self, clause.spans[:1])) and clause.has(*TOPICS):
            return True
        somebody = somebody or any(_is_anybody(span) for span in clause.spans)
    return False


def _is_anybody(span: Span) -> bool:
    return span.is_a("person", "house", "audience") and not span.is_a("self")


def _was_asked(spans: list[Span]) -> bool:
    """ "cô Xoan nhờ em cài Zalo", "bác nhờ tạo mã QR, em làm 20 phút"."""
    asked = dropwhile(lambda span: not span.is_a("asks"), spans)
    return any(map(is_self, asked))


def _is_somebody_elses(spans: list[Span]) -> bool:
    """ "phường đã có 2000 người cài VNeID", "hai bác nhà em vừa cài", "5 cụ cần cài"."""
    first = next((span.start for span in spans if span.is_a("topic", "person", "house")), 0)
    return any(
        span.is_a("need")
        or (span.is_a("other") and span.start < first)
        or not {"kin", "aside"}.isdisjoint(span.codes("self"))
        for span in spans
    )


def _sentences(found: list[Clause]) -> Iterator[list[Clause]]:
    sentence: list[Clause] = []
    for clause in found:
        if sentence and clause.joint in ENDS:
            yield sentence
            sentence = []
        sentence.append(clause)
    if sentence:
        yield sentence


def _told(sentence: list[Clause], logged: bool, now: datetime) -> Iterator[Clause]:
    if any(clause.asked or clause.has(*WHOLE) for clause in sentence) or _is_no_report(sentence):
        return
    void = False
    for number, clause in enumerate(sentence):
        if void and not clause.has(*REVIVING):
            continue
        void = _is_planned(clause, now) or (not logged and _is_not_ours(sentence, number))
        if not void:
            yield clause


def _is_no_report(sentence: list[Clause]) -> bool:
    """ "cảm ơn em đã giúp", "hd cụ Lan chưa em", "giúp cụ Lan nhé"."""
    spans = spans_of(sentence)
    opening = takewhile(lambda span: not span.is_a(*TELLING) or span.is_a("self"), spans)
    if any(span.is_a("thanks") for span in opening):
        return True
    last = [span for span in sentence[-1].spans if not span.is_a("self", "urge")]
    if last and last[-1].is_a("notyet", "negation"):
        return any(span.is_a("give", "topic") for span in last)
    past = PAST if any(span.is_a("topic") for span in spans) else SURELY_PAST
    return spans[-1].is_a("urge") and not any(_shows(span, past) for span in spans)


def _before_anchor(clause: Clause) -> list[Span]:
    at = anchor([clause])
    return [span for span in clause.spans if at < 0 or span.start < at]


def _is_planned(clause: Clause, now: datetime) -> bool:
    if any(span.code("outcome") == "again" for span in clause.spans):
        return False  # "hẹn mai"
    if is_ahead(clause.spans, now) or any(span.code("plan") == "then" for span in clause.spans):
        return True
    before = _before_anchor(clause)
    return any(span.code("plan") == "will" and not span.is_a("house") for span in before)


def _is_not_ours(sentence: list[Clause], number: int) -> bool:
    """A request, an order, something not done, or somebody else's work."""
    clause = sentence[number]
    before = [*spans_of(sentence[:number]), *_before_anchor(clause)]
    opening = takewhile(lambda span: span.is_a("self", "plan") or not span.is_a(*TELLING), before)
    if clause.has("request") or any(span.is_a("order") for span in opening):
        return True
    at = anchor([clause])
    undone = any(span.is_a("negation") and 0 <= at - span.end <= NEAR for span in clause.spans)
    return undone or _is_for_me(clause, before) or is_others(sentence, number)


def _is_for_me(clause: Clause, before: list[Span]) -> bool:
    """ "giúp em cài vneid", but not "tôi giúp em" nor "hôm qua giúp em"."""
    if any(span.is_a("just", "day", "weekday") for span in before):
        return False
    givers = [span.words[0].plain for span in before if span.is_a("self")]
    return any(
        one.is_a("give")
        and one.end == two.start
        and is_self(two)
        and not two.is_a("count")
        and (not givers or two.words[0].plain in givers)
        and not precedes_name(two, clause.spans)
        for one, two in pairwise(clause.spans)
    )
