"""What a broadcast says to whom gets it, and what officers read about it before and after."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

from content import when
from content.i18n import N_
from content.limits import STOP, Limits, load_limits
from content.ward import Ward
from handlers.notices import Tr
from handlers.numbers import shown
from handlers.rights import LEAD, MEMBER, VOLUNTEER
from handlers.stopping import STOPS
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import (
    audience,
    broadcast_sends,
    broadcasts,
    inbound_counts,
    outbox,
    send_counts,
    wards,
)
from store.audience import ALL, AREAS, COURSE, STAFF, Audience, Reach, Since
from store.broadcasts import Account
from store.consents import NEWS

WHO = {
    ALL: N_("Everybody who wants the ward's news"),
    AREAS: N_("Some areas"),
    MEMBER: N_("The team members"),
    LEAD: N_("The team leads"),
    VOLUNTEER: N_("The volunteers"),
    STAFF: N_("All who work for the ward"),
    COURSE: N_("The learners of a course"),
}
CHANNELS = {
    "web": N_("Web page"),
    "telegram": "Telegram",
    "zalo_oa": "Zalo OA",
    "zalo_bot": "Zalo Bot",
    "terminal": "Terminal",
}
OUTCOMES = {
    outbox.PENDING: N_("• Still waiting: {n}"),
    f"{outbox.PENDING}:{outbox.AWAY}": N_("• Waiting until the page is opened: {n}"),
    outbox.PAUSED: N_("• Paused: {n}"),
    outbox.SENT: N_("• Sent: {n}"),
    outbox.AMBIGUOUS: N_("• Perhaps arrived, nobody knows: {n}"),
    outbox.REFUSED: N_("• Refused by the app: {n}"),
    outbox.SKIPPED: N_("• Not sent: {n}"),
    broadcast_sends.GONE: N_("• Had their data deleted: {n}"),
}
REASONS = {
    broadcasts.STOPPED: N_("stopped"),
    "opted out": N_("wants no more news"),
    "blocked": N_("blocked the assistant"),
    "window": N_("silent for too long"),
    "budget": N_("would cost money that is not allowed"),
    "late": N_("too late"),
    "stale": N_("too late"),
}

STATES = {
    broadcasts.ASKED: N_("waits for a second officer"),
    broadcasts.PLANNED: N_("planned"),
    broadcasts.RUNNING: N_("under way"),
    outbox.PAUSED: N_("paused"),
    broadcasts.STOPPED: N_("stopped"),
    broadcasts.REFUSED: N_("refused"),
    broadcasts.DONE: N_("sent"),
}


@cache
def limits() -> dict[str, Limits]:
    return load_limits()


def message(tr: Tr, ward: Ward, text: str) -> Reply:
    """What arrives: the text, who sends it, and how it stops."""
    footer = tr("— {sender}. To get no more news, type “stop”.", sender=sender(tr, ward))
    if ward.invented:
        footer += "\n" + tr("This is a trial: the ward is invented.")
    stop = Option(tr(STOPS[NEWS].label), f"stop:{NEWS}")
    return Reply(f"{text}\n\n{footer}", (Option(tr("Main menu"), "menu"), stop))


def sender(tr: Tr, ward: Ward) -> str:
    return tr("People's Committee of {ward}", ward=ward.name)


def copied(tr: Tr, ward: Ward, text: str, page: str) -> str:
    """The text as it is pasted into a neighbourhood's group; `page` is the assistant's address, or ""."""
    way = tr("Questions? Ask the ward's assistant.")
    return "\n\n".join([sender(tr, ward), text, f"{way} {page}".rstrip()])


async def preview(turn: Turn, ward: Ward, text: str, meant: Audience, at: datetime) -> str:
    """Everything about a broadcast before it is sent: whom, when, what it costs, how it looks."""
    found = await audience.reach(turn.db, ward.id, meant, _since(at))
    people = sum(one.people for one in found)
    lines = [
        turn.tr("To: {whom}", whom=await whom(turn, meant)),
        turn.tr("When: {when}", when=moment(turn, at)),
        turn.tr("Recipients: {n}", n=shown(people)),
        *[await _channel_line(turn, one, at) for one in found],
        _cost(turn.tr, found),
    ]
    if people > ward.broadcast_alone:
        alone = shown(ward.broadcast_alone)
        lines.append(turn.tr("More than {n} people: a second officer has to approve.", n=alone))
    return "\n\n".join(["\n".join(lines), *_looks(turn, message(turn.tr, ward, text), found)])


async def whom(turn: Turn, meant: Audience) -> str:
    """An audience in words."""
    said = turn.tr(WHO[meant.who])
    if meant.who == AREAS:
        names = [await wards.area_named(turn.db, area) or "?" for area in meant.areas]
        said = turn.tr("Who wants the ward's news in {areas}", areas=", ".join(names))
    if meant.who == COURSE and meant.course in turn.library.courses:
        said = turn.tr("Learners of: {course}",
                       course=turn.tr(turn.library.courses[meant.course].title))  # fmt: skip
    return f"{said} ({', '.join(channel(turn.tr, name) for name in meant.channels)})"


def channel(tr: Tr, name: str) -> str:
    return tr(CHANNELS[name]) if name in CHANNELS else name


def moment(turn: Turn, at: datetime) -> str:
    if at <= turn.now:
        return turn.tr("at once")
    here = turn.now.astimezone(WARD_ZONE)
    return when.in_words(at.astimezone(WARD_ZONE), here, turn.talk.lang)


def by_day(now: datetime) -> datetime:
    """Now, or the end of the hours in which nobody is written to."""
    here = now.astimezone(WARD_ZONE)
    if when.WAKES <= here.time() < when.SLEEPS:
        return now
    day = here.date() + timedelta(days=here.time() >= when.SLEEPS)
    return datetime.combine(day, when.WAKES, WARD_ZONE)


def _since(at: datetime) -> dict[str, Since]:
    """From when on a last message makes that time free, and possible."""

    def before(hours: int | None) -> datetime | None:
        return None if hours is None else at - timedelta(hours=hours)

    return {
        name: Since(before(one.free_hours) if one.price else None, before(one.open_hours))
        for name, one in limits().items()
    }


async def _channel_line(turn: Turn, one: Reach, at: datetime) -> str:
    allowed = limits()[one.channel]
    line = turn.tr(
        "• {channel}: {n}, {how}",
        channel=channel(turn.tr, one.channel), n=shown(one.people), how=_pace(turn.tr, one),
    )  # fmt: skip
    if one.paid and allowed.price:
        line += "; " + turn.tr("{n} of them at {price} đồng each",
                               n=shown(one.paid), price=shown(allowed.price))  # fmt: skip
    if one.closed and allowed.open_hours:
        days = allowed.open_hours // 24
        line += "; " + turn.tr("{n} of them cannot be reached: silent for more than {days} days",
                               n=shown(one.closed), days=days)  # fmt: skip
    return line + await _scarce(turn, one, at)


async def _scarce(turn: Turn, one: Reach, at: datetime) -> str:
    """A warning where the month's quota does not suffice."""
    allowed, day = limits()[one.channel], at.astimezone(WARD_ZONE).date()
    if allowed.monthly is None:
        return ""
    sent = await send_counts.in_month(turn.db, one.channel, day)
    if allowed.counts_inbound:
        sent += await inbound_counts.in_month(turn.db, one.channel, day)
    left = max(0, allowed.monthly * STOP // 100 - sent)
    if one.people <= left:
        return ""
    return "; " + turn.tr("only {n} more may leave this month", n=shown(left))


def _pace(tr: Tr, one: Reach) -> str:
    rate = limits()[one.channel].rate
    if rate is None:
        return tr("when they open the page")
    seconds = math.ceil((one.people - one.closed) * rate[1] / rate[0])
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    if hours:
        return tr("in about {h} h {m} min", h=hours, m=minutes)
    return tr("in about {m} min {s} s", m=minutes, s=rest) if minutes else tr("within a minute")


def _cost(tr: Tr, found: Sequence[Reach]) -> str:
    cost = sum(one.paid * (limits()[one.channel].price or 0) for one in found)
    return tr("Cost: {n} đồng", n=shown(cost))


def _looks(turn: Turn, reply: Reply, found: Sequence[Reach]) -> list[str]:
    """How it looks, once for the channels on which it looks alike."""
    alike: dict[str, list[str]] = {}
    for one in found:
        parts = turn.tools.preview(one.channel, reply)
        alike.setdefault("\n———\n".join(parts), []).append(channel(turn.tr, one.channel))
    return [
        turn.tr("On {channels}:", channels=", ".join(names)) + f"\n———\n{looks}\n———"
        for looks, names in alike.items()
    ]


def onward(turn: Turn, number: int) -> tuple[Option, Option, Option]:
    """The ways on from one broadcast."""
    return (
        turn.option("How it stands", f"broadcast:show:{number}"),
        turn.option("Text for a Zalo group", f"broadcast:copy:{number}"),
        turn.option("Main menu", "menu"),
    )


def account_lines(tr: Tr, account: Account) -> list[str]:
    """How many sends ended how, with the reasons behind the numbers."""
    lines = []
    for state, told in OUTCOMES.items():
        alike = {name: n for name, n in account.items() if name == state or _because(name, state)}
        if alike:
            why = [f"{_reason(tr, name)}: {shown(n)}" for name, n in alike.items() if name != state]
            line = tr(told, n=shown(sum(alike.values())))
            lines.append(f"{line} ({'; '.join(why)})" if why else line)
    return lines


def _because(name: str, state: str) -> bool:
    return name not in OUTCOMES and name.startswith(f"{state}:")


def _reason(tr: Tr, name: str) -> str:
    code = name.partition(":")[2]
    return tr(REASONS[code]) if code in REASONS else code
