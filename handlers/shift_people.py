"""Who may be in a shift, and finding somebody by what was typed of their name."""

from collections.abc import Sequence
from dataclasses import dataclass

from content.fold import words
from handlers.choosing import numbered
from handlers.forms import Answers, Invalid
from handlers.rights import PERMISSIONS, allowed
from handlers.turn import Turn
from store import members
from store.members import MemberRow

SHOWN = 8
"""At a time, of people and of what they did."""
ROLES = tuple(role for role in PERMISSIONS if allowed(role, "shifts"))
"""Who can be in a shift."""


@dataclass(frozen=True)
class Known:
    """Somebody who can be named; `more` tells them from others of that name."""

    member_id: int
    name: str
    more: str

    @property
    def full(self) -> str:
        return f"{self.name} ({self.more})" if self.more else self.name


async def able(turn: Turn) -> list[MemberRow]:
    """Those of the own ward who may be in a shift now."""
    return await members.with_roles(turn.db, turn.talk.ward_id or "", ROLES)


async def member_of(turn: Turn, number: str) -> MemberRow | None:
    """The same, one by their number."""
    found = await members.get(turn.db, numbered(number) or 0)
    right = found and found.ward_id == turn.talk.ward_id and found.role in ROLES
    return found if right else None


async def named(turn: Turn, answers: Answers, typed: str) -> str:
    """One of those who may be in a shift now. Invalid."""
    return by_name(turn, typed, [known(one) for one in await able(turn)])


def known(member: MemberRow) -> Known:
    return Known(member.id, member.name, member.team or "")


def by_name(turn: Turn, typed: str, there: Sequence[Known]) -> str:
    """The number of the one whose name, or a part of what they are called in full, was typed. Invalid."""
    said = f" {words(typed)} "
    found = [one for one in there if said.strip() and said in f" {words(one.full)} "]
    exact = [one for one in found if words(one.name) == said.strip()]
    if len(exact or found) == 1:
        return str((exact or found)[0].member_id)
    if found:
        names = "; ".join(one.full for one in found[:SHOWN])
        raise Invalid(turn.tr("Which one? Please type more of the name: {names}", names=names))
    raise Invalid(turn.tr("I find nobody of that name in the ward's list."))
