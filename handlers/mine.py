"""What a member logged: this month's numbers, the sessions, changing and voiding them."""

from content.i18n import N_
from content.period import NoPeriod, month_of, spoken
from handlers import forms, menu, session_answers, session_form, sessions
from handlers.forms import Answers, Field, Form
from handlers.session_words import in_a_line, period_label, summary
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import classes, figures, members, wards
from store import sessions as log
from store.figures import Span, Tally
from store.log_models import SessionChange
from store.sessions import Logged, Told

SHOWN = 5
TALLIES = {
    "sessions": N_("Sessions: {n}"),
    "people": N_("People helped: {n}"),
    "successes": N_("Of these done: {n}"),
    "classes": N_("Classes: {n}"),
    "attended": N_("People in classes: {n}"),
    "confirmed": N_("Sessions confirmed by residents: {n}"),
}


async def mine(turn: Turn) -> Reply:
    """This month's numbers and the newest sessions; `/mine tháng 10` for another month."""
    try:
        period = spoken(turn.argument, turn.today) if turn.argument else month_of(turn.today)
    except NoPeriod:
        period = month_of(turn.today)
    ward = turn.talk.ward_id or ""
    own = await log.own_ids(turn.db, ward, turn.talk.person_id)
    tallies = [Tally(measure) for measure in TALLIES]
    spans = [Span(ward, period.first, period.last, member_id=number) for number in own]
    counted = [await figures.count(turn.db, span, tallies) for span in spans]
    numbers = [sum(each) for each in zip(*counted, strict=True)]
    lines = [
        turn.tr(line, n=number)
        for line, number in zip(TALLIES.values(), numbers, strict=True)
        if number or line == TALLIES["sessions"]
    ]
    head = turn.tr("What you logged in {period}:", period=period.label(turn.talk.lang))
    latest = await log.latest(turn.db, own, SHOWN)
    options = [_option(turn, session) for session in latest]
    return Reply(
        "\n".join([head, *lines]),
        (*options, turn.option("Log another", "log"), turn.option("Main menu", "menu")),
    )


async def session(turn: Turn) -> Reply:
    """One session, with its changes, and what may be done with it."""
    found = await _own(turn, turn.argument)
    if found is None:
        return await menu.lapsed(turn)
    at = found.created_at.astimezone(WARD_ZONE).strftime("%H:%M %d/%m/%Y")
    lines = [await summary(turn, found.told), turn.tr("Logged at {at}.", at=at)]
    if found.confirmed:
        lines.append(turn.tr("Confirmed by {n} residents.", n=found.confirmed))
    lines += [await _change_line(turn, change) for change in await log.history(turn.db, found.id)]
    if found.voided:
        lines.append(turn.tr("It is void and not counted."))
        return Reply("\n".join(lines), (turn.option("What I logged", "mine"),))
    options = (
        Option(turn.tr("Change"), f"change:{found.id}"),
        Option(turn.tr("Void it"), f"void:{found.id}"),
        turn.option("What I logged", "mine"),
        turn.option("Main menu", "menu"),
    )
    return Reply("\n".join(lines), options)


async def change(turn: Turn) -> Reply:
    """Open the form of a session to be changed."""
    found = await _changeable(turn, turn.argument)
    if isinstance(found, Reply):
        return found
    answers = {**session_answers.answers_of(found.told), "id": str(found.id)}
    return await forms.choose(turn, sessions.SESSION, answers)


async def changed(turn: Turn, answers: Answers) -> Reply:
    """Save a changed session, with the reason that was given."""
    found = await _changeable(turn, answers["id"])
    if isinstance(found, Reply):
        return found
    by = turn.talk.member_id or 0
    told = session_answers.told(answers)
    if refused := await sessions.refused(turn, told):
        return refused
    await log.change(turn.db, found, told, by, answers["why"], turn.now)
    text = turn.tr("Changed: {session}.", session=in_a_line(turn, told))
    return await _done(turn, text, found, told)


async def void(turn: Turn) -> Reply:
    """Ask why, then void."""
    found = await _changeable(turn, turn.argument)
    if isinstance(found, Reply):
        return found
    return await forms.begin(turn, VOID, {"id": str(found.id)})


async def _voided(turn: Turn, answers: Answers) -> Reply:
    found = await _changeable(turn, answers["id"])
    if isinstance(found, Reply):
        return found
    await log.void(turn.db, found, turn.talk.member_id or 0, answers["why"], turn.now)
    text = turn.tr(
        "Void, and not counted any more: {session}.", session=in_a_line(turn, found.told)
    )
    return await _done(turn, text, found, found.told)


async def _done(turn: Turn, text: str, found: Logged, told: Told) -> Reply:
    """That it is changed; and where a closed period no longer says what was frozen."""
    for day in sorted({found.told.date, told.date}):
        if closed := await log.closed_by(turn.db, found.ward_id, day):
            warning = turn.tr(
                "The frozen figures of {period} differ now. Open it again and close it: /periods",
                period=period_label(turn, closed),
            )
            text = f"{text}\n{warning}"
    return Reply(text, (turn.option("What I logged", "mine"), turn.option("Main menu", "menu")))


async def _own(turn: Turn, number: str) -> Logged | None:
    """A session this person may see: their own, or with the right to amend any of the ward."""
    if not number.isdecimal() or len(number) > 15:
        return None
    found = await log.get(turn.db, int(number))
    if found is None or found.ward_id != turn.talk.ward_id:
        return None
    own = await members.is_person(turn.db, found.member_id, turn.talk.person_id)
    return found if own or turn.may("amend") else None


async def _changeable(turn: Turn, number: str) -> Logged | Reply:
    """The session, or why it cannot be changed."""
    found = await _own(turn, number)
    if found is None or found.voided:
        return await menu.lapsed(turn)
    if class_id := await classes.of_session(turn.db, found.id):
        text = turn.tr("This is a class: please change it there, so that both say the same.")
        see = Option(turn.tr("See the class"), f"class:{class_id}")
        return Reply(text, (see, turn.option("What I logged", "mine")))
    await wards.hold(turn.db, found.ward_id)
    closed = await log.closed_by(turn.db, found.ward_id, found.told.date)
    if closed and not turn.may("amend"):
        text = turn.tr(
            "The figures of {period} are closed. Please ask the ward's officer to change it.",
            period=period_label(turn, closed),
        )
        return Reply(text, (turn.option("What I logged", "mine"), turn.option("Main menu", "menu")))
    return found


async def _change_line(turn: Turn, change: SessionChange) -> str:
    who = await members.name_of(turn.db, change.member_id)
    at = change.at.astimezone(WARD_ZONE).strftime("%H:%M %d/%m/%Y")
    return turn.tr("Changed by {who} at {at}: {why}", who=who, at=at, why=change.reason)


def _option(turn: Turn, session: Logged) -> Option:
    return Option(in_a_line(turn, session.told), f"session:{session.id}")


VOID = forms.register(
    Form(
        "void",
        (Field("why", N_("Why is it void? A few words."), check=session_form.reason, free=True),),
        _voided,
        action="log",
    )
)
