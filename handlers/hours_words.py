"""Hours in words: a time of day, how long something lasted, and one check-in in a line."""

from datetime import datetime

from content.i18n import N_
from handlers.notices import Tr
from handlers.shift_words import hours_words
from handlers.turn import WARD_ZONE
from store.check_ins import Presence

NO_OUT = N_("no check-out, counted to the shift’s end")
CORRECTED = N_("corrected by the leader")


def clock(moment: datetime) -> str:
    """ "07:35", in the ward's time."""
    return f"{moment.astimezone(WARD_ZONE):%H:%M}"


def lasting(tr: Tr, minutes: int) -> str:
    """ "3 giờ 27 phút"."""
    full, rest = divmod(minutes, 60)
    if full and rest:
        return tr("{hours} h {minutes} min", hours=full, minutes=rest)
    return tr("{hours} h", hours=full) if full else tr("{minutes} min", minutes=rest)


def in_a_line(tr: Tr, there: Presence) -> str:
    """ "07:35–11:00 thứ Bảy 21/11, Nhà văn hóa TDP 1 (không ghi giờ ra …)"."""
    line = f"{hours_words(tr, *there.span)}, {there.place}"
    noted = marks(tr, there)
    return f"{line} ({noted})" if noted else line


def marks(tr: Tr, there: Presence) -> str:
    """What is to be known of its hours; "" for nothing."""
    noted = ((there.forgotten, NO_OUT), (there.corrected, CORRECTED))
    return ", ".join(tr(mark) for is_so, mark in noted if is_so)
