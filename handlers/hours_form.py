"""Correcting hours: whose, which shift, from when to when or not at all, and why. What was before is kept."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from content.hours import clocks
from content.i18n import N_
from handlers import campaigns, forms, hours_choices, menu
from handlers.checks import one_of_these
from handlers.forms import Answers, Field, Form, Invalid
from handlers.hours_choices import ADD
from handlers.hours_words import clock, in_a_line
from handlers.session_form import reason
from handlers.session_words import period_label
from handlers.shift_people import member_of
from handlers.shift_words import in_a_line as shift_line
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import check_in_changes as changes
from store import check_ins as store
from store import members, sessions, shifts, wards
from store.check_ins import Presence, Refused, Span

LONGEST = timedelta(hours=16)
MEANWHILE = N_("These hours were corrected by somebody else meanwhile.")
CHANGE, VOID = "change", "void"


async def begin(turn: Turn) -> Reply:
    """`fixhours:<campaign>`."""
    campaign = await campaigns.numbered(turn, turn.argument)
    if campaign is None:
        return await menu.lapsed(turn)
    return await forms.begin(turn, FIX, {"campaign": str(campaign.id)})


async def _adding(turn: Turn, answers: Answers) -> bool:
    return answers.get("which") == ADD


async def _changing(turn: Turn, answers: Answers) -> bool:
    return answers.get("which", ADD) != ADD


async def _timed(turn: Turn, answers: Answers) -> bool:
    return answers.get("what") != VOID


async def _what(turn: Turn, answers: Answers) -> Sequence[Option]:
    return [turn.option("Other times", CHANGE), turn.option("Void: it does not count", VOID)]


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
    if other.ward_id != turn.talk.ward_id:
        return turn.tr("At that time this person was at a shift in another ward.")
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
            Field("who", N_("Whose hours? Choose, or type the name."), hours_choices.people,
                  hours_choices.who, names=True),
            Field("which", N_("Which shift? Choose, or type its day, like 21/11."),
                  hours_choices.check_ins, hours_choices.check_in_on),
            Field("shift", N_("Which shift were they at? You can type its day, like 21/11."),
                  hours_choices.begun, hours_choices.shift_on, _adding),
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
