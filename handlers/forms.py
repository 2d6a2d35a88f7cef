"""A form of several questions as data: ask, check, go back, summarise, save."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from content.fold import words
from content.i18n import N_
from handlers import menu
from handlers.turn import Option, Reply, Turn

Answers = dict[str, str]

SKIP, BACK, SAVE, EDIT = "~skip", "~back", "~save", "~edit"
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
    free: bool = False
    """Takes whatever is told, danger too: that is an answer here and not a call for help."""


@dataclass(frozen=True)
class Form:
    """`save` stores the answers; `summary`, where there is one, is shown to be confirmed before that."""

    name: str
    fields: tuple[Field, ...]
    save: Callable[[Turn, Answers], Awaitable[Reply]]
    summary: Callable[[Turn, Answers], str] | None = None


FORMS: dict[str, Form] = {}


def register(form: Form) -> Form:
    """Make a form known by its name, under which an open one is found again after a restart."""
    FORMS[form.name] = form
    return form


async def begin(turn: Turn, form: Form) -> Reply:
    """Ask the first question."""
    return await _ask(turn, form, {}, 0)


async def typed(turn: Turn) -> Reply:
    """Free text while a form is open is the answer to its question."""
    return await _take(turn, turn.text.strip())


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
    return await _take(turn, value)


async def back(turn: Turn) -> Reply:
    """The question before this one."""
    return await _take(turn, BACK)


async def _take(turn: Turn, value: str) -> Reply:
    opened = turn.talk.state["form"]
    form, answers = FORMS.get(opened["name"]), dict(opened["answers"])
    if form is None:
        turn.talk.state.pop("form")
        return await menu.lapsed(turn)
    names = [field.name for field in form.fields]
    at = names.index(opened["at"]) if opened["at"] in names else len(names)
    if value == BACK:
        return await _ask(turn, form, answers, at - 1, step=-1)
    if at == len(names):
        return await _confirmed(turn, form, answers, value)
    field = form.fields[at]
    try:
        answers[field.name] = await _checked(turn, field, answers, value)
    except Invalid as problem:
        again = await _ask(turn, form, answers, at)
        return Reply(f"{problem}\n\n{again.text}", again.options)
    return await _ask(turn, form, answers, at + 1)


async def _confirmed(turn: Turn, form: Form, answers: Answers, value: str) -> Reply:
    if value == EDIT:
        return await _ask(turn, form, answers, 0)
    if value == SAVE or words(value) in YES:
        turn.talk.state.pop("form")
        return await form.save(turn, answers)
    return await _ask(turn, form, answers, len(form.fields))


async def _checked(turn: Turn, field: Field, answers: Answers, value: str) -> str:
    if field.optional and (value == SKIP or words(value) in ("bo qua", "skip")):
        return ""
    for option in await field.choices(turn, answers):
        if value == option.value or words(value) == words(option.label):
            return option.value
    return await field.check(turn, answers, value)


async def _ask(turn: Turn, form: Form, answers: Answers, at: int, step: int = 1) -> Reply:
    """Ask field number `at`, or the next one (`step` 1) or the one before (-1) that applies."""
    while 0 <= at < len(form.fields) and not await form.fields[at].applies(turn, answers):
        at += step
    if at < 0:
        return await menu.stop(turn)
    if at < len(form.fields):
        return await _question(turn, form, answers, form.fields[at])
    if form.summary is None:
        turn.talk.state.pop("form", None)
        return await form.save(turn, answers)
    _open(turn, form, answers, "~summary")
    choices = ((N_("Send"), SAVE), (N_("Change"), EDIT))
    options = [turn.option(label, f"form:{form.name}:~summary:{value}") for label, value in choices]
    return Reply(form.summary(turn, answers), (*options, turn.option("Cancel", "stop")))


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
    return Reply(turn.tr(field.ask), (*options, turn.option("Cancel", "stop")))


def listens(turn: Turn) -> bool:
    """Whether the open question, if there is one, takes whatever is told."""
    opened = turn.talk.state.get("form", {})
    form = FORMS.get(opened.get("name", ""))
    return form is not None and any(f.free for f in form.fields if f.name == opened["at"])


def takes_numbers(turn: Turn) -> bool:
    """Whether a number means an option now: not while a question offers no answers of its own."""
    opened = turn.talk.state.get("form")
    if not opened or opened["at"] == "~summary":
        return True
    prefix = f"form:{opened['name']}:{opened['at']}:"
    values = [value for _, value in turn.talk.offer]
    return any(value.startswith(prefix) and value[len(prefix)] != "~" for value in values)


def _open(turn: Turn, form: Form, answers: Answers, at: str) -> None:
    opened: dict[str, Any] = {"name": form.name, "answers": answers, "at": at}
    turn.talk.state = {**turn.talk.state, "form": opened}
