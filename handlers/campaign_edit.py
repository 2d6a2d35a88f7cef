"""Changing a campaign: all but its name and its word, which sessions and posters carry."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime

from content.i18n import N_
from handlers import campaign_form, campaigns, forms, menu, notices
from handlers.campaign_fields import FIELDS, LONGEST, WRONG_LAST, from_now_on
from handlers.campaign_form import answers_of, areas_of
from handlers.campaign_leaders import LEADING
from handlers.campaign_shift_cancel import person_of
from handlers.campaign_shifts import above
from handlers.checks import one_of_these
from handlers.forms import Answers, Field, Form, Invalid
from handlers.rights import ROLE_NAMES
from handlers.session_words import in_a_line as session_words
from handlers.shift_words import in_a_line as shift_words
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import campaigns as store
from store import members, sessions, shifts, wards
from store.campaigns import CampaignRow
from store.kinds import NOTICE
from store.members import MemberRow
from store.shifts import ShiftRow

Keeps = Callable[[Turn, CampaignRow, str], Awaitable[str]]
"""Why an answer cannot be: it would leave out something of the campaign. "": it can."""
DAYS = {"first", "last"}
"""Checked against each other, so that they are changed by one at a time."""
STAYS = N_(
    "{campaign}: its name and its word {code} stay, because sessions and posters carry them. All else can "
    "be changed."
)
MEANWHILE = N_(
    "Somebody else has just changed the same, so nothing of yours was saved. This is how it stands now:"
)
OVER = N_("It was cancelled, and is not changed any more.")
CANCEL_FIRST = N_("Or cancel that shift first.")


async def begin(turn: Turn) -> Reply:
    """`editcampaign:<number>`."""
    found = await _open(turn, turn.argument)
    if isinstance(found, Reply):
        return found
    answers = answers_of(found)
    was = json.dumps({name: answers[name] for name in NAMES})
    asked = await forms.choose(turn, EDIT, {**answers, "campaign": str(found.id), "was": was})
    return above(turn.tr(STAYS, campaign=found.name, code=found.code), asked)


async def _open(turn: Turn, number: str) -> CampaignRow | Reply:
    """A campaign of the ward that was not cancelled, or what is said instead."""
    found = await campaigns.numbered(turn, number)
    if found is None:
        return await menu.lapsed(turn)
    return await campaigns.of_page(turn, found.id, turn.tr(OVER)) if found.cancelled_at else found


async def _summary(turn: Turn, answers: Answers) -> str:
    lines = await campaign_form.lines(turn, answers)
    leader = await members.name_of(turn.db, int(answers["leader"]))
    led = turn.tr("• Led by: {name}", name=leader or "—")
    return "\n".join([turn.tr("The campaign as it will be:"), *lines, led])


async def _saved(turn: Turn, answers: Answers) -> Reply:
    """Save what was changed, and nothing else: another leader may have changed the rest meanwhile."""
    await wards.hold(turn.db, turn.talk.ward_id or "", alone=True)
    found = await _open(turn, answers["campaign"])
    if isinstance(found, Reply):
        return found
    was, now = json.loads(answers["was"]), answers_of(found)
    changed = {name: answers[name] for name in NAMES if answers[name] != was[name]}
    if not changed:
        return await campaigns.of_page(turn, found.id, turn.tr("Nothing was changed."))
    if _overtaken(was, now, changed):
        return await campaigns.of_page(turn, found.id, turn.tr(MEANWHILE))
    whole = {**now, **changed}
    for name in changed:
        if problem := await _why_not(turn, found, whole, name):
            kept = {field: answer for field, answer in answers.items() if field != name}
            return above(problem, await forms.begin(turn, EDIT, kept))
    return await _write(turn, found, whole, changed)


def _overtaken(was: Answers, now: Answers, changed: Answers) -> bool:
    """Whether what is changed here was changed to something else since the form was opened."""
    looked = changed.keys() | (DAYS if DAYS & changed.keys() else set())
    return any(now[name] not in (was[name], changed.get(name)) for name in looked)


async def _write(turn: Turn, found: CampaignRow, whole: Answers, changed: Answers) -> Reply:
    by = turn.talk.member_id
    await store.change(turn.db, found.id, campaign_form.told(turn, whole), areas_of(whole))
    for name in changed:
        ref = f"{found.id}:{name}"
        await members.note(turn.db, found.ward_id, by, "campaign", ref, turn.now)
    said = [turn.tr("Changed.")]
    if "leader" in changed and not await _tell(turn, found, int(changed["leader"])):
        said.append(turn.tr("I cannot reach who leads it now: please tell them yourself."))
    return await campaigns.of_page(turn, found.id, " ".join(said))


async def _tell(turn: Turn, campaign: CampaignRow, member_id: int) -> bool:
    """Tell a new leader. False: they cannot be reached."""
    person = await person_of(turn, member_id)
    if person is None or person == turn.talk.person_id:
        return person is not None
    tr = await notices.speaking_to(turn.db, person)
    text = tr(
        "From now on you lead {campaign} ({who} set it so). I remind you of the report of each day, and tell "
        "you of volunteers.",
        campaign=campaign.name, who=await members.name_of(turn.db, turn.talk.member_id or 0),
    )  # fmt: skip
    ways = (
        Option(tr("To the campaign"), f"campaign:{campaign.id}"),
        Option(tr("Main menu"), "menu"),
    )
    # the moment: who leads it a second time hears of it a second time
    key = f"campaign:{campaign.id}:leader:{member_id}:{turn.now.timestamp():.0f}"
    return await turn.notify(person, Reply(text, ways), NOTICE, key)


async def _why_not(turn: Turn, found: CampaignRow, whole: Answers, name: str) -> str:
    """Why an answer does not hold any longer beside all others; "": it does."""
    if name in KEEPS and (problem := await KEEPS[name](turn, found, whole[name])):
        return problem
    first, last = (date.fromisoformat(whole[day]) for day in ("first", "last"))
    if name in DAYS and not first <= last < first + LONGEST:
        return turn.tr(WRONG_LAST)
    if name == "leader" and whole[name] not in [str(one.id) for one in await _leading(turn)]:
        return turn.tr("Please choose one of these.")
    return ""


async def _from_first(turn: Turn, found: CampaignRow, answer: str) -> str:
    return await _left_out(turn, found, date.fromisoformat(answer), date.max)


async def _to_last(turn: Turn, found: CampaignRow, answer: str) -> str:
    return await _left_out(turn, found, date.min, date.fromisoformat(answer))


async def _left_out(turn: Turn, found: CampaignRow, first: date, last: date) -> str:
    """The first shift or session that such days would leave out, in a sentence."""
    number = await store.session_outside(turn.db, found, first, last)
    logged = await sessions.get(turn.db, number) if number else None
    every = await shifts.of_campaign(turn.db, found.id)
    shift = next((one for one in every if not first <= _day(one.starts_at) <= last), None)
    if shift and not (logged and logged.told.date < _day(shift.starts_at)):
        text = N_(
            "The shift {shift} would then be outside the campaign. Please choose another day."
        )
        return _or_cancel(turn, shift, turn.tr(text, shift=shift_words(turn.tr, shift)))
    if logged is None:
        return ""
    return turn.tr(
        "What was logged would then no longer count: {session}. Please choose another day.",
        session=session_words(turn, logged.told),
    )


def _or_cancel(turn: Turn, shift: ShiftRow, text: str) -> str:
    """A shift that has not begun may also be cancelled."""
    return f"{text} {turn.tr(CANCEL_FIRST)}" if shift.starts_at > turn.now else text


def _day(moment: datetime) -> date:
    return moment.astimezone(WARD_ZONE).date()


async def _in_areas(turn: Turn, found: CampaignRow, answer: str) -> str:
    """The next shift that is in none of these areas, in a sentence."""
    areas = areas_of({"areas": answer})
    coming = await shifts.of_campaign(turn.db, found.id, turn.now) if areas else []
    shift = next((one for one in coming if one.area_id and one.area_id not in areas), None)
    if shift is None:
        return ""
    text = N_("The shift {shift} is in {area}. Please keep that area, too.")
    said = turn.tr(text, shift=shift_words(turn.tr, shift), area=shift.area)
    return _or_cancel(turn, shift, said)


KEEPS: dict[str, Keeps] = {"first": _from_first, "last": _to_last, "areas": _in_areas}


async def _leading(turn: Turn) -> list[MemberRow]:
    """Who of the ward may lead campaigns, and has come in."""
    there = await members.with_roles(turn.db, turn.talk.ward_id or "", LEADING)
    return [one for one in there if one.person_id is not None]


async def _leaders(turn: Turn, answers: Answers) -> Sequence[Option]:
    """Their names; with the role where two are called the same."""
    there = await _leading(turn)
    names = [one.name for one in there]
    return [
        Option(
            one.name if names.count(one.name) == 1 else f"{one.name} ({turn.tr(ROLE_NAMES[one.role])})",
            str(one.id),
        )
        for one in there
    ]  # fmt: skip


def _keeping(field: Field, keeps: Keeps) -> Field:
    """A question whose answer is refused at once when it leaves out something of the campaign."""

    async def look(turn: Turn, answers: Answers, answer: str) -> str:
        found = await campaigns.numbered(turn, answers["campaign"])
        if found and (problem := await keeps(turn, found, answer)):
            raise Invalid(problem)
        return answer

    async def check(turn: Turn, answers: Answers, typed: str) -> str:
        return await look(turn, answers, await field.check(turn, answers, typed))

    return replace(field, check=check, verify=look)


def _fields() -> list[Field]:
    asked = [field for field in FIELDS if field.name not in ("name", "code")]
    kept = [_keeping(one, KEEPS[one.name]) if one.name in KEEPS else one for one in asked]
    return [from_now_on(one) if one.name == "targets" else one for one in kept]


LEADER = Field(
    "leader", N_("Who leads it from now on? They are reminded, and hear of volunteers."), _leaders,
    one_of_these, label=N_("Leader"), names=True,
)  # fmt: skip
NAMES = tuple(field.name for field in (*_fields(), LEADER))
EDIT = forms.register(
    Form(
        "campaignedit", (*_fields(), LEADER), _saved, _summary, action="campaigns", send=N_("Save")
    )
)
