"""Correcting hours: whose, which shift, from when to when or not at all, and why. What was before is kept."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from content.hours import clocks
from content.i18n import N_
from handlers import campaigns, forms, menu
from handlers.checks import one_of_these
from handlers.forms import Answers, Field, Form, Invalid
from handlers.hours_words import clock, in_a_line
from handlers.hours_work import worked
from handlers.roll import SHOWN, member_of, named
from handlers.session_form import reason
from handlers.session_words import period_label
from handlers.shift_words import in_a_line as shift_line
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import check_in_changes as changes
from store import check_ins as store
from store import members, sessions, shifts, wards
from store.check_ins import Presence, Refused, Span
from store.shifts import ShiftRow

LONGEST = timedelta(hours=16)
MEANWHILE = N_("These hours were corrected by somebody else meanwhile.")
ADD, CHANGE, VOID = "add", "change", "void"


async def begin(turn: Turn) -> Reply:
    """`fixhours:<campaign>`."""
    campaign = await campaigns.numbered(turn, turn.argument)
    if campaign is None:
        return await menu.lapsed(turn)
    return await forms.begin(turn, FIX, {"campaign": str(campaign.id)})


async def _people(turn: Turn, answers: Answers) -> Sequence[Option]:
    """Who has hours in the campaign, when they are few enough to choose from."""
    there = worked(await store.of_campaign(turn.db, int(answers["campaign"])))
    shown = there if len(there) <= SHOWN else []
    return [Option(one.name, str(one.member_id)) for one in shown]


async def _check_ins(turn: Turn, answers: Answers) -> Sequence[Option]:
    """The newest check-ins of that person, and one that was never made."""
    member = int(answers["who"])
    there = await store.of_campaign(turn.db, int(answers["campaign"]), member)
    options = [Option(in_a_line(turn.tr, one), str(one.id)) for one in there[-SHOWN:][::-1]]
    return [*options, turn.option("Another shift, not on this list", ADD)]


async def _adding(turn: Turn, answers: Answers) -> bool:
    return answers.get("which") == ADD


async def _changing(turn: Turn, answers: Answers) -> bool:
    return answers.get("which", ADD) != ADD


async def _timed(turn: Turn, answers: Answers) -> bool:
    return answers.get("what") != VOID


async def _shifts(turn: Turn, answers: Answers) -> Sequence[Option]:
    """Shifts that have begun: those the person took first, the newest first."""
    every = await shifts.of_campaign(turn.db, int(answers["campaign"]))
    begun = [one for one in every if one.starts_at <= turn.now][::-1]
    own = [one for one in begun if await shifts.signup_of(turn.db, one.id, int(answers["who"]))]
    others = [one for one in begun if one not in own]
    return [Option(shift_line(turn.tr, one), str(one.id)) for one in [*own, *others][:SHOWN]]


async def _what(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [turn.option("Other times", CHANGE), turn.option("Void: it does not count", VOID)]


async def _shift_named(turn: Turn, answers: Answers, typed: str) -> str:
    """A shift by its day, where only one was on it."""
    found = re.search(r"(\d{1,2})/(\d{1,2})", typed)
    every = await shifts.of_campaign(turn.db, int(answers["campaign"]))
    days = [one for one in every if found and _is_on(one, int(found[1]), int(found[2]))]
    begun = [one for one in days if one.starts_at <= turn.now]
    if len(begun) != 1:
        raise Invalid(
            turn.tr("Please choose one of these, or type the day of a shift, like 21/11.")
        )
    return str(begun[0].id)


def _is_on(shift: ShiftRow, day: int, month: int) -> bool:
    starts = shift.starts_at.astimezone(WARD_ZONE)
    return (starts.day, starts.month) == (day, month)


async def _span(turn: Turn, answers: Answers, typed: str) -> str:
    """From when to when, on the day of the shift; checked against the person's other check-ins."""
    target = await _target(turn, answers)
    said = clocks(typed)
    if said is None or target is None:
        raise Invalid(turn.tr("Please type from when to when, like: 7h35 11h."))
    _, shift_id, member, on = target
    day = on.astimezone(WARD_ZONE).date()
    start, end = (datetime.combine(day, one, WARD_ZONE) for one in said)
    span = start, end
    if problem := _impossible(turn, span):
        raise Invalid(problem)
    if other := await store.overlapping(turn.db, shift_id, member, *span):
        raise Invalid(_elsewhere(turn, other))
    return "/".join(moment.isoformat(timespec="minutes") for moment in span)


def _impossible(turn: Turn, span: Span) -> str:
    """Why nobody can have been there then; "" when they can."""
    if span[1] <= span[0]:
        return turn.tr("The end has to be later than the beginning. For example: 7h35 11h.")
    if span[1] - span[0] > LONGEST:
        return turn.tr("That is longer than 16 hours. Please look at the times again.")
    if span[1] > turn.now:
        return turn.tr("{time} has not come yet.", time=clock(span[1]))
    return ""


def _elsewhere(turn: Turn, other: Presence) -> str:
    return turn.tr(
        "At that time this person was at another shift: {other}. Please correct that one first.",
        other=in_a_line(turn.tr, other),
    )


async def _target(
    turn: Turn, answers: Answers
) -> tuple[Presence | None, int, int, datetime] | None:
    """What is corrected: the check-in there is, its shift and member, and a time of its day."""
    campaign = await campaigns.numbered(turn, answers["campaign"])
    if answers["which"] != ADD:
        there = await store.get(turn.db, int(answers["which"]))
        if not there or not campaign or there.campaign_id != campaign.id or there.voided:
            return None
        return there, there.shift_id, there.member_id, there.in_at
    shift, who = await shifts.get(turn.db, int(answers["shift"])), int(answers["who"])
    if not shift or not campaign or shift.campaign_id != campaign.id:
        return None
    return None, shift.id, who, shift.starts_at


async def _summary(turn: Turn, answers: Answers) -> str:
    target = await _target(turn, answers)
    if target is None:
        return turn.tr(MEANWHILE)
    there, shift_id, member, _ = target
    shift = await shifts.get(turn.db, shift_id)
    lines = [turn.tr("Correct the hours of {name}:", name=await members.name_of(turn.db, member))]
    if there:
        lines.append(turn.tr("• Before: {line}", line=in_a_line(turn.tr, there)))
    elif shift:
        lines.append(turn.tr("• Shift: {line}", line=shift_line(turn.tr, shift)))
    lines.append(turn.tr("• Now: {times}", times=_times(turn, answers)))
    lines.append(turn.tr("• Why: {reason}", reason=answers["why"]))
    return "\n".join(lines)


def _times(turn: Turn, answers: Answers) -> str:
    if answers.get("what") == VOID:
        return turn.tr("void, not counted")
    start, end = _read(answers)
    return f"{clock(start)}–{clock(end)}"


def _read(answers: Answers) -> Span:
    start, end = answers["span"].split("/")
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


async def _save(turn: Turn, answers: Answers) -> Reply:
    ward = turn.talk.ward_id or ""
    await wards.hold(turn.db, ward, alone=True)
    target = await _target(turn, answers)
    day = target[3].astimezone(WARD_ZONE).date() if target else turn.today
    closed = await sessions.closed_by(turn.db, ward, day)
    if closed and not turn.may("amend"):
        text = turn.tr(
            "The figures of {period} are closed. Please ask the ward's officer to change it.",
            period=period_label(turn, closed),
        )
        return _done(turn, answers, text)
    refused = await _written(turn, answers, *target[:3]) if target else Refused(shifts.GONE)
    if refused:
        text = _elsewhere(turn, refused.other) if refused.other else turn.tr(MEANWHILE)
        return _done(turn, answers, text)
    text = turn.tr("Corrected. What was there before is kept, with your reason.")
    if closed:
        warning = turn.tr(
            "The frozen figures of {period} differ now. Open it again and close it: /periods",
            period=period_label(turn, closed),
        )
        text = f"{text}\n{warning}"
    return _done(turn, answers, text)


async def _written(
    turn: Turn, answers: Answers, there: Presence | None, shift_id: int, member_id: int
) -> Refused | None:
    by, why, now = turn.talk.member_id or 0, answers["why"], turn.now
    if there and answers["what"] == VOID:
        return await changes.void(turn.db, there, by, why, now)
    if there:
        return await changes.correct(turn.db, there, _read(answers), by, why, now)
    shift, org = await shifts.get(turn.db, shift_id), await _org(turn, answers, member_id)
    if shift is None or not org:
        return Refused(shifts.GONE)
    return await changes.add(turn.db, shift, member_id, org, _read(answers), by, why, now)


async def _org(turn: Turn, answers: Answers, member_id: int) -> str:
    """Under which organisation somebody is counted: as before, who left too. "": nobody of this ward."""
    there = await store.of_campaign(turn.db, int(answers["campaign"]), member_id)
    member = await member_of(turn, str(member_id))
    return there[-1].org if there else member.org if member else ""


def _done(turn: Turn, answers: Answers, text: str) -> Reply:
    options = (
        turn.option("Hours worked", f"hours:{answers['campaign']}"),
        turn.option("Correct more", f"fixhours:{answers['campaign']}"),
        turn.option("Main menu", "menu"),
    )
    return Reply(text, options)


FIX = forms.register(
    Form(
        "fixhours",
        (
            Field("who", N_("Whose hours? Choose, or type the name."), _people, named),
            Field("which", N_("Which shift?"), _check_ins, one_of_these),
            Field("shift", N_("Which shift were they at? You can type its day, like 21/11."), _shifts,
                  _shift_named, _adding),
            Field("what", N_("What is to be corrected?"), _what, one_of_these, _changing),
            Field("span", N_("From when to when were they there? For example: 7h35 11h."), check=_span,
                  applies=_timed, label=N_("Times")),
            Field("why", N_("Why is it corrected? A few words."), check=reason, label=N_("Reason"),
                  free=True),
        ),
        _save,
        _summary,
        action="campaigns",
        send=N_("Save"),
    )
)  # fmt: skip
