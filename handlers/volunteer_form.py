"""Signing up as a volunteer: what is asked, the three ticks, and what is kept (facts/programme.md, c.2, e.2).

Nothing is written before the last tick.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from content.i18n import N_
from content.topics import bits, codes_of
from handlers import campaign_words, forms, menu, session_form, volunteer_words
from handlers.campaign_words import CANCELLED, ENDED
from handlers.checks import NO, YES, yes_no
from handlers.choosing import core, yes_or_no
from handlers.forms import Answers, Field, Form, Invalid
from handlers.session_answers import number
from handlers.turn import Option, Reply, Turn
from handlers.volunteer_fields import ANY, QUESTIONS, YEAR, YOUNGEST, age, known_year
from handlers.volunteer_saving import is_theirs, save
from store import campaigns
from store.volunteers import Told, VolunteerRow

ADULT = 18
PLEDGE = N_(
    "1. Keeping secrets. I tell nobody what I see or hear of the people I help. I take no picture of "
    "their papers, and I never ask for or note down their passwords, OTP or citizen numbers.\n\n"
    "Do you pledge this?"
)
CONSENT = N_(
    "2. Your data. The ward's People's Committee keeps what you told just now, what you agree to here, "
    "your shifts and your hours. It needs them to plan shifts, tell you of them and confirm your hours. "
    "The leaders of campaigns see them. They are kept while you take part and 12 months after; hours in "
    "the ward's reports stay. You can see, change or delete them any time: type /mydata.\n\n"
    "Do you agree?"
)
GUARDIAN = N_(
    "3. Under 18. Your parent or guardian must know that you help here and that the ward keeps these "
    "data, and agree to both. Have you asked them, and do they agree?"
)
PLEDGE_AGAIN = N_("Do you pledge to keep secret what you see and hear of the people you help?")
CONSENT_AGAIN = N_("May the ward keep what you told, your shifts and your hours?")
GUARDIAN_AGAIN = N_("Do your parents or your guardian know of it, and agree?")
_PARENTS = re.compile(
    r"(?:(?:bo me|ba me|cha me|bo|ba|cha|me|ma|phu huynh|gia dinh|nguoi giam ho)(?: va (?:bo|me|ma))?"
    r"(?: (?:em|toi|chau|con|minh))? )?(?:(?:da|deu|cung) )*(?:biet|cho|cho phep|dong y)"
    r"(?: cho)?(?: (?:em|toi|chau|con|minh))?(?: (?:di|lam))?(?: roi)?"
)
""" "Bố mẹ em biết rồi": a yes to that question alone."""


async def begin(turn: Turn, campaign_id: int) -> Reply:
    """The form for a campaign of the ward one is in; of any ward for who has no role yet."""
    campaign = await campaigns.get(turn.db, campaign_id)
    ward = turn.library.wards.get(campaign.ward_id) if campaign else None
    if campaign is None or ward is None:
        return await menu.lapsed(turn)
    if campaign_words.state(campaign, turn.today) in (CANCELLED, ENDED):
        others = turn.option("Campaigns", "campaigns")
        return Reply(await campaign_words.told(turn, campaign), (others, *_out(turn)))
    if not await is_theirs(turn, ward.id):
        text = turn.tr("This is a campaign of {ward}. Choose that ward first.", ward=ward.name)
        return Reply(text, (turn.option("Choose your ward and area", "ward"), *_out(turn)))
    asked = await forms.begin(turn, AGE, {"campaign": str(campaign.id), "ward": ward.id})
    opening = turn.tr("Signing up as a volunteer: {campaign}.", campaign=campaign.name)
    return replace(asked, text=f"{opening}\n\n{asked.text}")


async def change(turn: Turn, there: VolunteerRow) -> Reply:
    """The same form with what somebody told before."""
    return await forms.begin(turn, TOLD, {"campaign": "", "ward": there.ward_id, **_answers(there)})


def _answers(there: VolunteerRow) -> Answers:
    told = there.told
    return {
        "year": str(told.birth_year),
        "branch": told.branch,
        "topics": ".".join(codes_of(told.topics)),
        "hours": str(told.hours),
        "area": str(told.area_id or ""),
    }


def told(answers: Answers) -> Told:
    """The answers as they are kept."""
    about = answers["topics"]
    codes = session_form.USUAL_TOPICS if about == ANY else tuple(about.split("."))
    return Told(
        birth_year=int(answers["year"]),
        branch=answers["branch"],
        topics=bits(codes),
        hours=int(answers["hours"]),
        area_id=number(answers, "area") or None,
    )


async def _old_enough(turn: Turn, answers: Answers) -> Reply:
    """On with the form, or a kind no that keeps nothing."""
    if age(turn, answers) >= YOUNGEST:
        return await forms.begin(turn, TOLD, answers)
    text = turn.tr(
        "Thank you for wanting to help! Volunteers have to be 16 or older, so please come back then. "
        "I kept nothing of this. Until then you can learn with the short lessons."
    )
    return Reply(text, (turn.option("Short lessons, a few minutes a day", "learn"), *_out(turn)))


async def _summary(turn: Turn, answers: Answers) -> str:
    lines = await volunteer_words.lines(turn.tr, turn.db, told(answers))
    name = answers.get("name")
    named = [turn.tr("• Name: {name}", name=name)] if name else []
    return "\n".join([turn.tr("Is this right?"), *named, *lines])


async def _to_ticks(turn: Turn, answers: Answers) -> Reply:
    return await forms.begin(turn, TICKS, answers)


def _tick(yes: str, no: str) -> Callable[[Turn, Answers], Awaitable[Sequence[Option]]]:
    async def choices(turn: Turn, answers: Answers) -> Sequence[Option]:
        return [turn.option(yes, YES), turn.option(no, NO)]

    return choices


async def _guardian(turn: Turn, answers: Answers, typed: str) -> str:
    """A yes of the parents, in the words of their child."""
    said = core(typed)
    if _PARENTS.fullmatch(said):
        return YES
    no = "chua" in said.split() or yes_or_no(typed) is False
    return await _asked_first(turn, answers, NO if no else await yes_no(turn, answers, typed))


async def _asked_first(turn: Turn, answers: Answers, value: str) -> str:
    """Who has not asked yet is not sent away: the parents may be in the next room."""
    if value == NO:
        raise Invalid(
            turn.tr(
                "Then please ask them first. Your answers stay here for a day: come back and answer "
                "“yes” when they agree. To give it up, press Cancel; nothing is kept then."
            )
        )
    return value


def _after(*ticks: str) -> Callable[[Turn, Answers], Awaitable[bool]]:
    """Asked only when nothing before was refused."""

    async def applies(turn: Turn, answers: Answers) -> bool:
        young = "guardian" not in ticks or age(turn, answers) < ADULT
        return young and all(answers.get(tick) == "yes" for tick in ticks if tick != "guardian")

    return applies


async def _ticked(turn: Turn, answers: Answers) -> Reply:
    asked = [field.name for field in TICKED if await field.applies(turn, answers)]
    if any(answers.get(name) != "yes" for name in asked):
        text = turn.tr(
            "Then I stop here, and I kept nothing of what you told. You can come back any time."
        )
        again = turn.option("Sign up again", f"volunteer:{answers['campaign'] or 'edit'}")
        return Reply(text, (again, *_out(turn)))
    texts = {field.name: turn.tr(field.ask) for field in TICKED if field.name in asked}
    kept = told(answers)
    return await save(
        turn, answers["ward"], answers["campaign"], answers.get("name", ""), kept, texts
    )


def _out(turn: Turn) -> tuple[Option, ...]:
    return (turn.option("Main menu", "menu"),)


TICKED = (
    Field("pledge", PLEDGE, _tick(N_("I pledge it"), N_("No")), yes_no, again=PLEDGE_AGAIN),
    Field("consent", CONSENT, _tick(N_("I agree"), N_("No")), yes_no, _after("pledge"),
          again=CONSENT_AGAIN),
    Field("guardian", GUARDIAN, _tick(N_("Yes, they agree"), N_("Not asked yet")), _guardian,
          _after("pledge", "consent", "guardian"), verify=_asked_first, again=GUARDIAN_AGAIN),
)  # fmt: skip
AGE = forms.register(
    Form("age", (Field("year", YEAR, check=known_year, numbers=True),), _old_enough)
)
TOLD = forms.register(Form("volunteer", QUESTIONS, _to_ticks, _summary, send=N_("Right, go on")))
TICKS = forms.register(Form("pledge", (*QUESTIONS, *TICKED), _ticked))
