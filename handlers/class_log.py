"""A class and its place in the log: what it says there, and whether it may be changed now."""

from content.i18n import N_
from handlers import class_form, class_plan, menu
from handlers.class_words import passed_by
from handlers.classes import led, page
from handlers.forms import Invalid
from handlers.turn import Reply, Turn
from store import attendance, classes, sessions
from store.attendance import Came
from store.classes import HELD, OPEN, ClassRow
from store.sessions import Told

NOT_YET = N_("The class has not begun; nobody can be counted yet.")


async def ready(turn: Turn, number: str) -> ClassRow | Reply:
    """A class that has begun, and of a period that is open to who asks."""
    row = await led(turn, number)
    if row is None or row.state not in (OPEN, HELD):
        return await menu.lapsed(turn)
    if turn.now < row.plan.starts_at:
        return await page(turn, row, turn.tr(NOT_YET))
    return await closed(turn, row) or row


async def running(turn: Turn, number: str) -> ClassRow | Reply:
    """A class that has begun and is not closed."""
    row = await ready(turn, number)
    if isinstance(row, Reply) or row.state == OPEN:
        return row
    return await menu.lapsed(turn)


async def closed(turn: Turn, row: ClassRow) -> Reply | None:
    """Why nothing of that day can be changed."""
    try:
        await class_form.open_day(turn, class_plan.day_of(row.plan))
    except Invalid as problem:
        return await page(turn, row, str(problem))
    return None


def told(row: ClassRow, came: Came) -> Told:
    """A class as the log says it."""
    plan = row.plan
    return Told(
        date=class_plan.day_of(plan),
        kind="class",
        area_id=plan.area_id,
        people=came.people(row.counted),
        households=0,
        unfinished=0,
        passed=passed_by(row, came),
        topics=plan.topics,
        priority=0,
        audience=plan.audience,
        outcome="helped",
        place=plan.place_code,
        campaign=plan.campaign,
        age_band=None,
        minutes=int((plan.ends_at - plan.starts_at).total_seconds()) // 60,
        first_time=False,
        reason=None,
    )


async def changed(turn: Turn, row: ClassRow, why: str) -> Reply:
    """The class as it is now; its session says the same."""
    after = await classes.get(turn.db, row.id)
    assert after
    if after.session_id is not None:
        says, org = told(after, await attendance.came(turn.db, row.id)), after.plan.organiser
        session = await sessions.get(turn.db, after.session_id)
        if session and (says, org) != (session.told, session.org):
            by = turn.talk.member_id or 0
            await sessions.change(turn.db, session, says, by, why, turn.now, org)
            if says.date != session.told.date:
                await attendance.retrain(turn.db, row.id, session.told.date)
    return await page(turn, after, turn.tr("Changed."))
