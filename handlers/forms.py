"""A form of several questions as data: ask, check, go back, summarise, save."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from content.fold import words
from content.i18n import N_
from handlers import menu
from handlers.turn import Option, Reply, Turn

Answers = dict[str, str]

SKIP, BACK, SAVE, EDIT, FIELD, DROP = "~skip", "~back", "~save", "~edit", "~field", "~drop"
"""Choices that are not answers. An answer never begins with `~`."""
YES = frozenset(
    "gui,gui di,luu,co,ok,oke,vang,da,u,duoc,duoc roi,dong y,xong,xong roi,send,save,yes".split(",")
)
"""Folded words that confirm a summary."""


class Invalid(Exception):
    """An answer that cannot be taken; the text says why, in the person's language."""


async def _no_choices(turn: Turn, answers: Answers) -> Sequence[Option]:
    return ()


async def _as_typed(turn: Turn, answers: Answers, typed: str) -> str:
    return typed


async def _as_offered(turn: Turn, answers: Answers, value: str) -> str:
    return value


async def _always(turn: Turn, answers: Answers) -> bool:
    return True


@dataclass(frozen=True)
class Field:
    """One question. `choices` offers answers as options; `check` turns what was typed into an answer."""

    name: str
    ask: str
    choices: Callable[[Turn, Answers], Awaitable[Sequence[Option]]] = _no_choices
    check: Callable[[Turn, Answers, str], Awaitable[str]] = _as_typed
    applies: Callable[[Turn, Answers], Awaitable[bool]] = _always
    optional: bool = False
    label: str = ""
    """How it is called where one may choose what to change; without one it cannot be chosen."""
    numbers: bool = False
    """A number is an answer here, and no choice among what is offered."""
    free: bool = False
    """Takes whatever is told, danger too: that is an answer here and not a call for help."""
    names: bool = False
    """Takes people's names: "Dũng" and "Huy" are answers here, only "dừng" and "hủy" are commands."""
    phones: bool = False
    """Takes telephone numbers of the ward: everybody may know them, and nobody is warned."""
    verify: Callable[[Turn, Answers, str], Awaitable[str]] = _as_offered
    """Looks once more at a choice that was offered: it may not hold any longer."""
    again: str = ""
    """How a long question is asked once more, in short; "": as before."""


@dataclass(frozen=True)
class Form:
    """`save` stores the answers; `summary`, where there is one, is shown to be confirmed before that."""

    name: str
    fields: tuple[Field, ...]
    save: Callable[[Turn, Answers], Awaitable[Reply]]
    summary: Callable[[Turn, Answers], Awaitable[str]] | None = None
    action: str = ""
    """The permission it needs, asked again with every answer (handlers/rights.py)."""
    send: str = N_("Send")
    """What the button says that saves."""
    drop: Callable[[Turn, Answers], Awaitable[Reply]] | None = None
    """What happens to answers that are not saved; nothing but an end when it is None."""
    told: Callable[[Turn, Answers, str], Awaitable[Reply | None]] | None = None
    """Takes free text at the summary that confirms nothing; None of it: the summary is shown again."""
    out: Callable[[Turn, Answers], Awaitable[Reply]] | None = None
    """Where "Back" leads from the first question; to the end when it is None."""


FORMS: dict[str, Form] = {}


def register(form: Form) -> Form:
    """Make a form known by its name, under which an open one is found again after a restart."""
    FORMS[form.name] = form
    return form


async def begin(turn: Turn, form: Form, answers: Answers | None = None) -> Reply:
    """Ask the first question without an answer; with all answered, show the summary."""
    return await _ask(turn, form, answers or {})


async def choose(turn: Turn, form: Form, answers: Answers) -> Reply:
    """Begin with the question which of the answers is to be changed."""
    _open(turn, form, answers, "~summary")
    return await _which(turn, form, answers)


async def confirm_again(
    turn: Turn, form: Form, answers: Answers, warning: str, label: str
) -> Reply:
    """Back to the summary with a warning; `label` is the button that saves all the same."""
    _open(turn, form, answers, "~summary")
    save = Option(label, f"form:{form.name}:~summary:{SAVE}")
    return Reply(warning, (save, _cancel(turn, form)))


async def typed(turn: Turn) -> Reply:
    """Free text while a form is open is the answer to its question."""
    return await _take(turn, turn.text.strip(), pressed=False)


async def chosen(turn: Turn) -> Reply:
    """A pressed answer. One of a question that is no longer open explains itself."""
    name, _, rest = turn.argument.partition(":")
    field, _, value = rest.partition(":")
    opened = turn.talk.state.get("form")
    if not opened or (opened["name"], opened["at"]) != (name, field):
        return await menu.lapsed(turn)
    offered = [value for _, value in turn.talk.offer]
    if turn.incoming.chosen not in offered:  # nobody's button; an answer would skip the checks
        return await menu.lapsed(turn)
    return await _take(turn, value, pressed=True)


async def back(turn: Turn) -> Reply:
    """The question before this one."""
    return await _take(turn, BACK, pressed=True)


async def _take(turn: Turn, value: str, pressed: bool) -> Reply:
    opened = turn.talk.state["form"]
    form, answers = FORMS.get(opened["name"]), dict(opened["answers"])
    if form is None or not turn.may(form.action):
        turn.talk.state.pop("form")
        return await menu.lapsed(turn)
    names = [field.name for field in form.fields]
    at = names.index(opened["at"]) if opened["at"] in names else len(names)
    if value == BACK:
        return await _back(turn, form, answers, at)
    if at == len(names):
        return await _confirmed(turn, form, answers, value)
    field = form.fields[at]
    try:
        answers[field.name] = await _checked(turn, field, answers, value, pressed)
    except Invalid as problem:
        again = await _question(turn, form, answers, field)
        asked = turn.tr(field.again) if field.again else again.text
        return replace(again, text=f"{problem}\n\n{asked}")
    return await _ask(turn, form, answers)


async def _back(turn: Turn, form: Form, answers: Answers, at: int) -> Reply:
    """The question before this one that applies; from the first one out of the form."""
    for before in range(at - 1, -1, -1):
        if await form.fields[before].applies(turn, answers):
            return await _question(turn, form, answers, form.fields[before])
    if form.out is None:
        return await menu.stop(turn)
    turn.talk.state.pop("form")
    return await form.out(turn, answers)


async def _confirmed(turn: Turn, form: Form, answers: Answers, value: str) -> Reply:
    if value == EDIT:
        return await _which(turn, form, answers)
    name, _, wanted = value.partition(".")
    if name == FIELD:
        again = {field: answer for field, answer in answers.items() if field != wanted}
        return await _ask(turn, form, again)
    if value == DROP and form.drop:
        turn.talk.state.pop("form")
        return await form.drop(turn, answers)
    if value == SAVE or words(value) in YES:
        turn.talk.state.pop("form")
        return await form.save(turn, answers)
    more = await form.told(turn, answers, value) if form.told else None
    return more or await _ask(turn, form, answers)


async def _which(turn: Turn, form: Form, answers: Answers) -> Reply:
    """Which answer to change; with one question there is nothing to choose."""
    labelled = [
        field for field in form.fields if field.label and await field.applies(turn, answers)
    ]
    if len(labelled) < 2:
        asked = {field.name for field in form.fields}
        given = {name: answer for name, answer in answers.items() if name not in asked}
        return await _ask(turn, form, given)
    prefix = f"form:{form.name}:~summary:{FIELD}."
    options = [turn.option(field.label, prefix + field.name) for field in labelled]
    return Reply(turn.tr("What do you want to change?"), (*options, turn.option("Cancel", "stop")))


async def _checked(turn: Turn, field: Field, answers: Answers, value: str, pressed: bool) -> str:
    """The answer as it is kept: a pressed choice, a typed label, or what `check` makes of the text."""
    if field.optional and (value == SKIP or words(value) in ("bo qua", "skip")):
        return ""
    for option in await field.choices(turn, answers):
        if value == option.value if pressed else words(value) == words(option.label):
            return await field.verify(turn, answers, option.value)
    return await field.check(turn, answers, value)


async def _ask(turn: Turn, form: Form, answers: Answers) -> Reply:
    """Ask the first question that applies and has no answer, or sum up."""
    for field in form.fields:
        if field.name not in answers and await field.applies(turn, answers):
            return await _question(turn, form, answers, field)
    if form.summary is None:
        turn.talk.state.pop("form", None)
        return await form.save(turn, answers)
    _open(turn, form, answers, "~summary")
    choices = ((form.send, SAVE), (N_("Change"), EDIT))
    options = [turn.option(label, f"form:{form.name}:~summary:{value}") for label, value in choices]
    return Reply(await form.summary(turn, answers), (*options, _cancel(turn, form)))


def _cancel(turn: Turn, form: Form) -> Option:
    value = f"form:{form.name}:~summary:{DROP}" if form.drop else "stop"
    return turn.option("Cancel", value)


async def _question(turn: Turn, form: Form, answers: Answers, field: Field) -> Reply:
    _open(turn, form, answers, field.name)
    prefix = f"form:{form.name}:{field.name}:"
    options = [
        Option(option.label, prefix + option.value) for option in await field.choices(turn, answers)
    ]
    if field.optional:
        options.append(turn.option("Skip", prefix + SKIP))
    if answers:
        options.append(turn.option("Back", prefix + BACK))
    every = (*options, turn.option("Cancel", "stop"))
    return Reply(turn.tr(field.ask), every, worded=field.numbers)


def _open(turn: Turn, form: Form, answers: Answers, at: str) -> None:
    opened: dict[str, Any] = {"name": form.name, "answers": answers, "at": at}
    turn.talk.state = {**turn.talk.state, "form": opened}
    turn.talk.state.pop("check", None)  # the questions of a class are left for it
