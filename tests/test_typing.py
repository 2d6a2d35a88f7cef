"""What people type on phones is read as what they meant."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.fold import fold, words
from content.typing import SYLLABLES, Typing, abbreviations, meant

KNOWN = ["vneid", "passcode", "ct07", "online", "ngan", "hang", "dich", "vu", "cong", "tam", "tru"]

READ = [
    ("Quên mật khẩu", "quen mat khau"),
    ("điện thoại hỏng", "dien thoai hong"),
    ("đc", "duoc"),
    ("quen maatj khaaur", "quen mat khau"),
    ("quêen", "quen"),
    ("dduwowcj", "duoc"),
    ("coong an phwowngf", "cong an phuong"),
    ("d9a8ng nha65p", "dang nhap"),
    ("muc2", "muc 2"),
    ("su73a", "sua"),
    ("dag ki cug dc", "dang ki cung duoc"),
    ("mih ko bt", "minh khong biet"),
    ("chuyenkhoan", "chuyen khoan"),
    ("nganhang", "ngan hang"),
    ("dichvucong", "dich vu cong"),
    ("vne id", "vneid"),
    ("venid", "vneid"),
    ("pascode", "passcode"),
    ("CT07", "ct07"),
    ("cccd", "can cuoc"),
    ("hoso", "ho so"),
    ("select", "select"),
]


@pytest.mark.parametrize(("typed", "meant"), READ)
def test_typing_is_understood(typed: str, meant: str) -> None:
    assert " ".join(Typing(KNOWN).words(typed)) == meant


def test_syllables_are_vietnamese() -> None:
    assert {"nghieng", "quyen", "thuong", "y"} <= SYLLABLES
    assert not {"strong", "khaau", "zap", "nhaapj"} & SYLLABLES


def test_abbreviations_are_written_out_in_syllables() -> None:
    odd = {word for full in abbreviations().values() for word in full.split()} - SYLLABLES
    assert odd <= {"online", "facebook"}


def test_fold_knows_d_with_stroke() -> None:
    assert fold("Đường") == "duong"
    assert words("  “Bắt đầu” (7 bước) ") == "bat dau 7 buoc"


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert all(word == fold(word) and " " not in word for word in Typing(KNOWN).words(text))


@given(st.lists(st.sampled_from(sorted(SYLLABLES - set(abbreviations()))), max_size=8))
def test_plain_syllables_stay_as_they_are(said: list[str]) -> None:
    joins = {"".join(pair) for pair in pairwise(said)}
    if not joins & set(KNOWN):
        assert Typing(KNOWN).words(" ".join(said)) == meant(said)


def test_what_people_say_is_read_as_what_guides_say() -> None:
    assert meant("toi xai xe hoi".split()) == "toi dung o to".split()
    assert meant("giay phep lai xe".split()) == ["bang", "lai"]  # the longest first
