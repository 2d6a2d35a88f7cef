"""Do a ward's own answers take anything from the guides? 200 of them, beside every question of both halves.

The out-of-scope questions of the tuning half and invented ones of a ward become answers; an answer is asked
for only where the search opens nothing, as handlers/ask.py does. Nothing here is fitted on the measured half.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bench.questions import STYLES, Question, load
from content import gaps, library
from content.library import Library
from store import ward_cards
from store.db import Store
from store.migrate import migrate
from store.models import Ward
from store.team_models import Member
from store.ward_cards import APPROVED, Wording
from store.ward_models import GapGroup

CARDS = 200
WHAT = (
    "mấy giờ đổ rác ở {place}",
    "bao giờ có nước lại ở {place}",
    "lịch cắt điện tuần này ở {place}",
    "điểm nộp hồ sơ tạm trú gần {place}",
    "thứ bảy có làm căn cước ở {place} không",
    "lịch làm căn cước lưu động ở {place}",
    "ai là tổ trưởng {place}",
    "lớp học vneid buổi tối ở {place}",
    "chỗ in hồ sơ dịch vụ công gần {place}",
    "{place} bao giờ chi trả lương hưu tiền mặt",
)
PLACES = ("thôn Đông", "khu chợ Cống", "tổ dân phố 5", "ngõ 12", "khu đô thị mới", "xóm Đình")
ROWS = 5000


@dataclass(frozen=True)
class Row:
    """Numbers of questions of one style."""

    before: int
    after: int
    inside: int
    taken: int
    outside: int
    own: int
    other: int


def cards() -> tuple[list[list[str]], set[str]]:
    """The questions of each answer; and the questions of the tuning half among them."""
    invented = [what.format(place=place) for what, place in itertools.product(WHAT, PLACES)]
    asked = [one for one in load("tuning") if one.guide is None][: CARDS - len(invented)]
    known = {one.accented for one in asked}
    return [[one.accented, one.noisy] for one in asked] + [[text] for text in invented], known


def measure(loaded: Library, questions: list[Question], style: str) -> Row:
    texts, known = cards()
    counted = dict.fromkeys(("before", "after", "taken", "own", "other"), 0)
    for question in questions:
        text = getattr(question, style)
        answer = loaded.answers.answer(text)
        asked = answer.kind in ("offers", "nothing")
        card = gaps.nearest(text, texts) if asked else None
        if question.guide:
            right = question.guide in answer.guides
            counted["before"] += right
            counted["after"] += right and card is None
            counted["taken"] += card is not None
        elif card is not None:
            counted["own" if question.accented in known else "other"] += 1
    inside = sum(1 for question in questions if question.guide)
    return Row(**counted, inside=inside, outside=len(questions) - inside)


async def timed(texts: list[str]) -> list[float]:
    """Milliseconds of each question, with reading the answers from a SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{folder}/toso.db")
        await migrate(store.engine)
        await store.write(_filled)
        took = []
        for text in texts:
            began = time.perf_counter()
            there = await store.read(lambda db: ward_cards.with_state(db, "mau", APPROVED))
            gaps.nearest(text, [one.questions for one in there])
            took.append((time.perf_counter() - began) * 1000)
        await store.close()
        return took


async def _filled(db: AsyncSession) -> None:
    now = datetime(2026, 11, 20, 5, tzinfo=UTC)
    db.add(Ward(id="mau", name="phường Mẫu"))
    await db.flush()
    db.add(Member(id=1, ward_id="mau", name="A", role="officer", org="", since=now.date()))
    for number, questions in enumerate(cards()[0], start=1):
        db.add(GapGroup(id=number, ward_id="mau", text=questions[0], state="answered"))
        await db.flush()
        wording = Wording(number, questions, "Trả lời. " * 20, "Thông báo 12/TB-UBND", None)
        made = await ward_cards.add(db, "mau", wording, 1, "officer", now)
        await ward_cards.move(db, made, ("asked",), APPROVED, decided_at=now)


def grouping() -> None:
    texts = [getattr(one, style) for one in load("tuning") for style in STYLES]
    asked = [gaps.Asked(f"{texts[n % len(texts)]} {n // len(texts)}", n % 40) for n in range(ROWS)]
    for when in ("cold", "again"):
        began = time.perf_counter()
        groups = gaps.grouped(asked)
        took = time.perf_counter() - began
        print(f"{ROWS} questions into {len(groups)} groups, {when}: {took * 1000:.0f} ms")


def main() -> None:
    loaded = library.load()
    print(f"\nAnswers of a ward: {len(cards()[0])} of them beside the guides")
    heads = ("in scope", "right", "with", "taken", "out", "own", "other")
    print(f"{'':21}" + "".join(f"{head:>9}" for head in heads))
    for half in ("tuning", "measured"):
        for style in STYLES:
            row = measure(loaded, load(half), style)
            numbers = (
                row.inside,
                row.before,
                row.after,
                row.taken,
                row.outside,
                row.own,
                row.other,
            )
            print(f"{half:10}{style:11}" + "".join(f"{number:9}" for number in numbers))
    print(
        "right, with: in-scope questions whose guide is opened or offered, without and with answers;"
    )
    print("taken: in-scope questions to which an answer is given instead of what was offered;")
    print("own, other: out-of-scope questions that got an answer, their own or one that is near")
    took = asyncio.run(timed([one.noisy for one in load("tuning")]))
    p99 = statistics.quantiles(took, n=100)[98]
    print(f"with reading them: p50 {statistics.median(took):.2f} ms, p99 {p99:.2f} ms")
    grouping()


if __name__ == "__main__":
    main()
