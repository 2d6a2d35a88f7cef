"""A deadline as people of the ward are reminded of it."""

from datetime import date
from functools import partial

from content import calendar, when
from content.deadline import Due
from content.i18n import translate
from content.ward import Ward
from handlers.notices import Tr
from handlers.rights import allowed
from handlers.stopping import STOPS
from handlers.turn import Option, Reply
from store.consents import DEADLINES


def said(lang: str, due: Due, ward: Ward, role: str, today: date) -> Reply:
    """Which report, for which period, until when; to who leads a team, that its log be complete."""
    tr = partial(translate, lang)
    lines = [
        _left(tr, due, ward, today),
        tr(
            "{name} ({plan}), for {period}.",
            name=due.deadline.name, plan=due.plan.code, period=due.covers.label(lang),
        ),
        tr(
            "It is due before {before}: on {last} at the latest.",
            before=due.before.strftime("%d/%m/%Y"), last=due.last_safe.strftime("%d/%m"),
        ),
        _sooner(tr, due, ward, today),
    ]  # fmt: skip
    stop = Option(tr(STOPS[DEADLINES].label), f"stop:{DEADLINES}")
    if not allowed(role, "figures"):
        lines.append(tr("Please remind your team to log all the help it gave before then."))
        return Reply(
            "\n".join(filter(None, lines)), (Option(tr("The team's numbers"), "team"), stop)
        )
    options = (
        Option(tr("Report"), f"report:{due.covers.id}"),
        Option(tr("Deadlines"), "deadlines"),
        stop,
    )
    return Reply("\n".join(filter(None, lines)), options)


def _left(tr: Tr, due: Due, ward: Ward, today: date) -> str:
    days = (due.last_safe - today).days
    if not days:
        return tr("Today is the last safe day for a report:")
    if today == due.work_towards(ward):
        return tr("Today is the last working day for a report:")
    return tr("Days left for a report: {n}", n=days)


def _sooner(tr: Tr, due: Due, ward: Ward, today: date) -> str:
    """What to work towards while the last safe day is off."""
    towards = due.work_towards(ward)
    if towards == due.last_safe or today >= towards:
        return ""
    return tr(
        "{day} is off ({why}), so have it done by {weekday} {towards}.",
        day=due.last_safe.strftime("%d/%m"),
        why=calendar.off(due.last_safe, ward) or _weekday(tr, due.last_safe),
        weekday=_weekday(tr, towards), towards=towards.strftime("%d/%m"),
    )  # fmt: skip


def _weekday(tr: Tr, day: date) -> str:
    return tr(when.NAMES[day.weekday()])
