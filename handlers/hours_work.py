"""Hours in campaigns: one's own, those of everybody for who leads, and the papers about them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from content import hours
from content.fold import words
from handlers import campaigns, menu
from handlers.choosing import distinct, numbered
from handlers.hours_words import in_a_line, lasting
from handlers.office import given
from handlers.shift_code import ways
from handlers.shift_people import SHOWN
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import campaigns as campaign_store
from store import check_ins as store
from store import sessions
from store.campaigns import CampaignRow
from store.check_ins import Presence

LATEST = 5
"""Check-ins shown of one's own, the newest first."""


@dataclass(frozen=True)
class Worked:
    """What somebody did in a campaign, in all the roles they had."""

    member_id: int
    """The newest of their roles."""
    name: str
    days: Mapping[date, int]
    """Minutes of each day."""
    there: tuple[Presence, ...]

    @property
    def minutes(self) -> int:
        return sum(self.days.values())

    @property
    def forgotten(self) -> int:
        """Check-ins without a check-out."""
        return sum(1 for one in self.there if one.forgotten)

    @property
    def corrected(self) -> int:
        return sum(1 for one in self.there if one.corrected)


def worked(there: Iterable[Presence]) -> list[Worked]:
    """The work of everybody, by name. Hours are the union of somebody's check-ins."""
    people: dict[int, list[Presence]] = {}
    for one in there:
        people.setdefault(one.who, []).append(one)
    return sorted(map(_worked, people.values()), key=lambda one: (words(one.name), one.member_id))


def _worked(there: list[Presence]) -> Worked:
    newest = max(there, key=lambda one: one.member_id)
    days = hours.by_day([one.span for one in there], WARD_ZONE)
    return Worked(newest.member_id, newest.name, days, tuple(there))


async def of_campaign(turn: Turn) -> Reply:
    """`hours:<campaign>[:<page>]`: everybody's hours and days, and what may be done about them."""
    number, _, page = turn.argument.partition(":")
    campaign = await campaigns.numbered(turn, number)
    if campaign is None:
        return await menu.lapsed(turn)
    people = worked(await store.of_campaign(turn.db, campaign.id))
    first = SHOWN * (numbered(page) or 0)
    shown = people[first : first + SHOWN]
    lines = [turn.tr("Hours worked: {name}", name=campaign.name)]
    lines += [_line(turn, one.name, one) for one in shown]
    lines.append(_total(turn, people) if people else turn.tr("Nobody has checked in yet."))
    options = _papers(turn, campaign, shown) if people else []
    options.append(turn.option("Correct hours", f"fixhours:{campaign.id}"))
    options += _pages(turn, f"hours:{campaign.id}", first, len(people))
    options.append(turn.option("To the campaign", f"campaign:{campaign.id}"))
    return Reply("\n".join(lines), distinct(options))


def _line(turn: Turn, name: str, one: Worked) -> str:
    """ "• Lan: 12 giờ 30 phút, 4 ngày; 1 lần không ghi giờ ra"."""
    noted = []
    if one.forgotten:
        noted.append(turn.tr("{n} times without check-out", n=one.forgotten))
    if one.corrected:
        noted.append(turn.tr("{n} times corrected", n=one.corrected))
    long, days = lasting(turn.tr, one.minutes), turn.tr("{n} days", n=len(one.days))
    return f"• {name}: " + "; ".join([f"{long}, {days}", *noted])


def _total(turn: Turn, people: list[Worked]) -> str:
    minutes = sum(one.minutes for one in people)
    return turn.tr("Together: {n} people, {long}", n=len(people), long=lasting(turn.tr, minutes))


def _papers(turn: Turn, campaign: CampaignRow, shown: list[Worked]) -> list[Option]:
    sheet = turn.option("Timesheet (.xlsx)", f"timesheet:{campaign.id}")
    papers = [
        Option(
            turn.tr("Certificate: {name}", name=one.name),
            f"certificate:{campaign.id}:{one.member_id}",
        )
        for one in shown
    ]
    return [sheet, *papers]


def _pages(turn: Turn, value: str, first: int, people: int) -> list[Option]:
    page, options = first // SHOWN, []
    if people > first + SHOWN:
        options.append(turn.option("More", f"{value}:{page + 1}"))
    if page:
        options.append(turn.option("Back", f"{value}:{page - 1}"))
    return options


async def own(turn: Turn) -> Reply:
    """`myhours`: one's own, of each campaign, and the newest check-ins."""
    there = await _own(turn)
    if not there:
        text = turn.tr("You have no hours yet. At a shift, type the code shown there: «ca 1234».")
        return Reply(text, (turn.option("My shifts", "myshifts"), turn.option("Main menu", "menu")))
    lines, options = [turn.tr("My hours:")], []
    for number in sorted({one.campaign_id for one in there}, reverse=True)[:SHOWN]:
        campaign = await campaign_store.get(turn.db, number)
        if campaign:
            mine = _worked([one for one in there if one.campaign_id == number])
            lines.append(_line(turn, campaign.name, mine))
            label = turn.tr("Certificate: {name}", name=campaign.name)
            options.append(Option(label, f"certificate:{number}"))
    lines += ["", turn.tr("The newest:")]
    lines += [f"• {in_a_line(turn.tr, one)}" for one in there[-LATEST:][::-1]]
    lines.append(turn.tr("Is something wrong? Tell the campaign’s leader, who can correct it."))
    last = turn.option("My shifts", "myshifts"), turn.option("Main menu", "menu")
    return Reply("\n".join(lines), distinct([*options, *last]))


async def _own(turn: Turn) -> list[Presence]:
    ward = turn.talk.ward_id or ""
    return await store.of_members(
        turn.db, await sessions.own_ids(turn.db, ward, turn.talk.person_id)
    )


async def timesheet(turn: Turn) -> Reply:
    """`timesheet:<campaign>`: member by day, to print."""
    campaign = await campaigns.numbered(turn, turn.argument)
    if campaign is None:
        return await menu.lapsed(turn)
    made = f"{_by(turn)}/{campaign.id}/bang-cham-cong-{campaign.code.lower()}.xlsx"
    text = turn.tr("The timesheet as it stands now. Check it before it is signed.")
    return given(turn, text, f"timesheet/{made}", _back(turn, campaign))


async def certificate(turn: Turn) -> Reply:
    """`certificate:<campaign>`: one's own; `certificate:<campaign>:<member>` by who leads campaigns."""
    number, _, who = turn.argument.partition(":")
    campaign, member = await campaigns.numbered(turn, number), await _whose(turn, who)
    if campaign is None or member is None:
        return await menu.lapsed(turn)
    if not await store.of_campaign(turn.db, campaign.id, member):
        text = turn.tr("There are no hours in this campaign yet.")
        return Reply(text, ways(turn))
    name = f"{member}/giay-xac-nhan-{campaign.code.lower()}.pdf"
    text = turn.tr(
        "A draft of the certificate of hours. It counts once the campaign’s leader has signed it."
    )
    made = f"certificate/{_by(turn)}/{campaign.id}/{name}"
    return given(turn, text, made, _back(turn, campaign) if who else ways(turn))


async def _whose(turn: Turn, who: str) -> int | None:
    """The member a certificate is about: oneself, or whoever was named by one who may."""
    own_id = turn.talk.member_id
    if not who or who == str(own_id):
        return own_id
    return numbered(who) if turn.may("campaigns") else None


def _by(turn: Turn) -> str:
    return f"{turn.talk.member_id}/{turn.talk.ward_id}"


def _back(turn: Turn, campaign: CampaignRow) -> tuple[Option, ...]:
    return (
        turn.option("Hours worked", f"hours:{campaign.id}"),
        turn.option("To the campaign", f"campaign:{campaign.id}"),
    )
