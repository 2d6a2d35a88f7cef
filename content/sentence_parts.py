"""Single parts of a log sentence, typed as answers to questions: a day, a number, topics."""

import re
from datetime import date, datetime

from content.sentence_clauses import clauses
from content.sentence_days import said_day
from content.sentence_numbers import merge
from content.sentence_spans import scan
from content.sentence_topics import topics
from content.sentence_words import read as words

_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](20\d\d)")


def day_in(text: str, now: datetime) -> date | None:
    """The latest day of "hôm qua", "thứ 7", "15/11"; "05/01/2026". None for none, or a vague one."""
    if found := _DATE.fullmatch(text.strip()):
        day, month, year = map(int, found.groups())
        try:
            return date(year, month, day)
        except ValueError:
            return None
    return said_day(scan(merge(words(text))), now)[0]


def topics_in(text: str) -> list[str]:
    """The topics of "vneid, nộp hồ sơ và mã QR"."""
    return topics(clauses(scan(merge(words(text)))))


def number_in(text: str) -> int | None:
    """The one number of "25", "25 người", "hai mươi lăm". None when there is none, or several."""
    numbers = [token.number for token in merge(words(text)) if token.number is not None]
    return numbers[0] if len(numbers) == 1 else None
