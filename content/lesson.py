"""Lessons: what a resident learns in 90 seconds, one file each, `content/lessons/<course>/<nn>-<id>.md`.

The courses follow facts/programme.md, section b.4; passing one confirms nothing officially (b.3).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from content.errors import ContentError, Fault
from content.fact import Facts
from content.frontmatter import Document, read, validate
from content.guide import Guide, Line, NonEmpty, Source, cited_line, joined
from content.i18n import N_

LESSONS = Path(__file__).parent / "lessons"

COURSES = {
    "residents": (
        N_("Digital literacy for everybody"),
        N_("Short lessons for daily life: phone, VNeID, public services, payments, safety."),
    ),
    "traders": (
        N_("For small traders"),
        N_("Short lessons for who sells at a market, in a shop or online."),
    ),
    "team": (
        N_("For members of the teams"),
        N_("Short lessons on helping people patiently and safely, and on writing it down."),
    ),
}
"""Folder → title and what the course is about, msgids of the catalogs; in the order they are offered."""

HINTS = {
    "id": "a-z, 0-9 and '-', at most 24 letters",
    "title": "at most 48 characters",
    "topic": "a code of content/topics.py",
    "guide": "the id of the nearest guide",
    "framework": '"": nobody has the annex of decision 757 yet',
    "sources": "each with id, title, url, date, confidence (confirmed, single or unknown)",
    "checked_on": "the day the facts were checked, as 2026-11-20",
    "recheck_after": "the day they must be checked again, as 2027-05-31",
}

QUESTION = "Câu hỏi"
BODY_FORM = f"write '## Phần 1', '## Phần 2' … in order and then '## {QUESTION}', each once"
CHOICE_FORM = "'- [ ] **label**: feedback [source id]'"

_NAME = re.compile(r"(\d\d)-.+")
_CHOICE = re.compile(r"- \[\s*([xX]?)\s*\]\s+\*\*(.+?)\*\*:?\s*(.*)")


class Front(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,24}$")]
    title: Annotated[str, Field(min_length=1, max_length=48)]
    topic: NonEmpty
    guide: NonEmpty
    framework: Literal[""] = ""
    sources: list[Source]
    checked_on: date
    recheck_after: date


@dataclass(frozen=True)
class Choice:
    """One answer to choose from. `feedback` is said to who chose it."""

    label: str
    right: bool
    feedback: Line


@dataclass(frozen=True)
class Lesson:
    """Each of `parts` is one message; then come `question` and `choices`, of which one is right."""

    path: Path
    id: str
    course: str
    number: int
    title: str
    topic: str
    guide: str
    framework: str
    parts: tuple[tuple[Line, ...], ...]
    question: str
    choices: tuple[Choice, ...]
    sources: tuple[Source, ...]
    checked_on: date
    recheck_after: date

    @property
    def right(self) -> int:
        """The place of the right choice, from 0."""
        return [choice.right for choice in self.choices].index(True)

    @property
    def lines(self) -> tuple[Line, ...]:
        """Everything in it that states a fact."""
        told = tuple(line for part in self.parts for line in part)
        return told + tuple(choice.feedback for choice in self.choices)

    def stale(self, today: date) -> bool:
        """Past the day its facts had to be checked again."""
        return today > self.recheck_after


@dataclass(frozen=True)
class Course:
    """`title` and `about` are msgids; `lessons` stand in the order they are taken."""

    id: str
    title: str
    about: str
    lessons: tuple[Lesson, ...]


def load_lessons(
    guides: Mapping[str, Guide], facts: Facts, folder: Path = LESSONS
) -> dict[str, Course]:
    """All courses by id. ContentError lists every fault in every file.

    A file whose form is wrong is told that first; its rules are checked once it can be read.
    """
    from content.lesson_rules import check, check_names  # the rules know lessons, not the reverse

    paths = sorted(folder.glob("*/*.md"))
    lessons, faults = [], check_names(paths)
    for path in paths:
        try:
            lessons.append(parse(read(path)))
        except ContentError as error:
            faults += error.faults
    faults += check(lessons, guides, facts)
    if faults:
        raise ContentError(sorted(faults, key=lambda fault: (fault.path, fault.line)))
    return {
        name: Course(name, title, about, tuple(each for each in lessons if each.course == name))
        for name, (title, about) in COURSES.items()
    }


def parse(document: Document) -> Lesson:
    """One lesson from its file. ContentError when its form is wrong, in front matter or body."""
    body, faults = _body(document)
    try:
        front = validate(Front, document, HINTS)
    except ContentError as error:
        raise ContentError(error.faults + faults) from None
    if faults:
        raise ContentError(faults)
    return Lesson(
        path=document.path,
        course=document.path.parent.name,
        number=number_of(document.path),
        parts=tuple(map(tuple, body.parts)),
        question=body.question,
        choices=tuple(body.choices),
        sources=tuple(front.sources),
        **front.model_dump(exclude={"sources"}),
    )


def number_of(path: Path) -> int:
    """The place in its course that a file's name says; 0 when it says none."""
    found = _NAME.fullmatch(path.stem)
    return int(found[1]) if found else 0


@dataclass
class _Body:
    """What stands under the headings, as far as it is read."""

    parts: list[list[Line]] = field(default_factory=list)
    asked: bool = False
    question: str = ""
    choices: list[Choice] = field(default_factory=list)


def _body(document: Document) -> tuple[_Body, list[Fault]]:
    body, faults, known = _Body(), [], True
    for number, text in joined(document.body):
        if text.startswith("#"):
            known = _heading(body, text)
            advice = "" if known else f"'{text[:40]}' does not belong here; {BODY_FORM}"
        else:
            advice = _row(body, text, number) if known else ""  # the heading is told already
        if advice:
            faults.append(Fault(document.path, number, advice))
    return body, faults


def _heading(body: _Body, text: str) -> bool:
    """Begin a part or the question; False when neither may stand here."""
    if body.asked:
        return False
    if text == f"## Phần {len(body.parts) + 1}":
        body.parts.append([])
        return True
    body.asked = text == f"## {QUESTION}"
    return body.asked


def _row(body: _Body, text: str, number: int) -> str:
    """Take in a line of text; what is wrong with it, or ""."""
    choice = _CHOICE.fullmatch(text)
    if choice and body.asked:
        label, feedback = choice[2].rstrip(":").strip(), cited_line(choice[3], number)
        body.choices.append(Choice(label, bool(choice[1]), feedback))
    elif text.startswith("- ["):
        return (
            f"not understood: '{text[:40]}'; write answers under '## {QUESTION}', as {CHOICE_FORM}"
        )
    elif body.asked and (body.question or body.choices):
        return f"not understood: '{text[:40]}'; the question is one line, then come {CHOICE_FORM}"
    elif body.asked:
        body.question = cited_line(text, number).text
    elif body.parts:
        body.parts[-1].append(cited_line(text, number))
    else:
        return f"not understood: '{text[:40]}'; {BODY_FORM}"
    return ""
