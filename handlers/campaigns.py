"""Campaigns: which there are, one of them for who asks, and what opens one: its word, or a code on a wall."""

import re
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from content.fold import words
from content.i18n import N_, translate
from content.library import Library
from content.sentence_campaign import MODELS
from handlers import campaign_words, choosing, groups, menu, settings
from handlers.campaign_words import CANCELLED, ENDED, STATES, state
from handlers.payload import Named
from handlers.turn import Option, Reply, Turn
from store import campaigns as store
from store import members
from store.campaigns import CampaignRow

SAID = (
    "chiến dịch", "các chiến dịch", "đợt ra quân", "tạo chiến dịch", "tạo chiến dịch mới",
    "mở chiến dịch", "hôm nay có ai giúp không", "ở đâu có người giúp", "có ai giúp không",
)  # fmt: skip
"""What asks for them all."""
LISTED = 10
LEADS = "campaigns"
LEADERS = (
    ("today", N_("Today")),
    ("daily", N_("Report of the day")),
    ("volunteers", N_("Volunteers")),
    ("roster", N_("Plan who takes which shift")),
    ("hours", N_("Hours worked")),
    ("summary", N_("Final report")),
    ("posters", N_("Posters")),
    ("addshift", N_("Add shifts")),
    ("dropshift", N_("Cancel a shift")),
    ("editcampaign", N_("Change")),
    ("cancelcampaign", N_("Cancel the campaign")),
)
"""What who leads campaigns can do with one."""
AFTERWARDS = {
    CANCELLED: ("daily", "hours", "summary"),
    ENDED: ("daily", "hours", "summary", "editcampaign"),
}
"""What is left of it once it is over."""
CAMPAIGN, VOLUNTEER = "camp", "vol"
_WORD = re.compile(r"(?=.*[a-z])(?=.*[0-9])[a-z0-9]{3,12}")
_BEFORE = ("chien dich", "dot ra quan", "dot", "ma")
_MODELS = tuple(words(model) for model in MODELS.values())
_JOINING = ("dang ky tinh nguyen", "tinh nguyen", "dang ky")
"""What stands before the word of a campaign; after these somebody wants to help."""


async def listed(turn: Turn) -> Reply:
    """`campaigns[:page]`: those that run or come; for who leads them all, the newest first."""
    leads, ward = turn.may(LEADS), turn.talk.ward_id or ""
    if not ward:
        return await settings.ward_first(turn, "campaigns")
    there = await (
        store.all_of(turn.db, ward) if leads else store.coming(turn.db, ward, turn.today)
    )
    there = there[::-1] if leads else there
    first = LISTED * (choosing.numbered(turn.argument) or 0)
    first = first if first < len(there) else 0
    shown = there[first : first + LISTED]
    options = [Option(_label(turn, one), f"campaign:{one.id}") for one in shown]
    if len(there) > first + LISTED:
        options.append(turn.option("More", f"campaigns:{first // LISTED + 1}"))
    if leads:
        options.append(turn.option("New campaign", "newcampaign"))
        options.append(turn.option("A campaign from a file", "campaignfile"))
    some = N_("The ward’s campaigns. Choose one:")
    none = N_("No campaign runs now. You can still ask me anything, or ask for a person.")
    ways = (*options, turn.option("Main menu", "menu"))
    if there:
        return Reply(turn.tr(some), ways)
    return Reply(turn.tr(none), ways if leads else menu.choices(turn))


def _label(turn: Turn, campaign: CampaignRow) -> str:
    now = state(campaign, turn.today)
    return f"{campaign.name} ({turn.tr(STATES[now])})"


async def one(turn: Turn) -> Reply:
    """`campaign:<number>`."""
    found = await numbered(turn, turn.argument)
    return await page(turn, found) if found else await menu.lapsed(turn)


async def numbered(turn: Turn, number: str) -> CampaignRow | None:
    """A campaign of the person's own ward by its number, as it stands in a choice."""
    known = number.isascii() and number.isdecimal() and len(number) < 16
    found = await store.get(turn.db, int(number)) if known else None
    return found if found and found.ward_id == turn.talk.ward_id else None


async def page(turn: Turn, campaign: CampaignRow) -> Reply:
    """What it is, where and when help is given, and what this person can do."""
    text = await campaign_words.told(turn, campaign)
    if _leads(turn, campaign):
        leader = await members.name_of(turn.db, campaign.member_id)
        led = turn.tr("• Led by: {name}", name=leader or "—")
        text = "\n".join([text, "", *campaign_words.for_leaders(turn.tr, campaign), led])
    return Reply(text, await _ways(turn, campaign))


def _leads(turn: Turn, campaign: CampaignRow) -> bool:
    return turn.may(LEADS) and campaign.ward_id == turn.talk.ward_id


async def _ways(turn: Turn, campaign: CampaignRow) -> tuple[Option, ...]:
    now = state(campaign, turn.today)
    over = now in AFTERWARDS
    options = []
    if _leads(turn, campaign):
        names = [one for one in LEADERS if not over or one[0] in AFTERWARDS[now]]
        options += [turn.option(label, f"{name}:{campaign.id}") for name, label in names]
    elif not over and campaign.ward_id == turn.talk.ward_id:
        options += await _helping(turn, campaign)
    if not turn.talk.role:
        options.append(turn.option("Ask for a person to help you", "request"))
    return (*options, turn.option("Campaigns", "campaigns"), turn.option("Main menu", "menu"))


async def _helping(turn: Turn, campaign: CampaignRow) -> list[Option]:
    """For who may help: signing up, then shifts."""
    member = turn.talk.member_id
    signed = member is not None and await store.volunteers(turn.db, member)
    options = [] if signed else [turn.option("Sign up as a volunteer", f"volunteer:{campaign.id}")]
    if turn.may("shifts"):
        options.append(turn.option("Open shifts", f"shifts:{campaign.id}"))
        options.append(turn.option("My shifts", "myshifts"))
    return options


async def heard(turn: Turn) -> Reply | None:
    """The word of a campaign, typed: "HE2026", "chiến dịch HE2026"; "tình nguyện HE2026" to help there."""
    if turn.text.startswith((f"{CAMPAIGN}_", f"{VOLUNTEER}_")):
        return await opened(replace(turn, argument=turn.text.strip()))
    said = words(turn.text) if len(turn.text) < 60 else ""
    joins = next((one for one in _JOINING if said.startswith(f"{one} ")), "")
    before = joins or next((one for one in _BEFORE if said.startswith(f"{one} ")), "")
    code = said.removeprefix(before).replace(" ", "")
    if not _WORD.fullmatch(code) or len(said.removeprefix(before).split()) > 2:
        return await _called(turn, said.removeprefix(before).strip())
    found = await _coded(turn, code)
    return await _open(turn, found, bool(joins)) if found else None


async def _called(turn: Turn, said: str) -> Reply | None:
    """A campaign of the own ward as people call it: by its model or name, "mùa hè xanh"."""
    if not turn.talk.ward_id or not said.startswith(_MODELS):
        return None
    there = await store.coming(turn.db, turn.talk.ward_id, turn.today)
    found = [one for one in there if said in (words(one.name), words(one.model))]
    if len(found) > 1:
        return await listed(turn)
    return await _open(turn, found[0], False) if found else None


async def _coded(turn: Turn, code: str) -> CampaignRow | None:
    """The campaign of that word: of the own ward, else the only one anywhere."""
    if turn.talk.ward_id and (own := await store.by_code(turn.db, turn.talk.ward_id, code)):
        return own
    every = [one for one in await store.coded(turn.db, code) if one.ward_id in turn.library.wards]
    return every[0] if len(every) == 1 else None


async def opened(turn: Turn) -> Reply | None:
    """What a payload `camp_<ward>_<WORD>` or `vol_<ward>_<WORD>` opens. None: it names no campaign."""
    kind, _, name = turn.argument.partition("_")
    found = await _of_payload(turn.db, turn.library, name)
    if found is None:
        return None
    if turn.can.group:
        return await groups.privately(turn)
    return await _open(turn, found, kind == VOLUNTEER)


async def _open(turn: Turn, campaign: CampaignRow, joins: bool) -> Reply:
    """A code on a wall also says which ward somebody is in, but takes nobody's role or home."""
    if not turn.talk.ward_id:
        await settings.move(turn, campaign.ward_id, "")
    over = state(campaign, turn.today) in (ENDED, CANCELLED)
    if joins and not over and campaign.ward_id == turn.talk.ward_id:
        from handlers.choices import CHOICES  # which names the handlers of this module

        if sign_up := CHOICES.get("volunteer"):
            return await sign_up.answer(replace(turn, argument=str(campaign.id)))
    return await page(turn, campaign)


async def named(db: AsyncSession, library: Library, code: str, lang: str) -> Named | None:
    """What a payload of a campaign opens, and the words that do the same."""
    kind, _, name = code.partition("_")
    found = await _of_payload(db, library, name)
    if found is None:
        return None
    if kind == CAMPAIGN:
        return Named(found.name, found.code)
    title = translate(lang, N_("Volunteer: {campaign}"), campaign=found.name)
    return Named(title, f"tình nguyện {found.code}")


async def _of_payload(db: AsyncSession, library: Library, name: str) -> CampaignRow | None:
    ward_id, _, code = name.partition("_")
    known = ward_id in library.wards and _WORD.fullmatch(code.lower())
    return await store.by_code(db, ward_id, code) if known else None


async def of_page(turn: Turn, campaign_id: int, text: str) -> Reply:
    """A campaign's page with something said above it."""
    found = await store.get(turn.db, campaign_id)
    shown = await page(turn, found) if found else await menu.lapsed(turn)
    return replace(shown, text=f"{text}\n\n{shown.text}")
