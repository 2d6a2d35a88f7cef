"""Asking when to remind somebody, saying it back, and planning it after their yes.

Of what somebody wrote nothing is kept but the guide that was meant and the time (facts/programme.md, e.2).
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from content import when
from content.fold import words
from content.i18n import N_
from content.library import Library
from content.when import PAST, NoTime
from handlers import forms, menu
from handlers.forms import Answers, Field, Form
from handlers.notices import Tr
from handlers.packing import pack
from handlers.reminder_time import MOVED, WRONG, local, read, stamped, typed, usual
from handlers.stopping import STOPS
from handlers.turn import Option, Reply, Turn
from store import consents, outbox
from store import reminders as store
from store.consents import REMINDERS
from store.kinds import REMINDER

MOST = 10
"""Reminders a chat may have open."""
OFFERED = 3
"""Guides to choose from, where none is surely meant."""
OTHER = "other"
"""Stands where no guide does."""
THIS = frozenset(
    "lam tiep,lam not,tiep,tiep tuc,lai,lam lai,xem lai,xem tiep,viec nay,cai nay,lam viec nay,buoc nay,"
    "huong dan nay,this,to continue,to go on,to go".split(",")
)
"""Folded words for the guide in hand."""
AGREED = N_(
    "It comes once, in this chat; on the web page you see it when you open the page. Until then I keep "
    "only the time and which guide. “Dừng” under it ends all reminders."
)
"""Read before the first yes."""


async def refused(turn: Turn) -> Reply | None:
    """Why nobody can be reminded here, or of nothing more."""
    if not turn.can.push:
        text = turn.tr("Here I can only answer, so I cannot remind you. Please note the time down.")
        return Reply(text, menu.choices(turn))
    if len(await store.of_chat(turn.db, turn.talk.chat_id)) < MOST:
        return None
    text = turn.tr("You have {n} reminders already. Cancel one first, then ask again.", n=MOST)
    return Reply(text, to_list(turn))


async def ask(turn: Turn, answers: Answers, reason: str = "") -> Reply:
    """When it shall be; `reason`: why the time that was said cannot be taken."""
    asked = await forms.begin(turn, WHEN, answers)
    return replace(asked, text=f"{turn.tr(WRONG[reason])}\n\n{asked.text}") if reason else asked


async def confirm(turn: Turn, answers: Answers) -> Reply:
    """Say back what is meant; the yes to it is also the consent."""
    said = await _question(turn, answers)
    reply = await forms.confirm_again(turn, SURE, answers, said, turn.tr("Yes, remind me"))
    options = (
        reply.options[0],
        turn.option("Another time", f"remind:{answers['guide']}"),
        *_others(turn, answers),
        turn.option("No", _back_in_hand(turn) or "menu"),
    )
    return replace(reply, options=options)


def meant(turn: Turn, wish: str) -> Answers:
    """The guide that is surely meant, else those that may be. The words end here."""
    here = in_hand(turn)
    if not wish or words(wish) in THIS:
        return {"guide": here or OTHER}
    found = turn.library.finder.find(wish)
    if found.answer:
        return {"guide": found.answer}
    perhaps = dict.fromkeys(filter(None, [here, *(one.id for one in found.candidates)]))
    return {"guide": OTHER, "perhaps": ":".join([*perhaps][:OFFERED])}


def in_hand(turn: Turn) -> str:
    """The guide somebody is in the middle of."""
    known = turn.talk.state.get("guide")
    amid = known and known["step"] and known["id"] in turn.library.guides
    return known["id"] if known and amid else ""


def said(tr: Tr, library: Library, about: str | None) -> Reply:
    """A reminder when its time comes. Its guide may be gone by then."""
    name = (about or "").removeprefix("guide:")
    guide = library.guide(name)
    again = Option(tr("Remind me again"), f"remind:{guide.id if guide else OTHER}")
    stop = Option(tr(STOPS[REMINDERS].label), f"stop:{REMINDERS}")
    if guide:
        text = tr("You asked me to remind you of this: {title}.", title=guide.title)
        return Reply(text, (Option(tr("Open the guide"), f"guide:{guide.id}"), again, stop))
    text = tr("You asked me to remind you at this time.")
    if name != about:
        text += " " + tr("The guide it was about is no longer here.")
    return Reply(text, (Option(tr("Main menu"), "menu"), again, stop))


def onward(turn: Turn) -> tuple[Option, ...]:
    """Back to the guide in hand, or to the menu."""
    back = _back_in_hand(turn)
    here = [turn.option("Back to the guide", back)] if back else []
    return (*here, turn.option("Main menu", "menu"))


def to_list(turn: Turn) -> tuple[Option, ...]:
    return (turn.option("My reminders", "reminders"), *onward(turn))


def _back_in_hand(turn: Turn) -> str:
    guide = in_hand(turn)
    return f"guide:{guide}:{turn.talk.state['guide']['step']}" if guide else ""


def _instead(turn: Turn, answers: Answers) -> list[str]:
    """The guides that may be meant, while none is said to be."""
    names = answers.get("perhaps", "").split(":") if answers["guide"] == OTHER else []
    return [name for name in names if name in turn.titles]


def _others(turn: Turn, answers: Answers) -> list[Option]:
    """What else may be meant, at the same time."""
    at = answers["at"].removesuffix(MOVED)
    if answers["guide"] != OTHER:
        return [turn.option("Something else", f"remind:{OTHER}:{at}")]
    titles = turn.titles
    return [Option(titles[one], f"remind:{one}:{at}") for one in _instead(turn, answers)]


async def _question(turn: Turn, answers: Answers) -> str:
    time = stamped(turn, answers["at"])
    at = when.in_words(time.at, local(turn), turn.talk.lang)
    title = turn.titles.get(answers["guide"])
    bare = N_(
        "I will remind you: {when}. I do not keep what it is about, only that you asked me to."
    )
    about = N_("I will remind you: {when}. It is about this: {title}.")
    parts = [turn.tr(about if title else bare, when=at, title=title)]
    if time.moved:
        parts.append(
            turn.tr(
                "From 9 in the evening to 7 in the morning I write to nobody: it comes after that."
            )
        )
    if not await consents.active(turn.db, turn.talk.chat_id, REMINDERS):
        parts.append(turn.tr(AGREED))
    perhaps = _instead(turn, answers)
    sure = N_("Shall I? Or is it about one of these guides?") if perhaps else N_("Shall I?")
    return "\n\n".join([*parts, turn.tr(sure)])


async def _saved(turn: Turn, answers: Answers) -> Reply:
    try:
        at = stamped(turn, answers.get("at", "")).at
    except NoTime as none:  # it passed while the question was open
        return await ask(turn, {"guide": answers.get("guide", OTHER)}, none.reason)
    guide, chat = answers["guide"], turn.talk.chat_id
    about = "reminder" if guide == OTHER else f"guide:{guide}"
    there = await store.of_chat(turn.db, chat)
    if any((one.about, one.due_at) == (about, at) for one in there):
        return Reply(turn.tr("You have that reminder already."), to_list(turn))
    await consents.give(turn.db, chat, REMINDERS, await _question(turn, answers), turn.now)
    key = f"reminder:{chat}:{guide}:{at.isoformat()}:{turn.incoming.message_id}"
    payload = pack(said(turn.tr, turn.library, about))
    await outbox.put(turn.db, chat, REMINDER, payload, key, turn.now, at, about)
    noted = turn.tr("Noted. To see or cancel your reminders, type “nhắc việc”.")
    return Reply(noted, to_list(turn))


async def _another(turn: Turn, answers: Answers, text: str) -> Reply:
    """Another time, typed instead of a yes."""
    try:
        return await confirm(turn, {**answers, "at": read(turn, text)})
    except NoTime as none:
        reason = none.reason
    with suppress(NoTime):
        again = await confirm(turn, answers)
        return replace(again, text=f"{turn.tr(WRONG[reason])}\n\n{again.text}")
    return await ask(turn, {"guide": answers["guide"]}, PAST)


async def _subjects(turn: Turn, answers: Answers) -> Sequence[Option]:
    named = [in_hand(turn), answers.get("guide", ""), *answers.get("perhaps", "").split(":")]
    titles = turn.titles
    guides = [Option(titles[name], name) for name in dict.fromkeys(named) if name in titles]
    return [*guides, turn.option("Something else", OTHER)]


async def _subject(turn: Turn, answers: Answers, text: str) -> str:
    return meant(turn, text)["guide"]


WHEN = forms.register(
    Form(
        "remind",
        (
            Field("guide", N_("What shall I remind you of?"), _subjects, _subject),
            Field("at", N_("When shall I remind you? You can also type it, like: 8 giờ sáng mai."),
                  usual, typed),
        ),
        confirm,
    )
)  # fmt: skip
SURE = forms.register(Form("reminder", (), _saved, told=_another))
