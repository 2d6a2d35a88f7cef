"""Fact cards: short answers that rest on facts, each question in one place."""

from pathlib import Path

import pytest

from content.card import load_cards
from content.errors import ContentError
from content.fact import load_facts
from content.guide import Guide
from content.library import Library

CARD = """- id: card-one
  guide: vneid-what-is
  asks: [hỏi một, hỏi hai, hỏi ba, hỏi bốn]
  answer: Gọi {fact:hotline-one}.
  en: Call {fact:hotline-one}.
"""
FACT = """hotline-one:
  value: 1900 1234
  what: Tổng đài thử
  ask: phường
  source: {title: Nguồn, url: "https://example.gov.vn/a", date: 2026-08, confidence: confirmed}
"""


def said(folder: Path, text: str, guides: dict[str, Guide]) -> list[str]:
    (folder / "facts.yaml").write_text(FACT, encoding="utf-8")
    (folder / "cards.yaml").unlink(missing_ok=True)
    cards = folder / "cards"
    cards.mkdir(exist_ok=True)
    (cards / "some.yaml").write_text(text, encoding="utf-8")
    try:
        load_cards(load_facts(folder / "facts.yaml"), guides, cards)
    except ContentError as error:
        return [str(fault) for fault in error.faults]
    return []


def test_a_good_card_loads(tmp_path: Path, library: Library) -> None:
    assert said(tmp_path, CARD, library.guides) == []


BROKEN = {
    "no fact": ("Gọi {fact:hotline-one}.", "Gọi phường.", "no {fact:name}"),
    "literal": ("Gọi {", "Gọi 1900 9999, {", "put it into content/facts.yaml"),
    "unknown fact": ("Gọi {fact:hotline-one}", "Gọi {fact:hotline-six}", "no fact of this name"),
    "no guide": ("guide: vneid-what-is", "guide: nowhere", "'nowhere' does not exist"),
    "three asks": (", hỏi bốn]", "]", "at least four ways"),
    "jargon": ("Gọi {", "Tiến hành gọi {", "word of offices"),
    "long": ("Gọi {", "Gọi " + "nhé " * 75 + "{", "cut it to 300"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_card_is_refused_with_its_line(
    case: str, tmp_path: Path, library: Library
) -> None:
    old, new, advice = BROKEN[case]
    assert old in CARD
    faults = said(tmp_path, "\n" + CARD.replace(old, new), library.guides)
    assert any(advice in fault and "some.yaml:2:" in fault for fault in faults), faults


def test_a_question_belongs_to_one_place(tmp_path: Path, library: Library) -> None:
    other = CARD.replace("card-one", "card-two").replace("vneid-what-is", "vneid-install")
    faults = said(tmp_path, CARD + other, library.guides)
    assert any("'hỏi một' belongs to card-one too" in fault for fault in faults)
    alias = library.guides["vneid-install"].aliases[0]
    faults = said(tmp_path, CARD.replace("hỏi một", alias), library.guides)
    assert any("belongs to vneid-install too" in fault for fault in faults)


def test_an_id_is_used_once(tmp_path: Path, library: Library) -> None:
    faults = said(tmp_path, CARD + CARD, library.guides)
    assert any("'card-one' is used twice" in fault for fault in faults)
