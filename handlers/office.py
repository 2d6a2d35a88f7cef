"""What officers do in the chat: figures, the rows behind them, reports, deadlines."""

from content import calendar
from content.deadline import Due, upcoming
from content.i18n import N_
from content.period import NoPeriod, Period, period
from content.ward import Ward
from handlers import menu, staff_reminders
from handlers.figures import CORE, plans_of, table
from handlers.indicators import named, value_shown, which_period
from handlers.turn import Attachment, Option, Reply, Turn
from store import inbound_counts

NEXT = 5
WORK = {
    "report": N_("Report"),
    "figures": N_("Indicators"),
    "value": N_("Enter a value"),
    "base": N_("Enter a base"),
    "close": N_("Close a period"),
    "team": N_("Teams"),
    "requests": N_("Help requests"),
    "invite": N_("Invite somebody"),
    "inbox": N_("Feedback"),
    "gaps": N_("Questions without an answer"),
    "wardlines": N_("The ward’s lines"),
    "broadcast": N_("Messages to many"),
    "campaigns": N_("Campaigns"),
    "import": N_("Import lists"),
    "deadlines": N_("Deadlines"),
}


async def office(turn: Turn) -> Reply:
    """All that officers do, as choices."""
    return Reply(
        turn.tr("What do you want to do?"),
        (
            *(turn.option(label, value) for value, label in WORK.items()),
            turn.option("Main menu", "menu"),
        ),
    )


async def report(turn: Turn) -> Reply:
    """`/report tháng 11`: what it will say in short, and its two files."""
    ward = turn.ward
    if ward is None:
        return await menu.lapsed(turn)
    try:
        days = named(turn, ward, turn.argument)
    except NoPeriod:
        return which_period(turn)
    if days.first > turn.today:
        return Reply(turn.tr("That period has not begun yet."), menu.choices(turn))
    rows = await table(turn.db, turn.library, ward, days, turn.today)
    head = turn.tr("Report, {period}", period=days.label(turn.talk.lang))
    core = [row for row in rows if row.plan.id == CORE and row.indicator.klass == "measured"]
    first = [row.figures[0] for row in core]
    lines = [f"• {f.figure.name}: {value_shown(turn, f.now, f.figure.unit)}" for f in first]
    missing = sum(1 for row in rows if row.decisive and row.decisive.value is None)
    lines.append(turn.tr("{n} of {m} indicators have no value yet.", n=missing, m=len(rows)))
    lines += await _unread(turn, ward, days)
    return Reply("\n".join([head, *lines]), await _files(turn, days))


async def _unread(turn: Turn, ward: Ward, days: Period) -> list[str]:
    """How often somebody sent what nobody could read: they may need a person (facts/zalo.md, 1.6)."""
    counted = await inbound_counts.totals(turn.db, days.first, days.last, ward.id)
    if not counted:
        return []
    n, hidden = sum(counted.values()), counted.get(inbound_counts.HIDDEN, 0)
    said = turn.tr(
        "Messages nobody could read: {n}; Zalo hid {m} of them (protected accounts, links, files).",
        n=n,
        m=hidden,
    )
    if days.last < turn.today:  # who sent one since is no longer told apart
        return [said]
    people = await inbound_counts.people(turn.db, days.first, ward.id)
    return [said + " " + turn.tr("They came from {n} people.", n=people)]


async def _files(turn: Turn, days: Period) -> tuple[Option, ...]:
    return (
        Option(turn.tr("Document (.docx)"), f"file:{days.id}:{days.cut}:docx"),
        Option(turn.tr("Workbook (.xlsx)"), f"file:{days.id}:{days.cut}:xlsx"),
        Option(turn.tr("Indicators"), f"figures:{days.id}"),
        turn.option("Main menu", "menu"),
    )


async def file(turn: Turn) -> Reply:
    """One file of a report: attached, or as a short-lived link where files cannot be sent."""
    name, cut, kind = (*turn.argument.split(":"), "", "")[:3]
    try:
        days = period(name, cut)
    except NoPeriod:
        return await menu.lapsed(turn)
    if turn.ward is None or kind not in ("docx", "xlsx"):
        return await menu.lapsed(turn)
    filename = f"bao-cao-{turn.ward.id}-{days.id}.{kind}"
    made = f"report/{turn.talk.member_id}/{turn.ward.id}/{days.id}/{cut}/{filename}"
    text = turn.tr(
        "The draft for {period}. Read it, add what only you can say, then sign.",
        period=days.label(turn.talk.lang),
    )
    return given(turn, text, made, await _files(turn, days))


def given(turn: Turn, text: str, name: str, options: tuple[Option, ...]) -> Reply:
    """A file by its name (bot/files.py): attached, or a link that lasts a quarter of an hour."""
    if turn.can.files:
        return Reply(text, options, Attachment("file", name))
    link = turn.tr("It can be fetched here for 15 minutes: {link}", link=turn.tools.link(name))
    return Reply(f"{text}\n{link}", options)


async def deadlines(turn: Turn) -> Reply:
    """The next days on which reports are due."""
    if turn.ward is None:
        return await menu.lapsed(turn)
    plans = plans_of(turn.library, turn.ward)
    lines = []
    for due in upcoming(plans, turn.ward.cut, turn.today)[:NEXT]:
        line = turn.tr(
            "• {day}: {name} ({plan}), for {period}",
            day=due.last_safe.strftime("%d/%m/%Y"), name=due.deadline.name, plan=due.plan.code,
            period=due.covers.label(turn.talk.lang),
        )  # fmt: skip
        lines.append(line + _sooner(turn, due))
    head = turn.tr("Last safe days of the next reports:")
    none = turn.tr("The ward's plans name no day.")
    note, again = await staff_reminders.of_dates(turn)
    return Reply("\n".join([head, *(lines or [none]), note]), (*again, *menu.choices(turn)))


def _sooner(turn: Turn, due: Due) -> str:
    """The day to work towards where the last safe one is off."""
    towards = due.work_towards(turn.ward)
    if towards == due.last_safe:
        return ""
    day, holiday = towards.strftime("%d/%m/%Y"), calendar.off(due.last_safe, turn.ward)
    if holiday:
        return " " + turn.tr("({holiday}: work towards {day})", holiday=holiday, day=day)
    return " " + turn.tr("(a weekend: work towards {day})", day=day)
