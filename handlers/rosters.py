"""Planning who takes which shift: a proposal, changed by hand where needed, and accepted."""

from collections.abc import Awaitable, Callable

from content.i18n import N_
from handlers import campaigns, menu, roster_accept, roster_change, roster_draft
from handlers.choosing import numbered
from handlers.roster_draft import Draft
from handlers.roster_words import paged, summed_up, ways, with_names
from handlers.turn import Reply, Turn
from store.campaigns import CampaignRow

Act = Callable[[Turn, CampaignRow, list[int]], Awaitable[Reply]]


async def chosen(turn: Turn) -> Reply:
    """`roster:<campaign>`, or `roster:<campaign>:<what>:<numbers>`."""
    number, *rest = turn.argument.split(":")
    campaign = await campaigns.numbered(turn, number)
    name, numbers = rest[0] if rest else "show", [numbered(one) for one in rest[1:]]
    if campaign is None or campaign.cancelled_at or name not in ACTS or None in numbers:
        return await menu.lapsed(turn)
    begun = roster_draft.under_way(turn, campaign)
    if not begun and name not in ("show", "again"):
        return await menu.lapsed(turn)
    return await ACTS[name](turn, campaign, [one for one in numbers if one is not None])


async def show(turn: Turn, campaign: CampaignRow, _: list[int]) -> Reply:
    """The proposal that is being made, or a new one."""
    if not roster_draft.under_way(turn, campaign):
        return await again(turn, campaign, [])
    return summary(turn, await roster_draft.under_hand(turn, campaign))


async def again(turn: Turn, campaign: CampaignRow, _: list[int]) -> Reply:
    """A new proposal in place of what there was."""
    there = await roster_draft.as_it_stands(turn, campaign)
    if problem := _nothing_to_plan(there):
        roster_draft.drop(turn)
        waiting = turn.option("Volunteers", f"volunteers:{campaign.id}")
        return Reply(turn.tr(problem), (waiting, *ways(turn, campaign)))
    draft = await roster_draft.proposed(there)
    roster_draft.keep(turn, draft)
    return summary(turn, draft)


def _nothing_to_plan(draft: Draft) -> str:
    if not any(shift.open for shift in draft.shifts):
        return N_("No shift to come has empty places, so there is nothing to plan.")
    if not draft.volunteers:
        return N_(
            "Nobody is confirmed as a volunteer yet. Confirm some first, then plan the shifts."
        )
    return ""


def summary(turn: Turn, draft: Draft) -> Reply:
    """What is proposed, and what can be done with it."""
    text = summed_up(turn.tr, draft)
    last = N_("Nobody is told before you accept.")
    acts = [
        (N_("Accept the plan"), "accept"),
        (N_("Names of each shift"), "names"),
        (N_("Change the plan"), "change"),
        (N_("Plan anew"), "again"),
        (N_("Drop the plan"), "drop"),
    ]
    shown = acts if draft.pairs else acts[2:]
    options = [turn.option(label, f"roster:{draft.campaign.id}:{what}") for label, what in shown]
    return Reply(f"{text}\n\n{turn.tr(last)}", tuple(options))


async def names(turn: Turn, campaign: CampaignRow, numbers: list[int]) -> Reply:
    """Who goes where, some shifts at a time."""
    draft = await roster_draft.under_hand(turn, campaign)
    shown, more = paged(turn, draft, "names", numbers)
    parts = [await with_names(turn, draft, shift) for shift in shown]
    changing = turn.option("Change the plan", f"roster:{campaign.id}:change")
    back = turn.option("Back to the plan", f"roster:{campaign.id}")
    return Reply("\n\n".join(parts), (*more, changing, back))


async def drop(turn: Turn, campaign: CampaignRow, _: list[int]) -> Reply:
    """Nothing of it is kept."""
    roster_draft.drop(turn)
    text = turn.tr("The plan is dropped. Nothing changed, and nobody was told.")
    return Reply(text, ways(turn, campaign))


ACTS: dict[str, Act] = {
    "show": show,
    "again": again,
    "names": names,
    "drop": drop,
    "accept": roster_accept.accept,
    "change": roster_change.change,
    "shift": roster_change.shift,
    "out": roster_change.out,
    "add": roster_change.add,
}
