"""Cancelling a campaign: why, then everybody who took a coming shift is told."""

from content.i18n import N_
from handlers import campaigns, forms, menu, notices
from handlers.campaign_shift_cancel import done, person_of
from handlers.campaign_words import CANCELLED, ENDED, state
from handlers.forms import Answers, Field, Form
from handlers.session_form import reason
from handlers.turn import Option, Reply, Turn
from store import campaigns as store
from store import members, shifts, wards
from store.campaigns import CampaignRow
from store.kinds import NOTICE


async def begin(turn: Turn) -> Reply:
    """`cancelcampaign:<number>`."""
    found = await _open(turn, turn.argument)
    if found is None:
        return await menu.lapsed(turn)
    return await forms.begin(turn, CANCEL, {"campaign": str(found.id)})


async def _open(turn: Turn, number: str) -> CampaignRow | None:
    """A campaign of the ward that is not over."""
    found = await campaigns.numbered(turn, number)
    return found if found and state(found, turn.today) not in (ENDED, CANCELLED) else None


async def _summary(turn: Turn, answers: Answers) -> str:
    found = await _open(turn, answers["campaign"])
    if found is None:
        return turn.tr("This campaign is over already.")
    ending = await shifts.of_campaign(turn.db, found.id, turn.now)
    taken = sum(one.taken for one in ending)
    return turn.tr(
        "Cancel {campaign}?\nWhy: {why}\nShifts that go on or are to come: {n}, places taken in them: "
        "{m}. Who took one is told; who is at one now is checked out.\nWhat was logged and the hours "
        "worked stay.",
        campaign=found.name, why=answers["why"], n=len(ending), m=taken,
    )  # fmt: skip


async def _cancelled(turn: Turn, answers: Answers) -> Reply:
    found = await _open(turn, answers["campaign"])
    if found is None:
        return await menu.lapsed(turn)
    await wards.hold(turn.db, found.ward_id, alone=True)
    expected = await store.cancel(turn.db, found.id, answers["why"], turn.now)
    if expected is None:
        return await menu.lapsed(turn)
    by = turn.talk.member_id
    await members.note(turn.db, found.ward_id, by, "campaign cancelled", found.id, turn.now)
    told = sum([await _tell(turn, found, member_id, answers["why"]) for member_id in expected])
    return await campaigns.of_page(turn, found.id, done(turn, len(expected), told))


async def _tell(turn: Turn, campaign: CampaignRow, member_id: int, why: str) -> bool:
    person = await person_of(turn, member_id)
    if person is None:
        return False
    tr = await notices.speaking_to(turn.db, person)
    text = tr(
        "{campaign} is cancelled, and with it the shifts you took.\nWhy: {why}\nYou need not come. "
        "The hours you worked so far stay.",
        campaign=campaign.name, why=why,
    )  # fmt: skip
    ways = (Option(tr("My shifts"), "myshifts"), Option(tr("Main menu"), "menu"))
    key = f"campaign:{campaign.id}:gone:{member_id}"
    return await turn.notify(person, Reply(text, ways), NOTICE, key)


CANCEL = forms.register(
    Form(
        "campaigncancel",
        (Field("why", N_("Why is it cancelled? Who signed up reads this."), check=reason,
               label=N_("The reason"), free=True),),
        _cancelled,
        _summary,
        action="campaigns",
        send=N_("Cancel the campaign"),
    )
)  # fmt: skip
