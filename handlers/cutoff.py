"""Before a campaign's day report is due, who leads it hears who still has to log. Safe to run any minute."""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from content.library import Library
from handlers import campaign_report_words as say
from handlers import campaign_totals, notices
from handlers.campaign_leaders import leaders
from handlers.campaign_totals import Day, midnights
from handlers.notices import Tr
from handlers.packing import pack
from handlers.turn import WARD_ZONE, Option, Reply, Skip
from store import campaign_reports, campaigns, chats, outbox, reminders
from store.campaigns import CampaignRow
from store.kinds import SHIFT
from store.outbox import Parcel

BEFORE = 60
"""Minutes before the report is due."""
LATEST = 20 * 60 + 30
"""Minutes of the day: after 21:00 nobody is written to."""


async def due(db: AsyncSession, library: Library, now: datetime) -> None:
    """Plan what is due now, on days with a shift or a session of the campaign."""
    today = now.astimezone(WARD_ZONE).date()
    since, until = midnights(today)
    for ward_id in library.wards:
        for campaign in await campaigns.live(db, ward_id, today):
            at = since + timedelta(minutes=max(0, min(campaign.cutoff - BEFORE, LATEST)))
            ends = since + timedelta(minutes=max(campaign.cutoff, LATEST))
            if at <= now < ends and await campaign_reports.is_at_work(
                db, campaign, today, since, until
            ):
                await _plan(db, campaign, today, at, now)


async def _plan(
    db: AsyncSession, campaign: CampaignRow, day: date, at: datetime, now: datetime
) -> None:
    about = f"cutoff:{campaign.id}:{day}"
    for leader in await leaders(db, campaign.ward_id, campaign.member_id):
        key = f"{about}:{leader.id}"
        if await outbox.find(db, key) is not None or leader.person_id is None:
            continue
        if chat_id := await chats.reachable(db, leader.person_id):
            told = await campaign_totals.day_of(db, campaign, day)
            said = pack(_said(await notices.speaking_to_chat(db, chat_id), told, now))
            await reminders.plan(db, chat_id, SHIFT, said, key, now, at, about)


async def compose(
    db: AsyncSession, library: Library, parcel: Parcel, now: datetime
) -> Reply | Skip:
    """In the words of this moment; not when nothing is missing any more, nor on another day."""
    _, number, name = (parcel.about or "").split(":")
    campaign = await campaigns.get(db, int(number))
    day = date.fromisoformat(name)
    if campaign is None or campaign.cancelled_at:
        return Skip("cancelled")
    if day != now.astimezone(WARD_ZONE).date():
        return Skip("late")
    leader = int(parcel.key.rpartition(":")[2])
    there = await leaders(db, campaign.ward_id, campaign.member_id)
    if leader not in [one.id for one in there]:
        return Skip("role ended")
    told = await campaign_totals.day_of(db, campaign, day)
    tr = await notices.speaking_to_chat(db, parcel.chat_id)
    if not say.missing(tr, told, now):
        return Skip("not needed")
    return _said(tr, told, now)


def _said(tr: Tr, told: Day, now: datetime) -> Reply:
    options = (
        Option(tr("Report of the day"), f"daily:{told.campaign.id}"),
        Option(tr("Today"), f"today:{told.campaign.id}"),
        Option(tr("Main menu"), "menu"),
    )
    return Reply(say.reminder(tr, told, now), options)
