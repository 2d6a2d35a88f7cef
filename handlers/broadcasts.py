"""The ward's messages to many: which there are, how they stand, and holding them up."""

from collections.abc import Awaitable, Callable

from content.i18n import N_
from handlers import broadcast_approval, broadcast_form, menu
from handlers.broadcast_approval import is_mine
from handlers.broadcast_words import STATES, account_lines, copied, moment, onward, whom
from handlers.numbers import shown
from handlers.turn import WARD_ZONE, Attachment, Option, Reply, Turn
from store import broadcast_sends, broadcasts, members
from store.broadcasts import ASKED, PLANNED, RUNNING, BroadcastRow
from store.outbox import PAUSED

LISTED = 6
LABEL = 30
"""Characters of a message by which it is told from others."""


async def begin(turn: Turn) -> Reply:
    """`/broadcast`: write one."""
    return await broadcast_form.begin(turn)


async def chosen(turn: Turn) -> Reply:
    """`broadcast:list`, or `broadcast:<what>:<number>`."""
    what, _, number = turn.argument.partition(":")
    if not what:
        return await begin(turn)
    if what == "list":
        return await listed(turn)
    known = number.isdecimal() and len(number) < 16 and what in ACTS
    one = await broadcasts.get(turn.db, int(number)) if known else None
    if one is None or one.ward_id != turn.talk.ward_id:
        return await menu.lapsed(turn)
    return await ACTS[what](turn, one)


async def listed(turn: Turn) -> Reply:
    """The last ones of the ward."""
    there = await broadcasts.last(turn.db, turn.talk.ward_id or "", LISTED)
    options = [Option(_label(turn, one), f"broadcast:show:{one.id}") for one in there]
    text = turn.tr("The ward's messages, the newest first:") if there else turn.tr("None so far.")
    new = turn.option("Write a message", "broadcast")
    return Reply(text, (*options, new, turn.option("Main menu", "menu")))


def _label(turn: Turn, one: BroadcastRow) -> str:
    text = " ".join(one.text.split())
    short = text if len(text) <= LABEL else f"{text[:LABEL].rstrip()}…"
    return f"#{one.id} {short} ({turn.tr(STATES[one.state])})"


async def show(turn: Turn, one: BroadcastRow) -> Reply:
    """One of them, with its counts as they are now."""
    account = await broadcast_sends.account(turn.db, one)
    lines = [
        f"#{one.id}: {turn.tr(STATES[one.state])}",
        turn.tr("To: {whom}", whom=await whom(turn, one.audience)),
        turn.tr("When: {when}", when=_time(turn, one)),
        *await _people(turn, one),
        turn.tr("Recipients: {n}", n=shown(one.recipients)),
        *account_lines(turn.tr, account),
    ]
    return Reply("\n".join(lines) + f"\n\n{one.text}", (*await _ways(turn, one), *_last(turn, one)))


def _time(turn: Turn, one: BroadcastRow) -> str:
    if one.send_at > turn.now:
        return moment(turn, one.send_at)
    return one.send_at.astimezone(WARD_ZONE).strftime("%H:%M %d/%m/%Y")


async def _people(turn: Turn, one: BroadcastRow) -> list[str]:
    """Who wrote it, and who decided."""
    lines = [turn.tr("Written by: {name}", name=await members.name_of(turn.db, one.author_id))]
    if one.approver_id is not None:
        name = await members.name_of(turn.db, one.approver_id)
        lines.append(turn.tr("Decided by: {name}", name=name))
    return lines


async def _ways(turn: Turn, one: BroadcastRow) -> list[Option]:
    """What may be done with it as it stands."""
    ways = []
    if one.state == ASKED and not await is_mine(turn, one):
        ways += [(N_("Approve"), "approve"), (N_("Refuse"), "refuse")]
    if one.state in (PLANNED, RUNNING):
        ways.append((N_("Pause"), "pause"))
    if one.state == PAUSED:
        ways.append((N_("Go on"), "resume"))
    if one.state in (ASKED, PLANNED, RUNNING, PAUSED):
        ways.append((N_("Stop it for good"), "stop"))
    return [turn.option(label, f"broadcast:{what}:{one.id}") for label, what in ways]


def _last(turn: Turn, one: BroadcastRow) -> tuple[Option, ...]:
    _, copy, main = onward(turn, one.id)
    return (copy, turn.option("Messages so far", "broadcast:list"), main)


async def pause(turn: Turn, one: BroadcastRow) -> Reply:
    return await _changed(turn, one, "broadcast paused", await broadcasts.pause(turn.db, one))


async def resume(turn: Turn, one: BroadcastRow) -> Reply:
    done = await broadcasts.resume(turn.db, one, turn.now)
    return await _changed(turn, one, "broadcast resumed", done)


async def stop(turn: Turn, one: BroadcastRow) -> Reply:
    """What has not left stays; what is on its way arrives."""
    done = await broadcasts.stop(turn.db, one, turn.now)
    return await _changed(turn, one, "broadcast stopped", done)


async def _changed(turn: Turn, one: BroadcastRow, action: str, done: bool) -> Reply:
    """How it stands now; written down when this turn changed it."""
    if done:
        await members.note(turn.db, one.ward_id, turn.talk.member_id, action, one.id, turn.now)
    return await show(turn, await broadcasts.get(turn.db, one.id) or one)


async def copy(turn: Turn, one: BroadcastRow) -> Reply:
    """Nothing but the text for a neighbourhood's group, and as a file where there are files."""
    if turn.ward is None:
        return await menu.lapsed(turn)
    text = copied(turn.tr, turn.ward, one.text, _page(turn))
    name = f"broadcast/{turn.talk.member_id}/{one.ward_id}/{one.id}/tin-{one.id}.txt"
    file = Attachment("file", name) if turn.can.files else None
    show, _, main = onward(turn, one.id)
    return Reply(text, (show, main), file)


def _page(turn: Turn) -> str:
    """The address at which everybody finds the assistant; "" when it has none on the internet."""
    address = turn.tools.link("").partition("/l/")[0]
    return address if address.startswith("https://") else ""


ACTS: dict[str, Callable[[Turn, BroadcastRow], Awaitable[Reply]]] = {
    "show": show,
    "approve": broadcast_approval.approve,
    "refuse": broadcast_approval.refuse,
    "pause": pause,
    "resume": resume,
    "stop": stop,
    "copy": copy,
}
