"""Lessons that come by themselves: planned when they are due, made when they leave, kept when they left."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import DEFAULT, translate
from content.lesson import Lesson
from content.library import Library
from content.streak import came
from content.timetable import latest_day, next_day
from content.topics import bits
from handlers import lesson_words, stopping
from handlers.lesson_state import MOST_SENDS, Taken, offs, taken
from handlers.turn import WARD_ZONE, Option, Reply, Skip
from store import consents, enrolments, lessons_due, outbox, people
from store.enrolments import ACTIVE, ARRIVED, FINISHED
from store.lessons_due import Alike
from store.outbox import SKIPPED, Parcel


async def plan(db: AsyncSession, library: Library, now: datetime, chunk: int) -> None:
    """Plan the lessons of one of `lessons_due.due_chunks`.

    Of several days that passed only the last is planned, days off left out.
    """
    local = now.astimezone(WARD_ZONE)

    def choose(one: Alike) -> tuple[date | None, date]:
        last = local.date() - timedelta(days=local.hour < one.hour)
        off = offs(library, one.ward_id)
        return latest_day(one.days, one.due_on, last, off), next_day(one.days, last, off)

    await lessons_due.make_due(db, now, choose, chunk)


async def compose(
    db: AsyncSession, library: Library, parcel: Parcel, now: datetime
) -> Reply | Skip:
    """The lesson that is next now, from its beginning."""
    mine, today = await _of(db, library, parcel), now.astimezone(WARD_ZONE).date()
    if mine is None or mine.row.state not in (ACTIVE, FINISHED):
        return Skip("stopped")
    if not await consents.active(db, parcel.chat_id, consents.LESSONS):
        return Skip("opted out")
    if mine.row.shown_on == today:
        return Skip("had one today")
    lesson = mine.lesson(today)
    if lesson is None:
        return Skip("nothing due" if mine.repeats else "finished")
    if mine.row.unanswered >= MOST_SENDS:
        return Skip("waits")
    lang = await people.lang_of_chat(db, parcel.chat_id) or DEFAULT
    return _pushed(lang, library, mine, lesson, today)


def _pushed(lang: str, library: Library, mine: Taken, lesson: Lesson, today: date) -> Reply:
    """Part 1, introduced when it comes again; the last option stops all of it."""
    intro = []
    if lesson.id == mine.row.waiting:
        intro.append(translate(lang, lesson_words.WAITS))
    elif mine.repeat(lesson.id):
        intro.append(translate(lang, lesson_words.AGAIN))
    if mine.row.unanswered == MOST_SENDS - 1:
        intro.append(translate(lang, lesson_words.RESTS))
    said = lesson_words.message(lang, library, mine.row.id, lesson, 1, today, " ".join(intro))
    stop = stopping.STOPS[consents.LESSONS].label
    end = Option(translate(lang, stop), f"stop:{consents.LESSONS}")
    return Reply(said.text, (*said.options, end))


async def ended(
    db: AsyncSession, library: Library, parcel: Parcel, state: str, now: datetime
) -> None:
    """What came is kept: which lesson waits, that it was got, and whether they rest from now on."""
    await enrolments.hold(db, _number(parcel))
    mine = await _of(db, library, parcel)
    if mine is None:
        return
    if state in ARRIVED:
        await _arrived(db, library, mine, parcel, state, now.astimezone(WARD_ZONE).date())
    elif state == SKIPPED and mine.row.due_on and _over(mine):
        ended = FINISHED if mine.new is None and mine.row.state == ACTIVE else mine.row.state
        await enrolments.change(db, mine.row.id, state=ended, due_on=None)


def _over(mine: Taken) -> bool:
    """Nothing more comes by itself: all is learned, or it was sent often enough without an answer."""
    return (mine.new is None and not mine.repeats) or mine.row.unanswered >= MOST_SENDS


async def _arrived(
    db: AsyncSession, library: Library, mine: Taken, parcel: Parcel, state: str, today: date
) -> None:
    lesson = library.lessons.get(await _sent(db, parcel))
    if lesson is None or not mine.asks(lesson, today):
        return  # it was answered before its outcome was known, and counted then
    streak = came(mine.streak)
    columns: dict[str, Any] = {
        "waiting": lesson.id, "shown_on": today, "unanswered": streak.open, "streak": streak.days,
    }  # fmt: skip
    if streak.open >= MOST_SENDS:
        columns["due_on"] = None
    await enrolments.change(db, mine.row.id, **columns)
    topics = bits([lesson.topic])
    await enrolments.deliver(
        db, mine.row, parcel.ward_id, lesson.id, topics, parcel.channel, today, state
    )


async def _sent(db: AsyncSession, parcel: Parcel) -> str:
    """The lesson a row carried: its first option leads to the next part of it."""
    sent = await outbox.get(db, parcel.id)
    values = [value for _, value in sent.payload.get("options", [])] if sent else []
    parts = [value.split(":") for value in values if value.startswith("lesson:part:")]
    return parts[0][3] if parts else ""


async def _of(db: AsyncSession, library: Library, parcel: Parcel) -> Taken | None:
    return await taken(db, library, await enrolments.get(db, _number(parcel)))


def _number(parcel: Parcel) -> int:
    return int((parcel.about or "").rpartition(":")[2] or 0)
