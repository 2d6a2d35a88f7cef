"""The rules a guide must keep before a resident may see it."""

import re
from collections.abc import Iterable, Iterator
from statistics import fmean

from content import reading
from content.errors import Fault
from content.fact import LITERAL, Facts, Filled, without
from content.guide import Guide, Line, Source, linked
from content.topics import TOPICS

LONGEST_ID = 26
MAX_STEPS = 8
MAX_CHARACTERS = 300
MAX_SENTENCES = 3
MAX_PROBLEM_TITLE = 48

Advice = tuple[int, str]
"""The line of a fault, 1 for what is missing, and what to do."""

SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_HEDGE = re.compile(
    r"chưa chắc|chưa rõ|để biết chắc|có thể khác|tùy (?:nơi|máy|ngân hàng|phiên bản)", re.I
)
_ACCORDING = re.compile(r"\btheo\b", re.I)
_FIGURE = re.compile(r"\d{2,}|\w\.(?:vn|com|net|org)\b")


def check(guides: Iterable[Guide], facts: Facts) -> list[Fault]:
    """Every broken rule, in file order."""
    guides = list(guides)
    titles = {guide.id: guide.title for guide in guides}
    faults = [
        Fault(guide.path, *advice)
        for guide in guides
        for advice in (*_front(guide, titles), *_texts(guide, titles, facts))
    ]
    return faults + _shared_aliases(guides)


def _front(guide: Guide, titles: dict[str, str]) -> Iterator[Advice]:
    """What is wrong with a guide as a whole."""
    place = f"{guide.category}/{guide.id}.md"
    if guide.path.stem != guide.id or guide.path.parent.name != guide.category:
        yield 1, f"id and category must be the file's name and folder: {place}"
    if len(guide.id) > LONGEST_ID:
        yield 1, f"id over {LONGEST_ID} letters; shorten it: two of them must fit in a button"
    if guide.topic not in TOPICS:
        yield 1, f"unknown topic '{guide.topic}'; use a code of content/topics.py"
    if not 1 <= len(guide.steps) <= MAX_STEPS:
        yield 1, f"{len(guide.steps)} steps; write 1 to {MAX_STEPS}, or split the guide in two"
    if guide.recheck_after <= guide.checked_on:
        yield 1, "recheck_after must be later than checked_on"
    for other in guide.related:
        if other not in titles:
            yield 1, f"related guide '{other}' does not exist; remove it or write that guide"
    cited = {key for line in guide.lines for key in line.cites}
    for source in guide.sources:
        if source.id not in cited:
            yield 1, f"source {source.id} is not cited anywhere; cite it or remove it"


def _texts(guide: Guide, titles: dict[str, str], facts: Facts) -> Iterator[Advice]:
    """What is wrong with its texts."""
    for problem in guide.problems:
        if len(problem.title) > MAX_PROBLEM_TITLE:
            long = f"problem title over {MAX_PROBLEM_TITLE} characters; shorten it"
            yield problem.answer.line, long
    for line in guide.lines:
        faults = text_faults(line, guide.sources, titles, facts)
        yield from ((line.line, advice) for advice in faults)
    lengths = reading.lengths([without(line.text) for line in guide.lines])
    if lengths and (average := fmean(lengths)) > reading.AVERAGE_SENTENCE:
        most = reading.AVERAGE_SENTENCE
        yield 1, f"{average:.1f} words in an average sentence; shorten them to {most}"


def text_faults(
    line: Line, sources: Iterable[Source], titles: dict[str, str], facts: Facts
) -> Iterator[str]:
    """What is wrong with one text: links, facts, length, words, and what it rests on."""
    dead = [link for link in line.links if link not in titles]
    unknown = [name for name in line.facts if name not in facts]
    if dead:
        yield f"link to a guide that does not exist: {', '.join(dead)}; correct the id or remove it"
    if unknown:
        yield f"no fact of this name: {', '.join(unknown)}; add it to content/facts.yaml"
    if dead or unknown:
        return
    shown = linked(Filled(facts)(line.text), titles)
    if len(shown) > MAX_CHARACTERS:
        yield f"{len(shown)} characters; cut it to {MAX_CHARACTERS} or make two steps"
    if len(SENTENCE_END.findall(shown)) > MAX_SENTENCES:
        yield f"more than {MAX_SENTENCES} sentences; shorten it or make two steps"
    yield from reading.hard(without(line.text))
    if literal := LITERAL.search(without(line.text)):
        yield f"'{literal[0]}' may change: put it into content/facts.yaml, insert it by its name"
    yield from truth(line, sources, facts)


def truth(line: Line, sources: Iterable[Source], facts: Facts) -> Iterator[str]:
    """What may be stated on which ground: confirmed plainly, single with 'theo …', unknown with a hedge."""
    confidence = {source.id: source.confidence for source in sources} | {"?": "unknown"}
    own = without(line.text)
    grounds = [facts[name].source.confidence for name in line.facts]
    if "single" in grounds and not _ACCORDING.search(own):
        yield "a fact in it rests on one source only; say 'theo …' and name that source"
    if not line.cites:
        yield "no source; end the line with [source id], or [tip] when it is common advice, or [?]"
    elif line.cites == ("tip",):
        if _FIGURE.search(own):
            yield "a [tip] may not state a figure, number or address; cite the source it comes from"
    elif missing := [key for key in line.cites if key not in confidence]:
        yield f"source {', '.join(missing)} is not in 'sources'; add it there with url and date"
    else:
        yield from _confidence([confidence[key] for key in line.cites], own)


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
                said = f"alias '{alias}' belongs to {owner} too; keep it in one guide"
                faults.append(Fault(guide.path, 1, said))
    return faults
