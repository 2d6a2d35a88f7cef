"""What free text is answered with: one fact, a question back, two wishes, what follows on a guide."""

import pytest

from content.answer import Answer
from content.library import Library

TELLS = [
    ("phí tạm trú bao nhiêu", "residence-temporary", ("fee",)),
    ("lam tam tru mat may ngay", "residence-temporary", ("time",)),
    ("đăng ký tạm trú cần giấy tờ gì", "residence-temporary", ("needs",)),
    ("làm tạm trú cần giấy tờ gì, mất bao lâu", "residence-temporary", ("time", "needs")),
]


def answer(library: Library, text: str, in_hand: str = "") -> Answer:
    return library.answers.answer(text, in_hand)


@pytest.mark.parametrize(("text", "guide", "aspects"), TELLS)
def test_one_fact_is_told(
    text: str, guide: str, aspects: tuple[str, ...], library: Library
) -> None:
    found = answer(library, text)
    assert (found.kind, found.guides[0], found.aspects) == ("tells", guide, aspects)


def test_who_asks_how_gets_the_guide(library: Library) -> None:
    found = answer(library, "hướng dẫn đăng ký tạm trú thế nào, phí bao nhiêu")
    assert (found.kind, found.guides[0]) == ("opens", "residence-temporary")


CARDS = [
    ("tổng đài vneid", "hotline"),
    ("tong dai vneid so may", "hotline"),
    ("hạn kê khai hộ kinh doanh", "deadline"),
]


@pytest.mark.parametrize(("text", "kind"), CARDS)
def test_a_card_answers_what_it_is_asked(text: str, kind: str, library: Library) -> None:
    found = answer(library, text)
    assert found.kind == "tells"
    assert found.card
    assert any(name.startswith(kind) for name in found.card.answer.facts)


def test_every_form_of_a_card_is_answered_by_it(library: Library) -> None:
    """Or by its guide; hardly any by another one."""
    asked = [(ask, card) for card in library.cards.values() for ask in card.asks]
    missed = [
        (ask, card.id) for ask, card in asked if card.guide not in answer(library, ask).guides[:3]
    ]
    assert len(missed) <= len(asked) * 0.02, missed


BACK = ["quên mật khẩu", "e quen mk", "quên mật khẩu thì làm sao ạ", "mất điện thoại rồi"]


@pytest.mark.parametrize("text", BACK)
def test_what_names_no_one_thing_is_asked_back(text: str, library: Library) -> None:
    found = answer(library, text)
    assert found.kind == "asks"
    assert found.back
    assert len(found.guides) > 2
    assert set(found.back.ask) == {"vi", "en"}


def test_choices_of_questions_back_are_guides(library: Library) -> None:
    from content.asking import ask_backs

    assert [
        name for back in ask_backs() for name in back.guides if name not in library.guides
    ] == []


def test_no_form_is_asked_back_by_two_questions() -> None:
    from content.asking import ask_backs

    forms = [form for back in ask_backs() for form in back.forms]
    assert len(forms) == len(set(forms))


TWO = [
    ("đăng ký tạm trú thế nào với lại cài vneid ở đâu", "residence-temporary", "vneid-install"),
    ("cai vneid va mo tai khoan ngan hang online", "vneid-install", "pay-open-account"),
    (
        "Tôi muốn đăng ký tạm trú. Trả tiền điện trên mạng thế nào?",
        "residence-temporary",
        "pay-electricity",
    ),
]


@pytest.mark.parametrize(("text", "first", "second"), TWO)
def test_two_wishes_in_one_message_are_both_seen(
    text: str, first: str, second: str, library: Library
) -> None:
    found = answer(library, text)
    assert (found.kind, found.guides) == ("wishes", (first, second))


def test_one_wish_told_in_two_sentences_stays_one(library: Library) -> None:
    found = answer(library, "Em mới thuê trọ. Đăng ký tạm trú thế nào ạ?")
    assert (found.kind, found.guides[0]) == ("opens", "residence-temporary")


FOLLOWS = [
    ("thế mất bao nhiêu tiền?", ("fee",)),
    ("the mat bao lau", ("time",)),
    ("cần giấy tờ gì", ("needs",)),
    ("có mất phí không, mấy ngày xong", ("fee", "time")),
    ("ai phải làm", ("whom",)),
]


@pytest.mark.parametrize(("text", "aspects"), FOLLOWS)
def test_a_follow_up_is_about_the_guide_in_hand(
    text: str, aspects: tuple[str, ...], library: Library
) -> None:
    found = answer(library, text, "residence-temporary")
    assert (found.kind, found.guides, found.aspects) == ("tells", ("residence-temporary",), aspects)
    assert answer(library, text).guides[:1] != ("residence-temporary",)


LINES = [
    ("còn online thì sao?", "VNeID"),
    ("thế chủ trọ không đồng ý thì sao", "Chủ trọ"),
]


@pytest.mark.parametrize(("text", "said"), LINES)
def test_a_follow_up_finds_the_line_that_speaks_of_it(
    text: str, said: str, library: Library
) -> None:
    found = answer(library, text, "residence-temporary")
    assert (found.kind, found.guides) == ("tells", ("residence-temporary",))
    assert found.line
    assert said in found.line.text


def test_something_new_is_not_taken_for_a_follow_up(library: Library) -> None:
    found = answer(library, "thế còn đóng tiền điện trên mạng thì sao", "residence-temporary")
    assert found.guides[0] == "pay-electricity"


def test_danger_goes_before_everything(library: Library) -> None:
    found = answer(library, "tôi vừa bị lừa mất tiền. quên mật khẩu", "residence-temporary")
    assert (found.kind, found.guides[0]) == ("opens", "scammed-what-to-do")


NOT_THE_FEE = ["tôi bị mất tiền", "mất tiền rồi", "bị mất tiền thì làm thế nào"]


@pytest.mark.parametrize("text", NOT_THE_FEE)
def test_lost_money_is_no_question_for_a_fee(text: str, library: Library) -> None:
    assert answer(library, text, "residence-temporary").aspects == ()


NO_CARD = ["hồ sơ bị trả lại", "xem phạt nguội", "mất thẻ căn cước", "làm mất hộ chiếu rồi"]


@pytest.mark.parametrize("text", NO_CARD)
def test_a_card_takes_no_question_that_is_not_its_own(text: str, library: Library) -> None:
    assert answer(library, text).card is None


def test_a_fact_of_what_names_no_one_thing_is_asked_back(library: Library) -> None:
    found = answer(library, "làm căn cước mất mấy ngày")
    assert found.kind == "asks" or found.guides[0].startswith("cancuoc")


def test_online_is_told_from_a_step(library: Library) -> None:
    found = answer(library, "còn online thì sao?", "residence-temporary")
    assert found.line in library.guides["residence-temporary"].steps
