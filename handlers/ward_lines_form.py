"""Changing one line of a ward: what to say there, a look at it as residents see it, and saving it."""

import json
from collections.abc import Sequence
from dataclasses import replace

from content.fold import words
from content.i18n import N_
from content.ward import Ward
from handlers import forms, menu, naming_guides, person, public_words
from handlers.checks import one_of_these
from handlers.forms import Answers, Field, Form, Invalid
from handlers.naming_guides import GUIDE, NAME
from handlers.turn import Option, Reply, Turn
from handlers.ward_lines_shown import ADDRESS, HOURS, NOTE, PHONE, note_of, noted
from handlers.ward_lines_words import contact_of, name_of, quoted, stands, who
from store import members, ward_lines
from store.ward_lines import Key

ACTION = "lines"
MOST = {ADDRESS: 150, HOURS: 150, PHONE: 60, NOTE: 300}
DIGITS = 3
"""The shortest telephone numbers have three."""
NOTHING, FILE = "none", "file"
DROPPED = frozenset({"xoa", "delete"})
"""Folded words for showing nothing."""


async def begin(turn: Turn, ward: Ward, key: Key) -> Reply:
    """Ask for the new text of a line, which is shown as it stands."""
    line = await ward_lines.one(turn.db, ward.id, key)
    asked = await forms.begin(turn, LINE, {"place": key[0], "part": key[1]})
    now = f"{name_of(turn, ward, key)}\n{stands(turn, ward, key, line)}"
    past = (turn.option("Earlier changes", f"wardlines:past:{line.id}"),) if line else ()
    return replace(asked, text=f"{now}\n\n{asked.text}", options=(*asked.options, *past))


async def begin_note(turn: Turn) -> Reply:
    """Ask for which guide a note is."""
    return await forms.begin(turn, LINE)


async def _by_name(turn: Turn, answers: Answers) -> bool:
    return "place" not in answers


def _key(answers: Answers) -> Key:
    if "place" in answers:
        return answers["place"], answers["part"]
    return note_of(naming_guides.meant(answers))


async def _choices(turn: Turn, answers: Answers) -> Sequence[Option]:
    """Showing nothing; and the file's line, where another one stands."""
    key = _key(answers)
    line = turn.ward and await ward_lines.one(turn.db, turn.ward.id, key)
    nothing = turn.option("Show nothing", NOTHING)
    if key[1] == NOTE or not line or line.text is None:
        return [nothing]
    return [nothing, turn.option("The line of the ward’s file", FILE)]


async def _text(turn: Turn, answers: Answers, typed: str) -> str:
    key = _key(answers)
    if words(typed) in DROPPED:
        return await _kept(turn, key, "")
    text = public_words.checked(turn, MOST[key[1]])
    if key[1] == PHONE and sum(sign.isdecimal() for sign in text) < DIGITS:
        raise Invalid(turn.tr("A phone number has at least three digits."))
    return await _kept(turn, key, text)


async def _chosen(turn: Turn, answers: Answers, value: str) -> str:
    return await _kept(turn, _key(answers), None if value == FILE else "")


async def _kept(turn: Turn, key: Key, text: str | None) -> str:
    """The text, and after which change of the line it was written."""
    line = await ward_lines.one(turn.db, turn.talk.ward_id or "", key)
    return json.dumps([line.number if line else 0, text], ensure_ascii=False)


async def _summary(turn: Turn, answers: Answers) -> str:
    assert turn.ward, "officers have a ward"
    key, (_, text) = _key(answers), json.loads(answers["text"])
    head, sure = turn.tr("Residents will see this:"), turn.tr("Save it?")
    return f"{head}\n\n{_preview(turn, turn.ward, key, text)}\n\n{sure}"


def _preview(turn: Turn, ward: Ward, key: Key, text: str | None) -> str:
    place, part = key
    if contact := contact_of(ward, place):
        if text is None:
            return person.shown(turn, contact)
        return person.shown(turn, contact.model_copy(update={part: text or None}))
    note = noted(turn, text) if text else turn.tr("nothing is shown")
    return f"{name_of(turn, ward, key)}\n{note}"


async def _saved(turn: Turn, answers: Answers) -> Reply:
    ward, member, role = turn.ward, turn.talk.member_id, turn.talk.role
    if ward is None or member is None or role is None:
        return await menu.lapsed(turn)
    key, (after, text) = _key(answers), json.loads(answers["text"])
    made = await ward_lines.add(turn.db, ward.id, key, after, text, member, role, turn.now)
    if made is None:
        return await _meanwhile(turn, ward, key, answers)
    await members.note(turn.db, ward.id, member, "ward line", made, turn.now)
    options = (
        turn.option("Undo", f"wardlines:undo:{made}"),
        turn.option("Lines of the ward", "wardlines"),
        turn.option("Main menu", "menu"),
    )
    return Reply(turn.tr("Saved. Everybody sees it from now on."), options)


async def _meanwhile(turn: Turn, ward: Ward, key: Key, answers: Answers) -> Reply:
    """Somebody else changed the line since: shown, and asked whether this text shall follow theirs."""
    line = await ward_lines.one(turn.db, ward.id, key)
    assert line, "it was in the way"
    text = json.loads(answers["text"])[1]
    again = {**answers, "text": await _kept(turn, key, text)}
    warning = turn.tr(
        "Meanwhile it was changed ({who}): {theirs}\n\nYours: {yours}\n\nSave yours all the same?",
        who=who(turn, line),
        theirs=quoted(turn, ward, key, line.text),
        yours=quoted(turn, ward, key, text),
    )
    return await forms.confirm_again(turn, LINE, again, warning, turn.tr("Save"))


async def _out(turn: Turn, answers: Answers) -> Reply:
    from handlers import ward_lines  # whose list leads to this form

    return await ward_lines.lines(replace(turn, argument=""))


LINE = forms.register(
    Form(
        "wardline",
        (
            Field(NAME, N_("A note for which guide? Type its name, or a few words of it."),
                  check=naming_guides.named, applies=_by_name, free=True),
            Field(GUIDE, N_("Which one?"), naming_guides.options, one_of_these,
                  naming_guides.several),
            Field("text", N_("Type the new text, or “xóa” to show nothing there."), _choices, _text,
                  numbers=True, free=True, phones=True, verify=_chosen),
        ),
        _saved,
        _summary,
        action=ACTION,
        send=N_("Save"),
        out=_out,
    )
)  # fmt: skip
