"""A roster that is being made: the people and shifts as they stand, and what is proposed but not yet so.

Kept between messages are the numbers of shifts and people, in the state of the leader's own chat; whatever is
shown or accepted is checked against how things stand then.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from content.roster import FULL, THERE, Pair, Roster, Shift, Stretch, Volunteer, account, obstacle
from content.roster_solver import propose
from handlers.rights import PERMISSIONS, allowed
from handlers.turn import WARD_ZONE, Turn
from store import rosters, shifts
from store.campaigns import CampaignRow
from store.rosters import Helper, Place
from store.shifts import ShiftRow

STATE = "roster"
MOST = 400
"""Shifts of one proposal, the next ones first: what the solver does in about three seconds."""
ABLE = [role for role in PERMISSIONS if allowed(role, "shifts")]


@dataclass(frozen=True)
class Draft:
    """The shifts to come, the volunteers, and which of them are to go where."""

    campaign: CampaignRow
    volunteers: list[Volunteer]
    shifts: list[Shift]
    rows: Mapping[int, ShiftRow]
    """The same shifts, to be shown."""
    person_of: Mapping[int, int | None]
    """Of each volunteer: the person to write to."""
    pairs: tuple[Pair, ...] = ()
    beyond: int = 0
    """Shifts that come later still."""

    @cached_property
    def people(self) -> dict[int, Volunteer]:
        return {who.id: who for who in self.volunteers}

    @cached_property
    def by_number(self) -> dict[int, Shift]:
        return {shift.id: shift for shift in self.shifts}

    @cached_property
    def of_shift(self) -> dict[int, list[Volunteer]]:
        """Who is to go to each shift, by name."""
        found = defaultdict(list)
        for shift, who in self.pairs:
            found[shift].append(self.people[who])
        return {shift: sorted(some, key=lambda who: who.name) for shift, some in found.items()}

    @cached_property
    def roster(self) -> Roster:
        return account(self.volunteers, self.shifts, self.pairs, False)

    @cached_property
    def given(self) -> dict[int, list[Shift]]:
        """What is proposed to each person."""
        found = defaultdict(list)
        for shift, who in self.pairs:
            found[who].append(self.by_number[shift])
        return found

    def left(self, shift: Shift) -> int:
        """Places nobody has or is proposed for."""
        return shift.open - len(self.of_shift.get(shift.id, ()))

    def obstacle(self, who: Volunteer, shift: Shift) -> str:
        """Why somebody cannot be added to a shift, besides what is proposed to them; "": they can."""
        found = obstacle(who, shift, self.given.get(who.id, ()))
        return found if found == THERE or self.left(shift) else FULL

    def free(self, shift: Shift) -> list[Volunteer]:
        """Who can be added to a shift, those with the least first."""
        there = [who for who in self.volunteers if not self.obstacle(who, shift)]
        return sorted(there, key=lambda who: (self._load(who), who.name, who.id))

    def _load(self, who: Volunteer) -> int:
        return who.load + sum(shift.minutes for shift in self.given.get(who.id, ()))

    def with_pair(self, shift: int, who: int) -> "Draft":
        return replace(self, pairs=tuple(sorted((*self.pairs, (shift, who)))))

    def without(self, shift: int, who: int) -> "Draft":
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair != (shift, who)))


def under_way(turn: Turn, campaign: CampaignRow) -> bool:
    """Whether this leader has a proposal for that campaign that is neither accepted nor dropped."""
    return bool(turn.talk.state.get(STATE, {}).get("campaign") == campaign.id)


def keep(turn: Turn, draft: Draft, shift: int = 0) -> None:
    """Remember what is proposed, and which shift somebody is being found for: numbers only."""
    of_shift = {str(number): [who.id for who in some] for number, some in draft.of_shift.items()}
    kept = {"campaign": draft.campaign.id, "pairs": of_shift, "shift": shift}
    turn.talk.state = {**turn.talk.state, STATE: kept}


def filling(turn: Turn) -> tuple[int, int]:
    """The numbers of the campaign and of the shift somebody is being found for; 0: none."""
    kept = turn.talk.state.get(STATE, {})
    return kept.get("campaign", 0), kept.get("shift", 0)


def drop(turn: Turn) -> None:
    turn.talk.state = {name: kept for name, kept in turn.talk.state.items() if name != STATE}


def kept(turn: Turn) -> list[Pair]:
    """What was proposed, as it was remembered."""
    pairs = turn.talk.state.get(STATE, {}).get("pairs", {})
    return [(int(shift), who) for shift, some in pairs.items() for who in some]


async def proposed(draft: Draft) -> Draft:
    """A new proposal. In a thread, so that the program goes on; but on SQLite nobody writes meanwhile."""
    roster = await asyncio.to_thread(propose, draft.volunteers, draft.shifts)
    return replace(draft, pairs=roster.pairs)


async def under_hand(turn: Turn, campaign: CampaignRow) -> Draft:
    """The proposal that is being made, without shifts and people that are gone."""
    draft = await as_it_stands(turn, campaign)
    there = [one for one in kept(turn) if one[0] in draft.by_number and one[1] in draft.people]
    return replace(draft, pairs=tuple(sorted(there)))


async def as_it_stands(turn: Turn, campaign: CampaignRow) -> Draft:
    """The shifts that have not begun, and the people with what they have, without any proposal."""
    ward, since = campaign.ward_id, turn.now - timedelta(days=1)
    rows = [
        row
        for row in await shifts.of_campaign(turn.db, campaign.id, turn.now)
        if row.starts_at > turn.now
    ]
    guides = await rosters.experienced(turn.db, ward)
    of_shift, of_person = defaultdict(list), defaultdict(list)
    for place in await rosters.places(turn.db, ward, campaign.id, since):
        of_shift[place.shift_id].append(place.member_id)
        of_person[place.member_id].append(place)
    there = await rosters.helpers(turn.db, ward, ABLE)
    return Draft(
        campaign,
        [_volunteer(one, of_person[one.id], one.id in guides, campaign.id) for one in there],
        [_shift(row, tuple(of_shift[row.id]), guides) for row in rows[:MOST]],
        {row.id: row for row in rows[:MOST]},
        {one.id: one.person_id for one in there},
        beyond=max(0, len(rows) - MOST),
    )


def _volunteer(
    helper: Helper, places: Sequence[Place], experienced: bool, campaign_id: int
) -> Volunteer:
    """`load` counts this campaign's shifts alone."""
    own = [place for place in places if place.campaign_id == campaign_id]
    length = sum((place.ends_at - place.starts_at for place in own), timedelta())
    busy = tuple(
        Stretch(
            place.starts_at.astimezone(WARD_ZONE),
            place.ends_at.astimezone(WARD_ZONE),
            place.area_id,
        )
        for place in places
    )
    return Volunteer(
        helper.id, helper.name, helper.topics, helper.hours, helper.area_id, experienced, busy,
        int(length.total_seconds()) // 60,
    )  # fmt: skip


def _shift(row: ShiftRow, taken: tuple[int, ...], guides: frozenset[int]) -> Shift:
    starts_at, ends_at = row.starts_at.astimezone(WARD_ZONE), row.ends_at.astimezone(WARD_ZONE)
    return Shift(
        row.id, starts_at, ends_at, row.area_id, row.place, row.topics, row.places, taken,
        not guides.isdisjoint(taken),
    )  # fmt: skip
