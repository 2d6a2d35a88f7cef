"""Changing a proposed roster by hand: a name less, a name more, and why somebody cannot be added."""

from collections.abc import Sequence
from dataclasses import replace

from content.fold import words
from content.i18n import N_
from content.roster import Shift, Volunteer
from handlers import campaigns, forms, menu, roster_draft
from handlers.choosing import distinct, numbered
from handlers.forms import Answers, Field, Form
from handlers.roster_draft import Draft
from handlers.roster_words import WHY, paged, with_names
from handlers.shift_words import in_a_line
from handlers.turn import Option, Reply, Turn
from store.campaigns import CampaignRow

SHOWN = 8
CHOSEN = "member-"
"""Before the number of somebody who was offered; nobody is called so."""


async def change(turn: Turn, campaign: CampaignRow, numbers: list[int]) -> Reply:
    """Which shift is to be changed."""
    draft = await roster_draft.under_hand(turn, campaign)
    shown, more = paged(turn, draft, "change", numbers)
    options = [
        Option(_label(turn, draft, shift), f"roster:{campaign.id}:shift:{shift.id}")
        for shift in shown
    ]
    text = turn.tr("Which shift do you want to change?")
    return Reply(text, distinct([*options, *more, _to_plan(turn, campaign)]))


def _label(turn: Turn, draft: Draft, shift: Shift) -> str:
    there = shift.places - draft.left(shift)
    return f"{in_a_line(turn.tr, draft.rows[shift.id])} ({there}/{shift.places})"


async def shift(turn: Turn, campaign: CampaignRow, numbers: list[int]) -> Reply:
    """One shift: whom to take out, or to add."""
    draft = await roster_draft.under_hand(turn, campaign)
    found = draft.by_number.get(numbers[0]) if numbers else None
    return await _page(turn, draft, found) if found else await menu.lapsed(turn)


async def _page(turn: Turn, draft: Draft, shift: Shift, said: str = "") -> Reply:
    at = f"roster:{draft.campaign.id}"
    options = [
        Option(turn.tr("Take out {name}", name=who.name), f"{at}:out:{shift.id}:{who.id}")
        for who in draft.of_shift.get(shift.id, ())
    ]
    if draft.left(shift):
        options.append(turn.option("Add somebody", f"{at}:add:{shift.id}"))
    options.append(turn.option("Another shift", f"{at}:change"))
    text = await with_names(turn, draft, shift)
    return Reply(
        f"{said}\n\n{text}" if said else text,
        distinct([*options, _to_plan(turn, draft.campaign)]),
    )


async def out(turn: Turn, campaign: CampaignRow, numbers: list[int]) -> Reply:
    """Somebody less. Who has signed up already is not touched."""
    draft = await roster_draft.under_hand(turn, campaign)
    if len(numbers) != 2 or (numbers[0], numbers[1]) not in draft.pairs:
        return await menu.lapsed(turn)
    draft = draft.without(numbers[0], numbers[1])
    roster_draft.keep(turn, draft)
    said = turn.tr("Taken out: {name}.", name=draft.people[numbers[1]].name)
    return await _page(turn, draft, draft.by_number[numbers[0]], said)


async def add(turn: Turn, campaign: CampaignRow, numbers: list[int]) -> Reply:
    """Ask who; the first to be offered are those who are free."""
    draft = await roster_draft.under_hand(turn, campaign)
    found = draft.by_number.get(numbers[0]) if numbers else None
    if found is None:
        return await menu.lapsed(turn)
    return await _ask(turn, draft, found)


async def _ask(turn: Turn, draft: Draft, shift: Shift, said: str = "") -> Reply:
    """The question, with what was wrong before it. No way out of it gives the plan up."""
    if not draft.left(shift):
        return await _page(turn, draft, shift, turn.tr("This shift has no empty place."))
    roster_draft.keep(turn, draft, shift.id)
    asked = await forms.begin(turn, ADD)
    if not said and not draft.free(shift):
        said = turn.tr(
            "Nobody is free for it by what they told. Type a name to hear what hinders them."
        )
    offered = [option for option in asked.options if option.value != "stop"]
    options = (*offered, _to_shift(turn, draft, shift), _to_plan(turn, draft.campaign))
    return replace(asked, text=f"{said}\n\n{asked.text}" if said else asked.text, options=options)


async def _meant(turn: Turn) -> tuple[Draft, Shift] | None:
    """The shift that is being filled; None: it or its campaign is gone."""
    campaign_id, shift = roster_draft.filling(turn)
    campaign = await campaigns.numbered(turn, str(campaign_id))
    if campaign is None or campaign.cancelled_at:
        return None
    draft = await roster_draft.under_hand(turn, campaign)
    return (draft, draft.by_number[shift]) if shift in draft.by_number else None


async def _free(turn: Turn, answers: Answers) -> Sequence[Option]:
    meant = await _meant(turn)
    first = meant[0].free(meant[1])[:SHOWN] if meant else []
    return distinct([Option(who.name, f"{CHOSEN}{who.id}") for who in first])


async def _answered(turn: Turn, answers: Answers) -> Reply:
    """Put them into the plan, or say what hinders and ask again."""
    meant, said = await _meant(turn), answers["who"]
    if meant is None:
        return await menu.lapsed(turn)
    draft, found = meant
    some = _people(draft, said)
    if not some:
        no = turn.tr("I find no confirmed volunteer of that name.")
        return await _ask(turn, draft, found, no)
    fitting = [who for who in some if not draft.obstacle(who, found)]
    if len(fitting) != 1:
        which = _which(turn, fitting) if fitting else _refused(turn, draft, found, some)
        return await _ask(turn, draft, found, which)
    draft = draft.with_pair(found.id, fitting[0].id)
    roster_draft.keep(turn, draft)
    added = turn.tr("Added to the plan: {name}.", name=fitting[0].name)
    return await _page(turn, draft, found, added)


def _people(draft: Draft, said: str) -> list[Volunteer]:
    """Those of that name, else those whose name holds it; or the one who was chosen."""
    if said.startswith(CHOSEN):
        chosen = draft.people.get(numbered(said.removeprefix(CHOSEN)) or 0)
        return [chosen] if chosen else []
    name = f" {words(said)} "
    there = [who for who in draft.volunteers if name.strip() and name in f" {words(who.name)} "]
    return [who for who in there if name == f" {words(who.name)} "] or there


def _which(turn: Turn, fitting: Sequence[Volunteer]) -> str:
    names = "; ".join(who.name for who in fitting[:SHOWN])
    return turn.tr("Which one? Please type more of the name: {names}", names=names)


def _refused(turn: Turn, draft: Draft, shift: Shift, some: Sequence[Volunteer]) -> str:
    lines = [f"• {who.name}: {turn.tr(WHY[draft.obstacle(who, shift)])}" for who in some[:SHOWN]]
    return "\n".join([turn.tr("That cannot be:"), *lines])


def _to_shift(turn: Turn, draft: Draft, shift: Shift) -> Option:
    return turn.option("Back to the shift", f"roster:{draft.campaign.id}:shift:{shift.id}")


def _to_plan(turn: Turn, campaign: CampaignRow) -> Option:
    return turn.option("Back to the plan", f"roster:{campaign.id}")


ADD = forms.register(
    Form(
        "roster",
        (
            Field(
                "who",
                N_("Who shall come to this shift? Choose, or type a name."),
                _free,
                names=True,
            ),
        ),
        _answered,
        action="campaigns",
    )
)
