"""A campaign's files by their names: `chart/<member>/<ward>/<campaign>/<day>/x.png`, and
`campaign/<member>/<ward>/<campaign>/x.docx` or `.xlsx`."""

import asyncio
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from bot import charts
from content.i18n import DEFAULT, translate
from handlers import campaign_report_words as say
from handlers import campaign_summary, campaign_totals
from handlers.campaign_totals import GoalLine
from handlers.numbers import share, shown
from store import campaigns
from store.campaigns import CampaignRow

if TYPE_CHECKING:
    from bot.files import Files, Made

tr = partial(translate, DEFAULT)


async def chart(files: "Files", parts: list[str]) -> "Made":
    """How far the goals are, as a picture."""
    from bot.files import Made

    *who, name, filename = parts
    campaign, day = await _campaign(files, who), date.fromisoformat(name)
    lines = await files.store.read(lambda db: campaign_totals.lines(db, campaign, day))
    bars = [bar(line) for line in lines]
    under = tr("Up to {day}", day=f"{day:%d/%m/%Y}")
    return Made(filename, await asyncio.to_thread(charts.draw, campaign.name, under, bars))


async def summary(files: "Files", parts: list[str]) -> "Made":
    """The final report as it stands now."""
    from bot import campaign_summary as document
    from bot import campaign_summary_book as book
    from bot.files import written

    *who, filename = parts
    campaign = await _campaign(files, who)
    found = await files.store.read(
        lambda db: campaign_summary.collect(db, files.library, campaign, files.now())
    )
    write = document.write if filename.endswith(".docx") else book.write
    return await asyncio.to_thread(written, filename, partial(write, found))


async def _campaign(files: "Files", who: list[str]) -> CampaignRow:
    """The campaign of that number. Gone: it is none of that ward, or the member may not lead it now."""
    from bot.files import Gone

    member, ward_id, number = who
    await files.allowed(member, ward_id, "campaigns")
    found = await files.store.read(lambda db: campaigns.get(db, int(number)))
    if found is None or found.ward_id != ward_id:
        raise Gone(number)
    return found


def bar(line: GoalLine) -> charts.Bar:
    """How far one goal is: the picture's words for it."""
    name, today = say.capital(line.goal.name), tr("today {n}", n=shown(line.today))
    if line.percent is None or line.target is None:
        return charts.Bar(name, shown(line.so_far), today, None)
    said = f"{shown(line.so_far)} / {shown(line.target)}  ({share(line.percent)}%)"
    return charts.Bar(name, said, today, line.percent / 100)
