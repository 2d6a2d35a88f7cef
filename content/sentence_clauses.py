"""A message cut into clauses: at signs, at "và" and "rồi", and where after people and a topic something
new begins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from content.sentence_spans import Span

ENDS = ("question", "full")
"""Joints between sentences."""
TOGETHER = ("and", "with")
"""Joints between what belongs together: "và", "cùng"."""
TIMES = ("day", "weekday", "part", "clock")
OPENERS = ("give", "day", "weekday", "part", "just")
"""After people and a topic these begin something new ..."""
LEADING = ("give", "for", "send", "and", "self")
"""... unless they belong to one of these."""
TOPICS = ("topic", "object", "system")
DESCRIBING = frozenset(
    "filler ago just object system send thing negation lack for via age priority week".split()
)
"""What may stand between "1 cụ" and "chưa xong"."""
SENT = 4
"""Words between "chuyển" and "ra ngân hàng"."""


@dataclass(frozen=True)
class Clause:
    """Phrases that belong together; `joint` is what stands before them.

    "start", "full" (a full stop), "question", "comma", "detail" (a colon), "and", "with", "then"; ""
    where nothing stands there.
    """

    joint: str
    spans: tuple[Span, ...]
    asked: bool = False
    """A question mark stands after it, or a last "với": "giúp em với"."""
    part: bool = False
    """Some of the people before, and how far they got: "2 người quên mật khẩu hẹn mai"."""

    @property
    def has_people(self) -> bool:
        alone = any(
            one.is_a("give", "for") and two.is_a("person") for one, two in pairwise(self.spans)
        )
        return alone or any(map(is_people, self.spans))

    def has(self, *kinds: str) -> bool:
        return any(span.is_a(*kinds) for span in self.spans)


Session = list[Clause]
"""Clauses about one session."""


def spans_of(found: list[Clause]) -> list[Span]:
    return [span for clause in found for span in clause.spans]


def clauses(spans: list[Span]) -> list[Clause]:
    found, joint, held = list[Clause](), "start", list[Span]()
    for span in spans:
        new = span.code("stop") or span.code("and")
        if new:
            pleads = new in TOGETHER and not span.after[:1].isalnum()
            found.append(Clause(joint, tuple(held), asked=new == "question" or pleads))
            joint, held = new, []
            continue
        if held and _opens(span, Clause(joint, tuple(held))):
            found.append(Clause(joint, tuple(held)))
            joint, held = "", []
        held.append(span)
    return list(_without_empty([*found, Clause(joint, tuple(held))]))


def _opens(span: Span, clause: Clause) -> bool:
    """Whether after a clause that is complete something new begins."""
    if not (span.is_a(*OPENERS) or is_people(span)) or clause.spans[-1].is_a(*LEADING):
        return False
    return clause.has_people and clause.has(*TOPICS)


def _without_empty(found: list[Clause]) -> Iterator[Clause]:
    """Without clauses that say nothing; a time before a sign belongs to what follows: "Sáng: 3 cụ"."""
    time, kept = tuple[Span, ...](), ""
    for number, clause in enumerate(found):
        if clause.joint in ENDS or not kept:
            kept = clause.joint
        after = found[number + 1].joint if number + 1 < len(found) else ""
        only_time = all(span.is_a(*TIMES) for span in clause.spans)
        if only_time and after in ("comma", "detail") and not time:
            time = clause.spans
        elif clause.spans or (time and not after):
            joint = kept if time or kept in ENDS else clause.joint
            yield Clause(joint, (*time, *clause.spans), clause.asked)
            time, kept = (), ""


def is_counted(span: Span) -> bool:
    return span.code("count") in ("person", "house") or span.is_a("total")


def is_named(span: Span) -> bool:
    """ "bà Lan"; without a capital letter "ong ba" is rather "ông bà", "chi ban hang" no Hằng."""
    codes = set(span.codes("person"))
    return "named" in codes and (codes <= {"named", "title"} or span.words[-1].capital)


def is_pair(span: Span) -> bool:
    return "pair" in span.codes("person")


def is_people(span: Span) -> bool:
    """Whether somebody is counted or named here, if only by "nhà cụ Lan"."""
    told = span.code("vague") == "person" or span.code("host") == "named"
    return told or is_counted(span) or is_named(span) or is_pair(span)


def is_self(span: Span) -> bool:
    """ "em", "tổ mình"; not "mẹ em"."""
    return span.code("self") == "self" or span.is_a("team")


def precedes_name(span: Span, spans: tuple[Span, ...]) -> bool:
    """A word follows that is no phrase of ours and may be a name: "em" in "day em Tam cach ..."."""
    named = span.following is not None and span.following.name
    return named and all(one.start != span.end for one in spans)


def outcome_after(spans: tuple[Span, ...]) -> str | None:
    """The outcome that is said of those who were named right before: "1 cụ máy cũ chưa xong"."""
    lacking = False
    for number, span in enumerate(spans):
        if span.is_a("outcome", "notyet") and not span.is_a("give", "count"):
            return span.code("outcome") or "failed"
        if span.is_a("goes") and was_sent(spans, number):
            return "elsewhere"
        if span.is_a("by") and all(map(is_people, spans[number + 1 : number + 2])):
            return "helped"  # "1 bác được 1 bác chưa"
        if not lacking and span.kinds.isdisjoint(DESCRIBING):
            return None
        lacking = span.is_a("lack")
    return None


def was_sent(spans: tuple[Span, ...], number: int) -> bool:
    """Whether "ra ngân hàng" says where somebody was sent."""
    start = spans[number].start
    return any(span.is_a("send") and start - span.end <= SENT for span in spans[:number])
