"""What a campaign aims at: kinds of area, goals, and the minimums one province set.

Goals and minimums are those of the one daily form that was found, of Đắk Lắk (facts/programme.md, c.3).
The words of goals are data of reports and stay Vietnamese, as those of content/vocabulary.py do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from content.fold import words
from content.i18n import N_, translate
from content.topics import TOPIC_NAMES, TOPIC_ORDER

AREA_TYPES = {
    "ward": N_("Urban ward"),
    "market": N_("Commune with a market"),
    "rural": N_("Rural area"),
}
SKILLS, VNEID, DVC, QR = "skills", "vneid", "dvc", "qr"
SUGGESTED = {
    "ward": {SKILLS: 1500, VNEID: 700, DVC: 500, QR: 160},
    "market": {SKILLS: 1000, VNEID: 500, DVC: 300, QR: 100},
    "rural": {SKILLS: 600, VNEID: 300, DVC: 150, QR: 30},
}
"""What a unit of Đắk Lắk was to pass ("> 1.500"): one source, so it is offered and never filled in."""
SUGGESTED_BY = "mẫu Đắk Lắk"
LARGEST = 1_000_000
"""A target beyond it is a slip of the keyboard."""
LAST_MINUTE = 24 * 60 - 1


@dataclass(frozen=True)
class Goal:
    """What a target counts: a measure of store.figures.Tally, narrowed to topics and audiences."""

    code: str
    name: str
    measure: str
    topics: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()


def _beginning(opening: str) -> tuple[str, ...]:
    return tuple(code for code in TOPIC_ORDER if code.startswith(opening))


GOALS = {
    SKILLS: Goal(SKILLS, "lượt hướng dẫn kỹ năng số", "reached"),
    VNEID: Goal(VNEID, "lượt làm được VNeID", "successes", _beginning("vneid_")),
    DVC: Goal(DVC, "lượt làm được DVC trực tuyến", "successes", _beginning("dvc_")),
    QR: Goal(QR, "hộ KD dùng mã QR", "households", ("ttkdtm_qr",), ("business",)),
}
"""The four counts of the form; besides them any one topic may be a goal."""
SHORT = {SKILLS: "lượt", VNEID: "VNeID", DVC: "DVC", QR: "QR"}
"""As people type them."""
_ALSO = {
    "luot ky nang so": SKILLS, "ky nang so": SKILLS, "luot huong dan": SKILLS, "luot nguoi": SKILLS,
    "skills": SKILLS, "dich vu cong": DVC, "ho kd": QR, "ho kd qr": QR, "ho kinh doanh": QR, "ma qr": QR,
    "ho qr": QR,
}  # fmt: skip
_TARGET = re.compile(
    r"^\s*(?:(?P<before>\d[\d.]*)\s+)?(?P<name>.*?)[\s:=>≥]*(?P<after>\d[\d.]*)?\s*$"
)


class BadTarget(ValueError):
    """A part of what was typed that names no goal, or no number; its text is that part."""


def goal(code: str) -> Goal | None:
    """One of GOALS, or the goal a topic is: people who could do it then."""
    if code in TOPIC_NAMES:
        return Goal(code, translate("vi", TOPIC_NAMES[code]), "successes", (code,))
    return GOALS.get(code)


def goals(targets: Mapping[str, int]) -> list[tuple[Goal, int]]:
    """The goals of a campaign with their numbers, those of the form first. What is no goal is left out."""
    order = [*GOALS, *TOPIC_ORDER]
    return [(found, targets[code]) for code in order if code in targets and (found := goal(code))]


def read_targets(text: str) -> dict[str, int]:
    """ "lượt 1500, vneid 700, 160 qr" as goal → number. BadTarget."""
    parts = [part for part in re.split(r"[,;\n]|\s+và\s+", text) if part.strip()]
    return dict(_target(part.strip()) for part in parts)


def as_typed(targets: Mapping[str, int]) -> str:
    """As read_targets reads it again, whatever the topics are called."""
    return ", ".join(f"{code} {number}" for code, number in targets.items())


def in_words(targets: Mapping[str, int]) -> str:
    """For people: "lượt 1500; VNeID 700"."""
    return "; ".join(
        f"{SHORT.get(goal.code, goal.name)} {number}" for goal, number in goals(targets)
    )


def _target(part: str) -> tuple[str, int]:
    found = _TARGET.match(part)
    said = found and (found["after"] or found["before"])
    code = _names().get(words(found["name"])) if found else None
    number = int(said.replace(".", "")) if said else 0
    if code is None or not 0 < number <= LARGEST:
        raise BadTarget(part)
    return code, number


@cache
def _names() -> dict[str, str]:
    """Everything by which a goal may be named, folded."""
    topics = {words(name): code for code in TOPIC_ORDER for name in (code, _topic_name(code))}
    short = {words(name): code for code, name in SHORT.items()}
    return topics | {words(one.name): code for code, one in GOALS.items()} | short | _ALSO


def _topic_name(code: str) -> str:
    return translate("vi", TOPIC_NAMES[code])
