"""Fact cards: the short answer to a question for one fact, `content/cards/*.yaml`.

What a guide says of its fee, time and needs is answered from the guide itself; a card is for another
single fact that people ask for. Its source and its day are those of the facts it inserts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from content.errors import ContentError, Fault
from content.fact import Facts, names_in
from content.frontmatter import Document, validate
from content.guide import Guide, Line
from content.guide_rules import text_faults

CARDS = Path(__file__).parent / "cards"

HINTS = {
    "asks": "at least four ways people ask for it",
    "answer": "one to three sentences with at least one {fact:name}",
}


class Fields(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{3,40}$")]
    guide: str
    asks: Annotated[list[Annotated[str, Field(min_length=2)]], Field(min_length=4)]
    answer: Annotated[str, Field(min_length=1)]
    en: str = ""


@dataclass(frozen=True)
class Card:
    path: Path
    line: int
    id: str
    guide: str
    """The guide that tells more."""
    asks: tuple[str, ...]
    answer: Line
    en: str = ""
    """The answer in English, where there is one."""


def load_cards(facts: Facts, guides: dict[str, Guide], folder: Path = CARDS) -> dict[str, Card]:
    """All cards by id. ContentError lists every fault."""
    cards, faults = [], []
    for path in sorted(folder.glob("*.yaml")):
        try:
            cards += _read(path)
        except ContentError as error:
            faults += error.faults
    faults += [
        Fault(card.path, card.line, advice)
        for card in cards
        for advice in _faults(card, facts, guides)
    ]
    faults += _shared(cards, guides.values())
    if faults:
        raise ContentError(faults)
    return {card.id: card for card in cards}


def _read(path: Path) -> list[Card]:
    try:
        rows = yaml.CBaseLoader(path.read_text(encoding="utf-8")).get_data() or []
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ContentError([Fault(path, line, f"mend the YAML: {error}")]) from None
    return [_card(path, row) for row in rows]


def _card(path: Path, row: dict[str, object]) -> Card:
    line = _line_of(path, str(row.get("id", "")))
    fields = validate(Fields, Document(path, row, {(): line}, []), HINTS)
    # its source is that of its facts: for the rest of the text common advice is allowed
    answer = Line(fields.answer, ("tip",), line)
    return Card(path, line, fields.id, fields.guide, tuple(fields.asks), answer, fields.en)


def _line_of(path: Path, name: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((at for at, text in enumerate(lines, 1) if text.strip() == f"- id: {name}"), 1)


def _faults(card: Card, facts: Facts, guides: dict[str, Guide]) -> Iterator[str]:
    titles = {guide.id: guide.title for guide in guides.values()}
    if card.guide not in guides:
        yield f"guide '{card.guide}' does not exist; name the guide that tells more"
    if not card.answer.facts:
        yield "no {fact:name} in the answer; a card states a fact of content/facts.yaml"
    if card.en and set(names_in(card.en)) != set(card.answer.facts):
        yield "'en' must insert the same facts as the answer"
    yield from text_faults(card.answer, (), titles, facts)


def _shared(cards: list[Card], guides: Iterable[Guide]) -> list[Fault]:
    """Ids used twice, and questions that belong to another card or another guide."""
    owners = {alias.casefold(): guide.id for guide in guides for alias in guide.aliases}
    ids: set[str] = set()
    asked: dict[str, Card] = {}
    faults = []
    for card in cards:
        if card.id in ids:
            faults.append(Fault(card.path, card.line, f"id '{card.id}' is used twice"))
        ids.add(card.id)
        for ask in map(str.casefold, card.asks):
            other = asked.setdefault(ask, card)
            owner = other.id if other is not card else owners.get(ask, card.guide)
            if owner != card.guide:
                said = f"'{ask}' belongs to {owner} too; keep it in one place"
                faults.append(Fault(card.path, card.line, said))
    return faults
