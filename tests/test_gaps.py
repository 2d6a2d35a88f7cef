"""Questions that ask the same: grouped alike in any order, and near an answer of the ward or not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.questions import load
from content import gaps
from content.gaps import SAME, Asked, grouped, likeness, meant, nearest

WORDS = "rác đổ mấy giờ chợ họp phiên điện mất ngõ nước cấp thẻ xe buýt tuyến".split()
QUESTIONS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
ASKED = st.dictionaries(QUESTIONS, st.integers(1, 40), max_size=25).map(
    lambda rows: [Asked(text, times) for text, times in rows.items()]
)


@given(ASKED, st.randoms(use_true_random=False), st.lists(QUESTIONS, max_size=4))
def test_any_order_gives_the_same_groups_and_nothing_is_lost(
    asked: list[Asked], chance: object, known: list[str]
) -> None:
    groups = grouped(asked, known)
    mixed = sorted(asked, key=lambda _: chance.random())  # type: ignore[attr-defined]
    assert grouped(mixed, known) == groups
    assert sum(group.times for group in groups) == sum(one.times for one in asked)
    assert sorted(text for group in groups for text in group.texts) == sorted(
        one.text for one in asked
    )


@given(ASKED)
def test_the_shortcut_misses_no_group(asked: list[Asked]) -> None:
    """Each question is in the nearest group of all that was there when its turn came."""
    groups = grouped(asked)
    for group in groups:
        for text in group.texts:
            assert likeness(meant(text), meant(group.text)) >= SAME - 1e-9
    known = [group.text for group in groups]
    for text in known:
        assert all(likeness(meant(text), meant(other)) < SAME for other in known if other != text)


def test_the_rarest_word_need_not_be_shared() -> None:
    rare, *others = meant("chợ phiên họp cấp thẻ xe buýt").words
    without = " ".join(others)
    (group,) = grouped([Asked(without, 2), Asked(f"{rare} {without}", 1)])
    assert group.texts == (without, f"{rare} {without}")


def test_groups_keep_their_identity_over_nights() -> None:
    first = grouped([Asked("mấy giờ đổ rác", 3), Asked("chợ phiên họp ngày nào", 2)])
    known = [group.text for group in first]
    later = [Asked("may gio do rac vay", 50), Asked("đổ rác mấy giờ ạ", 9), Asked("mất nước", 1)]
    assert [(group.text, group.times) for group in grouped(later, known)] == [
        ("mấy giờ đổ rác", 59),
        ("mất nước", 1),
    ]


def test_what_is_asked_most_begins_and_accents_go_first() -> None:
    (group,) = grouped([Asked("may gio do rac", 2), Asked("mấy giờ đổ rác", 2)])
    assert group.text == "mấy giờ đổ rác"
    (group,) = grouped([Asked("may gio do rac", 3), Asked("mấy giờ đổ rác", 2)])
    assert group.text == "may gio do rac"


def test_texts_without_words_stay_alone() -> None:
    assert len(grouped([Asked("???", 1), Asked("…", 2), Asked("", 3)])) == 3


def test_five_thousand_questions_take_less_than_a_second() -> None:
    texts = [question.accented for question in load("tuning")]
    asked = [Asked(f"{texts[n % len(texts)]} {n}", n % 30 + 1) for n in range(5000)]
    meant("")  # the words are counted once
    began = time.process_time()  # other tests run beside it
    groups = grouped(asked)
    assert time.process_time() - began < 1
    assert len(groups) > 100


CARDS = [["mấy giờ đổ rác ở ngõ 5", "xe rác ngõ 5 mấy giờ đến"], ["chợ phiên họp ngày nào"]]


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("Mấy giờ đổ rác ở ngõ 5?", 0),
        ("may gio do rac ngo 5 vay ad", 0),
        ("xe rac ngo 5 den luc may gio", 0),
        ("chợ phiên họp hôm nào hả cháu", 1),
        ("mấy giờ đóng cửa", None),
        ("rác", None),
        ("hôm nay ăn gì", None),
        ("???", None),
    ],
)
def test_a_question_is_near_a_card_or_not(question: str, place: int | None) -> None:
    assert nearest(question, CARDS) == place


def test_of_two_cards_alike_the_first_is_taken() -> None:
    assert nearest("chợ phiên họp ngày nào", [["khác hẳn"], CARDS[1], CARDS[1]]) == 1


PEOPLE = [
    ("tôi là Trần Thị Lan tổ 5, xin thuốc ở đâu", ["Trần", "Lan"]),
    ("ông Hùng ở ngõ 12 phố Cầu Gỗ thì báo ai", ["Hùng", "12", "Cầu Gỗ"]),
    ("em tên nguyễn thị hoa muốn hỏi", ["nguyễn", "hoa"]),
    ("nhà ở số nhà 12 Cầu Gỗ bị ngập", ["12", "Cầu Gỗ"]),
]


@pytest.mark.parametrize(("text", "gone"), PEOPLE)
def test_no_person_and_no_house_is_kept(text: str, gone: list[str]) -> None:
    kept = gaps.without_people(text)
    assert [word for word in gone if word in kept] == []


def test_offices_and_things_stay() -> None:
    for text in (
        "ra Công an phường Hải Phòng hỏi về bếp Bình Minh",
        "đổi tên trong giấy khai sinh cho con",
        "quên tên đăng nhập cổng",
    ):
        assert gaps.without_people(text) == text
