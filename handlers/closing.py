"""Closing a period: its figures are frozen, and later held against the log again."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from content.i18n import N_
from content.library import Library
from content.period import NoPeriod, Period, period, spoken
from content.ward import Ward
from handlers import forms, menu
from handlers.figures import table
from handlers.forms import Answers, Field, Form, Invalid
from handlers.office import given
from handlers.session_words import period_label
from handlers.turn import Option, Reply, Turn
from store import members, periods

Frozen = dict[str, list[float | int | None]]


@dataclass(frozen=True)
class Difference:
    """A frozen figure that the log does not give any more."""

    ward_id: str
    period: str
    indicator: str
    figure: str
    frozen: float | None
    now: float | None


async def snapshot(db: AsyncSession, library: Library, ward: Ward, period: Period) -> Frozen:
    """What the log says of every indicator's figures in a period."""
    rows = await table(db, library, ward, period)
    return {row.indicator.id: [counted.now.value for counted in row.figures] for row in rows}


async def recount(db: AsyncSession, library: Library) -> tuple[int, list[Difference]]:
    """Hold every closed period against the log: how many figures were compared, and which differ."""
    compared, different = 0, []
    for closed in await periods.closed(db):
        ward = library.wards.get(closed.ward_id)
        if ward is None:
            continue
        days = period(closed.period, closed.cut)
        for row in await table(db, library, ward, days):
            for number, counted in enumerate(row.figures):
                frozen = _frozen(closed.figures, row.indicator.id, number)
                compared += 1
                if not _same(frozen, counted.now.value):
                    different.append(
                        Difference(
                            closed.ward_id, closed.period, row.indicator.id, counted.figure.name,
                            frozen, counted.now.value,
                        )
                    )  # fmt: skip
    return compared, different


def _frozen(figures: dict[str, Any], indicator: str, number: int) -> float | None:
    kept = figures.get(indicator, [])
    value = kept[number] if number < len(kept) else None
    return None if value is None else float(value)


def _same(frozen: float | None, now: float | None) -> bool:
    if frozen is None or now is None:
        return frozen is now
    return abs(frozen - now) < 1e-9


async def begin(turn: Turn) -> Reply:
    """`/close tháng 10`: ask which period, show what closing means, close."""
    if not turn.argument:
        return await forms.begin(turn, CLOSE)
    try:
        name = await _period(turn, {}, turn.argument)
    except Invalid as problem:
        return Reply(str(problem), menu.choices(turn))
    return await forms.begin(turn, CLOSE, {"period": name})


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
    names = ("tháng trước", "tháng này")
    there = [spoken(name, turn.today, cut) for name in names]
    return [Option(one.label(turn.talk.lang), one.id) for one in there]


async def _period(turn: Turn, answers: Answers, typed: str) -> str:
    cut = turn.ward.cut if turn.ward else "calendar"
    try:
        found = spoken(typed, turn.today, cut)
    except NoPeriod:
        raise Invalid(turn.tr("Which period? For example: tháng 10, quý 3, năm 2026.")) from None
    for closed in await periods.closed(turn.db, turn.talk.ward_id):
        if closed.first <= found.last and found.first <= closed.last:
            raise Invalid(
                turn.tr("{period} is closed already.", period=period_label(turn, closed.period))
            )
    return found.id


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
    days = period(answers["period"], ward.cut)
    figures = await snapshot(turn.db, turn.library, ward, days)
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
        (Field("period", N_("Which period do you close?"), _period_options, _period),),
        _closed,
        _summary,
        action="close",
        send=N_("Close it"),
    )
)
