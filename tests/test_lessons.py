"""The shipped lessons keep their rules, and each rule notices when it is broken."""

import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from content.errors import ContentError
from content.fact import load_facts
from content.guide import load_guides
from content.lesson import Lesson, load_lessons
from content.lesson_rules import word_count
from content.library import Library

GOOD = """---
id: passwords
title: Mật khẩu và mã OTP
topic: antoan_matkhau
guide: scammed-what-to-do
framework: ""
sources:
  - id: S1
    title: Nguồn
    url: https://example.gov.vn/a
    date: 2026-01-02
    confidence: confirmed
checked_on: 2026-11-20
recheck_after: 2027-05-31
---
## Phần 1
Mã OTP là chìa khóa của bạn. [S1]
Nếu lỡ đưa, xem {scammed-what-to-do}. [tip]

## Phần 2
Người lạ hỏi mã là người
  muốn lấy tiền. [S1]
Thử ngay: nói với người nhà điều này. [tip]

## Câu hỏi
Có người bảo đọc mã. Bạn làm gì?
- [ ] **Đọc mã cho nhanh**: Chưa đúng. Ai có mã là vào được tài khoản. [S1]
- [x] **Không đọc, tắt máy**: Đúng rồi. Mã chỉ để bạn dùng. [S1]
- [ ] **Hỏi tên người gọi**: Chưa đúng. Tên có thể giả. [tip]
"""
NAME = "01-passwords"
FACTS = load_facts()
GUIDES = load_guides(FACTS)


def write(folder: Path, text: str = GOOD, name: str = NAME, course: str = "residents") -> Path:
    path = folder / course / f"{name}.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def other(number: int, id: str) -> tuple[str, str]:
    """A good lesson of another id, with the name of its file."""
    return GOOD.replace("id: passwords", f"id: {id}"), f"{number:02}-{id}"


def only(folder: Path) -> Lesson:
    return load_lessons(GUIDES, FACTS, folder)["residents"].lessons[0]


def said(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as raised:
        load_lessons(GUIDES, FACTS, folder)
    return [str(fault) for fault in raised.value.faults]


def test_a_good_file_loads(tmp_path: Path) -> None:
    path = write(tmp_path)
    lesson = only(tmp_path)
    assert (lesson.path, lesson.course, lesson.number) == (path, "residents", 1)
    assert (lesson.id, lesson.title) == ("passwords", "Mật khẩu và mã OTP")
    assert (lesson.topic, lesson.guide) == ("antoan_matkhau", "scammed-what-to-do")
    assert (lesson.framework, lesson.recheck_after) == ("", date(2027, 5, 31))
    assert [[line.text for line in part] for part in lesson.parts] == [
        ["Mã OTP là chìa khóa của bạn.", "Nếu lỡ đưa, xem {scammed-what-to-do}."],
        ["Người lạ hỏi mã là người muốn lấy tiền.", "Thử ngay: nói với người nhà điều này."],
    ]
    assert lesson.question == "Có người bảo đọc mã. Bạn làm gì?"
    assert [choice.right for choice in lesson.choices] == [False, True, False]
    assert lesson.right == 1
    assert lesson.choices[2].label == "Hỏi tên người gọi"
    assert lesson.choices[2].feedback.text == "Chưa đúng. Tên có thể giả."
    assert lesson.choices[2].feedback.cites == ("tip",)
    assert [source.id for source in lesson.sources] == ["S1"]
    assert len(lesson.lines) == 7


def test_words_are_counted_as_shown_without_feedback(tmp_path: Path) -> None:
    write(tmp_path)
    parts, asked = 7 + 4 + 9 + 8, 8 + 4 + 4 + 4  # without the link

    def shown(text: str) -> str:
        return text.replace("{scammed-what-to-do}", "Ba từ này")

    assert word_count(only(tmp_path), shown) == parts + asked + 3


def test_every_course_is_there_even_without_lessons(tmp_path: Path) -> None:
    courses = load_lessons(GUIDES, FACTS, tmp_path)
    assert list(courses) == ["residents", "traders", "team"]
    assert all(
        course.lessons == () and course.title and course.about for course in courses.values()
    )


CHOICE = "- [ ] **Gọi con số {n}**: Chưa đúng. Nghe đã. [tip]\n"
PART = r"Mã OTP là chìa khóa của bạn\."
FEEDBACK = r"Ai có mã là vào được tài khoản\."
ANSWERS = r"(- \[.\] .*\n)+"

BROKEN = {
    "no front matter": (r"---\n", "", "begin the file with front matter", 1),
    "no sources": (r"sources:\n(  .*\n)+", "", "'sources'", 2),
    "unknown field": ("guide: ", "huongdan: ", "'huongdan'", 5),
    "long id": ("id: passwords", "id: " + "a" * 25, "at most 24 letters", 2),
    "capital id": ("id: passwords", "id: Passwords", "a-z, 0-9", 2),
    "long title": ("title: Mật", "title: " + "a" * 40, "'title'", 3),
    "invented framework": ('framework: ""', "framework: 1.2", "nobody has the annex", 6),
    "bad date": ("checked_on: 2026-11-20", "checked_on: hôm qua", "2026-11-20", 13),
    "other id": ("id: passwords", "id: otp", "must be its place and id: 01-otp.md", 1),
    "unknown topic": ("antoan_matkhau", "bay_bong", "unknown topic 'bay_bong'", 1),
    "unknown guide": ("guide: scammed-what-to-do", "guide: nowhere", "'nowhere' does not exist", 1),
    "never rechecked": ("2027-05-31", "2026-11-20", "recheck_after must be later", 1),
    "uncited source": (r"\[S1\]", "[tip]", "source S1 is not cited", 1),
    "stray text": ("---\n## Phần 1", "---\nlạc\n## Phần 1", "not understood: 'lạc'", 16),
    "strange heading": ("## Phần 2", "## Mẹo", "'## Mẹo' does not belong here", 20),
    "part out of order": ("## Phần 2", "## Phần 3", "'## Phần 3' does not belong here", 20),
    "part after the question": (r"\Z", "## Phần 3\nThử. [tip]\n", "## Phần 3' does not", 30),
    "two questions": (r"\Z", "## Câu hỏi\n", "'## Câu hỏi' does not belong here", 30),
    "no part": (r"## Phần(.*\n)+(?=## Câu)", "", "0 parts; write 1 to 3", 1),
    "four parts": (
        "## Câu",
        "## Phần 3\nMột. [tip]\nHai. [tip]\n## Phần 4\nBa. [tip]\nThử ngay: bốn. [tip]\n## Câu",
        "4 parts; write 1 to 3",
        1,
    ),
    "one line in a part": (r"Nếu lỡ.*\n", "", "part 1 has 1 lines; write 2 to 5", 17),
    "six lines in a part": (
        r"Nếu lỡ.*\n",
        "Nghe đã. [tip]\n" * 5,
        "part 1 has 6 lines; write 2 to 5",
        17,
    ),
    "empty part": (r"(?<=Phần 1\n)(.+\n)+", "", "part 1 has 0 lines", 1),
    "long part": (PART, "Mã " * 150, "cut it to 450", 17),
    "long line": (PART, "Một. Hai. Ba.", "more than 2 sentences", 17),
    "nothing to do": ("Thử ngay:", "Hãy", "'Thử ngay: …'", 21),
    "too many words": (
        PART,
        "a " * 190,
        "words in parts, question and choices; cut them to 220",
        1,
    ),
    "dead link": (r"\{scammed-what-to-do\}", "{nowhere}", "does not exist: nowhere", 18),
    "two links": (PART, "Xem {vneid-install}.", "more than one link", 18),
    "no citation": (PART + r" \[S1\]", "Mã.", "no source; end the line", 17),
    "unknown citation": (PART + r" \[S1\]", "Mã. [S9]", "S9 is not in 'sources'", 17),
    "citation inside": (PART, "Mã. [S1] Của bạn.", "cite only at the end", 17),
    "figure in a tip": ("điều này", "gọi 19001234", "may not state a figure", 23),
    "unknown asserted": (PART + r" \[S1\]", "Phí rẻ. [?]", "hedge it", 17),
    "single asserted": ("confidence: confirmed", "confidence: single", "say 'theo …'", 17),
    "feedback without source": (FEEDBACK + r" \[S1\]", "Thế đấy.", "no source; end the line", 27),
    "feedback of one source": ("confidence: confirmed", "confidence: single", "say 'theo …'", 28),
    "no question": (r"## Câu hỏi\n(.*\n)+", "", "no question; write '## Câu hỏi'", 1),
    "no question's line": (r"Có người.*\n", "", "no question; write '## Câu hỏi'", 1),
    "question of two lines": (r"(Bạn làm gì)", "\nBạn làm gì", "the question is one line", 27),
    "no answers": (ANSWERS, "", "no answers; under the question write '- [ ] **label**", 1),
    "one answer": (r"- \[ \] .*\n", "", "1 answers; write 2 to 4", 27),
    "five answers": (
        r"\Z",
        "- [ ] **Gọi con**: Chưa đúng. Thôi. [tip]\n- [ ] **Kệ nó**: Chưa đúng. Thôi. [tip]\n",
        "5 answers; write 2 to 4",
        31,
    ),
    "no right answer": (r"\[x\]", "[ ]", "no right answer; mark the one that is right", 27),
    "two right answers": (
        r"\[ \] \*\*Hỏi",
        "[x] **Hỏi",
        "a second right answer; mark only one",
        29,
    ),
    "answer in a part": ("Nếu lỡ", "- [x] **Nếu**: lỡ", "write answers under '## Câu hỏi'", 18),
    "answer without label": (r"\*\*Hỏi tên người gọi\*\*", "Hỏi", "not understood", 29),
    "no feedback": (r": Chưa đúng\. Tên.*", "", "no feedback for 'Hỏi tên người gọi'", 29),
    "only a source as feedback": (r"Chưa đúng\. Tên.* \[", "[", "no feedback for 'Hỏi tên", 29),
    "long feedback": (FEEDBACK, "mã " * 80, "cut it to 220", 27),
    "chatty feedback": (FEEDBACK, "Một. Hai. Ba.", "more than 3 sentences", 27),
    "scolding": (r"Chưa đúng\. Tên", "Sai rồi. Tên", "'sai rồi' discourages", 29),
    "mark at the wrong answer": (r"Đúng rồi", "Chưa đúng", "the opposite of the mark", 28),
    "praise for the wrong answer": (r"Chưa đúng\. Tên", "Đúng rồi. Tên", "the opposite of", 29),
    "long label": ("Hỏi tên người gọi", "Hỏi " * 11, "over 40 characters", 29),
    "number as a label": ("Hỏi tên người gọi", "3", "taken for the number of an answer", 29),
    "same beginning": ("Hỏi tên", "Đọc tên", "'Đọc tên người gọi' begins like 'Đọc mã", 29),
    "same but for accents": ("Hỏi tên", "Dọc tên", "begins like 'Đọc mã cho nhanh'", 29),
    "emoji": (PART, "Mã của bạn 🔑.", "an emoji", 17),
    "bold in a line": (PART, "Mã **của bạn**.", "brackets or **", 17),
    "link in the question": ("Bạn làm gì", "Xem {vneid-install}", "link in lines only", 1),
    "claim in a line": (PART, "Bạn được cấp chứng chỉ.", "'chứng chỉ' may be taken", 17),
    "claim in the title": ("title: Mật khẩu", "title: Phổ cập kỹ năng số", "'Phổ cập kỹ năng'", 1),
    "claim in the feedback": (FEEDBACK, "Bạn được công nhận.", "'công nhận' may be taken", 27),
    "claim in a label": ("Hỏi tên người gọi", "Hỏi xin chứng nhận", "'chứng nhận' may be", 29),
    "claim beside a denial": (
        PART,
        "Không phải lo. Bạn được chứng nhận.",
        "'chứng nhận' may be taken for an official confirmation",
        17,
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_with_its_line(case: str, tmp_path: Path) -> None:
    pattern, replacement, advice, line = BROKEN[case]
    broken = re.sub(pattern, lambda _: replacement, GOOD)
    assert broken != GOOD
    path = write(tmp_path, broken)
    faults = said(tmp_path)
    assert any(advice in fault and f"{path}:{line}:" in fault for fault in faults), faults


ALLOWED = {
    "what it is not": (PART, "Học xong không phải là được nhà nước công nhận hay chứng nhận."),
    "a paper's name": (PART, "Mang theo giấy chứng nhận đăng ký xe."),
    "two answers": (r"- \[ \] \*\*Hỏi.*\n", ""),
    "a hedged unknown": (PART + r" \[S1\]", "Phí tùy nơi, hỏi phường để biết chắc. [?]"),
    "tips only": (r"(?s)sources:.*?checked", "sources: []\nchecked"),
    "no colon": (r"nhanh\*\*:", "nhanh**"),
    "colon inside": (r"nhanh\*\*:", "nhanh:**"),
    "capital mark": (r"\[x\]", "[X]"),
}


FIRST = "Mã OTP là chìa khóa của bạn."
LINK = "Nếu lỡ đưa, xem {scammed-what-to-do}."
LINKED = len(LINK.replace("{scammed-what-to-do}", f"“{GUIDES['scammed-what-to-do'].title}”"))
LINKED_WORDS = 4 + len(GUIDES["scammed-what-to-do"].title.split())

LIMITS = {
    "title": ("title: Mật khẩu và mã OTP", "title: " + "a" * 48, "a"),
    "label": ("Hỏi tên người gọi", "Hỏi " + "a" * 36, "a"),
    "feedback": ("Ai có mã là vào được tài khoản.", "a" * (220 - len("Chưa đúng. ")), "a"),
    "part": (FIRST, "a" * (450 - 1 - LINKED), "a"),
    "words": (FIRST, "a " * (220 - LINKED_WORDS - 9 - 8 - 20 - 1) + "a", " a"),
    "sentences of a line": (FIRST, "Một. Hai.", " Ba."),
    "sentences of feedback": ("Ai có mã là vào được tài khoản.", "Một. Hai.", " Ba."),
}
"""What is replaced by what just fits, and what is too much when added."""


@pytest.mark.parametrize("case", LIMITS)
def test_a_limit_may_be_reached_and_not_passed(case: str, tmp_path: Path) -> None:
    text, fits, more = LIMITS[case]
    assert text in GOOD
    write(tmp_path, GOOD.replace(text, fits, 1))
    assert only(tmp_path)
    write(tmp_path, GOOD.replace(text, fits + more, 1))
    assert len(said(tmp_path)) == 1


def test_an_id_of_24_letters_fits(tmp_path: Path) -> None:
    write(tmp_path, *other(1, "a" * 24))
    assert only(tmp_path).id == "a" * 24


@pytest.mark.parametrize("case", ALLOWED)
def test_what_may_stay(case: str, tmp_path: Path) -> None:
    pattern, replacement = ALLOWED[case]
    text = re.sub(pattern, lambda _: replacement, GOOD)
    assert text != GOOD
    write(tmp_path, text.replace("[S1]", "[tip]") if case == "tips only" else text)
    lesson = only(tmp_path)
    assert lesson.choices[0].label == "Đọc mã cho nhanh"
    assert lesson.right == 1


def test_a_named_single_source_may_stay(tmp_path: Path) -> None:
    text = GOOD.replace("confidence: confirmed", "confidence: single")
    write(tmp_path, text.replace(". [S1]", ", theo báo Thử. [S1]"))
    assert only(tmp_path)


def test_all_faults_are_told_at_once_in_order(tmp_path: Path) -> None:
    write(tmp_path, GOOD.replace("title: Mật", "ten: Mật").replace("## Phần 2", "## Mẹo"))
    text, name = other(2, "second")
    write(tmp_path, text.replace("[x]", "[ ]").replace("antoan_matkhau", "bay"), name)
    lines = [re.sub(r".*/(.+\.md:\d+): .*", r"\1", fault) for fault in said(tmp_path)]
    first, second = f"{NAME}.md", f"{name}.md"
    assert lines == [
        f"{first}:2", f"{first}:3", f"{first}:20", f"{second}:1", f"{second}:27",
        f"{second}:28",
    ]  # fmt: skip


NAMES = {
    "gap": ([1, 3], "03-c3.md:1: number 02 is missing before this"),
    "late start": ([2], "02-c2.md:1: number 01 is missing before this"),
    "no number": ([0], "name the file by place and id"),
}


@pytest.mark.parametrize("case", NAMES)
def test_lessons_are_numbered_without_gap(case: str, tmp_path: Path) -> None:
    numbers, advice = NAMES[case]
    for number in numbers:
        write(tmp_path, *other(number, f"c{number}"))
    faults = said(tmp_path)
    assert len(faults) == 1
    assert advice in faults[0]


def test_a_number_is_used_once(tmp_path: Path) -> None:
    for id in ("one", "two"):
        write(tmp_path, *other(1, id))
    assert [fault for fault in said(tmp_path) if "number 01 is used twice" in fault]


def test_a_file_that_cannot_be_read_leaves_no_gap(tmp_path: Path) -> None:
    write(tmp_path, "no front matter")
    write(tmp_path, *other(2, "second"))
    assert len(said(tmp_path)) == 1


def test_an_id_belongs_to_one_lesson_of_all_courses(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, course="team")
    assert "team/01-passwords.md:1: id 'passwords' belongs to residents/" in said(tmp_path)[0]


def test_an_unknown_course_is_refused(tmp_path: Path) -> None:
    write(tmp_path, course="doctors")
    assert "no course 'doctors'; move it to: residents, traders, team" in said(tmp_path)[0]


def test_lessons_stand_in_their_order(tmp_path: Path) -> None:
    for number in range(11, 0, -1):
        write(tmp_path, *other(number, f"c{number}"))
    lessons = load_lessons(GUIDES, FACTS, tmp_path)["residents"].lessons
    assert [lesson.number for lesson in lessons] == list(range(1, 12))


def test_a_lesson_grows_stale_the_day_after(tmp_path: Path) -> None:
    write(tmp_path)
    lesson = only(tmp_path)
    assert not lesson.stale(date(2027, 5, 31))
    assert lesson.stale(date(2027, 6, 1))


def test_check_names_stale_lessons(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(date):
        @classmethod
        def today(cls) -> "Later":
            return cls(2100, 1, 1)

    monkeypatch.setattr("bot.cli_content.date", Later)
    output = CliRunner().invoke(app, ["check"]).stdout
    assert all(
        f"{lesson.path}: {lesson.id}: check it again" in output for lesson in shipped(library)
    )
    assert f"{len(library.lessons)} lessons" in output


def shipped(library: Library) -> list[Lesson]:
    return [lesson for course in library.courses.values() for lesson in course.lessons]


def test_the_courses_to_ship_are_there(library: Library) -> None:
    counts = {name: len(course.lessons) for name, course in library.courses.items()}
    assert counts == {"residents": 18, "traders": 6, "team": 5}


def test_lessons_are_found_by_id(library: Library) -> None:
    assert list(library.lessons.values()) == shipped(library)
    assert all(name == lesson.id for name, lesson in library.lessons.items())


def test_titles_of_lessons_are_told_apart(library: Library) -> None:
    assert len({lesson.title for lesson in shipped(library)}) == len(shipped(library))


def test_the_right_answer_stands_at_different_places(library: Library) -> None:
    for course in library.courses.values():
        assert len({lesson.right for lesson in course.lessons}) > 1
