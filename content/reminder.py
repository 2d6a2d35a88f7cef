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
_FOR_WHOM = frozenset("cho con chau me em bac ba co chu ong anh chi minh di giup gium ho".split())
"""Folded words that a time may hold, and that belong to the wish where they stand beside it."""


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
            begun, ended = said[:first], said[len(said) - length + first :]
            if all(map(_may_be_of_a_time, begun + ended)):
                time = _time(begun + ended, now)
                if time != UNKNOWN:
                    return _beside(said, begun, ended, now), time
    return " ".join(said), UNKNOWN


def _beside(said: list[str], begun: list[str], ended: list[str], now: datetime) -> str:
    """The wish, with what its time can do without: "cho cháu" of "gọi cho cháu sáng mai"."""
    time = _time(begun + ended, now)
    while begun and fold(begun[-1]) in _FOR_WHOM and _time(begun[:-1] + ended, now) == time:
        begun = begun[:-1]
    while ended and fold(ended[0]) in _FOR_WHOM and _time(begun + ended[1:], now) == time:
        ended = ended[1:]
    return " ".join(said[len(begun) : len(said) - len(ended)])


def _time(said: list[str], now: datetime) -> When | str:
    try:
        return when.read(" ".join(said), now)
    except NoTime as none:
        return none.reason


def _may_be_of_a_time(word: str) -> bool:
    plain = re.sub(r"\W", "", word.lower())
    return plain == fold(plain) or plain in _ACCENTED
