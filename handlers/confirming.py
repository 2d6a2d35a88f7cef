"""A resident confirms that help was given, and says how good it was. Nothing that names them is kept."""

from datetime import timedelta

from content.i18n import N_
from handlers import menu
from handlers.codes import CONFIRM, Limit, too_many, typed, wrong
from handlers.session_words import in_a_line
from handlers.turn import Option, Reply, Turn
from store import counts, members, sessions
from store.sessions import Logged

ABOUT = "session"
GUESSES = Limit(CONFIRM, per_chat=5, in_all=500, within=timedelta(hours=24))
STARS = {
    5: N_("5 stars: very good"),
    4: N_("4 stars: good"),
    3: N_("3 stars: so-so"),
    2: N_("2 stars: poor"),
    1: N_("1 star: very poor"),
}


async def command(turn: Turn) -> Reply:
    """`/confirm 4821`; without a code, how it is done."""
    said = typed(turn.argument)
    if said and said.kind == CONFIRM:
        return await begin(turn, said.code)
    text = turn.tr(
        "Did somebody of the digital team help you? They gave you a 4-digit code. Type it here."
    )
    return Reply(text, menu.choices(turn))


async def begin(turn: Turn, code: str) -> Reply:
    """Confirm the session of a code, then ask for stars."""
    if await too_many(turn, GUESSES):
        text = turn.tr("Too many wrong codes. Please try again tomorrow.")
        return Reply(text, menu.choices(turn))
    found = await sessions.by_code(turn.db, turn.talk.ward_id, code, turn.now)
    if len(found) != 1:
        return await _not_found(turn, code, bool(found))
    return await _confirmed(turn, found[0])


async def stars(turn: Turn) -> Reply:
    """Keep the stars, once for each confirmation."""
    session, _, given = turn.argument.partition(":")
    score = int(given) if given.isdecimal() and int(given) in STARS else 0
    if not score or turn.talk.state.get("stars") != session:
        return await menu.lapsed(turn)
    turn.talk.state = {k: v for k, v in turn.talk.state.items() if k != "stars"}
    logged = await sessions.get(turn.db, int(session))
    ward_id = logged.ward_id if logged else turn.talk.ward_id
    await counts.add_rating(turn.db, ABOUT, session, score, ward_id, turn.today)
    return Reply(turn.tr("Thank you. What else can I help you with?"), menu.choices(turn))


async def _not_found(turn: Turn, code: str, several: bool) -> Reply:
    if several:
        text = turn.tr("Please choose your ward first, then type the code again.")
        return Reply(text, (turn.option("Choose your ward", "ward"),))
    await wrong(turn, GUESSES)
    text = turn.tr(
        "I find no help with the code {code}. It is valid for one day. "
        "Please look at the number again, or ask who helped you.",
        code=code,
    )
    return Reply(text, menu.choices(turn))


async def _confirmed(turn: Turn, session: Logged) -> Reply:
    if await _is_own(turn, session):
        text = turn.tr("You logged this session yourself. Only who was helped can confirm it.")
        return Reply(text, menu.choices(turn))
    if not await sessions.confirm(turn.db, session.id, turn.talk.chat_id, turn.now):
        return Reply(turn.tr("You have confirmed this already. Thank you."), menu.choices(turn))
    turn.talk.state = {"stars": str(session.id)}
    thanks = turn.tr("Thank you. You confirmed: {session}.", session=in_a_line(turn, session.told))
    question = turn.tr("How good was the help? Your name is not kept.")
    options = [Option(turn.tr(label), f"stars:{session.id}:{n}") for n, label in STARS.items()]
    return Reply(f"{thanks}\n\n{question}", (*options, turn.option("Skip", "menu")))


async def _is_own(turn: Turn, session: Logged) -> bool:
    """Whether this chat belongs to the member who logged it, in whatever role they are now."""
    return await members.is_person(turn.db, session.member_id, turn.talk.person_id)
