"""The broadcasts under way: their rows in the outbox, what each says, and the account at the end."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import N_
from content.library import Library
from handlers import notices
from handlers.broadcast_words import account_lines, message
from handlers.numbers import shown
from handlers.turn import Option, Reply, Skip
from store import audience, broadcast_sends, broadcasts, members
from store.broadcasts import PLANNED, STOPPED, Account, BroadcastRow, number_of
from store.kinds import NOTICE
from store.outbox import PAUSED, Parcel

CHUNK = 5000
"""People looked at in one transaction."""
OVER, LEFT = (
    N_("Message #{n} has ended."),
    N_("Message #{n} has reached everybody but closed pages."),
)


async def compose(
    db: AsyncSession, library: Library, parcel: Parcel, now: datetime
) -> Reply | Skip:
    """What one row says now."""
    one = await broadcasts.get(db, number_of(parcel.about))
    if one is None or one.state == STOPPED:
        return Skip(STOPPED)
    if not await audience.wants(db, one.ward_id, one.audience, parcel.chat_id):
        return Skip("opted out")
    tr = await notices.speaking_to_chat(db, parcel.chat_id)
    return message(tr, library.wards[one.ward_id], one.text)


async def plan(db: AsyncSession, now: datetime, chunk: int = CHUNK) -> bool:
    """Make rows of what is due, or else see what has ended. Whether there is more to plan at once."""
    if await broadcast_sends.plan(db, now, chunk):
        return True
    for one in await broadcasts.unended(db):
        await _settle(db, one, now)
    return False


async def _settle(db: AsyncSession, one: BroadcastRow, now: datetime) -> None:
    """Hold what came back from an attempt, and tell the author when it is over."""
    if one.state == PAUSED:
        await broadcasts.hold(db, one)
    if one.state == STOPPED:
        await broadcasts.drop(db, one, now)
    if one.state in (PAUSED, PLANNED):
        return
    if not await broadcast_sends.waits(db, one):
        if (account := await broadcast_sends.end(db, one, now)) is not None:
            await _tell(db, one, OVER, account, "account", now)
    elif (
        one.told_at is None
        and not await broadcast_sends.waits(db, one, closed_pages=False)
        and await broadcast_sends.tell(db, one, now)
    ):
        account = await broadcast_sends.account(db, one)
        await _tell(db, one, LEFT, account, "left", now)


async def _tell(
    db: AsyncSession, one: BroadcastRow, text: str, account: Account, key: str, now: datetime
) -> None:
    author = await members.get(db, one.author_id)
    if author is None or author.person_id is None:
        return
    tr = await notices.speaking_to(db, author.person_id)
    people = tr("Recipients: {n}", n=shown(sum(account.values())))
    lines = [tr(text, n=one.id), people, *account_lines(tr, account)]
    options = (Option(tr("How it stands"), f"broadcast:show:{one.id}"),)
    reply = Reply("\n".join(lines), options)
    await notices.tell(db, author.person_id, reply, NOTICE, f"broadcast:{one.id}:{key}", now)
