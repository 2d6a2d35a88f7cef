"""Guides: what a resident is led through, one file each, `content/guides/<category>/<id>.md`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from content.errors import ContentError, Fault
from content.fact import Facts, names_in
from content.frontmatter import Document, read, read_yaml, validate

GUIDES = Path(__file__).parent / "guides"
REDIRECTS = Path(__file__).parent / "redirects.yaml"

Confidence = Literal["confirmed", "single", "unknown"]
NonEmpty = Annotated[str, Field(min_length=1)]

HINTS = {
    "topic": "a code of content/topics.py",
    "aliases": "at least six ways people ask this, one a line",
    "sources": "each with id, title, url, date, confidence (confirmed, single or unknown)",
    "checked_on": "the day the facts were checked, as 2026-11-20",
    "recheck_after": "the day they must be checked again, as 2027-02-28",
}

_CITE = re.compile(r"\s*\[([\w?, ]+)\]\s*$")
_LINK = re.compile(r"\{([a-z0-9-]+)\}")
_PROBLEM = re.compile(r"\*\*(.+?)\*\*:?\s+(.+)")


class Source(BaseModel):
    """Where a fact comes from. `date` is the day of the source, as exact as it is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    id: NonEmpty
    title: NonEmpty
    url: HttpUrl
    date: Annotated[str, Field(pattern=r"^\d{4}(-\d\d(-\d\d)?)?$")]
    confidence: Confidence


class Front(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: NonEmpty
    title: Annotated[str, Field(min_length=1, max_length=60)]
    category: NonEmpty
    topic: NonEmpty
    aliases: Annotated[list[NonEmpty], Field(min_length=6)]
    for_whom: NonEmpty
    needs: list[NonEmpty]
    fee: NonEmpty
    time: NonEmpty
    related: list[NonEmpty] = []
    sources: Annotated[list[Source], Field(min_length=1)]
    checked_on: date
    recheck_after: date


@dataclass(frozen=True)
class Line:
    """A sentence or two for residents, with the sources it rests on.

    `text` may hold `{guide-id}` links and facts inserted as `{fact:name}`.
    """

    text: str
    cites: tuple[str, ...]
    line: int

    @property
    def links(self) -> tuple[str, ...]:
        return tuple(_LINK.findall(self.text))

    @property
    def facts(self) -> tuple[str, ...]:
        """The names of the facts it inserts."""
        return tuple(names_in(self.text))


@dataclass(frozen=True)
class Problem:
    title: str
    answer: Line


@dataclass(frozen=True)
class Guide:
    path: Path
    id: str
    title: str
    category: str
    topic: str
    aliases: tuple[str, ...]
    for_whom: Line
    needs: tuple[Line, ...]
    fee: Line
    time: Line
    steps: tuple[Line, ...]
    problems: tuple[Problem, ...]
    related: tuple[str, ...]
    sources: tuple[Source, ...]
    checked_on: date
    recheck_after: date

    def stale(self, today: date) -> bool:
        """Past the day its facts had to be checked again."""
        return today > self.recheck_after

    @property
    def lines(self) -> tuple[Line, ...]:
        """Everything in it that states a fact."""
        about = (self.for_whom, *self.needs, self.fee, self.time)
        return about + self.steps + tuple(problem.answer for problem in self.problems)


def load_guides(facts: Facts, folder: Path = GUIDES) -> dict[str, Guide]:
    """All guides by id, in Vietnamese. ContentError lists every fault in every file."""
    from content.guide_rules import check  # the rules know guides, guides do not know the rules

    guides, faults = [], []
    for path in files(folder):
        try:
            guides.append(parse(read(path)))
        except ContentError as error:
            faults += error.faults
    faults += check(guides, facts)
    if faults:
        raise ContentError(faults)
    return {guide.id: guide for guide in guides}


def files(folder: Path) -> list[Path]:
    """The Vietnamese guides; `<id>.en.md` beside one is its English version (content/english.py)."""
    return [path for path in sorted(folder.glob("*/*.md")) if "." not in path.stem]


def load_redirects(guides: Mapping[str, Guide], path: Path = REDIRECTS) -> dict[str, str]:
    """Older ids and the guides that answer now. ContentError when one leads nowhere."""
    data, lines = read_yaml(path, path.read_text(encoding="utf-8"))
    faults = [
        Fault(path, lines[(old,)], f"'{old}' leads to '{new}'; lead from an old id to a guide")
        for old, new in data.items()
        if new not in guides or old in guides
    ]
    if faults:
        raise ContentError(faults)
    return data


def parse(document: Document) -> Guide:
    """One guide from its file. ContentError when its form is wrong."""
    front = validate(Front, document, HINTS)
    steps, problems = sections(document)

    def line(text: str, *place: int | str) -> Line:
        return cited_line(text, document.line(place))

    return Guide(
        path=document.path,
        steps=tuple(steps),
        problems=tuple(problems),
        for_whom=line(front.for_whom, "for_whom"),
        needs=tuple(line(text, "needs", index) for index, text in enumerate(front.needs)),
        fee=line(front.fee, "fee"),
        time=line(front.time, "time"),
        aliases=tuple(front.aliases),
        related=tuple(front.related),
        sources=tuple(front.sources),
        **front.model_dump(
            include={"id", "title", "category", "topic", "checked_on", "recheck_after"}
        ),
    )


def linked(text: str, titles: dict[str, str]) -> str:
    """Text with each `{guide-id}` replaced by that guide's title in quotation marks."""
    return _LINK.sub(lambda found: f"“{titles[found[1]]}”", text)


def cited_line(text: str, number: int) -> Line:
    """A text with what it cites at its end, `[source id, …]`, taken off."""
    found = _CITE.search(text)
    if not found:
        return Line(text.strip(), (), number)
    cites = tuple(key.strip() for key in found[1].split(",") if key.strip())
    return Line(text[: found.start()].strip(), cites, number)


def sections(
    document: Document, steps_head: str = "Các bước", problems_head: str = "Lỗi thường gặp"
) -> tuple[list[Line], list[Problem]]:
    """The steps and problems under their headings. ContentError for a line that is neither."""
    steps: list[Line] = []
    problems: list[Problem] = []
    section, faults = "", []
    for number, text in joined(document.body):
        if text.startswith("## "):
            section = text[3:].strip()
        elif section == steps_head and (found := re.match(r"\d+\.\s+(.*)", text)):
            steps.append(cited_line(found[1], number))
        elif section == problems_head and (found := _PROBLEM.match(text.removeprefix("- "))):
            problems.append(Problem(found[1].rstrip(":"), cited_line(found[2], number)))
        else:
            faults.append(
                Fault(document.path, number, f"not understood: '{text[:40]}'; {BODY_FORM}")
            )
    if faults:
        raise ContentError(faults)
    return steps, problems


BODY_FORM = (
    "write '## Các bước' with '1. …' lines and '## Lỗi thường gặp' with '- **title**: answer' lines"
)


def joined(body: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Body lines without blanks; an indented line continues the one before it."""
    rows: list[tuple[int, str]] = []
    for number, text in body:
        if text.startswith("  ") and rows:
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {text.strip()}")
        elif text.strip():
            rows.append((number, text.strip()))
    return rows
