"""Campaigns in words: when, where and at which hours help is given, and what cannot be any more."""

from collections.abc import Sequence
from datetime import date

from content.campaign import AREA_TYPES, goals
from content.i18n import N_
from content.topics import TOPIC_NAMES, codes_of
from content.vocabulary import ORGS
from handlers.notices import Tr
from handlers.numbers import shown
from handlers.shift_words import in_a_line
from handlers.turn import Turn
from store import shifts, wards
from store.campaigns import CampaignRow
from store.shifts import ShiftRow

STILL = N_("You can still ask me anything, or ask for a person.")
SHIFTS_SHOWN, TOPICS_SHOWN = 6, 5
ENDED, CANCELLED, RUNNING, COMING = "ended", "cancelled", "running", "coming"
STATES = {
    ENDED: N_("ended"),
    CANCELLED: N_("cancelled"),
    RUNNING: N_("running"),
    COMING: N_("to come"),
}


def state(campaign: CampaignRow, today: date) -> str:
    if campaign.cancelled_at:
        return CANCELLED
    if campaign.last < today:
        return ENDED
    return RUNNING if campaign.first <= today else COMING


def days_words(tr: Tr, first: date, last: date) -> str:
    """ "từ 16/11 đến 30/11/2026"."""
    if first == last:
        return tr("on {day}", day=f"{first:%d/%m/%Y}")
    begins = f"{first:%d/%m}" if first.year == last.year else f"{first:%d/%m/%Y}"
    return tr("from {first} to {last}", first=begins, last=f"{last:%d/%m/%Y}")


async def where(turn: Turn, campaign: CampaignRow) -> str:
    """The areas it works in, or the ward."""
    ward = turn.library.wards.get(campaign.ward_id)
    names = [await wards.area_named(turn.db, area) or "?" for area in campaign.areas]
    return ", ".join(names) or (ward.name if ward else campaign.ward_id)


async def told(turn: Turn, campaign: CampaignRow) -> str:
    """What a resident reads: what it is, where and when somebody helps. Kindly, when it is over."""
    title = f"{campaign.name} ({campaign.code})"
    now = state(campaign, turn.today)
    if now == CANCELLED:
        said = turn.tr("This campaign was cancelled: {why}", why=campaign.reason or "—")
        return f"{title}\n{said}\n\n{turn.tr(STILL)}"
    days = days_words(turn.tr, campaign.first, campaign.last)
    if now == ENDED:
        said = turn.tr("This campaign is over: it ran {days}.", days=days)
        return f"{title}\n{said}\n\n{turn.tr(STILL)}"
    coming = await shifts.of_campaign(turn.db, campaign.id, turn.now)
    lines = [title, turn.tr("• When: {when}", when=days)]
    lines.append(turn.tr("• Where: {where}", where=await where(turn, campaign)))
    organiser = turn.tr(ORGS[campaign.organiser])
    lines.append(turn.tr("• Held by: {organiser}", organiser=organiser))
    if topics := topics_words(turn.tr, coming):
        lines.append(turn.tr("• Help with: {topics}", topics=topics))
    return "\n".join(lines) + "\n\n" + "\n".join(places(turn.tr, coming))


def places(tr: Tr, coming: Sequence[ShiftRow]) -> list[str]:
    """Where and when somebody helps; the next ones."""
    if not coming:
        return [tr("Hours and places are not set yet. Until then you can ask for a person here.")]
    lines = [f"• {in_a_line(tr, one)}" for one in coming[:SHIFTS_SHOWN]]
    if more := len(coming) - SHIFTS_SHOWN:
        lines += [tr("… and {n} more times.", n=more)] if more > 0 else []
    return [tr("Come for help, nothing to bring but your phone:"), *lines]


def topics_words(tr: Tr, coming: Sequence[ShiftRow]) -> str:
    """What is helped with at these shifts."""
    bits = 0
    for one in coming:
        bits |= one.topics
    names = [tr(TOPIC_NAMES[code]) for code in codes_of(bits)]
    return ", ".join(names[:TOPICS_SHOWN]) + (", …" if len(names) > TOPICS_SHOWN else "")


def for_leaders(tr: Tr, campaign: CampaignRow) -> list[str]:
    """What only those who lead campaigns need."""
    aims = [f"{goal.name}: {shown(number)}" for goal, number in goals(campaign.targets)]
    yes_no = tr("yes") if campaign.skills else tr("no")
    return [
        tr("• Model: {model}", model=campaign.model),
        tr("• Kind of area: {kind}", kind=tr(AREA_TYPES[campaign.area_type])),
        tr("• Counts as a digital skills campaign: {yes_no}", yes_no=yes_no),
        tr("• Targets: {targets}", targets="; ".join(aims) or "—"),
        tr("• The day’s report is due at {time}", time=clock(campaign.cutoff)),
    ]


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
