"""Does the program understand a log sentence? The tuning half, and the half that is only measured."""

import json
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from content.sentence import as_json, read

FOLDER = Path(__file__).parent.parent / "tests" / "sentences"
Sessions = list[dict[str, object]]
"""The sessions of a sentence, each with the fields of `as_json`; none: no log."""


@dataclass(frozen=True)
class Sentence:
    text: str
    now: datetime
    expect: Sessions


@dataclass(frozen=True)
class Answer:
    sentence: Sentence
    got: Sessions
    micros: float

    @property
    def right(self) -> bool:
        return self.got == self.sentence.expect


def load(half: str) -> list[Sentence]:
    """`tuning` or `measured`; none when there is no such file."""
    path = FOLDER / f"{half}.jsonl"
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    return [
        Sentence(row["text"], datetime.fromisoformat(row["now"]), row["expect"] or [])
        for row in rows
    ]


def answer(sentence: Sentence) -> Answer:
    began = time.perf_counter()
    said = read(sentence.text, sentence.now)
    micros = (time.perf_counter() - began) * 1e6
    return Answer(sentence, [as_json(one) for one in said], micros)


def share(found: Iterable[bool]) -> float:
    """Percent; 0 of nothing."""
    values = list(found)
    return statistics.fmean(values) * 100 if values else 0.0


def fields_right(answers: list[Answer]) -> dict[str, float]:
    """Per field: the percent of log sentences in whose every session it is right."""
    logs = [one for one in answers if one.sentence.expect]
    fields = logs[0].sentence.expect[0] if logs else {}
    return {
        field: share(
            [session[field] for session in one.got]
            == [session[field] for session in one.sentence.expect]
            for one in logs
        )
        for field in fields
    }


def report(half: str) -> None:
    sentences = load(half)
    if not sentences:
        print(f"\nLog sentences, {half} half: no such file")
        return
    answers = [answer(sentence) for sentence in sentences]
    logs = [one for one in answers if one.sentence.expect]
    others = [one for one in answers if not one.sentence.expect]
    took = [one.micros for one in answers]
    print(f"\nLog sentences, {half} half: {len(logs)} logs, {len(others)} that are none")
    print(f"  every field right, % of all          {share(one.right for one in answers):6.1f}")
    print(f"  every field right, % of logs         {share(one.right for one in logs):6.1f}")
    print(f"  logs taken for none, %               {share(not one.got for one in logs):6.1f}")
    print(f"  others refused, %                    {share(not one.got for one in others):6.1f}")
    print(f"  microseconds, median                 {statistics.median(took):6.0f}")
    print(f"  microseconds, p99                    {statistics.quantiles(took, n=100)[98]:6.0f}")
    print("  right in all sessions, % of logs")
    for field, percent in fields_right(answers).items():
        print(f"    {field:35}{percent:6.1f}")


def main() -> None:
    for sentence in load("tuning"):
        answer(sentence)  # loading the phrases is not measured
    report("tuning")
    report("measured")


if __name__ == "__main__":
    main()
