"""Taking a request, telling the resident when one comes, and closing it into the log."""

from dataclasses import replace

from content.i18n import N_
from handlers import forms, menu, request_notices, session_answers, sessions
from handlers.forms import Answers, Field, Form
from handlers.request_notices import described
from handlers.turn import SECRET, Option, Reply, Turn
from store import members, requests
from store.requests import DROPPED, TAKEN, Request

SHOWN = 6
COMING = {
    "call": N_("I call today"),
    "today": N_("I come today"),
    "tomorrow": N_("I come tomorrow"),
}


async def listed(turn: Turn) -> Reply:
    """What I took, and what nobody took yet: of my area, for officers of the whole ward."""
    held = await requests.held(turn.db, turn.talk.member_id or 0)
    member = await members.get(turn.db, turn.talk.member_id or 0)
    area = member.area_id if member and not turn.may("teams") else None
    waiting = await requests.waiting(turn.db, turn.talk.ward_id or "", area)
    lines = [turn.tr("You took {n}, and {m} wait for somebody.", n=len(held), m=len(waiting))]
    lines += [described(turn.tr, turn.library, one) for one in [*held, *waiting][:SHOWN]]
    options = [
        Option(turn.tr("Close request {n}", n=one.id), f"finish:{one.id}") for one in held[:SHOWN]
    ]
    options += [
        Option(turn.tr("Take request {n}", n=one.id), f"take:{one.id}") for one in waiting[:SHOWN]
    ]
    return Reply("\n\n".join(lines), (*options, turn.option("Main menu", "menu")))


async def take(turn: Turn) -> Reply:
    """Take a request; the first who does has it. Then say when one comes or calls."""
    request = await _of_ward(turn)
    member = await members.get(turn.db, turn.talk.member_id or 0)
    if request is None or member is None:
        return await menu.lapsed(turn)
    if not await requests.take(turn.db, request.id, member.id):
        return await _too_late(turn, request)
    await request_notices.taken(turn, request, member.name, member.team, "")
    sealed = await requests.phone(turn.db, request.id) or ""
    text = turn.tr("It is yours. {phone}", phone=_phone(turn, sealed))
    asked = await forms.begin(turn, COME, {"request": str(request.id)})
    return replace(asked, text=f"{text}\n\n{asked.text}", sealed=sealed)


async def close(turn: Turn) -> Reply:
    """How it ended: into the log, or not needed any more."""
    request = await _held(turn)
    if request is None:
        return await menu.lapsed(turn)
    options = (
        Option(turn.tr("I helped: log it"), f"helped:{request.id}"),
        Option(turn.tr("It came to nothing"), f"dropped:{request.id}"),
        turn.option("Main menu", "menu"),
    )
    sealed = await requests.phone(turn.db, request.id) or ""
    lines = [described(turn.tr, turn.library, request), *([_phone(turn, sealed)] if sealed else [])]
    return Reply("\n".join(lines), options, sealed=sealed)


async def helped(turn: Turn) -> Reply:
    """The session of this request with everything filled in, to be saved with one tap."""
    request = await _held(turn)
    if request is None:
        return await menu.lapsed(turn)
    answers = session_answers.QUIET | {
        "people": "1",
        "topics": request.wanted.topic,
        "date": turn.today.isoformat(),
        "area": str(request.wanted.area_id or ""),
        "place": "",
        "audience": "citizen",
        "outcome": "helped",
        sessions.REQUEST: str(request.id),
    }
    return await forms.begin(turn, sessions.SESSION, answers)


async def dropped(turn: Turn) -> Reply:
    """Close it without a session."""
    request = await _held(turn)
    if request is None:
        return await menu.lapsed(turn)
    text = turn.tr("Your request for help is closed. You can ask again any time.")
    await request_notices.finished(turn, request, text)
    await requests.close(turn.db, request.id, DROPPED, None, turn.now)
    return Reply(turn.tr("Closed without a session."), menu.choices(turn))


async def logged(turn: Turn, request_id: int, session_id: int, code: str) -> None:
    """The session of a request was saved: close it, and ask the resident to confirm."""
    request = await requests.get(turn.db, request_id)
    if request is None or request.state != TAKEN:
        return
    text = turn.tr(
        "Your request for help is done. Were you helped? Then type: xác nhận {code}", code=code
    )
    await request_notices.finished(turn, request, text)
    await requests.close(turn.db, request_id, requests.DONE, session_id, turn.now)


async def _of_ward(turn: Turn) -> Request | None:
    if not turn.argument.isdecimal() or len(turn.argument) > 15:
        return None
    request = await requests.get(turn.db, int(turn.argument))
    return request if request and request.wanted.ward_id == turn.talk.ward_id else None


async def _held(turn: Turn) -> Request | None:
    """A request this member took."""
    request = await _of_ward(turn)
    mine = request and request.state == TAKEN and request.taken_by == turn.talk.member_id
    return request if mine else None


async def _too_late(turn: Turn, request: Request) -> Reply:
    if request.state == TAKEN and request.taken_by == turn.talk.member_id:
        return await listed(turn)
    if request.state == TAKEN and request.taken_by:
        name = await members.name_of(turn.db, request.taken_by)
        return Reply(
            turn.tr("{name} has taken it already. Thank you.", name=name), menu.choices(turn)
        )
    return Reply(turn.tr("This request is closed. Thank you."), menu.choices(turn))


def _phone(turn: Turn, sealed: str) -> str:
    if not sealed:
        return turn.tr("They left no phone number; I pass your message on.")
    return turn.tr(
        "Phone: {phone}. Use it for this only; it is deleted when you close.", phone=SECRET
    )


async def _coming_options(turn: Turn, answers: Answers) -> list[Option]:
    return [Option(turn.tr(label), code) for code, label in COMING.items()]


async def _coming(turn: Turn, answers: Answers, typed: str) -> str:
    return typed[:200]


async def _says(turn: Turn, answers: Answers) -> Reply:
    request = await _held(replace(turn, argument=answers["request"]))
    if request is None:
        return await menu.lapsed(turn)
    member = await members.get(turn.db, turn.talk.member_id or 0)
    if answers["says"] and member:
        says = answers["says"]
        text = turn.tr(COMING[says]) if says in COMING else says
        await request_notices.taken(turn, request, member.name, member.team, text)
    close = Option(turn.tr("Close request {n}", n=request.id), f"finish:{request.id}")
    return Reply(turn.tr("Passed on. When it is done, close it here."), (close,))


COME = forms.register(
    Form(
        "come",
        (
            Field("says", N_("When do you come or call? I tell the resident."), _coming_options,
                  _coming, optional=True, free=True),
        ),
        _says,
        action="requests",
    )
)  # fmt: skip
