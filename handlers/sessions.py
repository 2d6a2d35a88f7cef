"""Logging the help one gave: in one sentence or by questions, one form for both."""

import json
import re
from dataclasses import replace
from datetime import timedelta

from content import sentence
from content.fold import words
from content.i18n import N_
from content.period import month_of
from content.sentence import Said
from handlers import class_times, forms, menu, open_question, session_campaign, session_form
from handlers.forms import Answers, Form, Invalid
from handlers.session_answers import QUIET, told
from handlers.session_form import FIELDS
from handlers.session_said import NAMED, PROBLEMS, answers_said
from handlers.session_words import in_a_line, summary
from handlers.turn import WARD_ZONE, Option, Reply, Turn
from store import figures, sessions, wards
from store.figures import Span, Tally

CODE_LASTS = timedelta(hours=24)
ALIKE_WITHIN = timedelta(hours=24)
MORE, AGAIN, REQUEST = "~more", "~again", "~request"
"""Beside the answers of a form: sessions of the same message still to come; that a double is meant; the
help request that is closed by it."""
_SURELY = ("log ", "ghi ")
"""What begins like this is meant as a log; "báo" may begin a question."""
_LEADING = re.compile(r"^(?:log|ghi|bao cao|bao)\b")


async def log(turn: Turn) -> Reply:
    """`/log`, with a sentence or without."""
    if turn.argument:
        return await _heard(turn, turn.argument) or _not_understood(turn)
    text = turn.tr(
        "Tell it in one sentence: how many people, what about, where, when. For example:\n"
        "«giúp 3 cụ cài VNeID ở nhà văn hóa TDP 5 chiều qua»\n"
        "Do not write names or phone numbers of residents."
    )
    options = (turn.option("Ask me one by one", "askme"), turn.option("What I logged", "mine"))
    return Reply(text, (*options, turn.option("Main menu", "menu")))


async def ask_me(turn: Turn) -> Reply:
    """The same by questions."""
    return await forms.begin(turn, SESSION, QUIET | await session_campaign.defaults(turn))


async def led(turn: Turn) -> Reply | None:
    """The same at any time, also while a question is open, when a leading word says that it is a log."""
    leads = turn.may("log") and _LEADING.match(words(turn.text)) and not open_question.listens(turn)
    return await _heard(turn, turn.text) if leads else None


async def heard(turn: Turn) -> Reply | None:
    """The summary of a session told in free text. None: it is no log, or not by somebody who logs."""
    if not turn.may("log"):
        return None
    reply = await _heard(turn, turn.text)
    if reply is None and words(turn.text).startswith(_SURELY):
        return _not_understood(turn)
    return reply


async def _heard(turn: Turn, text: str) -> Reply | None:
    found = sentence.read(text, turn.now.astimezone(WARD_ZONE))
    return await _begin(turn, found) if found else None


async def _begin(turn: Turn, found: tuple[Said, ...]) -> Reply:
    """Open the form with what was said; what was not understood is asked for, one question at a time."""
    first, *others = [await answers_said(turn, said) for said in found]
    return await _open(turn, _followed_by(first, others))


def _followed_by(answers: Answers, others: list[Answers]) -> Answers:
    """The answers, with those of sessions still to come."""
    alone = {name: answer for name, answer in answers.items() if name != MORE}
    return {**alone, MORE: json.dumps(others, ensure_ascii=False)} if others else alone


async def _open(turn: Turn, answers: Answers, before: str = "") -> Reply:
    """The form with these answers; what could not be taken from a sentence is said once."""
    problems = answers.pop(PROBLEMS, "")
    reply = await forms.begin(turn, SESSION, answers)
    return replace(reply, text="\n\n".join(filter(None, [before, problems, reply.text])))


async def _next(turn: Turn, answers: Answers, before: str) -> Reply | None:
    """The session of the same message that comes after this one, if there is one."""
    if MORE not in answers:
        return None
    following, *rest = json.loads(answers[MORE])
    return await _open(turn, _followed_by(following, rest), before)


def _not_understood(turn: Turn) -> Reply:
    text = turn.tr(
        "I did not understand this as help you gave. Please say it like this:\n"
        "«giúp 3 cụ cài VNeID ở nhà văn hóa chiều qua»\n"
        "or let me ask you one by one."
    )
    return Reply(
        text, (turn.option("Ask me one by one", "askme"), turn.option("Main menu", "menu"))
    )


async def _summary(turn: Turn, answers: Answers) -> str:
    parts = [await summary(turn, told(answers))]
    if NAMED in answers:
        parts.append(turn.tr("Names of residents are not kept."))
    if MORE in answers:
        parts.append(turn.tr("After this comes the next one of your message."))
    return "\n\n".join(parts)


async def _save(turn: Turn, answers: Answers) -> Reply:
    if "id" in answers:
        from handlers import mine  # which opens this form for changing

        return await mine.changed(turn, answers)
    await wards.hold(turn.db, turn.talk.ward_id or "")
    session = told(answers)
    if reply := await refused(turn, session):
        return await _next(turn, answers, reply.text) or reply
    member = turn.talk.member_id or 0
    double = await sessions.same(turn.db, member, session, turn.now - ALIKE_WITHIN)
    if double and AGAIN not in answers:
        at = double.created_at.astimezone(WARD_ZONE)
        warning = turn.tr(
            "You logged the same at {time} on {day}: {session}. Log it once more?",
            time=at.strftime("%H:%M"), day=at.strftime("%d/%m"), session=in_a_line(turn, session),
        )  # fmt: skip
        once_more = {**answers, AGAIN: "1"}
        return await forms.confirm_again(
            turn, SESSION, once_more, warning, turn.tr("Log once more")
        )
    return await _saved(turn, answers, session)


async def _saved(turn: Turn, answers: Answers, session: sessions.Told) -> Reply:
    code, until = await _code(turn), turn.now + CODE_LASTS
    talk, channel = turn.talk, turn.incoming.channel
    by = sessions.By(talk.member_id or 0, talk.ward_id or "", talk.team_id, talk.org, channel)
    number = await sessions.add(turn.db, by, session, code, until, turn.now)
    if REQUEST in answers:
        from handlers import request_work  # which opens this form

        await request_work.logged(turn, int(answers[REQUEST]), number, code)
    if turn.can.group:  # the code and the member's own figures are not for others
        return Reply(turn.tr("Logged."), (turn.option("Log another", "log"),))
    text = turn.tr(
        "Logged. Confirmation code: {code}, valid until {time} tomorrow. Whoever was helped can type it "
        "to this assistant: «xác nhận {code}».",
        code=code, time=until.astimezone(WARD_ZONE).strftime("%H:%M"),
    )  # fmt: skip
    text = f"{text}\n{await _this_month(turn)}"
    if following := await _next(turn, answers, text):
        return following
    options = [turn.option("Log another", "log"), turn.option("What I logged", "mine")]
    options.append(Option(turn.tr("Change this one"), f"session:{number}"))
    return Reply(text, (*options, turn.option("Main menu", "menu")))


async def refused(turn: Turn, session: sessions.Told) -> Reply | None:
    """Why a session cannot be saved: its day was closed, or its member moved, since it was asked for."""
    known = await wards.areas_of(turn.db, turn.talk.ward_id or "")
    if session.area_id is not None and session.area_id not in [area.id for area in known]:
        text = turn.tr("The area is of another ward. Please log it again.")
        return Reply(text, menu.choices(turn))
    try:
        await session_form.day(turn, {}, session.date.isoformat())
    except Invalid as problem:
        return Reply(str(problem), menu.choices(turn))
    return None


async def _dropped(turn: Turn, answers: Answers) -> Reply:
    """Not this one; the others of the same message are still asked about."""
    return await _next(turn, answers, turn.tr("Not logged.")) or await menu.stop(turn)


async def _told_more(turn: Turn, answers: Answers, text: str) -> Reply | None:
    """Another session told while this one waits to be saved: it comes after it."""
    found = sentence.read(text, turn.now.astimezone(WARD_ZONE))
    to_come = turn.may("classes") and class_times.told(text, turn.today)
    if not found or to_come or "id" in answers:  # nothing comes after a change
        return None
    waiting = json.loads(answers.get(MORE, "[]")) + [
        await answers_said(turn, said) for said in found
    ]
    return await _open(turn, _followed_by(answers, waiting), turn.tr("I ask about that one next."))


async def _code(turn: Turn) -> str:
    """A confirmation code that stands for no other session of the ward now; longer when they run out."""
    ward = turn.talk.ward_id or ""
    for length in (4, 4, 5, 5, 5):
        drawn = [f"{turn.tools.draw(10**length):0{length}}" for _ in range(8)]
        live = await sessions.live_codes(turn.db, ward, drawn, turn.now)
        if free := [code for code in drawn if code not in live]:
            return free[0]
    raise RuntimeError("no free confirmation code")


async def _this_month(turn: Turn) -> str:
    month = month_of(turn.today)
    span = Span(turn.talk.ward_id or "", month.first, month.last, member_id=turn.talk.member_id)
    tallies = [Tally(one) for one in ("sessions", "people", "classes", "attended")]
    helps, people, held, attended = await figures.count(turn.db, span, tallies)
    lines = []
    if helps or not held:
        said = N_("This month you logged {n} sessions, {people} people.")
        lines.append(turn.tr(said, n=helps, people=people))
    if held:
        said = N_("This month you logged {n} classes, {people} people in them.")
        lines.append(turn.tr(said, n=held, people=attended))
    return "\n".join(lines)


SESSION = forms.register(
    Form(
        "session",
        FIELDS,
        _save,
        _summary,
        action="log",
        send=N_("Save"),
        drop=_dropped,
        told=_told_more,
    )
)
