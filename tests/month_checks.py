"""What must be true of a simulated month. Each check says in words and figures what is not."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.channels.text import as_shown
from bot.desk import BY_HAND
from bot.zalo_tokens import UNAUTHORISED_SECONDS
from content.limits import COUNTED, PAID, TEMPLATE
from handlers.packing import unpack
from store.kinds import LESSON, REPLY
from store.outbox import AMBIGUOUS, AWAY, FINAL, PENDING, SENT, SKIPPED
from tests.month_account import BY_TEMPLATE, CS, Month
from tests.month_people import PAGE, ZONE

JUST = timedelta(minutes=5)
"""After so long nobody waits for an answer any more: it is late, and sleeps like everything else."""
PER_CHAT = (1, 1.0)
"""As content/limits.yaml has it: so many in any stretch of so many seconds."""
ON_AGAIN = timedelta(seconds=UNAUTHORISED_SECONDS + 60)
"""So long after the authorisation what waited has left."""
SEVERAL = 3
"""Complaints told one by one; of more only how many there are."""


def every_message_was_answered(month: Month) -> Iterator[str]:
    """But for what the rules name: an answer that is late when the person has got another one since."""
    rows = {row.dedupe_key: row for row in month.of_oa(REPLY)}
    chats = {row.address: row.chat_id for row in month.of_oa()}
    for told in month.told:
        row = rows.get(f"reply:{chats.get(told.user)}:{told.message_id}")
        superseded = row and (row.state, row.code) == (SKIPPED, "late") and _answered(row, month)
        if not row or (row.state != SENT and not superseded):
            yield f"said at {told.at}: {row.state if row else 'no answer'}"
    if month.unhandled:
        yield f"{month.unhandled} events taken and not done"


def _answered(late: Any, month: Month) -> bool:
    same = [row for row in month.of_oa(REPLY) if row.chat_id == late.chat_id]
    return any(row.state == SENT and row.created_at > late.created_at for row in same)


def nobody_was_taken_for_answered_by_hand(month: Month) -> Iterator[str]:
    if month.silenced:
        yield f"{month.silenced} chats paused by echoes of the program's own messages"


def every_event_was_taken_at_once(month: Month) -> Iterator[str]:
    for status, number in Counter(one.status for one in month.fake.deliveries).items():
        if status != 200:
            yield f"{number} events answered with {status}"
    if month.fake.lost:
        yield f"{month.fake.lost} events lost"


def no_window_was_missed(month: Month) -> Iterator[str]:
    yield from _codes(month, "-230", "-232", "-305")


def no_rate_was_broken(month: Month) -> Iterator[str]:
    """Neither Zalo's, nor ours of a channel, nor ours of a chat."""
    yield from _codes(month, "-32")
    calls = [one.at for one in month.fake.answers if one.path in (CS, BY_TEMPLATE)]
    if month.limits.rate:
        yield from _crowds(calls, *month.limits.rate, "calls")
    by_chat: dict[str, list[datetime]] = defaultdict(list)
    for one in month.fake.shown:
        by_chat[one.to].append(one.at)
    for times in by_chat.values():
        yield from _crowds(times, *PER_CHAT, "messages to one person")


def _crowds(times: list[datetime], most: int, seconds: float, what: str) -> Iterator[str]:
    """Stretches of time, from one moment on, that hold more than `most`."""
    length = timedelta(seconds=seconds)
    for first, at in enumerate(times):
        number = bisect_left(times, at + length) - first
        if number > most:
            yield f"{number} {what} within {seconds} s from {at.astimezone(ZONE)}"


def nobody_was_woken(month: Month) -> Iterator[str]:
    """From 21 to 7 nothing but answers left, and those to who wrote just then."""
    for row in month.of_oa():
        if row.kind != REPLY and row.state == SENT and _at_night(row.ended_at):
            yield f"{row.kind} sent at {row.ended_at.astimezone(ZONE)}"
    wrote: dict[str, list[datetime]] = defaultdict(list)
    for told in month.told:
        wrote[told.user].append(told.at)
    for one in month.fake.shown:
        waits = any(timedelta() <= one.at - at <= JUST for at in wrote[one.to])
        if _at_night(one.at) and not waits:
            yield f"{one.kind} shown at {one.at.astimezone(ZONE)}"


def _at_night(at: datetime) -> bool:
    return not 7 <= at.astimezone(ZONE).hour < 21


def the_money_is_as_zalo_says(month: Month) -> Iterator[str]:
    spent, counted = sum(one.dong for one in month.fake.ledger), month.spent()
    if spent != counted:
        yield f"Zalo took {spent} đ, the program counted {counted} đ"
    if spent > month.budget:
        yield f"{spent} đ spent of {month.budget} đ"
    kinds = Counter(one.kind for one in month.fake.ledger)
    for kind, fare in (("paid", PAID), ("template", TEMPLATE)):
        if kinds[kind] != month.sent_at(fare):
            yield f"{kind}: Zalo says {kinds[kind]}, the program {month.sent_at(fare)}"


def the_package_is_as_zalo_says(month: Month) -> Iterator[str]:
    zalo, ours = month.fake.counted, month.sent_at(COUNTED)
    if zalo != ours:
        yield f"Zalo counted {zalo}, the program {ours}"
    if zalo > month.fake.options.consultations:
        yield f"{zalo} of {month.fake.options.consultations}"


def nothing_came_twice(month: Month) -> Iterator[str]:
    """What people saw is what the rows that were sent say, each once; nothing is in doubt."""
    seen = Counter((one.to, one.text) for one in month.fake.shown if one.kind == "text")
    said: Counter[tuple[str, str]] = Counter()
    for row in month.of_oa():
        if row.state == SENT and row.fare != TEMPLATE:
            said.update((row.address, part) for part in as_shown(BY_HAND, unpack(row.payload)))
    if more := seen - said:
        yield f"{more.total()} messages seen that no row says"
    if fewer := said - seen:
        yield f"{fewer.total()} messages sent that nobody saw"
    if doubts := [row for row in month.of_oa() if row.state == AMBIGUOUS or row.doubts]:
        yield f"{len(doubts)} in doubt"


def one_lesson_a_day(month: Month) -> Iterator[str]:
    sent = [row for row in month.of_oa(LESSON) if row.state == SENT]
    days = Counter((row.chat_id, row.ended_at.astimezone(ZONE).date()) for row in sent)
    for (chat, day), number in days.items():
        if number > 1:
            yield f"{number} lessons on {day} in chat {chat}"


def every_row_has_its_end(month: Month) -> Iterator[str]:
    """Or waits for somebody who is away."""
    for row in month.rows.values():
        waits = row.state == PENDING and row.code == AWAY
        if row.state not in FINAL and not waits:
            yield f"{row.kind} of {row.created_at}: {row.state}, {row.code}"


def the_loss_was_told_and_mended(month: Month) -> Iterator[str]:
    """One message a day to the administrator, on the web; after the authorisation all goes on."""
    alarms = [row for row in month.rows.values() if row.dedupe_key.startswith("alarm:")]
    days = Counter((row.address, row.created_at.astimezone(ZONE).date()) for row in alarms)
    if [*days.values()] != [1] or any(row.address != PAGE for row in alarms):
        yield f"{len(alarms)} alarms, to {sorted({row.channel for row in alarms})}"
    if month.lost_at is None or month.authorised_at is None:
        yield "no loss was noticed"
        return
    meanwhile = [
        row for row in month.of_oa(REPLY) if month.lost_at < row.created_at < month.authorised_at
    ]
    if not meanwhile:
        yield "nobody wrote meanwhile"
    waited = max((row.ended_at - month.authorised_at for row in meanwhile), default=timedelta())
    if not timedelta() <= waited <= ON_AGAIN:
        yield f"answered {waited} after the authorisation"


def _codes(month: Month, *codes: str) -> Iterator[str]:
    found = Counter(one.code for one in month.fake.answers)
    for code in codes:
        if found[code]:
            yield f"{found[code]} calls answered {code}"


Check = Callable[[Month], Iterator[str]]
CHECKS: tuple[Check, ...] = (
    every_message_was_answered, nobody_was_taken_for_answered_by_hand, every_event_was_taken_at_once,
    no_window_was_missed, no_rate_was_broken, nobody_was_woken, the_money_is_as_zalo_says,
    the_package_is_as_zalo_says, nothing_came_twice, one_lesson_a_day, every_row_has_its_end,
    the_loss_was_told_and_mended,
)  # fmt: skip


def complaints(check: Check, month: Month) -> str:
    """What a check has found, in short; empty: nothing."""
    found = list(check(month))
    more = [f"and {len(found) - SEVERAL} more"] if len(found) > SEVERAL else []
    return "; ".join([*found[:SEVERAL], *more])
