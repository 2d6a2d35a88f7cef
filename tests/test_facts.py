"""Facts stand once, say where they are from, and are hedged outside of their days."""

from datetime import date
from pathlib import Path

import pytest

from content.errors import ContentError
from content.fact import Filled, load_facts

GOOD = """fee-one:
  value: 5.000 đồng
  en: 5,000 VND
  what: Phí thử
  from: 2026-08-15
  until: 2027-02-28
  ask: Công an phường
  source: {title: Nguồn, url: "https://example.gov.vn/a", date: 2026-08, confidence: confirmed}
"""
BEFORE, WITHIN, AFTER = date(2026, 8, 14), date(2027, 2, 28), date(2027, 3, 1)


def write(folder: Path, text: str) -> Path:
    path = folder / "facts.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("day", "lang", "said"),
    [
        (WITHIN, "vi", "Trả 5.000 đồng nhé."),
        (WITHIN, "en", "Trả 5,000 VND nhé."),
        (None, "vi", "Trả 5.000 đồng nhé."),
        (AFTER, "vi", "Trả 5.000 đồng (có thể đã thay đổi, hỏi Công an phường để biết chắc) nhé."),
        (AFTER, "en", "Trả 5,000 VND (this may have changed, ask Công an phường to be sure) nhé."),
        (BEFORE, "vi", "Trả 5.000 đồng (từ ngày 15/08/2026) nhé."),
    ],
)
def test_a_fact_is_shown_for_its_day(
    day: date | None, lang: str, said: str, tmp_path: Path
) -> None:
    facts = load_facts(write(tmp_path, GOOD))
    assert Filled(facts, day, lang)("Trả {fact:fee-one} nhé.") == said


def test_one_edit_mends_every_text(tmp_path: Path) -> None:
    texts = ["Trả {fact:fee-one}.", "Mất {fact:fee-one}, hai lần {fact:fee-one}."]
    facts = load_facts(write(tmp_path, GOOD.replace("5.000", "7.000")))
    assert [Filled(facts)(text).count("7.000 đồng") for text in texts] == [1, 2]


BROKEN = {
    "no source": ("  source: {", "  quelle: {", 1, "source"),
    "unknown": ("confidence: confirmed", "confidence: unknown", 8, "confidence"),
    "no day": ("date: 2026-08", "date: neulich", 8, "date"),
    "whom": ("  ask: Công an phường\n", "", 1, "ask"),
    "ends first": ("until: 2027-02-28", "until: 2026-08-14", 1, "ends before it begins"),
    "bad name": ("fee-one:", "Fee_One:", 1, "use 3 to 40"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_fact_is_refused_with_its_line(case: str, tmp_path: Path) -> None:
    old, new, line, advice = BROKEN[case]
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new))
    with pytest.raises(ContentError) as raised:
        load_facts(path)
    said = [str(fault) for fault in raised.value.faults]
    assert any(advice in fault and f"{path}:{line}:" in fault for fault in said), said
