"""English versions of the guides that foreigners need most: `content/guides/<category>/<id>.en.md`.

A version says what the Vietnamese guide says, step by step: as many steps and problems, the same facts
and links in each. Sources and dates stand in the Vietnamese file alone.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from content.errors import ContentError, Fault
from content.fact import LITERAL, Facts, Filled, without
from content.frontmatter import Document, read, validate
from content.guide import GUIDES, Guide, Line, NonEmpty, Problem, linked, sections
from content.guide_rules import MAX_CHARACTERS, MAX_PROBLEM_TITLE, Advice

STEPS, PROBLEMS = "Steps", "Common problems"


class Front(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Annotated[str, Field(min_length=1, max_length=60)]
    for_whom: NonEmpty
    needs: list[NonEmpty]
    fee: NonEmpty
    time: NonEmpty
    aliases: Annotated[list[NonEmpty], Field(min_length=6)]


HINTS = {"aliases": "at least six ways people ask this in English, one a line"}


def load_english(
    guides: Mapping[str, Guide], facts: Facts, folder: Path = GUIDES
) -> dict[str, Guide]:
    """The translated guides by id. ContentError lists every fault in every file."""
    found, faults = {}, []
    for path in sorted(folder.glob("*/*.en.md")):
        try:
            name = path.name.removesuffix(".en.md")
            if name not in guides:
                raise ContentError([Fault(path, 1, f"there is no guide {name} to translate")])
            guide = _version(guides[name], read(path))
            faults += [Fault(path, *advice) for advice in _faults(guide, guides[name], facts)]
            found[name] = guide
        except ContentError as error:
            faults += error.faults
    if faults:
        raise ContentError(faults)
    return found


def _version(guide: Guide, document: Document) -> Guide:
    """The guide with every text in English; what it rests on stays."""
    front = validate(Front, document, HINTS)
    steps, problems = sections(document, STEPS, PROBLEMS)

    def line(text: str, *place: int | str) -> Line:
        return Line(text, (), document.line(place))

    return replace(
        guide,
        path=document.path,
        title=front.title,
        aliases=tuple(front.aliases),
        for_whom=line(front.for_whom, "for_whom"),
        needs=tuple(line(text, "needs", at) for at, text in enumerate(front.needs)),
        fee=line(front.fee, "fee"),
        time=line(front.time, "time"),
        steps=tuple(steps),
        problems=tuple(problems),
    )


def _faults(guide: Guide, original: Guide, facts: Facts) -> Iterator[Advice]:
    for name, ours, theirs in (
        ("needs", guide.needs, original.needs),
        ("steps", guide.steps, original.steps),
        ("problems", guide.problems, original.problems),
    ):
        if len(ours) != len(theirs):
            yield 1, f"{len(ours)} {name}, but the Vietnamese guide has {len(theirs)}"
    for english, vietnamese in zip(guide.lines, original.lines, strict=False):
        yield from ((english.line, advice) for advice in _line(english, vietnamese, facts))
    yield from _titles(guide.problems)


def _line(english: Line, vietnamese: Line, facts: Facts) -> Iterator[str]:
    if set(english.facts) != set(vietnamese.facts) or set(english.links) != set(vietnamese.links):
        yield "insert the same facts and links as the Vietnamese text does"
        return
    for name in english.facts:
        if not facts[name].en:
            yield f"fact {name} has no English value; add 'en' in content/facts.yaml"
    shown = linked(Filled(facts, lang="en")(english.text), dict.fromkeys(english.links, "x" * 40))
    if len(shown) > MAX_CHARACTERS + 60:
        yield f"{len(shown)} characters; cut it to {MAX_CHARACTERS + 60}"
    if literal := LITERAL.search(without(english.text)):
        yield f"'{literal[0]}' may change: insert the fact by its name"


def _titles(problems: Iterable[Problem]) -> Iterator[Advice]:
    for problem in problems:
        if len(problem.title) > MAX_PROBLEM_TITLE:
            yield problem.answer.line, f"problem title over {MAX_PROBLEM_TITLE} characters"
