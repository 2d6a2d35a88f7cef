"""Thanks, and "I am stuck": said in a thousand talks, and nothing to search for."""

import re

from content.fold import words
from handlers import guides, menu
from handlers.turn import Reply, Turn

THANKS = re.compile(
    r"(?:(?:da|vang|ok|xin|chan thanh|toi) )*(?:cam on|thank you|thanks)"
    r"(?: (?:chau|em|con|ban|bot|nhe|nha|a|nhieu|lam|rat|so much|very much))*"
)
LOST = re.compile(
    r"(?:(?:toi|bac|minh|em|co|chu|bi|van|chua) )*"
    r"(?:ket|ket roi|mac|mac roi|bi ket|vuong|vuong roi|kho qua|hu hu"
    r"|(?:khong|ko|k|kg|hong|chua) (?:hieu|hieu gi|lam duoc|lam dc|duoc|dc|biet lam|biet lam sao))"
    r"(?: (?:roi|qua|lam|a|nua|khong biet lam|khong biet lam sao|phai lam sao))*"
)
"""The whole of a message, folded: a word more, and it is a question. No two alternatives of a repeated
group can read the same words, or a long message would take for ever."""


async def heard(turn: Turn) -> Reply | None:
    """A friendly word, or a way on. None: the message says something else."""
    said = words(turn.text)
    if THANKS.fullmatch(said):
        return await menu.welcome(turn)
    return await guides.lost(turn) if LOST.fullmatch(said) else None
