"""A class that ends sooner, is changed, or does not take place."""

from dataclasses import replace

from content.i18n import N_
from handlers import class_log, class_plan, forms, menu, notices, session_form
from handlers.class_words import code_of, in_a_line
from handlers.classes import led, page
from handlers.forms import Answers, Field, Form
from handlers.turn import Option, Reply, Turn
from store import attendance, classes, sessions
from store.classes import HELD, OPEN, ClassRow, Plan
from store.kinds import NOTICE
from store.sessions import Logged


async def end(turn: Turn) -> Reply:
    """The lesson is over sooner than planned: those who came can do the check at the end now."""
    row = await class_log.running(turn, turn.argument)
    if isinstance(row, Reply):
        return row
    if row.plan.ends_at > turn.now:
        await classes.end_now(turn.db, row.id, turn.now)
    after = await classes.get(turn.db, row.id)
    text = turn.tr(
        "Noted. Ask everybody to write {code} once more: they get a few questions and can give stars. "
        "Close the class when they are done.",
        code=code_of(row),
    )
    return await page(turn, after or row, text)


async def edited(turn: Turn, answers: Answers, plan: Plan) -> Reply:
    """Save a changed class, and the session it became."""
    row = await led(turn, answers["id"])
    if row is None or row.state not in (OPEN, HELD):
        return await menu.lapsed(turn)
    if row.state == HELD:
        if refused := await class_log.closed(turn, row):
            return refused
        if class_plan.day_of(plan) > turn.today:
            return await page(
                turn, row, turn.tr("A class in the log cannot be moved to a day to come.")
            )
    await classes.edit(turn.db, row.id, plan)
    return await class_log.changed(turn, row, answers.get("why", ""))


async def cancel(turn: Turn) -> Reply:
    """Ask why, then cancel."""
    row = await led(turn, turn.argument)
    if row is None or row.state not in (OPEN, HELD):
        return await menu.lapsed(turn)
    asked = await forms.begin(turn, DROP, {"id": str(row.id)})
    return replace(asked, text=f"{in_a_line(turn.tr, row.plan)}\n\n{asked.text}")


async def _dropped(turn: Turn, answers: Answers) -> Reply:
    """Cancel: those who typed the code are told; a session in the log no longer counts."""
    row = await led(turn, answers["id"])
    if row is None or row.state not in (OPEN, HELD):
        return await menu.lapsed(turn)
    session = await sessions.get(turn.db, row.session_id) if row.session_id else None
    if session:
        if refused := await class_log.closed(turn, row):
            return refused
        await _void(turn, session, answers["why"])
        await attendance.retrain(turn.db, row.id, session.told.date)
    await classes.cancel(turn.db, row.id, answers["why"])
    for person in await attendance.present(turn.db, row.id):
        if person != turn.talk.person_id:
            await _tell(turn, row, person, answers["why"])
    options = (turn.option("All classes", "classes"), turn.option("Main menu", "menu"))
    return Reply(turn.tr("Cancelled. Whoever had typed the code is told."), options)


async def _tell(turn: Turn, row: ClassRow, person: int, why: str) -> None:
    tr = await notices.speaking_to(turn.db, person)
    line = in_a_line(tr, row.plan)
    text = tr("Class cancelled: {line}. Reason: {reason}", line=line, reason=why)
    reply = Reply(text, (Option(tr("Main menu"), "menu"),))
    await turn.notify(person, reply, NOTICE, f"class:{row.id}:cancelled:{person}")


async def _void(turn: Turn, session: Logged, why: str) -> None:
    if not session.voided:
        await sessions.void(turn.db, session, turn.talk.member_id or 0, why, turn.now)


DROP = forms.register(
    Form(
        "classdrop",
        (Field("why", N_("Why is it cancelled? A few words; whoever came is told."),
               check=session_form.reason, free=True),),
        _dropped,
        action="classes",
    )
)  # fmt: skip
