"""What somebody wants to be reminded of, and when: "nộp tiền điện sáng mai" says both."""

import re
import unicodedata
from datetime import datetime

from content import when
from content.fold import fold
from content.when import UNKNOWN, NoTime, When

SPAN = 12
"""Words of a time at either end of what was said."""
_ACCENTED = frozenset(
    """
    bà bác bảy bẩy bốn bữa cháu chín chủ chị chú chừng chiều con cuối cô dùm đầu đêm đến đi đúng ở giờ
    giùm giúp giữa hãy hôm hộ khoảng kém là lúc lăm mình mẹ mốt một mồng mùng mười mươi năm ngày nhé nhật
    nhớ nữa nửa này phút qua rưỡi rồi sáng sáu sớm tám tháng thì thứ tiếng trưa tuần tôi tầm tối tới tư từ
    vào với
    """.split()
)
"""Beside another wish only these accented words are taken for a time: the "chiếu" of "hộ chiếu" is none."""


def split(text: str, now: datetime) -> tuple[str, When | str]:
    """What is said beside the time, and the time, or why there is none (NoTime.reason).

    A time stands first or last, or is parted: "mai nộp tiền lúc 9 giờ". The most words that are one count.
    `now` in the ward's zone, as the result is.
    """
    said = unicodedata.normalize("NFC", text).split()
    whole = _time(said, now)
    if whole != UNKNOWN:
        return "", whole
    for length in range(min(len(said), 2 * SPAN), 0, -1):
        for first in range(max(0, length - SPAN), min(length, SPAN) + 1):
            last = len(said) - length + first
            parts = said[:first] + said[last:]
            if all(map(_may_be_of_a_time, parts)) and (time := _time(parts, now)) != UNKNOWN:
                return " ".join(said[first:last]), time
    return " ".join(said), UNKNOWN


def _time(said: list[str], now: datetime) -> When | str:
    try:
        return when.read(" ".join(said), now)
    except NoTime as none:
        return none.reason


def _may_be_of_a_time(word: str) -> bool:
    plain = re.sub(r"\W", "", word.lower())
    return plain == fold(plain) or plain in _ACCENTED
