"""Facts that change: fees, limits, thresholds, numbers to call, dates. Each once, in `content/facts.yaml`.

Guides, cards and lessons insert them by name, `{fact:fee-temporary-residence}`, so that one edit mends
all of them, and residents are told when a fact has run out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl

from content.errors import ContentError, Fault
from content.frontmatter import Document, read_yaml, validate
from content.i18n import N_, translate

FACTS = Path(__file__).parent / "facts.yaml"

NAME = re.compile(r"[a-z0-9][a-z0-9-]{2,39}")
INSERTED = re.compile(r"\{fact:([a-z0-9-]+)\}")

LITERAL = re.compile(
    r"\d[\d.,]*\s*(?:đồng|đ|nghìn|ngàn|triệu|tỷ|VND|million|billion)\b|\b1[89]00[ .]?\d{3}"
    r"|\d+ (?:ngày làm việc|working days?)",
    re.I,
)
"""What changes and so stands in facts.yaml: money, numbers to call, limits of offices."""

HINTS = {
    "source": "title, url, date and confidence (confirmed or single; what is unknown is no fact)",
    "ask": "whom to ask when the fact has run out, as “Công an phường”",
}

RUN_OUT = N_("{value} (this may have changed, ask {whom} to be sure)")
NOT_YET = N_("{value} (from {day})")


class FactSource(BaseModel):
    """Where a fact comes from. `date` is the day of the source, as exact as it is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    title: Annotated[str, Field(min_length=1)]
    url: HttpUrl
    date: Annotated[str, Field(pattern=r"^\d{4}(-\d\d(-\d\d)?)?$")]
    confidence: Literal["confirmed", "single"]


class Fact(BaseModel):
    """One fact as it stands in the middle of a sentence. `first` and `last`: the days it holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    value: Annotated[str, Field(min_length=1, max_length=120)]
    en: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    what: Annotated[str, Field(min_length=1)]
    first: Annotated[date | None, Field(alias="from")] = None
    last: Annotated[date | None, Field(alias="until")] = None
    ask: Annotated[str, Field(min_length=1)]
    source: FactSource

    def lapsed(self, today: date) -> bool:
        return self.last is not None and today > self.last

    def coming(self, today: date) -> bool:
        return self.first is not None and today < self.first

    def shown(self, today: date | None, lang: str) -> str:
        """The value; hedged where the day is not one of its own. No day: the bare value."""
        value = (lang == "en" and self.en) or self.value
        if today and self.lapsed(today):
            return translate(lang, RUN_OUT).format(value=value, whom=self.ask)
        if today and self.first and self.coming(today):
            return translate(lang, NOT_YET).format(value=value, day=f"{self.first:%d/%m/%Y}")
        return value


Facts = Mapping[str, Fact]


@dataclass(frozen=True)
class Filled:
    """Texts with facts in them, as somebody sees them on a day."""

    facts: Facts
    today: date | None = None
    lang: str = "vi"

    def __call__(self, text: str) -> str:
        """The text with every `{fact:name}` replaced. KeyError for a fact that does not exist."""
        return INSERTED.sub(lambda found: self.facts[found[1]].shown(self.today, self.lang), text)


def names_in(text: str) -> list[str]:
    """The facts a text inserts, in order."""
    return INSERTED.findall(text)


def without(text: str) -> str:
    """What the author wrote himself around the facts."""
    return INSERTED.sub("", text)


def load_facts(path: Path = FACTS) -> dict[str, Fact]:
    """All facts by name. ContentError lists every fault."""
    data, lines = read_yaml(path, path.read_text(encoding="utf-8"))
    facts, faults = {}, []
    for name, fields in data.items():
        line = lines[(name,)]
        if not NAME.fullmatch(name):
            faults.append(Fault(path, line, f"'{name}': use 3 to 40 of a-z, 0-9 and -"))
        try:
            inner = {place[1:]: at for place, at in lines.items() if place[:1] == (name,)}
            facts[name] = validate(Fact, Document(path, fields, inner, []), HINTS)
        except ContentError as error:
            faults += error.faults
    faults += [
        Fault(path, lines[(name,)], f"'{name}' ends before it begins; correct 'from' or 'until'")
        for name, fact in facts.items()
        if fact.first and fact.last and fact.last < fact.first
    ]
    if faults:
        raise ContentError(faults)
    return facts
