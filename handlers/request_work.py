"""Taking a request, telling the resident when one comes, and closing it into the log."""

from dataclasses import replace

from content.i18n import N_
from handlers import forms, menu, request_notices, session_answers, sessions
from handlers.forms import Answers, Field, Form
from handlers.request_notices import COMING, described
from handlers.turn import SECRET, Option, Reply, Turn
from store import members, requests
from store.members import MemberRow
from store.requests import DROPPED, OPEN, TAKEN, Request

SHOWN = 6


async def listed(turn: Turn) -> Reply:
    """What I took, and what I may take; for officers also what others of the ward took."""
    held = await requests.held(turn.db, turn.talk.member_id or 0)
    waiting = await _waiting(turn)
    others = await _of_others(turn)
    lines = [turn.tr("You took {n}, and {m} wait for somebody.", n=len(held), m=len(waiting))]
    lines += [described(turn.tr, turn.library, one) for one in [*held, *waiting][:SHOWN]]
    lines += [await _with_taker(turn, one) for one in others[:SHOWN]]
    options = [_closing(turn, one) for one in held[:SHOWN]]
    options += [
        Option(turn.tr("Take request {n}", n=one.id), f"take:{one.id}") for one in waiting[:SHOWN]
    ]
    options += [
        Option(turn.tr("Give back request {n}", n=one.id), f"giveback:{one.id}")
        for one in others[:SHOWN]
    ]
    return Reply("\n\n".join(lines), (*options, turn.option("Main menu", "menu")))


async def take(turn: Turn) -> Reply:
    """Take a request; the first who does has it. Then say when one comes or calls."""
    request = await _of_ward(turn)
    member = await members.get(turn.db, turn.talk.member_id or 0)
    if request is None or member is None or not _is_for(turn, request, member):
        return await menu.lapsed(turn)
    if request.state != OPEN or not await requests.take(turn.db, request.id, member.id):
        return await _too_late(turn, request)
    await request_notices.taken(turn, request, member, "")
    phone = await _phone(turn, request)
    shown = phone or turn.tr("They left no phone number; I pass your message on.")
    text = turn.tr("It is yours. {phone}", phone=shown)
    asked = await forms.begin(turn, COME, {"request": str(request.id)})
    return replace(asked, text=f"{text}\n\n{asked.text}", phone_of=request.id if phone else None)


async def close(turn: Turn) -> Reply:
    """How it ended: into the log, or not needed any more."""
    request = await _held(turn)
    if request is None:
        return await menu.lapsed(turn)
    options = (
        Option(turn.tr("I helped: log it"), f"helped:{request.id}"),
        Option(turn.tr("It came to nothing"), f"dropped:{request.id}"),
        _giving_back(turn, request),
        turn.option("Main menu", "menu"),
    )
    text = described(turn.tr, turn.library, request)
    if phone := await _phone(turn, request):
        return Reply(f"{text}\n{phone}", options, phone_of=request.id)
    return Reply(text, options)


async def give_back(turn: Turn) -> Reply:
    """Whoever took it cannot do it: it is open again, and goes further with the next escalation."""
    request = await _of_ward(turn)
    own = request is not None and request.taken_by == turn.talk.member_id
    if request is None or not (own or turn.may("teams")):
        return await menu.lapsed(turn)
    if not await requests.give_back(turn.db, request.id):
        return await menu.lapsed(turn)
    if not own:
        await request_notices.given_back(turn, request)
    await request_notices.passed_on(turn.db, request, turn.now)
    text = turn.tr("Given back: others can take request {n} now.", n=request.id)
    return Reply(text, (turn.option("Help requests", "requests"), turn.option("Main menu", "menu")))


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
    message = N_("Your request for help is closed. You can ask again any time.")
    await request_notices.finished(turn, request, message)
    await requests.close(turn.db, request.id, DROPPED, None, turn.now)
    return Reply(turn.tr("Closed without a session."), menu.choices(turn))


async def logged(turn: Turn, request_id: int, session_id: int, code: str) -> None:
    """The session of a request was saved: close it, and ask the resident to confirm."""
    request = await requests.hold(turn.db, request_id)
    if request is None or request.state != TAKEN or request.taken_by != turn.talk.member_id:
        return
    message = N_("Your request for help is done. Were you helped? Then type: xác nhận {code}")
    await request_notices.finished(turn, request, message, code=code)
    await requests.close(turn.db, request_id, requests.DONE, session_id, turn.now)


async def _of_ward(turn: Turn) -> Request | None:
    if not turn.argument.isdecimal() or len(turn.argument) > 15:
        return None
    request = await requests.hold(turn.db, int(turn.argument))
    return request if request and request.wanted.ward_id == turn.talk.ward_id else None


async def _waiting(turn: Turn) -> list[Request]:
    """What I may take."""
    ward = turn.talk.ward_id or ""
    if turn.may("teams"):
        return await requests.in_ward(turn.db, ward, OPEN)
    member = await members.get(turn.db, turn.talk.member_id or 0)
    return await requests.in_area(turn.db, ward, member.area_id if member else None)


async def _of_others(turn: Turn) -> list[Request]:
    """What others took, for those who see to all teams."""
    if not turn.may("teams"):
        return []
    taken = await requests.in_ward(turn.db, turn.talk.ward_id or "", TAKEN)
    return [one for one in taken if one.taken_by != turn.talk.member_id]


def _is_for(turn: Turn, request: Request, member: MemberRow) -> bool:
    """Whether this member may take it: of the teams of its area, or who sees to all teams."""
    area = request.wanted.area_id
    return area is None or area == member.area_id or turn.may("teams")


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


async def _phone(turn: Turn, request: Request) -> str:
    """The sentence with the number they left, to be filled in when it is shown; empty without one."""
    if await requests.phone(turn.db, request.id) is None:
        return ""
    return turn.tr(
        "Phone: {phone}. Use it for this only; it is deleted when you close.", phone=SECRET
    )


async def _with_taker(turn: Turn, request: Request) -> str:
    name = await members.name_of(turn.db, request.taken_by or 0)
    taker = turn.tr("• Taken by: {name}", name=name)
    return f"{described(turn.tr, turn.library, request)}\n{taker}"


def _closing(turn: Turn, request: Request) -> Option:
    return Option(turn.tr("Close request {n}", n=request.id), f"finish:{request.id}")


def _giving_back(turn: Turn, request: Request) -> Option:
    return Option(turn.tr("I cannot do it"), f"giveback:{request.id}")


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
        await request_notices.taken(turn, request, member, answers["says"])
    options = (_closing(turn, request), _giving_back(turn, request))
    return Reply(turn.tr("Passed on. When it is done, close it here."), options)


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
