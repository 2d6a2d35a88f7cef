"""The question sets: a tuning half and a half that is only measured."""

import json
from dataclasses import dataclass
from pathlib import Path

from content.fold import fold

FOLDER = Path(__file__).parent.parent / "tests" / "questions"
STYLES = ("accented", "unaccented", "noisy")


@dataclass(frozen=True)
class Question:
    guide: str | None
    """None: out of scope."""
    accented: str
    noisy: str
    writer: int
    """Who made it up: judgement is only fair across writers."""

    @property
    def unaccented(self) -> str:
        return fold(self.accented)


def load(half: str) -> list[Question]:
    """`tuning` or `measured`."""
    lines = (FOLDER / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Question(row["guide"], row["q"], row["noisy"], row.get("writer", 0)) for row in rows]
