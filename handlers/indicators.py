"""Indicators in the chat: the list, one opened, and the rows behind a figure."""

from content.i18n import N_
from content.indicator import Figure, Indicator
from content.measure import UNITS
from content.period import NoPeriod, Period, month_of, spoken
from content.vocabulary import ORGS
from content.ward import Ward
from handlers import menu
from handlers.figures import Row, find, plans_of, table
from handlers.measures import REASONS, Value, tally_of
from handlers.numbers import aim, shown
from handlers.session_words import topics
from handlers.turn import Option, Reply, Turn
from store import campaign_figures
from store import figures as log
from store.figures import MEASURES, Span
from store.values import Entered

CLASS_NAMES = {
    "measured": N_("measured from the log"),
    "contributes": N_("official value from elsewhere; the log counts the help towards it"),
    "entered": N_("entered by an officer"),
}
PAGE = 8


async def figures(turn: Turn) -> Reply:
    """`/figures`, `/figures K12`, `/figures tháng 10`: the list, or one indicator opened."""
    ward = turn.ward
    if ward is None:
        return await menu.lapsed(turn)
    first, _, rest = turn.argument.partition(" ")
    if found := find(turn.library, ward, first):
        return await _opened(turn, ward, found[1], rest)
    name, _, page = turn.argument.partition(":")
    try:
        days = named(turn, ward, name)
    except NoPeriod:
        return which_period(turn)
    rows = await table(turn.db, turn.library, ward, days, turn.today)
    first_row = PAGE * int(page) if page.isdecimal() and len(page) < 4 else 0
    shown_rows = rows[first_row : first_row + PAGE]
    options = [_row_option(turn, ward, row, days) for row in shown_rows]
    if len(rows) > first_row + PAGE:
        options.append(turn.option("More", f"figures:{days.id}:{first_row // PAGE + 1}"))
    text = turn.tr(
        "Indicators, {period}. Choose one, or type its code: /figures K12",
        period=days.label(turn.talk.lang),
    )
    return Reply(text, (*options, turn.option("Main menu", "menu")))


async def indicator(turn: Turn) -> Reply:
    """An indicator chosen from the list: `<plan>.<number>:<period>`."""
    place, _, name = turn.argument.partition(":")
    found = _placed(turn, place)
    return (
        await _opened(turn, turn.ward, found, name)
        if found and turn.ward
        else await menu.lapsed(turn)
    )


async def behind(turn: Turn) -> Reply:
    """The rows behind a figure, a page at a time: `<plan>.<number>:<figure>:<period>:<page>`."""
    place, number, name, page = (*turn.argument.split(":"), "", "", "")[:4]
    found, ward = _placed(turn, place), turn.ward
    if found is None or ward is None or not number.isdecimal() or int(number) >= len(found.figures):
        return await menu.lapsed(turn)
    try:
        days = named(turn, ward, name)
    except NoPeriod:
        return which_period(turn)
    figure = found.figures[int(number)]
    first = PAGE * int(page) if page.isdecimal() and len(page) < 5 else 0
    rows = _facts if figure.count in campaign_figures.MEASURES else _sessions
    n, lines, options = await rows(turn, Span(ward.id, days.first, days.last), figure, first)
    if n > first + PAGE:
        more = f"behind:{place}:{number}:{days.id}:{first // PAGE + 1}"
        options.append(turn.option("More", more))
    return Reply("\n".join(lines), (*options, turn.option("Main menu", "menu")))


async def _sessions(
    turn: Turn, span: Span, figure: Figure, first: int
) -> tuple[int, list[str], list[Option]]:
    """How many sessions a figure counts, a page of them, and the way to each."""
    rows = await log.behind(turn.db, span, tally_of(figure.counted))
    page = rows[first : first + PAGE]
    lines = [
        f"#{row.id} {row.date.strftime('%d/%m')} {row.area or '—'}, {row.member}: {row.people}, "
        f"{topics(turn, row.topics)}"
        for row in page
    ]
    head = turn.tr("{figure}: {n} sessions.", figure=figure.name, n=len(rows))
    return len(rows), [head, *lines], [Option(f"#{row.id}", f"session:{row.id}") for row in page]


async def _facts(
    turn: Turn, span: Span, figure: Figure, first: int
) -> tuple[int, list[str], list[Option]]:
    """The same of campaigns, days and hours of volunteers, and classes with whom they trained."""
    past = span.up_to(turn.today)
    rows = await campaign_figures.facts(turn.db, past, figure.count, figure.where.org)
    unit = turn.tr("min") if figure.count == campaign_figures.HOURS else UNITS[figure.count]
    lines = [
        f"• {row.day.strftime('%d/%m')} {row.name} ({turn.tr(ORGS[row.org])}): {row.number} {unit}"
        for row in rows[first : first + PAGE]
    ]
    head = turn.tr("{figure}: {n} lines.", figure=figure.name, n=len(rows))
    return len(rows), [head, *lines], []


async def _opened(turn: Turn, ward: Ward, indicator: Indicator, name: str) -> Reply:
    """Everything about one indicator in a period, and ways to its rows."""
    try:
        days = named(turn, ward, name)
    except NoPeriod:
        return which_period(turn)
    rows = await table(turn.db, turn.library, ward, days, turn.today)
    row = next(row for row in rows if row.indicator.id == indicator.id)
    place = _place(turn, ward, row)
    options = [
        Option(counted.figure.name[:60], f"behind:{place}:{number}:{days.id}")
        for number, counted in enumerate(row.figures)
        if counted.figure.count in MEASURES | campaign_figures.MEASURES
    ]
    if indicator.official and turn.may("values"):
        options.append(Option(turn.tr("Enter a value"), f"value:{place}"))
    options.append(turn.option("Indicators", f"figures:{days.id}"))
    text = "\n".join([*_head(turn, row, days), *_figures(turn, row), *row.indicator.notes])
    return Reply(text, (*options, turn.option("Main menu", "menu")))


def _head(turn: Turn, row: Row, days: Period) -> list[str]:
    lines = [f"{row.indicator.id}: {row.indicator.name}", days.label(turn.talk.lang)]
    lines.append(turn.tr("Kind: {kind}", kind=turn.tr(CLASS_NAMES[row.indicator.klass])))
    if row.target:
        said = aim(row.target, row.indicator.unit)
        year = f" ({row.target.year})" if row.target.year else ""
        met = {True: turn.tr("met"), False: turn.tr("not met"), None: ""}[row.met]
        lines.append(turn.tr("Target: {target} {met}", target=f"{said}{year}", met=met).rstrip())
    if row.official is not None:
        value = _typed(turn, row, row.official, row.entered)
        lines.append(turn.tr("Official value: {value}", value=value))
    if row.year and row.entered_year and row.entered_year != row.entered:
        value = _typed(turn, row, row.year, row.entered_year)
        lines.append(turn.tr("Since the beginning of the year: {value}", value=value))
    if row.entered:
        lines.append(
            turn.tr(
                "Source: {source}, {day}",
                source=row.entered.source, day=row.entered.source_on.strftime("%d/%m/%Y"),
            )
        )  # fmt: skip
    return lines


def _typed(turn: Turn, row: Row, value: Value, entered: Entered | None) -> str:
    """What was typed in, with the days it was typed in for."""
    shown = value_shown(turn, value, row.indicator.unit)
    if entered is None:
        return shown
    first, last = (day.strftime("%d/%m/%Y") for day in (entered.first, entered.last))
    span = turn.tr("{first} to {last}", first=first, last=last)
    return f"{shown} ({span})"


def _figures(turn: Turn, row: Row) -> list[str]:
    return [
        turn.tr(
            "• {name}: {now}; since the beginning of the year: {so_far}",
            name=counted.figure.name,
            now=value_shown(turn, counted.now, counted.figure.unit),
            so_far=value_shown(turn, counted.so_far, counted.figure.unit),
        )
        for counted in row.figures
    ]


def value_shown(turn: Turn, value: Value, unit: str) -> str:
    """A figure with its unit, or "—" and why."""
    if value.value is None:
        reason = turn.tr(REASONS[value.reason]) if value.reason else ""
        return f"— ({reason})" if reason else "—"
    return shown(value.value, unit) if unit == "%" else f"{shown(value.value)} {unit}"


def _row_option(turn: Turn, ward: Ward, row: Row, days: Period) -> Option:
    label = f"{row.indicator.id}: {row.indicator.name}"
    short = label if len(label) <= 60 else f"{label[:59]}…"
    return Option(short, f"ind:{_place(turn, ward, row)}:{days.id}")


def _place(turn: Turn, ward: Ward, row: Row) -> str:
    """Where an indicator stands, as a choice can say it: its id may hold signs a choice may not."""
    return f"{row.plan.id}.{row.plan.indicators.index(row.indicator)}"


def _placed(turn: Turn, place: str) -> Indicator | None:
    name, _, number = place.partition(".")
    plans = {plan.id: plan for plan in plans_of(turn.library, turn.ward)} if turn.ward else {}
    if name not in plans or not number.isdecimal() or len(number) > 4:
        return None
    rows = plans[name].indicators
    return rows[int(number)] if int(number) < len(rows) else None


def named(turn: Turn, ward: Ward, name: str) -> Period:
    """The period of that name in the ward's cut; without one this month. NoPeriod when it is none."""
    return spoken(name, turn.today, ward.cut) if name else month_of(turn.today, ward.cut)


def which_period(turn: Turn) -> Reply:
    text = turn.tr("Which period? For example: tháng 10, quý 3, năm 2026.")
    return Reply(text, menu.choices(turn))
