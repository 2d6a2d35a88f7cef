"""Figures, rows and deadlines as the command line prints them."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from content import calendar
from content.deadline import upcoming
from content.library import Library
from content.period import Period
from content.topics import codes_of
from content.ward import Ward
from handlers.figures import Counted, Row, find, plans_of, table
from handlers.measures import SENT, Value, takes, tally_of
from handlers.numbers import shown
from store import campaign_figures, sent, wards
from store import figures as log
from store.db import Store
from store.figures import MEASURES, Span
from store.sent import Sends


class NoArea(ValueError):
    """A name that no area of the ward has; the message names those it has."""


async def rows(
    store: Store, library: Library, ward: Ward, days: Period, today: date, area: str = ""
) -> list[Row]:
    """The indicator table, of the ward or of one of its areas."""
    areas = {one.name: one.id for one in await store.read(lambda db: wards.areas_of(db, ward.id))}
    if area and area not in areas:
        names = ", ".join(areas) or "none: the ward has no areas"
        raise NoArea(f"there is no area '{area}' in {ward.name}; use one of {names}")
    area_id = areas.get(area)
    return await store.read(lambda db: table(db, library, ward, days, today, area_id))


def as_json(ward: Ward, days: Period, rows: list[Row]) -> dict[str, Any]:
    return {
        "ward": ward.id,
        "period": days.id,
        "cut": days.cut,
        "first": days.first.isoformat(),
        "last": days.last.isoformat(),
        "indicators": [_row(row) for row in rows],
    }


def in_words(rows: list[Row], days: Period) -> list[str]:
    lines = []
    for row in rows:
        value = row.decisive or Value(None)
        text = shown(value.value, row.indicator.unit)
        reason = f" ({value.reason})" if value.reason else ""
        of = _other_days(row, days)
        lines.append(f"{row.indicator.id:22} {row.indicator.klass:11} {text:>12}{reason}{of}")
        lines += [
            f"{'':34} {shown(one.now.value, one.figure.unit):>12}  {one.figure.name}"
            for one in row.figures
        ]
    return lines


def _other_days(row: Row, days: Period) -> str:
    """The days an official value was entered for, where they are not those asked for."""
    entered = row.entered
    if entered is None or row.decisive is not row.official:
        return ""
    own = (entered.first, entered.last) == (days.first, days.last)
    return "" if own else f" [{entered.first}..{entered.last}]"


async def traced(
    store: Store, library: Library, ward: Ward, days: Period, today: date, indicator_id: str
) -> list[dict[str, Any]] | None:
    """Every figure of an indicator with the sessions, sends or others it counts. None: no such indicator."""
    found = find(library, ward, indicator_id)
    if found is None:
        return None
    everything = await rows(store, library, ward, days, today)
    row = next(one for one in everything if one.indicator.id == found[1].id)
    span = Span(ward.id, days.first, days.last)
    sends = await store.read(lambda db: sent.sends(db, ward.id, days.first, days.last, traced=True))
    return [
        {
            **_counted(counted),
            "sessions": await _behind(store, span, counted),
            "sends": _sends(sends, counted),
            "facts": await _facts(store, span.up_to(today), counted),
        }
        for counted in row.figures
    ]


def listed(traced: list[dict[str, Any]]) -> str:
    """The same for reading."""
    return "\n".join(line for figure in traced for line in _figure_lines(figure))


def _figure_lines(figure: dict[str, Any]) -> Iterator[str]:
    yield f"{figure['name']}: {shown(figure['value'], figure['unit'])}"
    if all(figure[name] is None for name in ("sessions", "sends", "facts")):
        yield "  (not counted from sessions)"
    for one in figure["sends"] or []:
        told = (one["day"], one["channel"], one["of"], one["name"], one["outcome"])
        yield f"  {' '.join(filter(None, told))}: {one['number']}"
    for one in figure["facts"] or []:
        yield f"  {one['day']} {one['org']} | {one['name']} | {one['number']} {one['unit']}"
    for one in figure["sessions"] or []:
        yield (
            f"  #{one['id']:<8} {one['date']} {one['area'] or '-'} | {one['member']} | "
            f"{one['people']} | {', '.join(one['topics'])} | {one['outcome']}"
        )


def due(library: Library, ward: Ward, today: date, days: int) -> list[str]:
    lines = [ward.name]
    for one in upcoming(plans_of(library, ward), ward.cut, today, days):
        towards = one.work_towards(ward)
        why = calendar.off(one.last_safe, ward) or "weekend"
        sooner = "" if towards == one.last_safe else f", {why}: {towards}"
        lines.append(
            f"  {one.last_safe} (before {one.before}{sooner})  {one.plan.code}  "
            f"{one.deadline.name}: {one.covers.id}  {one.deadline.sender} -> {one.deadline.receiver}"
        )
    return lines if len(lines) > 1 else [*lines, "  the plans name no day"]


async def _behind(store: Store, span: Span, counted: Counted) -> list[dict[str, Any]] | None:
    if counted.figure.count not in MEASURES:
        return None
    found = await store.read(lambda db: log.behind(db, span, tally_of(counted.figure.counted)))
    return [
        {**vars(one), "date": one.date.isoformat(), "topics": list(codes_of(one.topics))}
        for one in found
    ]


async def _facts(store: Store, span: Span, counted: Counted) -> list[dict[str, Any]] | None:
    """Campaigns, volunteers' days or minutes, and classes with whom they trained."""
    count = counted.figure.counted
    if count.count not in campaign_figures.MEASURES:
        return None
    found = await store.read(
        lambda db: campaign_figures.facts(db, span, count.count, count.where.org)
    )
    unit = "minutes" if count.count == campaign_figures.HOURS else ""
    return [{**vars(one), "day": one.day.isoformat(), "unit": unit} for one in found]


def _sends(sends: list[Sends], counted: Counted) -> list[dict[str, Any]] | None:
    """What a figure counts of what was sent: the same test as in the sum."""
    count = counted.figure.counted
    if count.count not in SENT:
        return None
    return [
        {**vars(one), "day": str(one.day), "topics": list(codes_of(one.topics))}
        for one in sends
        if takes(count, one)
    ]


def _row(row: Row) -> dict[str, Any]:
    target = row.target
    return {
        "id": row.indicator.id,
        "plan": row.plan.code,
        "name": row.indicator.name,
        "class": row.indicator.klass,
        "unit": row.indicator.unit,
        "owner": row.indicator.owner,
        "target": target.model_dump(exclude_none=True) if target else None,
        "met": row.met,
        "official": _official(row),
        "estimate": row.estimate.value if row.estimate else None,
        "figures": [_counted(one) for one in row.figures],
        "notes": list(row.indicator.notes),
    }


def _official(row: Row) -> dict[str, Any] | None:
    if row.official is None:
        return None
    entered = row.entered
    return {
        **_value(row.official, row.indicator.unit),
        "first": entered.first.isoformat() if entered else None,
        "last": entered.last.isoformat() if entered else None,
        "text": entered.text if entered else None,
        "source": entered.source if entered else None,
        "source_on": entered.source_on.isoformat() if entered else None,
        "by": entered.by if entered else None,
    }


def _counted(one: Counted) -> dict[str, Any]:
    return {
        "name": one.figure.name,
        "count": one.figure.count,
        "unit": one.figure.unit,
        **_value(one.now, one.figure.unit),
        "so_far": _value(one.so_far, one.figure.unit),
    }


def _value(value: Value, unit: str) -> dict[str, Any]:
    """None stands for "—"; `reason` says why."""
    number = value.value
    if number is not None:
        number = round(number, 1) if unit == "%" else number
    return {"value": number, "num": value.num, "den": value.den, "reason": value.reason or None}
