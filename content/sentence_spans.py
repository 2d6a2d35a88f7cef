"""The phrases of a message: of all ways to cover it, the one with the longest phrases."""

from collections.abc import Iterator
from dataclasses import dataclass

from content.sentence_data import Tag
from content.sentence_tree import Match, search
from content.sentence_words import Token

GOT = ("duoc", "dc", "co", "xong", "giup", "con", "dan", "tro", "hd", "ht")
"""Words before "4/5 cụ"."""
SHARE = 3
"""Words of "4/5"."""
PARENTS = ("person", "count", "audience")
"""What "8 ph" says when it means parents."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words `start` to `end` (not included) and everything they may say."""

    start: int
    end: int
    tags: tuple[Tag, ...]
    kinds: frozenset[str]
    numbers: tuple[int, ...]
    words: tuple[Token, ...]
    before: str
    """The word before it, without accents."""
    following: Token | None
    """The word after it."""

    @property
    def after(self) -> str:
        return self.following.plain if self.following else ""

    def code(self, kind: str) -> str | None:
        """What it says of a kind; None when it says nothing of it."""
        if kind not in self.kinds:
            return None
        return next(code for known, code in self.tags if known == kind)

    def codes(self, kind: str) -> list[str]:
        return [code for known, code in self.tags if known == kind]

    def is_a(self, *kinds: str) -> bool:
        return not self.kinds.isdisjoint(kinds)


Found = tuple[int, int, Match]
"""A phrase and the words it covers."""


def scan(tokens: list[Token]) -> list[Span]:
    """The phrases of a message, from left to right; a longer phrase goes before shorter ones."""
    found = list(_with_shares(tokens, list(_best(tokens))))
    people = any(_is_sure(match.tags) for _, _, match in found)
    return [_span(tokens, one, people) for one in found]


def _with_shares(tokens: list[Token], found: list[Found]) -> Iterator[Found]:
    """ "được 4/5 cụ" counts five and is no 4th of May."""
    held: Found | None = None
    for one in found:
        start, end, match = one
        if held and held[1] == start and ("person", "title") in match.tags:
            tags = (*match.tags, ("count", "person"))
            yield held[0], end, Match(tags, held[2].numbers[1:])
            held = None
            continue
        if held:
            yield held
        held = one if _is_share(tokens, one) else None
        if not held:
            yield one
    if held:
        yield held


def _is_share(tokens: list[Token], found: Found) -> bool:
    start, end, match = found
    after_verb = start > 0 and tokens[start - 1].plain in GOT
    dated = ("day", "day_month") in match.tags and end - start == SHARE
    return after_verb and dated and match.numbers[0] <= match.numbers[1]


def _best(tokens: list[Token]) -> Iterator[Found]:
    best: list[tuple[float, Found | None]] = [(0, None)] * (len(tokens) + 1)
    for start, matches in reversed(list(enumerate(search(tokens)))):
        best[start] = (best[start + 1][0], None)
        for end, match in sorted(matches.items()):
            score = match.score(end - start) + best[end][0]
            if score >= best[start][0]:
                best[start] = (score, (start, end, match))
    at = 0
    while at < len(tokens):
        found = best[at][1]
        if found:
            yield found
        at = found[1] if found else at + 1


def _span(tokens: list[Token], found: Found, people: bool) -> Span:
    start, end, match = found
    name = start > 0 and end - start == 1 and tokens[start].capital
    tags = tuple(tag for tag in _meant(match.tags, people) if not (name and tag[0] == "plan"))
    kinds = frozenset(kind for kind, _ in tags)
    before = tokens[start - 1].plain if start else ""
    following = tokens[end] if end < len(tokens) else None
    return Span(start, end, tags, kinds, match.numbers, tuple(tokens[start:end]), before, following)


def _meant(tags: tuple[Tag, ...], people: bool) -> Iterator[Tag]:
    """The tags that hold: "ra quân" is no shop, "chủ nhật" nobody's name, "cháu Minh" is.

    "8 ph" are eight parents when no other people are told of, else eight minutes.
    """
    kinds = {kind for kind, _ in tags}
    parents = {"minutes", "count"} <= kinds
    for tag in tags:
        hidden = (
            ("filler" in kinds and tag[0] != "filler")
            or ("weekday" in kinds and tag[0] == "person")
            or (("person", "named") in tags and (tag == ("self", "kin") or tag[0] == "age"))
            or (parents and (tag[0] in PARENTS if people else tag[0] == "minutes"))
        )
        if not hidden:
            yield tag


def _is_sure(tags: tuple[Tag, ...]) -> bool:
    """Whether people are told of, and nothing else can be meant."""
    kinds = {kind for kind, _ in tags}
    told = "person" in kinds or "host" in kinds or "house" in kinds
    return told and kinds.isdisjoint({"minutes", "self"})
