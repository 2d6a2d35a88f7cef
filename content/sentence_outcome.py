"""What became of it."""

from collections.abc import Iterator

from content.sentence_clauses import Session, was_sent
from content.sentence_sessions import UNFINISHED

LATER = {
    (None, "self"), (None, "helped"), (None, "failed"), (None, "again"), (None, "elsewhere"),
    ("helped", "self"), ("helped", "failed"), ("helped", "again"), ("helped", "elsewhere"),
    ("self", "failed"), ("self", "again"), ("self", "elsewhere"),
    ("failed", "self"), ("failed", "helped"), ("failed", "again"), ("failed", "elsewhere"),
}  # fmt: skip
"""Which outcome is replaced by which that is said later: "lỗi mãi, cuối cùng cũng xong"."""


def outcome(
    session: Session, parts: tuple[tuple[int, str], ...]
) -> tuple[str | None, int | None, bool]:
    """The outcome, of how many when only of some, and whether two contradict each other."""
    open_parts = [(number, code) for number, code in parts if code in UNFINISHED]
    codes = {code for _, code in open_parts}
    if len(codes) == 1:
        return codes.pop(), sum(number for number, _ in open_parts), False
    if codes:
        return None, None, True
    found: str | None = None
    for code in _said(session):
        if {found, code} == {"again", "elsewhere"}:
            return None, None, True
        found = code if (found, code) in LATER else found
    return found, None, False


def _said(session: Session) -> Iterator[str]:
    for clause in session:
        for number, span in enumerate(clause.spans):
            if span.is_a("goes") and was_sent(clause.spans, number):
                yield "elsewhere"
            elif span.is_a("outcome") and not span.is_a("give"):
                yield span.code("outcome") or ""
