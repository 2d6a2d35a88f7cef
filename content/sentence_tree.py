"""All phrases of `sentences.yaml` as one tree of words, and the search for them in a message."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from content.fold import fold
from content.sentence_data import ANY, MORE, NAME, NUMBER, Tag, phrases
from content.sentence_words import Reading, Token, fits

COUNTED = ("person", "house", "outcome", "thing")
"""What may stand after a number or "các", "vài"."""
KEPT = (*COUNTED, "audience", "priority", "age")
"""What such words still say there: after a number "hộ" is no "họ"."""
UNSURE = ("ba", "nam", "tam", "bon", "bay", "sau", "chin")
"""In "2 ba hẹn lại" these are no number of what is hẹn lại."""
YESTERDAY, DAYS = "qua", ("hom", "hum", "bua")
"""The last word of "hôm qua", and those before it."""
SHOWING = "bay"
"""Before a name that is "bày", not seven: "bay co Lan"."""
HELPING = ("week", "vague")
"""Kinds that say nothing alone."""


@dataclass(slots=True)
class Node:
    """A place in the tree."""

    next: dict[str, list[tuple[str, "Node"]]] = field(default_factory=dict)
    """Letters → ways on, each with the accents it wants."""
    tags: tuple[Tag, ...] = ()

    def child(self, word: str) -> "Node":
        """The way on by a word, made when there is none."""
        ways = self.next.setdefault(fold(word.removeprefix("=")), [])
        for written, node in ways:
            if written == word:
                return node
        ways.append((word, Node()))
        return ways[-1][1]


@dataclass(frozen=True, slots=True)
class Match:
    """What a phrase says, the numbers in it, and how much it weighs."""

    tags: tuple[Tag, ...]
    numbers: tuple[int, ...] = ()
    named: bool = False
    """A name is in it: any word may be one, so it weighs less than words we know."""

    def score(self, length: int) -> float:
        if all(kind in HELPING for kind, _ in self.tags):
            return 0.1
        return (length - self.named / 2) ** 2

    def also(self, other: "Match | None") -> "Match":
        """Both meanings of the same words."""
        if other is None:
            return self
        tags = dict.fromkeys((*self.tags, *other.tags))
        return Match(
            tuple(tags), max(self.numbers, other.numbers, key=len), self.named and other.named
        )


Matches = dict[int, Match]
"""Where phrases end that begin at one word → what they say."""


@cache
def tree() -> Node:
    """The tree, in which equal branches are one."""
    root = Node()
    for phrase, tag in phrases():
        node = root
        for word in phrase.split():
            node = node.child(word)
        if tag not in node.tags:
            node.tags += (tag,)
    return _shared(root, {})


def _shared(node: Node, seen: dict[object, Node]) -> Node:
    """A node that says the same and leads to the same: of 90,000 some 3,000 remain."""
    for ways in node.next.values():
        ways[:] = [(word, _shared(way, seen)) for word, way in ways]
    leads = sorted((word, id(way)) for ways in node.next.values() for word, way in ways)
    return seen.setdefault((node.tags, tuple(leads)), node)


def search(tokens: list[Token]) -> list[Matches]:
    """The phrases that begin at each word."""
    found: list[Matches] = [{} for _ in range(len(tokens) + 1)]
    for start in range(len(tokens)):
        if not _is_of_yesterday(tokens, start):
            found[start] = _matches(tokens, start)
    return [_joined(tokens, start, found) for start in range(len(tokens))]


def _is_of_yesterday(tokens: list[Token], at: int) -> bool:
    """ "qua" in "hôm qua nhà bác Lan" begins no place."""
    return tokens[at].plain == YESTERDAY and at > 0 and tokens[at - 1].plain in DAYS


def _matches(tokens: list[Token], start: int) -> Matches:
    found: Matches = {}
    ways: list[tuple[Node, int, tuple[int, ...], bool]] = [(tree(), start, (), False)]
    while ways:
        node, at, numbers, named = ways.pop()
        if node.tags:
            found[at] = Match(node.tags, numbers, named).also(found.get(at))
        if at == len(tokens) or not node.next:
            continue
        token = tokens[at]
        for reading in token.readings:
            ways += [(way, at + 1, numbers, named) for way in _follow(node, reading)]
        for sign in _signs(token):
            more = (*numbers, token.number or 0) if sign == NUMBER else numbers
            loose = named or sign != NUMBER
            ways += [(way, at + 1, more, loose) for _, way in node.next.get(sign, ())]
    return found


def _signs(token: Token) -> Iterator[str]:
    """What a word is besides itself."""
    if token.number is not None:
        yield NUMBER
    if token.name:
        yield NAME
    if token.capital:
        yield MORE
    if token.typed.isalpha():
        yield ANY


def _follow(start: Node, reading: Reading) -> list[Node]:
    """Where the words of a reading lead."""
    nodes = [start]
    for plain, typed in reading:
        nodes = [
            way for node in nodes for meant, way in node.next.get(plain, ()) if fits(typed, meant)
        ]
    return nodes


def _joined(tokens: list[Token], start: int, found: list[Matches]) -> Matches:
    """The phrases that begin at a word, alone and with what belongs to them.

    A number or "các" before people makes one phrase, and so does a weekday with its week; "ba mẹ chị
    Hoa" are a pair and no three.
    """
    matches = dict(found[start])
    for end, match in found[start].items():
        kinds = [kind for kind, _ in match.tags]
        if "vague" in kinds:
            matches |= _counted(found[end], "vague")
        if "weekday" in kinds:
            _add(matches, _with_week(match, found[end]))
    pairs = [end for end, match in matches.items() if ("person", "pair") in match.tags]
    numbered = _numbered(tokens[start], found[start + 1])
    _add(matches, {end: match for end, match in numbered.items() if end not in pairs})
    return matches


def _numbered(token: Token, after: Matches) -> Matches:
    """The phrases that a word makes with what is counted after it."""
    shows = token.typed == SHOWING and any(match.named for match in after.values())
    if token.number is None or shows:
        return {}
    bare = token.typed in UNSURE
    return {
        end: match
        for end, match in _counted(after, "count", (token.number,)).items()
        if not (bare and ("count", "outcome") in match.tags)
    }


def _add(matches: Matches, more: Matches) -> None:
    for end, match in more.items():
        matches[end] = match.also(matches.get(end))


def _counted(matches: Matches, how: str, numbers: tuple[int, ...] = ()) -> Matches:
    counted = {}
    for end, match in matches.items():
        kind = next((kind for kind, _ in match.tags if kind in COUNTED), None)
        if kind:
            tags = tuple(tag for tag in match.tags if tag[0] in KEPT)
            counted[end] = Match((*tags, (how, kind)), numbers, match.named)
    return counted


def _with_week(weekday: Match, weeks: Matches) -> Matches:
    said = tuple(tag for tag in weekday.tags if tag[0] == "weekday")
    return {
        end: Match((*said, *(tag for tag in week.tags if tag[0] == "week")))
        for end, week in weeks.items()
        if any(kind == "week" for kind, _ in week.tags)
    }
