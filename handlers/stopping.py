"""“Dừng”: ending what is open, or what comes unasked. One word is enough, and it holds at once."""

from dataclasses import dataclass

from content.fold import words
from content.i18n import N_
from handlers import menu
from handlers.turn import Option, Reply, Turn
from store import consents, enrolments, outbox
from store.consents import DEADLINES, LESSONS, LOGGING, NEWS, REMINDERS
from store.kinds import DEADLINE, LESSON, REMINDER
from store.kinds import LOGGING as LOGGING_KIND
from store.kinds import NEWS as NEWS_KIND


@dataclass(frozen=True)
class Stop:
    """How one purpose is stopped and how it begins again."""

    kind: str
    """Of what waits in the outbox for it."""
    label: str
    name: str
    done: str


STOPS = {
    LESSONS: Stop(
        LESSON,
        N_("Stop the lessons"),
        N_("lessons"),
        N_("Stopped: no more lessons come here. To go on learning, type “học” any time."),
    ),
    REMINDERS: Stop(
        REMINDER,
        N_("Stop reminding me"),
        N_("reminders you asked for"),
        N_("Stopped: I remind you of nothing more. To be reminded again, type “nhắc tôi”."),
    ),
    NEWS: Stop(
        NEWS_KIND,
        N_("Stop the ward's news"),
        N_("the ward's news"),
        N_("Stopped: no more news of the ward comes here. To get it again, type “nhận tin”."),
    ),
    LOGGING: Stop(
        LOGGING_KIND,
        N_("Stop this reminder"),
        N_("the weekly reminder to log"),
        N_("Stopped: I no longer remind you to log. To get it again, type “nhắc ghi sổ”."),
    ),
    DEADLINES: Stop(
        DEADLINE,
        N_("Stop deadline reminders"),
        N_("reminders of report deadlines"),
        N_("Stopped: I no longer remind you of deadlines here. /deadlines shows them any time."),
    ),
}
ALL = "all"

SAID = {
    "dung hoc": LESSONS,
    "dung bai hoc": LESSONS,
    "ngung hoc": LESSONS,
    "dung tin": NEWS,
    "dung nhan tin": NEWS,
    "ngung nhan tin": NEWS,
    "dung nhac": REMINDERS,
    "dung nhac ghi so": LOGGING,
    "dung nhac han": DEADLINES,
    "dung het": ALL,
    "dung tat ca": ALL,
    "huy dang ky": ALL,
    "stop all": ALL,
    "stop lessons": LESSONS,
    "stop news": NEWS,
    "stop reminders": REMINDERS,
}
"""What people type, folded; all of them are words of the command."""


def option(turn: Turn, purpose: str) -> Option:
    """The last option of every message that comes unasked."""
    return turn.option(STOPS[purpose].label, f"stop:{purpose}")


async def stop(turn: Turn) -> Reply:
    """What was named; else what the message shown last says how to stop; else whatever is open."""
    named = SAID.get(words(turn.text), "") or (turn.argument if turn.argument in STOPS else "")
    shown = next((value for _, value in turn.talk.offer if value.startswith("stop:")), "")
    if not named and shown and not turn.talk.state:
        named = shown.removeprefix("stop:")
    if named:
        return await _stopped(turn, named)
    stopped, still = await menu.stop(turn), await _coming(turn)
    if not still:
        return stopped
    names = ", ".join(turn.tr(STOPS[purpose].name) for purpose in still)
    text = stopped.text + "\n\n" + turn.tr("You still get: {names}.", names=names)
    ends = [option(turn, purpose) for purpose in still]
    return Reply(text, (*ends, *stopped.options))


async def chosen(turn: Turn) -> Reply:
    """`stop:<purpose>`, pressed under a message; `stop` alone ends what is open."""
    if not turn.argument:
        return await stop(turn)
    if turn.argument not in STOPS and turn.argument != ALL:
        return await menu.lapsed(turn)
    return await _stopped(turn, turn.argument)


async def _stopped(turn: Turn, purpose: str) -> Reply:
    """End it on this chat: the yes, and what waits to be sent."""
    purposes = list(STOPS) if purpose == ALL else [purpose]
    for one in purposes:
        await consents.withdraw(turn.db, turn.talk.chat_id, one, turn.now)
        await outbox.cancel(turn.db, turn.talk.chat_id, STOPS[one].kind, turn.now)
        if one == LESSONS:
            await enrolments.stop(turn.db, turn.talk.chat_id)
    if purpose == ALL:
        text = turn.tr(
            "Stopped: nothing comes here by itself any more. I still answer when you write."
        )
    else:
        text = turn.tr(STOPS[purpose].done)
    return Reply(text, menu.choices(turn))


async def _coming(turn: Turn) -> list[str]:
    """What comes to this chat by itself, as far as somebody said yes to it."""
    return [
        purpose for purpose in STOPS if await consents.active(turn.db, turn.talk.chat_id, purpose)
    ]
