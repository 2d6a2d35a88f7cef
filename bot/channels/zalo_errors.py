"""What the refusals of the Official Account mean to us, as data (facts/zalo.md, 2.11)."""

from dataclasses import dataclass

import httpx

from bot.channel import SendError

NIGHT_SECONDS = POSTPONED_SECONDS = MENDED_SECONDS = 3600
RATE_SECONDS = 60
DAY_SECONDS = 86_400

RENEW = frozenset({-216, -220, -124})
"""The access token is no longer good: get another and ask again, once. So is any HTTP 401."""
EXPIRED_FILE = -100
UNREADABLE = "not JSON"
"""Of an answer that says neither yes nor no: what it answers may have been done."""


@dataclass(frozen=True)
class Meaning:
    permanent: bool = False
    retry_after: float | None = None
    blocked: bool = False
    away: bool = False
    alarm: bool = False
    """Only the administrators can mend it."""


NO = Meaning(permanent=True)
STOP = Meaning(permanent=True, blocked=True)
SILENT = Meaning(away=True)
MEND = Meaning(retry_after=MENDED_SECONDS, alarm=True)
OURS = Meaning(permanent=True, alarm=True)
"""No later try would do better, and somebody has to look."""
UNKNOWN = Meaning()

MEANINGS = {
    -32: Meaning(retry_after=RATE_SECONDS),
    EXPIRED_FILE: UNKNOWN,
    -200: UNKNOWN,
    -214: Meaning(retry_after=POSTPONED_SECONDS),
    -218: Meaning(retry_after=DAY_SECONDS),
    -234: Meaning(retry_after=NIGHT_SECONDS),
    **dict.fromkeys(RENEW, MEND),
    **dict.fromkeys((-230, -232, -305), SILENT),
    **dict.fromkeys((-213, -217, -227, -244, -237, -403), STOP),
    **dict.fromkeys((-201, -202, -210, -233, -235), NO),
    **dict.fromkeys((-224, -240, -248), OURS),
    **dict.fromkeys((-204, -205, -207, -208, -209, -211, -212, -215, -219, -221, -223), MEND),
    **dict.fromkeys((-238, -241, -242, -311, -320, -321), MEND),
}
"""-216 and its like stand for a token that was refused again although it was new. -224 says that the
package is too low: "never retry"."""


def code_of(answer: httpx.Response) -> int | str:
    """Zalo's own code, 0 for success; a word where it gives none.

    Refusals come with HTTP 200 (2.2), and the number may be a string.
    """
    try:
        said = answer.json()
        code = int(str(said["error"]))
    except (ValueError, KeyError, TypeError):
        return _without_code(answer.status_code)
    if code == 0 and answer.status_code >= 400:
        return _without_code(answer.status_code)
    return -216 if answer.status_code == 401 and code not in RENEW else code


def _without_code(status: int) -> int | str:
    if status >= 500:
        return "5xx"
    if status >= 400:
        return {401: -216, 429: -32}.get(status, f"http {status}")
    return UNREADABLE


def meaning(code: int | str) -> Meaning:
    """Codes nobody told us of are tried again: better late than lost."""
    return MEANINGS.get(code, UNKNOWN) if isinstance(code, int) else UNKNOWN


def failure(code: int | str) -> SendError:
    found = meaning(code)
    return SendError(
        str(code),
        ambiguous=code == UNREADABLE,
        permanent=found.permanent,
        retry_after=found.retry_after,
        blocked=found.blocked,
        away=found.away,
    )
