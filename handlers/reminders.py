"""Reminders that residents ask for: begun, listed, cancelled, and said when their time comes."""

import re
from contextlib import suppress
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content import reminder, when
from content.library import Library
from content.when import UNKNOWN, NoTime, When
from handlers import menu, notices, reminder_form
from handlers.reminder_form import OTHER, onward, said, to_list
from handlers.reminder_time import local, stamp, stamped
from handlers.turn import Option, Reply, Skip, Turn
from store import consents
from store import reminders as store
from store.consents import REMINDERS
from store.outbox import Parcel


async def heard(turn: Turn) -> Reply | None:
    """ "nhắc tôi nộp tiền điện sáng mai", at any time. None: it is no such wish."""
    wanted = when.opening(turn.text)
    if wanted is None:
        return None
    if no := await reminder_form.refused(turn):
        return no
    wish, time = reminder.split(wanted, local(turn))
    answers = reminder_form.meant(turn, wish)
    if isinstance(time, When):
        return await reminder_form.confirm(turn, {**answers, "at": stamp(time)})
    return await reminder_form.ask(turn, answers, "" if time == UNKNOWN else time)


async def remind(turn: Turn) -> Reply:
    """`remind:<guide>` asks when, `remind:<guide>:<time>` whether that is right; `other` is no guide."""
    guide, _, at = turn.argument.partition(":")
    if guide not in ("", OTHER) and guide not in turn.library.guides:
        return await menu.gone(turn)
    if no := await reminder_form.refused(turn):
        return no
    answers = {"guide": guide or reminder_form.in_hand(turn) or OTHER}
    with suppress(NoTime):  # of an old message: it is asked anew
        return await reminder_form.confirm(turn, {**answers, "at": stamp(stamped(turn, at))})
    return await reminder_form.ask(turn, answers)


async def listed(turn: Turn) -> Reply:
    """What the person is still to be reminded of, each to be cancelled."""
    there = await store.of_chat(turn.db, turn.talk.chat_id)
    if not there:
        text = turn.tr("You have no reminders. To get one, type for example: nhắc tôi sáng mai")
        return Reply(text, onward(turn))
    lines = [f"{n}. {_in_a_line(turn, one)}" for n, one in enumerate(there, start=1)]
    options = [
        Option(turn.tr("Cancel number {n}", n=n), f"unremind:{one.id}")
        for n, one in enumerate(there, start=1)
    ]
    head = turn.tr("I will remind you:")
    return Reply("\n".join([head, *lines]), (*options, *onward(turn)))


async def cancel(turn: Turn) -> Reply:
    """`unremind:<number>`: one's own, as long as it was not sent."""
    number = int(turn.argument) if re.fullmatch(r"[0-9]{1,9}", turn.argument) else 0
    if not await store.cancel(turn.db, turn.talk.chat_id, number, turn.now):
        return await menu.lapsed(turn)
    return Reply(turn.tr("Cancelled: I will not remind you of that."), to_list(turn))


async def compose(
    db: AsyncSession, library: Library, parcel: Parcel, now: datetime
) -> Reply | Skip:
    """In the words of this moment: the person may want none any more, the guide may be gone."""
    if not await consents.active(db, parcel.chat_id, REMINDERS):
        return Skip("stopped")
    return said(await notices.speaking_to_chat(db, parcel.chat_id), library, parcel.about)


def _in_a_line(turn: Turn, one: Parcel) -> str:
    at = when.in_words(one.due_at, local(turn), turn.talk.lang)
    title = turn.titles.get((one.about or "").removeprefix("guide:"))
    return f"{at}: {title}" if title else at
