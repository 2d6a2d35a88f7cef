"""Making a campaign by questions, then its shifts line by line (handlers/campaign_shifts.py)."""

from datetime import date

from content import campaign
from content.campaign import AREA_TYPES
from content.i18n import N_
from content.vocabulary import ORGS
from handlers import campaign_shifts, forms, menu
from handlers.campaign_code import why_not
from handlers.campaign_fields import FIELDS, LONGEST, WHOLE, WRONG_LAST, taken_name
from handlers.campaign_words import clock, days_words
from handlers.checks import NO, YES
from handlers.forms import Answers, Form
from handlers.turn import Reply, Turn
from store import campaigns, members, wards
from store.campaigns import CampaignRow, NewCampaign


async def begin(turn: Turn) -> Reply:
    """`newcampaign`."""
    if turn.ward is None or turn.talk.member_id is None:
        return await menu.lapsed(turn)
    return await forms.begin(turn, CAMPAIGN)


async def from_file(turn: Turn) -> Reply:
    """`campaignfile`: the page where a whole campaign is imported, by a short-lived link."""
    if turn.ward is None or turn.talk.member_id is None:
        return await menu.lapsed(turn)
    link = turn.tools.link(f"campaignfile/{turn.talk.member_id}/{turn.ward.id}")
    text = turn.tr(
        "Make a whole campaign with its shifts from one file here (.xlsx or .yaml). You see what would "
        "be made before anything is. The link is yours alone and lasts 15 minutes:\n{link}",
        link=link,
    )
    return Reply(text, (turn.option("Campaigns", "campaigns"), turn.option("Main menu", "menu")))


def told(turn: Turn, answers: Answers) -> NewCampaign:
    return NewCampaign(
        ward_id=turn.talk.ward_id or "",
        code=answers["code"],
        name=answers["name"],
        model=answers["model"],
        organiser=answers["organiser"],
        skills=answers["skills"] == YES,
        area_type=answers["area_type"],
        first=date.fromisoformat(answers["first"]),
        last=date.fromisoformat(answers["last"]),
        cutoff=int(answers["cutoff"]),
        targets=campaign.read_targets(answers.get("targets", "")),
        member_id=int(answers.get("leader") or turn.talk.member_id or 0),
    )


def answers_of(row: CampaignRow) -> Answers:
    """A campaign as the answers that tell it; a target that is no goal any more is left out."""
    return {
        "code": row.code,
        "name": row.name,
        "model": row.model,
        "organiser": row.organiser,
        "skills": YES if row.skills else NO,
        "area_type": row.area_type,
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "cutoff": str(row.cutoff),
        "targets": campaign.as_typed({g.code: n for g, n in campaign.goals(row.targets)}),
        "areas": ",".join(str(area) for area in row.areas) or WHOLE,
        "leader": str(row.member_id),
    }


def areas_of(answers: Answers) -> list[int]:
    """The numbers of its areas; none for the whole ward."""
    said = answers.get("areas", WHOLE)
    return [] if said == WHOLE else [int(one) for one in said.split(",")]


async def _summary(turn: Turn, answers: Answers) -> str:
    shown = await lines(turn, answers)
    more = turn.tr("After saving I ask for the shifts.")
    return "\n".join([turn.tr("The campaign:"), *shown, "", more])


async def lines(turn: Turn, answers: Answers) -> list[str]:
    """All of it, one answer a line."""
    one = told(turn, answers)
    names = [await wards.area_named(turn.db, area) or "?" for area in areas_of(answers)]
    ward = turn.ward.name if turn.ward else ""
    return [
        f"{one.name} ({one.code})",
        turn.tr("• Model: {model}", model=one.model),
        turn.tr("• Held by: {organiser}", organiser=turn.tr(ORGS[one.organiser])),
        turn.tr("• When: {when}", when=days_words(turn.tr, one.first, one.last)),
        turn.tr("• Where: {where}", where=", ".join(names) or ward),
        turn.tr("• Kind of area: {kind}", kind=turn.tr(AREA_TYPES[one.area_type])),
        turn.tr(
            "• Counts as a digital skills campaign: {yes_no}",
            yes_no=turn.tr("yes") if one.skills else turn.tr("no"),
        ),
        turn.tr("• Targets: {targets}", targets=campaign.in_words(one.targets) or "—"),
        turn.tr("• The day’s report is due at {time}", time=clock(one.cutoff)),
    ]


async def _saved(turn: Turn, answers: Answers) -> Reply:
    """Once more free of others with that name or word: somebody may have been faster."""
    one = told(turn, answers)
    if not one.first <= one.last < one.first + LONGEST:  # one of them was changed afterwards
        return await _again(turn, answers, "last", turn.tr(WRONG_LAST))
    await wards.hold(turn.db, one.ward_id, alone=True)
    if await taken_name(turn.db, one.ward_id, one.name):
        problem = turn.tr("The ward already has a campaign of that name. Please add a year.")
        return await _again(turn, answers, "name", problem)
    if refused := await why_not(turn.db, turn.library, turn.ward, one.code):
        return await _again(turn, answers, "code", turn.tr(refused))
    number = await campaigns.create(turn.db, one, areas_of(answers), [], turn.now)
    await members.note(turn.db, one.ward_id, one.member_id, "campaign", number, turn.now)
    text = turn.tr("Saved. People find it by typing {code}.", code=one.code)
    return await campaign_shifts.ask(turn, number, text)


async def _again(turn: Turn, answers: Answers, name: str, problem: str) -> Reply:
    """Ask once more what does not hold any longer."""
    kept = {field: answer for field, answer in answers.items() if field != name}
    return campaign_shifts.above(problem, await forms.begin(turn, CAMPAIGN, kept))


CAMPAIGN = forms.register(
    Form("campaign", FIELDS, _saved, _summary, action="campaigns", send=N_("Save"))
)
