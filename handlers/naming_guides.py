"""Questions of a form that end with a guide: its name is typed, and one of at most three is chosen."""

from collections.abc import Sequence

from content.fold import words
from handlers.forms import Answers, Invalid
from handlers.turn import Option, Turn

OFFERED = 3
NAME, GUIDE = "name", "guide"
"""The fields: what may be meant, as ids with ":" between; and which of them it is."""


async def named(turn: Turn, answers: Answers, typed: str) -> str:
    """The guides that may be meant by what was typed, as ids. Invalid: none."""
    said = words(typed)
    same = [guide for guide, title in turn.titles.items() if words(title) == said]
    known = same or _found(turn, typed)
    if not known:
        raise Invalid(turn.tr("I find no guide of that name. Please say it in other words."))
    answers.pop(GUIDE, None)  # chosen among others
    return ":".join(known[:OFFERED])


async def several(turn: Turn, answers: Answers) -> bool:
    """Whether there is one to be chosen."""
    return ":" in answers.get(NAME, "")


async def options(turn: Turn, answers: Answers) -> Sequence[Option]:
    titles = turn.titles
    return [Option(titles[id], id) for id in answers[NAME].split(":") if id in titles]


def meant(answers: Answers) -> str:
    """The id of the guide; "" where none was named."""
    named = answers.get(NAME, "")
    return answers.get(GUIDE, named) if named else ""


def _found(turn: Turn, typed: str) -> list[str]:
    found = turn.library.finder.find(typed)
    if found.answer in turn.library.guides:
        return [found.answer]
    return [one.id for one in found.candidates if one.id in turn.library.guides]
