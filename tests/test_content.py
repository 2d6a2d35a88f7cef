"""The shipped content keeps its rules, and each rule notices when it is broken."""

import re
from datetime import date
from pathlib import Path

import pytest

from content.errors import ContentError
from content.fact import Fact
from content.guide import Guide, load_guides, load_redirects
from content.library import Library
from content.ward import load_wards
from handlers.menu import CATEGORIES, SECTIONS

GOOD = """---
id: one
title: Việc thử
category: test
topic: khac
aliases:
  - cách một
  - cách hai
  - cách ba
  - cách bốn
  - cách năm
  - cách sáu
for_whom: Mọi người. [tip]
needs:
  - Điện thoại. [S1]
fee: Miễn phí. [S1]
time: Vài phút. [tip]
related: []
sources:
  - id: S1
    title: Nguồn
    url: https://example.gov.vn/a
    date: 2026-01-02
    confidence: confirmed
checked_on: 2026-11-20
recheck_after: 2027-05-20
---

## Các bước

1. Mở ứng dụng. [S1]
2. Bấm nút. [S1]

## Lỗi thường gặp

- **Không mở được**: Thử lại sau. [tip]
"""


def fact(confidence: str = "confirmed") -> Fact:
    source = {"title": "Nguồn", "url": "https://example.gov.vn/a", "date": "2026-01"}
    fields = {"value": "5.000 đồng", "en": "5,000 VND", "what": "Phí thử", "ask": "phường"}
    return Fact.model_validate(fields | {"source": source | {"confidence": confidence}})


FACTS = {"fee-one": fact(), "fee-two": fact("single")}


def load(folder: Path) -> dict[str, Guide]:
    return load_guides(FACTS, folder)


def write(folder: Path, text: str, name: str = "one") -> Path:
    path = folder / "test" / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_loads(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    guide = load(tmp_path)["one"]
    assert [step.text for step in guide.steps] == ["Mở ứng dụng.", "Bấm nút."]
    assert guide.problems[0].title == "Không mở được"
    assert guide.steps[0].cites == ("S1",)


LONG = "Bấm" + " a" * 28 + ". "
BROKEN = {
    "no sources": (r"sources:\n(  .*\n)+", "", "'sources'", 2),
    "no front matter": (r"---\n", "", "front matter", 1),
    "unknown topic": ("topic: khac", "topic: bay_bong", "unknown topic 'bay_bong'", 1),
    "unknown field": ("fee: ", "phi: ", "'phi'", 16),
    "bad date": ("checked_on: 2026-11-20", "checked_on: hôm qua", "2026-11-20", 25),
    "never rechecked": ("recheck_after: 2027-05-20", "recheck_after: 2026-01-01", "later than", 1),
    "long step": ("Bấm nút.", "Bấm " + "nút " * 80, "cut it to 300", 32),
    "too many sentences": ("Bấm nút.", "Bấm. Chờ. Xem. Xong.", "more than 3 sentences", 32),
    "nine steps": (
        r"2\. Bấm nút\. \[S1\]\n",
        "".join(f"{n}. Bấm. [S1]\n" for n in range(2, 10)),
        "9 steps",
        1,
    ),
    "dead link": ("Bấm nút.", "Xem {nowhere}.", "guide that does not exist: nowhere", 32),
    "dead related": (r"related: \[\]", "related: [nowhere]", "'nowhere' does not exist", 1),
    "no citation": (r"Bấm nút\. \[S1\]", "Bấm nút.", "no source", 32),
    "unknown citation": (r"Bấm nút\. \[S1\]", "Bấm nút. [S9]", "S9 is not in 'sources'", 32),
    "uncited source": (r"\[S1\]", "[tip]", "S1 is not cited", 1),
    "figure in a tip": (r"Bấm nút\. \[S1\]", "Gọi 19001234. [tip]", "may not state a figure", 32),
    "address in a tip": (r"Bấm nút\. \[S1\]", "Vào abc.vn. [tip]", "may not state a figure", 32),
    "unknown asserted": (r"Bấm nút\. \[S1\]", "Phí là rẻ. [?]", "hedge it", 32),
    "single asserted": ("confidence: confirmed", "confidence: single", "say 'theo …'", 15),
    "stray text": ("## Lỗi", "chữ lạc\n\n## Lỗi", "not understood: 'chữ lạc'", 34),
    "long problem": ("Không mở được", "Không mở được " * 5, "over 48 characters", 36),
    "wrong id": ("id: one", "id: two", "test/two.md", 1),
    "six aliases": ("  - cách sáu\n", "", "at least six ways", 6),
    "literal fee": ("Bấm nút.", "Trả 5.000 đồng.", "put it into content/facts.yaml", 32),
    "literal hotline": ("Bấm nút.", "Gọi 1900 0368.", "put it into content/facts.yaml", 32),
    "literal limit": ("Bấm nút.", "Chờ 3 ngày làm việc.", "put it into content/facts.yaml", 32),
    "unknown fact": ("Bấm nút.", "Trả {fact:fee-six}.", "no fact of this name: fee-six", 32),
    "single fact asserted": ("Bấm nút.", "Trả {fact:fee-two}.", "say 'theo …' and name", 32),
    "word of offices": ("Bấm nút.", "Tiến hành bấm nút.", "is a word of offices", 32),
    "abbreviation": ("Bấm nút.", "Mang theo TTHCX.", "'TTHCX' is not in", 32),
    "long sentence": ("Bấm nút.", "Bấm" + " a" * 30 + ".", "a sentence of 31 words", 32),
    "long on average": (r"Bấm nút\.(?= )|Mở ứng dụng\.(?= )", LONG * 3, "average sentence", 1),
    "bad url": ("https://example.gov.vn/a", "trang nào đó", "sources.0.url", 22),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_its_line(case: str, tmp_path: Path) -> None:
    pattern, replacement, advice, line = BROKEN[case]
    broken = re.sub(pattern, lambda _: replacement, GOOD)
    assert broken != GOOD
    path = write(tmp_path, broken)
    with pytest.raises(ContentError) as raised:
        load(tmp_path)
    said = [str(fault) for fault in raised.value.faults]
    assert any(advice in fault and f"{path}:{line}:" in fault for fault in said), said


def test_a_hedged_unknown_and_a_named_single_source_may_stay(tmp_path: Path) -> None:
    text = GOOD.replace("Bấm nút. [S1]", "Phí tùy nơi, hỏi phường để biết chắc. [?]")
    text = text.replace("confidence: confirmed", "confidence: single")
    write(tmp_path, text.replace(". [S1]", ", theo báo Thử. [S1]"))
    assert load(tmp_path)


def test_a_fact_is_a_ground_of_its_own(tmp_path: Path) -> None:
    text = GOOD.replace("Bấm nút. [S1]", "Trả {fact:fee-one}. [tip]")
    write(tmp_path, text.replace("Mở ứng dụng. [S1]", "Trả {fact:fee-two}, theo báo Thử. [tip]"))
    assert load(tmp_path)["one"].steps[1].facts == ("fee-one",)


def test_labels_may_keep_the_words_of_offices(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("Bấm nút.", "Bấm “Tiến hành kê khai TTHCX”."))
    assert load(tmp_path)


def test_an_old_id_leads_to_a_guide(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    (tmp_path / "redirects.yaml").write_text("old: one\n", encoding="utf-8")
    assert load_redirects(load(tmp_path), tmp_path / "redirects.yaml") == {"old": "one"}
    (tmp_path / "redirects.yaml").write_text("old: gone\none: one\n", encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load_redirects(load(tmp_path), tmp_path / "redirects.yaml")
    assert [fault.line for fault in raised.value.faults] == [1, 2]


def test_every_task_of_the_fact_files_has_a_guide(library: Library) -> None:
    tasks = Path(__file__).parent / "guide_ids.txt"
    ids = tasks.read_text(encoding="utf-8").split()
    assert len(ids) == 276
    assert [name for name in ids if library.guide(name) is None] == []


def test_every_guide_is_behind_a_choice_of_the_menu(library: Library) -> None:
    behind = {folder for _, folders in CATEGORIES.values() for folder in folders}
    assert {guide.category for guide in library.guides.values()} == behind == set(SECTIONS)


def test_an_alias_belongs_to_one_guide(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("id: one", "id: two"), "two")
    with pytest.raises(ContentError, match="belongs to one too"):
        load(tmp_path)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("khac", "bay").replace("Bấm nút. [S1]", "Bấm nút."))
    with pytest.raises(ContentError) as raised:
        load(tmp_path)
    assert len(raised.value.faults) == 2


def test_a_guide_grows_stale_the_day_after(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    guide = load(tmp_path)["one"]
    assert not guide.stale(date(2027, 5, 20))
    assert guide.stale(date(2027, 5, 21))


def test_ids_fit_into_option_values(library: Library) -> None:
    assert all(len(guide) <= 26 for guide in library.guides)


def test_titles_are_told_apart(library: Library) -> None:
    assert len(set(library.titles.values())) == len(library.guides)


def test_content_never_looks_like_numbered_options(library: Library) -> None:
    def texts(guide: Guide) -> list[str]:
        return [guide.title, *(line.text for line in guide.lines)]

    assert not [
        t for guide in library.guides.values() for t in texts(guide) if re.search(r"\[\d", t)
    ]


def test_wards_say_where_they_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("id: y\nname: Y\ncity: Z\ncontacts: []\n", encoding="utf-8")
    with pytest.raises(ContentError, match=r"x.yaml:4: 'contacts'"):
        load_wards(tmp_path, frozenset())


def test_a_ward_with_another_files_id_is_refused(tmp_path: Path) -> None:
    text = "id: ward-y\nname: Y\ncity: Z\ncontacts:\n  - name: A\n"
    (tmp_path / "x.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match="must be the file's name"):
        load_wards(tmp_path, frozenset())


def test_a_long_id_is_refused(tmp_path: Path) -> None:
    name = "a" * 27
    write(tmp_path, GOOD.replace("id: one", f"id: {name}"), name)
    with pytest.raises(ContentError, match="id over 26 letters"):
        load(tmp_path)


@pytest.mark.parametrize(
    ("areas", "advice"),
    [
        (["Thôn Đông", "Thôn Dong"], "the same name without accents"),
        (["Tổ " + "dài " * 20], "too long"),
    ],
)
def test_areas_that_cannot_be_told_apart_are_refused(
    areas: list[str], advice: str, tmp_path: Path
) -> None:
    lines = "".join(f"  - {area}\n" for area in areas)
    text = f"id: x1\nname: X\ncity: Z\nareas:\n{lines}contacts:\n  - name: A\n"
    (tmp_path / "x1.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=advice):
        load_wards(tmp_path, frozenset())
