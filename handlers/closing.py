"""Closing a period: its figures are frozen, and later held against the log again."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import N_
from content.indicator import Count, Figure, Indicator
from content.library import Library
from content.period import NoPeriod, Period, period, spoken
from content.ward import Ward
from handlers import forms, menu
from handlers.figures import find, plans_of
from handlers.forms import Answers, Field, Form, Invalid
from handlers.measures import SENT, of_campaigns, taken, tally_of
from handlers.office import given
from handlers.session_words import period_label
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import campaign_figures, members, periods, sent, wards
from store import figures as log
from store.figures import Span

SHOWN = 6
FROZEN = (log.MEASURES | SENT.keys() | campaign_figures.MEASURES) - {"confirmed"}
Frozen = dict[str, list[float]]
"""For each indicator the numbers of its figures that are frozen, those of `_kept` in its order."""


@dataclass(frozen=True)
class Difference:
    """A frozen figure that the log, or what was sent, does not give any more."""

    ward_id: str
    period: str
    indicator: str
    figure: str
    frozen: float
    now: float


async def snapshot(
    db: AsyncSession, library: Library, ward: Ward, period: Period, closed_on: date
) -> Frozen:
    """What the log of sessions says in a period, and what was sent in it before the day it was closed.

    Confirmations, ratings and what is typed in may still come after the end, so they are not frozen. Nobody
    can forbid that more is sent, or checked in, in a period that was closed early.
    """
    kept = {row.id: _kept(row) for plan in plans_of(library, ward) for row in plan.indicators}
    counts = {figure.counted for figures in kept.values() for figure in figures}
    of_log = [count for count in counts if count.count in log.MEASURES]
    span = Span(ward.id, period.first, period.last)
    numbers = await log.count(db, span, [tally_of(count) for count in of_log])
    past = span.up_to(closed_on - timedelta(days=1))
    sends = await sent.sends(db, ward.id, past.first, past.last)
    counted: dict[Count, float] = dict(zip(of_log, numbers, strict=True))
    counted |= {count: taken(sends, count) for count in counts if count.count in SENT}
    counted |= await of_campaigns(db, past, counts)
    return {
        name: [counted[figure.counted] for figure in figures]
        for name, figures in kept.items()
        if figures
    }


def _kept(row: Indicator) -> list[Figure]:
    """What is frozen of an indicator; last what older closings, which know their figures by place, lack."""
    kept = [figure for figure in row.figures if figure.count in FROZEN]
    return sorted(kept, key=lambda figure: figure.count in campaign_figures.MEASURES)


async def recount(db: AsyncSession, library: Library) -> tuple[int, list[Difference]]:
    """Hold every closed period against the log: how many figures were compared, and which differ.

    A figure that the catalogue got since then was not frozen: there is nothing to compare it with.
    """
    compared, different = 0, []
    for closed in await periods.closed(db):
        ward = library.wards.get(closed.ward_id)
        if ward is None:
            continue
        days = period(closed.period, closed.cut)
        closed_on = closed.closed_at.astimezone(WARD_ZONE).date()
        now = await snapshot(db, library, ward, days, closed_on)
        for name, numbers in now.items():
            frozen = closed.figures.get(name, [])
            for place, (before, number) in enumerate(zip(frozen, numbers, strict=False)):
                compared += 1
                if before != number:
                    figure = _figure_name(library, ward, name, place)
                    different.append(
                        Difference(ward.id, closed.period, name, figure, before, number)
                    )
    return compared, different


def _figure_name(library: Library, ward: Ward, indicator: str, place: int) -> str:
    found = find(library, ward, indicator)
    return _kept(found[1])[place].name if found else ""


async def begin(turn: Turn) -> Reply:
    """`/close tháng 10`: ask which period, show what closing means, close."""
    if not turn.argument:
        return await _asked(turn)
    try:
        name = await _period(turn, {}, turn.argument)
    except Invalid as problem:
        return Reply(str(problem), menu.choices(turn))
    return await forms.begin(turn, CLOSE, {"period": name})


async def _asked(turn: Turn) -> Reply:
    """Which period to close; and the way to those that are."""
    asked = await forms.begin(turn, CLOSE)
    if not await periods.closed(turn.db, turn.talk.ward_id):
        return asked
    return replace(asked, options=(*asked.options, turn.option("Closed periods", "periods")))


async def listed(turn: Turn) -> Reply:
    """The closed periods: what was frozen, and opening them again."""
    closed = await periods.closed(turn.db, turn.talk.ward_id)
    options = [
        option
        for one in reversed(closed[-SHOWN:])
        for option in (
            Option(
                turn.tr("Open {period} again", period=period_label(turn, one.period)),
                f"reopen:{one.id}",
            ),
            Option(
                turn.tr("Frozen: {period}", period=period_label(turn, one.period)),
                f"frozen:{one.id}",
            ),
        )
    ]
    text = turn.tr("Closed periods: {n}.", n=len(closed))
    return Reply(text, (*options, turn.option("Main menu", "menu")))


async def reopen(turn: Turn) -> Reply:
    """Let members change the sessions of a closed period again."""
    for closed in await periods.closed(turn.db, turn.talk.ward_id):
        if str(closed.id) == turn.argument:
            await periods.reopen(turn.db, closed.id, turn.now)
            await members.note(
                turn.db, closed.ward_id, turn.talk.member_id, "reopened", closed.id, turn.now
            )
            text = turn.tr("{period} is open again.", period=period_label(turn, closed.period))
            return Reply(text, menu.choices(turn))
    return await menu.lapsed(turn)


async def frozen(turn: Turn) -> Reply:
    """The figures of a closed period as they were frozen, as a file for audit."""
    for closed in await periods.closed(turn.db, turn.talk.ward_id):
        if str(closed.id) == turn.argument:
            name = f"frozen/{turn.talk.member_id}/{closed.ward_id}/{closed.id}/chot-{closed.period}.json"
            text = turn.tr("The figures as they were when {period} was closed.",
                           period=period_label(turn, closed.period))  # fmt: skip
            return given(turn, text, name, (turn.option("Main menu", "menu"),))
    return await menu.lapsed(turn)


async def _period_options(turn: Turn, answers: Answers) -> list[Option]:
    cut = turn.ward.cut if turn.ward else "calendar"
    there = [spoken(name, turn.today, cut) for name in ("tháng trước", "tháng này")]
    return [Option(one.label(turn.talk.lang), one.id) for one in there]


async def _period(turn: Turn, answers: Answers, typed: str) -> str:
    cut = turn.ward.cut if turn.ward else "calendar"
    try:
        found = spoken(typed, turn.today, cut)
    except NoPeriod:
        raise Invalid(turn.tr("Which period? For example: tháng 10, quý 3, năm 2026.")) from None
    for closed in await periods.closed(turn.db, turn.talk.ward_id):
        if closed.first <= found.last and found.first <= closed.last:
            raise Invalid(_overlap(turn, closed))
    return found.id


def _overlap(turn: Turn, closed: periods.Closed) -> str:
    return turn.tr(
        "{period} is closed already. To open it again: /periods",
        period=period_label(turn, closed.period),
    )


async def _summary(turn: Turn, answers: Answers) -> str:
    days = period(answers["period"], turn.ward.cut if turn.ward else "calendar")
    lines = [
        turn.tr(
            "Close {period} ({first} to {last})?",
            period=days.label(turn.talk.lang),
            first=days.first.strftime("%d/%m/%Y"),
            last=days.last.strftime("%d/%m/%Y"),
        ),
        turn.tr("Members can then change its sessions only through you. The figures are frozen."),
    ]
    if days.last >= turn.today:
        lines.append(turn.tr("Careful: this period is not over yet."))
    return "\n".join(lines)


async def _closed(turn: Turn, answers: Answers) -> Reply:
    ward = turn.ward
    if ward is None:
        return await menu.lapsed(turn)
    await wards.hold(turn.db, ward.id, alone=True)
    try:  # somebody else may have closed it since it was asked for
        await _period(turn, answers, answers["period"])
    except Invalid as problem:
        return Reply(str(problem), menu.choices(turn))
    days = period(answers["period"], ward.cut)
    figures = await snapshot(turn.db, turn.library, ward, days, turn.today)
    number = await periods.close(
        turn.db, ward.id, days.id, days.cut, (days.first, days.last), dict(figures),
        turn.talk.member_id, turn.now,
    )  # fmt: skip
    await members.note(turn.db, ward.id, turn.talk.member_id, "closed", number, turn.now)
    text = turn.tr("{period} is closed.", period=days.label(turn.talk.lang))
    options = (
        Option(turn.tr("The frozen figures"), f"frozen:{number}"),
        Option(turn.tr("Report"), f"report:{days.id}"),
        Option(turn.tr("Open it again"), f"reopen:{number}"),
    )
    return Reply(text, (*options, turn.option("Main menu", "menu")))


CLOSE = forms.register(
    Form(
        "close",
        (
            Field(
                "period",
                N_("Which period do you close?"),
                _period_options,
                _period,
                verify=_period,
            ),
        ),
        _closed,
        _summary,
        action="close",
        send=N_("Close it"),
    )
)
