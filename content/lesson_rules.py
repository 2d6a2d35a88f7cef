"""The rules a lesson must keep before a resident may see it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from content.errors import Fault
from content.fact import LITERAL, Facts, Filled, without
from content.fold import words
from content.guide import Guide, Line, linked
from content.guide_rules import SENTENCE_END, Advice, truth
from content.lesson import CHOICE_FORM, COURSES, QUESTION, Choice, Lesson, number_of
from content.topics import TOPICS

MAX_PARTS = 3
FEWEST_LINES, MOST_LINES = 2, 5
FEWEST_CHOICES, MOST_CHOICES = 2, 4
MAX_WORDS = 220
"""Of parts, question and choices: 90 seconds of slow reading."""

MAX_PART = 450
MAX_LABEL = 40
MAX_FEEDBACK = 220
MAX_LINE_SENTENCES = 2
MAX_FEEDBACK_SENTENCES = 3
TO_DO = "Thử ngay:"

Show = Callable[[str], str]
"""A text as it is seen: links as titles, facts as their values."""

_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_MARKS = re.compile(r"[\[\]{}]|\*\*")
_EMOJI = re.compile("[\u2600-\u27bf\U0001f000-\U0001faff]")
_CLAIM = re.compile(
    r"(?:phổ cập|đạt chuẩn|xác nhận|chứng nhận) k[ỹĩ] năng|nhà nước xác nhận|xác nhận của nhà nước"
    r"|(?<!giấy )chứng nhận|chứng nhận hoàn thành|chứng chỉ|công nhận",
    re.I,
)
"""What a lesson never says of who takes it: facts/programme.md, b.3. A "giấy chứng nhận" is a paper."""

_DENIAL = re.compile(
    r"(?:không|chưa) phải|không thay|không có nghĩa|không có giá trị|không được tính", re.I
)


def check_names(paths: Iterable[Path]) -> list[Fault]:
    """What is wrong with names: folders that are no course, files without number, gaps."""
    faults: list[Fault] = []
    numbered: dict[str, list[tuple[int, Path]]] = {course: [] for course in COURSES}
    for path in paths:
        if path.parent.name not in COURSES:
            known = ", ".join(COURSES)
            faults.append(Fault(path, 1, f"no course '{path.parent.name}'; move it to: {known}"))
        elif not number_of(path):
            faults.append(Fault(path, 1, "name the file by place and id, as 03-passwords-otp.md"))
        else:
            numbered[path.parent.name].append((number_of(path), path))
    return faults + [fault for found in numbered.values() for fault in _gaps(sorted(found))]


def _gaps(found: list[tuple[int, Path]]) -> Iterator[Fault]:
    for (before, _), (number, path) in pairwise([(0, Path()), *found]):
        if number == before:
            yield Fault(path, 1, f"number {number:02} is used twice; give each lesson its own")
        elif number > before + 1:
            yield Fault(path, 1, f"number {before + 1:02} is missing before this; leave no gap")


def check(lessons: Iterable[Lesson], guides: Mapping[str, Guide], facts: Facts) -> list[Fault]:
    """Every broken rule, in file order."""
    titles = {guide.id: guide.title for guide in guides.values()}
    owners: dict[str, Lesson] = {}
    faults = []
    for lesson in lessons:
        faults += [Fault(lesson.path, *advice) for advice in _lesson(lesson, titles, facts)]
        owner = owners.setdefault(lesson.id, lesson)
        if owner is not lesson:
            taken = (
                f"id '{lesson.id}' belongs to {owner.course}/{owner.path.name} too; choose another"
            )
            faults.append(Fault(lesson.path, 1, taken))
    return faults


def word_count(lesson: Lesson, show: Show) -> int:
    """Words to read before answering: parts, question and choices as shown, not the feedback."""
    told = [show(line.text) for part in lesson.parts for line in part]
    asked = [lesson.question, *(choice.label for choice in lesson.choices)]
    return len(" ".join(told + asked).split())


def _lesson(lesson: Lesson, known: dict[str, str], facts: Facts) -> Iterator[Advice]:
    titles = {link: link for line in lesson.lines for link in line.links} | known
    unknown = [(line.line, name) for line in lesson.lines for name in line.facts]
    unknown = [(line, name) for line, name in unknown if name not in facts]
    if unknown:
        yield from (
            (line, f"no fact named '{name}' in content/facts.yaml") for line, name in unknown
        )
        return
    filled = Filled(facts)

    def show(text: str) -> str:
        return linked(filled(text), titles)

    yield from _front(lesson, known)
    yield from _links(lesson, known)
    yield from _parts(lesson, show)
    yield from _question(lesson)
    for choice in lesson.choices:
        yield from ((choice.feedback.line, advice) for advice in _choice(choice, show))
    yield from _same_beginnings(lesson.choices)
    if (count := word_count(lesson, show)) > MAX_WORDS:
        yield 1, f"{count} words in parts, question and choices; cut them to {MAX_WORDS}"
    for line, text in _texts(lesson, show):
        yield from ((line, advice) for advice in _wording(text))
    for fact in lesson.lines:
        if literal := LITERAL.search(without(fact.text)):
            yield fact.line, f"'{literal[0]}' may change: insert it from content/facts.yaml"
        if fact.text:
            yield from ((fact.line, advice) for advice in truth(fact, lesson.sources, facts))


def _front(lesson: Lesson, titles: dict[str, str]) -> Iterator[Advice]:
    if lesson.number and lesson.path.stem != (name := f"{lesson.number:02}-{lesson.id}"):
        yield 1, f"the file's name must be its place and id: {name}.md"
    if lesson.topic not in TOPICS:
        yield 1, f"unknown topic '{lesson.topic}'; use a code of content/topics.py"
    if lesson.guide not in titles:
        yield 1, f"guide '{lesson.guide}' does not exist; name the nearest of content/guides"
    if lesson.recheck_after <= lesson.checked_on:
        yield 1, "recheck_after must be later than checked_on"
    cited = {key for line in lesson.lines for key in line.cites}
    for source in lesson.sources:
        if source.id not in cited:
            yield 1, f"source {source.id} is not cited anywhere; cite it or remove it"


def _links(lesson: Lesson, titles: dict[str, str]) -> Iterator[Advice]:
    links = [(line.line, link) for line in lesson.lines for link in line.links]
    for line, link in links:
        if link not in titles:
            yield line, f"link to a guide that does not exist: {link}; correct the id or remove it"
    for line, _ in links[1:]:
        yield line, "more than one link to a guide; keep one in a lesson"


def _parts(lesson: Lesson, show: Show) -> Iterator[Advice]:
    if not 1 <= len(lesson.parts) <= MAX_PARTS:
        yield 1, f"{len(lesson.parts)} parts; write 1 to {MAX_PARTS}"
    for number, part in enumerate(lesson.parts, start=1):
        yield from ((_line_of(part), advice) for advice in _part(number, part, show))
        for line in part:
            if len(SENTENCE_END.findall(line.text)) > MAX_LINE_SENTENCES:
                yield line.line, f"more than {MAX_LINE_SENTENCES} sentences; make two lines of it"
    if lesson.parts and not any(line.text.startswith(TO_DO) for line in lesson.parts[-1]):
        yield _line_of(lesson.parts[-1]), f"end the last part with a small thing to do: '{TO_DO} …'"


def _part(number: int, part: tuple[Line, ...], show: Show) -> Iterator[str]:
    if not FEWEST_LINES <= len(part) <= MOST_LINES:
        yield f"part {number} has {len(part)} lines; write {FEWEST_LINES} to {MOST_LINES}"
    length = len("\n".join(show(line.text) for line in part))
    if length > MAX_PART:
        yield f"part {number} has {length} characters; cut it to {MAX_PART}: it is one message"


def _line_of(part: tuple[Line, ...]) -> int:
    return part[0].line if part else 1


def _question(lesson: Lesson) -> Iterator[Advice]:
    right = [choice.feedback.line for choice in lesson.choices if choice.right]
    if not lesson.question:
        yield 1, f"no question; write '## {QUESTION}', one line that asks, then the answers"
    if not lesson.choices:
        yield 1, f"no answers; under the question write {CHOICE_FORM}, and [x] for the right one"
    elif not FEWEST_CHOICES <= len(lesson.choices) <= MOST_CHOICES:
        said = f"{len(lesson.choices)} answers; write {FEWEST_CHOICES} to {MOST_CHOICES}"
        yield lesson.choices[-1].feedback.line, said
    if lesson.choices and not right:
        yield (
            lesson.choices[0].feedback.line,
            "no right answer; mark the one that is right with [x]",
        )
    for line in right[1:]:
        yield line, "a second right answer; mark only one with [x]"


def _choice(choice: Choice, show: Show) -> Iterator[str]:
    if len(choice.label) > MAX_LABEL:
        yield f"'{choice.label}' is over {MAX_LABEL} characters; shorten it: it is a button"
    if words(choice.label).isdecimal():
        yield f"'{choice.label}' would be taken for the number of an answer; say it in words"
    feedback = show(choice.feedback.text)
    if not feedback:
        yield f"no feedback for '{choice.label}'; write it as {CHOICE_FORM}"
    if len(feedback) > MAX_FEEDBACK:
        yield f"feedback of {len(feedback)} characters; cut it to {MAX_FEEDBACK}"
    if len(SENTENCE_END.findall(feedback)) > MAX_FEEDBACK_SENTENCES:
        yield f"feedback of more than {MAX_FEEDBACK_SENTENCES} sentences; shorten it"
    if "sai rồi" in feedback.casefold():
        yield "'sai rồi' discourages; begin with 'Chưa đúng.' and say why"
    if feedback.casefold().startswith("chưa" if choice.right else "đúng rồi"):
        yield "the feedback says the opposite of the mark; is [x] at the right answer?"


def _same_beginnings(choices: Iterable[Choice]) -> Iterator[Advice]:
    """Who types the first word of an answer must be understood, accents or not (handlers/router.py)."""
    begun: dict[str, str] = {}
    for choice in choices:
        first = words(choice.label).partition(" ")[0]
        if first in begun:
            said = f"'{choice.label}' begins like '{begun[first]}'; let no two begin with one word"
            yield choice.feedback.line, said
        begun.setdefault(first, choice.label)


def _texts(lesson: Lesson, show: Show) -> Iterator[tuple[int, str]]:
    """All that is shown, with its line."""
    yield 1, lesson.title
    yield 1, lesson.question
    yield from ((choice.feedback.line, choice.label) for choice in lesson.choices)
    yield from ((line.line, show(line.text)) for line in lesson.lines)


def _wording(text: str) -> Iterator[str]:
    """What may stand in no text of a lesson."""
    if _MARKS.search(text):
        yield f"brackets or ** in '{text[:40]}'; cite only at the end of a line, link in lines only"
    if _EMOJI.search(text):
        yield f"an emoji in '{text[:40]}'; remove it"
    for sentence in _BETWEEN_SENTENCES.split(text):
        claim = _CLAIM.search(sentence)
        if claim and not _DENIAL.search(sentence):
            yield (
                f"'{claim[0]}' may be taken for an official confirmation of skills; leave it out, "
                "or say in the same sentence what it is not ('không phải là …')"
            )
