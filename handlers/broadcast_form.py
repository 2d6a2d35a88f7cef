"""Writing a broadcast: for whom, what, when; shown as it will look before anything leaves."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from content import when
from content.i18n import N_
from content.mask import Secret
from content.when import FAR, PAST, UNKNOWN, NoTime
from handlers import broadcast_approval, forms, menu
from handlers.broadcast_approval import ACTION
from handlers.broadcast_audience import FIELDS, meant, nobody
from handlers.broadcast_words import by_day, onward, preview
from handlers.forms import Answers, Field, Form, Invalid
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import audience, broadcasts, members
from store.broadcasts import ASKED, PLANNED

MAX_TEXT = 1500
"""With what is added it is one message everywhere (handlers/broadcast_words.py)."""
NOW = "now"
WRONG = {
    PAST: N_("That time has passed."),
    FAR: N_("That is too far away: at most a year ahead."),
    UNKNOWN: N_(
        "I did not understand the time. For example: 8 giờ sáng mai, thứ hai 15 giờ, 20/12."
    ),
}
NUMBERS = {
    Secret.CITIZEN_NUMBER: N_("a citizen number"),
    Secret.PAPER: N_("the number of a paper"),
    Secret.CARD: N_("a card number"),
    Secret.ACCOUNT: N_("a long number, of an account or a landline"),
    Secret.OTP: N_("a one-time code"),
    Secret.PASSWORD: N_("a password"),
    Secret.PHONE: N_("a phone number"),
}
"""What never goes to many people, a phone number neither: it may be somebody's own."""


async def begin(turn: Turn) -> Reply:
    """Ask for whom it is; and the way to those there are."""
    asked = await forms.begin(turn, BROADCAST)
    so_far = turn.option("Messages so far", "broadcast:list")
    return replace(asked, options=(*asked.options, so_far))


async def _text(turn: Turn, answers: Answers, typed: str) -> str:
    if not typed:
        raise Invalid(turn.tr("Please write a few words."))
    if turn.masked.found:
        kinds = ", ".join(turn.tr(NUMBERS[kind]) for kind in sorted(turn.masked.found))
        text = turn.tr(
            "This cannot go to many people: it holds {kinds}. Please write it without.", kinds=kinds
        )
        raise Invalid(text)
    if len(typed) > MAX_TEXT:
        over = len(typed) - MAX_TEXT
        raise Invalid(turn.tr("That is {n} characters too long: at most 1,500.", n=over))
    return typed


async def _when_options(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [turn.option("At once", NOW)]


async def _when(turn: Turn, answers: Answers, typed: str) -> str:
    try:
        return when.read(typed, turn.now.astimezone(WARD_ZONE)).at.isoformat()
    except NoTime as problem:
        raise Invalid(turn.tr(WRONG[problem.reason])) from None


def _at(turn: Turn, answers: Answers) -> datetime:
    said = answers["when"]
    return by_day(turn.now) if said == NOW else datetime.fromisoformat(said)


async def _summary(turn: Turn, answers: Answers) -> str:
    assert turn.ward, "who may send has a ward"
    at = _at(turn, answers)
    return await preview(turn, turn.ward, answers["text"], meant(turn, answers), at)


async def _saved(turn: Turn, answers: Answers) -> Reply:
    ward, member = turn.ward, turn.talk.member_id
    if ward is None or member is None:
        return await menu.lapsed(turn)
    whom, at = meant(turn, answers), _at(turn, answers)
    people = await audience.count(turn.db, ward.id, whom)
    if not people:
        return await _again(turn, answers, nobody(turn), "who", "channels")
    if answers["when"] != NOW and at <= turn.now:
        return await _again(turn, answers, turn.tr(WRONG[PAST]), "when")
    state = PLANNED if people <= ward.broadcast_alone else ASKED
    number = await broadcasts.add(
        turn.db, ward.id, member, answers["text"], whom, state, people, at, turn.now
    )
    await members.note(turn.db, ward.id, member, "broadcast", number, turn.now)
    if state == ASKED:
        return await broadcast_approval.ask(turn, number, await _summary(turn, answers))
    return Reply(turn.tr("Done: it goes out by itself."), onward(turn, number))


async def _again(turn: Turn, answers: Answers, problem: str, *names: str) -> Reply:
    """Ask once more what does not hold any longer."""
    kept = {name: answer for name, answer in answers.items() if name not in names}
    asked = await forms.begin(turn, BROADCAST, kept)
    return replace(asked, text=f"{problem}\n\n{asked.text}")


BROADCAST = forms.register(
    Form(
        "broadcast",
        (
            *FIELDS,
            Field("text", N_("What is the message? At most 1,500 characters, no personal numbers."),
                  check=_text, label=N_("The text"), free=True),
            Field("when", N_("When shall it go? At once, or type a day and hour. Nothing goes out "
                             "between 21:00 and 7:00."),
                  _when_options, _when, label=N_("When")),
        ),
        _saved,
        _summary,
        action=ACTION,
    )
)  # fmt: skip
