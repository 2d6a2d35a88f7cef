"""Shifts in words: hours, place, one line of a list, and all that is said of one."""

from datetime import datetime

from content.fold import words
from content.i18n import N_
from content.topics import TOPIC_NAMES, codes_of
from content.when import NAMES
from handlers.notices import Tr
from handlers.turn import WARD_ZONE
from store.shifts import ShiftRow

HOURS = N_("{start}–{end} {weekday} {date}")


def hours_words(tr: Tr, starts_at: datetime, ends_at: datetime) -> str:
    """ "08:00–11:00 thứ Bảy 21/11", in the ward's time."""
    start, end = starts_at.astimezone(WARD_ZONE), ends_at.astimezone(WARD_ZONE)
    return tr(
        HOURS,
        start=f"{start:%H:%M}",
        end=f"{end:%H:%M}",
        weekday=tr(NAMES[start.weekday()]),
        date=f"{start:%d/%m}",
    )


def place_words(place: str, area: str | None) -> str:
    """The place, and its area where the place does not name it: "Nhà văn hóa, Tổ dân phố 5"."""
    said = f" {words(place)} ".replace(" tdp ", " to dan pho ")
    return place if not area or f" {words(area)} " in said else f"{place}, {area}"


def in_a_line(tr: Tr, shift: ShiftRow) -> str:
    """ "08:00–11:00 thứ Bảy 21/11, Nhà văn hóa TDP 1"."""
    hours = hours_words(tr, shift.starts_at, shift.ends_at)
    return f"{hours}, {place_words(shift.place, shift.area)}"


def described(tr: Tr, shift: ShiftRow) -> str:
    """The campaign, then one thing a line; never who is there."""
    lines = [
        shift.campaign,
        tr("• When: {hours}", hours=hours_words(tr, shift.starts_at, shift.ends_at)),
        tr("• Where: {place}", place=place_words(shift.place, shift.area)),
    ]
    if shift.topics:
        topics = ", ".join(tr(TOPIC_NAMES[code]) for code in codes_of(shift.topics))
        lines.append(tr("• Helping with: {topics}", topics=topics))
    return "\n".join(lines)
