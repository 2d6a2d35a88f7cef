"""Keeping a sign-up: an applicant who waits for a leader, or a volunteer at once for who has a role."""

from collections.abc import Mapping

from handlers import campaign_leaders, menu, volunteer_words
from handlers.notices import Tr
from handlers.people import ORG_OF
from handlers.rights import APPLICANT, VOLUNTEER
from handlers.turn import Option, Reply, Turn
from store import campaigns, members, volunteers, wards
from store.campaigns import CampaignRow
from store.volunteers import CONFIRMED, WAITING, Told


async def is_theirs(turn: Turn, ward_id: str) -> bool:
    """Whether somebody may sign up in a ward: they are there, or have no role anywhere yet."""
    role = await volunteers.role_in(turn.db, turn.talk.person_id, ward_id)
    return role == turn.talk.member_id and (not turn.talk.role or turn.talk.ward_id == ward_id)


async def save(
    turn: Turn, ward_id: str, campaign: str, name: str, told: Told, texts: Mapping[str, str]
) -> Reply:
    """Keep what was told and agreed to. Who has a role needs no leader's yes: the ward gave it.

    `campaign`: its number; empty when somebody changes what they told before.
    """
    found = await campaigns.get(turn.db, int(campaign)) if campaign else None
    fresh = turn.talk.member_id is None
    if fresh:  # their other chat may send the same now
        await wards.hold(turn.db, ward_id, alone=True)
    if not await is_theirs(turn, ward_id) or (fresh and not (name and found)):
        return await menu.lapsed(turn)
    if fresh:
        await _apply(turn, ward_id, name)
    number = turn.talk.member_id or 0
    state = WAITING if turn.talk.role == APPLICANT else CONFIRMED
    await volunteers.put(turn.db, number, told, texts, state, turn.now)
    if state == CONFIRMED:
        return _welcome(turn, found)
    if fresh and found:
        await _tell(turn, found, number, name, told)
    text = turn.tr(
        "Thank you! Who leads the campaign looks at your sign-up. I tell you here when it is confirmed; "
        "then you choose your shifts."
    )
    return Reply(text, (turn.option("What is kept about me", "mydata"), _menu(turn)))


async def _apply(turn: Turn, ward_id: str, name: str) -> None:
    """A row in the ward's register that gives no rights yet."""
    org, talk = ORG_OF[VOLUNTEER], turn.talk
    number = await members.add(turn.db, ward_id, APPLICANT, name, org, None, turn.today)
    made = await members.get(turn.db, number)
    if made:
        await members.link(turn.db, made, talk.person_id, turn.today)
        talk.area_id = talk.area_id if talk.ward_id == ward_id else None
        talk.ward_id, talk.member_id, talk.role, talk.org = ward_id, number, APPLICANT, org


async def _tell(turn: Turn, campaign: CampaignRow, number: int, name: str, told: Told) -> None:
    area = await volunteer_words.area_of(turn.db, told)

    def said(tr: Tr) -> Reply:
        head = tr("{name} signs up as a volunteer: {campaign}.", name=name, campaign=campaign.name)
        lines = volunteer_words.in_lines(tr, told, area)
        return Reply("\n".join([head, *lines]), deciding(tr, number, name))

    # Signing up again gives another member's number: by the person, and once a day.
    key = f"volunteer:{turn.talk.person_id}:{turn.today}"
    await campaign_leaders.tell(turn.db, campaign.ward_id, campaign.member_id, key, said, turn.now)


def deciding(tr: Tr, number: int, name: str) -> tuple[Option, ...]:
    """What a leader can do about who waits."""
    return (
        Option(tr("Confirm {name}", name=name), f"confirmvol:{number}"),
        Option(tr("Decline {name}", name=name), f"declinevol:{number}"),
    )


def _welcome(turn: Turn, campaign: CampaignRow | None) -> Reply:
    """That it is kept, and the way to the shifts."""
    text = turn.tr("Noted, thank you! You can take shifts now.")
    ways = [turn.option("Open shifts", f"shifts:{campaign.id}")] if campaign else []
    return Reply(text, (*ways, turn.option("My shifts", "myshifts"), _menu(turn)))


def _menu(turn: Turn) -> Option:
    return turn.option("Main menu", "menu")
