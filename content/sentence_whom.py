"""Whom it was for, besides their number: audience, priority groups, age."""

from collections.abc import Iterable

from content.sentence_clauses import Session, spans_of
from content.sentence_mentions import partner
from content.sentence_spans import Span

AUDIENCES = ("business", "sme", "coop", "pupil", "official", "union", "citizen")
"""The more special goes first: traders are residents, too."""
PRIORITIES = ("elderly", "disabled", "poor")
BANDS = ((16, "child"), (35, "young"), (60, "middle"), (130, "old"))
"""Below which age each band ends."""
OLD = 60


def whom(session: Session, anchor: int) -> list[Span]:
    """The phrases about those who were helped: after the giving begins, else before it."""
    colleagues = [partner(session, number) for number in range(len(session))]
    about = [
        span
        for span in spans_of(session)
        if span.is_a("audience", "priority", "age", "count") and span not in colleagues
    ]
    after = [span for span in about if span.start > anchor]
    before = [span for span in about if span.start <= anchor and not span.is_a("self", "other")]
    return after if any(span.is_a("audience") for span in after) else [*before, *after]


def audience(spans: Iterable[Span]) -> str | None:
    said = {code for span in spans for code in _audiences(span)}
    return next((code for code in AUDIENCES if code in said), None)


def _audiences(span: Span) -> list[str]:
    if span.is_a("object") and not span.is_a("count"):
        return []  # "hs" is a dossier there
    stall = span.code("house") == "stall" and span.is_a("count", "vague")
    return [*span.codes("audience"), *(["business"] if stall else [])]


def priority(spans: list[Span]) -> tuple[str, ...]:
    said = {code for span in spans for code in span.codes("priority")}
    if any(age >= OLD for age in _ages(spans)):
        said.add("elderly")
    return tuple(code for code in PRIORITIES if code in said)


def age_band(spans: list[Span]) -> str | None:
    """The age band when only one is said."""
    bands = {_band(age) for age in _ages(spans)}
    if not bands:
        bands = {span.code("age") or "" for span in spans if span.is_a("age")}
        bands |= {"old" for span in spans if span.code("priority") == "elderly"}
    bands &= {band for _, band in BANDS}
    return bands.pop() if len(bands) == 1 else None


def _ages(spans: Iterable[Span]) -> list[int]:
    return [span.numbers[0] for span in spans if span.code("age") == "number"]


def _band(age: int) -> str:
    return next((band for end, band in BANDS if age < end), "")
