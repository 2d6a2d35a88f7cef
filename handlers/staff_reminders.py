"""What people of the ward are reminded of for their work: the weekly log, and deadlines again after a no."""

from content.i18n import N_
from handlers import forms, menu, stopping
from handlers.forms import Answers, Form
from handlers.turn import Option, Reply, Turn
from store import consents
from store.consents import DEADLINES, LOGGING

WEEKLY = N_(
    "On Sundays at 7 in the evening I can remind you here to log, if you logged nothing since Monday. "
    "“Dừng” under it ends this. Shall I?"
)
DATES = N_("I remind you here 10, 5 and 2 days before a report is due, and on the last day.")


async def logging(turn: Turn) -> Reply:
    """`/logging`: join the weekly reminder, or see that one did."""
    if not turn.can.push:
        text = turn.tr("Here I can only answer, so I cannot remind you. Please note the time down.")
        return Reply(text, menu.choices(turn))
    if await consents.active(turn.db, turn.talk.chat_id, LOGGING):
        return await _comes(turn)
    label = turn.tr("Yes, remind me")
    return await forms.confirm_again(turn, WEEKLY_FORM, {}, turn.tr(WEEKLY), label)


async def dates(turn: Turn) -> Reply:
    """Hear of deadlines again."""
    await consents.give(turn.db, turn.talk.chat_id, DEADLINES, turn.tr(DATES), turn.now)
    return Reply(turn.tr(DATES), (turn.option("Main menu", "menu"),))


async def of_dates(turn: Turn) -> tuple[str, tuple[Option, ...]]:
    """What the list of deadlines says of reminders, and the way back to them."""
    if await consents.refused(turn.db, turn.talk.chat_id, DEADLINES):
        again = turn.option("Remind me of deadlines", "dates")
        return turn.tr("You get no reminders of deadlines here."), (again,)
    return turn.tr(DATES), ()


async def _joined(turn: Turn, answers: Answers) -> Reply:
    await consents.give(turn.db, turn.talk.chat_id, LOGGING, turn.tr(WEEKLY), turn.now)
    return await _comes(turn)


async def _comes(turn: Turn) -> Reply:
    text = turn.tr(
        "On Sundays at 7 in the evening I remind you here, if you logged nothing that week."
    )
    return Reply(text, (turn.option("Main menu", "menu"), stopping.option(turn, LOGGING)))


async def _asked(turn: Turn, answers: Answers, text: str) -> Reply:
    """Anything but a yes: asked once more."""
    return await logging(turn)


WEEKLY_FORM = forms.register(Form("weekly", (), _joined, action="log", told=_asked))
