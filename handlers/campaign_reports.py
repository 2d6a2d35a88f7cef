"""A campaign for who leads it: today, the report of a day to paste into the group, and the final report."""

from datetime import date, timedelta

from content.i18n import N_
from handlers import campaign_report_words as say
from handlers import campaign_totals, campaigns, menu, settings
from handlers.campaign_totals import Day
from handlers.office import given
from handlers.turn import Attachment, Option, Reply, Turn
from store import campaigns as store
from store.campaigns import CampaignRow

ROLLS = 3
"""Shifts whose list of people is offered."""
KINDS = {"docx": N_("Document (.docx)"), "xlsx": N_("Workbook (.xlsx)")}


async def today(turn: Turn) -> Reply:
    """`/today`, `today:<campaign>`: who is where now, and how far the goals are."""
    found = await _meant(turn)
    if not isinstance(found, CampaignRow):
        return found
    day = await campaign_totals.day_of(turn.db, found, turn.today)
    name = _file(turn, "chart", found, turn.today, "bieu-do", "png")
    chart = Attachment("image", name) if turn.can.files else None
    running = [shift for shift in day.shifts if shift.starts_at <= turn.now < shift.ends_at]
    rolls = [
        Option(turn.tr("Who is here: {place}", place=shift.place)[:60], f"roll:{shift.id}")
        for shift in running[:ROLLS]
    ]
    ways = (turn.option("Report of the day", f"daily:{found.id}"), *_onward(turn, found))
    return Reply(say.today(turn.tr, day, turn.now), (*rolls, *ways), chart)


async def _meant(turn: Turn) -> CampaignRow | Reply:
    """The campaign that was named, else the only one that runs; several are asked for."""
    if turn.argument:
        return await campaigns.numbered(turn, turn.argument) or await menu.lapsed(turn)
    if turn.ward is None:
        return await settings.ward(turn)
    there = await store.live(turn.db, turn.ward.id, turn.today)
    if len(there) == 1:
        return there[0]
    options = [Option(one.name, f"today:{one.id}") for one in there]
    text = N_("Which campaign?") if there else N_("No campaign runs today.")
    ways = (turn.option("Campaigns", "campaigns"), turn.option("Main menu", "menu"))
    return Reply(turn.tr(text), (*options, *ways))


async def daily(turn: Turn) -> Reply:
    """`daily:<campaign>`, `daily:<campaign>:<day>`: nothing but the text, to be copied as it stands."""
    number, _, name = turn.argument.partition(":")
    found = await campaigns.numbered(turn, number)
    day = _day(name) if name else turn.today
    if found is None or day is None:
        return await menu.lapsed(turn)
    day = min(day, found.last, turn.today)
    if day < found.first:
        text = turn.tr(
            "It has not begun: there is nothing to report before {day}.", day=f"{found.first:%d/%m}"
        )
        return Reply(text, _onward(turn, found))
    told = say.daily(turn.tr, await campaign_totals.day_of(turn.db, found, day), turn.now)
    return Reply(told, (*_days(turn, found, day), *_onward(turn, found)))


def _days(turn: Turn, campaign: CampaignRow, day: date) -> list[Option]:
    """The day before and the day after, within the campaign."""
    near = [day - timedelta(days=1), day + timedelta(days=1)]
    last = min(campaign.last, turn.today)
    return [
        Option(turn.tr("Report of {day}", day=f"{one:%d/%m}"), f"daily:{campaign.id}:{one}")
        for one in near
        if campaign.first <= one <= last
    ]


async def summary(turn: Turn) -> Reply:
    """`summary:<campaign>`: what was reached; `summary:<campaign>:docx` is the file."""
    number, _, kind = turn.argument.partition(":")
    found = await campaigns.numbered(turn, number)
    if found is None or kind not in ("", *KINDS):
        return await menu.lapsed(turn)
    files = [
        turn.option(label, f"summary:{found.id}:{name}")
        for name, label in KINDS.items()
        if name != kind
    ]
    ways = (*files, *_onward(turn, found))
    if not kind:
        return Reply(await _in_short(turn, found), ways)
    name = _file(turn, "campaign", found, None, "tong-ket", kind)
    text = turn.tr("The draft of the final report. Read it, add what only you can say, then sign.")
    return given(turn, text, name, ways)


async def _in_short(turn: Turn, campaign: CampaignRow) -> str:
    day: Day = await campaign_totals.day_of(turn.db, campaign, min(turn.today, campaign.last))
    lines = [turn.tr("{campaign}: what was reached", campaign=campaign.name)]
    lines += [say.reached(turn.tr, line) for line in day.goals]
    if turn.today <= campaign.last:
        lines.append(
            turn.tr("It runs until {day}: figures of today.", day=f"{campaign.last:%d/%m}")
        )
    return "\n".join(lines)


def _onward(turn: Turn, campaign: CampaignRow) -> tuple[Option, ...]:
    return (
        turn.option("To the campaign", f"campaign:{campaign.id}"),
        turn.option("Main menu", "menu"),
    )


def _file(
    turn: Turn, maker: str, campaign: CampaignRow, day: date | None, name: str, kind: str
) -> str:
    """What bot/files.py makes: `<maker>/<member>/<ward>/<campaign>[/<day>]/<name>-<word>.<kind>`."""
    parts = [maker, str(turn.talk.member_id), campaign.ward_id, str(campaign.id)]
    parts += [str(day)] if day else []
    return "/".join([*parts, f"{name}-{campaign.code.lower()}.{kind}"])


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None
