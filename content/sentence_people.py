"""Who was helped, and how many: people, households, and those of them who are not done yet."""

from dataclasses import dataclass
from itertools import pairwise, takewhile

from content.sentence_clauses import Session, is_named, spans_of
from content.sentence_mentions import Mention, mentions

STEPS = ("buoc", "bai", "phan", "muc", "lan", "tiet", "to")
"""Words before a number that counts nobody: "bước 2 hẹn t5"."""
KIN = ("con", "chau", "vo", "chong", "me", "bo", "em")
"""How those begin who belong to somebody told before."""
Part = tuple[int, str]
"""How many of them, and what became of those."""


@dataclass(frozen=True)
class Helped:
    people: int | None
    households: int | None
    parts: tuple[Part, ...]
    named: bool
    """Somebody was named."""


def helped(session: Session, anchor: int) -> Helped:
    """Who was helped in a session; `anchor` is the word where the giving begins, -1 without one.

    Those who are named after it count before those who are named ahead of it.
    """
    found = mentions(session)
    people, households, parts = _counted(session, found, anchor)
    host = any(span.code("host") == "named" for span in spans_of(session))
    named = host or any(is_named(one.span) for one in found)
    return Helped(people, households, (*parts, *_counted_outcomes(session)), named)


def _counted(
    session: Session, found: list[Mention], anchor: int
) -> tuple[int | None, int | None, list[Part]]:
    after = [one for one in found if one.span.start > anchor]
    before = [one for one in found if one.span.start <= anchor]
    for group in (after, before):
        sure = [one for one in group if one.how in ("count", "name") or _is_with_kin(one, group)]
        if sure:
            return _summed(sure, _is_unsure(group))
        if any(one.how == "vague" for one in group) and not _are_known(group, before):
            return None, None, []
    return _alone([*after, *before], session), None, []


def _is_with_kin(one: Mention, group: list[Mention]) -> bool:
    """ "bác Thủy và con dâu": one more."""
    kin = one.how == "one" and one.span.code("person") == "noun" and one.span.words[0].plain in KIN
    return kin and one.joined and group[0].how in ("count", "name")


def _are_known(vague: list[Mention], before: list[Mention]) -> bool:
    """ "có 5 bác đến, tôi dạy các bác": they were counted before."""
    counted = {one.span.words[-1].plain for one in before if one.how == "count"}
    return vague is not before and all(one.span.words[-1].plain in counted for one in vague)


def _is_unsure(group: list[Mention]) -> bool:
    """ "3 cụ và mấy bác"."""
    return any(two.joined and "vague" in (one.how, two.how) for one, two in pairwise(group))


def _alone(found: list[Mention], session: Session) -> int | None:
    """How many are meant by "bác hàng xóm và con gái bác"; None by "bà con"."""
    if not found:
        return 1 if any(clause.has("host") for clause in session) else None
    together = [found[0], *takewhile(lambda one: one.joined, found[1:])]
    return len(together) if all(one.how == "one" for one in together) else None


def _summed(sure: list[Mention], unsure: bool) -> tuple[int | None, int | None, list[Part]]:
    """People, households and parts. Who is told with an outcome is one of those told without."""
    whole = [one for one in sure if one.how != "count" or not (one.outcome or one.again)]
    whole = whole or [one for one in sure if not one.again] or sure
    if _adds_up(sure):
        whole = sure[:1]
    parts = [one for one in sure if one.outcome and (one not in whole or len(whole) > 1)]
    total = sum(one.number for one in whole)
    whole += [one for one in parts if one not in whole and one.number > total]
    people = _sum([one for one in whole if not one.house])
    households = _sum([one for one in whole if one.house])
    split = [(one.number, one.outcome or "") for one in parts]
    return (None if unsure and not households else people), households, split


def _adds_up(sure: list[Mention]) -> bool:
    """ "4 chị, 2 chị momo, 2 chị zalopay": the first number is that of all."""
    counted = [one.number for one in sure if one.how == "count" and not one.again]
    return len(counted) == len(sure) > 2 and counted[0] == sum(counted[1:])


def _sum(found: list[Mention]) -> int | None:
    """People of one name count once; names after "2 bác Lan, Hoa" not again."""
    counts = sum(one.number for one in found if one.how != "name")
    names = {one.span.words[-1].plain: one.number for one in found if one.how == "name"}
    listed = any(one.how == "count" and is_named(one.span) for one in found)
    return counts + (0 if listed else sum(names.values())) or None


def _counted_outcomes(session: Session) -> list[Part]:
    """ "2 xong, 1 hẹn lại"."""
    return [
        (span.numbers[0], span.code("outcome") or "")
        for span in spans_of(session)
        if span.code("count") == "outcome" and span.numbers[0] and span.before not in STEPS
    ]
