"""The rules a guide must keep before a resident may see it."""

import re
from collections.abc import Iterable, Iterator

from content.errors import Fault
from content.guide import Guide, Line, Source, linked
from content.topics import TOPICS

LONGEST_ID = 26
MAX_STEPS = 8
MAX_CHARACTERS = 300
MAX_SENTENCES = 3
MAX_PROBLEM_TITLE = 48

SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_HEDGE = re.compile(
    r"chưa chắc|chưa rõ|để biết chắc|có thể khác|tùy (?:nơi|máy|ngân hàng|phiên bản)", re.I
)
_ACCORDING = re.compile(r"\btheo\b", re.I)
_FIGURE = re.compile(r"\d{2,}|\w\.(?:vn|com|net|org)\b")


def check(guides: Iterable[Guide]) -> list[Fault]:
    """Every broken rule, in file order."""
    guides = list(guides)
    titles = {guide.id: guide.title for guide in guides}
    faults = [fault for guide in guides for fault in _guide(guide, titles)]
    return faults + _shared_aliases(guides)


def _guide(guide: Guide, titles: dict[str, str]) -> Iterator[Fault]:
    def fault(line: int, advice: str) -> Fault:
        return Fault(guide.path, line, advice)

    if guide.path.stem != guide.id or guide.path.parent.name != guide.category:
        yield fault(
            1, f"id and category must be the file's name and folder: {guide.category}/{guide.id}.md"
        )
    if len(guide.id) > LONGEST_ID:
        yield fault(
            1, f"id over {LONGEST_ID} letters; shorten it: two of them must fit in a button"
        )
    if guide.topic not in TOPICS:
        yield fault(1, f"unknown topic '{guide.topic}'; use a code of content/topics.py")
    if not 1 <= len(guide.steps) <= MAX_STEPS:
        yield fault(
            1, f"{len(guide.steps)} steps; write 1 to {MAX_STEPS}, or split the guide in two"
        )
    if guide.recheck_after <= guide.checked_on:
        yield fault(1, "recheck_after must be later than checked_on")
    yield from (
        fault(1, f"related guide '{other}' does not exist; remove it or write that guide")
        for other in guide.related
        if other not in titles
    )
    for problem in guide.problems:
        if len(problem.title) > MAX_PROBLEM_TITLE:
            yield fault(
                problem.answer.line,
                f"problem title over {MAX_PROBLEM_TITLE} characters; shorten it",
            )
    for line in guide.lines:
        yield from (fault(line.line, advice) for advice in _line(line, guide, titles))
    cited = {key for line in guide.lines for key in line.cites}
    yield from (
        fault(1, f"source {source.id} is not cited anywhere; cite it or remove it")
        for source in guide.sources
        if source.id not in cited
    )


def _line(line: Line, guide: Guide, titles: dict[str, str]) -> Iterator[str]:
    dead = [link for link in line.links if link not in titles]
    if dead:
        yield f"link to a guide that does not exist: {', '.join(dead)}; correct the id or remove it"
        return
    shown = linked(line.text, titles)
    if len(shown) > MAX_CHARACTERS:
        yield f"{len(shown)} characters; cut it to {MAX_CHARACTERS} or make two steps"
    if len(SENTENCE_END.findall(shown)) > MAX_SENTENCES:
        yield f"more than {MAX_SENTENCES} sentences; shorten it or make two steps"
    yield from truth(line, guide.sources)


def truth(line: Line, sources: Iterable[Source]) -> Iterator[str]:
    """What may be stated on which ground: confirmed plainly, single with 'theo …', unknown with a hedge."""
    confidence = {source.id: source.confidence for source in sources} | {"?": "unknown"}
    if not line.cites:
        yield "no source; end the line with [source id], or [tip] when it is common advice, or [?]"
    elif line.cites == ("tip",):
        if _FIGURE.search(line.text):
            yield "a [tip] may not state a figure, number or address; cite the source it comes from"
    elif missing := [key for key in line.cites if key not in confidence]:
        yield f"source {', '.join(missing)} is not in 'sources'; add it there with url and date"
    else:
        yield from _confidence([confidence[key] for key in line.cites], line.text)


def _confidence(levels: list[str], text: str) -> Iterator[str]:
    if "confirmed" in levels or levels.count("single") > 1:
        return
    if "single" in levels and not _ACCORDING.search(text):
        yield "rests on one source only; say 'theo …' and name it, or cite a second source"
    if "single" not in levels and not _HEDGE.search(text):
        yield "nobody could confirm this; hedge it ('hỏi … để biết chắc', 'tùy nơi') or leave it out"


def _shared_aliases(guides: list[Guide]) -> list[Fault]:
    owners: dict[str, str] = {}
    faults = []
    for guide in guides:
        for alias in guide.aliases:
            owner = owners.setdefault(alias.casefold(), guide.id)
            if owner != guide.id:
                faults.append(
                    Fault(
                        guide.path,
                        1,
                        f"alias '{alias}' belongs to {owner} too; keep it in one guide",
                    )
                )
    return faults
