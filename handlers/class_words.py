"""Classes in words: one line of a list, the whole of one, and its numbers."""

from content.i18n import N_
from content.topics import TOPIC_NAMES, codes_of
from content.vocabulary import AUDIENCES, ORGS
from handlers.notices import Tr
from handlers.shift_words import hours_words, place_words
from handlers.turn import WARD_ZONE, Turn
from store import members, wards
from store.attendance import Came
from store.classes import CANCELLED, HELD, OPENS, ClassRow, Plan

KINDS = {
    "class": N_("Class"),
    "talk": N_("Talk on a theme"),
    "club": N_("Club meeting"),
}


def code_of(row: ClassRow) -> str:
    """What people type."""
    return f"LOP {row.code}"


def hours(tr: Tr, plan: Plan) -> str:
    return hours_words(tr, plan.starts_at, plan.ends_at)


def in_a_line(tr: Tr, plan: Plan) -> str:
    """ "08:00–10:00 thứ Bảy 21/11: An toàn mạng"."""
    return f"{hours(tr, plan)}: {plan.title}"


async def place(turn: Turn, plan: Plan) -> str:
    area = await wards.area_named(turn.db, plan.area_id) if plan.area_id else None
    return place_words(plan.place, area)


async def described(turn: Turn, plan: Plan) -> str:
    """Everything that is kept of a plan, one thing a line."""
    topics = ", ".join(turn.tr(TOPIC_NAMES[code]) for code in codes_of(plan.topics))
    lines = [
        f"{turn.tr(KINDS[plan.kind])}: {plan.title}",
        turn.tr("• About: {topics}", topics=topics),
        turn.tr("• When: {hours}", hours=hours(turn.tr, plan)),
        turn.tr("• At: {place}", place=await place(turn, plan)),
        turn.tr("• Held by: {org}", org=turn.tr(ORGS[plan.organiser])),
        turn.tr("• For: {audience}", audience=turn.tr(AUDIENCES[plan.audience])),
    ]
    if plan.expected:
        lines.append(turn.tr("• Expected: {n} people", n=plan.expected))
    if plan.campaign:
        lines.append(turn.tr("• Campaign: {name}", name=plan.campaign))
    return "\n".join(lines)


def numbers(tr: Tr, row: ClassRow, came: Came) -> str:
    """ "23 người: 15 gõ mã, 8 không gõ mã; 6 người có tên trong danh sách"."""
    people = came.people(row.counted)
    text = tr(
        "{people} people: {codes} typed the code, {others} did not",
        people=people,
        codes=came.codes,
        others=people - came.codes,
    )
    parts = [text]
    if came.named:
        parts.append(tr("{n} of them have their names on the list", n=came.named))
    passed = passed_by(row, came)
    if passed is not None:
        parts.append(tr("{n} passed the check", n=passed))
    return "; ".join(parts)


def passed_by(row: ClassRow, came: Came) -> int | None:
    """Who passed on a phone, and besides them on paper. None: nobody did a check."""
    if row.passed is None and not came.checked:
        return None
    return (row.passed or 0) + came.passed


async def state(turn: Turn, row: ClassRow) -> str:
    """Where a class stands."""
    if row.state == CANCELLED:
        return turn.tr("Cancelled: {reason}", reason=row.reason or "")
    if row.state == HELD:
        return turn.tr("Closed: it is in the log.")
    if turn.now < row.plan.starts_at:
        return turn.tr("It has not begun.")
    if turn.now < row.plan.ends_at:
        return turn.tr("It is running now.")
    who = await members.name_of(turn.db, row.member_id)
    return turn.tr(
        "It is over and waits to be closed by {who}; until then it counts nowhere.", who=who
    )


def opens(row: ClassRow) -> str:
    """The hour from which its code may be typed."""
    return f"{(row.plan.starts_at - OPENS).astimezone(WARD_ZONE):%H:%M}"
